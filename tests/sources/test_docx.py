"""archive.sources.docx: makes HTML of Word files, and names the formats that are not read."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.sources import docx
from archive.sources.docx import docx_to_html, is_docx, refused_format
from docx_files import make_docx, note_mark, paragraph, picture

PATH = Path("brief.docx")
GOOD = make_docx(
    paragraph("The Price of a Strait", "Heading1")
    + paragraph("Ships pass the strait.", more=note_mark(1) + picture("A map of it"))
    + paragraph("해협의 값"),
    {1: "See the yearbook."},
)


def archived(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


def test_a_word_file_becomes_html() -> None:
    html = docx_to_html(GOOD, PATH).decode()
    assert html.startswith('<!doctype html><meta charset="utf-8">')
    assert "<h1>The Price of a Strait</h1>" in html
    assert '<img alt="A map of it" />' in html
    assert "해협의 값" in html
    assert "See the yearbook." in html.partition("<ol>")[2]


def test_a_word_file_that_would_be_too_large_is_refused() -> None:
    data = make_docx(paragraph("x" * docx.MAX_BYTES))
    with pytest.raises(ArchiveError, match="this is not a brief"):
        docx_to_html(data, PATH)


def test_a_word_file_whose_directory_names_a_smaller_size_is_damaged() -> None:
    data = archived(word__document_xml=b"<w/>" + b" " * 1000)
    data = data.replace((1004).to_bytes(4, "little"), (4).to_bytes(4, "little"))
    with pytest.raises(ArchiveError, match="damaged"):
        docx_to_html(data, PATH)


ENTITIES = b"<!DOCTYPE d [<!ENTITY a0 'words'>%s]><d>&a30;</d>" % b"".join(
    b"<!ENTITY a%d '&a%d;&a%d;'>" % (number + 1, number, number) for number in range(30)
)
DAMAGED = {
    "half of it": GOOD[: len(GOOD) // 2],
    "not XML": archived(word__document_xml=b"words"),
    "entities": archived(word__document_xml=ENTITIES),
    "nesting": archived(word__document_xml=b"<a>" * 100_000),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_word_file_is_refused(case: str) -> None:
    with pytest.raises(ArchiveError, match="damaged"):
        docx_to_html(DAMAGED[case], PATH)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, len(GOOD)), st.binary(max_size=40), st.integers(0, 40))
def test_whatever_the_file_is_it_gives_html_or_a_named_error(
    start: int, more: bytes, length: int
) -> None:
    with suppress(ArchiveError):
        docx_to_html(GOOD[:start] + more + GOOD[start + length :], PATH)


def ole(name: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + name.encode("utf-16-le")


REFUSED = {
    "PowerPoint": archived(ppt__presentation_xml=b""),
    "Excel": archived(xl__workbook_xml=b""),
    "OpenDocument": archived(mimetype=b"application/vnd.oasis.opendocument.text"),
    "HWPX": archived(mimetype=b"application/hwp+zip"),
    "EPUB": archived(mimetype=b"application/epub+zip"),
    "ZIP": archived(brief=b""),
    "old Word": ole("WordDocument"),
    "old PowerPoint": ole("PowerPoint Document"),
    "old Excel": ole("Workbook"),
    "old Office": ole(""),
    "password": ole("EncryptedPackage"),
    "HWP": ole("HwpSummaryInformation"),
    "Hangul": b"HWP Document File V3.00 \x1a",
    "RTF": b"{\\rtf1 words}",
    "an archive": b"\x1f\x8b\x08",
    "picture": b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_other_formats_are_named(name: str) -> None:
    refused = refused_format(REFUSED[name])
    assert refused
    assert name in refused[0]
    assert refused[1].endswith(".")
    assert not is_docx(REFUSED[name])


@pytest.mark.parametrize("data", [GOOD, b"%PDF-1.7", b"<!doctype html>", b"words", b""])
def test_what_is_read_is_not_refused(data: bytes) -> None:
    assert refused_format(data) is None


def test_a_word_file_is_told() -> None:
    assert is_docx(GOOD)
