"""Any bytes give an answer or a named error, in bounded time and memory."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.commands.inspect import as_json, as_text
from archive.errors import ArchiveError
from archive.readers import read
from archive.reading.fidelity import account
from archive.records.authority import load_authority
from archive.sources.source import Source
from archive.store import Archive
from repository import ROOT

PATH = Path("brief.txt")
THEMES = tuple(load_authority(Archive(ROOT)).themes.values())
# Pieces that readers look for, to be put together at random.
PIECES = [
    "\n", "\n\n", "\r\n", " ", "  ", "\t", "Seoul agreed.", "Notes", "[1] ", "[2]", "¹",
    "| a | b |\n", "|---|\n", "a | b\n", "1. ", "1) ", "2) ", "■ ", "❍", "►", "▶", "○ ", "□", "▲",
    "• ", "△외교", "제1장 서론", "가. ", "> ", "“", "”", '"', "(", ")", "…", "GSOMIA", "강제징용",
    "Date 2019-06-20 View 2,142", "Sejong Focus", "About the Author", "Jane Roe", "보도자료",
    "날짜", "JANE ROE: ", "페이지상단으로이동", "Yeosijae", "© 2019 by EAI",
    "Page content transcription", "a@b.kr", "2019.01.11", "A, ", "@", "\x00",
]  # fmt: skip
ANY = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=200).map(str.encode),
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join).map(str.encode),
    st.lists(st.sampled_from(PIECES), max_size=60)
    .map("".join)
    .map(lambda text: text.encode("cp949", "replace")),
)
_WORDS = (
    "Korea Japan the of security cooperation GSOMIA forced labor agreed Tokyo. Seoul, in 2019 "
    "(MOFA) “export controls” and"
).split()
_KOREAN = (
    "한일 관계는 강제징용 문제로 지소미아를 정상화해야 한다. 일본의 수출규제와 협력을 외교 안보"
).split()


def prose(words: list[str], width: int) -> Callable[[int], str]:
    """Return a function that makes about `size` bytes of random words, in lines of `width`."""

    def make_text(size: int) -> str:
        random, lines, length = Random(1), [], 0
        while length < size:
            line = " ".join(random.choices(words, k=width // 6))
            lines.append(line)
            length += len(line.encode()) + 1
        return "\n".join(lines)

    return make_text


def repeated(unit: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """Return a function that repeats `unit` to a text of about `size` bytes."""
    return lambda size: before + unit * (size // len(unit.encode())) + after


# Texts that could slow down a regular expression or a loop.
HARD: dict[str, Callable[[int], str]] = {
    "no line end": repeated("a"),
    "no line end, capitals": repeated("A"),
    "one glyph": repeated("■"),
    "a glyph a line": repeated("■\n"),
    "ordinals": repeated("1. "),
    "items on one line": repeated("1) a  2) b  "),
    "spaces behind an ordinal": repeated(" ", "1) a", "b"),
    "brackets": repeated("("),
    "square brackets": repeated("["),
    "straight quotation marks": repeated('"'),
    "quotation marks that open": repeated("“"),
    "quotations": repeated("“가” "),
    "stops": repeated("."),
    "stops with brackets": repeated(".)"),
    "spaces": repeated(" ", "a", "b"),
    "tabs": repeated("a\t"),
    "at signs": repeated("@"),
    "a mail address": repeated("a.b-", "", "@"),
    "capitals": repeated("A "),
    "capitals with commas": repeated("A, "),
    "names": repeated("Jane Roe, "),
    "names a line": repeated("Jane Roe\n"),
    "initials": repeated("U.S. "),
    "hyphens": repeated("A-"),
    "apostrophes": repeated("A’"),
    "dates": repeated("2019.01.11 "),
    "dates a line": repeated("2019.01.11\n"),
    "digits": repeated("1,"),
    "short lines": repeated("Seoul agreed.\n"),
    "buttons": repeated("A\n"),
    "blank lines": repeated("\n", "a", "b"),
    "lines apart": repeated("Ab\n\n"),
    "pipes": repeated("|"),
    "rows": repeated("| a | b |\n"),
    "open rows": repeated("a | b\n"),
    "rules": repeated("---\n", "a | b\n"),
    "dashes": repeated("-", "", "x"),
    "rows of other lengths": repeated("a | b\na | b | c\n"),
    "note marks": repeated("[1]"),
    "notes": repeated("[1] x\n"),
    "heads of notes": repeated("Notes\n"),
    "heads of notes with notes": repeated("Notes\n[1] x\n\n"),
    "stop with note marks": repeated("[1]", ".", "x"),
    "points": repeated("■ a\n❍ b\n"),
    "numbered": repeated("1. Seoul\n"),
    "indents": repeated("   x\n"),
    "quoted": repeated("> a\n"),
    "triangles": repeated("△외교 "),
    "Chinese characters": repeated("韓日"),
    "words": prose(_WORDS, 80),
    "words on one line": lambda size: prose(_WORDS, 80)(size).replace("\n", " "),
    "Korean": prose(_KOREAN, 40),
    "Korean on one line": lambda size: prose(_KOREAN, 40)(size).replace("\n", " "),
    "ordinals behind a theme": repeated("1. ", "GSOMIA "),
    "Japanese stops behind a theme": repeated("日。", "GSOMIA "),
    "brackets before quotation marks": lambda size: (
        "GSOMIA " + "( " * (size // 6) + "a” " * (size // 10)
    ),
    "quotation marks in brackets": repeated("(“ ", "GSOMIA ", "”"),
    "themes": repeated("GSOMIA "),
    "half a theme": repeated("forced “"),
    "press release": repeated("날짜\n", "아산정책연구원\n보도자료\n"),
    "press release in prose": repeated("최은미 연구위원과 ", "아산정책연구원\n보도자료\n"),
    "experts": repeated("Jane Roe\n", "Asan Institute for Policy Studies\nAbout Experts\n"),
    "authors": repeated("Jane Roe\n", "About the Author\n"),
    "board": repeated("a@b.kr\n", "Title\nDate 2019-06-20 View 2,142 Writer JIN\n"),
    "introduction": repeated("Yeosijae agreed\n", "Yeosijae\n페이지상단으로이동\n"),
    "biographies": repeated("Jane Roe is a professor\n", "Stay informed about our latest news,\n"),
    "speakers": repeated("JANE ROE: a\n", "JOHN DOE: b\n"),
    "pages": repeated("ISSUE: 2021 No. 5 ISSN 1-1 A\n", "Page content transcription\n"),
    "publishers": repeated("Institute of "),
    "rights": repeated("© 2019 by "),
    "pictures": repeated("a.jpgJANE "),
}
SIZE = 20_000
# A text twice as long may take twice the time, and some more on a shared machine. Quadratic growth
# shows as 4. Times below the floor are too small to compare: with the higher one the texts grow to
# 320 kB until they take so many seconds, which is slow.
MOST_RATIO, CAP = 3.5, 30.0
FLOORS = [0.1, pytest.param(0.5, marks=pytest.mark.slow)]
LARGEST = 5_000_000
# The text, its lines, its blocks and the output, for the largest texts.
MOST_MEGABYTES = 1500
# Runs the command on a file. Prints its exit code and its peak memory in megabytes, then stderr.
MEASURED = """
import resource, subprocess, sys
command = [sys.executable, "-m", "archive", "inspect", sys.argv[1], "--json"]
result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
print(result.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
print(result.stderr)
"""


def inspect(data: bytes) -> str:
    """Return the output of `briefs inspect --json`, or the named error."""
    try:
        return json.dumps(as_json(read(Source.from_bytes(data, PATH)), THEMES))
    except ArchiveError as error:
        return str(error)


@pytest.fixture(scope="module")
def _few_objects() -> Iterator[None]:
    """Keep the garbage collector away from the tests' own objects: its time would count too."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def seconds(data: bytes) -> float:
    """Return the processor time of one inspection."""
    start = time.process_time()
    inspect(data)
    return time.process_time() - start


@settings(max_examples=300)
@given(ANY)
def test_any_bytes_give_an_answer_or_a_named_error(data: bytes) -> None:
    try:
        source = Source.from_bytes(data, PATH)
    except ArchiveError:
        return
    reading = read(source)
    assert account(reading).faults == ()
    words = " ".join(f"{block.mark} {block.text}" for block in reading.blocks)
    assert "".join(words.split()) == "".join("".join(source.lines).split())
    assert json.loads(json.dumps(as_json(reading, THEMES)))["unaccounted"] == []
    assert as_text(reading, THEMES)


@pytest.mark.alone
@pytest.mark.usefixtures("_few_objects")
@pytest.mark.parametrize("floor", FLOORS)
@pytest.mark.parametrize("name", HARD)
def test_time_grows_no_faster_than_the_text(name: str, floor: float) -> None:
    """If the texts are too quick to compare, longer ones are measured, up to a limit."""
    size, once, twice = SIZE, 0.0, seconds(HARD[name](SIZE).encode())
    while not once or (twice < floor and size < LARGEST // 20):
        size, once = (2 * size if once else size), twice
        twice = seconds(HARD[name](2 * size).encode())
        assert twice < CAP, f"{twice:.1f} s for {2 * size:,} bytes"
    for _ in range(4):
        if twice <= max(floor, once * MOST_RATIO):
            break
        # Measure again: other work on the machine may have taken time.
        once = min(once, seconds(HARD[name](size).encode()))
        twice = min(twice, seconds(HARD[name](2 * size).encode()))
    assert twice <= max(floor, once * MOST_RATIO), f"{once:.2f} s, twice as long {twice:.2f} s"


@pytest.mark.alone
@pytest.mark.parametrize("size", [LARGEST // 5, pytest.param(LARGEST, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["words", "Korean on one line", "no line end", "rows", "numbered"])
def test_memory_is_bounded(name: str, size: int, tmp_path: Path) -> None:
    """A smaller text may take less in proportion."""
    file = tmp_path / "brief.txt"
    file.write_text(HARD[name](size), encoding="utf-8")
    command = [sys.executable, "-c", MEASURED, str(file)]
    result = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    measured, _, errors = result.stdout.partition("\n")
    code, megabytes = map(int, measured.split())
    assert code in (0, 2), errors
    assert "Traceback" not in errors
    assert megabytes < MOST_MEGABYTES * size / LARGEST
