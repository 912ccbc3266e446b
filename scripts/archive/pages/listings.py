"""The pages that list briefs, as feeds, exports, page heads and the sitemap need them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from archive.exports import page_head
from archive.exports.page_head import Trail
from archive.pages.shelves import Shelf, Shelves, titled
from archive.records.library import Brief, Library, Withdrawn
from archive.text.addresses import UNDATED, Address


@dataclass(frozen=True, slots=True)
class Listing:
    """A page that lists briefs.

    Its address now and at first, the pages above it, and what it is about, as schema.org has it.

    `changed` is the last day on which a brief of it came, was changed or was withdrawn, or on which
    the page was given out. Those that are `exported` have feeds and exports.
    """

    address: Address
    first_address: Address
    title: str
    trail: Trail
    briefs: tuple[Brief, ...]
    changed: str
    about: dict[str, Any] | None = None
    exported: bool = True


def listings(library: Library, base: str) -> Iterator[Listing]:
    """Every page of convert that lists briefs, on the site at the address `base`."""
    home = ("Home", base)
    every, withdrawn, shelves = library.briefs, library.withdrawn, Shelves(library)
    gone = _by_list(withdrawn)

    def made(
        address: Address,
        title: str,
        trail: Trail,
        briefs: Iterable[Brief],
        gone: Iterable[Withdrawn],
        *,
        about: dict[str, Any] | None = None,
        exported: bool = True,
    ) -> Listing:
        held = tuple(briefs)
        changed = max(
            (one.record.last_change for one in (*held, *gone)), default=library.addresses[address]
        )
        return Listing(
            address,
            library.first_addresses.get(address, address),
            title,
            trail,
            held,
            changed,
            about,
            exported,
        )

    def parts(
        shelf: Shelf,
        name: str,
        trail: Trail,
        gone: list[Withdrawn],
        about: dict[str, Any] | None = None,
    ) -> Iterator[Listing]:
        """The parts of a split list, and theirs.

        `trail` ends with the list itself, `gone` is what was withdrawn from it.
        """
        for part in shelf.parts:
            address, title = Address(f"/{part.path}/"), titled(name, part)
            own = [one for one in gone if part.holds(one.record)]
            one = made(address, title, trail, part.briefs, own, about=about, exported=False)
            # It may be younger than the last change of its briefs: it came when the list was split.
            yield replace(one, changed=max(one.changed, library.addresses[address]))
            yield from parts(part, name, [*trail, (part.words, address.url(base))], own, about)

    def split(
        shelf: Shelf, name: str, trail: Trail, about: dict[str, Any] | None = None
    ) -> Iterator[Listing]:
        """A list with its parts.

        Those of a year of all briefs have a name without it, and no feeds, as it has none.
        """
        address, out = Address(f"/{shelf.path}/"), gone.get(shelf.path, [])
        yield made(address, name, trail, shelf.briefs, out, about=about, exported=not shelf.when)
        yield from parts(
            shelf, "" if shelf.when else name, [*trail, (name, address.url(base))], out, about
        )

    yield made(Address("/"), "Home", [], every, withdrawn, exported=False)
    yield made(Address("/briefs/"), "Briefs", [home], every, withdrawn)
    above = {}
    for folder in ("themes", "authors", "institutes", "years"):
        above[folder] = [home, (folder.capitalize(), f"{base}{folder}/")]
        address, title = Address.of(folder), folder.capitalize()
        yield made(address, title, [home], every, withdrawn, exported=False)
    for theme in library.themes:
        yield from split(
            shelves.of_theme(theme.id), theme.label, above["themes"], page_head.term(theme, base)
        )
    for author in library.authors():
        yield from split(
            shelves.by_author(author.id),
            author.names[0],
            above["authors"],
            page_head.person(author, base),
        )
    for body in library.institutes():
        yield from split(
            shelves.of_institute(body.id),
            body.name,
            above["institutes"],
            page_head.body(body, base),
        )
    for shelf in shelves.years().values():
        yield from split(shelf, shelf.name, above["years"])


def _by_list(withdrawn: Iterable[Withdrawn]) -> dict[str, list[Withdrawn]]:
    """The withdrawn briefs by the docs paths of the lists that they were on."""
    groups: dict[str, list[Withdrawn]] = {}
    for one in withdrawn:
        paths = {f"institutes/{one.institute.id}", f"years/{one.record.year or UNDATED}"}
        paths |= {f"themes/{theme}" for theme in one.withdrawal.themes}
        paths |= {f"authors/{credit.id}" for credit in one.record.authors}
        for path in paths:
            groups.setdefault(path, []).append(one)
    return groups
