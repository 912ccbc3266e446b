"""archive.reading.fidelity: accounts for every character of a source."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.readers import read, readers
from archive.reading.fidelity import account
from archive.reading.model import Block, Kind, Reading
from archive.reading.sheet import Sheet
from archive.sources.source import Source, Span
from repository import ROOT, cases

PATH = Path("brief.txt")
TEXT = "Seoul agreed.\n  Tokyo waited. \n"
# Lines by which the readers know their publishers, so that the tests reach all readers.
LINES = [
    "", " ", "Seoul agreed.", "Seoul agreed to talk about it with", "tokyo waited.",
    "Implications for Korea", "Choi Eunmi", "■ Section", "❍ Point", "1. Head", "1) One   2) Two",
    "  - deeper", "► Key point", "• A", "2021.01.11", "No. 2019-11 Issues", "Sejong Focus",
    "Date 2019-06-20 View 2,142 Writer JIN Chang Soo", "Date 2019-06-20 View 2,142",
    "File (Brief 2023-13)", "(Brief 2023-13) Strategy", "(a@b.kr)", "Professor,",
    "The Sejong Institute", "Issue Briefs", "380 views", "About Experts",
    "Asan Institute for Policy Studies",
    "This article is an English Summary of Asan Issue Brief (2022-19).", "보도자료", "날짜",
    "Stay informed about our latest news,", "publications, & uploads:",
    "Jin-goo Cho is a professor at the Institute.",
    "페이지상단으로이동", "[Series ①] Title of it", "Masao Okonogi (Professor)",
    "Yeosijae has been at work.", "(This paper was translated by him)",
    "< Copyright holder © TAEJAE FUTURE CONSENSUS INSTITUTE >",
]  # fmt: skip
WORDS = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)
TEXTS = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8")),
    st.lists(st.one_of(st.sampled_from(LINES), WORDS)).map("\n".join),
)


def faults_of(*spans: Span) -> tuple[str, ...]:
    blocks = tuple(Block(Kind.PARAGRAPH, (span,), "") for span in spans)
    return account(Reading("test", Source.from_bytes(TEXT.encode(), PATH), blocks)).faults


def test_no_fault() -> None:
    assert faults_of(Span(1, 0, 13), Span(2, 2, 15)) == ()


def test_a_line_cut_in_two_is_no_fault() -> None:
    assert faults_of(Span(1, 0, 5), Span(1, 6, 13), Span(2, 2, 15)) == ()


def test_a_line_left_out() -> None:
    assert faults_of(Span(1, 0, 13)) == ("line 2: unaccounted: Tokyowaited.",)


def test_a_piece_left_out() -> None:
    assert faults_of(Span(1, 0, 5), Span(2, 2, 15)) == ("line 1: unaccounted: agreed.",)


def test_a_line_taken_twice() -> None:
    assert faults_of(Span(1, 0, 13), Span(2, 2, 15), Span(2, 2, 15)) == (
        "line 2: taken twice: Tokyowaited.",
    )


def test_a_character_taken_twice() -> None:
    assert faults_of(Span(1, 0, 6), Span(1, 4, 13), Span(2, 2, 15)) == ("line 1: taken twice: l",)


def test_shares() -> None:
    source = Source.from_bytes(b"Sejong Focus\n9 views\nSeoul agreed.\n", PATH)
    kinds = (Kind.METADATA, Kind.FURNITURE, Kind.PARAGRAPH)
    blocks = tuple(
        Block(kind, (source.line_span(line),), source[line]) for line, kind in enumerate(kinds, 1)
    )
    result = account(Reading("test", source, blocks))
    assert (result.text, result.metadata, result.furniture) == (12, 11, 6)
    assert (result.total, result.faults) == (29, ())


@pytest.mark.parametrize("brief", cases("facts"))
def test_the_five_texts(brief: str) -> None:
    source = Source.load(ROOT / "briefs" / f"{brief}.txt")
    result = account(read(source))
    assert result.faults == ()
    assert result.total == len("".join("".join(source.lines).split()))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_no_reader_loses_or_doubles_a_word(text: str) -> None:
    try:
        source = Source.from_bytes(text.encode(), PATH)
    except ArchiveError:
        assume(False)
    reading = read(source)
    assert account(reading).faults == ()
    words = " ".join(f"{block.mark} {block.text}" for block in reading.blocks)
    assert "".join(words.split()) == "".join("".join(source.lines).split())


def test_the_lines_above_reach_every_reader() -> None:
    names = {
        reader.name
        for reader in readers()
        for line in LINES
        if reader.knows(Sheet(Source.from_bytes(f"{line}\n.".encode(), PATH)))
    }
    assert names >= {"generic", "ifes", "sejong", "yeosijae"}
