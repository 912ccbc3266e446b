"""Windows of the browser, and questions to the pages in them.

Opening a window takes five times as long as opening a further page in it. So each window is used
again, after everything that a test left in it has been cleared.
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
from site_pages import settled, until

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# axe's rules about colours, and those that depend on the width of the window.
CONTRAST = ["color-contrast"]
SIZES = ["target-size", "meta-viewport", "css-orientation-lock"]
# Width, colour scheme and rules of axe. All rules run in one look; the other two run only the rules
# whose result may differ. Running all rules in every look is slow.
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

# Questions to a page, answered in the browser. Most answers list the faulty elements.
QUESTIONS = r"""
const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary, "
  + "label[for], label:has(input)";
const style = (element, part) => getComputedStyle(element, part);
const box = (element) => element.getBoundingClientRect();
const isVisible = (element) =>
  element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  && Math.min(box(element).width, box(element).height) > 1;
const visible = (selector) => [...document.querySelectorAll(selector)].filter(isVisible);
const selectorOf = (element) => element.localName + (element.id && `#${element.id}`)
  + [...element.classList].map((name) => `.${name}`).join("");
const labelOf = (element) => element.getAttribute("aria-label")
  || element.textContent.trim().replace(/\s+/g, " ") || element.title || element.name;
const describe = (element) =>
  `${element.parentElement ? selectorOf(element.parentElement) : ""} > ${selectorOf(element)} `
  + `“${String(labelOf(element)).slice(0, 30)}”`;
// The nearest ancestor, or the element itself, that does not scroll with the page.
const pinned = (element) => element
  && (["fixed", "sticky"].includes(style(element).position)
    ? element
    : pinned(element.parentElement));
const centre = ({ left, top, right, bottom }) => [(left + right) / 2, (top + bottom) / 2];
const isInWindow = ({ left, top, right, bottom }) => left >= -1 && right <= innerWidth + 1
  && (bottom - top > innerHeight || (top >= -1 && bottom <= innerHeight + 1));

// A target in a line of text may be as low as the line (WCAG 2.5.8).
const blockOf = (element) =>
  (style(element).display === "inline" ? blockOf(element.parentElement) : element);
function isInText(target) {
  const block = blockOf(target);
  const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  while (block !== target && texts.nextNode()) {
    const parent = texts.currentNode.parentElement;
    const hasLetters = /\p{L}/u.test(texts.currentNode.data);
    if (hasLetters && !parent.closest(TARGETS) && blockOf(parent) === block) return true;
  }
  return false;
}
// Users press a box in a label through the label, and the label of a field through the field. Some
// labels have no field.
const hasProxy = (element) => element.matches("label input")
  || (element.matches("label")
    && !(element.control && (element.contains(element.control) || !isVisible(element.control))));
const pressed = () => visible(TARGETS).filter((target) => !hasProxy(target) && !isInText(target));

// Colours are compared as painted. In a drawing, words stand on the last shape under them.
const sample = document.createElement("hr");
const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
function painted(colour) {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
}
function background(element) {
  if (!element) return painted(style(sample).backgroundColor);
  const colour = painted(style(element).backgroundColor);
  return colour[3] === 255 ? colour : background(element.parentElement);
}
function backgroundInDrawing(element) {
  const drawing = element.closest("svg");
  const [x, y] = centre(box(element));
  const isUnder = (shape) => box(shape).left <= x && x <= box(shape).right
    && box(shape).top <= y && y <= box(shape).bottom;
  const shape = [...drawing.querySelectorAll("circle, rect")].findLast(isUnder);
  return shape ? painted(style(shape).fill) : background(drawing);
}
function isFaded(element, part) {
  const drawing = element.closest("svg");
  const colour = painted(style(element, part)[drawing ? "fill" : "color"]);
  const below = drawing ? backgroundInDrawing(element) : background(element);
  return Math.max(...[0, 1, 2].map((at) => Math.abs(colour[at] - below[at]))) < 100;
}
const hasText = (element) => [...element.childNodes]
  .some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
const pseudoElements = (element) => ["::before", "::after"]
  .filter((part) => /["(]/.test(style(element, part).content));

const seconds = (times) => Math.max(
  ...times.split(",").map((time) => parseFloat(time) * (time.endsWith("ms") ? 0.001 : 1)),
);
function isMoving(element, part) {
  const { transitionDuration, animationName, animationDuration, scrollBehavior }
    = style(element, part);
  return seconds(transitionDuration) > 0.01
    || (animationName !== "none" && seconds(animationDuration) > 0.01)
    || (!part && scrollBehavior === "smooth");
}

const FOCUS_STYLES = ["boxShadow", "backgroundColor", "textDecorationLine", "borderTopColor",
  "borderTopWidth", "borderBottomWidth"];
const focusStyle = (element) => FOCUS_STYLES.map((name) => style(element)[name]).join();
const styleAtRest = new Map();
// Material's switch between light and dark is an invisible field; the icon after it is visible.
const visiblePart = (element) =>
  (isVisible(element) ? element : element.nextElementSibling ?? element);
// The pinned element that covers another at a point.
const coverAt = (element, x, y) => {
  const hit = document.elementFromPoint(x, y);
  const isOther = hit && !hit.contains(element) && !element.contains(hit);
  return isOther && !pinned(hit)?.contains(element) ? pinned(hit) : null;
};

globalThis.questions = {
  small: () => pressed()
    .filter((target) => Math.min(box(target).width, box(target).height) < 23.95)
    .map((target) => `${describe(target)}: `
      + `${box(target).width.toFixed(1)} × ${box(target).height.toFixed(1)}`),

  outOfReach: (selector) => visible(selector).filter((element) => {
    element.scrollIntoView({ block: "nearest", behavior: "instant" });
    const hit = document.elementFromPoint(...centre(box(element)));
    return !isInWindow(box(element)) || !(element.contains(hit) || hit?.contains(element));
  }).map(describe),

  // The share of the window that pinned elements cover.
  covered: () => visible("body *")
    .filter((element) => pinned(element) === element && !pinned(element.parentElement))
    .map(box)
    .map(({ left, top, right, bottom }) => [
      Math.min(right, innerWidth) - Math.max(left, 0),
      Math.min(bottom, innerHeight) - Math.max(top, 0),
    ])
    .reduce((sum, [width, height]) => sum + Math.max(0, width) * Math.max(0, height), 0)
    / (innerWidth * innerHeight),

  faded: () => {
    document.body.append(sample);
    sample.style.backgroundColor = "Canvas";
    return visible("body *")
      .flatMap((element) => [...(hasText(element) ? [null] : []), ...pseudoElements(element)]
        .map((part) => [element, part]))
      .filter(([element, part]) => isFaded(element, part))
      .map(([element, part]) => describe(element) + (part ?? ""));
  },

  moving: () => [...document.querySelectorAll("*")]
    .filter((element) => [null, "::before", "::after"].some((part) => isMoving(element, part)))
    .map(describe),

  // Notes how each target looks without the focus; `focused` compares with that.
  rest: () => document.querySelectorAll(`${TARGETS}, [tabindex]`)
    .forEach((element) => styleAtRest.set(element, focusStyle(element))),

  // The element that has the focus, and what is wrong with how it shows that.
  focused: () => {
    if (!document.activeElement || document.activeElement === document.body) return null;
    const element = visiblePart(document.activeElement);
    const { outlineStyle, outlineWidth } = style(element);
    const { left, top, right, bottom } = element.getClientRects()[0];
    const points = [
      [left + 2, top + 2],
      [right - 2, bottom - 2],
      centre({ left, top, right, bottom }),
    ];
    const cover = points.map(([x, y]) => coverAt(element, x, y)).find(Boolean);
    const hasFocusSign = (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1)
      || focusStyle(element) !== styleAtRest.get(element);
    const faults = [
      hasFocusSign ? "" : "has no sign of focus",
      isInWindow(box(element)) ? "" : "is out of the window",
      cover ? `is under ${selectorOf(cover)}` : "",
    ];
    return [describe(element), faults.filter(Boolean).join(", ")];
  },
};
"""

# Reports on the console what the policy blocked, so that tests still see it on a later page.
WATCH = """addEventListener("securitypolicyviolation", (event) => {
    const { violatedDirective, blockedURI, sample } = event;
    console.error(`stopped on ${location.pathname}: ${violatedDirective} ${blockedURI} ${sample}`);
})"""
# Lists how far elements jumped after they were first shown.
SHIFTS = """new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
        if (entry.hadRecentInput) continue;
        const sources = entry.sources.map(({ node }) => `${node?.localName}.${node?.className}`);
        (globalThis.shifts ??= []).push([entry.value, ...sources]);
    }
}).observe({ type: "layout-shift", buffered: true })"""

# Windows that no test is using, by the options that cannot change after a window is open.
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
    """Yield a page in an empty window that answers `questions`.

    Every page in the window runs the `scripts` first. Only the browser's cache is left from earlier
    tests. Event handlers are not removed, so a test adds them with `listening`.
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
    for opened in page.context.pages:
        if opened != page:
            opened.close()
    page.goto("about:blank")
    page.mouse.move(0, 0)
    page.context.clear_cookies()
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
    session.send("Page.resetNavigationHistory")
    session.detach()


@contextmanager
def listening(page: Page, **handlers: Callable[[Any], None]) -> Iterator[None]:
    """Handle events of a page, given by name, until the block ends."""
    on: Any = page.on
    for event, handler in handlers.items():
        on(event, handler)
    yield
    for event, handler in handlers.items():
        page.remove_listener(event, handler)


@contextmanager
def troubles(page: Page) -> Iterator[list[str]]:
    """Yield a list that receives the page's script errors and console errors."""
    errors: list[str] = []

    def console(message: Any) -> None:
        if message.type == "error":
            errors.append(message.text)

    with listening(page, console=console, pageerror=lambda error: errors.append(str(error))):
        yield errors


def show(page: Page, address: str) -> None:
    """Open a page and wait until it is at rest; the page of a moved address does not redirect."""
    if address.endswith(MOVED):
        page.route("**/assets/moved.js", lambda route: route.fulfill(body=""))
    page.goto(address, wait_until="load")
    if "/search/" in address:
        settled(page)
        page.wait_for_load_state("networkidle")


def violations(page: Page, kind: str, rules: Iterable[str] = RULES) -> list[str]:
    """Return the violations that axe finds on a page, each with its rule and element."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(Axe().axe_script)
    faults: list[str] = page.evaluate(
        """async (options) => (await axe.run(options)).violations
            .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 150)}`))""",
        {"runOnly": [*rules], "resultTypes": ["violations"]},
    )
    return [f"{kind}: {fault}" for fault in faults]


def kept(page: Page) -> list[str]:
    """Return the keys that the site has put into local and session storage, and its cookies."""
    keys: list[str] = page.evaluate(
        "[...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie]"
        ".filter(Boolean)"
    )
    return keys


def rest(page: Page) -> None:
    """Wait until nothing moves or fades in a page."""
    until(page, "document.getAnimations().every(animation => animation.playState !== 'running')")


def darken(page: Page) -> None:
    """Switch an open page to the dark as its reader would, without storing that.

    To open it in the dark, with the system's colours, takes twice as long.
    """
    page.emulate_media(color_scheme="dark")
    page.evaluate(
        """() => {
            globalThis.__md_set = () => {};
            const labels = [...document.querySelectorAll("header label[for^=__palette]")];
            labels.find((label) => label.checkVisibility()).click();
        }"""
    )
    rest(page)


def is_dark(page: Page) -> bool:
    """Tell whether a page shows light text on a dark background."""
    colours = page.locator("body").evaluate(
        "body => [getComputedStyle(body).color, getComputedStyle(body).backgroundColor]"
    )
    text, background = (sum(map(float, re.findall(r"[\d.]+", colour)[:3])) for colour in colours)
    return text > background
