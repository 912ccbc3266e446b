"""Draw the chart of briefs by institute and year, with its numbers as a table."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import sqrt
from unicodedata import east_asian_width

from archive.pages.blocks import html_block
from archive.pages.links import PageContext
from archive.records.authority import Institute
from archive.records.library import Brief
from archive.text.addresses import UNDATED
from archive.text.escaping import escape, escape_attribute, link

# With more institutes than this, the last row holds all the others.
_MAX_ROWS = 12
# Sizes are in pixels. A wide drawing scrolls in its frame.
_ROW_HEIGHT, _COLUMN_WIDTH, _NARROW_COLUMN_WIDTH = 28, 46, 32
_MAX_LABEL_WIDTH = 170
_MIN_RADIUS, _MAX_RADIUS = 9, 13
# With more years than this, columns are narrow.
_MAX_WIDE_COLUMNS = 12
_OTHERS = "Others"


def chart(context: PageContext, briefs: Iterable[Brief], scope: str) -> list[str]:
    """Return the drawing and the table of its numbers; nothing when there are no briefs.

    Each institute has a row, each year a column; a disc shows the number of briefs. `scope` says
    in the title which briefs these are: "in the archive".
    """
    counts = Counter((brief.institute.id, brief.record.year) for brief in briefs)
    if not counts:
        return []
    years = _years({year for _, year in counts})
    rows = _rows(context, counts)
    return [
        '<div class="chart">'
        + _drawing(rows, years, f"Briefs {scope} by institute and year")
        + "</div>",
        "",
        *html_block(
            "details",
            ["<summary>The same numbers as a table</summary>", "", *_table(context, rows, years)],
            class_="numbers",
        ),
    ]


# A label, its institute unless it is the row of all others, and the number of briefs by year.
Row = tuple[str, Institute | None, Counter[str | None]]


def _years(known: set[str | None]) -> list[str | None]:
    """Return every year from the first to the last, then None if a brief has no date."""
    dated = [int(year) for year in known if year]
    span = range(min(dated), max(dated) + 1) if dated else ()
    return [*(f"{year:04}" for year in span), *([None] if None in known else [])]


def _rows(context: PageContext, counts: Counter[tuple[str, str | None]]) -> list[Row]:
    """Return a row for each institute, the one with the most briefs first.

    All beyond the limit share the last row.
    """
    totals = Counter(body for body, _ in counts.elements())
    institutes = context.library.authority.institutes
    order = sorted(totals, key=lambda body: (-totals[body], institutes[body].short.casefold()))
    own_row = order if len(order) <= _MAX_ROWS else order[: _MAX_ROWS - 1]
    numbers = defaultdict[str, Counter[str | None]](Counter)
    for (body, year), number in counts.items():
        numbers[body if body in own_row else _OTHERS][year] += number
    return [
        *((institutes[body].short, institutes[body], numbers[body]) for body in own_row),
        *([(_OTHERS, None, numbers[_OTHERS])] if _OTHERS in numbers else []),
    ]


def _drawing(rows: list[Row], years: list[str | None], heading: str) -> str:
    labels = [_shorten(name) for name, _, _ in rows]
    left = max(map(_width, labels)) + _MAX_RADIUS
    column = _COLUMN_WIDTH if len(years) <= _MAX_WIDE_COLUMNS else _NARROW_COLUMN_WIDTH
    width, height = left + column * len(years), _ROW_HEIGHT * (len(rows) + 1)
    most = max(number for _, _, numbers in rows for number in numbers.values())
    centre = {year: left + column * place + column // 2 for place, year in enumerate(years)}
    elements = []
    for place, (label, (_, _, numbers)) in enumerate(zip(labels, rows, strict=True)):
        y = _ROW_HEIGHT * place + _ROW_HEIGHT // 2
        elements.append(
            f'<text x="0" y="{y + 4}">{escape_attribute(label)}</text>'
            f'<path d="M{left} {y}H{width}"/>'
        )
        elements += [
            f'<circle cx="{centre[year]}" cy="{y}" r="{_radius(number, most):.1f}"/>'
            f'<text class="number" x="{centre[year]}" y="{y + 4}">{number:,}</text>'
            for year, number in numbers.items()
        ]
    base = _ROW_HEIGHT * len(rows) + _ROW_HEIGHT // 2
    elements += [
        f'<text class="year" x="{x}" y="{base}">{year or "n.d."}</text>'
        for year, x in centre.items()
    ]
    return (
        '<div class="chart-frame" tabindex="0" role="group" '
        f'aria-label="{escape_attribute(heading)}">'
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        'aria-labelledby="chart-title" aria-describedby="chart-description">'
        f'<title id="chart-title">{escape_attribute(heading)}</title>'
        f'<desc id="chart-description">{escape_attribute(" ".join(map(_describe, rows)))}</desc>'
        f"{''.join(elements)}</svg></div>"
    )


def _width(text: str) -> int:
    """Return the greatest width of a label in letters of 12 pixels.

    Korean and Japanese letters are as wide as they are high, capitals nearly so.
    """
    return sum(
        13 if east_asian_width(sign) in "WF" else 10 if sign.isupper() else 7 for sign in text
    )


def _shorten(name: str) -> str:
    while _width(name) > _MAX_LABEL_WIDTH:
        name = f"{name.removesuffix('…')[:-1]}…"
    return name


def _radius(number: int, most: int) -> float:
    """Return the radius of a disc: its area, which the eye compares, grows with the number."""
    share = (sqrt(number) - 1) / (sqrt(most) - 1) if most > 1 else 0
    return _MIN_RADIUS + (_MAX_RADIUS - _MIN_RADIUS) * share


def _describe(row: Row) -> str:
    name, _, numbers = row
    by_year = (
        f"{numbers[year]:,} {f'in {year}' if year else 'without a date'}"
        for year in sorted(numbers, key=str)
    )
    return f"{name}: {', '.join(by_year)}."


def _table(context: PageContext, rows: list[Row], years: list[str | None]) -> list[str]:
    known = context.library.years()
    heads = [
        context.year(year) if (year or UNDATED) in known else (year or UNDATED) for year in years
    ]
    lines = [f"| Institute | {' | '.join(heads)} | All |", f"|{' --- |' * (len(years) + 2)}"]
    total = sum((numbers for _, _, numbers in rows), Counter[str | None]())
    for name, body, numbers in (*rows, ("All", None, total)):
        first = link(body.name, context.to(f"institutes/{body.id}.md")) if body else escape(name)
        cells = [f"{number:,}" if number else "" for number in map(numbers.get, years)]
        lines.append(f"| {' | '.join([first, *cells, f'{numbers.total():,}'])} |")
    return html_block("div", [*lines, ""], class_="table-frame")
