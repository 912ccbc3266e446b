"""`briefs replace`: a new copy of a text takes the place of the old one, and every anchor stays what it was.

A block whose words stand in both copies keeps its number by itself. One whose words changed is found by what is left of them, one
that is gone leaves its anchor empty, and a new one gets the next free number, or that of a block that is gone and had its words.
The ledger is told of all but the new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from archive.commands.together import change
from archive.errors import ArchiveError
from archive.journal import alone
from archive.readers import read
from archive.reading.model import Kind
from archive.records.decisions import with_ranges, words
from archive.records.ledger import GONE, REPLACED, departed, digest
from archive.records.library import Brief, Library, load_library
from archive.records.record import Range
from archive.records.verify import with_unclaimed
from archive.records.yamledit import give, put, text_of
from archive.sources.source import ENCODINGS, UTF_8, Source, read_bytes

# Two blocks are one, changed, when so much of their words is the same (difflib's ratio).
_ALIKE = 0.5
# A block is looked for among so many new ones from its place on: comparing all with all takes minutes for a new long text.
_WINDOW = 25
# What of a record a new copy may print otherwise.
FIELDS = ("title", "title_printed", "number", "date", "rights", "access", "source", "saved")
# How many words are shown around a change.
_AROUND = 6


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new copy changes in one block: `anchor` is "" for a new one; `old` or `new` is "" when there is no such block.

    With an anchor and without `old`, words have come back that an earlier copy had.
    """

    anchor: str
    old: str
    new: str

    def __str__(self) -> str:
        if not self.anchor:
            return f"new   {_short(self.new)}"
        if not self.old:
            return f"{self.anchor:5} back: {_short(self.new)}"
        if not self.new:
            return f"{self.anchor:5} gone: {_short(self.old)}"
        return f"{self.anchor:5} {marked(self.old, self.new)}"


@dataclass(frozen=True, slots=True)
class Replacement:
    """A new copy of the text of a brief, and what is different in it."""

    brief: Brief
    data: bytes
    source: Source
    differences: tuple[Difference, ...]
    ranges: tuple[Range, ...]


def compare(library: Library, id: str, file: Path, encoding: str | None = None) -> Replacement:
    """Hold a new copy of the text of brief `id` against the one that is there.

    Raises ArchiveError when it is the same, is no text, has not one paragraph of the old, or no longer has whole the lines that
    the record marks.
    """
    brief = library.find(id)
    if encoding is not None and encoding not in ENCODINGS:
        raise ArchiveError(
            "--encoding", encoding, "it is not known", f"Write one of: {', '.join(ENCODINGS)}."
        )
    data = read_bytes(file)
    source = Source.from_bytes(data, file, encoding)
    if source.sha256 == brief.record.sha256:
        raise ArchiveError(
            file,
            "file",
            f"this is the text that {id} has already, byte for byte",
            "There is nothing to replace.",
        )
    ranges = _moved(brief, source)
    reading = with_unclaimed(brief.record, read(source), library.authority)
    reading = with_ranges(brief.record.path, ranges, reading, {line.digest for line in brief.lines})
    new = [words(block) for block in reading.shown if block.kind is not Kind.LEFT_OUT]
    old = [words(block) for block in brief.reading.shown]
    numbered = [n for n, block in enumerate(brief.reading.shown) if block.kind is not Kind.LEFT_OUT]
    differences = list(_differences(brief, [(n, old[n]) for n in numbered], new))
    if (
        old
        and not set(map(digest, old)) & set(map(digest, new))
        and not any(one.anchor and one.new for one in differences)
    ):
        remedy = "If it is the same brief all the same, withdraw this one and add the new text."
        raise ArchiveError(file, "file", f"no paragraph of {id} stands in it", remedy)
    gone = departed(library.root / "briefs" / "ledger" / f"{id}.tsv")
    return Replacement(brief, data, source, tuple(_come_back(differences, gone)), ranges)


def _come_back(differences: Iterable[Difference], gone: dict[str, str]) -> Iterator[Difference]:
    """The differences, where new words that an anchor had before they went are its own again."""
    for one in differences:
        anchor = (
            ""
            if one.anchor
            else next((anchor for anchor, value in gone.items() if value == digest(one.new)), "")
        )
        gone.pop(anchor, None)
        yield replace(one, anchor=anchor) if anchor else one


def _differences(
    brief: Brief, old: Sequence[tuple[int, str]], new: Sequence[str]
) -> Iterator[Difference]:
    """The blocks that are not the same in both, in the order of the text."""
    before, after = [digest(text) for _, text in old], [digest(text) for text in new]
    changed = [
        code
        for code in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if code[0] != "equal"
    ]
    left = Counter(key for _, i, j, _, _ in changed for key in before[i:j])
    come_in = Counter(key for _, _, _, k, end in changed for key in after[k:end])
    # What only moved the ledger finds by its words.
    moved_away, moved_to = left & come_in, left & come_in
    for _, i, j, k, end in changed:
        gone = [old[n] for n in range(i, j) if not _take(moved_away, before[n])]
        come = [new[n] for n in range(k, end) if not _take(moved_to, after[n])]
        yield from _paired(brief, gone, come)


def _take(counts: Counter[str], key: str) -> bool:
    """Whether there is one left of a key; it is taken then."""
    counts[key] -= 1
    return counts[key] >= 0


def _paired(brief: Brief, gone: list[tuple[int, str]], come: list[str]) -> Iterator[Difference]:
    """What stood in one place against what stands there now, in order: each old block with the first new one like it."""
    rest = list(come)
    for number, text in gone:
        like = next((n for n, other in enumerate(rest[:_WINDOW]) if _alike(text, other)), None)
        yield from (Difference("", "", other) for other in rest[: like or 0])
        yield Difference(brief.anchors[number], text, "" if like is None else rest[like])
        rest = rest if like is None else rest[like + 1 :]
    yield from (Difference("", "", other) for other in rest)


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one.split(), other.split(), autojunk=False)
    # The quick ratios are upper bounds of the slow one.
    return (
        min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= _ALIKE
        and matcher.ratio() >= _ALIKE
    )


def _moved(brief: Brief, source: Source) -> tuple[Range, ...]:
    """The ranges of the record with the lines that their words have in the new copy."""
    if not brief.record.ranges:
        return ()
    old, new = (
        [" ".join(line.split()) for line in lines]
        for lines in (brief.reading.source.lines, source.lines)
    )
    same = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    moved = []
    for index, one in enumerate(brief.record.ranges, 1):
        by = next(
            (
                part.b - part.a
                for part in same
                if part.a < one.first and one.last <= part.a + part.size
            ),
            None,
        )
        if by is None:
            remedy = "Take this range out of the record, replace the text, and mark the lines of the new copy."
            problem = f"these lines ({one.lines}) are not whole in the new copy"
            raise ArchiveError(brief.record.path, f"ranges[{index}].lines", problem, remedy)
        moved.append(replace(one, first=one.first + by, last=one.last + by))
    return tuple(moved)


def replace_text(
    library: Library, replacement: Replacement, day: str, reason: str, fields: Mapping[str, str]
) -> None:
    """Put the new copy in the place of the old: text, record, ledger and pages, all of it or nothing.

    `fields` of the record (those of FIELDS) get the values that the new copy prints.

    Raises ArchiveError, after which all is as it was, also when the new copy no longer prints what the record says it does.
    """
    root, brief = library.root, replacement.brief
    with alone(root):
        if load_library(root).find(brief.id).record != brief.record:
            remedy = "Run the command again, so that it shows the difference to what is there now."
            raise ArchiveError(
                brief.record.path, "file", "the record was changed in the meantime", remedy
            )
        ledger = root / "briefs" / "ledger" / f"{brief.id}{REPLACED}"
        lines = [
            f"{one.anchor}\t{digest(one.new) if one.new else GONE}\t{day}\n"
            for one in replacement.differences
            if one.anchor
        ]
        files: dict[Path, bytes | None] = {
            brief.record.path.with_suffix(".txt"): replacement.data,
            brief.record.path: _record(replacement, day, reason, fields).encode(),
        }
        if lines:
            files[ledger] = ((text_of(ledger) if ledger.exists() else "") + "".join(lines)).encode()
        change(root, files)


def _record(replacement: Replacement, day: str, reason: str, fields: Mapping[str, str]) -> str:
    """The record with the new copy's checksum, its history, and no longer checked when words changed."""
    path, source = replacement.brief.record.path, replacement.source
    text = give(path, text_of(path), ("sha256",), source.sha256)
    if source.encoding != replacement.brief.record.encoding:
        text = give(
            path, text, ("encoding",), None if source.encoding == UTF_8 else source.encoding
        )
    if replacement.differences:
        text = give(path, text, ("checked_by",), None)
    for name, value in fields.items():
        text = give(path, text, (name,), value or None)
        text = put(path, text, ("changes",), None, {"date": day, "field": name, "reason": reason})
    for index, one in enumerate(replacement.ranges):
        text = give(path, text, ("ranges", str(index), "lines"), one.lines)
    return put(path, text, ("changes",), None, {"date": day, "field": "text", "reason": reason})


def marked(old: str, new: str) -> str:
    """The words of both with what went in [-…-] and what came in {+…+}, as wdiff writes it; longer runs of others cut."""
    before, after = old.split(), new.split()
    parts = []
    for tag, i, j, k, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = before[i:j]
        if tag == "equal":
            parts += same if len(same) <= 2 * _AROUND else [*same[:_AROUND], "…", *same[-_AROUND:]]
            continue
        parts += [f"[-{' '.join(same)}-]"] if same else []
        parts += [f"{{+{' '.join(after[k:end])}+}}"] if after[k:end] else []
    return " ".join(parts)


def _short(text: str) -> str:
    found = text.split()
    return " ".join(found if len(found) <= 2 * _AROUND else [*found[: 2 * _AROUND], "…"])
