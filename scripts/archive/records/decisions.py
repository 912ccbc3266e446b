"""What curators decided against a reader: what lines of a text are, and which themes it bears.

The decisions stand in the record (records.Range, records.ThemeDecision), each with its day and its reason.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from pathlib import Path

from archive.errors import ArchiveError
from archive.reading.model import Block, Kind, Reading, Voice
from archive.records.ledger import digest
from archive.records.record import Range, Record
from archive.records.themes import Passage, Theme

RULE = "left out by the archive"
_KINDS = {
    "introduction": Kind.INTRODUCTION,
    "note": Kind.NOTE,
    "biography": Kind.BIOGRAPHY,
    "furniture": Kind.FURNITURE,
    "text": Kind.PARAGRAPH,
}


def words(block: Block) -> str:
    """What a block is known by in the ledger: its words with the sign they begin with."""
    return block.mark + block.text


def with_ranges(
    path: Path, ranges: Sequence[Range], reading: Reading, given_out: Set[str] = frozenset()
) -> Reading:
    """The reading with the lines that the record at `path` marks made what it says.

    A block that has an anchor, since its digest is among those `given_out`, keeps it when it becomes furniture: it is
    Kind.LEFT_OUT then. Raises ArchiveError when a range holds no block, or a part of one.
    """
    blocks = reading.blocks
    for index, marked in enumerate(ranges, 1):
        inside = [
            block
            for block in blocks
            if marked.first <= block.lines[0] and block.lines[1] <= marked.last
        ]
        across = [block for block in blocks if block not in inside and _meets(block, marked)]
        if across or not inside:
            first, last = across[0].lines if across else (1, len(reading.source))
            what = (
                f"a block stands on lines {first} to {last}"
                if across
                else f"no words stand there; the text has {last} lines"
            )
            remedy = "Name whole blocks: `briefs inspect` shows their lines."
            raise ArchiveError(path, f"ranges[{index}].lines", what, remedy)
        blocks = tuple(
            _marked(block, marked, given_out) if block in inside else block for block in blocks
        )
    return replace(reading, blocks=blocks)


def _meets(block: Block, marked: Range) -> bool:
    return any(marked.first <= span.line <= marked.last for span in block.spans)


def _marked(block: Block, marked: Range, given_out: Set[str]) -> Block:
    kind = _KINDS[marked.kind]
    if kind is Kind.FURNITURE:
        kind = Kind.LEFT_OUT if digest(words(block)) in given_out else kind
        return replace(block, kind=kind, voice=marked.voice, level=0, rule=RULE)
    if (
        block.shown
        and kind is Kind.PARAGRAPH
        and block.voice is Voice.AUTHOR
        and block.kind not in (Kind.NOTE, Kind.UNCLAIMED)
    ):
        return block  # it is the author's text already, and its reader may know more of it: a heading, a point
    return replace(
        block, kind=kind, text=words(block), mark="", voice=marked.voice, level=0, rule=""
    )


def without_left_out(reading: Reading) -> Reading:
    """The reading without the words of blocks that keep their number only."""
    blocks = (
        replace(block, text="", mark="") if block.kind is Kind.LEFT_OUT else block
        for block in reading.blocks
    )
    return replace(reading, blocks=tuple(blocks))


def with_decisions(
    record: Record,
    blocks: tuple[Block, ...],
    anchors: tuple[str, ...],
    found: dict[str, tuple[Passage, ...]],
    themes: dict[str, Theme],
) -> dict[str, tuple[Passage, ...]]:
    """The passages of each theme, in the order of `themes`, once the themes that the record adds and removes are taken in.

    Raises ArchiveError when a theme is to be shown by a block that is not there or is not the author's.
    """
    decided = dict(found)
    for index, decision in enumerate(record.themes, 1):
        if not decision.added:
            decided.pop(decision.theme, None)
            continue
        shown = list(decided.get(decision.theme, ()))
        for anchor in decision.passages:
            number = anchors.index(anchor) + 1 if anchor in anchors else 0
            if (
                not number
                or blocks[number - 1].voice is not Voice.AUTHOR
                or not blocks[number - 1].text
            ):
                problem = f"{anchor!r} is no paragraph of the author's"
                remedy = "Name anchors of the page, as it shows them in the margin."
                raise ArchiveError(record.path, f"themes[{index}].passages", problem, remedy)
            if number not in {passage.number for passage in shown}:
                shown.append(Passage(decision.theme, number, blocks[number - 1].text, ()))
        decided[decision.theme] = tuple(sorted(shown, key=lambda passage: passage.number))
    return {theme: decided[theme] for theme in themes if theme in decided}
