"""Pages of the web become lines, and each line has what its markup says of it."""

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from archive.errors import ArchiveError
from archive.reading.marks import MARKS
from archive.sources.encodings import named_encoding
from archive.sources.html import visible_lines
from archive.sources.lines import Line
from archive.sources.source import Source, form_of
from repository import cases

PATH = Path("page.html")
KOREAN = "한일 관계는 지난 십 년 동안 어려웠다고 한다"


def lines_of(html: str) -> list[Line]:
    return visible_lines(LexborHTMLParser(html), html)


def name_of(line: Line) -> str:
    hint = line.hint
    if hint.kind == "furniture":
        return f"furniture ({hint.rule})"
    return f"{hint.kind} {hint.level}" if hint.level else hint.kind or "-"


@pytest.mark.parametrize("case", cases("html"), ids=lambda case: case["name"])
def test_lines(case: dict[str, Any]) -> None:
    found = [[name_of(line), line.text] if line.text else "" for line in lines_of(case["html"])]
    assert found == case["lines"]


def test_kinds_are_marks() -> None:
    html = "<h1>a</h1><ul><li>b</ul><blockquote>c</blockquote><nav>d</nav><p>e"
    assert {line.hint.kind for line in lines_of(html)} <= {*MARKS, ""}


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ("<p>See <a href='https://a.example/x?y=1'>this <b>page</b></a>.", ["this page → https://a.example/x?y=1"]),
        ("<base href='https://b.example/d/'><p><a href='../e'>up</a>", ["up → https://b.example/e"]),
        ("<link rel=canonical href='https://c.example/f/g'><p><a href=h>h</a>", ["h → https://c.example/f/h"]),
        ("<!-- saved from url=(0021)https://d.example/i -->\n<p><a href=j>j</a>", ["j → https://d.example/j"]),
        ("<base href='javascript:x'><p><a href=j>j</a>", []),
        ("<p><a href='mailto:roe@a.example'>m</a> <a href='javascript:x()'>x</a>", []),
        ("<p><a href='data:text/html,x'>d</a> <a href='/rel'>r</a>", []),
        ("<p><a href='https://[bad'>x</a> <a href='https:///y'>y</a>", []),
        ("<p><a href='https://a.example/(1)_*`|{}\\'>x</a>", ["x → https://a.example/%281%29_%2A%60%7C%7B%7D%5C"]),
        ("<p><a href='https://한국.example/길'>x</a>", ["x → https://xn--3e0b707e.example/%EA%B8%B8"]),
    ],
)  # fmt: skip
def test_links(html: str, links: list[str]) -> None:
    assert [
        f"{line.text[start:end]} → {address}"
        for line in lines_of(html)
        for start, end, address in line.links
    ] == links


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        ("<meta charset=euc-kr><p>한일 관계".encode("cp949"), "cp949", "한일 관계"),
        ("<meta content='x; charset=ks_c_5601-1987'><p>한일".encode("cp949"), "cp949", "한일"),
        ("<meta charset='Shift_JIS'><p>日韓関係".encode("cp932"), "cp932", "日韓関係"),
        ("<meta charset=gb2312><p>中日韩".encode("gb18030"), "gb18030", "中日韩"),
        ("<meta charset=iso-8859-1><p>Schröder’s".encode("cp1252"), "cp1252", "Schröder’s"),
        ("<meta charset=euc-kr><p>한일 관계".encode(), "utf-8", "한일 관계"),
        (f"<meta charset=utf-8><p>{KOREAN}".encode("cp949"), "cp949", KOREAN),
        ("<html><meta charset=hex><p>한일 관계".encode(), "utf-8", "한일 관계"),
        (b"<html><meta charset=utf-7><p>+ADw-b+AD4-", "utf-8", "+ADw-b+AD4-"),
        ("\ufeff<html><meta charset=euc-kr><p>한일".encode("utf-16"), "utf-16", "한일"),
        ("<html><meta charset=utf-8><p>한일 관계 ".encode() + b"\xff", "utf-8", "한일 관계 \ufffd"),
    ],
)  # fmt: skip
def test_encoding(data: bytes, encoding: str, text: str) -> None:
    source = Source.from_bytes(data, PATH)
    assert (source.encoding, [line for line in source.lines if line]) == (encoding, [text])


@pytest.mark.parametrize("first", [b"", b"Content-Type: text/css\r\n\r\np {}\r\n--x\r\n"])
def test_a_page_with_its_pictures_in_one_file(first: bytes) -> None:
    mht = (
        b"From: <Saved>\r\nSubject: Page\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="x"\r\n\r\n--x\r\n'
        + first
        + b'Content-Type: text/html; charset="euc-kr"\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<h1>=C7=D1=C0=CF</h1><p>W=\r\nords"
        b"\r\n--x\r\nContent-Type: image/png\r\n\r\nabc\r\n--x--\r\n"
    )
    source = Source.from_bytes(mht, PATH)
    assert form_of(mht) == source.form == ".html"
    assert [line for line in source.lines if line] == ["한일", "Words"]


HOSTILE = {
    "nested": "<div>" * 1_000_000 + "x",
    "formatting": "".join(f"<font size={n}>" for n in range(50_000)) + "<p>x" * 50_000,
    "attributes": "<p>x</p><a " + " ".join(f"x{n}=1" for n in range(300_000)) + ">y</a>",
    "entities": "<p>" + "&amp;" * 1_000_000,
    "comments": "<p>x" + "<!--" * 1_000_000,
    "rows": "<table><tr><td>x" * 30_000,
    "cells": "<table>" + "<tr><td>x<td>y" * 1_000_000,
    "spans": f"<table><tr>{'<td colspan=999 rowspan=999>x' * 2_000}{'<tr><td>y' * 2_000}",
    "ordinals": "<ol>" + "<li value=999999999999>x" * 20_000,
    "classes": "".join(f"<p class='{' '.join(map(str, range(n, n + 20)))}'>x" for n in range(9999)),
    "json": "<p>x</p><script type='application/ld+json'>" + "[" * 200_000 + "</script>",
    "titles": "<p>x</p>" + "<meta name=author content='A, B'>" * 20_000,
    "links": "<p>" + "<a href='#a'>1</a>" * 30_000,
    "right to left": "<p>\u202eabc\u202c \u2066x\u2069 y</p>",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    start = time.monotonic()
    try:
        source = Source.from_bytes(f"<html>{HOSTILE[name]}".encode(), PATH)
        assert "".join(source.lines).strip()
    except ArchiveError as error:
        assert error.remedy
    assert time.monotonic() - start < 20


@given(st.text(), st.binary(max_size=200))
def test_any_page(text: str, data: bytes) -> None:
    """Any page has lines, or a named error; each link is on its line."""
    try:
        source = Source.from_bytes(b"<html>" + text.encode("utf-8", "replace") + data, PATH)
    except ArchiveError:
        return
    for span, address in source.links:
        assert source[span.line][span.start : span.end]
        assert address.startswith("http")


@given(st.binary(max_size=300))
def test_any_name_of_an_encoding(data: bytes) -> None:
    named = named_encoding(b"<meta charset=" + data)
    assert named is None or "".encode(named) is not None
