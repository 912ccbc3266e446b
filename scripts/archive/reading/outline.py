"""Outline a body: headings, points with their depths, paragraphs, tables and notes.

Saved web pages keep a paragraph on one line and lose the tags. What remains are signs (■ ❍ •),
ordinals (1. 1) 가.), indents, blank lines and the length of a line. Where a text was wrapped by
hand, its lines are joined first. A line that may be a heading or not is a paragraph.
"""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise, takewhile

from archive.reading import notes
from archive.reading.hinted import claim_hinted
from archive.reading.model import Kind
from archive.reading.sheet import Sheet
from archive.reading.vocabulary import INSTITUTE, furniture_rule, is_section_heading
from archive.sources.source import Span
from archive.text import dates, tables
from archive.text.names import has_byline_label, is_person, people
from archive.text.normal_forms import fold, normalise
from archive.text.tables import columns

HEADING_MARKS = "■□◆◇▣"
# The last four are private characters of symbol fonts, left behind in texts from PDF and Word.
POINT_MARKS = "❍○◯◦●◎•‣⁃►▶▷▸▹➢➤▪▫∙·‧⋅ㆍ・※▲△▼▽◈❏❑✓✔☞\uf0a7\uf0b7\uf0d8\uf076"
_HANGUL = "가나다라마바사아자차카타파하"
# The shapes of the start of a line: a pattern for each.
_SHAPES = {
    # A dash, an asterisk or a letter in place of a circle is a point only before a space; elsewhere
    # it belongs to the word. "▶▶" is one mark.
    "mark": rf"(?P<one>[{HEADING_MARKS}{POINT_MARKS}])(?P=one){{0,2}}"
    rf"(?=\s*[^\s{HEADING_MARKS}{POINT_MARKS}])|[-–*∘ㅇ](?=\s)|o(?=\s+[A-Z0-9가-힣\"'(\[])",
    "roman": r"(?:[IVX]{1,4}\.|[Ⅰ-Ⅻ]{1,4}[.:]?)(?=\s|$)",
    "number_dot": r"\d{1,2}\.(?=\s|$|[가-힣ぁ-ヶ一-鿿])",
    "number_bracket": r"\d{1,2}\)(?=\s|$|[가-힣ぁ-ヶ一-鿿])",
    "number_brackets": r"\(\d{1,2}\)(?=\s|$|[가-힣ぁ-ヶ一-鿿])",
    "hangul_dot": rf"[{_HANGUL}]\.(?=\s|$)",
    "hangul_bracket": rf"[{_HANGUL}]\)(?=\s|$)",
    "hangul_brackets": rf"\([{_HANGUL}]\)(?=\s|$)",
    "letter_bracket": r"\(?[a-h]\)(?=\s|$)",
    "circled": r"[①-⑳]",
    "decimal": r"\d{1,2}(?:\.\d{1,2}){1,3}\.?(?=\s+[A-ZÀ-Þ가-힣一-鿿\"'])",
    "chapter": r"제\s?\d{1,2}\s?[장절부편](?=[\s.:])|"
    r"第\s?[\d一二三四五六七八九十]{1,3}\s?[章節部](?=[\s.:])",
}
_SHAPE = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _SHAPES.items()))
# These ordinals number headings only ("1.2 Background", "제1장 서론"). Before a sentence they are
# its first words.
_HEADING_SHAPES = ("decimal", "chapter")
# What parts the cells of a row; white space behind a sign does not.
_INNER_GAP = re.compile(r"\t|\s\s")
_BRACKETED = re.compile(r"[\[【<〈《≪](?!\d+[\]】>〉》≫]).{1,40}[\]】>〉》≫]")
# The longest heading of the five texts has 133 characters. A paragraph that ends without a stop is
# usually longer.
MAX_HEADING_LENGTH = 150
# Of the longer lines without a sign, on pages of all kinds, two of three are no headings.
_MAX_PLAIN_WIDTH = 80
_FIRST_SIGN = re.compile(r"[A-Z0-9À-Þ가-힣ㄱ-ㆎぁ-ヶ一-鿿Ⅰ-Ⅻ\"'「]")
# A text that was wrapped by hand is between these widths.
_MIN_WRAP_WIDTH, _MAX_WRAP_WIDTH = 45, 110
# Marks of footnotes may stand behind the stop.
_MARKS = r"(?:\s?(?:\[\d+\]|\(?\d{1,3}\)|[¹²³⁰⁴-⁹*†‡§]+),?)*$"
_STOP = re.compile(rf"[.!?…。:;,][\"')\]」』]*{_MARKS}")
_SENTENCE_END = re.compile(
    rf"(?:[.!?…。][\"')\]」』]*|(?<!캐나)다|니까|(?:で(?:ある|す)|ま(?:す|した)|[いだっ]た|[しい]た)){_MARKS}"
)
# Labels with a value, captions and salutations.
_LABEL = re.compile(
    r"(?:key ?words?|(?:hash)?tags?|topics?|categor(?:y|ies)|sources?|notes?|tel|phone|fax|e-?mail|"
    r"contact|address|web(?:site)?|doi|issn|isbn|photo|image|map|credit|by|authors?|editors?|"
    r"translat\w+|dates?|published|updated|posted|(?:read|learn)(?: more)?|see also|related|more|"
    r"(?:upcoming |past )?events?|[qa]\d*|question|answer|키워드|주제어|핵심어|검색어|태그|전화|"
    r"팩스|이메일|메일|문의|담당|출처|자료|사진|주소|작성[일자]|저자|글|[문답주问問答]|キーワード|タグ|電話|"
    r"出典|出所|資料|写真|問い?合わ?せ先?|連絡先|著者|執筆|图注)\s?[.:]|"
    r"[\[(<〈《【]?\s?(?:(?:figure|fig\.?|table|chart|map|box|graph|exhibit|photo|image)\s|표|그림|"
    r"도표|사진|지도|図表?|表|グラフ|写真)\s?[-–.]?\s?(?:\d|[IVX]+\b|(?-i:[A-Z])\b)|"
    r"(?:dear|hello|hi|ladies and gentlemen|distinguished guests)(?:[\s,]|$)|존경하는|친애하는|"
    r"안녕하|拝啓|皆様",
    re.IGNORECASE,
)
# Other lines that are short and end without a stop, and are no headings.
_NO_HEADING = re.compile(
    # Speakers and buttons.
    r"(?:interviewer|moderator|host|photo|image|more)$|(?:moderator|speaker|discussant|jel)s?:|"
    r"question from\b|powered by\b|share\b|.*(?:[©ⓒ▾]|무단\s?전재)|"
    r"(?:enter )?(?:your )?e-?mail\b|read now\b|\W*관련\s?[기글자]|"
    r"(?:stay|keep|follow|join|contact|sign|subscribe|more) (?:in\w*|us|up|to|on|from)\b|"
    # Days and hours, addresses, hashtags, what stands between bars, numbers, lists of words.
    r".*(?:\b\d\d?:\d\d|\b\d\d?[./]\s?\d\d?[./]\s?\d\d|@|https?://|\bwww\.|\d-\d{3,4}-\d{4}|#\w|\||"
    r"\b(?:photos?|images?|foto)\s?[:/]|[?!]{2}$|"
    r"\d (?-i:[A-Z]\w+ ){1,3}(?:St|Ave|Rd|Street|Avenue|Road)\b)|"
    r"\d\d?\.? [^\W\d]+\.?,? \d{4}\b|\d[\d.,]*\s?(?:%|[a-z]{1,3}\d?(?:\s?\(|$))|[\W\d]+$|"
    r"(?:[^,;、]*[,;、]){3}|"
    # Somebody's words, a picture with its owner, a sentence that was cut.
    r"[\"'「].*[\"'」]$|.*\((?-i:[^()]*[a-z]{3}[^()]*)\)$|"
    r".*(?:\b(?:the|an?|of|and|or|to|in|for|with|by|that|which|is|are|was|were|on|at|as|from|but|"
    r"since|its|their|has|have|had)|[-–—,、])$",
    re.IGNORECASE,
)
_LONG_SENTENCE = re.compile(r"(?:[.!。]|[다음함임됨])$")
# A shorter sentence says too little of the line above it.
_MIN_SENTENCE = 11
# The items of a menu are shorter.
_MIN_POINT = 30


@dataclass(frozen=True, slots=True)
class _Row:
    """A line, or the lines of one block.

    `sign` is the mark or ordinal that the row begins with, and `shape` its key in _SHAPES, or "".
    The words begin in `column`, behind the sign; the text, or its first line, takes `width`
    columns. `gap` tells whether the line above is blank or is not to be outlined. `cells` is the
    line as it stands if it may be a row of a table. `size` is the number of lines. `kind` is that
    of the block, if it does not depend on the neighbours.
    """

    spans: tuple[Span, ...]
    text: str
    shape: str
    sign: str
    indent: int
    column: int
    width: int
    gap: bool
    cells: str = ""
    size: int = 1
    kind: Kind | None = None

    @property
    def mark(self) -> str:
        """The sign, if it is a mark; an ordinal belongs to the words."""
        return self.sign if self.shape == "mark" else ""

    @property
    def number(self) -> int:
        """The last number of the ordinal, or 0: 2 for "1.2", 0 for "가."."""
        return int(["0", *re.findall(r"\d+", self.sign)][-1])

    @property
    def is_finished(self) -> bool:
        """Whether the row ends with a stop, a colon or a comma."""
        return bool(_STOP.search(self.text[-200:]))

    @property
    def is_prose(self) -> bool:
        """Whether the row is prose, or lines that were wrapped."""
        return self.size > 1 or is_prose(self.text)


def is_prose(text: str) -> bool:
    """Tell whether a paragraph is prose: it ends as a sentence does, or is long."""
    text = normalise(text)
    return columns(text[:_MAX_WRAP_WIDTH]) >= _MAX_WRAP_WIDTH or bool(
        _SENTENCE_END.search(text[-200:]) and columns(text) > _MIN_SENTENCE
    )


def is_heading_like(text: str) -> bool:
    """Tell whether a line without a sign may be a heading: short, without a stop at its end."""
    text = normalise(text)
    stop = _STOP.search(text)
    is_quotation = text[:1] == text[-1:] == '"' and len(text.split()) > 8
    is_short = len(text) <= MAX_HEADING_LENGTH and _FIRST_SIGN.match(text)
    is_open = not stop or (stop[0][0] == "?" and len(text) < MAX_HEADING_LENGTH / 2)
    return bool(_BRACKETED.fullmatch(text) or (is_short and is_open and not is_quotation))


def outline(
    sheet: Sheet,
    numbers: list[int],
    *,
    plain_headings: bool = True,
    in_points: bool = False,
    point: Kind = Kind.POINT,
) -> None:
    """Claim the lines `numbers` as headings, points, paragraphs, tables and notes.

    What hints say of a line holds. `plain_headings`: a short line without a sign may be a heading.
    `in_points`: a short line without a sign below a point continues the point, as in Korean briefs
    written in headwords. `point` is the kind of block that points become.
    """
    plain_headings = plain_headings and not sheet.source.hints
    rows = list(_rows(sheet, claim_hinted(sheet, numbers, point)))
    known = _known_lines(sheet, rows)
    units = list(_units(rows, _wrap_width(rows)))
    least = _least_paragraph(units)
    # Whether the line above is of no certain kind. Below the title, this may be a subtitle.
    loose = "title" in sheet.statements
    # The headings and points that are open, by sign and indent.
    ranks: list[tuple[str, int]] = []
    points: list[tuple[str, int]] = []
    for before, unit, after in zip([None, *units], units, [*units[1:], None], strict=False):
        sign = unit.mark or unit.shape
        open_points, points = points, []
        kind, level = Kind.PARAGRAPH, 0
        if unit.kind and not (unit.kind is Kind.HEADING and unit.shape):
            kind, level = unit.kind, int(unit.kind is Kind.HEADING)
        elif _is_heading_by_sign(unit, before, after):
            ranks = _open(ranks, sign)
            kind, level = Kind.HEADING, len(ranks)
        elif unit.shape and (unit.shape not in _HEADING_SHAPES or is_heading_like(unit.text)):
            points = _open(open_points, sign, unit.indent, most=6)
            kind, level = point, len(points)
        elif open_points and _continues_point(unit, open_points, in_points):
            points, level = open_points, len(open_points)
        elif (
            (plain_headings or _BRACKETED.fullmatch(unit.text))
            and fold(unit.text) not in known
            and _is_plain_heading(unit, after, least, loose=loose)
        ):
            kind, level = Kind.HEADING, 1
        # A note keeps the sign that it begins with.
        mark = "" if kind is Kind.NOTE else unit.mark
        sheet.claim(kind, *unit.spans, level=level, mark=mark, joined="\n" not in unit.text)
        loose = kind in (Kind.PARAGRAPH, point) and not (
            unit.is_finished or unit.is_prose or _LABEL.match(unit.text)
        )


def _least_paragraph(units: list[_Row]) -> float:
    """Return how long a paragraph is that begins a section: a teaser of another text is shorter.

    Half of a text stands in paragraphs that are at least five times as long.
    """
    lengths = sorted(len(unit.text) for unit in units if unit.is_prose)
    return lengths[bisect([*accumulate(lengths)], sum(lengths) / 2)] / 5 if lengths else 0


def _known_lines(sheet: Sheet, rows: list[_Row]) -> set[str]:
    """Return lines that are no headings: what is or may be stated, and names at speeches."""
    stated = [one.value for one in (*sheet.statements.values(), *sheet.authors.values())]
    times = Counter(row.text for row in rows)
    labels = Counter(row.text.partition(": ")[0] for row in rows if ": " in row.text)
    speakers = {name for name in labels if labels[name] > 1 and (name.isupper() or people(name))}
    repeated = (
        row.text for row in rows if times[row.text] > 2 or row.text.partition(": ")[0] in speakers
    )
    return {*map(fold, (*stated, *repeated, *map(sheet.line, sheet.titles)))}


def _rows(sheet: Sheet, numbers: list[int]) -> Iterator[_Row]:
    for above, number in pairwise([-1, *numbers]):
        whole, line, text = sheet.source.line_span(number), sheet.source[number], sheet.line(number)
        shape, sign = _shape(text)
        # Words that begin further behind a sign are not a column.
        words = line[whole.start + len(sign) : whole.start + 40]
        behind_sign = len(sign) + len(words) - len(words.lstrip())
        is_row = _INNER_GAP.search(line[whole.start + behind_sign :].strip()) or not (
            shape or "\t" in line
        )
        yield _Row(
            (whole,),
            text,
            shape,
            sign,
            indent=whole.start,
            column=whole.start + behind_sign,
            width=columns(text),
            # A line that was claimed before separates its neighbours as a blank line does.
            gap=above != number - 1,
            cells=line if is_row else "",
        )


def _shape(text: str) -> tuple[str, str]:
    """Return the shape of a line and the sign that it begins with."""
    match = _SHAPE.match(text)
    if not match or (match.lastgroup in _HEADING_SHAPES and not is_heading_like(text)):
        return "", ""
    return str(match.lastgroup), match[0]


def _units(rows: list[_Row], width: int) -> Iterator[_Row]:
    """Group rows into blocks: tables, notes, and lines that were wrapped."""
    headings, ends = notes.find_notes([row.text for row in rows], [row.gap for row in rows])
    index = note_end = 0
    while index < len(rows):
        first, last, kind, joint = rows[index], index + 1, None, " "
        note_end = ends.get(index, note_end)
        if index in headings:
            kind = Kind.HEADING
        elif index < note_end:
            # The gaps in a note cut it into paragraphs.
            kind = Kind.NOTE
            last = next((n for n in range(last, note_end) if rows[n].gap), note_end)
        elif size := (
            tables.table_length(_lines_below(rows, index))
            or tables.table_length(_lines_below(rows, index), "\t")
            or len(tables.aligned_rows(_lines_below(rows, index)))
        ):
            kind, last, joint = Kind.TABLE, index + size, "\n"
        else:
            last = next(
                n
                for n in range(last, len(rows) + 1)
                if n == len(rows)
                or n in headings
                or n in ends
                or not _is_wrapped(first, rows[n - 1], rows[n], width)
            )
        spans = tuple(span for row in rows[index:last] for span in row.spans)
        text = joint.join(row.text for row in rows[index:last])
        yield replace(first, spans=spans, text=text, size=last - index, kind=kind)
        index = last


def _lines_below(rows: list[_Row], first: int) -> Iterator[str]:
    """Yield the lines from a row on, up to the next gap or point."""
    below = takewhile(lambda n: not rows[n].gap or n == first, range(first, len(rows)))
    return takewhile(bool, (rows[n].cells for n in below))


def _is_other_line(text: str) -> bool:
    """Tell whether a short line is certainly no heading."""
    return bool(_LABEL.match(text) or _NO_HEADING.match(text))


def _is_heading_by_sign(unit: _Row, before: _Row | None, after: _Row | None) -> bool:
    """Tell whether a line with a sign is a heading.

    A line with ■ is, unless it is a sentence of more than 30 columns. A short line with an ordinal
    is, unless the line next to it is the next item of its list or there is none.
    """
    if unit.mark and unit.mark[0] in HEADING_MARKS:
        return (
            unit.size == 1
            and len(unit.text) <= MAX_HEADING_LENGTH
            and not (_LONG_SENTENCE.search(unit.text) and columns(unit.text) > 30)
        )
    return (
        unit.size == 1
        and unit.shape not in ("", "mark", "circled")
        and is_heading_like(unit.text)
        and not any(map(_is_other_line, (unit.text, unit.text[len(unit.sign) :].strip())))
        and not (before and _follows(before, unit))
        and bool(after and (after.shape or after.is_prose) and not _follows(unit, after))
    )


def _follows(unit: _Row, below: _Row) -> bool:
    """Tell whether `below` is the item after `unit`: "3." after "2.", not "1." after "3."."""
    is_next = not (unit.number and below.number) or below.number == unit.number + 1
    return (
        unit.shape == below.shape
        and not (unit.kind or below.kind)
        and (is_next or (unit.shape in _HEADING_SHAPES and not below.gap))
    )


def _is_plain_heading(unit: _Row, after: _Row | None, least: float, *, loose: bool) -> bool:
    """Tell whether a line without a sign is a heading: short, and above prose or points.

    The prose has `least` letters. `loose`: the line above is not prose. A heading then has words
    that only headings have.
    """
    text = unit.text
    if (
        unit.size > 1
        or not 4 <= unit.width <= _MAX_PLAIN_WIDTH
        or not after
        or after.kind not in (None, Kind.PARAGRAPH)
        or not is_heading_like(text)
        or _is_other_line(text)
        or _SENTENCE_END.search(text.rstrip("?"))
        or dates.find(text)
        or INSTITUTE.fullmatch(text)
        or furniture_rule(text)
        or has_byline_label(text)
        or is_person(text.partition(",")[0])
    ):
        return False
    if _BRACKETED.fullmatch(text):
        # Brackets around Latin letters may hold a remark ("[Laughter]").
        return not text.isascii() or is_section_heading(text)
    is_section = unit.gap and is_section_heading(text)
    return (is_section or not loose) and (
        notes.is_notes_heading(text)
        or (bool(after.shape) and (is_section or after.width >= _MIN_POINT))
        or (
            after.is_prose
            and len(after.text) >= least
            and not after.text[0].islower()
            # A longer line right above another may be a line of a paragraph.
            and (after.gap or unit.width <= _MIN_WRAP_WIDTH)
        )
    )


def _continues_point(unit: _Row, points: list[tuple[str, int]], in_points: bool) -> bool:
    return unit.indent >= points[-1][1] + 2 or (
        in_points and is_heading_like(unit.text) and not _BRACKETED.fullmatch(unit.text)
    )


def _is_wrapped(first: _Row, above: _Row, row: _Row, width: int) -> bool:
    """Tell whether `row` continues the block that begins with `first` and ends with `above`.

    It does when the line above is full, or when its sentence has not ended.
    """
    full = bool(width) and above.width + columns(row.text.partition(" ")[0]) >= width
    # A line above that is indented further belongs to a point.
    if (
        row.gap
        or (row.shape and not (full and _is_shaped_by_chance(first, above, row)))
        or (above is not first and row.indent + 2 <= above.indent)
    ):
        return False
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

    Examples are "on March" / "11. The" and "between Seoul" / "- as some say - and".
    """
    if row.number:
        return row.number > 1 and not (row.shape == first.shape and row.number == first.number + 1)
    is_sign = first.shape or row.indent > above.indent or (row.mark and row.mark not in "-–*")
    return not (above.is_finished or is_sign)


def _wrap_width(rows: list[_Row]) -> int:
    """Return the width from which a line is full in a text that was wrapped by hand.

    It is 0 when each paragraph is on one line, as in saved pages. Up to a quarter of a wrapped text
    stands on longer lines, for example addresses. It has at least four full lines with a line right
    below, and three in five of them end within a sentence.
    """
    long = sum(row.width for row in rows if row.width > _MAX_WRAP_WIDTH)
    if long > sum(row.width for row in rows) / 4:
        return 0
    continued = [
        above
        for above, row in pairwise(rows)
        if not row.gap and not row.shape and "|" not in above.text
    ]
    ordered = sorted(row.width for row in continued if row.width <= _MAX_WRAP_WIDTH)
    widest = ordered[len(ordered) * 9 // 10] if ordered else 0
    full = [row for row in continued if row.width > widest * 0.8]
    enough = len(full) >= max(4, len(continued) / 2) and widest >= _MIN_WRAP_WIDTH
    return (
        int(widest * 0.85)
        if enough and sum(not row.is_finished for row in full) >= 0.6 * len(full)
        else 0
    )


def _open(
    levels: list[tuple[str, int]], sign: str, indent: int = 0, most: int | None = None
) -> list[tuple[str, int]]:
    """Return the open levels after a heading or point with `sign` begins, `most` at most.

    A sign that is open, at about the same indent, goes back to its level.
    """
    for depth, (known, column) in enumerate(levels):
        if known == sign and abs(column - indent) < 2:
            return levels[: depth + 1]
    return [*levels[: most and most - 1], (sign, indent)]
