"""What reading is like: nothing foreign runs, nothing is asked of others or kept, nothing jumps, and the lines are a good length.

What a page weighs is measured in test_site_search_large.
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

SAYING = "self::h1 or self::h2 or self::p or self::li"

# The lines of each paragraph, as they are broken; a line begins where a word stands left of the one before.
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
    """What a reader's browser did during a visit: asked for, stopped by the policy, and kept."""

    asked: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    cookies: list[Any] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    kept_after_the_switch: list[str] = field(default_factory=list)


def watched(context: BrowserContext) -> Visit:
    """Note from now on what the pages of a context ask for, and what their policy stops."""
    visit = Visit()
    context.add_init_script(WATCH)
    context.on("request", lambda request: visit.asked.append(request.url))
    context.on(
        "console",
        lambda said: (
            visit.stopped.append(said.text) if said.text.startswith("stopped on ") else None
        ),
    )
    return visit


@pytest.fixture(scope="module")
def visit(browser: Browser, base: str) -> Visit:
    """A reader who opens a page of every kind, searches, cites a brief and a passage of it, and then turns to the other palette."""
    permissions = ["clipboard-read", "clipboard-write"]
    with browser.new_context(permissions=permissions, color_scheme="light") as context:
        visit = watched(context)
        page = context.new_page()
        for address in KINDS.values():
            show(page, base + address)
        page.goto(base + CHOI)
        page.locator("header input[name=q]").fill("forced labour")
        page.keyboard.press("Enter")
        page.locator("#results[aria-busy=false] .found").first.wait_for()
        show(page, base + CHOI)
        page.locator(".cite-copy button").first.click()
        expect(page.locator(".cite-copy [role=status]").first).to_have_text("Copied.")
        page.locator("#p4 > a.number").click()
        page.get_by_role("button", name="Copy quotation").click()
        expect(page.locator("#passage [role=status]")).to_have_text("Copied.")
        visit.kept = kept(page)
        page.keyboard.press("Escape")
        page.locator("header label[for^=__palette]:visible").click()
        visit.kept_after_the_switch = kept(page)
        visit.cookies = list(page.context.cookies())
    return visit


# ---- What may run, what is asked for, what is kept


def wrong_with_policy(tree: html.HtmlElement) -> str:
    """Why the policy of a page is not what it has to be; empty where it is."""
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
    """Whether a source of a policy is the site itself, nothing, one script by its words, or what one purpose needs."""
    own = source in ("'self'", "'none'") or (
        name == "script-src" and re.fullmatch(r"'sha(256|384|512)-[\w+/=-]+'", source)
    )
    return (
        bool(own)
        or (name, source) == ("img-src", "data:")
        or (searches and (name, source) == ("script-src", "'wasm-unsafe-eval'"))
    )


def test_every_page_says_first_of_all_what_may_run(site: Path, hostile_site: Path) -> None:
    """Of an archive with stubs at old addresses and a page of a withdrawn brief too."""
    found: list[str] = []
    files = [file for folder in (site, hostile_site) for file in sorted(folder.rglob("*.html"))]
    for file in files:
        wrong = wrong_with_policy(html.parse(str(file)).getroot())
        found += [f"{file}: {wrong}"] if wrong else []
    assert len([file for file in files if file.name == "404.html"]) == 2
    assert not found, "\n".join(found)


def test_the_policy_stops_nothing_of_the_site(visit: Visit) -> None:
    assert not visit.stopped, "\n".join(visit.stopped)


def test_the_policy_stops_what_has_got_into_a_page(browser: Browser, base: str) -> None:
    """Otherwise that nothing was stopped would say nothing."""

    def spoil(route: Route) -> None:
        sent = route.fetch().text()
        taken = '<script>window.taken = "script"</script><img src="x" alt="" onerror="window.taken = \'handler\'">'
        route.fulfill(
            body=sent.replace("</main>", f"{taken}</main>"), content_type="text/html; charset=utf-8"
        )

    with browser.new_context() as context:
        visit = watched(context)
        page = context.new_page()
        page.route(base + CHOI, spoil)
        page.goto(base + CHOI, wait_until="networkidle")
        assert page.locator("main img[src=x]").count() == 1
        assert page.evaluate("window.taken") is None
    assert len(visit.stopped) == 2


def test_no_other_host_is_asked_for_anything(visit: Visit, base: str) -> None:
    assert len(visit.asked) > len(KINDS)
    assert [
        url for url in visit.asked if not url.startswith((f"{base}/", "data:", f"blob:{base}/"))
    ] == []


def test_nothing_is_kept_but_the_palette_that_was_chosen(visit: Visit) -> None:
    assert visit.kept == []
    assert visit.kept_after_the_switch
    assert [key for key in visit.kept_after_the_switch if not key.endswith("__palette")] == []
    assert visit.cookies == []


def test_the_palette_is_that_of_the_system_until_one_is_chosen(browser: Browser, base: str) -> None:
    with window(browser, 1280, color_scheme="light") as page:
        page.goto(base + CHOI)
        assert not is_dark(page)
        page.emulate_media(color_scheme="dark")
        page.reload()
        assert is_dark(page), (
            "what the system asked for on the first visit is kept as if the reader had chosen it"
        )
        page.locator("header label[for^=__palette]:visible").click()
        page.reload()
        assert not is_dark(page)


# ---- The page at rest, and its lines


def test_a_jump_would_be_found(browser: Browser, base: str) -> None:
    with window(browser, 1280, scripts=(SHIFTS,)) as late:
        show(late, base + CHOI)
        before = late.evaluate("(globalThis.shifts ?? []).length")
        late.evaluate(
            """() => {
                const wedge = document.createElement("div");
                wedge.style.height = "200px";
                document.querySelector("main").prepend(wedge);
            }"""
        )
        until(
            late, f"(globalThis.shifts ?? []).length > {before}"
        )  # the observer tells of it when the machine has time


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_jumps_while_a_page_comes(browser: Browser, base: str, width: int) -> None:
    found: list[str] = []
    with window(browser, width, scripts=(SHIFTS,)) as first:
        pages = {kind: first.context.new_page() for kind in KINDS}
        for kind, page in pages.items():
            show(page, base + KINDS[kind])
        first.wait_for_timeout(1000)
        for kind, page in pages.items():
            found += [f"{kind}: {shift}" for shift in page.evaluate("globalThis.shifts ?? []")]
    assert not found, "\n".join(found)


class _Halting(http.server.SimpleHTTPRequestHandler):
    """Sends a brief in two parts, with a second between them: the first ends in the middle of the bar."""

    def do_GET(self) -> None:
        if self.path != CHOI:
            super().do_GET()
            return
        content = Path(self.directory, CHOI.strip("/"), "index.html").read_bytes()
        middle = content.index(b"</a>", content.index(b'class="wordmark"')) + len(b"</a>")
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        for part in (content[:middle], content[middle:]):
            self.wfile.write(part)
            time.sleep(1)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.parametrize("width", [1280, 390])
def test_the_bar_is_shown_when_all_of_it_is_there(browser: Browser, site: Path, width: int) -> None:
    """A slow machine comes to the end of what it has at any place, and shows that: what comes then must not move it."""
    handler = functools.partial(_Halting, directory=str(site))
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server,
        window(browser, width, scripts=(SHIFTS,)) as page,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        show(page, f"http://127.0.0.1:{server.server_address[1]}{CHOI}")
        expect(page.locator(".wordmark")).to_be_visible()
        page.wait_for_timeout(500)
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
            "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
        )
        assert 18 <= min(sizes) <= max(sizes) <= 20


def test_a_brief_begins_in_the_first_window(browser: Browser, base: str) -> None:
    """On a desk the first line of its text is in sight; in the hand its title leaves room for more."""
    first = "text => { const range = new Range(); range.selectNodeContents(text); const lines = [...range.getClientRects()]; "
    lines = first + "return new Set(lines.map(({ bottom }) => Math.round(bottom))).size; }"
    bottom = (
        first
        + "return Math.min(...lines.filter(({ width }) => width > 30).map(({ bottom }) => bottom)); }"
    )
    with window(browser, 1280, 800) as desk, window(browser, 390) as hand:
        for kind, address in BRIEFS.items():
            desk.goto(base + address)
            assert desk.locator("[data-text]").evaluate(bottom) <= 800, kind
            hand.goto(base + address)
            assert 1 <= hand.locator("main h1").evaluate(lines) <= 4, kind


# ---- Without JavaScript


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A phone that runs no script."""
    with window(browser, 390, java_script_enabled=False) as page:
        yield page


def bare(text: str) -> str:
    """A text without its white space and capitals: a browser gives it as it is set."""
    return re.sub(r"\s+", "", text).casefold()


def test_without_javascript_each_page_says_all_it_has_to_say(
    plain: Page, base: str, site: Path
) -> None:
    for kind, address in KINDS.items():
        tree = (
            html.parse(str(site / "404.html")).getroot()
            if kind == "no page"
            else parsed(site, address.split("?")[0])
        )
        said = tree.xpath(
            f"//main//*[{SAYING}][not(ancestor-or-self::*[@hidden or self::nav or self::details] or .//details)]"
        )
        plain.goto(base + address)
        shown = bare(plain.locator("main").inner_text())
        missing = [one.text_content() for one in said if bare(one.text_content()) not in shown]
        assert len(said) > 1, kind
        assert missing == [], kind


def test_without_javascript_the_menu_leads_on(plain: Page, base: str) -> None:
    plain.goto(base + CHOI)
    themes = plain.locator("#site-menu").get_by_role("link", name="Themes")
    expect(themes).to_be_hidden()
    plain.get_by_role("button", name="Menu").click(timeout=2000)
    themes.click()
    plain.wait_for_url(f"{base}/themes/")


def test_without_javascript_the_contents_lead_to_their_parts(browser: Browser, base: str) -> None:
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
    for kind in ("brief: prose", "theme", "about"):
        plain.goto(base + KINDS[kind])
        for fold in plain.locator("main details:visible").all():
            if fold.get_attribute("open") is None:
                fold.locator("> summary").click()
                opened += 1
            expect(fold.locator("> :not(summary)").first).to_be_visible()
    assert opened > 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_javascript_the_palette_is_that_of_the_system(
    browser: Browser, base: str, scheme: Any
) -> None:
    with window(browser, 1280, java_script_enabled=False, color_scheme=scheme) as page:
        page.goto(base + CHOI)
        assert is_dark(page) == (scheme == "dark")


@pytest.mark.parametrize("kind", ["brief: outline", "about", "theme"])
def test_on_a_narrow_window_the_contents_stand_between_head_and_text(
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
        above, below = links.first.bounding_box(), target.bounding_box()
        head = page.locator("h1").bounding_box()
        assert head and above and below and head["y"] < above["y"] < below["y"]
        links.last.click()
        expect(target).to_be_in_viewport()


def test_beside_the_text_the_contents_say_where_one_is(browser: Browser, base: str) -> None:
    with window(browser, 1280) as page:
        page.goto(base + KINDS["brief: prose"])
        side = page.locator(".md-sidebar--secondary .md-nav__link--active")
        for name in ("Implications for Korea", "Cite this brief"):
            page.locator("h2", has_text=name).evaluate(
                "heading => window.scrollBy(0, heading.getBoundingClientRect().top - 60)"
            )
            expect(side.last).to_have_text(name)
