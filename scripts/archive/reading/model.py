"""What a reader makes of a source text: statements printed in it and an ordered account of its blocks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

from archive.sources.source import Source, Span


class Kind(StrEnum):
    """What a block is.

    TABLE is one with the pipes and rules that draw it: they are its text, as the page draws it is archive.text.tables' to say.
    LEFT_OUT was shown once and is furniture now: its words are gone from the page, its number stays.
    METADATA is set again from the record, FURNITURE left out by a named rule; all others are shown. HEAD is a line that a reader
    took for metadata and that the record does not hold: it is shown, so that no word is lost.
    """

    UNCLAIMED = "unclaimed"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    POINT = "point"
    KEY_POINT = "key-point"
    TABLE = "table"
    STANDFIRST = "standfirst"
    INTRODUCTION = "introduction"
    NOTE = "note"
    BIOGRAPHY = "biography"
    RIGHTS = "rights"
    LEFT_OUT = "left-out"
    METADATA = "metadata"
    FURNITURE = "furniture"


class Voice(StrEnum):
    """Whose words a block is; a passage is cited as the words of its voice."""

    AUTHOR = "author"
    PUBLISHER = "publisher"
    TRANSLATOR = "translator"
    BIOGRAPHER = "biographer"
    RIGHTS = "rights"


@dataclass(frozen=True, slots=True)
class Block:
    """A run of the source that belongs together.

    `text` is its words without `mark`, the sign that a point or heading begins with ("❍", "■"). `level` is the rank of a
    heading (1 the highest), the depth of a point (1 the outermost) or, for a paragraph inside a point, that point's depth.
    `rule` names the rule that took a piece of furniture, or the field that a piece of metadata belongs to.
    """

    kind: Kind
    spans: tuple[Span, ...]
    text: str
    voice: Voice = Voice.AUTHOR
    level: int = 0
    mark: str = ""
    rule: str = ""

    @property
    def shown(self) -> bool:
        """Whether the block stands in the text of the page, and so has a number."""
        return self.kind not in (Kind.METADATA, Kind.FURNITURE)

    @property
    def lines(self) -> tuple[int, int]:
        """The first and the last line of the source that it stands on."""
        return self.spans[0].line, self.spans[-1].line


@dataclass(frozen=True, slots=True)
class Statement:
    """A value that the text gives. `basis` is "printed", or "inferred" when it follows from `text`, on `line`."""

    value: str
    line: int
    text: str
    basis: str = "printed"


@dataclass(frozen=True, slots=True)
class Reading:
    """A source text as `reader` understood it. A field that the text does not print is None."""

    reader: str
    source: Source
    blocks: tuple[Block, ...]
    title: Statement | None = None
    authors: tuple[Statement, ...] = ()
    institute: Statement | None = None
    series: Statement | None = None
    number: Statement | None = None
    date: Statement | None = None
    language: Statement | None = None
    shown: tuple[Block, ...] = dataclasses.field(init=False, repr=False, compare=False)
    """The blocks of the page's text, in the order of the source."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "shown", tuple(block for block in self.blocks if block.shown))

    @property
    def numbered(self) -> Iterator[tuple[int | None, Block]]:
        """All blocks, those that are shown with their number in the order of the source."""
        numbers = count(1)
        return ((next(numbers) if block.shown else None, block) for block in self.blocks)

    def statements(self) -> Iterator[tuple[str, Statement]]:
        """Each field that the text gives, with its statement; `authors` once for each author."""
        for field in ("title", "institute", "series", "number", "date", "language"):
            if (statement := getattr(self, field)) is not None:
                yield field, statement
        for statement in self.authors:
            yield "authors", statement
