"""What Lighthouse says of the site on a phone, for a page of each of seven kinds.

`make lighthouse` prints the scores and every audit that is not passed; it fails where accessibility, best practices or SEO
is below 100. How fast a page is depends on the machine: that score is only shown.
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
def served() -> Iterator[str]:
    """The address of the archive as it is here, built for that address: a canonical link is checked only on its own host."""
    with tempfile.TemporaryDirectory() as folder:
        archive = copy_archive(Path(folder, "archive"))
        for base in serve(archive / "site"):
            result = run(
                archive, "archive", "--root", str(archive), "build", "--site-url", f"{base}/"
            )
            if result.returncode:
                sys.exit(result.stderr)
            yield base


def measure(node: str, address: str) -> dict[str, Any]:
    """Lighthouse's report of a page, with a fresh profile and its own settings of a phone."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(
            folder, "report.json"
        )  # of a page that cannot be had, its standard output is cut short
        command = [
            *(
                node,
                str(LIGHTHOUSE),
                address,
                "--quiet",
                "--output=json",
                f"--output-path={file}",
                "--no-enable-error-reporting",
            ),
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags=--headless=new {' '.join(CHROMIUM_FLAGS)}",
        ]
        environment = {**os.environ, "CHROME_PATH": find("chromium") or ""}
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        if not file.is_file():
            sys.exit(f"Lighthouse made no report of {address}.\n{result.stderr}")
        report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return report


def score(report: dict[str, Any], category: str) -> int | None:
    """A category's score of 100; None where Lighthouse could not give one."""
    value = report["categories"][category]["score"]
    return None if value is None else round(value * 100)


def reason(audit: dict[str, Any]) -> str:
    """The first thing that an audit has to say: of its first item, else of itself."""
    item: dict[str, Any] = next(iter(audit.get("details", {}).get("items", [])), {})
    node = item.get("node", {})
    said = (
        node.get("explanation")
        or item.get("description")
        or item.get("reason")
        or audit.get("explanation")
        or audit["title"]
    )
    where = node.get("selector") or item.get("url")
    return " ".join(f"{said} ({where})".split() if where else said.split())


def failures(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Each audit of the gated categories that is below 1 or came to nothing, and why; one line where the page could not be had."""
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


def row(*cells: str | int | None) -> str:
    """A row of a table in Markdown."""
    return f"| {' | '.join('–' if cell is None else str(cell).replace('|', '&#124;') for cell in cells)} |"


def main() -> int:
    """Print the scores, then what is not passed; 1 when a gated score is below 100."""
    node = shutil.which("node")
    if node is None or not LIGHTHOUSE.is_file():
        sys.exit(f"Lighthouse is not there: run `make lighthouse`. {remedy('npm')}")
    with served() as base:
        reports = {kind: measure(node, base + KINDS[kind]) for kind in PAGES}
    print(row("page", *CATEGORIES), row("---", *["---:"] * len(CATEGORIES)), sep="\n")
    for kind, report in reports.items():
        print(row(kind, *(score(report, category) for category in CATEGORIES)))
    failed = [row(kind, *one) for kind, report in reports.items() for one in failures(report)]
    if failed:
        print("", row("page", "audit", "why"), row(*["---"] * 3), *failed, sep="\n")
    return int(
        any(score(report, category) != 100 for report in reports.values() for category in GATED)
    )


if __name__ == "__main__":
    sys.exit(main())
