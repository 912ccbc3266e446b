"""The outline of a body: which lines are headings, which are points and how deep, which are prose.

Saved web pages keep a paragraph on one line and lose the tags; what is left to go by are signs (■ ❍ •), ordinals
(1. 1) 가.), indents, blank lines and the length of a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from archive.reading import Kind, Voice
from archive.sheet import Sheet
from archive.source import Span

HEADING_MARKS = "■□◆◇▣"
POINT_MARKS = "❍○◯◦●•‣►▶▪▫▸∙·※"
# A dash or an asterisk is a point only before a space; elsewhere it belongs to the word.
_MARK = re.compile(rf"[{HEADING_MARKS}{POINT_MARKS}](?=\s*\S)|[-–*∘](?=\s)")
_ORDINALS = {
    "roman": re.compile(r"[IVXⅠ-Ⅻ]{1,4}\.\s"),
    "number.": re.compile(r"\d{1,2}\.\s"),
    "number)": re.compile(r"\d{1,2}\)\s"),
    "(number)": re.compile(r"\(\d{1,2}\)\s"),
    "hangul.": re.compile(r"[가나다라마바사아자차카타파하]\.\s"),
    "circled": re.compile(r"[①-⑳]\s?"),
}
_BRACKETED = re.compile(r"[\[【<〈].{1,40}[\]】>〉]")
# 133 characters is the longest heading of the five texts; a paragraph that ends without a stop is mostly longer.
LONGEST_HEADING = 150
# A text whose longest line is shorter, with as many full lines that have one right below, was wrapped by hand.
_WIDEST_WRAP = 110
_FEWEST_FULL_LINES = 4
_SENTENCE_END = re.compile(r"[.!?…。:;,][\"”’'“)\]]*(?:\[\d+\])*$")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line, or a part of one, with the shape of its beginning: "mark", the key of an ordinal, or "" for prose."""

    span: Span
    text: str
    shape: str
    mark: str
    indent: int
    gap: bool
    """Whether a blank line, or one that is not to be outlined, stands above."""


def heading_like(text: str) -> bool:
    """Whether a line without a sign could be a heading: short, begun like one, with no stop at its end."""
    if _BRACKETED.fullmatch(text):
        return True
    short = len(text) <= LONGEST_HEADING and bool(re.match(r"[A-Z0-9À-Þ가-힣ㄱ-ㆎ一-鿿“‘\"']", text))
    stop = _SENTENCE_END.search(text)
    return short and (stop is None or (stop[0][0] == "?" and len(text) < LONGEST_HEADING / 2)) and not _is_quotation(text)


def _is_quotation(text: str) -> bool:
    return text[0] in '“"' and text[-1] in '”"' and len(text.split()) > 8


def _rows(sheet: Sheet, numbers: list[int]) -> list[_Row]:
    rows = []
    for above, number in pairwise([0, *numbers]):
        whole = sheet.source.whole(number)
        # A line that went elsewhere parts its neighbours as a blank line does.
        gap = above != number - 1
        for start, end in _parts(sheet.source[number], whole):
            span = Span(number, start, end)
            text = sheet.source.text((span,))
            mark = found[0] if (found := _MARK.match(text)) else ""
            shape = "mark" if mark else next((key for key, form in _ORDINALS.items() if form.match(text + " ")), "")
            rows.append(_Row(span, text, shape, mark, whole.start, gap or start > whole.start))
    return rows


def _parts(line: str, whole: Span) -> list[tuple[int, int]]:
    """Where a line that holds several ordinals ("1) … 2) …") is to be cut."""
    starts = [whole.start]
    if _ORDINALS["number)"].match(line[whole.start :]):
        starts += [whole.start + found.end() for found in re.finditer(r"\s{2,}(?=\d{1,2}\)\s)", line[whole.start : whole.end])]
    return list(zip(starts, [*starts[1:], whole.end], strict=True))


def outline(
    sheet: Sheet,
    numbers: list[int],
    *,
    voice: Voice = Voice.AUTHOR,
    plain_headings: bool = True,
    in_points: bool = False,
    point: Kind = Kind.POINT,
) -> None:
    """Make headings, points and paragraphs of the lines `numbers`.

    `plain_headings`: a short line without a sign may be a heading. `in_points`: a short line without a sign under a point
    goes on with that point, as in Korean briefs written in headwords. `point` is the kind that points get.
    """
    rows = _rows(sheet, numbers)
    width = _wrap_width(rows)
    ranks: list[str] = []
    points: list[tuple[str, int]] = []
    index = 0
    while index < len(rows):
        row = rows[index]
        before = rows[index - 1] if index else None
        after = rows[index + 1] if index + 1 < len(rows) else None
        index += 1
        if _is_head_by_sign(row, before, after):
            ranks = _down_to(ranks, row.mark or row.shape)
            points = []
            sheet.claim(Kind.HEADING, row.span, voice=voice, level=len(ranks), mark=row.mark)
        elif row.shape:
            points = _point_stack(points, row)
            sheet.claim(point, row.span, voice=voice, level=len(points), mark=row.mark)
        elif points and _goes_on(row, points, in_points):
            sheet.claim(Kind.PARAGRAPH, row.span, voice=voice, level=len(points))
        elif (plain_headings or _BRACKETED.fullmatch(row.text)) and _is_plain_head(*rows[index - 1 : index + 2], width=width):
            points = []
            spans = [row.span]
            while after and not after.gap and not after.shape and heading_like(after.text):
                spans.append(after.span)
                index += 1
                after = rows[index] if index < len(rows) else None
            sheet.claim(Kind.HEADING, *spans, voice=voice, level=1)
        else:
            points = []
            spans = [row.span]
            while index < len(rows) and _is_wrapped(rows[index - 1], rows[index], width):
                spans.append(rows[index].span)
                index += 1
            sheet.claim(Kind.PARAGRAPH, *spans, voice=voice, joined=True)


def _is_head_by_sign(row: _Row, before: _Row | None, after: _Row | None) -> bool:
    """Whether a line with a sign is a heading.

    A ■ line is one. An ordinal is one when it is short and has no neighbour of its own kind: then something else stands under it.
    """
    if row.mark and row.mark in HEADING_MARKS:
        return True
    if not row.shape or row.shape in ("mark", "circled") or not heading_like(row.text):
        return False
    return not ((before and _follows(before, row)) or (after and _follows(row, after)))


def _follows(row: _Row, below: _Row) -> bool:
    """Whether `below` is the next point of a list that `row` is one of: "3." after "2.", not "1." after "3."."""
    if row.shape != below.shape:
        return False
    here, next_one = (re.search(r"\d+", one.text[:4]) for one in (row, below))
    return not (here and next_one) or int(next_one[0]) == int(here[0]) + 1


def _is_plain_head(row: _Row, after: _Row | None = None, further: _Row | None = None, *, width: int) -> bool:
    """A short line that stands over something: prose, a line with a sign, or (a heading of two lines) the next at once."""
    if not heading_like(row.text) or after is None or _is_wrapped(row, after, width):
        return False
    prose = not heading_like(after.text) or (further is not None and _is_wrapped(after, further, width))
    return bool(_BRACKETED.fullmatch(row.text) or after.shape) or prose or not after.gap


def _goes_on(row: _Row, points: list[tuple[str, int]], in_points: bool) -> bool:
    return row.indent >= points[-1][1] + 2 or (in_points and heading_like(row.text) and not _BRACKETED.fullmatch(row.text))


def _is_wrapped(above: _Row, row: _Row, width: int) -> bool:
    """Whether `row` goes on with the paragraph of the line above: that one is full, or its sentence is not at its end."""
    if row.gap or row.shape:
        return False
    full = len(above.text) + len(row.text.split()[0]) >= width
    return (bool(width) and full) or (not _SENTENCE_END.search(above.text) and row.text[0].islower())


def _wrap_width(rows: list[_Row]) -> int:
    """The width at which a text was wrapped by hand, 0 when its paragraphs stand on one line each, as in saved pages."""
    widest = max((len(row.text) for row in rows), default=0)
    full = sum(len(above.text) > widest * 0.8 for above, row in pairwise(rows) if not row.gap and not row.shape)
    return int(widest * 0.85) if widest <= _WIDEST_WRAP and full >= _FEWEST_FULL_LINES else 0


def _down_to(ranks: list[str], sign: str) -> list[str]:
    """The ranks of headings that are open once one with `sign` begins."""
    return [*ranks[: ranks.index(sign)], sign] if sign in ranks else [*ranks, sign]


def _point_stack(points: list[tuple[str, int]], row: _Row) -> list[tuple[str, int]]:
    """The points that are open once `row` begins: one with a sign seen before, at its indent, goes back to that depth."""
    sign = row.mark or row.shape
    for depth, (known, indent) in enumerate(points):
        if known == sign and abs(indent - row.indent) < 2:
            return points[: depth + 1]
    return [*points, (sign, row.indent)]
