"""Make the Markdown pages of the site from the library."""

from __future__ import annotations

from collections.abc import Callable

from archive import parallel
from archive.cache import Cache, code_digest, digest, map_cached
from archive.pages.brief import brief_page, other_briefs, withdrawn_page
from archive.pages.glossary import PATH as GLOSSARY
from archive.pages.glossary import glossary_page
from archive.pages.home import home_page
from archive.pages.lists import author_pages, brief_index, institute_pages, year_pages
from archive.pages.related import RelatedIndex
from archive.pages.shelves import Shelves
from archive.pages.theme import theme_pages
from archive.records.library import Brief, Library

# The folders of docs/ that belong to convert: it removes the pages there that it no longer writes.
OWNED = ("briefs", "themes", "authors", "institutes", "years")


def all_pages(library: Library, cache: Cache | None = None) -> dict[str, str]:
    """Return every page that convert writes: its path in docs/, and its content.

    A brief page whose inputs have not changed since it was stored comes from `cache`.
    """
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
    for made in parallel.map(
        lambda make: make(),
        lists,
        fewest=len(lists) if len(library.briefs) >= parallel.MANY else parallel.MANY,
    ):
        pages |= made
    return pages


def _brief_pages(library: Library, cache: Cache | None) -> dict[str, str]:
    related_index = RelatedIndex(library)
    said = list(
        parallel.map(lambda brief: other_briefs(library, brief, related_index), library.briefs)
    )
    others = {brief.id: lines for brief, lines in zip(library.briefs, said, strict=True)}
    terms = repr(library.authority.glossary)

    def made_of(brief: Brief) -> str:
        return digest(code_digest(), brief.made_of, terms, *others[brief.id])

    def work(brief: Brief) -> str:
        return brief_page(library, brief, others[brief.id])

    pages = (
        map_cached(cache, library.briefs, made_of, work)
        if cache
        else list(parallel.map(work, library.briefs))
    )
    return {
        f"briefs/{brief.id}.md": page for brief, page in zip(library.briefs, pages, strict=True)
    }
