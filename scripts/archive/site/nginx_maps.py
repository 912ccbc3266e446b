"""Write maps for nginx of the addresses that it answers with 301 or 410.

Its configuration includes these files of the site (docs/guide/publishing.md). On a host that does
not read them, the pages at these addresses do the work (redirect_pages).
"""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from archive.exports.page_head import TEXTS


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


def _root(base: str) -> str:
    """Return the path of the site on its host without a final slash: nginx matches whole paths."""
    return urlsplit(base).path.rstrip("/")


def _file(about: str, lines: list[str]) -> str:
    return "\n".join([f"# {about} For nginx to include in a map of $uri.", *lines]) + "\n"
