"""The ledger keeps each anchor with its words, and every address given out.

Lines are only ever added.

briefs/ledger/<id>.tsv has one line for each block of a brief: anchor, digest of its words, date. In
the text, a block follows the block on the line above. A block that was inserted later has a fourth
column: the anchor that it follows ("-": it comes first). The ledger thus knows the order of the
text, which tells apart blocks with the same words.

briefs/ledger/addresses.tsv has one line for each page: address, date.

briefs/ledger/<id>.replaced exists once a new copy of the text has come (`briefs replace`). It has
lines of anchor, new digest of its words ("-": the words are gone and the anchor is empty), date.
The last line for an anchor counts.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from archive.errors import ArchiveError
from archive.store import Archive
from archive.text.addresses import Address
from archive.text.dates import is_edtf

_NOT_A_LINE = "this is not a line of a ledger"
_RESTORE = "Restore the file as committed; it is never edited by hand."
FOLDER = "briefs/ledger"
ADDRESSES = f"{FOLDER}/addresses.tsv"
# As the anchor that a block follows: the block comes first.
FIRST = "-"
# As a digest: no words belong to the anchor any more.
GONE = "-"
REPLACED = ".replaced"
_ANCHOR = re.compile(r"p([1-9]\d*)")
_DIGEST = re.compile(r"[0-9a-f]{16}")
# A block that a reader cuts into at most 50 pieces is still recognised by its words.
_MAX_PIECES = 50
_DIGEST_LENGTH = 16
# Aligning compares each line with each block: above a million pairs it is too slow.
_MAX_COMPARISONS = 1000 * 1000


# A path through an alignment, as a linked list from its last pair of indices.
_Chain: TypeAlias = "tuple[tuple[int, int], _Chain] | None"


@dataclass(frozen=True, slots=True)
class Line:
    """The permanent anchor of one block.

    `digest` identifies its words, and `date` is the day on which it was given out. `after` is the
    anchor that it followed then ("-": none; "": the anchor of the line above).
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
    """Return 16 hexadecimal digits that identify `words`, whatever the white space."""
    return hashlib.sha256("".join(words.split()).encode()).hexdigest()[:_DIGEST_LENGTH]


def name_of(id: str, ending: str = ".tsv") -> str:
    """Return the name of a brief's ledger in the archive, or of that with later copies."""
    return f"{FOLDER}/{id}{ending}"


def load_lines(archive: Archive, id: str) -> tuple[Line, ...]:
    """Read the lines of a brief's ledger, with current digests; none when it has no file yet."""
    name = name_of(id)
    replaced = archive.text(name_of(id, REPLACED), "")
    return parse_lines(archive.path(name), archive.text(name, ""), replaced)


def parse_lines(path: Path, text: str, replaced: str = "") -> tuple[Line, ...]:
    """Parse the lines of one brief's ledger.

    `text` is the content of the file at `path`, and `replaced` that of the file of later copies, so
    that each line has its current digest. Raises ArchiveError on an invalid line.
    """
    lines = [Line(*row) for row in parse_rows(path, text, 3, 4)]
    for line in lines:
        if not _ANCHOR.fullmatch(line.anchor) or not is_edtf(line.date):
            raise ArchiveError(path, line.anchor, _NOT_A_LINE, _RESTORE)
    _refuse_duplicates(path, [line.anchor for line in lines])
    # Numbers are given out in sequence, so a gap is a line that somebody removed.
    given = {line.number for line in lines}
    if gone := next((number for number in range(1, len(lines) + 1) if number not in given), None):
        raise ArchiveError(path, f"p{gone}", "the line of this anchor is gone", _RESTORE)
    earlier = {FIRST, ""}
    for line in lines:
        if line.after not in earlier:
            problem = f"it follows {line.after!r}, which is unknown"
            raise ArchiveError(path, line.anchor, problem, _RESTORE)
        earlier.add(line.anchor)
    current = {
        line.anchor: line.digest for line in _parse_replaced(path, replaced, earlier - {FIRST, ""})
    }
    return tuple(
        replace(line, digest=current[line.anchor]) if line.anchor in current else line
        for line in lines
    )


def _parse_replaced(path: Path, text: str, given: set[str]) -> list[Line]:
    """Parse the lines that later copies of a text gave to its anchors."""
    path = path.with_suffix(REPLACED)
    lines = [Line(*row) for row in parse_rows(path, text, 3, 3)]
    for line in lines:
        is_digest = line.digest == GONE or _DIGEST.fullmatch(line.digest)
        if line.anchor not in given or not is_edtf(line.date) or not is_digest:
            raise ArchiveError(path, line.anchor, _NOT_A_LINE, _RESTORE)
    return lines


def gone_anchors(path: Path, text: str, replaced: str) -> dict[str, str]:
    """Return the anchors of a brief whose words are gone, with their last digests.

    The arguments are those of `parse_lines`.
    """
    last = {line.anchor: line.digest for line in parse_lines(path, text)}
    gone: dict[str, str] = {}
    for line in _parse_replaced(path, replaced, set(last)):
        if line.digest == GONE:
            gone[line.anchor] = last[line.anchor]
        else:
            last[line.anchor] = line.digest
            gone.pop(line.anchor, None)
    return gone


def load_addresses(archive: Archive) -> dict[Address, str]:
    """Read the addresses given out so far, each with its date."""
    path = archive.path(ADDRESSES)
    rows = parse_rows(path, archive.text(ADDRESSES, ""), 2, 2)
    _refuse_duplicates(path, [row[0] for row in rows])
    return {Address(row[0]): row[1] for row in rows}


def parse_rows(path: Path, text: str, fewest: int, most: int) -> list[list[str]]:
    """Split a file of the ledger into its columns.

    Raises ArchiveError when a line has not between `fewest` and `most` of them.
    """
    rows = [row.split("\t") for row in text.removeprefix("\ufeff").splitlines()]
    for number, row in enumerate(rows, 1):
        if not fewest <= len(row) <= most:
            problem = f"{fewest} columns separated by tabs are expected"
            raise ArchiveError(path, f"line {number}", problem, _RESTORE)
    return rows


def _refuse_duplicates(path: Path, keys: list[str]) -> None:
    if twice := next((key for key, times in Counter(keys).items() if times > 1), None):
        raise ArchiveError(path, twice, "this occurs twice", _RESTORE)


def in_text_order(lines: tuple[Line, ...]) -> list[Line]:
    """Return the lines in the order of their blocks in the text."""
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
    path: Path,
    lines: tuple[Line, ...],
    digests: Sequence[str],
    words: Callable[[], Sequence[str]],
    date: str,
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Give each block its anchor.

    `digests` are those of the words of the blocks, in the order of the text; `words` is called for
    the words only where a block seems to be cut up. Returns the anchors in that order, and the
    ledger lines to add. An alignment of both sequences matches the blocks with the
    known lines, since the same words may occur twice. Blocks that moved are then matched by their
    words alone. If a better reader cuts a block up, the first piece gets its anchor. Other blocks
    get the next free numbers. Raises ArchiveError when a known anchor would lose its words.
    """
    anchors, added = _assign_once(path, lines, digests, words, date)
    # New lines add to the known order, which may pair blocks of the same words differently.
    # Later runs know these lines, so their anchors count.
    return (
        (_assign_once(path, (*lines, *added), digests, words, date)[0], added)
        if added
        else (anchors, added)
    )


def _assign_once(
    path: Path,
    lines: tuple[Line, ...],
    digests: Sequence[str],
    words: Callable[[], Sequence[str]],
    date: str,
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    known = [line for line in in_text_order(lines) if line.digest != GONE]
    cut = _find_cut_blocks(set(Counter(line.digest for line in known) - Counter(digests)), words)
    # The pieces depend on the pairs, and the pairs on the pieces: align again until both agree.
    tried: list[set[int]] = []
    pieces: set[int] = set()
    while pieces not in tried:
        tried.append(pieces)
        pairs = _match(known, digests, cut, pieces)
        pieces = {
            piece
            for place, first in pairs
            for piece in range(first + 1, _end_of_cut(known[place], first, digests, cut))
        }
    anchors = {index: known[place].anchor for place, index in pairs}
    matched = {place for place, _ in pairs}
    lost = ", ".join(line.anchor for place, line in enumerate(known) if place not in matched)
    if lost or pieces != tried[-1]:
        problem = (
            "the words of this address are gone or changed"
            if lost
            else "blocks with the same words cannot be told apart"
        )
        remedy = (
            "Restore the text or the reader; only a line that was never on main may be deleted."
        )
        raise ArchiveError(path, lost or ", ".join(anchors.values()), problem, remedy)
    return _number_new_blocks(lines, anchors, digests, date, pieces)


def _end_of_cut(
    line: Line, first: int, digests: Sequence[str], cut: dict[tuple[str, int], int]
) -> int:
    """Return the index after the last piece of `line`, matched with block `first`."""
    return first + 1 if digests[first] == line.digest else cut[line.digest, first]


def _find_cut_blocks(
    missing: set[str], words: Callable[[], Sequence[str]]
) -> dict[tuple[str, int], int]:
    """Find consecutive blocks that together have the words of a missing one.

    Maps the missing digest and the index of the first block to the index after the last block.
    """
    runs = {}
    texts = ["".join(text.split()).encode() for text in words()] if missing else []
    for first in range(len(texts)):
        joined = hashlib.sha256(texts[first])
        for end in range(first + 2, min(first + _MAX_PIECES, len(texts)) + 1):
            joined.update(texts[end - 1])
            if (value := joined.hexdigest()[:_DIGEST_LENGTH]) in missing:
                runs[value, first] = end
    return runs


def _match(
    known: list[Line], digests: Sequence[str], cut: dict[tuple[str, int], int], pieces: set[int]
) -> list[tuple[int, int]]:
    """Pair the indices of lines and blocks: by alignment, then by words alone.

    `pieces` are blocks inside a cut-up one, after its first piece. Only a line with an `after` can
    belong to such a piece.
    """

    def fits(place: int, index: int) -> bool:
        line = known[place]
        if index in pieces and not line.after:
            return False
        return line.digest == digests[index] or (line.digest, index) in cut

    if [line.digest for line in known] == list(digests):
        return [(place, place) for place in range(len(known))]
    pairs = _align_sparingly(known, digests, cut, fits)
    return pairs + _match_moved(known, digests, cut, pairs, fits)


def _match_moved(
    known: list[Line],
    digests: Sequence[str],
    cut: dict[tuple[str, int], int],
    pairs: list[tuple[int, int]],
    fits: Callable[[int, int], bool],
) -> list[tuple[int, int]]:
    """Pair what `pairs` leaves: each block with the first free line of its words."""
    taken = {place for place, _ in pairs}, {index for _, index in pairs}
    # Grouped by digest and by having an `after`: a block fits all lines of a group or none.
    free: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for place in range(len(known) - 1, -1, -1):
        if place not in taken[0]:
            free[known[place].digest, bool(known[place].after)].append(place)
    whole: dict[int, list[str]] = defaultdict(list)
    for value, first in cut:
        whole[first].append(value)
    moved = []
    for index, value in enumerate(digests):
        if index in taken[1]:
            continue
        groups = [
            free[key]
            for key in ((text, after) for text in {value, *whole[index]} for after in (True, False))
            if key in free
        ]
        fitting = [group for group in groups if group and fits(group[-1], index)]
        if fitting:
            moved.append((min(fitting, key=lambda group: group[-1]).pop(), index))
    return moved


def _align_sparingly(
    known: list[Line],
    digests: Sequence[str],
    cut: dict[tuple[str, int], int],
    fits: Callable[[int, int], bool],
) -> list[tuple[int, int]]:
    """Align lines and blocks as `_align` does, with fewer comparisons.

    A unique pair is a line and a block with words that no other line or block has. A unique pair in
    a common prefix or suffix is part of every best alignment. So the prefix and the suffix are
    paired first, and all but their innermost pairs are left out of the comparison. The innermost
    stay, since their neighbours may count. The result does not change.

    More than _MAX_COMPARISONS comparisons may remain, as in a text of ten thousand blocks that was
    changed throughout. Unique pairs in rising order then divide the sequences into stretches. In a
    stretch that is still too large, only a common prefix and suffix are paired. Blocks that moved
    are later matched by their words alone.
    """
    shared = _find_unique_pairs(known, digests, cut, fits)
    prefix = 0
    while shared.get(prefix) == prefix:
        prefix += 1
    suffix, old, new = 0, len(known), len(digests)
    while suffix < min(old, new) - prefix and shared.get(old - 1 - suffix) == new - 1 - suffix:
        suffix += 1
    pairs = [(n, n) for n in range(prefix)]
    first, last = max(prefix - 1, 0), max(suffix - 1, 0)
    if (old - first - last) * (new - first - last) <= _MAX_COMPARISONS:
        inner = _align(first, old - last, first, new - last, fits)
    else:
        inner = _align_in_stretches(old, new, shared, fits)
    within = [pair for pair in inner if prefix <= pair[0] < old - suffix]
    return pairs + within + [(old - n, new - n) for n in range(suffix, 0, -1)]


def _find_unique_pairs(
    known: list[Line],
    digests: Sequence[str],
    cut: dict[tuple[str, int], int],
    fits: Callable[[int, int], bool],
) -> dict[int, int]:
    """Map lines to blocks where neither fits another: a dict of unique pairs."""
    lines, blocks = Counter(line.digest for line in known), Counter(digests)
    firsts = {first for _, first in cut}
    index_of = {value: index for index, value in enumerate(digests)}
    unique = {}
    for place, line in enumerate(known):
        if lines[line.digest] == 1 == blocks[line.digest]:
            index = index_of[line.digest]
            if index not in firsts and fits(place, index):
                unique[place] = index
    return unique


def _align_in_stretches(
    old: int, new: int, shared: dict[int, int], fits: Callable[[int, int], bool]
) -> list[tuple[int, int]]:
    """Align two long sequences well, if not always best (see `_align_sparingly`)."""
    pairs: list[tuple[int, int]] = []
    begin = (0, 0)
    for place, index in [*_select_rising(shared), (old, new)]:
        pairs += _align_stretch(*begin, place, index, fits)
        if place < old:
            pairs.append((place, index))
        begin = (place + 1, index + 1)
    return pairs


def _align_stretch(
    i: int, j: int, old: int, new: int, fits: Callable[[int, int], bool]
) -> list[tuple[int, int]]:
    if (old - i) * (new - j) <= _MAX_COMPARISONS // 100:
        return _align(i, old, j, new, fits)
    prefix, suffix = [], []
    while i < old and j < new and fits(i, j):
        prefix.append((i, j))
        i, j = i + 1, j + 1
    while i < old and j < new and fits(old - 1, new - 1):
        old, new = old - 1, new - 1
        suffix.append((old, new))
    return prefix + suffix[::-1]


def _select_rising(shared: dict[int, int]) -> list[tuple[int, int]]:
    """Select the most pairs whose second indices rise; the first ones rise already."""
    ends: list[int] = []
    chains: list[_Chain] = []
    for place, index in shared.items():
        length = bisect_left(ends, index)
        chain: _Chain = ((place, index), chains[length - 1] if length else None)
        ends[length : length + 1] = [index]
        chains[length : length + 1] = [chain]
    return _unlink(chains[-1]) if chains else []


def _unlink(chain: _Chain) -> list[tuple[int, int]]:
    pairs = []
    while chain is not None:
        pairs.append(chain[0])
        chain = chain[1]
    return pairs[::-1]


def _align(
    first_old: int, old: int, first_new: int, new: int, fits: Callable[[int, int], bool]
) -> list[tuple[int, int]]:
    """Return the longest common subsequence of two ranges of indices, as pairs.

    Of several, it is the one with the most neighbours that stay neighbours. difflib does not serve:
    it takes the longest common run first, and so may leave out words that are still in order.
    """
    match = old + new  # one match outweighs all neighbours together
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
            if fits(i, j):
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
    return _unlink(best[-1][1])


def _number_new_blocks(
    lines: tuple[Line, ...],
    anchors: dict[int, str],
    digests: Sequence[str],
    date: str,
    pieces: set[int],
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Number the blocks without an anchor, after the highest number given out.

    Lines of `pieces` always have an `after`.
    """
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
