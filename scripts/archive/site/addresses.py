"""Write where each address of the site leads: redirects, maps for nginx, and the sitemap.

A page that redirects stands at each address that moved. Some hosts read the file `_redirects`. For
nginx there are maps of the addresses that it answers with 301 or 410: its configuration includes
these files of the site (docs/guide/publishing.md).
"""

import posixpath
from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import urlsplit

from archive.exports.page_head import TEXTS
from archive.pages.listing import Lists
from archive.records.library import Library
from archive.records.redirects import Redirect

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def stub(redirect: Redirect, base: str) -> str:
    """Return the page that redirects an old address, and tells readers where to go.

    With JavaScript, moved.js redirects and keeps the fragment of the address. Without it a refresh
    does, which loses the fragment.
    """
    to = posixpath.relpath(redirect.new, redirect.old) + "/"
    address = escape(redirect.new.url(base))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Moved</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<link rel="canonical" href="{address}">
<noscript><meta http-equiv="refresh" content="0; url={to}"></noscript>
</head>
<body>
<main>
<h1>Moved</h1>
<p>This page moved to <a href="{to}">{address}</a> on {redirect.date}. {escape(redirect.reason)}</p>
</main>
<script src="{posixpath.relpath("/assets/moved.js", redirect.old)}"></script>
</body>
</html>
"""


def redirects_file(library: Library, base: str) -> str:
    """Return the file `_redirects`: 301 for addresses that moved, 410 for withdrawn briefs.

    Each move has two rules, because a stub is at the old address too. Netlify prefers the rule to
    the stub only if the rule is forced (!). Cloudflare Pages and GitLab Pages ignore forced rules;
    they also ignore 410.
    """
    root = urlsplit(base).path
    lines = [
        "# For hosts that read this file at their root. "
        "Other hosts show the page at each of these addresses.",
        *(
            f"{redirect.old.url(root)} {redirect.new.url(root)} {status}"
            for redirect in library.redirects.values()
            for status in ("301!", "301")
        ),
        *(f"{gone.address.url(root)} {gone.address.url(root)} 410!" for gone in library.withdrawn),
    ]
    return "\n".join(lines) + "\n"


def redirects_map(moves: Mapping[str, str], base: str) -> str:
    """Return the map from old addresses to new ones, each of a page or a file, beginning with /.

    `base` is the address of the site. A page also has an entry without its last slash: otherwise
    nginx would first redirect to the address with the slash, and readers would wait for two.
    """
    root = _root(base)
    lines = [
        f"{root}{form} {root}{new};"
        for old, new in moves.items()
        for form in dict.fromkeys((old, old.rstrip("/")))
    ]
    return _file("Old addresses with their new ones: 301.", lines)


def gone_map(withdrawn: Iterable[str], base: str) -> str:
    """Return the map of the pages and text files of withdrawn briefs, given by their ids.

    The files with citations (.bib, .ris, .json) stay: they say that the brief was withdrawn.
    """
    root = _root(base)
    ends = ("/", *(f".{text}" for text in TEXTS))
    return _file(
        "Addresses of withdrawn briefs: 410, with the page or file that says so.",
        [f"{root}/briefs/{id}{end} 1;" for id in withdrawn for end in ends],
    )


def sitemap(library: Library, lists: Lists, base: str) -> str:
    """Return sitemap.xml (https://www.sitemaps.org/protocol.html) for the site at `base`.

    A day comes from the records; a page written by hand has none. Pages of withdrawn briefs and
    addresses that moved are left out.
    """
    days = {
        **{address: listing.changed(library.addresses) for address, listing in lists.items()},
        **{brief.address: brief.record.last_change for brief in library.briefs},
    }
    gone = {brief.address for brief in library.withdrawn} | library.redirects.keys()
    entries = "".join(
        f"<url><loc>{escape(address.url(base))}</loc>"
        f"{f'<lastmod>{days[address]}</lastmod>' if address in days else ''}</url>\n"
        for address in sorted(library.addresses.keys() - gone)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_SITEMAP}">\n{entries}</urlset>\n'
    )


def _root(base: str) -> str:
    """Return the path of the site on its host without a final slash: nginx matches whole paths."""
    return urlsplit(base).path.rstrip("/")


def _file(about: str, lines: list[str]) -> str:
    return "\n".join([f"# {about} For nginx to include in a map of $uri.", *lines]) + "\n"
