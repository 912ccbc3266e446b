"""sitemap.xml (https://www.sitemaps.org/protocol.html), with the day of each page's true last change."""

from __future__ import annotations

import gzip
from html import escape

from archive.files import write_atomically
from archive.library import Library
from archive.listings import Listing, given_out, listings
from archive.site import Site

_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"


def write_sitemap(library: Library, site: Site) -> None:
    """Write it in place of the engine's. Days are those of the records; pages written by hand have none."""
    days = {listing.address: _last_change(library, listing) for listing in listings(library, site)}
    days |= {f"/briefs/{brief.id}/": brief.record.last_change for brief in library.briefs}
    gone = {f"/briefs/{one.id}/" for one in library.withdrawn} | library.redirects.keys()
    pages = (path.parent.relative_to(site.folder).as_posix() for path in site.folder.rglob("index.html"))
    addresses = sorted({"/" if page == "." else f"/{page}/" for page in pages} - gone)
    changed = {address: f"<lastmod>{day}</lastmod>" for address, day in days.items()}
    entries = "".join(
        f"<url><loc>{escape(site.url + address[1:])}</loc>{changed.get(address, '')}</url>\n" for address in addresses
    )
    content = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_SCHEMA}">\n{entries}</urlset>\n'
    write_atomically(site.folder / "sitemap.xml", content)
    write_atomically(site.folder / "sitemap.xml.gz", gzip.compress(content.encode(), mtime=0))


def _last_change(library: Library, listing: Listing) -> str:
    """The last day on which a brief of the list came, or was changed."""
    return max((brief.record.last_change for brief in listing.briefs), default=given_out(library, listing.address))
