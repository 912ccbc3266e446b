"""The ledger: which anchor belongs to which words, and which addresses were ever given out. Lines are only ever added.

briefs/ledger/<id>.tsv has one line for each block of a brief: anchor, digest of its words, date. A block stands in the text
after the one on the line above; a block that was put in later, elsewhere, has a fourth column: the anchor that it stands after
("-": it comes first). So the order of the text is known, which tells apart blocks with the same words.
briefs/ledger/addresses.tsv has one line for each page: address, date.
briefs/ledger/<id>.replaced is there when a new copy of a text came (`briefs replace`): anchor, the digest of its words from then on
("-": they are gone, and the anchor stands empty), date. Its last line on an anchor holds.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from archive.errors import ArchiveError
from archive.files import read_text
from archive.text.dates import is_edtf

_RESTORE = "Restore the file as committed; it is never edited."
# The name of the file with the addresses, beside those of the briefs.
ADDRESSES = "addresses.tsv"
FIRST = "-"
# In the place of a digest: no words belong to the anchor any more.
GONE = "-"
REPLACED = ".replaced"
_ANCHOR = re.compile(r"p([1-9]\d*)")
# Into so many pieces a reader may cut a block and it still is found by its words.
_MOST_PIECES = 50
_DIGITS = 16
# So many pairs of places are compared one by one to align two rows; more is too slow, whatever the text.
_MOST_PAIRS = 1000 * 1000


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
        return (
            "\t".join([self.anchor, self.digest, self.date, *([self.after] if self.after else [])])
            + "\n"
        )

    @property
    def number(self) -> int:
        """The number in the anchor."""
        return int(self.anchor[1:])


def digest(words: str) -> str:
    """16 hexadecimal digits for `words`; white space and how a reader cut it play no part."""
    return hashlib.sha256("".join(words.split()).encode()).hexdigest()[:_DIGITS]


def load_lines(path: Path, *, replaced: bool = True) -> tuple[Line, ...]:
    """The lines of one brief's ledger, none when it has no file yet, each with the digest that holds now.

    With `replaced` false, with the digest it was given out with. Raises ArchiveError on a line that cannot be one.
    """
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
            raise ArchiveError(
                path, line.anchor, f"it stands after {line.after!r}, which is unknown", _RESTORE
            )
        earlier.add(line.anchor)
    now = (
        _replaced(path.with_suffix(REPLACED), given={line.anchor for line in lines})
        if replaced
        else {}
    )
    return tuple(
        replace(line, digest=now[line.anchor]) if line.anchor in now else line for line in lines
    )


def _replaced(path: Path, given: set[str]) -> dict[str, str]:
    """The digests that later copies of a text gave to its anchors. Raises ArchiveError on a line that cannot be one."""
    now = {}
    for anchor, value, date in _rows(path, 3, 3):
        if (
            anchor not in given
            or not is_edtf(date)
            or not (value == GONE or re.fullmatch(r"[0-9a-f]{16}", value))
        ):
            raise ArchiveError(path, anchor, "this is no line of a ledger", _RESTORE)
        now[anchor] = value
    return now


def departed(path: Path) -> dict[str, str]:
    """The anchors of one brief whose words are gone, each with the digest that it had last."""
    last = {row[0]: row[1] for row in _rows(path, 3, 4)}
    gone: dict[str, str] = {}
    for anchor, value, _ in _rows(path.with_suffix(REPLACED), 3, 3):
        if value == GONE:
            gone[anchor] = last[anchor]
        else:
            last[anchor] = value
            gone.pop(anchor, None)
    return gone


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
            raise ArchiveError(
                path, f"line {number}", f"{fewest} columns divided by tabs are wanted", _RESTORE
            )
    return rows


def _refuse_doubles(path: Path, keys: list[str]) -> None:
    if twice := next((key for key, times in Counter(keys).items() if times > 1), None):
        raise ArchiveError(path, twice, "this stands here twice", _RESTORE)


def in_text_order(lines: tuple[Line, ...]) -> list[Line]:
    """The lines in the order in which their blocks stand in the text."""
    if not any(line.after for line in lines):
        return list(lines)
    below: dict[str, Line | None] = {FIRST: None}
    previous = FIRST
    for line in lines:
        after = line.after or previous
        after = after if after in below else FIRST
        below[line.anchor], below[after] = below[after], line
        previous = line.anchor
    ordered: list[Line] = []
    following = below[FIRST]
    while following:
        ordered.append(following)
        following = below[following.anchor]
    return ordered


def assign(
    path: Path, lines: tuple[Line, ...], words: list[str], date: str
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Give each block its anchor: (anchors in the order of the blocks, whose `words` are given, ledger lines to add).

    Blocks are matched with the known lines by an alignment of the whole sequence, since the same words may stand twice; what
    the alignment leaves, because it moved, by the words alone. A block that a better reader cuts up leaves its anchor to the
    first piece. Others get the next free numbers. Raises ArchiveError when a known anchor would lose its words.
    """
    digests = [digest(text) for text in words]
    anchors, added = _assign_once(path, lines, words, digests, date)
    # New lines say more of the order, and so may tell blocks of the same words apart in another way: as later runs will.
    return (
        (_assign_once(path, (*lines, *added), words, digests, date)[0], added)
        if added
        else (anchors, added)
    )


def _assign_once(
    path: Path, lines: tuple[Line, ...], words: list[str], digests: list[str], date: str
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    known = [line for line in in_text_order(lines) if line.digest != GONE]
    cut = _cut_up(set(Counter(line.digest for line in known) - Counter(digests)), words)
    # Which blocks are pieces of another is known when it is known which lines were cut up: aligned again until both agree.
    tried: list[set[int]] = []
    pieces: set[int] = set()
    while pieces not in tried:
        tried.append(pieces)
        pairs = _matched(known, digests, cut, pieces)
        pieces = {
            piece
            for place, first in pairs
            for piece in range(first + 1, _end_of_cut(known[place], first, digests, cut))
        }
    anchors = {index: known[place].anchor for place, index in pairs}
    found = {place for place, _ in pairs}
    lost = ", ".join(line.anchor for place, line in enumerate(known) if place not in found)
    if lost or pieces != tried[-1]:
        problem = (
            "the words of this address are gone or changed"
            if lost
            else "blocks with the same words cannot be told apart"
        )
        remedy = (
            "Restore the text or the reader; only a line that never was on main may be deleted."
        )
        raise ArchiveError(path, lost or ", ".join(anchors.values()), problem, remedy)
    return _with_new(lines, anchors, digests, date, pieces)


def _end_of_cut(line: Line, first: int, digests: list[str], cut: dict[tuple[str, int], int]) -> int:
    """Where the pieces of a line end that was matched with the block `first`: behind it when that is not cut up."""
    return first + 1 if digests[first] == line.digest else cut[line.digest, first]


def _cut_up(missing: set[str], words: list[str]) -> dict[tuple[str, int], int]:
    """Where blocks in a row together are the words of a missing one: its digest and the first of them, to the end of the row."""
    found = {}
    signs = ["".join(text.split()).encode() for text in words] if missing else []
    for first in range(len(signs)):
        joined = hashlib.sha256(signs[first])
        for end in range(first + 2, min(first + _MOST_PIECES, len(signs)) + 1):
            joined.update(signs[end - 1])
            if (value := joined.hexdigest()[:_DIGITS]) in missing:
                found[value, first] = end
    return found


def _matched(
    known: list[Line], digests: list[str], cut: dict[tuple[str, int], int], pieces: set[int]
) -> list[tuple[int, int]]:
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
    pairs = _aligned_between(known, digests, cut, same)
    return pairs + _moved(known, digests, cut, pairs, same)


def _moved(
    known: list[Line],
    digests: list[str],
    cut: dict[tuple[str, int], int],
    pairs: list[tuple[int, int]],
    same: Callable[[int, int], bool],
) -> list[tuple[int, int]]:
    """Pairs of what `pairs` leaves: each block in turn with the first known line that is free and has its words."""
    taken = {place for place, _ in pairs}, {index for _, index in pairs}
    # By digest, and by whether a line says what it stands after: lines of one group are the same to any block.
    free: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for place in range(len(known) - 1, -1, -1):
        if place not in taken[0]:
            free[known[place].digest, bool(known[place].after)].append(place)
    whole: dict[int, list[str]] = defaultdict(list)
    for value, first in cut:
        whole[first].append(value)
    found = []
    for index, value in enumerate(digests):
        if index in taken[1]:
            continue
        groups = [
            free[key]
            for key in ((one, after) for one in {value, *whole[index]} for after in (True, False))
            if key in free
        ]
        fitting = [group for group in groups if group and same(group[-1], index)]
        if fitting:
            found.append((min(fitting, key=lambda group: group[-1]).pop(), index))
    return found


def _aligned_between(
    known: list[Line],
    digests: list[str],
    cut: dict[tuple[str, int], int],
    same: Callable[[int, int], bool],
) -> list[tuple[int, int]]:
    """`_aligned`, without comparing all with all where that can be spared.

    A line and a block that have the same words, which nothing else has, at the head or the tail of both rows are a pair in every
    best alignment: those are taken off, but for the innermost, whose neighbour may count. That changes nothing. Where more than
    _MOST_PAIRS would be left to compare, as in a text of ten thousand blocks that was changed throughout, such lines and blocks
    anywhere, as far as they are in order, part the rows first, and of what lies between two of them and is still too large only
    equal heads and tails are paired: what was moved is then found by its words alone, as ever.
    """
    shared = _shared(known, digests, cut, same)
    head = 0
    while shared.get(head) == head:
        head += 1
    tail, old, new = 0, len(known), len(digests)
    while tail < min(old, new) - head and shared.get(old - 1 - tail) == new - 1 - tail:
        tail += 1
    pairs = [(n, n) for n in range(head)]
    first, last = max(head - 1, 0), max(tail - 1, 0)
    if (old - first - last) * (new - first - last) <= _MOST_PAIRS:
        inner = _aligned(first, old - last, first, new - last, same)
    else:
        inner = _aligned_in_parts(old, new, shared, same)
    within = [pair for pair in inner if head <= pair[0] < old - tail]
    return pairs + within + [(old - n, new - n) for n in range(tail, 0, -1)]


def _shared(
    known: list[Line],
    digests: list[str],
    cut: dict[tuple[str, int], int],
    same: Callable[[int, int], bool],
) -> dict[int, int]:
    """The place of each line that can be of one block only, which can be of no other line, with that of the block."""
    lines, blocks = Counter(line.digest for line in known), Counter(digests)
    firsts = {first for _, first in cut}
    places = {value: index for index, value in enumerate(digests)}
    found = {}
    for place, line in enumerate(known):
        if lines[line.digest] == 1 == blocks[line.digest]:
            index = places[line.digest]
            if index not in firsts and same(place, index):
                found[place] = index
    return found


def _aligned_in_parts(
    old: int, new: int, shared: dict[int, int], same: Callable[[int, int], bool]
) -> list[tuple[int, int]]:
    """An alignment of two long rows that is good, if not always the best: see `_aligned_between`."""
    pairs: list[tuple[int, int]] = []
    begin = (0, 0)
    for place, index in [*_rising(shared), (old, new)]:
        pairs += _aligned_part(*begin, place, index, same)
        if place < old:
            pairs.append((place, index))
        begin = (place + 1, index + 1)
    return pairs


def _aligned_part(
    i: int, j: int, old: int, new: int, same: Callable[[int, int], bool]
) -> list[tuple[int, int]]:
    if (old - i) * (new - j) <= _MOST_PAIRS // 100:
        return _aligned(i, old, j, new, same)
    heads, tails = [], []
    while i < old and j < new and same(i, j):
        heads.append((i, j))
        i, j = i + 1, j + 1
    while i < old and j < new and same(old - 1, new - 1):
        old, new = old - 1, new - 1
        tails.append((old, new))
    return heads + tails[::-1]


def _rising(shared: dict[int, int]) -> list[tuple[int, int]]:
    """The longest selection of pairs, given by rising first places, in which the second rise too."""
    ends: list[int] = []
    chains: list[_Chain] = []
    for place, index in shared.items():
        length = bisect_left(ends, index)
        chain: _Chain = ((place, index), chains[length - 1] if length else None)
        ends[length : length + 1] = [index]
        chains[length : length + 1] = [chain]
    return _unchained(chains[-1]) if chains else []


def _unchained(chain: _Chain) -> list[tuple[int, int]]:
    pairs = []
    while chain is not None:
        pairs.append(chain[0])
        chain = chain[1]
    return pairs[::-1]


def _aligned(
    first_old: int, old: int, first_new: int, new: int, same: Callable[[int, int], bool]
) -> list[tuple[int, int]]:
    """The longest common subsequence of two rows, given by their first and last places, as pairs of places.

    Of several, the one with the most neighbours that stay neighbours. difflib will not do: it takes the longest common run
    first, and so can leave out words that are still there in order.
    """
    match = old + new  # one match counts for more than all neighbours together
    width = new - first_new + 1
    nothing: tuple[int, _Chain] = (0, None)
    best = [nothing] * width
    paired: list[tuple[int, _Chain] | None] = [None] * width
    for i in range(first_old, old):
        row, row_paired = [nothing], [paired[0]]
        for column in range(1, width):
            j = first_new + column - 1
            left, above = row[-1], best[column]
            chosen = above if above[0] >= left[0] else left
            pair = None
            if same(i, j):
                score, chain = best[column - 1]
                before = paired[column - 1]
                if before is not None and before[0] + 1 > score:
                    score, chain = before[0] + 1, before[1]
                pair = (score + match, ((i, j), chain))
                if pair[0] >= chosen[0]:
                    chosen = pair
            row.append(chosen)
            row_paired.append(pair)
        best, paired = row, [None, *row_paired[1:]]
    return _unchained(best[-1][1])


def _with_new(
    lines: tuple[Line, ...],
    anchors: dict[int, str],
    digests: list[str],
    date: str,
    pieces: set[int],
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
        added.append(
            Line(anchor, value, date, "" if after == above and index not in pieces else after)
        )
        anchors[index] = above = anchor
    return tuple(anchors[index] for index in range(len(digests))), tuple(added)
