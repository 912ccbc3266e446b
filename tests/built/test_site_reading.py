"""Reading: the policy, requests, storage, layout shifts, length of lines, no JavaScript.

test_site_search_large measures the size of pages.
"""

from __future__ import annotations

import functools
import http.server
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from lxml import html
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from browser_windows import SHIFTS, WATCH, is_dark, kept, show, window
from site_pages import KINDS, until
from site_pages import page as parsed

BRIEFS = {kind: address for kind, address in KINDS.items() if kind.startswith("brief:")}
CHOI = KINDS["brief: prose"]

TEXT_ELEMENTS = "self::h1 or self::h2 or self::p or self::li"

# Returns the lines of each paragraph; a line begins where a word is left of the word before it.
LINES = r"""(paragraphs) => paragraphs.map((paragraph) => {
    const texts = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    const lines = [];
    let before = Infinity;
    while (texts.nextNode()) {
        for (const word of texts.currentNode.data.matchAll(/\S+\s*/g)) {
            const range = new Range();
            range.setStart(texts.currentNode, word.index);
            range.setEnd(texts.currentNode, word.index + word[0].trimEnd().length);
            const { left } = range.getClientRects()[0];
            if (left < before) lines.push("");
            lines.push(lines.pop() + word[0].replace(/\s+/, " "));
            before = left;
        }
    }
    return lines.map((line) => line.trim());
})"""


@dataclass
class Visit:
    """What a browser requested, blocked by policy and stored during a visit."""

    requested: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    cookies: list[Any] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    stored_after_the_switch: list[str] = field(default_factory=list)


def record_visit(context: BrowserContext) -> Visit:
    """Start to record what the pages of a context request, and what their policy stops."""
    visit = Visit()
    context.add_init_script(WATCH)
    context.on("request", lambda request: visit.requested.append(request.url))
    context.on(
        "console",
        lambda message: (
            visit.stopped.append(message.text) if message.text.startswith("stopped on ") else None
        ),
    )
    return visit


@pytest.fixture(scope="module")
def visit(browser: Browser, base: str) -> Visit:
    """Search, meet a wrong address, cite a brief and a passage, and change the palette.

    test_site_kinds asks the same of one page of each kind, and does nothing there.
    """
    permissions = ["clipboard-read", "clipboard-write"]
    with browser.new_context(permissions=permissions, color_scheme="light") as context:
        visit = record_visit(context)
        page = context.new_page()
        show(page, base + KINDS["no page"])
        show(page, base + CHOI)
        page.locator("header input[name=q]").fill("forced labour")
        page.keyboard.press("Enter")
        page.locator("#results[aria-busy=false] .found").first.wait_for()
        show(page, base + CHOI)
        page.locator(".cite-copy button").first.click()
        expect(page.locator(".cite-copy [role=status]").first).to_have_text("Copied.")
        page.locator("#p4 > a.number").click()
        page.get_by_role("button", name="Copy quotation").click()
        expect(page.locator("#passage [role=status]")).to_have_text("Copied.")
        visit.stored = kept(page)
        page.keyboard.press("Escape")
        page.locator("header label[for^=__palette]:visible").click()
        visit.stored_after_the_switch = kept(page)
        visit.cookies = list(page.context.cookies())
    return visit


# ---- What may run, what is requested, what is stored


def find_policy_fault(tree: html.HtmlElement) -> str:
    """Return what is wrong with the policy of a page, or an empty string."""
    charset, meta = [*tree.find("head"), None, None][:2]
    if (
        charset is None
        or charset.get("charset") != "utf-8"
        or meta is None
        or meta.get("http-equiv") != "Content-Security-Policy"
    ):
        return "no policy straight after the charset"
    rules = [rule.split() for rule in meta.get("content").split(";")]
    if not {"default-src", "object-src", "base-uri", "form-action", "script-src"} <= {
        rule[0] for rule in rules
    }:
        return f"something is left open: {meta.get('content')}"
    sources = [(name, source) for name, *sources in rules for source in sources]
    searches = bool(tree.xpath("//*[@id='search-app']"))
    return ", ".join(
        f"{name} {source}"
        for name, source in sources
        if not is_narrow(name, source, searches=searches)
    )


def is_narrow(name: str, source: str, *, searches: bool) -> bool:
    """Tell whether a source is the site itself, a hashed script, or needed for one purpose."""
    own = source in ("'self'", "'none'") or (
        name == "script-src" and re.fullmatch(r"'sha(256|384|512)-[\w+/=-]+'", source)
    )
    return (
        bool(own)
        or (name, source) == ("img-src", "data:")
        or (searches and (name, source) == ("script-src", "'wasm-unsafe-eval'"))
    )


def test_every_page_begins_with_a_narrow_policy(site: Path, hostile_site: Path) -> None:
    """The hostile archive adds stubs at old addresses and the page of a withdrawn brief."""
    faults: list[str] = []
    files = [file for folder in (site, hostile_site) for file in sorted(folder.rglob("*.html"))]
    for file in files:
        fault = find_policy_fault(html.parse(str(file)).getroot())
        faults += [f"{file}: {fault}"] if fault else []
    assert len([file for file in files if file.name == "404.html"]) == 2
    assert not faults, "\n".join(faults)


def test_the_policy_stops_nothing_of_the_site(visit: Visit) -> None:
    assert not visit.stopped, "\n".join(visit.stopped)


def test_the_policy_stops_an_injected_script(browser: Browser, base: str) -> None:
    """The control for the test above: the policy does stop something."""

    def inject(route: Route) -> None:
        body = route.fetch().text()
        injected = """<script>window.taken = "script"</script>
            <img src="x" alt="" onerror="window.taken = 'handler'">"""
        route.fulfill(
            body=body.replace("</main>", f"{injected}</main>"),
            content_type="text/html; charset=utf-8",
        )

    with browser.new_context() as context:
        visit = record_visit(context)
        page = context.new_page()
        page.route(base + CHOI, inject)
        page.goto(base + CHOI, wait_until="networkidle")
        assert page.locator("main img[src=x]").count() == 1
        assert page.evaluate("window.taken") is None
    assert len(visit.stopped) == 2


def test_nothing_is_requested_from_other_hosts(visit: Visit, base: str) -> None:
    assert len(visit.requested) > 30
    assert any("/pagefind/" in url for url in visit.requested)
    assert [
        url for url in visit.requested if not url.startswith((f"{base}/", "data:", f"blob:{base}/"))
    ] == []


def test_nothing_is_stored_except_a_chosen_palette(visit: Visit) -> None:
    assert visit.stored == []
    assert visit.stored_after_the_switch
    assert [key for key in visit.stored_after_the_switch if not key.endswith("__palette")] == []
    assert visit.cookies == []


KEY_SWITCH = "The key / leads to the search"


def leads_to_search(page: Page) -> bool:
    """Whether the key / leads to the search box; the box has to say the same."""
    page.locator("h1").click()
    page.keyboard.press("/")
    box = page.locator("header [name=q]")
    leads = bool(box.evaluate("box => box === document.activeElement"))
    assert box.get_attribute("aria-keyshortcuts") == ("/" if leads else None)
    return leads


def test_the_key_for_the_search_can_be_switched_off_and_on(browser: Browser, base: str) -> None:
    with window(browser, 1280) as page:
        page.goto(f"{base}/about/")
        assert leads_to_search(page)
        switch = page.get_by_label(KEY_SWITCH)
        switch.uncheck()
        assert not leads_to_search(page)
        page.goto(base + CHOI)
        assert not leads_to_search(page)
        assert kept(page) == ["searchKey"]
        page.goto(f"{base}/about/")
        expect(switch).not_to_be_checked()
        switch.check()
        assert leads_to_search(page)
        assert kept(page) == []
        page.goto(base + CHOI)
        assert leads_to_search(page)


def test_the_key_can_be_switched_off_where_the_browser_stores_nothing(
    browser: Browser, base: str
) -> None:
    blocked = """Object.defineProperty(globalThis, "localStorage", {
        get() { throw new DOMException("blocked", "SecurityError"); },
    });"""
    with window(browser, 1280, scripts=(blocked,)) as page:
        page.goto(f"{base}/about/")
        assert leads_to_search(page)
        page.get_by_label(KEY_SWITCH).uncheck()
        assert not leads_to_search(page)


def test_the_switch_of_the_key_moves_nothing_and_needs_javascript(
    browser: Browser, base: str
) -> None:
    def answer_late(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    with window(browser, 1280, scripts=(SHIFTS,)) as page:
        page.route("**/assets/site.js", answer_late)
        page.goto(f"{base}/about/", wait_until="commit")
        page.get_by_label(KEY_SWITCH).wait_for()
        page.wait_for_timeout(300)
        assert page.evaluate("globalThis.shifts ?? []") == []
    with window(browser, java_script_enabled=False) as page:
        page.goto(f"{base}/about/")
        assert page.locator("#search-key").count() == 1
        assert not page.locator("#search-key").is_visible()


def test_the_palette_follows_the_system_until_a_reader_chooses(browser: Browser, base: str) -> None:
    with window(browser, 1280, color_scheme="light") as page:
        page.goto(base + CHOI)
        assert not is_dark(page)
        page.emulate_media(color_scheme="dark")
        page.reload()
        assert is_dark(page), (
            "the palette of the system on the first visit was stored like a choice"
        )
        page.locator("header label[for^=__palette]:visible").click()
        page.reload()
        assert not is_dark(page)


# ---- The page at rest, and its lines


def test_the_check_finds_a_layout_shift(browser: Browser, base: str) -> None:
    with window(browser, 1280, scripts=(SHIFTS,)) as page:
        show(page, base + CHOI)
        before = page.evaluate("(globalThis.shifts ?? []).length")
        page.evaluate(
            """() => {
                const wedge = document.createElement("div");
                wedge.style.height = "200px";
                document.querySelector("main").prepend(wedge);
            }"""
        )
        # The observer reports the shift only when the machine has time.
        until(page, f"(globalThis.shifts ?? []).length > {before}")


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_jumps_while_a_page_loads(browser: Browser, base: str, width: int) -> None:
    """All pages stay open for a second; test_site_kinds looks at each for a shorter time."""
    jumps: list[str] = []
    with window(browser, width, scripts=(SHIFTS,)) as first:
        pages = {kind: first.context.new_page() for kind in KINDS}
        for kind, page in pages.items():
            page.set_viewport_size({"width": width, "height": 800})
            show(page, base + KINDS[kind])
        first.wait_for_timeout(1000)
        for kind, page in pages.items():
            jumps += [f"{kind}: {shift}" for shift in page.evaluate("globalThis.shifts ?? []")]
    assert not jumps, "\n".join(jumps)


class _LateHandler(http.server.SimpleHTTPRequestHandler):
    """Delays the search page's table of briefs by `late` seconds."""

    def __init__(self, *arguments: Any, late: float, **options: Any) -> None:
        self.late = late
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        if self.path == "/search/briefs.json":
            time.sleep(self.late)
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


# Searches with and without messages, filters, results and a word that is corrected.
LATE_SEARCHES = [
    "",
    "?q=forced+labour",
    "?q=missle",
    "?q=author:park+china",
    "?author=park-young-june",
    "?q=zzyzx",
    "?q=G20+Osaka+summit&year=2019",
]


# After four seconds the words for readers without JavaScript would appear.
@pytest.mark.parametrize(
    ("width", "late"),
    [(390, 0.7), *(pytest.param(width, 4.5, marks=pytest.mark.slow) for width in (1280, 390))],
)
def test_nothing_jumps_when_the_results_come_late(
    browser: Browser, site: Path, width: int, late: float
) -> None:
    handler = functools.partial(_LateHandler, directory=str(site), late=late)
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server,
        window(browser, width, scripts=(SHIFTS,)) as first,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        pages = {search: first.context.new_page() for search in LATE_SEARCHES}
        for search, page in pages.items():
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"http://127.0.0.1:{server.server_address[1]}/search/{search}")
        first.wait_for_timeout(1000 * late)
        for search, page in pages.items():
            status = page.locator("#status")
            expect(status).to_have_text(re.compile("brief"))
            expect(status).to_be_visible()
            expect(page.locator("#messages")).not_to_have_text("Searching …")
            page.wait_for_timeout(100)
            assert page.evaluate("globalThis.shifts ?? []") == [], search
        server.shutdown()


class _PausingHandler(http.server.SimpleHTTPRequestHandler):
    """Sends a page in two parts; the first ends with the words `end` that follow `start`."""

    def __init__(self, *arguments: Any, start: bytes, end: bytes, **options: Any) -> None:
        self.start, self.end = start, end
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        if not self.path.endswith("/"):
            super().do_GET()
            return
        content = Path(self.directory, self.path.strip("/"), "index.html").read_bytes()
        middle = content.index(self.end, content.index(self.start)) + len(self.end)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(content[:middle])
        time.sleep(0.7)
        self.wfile.write(content[middle:])

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("address", "start", "end"),
    [
        pytest.param(CHOI, b'class="wordmark"', b"</a>", id="in the top bar"),
        pytest.param(CHOI, b'class="to-cite"', b">", id="before the word of a link"),
        pytest.param("/", b'id="__content"', b"</span>", id="before a wide text"),
        pytest.param("/briefs/", b'id="__content"', b"</span>", id="before a text"),
        pytest.param("/authors/", b"<footer", b"<ul>", id="in the foot of a short page"),
    ],
)
def test_nothing_moves_while_the_page_arrives(
    browser: Browser, site: Path, address: str, start: bytes, end: bytes, width: int
) -> None:
    """A slow browser may paint a page half loaded; what follows must not move what is shown."""
    handler = functools.partial(_PausingHandler, directory=str(site), start=start, end=end)
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server,
        window(browser, width, scripts=(SHIFTS,)) as page,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        show(page, f"http://127.0.0.1:{server.server_address[1]}{address}")
        for part in (".wordmark", "article h1", "footer li >> nth=-1"):
            expect(page.locator(part)).to_be_visible()
        page.wait_for_timeout(200)
        server.shutdown()
        assert page.evaluate("globalThis.shifts ?? []") == []


@pytest.mark.parametrize("address", BRIEFS.values(), ids=BRIEFS.keys())
def test_lines_have_60_to_70_characters(browser: Browser, base: str, address: str) -> None:
    with window(browser, 1280) as page:
        page.goto(base + address)
        paragraphs = page.locator("[data-text] > p, [data-text] > ul > li, [data-text] > ol > li")
        lines: list[list[str]] = paragraphs.evaluate_all(LINES)
        full = [len(line) for broken in lines for line in broken[:-1]]
        assert len(full) >= 10
        assert 60 <= median(full) <= 70
        sizes = paragraphs.evaluate_all(
            "all => all.map(element => parseFloat(getComputedStyle(element).fontSize))"
        )
        assert 18 <= min(sizes) <= max(sizes) <= 20


def test_a_brief_begins_in_the_first_window(browser: Browser, base: str) -> None:
    """On a desktop the first line of its text is in sight; on a phone the title is short."""
    script = """text => {
        const range = new Range();
        range.selectNodeContents(text);
        const lines = [...range.getClientRects()];
        const isWide = ({ width }) => width > 30;
    """
    count_lines = script + "return new Set(lines.map(({ bottom }) => Math.round(bottom))).size; }"
    bottom = script + "return Math.min(...lines.filter(isWide).map(({ bottom }) => bottom)); }"
    with window(browser) as page:
        for kind, address in BRIEFS.items():
            page.set_viewport_size({"width": 1280, "height": 800})
            page.goto(base + address)
            assert page.locator("[data-text]").evaluate(bottom) <= 800, kind
            page.set_viewport_size({"width": 390, "height": 800})
            assert 1 <= page.locator("main h1").evaluate(count_lines) <= 4, kind


# ---- Without JavaScript


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A phone that runs no script."""
    with window(browser, 390, java_script_enabled=False) as page:
        yield page


def strip_layout(text: str) -> str:
    """Remove white space and capitals, because a browser returns text the way it is styled."""
    return re.sub(r"\s+", "", text).casefold()


def test_without_javascript_each_page_shows_all_its_text(
    plain: Page, base: str, site: Path
) -> None:
    """All but the search, which says that it needs JavaScript."""
    for kind, address in KINDS.items():
        tree = (
            html.parse(str(site / "404.html")).getroot()
            if kind == "no page"
            else parsed(site, address.split("?")[0])
        )
        elements = tree.xpath(
            f"//main//*[{TEXT_ELEMENTS}][not("
            "ancestor-or-self::*[@hidden or self::nav or self::details or @id='search-app']"
            " or .//details)]"
        )
        plain.goto(base + address)
        shown = strip_layout(plain.locator("main").inner_text())
        missing = [
            element.text_content()
            for element in elements
            if strip_layout(element.text_content()) not in shown
        ]
        assert len(elements) > 1, kind
        assert missing == [], kind


def test_without_javascript_the_menu_works(plain: Page, base: str) -> None:
    plain.goto(base + CHOI)
    themes = plain.locator("#site-menu").get_by_role("link", name="Themes")
    expect(themes).to_be_hidden()
    plain.get_by_role("button", name="Menu").click(timeout=2000)
    themes.click()
    plain.wait_for_url(f"{base}/themes/")


def test_without_javascript_the_contents_lead_to_their_headings(
    browser: Browser, base: str
) -> None:
    with window(browser, 1280, java_script_enabled=False) as page:
        page.goto(base + CHOI)
        links = page.locator(".md-sidebar--secondary nav a[href^='#']:visible")
        assert links.count() > 3
        for link in links.all():
            target = link.get_attribute("href") or ""
            link.click()
            assert page.url == base + CHOI + target
            expect(page.locator(target)).to_be_in_viewport()


def test_without_javascript_folds_open(plain: Page, base: str) -> None:
    opened = 0
    for kind in ("brief: prose", "brief: outline", "theme", "about"):
        plain.goto(base + KINDS[kind])
        for fold in plain.locator("main details:visible").all():
            if fold.get_attribute("open") is None:
                fold.locator("> summary").click()
                opened += 1
            expect(fold.locator("> :not(summary)").first).to_be_visible()
    assert opened > 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_javascript_the_palette_follows_the_system(
    browser: Browser, base: str, scheme: Any
) -> None:
    with window(browser, 1280, java_script_enabled=False, color_scheme=scheme) as page:
        page.goto(base + CHOI)
        assert is_dark(page) == (scheme == "dark")


@pytest.mark.parametrize("kind", ["brief: outline", "about", "theme"])
def test_in_a_narrow_window_the_contents_are_between_title_and_text(
    browser: Browser, base: str, kind: str
) -> None:
    with window(browser, 390, java_script_enabled=False) as page:
        page.goto(base + KINDS[kind])
        links = page.locator(".jumps a" if kind == "theme" else ".contents a")
        if kind != "theme":
            page.locator(".contents > summary").click()
        assert links.count() > 1
        expect(links.last).to_be_visible()
        target = page.locator(f"[id='{(links.last.get_attribute('href') or '#')[1:]}']")
        contents, text = links.first.bounding_box(), target.bounding_box()
        title = page.locator("h1").bounding_box()
        assert title and contents and text and title["y"] < contents["y"] < text["y"]
        links.last.click()
        expect(target).to_be_in_viewport()


def test_the_contents_beside_the_text_mark_the_current_section(browser: Browser, base: str) -> None:
    with window(browser, 1280) as page:
        page.goto(base + KINDS["brief: prose"])
        side = page.locator(".md-sidebar--secondary .md-nav__link--active")
        for name in ("Implications for Korea", "Cite this brief"):
            page.locator("h2", has_text=name).evaluate(
                "heading => window.scrollBy(0, heading.getBoundingClientRect().top - 60)"
            )
            expect(side.last).to_have_text(name)
