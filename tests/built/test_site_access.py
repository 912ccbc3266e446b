"""Who reads with what: a screen reader, a keyboard, a finger, large type, few colours, little motion.

The bar for a passage is looked at by axe in test_site_cite, the search with filters in use in test_site_search.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from playwright.sync_api import Browser, Page

from browser_windows import show, violations, window
from hostile_archive import MOVED, WITHDRAWN

HEADINGS = " or ".join(f"self::h{level}" for level in range(1, 7))
SCRIPTS = {
    "ko": re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]"),
    "ja": re.compile("[\u3041-\u30ff]"),
}


@pytest.fixture(scope="module")
def trees(site: Path, hostile_site: Path) -> dict[str, html.HtmlElement]:
    """Every page of the site, one of a withdrawn brief and one at an address that moved."""
    files = {f"/{file.relative_to(site).as_posix()}": file for file in sorted(site.rglob("*.html"))}
    files |= {
        address: hostile_site / address.strip("/") / "index.html"
        for address in (f"/briefs/{WITHDRAWN}/", MOVED)
    }
    return {address: html.parse(str(file)).getroot() for address, file in files.items()}


def ask(page: Page, kinds: dict[str, str], question: str) -> list[str]:
    """What a question finds at fault on all kinds of pages."""
    found: list[str] = []
    for kind, address in kinds.items():
        show(page, address)
        found += [f"{kind}: {one}" for one in page.evaluate(f"questions.{question}()")]
    return found


def open_menu(page: Page) -> None:
    page.locator("button[popovertarget=site-menu]").click(timeout=5000)
    page.locator("#site-menu").wait_for()


def open_bar(page: Page, anchor: str) -> None:
    page.locator(f"#{anchor} > a.number").click()
    page.locator("#passage").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_on_any_kind_of_page(
    browser: Browser, kinds: dict[str, str], width: int, scheme: Any
) -> None:
    found: list[str] = []
    with window(browser, width, color_scheme=scheme) as page:
        for kind, address in kinds.items():
            show(page, address)
            found += violations(page, kind)
        if width < 1000:
            show(page, kinds["brief: prose"])
            open_menu(page)
            found += violations(page, "menu")
            found += [f"menu: {one}" for one in page.evaluate("questions.small()") if "menu" in one]
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_four_times_as_large_nothing_is_lost(browser: Browser, kinds: dict[str, str]) -> None:
    """1280 × 1024 at 400 %: no line needs scrolling, the header can be used and leaves room to read."""
    with window(browser, 320, 256, device_scale_factor=4) as page:
        for kind, address in kinds.items():
            show(page, address)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, kind
            page.evaluate("scrollTo(0, 400)")
            assert page.evaluate("questions.covered()") <= 0.5, kind
            assert (
                page.evaluate("questions.outOfReach('header :is(a, button, input, label[for])')")
                == []
            ), kind


def test_four_times_as_large_the_menu_and_the_bar_can_be_used(
    browser: Browser, kinds: dict[str, str]
) -> None:
    with window(browser, 320, 256, device_scale_factor=4) as page:
        show(page, kinds["brief: prose"])
        open_bar(page, "p4")
        assert page.evaluate("questions.covered()") <= 0.5
        assert page.evaluate("questions.outOfReach('#passage :is(a, button)')") == []
        page.keyboard.press("Escape")
        open_menu(page)
        assert page.locator("#site-menu a:visible").count() > 5
        assert page.evaluate("questions.outOfReach('#site-menu a')") == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_what_can_be_pressed_is_24_pixels_high_and_wide(
    browser: Browser, kinds: dict[str, str], width: int
) -> None:
    with window(browser, width) as page:
        found = ask(page, kinds, "small")
    assert not found, "\n".join(found)


def tabbed(page: Page, key: str, most: int = 80) -> list[tuple[str, str]]:
    """Press a key again and again: what has the focus each time, until it leaves the page, and what is wrong with it."""
    stops: list[tuple[str, str]] = []
    for _ in range(most):
        page.keyboard.press(key)
        stop = page.evaluate("questions.focused()")
        if stop is None:
            break
        stops.append((stop[0], stop[1]))
    return stops


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("kind", ["briefs", "brief: prose"])
def test_what_has_the_focus_is_seen_to_have_it(
    browser: Browser, kinds: dict[str, str], width: int, kind: str
) -> None:
    with window(browser, width, reduced_motion="reduce") as page:
        show(page, kinds[kind])
        page.evaluate("questions.rest()")
        stops = tabbed(page, "Tab")
        assert len(stops) > 20
        found = [
            f"{one} {wrong}"
            for one, wrong in stops + tabbed(page, "Shift+Tab", len(stops) - 1)
            if wrong
        ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_bar_for_a_passage_hides_nothing_that_has_the_focus(
    browser: Browser, kinds: dict[str, str], width: int
) -> None:
    with window(browser, width, reduced_motion="reduce") as page:
        show(page, kinds["brief: outline"])
        page.evaluate("questions.rest()")
        open_bar(page, "p2")
        stops = tabbed(page, "Tab", 30)
        assert page.locator("#passage").is_visible()
        assert page.evaluate("document.activeElement.matches('a.number')")
    found = [f"{one} {wrong}" for one, wrong in stops if wrong]
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_few_colours_all_words_can_be_read(
    browser: Browser, kinds: dict[str, str], scheme: Any
) -> None:
    """Where the reader's system sets the colours."""
    with window(browser, 1280, color_scheme=scheme, forced_colors="active") as page:
        found = ask(page, kinds, "faded")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_few_colours_what_was_found_or_led_to_stands_out(
    browser: Browser, kinds: dict[str, str], scheme: Any
) -> None:
    looks = "one => ['backgroundColor', 'outlineStyle', 'borderTopStyle'].map(sign => getComputedStyle(one)[sign])"
    with window(browser, 1280, color_scheme=scheme, forced_colors="active") as page:
        page.goto(f"{kinds['brief: prose']}?mark=export#p13")
        for marked, plain in (("#p13 mark", "#p12"), ("#p13", "#p12")):
            seen = [page.locator(one).first.evaluate(looks) for one in (marked, plain)]
            assert seen[0] != seen[1], f"{marked} looks as {plain} does"


@pytest.mark.slow
def test_nothing_moves_for_who_asked_for_less_motion(
    browser: Browser, kinds: dict[str, str]
) -> None:
    with window(browser, 390, reduced_motion="reduce") as page:
        found = ask(page, kinds, "moving")
    assert not found, "\n".join(found)


def test_headings_stand_in_order(trees: dict[str, html.HtmlElement]) -> None:
    """One h1, the first in what the page is about; below it no level is left out."""
    found: list[str] = []
    for address, tree in trees.items():
        headings = tree.xpath(f"//main//*[{HEADINGS}]")
        if [heading.tag for heading in headings[:1]] != ["h1"] or len(tree.xpath("//h1")) != 1:
            found.append(f"{address}: {[heading.tag for heading in headings]}")
        for one, other in itertools.pairwise(headings):
            if int(other.tag[1]) > int(one.tag[1]) + 1:
                found.append(f"{address}: {one.tag}, then {other.tag}: {other.text_content()}")
    assert not found, "\n".join(found)


def test_a_page_has_its_landmarks_once_and_each_list_of_links_a_name(
    trees: dict[str, html.HtmlElement],
) -> None:
    found: list[str] = []
    for address, tree in trees.items():
        mains, banners = (
            len(tree.xpath(path)) for path in ("//main", "//header[not(ancestor::main)]")
        )
        names = [nav.get("aria-label") or "" for nav in tree.xpath("//nav")]
        if (
            (mains, banners) != (1, 0 if address == MOVED else 1)
            or len(set(names)) < len(names)
            or "" in names
        ):
            found.append(f"{address}: {mains} main, {banners} header, nav {names}")
    assert not found, "\n".join(found)


def test_words_in_another_script_say_their_language(trees: dict[str, html.HtmlElement]) -> None:
    found: list[str] = []
    seen = 0
    for address, tree in trees.items():
        assert tree.get("lang") == "en", address
        for text in tree.xpath("//main//text()[not(ancestor::script)]"):
            around = text.getparent().getparent() if text.is_tail else text.getparent()
            said = (around.xpath("ancestor-or-self::*[@lang][1]/@lang") or [""])[0]
            wanted = [lang for lang, signs in SCRIPTS.items() if signs.search(text)]
            seen += len(wanted)
            found += [
                f"{address}: {lang}, not {said}: {text.strip()[:60]}"
                for lang in wanted
                if said.split("-")[0] != lang
            ]
    assert seen > 3
    assert not found, "\n".join(found)
