"""The pages that list briefs, as feeds, exports, page heads and the sitemap need them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from archive import metadata
from archive.library import UNDATED, Brief, Library
from archive.metadata import Trail
from archive.site import Site


@dataclass(frozen=True, slots=True)
class Listing:
    """A page that lists briefs: what it is about, as schema.org has it, and whether it has feeds and exports."""

    address: str
    title: str
    trail: Trail
    briefs: tuple[Brief, ...]
    about: dict[str, Any] | None = None
    exported: bool = True


def listings(library: Library, site: Site) -> Iterator[Listing]:
    """Every page of convert that lists briefs."""
    base = site.url
    home = ("Home", base)

    def under(name: str, folder: str) -> Trail:
        return [home, (name, f"{base}{folder}/")]

    yield Listing("/", site.name, [], library.briefs, exported=False)
    yield Listing("/briefs/", "Briefs", [home], library.briefs)
    for folder in ("themes", "authors", "institutes", "years"):
        yield Listing(f"/{folder}/", folder.capitalize(), [home], library.briefs, exported=False)
    for theme in library.themes:
        about = metadata.term(theme, base)
        yield Listing(f"/themes/{theme.id}/", theme.label, under("Themes", "themes"), tuple(library.bearing(theme.id)), about)
    for author in library.authors():
        briefs = tuple(brief for brief, _ in library.by(author.id))
        yield Listing(f"/authors/{author.id}/", author.names[0], under("Authors", "authors"), briefs, metadata.person(author, base))
    for body in library.institutes():
        about = metadata.body(body, base)
        yield Listing(f"/institutes/{body.id}/", body.name, under("Institutes", "institutes"), tuple(library.of(body.id)), about)
    for year, group in library.years().items():
        yield Listing(f"/years/{year or UNDATED}/", year or "Undated", under("Years", "years"), tuple(group), exported=False)


def given_out(library: Library, address: str) -> str:
    """The day on which a page was first given out; of one that is new, that of the newest record."""
    return library.addresses.get(address) or max((brief.record.added for brief in library.briefs), default="1970-01-01")
