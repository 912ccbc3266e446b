"""What a server answers 301 and 410 for, as maps for nginx: files of the site that its configuration includes.

On a host that reads no such file the pages at these addresses do: see `stubs`. How nginx uses them: docs/guide/publishing.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from archive.exports.page_head import TEXTS
from archive.files import write_atomically
from archive.site.settings import SiteSettings

# Where in the site they are.
FOLDER = "nginx"


def redirects_map(moves: Mapping[str, str], base: str) -> str:
    """Each old address of the site at `base` with where it leads; both begin with / and are those of pages or of files.

    A page is led on from without its last slash, too: nginx itself would add the slash first, and that were two hops.
    """
    root = _root(base)
    lines = []
    for old, new in moves.items():
        lines += [f"{root}{one} {root}{new};" for one in dict.fromkeys((old, old.rstrip("/")))]
    return _file("Old addresses, and where they lead: 301.", lines)


def gone_map(withdrawn: Iterable[str], base: str) -> str:
    """The addresses at which the words of withdrawn briefs were, by their ids: the page, and the files of the text.

    Their citations (.bib, .ris, .json) are not gone: they say that the brief was withdrawn.
    """
    root = _root(base)
    lines = [f"{root}/briefs/{id}{end} 1;" for id in withdrawn for end in ("/", *(f".{text}" for text in TEXTS))]
    return _file("What was withdrawn: 410, with the page or the file that says so.", lines)


def write_maps(site: SiteSettings, moves: Mapping[str, str], withdrawn: Iterable[str]) -> None:
    """Put both into the site. Raises ArchiveError when the disk refuses."""
    write_atomically(site.folder / FOLDER / "redirects.map", redirects_map(moves, site.url))
    write_atomically(site.folder / FOLDER / "gone.map", gone_map(withdrawn, site.url))


def _root(base: str) -> str:
    """The folder of its host that the site is in, without a slash at its end: nginx matches whole paths."""
    return urlsplit(base).path.rstrip("/")


def _file(about: str, lines: list[str]) -> str:
    return "\n".join([f"# {about} For nginx to include in a map of $uri.", *lines]) + "\n"
