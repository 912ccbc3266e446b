"""What `make bench` prints and writes: tables, the bars with what was measured, and the chart."""

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

from bench_rivals import HUGO, MKDOCS, PAGEFIND, SEARCH, ZENSICAL

COLD, UNCHANGED, CHANGED = (
    "convert, cold",
    "convert, nothing changed",
    "convert, one record changed",
)
# One more brief: from its text, as `briefs add` writes its record; and from text and record, however they were saved, to the site.
WHOLE, ADD, AGAIN = (
    "the whole way, cold",
    "one more brief: add",
    "one more brief: from saved files to the site",
)
# The build that keeps its pages for the next, on a site that is built and has not changed.
KEEPING = "build again, keeping pages"
STAGES = (COLD, UNCHANGED, CHANGED, "build", "index", "finish", WHOLE, KEEPING, ADD, AGAIN)
PLAIN, HUGO_ALL = (MKDOCS, f"{MKDOCS}: {PAGEFIND}"), (HUGO, f"{HUGO}: {PAGEFIND}")
# The rows of the tables, each with the stages that it adds up.
_ROWS: dict[str, tuple[str, ...]] = {
    **{stage: (stage,) for stage in STAGES},
    **{stage: (stage,) for stage in PLAIN},
    f"{MKDOCS}, then {PAGEFIND}": PLAIN,
    SEARCH: (SEARCH,),
    **{stage: (stage,) for stage in HUGO_ALL},
    f"{HUGO}, then {PAGEFIND}": HUGO_ALL,
    ZENSICAL: (ZENSICAL,),
}
START, END = (
    "<!-- bench: what stands between these lines is written by make bench -->",
    "<!-- bench: end -->",
)
# A page is as wide as this drawing at most.
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BASE = 628, 344, 60, 200, 14, 300


@dataclass(frozen=True)
class Bar:
    """What is asked for, and what was measured; None where this run did not measure it."""

    name: str
    asked: str
    value: str
    met: bool | None


class Figures:
    """The medians of what was measured, by size and stage."""

    def __init__(self, results: dict[str, Any]) -> None:
        """Take what `bench` returns."""
        self.sizes = sorted(map(int, results["sizes"]))
        self._sizes = results["sizes"]

    def of(self, briefs: int, what: str, *stages: str) -> float | None:
        """The median of a column ("seconds", "memory" …), the stages' added up run by run; None where one was not measured."""
        runs = [self._sizes.get(str(briefs), {}).get("costs", {}).get(stage) for stage in stages]
        return (
            median(map(sum, zip(*([cost[what] for cost in one] for one in runs), strict=False)))
            if all(runs)
            else None
        )

    def seconds(self, briefs: int, *stages: str) -> float | None:
        """The median time of stages that follow each other."""
        return self.of(briefs, "seconds", *stages)

    def page(self, briefs: int, kind: str) -> float | None:
        """What a brief's page costs a reader, in the mean of the briefs that are weighed."""
        weight = self._sizes.get(str(briefs), {}).get("weight", {}).get(kind)
        return mean(weight["pages"]) if weight else None

    def queries(self, briefs: int, kind: str) -> dict[str, tuple[int, int, bool]]:
        """For each query what the page cost, what the search cost then, and whether it ended in time."""
        weight = self._sizes.get(str(briefs), {}).get("weight", {}).get(kind)
        return {query: tuple(seen) for query, seen in weight["queries"].items()} if weight else {}

    def first_result(self, briefs: int, kind: str) -> float | None:
        """The bytes of a page and a first search on it, the median of the queries."""
        seen = self.queries(briefs, kind).values()
        return median(page + query for page, query, _ in seen) if seen else None


def _ratio(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


def bars(results: dict[str, Any]) -> list[Bar]:
    """Each bar of the issue."""
    known = Figures(results)
    seconds = known.seconds
    cold, plain = seconds(10000, COLD), seconds(10000, MKDOCS)
    is_whole = not all(one.get("incremental") for one in results["sizes"].values())
    how = " (built whole: no --incremental here)" if is_whole else ""
    return [
        _at_most(
            f"whole build at 10,000 ÷ plain {MKDOCS}, then {PAGEFIND}",
            1.25,
            _ratio(seconds(10000, WHOLE), seconds(10000, *PLAIN)),
        ),
        _at_most(
            "whole build at 1,000 ÷ Zensical's build alone",
            0.6,
            _ratio(seconds(1000, WHOLE), seconds(1000, ZENSICAL)),
        ),
        _at_least(
            "convert, cold, at 10,000: briefs a second",
            400,
            _ratio(10000, cold),
            f"plain MkDocs {_number(_ratio(10000, plain))}",
        ),
        _at_most(
            "convert with nothing changed ÷ cold, at 10,000",
            0.1,
            _ratio(seconds(10000, UNCHANGED), cold),
        ),
        _at_most(
            f"one more brief at 10,000, from saved files to the site{how} ÷ {HUGO}, then {PAGEFIND}, from scratch",
            1.0,
            _ratio(seconds(10000, AGAIN), seconds(10000, *HUGO_ALL)),
        ),
        _at_most(
            "bytes of a brief's page at 10,000 ÷ at 100",
            1.02,
            _ratio(known.page(10000, "ours"), known.page(100, "ours")),
            3,
        ),
        _at_most(
            "bytes to the first result at 10,000 ÷ Material's own search",
            0.02,
            _ratio(known.first_result(10000, "ours"), known.first_result(10000, "stock")),
            4,
        ),
        _at_most(
            "peak memory of the whole way at 10,000, all processes together, GB",
            6,
            _ratio(known.of(10000, "memory", WHOLE), 1e9),
        ),
        _at_most("the whole way at 10,000, minutes", 10, _ratio(seconds(10000, WHOLE), 60)),
        *(
            _at_most(
                f"growth from 1,000 to 10,000: {stage}",
                12,
                _ratio(seconds(10000, stage), seconds(1000, stage)),
                1,
            )
            for stage in STAGES
            if stage != KEEPING
        ),
    ]


def _at_most(name: str, most: float, value: float | None, digits: int = 2) -> Bar:
    return Bar(
        name, f"≤ {most:g}", _number(value, digits), None if value is None else value <= most
    )


def _at_least(name: str, least: float, value: float | None, beside: str) -> Bar:
    return Bar(
        f"{name} ({beside})",
        f"≥ {least:g}",
        _number(value, 0),
        None if value is None else value >= least,
    )


def _number(value: float | None, digits: int = 0) -> str:
    return "not measured" if value is None else f"{value:,.{digits}f}"


# -- tables -----------------------------------------------------------------------------------------------------------------


def tables(results: dict[str, Any]) -> str:
    """All tables, as Markdown: what is asked for; time, memory and bytes of each stage; what readers load; and the machine."""
    known = Figures(results)
    met = {True: "met", False: "**not met**", None: ""}
    asked = [[bar.name, bar.asked, bar.value, met[bar.met]] for bar in bars(results)]
    parts = [
        ("Bars", _table(["", "asked", "measured", ""], asked)),
        ("Seconds", _seconds(known)),
        ("Memory, MB", _each(known, lambda briefs, stages: _memory(known, briefs, stages))),
        (
            "Written, MB",
            _each(known, lambda briefs, stages: _mega(known.of(briefs, "written", *stages))),
        ),
        ("What a reader loads, kB", _loads(known)),
    ]
    return "\n\n".join(
        [
            *(part for name, table in parts for part in (f"**{name}**", _framed(name, table))),
            said(results),
        ]
    )


def said(results: dict[str, Any]) -> str:
    """When, on what and with what this was measured."""
    box = results["machine"]
    runs = [
        f"{len(one['costs'][WHOLE])} with {int(briefs):,} briefs"
        for briefs, one in results["sizes"].items()
    ]
    return (
        f"Measured on {_day(results['date'])} with `make bench`: {box['processor']}, {box['cores']} cores, {box['memory']} GB, "
        f"{box['system']}; Python {box['python']}, {box['versions']}. Medians of runs: {', '.join(runs)}. "
        "Memory is the peak of all processes together, in brackets that of the largest alone. What a reader loads is gzipped, "
        "and counted at the server. The times of build, index and finish leave out what each has to load first."
    )


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B} {day.year}"


def _seconds(known: Figures) -> str:
    """The time of each stage, ours and then the others', and how it grows with the archive."""
    rows = []
    for name, stages in _ROWS.items():
        times = [known.seconds(briefs, *stages) for briefs in known.sizes]
        growth = [
            _number(_ratio(two, one), 1) if one and two else "" for one, two in pairwise(times)
        ]
        if any(times):
            rows.append([name, *map(_short, times), *growth])
    return _table(
        ["", *_sizes(known), *(f"{two:,} ÷ {one:,}" for one, two in pairwise(known.sizes))], rows
    )


def _each(known: Figures, shown: Callable[[int, tuple[str, ...]], str]) -> str:
    """A row for each stage, ours and then the others', a column for each size."""
    rows = [
        [name, *(shown(briefs, stages) for briefs in known.sizes)] for name, stages in _ROWS.items()
    ]
    return _table(
        ["", *_sizes(known)],
        [row for row in rows if any(cell not in ("", "0") for cell in row[1:])],
    )


def _sizes(known: Figures) -> list[str]:
    return [f"{briefs:,}{'' if place else ' briefs'}" for place, briefs in enumerate(known.sizes)]


def _memory(known: Figures, briefs: int, stages: tuple[str, ...]) -> str:
    """The peak of all processes together; behind it that of the largest, where there are others that count."""
    together = [known.of(briefs, "memory", stage) for stage in stages]
    largest = [known.of(briefs, "largest", stage) for stage in stages]
    if None in together:
        return ""
    most, alone = (max(filter(None, peaks)) for peaks in (together, largest))
    return _mega(most) if most < alone * 1.02 else f"{_mega(most)} ({_mega(alone)})"


def _loads(known: Figures) -> str:
    """A brief's page, then the first search on it: of this archive for each query."""
    kinds = {"this archive": "ours", "Material with its search": "stock"}
    rows = [
        [
            f"a brief, first visit: {name}",
            *(_kilo(known.page(briefs, kind)) for briefs in known.sizes),
        ]
        for name, kind in kinds.items()
    ]
    for query in dict.fromkeys(
        query for briefs in known.sizes for query in known.queries(briefs, "ours")
    ):
        words = query if query.isascii() else f'<span lang="ko">{query}</span>'
        seen = [known.queries(briefs, "ours").get(query) for briefs in known.sizes]
        rows.append([f"first search: {words}", *(_kilo(one[1]) if one else "" for one in seen)])
    for name, kind in kinds.items():
        cells = []
        for briefs in known.sizes:
            ended = all(one[2] for one in known.queries(briefs, kind).values())
            cells.append(_kilo(known.first_result(briefs, kind)) + ("" if ended else ", no result"))
        rows.append([f"both, median: {name}", *cells])
    return _table(["", *_sizes(known)], rows)


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    return "\n".join(
        [
            f"| {' | '.join(heads)} |",
            f"|{' --- |' * len(heads)}",
            *(f"| {' | '.join(row)} |" for row in rows),
        ]
    )


def _framed(name: str, table: str) -> str:
    """A table that scrolls in its own frame where the window is narrower, as those of docs/about.md."""
    return f'<div class="table-frame by-theme" tabindex="0" role="group" aria-label="{name}" markdown="1">\n\n{table}\n\n</div>'


def _short(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.2f}" if seconds < 10 else f"{seconds:,.0f}"


def _mega(number: float | None) -> str:
    return "" if number is None else f"{number / 1e6:,.{1 if 0 < number < 1e7 else 0}f}"


def _kilo(number: float | None) -> str:
    return "" if number is None else f"{number / 1000:,.0f}"


# -- the chart --------------------------------------------------------------------------------------------------------------

# What is drawn: a label, the stages, how its line is broken and its point drawn. Ours has the accent, the others the ink.
_LINES = (
    ("This archive, whole", (WHOLE,), "", "disc"),
    ("This archive, one more brief", (AGAIN,), "", "ring"),
    (f"{MKDOCS}, {PAGEFIND}", PLAIN, "7 4", "square"),
    (f"{HUGO}, {PAGEFIND}", HUGO_ALL, "2 4", "diamond"),
    (f"{ZENSICAL}, without {PAGEFIND}", (ZENSICAL,), "10 3 2 3", "cross"),
)


def chart(results: dict[str, Any]) -> str:
    """Time by number of briefs, both in powers of ten, as SVG for the page itself: its colours are the page's, light or dark."""
    known = Figures(results)
    drawn = {label: _points(known, stages) for label, stages, _, _ in _LINES}
    drawn = {label: points for label, points in drawn.items() if points}
    if not drawn:
        return ""
    times = [seconds for points in drawn.values() for seconds in points.values()]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    first, last = math.log10(known.sizes[0]), math.log10(known.sizes[-1])

    def place(briefs: float, seconds: float) -> tuple[float, float]:
        across = (math.log10(briefs) - first) / (last - first) if last > first else 0.5
        up = (math.log10(seconds) - low) / (high - low) if high > low else 0.5
        return _LEFT + across * (_WIDTH - _LEFT - _RIGHT), _BASE - up * (_BASE - _TOP)

    parts = [*_grid(known.sizes, range(low, high + 1), place)]
    ends: list[tuple[float, bool, str, str, str]] = []
    for label, stages, dashes, mark in _LINES:
        places = [place(briefs, seconds) for briefs, seconds in _points(known, stages).items()]
        if places:
            colour = "var(--accent)" if mark in ("disc", "ring") else "currentColor"
            parts += _line(places, colour, dashes, mark)
            is_last = max(drawn[label]) == known.sizes[-1]
            ends.append((places[-1][1] if is_last else _BASE, is_last, label, mark, colour))
    named = "Seconds from texts to a searchable site, by number of briefs"
    told = html.escape(_told(drawn))
    return (
        f'<div class="chart"><div class="chart-frame" tabindex="0" role="group" aria-label="{named}">'
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="scaling-title" '
        f'aria-describedby="scaling-description"><title id="scaling-title">{named}</title>'
        f'<desc id="scaling-description">{told}</desc>{"".join(parts)}{"".join(_labels(ends))}</svg></div></div>'
    )


def _points(known: Figures, stages: tuple[str, ...]) -> dict[int, float]:
    found = {briefs: known.seconds(briefs, *stages) for briefs in known.sizes}
    return {briefs: seconds for briefs, seconds in found.items() if seconds}


def _grid(sizes: list[int], powers: range, place: Any) -> Iterable[str]:
    """A line and its number for each power of ten of seconds, the numbers of briefs below."""
    right = _WIDTH - _RIGHT
    for power in powers:
        _, y = place(sizes[0], 10**power)
        yield f'<path d="M{_LEFT} {y:.0f}H{right}"/><text x="0" y="{y + 4:.0f}">{10**power:,g} s</text>'
    for briefs in sizes:
        x, _ = place(briefs, 10 ** powers[0])
        yield f'<text class="year" x="{x:.0f}" y="{_BASE + 20}">{briefs:,}</text>'
    yield f'<text class="year" x="{(_LEFT + right) / 2:.0f}" y="{_BASE + 38}">briefs</text>'


def _line(places: list[tuple[float, float]], colour: str, dashes: str, mark: str) -> Iterable[str]:
    """A line through the points, each with its mark: told apart by more than colour."""
    broken = f' stroke-dasharray="{dashes}"' if dashes else ""
    if len(places) > 1:
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="2"{broken}/>'
    for x, y in places:
        yield _mark(x, y, mark, colour)


def _mark(x: float, y: float, mark: str, colour: str) -> str:
    if mark == "disc":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
    if mark == "ring":
        return f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="4" ry="4" fill="var(--paper)" stroke="{colour}" stroke-width="2"/>'
    if mark == "cross":
        arms = (
            f"{x - 5:.1f},{y:.1f} {x + 5:.1f},{y:.1f}",
            f"{x:.1f},{y - 5:.1f} {x:.1f},{y + 5:.1f}",
        )
        return "".join(
            f'<polyline points="{arm}" stroke="{colour}" stroke-width="2"/>' for arm in arms
        )
    turned = f' transform="rotate(45 {x:.1f} {y:.1f})"' if mark == "diamond" else ""
    return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"{turned}/>'


def _labels(ends: list[tuple[float, bool, str, str, str]]) -> Iterable[str]:
    """The label of each line beside its last point, lower than the one above; with a mark, where that point is not at the edge."""
    lowest, x = 0.0, _WIDTH - _RIGHT + 12
    for y, is_last, label, mark, colour in sorted(ends):
        lowest = max(y + 4, lowest + 16)
        yield "" if is_last else _mark(x + 4, lowest - 4, mark, colour)
        yield f'<text x="{x + (0 if is_last else 14)}" y="{lowest:.0f}">{html.escape(label)}</text>'


def _told(drawn: dict[str, dict[int, float]]) -> str:
    """The drawing in words."""
    lines = []
    for label, points in drawn.items():
        lines.append(
            f"{label}: {', '.join(f'{_short(seconds)} s for {briefs:,} briefs' for briefs, seconds in points.items())}."
        )
    return " ".join(lines)


def write(page: Path, results: dict[str, Any]) -> None:
    """Put chart and tables between the two lines of a page that stand for them."""
    text = page.read_text(encoding="utf-8")
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise SystemExit(f"{page}: these two lines have to stand in it:\n{START}\n{END}")
    page.write_text(
        f"{before}{START}\n\n{chart(results)}\n\n{tables(results)}\n\n{END}{after}",
        encoding="utf-8",
    )
