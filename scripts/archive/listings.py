"""The pages that list briefs, as feeds, exports, page heads and the sitemap need them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from archive import metadata
from archive.library import UNDATED, Brief, Library, Withdrawn
from archive.metadata import Trail


@dataclass(frozen=True, slots=True)
class Listing:
    """A page that lists briefs: its address now and at first, the pages above it, and what it is about, as schema.org has it.

    `changed` is the last day on which a brief of it came, was changed or was withdrawn, or on which the page was given out.
    Those that are `exported` have feeds and exports.
    """

    address: str
    first_address: str
    title: str
    trail: Trail
    briefs: tuple[Brief, ...]
    changed: str
    about: dict[str, Any] | None = None
    exported: bool = True


def listings(library: Library, base: str) -> Iterator[Listing]:
    """Every page of convert that lists briefs, on the site at the address `base`."""
    home = ("Home", base)
    every, withdrawn = library.briefs, library.withdrawn

    def made(
        address: str,
        title: str,
        trail: Trail,
        briefs: Iterable[Brief],
        gone: Iterable[Withdrawn],
        *,
        about: dict[str, Any] | None = None,
        exported: bool = True,
    ) -> Listing:
        held = tuple(briefs)
        changed = max((one.record.last_change for one in (*held, *gone)), default=library.addresses[address])
        return Listing(address, library.first_addresses.get(address, address), title, trail, held, changed, about, exported)

    yield made("/", "Home", [], every, withdrawn, exported=False)
    yield made("/briefs/", "Briefs", [home], every, withdrawn)
    above = {}
    for folder in ("themes", "authors", "institutes", "years"):
        above[folder] = [home, (folder.capitalize(), f"{base}{folder}/")]
        yield made(f"/{folder}/", folder.capitalize(), [home], every, withdrawn, exported=False)
    for theme in library.themes:
        gone = [one for one in withdrawn if theme.id in one.withdrawal.themes]
        about = metadata.term(theme, base)
        yield made(f"/themes/{theme.id}/", theme.label, above["themes"], library.bearing(theme.id), gone, about=about)
    for author in library.authors():
        gone = [one for one in withdrawn if author.id in {credit.id for credit in one.record.authors}]
        briefs, about = [brief for brief, _ in library.by(author.id)], metadata.person(author, base)
        yield made(f"/authors/{author.id}/", author.names[0], above["authors"], briefs, gone, about=about)
    for body in library.institutes():
        gone = [one for one in withdrawn if one.institute.id == body.id]
        about = metadata.body(body, base)
        yield made(f"/institutes/{body.id}/", body.name, above["institutes"], library.of(body.id), gone, about=about)
    for year, group in library.years().items():
        gone = [one for one in withdrawn if one.record.year == year]
        name = year or UNDATED
        yield made(f"/years/{name}/", name.capitalize(), above["years"], group, gone, exported=False)
