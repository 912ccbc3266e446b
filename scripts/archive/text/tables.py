"""Tables as plain text prints them: lines of cells that pipes part, with or without a rule of dashes under the head.

Pipes and rules are signs of structure, as ❍ is: they stay in the text of the block and are accounted for, and the page draws
them as the lines of a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_RULE = re.compile(r"[-|+:=\s]+")
_DASHES = re.compile(r"--|==|:-|-:")
# A cell of a table without pipes at its edges is short; paragraphs with a pipe in each are no table.
_LONGEST_CELL = 150


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a table, row by row, all rows of the same length; `has_header_row` says whether the first row is one of names."""

    rows: tuple[tuple[str, ...], ...]
    has_header_row: bool


def is_rule(line: str) -> bool:
    """Whether a line only draws: "|---|---|", "-----", "+====+"."""
    return bool(_RULE.fullmatch(line) and _DASHES.search(line))


def table_length(lines: Iterable[str]) -> int:
    """How many of the `lines`, from the first on, are one table; 0 when they begin none.

    Its rows have a pipe at both ends, or the same number of pipes; there are two of them at least.
    """
    form, rows, last, widest = 0, 0, 0, 0
    ruled = False
    for place, line in enumerate(map(str.strip, lines), 1):
        if is_rule(line):
            drawn = "|" in line or "+" in line
            if ruled or not (rows or drawn):
                break
            # A rule without a pipe may as well part the table from what is below, unless a row follows.
            ruled, last = True, place if drawn else last
            continue
        ruled = False
        pipes = line.count("|")
        bordered = pipes > 1 and line[0] == line[-1] == "|"
        if not pipes or (not bordered and max(map(len, line.split("|"))) > _LONGEST_CELL):
            break
        # All rows with both edges are of one form: where a cell was left out, it is empty.
        if form != (-1 if bordered else pipes) if rows else not line.strip("| "):
            break
        form = -1 if bordered else pipes
        rows, last = rows + 1, place
        widest = max(widest, pipes - 1 if bordered else pipes + 1)
    return last if rows > 1 and widest > 1 else 0


def parse(text: str) -> Table:
    """The cells of the lines that `table_length` has found to be a table."""
    lines = [line.strip() for line in text.split("\n")]
    rules = [place for place, line in enumerate(lines) if is_rule(line)]
    printed = [line for line in lines if not is_rule(line)]
    left, right = (
        all(edge)
        for edge in zip(
            *((line.startswith("|"), line.endswith("|")) for line in printed), strict=True
        )
    )
    rows = [line[left : len(line) - right].split("|") for line in printed]
    width = max(map(len, rows))
    cells = tuple(
        (*(" ".join(cell.split()) for cell in row), *[""] * (width - len(row))) for row in rows
    )
    first = lines.index(printed[0])
    return Table(cells, has_header_row=first + 1 in rules and any(cells[0]))


def row_spans(text: str) -> list[tuple[int, int]]:
    """Where the words of each row stand in `text`, from its first cell to its last, as (start, end)."""
    spans, at = [], 0
    for line in text.split("\n"):
        if not is_rule(line) and (words := line.strip("| ")):
            start = at + line.index(words)
            spans.append((start, start + len(words)))
        at += len(line) + 1
    return spans
