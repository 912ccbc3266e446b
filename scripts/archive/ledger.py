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
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from archive.dates import is_edtf
from archive.errors import ArchiveError
from archive.files import read_text

_RESTORE = "Restore the file as committed; it is never edited."
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
    known = in_text_order(lines)
    digests = [digest(text) for text in words]
    anchors: dict[int, str] = {}
    free = dict(enumerate(known))
    sought = _digests_sought([line.digest for line in known], words, digests)
    for place, index in _aligned([line.digest for line in known], sought):
        anchors[index] = free.pop(place).anchor
    for index, values in enumerate(sought):
        match = next((place for place, line in free.items() if line.digest in values), None) if index not in anchors else None
        if match is not None:
            anchors[index] = free.pop(match).anchor
    if free:
        lost = ", ".join(line.anchor for line in free.values())
        remedy = "Restore the text or the reader; only a line that never was on main may be deleted."
        raise ArchiveError(path, lost, "the words of this address are gone or changed", remedy)
    return _with_new(lines, anchors, digests, date)


def _digests_sought(known: list[str], words: list[str], digests: list[str]) -> list[tuple[str, ...]]:
    """What each block may be known by: its digest, and that of a missing block whose words it and those after it make up."""
    missing = Counter(known) - Counter(digests)
    sought: list[tuple[str, ...]] = [(value,) for value in digests]
    for first in range(len(words)) if missing else ():
        for end in range(first + 2, min(first + _MOST_PIECES, len(words)) + 1):
            if (joined := digest("".join(words[first:end]))) in missing:
                sought[first] = (*sought[first], joined)
    return sought


def _aligned(old: list[str], new: list[tuple[str, ...]]) -> list[tuple[int, int]]:
    """The longest common subsequence as pairs of places; of several, the one with the most neighbours that stay neighbours.

    difflib will not do: it takes the longest common run first, and so can leave out words that are still there in order.
    """
    if [(value,) for value in old] == new:
        return [(place, place) for place in range(len(old))]
    match = len(old) + len(new)  # one match counts for more than all neighbours together
    best: list[list[tuple[int, _Chain]]] = [[(0, None)] * (len(new) + 1) for _ in range(len(old) + 1)]
    paired: list[list[tuple[int, _Chain] | None]] = [[None] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, one in enumerate(old, 1):
        for j, others in enumerate(new, 1):
            options = [best[i - 1][j], best[i][j - 1]]
            if one in others:
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
    lines: tuple[Line, ...], anchors: dict[int, str], digests: list[str], date: str
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Number the blocks that have no anchor yet, from the highest number ever given out."""
    following = max((line.number for line in lines), default=0) + 1
    above = lines[-1].anchor if lines else FIRST
    added: list[Line] = []
    for index, value in enumerate(digests):
        if index in anchors:
            continue
        anchor = f"p{following + len(added)}"
        after = anchors[index - 1] if index else FIRST
        added.append(Line(anchor, value, date, "" if after == above else after))
        anchors[index] = above = anchor
    return tuple(anchors[index] for index in range(len(digests))), tuple(added)
