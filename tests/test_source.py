"""archive.source: bytes to lines, and what is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.source import Source, Span

PATH = Path("brief.txt")


@pytest.mark.parametrize(
    ("data", "field", "problem"),
    [
        (b"", "file", "the text is empty"),
        (b" \n\t \r\n", "file", "the text is empty"),
        ("\ufeff".encode(), "file", "the text is empty"),
        ("\u00a0\n\u3000".encode(), "file", "the text is empty"),
        (b"Seoul\xff agreed", "byte 5", "this is not UTF-8 text"),
        ("한국".encode("cp949"), "byte 0", "this is not UTF-8 text"),
        ("Seoul".encode("utf-16"), "byte 0", "this is not UTF-8 text"),
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
    assert (caught.value.file, caught.value.field, caught.value.problem) == ("brief.txt", field, problem)
    assert caught.value.remedy
    assert str(caught.value).startswith(f"brief.txt: {field}: {problem}. ")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        Source.load(tmp_path / "none.txt")
    assert caught.value.file == str(tmp_path / "none.txt")
    assert caught.value.problem == "cannot be read (No such file or directory)"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be read"):
        Source.load(tmp_path)


def test_load_is_from_bytes(tmp_path: Path) -> None:
    path = tmp_path / "brief.txt"
    path.write_bytes(b"Seoul\r\nTokyo")
    assert Source.load(path) == Source.from_bytes(b"Seoul\r\nTokyo", PATH)


@pytest.mark.parametrize("data", [b"Seoul\nTokyo\n", b"Seoul\r\nTokyo\r\n", b"Seoul\rTokyo\r", b"\xef\xbb\xbfSeoul\nTokyo\n"])
def test_line_ends_and_byte_order_mark(data: bytes) -> None:
    source = Source.from_bytes(data, PATH)
    assert source.lines == ("Seoul", "Tokyo", "")
    assert source.sha256 == hashlib.sha256(data).hexdigest()


def test_other_separators_are_no_line_ends() -> None:
    assert len(Source.from_bytes("a\u2028b\x85c\x0cd\te".encode(), PATH)) == 1


def test_lines_are_numbered_from_one() -> None:
    source = Source.from_bytes(b"Seoul\n  Tokyo \n\n", PATH)
    assert (source[1], source[2], source[3]) == ("Seoul", "  Tokyo ", "")
    assert source.whole(2) == Span(2, 2, 7)
    assert source.whole(3) == Span(3, 0, 0)


def test_text_of_spans() -> None:
    source = Source.from_bytes("while  43%\u00a0opposed\nthe  end".encode(), PATH)
    assert source.text((source.whole(1), source.whole(2))) == "while 43% opposed\nthe end"
    assert source.text((Span(1, 0, 5), Span(1, 7, 10))) == "while 43%"


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_any_text_is_read_whole_or_refused(text: str) -> None:
    try:
        source = Source.from_bytes(text.encode(), PATH)
    except ArchiveError:
        return
    assert "".join("".join(source.lines).split()) == "".join(text.removeprefix("\ufeff").split())
