"""The site on paper: what Chromium prints, read back by another program, with the place of every character on its sheet."""

from __future__ import annotations

import ctypes
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from lxml import html
from playwright.sync_api import Browser, Page

from site_pages import KINDS
from site_pages import page as parsed

URL = "https://briefs.example"
PAPERS = {"A4": (595.3, 841.9), "Letter": (612, 792)}  # in points
MARGIN = 56.6  # the 2 cm that archive.css leaves: what stands there is on every sheet and no part of the page
ROLES = re.compile(
    r"H\d|P|LI"
)  # what text stands in; Strong, Link and NonStruct are around parts of it
SCREEN = "nav:not(nav nav) > *, footer ul, button, .md-skip, .contents > *, form label, input[placeholder]"
ELSEWHERE = "//article//a[starts-with(@href, 'http')]"
NEIGHBOURS = "//h2[@id='related-briefs' or @id='earlier-and-later']/following-sibling::*[1]//a[starts-with(@href, '../20')]"
SAID = "all => all.map(one => one.title || one.placeholder || one.textContent)"


class Glyph(NamedTuple):
    """A printed character. Lines are counted through all sheets. The role is that of the PDF's tags, empty where there is none."""

    sign: str
    sheet: int
    line: int
    role: str


class Printed(NamedTuple):
    """A PDF, its characters as an eye reads them, and what the page says for the screen only."""

    pdf: Any
    glyphs: list[Glyph]
    screen: list[str]

    def find(self, pieces: list[str]) -> list[list[Glyph]]:
        """Where each piece stands whole, one behind the other."""
        at, found, text = 0, [], said(self.glyphs)
        for piece in pieces:
            start = text.find(piece, at)
            assert start >= 0, f"not printed, or not here: {piece}"
            at = start + len(piece)
            found.append(self.glyphs[start:at])
        return found


class Sheets(NamedTuple):
    """A page as it was built and as it was printed."""

    page: html.HtmlElement
    address: str
    paper: str
    printed: Printed

    def blocks(self) -> list[html.HtmlElement]:
        """The numbered blocks of a brief, which hold all of its text."""
        (text,) = self.page.xpath("//*[@data-text]")
        found: list[html.HtmlElement] = text.xpath(".//*[@id and not(self::span)]")
        assert "".join(words(found)) == signs(text.text_content())
        return found


def signs(text: str) -> str:
    """The characters of a text or a PDF. Without white space: a line may end anywhere. Without marks that print nothing. Compatible
    forms as one: a PDF says which glyph stands there, not for which of its characters."""
    kept = (
        unicodedata.normalize("NFKC", sign) for sign in text if unicodedata.category(sign) != "Cf"
    )
    return "".join("".join(kept).split())


def said(glyphs: list[Glyph]) -> str:
    return "".join(glyph.sign for glyph in glyphs)


def words(elements: list[html.HtmlElement]) -> list[str]:
    return [signs(element.text_content()) for element in elements]


def ask(question: Callable[..., int], about: Any) -> str:
    answer = (ctypes.c_ushort * 64)()
    question(about, answer, ctypes.sizeof(answer))
    return "".join(map(chr, answer)).rstrip("\0")


def roles(element: Any, role: str) -> Iterator[tuple[int, str]]:
    """The pieces of content that an element of the PDF's structure holds, with their roles."""
    name = ask(pdfium.FPDF_StructElement_GetType, element)
    role = name if ROLES.fullmatch(name) else role
    for at in range(pdfium.FPDF_StructElement_CountChildren(element)):
        below = pdfium.FPDF_StructElement_GetChildAtIndex(element, at)
        yield from (
            roles(below, role)
            if below
            else [(pdfium.FPDF_StructElement_GetChildMarkedContentID(element, at), role)]
        )


def placed(sheet: Any) -> Iterator[tuple[float, float, str, str]]:
    """The characters of a sheet, each with how far down and how far right it stands, and its role."""
    tree, text = pdfium.FPDF_StructTree_GetForPage(sheet), sheet.get_textpage()
    named = dict(roles(pdfium.FPDF_StructTree_GetChildAtIndex(tree, 0), "Document")) | {
        -1: ""
    }  # what has no tag
    pdfium.FPDF_StructTree_Close(tree)
    x, y, height = ctypes.c_double(), ctypes.c_double(), sheet.get_height()
    for at in range(text.count_chars()):
        code, thing = pdfium.FPDFText_GetUnicode(text, at), pdfium.FPDFText_GetTextObject(text, at)
        pdfium.FPDFText_GetCharOrigin(text, at, x, y)
        if (
            thing and MARGIN < y.value < height - MARGIN
        ):  # PDFium makes white space up, which is no thing
            for sign in signs(
                "-" if code == 2 else chr(code)
            ):  # its 2 is a hyphen printed at the end of a line
                yield (
                    -y.value,
                    x.value,
                    sign,
                    named.get(pdfium.FPDFPageObj_GetMarkedContentID(thing), ""),
                )


def press(page: Page, paper: str) -> Any:
    """Print, with backgrounds. The paper is the reader's: a size that the stylesheet sets would win over it here."""
    return pypdfium2.PdfDocument(
        page.pdf(format=paper, tagged=True, prefer_css_page_size=True, print_background=True)
    )


def read(page: Page, paper: str) -> Printed:
    """Print a page, and read what was printed."""
    pdf, glyphs, lines = press(page, paper), [], itertools.count()
    for number, sheet in enumerate(pdf):
        rows: dict[float, list[tuple[float, str, str]]] = {}
        top = -float("inf")
        for down, right, sign, role in sorted(placed(sheet), key=lambda one: one[:2]):
            top = (
                down if down - top > 5 else top
            )  # points: a block's number is smaller and stands a little higher than its line
            rows.setdefault(top, []).append((right, sign, role))
        for row, line in zip(rows.values(), lines, strict=False):
            glyphs += [
                Glyph(sign, number, line, role)
                for _, sign, role in sorted(row, key=lambda one: one[0])
            ]
    screen = map(signs, page.locator(SCREEN).evaluate_all(SAID))
    return Printed(
        pdf, glyphs, [part for part in screen if len(part) > 6 and not part.isdecimal()]
    )  # others are in texts as well


@pytest.fixture(scope="module")
def sheets(request: pytest.FixtureRequest, browser: Browser, base: str, site: Path) -> Sheets:
    kind, paper = request.param
    with browser.new_page() as page:
        page.goto(base + KINDS[kind])
        return Sheets(parsed(site, KINDS[kind]), URL + KINDS[kind], paper, read(page, paper))


# pytest runs all tests of a page on a paper together, so that it is printed once.
# All briefs are printed on A4 and one on Letter; the others on Letter are slow.
ON_LETTER = "brief: prose"


def sheets_of(kind: str, paper: str) -> Any:
    is_slow = kind.startswith("brief:") and paper == "Letter" and kind != ON_LETTER
    marks = [pytest.mark.slow] if is_slow else []
    return pytest.param((kind, paper), marks=marks, id=f"{kind}, {paper}")


BRIEFS = [
    sheets_of(*both)
    for both in itertools.product((kind for kind in KINDS if kind.startswith("brief:")), PAPERS)
]
PAGES = [*BRIEFS, sheets_of("theme", "A4"), sheets_of("home", "Letter")]
every_page = pytest.mark.parametrize("sheets", PAGES, indirect=True, scope="module")
every_brief = pytest.mark.parametrize("sheets", BRIEFS, indirect=True, scope="module")


def lonely(printed: Printed, blocks: list[str]) -> list[str]:
    """The blocks of four lines or more of which a sheet has one line only, and the headings that end a sheet."""
    found = printed.find(blocks)
    lines = [
        Counter(sheet for sheet, _ in {(glyph.sheet, glyph.line) for glyph in block})
        for block in found
    ]
    last = {glyph.sheet: glyph for glyph in printed.glyphs if glyph.role}.values()
    return [
        *(
            said(block)
            for block, count in zip(found, lines, strict=True)
            if count.total() >= 4 and 1 in count.values()
        ),
        *(
            said([other for other in printed.glyphs if other.line == end.line])
            for end in last
            if end.role.startswith("H")
        ),
    ]


@every_page
def test_a_sheet_is_that_of_the_paper(sheets: Sheets) -> None:
    for sheet in sheets.printed.pdf:
        assert sheet.get_mediabox() == pytest.approx(
            (0, 0, *PAPERS[sheets.paper]), abs=1.1
        )  # Chromium counts in whole pixels


@every_page
def test_the_pdf_is_tagged_and_has_its_language_and_title(sheets: Sheets) -> None:
    page, (pdf, glyphs, _) = sheets.page, sheets.printed
    assert pdfium.FPDFCatalog_IsTagged(pdf)
    assert ask(pdfium.FPDFCatalog_GetLanguage, pdf) == page.get("lang")
    assert pdf.get_metadata_dict()["Title"] == page.findtext(".//title")
    assert [said([glyph for glyph in glyphs if glyph.role == "H1"])] == words(page.xpath("//h1"))


@every_brief
def test_a_brief_is_printed_whole_with_its_numbers_and_tags(sheets: Sheets) -> None:
    elements, printed = sheets.blocks(), sheets.printed
    for element, block in zip(elements, printed.find(words(elements)), strict=True):
        line = said([glyph for glyph in printed.glyphs if glyph.line == block[0].line])
        assert line.startswith(element.get("id") + block[0].sign)
        assert {glyph.role for glyph in block} == {element.tag.upper()}


@every_page
def test_the_archive_and_the_pages_own_address_are_printed(sheets: Sheets) -> None:
    text = said(sheets.printed.glyphs)
    assert text.startswith(signs("Korea–Japan Policy Briefs"))
    assert text.endswith(sheets.address)


@every_page
def test_a_drawing_is_not_followed_by_its_numbers_and_brackets_are_explained(
    sheets: Sheets,
) -> None:
    text = said(sheets.printed.glyphs)
    assert signs("The same numbers as a table") not in text
    explained = signs("A title in square brackets is not printed in the text") in text
    assert explained == bool(sheets.page.xpath("//*[@class='remark']"))


@every_page
def test_what_is_folded_or_listed_is_printed_whole(sheets: Sheets) -> None:
    texts = sheets.page.xpath(
        "//*[@class='passage' or @class='entries']//text()[normalize-space()]"
    )
    assert len(sheets.printed.find([signs(text) for text in texts])) > 10


@every_brief
def test_the_citation_is_printed_with_the_address(sheets: Sheets) -> None:
    (citation,) = words(sheets.page.xpath("//p[contains(@class, 'cite-form')]"))
    assert citation.endswith(sheets.address)
    assert sheets.printed.find([citation])


@every_brief
@pytest.mark.parametrize("links", [ELSEWHERE, NEIGHBOURS], ids=["elsewhere", "neighbours"])
def test_an_address_is_printed_behind_the_words_of_its_link(sheets: Sheets, links: str) -> None:
    text, elements = said(sheets.printed.glyphs), sheets.page.xpath(links)
    assert len(elements) > 1
    for name, element in zip(words(elements), elements, strict=True):
        address = urljoin(sheets.address, element.get("href"))
        assert (name if name == address else name + address) in text


@every_page
def test_nothing_is_printed_that_is_for_the_screen(sheets: Sheets) -> None:
    text = said(sheets.printed.glyphs)
    assert len(sheets.printed.screen) > 4
    assert [part for part in sheets.printed.screen if part in text] == []


def test_what_is_for_the_screen_would_be_found(browser: Browser, base: str) -> None:
    with browser.new_page() as page:
        page.goto(base + KINDS["brief: prose"])
        page.emulate_media(media="screen")
        printed = read(page, "A4")
    text = said(printed.glyphs)
    assert len([part for part in printed.screen if part in text]) > 4


@every_brief
def test_no_line_is_alone_and_no_heading_last_on_a_sheet(sheets: Sheets) -> None:
    assert len(sheets.printed.pdf) > 1
    assert lonely(sheets.printed, words(sheets.blocks())) == []


@pytest.mark.parametrize(
    ("above", "rules", "found"),
    [
        (940, "orphans: 1; widows: 1", ["onetwothreefour"]),  # room for one line above the break
        (890, "orphans: 1; widows: 1", ["onetwothreefour"]),  # for three
        (940, "orphans: 2; widows: 2", ["heading"]),  # which stays where it was
        (940, "orphans: 2; widows: 2; --after: avoid", []),
    ],
)
def test_a_line_alone_and_a_heading_last_would_be_found(
    browser: Browser, above: int, rules: str, found: list[str]
) -> None:
    with browser.new_page() as page:
        page.set_content(
            f"<style>@page {{ margin: 2cm }} * {{ margin: 0; font: 16px/24px serif; {rules} }} h2 {{ break-after: var(--after) }}"
            f"</style><div style='height: {above - 48}px'></div><p>start<h2>heading</h2><p>one<br>two<br>three<br>four"
        )
        printed = read(page, "A4")
    assert lonely(printed, ["onetwothreefour"]) == found


@pytest.mark.parametrize(("kind", "javascript"), [("brief: no series", True), ("theme", False)])
def test_from_the_dark_it_is_ink_on_white(
    browser: Browser, base: str, kind: str, javascript: bool
) -> None:
    screens, prints = [], []
    for scheme in ("light", "dark"):
        with browser.new_page(color_scheme=scheme, java_script_enabled=javascript) as page:
            page.goto(base + KINDS[kind])
            screens.append(page.screenshot())
            prints.append(
                [bytes(sheet.render(grayscale=True).buffer) for sheet in press(page, "A4")]
            )
    assert screens[0] != screens[1]
    assert prints[0] == prints[1]
    for sheet in prints[0]:
        assert sheet.count(255) > 0.6 * len(sheet)
        assert min(sheet) < 60
