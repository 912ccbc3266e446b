"""Find related briefs: by rarest shared theme, then author, institute and date."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from heapq import merge
from itertools import product
from math import inf
from operator import attrgetter, itemgetter

from archive.pages.links import count, join_known
from archive.records.library import Brief, Library
from archive.records.themes import Theme
from archive.text.dates import EdtfDate
from archive.text.names import join_names

MAX_RELATED = 4


class RelatedIndex:
    """Indexes briefs by theme, author, institute and date.

    With it, related briefs are found without comparing every pair.
    """

    def __init__(self, library: Library) -> None:
        self._counts = library.theme_counts
        self._kinds = {frozenset(brief.passages) for brief in library.briefs}
        # The key is themes, author and institute; "" stands for any author or institute.
        groups: dict[tuple[frozenset[str], str, str], list[Brief]] = {}
        for brief in library.briefs:
            for author in ("", *(credit.id for credit in brief.record.authors)):
                for institute in ("", *brief.record.institutes):
                    key = frozenset(brief.passages), author, institute
                    groups.setdefault(key, []).append(brief)
        self._times = {key: _Times(briefs) for key, briefs in groups.items()}

    def of(self, brief: Brief) -> list[Brief]:
        """Return at most four briefs that share a theme, author or institute, the closest first."""
        found: dict[str, Brief] = {}
        for other in self._ranked(brief):
            found[other.id] = other
            if len(found) == MAX_RELATED:
                break
        return list(found.values())

    def _ranked(self, brief: Brief) -> Iterator[Brief]:
        """Yield other briefs that have something in common with this one, some more than once.

        Those with the rarest shared theme and the most shared themes come first. Among them the
        order is: by the author at the institute, by the author, at the institute, all others; and
        then by nearness in time.
        """
        levels: dict[tuple[float, int], list[frozenset[str]]] = {}
        for themes in self._kinds:
            shared = themes & brief.passages.keys()
            rarest = min((self._counts[theme] for theme in shared), default=inf)
            levels.setdefault((rarest, -len(shared)), []).append(themes)
        own = [credit.id for credit in brief.record.authors]
        for (rarest, _), kinds in sorted(levels.items(), key=itemgetter(0)):
            for authors, bodies in product((own, [""]), (brief.record.institutes, [""])):
                if rarest == inf and authors == bodies == [""]:  # nothing in common
                    continue
                nearest = (
                    self._times[themes, author, institute].nearest(brief.record.date)
                    for themes in kinds
                    for author in authors
                    for institute in bodies
                    if (themes, author, institute) in self._times
                )
                ranked = merge(*nearest, key=itemgetter(0, 1))
                yield from (other for *_, other in ranked if other is not brief)


class _Times:
    """Briefs in the order of time, and of their ids at one time; those without a date last."""

    def __init__(self, briefs: list[Brief]) -> None:
        self._all = sorted(briefs, key=attrgetter("id"))
        self._at: dict[float, list[Brief]] = {}
        for brief in self._all:
            date = brief.record.date
            self._at.setdefault(date.middle_in_months if date else inf, []).append(brief)
        self._times = sorted(self._at)

    def nearest(self, date: EdtfDate | None) -> Iterator[tuple[float, str, Brief]]:
        """Return each brief with its distance from `date` in months and its id, the nearest first.

        The distance is infinite if either date is unknown.
        """
        if date is None:
            return ((inf, brief.id, brief) for brief in self._all)
        month, times = date.middle_in_months, self._times
        place = bisect_left(times, month)
        directions = (
            ((abs(times[n] - month), brief.id, brief) for n in way for brief in self._at[times[n]])
            for way in (range(place - 1, -1, -1), range(place, len(times)))
        )
        return merge(*directions, key=itemgetter(0, 1))


def explain_relation(
    library: Library, brief: Brief, other: Brief, write: Callable[[Theme], str]
) -> str:
    """Return in words why another brief is related: shared themes, the rarest first, and others.

    `write` returns the name of a theme.
    """
    counts = library.theme_counts
    shared = sorted(
        brief.passages.keys() & other.passages.keys(), key=lambda theme: (counts[theme], theme)
    )
    names = join_names(write(library.authority.themes[theme]) for theme in shared)
    authors = [{credit.id for credit in one.record.authors} for one in (brief, other)]
    return join_known(
        " · ",
        f"also on {names}" if names else "",
        "same author" if authors[0] & authors[1] else "",
        "same institute" if {*brief.record.institutes} & {*other.record.institutes} else "",
        _distance(brief, other),
    )


def _distance(brief: Brief, other: Brief) -> str:
    """Return in words how many years apart the briefs are; "" if a date is unknown."""
    if not (brief.record.year and other.record.year):
        return ""
    years = int(other.record.year) - int(brief.record.year)
    when = "later" if years > 0 else "earlier"
    return f"{count(abs(years), 'year')} {when}" if years else "same year"
