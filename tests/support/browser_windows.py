"""Windows of the browser, and what is asked of the pages in them.

A window with a page in it costs five times what the next page in it does. So each is used again, emptied of all that a test left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from hostile_archive import MOVED
from site_pages import settled

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What of axe's rules is about colours, and what about the width of a window.
CONTRAST = ["color-contrast"]
SIZES = ["target-size", "meta-viewport", "css-orientation-lock"]
# Width, colours, and the rules of axe: all once, and then those that may find something else; all of them always is slow.
LOOKS = [
    (1280, "light", RULES),
    (1280, "dark", CONTRAST),
    (360, "light", SIZES),
    *(
        pytest.param(width, scheme, RULES, marks=pytest.mark.slow)
        for width, scheme in ((1280, "dark"), (360, "light"), (360, "dark"))
    ),
]
every_look = pytest.mark.parametrize(
    ("width", "scheme", "rules"),
    LOOKS,
    ids=[
        "all rules",
        "contrast",
        "sizes",
        "all rules, dark",
        "all rules, 360",
        "all rules, 360, dark",
    ],
)

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

# Says on the console what the policy stopped, so that it is known after the page has been left.
WATCH = """addEventListener("securitypolicyviolation", (event) => {
    console.error(`stopped on ${location.pathname}: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
})"""
# Adds up how far things jumped after they were first shown.
SHIFTS = """new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
        if (entry.hadRecentInput) continue;
        (globalThis.shifts ??= []).push([entry.value, ...entry.sources.map(({ node }) => `${node?.localName}.${node?.className}`)]);
    }
}).observe({ type: "layout-shift", buffered: true })"""

# The windows that no test uses just now, by the options that a page cannot change.
_free: dict[tuple[Browser, str], list[Page]] = {}


@contextmanager
def window(
    browser: Browser,
    width: int = 1280,
    height: int = 800,
    *,
    color_scheme: Any = "light",
    reduced_motion: Any = "no-preference",
    forced_colors: Any = "none",
    scripts: tuple[str, ...] = (),
    **options: Any,
) -> Iterator[Page]:
    """A page in a window that holds nothing, and that answers `questions`; every page in it runs the `scripts` first.

    Only what the browser has in its cache is left from before. A test stops listening to the page when it ends: `listening`.
    """
    free = _free.setdefault((browser, repr((scripts, sorted(options.items())))), [])
    page = free.pop() if free else _open(browser, (f"{{{QUESTIONS}}}", *scripts), options)
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(
        media="null",
        color_scheme=color_scheme,
        reduced_motion=reduced_motion,
        forced_colors=forced_colors,
    )
    try:
        yield page
        _empty(page)
    except BaseException:
        page.context.close()
        raise
    free.append(page)


def _open(browser: Browser, scripts: Iterable[str], options: dict[str, Any]) -> Page:
    context = browser.new_context(**options)
    for script in scripts:
        context.add_init_script(script)
    return context.new_page()


def _empty(page: Page) -> None:
    page.unroute_all(behavior="ignoreErrors")
    for other in page.context.pages:
        if other != page:
            other.close()
    page.goto("about:blank")
    page.mouse.move(0, 0)
    page.context.clear_cookies()
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
    session.send("Page.resetNavigationHistory")
    session.detach()


@contextmanager
def listening(page: Page, **handlers: Callable[[Any], None]) -> Iterator[None]:
    """Hear of a page's events, by their names, for a while."""
    on: Any = page.on
    for event, handler in handlers.items():
        on(event, handler)
    yield
    for event, handler in handlers.items():
        page.remove_listener(event, handler)


@contextmanager
def troubles(page: Page) -> Iterator[list[str]]:
    """The errors of a page's scripts, and what it says on the console as such, from now on."""
    found: list[str] = []

    def console(message: Any) -> None:
        if message.type == "error":
            found.append(message.text)

    with listening(page, console=console, pageerror=lambda error: found.append(str(error))):
        yield found


def show(page: Page, address: str) -> None:
    """Open a page as it is when it has come to rest; an address that moved does not lead on."""
    if address.endswith(MOVED):
        page.route("**/assets/moved.js", lambda route: route.fulfill(body=""))
    page.goto(address, wait_until="load")
    if "/search/" in address:
        settled(page)
        page.wait_for_load_state("networkidle")


def violations(page: Page, kind: str, rules: Iterable[str] = RULES) -> list[str]:
    """What axe finds on a page, each with the rule and the element."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(
        """async (options) => (await axe.run(options)).violations
            .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 150)}`))""",
        {"runOnly": [*rules], "resultTypes": ["violations"]},
    )
    return [f"{kind}: {one}" for one in found]


def kept(page: Page) -> list[str]:
    """What the site has put into the browser's two stores, and into its cookies."""
    found: list[str] = page.evaluate(
        "[...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie].filter(Boolean)"
    )
    return found


def is_dark(page: Page) -> bool:
    """Whether words are lighter than the paper that they stand on."""
    colours = page.locator("body").evaluate(
        "body => [getComputedStyle(body).color, getComputedStyle(body).backgroundColor]"
    )
    words, paper = (sum(map(float, re.findall(r"[\d.]+", colour)[:3])) for colour in colours)
    return words > paper
