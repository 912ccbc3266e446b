"""The ledger keeps each anchor with its words, and every address given out.

A line binds once it is published, that is on the branch main: such lines are only ever added to.
Those that are not published yet are written anew when the record of their brief changes. Without
git, nothing tells them apart, and every line binds. A ledger that is damaged, or that git has
merged from two branches, is restored from what is published.

briefs/ledger/<id>.tsv has one line for each block of a brief: anchor, digest of its words, date. In
the text, a block follows the block on the line above. A block that was inserted later has a fourth
column: the anchor that it follows ("-": it comes first). The ledger thus knows the order of the
text, which tells apart blocks with the same words.

briefs/ledger/addresses.tsv has one line for each page: address, date.

briefs/ledger/<id>.replaced exists once a new copy of the text has come (`briefs replace`). It has
lines of anchor, new digest of its words ("-": the words are gone and the anchor is empty), date.
The last line for an anchor counts.
"""

import hashlib
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

from archive.errors import ArchiveError, raise_first
from archive.store import Archive, decode
from archive.text.addresses import Address
from archive.text.dates import parse_edtf

_NOT_A_LINE = "this is not a line of a ledger"
RESTORE = "Restore the file from git, or from a copy of the archive: it is never edited by hand."
_RESTORE_TEXT = (
    "Restore the text and its ledger as they were, and bring a new copy with `briefs replace`; "
    "if a mark was taken back by hand, put it back, and take it back with `briefs correct`; "
    "if the archive's code was changed, mend its reader."
)
FOLDER = "briefs/ledger"
ADDRESSES = f"{FOLDER}/addresses.tsv"
# As the anchor that a block follows: the block comes first.
FIRST = "-"
# As a digest: no words belong to the anchor any more.
GONE = "-"
REPLACED = ".replaced"
_DIGEST_LENGTH = 16
_ANCHOR = re.compile(r"p([1-9]\d*)")
_DIGEST_OR_GONE = re.compile(f"[0-9a-f]{{{_DIGEST_LENGTH}}}|{GONE}")
# A block that a reader cuts into at most 50 pieces is still recognised by its words.
_MAX_PIECES = 50
# So many pairs of blocks with the same words (500 such blocks in both versions, or one partner for
# each of 250,000) are aligned in two seconds.
_MAX_PAIRS = 250_000
# A path through an alignment from its last pair on: score, minus the old index (of equal paths the
# first is the greatest), new index, and the path before that pair.
_Path: TypeAlias = "tuple[int, int, int, _Path | None]"
# Tells which of some digests are of words that the source still has, though not in a block alone.
Find: TypeAlias = Callable[[Set[str]], Container[str]]


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
    return load_whole(archive, id)[0]


def load_whole(archive: Archive, id: str) -> tuple[tuple[Line, ...], str, str]:
    """Read a brief's ledger: its lines, its text, and the text of its later copies.

    A file that is damaged or missing is read as published; where that is damaged, as after a merge
    of two branches, the first row of each anchor counts. Raises ArchiveError when nothing of this
    can be parsed.
    """
    names = name_of(id), name_of(id, REPLACED)
    path = archive.path(names[0])
    try:
        text, replaced = (archive.text(name, "") for name in names)
        if text or not archive.has_history:
            return parse_lines(path, text, replaced), text, replaced
    except ArchiveError:
        if not archive.has_history:
            raise
    text, replaced = (decode(path, archive.published(name) or b"") for name in names)
    text = "".join(_first_rows(text.splitlines(keepends=True)))
    return parse_lines(path, text, replaced), text, replaced


def load_digests(archive: Archive, id: str, anchor: str) -> list[str]:
    """Read the digests of an anchor: two, where two branches gave it to different words."""
    text = (archive.read(name_of(id)) or b"").decode(errors="replace")
    return list(dict.fromkeys(re.findall(rf"^{re.escape(anchor)}\t(\w+)", text, re.MULTILINE)))


def _first_rows(rows: list[str]) -> Iterable[str]:
    """Return the first row of each anchor or address, without what are no rows."""
    first = {row.partition("\t")[0]: row for row in reversed(rows) if "\t" in row}
    return dict.fromkeys(first[row.partition("\t")[0]] for row in rows if "\t" in row)


def parse_lines(path: Path, text: str, replaced: str = "") -> tuple[Line, ...]:
    """Parse the lines of one brief's ledger.

    `text` is the content of the file at `path`, and `replaced` that of the file of later copies, so
    that each line has its current digest. Raises ArchiveError on an invalid line.
    """
    lines = [Line(*row) for row in parse_rows(path, text, 3, 4)]
    earlier = {FIRST, ""}
    for line in lines:
        raise_first(
            path,
            (not _ANCHOR.fullmatch(line.anchor), line.anchor, _NOT_A_LINE, RESTORE),
            (not parse_edtf(line.date), line.anchor, _NOT_A_LINE, RESTORE),
            (
                line.after not in earlier,
                line.anchor,
                f"it follows {line.after!r}, which is unknown",
                RESTORE,
            ),
            (line.anchor in earlier, line.anchor, "this occurs twice", RESTORE),
        )
        earlier.add(line.anchor)
    # Numbers are given out in sequence, so a gap is a line that somebody removed.
    every = [f"p{number}" for number in range(1, len(lines) + 1)]
    raise_first(
        path,
        *((one not in earlier, one, "the line of this anchor is gone", RESTORE) for one in every),
    )
    current = {
        copy.anchor: copy.digest for copy in _parse_copies(path, replaced, earlier - {FIRST, ""})
    }
    return tuple(
        replace(line, digest=current[line.anchor]) if line.anchor in current else line
        for line in lines
    )


def _parse_copies(path: Path, text: str, given: Container[str]) -> list[Line]:
    """Parse the lines that later copies of a text gave to its anchors."""
    path = path.with_suffix(REPLACED)
    lines = [Line(*row) for row in parse_rows(path, text, 3, 3)]
    raise_first(
        path,
        *(
            (
                line.anchor not in given
                or not parse_edtf(line.date)
                or not _DIGEST_OR_GONE.fullmatch(line.digest),
                line.anchor,
                _NOT_A_LINE,
                RESTORE,
            )
            for line in lines
        ),
    )
    return lines


def fit_copies(
    archive: Archive, id: str, lines: tuple[Line, ...], digests: Sequence[str]
) -> tuple[Line, ...]:
    """Return the lines of a brief, each with the words of the last copy that its text still has.

    A merge keeps the rows of both branches, of which one has no copy any more. Such a row does not
    count unless it is published. `digests` are of the blocks of the text.
    """
    path, name = archive.path(name_of(id)), name_of(id, REPLACED)
    (_, text, replaced), published = load_whole(archive, id), archive.published(name) or b""
    words = {line.anchor: [line.digest] for line in parse_lines(path, text)}
    for copy in _parse_copies(path, replaced, words):
        is_published = str(copy).encode() in published
        words[copy.anchor] = [*([] if is_published else words[copy.anchor]), copy.digest]
    free = Counter(digests)
    free.subtract(line.digest for line in lines)
    return tuple(
        replace(
            line,
            digest=next(
                (
                    value
                    for value in reversed(words.get(line.anchor, ()))
                    if free[value] > 0 or value == GONE != line.digest
                ),
                line.digest,
            ),
        )
        if archive.has_history and (line.digest == GONE or free[line.digest] < 0)
        else line
        for line in lines
    )


def drop_unfit_copies(replaced: str, lines: Iterable[Line]) -> str:
    """Return the rows of later copies without those that do not lead to the words of the lines."""
    rows = [row.split("\t") for row in replaced.splitlines(keepends=True)]
    last = {(anchor, value): place for place, (anchor, value, _) in enumerate(rows)}
    ends = {line.anchor: last.get((line.anchor, line.digest), -1) for line in lines}
    return "".join(
        "\t".join(row) for place, row in enumerate(rows) if place <= ends.get(row[0], -1)
    )


def gone_anchors(archive: Archive, id: str) -> dict[str, str]:
    """Return the anchors of a brief whose words are gone, with their last digests."""
    (current, text, replaced), path = load_whole(archive, id), archive.path(name_of(id))
    given = parse_lines(path, text)
    copies = _parse_copies(path, replaced, {line.anchor for line in given})
    words = {line.anchor: line.digest for line in (*given, *copies) if line.digest != GONE}
    return {line.anchor: words[line.anchor] for line in current if line.digest == GONE}


def load_addresses(archive: Archive) -> dict[Address, str]:
    """Read the addresses given out so far, each with its date.

    Of a file that is damaged, or merged from two branches, each whole row counts; of two for one
    address, that which is published, or else the first.
    """
    path = archive.path(ADDRESSES)
    try:
        rows = parse_rows(path, archive.text(ADDRESSES, ""), 2, 2)
        raise_first(
            path,
            *(
                (times > 1, address, "this occurs twice", RESTORE)
                for address, times in Counter(row[0] for row in rows).items()
            ),
        )
    except ArchiveError:
        if not archive.has_history:
            raise
        return _parse_merged(archive.published(ADDRESSES), archive.read(ADDRESSES))
    return {Address(row[0]): row[1] for row in rows}


def load_published_addresses(archive: Archive) -> dict[Address, str]:
    """Read the addresses that are published, each with its date."""
    return _parse_merged(archive.published(ADDRESSES))


def _parse_merged(*contents: bytes | None) -> dict[Address, str]:
    """Parse the rows of files with addresses; of two for one address, the first."""
    text = "\n".join((content or b"").decode(errors="replace") for content in contents)
    rows = (row.split("\t") for row in _first_rows(text.splitlines()))
    return {Address(row[0]): row[1] for row in rows}


def count_published(archive: Archive, ids: Iterable[str]) -> int | None:
    """Return how many lines of a brief that had these ids are published; None without git."""
    files = (archive.published(name_of(id)) or b"" for id in ids if archive.has_history)
    return max((len(file.splitlines()) for file in files), default=None)


def parse_rows(path: Path, text: str, fewest: int, most: int) -> list[list[str]]:
    """Split a file of the ledger into its columns.

    Raises ArchiveError when a line has not between `fewest` and `most` of them.
    """
    rows = [row.split("\t") for row in text.removeprefix("\ufeff").splitlines()]
    raise_first(
        path,
        *(
            (
                not fewest <= len(row) <= most,
                f"line {number}",
                f"{fewest} columns separated by tabs are expected",
                RESTORE,
            )
            for number, row in enumerate(rows, 1)
        ),
    )
    return rows


def in_text_order(lines: tuple[Line, ...]) -> list[Line]:
    """Return the lines in the order of their blocks in the text."""
    order = [FIRST]
    place = 0
    for line in lines:
        place = 1 + (order.index(line.after) if line.after else place)
        order.insert(place, line.anchor)
    by_anchor = {line.anchor: line for line in lines}
    return [by_anchor[anchor] for anchor in order[1:]]


def assign(
    path: Path,
    lines: tuple[Line, ...],
    digests: Sequence[str],
    words: Callable[[], Sequence[str]],
    date: str,
    *,
    find: Find = lambda _: (),
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Give each block its anchor.

    `digests` are those of the words of the blocks, in the order of the text; `words` is called for
    the words only where a block seems to be cut up. Returns the anchors in that order, and the
    ledger lines to add. An alignment of both sequences matches the blocks with the
    known lines, since the same words may occur twice. Blocks that moved are then matched by their
    words alone. If a better reader cuts a block up, the first piece gets its anchor. Other blocks
    get the next free numbers. Raises ArchiveError when a known anchor would lose its words, unless
    `find` tells that its digest is of words elsewhere in the source.
    """
    anchors, added = _assign_once(path, lines, digests, words, date, find=find)
    # New lines add to the known order, which may pair blocks of the same words differently.
    # Later runs know these lines, so their anchors count.
    return (
        (_assign_once(path, (*lines, *added), digests, words, date, find=find)[0], added)
        if added
        else (anchors, added)
    )


def _assign_once(
    path: Path,
    lines: tuple[Line, ...],
    digests: Sequence[str],
    words: Callable[[], Sequence[str]],
    date: str,
    *,
    find: Find,
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    known = [line for line in in_text_order(lines) if line.digest != GONE]
    missing = set(Counter(line.digest for line in known) - Counter(digests))
    cut = find_runs(missing, words() if missing else ())
    # The pieces depend on the pairs, and the pairs on the pieces: align again until both agree.
    tried: list[set[int]] = []
    pieces: set[int] = set()
    while pieces not in tried:
        tried.append(pieces)
        pairs = _match(path, known, digests, cut, pieces)
        pieces = {
            piece
            for place, first in pairs
            if digests[first] != known[place].digest
            for piece in range(first + 1, cut[known[place].digest, first])
        }
    anchors = {index: known[place].anchor for place, index in pairs}
    matched = {place for place, _ in pairs}
    left = [line for place, line in enumerate(known) if place not in matched]
    found = find({line.digest for line in left}) if left else ()
    lost = ", ".join(line.anchor for line in left if line.digest not in found)
    raise_first(
        path,
        (lost, lost, "the words of this address are gone or changed", _RESTORE_TEXT),
        (
            pieces != tried[-1],
            ", ".join(anchors.values()),
            "blocks with the same words cannot be told apart",
            _RESTORE_TEXT,
        ),
    )
    return _number_new_blocks(lines, anchors, digests, date, pieces)


def find_runs(
    missing: Set[str], words: Sequence[str], fewest: int = 2
) -> dict[tuple[str, int], int]:
    """Find consecutive blocks, at least so many, that together have the words of a missing one.

    Maps the missing digest and the index of the first block to the index after the last block.
    """
    runs = {}
    texts = ["".join(text.split()).encode() for text in words]
    for first in range(len(texts)):
        joined = hashlib.sha256()
        for end in range(first + 1, min(first + _MAX_PIECES, len(texts)) + 1):
            joined.update(texts[end - 1])
            value = joined.hexdigest()[:_DIGEST_LENGTH]
            if value in missing and end - first >= fewest:
                runs[value, first] = end
    return runs


def _match(
    path: Path,
    known: list[Line],
    digests: Sequence[str],
    cut: dict[tuple[str, int], int],
    pieces: set[int],
) -> list[tuple[int, int]]:
    """Pair the indices of lines and blocks: by alignment, then by words alone.

    `pieces` are blocks inside a cut-up one, after its first piece. Only a line with an `after` can
    belong to such a piece.
    """
    if [line.digest for line in known] == list(digests):
        return [(place, place) for place in range(len(known))]
    values = [{value} for value in digests]
    for value, first in cut:
        values[first].add(value)
    # The key of a line without an `after` is not among those of a piece.
    aligned, moved = pair_blocks(
        [(line.digest, bool(line.after)) for line in known],
        [
            {(value, after) for value in own for after in {True, index in pieces}}
            for index, own in enumerate(values)
        ],
        path,
        "Restore the text or the reader.",
    )
    return aligned + moved


def pair_blocks(
    old: Sequence[Hashable], new: Sequence[Set[Hashable]], path: Path | str, remedy: str
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Pair the blocks of a text with those of its next version, by indices (old, new).

    An old block fits each new one that has its key, which stands for its words. Returns the pairs
    of an alignment, and those of blocks that moved, in the order of the new version: an old one
    takes the first new one that is left. Raises ArchiveError, which names `path` and the `remedy`,
    when more than _MAX_PAIRS pairs are possible: time and memory grow with their number.
    """
    places: dict[Hashable, list[int]] = defaultdict(list)
    for index, keys in enumerate(new):
        for key in keys:
            places[key].append(index)
    fitting = [places.get(key, []) for key in old]
    raise_first(
        path,
        (
            sum(map(len, fitting)) > _MAX_PAIRS,
            "blocks",
            "too many blocks have the same words, so those that changed cannot be told apart",
            remedy,
        ),
    )
    aligned = _align([*fitting, [len(new)]])
    used, taken = {place for place, _ in aligned}, {index for _, index in aligned}
    moved = []
    for place in [place for place in range(len(old)) if place not in used]:
        for index in [index for index in fitting[place] if index not in taken][:1]:
            moved.append((place, index))
            taken.add(index)
    return aligned, sorted(moved, key=itemgetter(1))


def _align(fitting: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Return the longest common subsequence of two versions of a text, as pairs of indices.

    `fitting` has the new blocks that fit each old one, and the end of the new version as its last
    item. Of several subsequences, it is the one with the most neighbours that stay neighbours.
    difflib does not serve: it takes the longest common run first, and so may leave out words that
    are still in order.
    """
    match = len(fitting) + 1  # one match outweighs all neighbours together
    # The best paths up to each column: the columns rise, and so do the paths. Of equal ones, the
    # first stands, unless a later one ends in the very column that is asked for.
    columns: list[int] = [-1]
    paths: list[_Path] = [(0, 0, -1, None)]
    in_column: dict[int, _Path] = {}
    above: dict[int, _Path] = {}
    for old, options in enumerate(fitting):
        row: dict[int, _Path] = {}
        for new in options:
            before = paths[bisect_left(columns, new) - 1]
            before = max(in_column.get(new - 1, before), before, key=itemgetter(0))
            if (neighbour := above.get(new - 1)) and neighbour[0] + 1 > before[0]:
                before = (neighbour[0] + 1, *neighbour[1:])
            row[new] = (before[0] + match, -old, new, before)
        for new, path in row.items():
            in_column[new] = max(path, in_column.get(new, path), key=itemgetter(0))
            first = bisect_left(columns, new)
            if path > paths[first - 1]:
                last = bisect_left(paths, path, first)
                columns[first:last], paths[first:last] = [new], [path]
        above = row
    pairs = []
    rest = paths[-1][3]
    while rest and rest[3]:
        pairs.append((-rest[1], rest[2]))
        rest = rest[3]
    return pairs[::-1]


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
    for index in [index for index in range(len(digests)) if index not in anchors]:
        anchor = f"p{following + len(added)}"
        after = anchors[index - 1] if index else FIRST
        added.append(
            Line(
                anchor,
                digests[index],
                date,
                "" if after == above and index not in pieces else after,
            )
        )
        anchors[index] = above = anchor
    return tuple(anchors[index] for index in range(len(digests))), tuple(added)
