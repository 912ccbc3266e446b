"""The sheet on which a reader claims the spans of a source, each span once.

A reader sees the source in normal form. What it claims and states are the characters as received.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace

from archive.reading.model import Block, Finding, Kind, Reading, Statement, Voice
from archive.sources.lines import NO_HINT, Hint
from archive.sources.source import Source, Span
from archive.text import dates
from archive.text.language import language_of
from archive.text.names import CONTACT, byline_names
from archive.text.normal_forms import align, visible
from archive.text.tables import table_text


def text_of(source: Source, kind: Kind, spans: tuple[Span, ...]) -> str:
    """Return the text of a block of `spans`: in a table, tabs stand between the cells of a row."""
    if kind is not Kind.TABLE:
        return source.text(spans)
    # The tab before or behind a row has an empty cell beside it.
    return table_text(
        source[span.line]
        if span == source.line_span(span.line)
        else source[span.line][span.start : span.end]
        for span in spans
    )


class Sheet:
    """A source text with the blocks claimed so far and what was stated; lines count from 1.

    `source` is in normal form, and so are all lines and spans that a reader handles. `statements`
    holds the first statement about each field, by the name of the field. `authors` holds the first
    statement about each author, by the author's name. `titles` are the lines that may be the title
    where none is stated.
    """

    def __init__(self, source: Source) -> None:
        self._received = source
        aligned = [align(line) for line in source.lines]
        lines = tuple(line for line, _ in aligned)
        self._places = [places for _, places in aligned]
        self.source = source if lines == source.lines else replace(source, lines=lines)
        self.statements: dict[str, Statement] = {}
        self.authors: dict[str, Statement] = {}
        self.titles: list[int] = []
        self._blocks: list[Block] = []
        self._claimed: set[int] = set()
        self._lines = ["", *(" ".join(line.split()) for line in lines)]
        self._free = [number for number, line in enumerate(self._lines) if line]

    def hint(self, number: int) -> Hint:
        """Return what markup or layout says of a line."""
        return self.source.hints[number - 1] if self.source.hints else NO_HINT

    def line(self, number: int) -> str:
        """Return a line with white space collapsed; "" beyond the last line."""
        return self._lines[number] if number < len(self._lines) else ""

    def visible(self) -> list[int]:
        """Return all lines with words that are not hidden on their page, claimed or not."""
        numbers = (number for number, line in enumerate(self._lines) if line)
        return [number for number in numbers if self.hint(number).rule != "hidden"]

    def unclaimed(self, first: int = 1, last: int | None = None) -> list[int]:
        """Return the unclaimed lines with words from `first` to `last` (default: the end)."""
        if self._claimed and first == 1 and last is None:
            self._free = [n for n in self._free if n not in self._claimed]
            self._claimed.clear()
        end = len(self._free) if last is None else bisect_right(self._free, last)
        return [
            n for n in self._free[bisect_left(self._free, first) : end] if n not in self._claimed
        ]

    def texts(self, first: int = 1, last: int | None = None) -> list[tuple[int, str]]:
        """Return the unclaimed lines with words, each with its words as `line` returns them."""
        return [(number, self.line(number)) for number in self.unclaimed(first, last)]

    def next_unclaimed(self, number: int) -> int:
        """Return the next unclaimed line with words below line `number`; 0 if there is none."""
        below = range(bisect_right(self._free, number), len(self._free))
        return next(
            (self._free[index] for index in below if self._free[index] not in self._claimed), 0
        )

    def find(
        self, pattern: re.Pattern[str], first: int = 1, last: int | None = None
    ) -> Iterator[tuple[int, re.Match[str]]]:
        """Yield the unclaimed lines, with their spaces, that match `pattern`: the first match."""
        for number in self.unclaimed(first, last):
            if match := pattern.search(self.source.lines[number - 1]):
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
    ) -> None:
        """Make a block of `spans` and claim their lines.

        `mark` is the sign before the words, which the text of the block drops. `joined` means that
        its lines are one line that was wrapped.
        """
        if self.source is not self._received:
            spans = tuple(map(self._as_received, spans))
        text = text_of(self._received, kind, spans)
        if mark:
            mark = text[: align(text)[1][len(mark)]]
        # A tab is an empty cell of a table.
        text = text.removeprefix(mark).strip(" \n")
        self._blocks.append(
            Block(kind, spans, " ".join(text.split()) if joined else text, voice, level, mark, rule)
        )
        self._claimed.update(span.line for span in spans)

    def _as_received(self, span: Span) -> Span:
        places = self._places[span.line - 1]
        return Span(span.line, places[span.start], places[span.end])

    def claim_lines(
        self, kind: Kind, *numbers: int, voice: Voice = Voice.AUTHOR, level: int = 0, rule: str = ""
    ) -> None:
        """Make a block of whole lines and claim them."""
        self.claim(
            kind, *(self.source.line_span(n) for n in numbers), voice=voice, level=level, rule=rule
        )

    def claim_pieces(self, number: int, start: int, *pieces: tuple[int, Kind, str]) -> None:
        """Claim one line from column `start` in pieces: (end, kind, field or rule), in order.

        An empty piece is left out.
        """
        for end, kind, rule in pieces:
            if start < end:
                self.claim(kind, Span(number, start, end), rule=rule)
                start = end

    def claim_furniture(self, rule: str, *numbers: int) -> None:
        """Claim whole lines as furniture, which the page leaves out by the named rule."""
        self.claim_lines(Kind.FURNITURE, *numbers, rule=rule)

    def claim_metadata(self, field: str, *numbers: int) -> None:
        """Claim whole lines as metadata of a field that the page sets from the record.

        A mail address in them is a contact, which no page shows.
        """
        contacts = {n: found for n in numbers if (found := CONTACT.search(self.source[n]))}
        if plain := [n for n in numbers if n not in contacts]:
            self.claim_lines(Kind.METADATA, *plain, rule=field)
        for number, found in contacts.items():
            whole = self.source.line_span(number)
            self.claim_pieces(
                number, whole.start,
                (found.start(), Kind.METADATA, field),
                (found.end(), Kind.METADATA, "contact"),
                (whole.end, Kind.METADATA, field),
            )  # fmt: skip

    def claim_finding(self, found: Finding) -> None:
        """Claim the lines of a finding, each as a block; the sheet states nothing of it."""
        if found.kind is Kind.METADATA:
            self.claim_metadata(found.rule, *found.lines)
        elif found.kind:
            self.claim_lines(found.kind, *found.lines, voice=found.voice, rule=found.rule)

    def state(self, field: str, value: str | None, line: int, basis: str = "printed") -> None:
        """State the value that `line` gives for `field`, if it gives one.

        The first statement of a field stands.
        """
        if value is not None:
            # A date is EDTF, and not as printed.
            printed = value if field == "date" else self._printed(value, line)
            self.statements.setdefault(field, self._statement(printed, line, basis))

    def declare(self, field: str, value: str, tag: str) -> None:
        """State a value that the page does not print but declares in a tag."""
        statement = Statement(visible(value), 0, tag, "declared")
        if field == "authors":
            self.authors.setdefault(value, statement)
        else:
            self.statements.setdefault(field, statement)

    def _statement(self, value: str, line: int, basis: str = "printed") -> Statement:
        text = self._received[line] if 0 < line <= len(self.source) else ""
        return Statement(visible(value), line, visible(text), basis)

    def _printed(self, value: str, line: int) -> str:
        """Return a value as received: from `line` on, or else from anywhere in the text."""
        if not 0 < line <= len(self.source) or value in self._received[line]:
            return value
        words = re.compile(r"\s+".join(map(re.escape, value.split())))
        elsewhere = (n for n, text in enumerate(self._lines) if value in text)
        for number in (line, next(elsewhere, line)):
            text = "\n".join(self._received.lines[number - 1 : number + 2])
            normal, places = align(text)
            if found := words.search(normal):
                return text[places[found.start()] : places[found.end()]]
        return value

    def state_found(
        self,
        pattern: re.Pattern[str],
        first: int = 1,
        last: int | None = None,
        basis: str = "printed",
    ) -> None:
        """State the fields that lines, claimed or not, give in the named groups of `pattern`."""
        for line in self.visible():
            match = pattern.search(self.source.lines[line - 1])
            if match and first <= line <= (last or line):
                self.state_groups(match, line, basis)

    def state_groups(self, match: re.Match[str], line: int, basis: str = "printed") -> None:
        """State the fields that `line` gives; each named group of `match` is one of them.

        The group `authors` holds a byline. A date that cannot be parsed is not stated.
        """
        for field, printed in match.groupdict().items():
            if field == "authors":
                self.add_authors(byline_names(printed), line)
            else:
                value = dates.parse(printed) if printed and field == "date" else printed
                self.state(field, value, line, basis)

    def claim_value(self, field: str, value: str, *numbers: int) -> None:
        """State the value that the first of the lines gives for `field`, and claim them all."""
        self.state(field, value, numbers[0])
        self.claim_metadata(field, *numbers)

    def add_authors(self, names: Iterable[str], line: int) -> None:
        """Add the authors that are printed on `line`; each name counts once."""
        for name in names:
            if name not in self.authors:
                self.authors[name] = self._statement(self._printed(name, line), line)

    def to_reading(self, reader: str) -> Reading:
        """Return the blocks in the order of the source, and the statements."""
        for number, line in enumerate(self._received.lines, 1):
            if not self.line(number) and line.strip():
                span = self._received.line_span(number)
                text = self._received.text((span,))
                self._blocks.append(Block(Kind.FURNITURE, (span,), text, rule="invisible signs"))
        blocks = tuple(sorted(self._blocks, key=lambda block: block.spans[0]))
        if code := language_of(" ".join(block.text for block in blocks if block.shown)):
            self.statements["language"] = Statement(
                code, blocks[0].spans[0].line, "the script and the words of the text", "inferred"
            )
        # English is what many pages declare, whatever their language is.
        for one in self.source.declared:
            if one.field == "language" and re.fullmatch(
                r"(?!en)[a-z]{2}(-[A-Za-z]{2,4})?", one.value
            ):
                self.declare("language", one.value, one.tag)
        # What the lines were around in the markup has told all that it can.
        source = replace(self._received, hints=())
        return Reading(
            reader, source, blocks, authors=tuple(self.authors.values()), **self.statements
        )
