"""The pages that list briefs, as feeds, exports, page heads and the sitemap need them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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

    def made(
        address: str,
        title: str,
        trail: Trail,
        briefs: tuple[Brief, ...],
        gone: Callable[[Withdrawn], bool],
        *,
        about: dict[str, Any] | None = None,
        exported: bool = True,
    ) -> Listing:
        days = [one.record.last_change for one in (*briefs, *filter(gone, library.withdrawn))]
        changed, first = max(days, default=library.addresses[address]), library.first_addresses.get(address, address)
        return Listing(address, first, title, trail, briefs, changed, about, exported)

    yield made("/", "Home", [], library.briefs, lambda _: True, exported=False)
    yield made("/briefs/", "Briefs", [home], library.briefs, lambda _: True)
    above = {}
    for folder in ("themes", "authors", "institutes", "years"):
        above[folder] = [home, (folder.capitalize(), f"{base}{folder}/")]
        yield made(f"/{folder}/", folder.capitalize(), [home], library.briefs, lambda _: True, exported=False)
    for theme in library.themes:
        yield made(
            f"/themes/{theme.id}/",
            theme.label,
            above["themes"],
            tuple(library.bearing(theme.id)),
            lambda one, id=theme.id: id in one.withdrawal.themes,  # type: ignore[misc]
            about=metadata.term(theme, base),
        )
    for author in library.authors():
        yield made(
            f"/authors/{author.id}/",
            author.names[0],
            above["authors"],
            tuple(brief for brief, _ in library.by(author.id)),
            lambda one, id=author.id: id in {credit.id for credit in one.record.authors},  # type: ignore[misc]
            about=metadata.person(author, base),
        )
    for body in library.institutes():
        yield made(
            f"/institutes/{body.id}/",
            body.name,
            above["institutes"],
            tuple(library.of(body.id)),
            lambda one, id=body.id: one.institute.id == id,  # type: ignore[misc]
            about=metadata.body(body, base),
        )
    for year, group in library.years().items():
        yield made(
            f"/years/{year or UNDATED}/",
            year or UNDATED.capitalize(),
            above["years"],
            tuple(group),
            lambda one, year=year: one.record.year == year,  # type: ignore[misc]
            exported=False,
        )
