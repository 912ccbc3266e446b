"""Curators overrule a reader on the kind of lines and on the themes of a brief.

Their decisions are in the record (record.Range, record.ThemeDecision), with dates and reasons.
"""

from collections.abc import Sequence, Set
from dataclasses import replace
from pathlib import Path

from archive.errors import ArchiveError
from archive.reading.model import Block, Kind, Reading, Voice
from archive.records.ledger import digest
from archive.records.record import Range, Record
from archive.records.themes import Passage, Theme
from archive.text.normal_forms import normalise


def words(block: Block) -> str:
    """Return the words that the ledger digests: list or note mark, then text."""
    return block.mark + block.text


def with_ranges(
    path: Path, ranges: Sequence[Range], reading: Reading, given_out: Set[str] = frozenset()
) -> Reading:
    """Return the reading with the kinds of blocks that `ranges` give.

    `ranges` are from the record at `path`. `given_out` are the digests in the ledger. A block with
    one of them keeps its anchor when it becomes furniture: its kind is then Kind.LEFT_OUT. Raises
    ArchiveError when a range contains no block, or only a part of one.
    """
    blocks = reading.blocks
    for index, marked in enumerate(ranges, 1):
        inside = [
            block
            for block in blocks
            if marked.first <= block.lines[0] and block.lines[1] <= marked.last
        ]
        across = [
            block
            for block in blocks
            if block not in inside
            and any(marked.first <= span.line <= marked.last for span in block.spans)
        ]
        if across or not inside:
            raise ArchiveError(
                path,
                f"ranges[{index}].lines",
                "a block covers lines {} to {}".format(*across[0].lines)
                if across
                else f"there are no words on these lines; the text has {len(reading.source)} lines",
                "Name whole blocks: `briefs inspect` shows their lines.",
            )
        blocks = tuple(
            _apply(marked, block, given_out) if block in inside else block for block in blocks
        )
    return replace(reading, blocks=blocks)


def _apply(marked: Range, block: Block, given_out: Set[str]) -> Block:
    if not normalise(words(block)).strip():
        return block  # of invisible signs only
    kind = Kind.PARAGRAPH if marked.kind == "text" else Kind(marked.kind)
    if kind is Kind.FURNITURE:
        return replace(
            block,
            kind=Kind.LEFT_OUT if digest(words(block)) in given_out else kind,
            voice=marked.voice,
            level=0,
            rule="left out by the archive",
        )
    if (
        block.shown
        and kind is Kind.PARAGRAPH
        and block.voice is Voice.AUTHOR
        and block.kind not in (Kind.NOTE, Kind.UNCLAIMED)
    ):
        # The reader already took it for the author's text, and may know more: a heading, a point.
        return block
    return Block(kind, block.spans, words(block), marked.voice)


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
