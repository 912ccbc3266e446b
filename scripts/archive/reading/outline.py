"""The outline of a body: which lines are headings, which are points and how deep, which are prose, tables and notes.

Saved web pages keep a paragraph on one line and lose the tags; what is left to go by are signs (■ ❍ •), ordinals
(1. 1) 가.), indents, blank lines and the length of a line. Where a text was wrapped by hand, its lines are joined first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile

from archive.reading import notes
from archive.reading.model import Kind, Voice
from archive.reading.sheet import Sheet
from archive.sources.source import Span
from archive.text import tables

HEADING_MARKS = "■□◆◇▣"
# The last four are what fonts of signs leave behind in texts from PDF and Word.
POINT_MARKS = "❍○◯◦●◎•‣⁃►▶▷▸▹➢➤▪▫∙·ㆍ・※▲△▼▽◈❏❑✓✔☞\uf0a7\uf0b7\uf0d8\uf076"
_HANGUL = "가나다라마바사아자차카타파하"
# How a line begins, by the name of its shape.
_SHAPES = {
    # A dash or an asterisk is a point only before a space; elsewhere it belongs to the word. "▶▶" is one mark.
    "mark": rf"(?P<one>[{HEADING_MARKS}{POINT_MARKS}])(?P=one){{0,2}}(?=\s*[^\s{HEADING_MARKS}{POINT_MARKS}])|[-–*∘](?=\s)",
    "roman": r"(?:[IVX]{1,4}\.|[Ⅰ-Ⅻ]{1,4}[.:]?)(?=\s|$)",
    "number_dot": r"\d{1,2}\.(?=\s|$|[가-힣])",
    "number_bracket": r"\d{1,2}\)(?=\s|$|[가-힣])",
    "number_brackets": r"\(\d{1,2}\)(?=\s|$)",
    "hangul_dot": rf"[{_HANGUL}]\.(?=\s|$)",
    "hangul_bracket": rf"[{_HANGUL}]\)(?=\s|$)",
    "hangul_brackets": rf"\([{_HANGUL}]\)(?=\s|$)",
    "letter_bracket": r"\(?[a-h]\)(?=\s|$)",
    "circled": r"[①-⑳]",
    "decimal": r"\d{1,2}(?:\.\d{1,2}){1,3}\.?(?=\s+[A-ZÀ-Þ가-힣一-鿿“‘])",
    "chapter": r"제\s?\d{1,2}\s?[장절부편](?=[\s.:])|第\s?[\d一二三四五六七八九十]{1,3}\s?[章節部](?=[\s.:])",
}
_SHAPE = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _SHAPES.items()))
# Ordinals that number heads only: "1.2 Background", "제1장 서론"; before a sentence they are its first words.
_HEADS_ONLY = ("decimal", "chapter")
_NEXT_ITEM = re.compile(r"(?<=\s\s)(?=\d{1,2}\)\s)")
_BRACKETED = re.compile(r"[\[【<〈《≪](?!\d+[\]】>〉》≫]).{1,40}[\]】>〉》≫]")
# 133 characters is the longest heading of the five texts; a paragraph that ends without a stop is mostly longer.
MAX_HEADING_LENGTH = 150
# A sentence of as many columns is no heading, whatever sign it begins with.
_LONG_SENTENCE = 60
# Between these widths texts are wrapped by hand, and such a text has as many full lines, with one right below.
_NARROWEST_WRAP, _WIDEST_WRAP = 45, 110
_FEWEST_FULL_LINES = 4
# Of the full lines so many end within a sentence; and so much of the text, such as addresses, may stand on longer lines.
_UNFINISHED, _LONGER = 0.6, 0.25
# The items of a list on one line have ordinals of two figures.
_MOST_ITEMS = 100
# Words that begin further behind a sign do not begin a column.
_FURTHEST_COLUMN = 40
# Points stand in points, but not without end.
_DEEPEST = 6
_SENTENCE_END = re.compile(r"[.!?…。:;,][\"”’'“)\]]*(?:\[\d+\])*$")
_WIDE = re.compile(r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60]")
_QUOTED = ">"


@dataclass(frozen=True, slots=True)
class _Row:
    """A line, or a part of one, with the shape of its beginning: "mark", the key of an ordinal, or "" for prose."""

    spans: tuple[Span, ...]
    """Its own, below that of a sign that stands alone on the line above."""
    text: str
    shape: str
    sign: str
    """The mark or the ordinal that it begins with."""
    number: int
    """The last number in its ordinal, 0 when it has none: 2 of "1.2", 0 of "가."."""
    indent: int
    column: int
    """Where its words begin, behind its sign."""
    gap: bool
    """Whether a blank line, or one that is not to be outlined, stands above."""

    @property
    def mark(self) -> str:
        """Its sign, where that is no part of its words."""
        return self.sign if self.shape == "mark" else ""

    @property
    def width(self) -> int:
        """How many columns it takes: a Korean or Japanese letter is two wide."""
        return _columns(self.text)

    @property
    def is_finished(self) -> bool:
        """Whether it ends as a sentence or a part of one does."""
        return bool(_SENTENCE_END.search(self.text[-200:]))


@dataclass(frozen=True, slots=True)
class _Unit:
    """Rows that are one block: `kind` is what it is by the look of its rows, None where its neighbours have a say."""

    rows: tuple[_Row, ...]
    text: str
    kind: Kind | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        """Its place in the source."""
        return tuple(span for row in self.rows for span in row.spans)

    @property
    def shape(self) -> str:
        """That of its first row."""
        return self.rows[0].shape

    @property
    def mark(self) -> str:
        """That of its first row."""
        return self.rows[0].mark

    @property
    def indent(self) -> int:
        """That of its first row."""
        return self.rows[0].indent

    @property
    def gap(self) -> bool:
        """That of its first row."""
        return self.rows[0].gap


def is_heading_like(text: str) -> bool:
    """Whether a line without a sign could be a heading: short, begun like one, with no stop at its end."""
    if _BRACKETED.fullmatch(text):
        return True
    if len(text) > MAX_HEADING_LENGTH or not re.match(r"[A-Z0-9À-Þ가-힣ㄱ-ㆎ一-鿿Ⅰ-Ⅻ“‘\"']", text):
        return False
    stop = _SENTENCE_END.search(text)
    return (
        stop is None or (stop[0][0] == "?" and len(text) < MAX_HEADING_LENGTH / 2)
    ) and not _is_quotation(text)


def _is_quotation(text: str) -> bool:
    return text[0] in '“"' and text[-1] in '”"' and len(text.split()) > 8


def outline(
    sheet: Sheet,
    numbers: list[int],
    *,
    voice: Voice = Voice.AUTHOR,
    plain_headings: bool = True,
    in_points: bool = False,
    point: Kind = Kind.POINT,
) -> None:
    """Make headings, points, paragraphs, tables and notes of the lines `numbers`.

    `plain_headings`: a short line without a sign may be a heading. `in_points`: a short line without a sign under a point
    goes on with that point, as in Korean briefs written in headwords. `point` is the kind that points get.
    """
    rows = _rows(sheet, numbers)
    width = _wrap_width(rows)
    units = list(_units(rows, width))
    ranks: list[str] = []
    points: list[tuple[str, int]] = []
    index = 0
    while index < len(units):
        unit = units[index]
        before = units[index - 1] if index else None
        after = units[index + 1] if index + 1 < len(units) else None
        index += 1
        if unit.kind and not (unit.kind is Kind.HEADING and unit.shape):
            points = []
            joined = unit.kind is Kind.NOTE
            sheet.claim(
                unit.kind,
                *unit.spans,
                voice=voice,
                level=int(unit.kind is Kind.HEADING),
                joined=joined,
            )
        elif _is_head_by_sign(unit, before, after):
            ranks = _down_to(ranks, unit.mark or unit.shape)
            points = []
            sheet.claim(
                Kind.HEADING,
                *unit.spans,
                voice=voice,
                level=len(ranks),
                mark=unit.mark,
                joined=True,
            )
        elif unit.shape and (unit.shape not in _HEADS_ONLY or is_heading_like(unit.text)):
            points = _point_stack(points, unit)
            sheet.claim(
                point, *unit.spans, voice=voice, level=len(points), mark=unit.mark, joined=True
            )
        elif points and _goes_on(unit, points, in_points):
            sheet.claim(Kind.PARAGRAPH, *unit.spans, voice=voice, level=len(points), joined=True)
        elif (plain_headings or _BRACKETED.fullmatch(unit.text)) and _is_plain_head(
            unit, after, width
        ):
            points = []
            spans = list(unit.spans)
            while after and _goes_on_with_head(after):
                spans += after.spans
                index += 1
                after = units[index] if index < len(units) else None
            sheet.claim(Kind.HEADING, *spans, voice=voice, level=1, joined=len(unit.rows) > 1)
        else:
            points = []
            sheet.claim(Kind.PARAGRAPH, *unit.spans, voice=voice, joined=True)


def _rows(sheet: Sheet, numbers: list[int]) -> list[_Row]:
    rows: list[_Row] = []
    sign: tuple[Span, ...] = ()
    for above, number, below in zip([0, *numbers], numbers, [*numbers[1:], 0], strict=False):
        whole = sheet.source.line_span(number)
        line = sheet.source[number]
        if (
            not sign
            and below == number + 1
            and _is_lone_sign(line)
            and not _is_lone_sign(sheet.source[below])
        ):
            sign = (whole,)
            continue
        # A line that went elsewhere parts its neighbours as a blank line does.
        gap = bool(sign) or above != number - 1
        for start, end in _parts(line, whole):
            spans = (*sign, Span(number, start, end))
            text = " ".join(
                word
                for span in spans
                for word in sheet.source[span.line][span.start : span.end].split()
            )
            shape, own = _shape(text)
            indent = sign[0].start if sign else whole.start
            column = (
                whole.start
                if sign
                else indent + _column(line[start : start + _FURTHEST_COLUMN], own)
            )
            rows.append(
                _Row(
                    spans,
                    text,
                    shape,
                    own,
                    _last_number(own),
                    indent,
                    column,
                    gap or start > whole.start,
                )
            )
            sign = ()
    return rows


def _last_number(sign: str) -> int:
    figures = re.findall(r"\d+", sign) if sign else []
    return int(figures[-1]) if figures else 0


def _is_lone_sign(line: str) -> bool:
    return len(words := line.strip()) == 1 and words in HEADING_MARKS + POINT_MARKS


def _shape(text: str) -> tuple[str, str]:
    """The shape of a line, and the sign that it begins with."""
    found = _SHAPE.match(text)
    name = next((name for name in _SHAPES if found[name]), "") if found else ""
    if not found or (name in _HEADS_ONLY and not is_heading_like(text)):
        return "", ""
    return name, found[0]


def _column(line: str, sign: str) -> int:
    """How far in the words of a line begin, behind its sign."""
    rest = line[len(sign) :] if sign else ""
    return len(sign) + len(rest) - len(rest.lstrip())


def _parts(line: str, whole: Span) -> list[tuple[int, int]]:
    """Where a line that holds several ordinals ("1) … 2) …") is to be cut."""
    starts = [whole.start]
    if (
        line[whole.start : whole.start + 1].isdigit()
        and _shape(line[whole.start : whole.start + 5])[0] == "number_bracket"
    ):
        further = [found.end() for found in _NEXT_ITEM.finditer(line, whole.start + 1, whole.end)]
        starts += further if len(further) < _MOST_ITEMS else []
    return list(zip(starts, [*starts[1:], whole.end], strict=True))


def _units(rows: list[_Row], width: int) -> Iterator[_Unit]:
    """The rows, those together that are one block: tables, notes, quoted lines, and lines that were wrapped."""
    heads, ends = notes.find_notes([row.text for row in rows], [row.gap for row in rows])
    place = 0
    while place < len(rows):
        first, last, kind = rows[place], place + 1, None
        joint = " "
        if place in heads:
            kind = Kind.HEADING
        elif place in ends:
            for paragraph in _paragraphs(rows[place : ends[place]]):
                yield _Unit(paragraph, " ".join(row.text for row in paragraph), Kind.NOTE)
            place = ends[place]
            continue
        elif ("|" in first.text or first.text[0] == "+") and (
            size := tables.table_length(_lines_below(rows, place))
        ):
            kind, last, joint = Kind.TABLE, place + size, "\n"
        elif (
            first.text.startswith(_QUOTED)
            and (size := sum(1 for _ in takewhile(_is_quoted, _lines_below(rows, place)))) > 1
        ):
            kind, last, joint = Kind.PARAGRAPH, place + size, "\n"
        else:
            while (
                last < len(rows)
                and last not in heads
                and last not in ends
                and _is_wrapped(first, rows[last - 1], rows[last], width)
            ):
                last += 1
        yield _Unit(tuple(rows[place:last]), joint.join(row.text for row in rows[place:last]), kind)
        place = last


def _is_quoted(line: str) -> bool:
    return line.startswith(_QUOTED)


def _lines_below(rows: list[_Row], place: int) -> Iterator[str]:
    """The lines from one on, as far as no gap parts them; points are cut off, whatever they hold."""
    for index in range(place, len(rows)):
        row = rows[index]
        if (row.gap and index > place) or row.shape:
            return
        yield row.text


def _paragraphs(rows: list[_Row]) -> Iterator[tuple[_Row, ...]]:
    """The rows of a note, cut where a gap parts them."""
    start = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place].gap:
            yield tuple(rows[start:place])
            start = place


def _is_head_by_sign(unit: _Unit, before: _Unit | None, after: _Unit | None) -> bool:
    """Whether a line with a sign is a heading.

    A ■ line is one, unless it is a long sentence. An ordinal is one when it is short and has no neighbour of its own kind: then
    something else stands under it.
    """
    if unit.mark and unit.mark[0] in HEADING_MARKS:
        return len(unit.text) <= MAX_HEADING_LENGTH and not (
            unit.text[-1] in ".!。" and _columns(unit.text) > _LONG_SENTENCE
        )
    if not unit.shape or unit.shape in ("mark", "circled") or not is_heading_like(unit.text):
        return False
    return not ((before and _follows(before, unit)) or (after and _follows(unit, after)))


def _follows(unit: _Unit, below: _Unit) -> bool:
    """Whether `below` is the next point of a list that `unit` is one of: "3." after "2.", not "1." after "3."."""
    if unit.shape != below.shape or unit.kind or below.kind:
        return False
    if unit.shape in _HEADS_ONLY and not below.gap:
        return True
    here, next_one = unit.rows[0].number, below.rows[0].number
    return not (here and next_one) or next_one == here + 1


def _is_plain_head(unit: _Unit, after: _Unit | None, width: int) -> bool:
    """A short line that stands over something: prose, a line with a sign, or (a heading of two lines) the next at once."""
    if not is_heading_like(unit.text) or after is None:
        return False
    if len(unit.rows) > 1:
        # Two lines apart in a text that was wrapped, with no stop at their end.
        return bool(width) and len(unit.rows) == 2 and unit.gap and after.gap
    prose = not is_heading_like(after.text) or len(after.rows) > 1
    return (
        bool(_BRACKETED.fullmatch(unit.text) or after.shape or after.kind) or prose or not after.gap
    )


def _goes_on_with_head(unit: _Unit) -> bool:
    """Whether the line below a heading, at once, is more of it."""
    return (
        not unit.gap
        and not unit.shape
        and not unit.kind
        and len(unit.rows) == 1
        and is_heading_like(unit.text)
    )


def _goes_on(unit: _Unit, points: list[tuple[str, int]], in_points: bool) -> bool:
    return unit.indent >= points[-1][1] + 2 or (
        in_points and is_heading_like(unit.text) and not _BRACKETED.fullmatch(unit.text)
    )


def _is_wrapped(first: _Row, above: _Row, row: _Row, width: int) -> bool:
    """Whether `row` goes on with the block that begins with `first` and so far ends with the line above.

    It does when that line is full, or when its sentence is not at its end.
    """
    full = bool(width) and above.width + _columns(row.text.partition(" ")[0]) >= width
    if row.gap or (row.shape and not (full and _is_shaped_by_chance(first, above, row))):
        return False
    if above is not first and row.indent + 2 <= above.indent:
        return False  # the lines above stand further in, as those of a point do
    if full:
        # The first line of the next paragraph may be indented.
        return not (above.is_finished and row.indent >= above.column + 2)
    hangs = (
        bool(first.shape)
        and row.indent >= first.column > first.indent
        and above.width >= _NARROWEST_WRAP
    )
    return not above.is_finished and (row.text[0].islower() or hangs)


def _is_shaped_by_chance(first: _Row, above: _Row, row: _Row) -> bool:
    """Whether the sign or ordinal that `row` begins with stands within a sentence: "on March" / "11. The", "▲외교" / "△안보"."""
    if above.is_finished:
        return False
    if row.mark in ("▲", "△"):
        return bool(re.search("[▲△]", above.text[1:])) and not row.text[1].isspace()
    if row.number:
        return row.number > 1 and not (row.shape == first.shape and row.number == first.number + 1)
    return not first.shape and row.indent <= above.indent and (not row.mark or row.mark in "-–*")


def _wrap_width(rows: list[_Row]) -> int:
    """The width from which on a line is full in a text that was wrapped by hand.

    0 when paragraphs stand on one line each, as in saved pages.
    """
    widths = [row.width for row in rows]
    if sum(width for width in widths if width > _WIDEST_WRAP) > _LONGER * sum(widths):
        return 0
    above = [
        one for one, row in pairwise(rows) if not row.gap and not row.shape and "|" not in one.text
    ]
    ordered = sorted(width for one in above if (width := one.width) <= _WIDEST_WRAP)
    widest = ordered[len(ordered) * 9 // 10] if ordered else 0
    full = [one for one in above if one.width > widest * 0.8]
    enough = len(full) >= max(_FEWEST_FULL_LINES, len(above) / 2) and widest >= _NARROWEST_WRAP
    return (
        int(widest * 0.85)
        if enough and sum(not one.is_finished for one in full) >= _UNFINISHED * len(full)
        else 0
    )


def _columns(text: str) -> int:
    return len(text) if text.isascii() else 2 * len(text) - len(_WIDE.sub("", text))


def _down_to(ranks: list[str], sign: str) -> list[str]:
    """The ranks of headings that are open once one with `sign` begins."""
    return [*ranks[: ranks.index(sign)], sign] if sign in ranks else [*ranks, sign]


def _point_stack(points: list[tuple[str, int]], unit: _Unit) -> list[tuple[str, int]]:
    """The points that are open once `unit` begins: one with a sign seen before, at its indent, goes back to that depth."""
    sign = unit.mark or unit.shape
    for depth, (known, indent) in enumerate(points):
        if known == sign and abs(indent - unit.indent) < 2:
            return points[: depth + 1]
    return [*points[: _DEEPEST - 1], (sign, unit.indent)]
