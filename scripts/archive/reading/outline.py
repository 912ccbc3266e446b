"""Outline a body: headings, points with their depths, paragraphs, tables and notes.

Saved web pages keep a paragraph on one line and lose the tags. What remains are signs (■ ❍ •),
ordinals (1. 1) 가.), indents, blank lines and the length of a line. Where a text was wrapped by
hand, its lines are joined first.
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
# The last four are private characters of symbol fonts, left behind in texts from PDF and Word.
POINT_MARKS = "❍○◯◦●◎•‣⁃►▶▷▸▹➢➤▪▫∙·ㆍ・※▲△▼▽◈❏❑✓✔☞\uf0a7\uf0b7\uf0d8\uf076"
_HANGUL = "가나다라마바사아자차카타파하"
# The shapes of the start of a line: a pattern for each.
_SHAPES = {
    # A dash or an asterisk is a point only before a space; elsewhere it belongs to the word.
    # "▶▶" is one mark.
    "mark": rf"(?P<one>[{HEADING_MARKS}{POINT_MARKS}])(?P=one){{0,2}}"
    rf"(?=\s*[^\s{HEADING_MARKS}{POINT_MARKS}])|[-–*∘](?=\s)",
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
    "chapter": r"제\s?\d{1,2}\s?[장절부편](?=[\s.:])|"
    r"第\s?[\d一二三四五六七八九十]{1,3}\s?[章節部](?=[\s.:])",
}
_SHAPE = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _SHAPES.items()))
# These ordinals number headings only ("1.2 Background", "제1장 서론"). Before a sentence they are
# its first words.
_HEADING_SHAPES = ("decimal", "chapter")
_NEXT_ITEM = re.compile(r"(?<=\s\s)(?=\d{1,2}\)\s)")
_BRACKETED = re.compile(r"[\[【<〈《≪](?!\d+[\]】>〉》≫]).{1,40}[\]】>〉》≫]")
# The longest heading of the five texts has 133 characters. A paragraph that ends without a stop is
# usually longer.
MAX_HEADING_LENGTH = 150
# A sentence of more columns is not a heading, whatever its sign.
_MAX_SENTENCE_HEADING = 60
# A text that was wrapped by hand is between these widths and has at least this many full lines with
# a line right below.
_MIN_WRAP_WIDTH, _MAX_WRAP_WIDTH = 45, 110
_MIN_FULL_LINES = 4
# At least this share of the full lines end within a sentence.
_MIN_UNFINISHED_SHARE = 0.6
# At most this share of such a text stands on longer lines, for example addresses.
_MAX_LONG_SHARE = 0.25
# The items of a list on one line have ordinals of at most two figures.
_MAX_ITEMS = 100
# Words that begin further behind a sign are not a column.
_MAX_COLUMN = 40
# Points are nested at most this deep.
_MAX_DEPTH = 6
_SENTENCE_END = re.compile(r"[.!?…。:;,][\"”’'“)\]]*(?:\[\d+\])*$")
_WIDE = re.compile(r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60]")
_QUOTED = ">"


@dataclass(frozen=True, slots=True)
class _Row:
    """A line or a piece of one; `shape` is a key of _SHAPES, or "" for prose."""

    spans: tuple[Span, ...]
    """The spans of the row, and of its sign if that stands alone on the line above."""
    text: str
    shape: str
    sign: str
    """The mark or ordinal that the row begins with."""
    number: int
    """The last number of the ordinal, or 0: 2 for "1.2", 0 for "가."."""
    indent: int
    column: int
    """The column where the words begin, behind the sign."""
    gap: bool
    """Whether the line above is blank or is not to be outlined."""

    @property
    def mark(self) -> str:
        """The sign, if it is a mark; an ordinal belongs to the words."""
        return self.sign if self.shape == "mark" else ""

    @property
    def width(self) -> int:
        """The number of columns; a Korean or Japanese letter takes two."""
        return _columns(self.text)

    @property
    def is_finished(self) -> bool:
        """Whether the row ends with a stop, a colon or a comma."""
        return bool(_SENTENCE_END.search(self.text[-200:]))


@dataclass(frozen=True, slots=True)
class _Unit:
    """Rows that form a block; `kind` is None while it depends on the neighbours."""

    rows: tuple[_Row, ...]
    text: str
    kind: Kind | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        """The spans of all rows."""
        return tuple(span for row in self.rows for span in row.spans)

    @property
    def shape(self) -> str:
        """The shape of the first row."""
        return self.rows[0].shape

    @property
    def mark(self) -> str:
        """The mark of the first row."""
        return self.rows[0].mark

    @property
    def indent(self) -> int:
        """The indent of the first row."""
        return self.rows[0].indent

    @property
    def gap(self) -> bool:
        """Whether there is a gap above the first row."""
        return self.rows[0].gap


def is_heading_like(text: str) -> bool:
    """Tell whether a line without a sign may be a heading: short, without a stop at its end."""
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
    """Claim the lines `numbers` as headings, points, paragraphs, tables and notes.

    `plain_headings`: a short line without a sign may be a heading. `in_points`: a short line
    without a sign below a point continues the point, as in Korean briefs written in headwords.
    `point` is the kind of block that points become.
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
        elif _is_heading_by_sign(unit, before, after):
            ranks = _open_ranks(ranks, unit.mark or unit.shape)
            points = []
            sheet.claim(
                Kind.HEADING,
                *unit.spans,
                voice=voice,
                level=len(ranks),
                mark=unit.mark,
                joined=True,
            )
        elif unit.shape and (unit.shape not in _HEADING_SHAPES or is_heading_like(unit.text)):
            points = _open_points(points, unit)
            sheet.claim(
                point, *unit.spans, voice=voice, level=len(points), mark=unit.mark, joined=True
            )
        elif points and _continues_point(unit, points, in_points):
            sheet.claim(Kind.PARAGRAPH, *unit.spans, voice=voice, level=len(points), joined=True)
        elif (plain_headings or _BRACKETED.fullmatch(unit.text)) and _is_plain_heading(
            unit, after, width
        ):
            points = []
            spans = list(unit.spans)
            while after and _continues_heading(after):
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
        # A line that was claimed before separates its neighbours as a blank line does.
        gap = bool(sign) or above != number - 1
        for start, end in _item_spans(line, whole):
            spans = (*sign, Span(number, start, end))
            text = " ".join(
                word
                for span in spans
                for word in sheet.source[span.line][span.start : span.end].split()
            )
            shape, own_sign = _shape(text)
            indent = sign[0].start if sign else whole.start
            column = (
                whole.start
                if sign
                else indent + _column(line[start : start + _MAX_COLUMN], own_sign)
            )
            rows.append(
                _Row(
                    spans,
                    text,
                    shape,
                    own_sign,
                    _last_number(own_sign),
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
    """Return the shape of a line and the sign that it begins with."""
    match = _SHAPE.match(text)
    name = next((name for name in _SHAPES if match[name]), "") if match else ""
    if not match or (name in _HEADING_SHAPES and not is_heading_like(text)):
        return "", ""
    return name, match[0]


def _column(line: str, sign: str) -> int:
    """Return the column where the words begin behind the sign of a line."""
    rest = line[len(sign) :] if sign else ""
    return len(sign) + len(rest) - len(rest.lstrip())


def _item_spans(line: str, whole: Span) -> list[tuple[int, int]]:
    """Cut a line that holds several items ("1) … 2) …")."""
    starts = [whole.start]
    if (
        line[whole.start : whole.start + 1].isdigit()
        and _shape(line[whole.start : whole.start + 5])[0] == "number_bracket"
    ):
        further = [match.end() for match in _NEXT_ITEM.finditer(line, whole.start + 1, whole.end)]
        starts += further if len(further) < _MAX_ITEMS else []
    return list(zip(starts, [*starts[1:], whole.end], strict=True))


def _units(rows: list[_Row], width: int) -> Iterator[_Unit]:
    """Group rows into blocks: tables, notes, quoted lines, and lines that were wrapped."""
    headings, ends = notes.find_notes([row.text for row in rows], [row.gap for row in rows])
    index = 0
    while index < len(rows):
        first, last, kind = rows[index], index + 1, None
        joint = " "
        if index in headings:
            kind = Kind.HEADING
        elif index in ends:
            for paragraph in _paragraphs(rows[index : ends[index]]):
                yield _Unit(paragraph, " ".join(row.text for row in paragraph), Kind.NOTE)
            index = ends[index]
            continue
        elif ("|" in first.text or first.text[0] == "+") and (
            size := tables.table_length(_lines_below(rows, index))
        ):
            kind, last, joint = Kind.TABLE, index + size, "\n"
        elif (
            first.text.startswith(_QUOTED)
            and (size := sum(1 for _ in takewhile(_is_quoted, _lines_below(rows, index)))) > 1
        ):
            kind, last, joint = Kind.PARAGRAPH, index + size, "\n"
        else:
            while (
                last < len(rows)
                and last not in headings
                and last not in ends
                and _is_wrapped(first, rows[last - 1], rows[last], width)
            ):
                last += 1
        yield _Unit(tuple(rows[index:last]), joint.join(row.text for row in rows[index:last]), kind)
        index = last


def _is_quoted(line: str) -> bool:
    return line.startswith(_QUOTED)


def _lines_below(rows: list[_Row], first: int) -> Iterator[str]:
    """Yield the lines from a row on, up to the next gap or point."""
    for index in range(first, len(rows)):
        row = rows[index]
        if (row.gap and index > first) or row.shape:
            return
        yield row.text


def _paragraphs(rows: list[_Row]) -> Iterator[tuple[_Row, ...]]:
    """Cut the rows of a note into paragraphs at its gaps."""
    start = 0
    for index in range(1, len(rows) + 1):
        if index == len(rows) or rows[index].gap:
            yield tuple(rows[start:index])
            start = index


def _is_heading_by_sign(unit: _Unit, before: _Unit | None, after: _Unit | None) -> bool:
    """Tell whether a line with a sign is a heading.

    A line with ■ is, unless it is a long sentence. A short line with an ordinal is, unless the line
    next to it is the next item of its list.
    """
    if unit.mark and unit.mark[0] in HEADING_MARKS:
        return len(unit.text) <= MAX_HEADING_LENGTH and not (
            unit.text[-1] in ".!。" and _columns(unit.text) > _MAX_SENTENCE_HEADING
        )
    if not unit.shape or unit.shape in ("mark", "circled") or not is_heading_like(unit.text):
        return False
    return not ((before and _follows(before, unit)) or (after and _follows(unit, after)))


def _follows(unit: _Unit, below: _Unit) -> bool:
    """Tell whether `below` is the item after `unit`: "3." after "2.", not "1." after "3."."""
    if unit.shape != below.shape or unit.kind or below.kind:
        return False
    if unit.shape in _HEADING_SHAPES and not below.gap:
        return True
    number, next_number = unit.rows[0].number, below.rows[0].number
    return not (number and next_number) or next_number == number + 1


def _is_plain_heading(unit: _Unit, after: _Unit | None, width: int) -> bool:
    """Tell whether a line without a sign is a heading: short, and above something else.

    That is prose, a line with a sign, or the second line of the heading.
    """
    if not is_heading_like(unit.text) or after is None:
        return False
    if len(unit.rows) > 1:
        # A heading of two lines in a wrapped text has a gap above and below.
        return bool(width) and len(unit.rows) == 2 and unit.gap and after.gap
    prose = not is_heading_like(after.text) or len(after.rows) > 1
    return (
        bool(_BRACKETED.fullmatch(unit.text) or after.shape or after.kind) or prose or not after.gap
    )


def _continues_heading(unit: _Unit) -> bool:
    """Tell whether the line right below a heading continues it."""
    return (
        not unit.gap
        and not unit.shape
        and not unit.kind
        and len(unit.rows) == 1
        and is_heading_like(unit.text)
    )


def _continues_point(unit: _Unit, points: list[tuple[str, int]], in_points: bool) -> bool:
    return unit.indent >= points[-1][1] + 2 or (
        in_points and is_heading_like(unit.text) and not _BRACKETED.fullmatch(unit.text)
    )


def _is_wrapped(first: _Row, above: _Row, row: _Row, width: int) -> bool:
    """Tell whether `row` continues the block that begins with `first` and ends with `above`.

    It does when the line above is full, or when its sentence has not ended.
    """
    full = bool(width) and above.width + _columns(row.text.partition(" ")[0]) >= width
    if row.gap or (row.shape and not (full and _is_shaped_by_chance(first, above, row))):
        return False
    if above is not first and row.indent + 2 <= above.indent:
        return False  # the line above is indented further, as in a point
    if full:
        # The first line of the next paragraph may be indented.
        return not (above.is_finished and row.indent >= above.column + 2)
    has_hanging_indent = (
        bool(first.shape)
        and row.indent >= first.column > first.indent
        and above.width >= _MIN_WRAP_WIDTH
    )
    return not above.is_finished and (row.text[0].islower() or has_hanging_indent)


def _is_shaped_by_chance(first: _Row, above: _Row, row: _Row) -> bool:
    """Tell whether the sign of `row` is within a sentence.

    Examples are "on March" / "11. The" and "▲외교" / "△안보".
    """
    if above.is_finished:
        return False
    if row.mark in ("▲", "△"):
        return bool(re.search("[▲△]", above.text[1:])) and not row.text[1].isspace()
    if row.number:
        return row.number > 1 and not (row.shape == first.shape and row.number == first.number + 1)
    return not first.shape and row.indent <= above.indent and (not row.mark or row.mark in "-–*")


def _wrap_width(rows: list[_Row]) -> int:
    """Return the width from which a line is full in a text that was wrapped by hand.

    It is 0 when each paragraph is on one line, as in saved pages.
    """
    widths = [row.width for row in rows]
    if sum(width for width in widths if width > _MAX_WRAP_WIDTH) > _MAX_LONG_SHARE * sum(widths):
        return 0
    continued = [
        above
        for above, row in pairwise(rows)
        if not row.gap and not row.shape and "|" not in above.text
    ]
    ordered = sorted(width for row in continued if (width := row.width) <= _MAX_WRAP_WIDTH)
    widest = ordered[len(ordered) * 9 // 10] if ordered else 0
    full = [row for row in continued if row.width > widest * 0.8]
    enough = len(full) >= max(_MIN_FULL_LINES, len(continued) / 2) and widest >= _MIN_WRAP_WIDTH
    return (
        int(widest * 0.85)
        if enough and sum(not row.is_finished for row in full) >= _MIN_UNFINISHED_SHARE * len(full)
        else 0
    )


def _columns(text: str) -> int:
    return len(text) if text.isascii() else 2 * len(text) - len(_WIDE.sub("", text))


def _open_ranks(ranks: list[str], sign: str) -> list[str]:
    """Return the open ranks of headings after a heading with `sign` begins."""
    return [*ranks[: ranks.index(sign)], sign] if sign in ranks else [*ranks, sign]


def _open_points(points: list[tuple[str, int]], unit: _Unit) -> list[tuple[str, int]]:
    """Return the open points, by sign and indent, after the point `unit` begins.

    A sign and indent that are open go back to their depth.
    """
    sign = unit.mark or unit.shape
    for depth, (known, indent) in enumerate(points):
        if known == sign and abs(indent - unit.indent) < 2:
            return points[: depth + 1]
    return [*points[: _MAX_DEPTH - 1], (sign, unit.indent)]
