"""archive.sources.pdf: reads pages as they are laid out, and survives whatever is in a file."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.sources import limits
from archive.sources.layout import Piece, lay_out
from archive.sources.lines import Declared, Line
from archive.sources.pdf import read_pdf
from pdf_files import assemble, make_pdf, stream
from repository import cases

CASES: list[dict[str, Any]] = cases("pdf")
PATH = Path("brief.pdf")
WORDS = "Words of a text that everybody can see."


def shown(line: Line) -> str:
    hint = line.hint
    said = " ".join(filter(None, (hint.kind, str(hint.level or ""), hint.rule)))
    return f"{said or '-'} | {line.text}"


def lines(data: bytes) -> list[Line]:
    return read_pdf(data, PATH)[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_layout(case: dict[str, Any]) -> None:
    assert [shown(line) for line in lines(make_pdf(case["pages"]))] == case["lines"]


def test_vertical_lines_are_read_from_the_right_to_the_left() -> None:
    columns = ("縦書きの文は右", "から左へ読む。")
    pieces = [
        Piece(sign, 100 - 20 * x, 110 - 20 * x, 11 * y, 10, False)
        for x, column in enumerate(columns)
        for y, sign in enumerate(column)
    ]
    assert [line.text for line in lay_out([[pieces]])] == ["".join(columns)]


def test_a_raised_mark_stands_in_its_gap_when_the_file_writes_it_behind_the_line() -> None:
    content = b"BT /F1 10 Tf 50 700 Td (Ships pass ) Tj (the strait) Tj ET "
    mark = b"BT /F1 6 Tf 111 703.5 Td (2) Tj ET"
    line = content.replace(b"(Ships pass ) Tj", b"[(Ships pass) -500] TJ")
    assert [line.text for line in lines(sheet(line + mark))] == ["Ships pass² the strait"]


def test_white_words_show_on_a_dark_ground() -> None:
    band = b"0.2 g 40 700 400 140 re f"
    assert [line.text for line in lines(make_pdf(["{18bw}Words in white"], drawing=band))] == [
        "Words in white"
    ]


@pytest.mark.parametrize(("pages", "kind"), [(2, ""), (3, "furniture")])
def test_words_that_only_two_pages_repeat_may_be_text(pages: int, kind: str) -> None:
    page = "Words at the top\n\nA long line of the text of page "
    read = lines(make_pdf([page + "abc"[number] * 9 for number in range(pages)]))
    assert {line.hint.kind for line in read if "Words" in line.text} == {kind}


def test_the_rows_of_a_table_are_one_block() -> None:
    table = "a one   b one\na two   b two\na 3     b 3"
    page = f"{table}\n\nWords between the tables.\n\n{table}"
    blocks = [line.hint.block for line in lines(make_pdf([page]))]
    assert blocks[:3] == [blocks[0]] * 3
    assert blocks[4:] == [blocks[4]] * 3
    assert 0 < blocks[0] != blocks[4] > 0 == blocks[3]


def test_links() -> None:
    page = (
        "See [the year-\nbook of all](https://inst.example/a) and [mail](mailto:roe@inst.example)."
    )
    page = page.replace("-\nbook", "book")
    (line,) = lines(make_pdf([page]))
    assert [(line.text[start:end], address) for start, end, address in line.links] == [
        ("the yearbook of all", "https://inst.example/a")
    ]


def test_a_link_over_two_lines_is_one_link() -> None:
    address = "(https://inst.example/a)"
    page = f"The ministers read [the whole yearbook]{address}\n[of all ships]{address} and left."
    (line,) = lines(make_pdf([page]))
    assert [line.text[start:end] for start, end, _ in line.links] == [
        "the whole yearbook of all ships"
    ]


def test_what_a_pdf_declares() -> None:
    data = make_pdf([WORDS], title="The Price of a Strait", author="Jane Roe; John Doe and Ann Poe")
    assert read_pdf(data, PATH)[1] == [
        Declared("title", "The Price of a Strait", "PDF Title"),
        Declared("authors", "Jane Roe", "PDF Author"),
        Declared("authors", "John Doe", "PDF Author"),
        Declared("authors", "Ann Poe", "PDF Author"),
    ]


FILE_TITLES = (
    "Microsoft Word - brief.docx",
    "untitled",
    "Layout 1",
    "brief_final.pdf",
    "제목 없음",
    "PowerPoint Presentation",
    "C:\\briefs\\2019",
    "2019-12",
    "",
)


@pytest.mark.parametrize("title", FILE_TITLES)
def test_a_title_that_names_the_file_is_left_out(title: str) -> None:
    assert read_pdf(make_pdf([WORDS], title=title), PATH)[1] == []


SHEET = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
    b"/Resources << /Font << /F1 4 0 R >> /XObject << /X 6 0 R >> >> >>"
)
SHOW = b"BT /F1 10 Tf 50 700 Td (Words of a text) Tj ET "
FORM = (
    b"/Type /XObject /Subtype /Form /BBox [0 0 600 900] /Resources << /XObject << /X 6 0 R >> >> "
)


def sheet(
    content: bytes, tree: bytes = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", filters: bytes = b""
) -> bytes:
    """Return a PDF with one page of this content, or with this tree of pages."""
    return assemble(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: tree,
            3: SHEET,
            4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
            5: stream(content, filters),
            6: stream(b"/X Do /X Do " + SHOW, FORM),
        }
    )


LOCKED = (
    b"trailer << /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <%s> /U <%s> >> "
    b"/ID [<00><00>]"
)
REFUSED = {
    "nothing on the page": (make_pdf([""]), "has no text", "ocrmypdf in.pdf out.pdf"),
    "a font without Unicode": (make_pdf(["{10p}Words of a text"]), "do not tell", "--force-ocr"),
    "white words": (make_pdf(["{10w}Words"]), "has no text", "ocrmypdf"),
    "words outside the page": (
        sheet(SHOW.replace(b"50 700", b"50 900")),
        "has no text",
        "ocrmypdf",
    ),
    "a password": (
        make_pdf([WORDS]).replace(b"trailer <<", LOCKED % (b"41" * 32, b"42" * 32)),
        "locked with a password",
        "qpdf --decrypt",
    ),
    "half of it": (make_pdf([WORDS])[:900], "damaged", "another copy"),
    "only a header": (b"%PDF-1.7\n", "damaged", "another copy"),
    "too many pages": (
        sheet(SHOW, b"<< /Type /Pages /Kids [3 0 R] /Count 9999 >>"),
        "500 pages",
        "qpdf",
    ),
    "a tree that is a circle": (
        sheet(SHOW, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 5 >>"),
        "damaged",
        "another",
    ),
    "no pages": (sheet(SHOW, b"<< /Type /Pages /Kids [] /Count 0 >>"), "damaged", "another"),
    "deep nesting": (sheet(SHOW, b"[" * 100_000), "damaged", "another"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_pdf_that_cannot_be_read_is_refused_with_what_to_do(case: str) -> None:
    data, problem, remedy = REFUSED[case]
    with pytest.raises(ArchiveError, match=r"brief\.pdf: file: ") as raised:
        read_pdf(data, PATH)
    assert problem in raised.value.problem
    assert remedy in raised.value.remedy


MANY_WORDS = zlib.compress(b"BT /F1 10 Tf " + b"(Words) Tj " * 200_000 + b"ET")


def test_what_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.3)
    with pytest.raises(ArchiveError, match="too much time"):
        read_pdf(sheet(MANY_WORDS, filters=b"/Filter /FlateDecode "), PATH)


@pytest.mark.slow
def test_what_takes_too_much_memory_is_refused() -> None:
    with pytest.raises(ArchiveError, match=r"too much (?:memory|time)"):
        read_pdf(sheet(b"/X Do "), PATH)


def letters(text: str) -> Counter[str]:
    """Count the letters, without hyphens, which may go where a line goes on."""
    return Counter(re.sub(r"[\s-]", "", text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_no_visible_letter_is_lost_or_doubled(case: dict[str, Any]) -> None:
    drawn = "\n".join(case["pages"])
    seen = (
        drawn
        if set(re.findall(r"\{\d+i\}", drawn)) and len(case["pages"][0].splitlines()) == 1
        else re.sub(r"\{\d+[iw]\}.*", "", drawn)
    )
    plain = re.sub(r"\{\d+\w*\}|\^(?=\d)", "", seen)
    assert letters("".join(line.text for line in lines(make_pdf(case["pages"])))) == letters(plain)


GOOD = make_pdf([WORDS, "{18b}Two\n\nwords^1  and  more"], title="Two")


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_the_file_is_it_gives_lines_or_a_named_error(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    length, more = data.draw(st.integers(0, 40)), data.draw(st.binary(max_size=40))
    with suppress(ArchiveError):
        assert read_pdf(GOOD[:start] + more + GOOD[start + length :], PATH)[0]


PIECES = st.builds(
    Piece,
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Zs", "Zl", "Zp", "Cc"]),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 400),
    st.integers(0, 100),
    st.integers(0, 60).map(lambda row: row * 12),
    st.sampled_from([6.0, 8.0, 10.0, 10.0, 18.0]),
    st.booleans(),
)


@given(st.lists(st.lists(PIECES, min_size=1, max_size=12), max_size=4))
def test_whatever_stands_on_a_page_stands_in_its_lines(pages: list[list[Piece]]) -> None:
    for piece in (piece for page in pages for piece in page):
        piece.right += piece.left
    drawn = letters("".join(piece.text for page in pages for piece in page).replace("\xad", ""))
    shown = lay_out([[page] for page in pages])
    assert letters("".join(line.text for line in shown).replace("\xad", "")) == drawn
    assert all(line.text.strip() for line in shown)
