"""Time a first search on our page and on Pagefind's own, with the same briefs, on a slow network.

The time runs from the key to the first passage that is shown. The page was open and idle before.
Pagefind's interface indexes the same pages of briefs. The network has 1.6 Mbit/s and 150 ms. The
processor is not slowed: Pagefind's interface searches in a worker, which that would not reach.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from large_archive import make_archive
from programs import CHROMIUM_FLAGS, find
from repository import ROOT, copy_archive
from site_pages import build, serve

QUERIES = ("cooperation", "hydrogen", "GSOMIA", "summit")
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 94_000,
}
IDLE = 6000  # milliseconds
# Types a query, and returns the milliseconds until an element with words appears.
TYPE = """([box, shown, query]) => new Promise((done) => {
    const input = document.querySelector(box);
    const started = performance.now();
    const look = () => [...document.querySelectorAll(shown)].some((one) => one.innerText.trim())
        ? done(performance.now() - started) : requestAnimationFrame(look);
    input.focus();
    input.value = query;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    look();
})"""
OURS = ("/search/", "#query", "#search-app:not(.coming) .found")
THEIRS = ("/theirs/", ".pagefind-ui__search-input", ".pagefind-ui__result-excerpt")
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Search</title>
<link href="../own/pagefind-ui.css" rel="stylesheet"><script src="../own/pagefind-ui.js"></script>
<div id="search"></div>
<script>new PagefindUI({ element: "#search", showImages: false });</script></html>"""


def add_rival(site: Path) -> None:
    """Add Pagefind's own index of the briefs, and a page with its interface, to a site."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(site / "briefs", Path(folder, "briefs"))
        for page in ("briefs", "search"):
            (site / page).mkdir(exist_ok=True)
        command = [sys.executable, "-m", "pagefind", "--site", folder, "--output-path"]
        subprocess.run(
            [*command, str(site / "own"), "--root-selector", "article", "--silent"], check=True
        )
    (site / "theirs").mkdir()
    (site / "theirs" / "index.html").write_text(PAGE, encoding="utf-8")


def first_passage(browser: Browser, base: str, query: str, page_and_box: tuple[str, ...]) -> float:
    """Open a search page with an empty cache; return the milliseconds from a key to a passage."""
    address, box, shown = page_and_box
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", NETWORK)
        page.goto(base + address, wait_until="load")
        page.wait_for_selector(box)
        page.wait_for_timeout(IDLE)
        took: float = page.evaluate(TYPE, [box, shown, query])
        return took
    finally:
        context.close()


def measure(site: Path, browser: Browser, repeat: int = 3) -> list[tuple[str, float, float]]:
    """Return for each query the median times of our page and of Pagefind's."""
    rows = []
    for base in serve(site):
        for query in QUERIES:
            times = [
                [first_passage(browser, base, query, which) for which in (OURS, THEIRS)]
                for _ in range(repeat)
            ]
            ours, theirs = (median(column) for column in zip(*times, strict=True))
            rows.append((query, ours, theirs))
    return rows


def main() -> None:
    """Print a table for 5 and for 1,000 briefs."""
    print("| briefs | query | ours, ms | Pagefind's interface, ms | ratio |")
    print("| ---: | --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=CHROMIUM_FLAGS)
        for size in (5, 1000):
            to = Path(folder, str(size))
            site = build(copy_archive(to) if size == 5 else make_archive(ROOT, to, size))
            add_rival(site)
            for query, ours, theirs in measure(site, browser):
                print(f"| {size:,} | {query} | {ours:.0f} | {theirs:.0f} | {ours / theirs:.2f} |")
        browser.close()


if __name__ == "__main__":
    main()
