"""The site in Firefox and WebKit, the engine of Safari: what must work as it does in Chromium."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pypdfium2
import pytest
import yaml
from playwright.sync_api import Browser

from browser_windows import window as chromium_window
from printed_pages import LABELS, SCREEN, UNNAMED, Printed, join_signs, normalise, read_pdf
from repository import ROOT
from site_pages import KINDS, settled
from site_pages import page as parsed
from webdriver import RemoteWindow

CHOI = "/briefs/2022-asan-choi/"
JIN = "/briefs/2023-sejong-jin/"
THEME = "/themes/forced-labor/"
SETTLED = "document.querySelector('#search-app:not(.coming) #results[aria-busy=false]')"
# The engine has been loaded: Pagefind reports an error if the page is left before.
ENGINE = "performance.getEntriesByType('resource').some(({ name }) => name.includes('wasm'))"
RESULTS = "Array.from(document.querySelectorAll('[data-brief]'), ({ dataset }) => dataset.brief)"
QUERY = "document.querySelector('#query').value"
PAINTED = "new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))"
# Puts the search page into one state after the other, like going back, and returns the ids of the
# results in each.
ASK = """async (states) => {
    const answers = [];
    for (const state of states) {
        history.pushState(null, "", `?${state}`);
        dispatchEvent(new PopStateEvent("popstate"));
        const results = document.querySelector("#results");
        while (results.getAttribute("aria-busy") !== "false") {
            await new Promise((resolve) => { setTimeout(resolve, 5); });
        }
        const all = document.querySelectorAll("[data-brief]");
        answers.push(Array.from(all, (result) => result.getAttribute("data-brief")));
    }
    return answers;
}"""
GOLDEN: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "tests" / "golden_queries.yml").read_text(encoding="utf-8")
)
STATES = [urlencode({"q": case["q"], **case.get("filters", {})}, doseq=True) for case in GOLDEN]
# Every fourth query, and all whose words the engines might cut or order otherwise.
DIFFICULT = [
    state
    for place, (state, case) in enumerate(zip(STATES, GOLDEN, strict=True))
    if place % 4 == 0 or not case["q"].isascii()
]
# One page of each kind that has scripts of its own.
SCRIPTED = ["home", "about", "guide", "brief: voices", "theme", "search: results", "no page"]


def wait_for_search(window: RemoteWindow, query: str) -> list[str]:
    """Wait until the search page shows the results of a state; return their ids."""
    window.wait_until(f"location.search === given[0] && {SETTLED}", query)
    ids: list[str] = window.evaluate(RESULTS)
    return ids


def search(window: RemoteWindow, base: str, query: str) -> list[str]:
    """Open the search page in a state; return the ids of the results."""
    window.goto(f"{base}/search/{query}")
    return wait_for_search(window, query)


# ---- Reading


@pytest.mark.parametrize(
    "kinds", [SCRIPTED, pytest.param(list(KINDS), marks=pytest.mark.slow)], ids=["scripted", "all"]
)
def test_no_page_has_a_script_error_or_breaks_the_policy(
    window: RemoteWindow, watched: str, kinds: list[str]
) -> None:
    for kind in kinds:
        address = KINDS[kind]
        window.goto(watched + address)
        if "/search/" in address:
            window.wait_until(f"{SETTLED} && {ENGINE}")
        assert (kind, window.troubles()) == (kind, [])


def test_what_goes_wrong_in_a_page_is_noted(window: RemoteWindow, watched: str) -> None:
    window.goto(f"{watched}/about/")
    window.evaluate("document.body.append(new Image()), document.body.lastChild.src = given[0]", 7)
    window.wait_until("sessionStorage.troubles")
    window.goto(f"{watched}/glossary/")
    assert window.troubles() == [f"/about/: not loaded: {watched}/about/7"]


@pytest.mark.parametrize(
    ("address", "links"),
    [
        ("/about/", "article p:not([class]) a"),
        (CHOI, ".brief-text a:not(.number), .cite-links a, .brief-foot .entry-title"),
        ("/briefs/", ".entry-title"),
        ("/themes/forced-labor/", "article h2 a, article h3 a"),
        ("/", "article p:not([class]) a:not(.where), .theme-card :is(h2, h3) a, .md-footer a"),
        ("/search/?q=export", ".results h2 a"),
    ],
)
def test_links_are_underlined(address: str, links: str, window: RemoteWindow, watched: str) -> None:
    window.goto(watched + address)
    if "/search/" in address:
        window.wait_until(SETTLED)
    lines = window.evaluate(
        "Array.from(document.querySelectorAll(given[0]), (a) => getComputedStyle(a)"
        ".textDecorationLine)",
        links,
    )
    assert len(lines) > 1
    assert set(lines) == {"underline"}


def test_a_link_to_a_block_scrolls_it_below_the_header(window: RemoteWindow, watched: str) -> None:
    window.goto(f"{watched}/about/")
    window.goto(f"{watched}{CHOI}#p12")
    header, block = window.evaluate(
        "['.md-header', '#p12'].map((name) => document.querySelector(name).getBoundingClientRect())"
    )
    assert header["bottom"] + 10 < block["top"] < header["bottom"] + 30


def test_the_contents_are_painted_beside_the_text(window: RemoteWindow, watched: str) -> None:
    window.goto(watched + CHOI)
    window.wait_until("document.querySelector('.md-sidebar__scrollwrap').style.height")
    window.evaluate(PAINTED)
    shown = window.screenshot()
    window.evaluate("document.querySelector('.md-sidebar').style.visibility = given[0]", "hidden")
    assert window.screenshot() != shown


# ---- Searching


def test_a_search_by_typing_and_by_address_has_the_same_results(
    window: RemoteWindow, watched: str
) -> None:
    window.goto(f"{watched}/")
    window.click("#home-query")
    window.type("export curbs")
    window.press("Enter")
    entered = wait_for_search(window, "?q=export+curbs")
    window.goto(f"{watched}/search/")
    window.wait_until(SETTLED)
    window.click("#query")
    window.type("export curbs")
    assert wait_for_search(window, "?q=export+curbs") == entered
    assert search(window, watched, "?q=export+curbs") == entered
    assert window.evaluate(QUERY) == "export curbs"
    assert len(entered) == 2


def test_a_fault_of_the_engine_is_not_seen_in_any_browser(
    window: RemoteWindow, watched: str
) -> None:
    window.goto(f"{watched}/search/")
    window.wait_until(f"{SETTLED} && {ENGINE}")
    window.evaluate("sessionStorage.faults = given[0]", 1)
    window.click("#query")
    window.type("export curbs")
    assert len(wait_for_search(window, "?q=export+curbs")) == 2
    assert window.evaluate("sessionStorage.faults") == "0"


def test_back_and_forward_keep_the_query_and_the_results(
    window: RemoteWindow, watched: str
) -> None:
    """WebKit restores a page as it was left, but empties some fields of a form."""
    window.goto(f"{watched}/search/")
    window.wait_until(SETTLED)
    window.click("#query")
    window.type("export curbs")
    found = wait_for_search(window, "?q=export+curbs")
    window.click("#results h2 a")
    window.wait_until("location.pathname === given[0]", f"/briefs/{found[0]}/")
    window.back()
    assert wait_for_search(window, "?q=export+curbs") == found
    assert window.evaluate(QUERY) == "export curbs"
    window.forward()
    window.wait_until("location.pathname === given[0]", f"/briefs/{found[0]}/")
    window.back()
    assert wait_for_search(window, "?q=export+curbs") == found
    window.click("#facets input[value=asan]")
    assert wait_for_search(window, "?q=export+curbs&institute=asan") == ["2022-asan-choi"]
    assert window.evaluate(QUERY) == "export curbs"
    window.back()
    assert wait_for_search(window, "?q=export+curbs") == found
    assert window.evaluate("document.querySelectorAll('#facets :checked').length") == 0
    window.forward()
    assert wait_for_search(window, "?q=export+curbs&institute=asan") == ["2022-asan-choi"]
    window.reload()
    assert wait_for_search(window, "?q=export+curbs&institute=asan") == ["2022-asan-choi"]
    assert window.evaluate(QUERY) == "export curbs"


def test_filters_narrow_the_results_and_are_taken_off(window: RemoteWindow, watched: str) -> None:
    everything = search(window, watched, "")
    window.click("#facets input[value=gsomia]")
    assert wait_for_search(window, "?theme=gsomia") == ["2022-asan-choi"]
    window.click("#facets input[name=theme][value=camp-david]")
    both = wait_for_search(window, "?theme=gsomia&theme=camp-david")
    assert sorted(both) == ["2022-asan-choi", "2023-sejong-jin"]
    window.click("#chips button")
    assert wait_for_search(window, "?theme=camp-david") == ["2023-sejong-jin"]
    window.click("#facets input[value=camp-david]")
    assert wait_for_search(window, "") == everything
    assert len(everything) == 5


@pytest.fixture(
    scope="module",
    params=[DIFFICULT, pytest.param(STATES, marks=pytest.mark.slow)],
    ids=["difficult", "all"],
)
def states(request: pytest.FixtureRequest) -> list[str]:
    """The states of the search page in which the golden queries are asked."""
    states: list[str] = request.param
    return states


@pytest.fixture(scope="module")
def chromium_answers(browser: Browser, watched: str, states: list[str]) -> list[list[str]]:
    with chromium_window(browser, 1200, 900) as page:
        page.goto(f"{watched}/search/")
        settled(page)
        answers: list[list[str]] = page.evaluate(ASK, states)
        return answers


def test_golden_queries_have_the_same_results_as_in_chromium(
    window: RemoteWindow, watched: str, states: list[str], chromium_answers: list[list[str]]
) -> None:
    answers: list[list[str]] = []
    # WebKit allows a page a hundred steps of history in ten seconds.
    for start in range(0, len(states), 80):
        search(window, watched, "")
        answers += window.evaluate(f"({ASK})(given[0])", states[start : start + 80])
    assert dict(zip(states, answers, strict=True)) == dict(
        zip(states, chromium_answers, strict=True)
    )
    assert sum(map(bool, answers)) > len(states) / 3


# ---- Citing


@pytest.mark.parametrize("query", ["", "?no-clipboard"], ids=["clipboard", "no clipboard"])
def test_a_passage_is_copied_with_its_citation(
    query: str, window: RemoteWindow, watched: str, site: Path
) -> None:
    window.goto(f"{watched}{CHOI}{query}")
    window.click("#p5 > a.number")
    window.wait_until("document.querySelector('#passage:popover-open')")
    assert window.evaluate("location.hash") == "#p5"
    window.click("#passage button:nth-of-type(2)")
    window.wait_until("document.querySelector('#passage [role=status]').textContent === 'Copied.'")
    window.press("Escape")
    window.wait_until("!document.querySelector('#passage:popover-open')")
    # A page may not read the clipboard; a reader pastes.
    window.evaluate("document.querySelector('article').append(document.createElement('textarea'))")
    window.evaluate("document.querySelector('article textarea').focus()")
    window.press("Control", "v")
    pasted = "document.querySelector('article textarea').value"
    window.wait_until(f"{pasted} !== ''")
    built = parsed(site, CHOI)
    (block,) = built.xpath("//*[@id='p5']")
    (source,) = block.xpath("ancestor::*[@data-cite][1]/@data-cite")
    address = f"{built.xpath('//link[@rel=$rel]/@href', rel='canonical')[0]}#p5"
    words = " ".join(block.text_content().split())
    assert window.evaluate(pasted) == f"“{words}”\n\n{source}, p5.\n{address}"


# ---- Printing


def print_and_read(window: RemoteWindow) -> Printed:
    labels = window.evaluate(f"({LABELS})(Array.from(document.querySelectorAll(given[0])))", SCREEN)
    return read_pdf(pypdfium2.PdfDocument(window.print_pdf()), labels)


def test_a_brief_is_printed_whole_with_its_numbers_and_nothing_for_the_screen(
    window: RemoteWindow, watched: str, site: Path
) -> None:
    window.goto(watched + JIN)
    printed = print_and_read(window)
    blocks = parsed(site, JIN).xpath("//*[@data-text]//*[@id and not(self::span)]")
    places = printed.find([block.get("id") + normalise(block.text_content()) for block in blocks])
    for heading, (place, after) in zip(blocks, itertools.pairwise(places), strict=False):
        if heading.tag.startswith("h"):
            assert place[-1].sheet == after[0].sheet, heading.get("id")
    assert len(printed.pdf) > 2
    assert sum(glyph.sign == UNNAMED for glyph in printed.glyphs) < len(printed.glyphs) / 20
    text = join_signs(printed.glyphs)
    assert len(printed.screen) > 4
    assert [part for part in printed.screen if part in text] == []


def test_a_folded_paragraph_is_printed_whole(
    window: RemoteWindow, watched: str, site: Path
) -> None:
    window.goto(watched + THEME)
    printed = print_and_read(window)
    folded = parsed(site, THEME).xpath("//details[@class='around' and not(@open)]/p")
    assert printed.find([normalise(paragraph.text_content()) for paragraph in folded])
