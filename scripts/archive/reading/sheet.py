"""The sheet a reader works on: it claims spans of the source, and every span can be claimed once."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from archive.reading.model import Block, Kind, Reading, Statement, Voice
from archive.sources.source import Source, Span
from archive.text.language import language_of


class Sheet:
    """A source text with the claims made on it so far. Lines are numbered from 1."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._blocks: list[Block] = []
        self._claimed: set[int] = set()
        self._fields: dict[str, Statement] = {}
        self._authors: list[Statement] = []
        # Readers ask for the same lines over and over, and a text may have a hundred thousand of them, or one of a megabyte.
        self._words: list[str | None] = [None] * len(source)
        self._free = [
            number for number, line in enumerate(source.lines, 1) if line and not line.isspace()
        ]
        self._claimed_since = 0

    def line(self, number: int) -> str:
        """The words of a line, white space collapsed; empty beyond the last line."""
        if not 1 <= number <= len(self.source):
            return ""
        if (words := self._words[number - 1]) is None:
            line = self.source[number]
            words = " ".join(line.split())
            self._words[number - 1] = (
                line if words == line else words
            )  # most lines are their words: kept once
        return words

    def unclaimed(self, first: int = 1, last: int | None = None) -> list[int]:
        """The lines from `first` to `last` (default: the end) that have words and on which nothing is claimed yet."""
        end = len(self._free) if last is None else bisect_right(self._free, last)
        return [
            n for n in self._free[bisect_left(self._free, first) : end] if n not in self._claimed
        ]

    def next_unclaimed(self, number: int) -> int | None:
        """The next line below `number` that has words and is not claimed."""
        below = range(bisect_right(self._free, number), len(self._free))
        return next(
            (self._free[place] for place in below if self._free[place] not in self._claimed), None
        )

    def find(
        self, pattern: re.Pattern[str], first: int = 1, last: int | None = None
    ) -> Iterator[tuple[int, re.Match[str]]]:
        """The unclaimed lines on which `pattern` is found, each with its first match in the line as received."""
        for number in self.unclaimed(first, last):
            if found := pattern.search(self.source[number]):
                yield number, found

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
        """Make a block of `spans`; `mark` is the sign that they begin with and that is no part of the words.

        `joined`: the lines that it stands on are one line that was wrapped.
        """
        text = self.source.text(spans).removeprefix(mark).strip()
        block = Block(
            kind, spans, " ".join(text.split()) if joined else text, voice, level, mark, rule
        )
        self._blocks.append(block)
        self._take(spans)
        return block

    def _take(self, spans: tuple[Span, ...]) -> None:
        """Mark lines as claimed; from time to time list the free ones anew, so that searches need not pass over the others."""
        self._claimed.update(span.line for span in spans)
        self._claimed_since += len(spans)
        if self._claimed_since > max(len(self._free) // 2, 64):
            self._free = self.unclaimed()
            self._claimed_since = 0

    def claim_lines(
        self, kind: Kind, *numbers: int, voice: Voice = Voice.AUTHOR, level: int = 0, rule: str = ""
    ) -> Block:
        """Make a block of whole lines."""
        return self.claim(
            kind, *(self.source.line_span(n) for n in numbers), voice=voice, level=level, rule=rule
        )

    def claim_pieces(self, number: int, pieces: list[tuple[int, Kind, str]]) -> None:
        """Cut one line into metadata and furniture. `pieces` are (start column, kind, field or rule), in order."""
        whole = self.source.line_span(number)
        ends = [start for start, _, _ in pieces[1:]] + [whole.end]
        for index, ((start, kind, rule), end) in enumerate(zip(pieces, ends, strict=True)):
            self.claim(kind, Span(number, whole.start if index == 0 else start, end), rule=rule)

    def claim_furniture(self, rule: str, *numbers: int) -> None:
        """Leave whole lines out of the page, by the named rule."""
        self.claim_lines(Kind.FURNITURE, *numbers, rule=rule)

    def claim_metadata(self, field: str, *numbers: int) -> None:
        """Give whole lines to a field that the record sets again."""
        self.claim_lines(Kind.METADATA, *numbers, rule=field)

    def state(self, field: str, value: str, line: int, basis: str = "printed") -> None:
        """Keep what `line` says of `field`. The first statement of a field stands."""
        self._fields.setdefault(
            field, Statement(" ".join(value.split()), line, self.line(line), basis)
        )

    def has_stated(self, field: str) -> bool:
        """Whether something was stated of `field`."""
        return field in self._fields

    def add_author(self, name: str, line: int) -> None:
        """Keep an author's name as printed on `line`."""
        if name not in (known.value for known in self._authors):
            self._authors.append(Statement(name, line, self.line(line)))

    @property
    def authors(self) -> tuple[str, ...]:
        """The names kept so far."""
        return tuple(statement.value for statement in self._authors)

    def to_reading(self, reader: str) -> Reading:
        """Close the sheet: the blocks in the order of the source, and what was stated."""
        blocks = tuple(sorted(self._blocks, key=lambda block: block.spans[0]))
        if code := language_of(" ".join(block.text for block in blocks if block.shown)):
            self._fields["language"] = Statement(
                code, blocks[0].spans[0].line, "the script and the words of the text", "inferred"
            )
        return Reading(reader, self.source, blocks, authors=tuple(self._authors), **self._fields)
