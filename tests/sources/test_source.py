"""archive.sources.source: decodes bytes to lines and refuses what is not text."""

from __future__ import annotations

import codecs
import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.sources.source import MAX_BYTES, MAX_LINES, Source, Span, form_of
from repository import cases

PATH = Path("brief.txt")


@pytest.mark.parametrize(
    ("data", "field", "problem"),
    [
        (b"", "file", "the text is empty"),
        (b" \n\t \r\n", "file", "the text is empty"),
        ("\ufeff".encode(), "file", "the text is empty"),
        ("\u00a0\n\u3000".encode(), "file", "the text is empty"),
        (b"%PDF-1.7\n", "file", "the file is damaged"),
        (b"PK\x03\x04\x14", "file", "this is a ZIP archive, not text"),
        (b"{\\rtf1 Seoul", "file", "this is RTF, not text"),
        (b"a" * (MAX_BYTES + 1), "file", "more than 5,242,880 bytes: this is not a brief"),
        (b"a\n" * MAX_LINES, "file", "more than 100,000 lines: this is not a brief"),
        # Quotation marks of Windows-1252 are Hangul in CP949, so the encoding is ambiguous.
        ("\u201c1\u201d".encode("cp1252"), "file", "its encoding cannot be recognised"),
        (b"Seoul\nagreed\x00", "line 2", "control character U+0000: this is not text"),
        (b"a\r\nb\rc\x1b[1m", "line 3", "control character U+001B: this is not text"),
        (b"\x7fELF", "line 1", "control character U+007F: this is not text"),
        (b"a\x0bb", "line 1", "control character U+000B: this is not text"),
        ("a\uffff".encode(), "line 1", "control character U+FFFF: this is not text"),
    ],
)
def test_refused(data: bytes, field: str, problem: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        Source.from_bytes(data, PATH)
    assert (caught.value.file, caught.value.field, caught.value.problem) == (
        "brief.txt",
        field,
        problem,
    )
    assert caught.value.remedy
    assert str(caught.value).startswith(f"brief.txt: {field}: {problem}. ")


@pytest.mark.parametrize("case", cases("forms"), ids=lambda case: case["name"])
def test_the_form_is_told_from_the_bytes(case: dict[str, Any]) -> None:
    assert form_of(case["bytes"].encode(case.get("as", "utf-8"))) == case["form"]


@pytest.mark.parametrize("case", cases("encodings"), ids=lambda case: case["name"])
def test_encoding(case: dict[str, Any]) -> None:
    data = codecs.lookup(case["as"]).encode(case["text"])[0]
    source = Source.from_bytes(data, PATH)
    assert (source.encoding, "\n".join(source.lines)) == (case["encoding"], case["text"])
    assert source == Source.from_bytes(data, PATH, case["encoding"])
    assert source.sha256 == hashlib.sha256(data).hexdigest()


def test_the_encoding_of_the_record_decides() -> None:
    data = "Korea\u2019s".encode("cp1252")
    assert Source.from_bytes(data, PATH, "cp1252").lines == ("Korea\u2019s",)
    with pytest.raises(ArchiveError, match="this is not UTF-8 text"):
        Source.from_bytes(data, PATH, "utf-8")


def test_a_text_about_html_is_text() -> None:
    assert (
        Source.from_bytes(b"The <script>alert(1)</script> and the </p> of a page.\n", PATH)
        .lines[0]
        .startswith("The <script>")
    )


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        Source.load(tmp_path / "none.txt")
    assert caught.value.file == str(tmp_path / "none.txt")
    assert caught.value.problem == "cannot be read (No such file or directory)"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be read"):
        Source.load(tmp_path)


def test_load_equals_from_bytes(tmp_path: Path) -> None:
    path = tmp_path / "brief.txt"
    path.write_bytes(b"Seoul\r\nTokyo")
    assert Source.load(path) == Source.from_bytes(b"Seoul\r\nTokyo", PATH)


@pytest.mark.parametrize(
    "data",
    [b"Seoul\nTokyo\n", b"Seoul\r\nTokyo\r\n", b"Seoul\rTokyo\r", b"\xef\xbb\xbfSeoul\nTokyo\n"],
)
def test_line_ends_and_byte_order_mark(data: bytes) -> None:
    source = Source.from_bytes(data, PATH)
    assert source.lines == ("Seoul", "Tokyo", "")
    assert source.sha256 == hashlib.sha256(data).hexdigest()


def test_other_separators_are_not_line_ends() -> None:
    assert len(Source.from_bytes("a\u2028b\x85c\x0cd\te".encode(), PATH)) == 1


def test_lines_are_numbered_from_one() -> None:
    source = Source.from_bytes(b"Seoul\n  Tokyo \n\n", PATH)
    assert (source[1], source[2], source[3]) == ("Seoul", "  Tokyo ", "")
    assert source.line_span(2) == Span(2, 2, 7)
    assert source.line_span(3) == Span(3, 0, 0)


def test_text_of_spans() -> None:
    source = Source.from_bytes("while  43%\u00a0opposed\nthe  end".encode(), PATH)
    assert source.text((source.line_span(1), source.line_span(2))) == "while 43% opposed\nthe end"
    assert source.text((Span(1, 0, 5), Span(1, 7, 10))) == "while 43%"


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_any_text_is_read_whole_or_refused(text: str) -> None:
    assume("\0" not in text)  # a text with many zero bytes is UTF-16
    try:
        source = Source.from_bytes(text.encode(), PATH)
    except ArchiveError:
        return
    assert "".join("".join(source.lines).split()) == "".join(text.removeprefix("\ufeff").split())
