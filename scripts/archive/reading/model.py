"""A reading of a source text: the statements printed in it, and its blocks in order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from archive.sources.source import Source, Span


class Kind(StrEnum):
    """What a block is.

    Pages show all but METADATA, which they set again from the record, and FURNITURE, which a named
    rule leaves out.
    UNCLAIMED is a line that a reader took for metadata and that the record does not hold. It is
    shown, so that no word is lost.
    A QUOTE is set off from the text as somebody else's words, a CAPTION stood with a picture.
    TABLE has the pipes and rules that draw it in its text; archive.text.tables parses them.
    LEFT_OUT was shown once and is furniture now: its words are gone from the page, but its number
    is not given to another block.
    """

    UNCLAIMED = "unclaimed"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    POINT = "point"
    KEY_POINT = "key-point"
    TABLE = "table"
    QUOTE = "quote"
    CAPTION = "caption"
    STANDFIRST = "standfirst"
    INTRODUCTION = "introduction"
    NOTE = "note"
    BIOGRAPHY = "biography"
    RIGHTS = "rights"
    LEFT_OUT = "left-out"
    METADATA = "metadata"
    FURNITURE = "furniture"


class Voice(StrEnum):
    """Who speaks in a block; a passage is cited as the words of its voice."""

    AUTHOR = "author"
    PUBLISHER = "publisher"
    TRANSLATOR = "translator"
    BIOGRAPHER = "biographer"
    RIGHTS = "rights"


@dataclass(frozen=True, slots=True)
class Block:
    """A run of the source that forms one heading, paragraph, point, table, note or the like.

    `text` has no `mark`, the sign that a point or heading begins with ("❍", "■"). `level` is the
    rank of a heading (1 the highest), or the depth of a point (1 the outermost). A paragraph inside
    a point has the depth of the point. `rule` names the rule that left out furniture, or the field
    of metadata.
    """

    kind: Kind
    spans: tuple[Span, ...]
    text: str
    voice: Voice = Voice.AUTHOR
    level: int = 0
    mark: str = ""
    rule: str = ""

    def __reduce__(self) -> tuple[type["Block"], tuple[object, ...]]:
        # The way of dataclasses takes three times as long (see sources.source.Span).
        return Block, (
            self.kind, self.spans, self.text, self.voice, self.level, self.mark, self.rule,
        )  # fmt: skip

    @property
    def shown(self) -> bool:
        """Whether the page shows the block in its text, so that it has a number."""
        return self.kind not in (Kind.METADATA, Kind.FURNITURE)

    @property
    def lines(self) -> tuple[int, int]:
        """The first and last line of the block in the source."""
        return self.spans[0].line, self.spans[-1].line


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule finds in lines around a text; finding claims nothing.

    The lines become blocks of the `kind` in a `voice`; `rule` is the field of metadata, or the rule
    that leaves out furniture. With no `kind` they stay. A date is (rank, EDTF): rank 0 with the
    label of a publication date, 1 without, 2 if weak.
    """

    rule: str
    lines: tuple[int, ...]
    kind: Kind | None = Kind.METADATA
    voice: Voice = Voice.AUTHOR
    fields: dict[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    date: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A value that the text gives on `line`; `basis` is "printed", or "inferred" from `text`.

    A value that is "declared" stands on no line, but in the tag that `text` names.
    """

    value: str
    line: int
    text: str
    basis: str = "printed"

    @property
    def where(self) -> str:
        """Where the value comes from, in words."""
        words = {"printed": f"line {self.line}", "declared": f"declared in {self.text}"}
        return words.get(self.basis, f"by {self.text}")

    @property
    def place(self) -> str:
        """Where the reader found the value, in words."""
        return self.where if self.basis == "declared" else f"on line {self.line}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A source text as `reader` read it; a field that the text does not give is None."""

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

    @property
    def shown(self) -> tuple[Block, ...]:
        """The blocks that the page shows, in the order of the source."""
        return tuple(block for block in self.blocks if block.shown)

    @property
    def numbered(self) -> Iterator[tuple[int | None, Block]]:
        """All blocks in order, each with its number, or None if it is not shown."""
        numbers = count(1)
        return ((next(numbers) if block.shown else None, block) for block in self.blocks)

    def statements(self) -> Iterator[tuple[str, Statement]]:
        """Yield each field that the text gives with its statement; `authors` once an author."""
        for name in ("title", "institute", "series", "number", "date", "language"):
            if (statement := getattr(self, name)) is not None:
                yield name, statement
        yield from (("authors", statement) for statement in self.authors)
