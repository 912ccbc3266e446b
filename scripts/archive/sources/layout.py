"""Lay out the pieces of text on the pages of a PDF as lines in reading order.

Coordinates are points along the lines and down the page. What is not sure stays a plain line.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise, zip_longest
from operator import itemgetter
from statistics import median

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
_QUOTATION = re.compile(r"\s*[“\"「『].*[”\"」』]\s*")
_STOP = re.compile(r"[.!?。！？…:：;][\"'”’)\]」』⁰¹²³⁴-⁹\d]*\s*$")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|p\.?|쪽|면)?\W*(?:(\d{1,4})|[ivxl]{1,6})(?:\W*(?:of|/)\W*\d{1,4})?\W*(?:쪽|면|頁|ページ)?\W*",
    re.IGNORECASE,
)
# Dots that lead to the number of a page, in a list of contents.
_LEADER = re.compile(r"(?:[.·…]\s?){4,}\s*\S{0,5}\s*$")
_NO_SPACES = re.compile(r"[⺀-⿟぀-ヿ㐀-鿿豈-﫿\u3000-\u303f\uff01-\uff60]")
_HANGUL = re.compile(r"[가-힣]")
_BOUND = re.compile(
    r"(?:다|를|을|은|는|의|에|에서|으로|와|과|들|들이|들의|들을|였다|했다|한다|된다|이다|고|며|여)"
    r"(?![가-힣])"
)
_COMPLETE = re.compile(r"[가-힣](?:에서|으로|에게|부터|까지|하고|하며|하여|되어|을|를|은|는)$")
_WORD = re.compile(r"(?<![\w-])\w+(?:[-‐]\w+)*(?![\w-])")
_LAST_PART, _FIRST_PART = re.compile(r"([^\W\d_]+)[-‐\xad]\s*$"), re.compile(r"([^\W\d_]+)")
# What stands before or after a hyphen of a line's end, but is rarely part of a word with a hyphen.
_NO_FIRST_PART = re.compile(
    r".|..|the|for|any|some|with|them|him|her|every|over|under|inter|out|per|pro|con|dis|mis|can"
)
_NO_LAST_PART = re.compile(
    r"[aeiou]?(?:ment|tion|sion|al|ness|ful|less|ing|ed|er|or|ly|ity|able|ible|ship|ist|ism|ive|"
    r"i[sz]e|ance|ence|ary|ory|ate|s|es)(?:s|al|ally|ly|ed|ing|ism|ists?)?|.|..|out"
)


@dataclass(slots=True)
class Piece:
    """Text on one line: from `left` to `right`, its base `base` points down the page."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    links: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, text: str, right: float, uri: str = "") -> None:
        """Add text behind it, as the words of a link to `uri`."""
        links = [(0, len(text), uri)] if uri else []
        self.join(Piece(text, 0, right, 0, 0, self.bold, links))

    def join(self, other: "Piece", space: str = "") -> None:
        """Add another piece behind it."""
        self.text += space
        shift = len(self.text)
        for start, end, uri in other.links:
            if self.links and self.links[-1][2] == uri and self.links[-1][1] >= shift - len(space):
                start = self.links.pop()[0] - shift
            self.links.append((start + shift, end + shift, uri))
        self.text += other.text
        self.right = max(self.right, other.right)

    @property
    def word(self) -> float:
        """How wide its first word is."""
        first = 1 if _NO_SPACES.match(self.text) else len(self.text.split(" ")[0])
        return (self.right - self.left) * first / max(len(self.text), 1)


@dataclass(slots=True)
class _Block:
    """What becomes a line: rows of a column with these edges."""

    rows: list[Piece]
    hint: Hint = NO_HINT
    left: float = 0
    right: float = 0


def lay_out(pages: Sequence[Sequence[list[Piece]]]) -> list[Line]:
    """Return the lines of pages, each given as frames: pieces of text with the same axes.

    A paragraph that goes on in another column or on another page stands where it begins, and the
    notes of a page behind its text.
    """
    frames = [
        (number, _rows(frame)) for number, page in enumerate(pages) for frame in page if frame
    ]
    furniture = _find_furniture(frames)
    joints = _Joints([row for _, frame in frames for row in frame])
    blocks: list[_Block] = []
    ends: dict[bool, _Block] = {}
    for (number, frame), (before, _) in zip(frames, [(-1, []), *frames], strict=False):
        # Text that is turned, of another angle than most of its page, goes on nowhere.
        known = ends if number != before else {}
        text = [row for row in frame if id(row) not in furniture]
        parts: tuple[list[_Block], list[_Block]] = ([], [])
        for region in _order(text, joints.size):
            goes_on = True in known and not _STOP.search(known[True].rows[-1].text)
            split = _split_notes(region, text, joints.size, goes_on=goes_on)
            for is_note, rows in zip((False, True), split, strict=True):
                found = _blocks(rows, joints.size, len(blocks) + len(parts[0]) + 1)
                for block in found if is_note else []:
                    block.hint = Hint("note")
                if found and is_note in known and _goes_on(known[is_note], found[0]):
                    known[is_note].rows += found[0].rows
                    known[is_note].left, known[is_note].right = found[0].left, found[0].right
                    found = found[1:]
                parts[is_note].extend(found)
                # A paragraph goes on over a box or caption, which is smaller.
                for block in found:
                    if is_note or block.rows[0].size > 0.93 * joints.size:
                        known[is_note] = block
        top = min((row.base for row in text), default=0)
        around = [
            _Block([row], Hint("furniture", rule=furniture[id(row)]))
            for row in frame
            if id(row) in furniture
        ]
        heads = sum(block.rows[0].base < top for block in around)
        blocks += [*around[:heads], *parts[0], *parts[1], *around[heads:]]
    return _with_kinds(blocks, joints)


def _rows(pieces: list[Piece]) -> list[Piece]:
    """Join pieces that stand side by side, and return them from the top."""
    rows: list[Piece] = []
    pairs = [pair for pair in pairwise(pieces) if len(f"{pair[0].text}{pair[1].text}") == 2]
    down = [0.5 < (b.base - a.base) / a.size < 2 > 9 * abs(b.left - a.left) for a, b in pairs]
    if 2 * sum(down) > len(pieces):  # vertical lines, from the right to the left
        turned = [(piece, piece.base - piece.size, piece.base, -piece.left) for piece in pieces]
        pieces = [replace(piece, left=x, right=y, base=z) for piece, x, y, z in turned]
    bands: dict[int, list[Piece]] = defaultdict(list)
    for piece in sorted(pieces, key=lambda piece: piece.left):
        reach = max(piece.size, 8)
        near = [
            row
            for band in range(int((piece.base - reach) // 8), int((piece.base + reach) // 8) + 1)
            for row in bands[band]
            if _is_beside(row, piece)
        ]
        if near:
            _attach(min(near, key=lambda row: abs(row.base - piece.base)), piece)
        else:
            rows.append(piece)
            bands[int(piece.base // 8)].append(piece)
    return sorted(rows, key=lambda row: (row.base, row.left))


def _is_beside(row: Piece, piece: Piece) -> bool:
    """Tell whether a piece goes on with a row: on its line, or raised."""
    small, large = sorted((row.size, piece.size))
    return (
        -0.6 < (piece.left - row.right) / large < 1
        and abs(row.base - piece.base) < (0.25 if small > 0.85 * large else 0.6) * large
    )


def _attach(row: Piece, piece: Piece) -> None:
    """Add a piece to a row; raised figures become superscript signs."""
    gap = (piece.left - row.right) / max(row.size, piece.size)
    no_letters = not re.search(r"[^\W\d]", row.text)
    for mark, other in ((piece, row), (row, piece)):
        if (
            mark.size < 0.86 * other.size
            and mark.base < other.base - 0.12 * other.size
            and _MARK.fullmatch(mark.text)
        ):
            # A mark stands apart from the word before it, if only a little.
            mark.text, gap = mark.text.translate(_RAISED), gap - 0.2 * (mark is piece)
    if no_letters or len(piece.text) > len(row.text):
        row.size, row.base = piece.size, piece.base
    row.bold = piece.bold and (row.bold or no_letters)
    is_unspaced = _NO_SPACES.match(row.text[-1:]) and _NO_SPACES.match(piece.text)
    row.join(piece, " " if gap > 0.18 and row.text[-1:] != " " and not is_unspaced else "")


class _Joints:
    """How lines of the document are joined, as its own words show, and the size of its text."""

    def __init__(self, rows: list[Piece]) -> None:
        sizes: Counter[float] = Counter()
        self._words: Counter[str] = Counter()
        korean = [row for row in rows if _HANGUL.search(row.text)]
        for row in rows:
            sizes[round(row.size * 2) / 2] += len(row.text)
            words = _WORD.findall(row.text.lower().replace("‐", "-"))
            # Korean lines may end inside of words.
            self._words.update(words[1:-1] if _HANGUL.search(row.text) else words)
        self.size = max(sizes, key=lambda size: sizes[size], default=10.0)
        self._firsts = {word.split("-")[0] for word in self._words if "-" in word}
        # Some programs write a space at a line's end where there is one between the words.
        self._has_spaces = sum(row.text.endswith(" ") for row in korean) > len(korean) / 5
        # A tenth of the lines that break inside of words go on with an ending that is no word.
        endings = sum(bool(_BOUND.match(row.text)) for row in korean)
        self._usual = "" if endings > len(korean) / 50 else " "
        # Where each first part is a word, as in "policy-makers", nothing was hyphenated.
        broken = [found[1].lower() for row in rows if (found := _LAST_PART.search(row.text))]
        self._is_hyphenated = any(part not in self._words for part in broken)

    def join(self, before: Piece, after: Piece) -> None:
        """Add the text of a line to that of the lines before it."""
        ends_with_space = before.text.endswith(" ")
        before.text = before.text.rstrip(" ")
        start, end = _LAST_PART.search(before.text), _FIRST_PART.match(after.text)
        is_address = re.search(r"(?:://|www\.)\S*[/_=?&%#~-]$", before.text)
        space = " "
        if is_address or before.text.endswith(("-", "‐", "\xad")):
            space = "" if is_address or not before.text[-2:-1].isspace() else " "
            if start and end and not is_address and not self._keeps_hyphen(start[0], end[1]):
                before.text = before.text.rstrip()[:-1]
        elif _HANGUL.search(before.text[-1:] + after.text[:1]):
            space = " " if ends_with_space else ""
            if not self._has_spaces:
                space = self._korean(before.text, after.text)
        elif _NO_SPACES.match(before.text[-1:]) or _NO_SPACES.match(after.text):
            space = ""
        before.links = [(a, min(b, len(before.text)), uri) for a, b, uri in before.links]
        before.join(after, space)

    def _keeps_hyphen(self, start: str, end: str) -> bool:
        """Tell whether the hyphen between the parts of a word stays when the line goes on."""
        first, last = start.rstrip("-‐\xad ").lower(), end.lower()
        if start.endswith("\xad") or first + last in self._words:
            return False
        is_known = first in self._words and not _NO_FIRST_PART.fullmatch(first)
        return (
            not end[0].islower()
            or not self._is_hyphenated
            or f"{first}-{last}" in self._words
            or first in self._firsts
            or (is_known and (last in self._words or not _NO_LAST_PART.fullmatch(last)))
        )

    def _korean(self, before: str, after: str) -> str:
        """Return what stands between two Korean lines, as the words of other lines show it."""
        first, last = _WORD.findall(before)[-1:], _WORD.findall(after)[:1]
        if not (before[-1].isalnum() and after[0].isalnum() and first and last):
            return " "
        if self._words[first[0] + last[0]] or _BOUND.match(after):
            return ""
        is_word = self._words[first[0]] and self._words[last[0]]
        return " " if is_word or _COMPLETE.search(before) else self._usual


def _find_furniture(frames: list[tuple[int, list[Piece]]]) -> dict[int, str]:
    """Return the rule of each row that other pages repeat at the same place, by its id.

    Beyond it, to the edge of the page, is nothing else, and a gap parts it from the text.
    """
    places: dict[str, list[tuple[int, float]]] = defaultdict(list)
    edges: list[tuple[int, list[list[Piece]]]] = []
    for page, rows in frames:
        lines = [list(line) for _, line in groupby(rows, lambda row: round(row.base / 3))]
        edges += [(page, lines[:5]), (page, lines[:-6:-1])]
        for row in {
            id(row): row for side in edges[-2:] for line in side[1] for row in line
        }.values():
            places[_furniture_key(row, page)].append((page, row.base))
    found: dict[int, str] = {}
    for page, side in edges:
        outer: dict[int, str] = {}
        for line, inner in zip_longest(side, side[1:]):
            rules = {
                id(row): "page number" if _PAGE_NUMBER.fullmatch(row.text) else "running head"
                for row in line
                if any(
                    other != page and abs(base - row.base) < 4
                    for other, base in places[_furniture_key(row, page)]
                )
            }
            # Beside the number of a page stands what this page is about.
            if "page number" in rules.values() and line is side[0]:
                rules = {id(row): "running head" for row in line} | rules
            outer |= rules
            if rules and (not inner or abs(inner[0].base - line[0].base) > 1.6 * line[0].size):
                found |= outer
            if len(rules) < len(line):
                break
    return found


def _furniture_key(row: Piece, page: int) -> str:
    """Return what a row has in common with those at its place on other pages."""
    if number := _PAGE_NUMBER.fullmatch(row.text):
        return f"#{int(number[1]) - page}" if number[1] else "#"
    key = re.sub(r"\d+", "#", row.text.casefold().strip())
    return key if re.search(r"\w", key.replace("_", "")) else f"{page} {id(row)}"


def _order(rows: list[Piece], body: float) -> list[list[Piece]]:
    """Return the rows of a page in regions that are read one after the other: its columns.

    Between two columns is the gutter along which most rows stand. What reaches over it is above or
    below them. A column in another size than the text is beside it, and is read after it.
    """
    gutter = 0.8 * body
    best: tuple[int, list[Piece], list[Piece]] = (2, [], [])
    starts = Counter(round(row.left) for row in rows)
    for edge in (edge - 2 for edge, times in starts.items() if times > 1):
        crossing = [row.left < edge < row.right + gutter for row in rows]
        for crosses, group in groupby(zip(crossing, rows, strict=True), itemgetter(0)):
            run = [] if crosses else [row for _, row in group]
            left = [row for row in run if row.left < edge]
            right = [row for row in run if row.left >= edge]
            score = min(len(left), len(right))
            if score > best[0] and min(_line_width(left), _line_width(right)) > 8:
                best = (score, left, right)
    _, left, right = best
    if not left:
        return [_join_labels(rows)]
    head = [row for row in right if row.base < left[0].base - 1.5 * body]
    right = right[len(head) :] if len(head) < 3 else right
    columns = {id(row) for row in left + right}
    top = min(left[0].base, right[0].base)
    above = [row for row in rows if id(row) not in columns and row.base < top]
    below = [row for row in rows if id(row) not in columns and row.base >= top]
    sizes = [abs(median(row.size for row in side) - body) > 0.05 * body for side in (left, right)]
    parts = [above, left, right, below]
    if sizes[0] != sizes[1]:
        parts = [above, right, below, left] if sizes[0] else [above, left, below, right]
    return [region for part in parts if part for region in _order(part, body)]


def _join_labels(rows: list[Piece]) -> list[Piece]:
    """Join signs and numbers of items with the words behind them; return rows from the top."""
    joined: list[Piece] = []
    for row in sorted(rows, key=lambda row: (round(row.base), row.left)):
        last = joined[-1] if joined else row
        if _LABEL.fullmatch(last.text.strip()) and (
            abs(row.base - last.base) < 0.3 * row.size and 0 < row.left - last.right < 4 * row.size
        ):
            last.text = last.text.rstrip()
            last.join(row, " ")
            last.base, last.size, last.bold = row.base, row.size, row.bold
        else:
            joined.append(row)
    return joined


def _line_width(rows: list[Piece]) -> float:
    """Return how many of its letters wide the text of most lines is, without the gaps in it."""
    widths: dict[int, float] = defaultdict(float)
    for row in rows:
        widths[round(row.base)] += (row.right - row.left) / row.size
    return median(widths.values())


def _split_notes(
    region: list[Piece], page: list[Piece], body: float, *, goes_on: bool
) -> tuple[list[Piece], list[Piece]]:
    """Part the notes from a region: smaller rows at its foot, from the first mark on.

    Where notes `goes_on` from an earlier page, they may begin without a mark.
    """
    start = len(region)
    while start and region[start - 1].size < 0.93 * body:
        start -= 1
    foot = region[start:]
    marked = next((index for index, row in enumerate(foot) if _NOTE.match(row.text)), len(foot))
    notes = foot if goes_on and start else foot[marked:]
    is_above_text = notes and any(
        row.base > notes[-1].base
        and row.size >= 0.93 * body
        and row.left < notes[0].right
        and row.right > notes[0].left
        for row in page
    )
    return (region, []) if is_above_text else (region[: len(region) - len(notes)], notes)


def _blocks(rows: list[Piece], body: float, number: int) -> list[_Block]:
    """Return the paragraphs, items and rows of tables of a region; `number` is free for a table."""
    lines: list[list[Piece]] = []
    for row in rows:
        if lines and row.base - lines[-1][0].base < 0.3 * row.size:
            lines[-1] = sorted([*lines[-1], row], key=lambda cell: cell.left)
        else:
            lines.append([row])
    blocks: list[_Block] = []
    plain: list[Piece] = []
    while lines:
        table = _table(lines)
        if table:
            blocks += _paragraphs(plain, body)
            plain = []
        hint = Hint("table", block=number + len(blocks))
        for line in table:
            for cell in line[1:]:
                line[0].text = line[0].text.rstrip()
                line[0].join(cell, "\t")
            blocks.append(_Block(line[:1], hint))
        for place, cell in enumerate([] if table else lines[0]):
            if place and cell.left - plain[-1].right < 3 * cell.size:
                plain[-1].join(cell, "" if plain[-1].text.endswith(" ") else " ")
            else:
                plain.append(cell)
        lines = lines[len(table) or 1 :]
    return blocks + _paragraphs(plain, body)


def _table(lines: list[list[Piece]]) -> list[list[Piece]]:
    """Return the rows of a table with which lines begin: three at least, with columns apart."""
    columns = [(cell.left, cell.right) for cell in lines[0]]
    for count, line in enumerate(lines):
        spans = zip(columns, line, strict=False)
        wider = [(min(left, cell.left), max(right, cell.right)) for (left, right), cell in spans]
        are_apart = all(right < left for (_, right), (left, _) in pairwise(wider))
        if not are_apart or len(line) != len(columns) or len(line) < 2:
            return lines[:count] if count > 2 else []
        columns = wider
    return lines if len(lines) > 2 else []


def _paragraphs(rows: list[Piece], body: float) -> list[_Block]:
    """Return rows joined to paragraphs and items."""
    left = min((row.left for row in rows), default=0)
    right = max((row.right for row in rows), default=0)
    steps = [
        after.base - before.base
        for before, after in pairwise(rows)
        if abs(after.size - before.size) < 0.1 * after.size
        and 0.9 < (after.base - before.base) / after.size < 2.5
    ]
    step = median(steps or [1.3 * body])
    # Lines that begin further right, as in a quotation, may end further left.
    ends: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        ends[round(row.left)].append(row.right)
    blocks: list[_Block] = []
    for row, below in zip(rows, rows[1:] + rows[-1:], strict=True):
        if blocks and not _begins(blocks[-1], row, below, step, body):
            blocks[-1].rows.append(row)
        else:
            blocks.append(_Block([row], NO_HINT, left))
        same = ends[round(row.left)]
        blocks[-1].right = max(same) if len(same) > 2 else right
    return blocks


def _begins(block: _Block, row: Piece, below: Piece, step: float, body: float) -> bool:
    """Tell whether a row begins another paragraph than that of the rows before."""
    before, size, is_large = block.rows[-1], row.size, row.size >= 1.12 * body
    # A title in large type has lines as far apart as its type wants.
    step = max(step, 1.3 * size) if is_large else step
    if not _is_alike(before, row) or not 0.3 * size < row.base - before.base < 1.3 * step:
        return True
    is_full = _is_full(block, row)
    inset = (row.left - before.left) / size
    is_contents = bool(_LEADER.search(before.text))
    if is_large or is_contents:
        return is_contents
    if label := _LABEL.match(row.text):
        is_sign = not re.search(r"[^\W⁰¹²³⁴-⁹]|[*–—-]", label[0])
        return is_sign or not is_full or abs(inset) > 0.3
    if not is_full and not (row.text[0].islower() and not _STOP.search(before.text)):
        return True
    is_further = len(block.rows) > 1
    if inset > 0.7:
        is_item = bool(_LABEL.match(before.text))
        return is_further or (not is_item and below.left < row.left - 0.7 * size)
    return inset < -0.7 and is_further


def _is_alike(before: Piece, row: Piece) -> bool:
    """Tell whether two rows are set in the same type."""
    return abs(before.size - row.size) < 0.07 * row.size and before.bold == row.bold


def _is_full(block: _Block, row: Piece) -> bool:
    """Tell whether the first word of a row had no place on the last line of a block."""
    return block.right - block.rows[-1].right < row.word + 1.2 * row.size


def _goes_on(last: _Block, block: _Block) -> bool:
    """Tell whether a paragraph goes on in the next column or on the next page."""
    before, after = last.rows[-1], block.rows[0]
    if last.hint != block.hint or not _is_alike(before, after) or _LABEL.match(after.text):
        return False
    if after.text[0].islower() and not _STOP.search(before.text):
        return True
    inset = (after.left - block.left) - (before.left - last.left)
    return _is_full(last, after) and inset < 0.7 * after.size


def _with_kinds(blocks: list[_Block], joints: _Joints) -> list[Line]:
    """Return the lines of blocks, with headings and captions told apart."""
    pieces = []
    for block in blocks:
        pieces.append(replace(block.rows[0]))
        for row in block.rows[1:]:
            joints.join(pieces[-1], row)
    is_bold = sum(len(piece.text) * (1 if piece.bold else -1) for piece in pieces) > 0
    ranks = [
        (round(piece.size), piece.bold) if _is_heading(block, piece, joints.size, is_bold) else None
        for block, piece in zip(blocks, pieces, strict=True)
    ]
    levels = sorted(set(filter(None, ranks)), reverse=True)
    lines = []
    for block, piece, rank in zip(blocks, pieces, ranks, strict=True):
        text, hint = piece.text.replace("\xad", "-").rstrip(), block.hint
        if rank:
            hint = Hint("heading", level=min(1 + levels.index(rank), 6))
        elif not hint.kind and _CAPTION.match(text) and len(text) < 300:
            hint = Hint("caption")
        links = tuple((start, min(end, len(text)), uri) for start, end, uri in piece.links)
        lines.append(Line(text, hint, links))
    return lines


def _is_heading(block: _Block, piece: Piece, body: float, is_bold: bool) -> bool:
    """Tell whether a block is short and larger than the text, or bold and alone on its lines."""
    length, rows = len(piece.text), len(block.rows)
    if block.hint.kind or _CAPTION.match(piece.text) or _LEADER.search(piece.text):
        return False
    if not re.search(r"[^\W\d_]{2}", piece.text) or _QUOTATION.fullmatch(piece.text):
        return False
    if piece.size >= 1.12 * body:
        return length <= 200 and rows <= 4 and not (length > 80 and _STOP.search(piece.text))
    is_apart = piece.bold and not is_bold and piece.size >= 0.95 * body
    return is_apart and length <= 120 and rows <= 2 and not _STOP.search(piece.text)
