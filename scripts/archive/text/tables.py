"""Recognise and parse tables in plain text: rows of cells between pipes.

A rule of dashes may stand below the header row. Pipes and rules are signs of structure, as ❍ is:
they stay in the text of the block, and the page draws them as the lines of a table.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from archive.text.normal_forms import align, normalise

_RULE = re.compile(r"[-|+:=\s]+")
_DASHES = re.compile(r"--|==|:-|-:")
# The possessive repetition prevents a new attempt at every pipe of a long run.
_ROW = re.compile(r"^[| ]*+(?P<cells>.*[^| \n])", re.MULTILINE)
# In a table without pipes at its edges, cells are short: paragraphs that each hold a pipe are not
# a table.
_MAX_CELL_LENGTH = 150


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a table, row by row; all rows have the same length."""

    rows: tuple[tuple[str, ...], ...]
    has_header_row: bool


def is_rule(line: str) -> bool:
    """Tell whether a line only draws a rule: "|---|---|", "-----", "+====+"."""
    return bool(_RULE.fullmatch(line) and _DASHES.search(line))


def table_length(lines: Iterable[str]) -> int:
    """Count the `lines`, from the first on, that form one table; 0 when the first is not in one.

    A table has at least two rows, with a pipe at both ends or with equally many pipes.
    """
    form, rows, last, widest = 0, 0, 0, 0
    ruled = False
    for number, line in enumerate(map(str.strip, lines), 1):
        if is_rule(line):
            has_signs = "|" in line or "+" in line
            if ruled or not (rows or has_signs):
                break
            # A rule of dashes alone may divide the table from the text below, so it only counts
            # when a row follows.
            ruled, last = True, number if has_signs else last
            continue
        ruled = False
        pipes = line.count("|")
        bordered = pipes > 1 and line[0] == line[-1] == "|"
        # Rows with both edges may differ in their number of cells: missing cells are empty.
        form_above, form = form, -1 if bordered else pipes
        if (
            not pipes
            or (not bordered and max(map(len, line.split("|"))) > _MAX_CELL_LENGTH)
            or (form != form_above if rows else not line.strip("| "))
        ):
            break
        rows, last = rows + 1, number
        widest = max(widest, pipes - 1 if bordered else pipes + 1)
    return last if rows > 1 and widest > 1 else 0


def parse(text: str) -> Table:
    """Parse lines that `table_length` recognised as a table."""
    lines = [line.strip() for line in text.split("\n")]
    rules = [index for index, line in enumerate(lines) if is_rule(normalise(line))]
    row_lines = [line for index, line in enumerate(lines) if index not in rules]
    pieces = [_split(line) for line in row_lines]
    # An edge is drawn where nothing stands before the first pipe, or behind the last.
    left, right = (all(not normalise(row[end]).strip() for row in pieces) for end in (0, -1))
    rows = [row[left : len(row) - right] for row in pieces]
    width = max(map(len, rows))
    cells = tuple(
        (*(" ".join(cell.split()) for cell in row), *[""] * (width - len(row))) for row in rows
    )
    return Table(cells, has_header_row=lines.index(row_lines[0]) + 1 in rules and any(cells[0]))


def _split(line: str) -> list[str]:
    """Return what stands between the pipes of a line, as received."""
    normal, places = align(line)
    pipes = [index for index, sign in enumerate(normal) if sign == "|"]
    starts = [0, *(places[pipe + 1] for pipe in pipes)]
    ends = [*(places[pipe] for pipe in pipes), len(line)]
    return [line[start:end] for start, end in zip(starts, ends, strict=True)]


def row_spans(text: str) -> list[tuple[int, int]]:
    """Return the span of each row in `text`, from its first cell to its last."""
    normal, places = align(text)
    return [
        (places[row.start("cells")], places[row.end("cells")])
        for row in _ROW.finditer(normal)
        if not is_rule(row[0])
    ]
