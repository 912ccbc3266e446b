"""Accessibility: screen reader, keyboard, touch, zoom, forced colours, reduced motion.

axe checks the passage bar in test_site_cite, and the search with filters in test_site_search.
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

# What a touch writes into or opens.
FIELDS = "input:not([type=checkbox], [type=radio], [type=hidden]), select, textarea"
HEADINGS = " or ".join(f"self::h{level}" for level in range(1, 7))
SCRIPTS = {
    "ko": re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]"),
    "ja": re.compile("[\u3041-\u30ff]"),
}


@pytest.fixture(scope="module")
def trees(site: Path, hostile_site: Path) -> dict[str, html.HtmlElement]:
    """Parse every page of the site, and those of a withdrawn brief and a moved address."""
    paths = {f"/{path.relative_to(site).as_posix()}": path for path in sorted(site.rglob("*.html"))}
    paths |= {
        address: hostile_site / address.strip("/") / "index.html"
        for address in (f"/briefs/{WITHDRAWN}/", MOVED)
    }
    return {address: html.parse(str(path)).getroot() for address, path in paths.items()}


def faults_on_every_kind(page: Page, kinds: dict[str, str], question: str) -> list[str]:
    """Ask every kind of page a question; return the faults."""
    faults: list[str] = []
    for kind, address in kinds.items():
        show(page, address)
        faults += [f"{kind}: {fault}" for fault in page.evaluate(f"questions.{question}()")]
    return faults


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
    faults: list[str] = []
    with window(browser, width, color_scheme=scheme) as page:
        for kind, address in kinds.items():
            show(page, address)
            faults += violations(page, kind)
        if width < 1000:
            show(page, kinds["brief: prose"])
            open_menu(page)
            faults += violations(page, "menu")
            faults += [
                f"menu: {fault}" for fault in page.evaluate("questions.small()") if "menu" in fault
            ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("width", "has_touch"), [(390, False), (390, True), (1024, True)])
def test_no_field_is_so_small_that_a_touch_enlarges_the_page(
    browser: Browser, kinds: dict[str, str], width: int, has_touch: bool
) -> None:
    with window(browser, width, has_touch=has_touch, is_mobile=has_touch) as page:
        for kind in ("home", "theme", "search: results", "no page"):
            show(page, kinds[kind])
            sizes = page.locator(FIELDS).evaluate_all(
                "fields => fields.map(field => parseFloat(getComputedStyle(field).fontSize))"
            )
            assert sizes, kind
            assert min(sizes) >= 16, kind


@pytest.mark.slow
def test_at_400_percent_nothing_is_lost(browser: Browser, kinds: dict[str, str]) -> None:
    """1280 × 1024 at 400 %: no line scrolls sideways; the header works and leaves room to read."""
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


def test_at_400_percent_the_menu_and_the_bar_can_be_used(
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
def test_every_target_is_at_least_24_pixels_high_and_wide(
    browser: Browser, kinds: dict[str, str], width: int
) -> None:
    with window(browser, width) as page:
        faults = faults_on_every_kind(page, kinds, "small")
    assert not faults, "\n".join(faults)


def press_repeatedly(page: Page, key: str, limit: int = 80) -> list[tuple[str, str]]:
    """Press a key until the focus leaves the page; return each focused element with its fault."""
    stops: list[tuple[str, str]] = []
    for _ in range(limit):
        page.keyboard.press(key)
        stop = page.evaluate("questions.focused()")
        if stop is None:
            break
        stops.append((stop[0], stop[1]))
    return stops


@pytest.mark.parametrize(
    ("kind", "width"),
    [
        ("briefs", 1280),
        ("brief: prose", 390),
        pytest.param("briefs", 390, marks=pytest.mark.slow),
        pytest.param("brief: prose", 1280, marks=pytest.mark.slow),
    ],
)
def test_the_focused_element_is_visible_and_marked(
    browser: Browser, kinds: dict[str, str], width: int, kind: str
) -> None:
    with window(browser, width, reduced_motion="reduce") as page:
        show(page, kinds[kind])
        page.evaluate("questions.rest()")
        stops = press_repeatedly(page, "Tab")
        assert len(stops) > 20
        faults = [
            f"{element} {fault}"
            for element, fault in stops + press_repeatedly(page, "Shift+Tab", len(stops) - 1)
            if fault
        ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_passage_bar_never_hides_the_focused_element(
    browser: Browser, kinds: dict[str, str], width: int
) -> None:
    with window(browser, width, reduced_motion="reduce") as page:
        show(page, kinds["brief: outline"])
        page.evaluate("questions.rest()")
        open_bar(page, "p2")
        stops = press_repeatedly(page, "Tab", 30)
        assert page.locator("#passage").is_visible()
        assert page.evaluate("document.activeElement.matches('a.number')")
    faults = [f"{element} {fault}" for element, fault in stops if fault]
    assert not faults, "\n".join(faults)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_forced_colours_all_words_can_be_read(
    browser: Browser, kinds: dict[str, str], scheme: Any
) -> None:
    """The reader's system sets the colours."""
    with window(browser, 1280, color_scheme=scheme, forced_colors="active") as page:
        faults = faults_on_every_kind(page, kinds, "faded")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_forced_colours_marks_and_the_target_stand_out(
    browser: Browser, kinds: dict[str, str], scheme: Any
) -> None:
    looks = """element => ['backgroundColor', 'outlineStyle', 'borderTopStyle'].map(
        property => getComputedStyle(element)[property])"""
    with window(browser, 1280, color_scheme=scheme, forced_colors="active") as page:
        page.goto(f"{kinds['brief: prose']}?mark=export#p13")
        for marked, plain in (("#p13 mark", "#p12"), ("#p13", "#p12")):
            first, second = (page.locator(place).first.evaluate(looks) for place in (marked, plain))
            assert first != second, f"{marked} looks like {plain}"


@pytest.mark.slow
def test_nothing_moves_for_a_reader_who_wants_less_motion(
    browser: Browser, kinds: dict[str, str]
) -> None:
    with window(browser, 390, reduced_motion="reduce") as page:
        faults = faults_on_every_kind(page, kinds, "moving")
    assert not faults, "\n".join(faults)


def test_headings_are_in_order(trees: dict[str, html.HtmlElement]) -> None:
    """`main` begins with the only h1, and no level is skipped below it."""
    faults: list[str] = []
    for address, tree in trees.items():
        headings = tree.xpath(f"//main//*[{HEADINGS}]")
        tags = [heading.tag for heading in headings]
        if tags[:1] != ["h1"] or len(tree.xpath("//h1")) != 1:
            faults.append(f"{address}: {tags}")
        for heading, next_heading in itertools.pairwise(headings):
            if int(next_heading.tag[1]) > int(heading.tag[1]) + 1:
                text = next_heading.text_content()
                faults.append(f"{address}: {heading.tag}, then {next_heading.tag}: {text}")
    assert not faults, "\n".join(faults)


def test_a_page_has_one_main_and_one_header_and_names_every_nav(
    trees: dict[str, html.HtmlElement],
) -> None:
    faults: list[str] = []
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
            faults.append(f"{address}: {mains} main, {banners} header, nav {names}")
    assert not faults, "\n".join(faults)


def test_words_in_another_script_have_a_lang_attribute(trees: dict[str, html.HtmlElement]) -> None:
    faults: list[str] = []
    checked = 0
    for address, tree in trees.items():
        assert tree.get("lang") == "en", address
        for text in tree.xpath("//main//text()[not(ancestor::script)]"):
            element = text.getparent().getparent() if text.is_tail else text.getparent()
            declared = (element.xpath("ancestor-or-self::*[@lang][1]/@lang") or [""])[0]
            languages = [lang for lang, signs in SCRIPTS.items() if signs.search(text)]
            checked += len(languages)
            faults += [
                f"{address}: {lang}, not {declared}: {text.strip()[:60]}"
                for lang in languages
                if declared.split("-")[0] != lang
            ]
    assert checked > 3
    assert not faults, "\n".join(faults)
