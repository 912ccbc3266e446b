"""Recognise and parse tables in plain text: cells between pipes, tabs or aligned columns.

A rule of dashes may stand below the header row. Pipes and rules are signs of structure, as ❍ is:
they stay in the text of the block, and the page draws them as the lines of a table. In the text of
a table without pipes, a tab stands between the cells of a row, wherever the cells came from.
"""

import re
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice

from archive.text.normal_forms import align, normalise

_RULE = re.compile(r"[-|+:=\s]+")
_DASHES = re.compile(r"--|==|:-|-:")
# The possessive repetition prevents a new attempt at every pipe of a long run.
_ROW = re.compile(r"^[| \t]*+(?P<cells>.*[^| \t\n])", re.MULTILINE)
# A tab, or two spaces, end a cell.
_CELL = re.compile(r"\S+(?:[^\S\t]\S+)*")
_WIDE = re.compile(r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60]")
# A pipe, of either width.
_PIPE = "[|｜]"
# In a table without pipes at its edges, cells are short: paragraphs that each hold a pipe are not
# a table.
_MAX_CELL_LENGTH = 150
# Of aligned columns only one may be wider: two are the columns of a printed page.
_MAX_COLUMN_WIDTH = 32
_MOST_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a table, row by row; all rows have the same length."""

    rows: tuple[tuple[str, ...], ...]
    has_header_row: bool


def is_rule(line: str) -> bool:
    """Tell whether a line only draws a rule: "|---|---|", "-----", "+====+"."""
    return bool(_RULE.fullmatch(line) and _DASHES.search(line))


def columns(text: str) -> int:
    """Return the number of columns of a text; a Korean or Japanese letter takes two."""
    return len(text) if text.isascii() else 2 * len(text) - len(_WIDE.sub("", text))


def table_length(lines: Iterable[str], sign: str = "|") -> int:
    """Count the `lines`, from the first on, that form one table; 0 when the first is not in one.

    A table has at least two rows, with a pipe at both ends or with equally many pipes or, if that
    is the `sign`, tabs.
    """
    form, rows, last, widest = 0, 0, 0, 0
    ruled = False
    for number, cells in enumerate((line.strip(" ").split(sign) for line in lines), 1):
        line = "|".join(" ".join(cell.split()) for cell in cells)
        if is_rule(line):
            has_signs = "|" in line or "+" in line
            if ruled or not (rows or has_signs):
                break
            # A rule of dashes alone may divide the table from the text below, so it only counts
            # when a row follows.
            ruled, last = True, number if has_signs else last
            continue
        ruled = False
        pipes = len(cells) - 1
        bordered = sign == "|" and pipes > 1 and line[0] == line[-1] == "|"
        # Rows with both edges may differ in their number of cells: missing cells are empty.
        form_above, form = form, -1 if bordered else pipes
        if (
            not 0 < pipes < _MOST_COLUMNS
            or (sign == "|" and not bordered and max(map(len, cells)) > _MAX_CELL_LENGTH)
            or (form != form_above if rows else not line.strip("| "))
        ):
            break
        rows, last = rows + 1, number
        widest = max(widest, pipes - 1 if bordered else pipes + 1)
    return last if rows > 1 and widest > 1 else 0


def aligned_rows(lines: Iterable[str]) -> list[str]:
    """Return the `lines`, from the first on, that form one table in aligned columns.

    There are at least three, and a tab stands between the cells. A cell belongs to the column that
    it overlaps. The table ends above a line of a single cell, and above one with a cell in two
    columns or with two cells in one.
    """
    rows: list[list[tuple[int, int, str]]] = []
    found: list[tuple[int, int]] = []
    for line in lines:
        cells = [
            (start := columns(line[: cell.start()]), start + columns(cell[0]), cell[0])
            for cell in islice(_CELL.finditer(line), _MOST_COLUMNS + 1)
        ]
        hits = [
            [one for one in found if one[0] < end and start < one[1]] for start, end, _ in cells
        ]
        if (
            not 1 < len(cells) <= _MOST_COLUMNS
            or sum(end - start > _MAX_COLUMN_WIDTH for start, end, _ in cells) > 1
            or max(map(len, hits)) > 1
            or len({*chain(*hits)}) < sum(map(len, hits))
        ):
            break
        wider = [
            (min([start, *(one[0] for one in hit)]), max([end, *(one[1] for one in hit)]))
            for hit, (start, end, _) in zip(hits, cells, strict=True)
        ]
        found = sorted({*found} - {*chain(*hits)} | {*wider})
        rows.append(cells)
    starts = [start for start, _ in found]
    placed = ({bisect(starts, start): words for start, _, words in row} for row in rows)
    return [
        "\t".join(row.get(place, "") for place in range(1, len(starts) + 1))
        for row in placed
        if len(rows) > 2
    ]


def table_text(lines: Iterable[str]) -> str:
    """Return the rows of a table from its lines as received, with a tab between their cells.

    Where pipes stand between them, white space is collapsed.
    """
    rows = [re.sub(r"\s+(?=\|)|(?<=\|)\s+", " ", line) for line in lines]
    is_parted = any("\t" in row for row in rows) or table_length(rows)
    aligned = [] if is_parted else aligned_rows(rows)
    return "\n".join(
        "\t".join(" ".join(cell.split()) for cell in row.split("\t"))
        for row in (aligned if len(aligned) == len(rows) else rows)
    )


def parse(text: str) -> Table:
    """Parse the text of a table."""
    is_tabbed = "\t" in text
    lines = [line.strip(" ") for line in text.split("\n")]
    rules = [index for index, line in enumerate(lines) if is_rule(normalise(line))]
    row_lines = [line for index, line in enumerate(lines) if index not in rules]
    pieces = [re.split("\t" if is_tabbed else _PIPE, line) for line in row_lines]
    # An edge is drawn where nothing stands before the first pipe, or behind the last.
    left, right = (
        not is_tabbed and all(not normalise(row[end]).strip() for row in pieces) for end in (0, -1)
    )
    rows = [row[left : len(row) - right] for row in pieces]
    width = max(map(len, rows))
    cells = tuple(
        (*(" ".join(cell.split()) for cell in row), *[""] * (width - len(row))) for row in rows
    )
    return Table(cells, has_header_row=lines.index(row_lines[0]) + 1 in rules and any(cells[0]))


def row_spans(text: str) -> list[tuple[int, int]]:
    """Return the span of each row in `text`, from its first cell to its last."""
    normal, places = align(text)
    return [
        (places[row.start("cells")], places[row.end("cells")])
        for row in _ROW.finditer(normal)
        if not is_rule(row[0])
    ]
