"""What a reader loads: a brief's page on a first visit, then the first search; ours, and stock Material's, on the same briefs.

`make measure` prints the table of docs/about.md. Bytes are counted at the server, gzipped, headers left out.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from bench_rivals import material
from large_archive import ids, make_archive
from programs import CHROMIUM_FLAGS, find
from site_pages import build, run, serve

ROOT = Path(__file__).resolve().parents[2]
BRIEFS = 1000
QUERIES = (
    "cooperation",
    "GSOMIA",
    "forced labour",
    "Supreme Court ruling",
    "지소미아",
    '"supply chains"',
)

# Milliseconds in which a page, or a search, has to be there.
LIMIT = 60_000


@dataclass(frozen=True)
class Visit:
    """What one visit cost, in bytes, and what was asked for on the brief's page; `found`: whether the search ended in time."""

    page: int
    query: int
    asked: tuple[str, ...]
    parts: tuple[tuple[str, int], ...]
    found: bool = True


def visit(
    browser: Browser,
    base: str,
    sent: list[tuple[str, int]],
    address: str,
    query: str,
    *,
    stock: bool = False,
) -> Visit:
    """Open a brief with an empty cache, then search for `query` from its header until the passages are there."""
    with _opened(browser, base, sent, address) as page:
        asked = tuple(path for path, _ in sent)
        first = sum(size for _, size in sent)
        (_stock_search if stock else _search)(page, query)
        parts = tuple(sent[len(asked) :])
    return Visit(first, sum(size for _, size in parts), asked, parts)


def page_weight(browser: Browser, base: str, sent: list[tuple[str, int]], address: str) -> int:
    """The bytes of all that a brief's page loads on a first visit."""
    with _opened(browser, base, sent, address):
        return sum(size for _, size in sent)


@contextmanager
def _opened(
    browser: Browser, base: str, sent: list[tuple[str, int]], address: str
) -> Iterator[Page]:
    sent.clear()
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        page = context.new_page()
        page.goto(f"{base}{address}", wait_until="networkidle", timeout=LIMIT)
        yield page
    finally:
        context.close()


def visits(
    browser: Browser,
    site: Path,
    address: str,
    queries: Iterable[str],
    *,
    stock: bool = False,
    repeat: int = 1,
) -> dict[str, list[Visit]]:
    """First visits with a search for each query. Once one has not ended in time, no other is tried: its bytes are all sent then."""
    seen: dict[str, list[Visit]] = {}
    with served(site) as (base, sent):
        for query in queries:
            if stock and not query.isascii():
                continue
            try:
                seen[query] = [
                    visit(browser, base, sent, address, query, stock=stock) for _ in range(repeat)
                ]
            except PlaywrightTimeout:
                seen[query] = [
                    Visit(
                        sum(size for _, size in sent),
                        0,
                        tuple(path for path, _ in sent),
                        (),
                        found=False,
                    )
                ]
                if stock:
                    break
    return seen


def _search(page: Page, query: str) -> None:
    page.locator("header input[name=q]").fill(query)
    page.keyboard.press("Enter")
    page.wait_for_selector("#results[aria-busy=false] .found")
    page.wait_for_load_state("networkidle")


def _stock_search(page: Page, query: str) -> None:
    page.locator("input[name=query]").fill(query)
    page.wait_for_selector(".md-search-result__item", timeout=LIMIT)
    page.wait_for_load_state("networkidle")


@contextmanager
def served(site: Path) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """A site's address and the list of what its server sends."""
    sent: list[tuple[str, int]] = []
    for base in serve(site, sent=sent):
        yield base, sent


def stock_material(archive: Path, to: Path) -> Path:
    """The same pages, as Material for MkDocs builds them out of the box."""
    material(archive, to, search=True)
    result = run(to, "mkdocs", "build", "--quiet")
    assert result.returncode == 0, result.stderr
    return to / "site"


def weigh(site: Path, kind: str, briefs: Iterable[str]) -> dict[str, Any]:
    """For `make bench`: first visits of briefs, then first queries on the first of them. `kind` is "ours" or "stock".

    Stock Material loads all of its index with any page: one visit with one query tells what it costs.
    """
    stock = kind == "stock"
    addresses = [f"/briefs/{id}/" for id in briefs]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=CHROMIUM_FLAGS)
        try:
            seen = visits(
                browser, site, addresses[0], QUERIES[:1] if stock else QUERIES, stock=stock
            )
            with served(site) as (base, sent):
                others = [
                    page_weight(browser, base, sent, address)
                    for address in addresses[1:]
                    if not stock
                ]
        finally:
            browser.close()
    queries = {query: [first.page, first.query, first.found] for query, (first, *_) in seen.items()}
    return {"pages": [queries[QUERIES[0]][0], *others], "queries": queries}


def main() -> None:
    """Print both, for each query."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        archive = make_archive(ROOT, Path(folder, "archive"), BRIEFS)
        ours, stock = build(archive), stock_material(archive, Path(folder, "stock"))
        address = f"/briefs/{ids(archive, [0])[0]}/"
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=CHROMIUM_FLAGS)
        own, other = (
            visits(browser, ours, address, QUERIES, repeat=3),
            visits(browser, stock, address, QUERIES, stock=True),
        )
        browser.close()
    print(f"{BRIEFS} briefs; kB (1,000 bytes), gzipped\n")
    print(
        "| query | a brief, first visit | first search | stock Material: a brief | first search |"
    )
    print("| --- | --- | --- | --- | --- |")
    for query, seen in own.items():
        cells = [
            f"{number / 1000:,.0f}"
            for number in (median(one.page for one in seen), median(one.query for one in seen))
        ]
        cells += [
            f"{number / 1000:,.0f}"
            for one in other.get(query, [])
            for number in (one.page, one.query)
        ]
        print(
            f"| {query} | {' | '.join(cells if query in other else [*cells, '', 'none found'])} |"
        )
        if "-v" in sys.argv:
            print(*(f"{size:>8} {path}" for path, size in seen[0].parts), sep="\n", file=sys.stderr)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["weigh", site, kind, *briefs]:
            print(json.dumps(weigh(Path(site), kind, briefs)))
        case _:
            main()
