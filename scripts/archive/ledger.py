"""The ledger: which anchor belongs to which words, and which addresses were ever given out. Lines are only ever added.

briefs/ledger/<id>.tsv has one line for each block of a brief: anchor, digest of its words, date. A block stands in the text
after the one on the line above; a block that was put in later, elsewhere, has a fourth column: the anchor that it stands after
("-": it comes first). So the order of the text is known, which tells apart blocks with the same words.
briefs/ledger/addresses.tsv has one line for each page: address, date.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from archive.dates import is_edtf
from archive.errors import ArchiveError
from archive.files import read_text

_RESTORE = "Restore the file as committed; it is never edited."
# The name of the file with the addresses, beside those of the briefs.
ADDRESSES = "addresses.tsv"
FIRST = "-"
_ANCHOR = re.compile(r"p([1-9]\d*)")
# Into so many pieces a reader may cut a block and it still is found by its words.
_MOST_PIECES = 50


# A path through an alignment, its last pair of places first.
_Chain: TypeAlias = "tuple[tuple[int, int], _Chain] | None"


@dataclass(frozen=True, slots=True)
class Line:
    """One block's anchor, for good.

    `digest` is that of its words, `date` the day it was given out, `after` the anchor it stood after then ("-": none; "": that
    of the line above).
    """

    anchor: str
    digest: str
    date: str
    after: str = ""

    def __str__(self) -> str:
        return "\t".join([self.anchor, self.digest, self.date, *([self.after] if self.after else [])]) + "\n"

    @property
    def number(self) -> int:
        """The number in the anchor."""
        return int(self.anchor[1:])


def digest(words: str) -> str:
    """16 hexadecimal digits for `words`; white space and how a reader cut it play no part."""
    return hashlib.sha256("".join(words.split()).encode()).hexdigest()[:16]


def load_lines(path: Path) -> tuple[Line, ...]:
    """The lines of one brief's ledger, none when it has no file yet. Raises ArchiveError on a line that cannot be one."""
    lines = [Line(*row) for row in _rows(path, 3, 4)]
    for line in lines:
        if not _ANCHOR.fullmatch(line.anchor) or not is_edtf(line.date):
            raise ArchiveError(path, line.anchor, "this is no line of a ledger", _RESTORE)
    _refuse_doubles(path, [line.anchor for line in lines])
    # Numbers are given out one after the other, so a gap is a line that somebody took out.
    given = {line.number for line in lines}
    if gone := next((number for number in range(1, len(lines) + 1) if number not in given), None):
        raise ArchiveError(path, f"p{gone}", "the line of this anchor is gone", _RESTORE)
    earlier = {FIRST, ""}
    for line in lines:
        if line.after not in earlier:
            raise ArchiveError(path, line.anchor, f"it stands after {line.after!r}, which is unknown", _RESTORE)
        earlier.add(line.anchor)
    return tuple(lines)


def load_addresses(path: Path) -> dict[str, str]:
    """The addresses given out so far, each with its date."""
    rows = _rows(path, 2, 2)
    _refuse_doubles(path, [row[0] for row in rows])
    return {row[0]: row[1] for row in rows}


def _rows(path: Path, fewest: int, most: int) -> list[list[str]]:
    if not path.exists():
        return []
    rows = [row.split("\t") for row in read_text(path).splitlines()]
    for number, row in enumerate(rows, 1):
        if not fewest <= len(row) <= most:
            raise ArchiveError(path, f"line {number}", f"{fewest} columns divided by tabs are wanted", _RESTORE)
    return rows


def _refuse_doubles(path: Path, keys: list[str]) -> None:
    if twice := next((key for key, times in Counter(keys).items() if times > 1), None):
        raise ArchiveError(path, twice, "this stands here twice", _RESTORE)


def in_text_order(lines: tuple[Line, ...]) -> list[Line]:
    """The lines in the order in which their blocks stand in the text."""
    if not any(line.after for line in lines):
        return list(lines)
    ordered: list[Line] = []
    previous = FIRST
    for line in lines:
        after = line.after or previous
        places = {known.anchor: place for place, known in enumerate(ordered, 1)}
        ordered.insert(places.get(after, 0), line)
        previous = line.anchor
    return ordered


def assign(path: Path, lines: tuple[Line, ...], words: list[str], date: str) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Give each block its anchor: (anchors in the order of the blocks, whose `words` are given, ledger lines to add).

    Blocks are matched with the known lines by an alignment of the whole sequence, since the same words may stand twice; what
    the alignment leaves, because it moved, by the words alone. A block that a better reader cuts up leaves its anchor to the
    first piece. Others get the next free numbers. Raises ArchiveError when a known anchor would lose its words.
    """
    anchors, added = _assign_once(path, lines, words, date)
    # New lines say more of the order, and so may tell blocks of the same words apart in another way: as later runs will.
    return (_assign_once(path, (*lines, *added), words, date)[0], added) if added else (anchors, added)


def _assign_once(path: Path, lines: tuple[Line, ...], words: list[str], date: str) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    known = in_text_order(lines)
    digests = [digest(text) for text in words]
    cut = _cut_up(set(Counter(line.digest for line in known) - Counter(digests)), words)
    # Which blocks are pieces of another is known when it is known which lines were cut up: aligned again until both agree.
    tried: list[set[int]] = []
    pieces: set[int] = set()
    while pieces not in tried:
        tried.append(pieces)
        pairs = _matched(known, digests, cut, pieces)
        pieces = {piece for place, first in pairs for piece in range(first + 1, _end_of_cut(known[place], first, digests, cut))}
    anchors = {index: known[place].anchor for place, index in pairs}
    found = {place for place, _ in pairs}
    lost = ", ".join(line.anchor for place, line in enumerate(known) if place not in found)
    if lost or pieces != tried[-1]:
        problem = "the words of this address are gone or changed" if lost else "blocks with the same words cannot be told apart"
        remedy = "Restore the text or the reader; only a line that never was on main may be deleted."
        raise ArchiveError(path, lost or ", ".join(anchors.values()), problem, remedy)
    return _with_new(lines, anchors, digests, date, pieces)


def _end_of_cut(line: Line, first: int, digests: list[str], cut: dict[tuple[str, int], int]) -> int:
    """Where the pieces of a line end that was matched with the block `first`: behind it when that is not cut up."""
    return first + 1 if digests[first] == line.digest else cut[line.digest, first]


def _cut_up(missing: set[str], words: list[str]) -> dict[tuple[str, int], int]:
    """Where blocks in a row together are the words of a missing one: its digest and the first of them, to the end of the row."""
    found = {}
    for first in range(len(words)) if missing else ():
        for end in range(first + 2, min(first + _MOST_PIECES, len(words)) + 1):
            if (joined := digest("".join(words[first:end]))) in missing:
                found[joined, first] = end
    return found


def _matched(known: list[Line], digests: list[str], cut: dict[tuple[str, int], int], pieces: set[int]) -> list[tuple[int, int]]:
    """Pairs of places of known lines and of blocks: aligned first, then, for what moved, by the words alone.

    `pieces` are blocks that lie inside a cut-up one: only a line that says what it stands after can be of such a piece.
    """

    def same(place: int, index: int) -> bool:
        line = known[place]
        if index in pieces and not line.after:
            return False
        return line.digest == digests[index] or (line.digest, index) in cut

    if [line.digest for line in known] == digests:
        return [(place, place) for place in range(len(known))]
    pairs = _aligned(len(known), len(digests), same)
    free = [place for place in range(len(known)) if place not in {place for place, _ in pairs}]
    taken = {index for _, index in pairs}
    for index in range(len(digests)):
        place = next((place for place in free if same(place, index)), None) if free and index not in taken else None
        if place is not None:
            free.remove(place)
            pairs.append((place, index))
    return pairs


def _aligned(old: int, new: int, same: Callable[[int, int], bool]) -> list[tuple[int, int]]:
    """The longest common subsequence of two rows, given by their lengths, as pairs of places.

    Of several, the one with the most neighbours that stay neighbours. difflib will not do: it takes the longest common run
    first, and so can leave out words that are still there in order.
    """
    match = old + new  # one match counts for more than all neighbours together
    best: list[list[tuple[int, _Chain]]] = [[(0, None)] * (new + 1) for _ in range(old + 1)]
    paired: list[list[tuple[int, _Chain] | None]] = [[None] * (new + 1) for _ in range(old + 1)]
    for i in range(1, old + 1):
        for j in range(1, new + 1):
            options = [best[i - 1][j], best[i][j - 1]]
            if same(i - 1, j - 1):
                score, chain = best[i - 1][j - 1]
                pair = (score + match, ((i - 1, j - 1), chain))
                if (before := paired[i - 1][j - 1]) is not None and before[0] + match + 1 > pair[0]:
                    pair = (before[0] + match + 1, ((i - 1, j - 1), before[1]))
                paired[i][j] = pair
                options.insert(0, pair)
            best[i][j] = max(options, key=lambda option: option[0])
    chain, pairs = best[-1][-1][1], []
    while chain is not None:
        pairs.append(chain[0])
        chain = chain[1]
    return pairs[::-1]


def _with_new(
    lines: tuple[Line, ...], anchors: dict[int, str], digests: list[str], date: str, pieces: set[int]
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Number the blocks that have no anchor yet, from the highest number ever given out; `pieces` always say what is before."""
    following = max((line.number for line in lines), default=0) + 1
    above = lines[-1].anchor if lines else FIRST
    added: list[Line] = []
    for index, value in enumerate(digests):
        if index in anchors:
            continue
        anchor = f"p{following + len(added)}"
        after = anchors[index - 1] if index else FIRST
        added.append(Line(anchor, value, date, "" if after == above and index not in pieces else after))
        anchors[index] = above = anchor
    return tuple(anchors[index] for index in range(len(digests))), tuple(added)
