"""archive.reading.notes: finds notes, and the marks that lead to them."""

from __future__ import annotations

import pytest

from archive.reading.model import Block, Kind, Voice
from archive.reading.notes import NoteMarks, is_notes_heading, note_label


def note(text: str, voice: Voice = Voice.AUTHOR) -> Block:
    return Block(Kind.NOTE, (), text, voice)


@pytest.mark.parametrize(
    "text",
    [
        "Notes",
        "ENDNOTES",
        "[각주]",
        "■ 주석",
        "주:",
        "5. References",
        "IV. Notes and References",
        "注",
    ],
)
def test_headings(text: str) -> None:
    assert is_notes_heading(text)


@pytest.mark.parametrize(
    "text", ["Notes on a pact", "주요 내용", "It notes", "References to the pact were made"]
)
def test_lines_that_are_not_headings(text: str) -> None:
    assert not is_notes_heading(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[12] See it.", ("[1]", 12)),
        ("[1]See it.", ("[1]", 1)),
        ("[iv] See it.", ("[1]", 4)),
        ("¹² See it.", ("¹", 12)),
        ("(3) See it.", ("(1)", 3)),
        ("3) 외교부.", ("1.", 3)),
        ("주3) 외교부.", ("1.", 3)),
        ("3. See it.", ("1.", 3)),
        ("3 See it.", ("1", 3)),
        ("2019. See it.", None),
        ("[1]", None),
        ("[civil] See it.", None),
        ("See it.", None),
        ("0. See it.", None),
    ],
)
def test_labels(text: str, expected: tuple[str, int] | None) -> None:
    assert note_label(text) == expected


@pytest.mark.parametrize(
    ("notes", "text", "linked"),
    [
        (
            ["[1] A.", "[2] B."],
            "It holds.[1][2] So it does [2], and [3].",
            ["[1] n0", "[2] n1", "[2] n1"],
        ),
        (["1. A.", "2. B."], "It holds.[2] In 1. it does not.", ["[2] n1"]),
        (["[i] A."], "It holds.[i] And [x].", ["[i] n0"]),
        (["¹ A.", "² B."], "Seoul holds it.¹ 5 km² of Tokyo² are 10².", ["¹ n0", "² n1"]),
        (["[1] A."], "It holds.¹ [1] is no mark at the head.", ["[1] n0"]),
        (["[1] A.", "[1] B.", "[2] C."], "It holds.[1] So does it.[2]", ["[2] n2"]),
        (
            ["［１］ A.", "[\u200b2] B."],
            "It holds［１］.[２\u200b]",
            ["［１］ n0", "[２\u200b] n1"],
        ),
        ([], "It holds.[1]", []),
        (["[2] A."], "[2] It holds.", []),
    ],
)
def test_marks_lead_to_the_notes_of_their_number(
    notes: list[str], text: str, linked: list[str]
) -> None:
    marks = NoteMarks([(note(words), f"n{index}") for index, words in enumerate(notes)])
    assert [f"{text[start:end]} {anchor}" for start, end, anchor in marks.find(text)] == linked


def test_a_note_of_the_publisher_is_not_the_author_s() -> None:
    assert NoteMarks([(note("[1] A.", Voice.PUBLISHER), "n0")]).find("It holds.[1]") == []
