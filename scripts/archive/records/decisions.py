"""Curators overrule a reader on the kind of lines and on the themes of a brief.

Their decisions are in the record (record.Range, record.ThemeDecision), with dates and reasons.
"""

from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError
from archive.reading.marks import MARKS, marked_values
from archive.reading.model import Block, Kind, Reading, Statement, Voice
from archive.reading.vocabulary import AROUND_DATE
from archive.records.ledger import digest, find_runs
from archive.records.record import Range, Record
from archive.records.themes import Passage, Theme
from archive.records.verify import words_of
from archive.sources.source import Source
from archive.text import dates
from archive.text.normal_forms import normalise, visible


def words(block: Block) -> str:
    """Return the words that the ledger digests: list or note mark, then text."""
    return block.mark + block.text


def with_ranges(
    path: Path,
    ranges: Sequence[Range],
    reading: Reading,
    given_out: Set[str] = frozenset(),
    held: set[str] | None = None,
) -> Reading:
    """Return the reading with the blocks and the values that `ranges` give; later ones count first.

    `ranges` are from the record at `path`. A range cuts a block of which it covers a part.
    `given_out` are the digests in the ledger. A block with one of them keeps its anchor when it
    becomes furniture: its kind is then Kind.LEFT_OUT. Lines of metadata with more words than the
    record has (`held`; None: not known yet) give their value, and stay in the text as they were
    read. Raises ArchiveError when a range has no words, or not the value that it is to give.
    """
    reading = _with_marked_values(path, ranges, reading)
    for index, marked in enumerate(ranges, 1):
        parts = [part for block in reading.blocks for part in _cut(marked, block, reading.source)]
        inside = [part for part in parts if marked.first <= part.lines[0] <= marked.last]
        if not inside:
            raise ArchiveError(
                path,
                f"ranges[{index}].lines",
                f"there are no words on these lines; the text has {len(reading.source)} lines",
                "Name lines with words: `briefs inspect` shows them.",
            )
        if MARKS[marked.kind].kind is Kind.METADATA and not _is_held(inside, reading, held):
            continue
        if MARKS[marked.kind].is_one_block and len(inside) > 1:
            spans = tuple(sorted(span for part in inside for span in part.spans))
            parts = [part for part in parts if part not in inside[1:]]
            inside = [replace(inside[0], spans=spans, text=reading.source.text(spans), mark="")]
            parts = [inside[0] if part.spans[0] == spans[0] else part for part in parts]
        blocks = (_apply(marked, part, given_out) if part in inside else part for part in parts)
        reading = replace(reading, blocks=tuple(sorted(blocks, key=lambda block: block.spans[0])))
    return reading


def _with_marked_values(path: Path, ranges: Sequence[Range], reading: Reading) -> Reading:
    """Return the reading with the values that marked lines print, in place of those it had."""
    found: dict[str, list[Statement]] = {}
    for index, marked in enumerate(ranges, 1):
        if MARKS[marked.kind].values:
            text = visible(" ".join(reading.source.lines[marked.first - 1 : marked.last]))
            if not (printed := marked_values(marked.kind, text)):
                raise ArchiveError(
                    path,
                    f"ranges[{index}].lines",
                    f"no {marked.kind} is printed on these lines",
                    "Name the line that prints it: `briefs inspect` shows them.",
                )
            found.setdefault(MARKS[marked.kind].field, []).extend(
                Statement(value, marked.first, text) for value in printed
            )
    stated: dict[str, Any] = {
        field: tuple(values) if field == "authors" else values[0] for field, values in found.items()
    }
    return replace(reading, **stated)


def _cut(marked: Range, block: Block, source: Source) -> list[Block]:
    """Return the parts of a block before, on and after the marked lines."""
    parts = [
        (key, tuple(spans))
        for key, spans in groupby(
            block.spans, lambda span: (span.line >= marked.first) + (span.line > marked.last)
        )
    ]
    if len(parts) == 1 or 1 not in dict(parts):
        return [block]
    texts = (source.text(spans) for _, spans in parts)
    if "\n" not in block.text:  # lines that are one line, wrapped by hand
        texts = (" ".join(text.split()) for text in texts)
    first, *others = (
        replace(block, spans=spans, text=text)
        for (_, spans), text in zip(parts, texts, strict=True)
    )
    return [
        replace(first, text=first.text.removeprefix(block.mark).strip()),
        *(replace(other, mark="") for other in others),
    ]


def _is_held(blocks: list[Block], reading: Reading, held: set[str] | None) -> bool:
    """Whether the record has all words of the blocks; a date has the words that print it."""
    date = reading.date.value if reading.date else ""
    if held is None:
        return True
    rest = normalise("\n".join(block.text for block in blocks))
    for found, start, end in reversed([*dates.find_all(rest)]):
        if found == date:
            rest = AROUND_DATE.sub("", f"{rest[:start]}{rest[end:]}")
    return held.issuperset(words_of(rest))


def _apply(marked: Range, block: Block, given_out: Set[str]) -> Block:
    what = MARKS[marked.kind]
    if not normalise(words(block)).strip():
        return block  # of invisible signs only
    if what.kind is Kind.FURNITURE:
        return replace(
            block,
            kind=Kind.LEFT_OUT if digest(words(block)) in given_out else what.kind,
            voice=marked.voice,
            level=0,
            rule="left out by the archive",
        )
    if (
        marked.kind == "text"
        and block.shown
        and block.voice is Voice.AUTHOR
        and block.kind not in (Kind.NOTE, Kind.UNCLAIMED)
    ):
        # The reader already took it for the author's text, and may know more: a heading, a point.
        return block
    sign = block.mark if what.levels else ""
    text = words(block).removeprefix(sign)
    if what.is_one_block and what.kind is not Kind.TABLE:
        text = " ".join(text.split())
    return Block(what.kind, block.spans, text, marked.voice, marked.level, sign, what.field)


def find_words(
    reading: Reading, missing: Set[str], known: Set[str], ranges: Sequence[Range]
) -> dict[str, Block]:
    """Find the blocks that now have the words of `missing` digests, alone or among others.

    A line may have become metadata or furniture, or curators may have joined or cut blocks by
    `ranges`, or have taken such a range back. A shown block of other words than `known` digests
    have, without a range, is what its reader alone has joined: it is no reason to lose an anchor.
    """
    pieces = [
        (reading.source[span.line][span.start : span.end], block)
        for block in reading.blocks
        for span in block.spans
    ]
    found: dict[str, Block] = {}
    for (value, first), end in find_runs(missing, [text for text, _ in pieces], 1).items():
        for block in {block: None for _, block in pieces[first:end]}:
            is_marked = any(
                marked.first <= block.lines[1] and block.lines[0] <= marked.last
                for marked in ranges
            )
            own = digest(words(block))
            if block.shown and not is_marked and (own not in known or own == value):
                continue
            if value not in found or (block.shown and not found[value].shown):
                found[value] = block
    return found


def without_left_out(reading: Reading) -> Reading:
    """Return the reading without the words of left-out blocks; their anchors stay."""
    return replace(
        reading,
        blocks=tuple(
            replace(block, text="", mark="") if block.kind is Kind.LEFT_OUT else block
            for block in reading.blocks
        ),
    )


def with_decisions(
    record: Record,
    blocks: tuple[Block, ...],
    anchors: tuple[str, ...],
    detected: dict[str, tuple[Passage, ...]],
    themes: dict[str, Theme],
) -> dict[str, tuple[Passage, ...]]:
    """Return the passages of each theme after the record's additions and removals.

    `detected` are the passages that words show. The result is in the order of `themes`. Raises
    ArchiveError when a passage that the record names is not a block by the author.
    """
    decided = dict(detected)
    own = {
        anchor: (number, replace(block, spans=()))
        for number, (anchor, block) in enumerate(zip(anchors, blocks, strict=False), 1)
        if block.voice is Voice.AUTHOR and block.text
    }
    for index, decision in enumerate(record.themes, 1):
        if wrong := next((anchor for anchor in decision.passages if anchor not in own), None):
            raise ArchiveError(
                record.path,
                f"themes[{index}].passages",
                f"{wrong!r} is not a paragraph by the author",
                "Name anchors that the page shows in its margin.",
            )
        # A theme that is removed is left without passages.
        kept = detected.get(decision.theme, ()) if decision.passages else ()
        numbers = {passage.number for passage in kept}
        added = (
            Passage(decision.theme, number, block.text, (), block)
            for number, block in dict(own[anchor] for anchor in decision.passages).items()
            if number not in numbers
        )
        decided[decision.theme] = tuple(sorted((*kept, *added), key=lambda shown: shown.number))
    return {theme: decided[theme] for theme in themes if decided.get(theme)}
