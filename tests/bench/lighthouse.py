"""Run Lighthouse, with its settings of a phone, on seven pages of the site.

`make lighthouse` prints the scores and every audit that failed. Its exit code is 1 if a page scores
below 100 in accessibility, best practices or SEO. The performance score is only shown, because it
depends on the machine.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from programs import CHROMIUM_FLAGS, find, remedy
from repository import ROOT, copy_archive
from site_pages import KINDS, run, serve

LIGHTHOUSE = (
    ROOT / ".venv" / "npm" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
)
PAGES = ("home", "brief: outline", "theme", "search: results", "briefs", "about", "glossary")
GATED = ("accessibility", "best-practices", "seo")
CATEGORIES = (*GATED, "performance")


@contextmanager
def serve_archive() -> Iterator[str]:
    """Build a copy of the archive, serve it, and yield its address.

    The site is built for that address: Lighthouse checks a canonical link only on its own host.
    """
    with tempfile.TemporaryDirectory() as folder:
        archive = copy_archive(Path(folder, "archive"))
        for base in serve(archive / "site"):
            result = run(
                archive, "archive", "--root", str(archive), "build", "--site-url", f"{base}/"
            )
            if result.returncode:
                sys.exit(result.stderr)
            yield base


def run_lighthouse(node: str, address: str) -> dict[str, Any]:
    """Return Lighthouse's report on a page, made with a fresh profile."""
    with tempfile.TemporaryDirectory() as folder:
        # Lighthouse cuts its standard output short if it cannot load the page, so it writes a file.
        file = Path(folder, "report.json")
        command = [
            node,
            str(LIGHTHOUSE),
            address,
            "--quiet",
            "--output=json",
            f"--output-path={file}",
            "--no-enable-error-reporting",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags=--headless=new {' '.join(CHROMIUM_FLAGS)}",
        ]
        environment = {**os.environ, "CHROME_PATH": find("chromium") or ""}
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        if not file.is_file():
            sys.exit(f"Lighthouse wrote no report on {address}.\n{result.stderr}")
        report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return report


def score(report: dict[str, Any], category: str) -> int | None:
    """Return a category's score out of 100, or None if Lighthouse could not compute it."""
    value = report["categories"][category]["score"]
    return None if value is None else round(value * 100)


def reason(audit: dict[str, Any]) -> str:
    """Return why an audit failed: what its first item says, otherwise what the audit says."""
    item: dict[str, Any] = next(iter(audit.get("details", {}).get("items", [])), {})
    node = item.get("node", {})
    explanation = (
        node.get("explanation")
        or item.get("description")
        or item.get("reason")
        or audit.get("explanation")
        or audit["title"]
    )
    where = node.get("selector") or item.get("url")
    return " ".join((f"{explanation} ({where})" if where else explanation).split())


def failures(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Return each audit of the gated categories that failed or could not run, with the reason.

    If the page could not be loaded, the only entry is Lighthouse's error.
    """
    if "runtimeError" in report:
        return [(report["runtimeError"]["code"], report["runtimeError"]["message"])]
    ids = dict.fromkeys(
        ref["id"] for category in GATED for ref in report["categories"][category]["auditRefs"]
    )
    audits = [report["audits"][id] for id in ids]
    failed = [
        audit
        for audit in audits
        if audit["scoreDisplayMode"] == "error" or audit["score"] not in (None, 1)
    ]
    return [(audit["id"], audit.get("errorMessage") or reason(audit)) for audit in failed]


def markdown_row(*cells: str | int | None) -> str:
    """Format cells as a row of a Markdown table; None becomes a dash."""
    texts = ["–" if cell is None else str(cell).replace("|", "&#124;") for cell in cells]
    return f"| {' | '.join(texts)} |"


def main() -> int:
    """Print the scores and the audits that failed; return 1 if a gated score is below 100."""
    node = shutil.which("node")
    if node is None or not LIGHTHOUSE.is_file():
        sys.exit(f"Lighthouse is not installed: run `make lighthouse`. {remedy('npm')}")
    with serve_archive() as base:
        reports = {kind: run_lighthouse(node, base + KINDS[kind]) for kind in PAGES}
    print(markdown_row("page", *CATEGORIES))
    print(markdown_row("---", *["---:"] * len(CATEGORIES)))
    for kind, report in reports.items():
        print(markdown_row(kind, *(score(report, category) for category in CATEGORIES)))
    failed_rows = [
        markdown_row(kind, id, why)
        for kind, report in reports.items()
        for id, why in failures(report)
    ]
    if failed_rows:
        header = markdown_row("page", "audit", "why"), markdown_row(*["---"] * 3)
        print("", *header, *failed_rows, sep="\n")
    return int(
        any(score(report, category) != 100 for report in reports.values() for category in GATED)
    )


if __name__ == "__main__":
    sys.exit(main())
