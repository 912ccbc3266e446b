"""Make sitemap.xml (https://www.sitemaps.org/protocol.html) with the days of last changes."""

from html import escape

from archive.pages.listing import Lists
from archive.records.library import Library

_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(library: Library, lists: Lists, base: str) -> str:
    """Return the sitemap of the site at the address `base`.

    A day comes from the records; a page written by hand has none. Pages of withdrawn briefs and
    addresses that moved are left out.
    """
    days = {
        **{address: listing.changed(library.addresses) for address, listing in lists.items()},
        **{brief.address: brief.record.last_change for brief in library.briefs},
    }
    gone = {brief.address for brief in library.withdrawn} | library.redirects.keys()
    changed = {address: f"<lastmod>{day}</lastmod>" for address, day in days.items()}
    entries = "".join(
        f"<url><loc>{escape(address.url(base))}</loc>{changed.get(address, '')}</url>\n"
        for address in sorted(library.addresses.keys() - gone)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_SCHEMA}">\n{entries}</urlset>\n'
    )
