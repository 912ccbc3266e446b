"""archive.reading.outline: turns lines into headings, points and paragraphs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.reading.model import Kind
from archive.reading.outline import is_heading_like, outline
from archive.reading.sheet import Sheet
from archive.sources.source import Source
from repository import cases

BODY_FIELDS = {
    "headings": Kind.HEADING,
    "points": Kind.POINT,
    "notes": Kind.NOTE,
    "tables": Kind.TABLE,
}


def sheet_of(text: str) -> Sheet:
    return Sheet(Source.from_bytes(text.encode(), Path("brief.txt")))


@pytest.mark.parametrize("case", cases("outline"), ids=lambda case: case["name"])
def test_outline(case: dict[str, Any]) -> None:
    options = dict(case.get("options", {}))
    if "point" in options:
        options["point"] = Kind(options["point"])
    sheet = sheet_of(case["text"])
    outline(sheet, sheet.unclaimed(), **options)
    blocks = sheet.to_reading("test").blocks
    assert [[block.kind.value, block.level, block.mark, block.text] for block in blocks] == case[
        "blocks"
    ]


@pytest.mark.parametrize("case", cases("bodies"), ids=lambda case: case["name"])
def test_bodies(case: dict[str, Any]) -> None:
    sheet = sheet_of(case["text"])
    sheet.state("title", case.get("title"), 1)
    sheet.add_authors(case.get("authors", ()), 1)
    outline(sheet, sheet.unclaimed())
    blocks = sheet.to_reading("test").blocks
    missed, wrong = case.get("missed", ()), case.get("wrong", ())
    for field, kind in BODY_FIELDS.items():
        expected = [text for text in case.get(field, ()) if text not in missed]
        shown = [block.text for block in blocks if block.kind is kind]
        assert [text for text in shown if text not in wrong] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Implications for Korea", True),
        ("What comes next?", True),
        ("[Summary]", True),
        ("한일관계의 개선", True),
        ("“Free and open”", True),
        ("Seoul agreed.", False),
        ("Seoul agreed.[1]", False),
        ("Seoul agreed:", False),
        ("implications for Korea", False),
        ("A " + "long " * 40 + "line", False),
        ("“A quotation of more than eight words stands on its own line here”", False),
    ],
)
def test_is_heading_like(text: str, expected: bool) -> None:
    assert is_heading_like(text) is expected


def test_only_the_given_lines_are_claimed() -> None:
    sheet = sheet_of("Seoul agreed.\nTokyo waited.\nBoth lost.")
    outline(sheet, [1, 3])
    assert sheet.unclaimed() == [2]


def test_a_line_that_is_not_given_separates_its_neighbours() -> None:
    sheet = sheet_of("Strategic clarity\n380 views\nConflict management\n\nTokyo waited.")
    outline(sheet, [1, 3, 5])
    assert [block.text for block in sheet.to_reading("test").blocks] == [
        "Strategic clarity",
        "Conflict management",
        "Tokyo waited.",
    ]
