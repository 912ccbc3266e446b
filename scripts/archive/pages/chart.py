"""Briefs by institute and year, as a drawing and as a table of the same numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import sqrt
from unicodedata import east_asian_width

from archive.pages.blocks import inside
from archive.pages.links import PageContext
from archive.records.authority import Institute
from archive.records.library import UNDATED, Brief
from archive.text.escaping import attribute, escape, link

# An institute beyond these stands in one row with the others.
_ROWS = 12
# Pixels. A drawing is as wide as it needs, and scrolls in its frame where the window is narrower.
_ROW, _COLUMN, _NARROW_COLUMN = 28, 46, 32
_LONGEST_NAME = 170
_MANY_YEARS = 12
_SMALLEST, _LARGEST = 9, 13
_OTHERS = "Others"


def chart(context: PageContext, briefs: Iterable[Brief], of: str) -> list[str]:
    """A drawing: a row an institute, a column a year, the number of briefs as a disc; then the table. Nothing without briefs.

    `of` says whose briefs they are, in words: "the archive".
    """
    counts = Counter((brief.institute.id, brief.record.year) for brief in briefs)
    if not counts:
        return []
    years = _years({year for _, year in counts})
    rows = _rows(context, counts)
    named = f"Briefs of {of} by institute and year"
    return [
        f'<div class="chart">{_drawing(rows, years, named)}</div>',
        "",
        *inside(
            "details",
            ["<summary>The same numbers as a table</summary>", "", *_table(context, rows, years)],
            class_="numbers",
        ),
    ]


Row = tuple[str, Institute | None, dict[str | None, int]]


def _years(known: set[str | None]) -> list[str | None]:
    """All years from the first to the last, also those without a brief; then briefs without a date."""
    dated = sorted(int(year) for year in known if year)
    span: list[str | None] = (
        [f"{year:04}" for year in range(dated[0], dated[-1] + 1)] if dated else []
    )
    return [*span, *([None] if None in known else [])]


def _rows(context: PageContext, counts: Counter[tuple[str, str | None]]) -> list[Row]:
    """The institutes with the numbers of each year, those with the most briefs first, all beyond the limit as one row."""
    totals: Counter[str] = Counter()
    for (body, _), number in counts.items():
        totals[body] += number
    institutes = context.library.authority.institutes
    order = sorted(totals, key=lambda body: (-totals[body], institutes[body].short.casefold()))
    kept = order if len(order) <= _ROWS else order[: _ROWS - 1]

    def by_year(bodies: list[str]) -> dict[str | None, int]:
        found: Counter[str | None] = Counter()
        for (body, year), number in counts.items():
            if body in bodies:
                found[year] += number
        return dict(found)

    rows: list[Row] = [(institutes[body].short, institutes[body], by_year([body])) for body in kept]
    return rows + ([(_OTHERS, None, by_year(order[len(kept) :]))] if len(kept) < len(order) else [])


def _drawing(rows: list[Row], years: list[str | None], named: str) -> str:
    labels = [_shortened(name) for name, _, _ in rows]
    left = max(map(_width, labels)) + _LARGEST
    column = _COLUMN if len(years) <= _MANY_YEARS else _NARROW_COLUMN
    width, height = left + column * len(years), _ROW * (len(rows) + 1)
    most = max(number for _, _, numbers in rows for number in numbers.values())
    centre = {year: left + column * place + column // 2 for place, year in enumerate(years)}
    drawn = []
    for place, (label, (_, _, numbers)) in enumerate(zip(labels, rows, strict=True)):
        y = _ROW * place + _ROW // 2
        drawn.append(
            f'<text x="0" y="{y + 4}">{attribute(label)}</text><path d="M{left} {y}H{width}"/>'
        )
        for year, number in numbers.items():
            drawn.append(f'<circle cx="{centre[year]}" cy="{y}" r="{_radius(number, most):.1f}"/>')
            drawn.append(f'<text class="number" x="{centre[year]}" y="{y + 4}">{number}</text>')
    base = _ROW * len(rows) + _ROW // 2
    drawn += [
        f'<text class="year" x="{x}" y="{base}">{year or "n.d."}</text>'
        for year, x in centre.items()
    ]
    return (
        f'<div class="chart-frame" tabindex="0" role="group" aria-label="{attribute(named)}">'
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="chart-title" '
        f'aria-describedby="chart-description"><title id="chart-title">{attribute(named)}</title>'
        f'<desc id="chart-description">{attribute(_told(rows))}</desc>{"".join(drawn)}</svg></div>'
    )


def _width(text: str) -> int:
    """How wide a label is at most, at 12 pixels a letter: Korean and Japanese letters are as wide as high, capitals nearly."""
    return sum(
        13 if east_asian_width(sign) in "WF" else 10 if sign.isupper() else 7 for sign in text
    )


def _shortened(name: str) -> str:
    if _width(name) <= _LONGEST_NAME:
        return name
    while _width(f"{name}…") > _LONGEST_NAME:
        name = name[:-1]
    return f"{name}…"


def _radius(number: int, most: int) -> float:
    """Between the smallest and the largest, by the root of the number: what is seen is the surface."""
    share = (sqrt(number) - 1) / (sqrt(most) - 1) if most > 1 else 0
    return _SMALLEST + (_LARGEST - _SMALLEST) * share


def _told(rows: list[Row]) -> str:
    """The drawing in words."""
    told = []
    for name, _, numbers in rows:
        by_year = ", ".join(
            f"{numbers[year]} {f'in {year}' if year else 'without a date'}"
            for year in sorted(numbers, key=str)
        )
        told.append(f"{name}: {by_year}.")
    return " ".join(told)


def _table(context: PageContext, rows: list[Row], years: list[str | None]) -> list[str]:
    known = context.library.years()
    heads = [context.year(year) if year in known else (year or UNDATED) for year in years]
    lines = [f"| Institute | {' | '.join(heads)} | All |", f"|{' --- |' * (len(years) + 2)}"]
    for name, body, numbers in rows:
        first = link(body.name, context.to(f"institutes/{body.id}.md")) if body else escape(name)
        lines.append(_line(first, [numbers.get(year, 0) for year in years]))
    lines.append(
        _line("All", [sum(numbers.get(year, 0) for _, _, numbers in rows) for year in years])
    )
    return inside("div", [*lines, ""], class_="table-frame")


def _line(first: str, numbers: list[int]) -> str:
    return f"| {first} | {' | '.join(str(number or '') for number in numbers)} | {sum(numbers)} |"
