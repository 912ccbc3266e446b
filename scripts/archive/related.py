"""Which briefs to read next: those that share the rarest theme, then author, institute and time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import nsmallest
from math import inf
from operator import itemgetter

from archive.dates import months_apart
from archive.library import Brief, Library
from archive.themes import Theme

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
        on = [f"also on {', '.join(first)} and {last}" if first else f"also on {last}"] if last else []
        return " · ".join([*on, *self.others])


def related(library: Library, brief: Brief) -> list[Related]:
    """At most four other briefs that share a theme, an author or the institute with `brief`, the closest first."""
    counts = library.theme_counts
    authors = {credit.id for credit in brief.record.authors}

    def distance(other: Brief) -> tuple[float, int, bool, bool, float, str] | None:
        shared = brief.passages.keys() & other.passages.keys()
        stranger = authors.isdisjoint(credit.id for credit in other.record.authors)
        elsewhere = brief.institute.id != other.institute.id
        if other is brief or (not shared and stranger and elsewhere):
            return None
        rarest = min((counts[theme] for theme in shared), default=inf)
        months = months_apart(brief.record.date or "", other.record.date or "")
        return rarest, -len(shared), stranger, elsewhere, inf if months is None else months, other.id

    ranked = ((key, other) for other in library.briefs if (key := distance(other)) is not None)
    closest = nsmallest(MOST, ranked, key=itemgetter(0))
    return [_related(library, brief, other, stranger, elsewhere) for (_, _, stranger, elsewhere, *_), other in closest]


def _related(library: Library, brief: Brief, other: Brief, stranger: bool, elsewhere: bool) -> Related:
    counts = library.theme_counts
    shared = sorted(brief.passages.keys() & other.passages.keys(), key=lambda theme: (counts[theme], theme))
    words = ("" if stranger else "same author", "" if elsewhere else "same institute", _distance(brief, other))
    return Related(other, tuple(library.authority.themes[theme] for theme in shared), tuple(filter(None, words)))


def _distance(brief: Brief, other: Brief) -> str:
    """How far apart in years, as far as both dates are known."""
    if not (brief.record.year and other.record.year):
        return ""
    years = int(other.record.year) - int(brief.record.year)
    if not years:
        return "same year"
    return f"{abs(years)} year{'s' if abs(years) > 1 else ''} {'later' if years > 0 else 'earlier'}"
