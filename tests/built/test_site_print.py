"""The site on paper: Chromium prints, PDFium reads the PDF with the place of each character."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from lxml import html
from playwright.sync_api import Browser, Page

from printed_pages import LABELS, SCREEN, Printed, join_signs, normalise, read_pdf, read_string
from site_pages import KINDS
from site_pages import page as parsed

URL = "https://briefs.example"
PAPERS = {"A4": (595.3, 841.9), "Letter": (612, 792)}  # in points
ELSEWHERE = "//article//a[starts-with(@href, 'http')]"
NEIGHBOURS = (
    "//h2[@id='related-briefs' or @id='earlier-and-later']"
    "/following-sibling::*[1]//a[starts-with(@href, '../20')]"
)


class Sheets(NamedTuple):
    """A page, built and printed."""

    page: html.HtmlElement
    address: str
    paper: str
    printed: Printed

    def blocks(self) -> list[html.HtmlElement]:
        """Return the numbered blocks of a brief, which hold all of its text."""
        (text,) = self.page.xpath("//*[@data-text]")
        blocks: list[html.HtmlElement] = text.xpath(".//*[@id and not(self::span)]")
        assert "".join(texts_of(blocks)) == normalise(text.text_content())
        return blocks


def texts_of(elements: list[html.HtmlElement]) -> list[str]:
    return [normalise(element.text_content()) for element in elements]


def print_pdf(page: Page, paper: str) -> Any:
    """Print with backgrounds; a paper size in the stylesheet would override `paper` here."""
    return pypdfium2.PdfDocument(
        page.pdf(format=paper, tagged=True, prefer_css_page_size=True, print_background=True)
    )


def print_and_read(page: Page, paper: str) -> Printed:
    """Print a page and read the PDF."""
    return read_pdf(print_pdf(page, paper), page.locator(SCREEN).evaluate_all(LABELS))


@pytest.fixture(scope="module")
def sheets(request: pytest.FixtureRequest, browser: Browser, base: str, site: Path) -> Sheets:
    kind, paper = request.param
    with browser.new_page() as page:
        page.goto(base + KINDS[kind])
        return Sheets(
            parsed(site, KINDS[kind]), URL + KINDS[kind], paper, print_and_read(page, paper)
        )


# pytest runs all tests of a page and a paper together, so that each is printed once.
# Every brief is printed on A4, and one on Letter; the other briefs on Letter are slow tests.
ON_LETTER = "brief: prose"


def parameters(kind: str, paper: str) -> Any:
    is_slow = kind.startswith("brief:") and paper == "Letter" and kind != ON_LETTER
    marks = [pytest.mark.slow] if is_slow else []
    return pytest.param((kind, paper), marks=marks, id=f"{kind}, {paper}")


BRIEFS = [
    parameters(*both)
    for both in itertools.product((kind for kind in KINDS if kind.startswith("brief:")), PAPERS)
]
PAGES = [*BRIEFS, parameters("theme", "A4"), parameters("home", "Letter")]
every_page = pytest.mark.parametrize("sheets", PAGES, indirect=True, scope="module")
every_brief = pytest.mark.parametrize("sheets", BRIEFS, indirect=True, scope="module")


def find_stranded_lines(printed: Printed, blocks: list[str]) -> list[str]:
    """Return long blocks with a single line on a sheet, and headings that end a sheet."""
    glyphs_of_blocks = printed.find(blocks)
    lines = [
        Counter(sheet for sheet, _ in {(glyph.sheet, glyph.line) for glyph in block})
        for block in glyphs_of_blocks
    ]
    last = {glyph.sheet: glyph for glyph in printed.glyphs if glyph.role}.values()
    return [
        *(
            join_signs(block)
            for block, count in zip(glyphs_of_blocks, lines, strict=True)
            if count.total() >= 4 and 1 in count.values()
        ),
        *(
            join_signs([glyph for glyph in printed.glyphs if glyph.line == end.line])
            for end in last
            if end.role.startswith("H")
        ),
    ]


@every_page
def test_a_sheet_has_the_size_of_the_paper(sheets: Sheets) -> None:
    for sheet in sheets.printed.pdf:
        # Chromium counts in whole pixels.
        assert sheet.get_mediabox() == pytest.approx((0, 0, *PAPERS[sheets.paper]), abs=1.1)


@every_page
def test_the_pdf_is_tagged_and_has_its_language_and_title(sheets: Sheets) -> None:
    page, (pdf, glyphs, _) = sheets.page, sheets.printed
    assert pdfium.FPDFCatalog_IsTagged(pdf)
    assert read_string(pdfium.FPDFCatalog_GetLanguage, pdf) == page.get("lang")
    assert pdf.get_metadata_dict()["Title"] == page.findtext(".//title")
    assert [join_signs([glyph for glyph in glyphs if glyph.role == "H1"])] == texts_of(
        page.xpath("//h1")
    )


@every_brief
def test_a_brief_is_printed_whole_with_its_numbers_and_tags(sheets: Sheets) -> None:
    elements, printed = sheets.blocks(), sheets.printed
    for element, block in zip(elements, printed.find(texts_of(elements)), strict=True):
        line = join_signs([glyph for glyph in printed.glyphs if glyph.line == block[0].line])
        assert line.startswith(element.get("id") + block[0].sign)
        assert {glyph.role for glyph in block} == {element.tag.upper()}


@every_page
def test_the_archive_and_the_pages_own_address_are_printed(sheets: Sheets) -> None:
    text = join_signs(sheets.printed.glyphs)
    assert text.startswith(normalise("Korea–Japan Policy Briefs"))
    assert text.endswith(sheets.address)


@every_page
def test_the_numbers_of_a_chart_are_not_printed_but_square_brackets_are_explained(
    sheets: Sheets,
) -> None:
    text = join_signs(sheets.printed.glyphs)
    assert normalise("The same numbers as a table") not in text
    explained = normalise("A title in square brackets is not printed in the text") in text
    assert explained == bool(sheets.page.xpath("//*[@class='remark']"))


@every_page
def test_folded_passages_and_lists_are_printed_whole(sheets: Sheets) -> None:
    texts = sheets.page.xpath(
        "//*[@class='passage' or @class='entries']//text()[normalize-space()]"
    )
    assert len(sheets.printed.find([normalise(text) for text in texts])) > 10


@every_brief
def test_the_citation_is_printed_with_the_address(sheets: Sheets) -> None:
    (citation,) = texts_of(sheets.page.xpath("//p[contains(@class, 'cite-form')]"))
    assert citation.endswith(sheets.address)
    assert sheets.printed.find([citation])


@every_brief
@pytest.mark.parametrize("links", [ELSEWHERE, NEIGHBOURS], ids=["elsewhere", "neighbours"])
def test_an_address_is_printed_behind_the_words_of_its_link(sheets: Sheets, links: str) -> None:
    text, elements = join_signs(sheets.printed.glyphs), sheets.page.xpath(links)
    assert len(elements) > 1
    for name, element in zip(texts_of(elements), elements, strict=True):
        address = urljoin(sheets.address, element.get("href"))
        assert (name if name == address else name + address) in text


@every_page
def test_nothing_that_is_for_the_screen_is_printed(sheets: Sheets) -> None:
    text = join_signs(sheets.printed.glyphs)
    assert len(sheets.printed.screen) > 4
    assert [part for part in sheets.printed.screen if part in text] == []


def test_the_check_finds_labels_where_the_screen_is_printed(browser: Browser, base: str) -> None:
    with browser.new_page() as page:
        page.goto(base + KINDS["brief: prose"])
        page.emulate_media(media="screen")
        printed = print_and_read(page, "A4")
    text = join_signs(printed.glyphs)
    assert len([part for part in printed.screen if part in text]) > 4


@every_brief
def test_no_sheet_has_a_single_line_of_a_block_or_ends_with_a_heading(sheets: Sheets) -> None:
    assert len(sheets.printed.pdf) > 1
    assert find_stranded_lines(sheets.printed, texts_of(sheets.blocks())) == []


@pytest.mark.parametrize(
    ("above", "rules", "stranded"),
    [
        (940, "orphans: 1; widows: 1", ["onetwothreefour"]),  # room for one line above the break
        (890, "orphans: 1; widows: 1", ["onetwothreefour"]),  # for three
        (940, "orphans: 2; widows: 2", ["heading"]),  # which stays where it was
        (940, "orphans: 2; widows: 2; --after: avoid", []),
    ],
)
def test_the_check_finds_a_single_line_and_a_heading_at_the_end(
    browser: Browser, above: int, rules: str, stranded: list[str]
) -> None:
    with browser.new_page() as page:
        page.set_content(
            f"<style>@page {{ margin: 2cm }} * {{ margin: 0; font: 16px/24px serif; {rules} }}"
            " h2 { break-after: var(--after) }"
            f"</style><div style='height: {above - 48}px'></div>"
            "<p>start<h2>heading</h2><p>one<br>two<br>three<br>four"
        )
        printed = print_and_read(page, "A4")
    assert find_stranded_lines(printed, ["onetwothreefour"]) == stranded


# Headings and sentences with what they lead to: a chart, a table, a list or a passage.
LEADS = [
    ("home", "#over-time"),
    pytest.param("home", "#newest", marks=pytest.mark.slow),
    ("theme", "#by-institute"),
    ("theme", ".dossier-brief > h3"),
    ("author", "#posts"),
    ("brief: outline", ".brief-text h3:has(+ ul)"),
    ("about", "p:has(+ .table-frame)"),
    pytest.param("guide", "p:has(+ ul)", marks=pytest.mark.slow),
]
# Shows an element, and what follows up to what it leads to, near the end of one sheet after the
# other, on each a little lower. Returns the words of these elements, and the first words of the
# last.
PLACE_LOW = """(selector) => {
    const article = document.querySelector("article");
    const group = [article.querySelector(selector)];
    while (group.at(-1).matches("h1, h2, h3, h4, h5, h6, p")) {
        group.push(group.at(-1).nextElementSibling);
    }
    const parent = group[0].parentElement;
    const sheets = article.cloneNode();
    for (let height = 640; height < 980; height += 12) {
        const space = document.createElement("div");
        Object.assign(space.style, { height: `${height}px`, breakBefore: "page" });
        const frame = document.createElement("div");
        if (parent !== article) frame.className = parent.className;
        frame.append(...group.map((element) => element.cloneNode(true)));
        sheets.append(space, frame);
    }
    article.replaceWith(sheets);
    const last = group.pop();
    const from = last.querySelector("text") ?? last;
    const texts = document.createTreeWalker(from, NodeFilter.SHOW_TEXT);
    while (texts.nextNode() && !texts.currentNode.data.trim());
    return [...group.map((element) => element.textContent), texts.currentNode.data];
}"""


@pytest.mark.parametrize("paper", ["A4", pytest.param("Letter", marks=pytest.mark.slow)])
@pytest.mark.parametrize(("kind", "selector"), LEADS)
def test_what_leads_to_a_table_a_chart_or_a_list_is_on_its_sheet(
    browser: Browser, base: str, kind: str, selector: str, paper: str
) -> None:
    with browser.new_page() as page:
        page.goto(base + KINDS[kind])
        pieces = [normalise(text) for text in page.evaluate(PLACE_LOW, selector)]
        count = page.locator("article > div[style]").count()
        glyphs = print_and_read(page, paper).find(pieces * count)
    parted = [
        (lead[-1].sheet, pieces[place % len(pieces)])
        for place, (lead, follower) in enumerate(itertools.pairwise(glyphs))
        if place % len(pieces) < len(pieces) - 1 and lead[-1].sheet != follower[0].sheet
    ]
    assert count == 29
    assert parted == []


@pytest.mark.parametrize(("kind", "javascript"), [("brief: no series", True), ("theme", False)])
def test_the_dark_palette_prints_black_on_white(
    browser: Browser, base: str, kind: str, javascript: bool
) -> None:
    screens, prints = [], []
    for scheme in ("light", "dark"):
        with browser.new_page(color_scheme=scheme, java_script_enabled=javascript) as page:
            page.goto(base + KINDS[kind])
            screens.append(page.screenshot())
            prints.append(
                [bytes(sheet.render(grayscale=True).buffer) for sheet in print_pdf(page, "A4")]
            )
    assert screens[0] != screens[1]
    assert prints[0] == prints[1]
    for sheet in prints[0]:
        assert sheet.count(255) > 0.6 * len(sheet)
        assert min(sheet) < 60
