"""What a reader loads: a brief's page on a first visit, then the first search; ours, and stock Material's, on the same briefs.

`make measure` prints the table of docs/about.md. Bytes are counted at the server, gzipped, headers left out.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from conftest import CHROMIUM_FLAGS
from large_archive import make_archive
from programs import find
from site_pages import build, run, serve

ROOT = Path(__file__).parent.parent
BRIEFS = 1000
QUERIES = ("cooperation", "GSOMIA", "forced labour", "Supreme Court ruling", "지소미아", '"supply chains"')


@dataclass(frozen=True)
class Visit:
    """What one visit cost, in bytes, and what was asked for on the brief's page."""

    page: int
    query: int
    asked: tuple[str, ...]
    parts: tuple[tuple[str, int], ...]


def visit(browser: Browser, base: str, sent: list[tuple[str, int]], address: str, query: str, *, stock: bool = False) -> Visit:
    """Open a brief with an empty cache, then search for `query` from its header until the passages are there."""
    sent.clear()
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{base}{address}", wait_until="networkidle")
    asked = tuple(path for path, _ in sent)
    first = sum(size for _, size in sent)
    (_stock_search if stock else _search)(page, query)
    parts = tuple(sent[len(asked) :])
    context.close()
    return Visit(first, sum(size for _, size in sent) - first, asked, parts)


def _search(page: Page, query: str) -> None:
    page.locator("header input[name=q]").fill(query)
    page.keyboard.press("Enter")
    page.wait_for_selector("#results[aria-busy=false] .found")
    page.wait_for_load_state("networkidle")


def _stock_search(page: Page, query: str) -> None:
    page.locator("input[name=query]").fill(query)
    page.wait_for_selector(".md-search-result__item")
    page.wait_for_load_state("networkidle")


@contextmanager
def served(site: Path) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """A site's address and the list of what its server sends."""
    sent: list[tuple[str, int]] = []
    for base in serve(site, sent=sent):
        yield base, sent


def stock_material(archive: Path, to: Path) -> Path:
    """The same pages, as Material for MkDocs builds them out of the box."""
    shutil.copytree(archive / "docs", to / "docs")
    (to / "mkdocs.yml").write_text(
        "site_name: Stock\nsite_url: https://briefs.example/\ntheme: {name: material}\nplugins: [search]\n"
        "nav: [index.md]\nmarkdown_extensions: [attr_list, md_in_html, sane_lists, tables]\n",
        encoding="utf-8",
    )
    result = run(to, "mkdocs", "build", "--quiet")
    assert result.returncode == 0, result.stderr
    return to / "site"


def main() -> None:
    """Print both, for each query."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        archive = make_archive(ROOT, Path(folder, "archive"), BRIEFS)
        ours, stock = build(archive), stock_material(archive, Path(folder, "stock"))
        address = f"/briefs/{next((archive / 'briefs').glob('*.txt')).stem}/"
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=CHROMIUM_FLAGS)
        print(f"{BRIEFS} briefs; kB (1,000 bytes), gzipped\n")
        print("| query | a brief, first visit | first search | stock Material: a brief | first search |")
        print("| --- | --- | --- | --- | --- |")
        for query in QUERIES:
            cells = []
            for site in (ours, stock):
                with served(site) as (base, sent):
                    if site is stock and not query.isascii():
                        cells += ["", "none found"]
                        continue
                    seen = [
                        visit(browser, base, sent, address, query, stock=site is stock) for _ in range(1 if site is stock else 3)
                    ]
                    cells += [f"{median(one.page for one in seen) / 1000:,.0f}", f"{median(one.query for one in seen) / 1000:,.0f}"]
                    if "-v" in sys.argv and site is ours:
                        print(*(f"{size:>8} {path}" for path, size in seen[0].parts), sep="\n", file=sys.stderr)
            print(f"| {query} | {' | '.join(cells)} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
