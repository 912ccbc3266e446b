"""How lists stay short at any size (DESIGN.md, principle 9), by one rule for all of them.

A list of more than 200 entries is split: its page shows the newest fifty and leads to a page for
each year; a year of more than 200 is split into its months. What has no date, or within a year no
month, is a part of its own. An entry is a brief; in a theme's dossier, where each takes more room,
a brief and each of its passages. What is still too long then (a month, what has no date) cannot be
split, and its page says less of each brief. What was split once stays split: its addresses were
given out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, takewhile

from archive.records.library import Brief, Library
from archive.records.record import Record
from archive.text.addresses import UNDATED
from archive.text.dates import MONTHS, EdtfDate

LONGEST, NEWEST = 200, 50
# The names of years and of months, as addresses have them.
_NAMES = (re.compile(rf"[0-9]{{4}}|{UNDATED}"), re.compile(rf"0[1-9]|1[0-2]|{UNDATED}"))


@dataclass(frozen=True, slots=True)
class Shelf:
    """A list of briefs, or what it has of a year or a month.

    `path` is the docs path of its page, without .md; `when` the year and the month, as far as it
    has them: (), ("2022",), ("2022", "07"), ("2022", "undated"). `shown` are the briefs that its
    page shows: all, or the newest of one with `parts`.
    """

    path: str
    when: tuple[str, ...]
    briefs: list[Brief]
    shown: list[Brief]
    parts: tuple[Shelf, ...]
    is_too_long: bool

    @property
    def name(self) -> str:
        """What it is called beside the other parts: "2022", "July"."""
        if self.when[-1] == UNDATED:
            return "Month not known" if self.when[1:] else UNDATED.capitalize()
        return MONTHS[int(self.when[1]) - 1] if self.when[1:] else self.when[0]

    @property
    def words(self) -> str:
        """What it is called by itself; "" for a whole list.

        "2022", "July 2022", "2022, month not known".
        """
        if self.when[-1:] == (UNDATED,):
            return ", ".join([*self.when[:-1], self.name.lower()])
        return EdtfDate(*self.when).words if self.when else ""

    @property
    def anchor(self) -> str:
        """The anchor of the way to it.

        The one that the heading of its year has on the page of a list that is whole.
        """
        return (
            UNDATED
            if self.when[-1] == UNDATED
            else f"{'m' if self.when[1:] else 'y'}{self.when[-1]}"
        )

    def holds(self, record: Record) -> bool:
        """Whether a brief of the list, by its date, is one of this year or month."""
        return when_of(record)[: len(self.when)] == self.when


class Shelves:
    """All lists of a library, each split where it has to be."""

    def __init__(self, library: Library) -> None:
        self._library = library
        # Under the path of each list the names of its parts that were given out, or that an address
        # leads to.
        self._known: dict[str, set[str]] = {}
        for address in (
            *library.addresses,
            *(redirect.new for redirect in library.redirects.values()),
        ):
            path, _, name = address.strip("/").rpartition("/")
            self._known.setdefault(path, set()).add(name)

    def every(self) -> Shelf:
        """All briefs; its parts are the years, which are there in any case."""
        briefs = list(self._library.briefs)
        parts = tuple(self.years().values()) if len(briefs) > LONGEST else ()
        return Shelf("briefs/index", (), briefs, briefs[:NEWEST] if parts else briefs, parts, False)

    def of_theme(self, id: str) -> Shelf:
        """The dossier of a theme."""
        return self._shelf(
            f"themes/{id}",
            (),
            self._library.briefs_by_theme(id),
            lambda brief: 1 + len(brief.passages[id]),
        )

    def by_author(self, id: str) -> Shelf:
        """The briefs of an author."""
        return self._shelf(
            f"authors/{id}", (), [brief for brief, _ in self._library.briefs_by_author(id)]
        )

    def of_institute(self, id: str) -> Shelf:
        """The briefs of an institute."""
        return self._shelf(f"institutes/{id}", (), self._library.briefs_by_institute(id))

    def years(self) -> dict[str | None, Shelf]:
        """The briefs of each year, newest first; those without a date last, under None."""
        years = self._library.years()
        return {
            year: self._shelf(f"years/{year or UNDATED}", (year or UNDATED,), briefs)
            for year, briefs in years.items()
        }

    def _shelf(
        self,
        path: str,
        when: tuple[str, ...],
        briefs: list[Brief],
        entries: Callable[[Brief], int] = lambda _: 1,
    ) -> Shelf:
        sums = list(accumulate(map(entries, briefs)))
        is_long = bool(sums) and sums[-1] > LONGEST
        if UNDATED in when or len(when) == len(_NAMES):
            return Shelf(path, when, briefs, briefs, (), is_long)
        groups: dict[str, list[Brief]] = {
            name: [] for name in self._known.get(path, ()) if _NAMES[len(when)].fullmatch(name)
        }
        if not (groups or is_long):
            return Shelf(path, when, briefs, briefs, (), False)
        for brief in briefs:
            groups.setdefault(when_of(brief.record)[len(when)], []).append(brief)
        in_order = sorted(groups, key=lambda name: (name != UNDATED, name), reverse=True)
        parts = (
            self._shelf(f"{path}/{name}", (*when, name), groups[name], entries) for name in in_order
        )
        newest = max(1, len(list(takewhile(lambda total: total <= NEWEST, sums))))
        return Shelf(path, when, briefs, briefs[:newest], tuple(parts), False)


def when_of(record: Record) -> tuple[str, str]:
    """The year and the month of a date, as far as they are known."""
    year, month = (*record.date_parts, UNDATED, UNDATED)[:2]
    return year, month


def titled(name: str, shelf: Shelf) -> str:
    """The title of a list, or of a part of it.

    "Sejong Institute", "Sejong Institute, July 2022", "July 2022".
    """
    return ", ".join(part for part in (name, shelf.words) if part)
