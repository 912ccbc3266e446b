"""Find related briefs: by rarest shared theme, then author, institute and date."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from math import inf
from operator import attrgetter, itemgetter

from archive.records.library import Brief, Library
from archive.records.themes import Theme
from archive.text.dates import EdtfDate

MAX_RELATED = 4


@dataclass(frozen=True, slots=True)
class Related:
    """A related brief, its shared themes, the rarest first, and the other reasons in words."""

    brief: Brief
    themes: tuple[Theme, ...]
    others: tuple[str, ...]

    def reason(self, name: Callable[[Theme], str]) -> str:
        """Return in words why the brief is related; `name` writes a theme."""
        *first, last = [name(theme) for theme in self.themes] or [""]
        on = (
            [f"also on {', '.join(first)} and {last}" if first else f"also on {last}"]
            if last
            else []
        )
        return " · ".join([*on, *self.others])


class RelatedIndex:
    """Indexes briefs by theme, author, institute and date.

    With it, related briefs are found without comparing every pair.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        groups: dict[tuple[frozenset[str], str, str], list[Brief]] = {}
        for brief in library.briefs:
            themes, authors = (
                frozenset(brief.passages),
                ["", *(credit.id for credit in brief.record.authors)],
            )
            for author in authors:
                for institute in ("", brief.institute.id):
                    groups.setdefault((themes, author, institute), []).append(brief)
        # The key is themes, author and institute; "" stands for any author or institute.
        self._times = {key: _Times(briefs) for key, briefs in groups.items()}
        self._kinds = {
            themes for themes, author, institute in groups if not author and not institute
        }

    def of(self, brief: Brief) -> list[Related]:
        """Return at most four briefs that share a theme, author or institute, the closest first."""
        counts = self._library.theme_counts
        levels: dict[tuple[float, int], list[frozenset[str]]] = {}
        for themes in self._kinds:
            shared = themes & brief.passages.keys()
            rarest = min((counts[theme] for theme in shared), default=inf)
            levels.setdefault((rarest, -len(shared)), []).append(themes)
        related: dict[str, Related] = {}
        for (rarest, _), kinds in sorted(levels.items(), key=itemgetter(0)):
            for (other_author, other_institute), others in self._ranked(brief, kinds):
                if other_author and other_institute and rarest == inf:  # nothing in common
                    continue
                for other in others:
                    if len(related) == MAX_RELATED:
                        return list(related.values())
                    if other is not brief and other.id not in related:
                        related[other.id] = _explain(
                            self._library, brief, other, other_author, other_institute
                        )
        return list(related.values())

    def _ranked(
        self, brief: Brief, kinds: list[frozenset[str]]
    ) -> Iterator[tuple[tuple[bool, bool], Iterator[Brief]]]:
        """Yield four groups of briefs with these sets of themes, each sorted by nearness in time.

        First by the author at the institute, then by the author, at the institute, and all. Each
        group includes the groups before it. (True, True) comes with the group of
        all: `other_author` and `other_institute` say what is not shared.
        """
        own = [credit.id for credit in brief.record.authors]
        for other_author, authors in ((False, own), (True, [""])):
            for other_institute, institute in ((False, brief.institute.id), (True, "")):
                keys = [(themes, author, institute) for themes in kinds for author in authors]
                nearest = (
                    self._times[key].nearest(brief.record.date)
                    for key in keys
                    if key in self._times
                )
                yield (
                    (other_author, other_institute),
                    (other for *_, other in merge(*nearest, key=itemgetter(0, 1))),
                )


class _Times:
    """Briefs sorted by date, then by id."""

    def __init__(self, briefs: list[Brief]) -> None:
        self._all = sorted(briefs, key=attrgetter("id"))
        self._undated = [brief for brief in self._all if not brief.record.date]
        self._at: dict[float, list[Brief]] = {}
        for brief in self._all:
            if brief.record.date:
                self._at.setdefault(brief.record.date.middle_in_months, []).append(brief)
        self._dates = sorted(self._at)

    def nearest(self, date: EdtfDate | None) -> Iterator[tuple[float, str, Brief]]:
        """Yield each brief with its distance from `date` in months and its id, the nearest first.

        The distance is infinite if either date is unknown.
        """
        if date is None:
            yield from ((inf, brief.id, brief) for brief in self._all)
            return
        month = date.middle_in_months
        later = bisect_left(self._dates, month)
        earlier = later - 1
        while earlier >= 0 or later < len(self._dates):
            before = month - self._dates[earlier] if earlier >= 0 else inf
            after = self._dates[later] - month if later < len(self._dates) else inf
            briefs = []
            if before <= after:
                briefs.append(self._at[self._dates[earlier]])
                earlier -= 1
            if after <= before:
                briefs.append(self._at[self._dates[later]])
                later += 1
            yield from (
                (min(before, after), brief.id, brief)
                for brief in merge(*briefs, key=attrgetter("id"))
            )
        yield from ((inf, brief.id, brief) for brief in self._undated)


def _explain(
    library: Library, brief: Brief, other: Brief, other_author: bool, other_institute: bool
) -> Related:
    counts = library.theme_counts
    shared = sorted(
        brief.passages.keys() & other.passages.keys(), key=lambda theme: (counts[theme], theme)
    )
    words = (
        "" if other_author else "same author",
        "" if other_institute else "same institute",
        _distance(brief, other),
    )
    return Related(
        other,
        tuple(library.authority.themes[theme] for theme in shared),
        tuple(filter(None, words)),
    )


def _distance(brief: Brief, other: Brief) -> str:
    """Return in words how many years apart the briefs are; "" if a date is unknown."""
    if not (brief.record.year and other.record.year):
        return ""
    years = int(other.record.year) - int(brief.record.year)
    if not years:
        return "same year"
    return f"{abs(years)} year{'s' if abs(years) > 1 else ''} {'later' if years > 0 else 'earlier'}"
