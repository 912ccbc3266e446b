from __future__ import annotations

import math
import time
from collections import Counter
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.records import ledger
from archive.records.ledger import (
    Line,
    digest,
    in_text_order,
    load_addresses,
    pair_blocks,
    parse_lines,
)
from archive.store import Archive
from repository import cases

FILE = Path("x.tsv")
DAY = "2026-11-21"


# The cases write words in place of digests: one letter for a block, two or three for a block that
# may be cut up.
WORDS = {
    digest(text): text for n in (1, 2, 3) for text in map("".join, product("abcdefxyz", repeat=n))
}


def assign(
    file: Path, lines: tuple[Line, ...], blocks: list[str], day: str
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    return ledger.assign(file, lines, [digest(text) for text in blocks], lambda: blocks, day)


def line(row: str) -> Line:
    anchor, value, *after = row.replace(" after", "").split()
    return Line(anchor, digest(value), DAY, *after)


def row(line: Line) -> str:
    return f"{line.anchor} {WORDS[line.digest]}" + (f" after {line.after}" if line.after else "")


@pytest.mark.parametrize("case", cases("ledger"), ids=lambda case: case["name"])
def test_anchors(case: dict[str, Any]) -> None:
    known = tuple(map(line, case["ledger"]))
    if "lost" in case:
        with pytest.raises(ArchiveError, match="gone or changed") as error:
            assign(FILE, known, case["blocks"], DAY)
        assert error.value.field == case["lost"]
    else:
        anchors, added = assign(FILE, known, case["blocks"], DAY)
        assert list(anchors) == case["anchors"]
        assert list(map(row, added)) == case["added"]


words = st.lists(st.sampled_from("abcdef"), max_size=12)


@given(words, st.data())
def test_what_is_inserted_never_moves_an_anchor(first: list[str], data: st.DataObject) -> None:
    anchors, known = assign(FILE, (), first, DAY)
    assert list(anchors) == [f"p{n}" for n in range(1, len(first) + 1)]
    longer = list(first)
    for _ in range(data.draw(st.integers(0, 4))):
        longer.insert(data.draw(st.integers(0, len(longer))), data.draw(st.sampled_from("abcxyz")))
    again, added = assign(FILE, known, longer, "2027-01-01")
    words_of = {line.anchor: WORDS[line.digest] for line in (*known, *added)}
    assert len(set(again)) == len(longer)
    assert [words_of[anchor] for anchor in again] == longer
    assert set(anchors) <= set(again)
    assert assign(FILE, (*known, *added), longer, DAY) == (again, ())


@given(words, st.data())
def test_a_block_that_is_cut_up_keeps_its_anchor_at_its_first_piece(
    first: list[str], data: st.DataObject
) -> None:
    first.insert(
        data.draw(st.integers(0, len(first))), data.draw(st.sampled_from(["xyz", "zxz", "ab"]))
    )
    anchors, known = assign(FILE, (), first, DAY)
    whole = next(place for place, text in enumerate(first) if len(text) > 1)
    pieces = [*first[:whole], *first[whole], *first[whole + 1 :]]
    again, added = assign(FILE, known, pieces, DAY)
    assert set(anchors) <= set(again)
    assert pieces[again.index(anchors[whole])] == first[whole][0]
    assert len(added) == len(pieces) - len(first)
    assert assign(FILE, (*known, *added), pieces, DAY) == (again, ())


def change(blocks: list[str], data: st.DataObject) -> list[str]:
    """Change a text without losing words: insert, move, repeat or cut up a block."""
    result, place = list(blocks), data.draw(st.integers(0, max(len(blocks) - 1, 0)))
    to = data.draw(st.integers(0, len(blocks)))
    kind = data.draw(st.sampled_from(["insert", "move", "again", "cut"]))
    if kind == "insert" or not blocks:
        result.insert(to, data.draw(st.sampled_from(["a", "b", "ab"])))
    elif kind == "move":
        result.insert(min(to, len(blocks) - 1), result.pop(place))
    elif kind == "again":
        result.insert(to, result[place])
    elif len(result[place]) > 1:
        result[place : place + 1] = [result[place][0], result[place][1:]]
    return result


@given(
    st.lists(st.sampled_from(["a", "b", "ab", "aa", "aab", "ba"]), min_size=1, max_size=5),
    st.data(),
)
def test_anchors_stay_with_their_words_whatever_becomes_of_a_text(
    blocks: list[str], data: st.DataObject
) -> None:
    lines: tuple[Line, ...] = ()
    for _ in range(4):
        try:
            anchors, added = assign(FILE, lines, blocks, DAY)
        except ArchiveError:
            return
        lines = (*lines, *added)
        assert (
            sorted(anchors)
            == sorted(line.anchor for line in lines)[: len(anchors)]
            == sorted(set(anchors))
        )
        assert len(anchors) == len(blocks) >= len(lines)
        for line in lines:
            first = anchors.index(line.anchor)
            assert any(
                "".join(blocks[first:end]) == WORDS.get(line.digest)
                for end in range(first + 1, len(blocks) + 1)
            )
        assert assign(FILE, lines, blocks, DAY) == (anchors, ())
        blocks = change(blocks, data)


def test_lines_come_back_as_they_were_written() -> None:
    written = tuple(map(line, ["p1 a", "p2 b", "p3 c after p1", "p4 d", "p5 e after -"]))
    assert parse_lines(FILE, "".join(map(str, written))) == written
    assert [known.anchor for known in in_text_order(written)] == ["p5", "p1", "p3", "p4", "p2"]


def test_digest_ignores_white_space_only() -> None:
    assert digest("a  b\n c") == digest("a b c") == digest("abc")
    assert digest("ab c.") != digest("ab c")
    assert len(digest("")) == 16


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ("p1\tabc\n", "line 1"),
        ("p1\tabc\t2026-11-21\nx2\tabc\t2026-11-21\n", "x2"),
        ("p1\tabc\t21.11.2026\n", "p1"),
        ("p1\tabc\t2026-11-21\np2\tabc\t2026-11-21\tp3\n", "p2"),
        ("p1\tabc\t2026-11-21\np1\tdef\t2026-11-21\n", "p1"),
        ("p1\tabc\t2026-11-21\np3\tdef\t2026-11-21\n", "p2"),
        ("p2\tabc\t2026-11-21\np3\tdef\t2026-11-21\n", "p1"),
    ],
)
def test_a_ledger_that_was_edited_is_refused(content: str, field: str) -> None:
    with pytest.raises(ArchiveError) as error:
        parse_lines(FILE, content)
    assert error.value.field == field


def test_addresses(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    assert load_addresses(archive) == {}
    content = b"/\t2026-11-21\n/briefs/\t2026-11-21\n"
    staged = archive.stage({"briefs/ledger/addresses.tsv": content})
    assert load_addresses(staged) == {"/": "2026-11-21", "/briefs/": "2026-11-21"}


def longest_common(old: list[str], new: list[str]) -> tuple[int, int]:
    """The most pairs, and of those the most neighbours, by trying every pairing."""

    @cache
    def best(i: int, j: int, neighbour: bool) -> tuple[int, int]:
        if i == len(old) or j == len(new):
            return 0, 0
        found = max(best(i + 1, j, False), best(i, j + 1, False))
        if old[i] == new[j]:
            pairs, neighbours = best(i + 1, j + 1, True)
            found = max(found, (pairs + 1, neighbours + neighbour))
        return found

    return best(0, 0, False)


@given(
    st.lists(st.sampled_from("abcdefgh"), max_size=10),
    st.lists(st.sampled_from("abcdefghxyz"), max_size=10),
)
def test_an_alignment_has_the_most_pairs_and_neighbours(old: list[str], new: list[str]) -> None:
    aligned, moved = pair_blocks(old, [{text} for text in new], FILE, "")
    assert aligned == sorted(aligned)
    assert [new for _, new in aligned] == sorted(new for _, new in aligned)
    neighbours = sum((i + 1, j + 1) == pair for (i, j), pair in pairwise(aligned))
    assert (len(aligned), neighbours) == longest_common(old, new)
    pairs = aligned + moved
    assert all(old[i] == new[j] for i, j in pairs)
    assert Counter(old) & Counter(new) == Counter(old[i] for i, _ in pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


def with_insertions(blocks: list[str]) -> list[str]:
    return [
        text
        for n, old in enumerate(blocks)
        for text in ([old, f"new {n}"] if n % 7 == 0 else [old])
    ]


def test_a_long_text_that_was_changed_throughout_keeps_its_anchors() -> None:
    blocks = [f"block {n}" for n in range(5000)]
    anchors, known = assign(FILE, (), blocks, DAY)
    longer = with_insertions(blocks)
    again, added = assign(FILE, known, longer, DAY)
    assert [
        anchor for anchor, text in zip(again, longer, strict=True) if not text.startswith("new")
    ] == list(anchors)
    assert len(added) == len(longer) - len(blocks)
    assert assign(FILE, (*known, *added), longer, DAY) == (again, ())


def test_a_text_with_too_many_equal_blocks_that_changed_is_refused() -> None:
    blocks = ["the same"] * 5000
    anchors, known = assign(FILE, (), blocks, DAY)
    assert assign(FILE, known, blocks, DAY) == (anchors, ())
    with pytest.raises(ArchiveError) as error:
        assign(FILE, known, with_insertions(blocks), DAY)
    assert (error.value.file, error.value.field) == (str(FILE), "blocks")
    assert "too many blocks have the same words" in error.value.problem
    assert error.value.remedy == "Restore the text or the reader."


@pytest.mark.alone
def test_the_most_blocks_that_are_aligned_take_a_few_seconds() -> None:
    number = math.isqrt(ledger._MAX_PAIRS)
    started = time.process_time()
    aligned, moved = pair_blocks([1] * number, [{1}] * number, FILE, "")
    assert (len(aligned), moved) == (number, [])
    assert time.process_time() - started < 10
