"""The lists of briefs as one tree: the home page, indexes, lists, and their years and months.

A page stays short at any size (DESIGN.md, principle 10) by one rule for all lists. A list of more
than 200 entries is split: its page shows the newest fifty and leads to a page for each year; a year
of more than 200 is split into its months. Briefs without a date, or within a year without a month,
are a part of their own. An entry is a brief; on the page of a theme, where each takes more room, a
brief and each of its passages. A part that is still too long (a month, or briefs without a date)
cannot be split, and its page says less of each brief. What was split once stays split: its
addresses were given out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import Any, TypeAlias

from archive.exports import page_head
from archive.records.library import Brief, Library, Withdrawn, group_by_list
from archive.text.addresses import UNDATED, Address
from archive.text.dates import MONTHS, EdtfDate

LONGEST, NEWEST = 200, 50
# The names of months in addresses, in the order of a list.
_MONTHS = (*(f"{number:02}" for number in range(12, 0, -1)), UNDATED)
# What a list is about for schema.org, on the site at an address.
About: TypeAlias = Callable[[str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page that lists briefs: an index, a list, or its part for a year or a month.

    `name` is the name of the list ("Sejong Institute"), "" for a year of all briefs. `trail` has
    the names and addresses of the pages above it, from the home page down. `shown` are the briefs
    that its page shows: all, or the newest of one with `children`, newest first. `withdrawn` are
    the briefs that were on it once. `when` is the year and the month of a part, as addresses have
    them.
    """

    address: Address
    name: str
    trail: tuple[tuple[str, Address], ...]
    briefs: Sequence[Brief]
    shown: Sequence[Brief]
    withdrawn: Sequence[Withdrawn] = ()
    about: About | None = None
    when: tuple[str, ...] = ()
    children: tuple["Listing", ...] = ()
    is_too_long: bool = False

    @property
    def title(self) -> str:
        """The title: "Sejong Institute", "Sejong Institute, July 2022", "July 2022"."""
        parts = (self.name, self._period if self.name else self._period.capitalize())
        return ", ".join(filter(None, parts))

    @property
    def label(self) -> str:
        """What a part is called beside the others: "2022", "July"."""
        *year, last = self.when
        if last == UNDATED:
            return "Month not known" if year else UNDATED.capitalize()
        return MONTHS[int(last) - 1] if year else last

    @property
    def anchor(self) -> str:
        """The anchor of the link to a part: that of its heading on the page of a whole list."""
        letter = "" if UNDATED in self.when else "m" if self.when[1:] else "y"
        return f"{letter}{self.when[-1]}"

    @property
    def step(self) -> tuple[str, Address]:
        """Its name and address in the trail of the pages below it."""
        return self._period or self.name, self.address

    @property
    def _period(self) -> str:
        """The time of a part in words: "2022", "July 2022", "2022, month not known"."""
        if UNDATED in self.when:
            return ", ".join([*self.when[:-1], self.label.lower()])
        return EdtfDate(*self.when).words if self.when else ""

    @property
    def is_exported(self) -> bool:
        """Whether it has feeds and exports."""
        return not self.when and (self.about is not None or self.address.folder == "briefs")

    def changed(self, given_out: Mapping[Address, str]) -> str:
        """Return the day on which it last changed, from the days when addresses were given out.

        A brief of it came, was changed or was withdrawn, or the list was split and this part came.
        """
        days = [entry.record.last_change for entry in (*self.briefs, *self.withdrawn)]
        return max([*days, given_out[self.address]] if self.address.is_part or not days else days)

    def walk(self) -> Iterator["Listing"]:
        """Yield it and all listings below it."""
        yield self
        for child in self.children:
            yield from child.walk()


Lists: TypeAlias = Mapping[Address, Listing]


def all_lists(library: Library) -> Lists:
    """Return every page that lists briefs, by its address."""
    withdrawn = group_by_list(library.withdrawn)
    given_out = {*library.addresses, *(move.new for move in library.redirects.values())}
    # A year of a list is a year of all briefs, too, and its address there never goes.
    split = partial(_split, (library.years(), _MONTHS), given_out)
    home = Listing(Address("/"), "Home", (), library.briefs, library.briefs, library.withdrawn)
    subjects: dict[str, dict[str, tuple[str, About | None]]] = {
        "themes": {
            theme.id: (theme.label, partial(page_head.term, theme)) for theme in library.themes
        },
        "authors": {
            author.id: (author.all_names[0], partial(page_head.person, author))
            for author in library.authors()
        },
        "institutes": {
            body.id: (body.name, partial(page_head.body, body)) for body in library.institutes()
        },
        "years": dict.fromkeys(library.years(), ("", None)),
    }
    indexes = []
    for folder, lists in subjects.items():
        index = replace(
            home, address=Address.of(folder), name=folder.capitalize(), trail=(home.step,)
        )
        children = (
            Listing(
                Address.of(folder, id),
                name,
                (home.step, index.step),
                library.briefs_on(folder, id),
                shown=library.briefs_on(folder, id),
                withdrawn=withdrawn.get(Address.of(folder, id), ()),
                about=about,
                when=(id,) if folder == "years" else (),
            )
            for id, (name, about) in lists.items()
        )
        indexes.append(replace(index, children=tuple(map(split, children))))
    every = replace(home, address=Address.of("briefs"), name="Briefs", trail=(home.step,))
    if len(library.briefs) > LONGEST:
        every = replace(every, shown=library.briefs[:NEWEST], children=indexes[-1].children)
    home = replace(home, children=(every, *indexes))
    return {listing.address: listing for listing in home.walk()}


def _split(
    periods: tuple[Sequence[str], Sequence[str]], given_out: Set[Address], listing: Listing
) -> Listing:
    """Return a list with its years, or a year with its months, if it is long or was split.

    `periods` are all years and months in their order, and `given_out` all addresses.
    """
    themes = [listing.address.id] if listing.address.folder == "themes" else []
    entries = (1 + sum(len(brief.passages[id]) for id in themes) for brief in listing.briefs)
    sums, depth = list(accumulate(entries)), len(listing.when)
    is_long = bool(sums) and sums[-1] > LONGEST
    if UNDATED in listing.when or depth == len(periods):
        return replace(listing, is_too_long=is_long)
    known = {name for name in periods[depth] if f"{listing.address}{name}/" in given_out}
    if not (known or is_long):
        return listing
    groups: dict[str, list[Brief]] = {name: [] for name in periods[depth]}
    for brief in listing.briefs:
        groups[brief.record.when[depth]].append(brief)
    newest = max(1, sum(total <= NEWEST for total in sums))
    children = tuple(
        _split(periods, given_out, _part(listing, name, briefs))
        for name, briefs in groups.items()
        if briefs or name in known
    )
    return replace(listing, shown=listing.briefs[:newest], children=children)


def _part(listing: Listing, name: str, briefs: list[Brief]) -> Listing:
    when = (*listing.when, name)
    return replace(
        listing,
        address=Address.of(*listing.address.parts, name),
        trail=(*listing.trail, listing.step),
        briefs=briefs,
        shown=briefs,
        withdrawn=[gone for gone in listing.withdrawn if gone.record.when[: len(when)] == when],
        when=when,
    )
