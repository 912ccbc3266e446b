"""Format what `make bench` measured: tables, bars that the archive has to clear, and a chart."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any

from bench_rivals import HUGO, MATERIAL_SEARCH, MKDOCS, PAGEFIND, ZENSICAL

CONVERT_COLD = "convert, cold"
CONVERT_UNCHANGED = "convert, nothing changed"
CONVERT_CHANGED = "convert, one record changed"
FULL_BUILD = "the whole way, cold"
BUILD_UNCHANGED = "the whole way, nothing changed"
# One more brief takes two stages: `briefs add` writes its record from its text, and a build
# publishes text and record, however they were saved.
ADD_BRIEF = "one more brief: add"
PUBLISH_BRIEF = "one more brief: from saved files to the site"
STAGES = (
    CONVERT_COLD,
    CONVERT_UNCHANGED,
    CONVERT_CHANGED,
    "build",
    "index",
    "finish",
    FULL_BUILD,
    BUILD_UNCHANGED,
    ADD_BRIEF,
    PUBLISH_BRIEF,
)
MKDOCS_AND_PAGEFIND = (MKDOCS, f"{MKDOCS}: {PAGEFIND}")
HUGO_AND_PAGEFIND = (HUGO, f"{HUGO}: {PAGEFIND}")
# The rows of the tables, each with the stages that it adds up.
_TABLE_ROWS: dict[str, tuple[str, ...]] = {
    **{stage: (stage,) for stage in STAGES},
    **{stage: (stage,) for stage in MKDOCS_AND_PAGEFIND},
    f"{MKDOCS}, then {PAGEFIND}": MKDOCS_AND_PAGEFIND,
    MATERIAL_SEARCH: (MATERIAL_SEARCH,),
    **{stage: (stage,) for stage in HUGO_AND_PAGEFIND},
    f"{HUGO}, then {PAGEFIND}": HUGO_AND_PAGEFIND,
    ZENSICAL: (ZENSICAL,),
}
# The lines of a page between which the report is written.
START = "<!-- bench: what stands between these lines is written by make bench -->"
END = "<!-- bench: end -->"


@dataclass(frozen=True)
class Bar:
    """What is asked for and what was measured; `met` is None if this run did not measure it."""

    name: str
    asked: str
    value: str
    met: bool | None


class Figures:
    """The medians of what was measured, by size and stage."""

    def __init__(self, results: dict[str, Any]) -> None:
        """Take what `bench.run_benchmark` returns."""
        self.sizes = sorted(map(int, results["sizes"]))
        self._results_by_size = results["sizes"]

    def median_of(self, briefs: int, column: str, *stages: str) -> float | None:
        """Return the median over all runs of a column ("seconds", "memory" …).

        Several stages are added up run by run. None if one of them was not measured.
        """
        costs = self._results_by_size.get(str(briefs), {}).get("costs", {})
        runs = [costs.get(stage) for stage in stages]
        if not all(runs):
            return None
        columns = ([cost[column] for cost in stage_runs] for stage_runs in runs)
        return median(map(sum, zip(*columns, strict=False)))

    def seconds(self, briefs: int, *stages: str) -> float | None:
        """Return the median time of stages that follow each other."""
        return self.median_of(briefs, "seconds", *stages)

    def page_bytes(self, briefs: int, kind: str) -> float | None:
        """Return what a brief's page costs a reader: the mean of the briefs that are weighed.

        `kind` is "ours" or "stock" (Material with its own search).
        """
        weight = self._results_by_size.get(str(briefs), {}).get("weight", {}).get(kind)
        return mean(weight["pages"]) if weight else None

    def queries(self, briefs: int, kind: str) -> dict[str, tuple[int, int, bool]]:
        """Return the bytes of the page, the bytes of the search, and whether it ended in time.

        The keys are the queries.
        """
        weight = self._results_by_size.get(str(briefs), {}).get("weight", {}).get(kind)
        if not weight:
            return {}
        return {query: tuple(figures) for query, figures in weight["queries"].items()}

    def first_result_bytes(self, briefs: int, kind: str) -> float | None:
        """Return the bytes of a page and a first search on it: the median of the queries."""
        figures = self.queries(briefs, kind).values()
        return median(page + query for page, query, _ in figures) if figures else None


def _ratio(dividend: float | None, divisor: float | None) -> float | None:
    return dividend / divisor if dividend is not None and divisor else None


def bars(results: dict[str, Any]) -> list[Bar]:
    """Compare the results with what is asked for."""
    figures = Figures(results)
    seconds = figures.seconds
    cold, plain = seconds(10000, CONVERT_COLD), seconds(10000, MKDOCS)
    return [
        _bar_at_most(
            f"whole build at 10,000 ÷ plain {MKDOCS}, then {PAGEFIND}",
            1.25,
            _ratio(seconds(10000, FULL_BUILD), seconds(10000, *MKDOCS_AND_PAGEFIND)),
        ),
        _bar_at_most(
            "whole build at 1,000 ÷ Zensical's build alone",
            0.6,
            _ratio(seconds(1000, FULL_BUILD), seconds(1000, ZENSICAL)),
        ),
        _bar_at_least(
            "convert, cold, at 10,000: briefs a second "
            f"(plain MkDocs {_format_number(_ratio(10000, plain))})",
            400,
            _ratio(10000, cold),
        ),
        _bar_at_most(
            "convert with nothing changed ÷ cold, at 10,000",
            0.1,
            _ratio(seconds(10000, CONVERT_UNCHANGED), cold),
        ),
        _bar_at_most(
            f"one more brief at 10,000, from saved files to the site "
            f"÷ {HUGO}, then {PAGEFIND}, from scratch",
            1.0,
            _ratio(seconds(10000, PUBLISH_BRIEF), seconds(10000, *HUGO_AND_PAGEFIND)),
        ),
        _bar_at_most(
            "bytes of a brief's page at 10,000 ÷ at 100",
            1.02,
            _ratio(figures.page_bytes(10000, "ours"), figures.page_bytes(100, "ours")),
            digits=3,
        ),
        _bar_at_most(
            "bytes to the first result at 10,000 ÷ Material's own search",
            0.02,
            _ratio(
                figures.first_result_bytes(10000, "ours"),
                figures.first_result_bytes(10000, "stock"),
            ),
            digits=4,
        ),
        _bar_at_most(
            "peak memory of the whole way at 10,000, all processes together, GB",
            6,
            _ratio(figures.median_of(10000, "memory", FULL_BUILD), 1e9),
        ),
        _bar_at_most(
            "the whole way at 10,000, minutes", 10, _ratio(seconds(10000, FULL_BUILD), 60)
        ),
        *(
            _bar_at_most(
                f"growth from 1,000 to 10,000: {stage}",
                12,
                _ratio(seconds(10000, stage), seconds(1000, stage)),
                digits=1,
            )
            for stage in STAGES
            if stage != BUILD_UNCHANGED
        ),
    ]


def _bar_at_most(name: str, most: float, value: float | None, *, digits: int = 2) -> Bar:
    met = None if value is None else value <= most
    return Bar(name, f"≤ {most:g}", _format_number(value, digits), met)


def _bar_at_least(name: str, least: float, value: float | None) -> Bar:
    met = None if value is None else value >= least
    return Bar(name, f"≥ {least:g}", _format_number(value), met)


# Numbers as they are printed


def _format_number(value: float | None, digits: int = 0) -> str:
    return "not measured" if value is None else f"{value:,.{digits}f}"


def _format_seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.2f}" if seconds < 10 else f"{seconds:,.0f}"


def _format_megabytes(size: float | None) -> str:
    return "" if size is None else f"{size / 1e6:,.{1 if 0 < size < 1e7 else 0}f}"


def _format_kilobytes(size: float | None) -> str:
    return "" if size is None else f"{size / 1000:,.0f}"


def _format_memory(figures: Figures, briefs: int, stages: tuple[str, ...]) -> str:
    """Format the peak of all processes together, in MB.

    The peak of the largest process follows in brackets if all together took at least 2% more.
    """
    peaks = [figures.median_of(briefs, "memory", stage) for stage in stages]
    largest_peaks = [figures.median_of(briefs, "largest", stage) for stage in stages]
    if None in peaks:
        return ""
    peak, largest = max(filter(None, peaks)), max(filter(None, largest_peaks))
    if peak < largest * 1.02:
        return _format_megabytes(peak)
    return f"{_format_megabytes(peak)} ({_format_megabytes(largest)})"


def _format_day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B} {day.year}"


# Tables


def tables(results: dict[str, Any]) -> str:
    """Format all tables and the sentences on the machine as Markdown."""
    figures = Figures(results)
    verdicts = {True: "met", False: "**not met**", None: ""}
    bar_rows = [[bar.name, bar.asked, bar.value, verdicts[bar.met]] for bar in bars(results)]

    def memory(briefs: int, stages: tuple[str, ...]) -> str:
        return _format_memory(figures, briefs, stages)

    def written(briefs: int, stages: tuple[str, ...]) -> str:
        return _format_megabytes(figures.median_of(briefs, "written", *stages))

    named_tables = {
        "Bars": _markdown_table(["", "asked", "measured", ""], bar_rows),
        "Seconds": _time_table(figures),
        "Memory, MB": _stage_table(figures, memory),
        "Written, MB": _stage_table(figures, written),
        "What a reader loads, kB": _reader_table(figures),
    }
    blocks = []
    for name, table in named_tables.items():
        blocks += [f"**{name}**", _scroll_frame(name, table)]
    return "\n\n".join([*blocks, _describe_run(results)])


def _describe_run(results: dict[str, Any]) -> str:
    """Say when, on which machine and with which programs the results were measured."""
    machine = results["machine"]
    runs = [
        f"{len(size['costs'][FULL_BUILD])} with {int(briefs):,} briefs"
        for briefs, size in results["sizes"].items()
    ]
    return (
        f"Measured on {_format_day(results['date'])} with `make bench`: {machine['processor']}, "
        f"{machine['cores']} cores, {machine['memory']} GB, {machine['system']}; "
        f"Python {machine['python']}, {machine['versions']}. Medians of runs: {', '.join(runs)}. "
        "Memory is the peak of all processes together, in brackets that of the largest alone. "
        "What a reader loads is gzipped, and counted at the server. "
        "The times of build, index and finish leave out what each has to load first."
    )


def _time_table(figures: Figures) -> str:
    """Make the table of times, with their growth from each size to the next."""
    size_pairs = list(pairwise(figures.sizes))
    rows = []
    for name, stages in _TABLE_ROWS.items():
        times = [figures.seconds(briefs, *stages) for briefs in figures.sizes]
        growth = [
            _format_number(_ratio(larger, smaller), 1) if smaller and larger else ""
            for smaller, larger in pairwise(times)
        ]
        if any(times):
            rows.append([name, *map(_format_seconds, times), *growth])
    growth_headers = [f"{larger:,} ÷ {smaller:,}" for smaller, larger in size_pairs]
    return _markdown_table(["", *_size_headers(figures), *growth_headers], rows)


def _stage_table(figures: Figures, cell: Callable[[int, tuple[str, ...]], str]) -> str:
    """Make a table with a row for each stage and a column for each size.

    `cell` gets the number of briefs and the stages of the row. Rows without a figure are left out.
    """
    rows = [
        [name, *(cell(briefs, stages) for briefs in figures.sizes)]
        for name, stages in _TABLE_ROWS.items()
    ]
    rows = [row for row in rows if any(text not in ("", "0") for text in row[1:])]
    return _markdown_table(["", *_size_headers(figures)], rows)


def _size_headers(figures: Figures) -> list[str]:
    return [
        f"{briefs:,} briefs" if column == 0 else f"{briefs:,}"
        for column, briefs in enumerate(figures.sizes)
    ]


def _reader_table(figures: Figures) -> str:
    """Make the table of bytes: a brief's page, then the first search on it."""
    kinds = {"this archive": "ours", "Material with its search": "stock"}
    rows = []
    for name, kind in kinds.items():
        pages = [_format_kilobytes(figures.page_bytes(briefs, kind)) for briefs in figures.sizes]
        rows.append([f"a brief, first visit: {name}", *pages])
    own_queries = [figures.queries(briefs, "ours") for briefs in figures.sizes]
    for query in dict.fromkeys(query for queries in own_queries for query in queries):
        words = query if query.isascii() else f'<span lang="ko">{query}</span>'
        searches = [
            _format_kilobytes(queries[query][1]) if query in queries else ""
            for queries in own_queries
        ]
        rows.append([f"first search: {words}", *searches])
    for name, kind in kinds.items():
        cells = []
        for briefs in figures.sizes:
            all_ended = all(ended for _, _, ended in figures.queries(briefs, kind).values())
            size = _format_kilobytes(figures.first_result_bytes(briefs, kind))
            cells.append(size + ("" if all_ended else ", no result"))
        rows.append([f"both, median: {name}", *cells])
    return _markdown_table(["", *_size_headers(figures)], rows)


def _markdown_table(headers: list[str], rows: Iterable[list[str]]) -> str:
    return "\n".join(
        [
            f"| {' | '.join(headers)} |",
            f"|{' --- |' * len(headers)}",
            *(f"| {' | '.join(row)} |" for row in rows),
        ]
    )


def _scroll_frame(name: str, table: str) -> str:
    """Put a table into a frame that scrolls in a narrow window, as in docs/about.md."""
    return (
        '<div class="table-frame by-theme" tabindex="0" role="group" '
        f'aria-label="{name}" markdown="1">\n\n{table}\n\n</div>'
    )


# The chart

# A page's text is 628 pixels wide at most.
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BASE = 628, 344, 60, 200, 14, 300
# Each line: its label, the stages that it adds up, its dashes and its mark. Lines of this archive
# have the accent colour.
_CHART_LINES = (
    ("This archive, whole", (FULL_BUILD,), "", "disc"),
    ("This archive, one more brief", (PUBLISH_BRIEF,), "", "ring"),
    (f"{MKDOCS}, {PAGEFIND}", MKDOCS_AND_PAGEFIND, "7 4", "square"),
    (f"{HUGO}, {PAGEFIND}", HUGO_AND_PAGEFIND, "2 4", "diamond"),
    (f"{ZENSICAL}, without {PAGEFIND}", (ZENSICAL,), "10 3 2 3", "cross"),
)


def chart(results: dict[str, Any]) -> str:
    """Draw time by number of briefs as SVG; both scales are logarithmic.

    The SVG stands in the page itself, so that it takes the page's colours, light or dark.
    """
    figures = Figures(results)
    times_by_label = {
        label: _measured_times(figures, stages) for label, stages, _, _ in _CHART_LINES
    }
    times_by_label = {label: times for label, times in times_by_label.items() if times}
    if not times_by_label:
        return ""
    all_times = [seconds for times in times_by_label.values() for seconds in times.values()]
    low, high = math.floor(math.log10(min(all_times))), math.ceil(math.log10(max(all_times)))
    first, last = math.log10(figures.sizes[0]), math.log10(figures.sizes[-1])

    def position(briefs: float, seconds: float) -> tuple[float, float]:
        across = (math.log10(briefs) - first) / (last - first) if last > first else 0.5
        up = (math.log10(seconds) - low) / (high - low) if high > low else 0.5
        return _LEFT + across * (_WIDTH - _LEFT - _RIGHT), _BASE - up * (_BASE - _TOP)

    shapes = [*_grid(figures.sizes, range(low, high + 1), position)]
    line_ends: list[tuple[float, bool, str, str, str]] = []
    for label, _, dashes, mark in _CHART_LINES:
        times = times_by_label.get(label, {})
        points = [position(briefs, seconds) for briefs, seconds in times.items()]
        if points:
            colour = "var(--accent)" if mark in ("disc", "ring") else "currentColor"
            shapes += _line(points, colour, dashes, mark)
            is_at_edge = max(times) == figures.sizes[-1]
            y = points[-1][1] if is_at_edge else _BASE
            line_ends.append((y, is_at_edge, label, mark, colour))
    name = "Seconds from texts to a searchable site, by number of briefs"
    description = html.escape(_describe_chart(times_by_label))
    return (
        '<div class="chart"><div class="chart-frame" tabindex="0" role="group" '
        f'aria-label="{name}">'
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'aria-labelledby="scaling-title" aria-describedby="scaling-description">'
        f'<title id="scaling-title">{name}</title>'
        f'<desc id="scaling-description">{description}</desc>'
        f"{''.join(shapes)}{''.join(_labels(line_ends))}</svg></div></div>"
    )


def _measured_times(figures: Figures, stages: tuple[str, ...]) -> dict[int, float]:
    """Return the seconds of stages by number of briefs, without sizes that were not measured."""
    times = {briefs: figures.seconds(briefs, *stages) for briefs in figures.sizes}
    return {briefs: seconds for briefs, seconds in times.items() if seconds}


def _grid(
    sizes: list[int], powers: range, position: Callable[[float, float], tuple[float, float]]
) -> Iterable[str]:
    """Draw a line for each power of ten of seconds, and the numbers of briefs below."""
    right = _WIDTH - _RIGHT
    for power in powers:
        _, y = position(sizes[0], 10**power)
        yield f'<path d="M{_LEFT} {y:.0f}H{right}"/>'
        yield f'<text x="0" y="{y + 4:.0f}">{10**power:,g} s</text>'
    for briefs in sizes:
        x, _ = position(briefs, 10 ** powers[0])
        yield f'<text class="year" x="{x:.0f}" y="{_BASE + 20}">{briefs:,}</text>'
    yield f'<text class="year" x="{(_LEFT + right) / 2:.0f}" y="{_BASE + 38}">briefs</text>'


def _line(points: list[tuple[float, float]], colour: str, dashes: str, mark: str) -> Iterable[str]:
    """Draw a line through the points, with dashes and marks for readers who see no colours."""
    dash_array = f' stroke-dasharray="{dashes}"' if dashes else ""
    if len(points) > 1:
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield (
            f'<polyline points="{corners}" fill="none" stroke="{colour}" '
            f'stroke-width="2"{dash_array}/>'
        )
    for x, y in points:
        yield _mark(x, y, mark, colour)


def _mark(x: float, y: float, mark: str, colour: str) -> str:
    if mark == "disc":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
    if mark == "ring":
        return (
            f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="4" ry="4" fill="var(--paper)" '
            f'stroke="{colour}" stroke-width="2"/>'
        )
    if mark == "cross":
        arms = (
            f"{x - 5:.1f},{y:.1f} {x + 5:.1f},{y:.1f}",
            f"{x:.1f},{y - 5:.1f} {x:.1f},{y + 5:.1f}",
        )
        return "".join(
            f'<polyline points="{arm}" stroke="{colour}" stroke-width="2"/>' for arm in arms
        )
    rotation = f' transform="rotate(45 {x:.1f} {y:.1f})"' if mark == "diamond" else ""
    return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"{rotation}/>'


def _labels(line_ends: list[tuple[float, bool, str, str, str]]) -> Iterable[str]:
    """Draw each label beside the end of its line, at least 16 pixels below the one above.

    A line that ends before the right edge has its mark repeated in front of its label.
    """
    lowest, x = 0.0, _WIDTH - _RIGHT + 12
    for y, is_at_edge, label, mark, colour in sorted(line_ends):
        lowest = max(y + 4, lowest + 16)
        yield "" if is_at_edge else _mark(x + 4, lowest - 4, mark, colour)
        label_x = x if is_at_edge else x + 14
        yield f'<text x="{label_x}" y="{lowest:.0f}">{html.escape(label)}</text>'


def _describe_chart(times_by_label: dict[str, dict[int, float]]) -> str:
    """Put the chart into words for a screen reader."""
    sentences = []
    for label, times in times_by_label.items():
        figures = [
            f"{_format_seconds(seconds)} s for {briefs:,} briefs"
            for briefs, seconds in times.items()
        ]
        sentences.append(f"{label}: {', '.join(figures)}.")
    return " ".join(sentences)


def write(page: Path, results: dict[str, Any]) -> None:
    """Write chart and tables into a page, between the lines START and END.

    Raises SystemExit if the page does not have both lines.
    """
    text = page.read_text(encoding="utf-8")
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise SystemExit(f"{page}: the page must contain these two lines:\n{START}\n{END}")
    page.write_text(
        f"{before}{START}\n\n{chart(results)}\n\n{tables(results)}\n\n{END}{after}",
        encoding="utf-8",
    )
