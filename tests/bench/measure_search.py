"""Measure what a reader loads: a brief's page on a first visit, then a first search.

Both are measured on our site and on stock Material's, with the same briefs. Bytes are counted at
the server, gzipped and without headers. `make measure` prints the table of docs/about.md.
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

from bench_rivals import prepare_material
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

# How long a page or a search of stock Material may take, in milliseconds.
TIMEOUT = 60_000


@dataclass(frozen=True)
class Visit:
    """The bytes of one visit: the brief's page, then the search.

    `page_paths` are the paths that the page requested. `search_responses` are the paths that the
    search requested, with their bytes. `ended` is False if the search did not end in time.
    """

    page_bytes: int
    search_bytes: int
    page_paths: tuple[str, ...]
    search_responses: tuple[tuple[str, int], ...]
    ended: bool = True


def visit(
    browser: Browser,
    base: str,
    sent: list[tuple[str, int]],
    address: str,
    query: str,
    *,
    stock: bool = False,
) -> Visit:
    """Open a brief with an empty cache, then search for `query` from its header.

    `sent` is the list that `serve_and_record` yields. Raises Playwright's TimeoutError if the
    results do not appear in time.
    """
    with _open_page(browser, base, sent, address) as page:
        page_paths = tuple(path for path, _ in sent)
        page_bytes = sum(size for _, size in sent)
        (_search_stock if stock else _search)(page, query)
        responses = tuple(sent[len(page_paths) :])
    return Visit(page_bytes, sum(size for _, size in responses), page_paths, responses)


def page_weight(browser: Browser, base: str, sent: list[tuple[str, int]], address: str) -> int:
    """Return the bytes of everything that a page loads on a first visit."""
    with _open_page(browser, base, sent, address):
        return sum(size for _, size in sent)


@contextmanager
def _open_page(
    browser: Browser, base: str, sent: list[tuple[str, int]], address: str
) -> Iterator[Page]:
    """Clear `sent` and open a page with an empty cache."""
    sent.clear()
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        page = context.new_page()
        page.goto(f"{base}{address}", wait_until="networkidle", timeout=TIMEOUT)
        yield page
    finally:
        context.close()


def visit_for_each_query(
    browser: Browser,
    site: Path,
    address: str,
    queries: Iterable[str],
    *,
    stock: bool = False,
    repeat: int = 1,
) -> dict[str, list[Visit]]:
    """Visit a brief anew for each query and search for it, `repeat` times.

    Stock Material's search finds no Korean words, so it gets only queries in ASCII. After one that
    did not end in time it gets no more, because by then it has sent its whole index.
    """
    visits: dict[str, list[Visit]] = {}
    with serve_and_record(site) as (base, sent):
        for query in queries:
            if stock and not query.isascii():
                continue
            try:
                visits[query] = [
                    visit(browser, base, sent, address, query, stock=stock) for _ in range(repeat)
                ]
            except PlaywrightTimeout:
                page_bytes = sum(size for _, size in sent)
                page_paths = tuple(path for path, _ in sent)
                visits[query] = [Visit(page_bytes, 0, page_paths, (), ended=False)]
                if stock:
                    break
    return visits


def _search(page: Page, query: str) -> None:
    page.locator("header input[name=q]").fill(query)
    page.keyboard.press("Enter")
    page.wait_for_selector("#results[aria-busy=false] .found")
    page.wait_for_load_state("networkidle")


def _search_stock(page: Page, query: str) -> None:
    page.locator("input[name=query]").fill(query)
    page.wait_for_selector(".md-search-result__item", timeout=TIMEOUT)
    page.wait_for_load_state("networkidle")


@contextmanager
def serve_and_record(site: Path) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Serve a site; yield its address and the list of what is sent: each path with its bytes."""
    sent: list[tuple[str, int]] = []
    for base in serve(site, sent=sent):
        yield base, sent


def build_stock_material(archive: Path, to: Path) -> Path:
    """Build an archive's pages with Material's default settings; return the site's folder."""
    prepare_material(archive, to, search=True)
    result = run(to, "mkdocs", "build", "--quiet")
    assert result.returncode == 0, result.stderr
    return to / "site"


def weigh(site: Path, kind: str, briefs: Iterable[str]) -> dict[str, Any]:
    """Measure for `make bench`: first visits of briefs, and first queries on the first of them.

    `kind` is "ours" or "stock". Stock Material loads its whole index with any page, so that one
    visit with one query shows what it costs.
    """
    stock = kind == "stock"
    first, *others = [f"/briefs/{id}/" for id in briefs]
    queries = QUERIES[:1] if stock else QUERIES
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=CHROMIUM_FLAGS)
        try:
            visits = visit_for_each_query(browser, site, first, queries, stock=stock)
            with serve_and_record(site) as (base, sent):
                other_pages = [
                    page_weight(browser, base, sent, address) for address in others if not stock
                ]
        finally:
            browser.close()
    figures = {
        query: [visit.page_bytes, visit.search_bytes, visit.ended]
        for query, (visit, *_) in visits.items()
    }
    return {"pages": [figures[QUERIES[0]][0], *other_pages], "queries": figures}


def main() -> None:
    """Print the bytes on our site and on stock Material's, for each query.

    With -v the responses to each first search go to stderr.
    """
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        archive = make_archive(ROOT, Path(folder, "archive"), BRIEFS)
        site, stock_site = build(archive), build_stock_material(archive, Path(folder, "stock"))
        address = f"/briefs/{ids(archive, [0])[0]}/"
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=CHROMIUM_FLAGS)
        ours = visit_for_each_query(browser, site, address, QUERIES, repeat=3)
        stock = visit_for_each_query(browser, stock_site, address, QUERIES, stock=True)
        browser.close()
    print(f"{BRIEFS} briefs; kB (1,000 bytes), gzipped\n")
    print(
        "| query | a brief, first visit | first search | stock Material: a brief | first search |"
    )
    print("| --- | --- | --- | --- | --- |")
    for query, visits in ours.items():
        sizes = [
            median(visit.page_bytes for visit in visits),
            median(visit.search_bytes for visit in visits),
        ]
        for stock_visit in stock.get(query, []):
            sizes += [stock_visit.page_bytes, stock_visit.search_bytes]
        cells = [f"{size / 1000:,.0f}" for size in sizes]
        if query not in stock:
            cells += ["", "none found"]
        print(f"| {query} | {' | '.join(cells)} |")
        if "-v" in sys.argv:
            responses = visits[0].search_responses
            print(*(f"{size:>8} {path}" for path, size in responses), sep="\n", file=sys.stderr)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["weigh", site, kind, *briefs]:
            print(json.dumps(weigh(Path(site), kind, briefs)))
        case _:
            main()
