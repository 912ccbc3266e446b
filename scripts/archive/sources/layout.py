"""Lay out the words on the pages of a PDF as lines in reading order.

Coordinates are points along the lines and down the page. What is not sure stays a plain line.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import chain, dropwhile, groupby, pairwise, takewhile
from statistics import median, mode

from archive.sources.lines import NO_HINT, Hint, Line

# In place of a letter that a font does not tell.
LOST = "\ufffd"
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MARK = re.compile(r"[\d,–-]{1,9}\s*")
# A sign or number with which an item begins.
_LABEL = re.compile(
    r"(?:[•‣·∙∘ㅇ※*–—\u25a0-\u27bf-]|\(?(?:\d{1,2}|[ivx]{1,4}|[a-h가-하])[.)]|\d{1,2}\.\d{1,2}|[①-⑳]|"
    r"[*†‡]{1,3})(?=\s|$)|[⁰¹²³⁴-⁹]{1,3}"
)
_NOTE = re.compile(
    r"[⁰¹²³⁴-⁹]{1,3}|\[\d{1,3}\]|[*†‡§]{1,3}|\d{1,3}(?:[.)]?\s+|[.)]?)(?=[^\W\d]|[\"'“‘(「『])"
)
_CAPTION = re.compile(
    r"[<〈\[【]?\s?(?:figure|fig\.|table|chart|box|그림|표|도표|図表?|表|圖)\s?\d{1,3}"
    r"(?:[.-]\d{1,2})?\s?[.:|：．>〉\]】)](?:\s|$)",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?。！？…:：;][\"'”’)\]」』⁰¹²³⁴-⁹\d]*\s*$")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|p\.?|쪽|면)?\W*(?:(\d{1,4})|[ivxl]{1,6})(?:\W*(?:of|/)\W*\d{1,4})?\W*(?:쪽|면|頁|ページ)?\W*",
    re.IGNORECASE,
)
# Dots that lead to the number of a page, in a list of contents.
_LEADER = re.compile(r"(?:[.·…]\s?){4,}\s*\S{0,5}\s*$")
_NO_HEADING = re.compile(
    rf"{_CAPTION.pattern}|.*{_LEADER.pattern}|\s*[“\"「『].*[”\"」』]\s*$",
    re.IGNORECASE | re.DOTALL,
)
_NO_SPACES = re.compile(r"[⺀-⿟぀-ヿ㐀-鿿豈-﫿\u3000-\u303f\uff01-\uff60]")
_HANGUL = re.compile(r"[가-힣]")
# Endings with which a Korean line goes on that was broken inside of a word.
_ENDING = re.compile(
    r"(?:다|를|을|은|는|의|에|에서|으로|와|과|들|들이|들의|들을|였다|했다|한다|된다|이다|고|며|여)"
    r"(?![가-힣])"
)
_COMPLETE = re.compile(r"[가-힣](?:에서|으로|에게|부터|까지|하고|하며|하여|되어|을|를|은|는)$")
_WORD = re.compile(r"(?<![\w-])\w+(?:[-‐]\w+)*(?![\w-])")
_LAST_PART, _FIRST_PART = re.compile(r"([^\W\d_]*)([-‐\xad]?)$"), re.compile(r"[^\W\d_]*")
# Where lines go on without a space: behind a hyphen or a part of an address, or beside a Chinese
# or Japanese sign.
_UNSPACED = re.compile(
    rf"(?:://|www\.)\S*[/_=?&%#~-]\n|\S[-‐\xad]\n|{_NO_SPACES.pattern}\n|\n{_NO_SPACES.pattern}"
)


@dataclass(slots=True)
class Piece:
    """Text on one line: from `left` to `right`, its base `base` points down the page.

    In a column, `indent` and `room` are what is free to its left and right, and `follows` tells
    whether it is as near to the row above as rows of a paragraph are; None for the first row.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    links: list[tuple[int, int, str]] = field(default_factory=list)
    hint: Hint = NO_HINT
    indent: float = 0
    room: float = 0
    follows: bool | None = None

    def join(self, other: "Piece", space: str = "") -> None:
        """Add another piece behind it."""
        self.text = self.text.rstrip() + space if space else self.text
        length = len(self.text)
        self.links = [(start, min(end, length), uri) for start, end, uri in self.links]
        for start, end, uri in other.links:
            first = start + length
            if self.links and self.links[-1][2] == uri and self.links[-1][1] >= first - len(space):
                first = self.links.pop()[0]
            self.links.append((first, end + length, uri))
        self.text += other.text
        self.right = max(self.right, other.right)


def lay_out(pages: Sequence[Sequence[list[Piece]]]) -> list[Line]:
    """Return the lines of pages, each given as frames: pieces of text with the same axes.

    A paragraph that goes on in another column or on another page stands where it begins, and the
    notes of a page behind its text.
    """
    frames = [
        (number, _rows(frame)) for number, page in enumerate(pages) for frame in page if frame
    ]
    _mark_furniture(frames)
    words = _Words([row for _, frame in frames for row in frame])
    blocks: list[list[Piece]] = []
    block: list[Piece] = []
    ends: dict[tuple[str, bool], list[Piece]] = {}
    for (number, frame), (before, _) in zip(frames, [(-1, []), *frames], strict=False):
        # Text that is turned, of another angle than most of its page, goes on nowhere.
        known = ends if number != before else {}
        text = [row for row in frame if not row.hint.kind]
        found = [[row] for row in frame if row.hint.kind]
        for column in _columns(text, words.size):
            note = known.get(("note", True), [])
            for part in _split_notes(column, text, words.size, note[-1:]):
                for row in _measure(_join_cells(part), words.size):
                    # A paragraph goes on over a box or caption, which is smaller.
                    flow = (row.hint.kind, row.size < 0.93 * words.size)
                    block = known.get(flow, []) if row.follows is None else block
                    if not block or not _goes_on(block, row, words.size):
                        block = []
                        found.append(block)
                    block.append(row)
                    known[flow] = block
        top = min((row.base for row in text), default=0)
        found.sort(
            key=lambda block: {"furniture": 2 if block[0].base >= top else -1, "note": 1}.get(
                block[0].hint.kind, 0
            )
        )
        blocks += found
    return _with_kinds(blocks, words)


def _rows(words: list[Piece]) -> list[Piece]:
    """Join words that stand side by side, and return the rows from the top."""
    pairs = [pair for pair in pairwise(words) if len(f"{pair[0].text}{pair[1].text}") == 2]
    down = [0.5 < (b.base - a.base) / a.size < 2 > 9 * abs(b.left - a.left) for a, b in pairs]
    if 2 * sum(down) > len(words):  # vertical lines, from the right to the left
        turned = [(word, word.base - word.size, word.base, -word.left) for word in words]
        words = [replace(word, left=x, right=y, base=z) for word, x, y, z in turned]
    rows: list[list[Piece]] = []
    bands: dict[int, list[list[Piece]]] = defaultdict(list)
    for word in sorted(words, key=lambda word: word.left):
        reach = max(word.size, 8)
        bases = range(int((word.base - reach) // 8), int((word.base + reach) // 8) + 1)
        near = [row for band in bases for row in bands[band] if _is_beside(row[-1], word)]
        if near:
            min(near, key=lambda row: abs(row[-1].base - word.base)).append(word)
        else:
            rows.append([word])
            bands[int(word.base // 8)].append(rows[-1])
    return sorted(map(_join_words, rows), key=lambda row: (row.base, row.left))


def _is_beside(last: Piece, word: Piece) -> bool:
    """Tell whether a word goes on with a row behind its last one: on its line, or raised."""
    small, large = sorted((last.size, word.size))
    reach = (0.25 if small > 0.85 * large else 0.6) * large
    return abs(last.base - word.base) < reach and -0.6 < (word.left - last.right) / large < 1


def _join_words(words: list[Piece]) -> Piece:
    """Return the words of a row as one piece, set as most of it; raised figures are superscript."""
    size, base = mode([(word.size, word.base) for word in words for _ in word.text])
    bold = [word.bold for word in words if re.search(r"[^\W\d]", word.text)] or [words[0].bold]
    row = replace(words[0], text="", base=base, size=size, bold=all(bold), links=[])
    for word in words:
        gap = (word.left - row.right) / size
        if (
            word.size < 0.86 * size
            and word.base < base - 0.12 * size
            and _MARK.fullmatch(word.text)
        ):
            # A mark stands apart from the word before it, if only a little, also in its space.
            word.text = word.text.translate(_RAISED) + " " * row.text.endswith(" ")
            row.text, gap = row.text.rstrip(), gap - 0.2
        is_unspaced = _NO_SPACES.match(row.text[-1:]) and _NO_SPACES.match(word.text)
        is_spaced = gap > 0.18 or row.text.endswith(" ")
        row.join(word, " " if is_spaced and not is_unspaced else "")
    return row


class _Words:
    """The words of a document, which show how its lines are joined, and the size of its text."""

    def __init__(self, rows: list[Piece]) -> None:
        self.size = mode([round(row.size * 2) / 2 for row in rows for _ in row.text] or [10.0])
        texts = [row.text.lower().replace("‐", "-").rstrip() for row in rows]
        self._words = {word for text in texts for word in _WORD.findall(text)}
        # Where each first part is a word, as in "policy-makers", nothing was hyphenated.
        ends = [_LAST_PART.findall(text)[0] for text in texts]
        self._is_hyphenated = any(sign and word not in self._words for word, sign in ends)
        # A tenth of the Korean lines that were broken inside of words begin with an ending.
        korean = [bool(_ENDING.match(text)) for text in texts if _HANGUL.search(text)]
        self._breaks_words = sum(korean) > len(korean) / 50

    def join(self, before: Piece, after: Piece) -> Piece:
        """Append the text of a line to the lines before it, and return these."""
        text = before.text.rstrip()
        first, hyphen = _LAST_PART.findall(text)[0]
        last = _FIRST_PART.findall(after.text)[0]
        space = "" if _UNSPACED.search(f"{text[-200:]}\n{after.text[:1]}") else " "
        if _HANGUL.search(text[-1:] + after.text[:1]):
            # Some programs write a space at a line's end where there is one between the words.
            is_end = before.text.endswith(" ") or _COMPLETE.search(text)
            space = "" if self._breaks_words and not is_end else " "
        elif hyphen and not self._keeps_hyphen(text, first.lower(), hyphen, last):
            text = text[:-1]
        before.text = text
        before.join(after, space)
        return before

    def _keeps_hyphen(self, text: str, first: str, hyphen: str, last: str) -> bool:
        """Tell whether the hyphen between the parts of a word stays when the line goes on."""
        is_word = first and last and "/" not in text[-200:].rsplit(" ", maxsplit=1)[-1]
        is_compound = f"{first}-{last}" in self._words or {first, last} <= self._words
        return not is_word or not (
            hyphen == "\xad"
            or first + last.lower() in self._words
            or (self._is_hyphenated and last[0].islower() and not is_compound)
        )


def _mark_furniture(frames: list[tuple[int, list[Piece]]]) -> None:
    """Mark the lines at the edge of a page that others repeat at the same place.

    A gap parts them from the text. A page number stands on two pages at least. So little does not
    show that words are no text: they stand on three, unless the pages have numbers.
    """
    pages = [
        [[(row, _place(row, page)) for row in line] for line in _lines(rows)]
        for page, rows in frames
    ]
    edges = ({place for line in lines[:5] + lines[5:][-5:] for _, place in line} for lines in pages)
    places = Counter(chain.from_iterable(edges))
    numbers = {place for place, times in places.items() if times > 1 and place[0]}
    repeated = {place for place, times in places.items() if times > (1 if numbers else 2)}
    for lines in pages:
        for side in (lines[:6], lines[:-7:-1]):
            on_lines = [{place for _, place in line} for line in side]
            is_head = [bool(on & numbers) or on <= repeated for on in on_lines]
            heads = [*is_head, False].index(False)
            while 0 < heads < len(side) and (
                abs(side[heads][0][0].base - side[heads - 1][0][0].base)
                < 1.6 * side[heads - 1][0][0].size
            ):
                heads -= 1
            for row, (is_number, *_) in chain(*side[:heads]):
                row.hint = Hint("furniture", rule="page number" if is_number else "running head")


def _lines(rows: list[Piece]) -> list[list[Piece]]:
    """Return rows by the line on which they stand, from the left."""
    lines: list[list[Piece]] = []
    for row in rows:
        if lines and row.base - lines[-1][0].base < 0.3 * row.size:
            lines[-1] = sorted([*lines[-1], row], key=lambda other: other.left)
        else:
            lines.append([row])
    return lines


def _place(row: Piece, page: int) -> tuple[bool, str, int]:
    """Return what a row has in common with those at its place on other pages.

    First comes whether it may be the number of its page.
    """
    number = _PAGE_NUMBER.fullmatch(row.text)
    words = "" if number else re.sub(r"\d+", "#", row.text.casefold().strip())
    key = str(int(number[1]) - page) if number and number[1] else words
    return bool(number), key, round(row.base / 8)


def _columns(rows: list[Piece], body: float) -> list[list[Piece]]:
    """Return the rows of a page in regions that are read one after the other: its columns.

    Between two columns is the gutter along which most rows stand. What reaches over it is above or
    below them.
    """
    best: tuple[int, int, list[Piece], list[Piece]] = (2, 0, [], [])
    starts = Counter(round(row.left) - 2 for row in rows)
    for edge in (edge for edge, times in starts.items() if times > 1):
        crossing = [row.left < edge < row.right + 0.8 * body for row in rows]
        for crosses, run in groupby(range(len(rows)), crossing.__getitem__):
            places = [] if crosses else [*run]
            left = [rows[place] for place in places if rows[place].left < edge]
            right = [rows[place] for place in places if rows[place].left >= edge]
            score = min(len(left), len(right))
            if score > best[0] and min(_line_width(left), _line_width(right)) > 8:
                best = (score, places[0], left, right)
    _, start, left, right = best
    parts = [rows[:start], left, right, rows[start + len(left + right) :]]
    if not left:
        return [rows] if rows else []
    return [region for part in parts for region in _columns(part, body)]


def _line_width(rows: list[Piece]) -> float:
    """Return how many of its letters wide the text of a line is, without the gaps in it."""
    widths = (
        sum((row.right - row.left) / row.size for row in line)
        for _, line in groupby(rows, lambda row: round(row.base))
    )
    return median([*widths] or [0])


def _split_notes(
    column: list[Piece], page: list[Piece], body: float, last: list[Piece]
) -> list[list[Piece]]:
    """Part the notes from a column: smaller rows at its foot, from the first mark on.

    Where the `last` note of an earlier page goes on, they may begin without a mark.
    """
    foot = [*takewhile(lambda row: row.size < 0.93 * body, reversed(column))][::-1]
    is_whole = len(foot) < len(column) and any(not _STOP.search(row.text) for row in last)
    notes = [*dropwhile(lambda row: not is_whole and not _NOTE.match(row.text), foot)]
    if not notes or any(
        row.base > notes[-1].base
        and row.size >= 0.93 * body
        and row.left < notes[0].right
        and row.right > notes[0].left
        for row in page
    ):
        return [column]
    for row in notes:
        row.hint = Hint("note")
    return [part for part in (column[: -len(notes)], notes) if part]


def _join_cells(rows: list[Piece]) -> list[Piece]:
    """Join the cells of the rows of tables, and what stands side by side.

    A table has three lines at least with as many cells, whose columns are apart.
    """
    joined: list[Piece] = []
    tables: list[list[list[Piece]]] = []
    for line in _lines(rows):
        while len(line) > 1 and _LABEL.fullmatch(line[0].text.strip()):
            line[:2] = [_join_words(line[:2])]
        if not tables or not _are_aligned(tables[-1][-1], line):
            tables.append([])
        tables[-1].append(line)
    for table in tables:
        longest = max(sorted(len(cell.text) for cell in line)[-2:][0] for line in table)
        is_table = len(table) > 2 and len(table[0]) > 1 and longest < 40
        hint = Hint("table", block=1 + abs(round(table[0][0].base))) if is_table else None
        for first, *others in table:
            joined.append(first)
            first.hint = hint or first.hint
            for cell in others:
                if is_table or cell.left - joined[-1].right < 3 * cell.size:
                    joined[-1].join(cell, "\t" if is_table else " ")
                else:
                    joined.append(cell)
    return joined


def _are_aligned(above: list[Piece], line: list[Piece]) -> bool:
    """Tell whether two lines have as many cells, in columns that are apart."""
    return len(above) == len(line) and all(
        before.right < after.left
        for first, second in ((above, line), (line, above))
        for before, after in zip(first, second[1:], strict=False)
    )


def _measure(rows: list[Piece], body: float) -> list[Piece]:
    """Return the rows of a column with what is free to their left, right and top."""
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    steps = [after.base - before.base for before, after in pairwise(rows)]
    step = median([x for x in steps if 0.9 * body < x < 2.5 * body] or [1.3 * body])
    for before, row in zip([None, *rows], rows, strict=False):
        # Lines that begin further right, as in a quotation, may end further left.
        same = [other.right for other in rows if round(other.left) == round(row.left)]
        row.indent, row.room = row.left - left, (max(same) if len(same) > 2 else right) - row.right
        # A title in large type has lines as far apart as its type wants.
        most = 1.3 * max(step, 1.3 * row.size if row.size >= 1.12 * body else 0)
        row.follows = 0.3 * row.size < row.base - before.base < most if before else None
    return rows


def _goes_on(block: list[Piece], row: Piece, body: float) -> bool:
    """Tell whether a row goes on with a paragraph, perhaps in another column."""
    before, size = block[-1], row.size
    is_alike = abs(before.size - size) < 0.07 * size and before.bold == row.bold
    is_apart = row.follows is None and size < 0.93 * body and not row.hint.kind
    is_other = row.hint.block or row.hint != before.hint or row.follows is False
    if is_other or is_apart or not is_alike or _LEADER.search(before.text):
        return False
    # A line is full where the first word of the next had no place on it.
    word = 1 if _NO_SPACES.match(row.text) else len(row.text.split(" ")[0])
    is_full = before.room < (row.right - row.left) * word / len(row.text) + 1.2 * size
    inset = (row.indent - before.indent) / size
    label = _LABEL.match(row.text)
    if (is_large := size >= 1.12 * body) or not label:
        is_sentence = row.text[0].islower() and not _STOP.search(before.text)
        is_inside = len(block) == 1 or (-0.7 if row.follows else -99) < inset < 0.7
        return is_sentence or bool(row.follows if is_large else is_full and is_inside)
    # Some labels stand in the midst of a sentence, too.
    return is_full and abs(inset) < 0.3 and bool(re.search(r"[^\W⁰¹²³⁴-⁹]|[*–—-]", label[0]))


def _with_kinds(blocks: list[list[Piece]], words: _Words) -> list[Line]:
    """Return the lines of blocks, with headings and captions told apart."""
    pieces = [reduce(words.join, block) for block in blocks]
    is_bold = sum(len(piece.text) * (1 if piece.bold else -1) for piece in pieces) > 0
    ranks = [
        _is_heading(piece, len(block), words.size, is_bold) and (round(piece.size), piece.bold)
        for block, piece in zip(blocks, pieces, strict=True)
    ]
    levels = sorted({rank for rank in ranks if rank}, reverse=True)
    lines = []
    for piece, rank in zip(pieces, ranks, strict=True):
        text, hint = piece.text.replace("\xad", "-").rstrip(), piece.hint
        if not hint.kind and _CAPTION.match(text) and len(text) < 300:
            hint = Hint("caption")
        hint = Hint("heading", level=min(1 + levels.index(rank), 6)) if rank else hint
        lines.append(Line(text, hint, tuple(piece.links)))
    return lines


def _is_heading(piece: Piece, rows: int, body: float, is_bold: bool) -> bool:
    """Tell whether a block is short and larger than the text, or bold and alone on its lines."""
    text, length = piece.text, len(piece.text)
    if piece.hint.kind or _NO_HEADING.match(text) or not re.search(r"[^\W\d_]{2}", text):
        return False
    if piece.size >= 1.12 * body:
        return length <= 200 and rows <= 4 and not (length > 80 and _STOP.search(text))
    is_apart = piece.bold and not is_bold and piece.size >= 0.95 * body
    return is_apart and length <= 120 and rows <= 2 and not _STOP.search(text)
