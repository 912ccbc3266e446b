"""The ledger: which anchor belongs to which words, and which addresses were ever given out. Lines are only ever added.

briefs/ledger/<id>.tsv has one line for each block of a brief: anchor, digest of its words, date. briefs/ledger/addresses.tsv
has one line for each page: address, date.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from archive.dates import is_edtf
from archive.errors import ArchiveError

_RESTORE = "Restore the file as committed; it is never edited."
_ANCHOR = re.compile(r"p([1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Line:
    """One block's anchor, for good: `digest` is that of its words, `date` the day it was given out."""

    anchor: str
    digest: str
    date: str

    @property
    def number(self) -> int:
        """The number in the anchor."""
        return int(self.anchor[1:])


def digest(words: str) -> str:
    """16 hexadecimal digits for `words`; white space and how a reader cut it play no part."""
    return hashlib.sha256("".join(words.split()).encode()).hexdigest()[:16]


def load_lines(path: Path) -> tuple[Line, ...]:
    """The lines of one brief's ledger, none when it has no file yet. Raises ArchiveError on a line that cannot be one."""
    lines = [Line(*row) for row in _rows(path, 3)]
    for line in lines:
        if not _ANCHOR.fullmatch(line.anchor) or not is_edtf(line.date):
            raise ArchiveError(path, line.anchor, "this is no line of a ledger", _RESTORE)
    _refuse_doubles(path, [line.anchor for line in lines])
    return tuple(lines)


def load_addresses(path: Path) -> dict[str, str]:
    """The addresses given out so far, each with its date."""
    rows = _rows(path, 2)
    _refuse_doubles(path, [row[0] for row in rows])
    return {row[0]: row[1] for row in rows}


def _rows(path: Path, columns: int) -> list[list[str]]:
    if not path.exists():
        return []
    rows = [row.split("\t") for row in path.read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(rows, 1):
        if len(row) != columns:
            problem = f"{columns} columns divided by tabs are wanted"
            raise ArchiveError(path, f"line {number}", problem, _RESTORE)
    return rows


def _refuse_doubles(path: Path, keys: list[str]) -> None:
    if twice := next((key for key, times in Counter(keys).items() if times > 1), None):
        raise ArchiveError(path, twice, "this stands here twice", _RESTORE)


def assign(path: Path, known: tuple[Line, ...], digests: list[str], date: str) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Give each block its anchor: (anchors in the order of `digests`, ledger lines to add).

    Blocks are matched with the known lines by an alignment of the whole sequence, since the same words may stand twice; what
    the alignment leaves (blocks that moved, or were added later and so stand last in the ledger) by the words alone. Others
    get the next free numbers. Raises ArchiveError when a known anchor would lose its words.
    """
    anchors: dict[int, str] = {}
    free = dict(enumerate(known))
    matcher = SequenceMatcher(None, [line.digest for line in known], digests, autojunk=False)
    for start, first, size in matcher.get_matching_blocks():
        for offset in range(size):
            anchors[first + offset] = free.pop(start + offset).anchor
    for index, value in enumerate(digests):
        match = next((place for place, line in free.items() if line.digest == value), None) if index not in anchors else None
        if match is not None:
            anchors[index] = free.pop(match).anchor
    if free:
        lost = ", ".join(line.anchor for line in free.values())
        remedy = "Restore the text or the reader; only a line that never was on main may be deleted."
        raise ArchiveError(path, lost, "the words of this address are gone or changed", remedy)
    following = max((line.number for line in known), default=0) + 1
    added: list[Line] = []
    for index, value in enumerate(digests):
        if index not in anchors:
            anchors[index] = f"p{following + len(added)}"
            added.append(Line(anchors[index], value, date))
    return tuple(anchors[index] for index in range(len(digests))), tuple(added)
