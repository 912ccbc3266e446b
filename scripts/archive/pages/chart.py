"""Draw briefs over time: a band for each theme or institute, with a column for each year.

Places along a band are shares of its width, so that a drawing fits windows of any width; where a
window is narrower than the columns need, the drawing scrolls in its frame. Heights are in pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from unicodedata import east_asian_width

from archive.pages.links import PageContext, count, year_id
from archive.records.authority import Event
from archive.records.library import Brief
from archive.records.themes import Theme
from archive.text.addresses import UNDATED, Address
from archive.text.dates import EdtfDate
from archive.text.escaping import escape_attribute
from archive.text.sentences import shorten

# A target is 24 pixels wide and high (WCAG 2.5.8); the mark in it is smaller.
_TARGET, _RADIUS = 24, 8
_LABEL_HEIGHT, _BAND_HEIGHT, _GAP, _AXIS_HEIGHT = 25, 28, 8, 22
# A few columns fill the window of a phone; the marks of a year share its column.
_PHONE_WIDTH, _WIDEST_COLUMN = 354, 72
# As many columns fit in a window of 1280 pixels: on the home page, and beside contents.
_MOST_COLUMNS_AT_HOME, _MOST_COLUMNS = 41, 26
# With more years than that, a column stands for several.
_STEPS = (1, 2, 5, 10, 20, 50, 100, 1000)
# The room that the label of a year, of several years, and the number of an event need.
_YEAR_WIDTH, _YEARS_WIDTH, _NUMBER_WIDTH = 32, 52, 14
_LONGEST_NAME = 46
# Events more years before the first brief, or after the last one, are listed but not drawn.
_YEARS_AROUND = 3
# With more institutes than this, the last band holds all the others.
_MOST_INSTITUTES = 12


@dataclass(frozen=True, slots=True)
class _Band:
    """A band: its name, and its briefs on a theme."""

    name: str
    theme: Theme
    briefs: Sequence[Brief]


def theme_bands(context: PageContext, events: Sequence[Event]) -> list[str]:
    """Return the drawing of all briefs by theme and year, with `events` behind them."""
    rows = [
        _Band(theme.label, theme, context.library.briefs_on("themes", theme.id))
        for theme in context.library.themes
    ]
    return _draw(context, rows, "Briefs by theme and year", _MOST_COLUMNS_AT_HOME, events)


def institute_bands(context: PageContext, theme: Theme) -> list[str]:
    """Return the drawing of the briefs on a theme by institute, those with most briefs first."""
    library = context.library
    bands = (
        _Band(
            body.short,
            theme,
            [one for one in library.briefs_on("institutes", body.id) if theme.id in one.passages],
        )
        for body in library.institutes()
    )
    rows = sorted(
        (band for band in bands if band.briefs),
        key=lambda band: (-len(band.briefs), band.name.casefold()),
    )
    if len(rows) > _MOST_INSTITUTES:
        rest = rows[_MOST_INSTITUTES - 1 :]
        others = {brief.id: brief for row in rest for brief in row.briefs}
        band = _Band(f"{len(rest)} others", theme, list(others.values()))
        rows = [*rows[: _MOST_INSTITUTES - 1], band]
    return _draw(context, rows, f"Briefs on {theme.label} by institute and year", _MOST_COLUMNS)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a drawing, and the least width of each in pixels.

    `years` are those of each column; the column of briefs without a date has none.
    """

    years: list[range]
    width: int

    @classmethod
    def of(cls, briefs: Sequence[Brief], events: Sequence[Event], most: int) -> "_Columns":
        """Return the columns for briefs, and for events that are not long before or after."""
        dated = [int(brief.record.year) for brief in briefs if brief.record.year]
        undated = [range(0)] if len(dated) < len(briefs) else []
        years = list[range]()
        if dated:
            around = range(min(dated) - _YEARS_AROUND, max(dated) + _YEARS_AROUND + 1)
            dated += [year for event in events if (year := int(event.date.year)) in around]
            first, last = min(dated), max(dated)
            step = next(
                step for step in _STEPS if last // step - first // step + 1 <= most - len(undated)
            )
            years = [range(n, n + step) for n in range(first - first % step, last + 1, step)]
        years += undated
        return cls(years, max(_TARGET, min(_WIDEST_COLUMN, _PHONE_WIDTH // len(years))))

    def place(self, date: EdtfDate | None) -> tuple[int, float] | None:
        """Return the column of a date and the place in it, from 0 to 1; None if it has none.

        The column is of its first year, also where its middle is in the next (Winter 2021).
        """
        for column, years in enumerate(self.years):
            if date and int(date.year) in years:
                return column, min((date.middle_in_months / 12 - years[0]) / len(years), 1)
            if not date and not years:
                return column, 0.5
        return None

    def x(self, column: int, place: float) -> str:
        """Return a place in a column as a share of the whole width."""
        return f"{(column + place) / len(self.years) * 100:.3f}%"

    def spread(self, places: Sequence[float]) -> list[float] | None:
        """Return how many pixels to move each mark of a column, so that none is on another.

        None if there is too little room. What fits a column of the least width fits a wider one.
        """
        # The room that is left beside all marks; in it, no mark may be left of the one before.
        room = self.width - len(places) * _TARGET
        if room < 0:
            return None
        own = [place * self.width - (n + 0.5) * _TARGET for n, place in enumerate(places)]
        reached = accumulate(own, max)
        return [min(max(x, 0), room) - wanted for x, wanted in zip(reached, own, strict=True)]


def _draw(
    context: PageContext,
    rows: list[_Band],
    heading: str,
    most: int,
    events: Sequence[Event] = (),
) -> list[str]:
    briefs = [brief for row in rows for brief in row.briefs]
    if not briefs:
        return []
    columns = _Columns.of(briefs, events, most)
    top = _AXIS_HEIGHT if events else 0
    height = _LABEL_HEIGHT + _BAND_HEIGHT + _GAP
    bottom = top + len(rows) * height
    tops = [top + height * index + _LABEL_HEIGHT for index in range(len(rows))]
    edges = (columns.x(column, 0) for column in range(1, len(columns.years)))
    elements = [
        *(f'<rect class="band" y="{y}" width="100%" height="{_BAND_HEIGHT}"/>' for y in tops),
        *(f'<line class="edge" x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>' for x in edges),
        '<g aria-hidden="true">',
        *_events(columns, events, tops),
        *_axis(columns, bottom + _AXIS_HEIGHT // 2),
        "</g>",
        *(
            element
            for row, y in zip(rows, tops, strict=True)
            for element in (
                _name(row.name, y - _GAP),
                *_marks(context, columns, row, y + _BAND_HEIGHT // 2),
            )
        ),
    ]
    return [
        '<div class="chart"><div class="chart-frame bands-frame">'
        # It only keeps the drawing as wide as its columns need.
        f'<svg width="{columns.width * len(columns.years)}" height="0" aria-hidden="true"></svg>'
        f'<svg class="bands" width="100%" height="{bottom + _AXIS_HEIGHT}" role="group" '
        f'aria-label="{escape_attribute(heading)}">{"".join(elements)}</svg></div></div>',
        "",
    ]


def _axis(columns: _Columns, y: int) -> list[str]:
    """Return the labels of the columns: of every second one, and so on, where they are narrow."""
    room = _YEAR_WIDTH if all(len(years) < 2 for years in columns.years) else 0
    every = -(-(room or _YEARS_WIDTH) // columns.width)
    return [
        f'<text class="year" x="{columns.x(column, 0.5)}" y="{y}">{_label(years)}</text>'
        for column, years in enumerate(columns.years)
        if not years
        or (column % every == every // 2 and column + (every - 1) // 2 < len(columns.years))
    ]


def _label(years: range) -> str:
    to = f"–{years[-1] % 100:02}" if len(years) > 1 else ""
    return f"{years[0]}{to}" if years else "n.d."


def _events(columns: _Columns, events: Sequence[Event], tops: list[int]) -> list[str]:
    """Return a line for each event, an area where only its year is known, and their numbers.

    They are drawn in the first band and used again in the others. Where the numbers of a column
    would overlap, the first and the last stand for all.
    """
    placed = [
        (*where, number, event)
        for number, event in enumerate(events, 1)
        if (where := columns.place(event.date))
    ]
    if not placed:
        return []
    y, elements = tops[0], ['<g id="event-lines">']
    for column, place, _, event in placed:
        if event.date.month:
            x, end = columns.x(column, place), y + _BAND_HEIGHT
            elements.append(f'<line class="event" x1="{x}" x2="{x}" y1="{y}" y2="{end}"/>')
        else:
            share = 1 / len(columns.years[column] or (0,))
            x, width = columns.x(column, place - share / 2), columns.x(0, share)
            elements.append(
                f'<rect class="event" x="{x}" y="{y}" width="{width}" height="{_BAND_HEIGHT}"/>'
            )
    elements += ["</g>", *(f'<use href="#event-lines" y="{top - y}"/>' for top in tops[1:])]
    for column, group in groupby(placed, key=itemgetter(0)):
        _, places, numbers, _ = zip(*group, strict=True)
        if any((b - a) * columns.width < _NUMBER_WIDTH for a, b in pairwise(places)):
            places, texts = ((places[0] + places[-1]) / 2,), [f"{numbers[0]}–{numbers[-1]}"]
        else:
            texts = [str(number) for number in numbers]
        elements += [
            f'<text class="year" x="{columns.x(column, place)}" y="13">{text}</text>'
            for place, text in zip(places, texts, strict=True)
        ]
    return elements


def _name(name: str, y: int) -> str:
    """Return the name of a band; a long one is cut between words, and whole in its title.

    It is not a link: what has the focus would not scroll into view in a narrow window.
    """
    is_wide = any(east_asian_width(sign) in "WF" for sign in name)
    short = shorten(name, _LONGEST_NAME // 2 if is_wide else _LONGEST_NAME)
    whole = f"<title>{escape_attribute(name)}</title>" if short != name else ""
    return f'<g>{whole}<text class="name" y="{y}">{escape_attribute(short)}</text></g>'


def _marks(context: PageContext, columns: _Columns, row: _Band, y: int) -> list[str]:
    """Return a mark for each brief of a band, or their number where a column has no room."""
    placed = sorted(
        ((*(columns.place(brief.record.date) or (0, 0.5)), brief) for brief in row.briefs),
        key=lambda one: (one[0], one[1], one[2].id),
    )
    elements = []
    for column, group in groupby(placed, key=itemgetter(0)):
        _, places, briefs = zip(*group, strict=True)
        moves = columns.spread(places)
        if moves is None:
            x = columns.x(column, 0.5)
            elements.append(
                f"<a {_year_of(context, row, columns.years[column], briefs)}"
                f'<circle class="target" cx="{x}" cy="{y}" r="{_TARGET // 2}"/>'
                f'<circle class="brief" cx="{x}" cy="{y}" r="{_RADIUS + 2}"/>'
                f'<text class="number" x="{x}" y="{y + 4}">{len(briefs):,}</text></a>'
            )
            continue
        for place, move, brief in zip(places, moves, briefs, strict=True):
            x, date = columns.x(column, place), brief.record.date
            kind = "brief" if date and date.month else "brief year-only"
            elements.append(
                f'<a transform="translate({move:.2f})" {_first_passage(context, row.theme, brief)}'
                f'<circle class="target" cx="{x}" cy="{y}" r="{_TARGET // 2}"/>'
                f'<circle class="{kind}" cx="{x}" cy="{y}" r="{_RADIUS}"/></a>'
            )
    return elements


def _first_passage(context: PageContext, theme: Theme, brief: Brief) -> str:
    """Return the target and the title of the link to a brief's first passage on a theme."""
    passages = brief.passages[theme.id]
    anchor = brief.anchor(passages[0].number) if passages else ""
    number = count(len(passages), "passage") if passages else "withheld passages"
    title = f"{brief.cited_as}: {brief.record.title}, {number} on {theme.label}"
    language = brief.record.title_language
    lang = f' lang="{language}"' if language != "en" else ""
    return (
        f'href="{context.href(brief.address.docs_path, anchor)}">'
        f"<title{lang}>{escape_attribute(title)}</title>"
    )


def _year_of(context: PageContext, row: _Band, years: range, briefs: Sequence[Brief]) -> str:
    """Return the target and the title of the link to the year of briefs on a theme's page."""
    first = min((brief.record.year for brief in briefs if brief.record.year), default=None)
    part = Address.of("themes", row.theme.id, first or UNDATED)
    href = (
        context.href(part.docs_path)
        if part in context.lists
        else context.href(part.whole.docs_path, year_id(first))
    )
    by = "" if row.name == row.theme.label else f", {row.name}"
    when = _label(years) if years else UNDATED
    title = f"{count(len(briefs), 'brief')} on {row.theme.label}{by}, {when}"
    return f'href="{href}"><title>{escape_attribute(title)}</title>'
