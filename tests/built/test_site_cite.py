"""Links to blocks and citations in Chromium: by mouse, keyboard and touch, without JavaScript."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from archive.exports.citation import cite, plain, reference
from archive.records.library import Brief, Library, load_library
from archive.store import Archive
from browser_windows import every_look, troubles, violations, window
from hostile_archive import CONTACT, REDIRECTS, SIGNS
from repository import ROOT
from site_pages import page as parsed
from site_pages import run, serve

URL = "https://briefs.example/"
CHOI = "/briefs/2022-asan-choi/"
OKONOGI = "/briefs/2021-yeosijae-okonogi/"
CLIPBOARD = ["clipboard-read", "clipboard-write"]
LIBRARY: Library = load_library(Archive(ROOT))
QUOTABLE = [brief for brief in LIBRARY.briefs if brief.record.access != "restricted"]

# Clicks the number of each block, then the quotation button; returns what is on the clipboard.
QUOTE_ALL = """async (anchors) => {
    const until = async (holds) => {
        for (let waited = 0; !holds(); waited += 10) {
            if (waited > 10_000) throw new Error(`does not hold: ${holds}`);
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
    };
    const quotations = [];
    for (const anchor of anchors) {
        document.querySelector(`[id="${anchor}"] > a.number`).click();
        const bar = document.getElementById("passage");
        await until(() => bar.querySelector("strong").textContent === anchor);
        const status = bar.querySelector("[role=status]");
        status.textContent = "";
        const isCopy = (button) => button.textContent === "Copy quotation";
        [...bar.querySelectorAll("button")].find(isCopy).click();
        await until(() => status.textContent === "Copied.");
        quotations.push(await navigator.clipboard.readText());
    }
    return quotations;
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser, permissions=CLIPBOARD) as page, troubles(page) as errors:
        yield page
        assert errors == []


def expected_quotation(brief: Brief, number: int) -> str:
    """Return the quotation that copying a block has to give."""
    block, citation = brief.reading.shown[number - 1], cite(LIBRARY, brief).at(URL)
    words = f"{block.mark} {block.text}".strip()
    anchor = brief.anchor(number)
    source = reference(citation, block.voice, block.kind)
    return f"“{words}”\n\n{source}, {anchor}.\n{citation.url}#{anchor}"


def click_number(page: Page, anchor: str) -> None:
    page.locator(f"#{anchor} > a.number").click()
    expect(page.locator("#passage > strong")).to_have_text(anchor)


def copy(page: Page, name: str) -> str:
    page.get_by_role("button", name=name).click()
    expect(page.locator("#passage [role=status]")).to_have_text("Copied.")
    return str(page.evaluate("navigator.clipboard.readText()"))


def select(page: Page, first: tuple[str, str], last: tuple[str, str]) -> None:
    """Select a range of the page; `first` and `last` are an anchor and words of its block."""
    page.evaluate(
        """([first, last]) => {
            const place = ([id, words], atEnd) => {
                const block = document.getElementById(id);
                const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
                while (texts.nextNode()) {
                    const index = texts.currentNode.data.indexOf(words);
                    if (index >= 0) return [texts.currentNode, index + (atEnd ? words.length : 0)];
                }
            };
            const range = document.createRange();
            range.setStart(...place(first, false));
            range.setEnd(...place(last, true));
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        [first, last],
    )


@pytest.mark.parametrize("brief", LIBRARY.briefs, ids=lambda brief: brief.id)
def test_each_block_has_its_own_link_without_text(page: Page, base: str, brief: Brief) -> None:
    page.goto(f"{base}/briefs/{brief.id}/")
    links = page.locator("[data-text] a.number")
    assert links.count() == len(brief.anchors)
    described = links.evaluate_all(
        """links => links.map(link => ({
            name: link.getAttribute("aria-label"), to: link.getAttribute("href"),
            of: link.parentElement.id, words: link.textContent,
            shown: getComputedStyle(link, "::before").content, tab: link.tabIndex,
            width: link.getBoundingClientRect().width, height: link.getBoundingClientRect().height,
        }))"""
    )
    assert [link["of"] for link in described] == list(brief.anchors)
    for link in described:
        assert link["name"] == link["of"]
        assert link["to"] == f"#{link['of']}"
        assert link["shown"] == f'"{link["of"]}"'
        assert link["words"] == ""
        assert link["tab"] == 0
        assert min(link["width"], link["height"]) >= 24


@pytest.mark.parametrize("brief", QUOTABLE, ids=lambda brief: brief.id)
def test_each_block_is_quoted_whole_in_its_own_voice(page: Page, base: str, brief: Brief) -> None:
    """A script clicks the numbers; the slow test below clicks each with the mouse."""
    page.goto(f"{base}/briefs/{brief.id}/")
    quotations = page.evaluate(QUOTE_ALL, list(brief.anchors))
    wanted = [expected_quotation(brief, number) for number, _ in enumerate(brief.anchors, 1)]
    assert quotations == wanted
    click_number(page, brief.anchors[-1])
    assert copy(page, "Copy quotation") == wanted[-1]
    assert copy(page, "Copy link") == f"{URL}briefs/{brief.id}/#{brief.anchors[-1]}"


@pytest.mark.slow
@pytest.mark.parametrize("brief", QUOTABLE, ids=lambda brief: brief.id)
def test_each_block_is_quoted_with_the_mouse(page: Page, base: str, brief: Brief) -> None:
    page.goto(f"{base}/briefs/{brief.id}/")
    for number, anchor in enumerate(brief.anchors, 1):
        click_number(page, anchor)
        assert copy(page, "Copy quotation") == expected_quotation(brief, number)


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_a_link_to_a_block_marks_it_and_scrolls_it_below_the_header(
    browser: Browser, base: str, width: int
) -> None:
    with window(browser, width, has_touch=width < 1000) as page:
        _check_links_scroll_below_header(page, base, width)


def _check_links_scroll_below_header(page: Page, base: str, width: int) -> None:
    for anchor in ("p3", "p12", "p16"):
        page.goto("about:blank")
        page.goto(f"{base}{CHOI}#{anchor}")
        page.wait_for_timeout(200)
        top = page.locator(f"#{anchor}").evaluate("block => block.getBoundingClientRect().top")
        assert (
            page.locator(".md-header").evaluate("header => header.getBoundingClientRect().bottom")
            <= top
            < 400
        )
        ground = "block => getComputedStyle(block).backgroundColor"
        assert page.locator(f"#{anchor}").evaluate(ground) != page.locator("#p1").evaluate(ground)
    box = page.locator("#p5 > a.number").bounding_box()
    assert box
    assert box["x"] >= 0
    assert page.locator("#p5 > a.number").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_clicking_a_number_puts_the_address_of_its_block_in_the_address_bar(
    page: Page, base: str
) -> None:
    page.goto(f"{base}{CHOI}")
    click_number(page, "p10")
    assert page.url == f"{base}{CHOI}#p10"
    click_number(page, "p12")
    page.go_back()
    assert page.url == f"{base}{CHOI}#p10"
    expect(page.locator("#passage")).to_be_hidden()
    click_number(page, "p12")
    page.locator(".kicker").click(position={"x": 1, "y": 1}, force=True)
    expect(page.locator("#passage")).to_be_hidden()


def test_a_click_on_a_number_overrides_an_earlier_selection(page: Page, base: str) -> None:
    page.goto(f"{base}{CHOI}")
    select(page, ("p2", "In the meantime"), ("p2", "South Korea"))
    expect(page.locator("#passage > strong")).to_have_text("p2")
    click_number(page, "p1")
    page.wait_for_timeout(600)
    expect(page.locator("#passage > strong")).to_have_text("p1")
    assert copy(page, "Copy link") == f"{URL}briefs/2022-asan-choi/#p1"


def test_the_passage_bar_works_by_keyboard_alone(page: Page, base: str) -> None:
    page.goto(f"{base}{CHOI}")
    page.locator("#p4 > a").last.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#p5"
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copy link")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#passage [role=status]")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == expected_quotation(
        LIBRARY.find("2022-asan-choi"), 5
    )
    expect(page.get_by_role("button", name="Copy quotation")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#passage")).to_be_hidden()
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#p5"
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copy link")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(page.locator("#passage")).to_be_hidden()
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#p6"
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copy link")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#passage")).to_be_hidden()
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#p6"


def test_selected_words_are_quoted_as_selected(page: Page, base: str) -> None:
    page.goto(f"{base}{CHOI}")
    select(page, ("p10", "The GSOMIA between"), ("p10", "using various information assets"))
    expect(page.locator("#passage > strong")).to_have_text("p10")
    source = reference(cite(LIBRARY, LIBRARY.find("2022-asan-choi")).at(URL))
    assert copy(page, "Copy quotation") == (
        "“The GSOMIA between Korea and Japan has the advantage of sharing intelligence more "
        f"quickly and accurately using various information assets”\n\n{source}, p10.\n"
        f"{URL}briefs/2022-asan-choi/#p10"
    )
    assert page.evaluate("getSelection().toString()").startswith("The GSOMIA between")
    page.evaluate("getSelection().removeAllRanges()")
    expect(page.locator("#passage")).to_be_hidden()


def test_a_selection_across_two_voices_gives_two_quotations(page: Page, base: str) -> None:
    brief = LIBRARY.find("2021-yeosijae-okonogi")
    citation = cite(LIBRARY, brief).at(URL)
    blocks = brief.reading.shown
    last = next(
        number
        for number in range(1, 20)
        if blocks[number - 1].voice != blocks[number + 1 - 1].voice and number > 6
    )
    first, second = blocks[last - 1], blocks[last + 1 - 1]
    first_word, second_word = first.text.split()[-1], second.text.split()[0]
    introduction = reference(citation, first.voice, first.kind)
    page.goto(f"{base}{OKONOGI}")
    select(page, (f"p{last}", first_word), (f"p{last + 1}", second_word))
    expect(page.locator("#passage > strong")).to_have_text(f"p{last}–p{last + 1}")
    assert copy(page, "Copy quotation") == (
        f"“{first_word}”\n\n{introduction}, p{last}.\n{citation.url}#p{last}\n\n"
        f"“{second_word}”\n\n{reference(citation)}, p{last + 1}.\n{citation.url}#p{last + 1}"
    )
    assert "Introduction to" in introduction


def test_a_point_and_the_points_in_it_are_quoted_separately(page: Page, base: str) -> None:
    """None of the five texts has nested points, so the test moves one point into another."""
    page.goto(f"{base}/briefs/2023-sejong-jin/")
    brief = LIBRARY.find("2023-sejong-jin")
    assert page.locator("#p13").evaluate("point => point.localName") == "li"
    page.evaluate(
        """document.getElementById('p13').append(
            Object.assign(document.createElement('ul'), {id: 'below'}))"""
    )
    page.evaluate("document.getElementById('below').append(document.getElementById('p14'))")
    for anchor in ("p13", "p14"):
        click_number(page, anchor)
        assert copy(page, "Copy quotation") == expected_quotation(brief, int(anchor[1:]))


def test_a_block_of_a_restricted_text_is_cited_and_mailed_without_its_words(
    page: Page, base: str
) -> None:
    brief = LIBRARY.find("2021-yeosijae-okonogi")
    quote = page.locator("#passage button", has_text="Copy quotation")
    page.goto(f"{base}{OKONOGI}")
    for number, anchor in enumerate(brief.anchors, 1):
        click_number(page, anchor)
        expect(quote).to_be_hidden()
        _, _, body = parse_mail_link(page)
        assert body.replace("\r\n", "\n") == expected_quotation(brief, number).split("”\n\n")[-1]
    assert copy(page, "Copy link") == f"{URL}briefs/{brief.id}/#{anchor}"


def test_only_few_selected_words_of_a_restricted_text_are_quoted(page: Page, base: str) -> None:
    brief = LIBRARY.find("2021-yeosijae-okonogi")
    text, source = brief.reading.shown[9].text, expected_quotation(brief, 10).split("”\n\n")[-1]
    quote = page.get_by_role("button", name="Copy quotation")
    assert len(text) > 700
    page.goto(f"{base}{OKONOGI}")
    select(page, ("p10", text[:30]), ("p10", text[260:300]))
    expect(page.locator("#passage > strong")).to_have_text("p10")
    assert copy(page, "Copy quotation") == f"“{text[:300].strip()}”\n\n{source}"
    assert parse_mail_link(page)[2].replace("\r\n", "\n").endswith(f"”\n\n{source}")
    select(page, ("p10", text[:30]), ("p10", text[261:301]))
    expect(quote).to_be_hidden()
    assert parse_mail_link(page)[2].replace("\r\n", "\n") == source
    page.keyboard.press("Control+A")
    expect(page.locator("#passage > strong")).to_contain_text("p1–")
    expect(quote).to_be_hidden()
    body = parse_mail_link(page)[2]
    assert [block.text for block in brief.reading.shown if block.text[:40] in body] == []


def test_selecting_a_whole_page_quotes_its_whole_text(page: Page, base: str) -> None:
    page.goto(f"{base}{CHOI}")
    page.locator("#p1").focus()
    page.keyboard.press("Control+A")
    expect(page.locator("#passage > strong")).to_have_text("p1–p17")
    quotation = copy(page, "Copy quotation")
    # The author's text, the publisher's note and the biography.
    assert quotation.count("\n" + URL) == 3
    for block in LIBRARY.find("2022-asan-choi").reading.shown:
        assert block.text in quotation


def parse_mail_link(page: Page) -> tuple[str, str, str]:
    href = page.locator("#passage > a").get_attribute("href") or ""
    fields = parse_qs(urlsplit(href).query, strict_parsing=True)
    return href, fields["subject"][0], fields["body"][0]


def test_a_passage_is_mailed_with_its_address_on_a_line_of_its_own(page: Page, base: str) -> None:
    page.goto(f"{base}{CHOI}")
    brief = LIBRARY.find("2022-asan-choi")
    click_number(page, "p4")
    href, subject, body = parse_mail_link(page)
    assert subject == f"Choi Eunmi: {brief.record.title}"
    assert body.replace("\r\n", "\n") == expected_quotation(brief, 4)
    assert "\n" not in body.replace("\r\n", "")
    click_number(page, "p9")
    href, subject, body = parse_mail_link(page)
    assert len(href) <= 1900
    words, _, rest = body.replace("\r\n", "\n").partition(" […]”\n\n")
    assert f"“{brief.reading.shown[9 - 1].text}".startswith(words)
    assert len(words) > 300
    assert rest == expected_quotation(brief, 9).split("”\n\n")[1]


def test_a_mail_of_several_voices_is_not_longer_than_a_link_may_be(page: Page, base: str) -> None:
    page.goto(f"{base}{OKONOGI}")
    page.keyboard.press("Control+A")
    expect(page.locator("#passage > strong")).to_contain_text("p1–")
    href, _, body = parse_mail_link(page)
    assert len(href) <= 1900
    assert body.split("\r\n")[-1] == f"{URL}briefs/2021-yeosijae-okonogi/#p1"


def test_copying_works_where_the_browser_allows_the_clipboard_only_for_https(
    browser: Browser, base: str
) -> None:
    with browser.new_context(permissions=CLIPBOARD) as context:
        page = context.new_page()
        with troubles(page) as errors:
            _check_copying_without_the_clipboard(page, base)
        assert errors == []


def _check_copying_without_the_clipboard(page: Page, base: str) -> None:
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    page.goto(f"{base}{CHOI}")
    click_number(page, "p4")
    assert copy(page, "Copy quotation") == expected_quotation(LIBRARY.find("2022-asan-choi"), 4)
    select(page, ("p10", "The GSOMIA between"), ("p10", "Korea and Japan has"))
    expect(page.locator("#passage > strong")).to_have_text("p10")
    assert copy(page, "Copy quotation").startswith("“The GSOMIA between Korea and Japan has”")
    page.wait_for_timeout(600)
    expect(page.locator("#passage [role=status]")).to_have_text("Copied.")
    assert page.evaluate("getSelection().toString()") == "The GSOMIA between Korea and Japan has"
    page.get_by_role("button", name="Copy reference").click()
    assert page.evaluate("navigator.clipboard.readText()") == plain(
        cite(LIBRARY, LIBRARY.find("2022-asan-choi")).at(URL)
    )
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="Copy reference").click()
    expect(page.locator(".cite-copy [role=status]").first).to_contain_text(
        "Select the text and copy it"
    )


@pytest.mark.parametrize("brief", LIBRARY.briefs, ids=lambda brief: brief.id)
def test_all_forms_of_a_citation_are_shown_without_javascript(
    browser: Browser, base: str, brief: Brief
) -> None:
    with window(browser, 390, java_script_enabled=False) as page:
        _check_all_forms(page, base, brief)


def _check_all_forms(page: Page, base: str, brief: Brief) -> None:
    page.goto(f"{base}/briefs/{brief.id}/#cite")
    citation = cite(LIBRARY, brief).at(URL)
    forms = page.locator("#cite-forms .cite-form")
    assert forms.nth(0).inner_text() == plain(citation)
    for place, name in ((1, "Markdown"), (2, "HTML")):
        page.locator("#cite-forms summary", has_text=name).click()
        assert forms.nth(place).is_visible()
    assert page.locator("#cite-forms button").count() == 0
    for download in page.locator("#cite-forms a[type]").all():
        assert page.request.get(f"{base}/briefs/{brief.id}/{download.get_attribute('href')}").ok
    link = page.get_by_role("link", name="Mail this brief").get_attribute("href") or ""
    assert link.startswith("mailto:?subject=")
    assert parse_qs(urlsplit(link).query)["body"][0].endswith(f"\r\n{citation.url}")
    page.locator("#p2 > a.number").click()
    assert page.url.endswith("#p2")
    assert page.locator("#passage").count() == 0
    # extra.contact is not set, so no link can report an error.
    assert page.get_by_role("link", name="Report an error in this record").count() == 0


def test_each_form_of_a_citation_can_be_copied(page: Page, base: str) -> None:
    page.goto(f"{base}{CHOI}")
    for name, is_folded in (("reference", False), ("Markdown", True), ("HTML", True)):
        if is_folded:
            page.locator("#cite-forms summary", has_text=name).click()
        button = page.get_by_role("button", name=f"Copy {name}")
        button.click()
        expect(button.locator("xpath=..").locator("[role=status]")).to_have_text("Copied.")
        clipboard = str(page.evaluate("navigator.clipboard.readText()"))
        assert f"{URL}briefs/2022-asan-choi/" in clipboard
        assert ("<cite>" in clipboard) == (name == "HTML")
        assert ("\\[2022\\]" in clipboard) == (name == "Markdown")


@every_look
def test_axe_finds_nothing_with_the_bar_open(
    browser: Browser, base: str, width: int, scheme: str, rules: list[str]
) -> None:
    with window(browser, width, color_scheme=scheme) as page:
        for address in (CHOI, OKONOGI):
            page.goto(base + address)
            for summary in page.locator("#cite-forms summary").all():
                summary.click()
            click_number(page, "p4")
            assert violations(page, address, rules) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width


# ---- Moved addresses, and the hostile archive


@pytest.fixture(scope="module")
def moved_base(hostile_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the hostile archive from a folder, built for the address at which it is served."""
    root, top = hostile_site.parent, tmp_path_factory.mktemp("moved")
    with contextlib.contextmanager(serve)(top) as host:
        result = run(
            root,
            "archive",
            "--root",
            str(root),
            "build",
            "--site-dir",
            str(top / "a"),
            "--site-url",
            f"{host}/a/",
        )
        assert result.returncode == 0, result.stderr
        yield f"{host}/a"


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize(("old", "new"), REDIRECTS.items())
def test_an_old_address_leads_on_with_its_fragment(
    browser: Browser, moved_base: str, old: str, new: str, javascript: bool
) -> None:
    with window(browser, java_script_enabled=javascript) as page:
        page.goto(f"{moved_base}{old}#p7")
        page.wait_for_url(f"{moved_base}{new}*")
        assert page.url == moved_base + new + ("#p7" if javascript else "")
        if javascript:
            page.goto("about:blank")
            page.goto(f"{moved_base}{old}")
            page.wait_for_url(f"{moved_base}{new}")
            page.go_back()
            assert page.url == "about:blank"  # the stub does not add a step to the history


def test_a_search_accepts_the_ids_of_moved_addresses(page: Page, moved_base: str) -> None:
    page.goto(f"{moved_base}/search/?author=choi-eun-mi&theme=white-list")
    results = page.locator("[data-brief]")
    expect(results).to_have_count(1)
    assert results.get_attribute("data-brief") == "2022-asan-choi"
    assert page.url.endswith("/search/?author=choi-eun-mi&theme=white-list")
    expect(page.locator("#messages")).to_be_empty()


def test_hostile_words_are_cited_unchanged(page: Page, moved_base: str) -> None:
    page.goto(f"{moved_base}/briefs/2020-asan-signs/")
    click_number(page, "p2")
    quotation = copy(page, "Copy quotation")
    assert quotation.startswith(
        f"“{SIGNS}”\n\nCenter for “Signs” & Co_Op #1 and Partners. {SIGNS}. {SIGNS}. Asan Institute"
    )
    assert quotation.endswith(f", [2020], p2.\n{moved_base}/briefs/2020-asan-signs/#p2")
    assert parse_mail_link(page)[2].replace("\r\n", "\n") == quotation
    assert page.locator("#cite-forms .cite-form").first.inner_text().count(SIGNS) == 2


def test_an_error_can_be_reported_where_a_contact_is_set(page: Page, moved_base: str) -> None:
    page.goto(f"{moved_base}/briefs/2020-asan-ko/")
    link = (
        page.get_by_role("link", name="Report an error in this record").get_attribute("href") or ""
    )
    fields = parse_qs(urlsplit(link).query, strict_parsing=True)
    assert urlsplit(link).path == CONTACT
    assert "2020-asan-ko" in fields["subject"][0]
    assert "한일 관계의 “새 시대” & 협력 {초안}" in fields["subject"][0]
    assert f"{moved_base}/briefs/2020-asan-ko/" in fields["body"][0].split("\r\n")


def test_the_build_prints_one_line_while_no_contact_is_set(archive: Path) -> None:
    for command in (["archive", "--root", str(archive), "build", "--public"], ["mkdocs", "build"]):
        result = run(archive, *command)
        assert result.returncode == 0
        assert (result.stderr + result.stdout).count(
            "extra.contact in mkdocs.yml is not set: no page has “Report an error”"
        ) == 1
    assert not parsed(archive / "site", CHOI).xpath("//a[contains(@href, 'Error')]")
