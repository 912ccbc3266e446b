"""Links are told from the words around them: by their colour, and by a line under running text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browser_windows import darken, show, window
from repository import ROOT, cases
from site_pages import KINDS

PLACES: list[dict[str, Any]] = cases("link_colours")
CSS = (ROOT / "docs" / "assets" / "archive.css").read_text(encoding="utf-8")
SCHEMES = {"light": 0, "dark": 1}
# WCAG 2.2: F73 for links without a line, and 1.4.3.
AROUND, BEHIND = 3, 4.5


def colours(scheme: str) -> dict[str, tuple[float, ...]]:
    """The colours of a scheme, by their names in archive.css."""
    found = re.findall(r"--(\w+): light-dark\(#(\w{6}), #(\w{6})\)", CSS)
    return {
        name: tuple(int(pair[SCHEMES[scheme]][n : n + 2], 16) for n in (0, 2, 4))
        for name, *pair in found
    }


def luminance(colour: tuple[float, ...]) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (part / 255 for part in colour[:3])
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    lower, higher = sorted((luminance(one), luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("case", PLACES, ids=lambda case: case["place"])
def test_a_link_differs_from_the_words_around_it_and_from_what_is_behind(
    case: dict[str, Any], scheme: str
) -> None:
    known = colours(scheme)
    link = known[case["link"]]
    assert all(contrast(link, known[words]) >= AROUND for words in case["words"])
    assert all(contrast(link, known[behind]) >= BEHIND for behind in case["behind"])


def test_colours_without_light_dark_are_those_of_the_light() -> None:
    """Browsers without light-dark() get the first rule."""
    (first,) = re.findall(r"color-scheme: light;\n(.*)", CSS)[:1]
    plain = dict(re.findall(r"--(\w+): (#\w{6});", first))
    assert plain
    assert {name: tuple(bytes.fromhex(value[1:])) for name, value in plain.items()} == {
        name: colour for name, colour in colours("light").items() if name in plain
    }
    assert plain.keys() == colours("light").keys()


# What is found of the links of a place: their colour, whether a line is under them, and the colours
# of the words in the same block that are not in a link.
LOOK = r"""selector => [...document.querySelectorAll(selector)]
  .filter(link => link.closest("main") && link.checkVisibility())
  .map(link => {
    const numbers = text => text.match(/[\d.]+/g).map(Number);
    const style = element => getComputedStyle(element);
    let block = link;
    while (style(block).display === "inline") block = block.parentElement;
    const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const words = [];
    while (texts.nextNode()) {
      const parent = texts.currentNode.parentElement;
      if (/\p{L}/u.test(texts.currentNode.data) && !parent.closest("a, mark, strong, script")
        && parent.checkVisibility()) words.push(numbers(style(parent).color));
    }
    return [link.textContent, numbers(style(link).color), style(link).textDecorationLine, words];
  })"""


def test_links_look_so_on_every_kind_of_page(browser: Browser, base: str) -> None:
    faults: list[str] = []
    counts = Counter[str]()
    with window(browser, 1280, reduced_motion="reduce") as page:
        for kind, address in KINDS.items():
            if kind.startswith("search"):
                continue
            page.emulate_media(color_scheme="light")
            show(page, base + address)
            faults += faults_of_links(page, kind, "light", counts)
            darken(page)
            faults += faults_of_links(page, kind, "dark", counts)
    assert not faults, "\n".join(faults)
    for scheme in SCHEMES:
        assert all(counts[f"{case['place']}, {scheme}"] > 3 for case in PLACES), counts


def faults_of_links(page: Page, kind: str, scheme: str, counts: Counter[str]) -> Iterator[str]:
    """Yield the links of a page that do not look as they should; count all links by place."""
    known = colours(scheme)
    for case in PLACES:
        for text, colour, line, words in page.evaluate(LOOK, case["selector"]):
            counts[f"{case['place']}, {scheme}"] += 1
            where = f"{kind}, {case['place']}, {scheme}, “{text}”"
            if tuple(colour) != known[case["link"]]:
                yield f"{where}: {colour}"
            if line != ("underline" if case["underlined"] else "none"):
                yield f"{where}: {line}"
            for beside in words:
                if case["words"] and contrast(tuple(colour), tuple(beside)) < AROUND:
                    yield f"{where}: beside {beside}"


def test_a_link_among_facts_is_underlined_under_the_pointer_and_the_focus(
    browser: Browser, base: str
) -> None:
    line = "link => getComputedStyle(link).textDecorationLine"
    with window(browser, 1280, reduced_motion="reduce") as page:
        show(page, base + KINDS["home"])
        for place in (".entry-facts a", ".counts a", ".exports a", ".theme-card a.where"):
            link = page.locator(place).first
            assert link.evaluate(line) == "none"
            link.hover()
            assert link.evaluate(line) == "underline"
            page.mouse.move(0, 0)
            link.focus()
            assert link.evaluate(line) == "underline"
