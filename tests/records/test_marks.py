"""archive.reading.marks and decisions.with_ranges: lines are what they are marked as."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.errors import ArchiveError
from archive.readers import read
from archive.reading.fidelity import account
from archive.reading.marks import MARKS
from archive.reading.model import Kind, Reading
from archive.records.decisions import with_ranges
from archive.records.record import Range
from archive.records.yamlfile import Fields
from archive.sources.source import Source
from repository import cases

CASES = cases("marks")
FILE = Path("text.txt")


def read_with(*marks: str, held: str | None = None) -> tuple[Reading, Reading]:
    """Return the text as it is read, and as it is with marks."""
    reading = read(Source.from_bytes(CASES["text"].encode(), FILE))
    ranges = [
        Range.of_option(lines, kind, "2026-11-30", "x")
        for lines, kind in (mark.split("=") for mark in marks)
    ]
    words = set(held.split()) if held else None
    return reading, with_ranges(FILE, ranges, reading, frozenset(), words)


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: " ".join(case["marks"]))
def test_lines_are_what_they_are_marked_as(case: dict[str, Any]) -> None:
    plain, marked = read_with(*case["marks"], held=case.get("held"))
    numbers = [int(n) for mark in case["marks"] for n in mark.partition("=")[0].split("-")]
    first, last = case.get("lines", (min(numbers), max(numbers)))
    touched = [block for block in marked.blocks if first <= block.lines[0] <= last]
    if "blocks" in case:
        assert [
            [block.kind.value, block.level, block.voice.value, block.text] for block in touched
        ] == case["blocks"]
    if case.get("unchanged"):
        assert marked.blocks == plain.blocks
    for field, value in case.get("fields", {}).items():
        stated = getattr(marked, field)
        assert ([name.value for name in stated] if field == "authors" else stated.value) == value
    assert account(marked).faults == ()


def test_lines_with_tabs_that_are_marked_as_a_table_keep_their_cells() -> None:
    text = "Seoul and Tokyo have talked.\n\n\t1990\t2020\nUpper\t4\n\nThat is all."
    ranges = [Range.of_option("3-4", "table", "2026-11-30", "x")]
    reading = with_ranges(FILE, ranges, read(Source.from_bytes(text.encode(), FILE)))
    assert [block.text for block in reading.blocks if block.kind is Kind.TABLE] == [
        "\t1990\t2020\nUpper\t4"
    ]
    assert account(reading).faults == ()


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["mark"])
def test_a_mark_that_cannot_be_is_a_named_error(case: dict[str, Any]) -> None:
    with pytest.raises(ArchiveError, match=case["says"]) as raised:
        read_with(case["mark"])
    assert case["remedy"] in raised.value.remedy
    for mark in case["better"]:
        read_with(mark)


def test_each_kind_of_mark_is_tried() -> None:
    marks = [mark.partition("=")[2] for case in CASES["cases"] for mark in case["marks"]]
    assert {mark.partition(":")[0] for mark in marks} == set(MARKS)


@pytest.mark.parametrize("kind", [*MARKS, "heading:2", "point:3", "note:translator"])
def test_a_mark_is_written_as_it_is_read(kind: str) -> None:
    marked = Range.of_option("12-14", kind, "2026-11-30", "x")
    entry = marked.entry
    more = entry.get("level") or entry.get("voice")
    assert (entry["lines"], f"{entry['as']}:{more}" if more else entry["as"]) == ("12-14", kind)
    assert Fields(FILE, entry).build(Range) == marked
