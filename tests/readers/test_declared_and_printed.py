"""archive.readers.page: what a page declares is compared with what it prints."""

from pathlib import Path
from typing import Any

import pytest

from archive.readers import read
from archive.reading.fidelity import account
from archive.reading.model import Kind, Reading, Statement
from archive.sources.source import Source
from repository import cases

PROSE = (
    "The court has ruled on wages that were not paid, and both governments have said that they "
    "will go on talking, which is more than they said in the year before that."
)
FIELDS = ("title", "date", "institute", "series", "number")


def read_page(head: str, body: str) -> Reading:
    page = f"<!doctype html><html><head>{head}</head><body>{body.replace('{prose}', PROSE)}</body>"
    return read(Source.from_bytes(page.encode(), Path("page.html")))


def place(statement: Statement) -> str:
    return f"line: {statement.text}" if statement.basis == "printed" else statement.text


@pytest.mark.parametrize("case", cases("pages"), ids=lambda case: case["name"])
def test_statements(case: dict[str, Any]) -> None:
    reading = read_page(case["head"], case["body"])
    stated = {
        field: [statement.value, place(statement)]
        for field in FIELDS
        if (statement := getattr(reading, field))
    }
    if reading.authors:
        stated["authors"] = [words for one in reading.authors for words in (one.value, place(one))]
    assert stated == {key: case[key] for key in (*FIELDS, "authors") if key in case}
    assert reading.reader == "page"
    assert account(reading).faults == ()


def test_a_line_that_is_printed_twice_stays_where_the_page_declares_another_title() -> None:
    twice = "<p>Sea lanes and harbour towns</p>"
    reading = read_page("<title>The ruling and after</title>", f"{twice}<p>{{prose}}</p>{twice}")
    assert [block.text for block in reading.shown].count("Sea lanes and harbour towns") == 2


def test_a_heading_below_the_byline_is_no_byline() -> None:
    body = (
        "<h1>The ruling and after</h1><p>von Jana Roth</p><h2>Erdrutsch der Partei</h2><p>{prose}"
    )
    reading = read_page("", body)
    assert [block.text for block in reading.shown if block.kind is Kind.HEADING] == [
        "Erdrutsch der Partei"
    ]
    assert "von Jana Roth" not in [block.text for block in reading.shown]


def test_a_declared_language_counts_where_the_words_do_not_tell() -> None:
    words = "<p>Das Urteil und die Folgen</p>"
    declared = read_page("<meta name=dc.language content=de>", words).language
    assert declared and (declared.value, declared.basis) == ("de", "declared")
    assert read_page("<meta name=dc.language content=en>", words).language is None
    korean = read_page(
        "<meta name=dc.language content=de>", "<p>강제징용 판결 이후의 한일관계"
    ).language
    assert korean and korean.value == "ko"


def test_what_lines_become() -> None:
    body = (
        "<nav><a href=/>Home</a></nav><h1>The ruling and after</h1><h2>What was ruled</h2>"
        "<p>{prose}</p><h3>The wages</h3><ul><li>One<li>Two<ul><li>Three</ul></ul><p><b>In bold</b>"
        "</p><p>{prose}</p><table><tr><th>Year<th>Trade<tr><td>2019<td></table>"
        "<blockquote>Said</blockquote><p>{prose}</p><footer>© 2023 Harbour Institute</footer>"
    )
    reading = read_page("", body)
    assert [
        (block.kind.value, block.level, block.text)
        for block in reading.shown
        if not block.text.startswith("The court")
    ] == [
        ("heading", 1, "What was ruled"),
        ("heading", 2, "The wages"),
        ("point", 1, "One"),
        ("point", 1, "Two"),
        ("point", 2, "Three"),
        ("heading", 3, "In bold"),
        ("table", 1, "Year\tTrade\n2019\t"),
        ("quote", 0, "Said"),
        ("rights", 0, "© 2023 Harbour Institute"),
    ]
    assert [block.rule for block in reading.blocks if block.kind is Kind.FURNITURE] == [
        "navigation"
    ]
