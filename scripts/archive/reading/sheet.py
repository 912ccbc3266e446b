"""The sheet on which a reader claims the spans of a source, each span once."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from archive.reading.model import Block, Kind, Reading, Statement, Voice
from archive.sources.source import Source, Span
from archive.text.language import language_of


class Sheet:
    """A source text with the blocks claimed so far and what was stated; lines count from 1."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._blocks: list[Block] = []
        self._claimed: set[int] = set()
        self._fields: dict[str, Statement] = {}
        self._authors: list[Statement] = []
        # Readers ask for the same lines again and again. A text may have a hundred thousand lines,
        # or a line of a megabyte.
        self._words: list[str | None] = [None] * len(source)
        self._free = [
            number for number, line in enumerate(source.lines, 1) if line and not line.isspace()
        ]
        self._claims_since_listing = 0

    def line(self, number: int) -> str:
        """Return a line with white space collapsed; "" beyond the last line."""
        if not 1 <= number <= len(self.source):
            return ""
        if (words := self._words[number - 1]) is None:
            line = self.source[number]
            words = " ".join(line.split())
            # Most lines equal their words: then the cache holds the line itself, not a copy.
            self._words[number - 1] = line if words == line else words
        return words

    def unclaimed(self, first: int = 1, last: int | None = None) -> list[int]:
        """Return the unclaimed lines with words from `first` to `last` (default: the end)."""
        end = len(self._free) if last is None else bisect_right(self._free, last)
        return [
            n for n in self._free[bisect_left(self._free, first) : end] if n not in self._claimed
        ]

    def next_unclaimed(self, number: int) -> int | None:
        """Return the next unclaimed line with words below line `number`."""
        below = range(bisect_right(self._free, number), len(self._free))
        return next(
            (self._free[index] for index in below if self._free[index] not in self._claimed), None
        )

    def find(
        self, pattern: re.Pattern[str], first: int = 1, last: int | None = None
    ) -> Iterator[tuple[int, re.Match[str]]]:
        """Yield the unclaimed lines as received that match `pattern`, with the first match."""
        for number in self.unclaimed(first, last):
            if match := pattern.search(self.source[number]):
                yield number, match

    def claim(
        self,
        kind: Kind,
        *spans: Span,
        voice: Voice = Voice.AUTHOR,
        level: int = 0,
        mark: str = "",
        rule: str = "",
        joined: bool = False,
    ) -> Block:
        """Make a block of `spans` and claim their lines.

        `mark` is the sign before the words, which the text of the block drops. `joined` means that
        its lines are one line that was wrapped.
        """
        text = self.source.text(spans).removeprefix(mark).strip()
        block = Block(
            kind, spans, " ".join(text.split()) if joined else text, voice, level, mark, rule
        )
        self._blocks.append(block)
        self._mark_claimed(spans)
        return block

    def _mark_claimed(self, spans: tuple[Span, ...]) -> None:
        """Mark lines as claimed, and drop claimed lines from `_free` when they become many."""
        self._claimed.update(span.line for span in spans)
        self._claims_since_listing += len(spans)
        if self._claims_since_listing > max(len(self._free) // 2, 64):
            self._free = self.unclaimed()
            self._claims_since_listing = 0

    def claim_lines(
        self, kind: Kind, *numbers: int, voice: Voice = Voice.AUTHOR, level: int = 0, rule: str = ""
    ) -> Block:
        """Make a block of whole lines and claim them."""
        return self.claim(
            kind, *(self.source.line_span(n) for n in numbers), voice=voice, level=level, rule=rule
        )

    def claim_pieces(self, number: int, pieces: list[tuple[int, Kind, str]]) -> None:
        """Claim one line in pieces: (start column, kind, field or rule), in order."""
        whole = self.source.line_span(number)
        ends = [start for start, _, _ in pieces[1:]] + [whole.end]
        for index, ((start, kind, rule), end) in enumerate(zip(pieces, ends, strict=True)):
            self.claim(kind, Span(number, whole.start if index == 0 else start, end), rule=rule)

    def claim_furniture(self, rule: str, *numbers: int) -> None:
        """Claim whole lines as furniture, which the page leaves out by the named rule."""
        self.claim_lines(Kind.FURNITURE, *numbers, rule=rule)

    def claim_metadata(self, field: str, *numbers: int) -> None:
        """Claim whole lines as metadata of a field that the page sets from the record."""
        self.claim_lines(Kind.METADATA, *numbers, rule=field)

    def state(self, field: str, value: str, line: int, basis: str = "printed") -> None:
        """State the value that `line` gives for `field`; the first statement of a field stands."""
        self._fields.setdefault(
            field, Statement(" ".join(value.split()), line, self.line(line), basis)
        )

    def has_stated(self, field: str) -> bool:
        """Tell whether a value of `field` was stated."""
        return field in self._fields

    def add_author(self, name: str, line: int) -> None:
        """Add an author, unless there is one of that name, as printed on `line`."""
        if name not in (author.value for author in self._authors):
            self._authors.append(Statement(name, line, self.line(line)))

    @property
    def authors(self) -> tuple[str, ...]:
        """The authors' names so far."""
        return tuple(statement.value for statement in self._authors)

    def to_reading(self, reader: str) -> Reading:
        """Return the blocks in the order of the source, and the statements."""
        blocks = tuple(sorted(self._blocks, key=lambda block: block.spans[0]))
        if code := language_of(" ".join(block.text for block in blocks if block.shown)):
            self._fields["language"] = Statement(
                code, blocks[0].spans[0].line, "the script and the words of the text", "inferred"
            )
        return Reading(reader, self.source, blocks, authors=tuple(self._authors), **self._fields)
