"""The Markdown pages of the site, made of the library: docs path (from docs/) to content."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from archive import parallel
from archive.cache import Cache, code_digest, digest, map_cached
from archive.pages.brief import brief_page, other_briefs, withdrawn_page
from archive.pages.glossary import PATH as GLOSSARY
from archive.pages.glossary import glossary_page
from archive.pages.home import home_page
from archive.pages.lists import author_pages, brief_index, institute_pages, year_pages
from archive.pages.related import Kin
from archive.pages.shelves import Shelves
from archive.pages.theme import theme_pages
from archive.records.library import Brief, Library

# The folders of docs/ that belong to convert: it removes pages there that it no longer writes.
OWNED = ("briefs", "themes", "authors", "institutes", "years")


def all_pages(library: Library, cache: Cache | None = None) -> dict[str, str]:
    """Every page that convert writes. Those of briefs are taken from what is `cache`, where they would be the same."""
    shelves = Shelves(library)
    lists: list[Callable[[], dict[str, str]]] = [
        lambda: theme_pages(library, shelves),
        lambda: author_pages(library, shelves),
        lambda: {"index.md": home_page(library), "briefs/index.md": brief_index(library, shelves)},
        lambda: institute_pages(library, shelves) | year_pages(library, shelves),
        lambda: {
            f"briefs/{gone.id}.md": withdrawn_page(library, gone) for gone in library.withdrawn
        },
        lambda: {GLOSSARY: glossary_page(library)},
    ]
    pages = _brief_pages(library, cache)
    for make in lists:
        pages |= make()
    return pages


def _brief_pages(library: Library, cache: Cache | None) -> dict[str, str]:
    kin = Kin(library)
    things = [(brief, other_briefs(library, brief, kin)) for brief in library.briefs]
    terms = repr(library.authority.glossary)

    def made_of(thing: tuple[Brief, list[str]]) -> str:
        brief, others = thing
        return digest(code_digest(), brief.made_of, terms, *others)

    work = partial(_brief_page, library.without_briefs)
    pages = map_cached(cache, things, made_of, work) if cache else parallel.map(work, things)
    return {
        f"briefs/{brief.id}.md": page for brief, page in zip(library.briefs, pages, strict=True)
    }


def _brief_page(library: Library, thing: tuple[Brief, list[str]]) -> str:
    brief, others = thing
    return brief_page(library, brief, others)
