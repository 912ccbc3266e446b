"""Which briefs to read next: those that share the rarest theme, then author, institute and time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from math import inf
from operator import attrgetter, itemgetter

from archive.records.library import Brief, Library
from archive.records.themes import Theme
from archive.text.dates import middle

MOST = 4


@dataclass(frozen=True, slots=True)
class Related:
    """A brief to read next, and why: the shared themes, the rarest first, and in words what else."""

    brief: Brief
    themes: tuple[Theme, ...]
    others: tuple[str, ...]

    def reason(self, name: Callable[[Theme], str]) -> str:
        """Why, in words; `name` writes a theme."""
        *first, last = [name(theme) for theme in self.themes] or [""]
        on = (
            [f"also on {', '.join(first)} and {last}" if first else f"also on {last}"]
            if last
            else []
        )
        return " · ".join([*on, *self.others])


class RelatedIndex:
    """The briefs of a library, laid out in time by what they have in common: whom to read next is found without comparing all."""

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
        # By themes, author and institute; "" stands for any.
        self._times = {key: _Times(briefs) for key, briefs in groups.items()}
        self._kinds = {
            themes for themes, author, institute in groups if not author and not institute
        }

    def of(self, brief: Brief) -> list[Related]:
        """At most four other briefs that share a theme, an author or the institute with `brief`, the closest first."""
        counts = self._library.theme_counts
        levels: dict[tuple[float, int], list[frozenset[str]]] = {}
        for themes in self._kinds:
            shared = themes & brief.passages.keys()
            rarest = min((counts[theme] for theme in shared), default=inf)
            levels.setdefault((rarest, -len(shared)), []).append(themes)
        found: dict[str, Related] = {}
        for (rarest, _), kinds in sorted(levels.items(), key=itemgetter(0)):
            for (stranger, elsewhere), others in self._ranked(brief, kinds):
                if stranger and elsewhere and rarest == inf:  # nothing in common
                    continue
                for other in others:
                    if len(found) == MOST:
                        return list(found.values())
                    if other is not brief and other.id not in found:
                        found[other.id] = _related(self._library, brief, other, stranger, elsewhere)
        return list(found.values())

    def _ranked(
        self, brief: Brief, kinds: list[frozenset[str]]
    ) -> Iterator[tuple[tuple[bool, bool], Iterator[Brief]]]:
        """The briefs of some kinds, nearest in time first: those of the same author and institute, then author, institute, others.

        Each group holds those of the groups before it too.
        """
        own = [credit.id for credit in brief.record.authors]
        for stranger, authors in ((False, own), (True, [""])):
            for elsewhere, institute in ((False, brief.institute.id), (True, "")):
                keys = [(themes, author, institute) for themes in kinds for author in authors]
                nearest = (
                    self._times[key].nearest(brief.record.date)
                    for key in keys
                    if key in self._times
                )
                yield (
                    (stranger, elsewhere),
                    (one for *_, one in merge(*nearest, key=itemgetter(0, 1))),
                )


class _Times:
    """Briefs by their dates; those of one date by their ids."""

    def __init__(self, briefs: list[Brief]) -> None:
        self._all = sorted(briefs, key=attrgetter("id"))
        self._undated = [brief for brief in self._all if not brief.record.date]
        self._at: dict[float, list[Brief]] = {}
        for brief in self._all:
            if brief.record.date:
                self._at.setdefault(middle(brief.record.date), []).append(brief)
        self._dates = sorted(self._at)

    def nearest(self, date: str | None) -> Iterator[tuple[float, str, Brief]]:
        """All of them with how many months they lie from `date`, the nearest first; infinitely many where a date is unknown."""
        if date is None:
            yield from ((inf, brief.id, brief) for brief in self._all)
            return
        context = middle(date)
        later = bisect_left(self._dates, context)
        earlier = later - 1
        while earlier >= 0 or later < len(self._dates):
            before = context - self._dates[earlier] if earlier >= 0 else inf
            after = self._dates[later] - context if later < len(self._dates) else inf
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


def _related(
    library: Library, brief: Brief, other: Brief, stranger: bool, elsewhere: bool
) -> Related:
    counts = library.theme_counts
    shared = sorted(
        brief.passages.keys() & other.passages.keys(), key=lambda theme: (counts[theme], theme)
    )
    words = (
        "" if stranger else "same author",
        "" if elsewhere else "same institute",
        _distance(brief, other),
    )
    return Related(
        other,
        tuple(library.authority.themes[theme] for theme in shared),
        tuple(filter(None, words)),
    )


def _distance(brief: Brief, other: Brief) -> str:
    """How far apart in years, as far as both dates are known."""
    if not (brief.record.year and other.record.year):
        return ""
    years = int(other.record.year) - int(brief.record.year)
    if not years:
        return "same year"
    return f"{abs(years)} year{'s' if abs(years) > 1 else ''} {'later' if years > 0 else 'earlier'}"
