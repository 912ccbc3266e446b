"""Who reads with what: a screen reader, a keyboard, a finger, large type, few colours, little motion.

The bar for a passage is looked at by axe in test_site_cite, the search with filters in use in test_site_search.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from lxml import html
from playwright.sync_api import Browser, Page

from hostile_archive import REDIRECTS, WITHDRAWN
from site_pages import KINDS, serve, settled

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOVED = next(old for old in REDIRECTS if old.startswith("/briefs/"))
HEADINGS = " or ".join(f"self::h{level}" for level in range(1, 7))
SCRIPTS = {
    "ko": re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]"),
    "ja": re.compile("[\u3041-\u30ff]"),
}

# What is asked of a page, in the browser. An answer is a list of what is at fault, as a message names it.
QUESTIONS = r"""
const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary, label[for], label:has(input)";
const style = (one, part) => getComputedStyle(one, part);
const box = (one) => one.getBoundingClientRect();
const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  && Math.min(box(one).width, box(one).height) > 1;
const all = (what) => [...document.querySelectorAll(what)].filter(seen);
const mark = (one) => one.localName + (one.id && `#${one.id}`) + [...one.classList].map((name) => `.${name}`).join("");
const words = (one) => one.getAttribute("aria-label") || one.textContent.trim().replace(/\s+/g, " ") || one.title || one.name;
const called = (one) => `${one.parentElement ? mark(one.parentElement) : ""} > ${mark(one)} “${String(words(one)).slice(0, 30)}”`;
const keepsPlace = (one) => one && (["fixed", "sticky"].includes(style(one).position) ? one : keepsPlace(one.parentElement));
const middle = ({ left, top, right, bottom }) => [(left + right) / 2, (top + bottom) / 2];
const isInWindow = ({ left, top, right, bottom }) => left >= -1 && right <= innerWidth + 1
  && (bottom - top > innerHeight || (top >= -1 && bottom <= innerHeight + 1));

// A target in a line of words is as high as the line (WCAG 2.5.8).
const blockOf = (one) => (style(one).display === "inline" ? blockOf(one.parentElement) : one);
function isInText(target) {
  const block = blockOf(target);
  const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  while (block !== target && texts.nextNode()) {
    const of = texts.currentNode.parentElement;
    if (/\p{L}/u.test(texts.currentNode.data) && !of.closest(TARGETS) && blockOf(of) === block) return true;
  }
  return false;
}
// A box in a label is pressed by way of the label, and the label of a field by way of the field; some labels are of nothing.
const byOther = (one) => one.matches("label input")
  || (one.matches("label") && !(one.control && (one.contains(one.control) || !seen(one.control))));
const pressed = () => all(TARGETS).filter((one) => !byOther(one) && !isInText(one));

// Colours are compared as they are painted. In a drawing, words stand on the last shape under them.
const sheet = document.createElement("hr");
const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
function painted(colour) {
  pen.clearRect(0, 0, 1, 1);
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data];
}
const ground = (one) => (!one ? painted(style(sheet).backgroundColor) : painted(style(one).backgroundColor)[3] === 255
  ? painted(style(one).backgroundColor) : ground(one.parentElement));
function drawnUnder(one) {
  const [x, y] = middle(box(one));
  const under = (shape) => box(shape).left <= x && x <= box(shape).right && box(shape).top <= y && y <= box(shape).bottom;
  const shape = [...one.closest("svg").querySelectorAll("circle, rect")].findLast(under);
  return shape ? painted(style(shape).fill) : ground(one.closest("svg"));
}
function fades(one, part) {
  const drawn = one.closest("svg");
  const [colour, below] = [painted(style(one, part)[drawn ? "fill" : "color"]), drawn ? drawnUnder(one) : ground(one)];
  return Math.max(...[0, 1, 2].map((at) => Math.abs(colour[at] - below[at]))) < 100;
}
const isWritten = (one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
const parts = (one) => ["::before", "::after"].filter((part) => /["(]/.test(style(one, part).content));

const seconds = (times) => Math.max(...times.split(",").map((time) => parseFloat(time) * (time.endsWith("ms") ? 0.001 : 1)));
function moves(one, part) {
  const { transitionDuration, animationName, animationDuration, scrollBehavior } = style(one, part);
  const long = seconds(transitionDuration) > 0.01 || (animationName !== "none" && seconds(animationDuration) > 0.01);
  return long || (!part && scrollBehavior === "smooth");
}

const SIGNS = ["boxShadow", "backgroundColor", "textDecorationLine", "borderTopColor", "borderTopWidth", "borderBottomWidth"];
const signs = (one) => SIGNS.map((sign) => style(one)[sign]).join();
const atRest = new Map();
// Material's switch between light and dark is a field that is not seen: the sign after it is.
const shown = (one) => (seen(one) ? one : one.nextElementSibling ?? one);
const coverAt = (one, x, y) => {
  const hit = document.elementFromPoint(x, y);
  return hit && !hit.contains(one) && !one.contains(hit) && !keepsPlace(hit)?.contains(one) ? keepsPlace(hit) : null;
};

globalThis.questions = {
  small: () => pressed().filter((one) => Math.min(box(one).width, box(one).height) < 23.95)
    .map((one) => `${called(one)}: ${box(one).width.toFixed(1)} × ${box(one).height.toFixed(1)}`),

  outOfReach: (within) => all(within).filter((one) => {
    one.scrollIntoView({ block: "nearest", behavior: "instant" });
    const hit = document.elementFromPoint(...middle(box(one)));
    return !isInWindow(box(one)) || !(one.contains(hit) || hit?.contains(one));
  }).map(called),

  // The part of the window that is under what keeps its place in it.
  covered: () => all("body *").filter((one) => keepsPlace(one) === one && !keepsPlace(one.parentElement)).map(box)
    .map((of) => [Math.min(of.right, innerWidth) - Math.max(of.left, 0), Math.min(of.bottom, innerHeight) - Math.max(of.top, 0)])
    .reduce((sum, [width, height]) => sum + Math.max(0, width) * Math.max(0, height), 0) / (innerWidth * innerHeight),

  faded: () => {
    document.body.append(sheet);
    sheet.style.backgroundColor = "Canvas";
    return all("body *").flatMap((one) => [...(isWritten(one) ? [null] : []), ...parts(one)].map((part) => [one, part]))
      .filter(([one, part]) => fades(one, part)).map(([one, part]) => called(one) + (part ?? ""));
  },

  moving: () => [...document.querySelectorAll("*")]
    .filter((one) => [null, "::before", "::after"].some((part) => moves(one, part))).map(called),

  rest: () => document.querySelectorAll(`${TARGETS}, [tabindex]`).forEach((one) => atRest.set(one, signs(one))),

  // What has the focus, and what is wrong with how that shows.
  focused: () => {
    if (!document.activeElement || document.activeElement === document.body) return null;
    const one = shown(document.activeElement);
    const { outlineStyle, outlineWidth } = style(one);
    const { left, top, right, bottom } = one.getClientRects()[0];
    const points = [[left + 2, top + 2], [right - 2, bottom - 2], middle({ left, top, right, bottom })];
    const cover = points.map(([x, y]) => coverAt(one, x, y)).find(Boolean);
    const wrong = [
      (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || signs(one) !== atRest.get(one) ? "" : "has no sign of focus",
      isInWindow(box(one)) ? "" : "is out of the window",
      cover ? `is under ${mark(cover)}` : "",
    ];
    return [called(one), wrong.filter(Boolean).join(", ")];
  },
};
"""


@pytest.fixture(scope="module")
def trees(site: Path, hostile_site: Path) -> dict[str, html.HtmlElement]:
    """Every page of the site, one of a withdrawn brief and one at an address that moved."""
    files = {f"/{file.relative_to(site).as_posix()}": file for file in sorted(site.rglob("*.html"))}
    files |= {
        address: hostile_site / address.strip("/") / "index.html"
        for address in (f"/briefs/{WITHDRAWN}/", MOVED)
    }
    return {address: html.parse(str(file)).getroot() for address, file in files.items()}


@pytest.fixture(scope="module")
def pages(base: str, hostile_site: Path) -> Iterator[dict[str, str]]:
    """The whole address of one page of every kind, by what it is."""
    for other in serve(hostile_site):
        kinds = {kind: base + address for kind, address in KINDS.items()}
        yield {**kinds, "withdrawn": f"{other}/briefs/{WITHDRAWN}/", "moved": other + MOVED}


@contextmanager
def window(browser: Browser, width: int, height: int = 800, **options: Any) -> Iterator[Page]:
    """A page in a window of its own that can be asked the questions."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.add_init_script(f"{{{QUESTIONS}}}")
    yield context.new_page()
    context.close()


def show(page: Page, address: str) -> None:
    """Open a page as it is when it has come to rest; an address that moved does not lead on."""
    if address.endswith(MOVED):
        page.route("**/assets/moved.js", lambda route: route.fulfill(body=""))
    page.goto(address, wait_until="load")
    if "/search/" in address:
        settled(page)
        page.wait_for_load_state("networkidle")


def ask(page: Page, pages: dict[str, str], question: str) -> list[str]:
    """What a question finds at fault on all kinds of pages."""
    found: list[str] = []
    for kind, address in pages.items():
        show(page, address)
        found += [f"{kind}: {one}" for one in page.evaluate(f"questions.{question}()")]
    return found


def open_menu(page: Page) -> None:
    page.locator("button[popovertarget=site-menu]").click(timeout=5000)
    page.locator("#site-menu").wait_for()


def open_bar(page: Page, anchor: str) -> None:
    page.locator(f"#{anchor} > a.number").click()
    page.locator("#passage").wait_for()


def violations(page: Page, kind: str) -> list[str]:
    """What axe finds on a page, each with the rule and the element."""
    found = (
        Axe()
        .run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        .response["violations"]
    )
    return [f"{kind}: {one['id']}: {node['html'][:150]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_on_any_kind_of_page(
    browser: Browser, pages: dict[str, str], width: int, scheme: Any
) -> None:
    found: list[str] = []
    with window(browser, width, color_scheme=scheme) as page:
        for kind, address in pages.items():
            show(page, address)
            found += violations(page, kind)
        if width < 1000:
            show(page, pages["brief: prose"])
            open_menu(page)
            found += violations(page, "menu")
            found += [f"menu: {one}" for one in page.evaluate("questions.small()") if "menu" in one]
    assert not found, "\n".join(found)


def test_four_times_as_large_nothing_is_lost(browser: Browser, pages: dict[str, str]) -> None:
    """1280 × 1024 at 400 %: no line needs scrolling, the header can be used and leaves room to read."""
    with window(browser, 320, 256, device_scale_factor=4) as page:
        for kind, address in pages.items():
            show(page, address)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, kind
            page.evaluate("scrollTo(0, 400)")
            assert page.evaluate("questions.covered()") <= 0.5, kind
            assert (
                page.evaluate("questions.outOfReach('header :is(a, button, input, label[for])')")
                == []
            ), kind


def test_four_times_as_large_the_menu_and_the_bar_can_be_used(
    browser: Browser, pages: dict[str, str]
) -> None:
    with window(browser, 320, 256, device_scale_factor=4) as page:
        show(page, pages["brief: prose"])
        open_bar(page, "p4")
        assert page.evaluate("questions.covered()") <= 0.5
        assert page.evaluate("questions.outOfReach('#passage :is(a, button)')") == []
        page.keyboard.press("Escape")
        open_menu(page)
        assert page.locator("#site-menu a:visible").count() > 5
        assert page.evaluate("questions.outOfReach('#site-menu a')") == []


@pytest.mark.parametrize("width", [1280, 390])
def test_what_can_be_pressed_is_24_pixels_high_and_wide(
    browser: Browser, pages: dict[str, str], width: int
) -> None:
    with window(browser, width) as page:
        found = ask(page, pages, "small")
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
    browser: Browser, pages: dict[str, str], width: int, kind: str
) -> None:
    with window(browser, width, reduced_motion="reduce") as page:
        show(page, pages[kind])
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
    browser: Browser, pages: dict[str, str], width: int
) -> None:
    with window(browser, width, reduced_motion="reduce") as page:
        show(page, pages["brief: outline"])
        page.evaluate("questions.rest()")
        open_bar(page, "p2")
        stops = tabbed(page, "Tab", 30)
        assert page.locator("#passage").is_visible()
        assert page.evaluate("document.activeElement.matches('a.number')")
    found = [f"{one} {wrong}" for one, wrong in stops if wrong]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_few_colours_all_words_can_be_read(
    browser: Browser, pages: dict[str, str], scheme: Any
) -> None:
    """Where the reader's system sets the colours. What was found, and what a link led to, stand out there too."""
    looks = "one => ['backgroundColor', 'outlineStyle', 'borderTopStyle'].map(sign => getComputedStyle(one)[sign])"
    with window(browser, 1280, color_scheme=scheme, forced_colors="active") as page:
        found = ask(page, pages, "faded")
        page.goto(f"{pages['brief: prose']}?mark=export#p13")
        for marked, plain in (("#p13 mark", "#p12"), ("#p13", "#p12")):
            if page.locator(marked).first.evaluate(looks) == page.locator(plain).evaluate(looks):
                found.append(f"{marked} looks as {plain} does")
    assert not found, "\n".join(found)


def test_nothing_moves_for_who_asked_for_less_motion(
    browser: Browser, pages: dict[str, str]
) -> None:
    with window(browser, 390, reduced_motion="reduce") as page:
        found = ask(page, pages, "moving")
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
