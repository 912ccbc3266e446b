"""Write sitemap.xml (https://www.sitemaps.org/protocol.html) with the days of last changes."""

import gzip
from html import escape

from archive.pages.listing import Lists
from archive.records.library import Library
from archive.site.settings import SiteSettings
from archive.store import write_file

_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"


def write_sitemap(library: Library, lists: Lists, site: SiteSettings) -> None:
    """Write the sitemap of the site in place of the engine's.

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
        f"<url><loc>{escape(address.url(site.url))}</loc>{changed.get(address, '')}</url>\n"
        for address in sorted(library.addresses.keys() - gone)
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_SCHEMA}">\n{entries}</urlset>\n'
    )
    write_file(site.folder / "sitemap.xml", content)
    write_file(site.folder / "sitemap.xml.gz", gzip.compress(content.encode(), mtime=0))
