"""Make the Markdown pages of the site from the library."""

from __future__ import annotations

from functools import partial

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


def all_pages(library: Library, cache: Cache | None = None) -> dict[str, str]:
    """Return every page that convert writes: its path in docs/, and its content.

    A brief page whose inputs have not changed since it was stored comes from `cache`.
    """
    shelves = Shelves(library)
    return {
        **_brief_pages(library, cache),
        **theme_pages(library, shelves),
        **author_pages(library, shelves),
        "index.md": home_page(library),
        "briefs/index.md": brief_index(library, shelves),
        **institute_pages(library, shelves),
        **year_pages(library, shelves),
        **{f"briefs/{gone.id}.md": withdrawn_page(library, gone) for gone in library.withdrawn},
        GLOSSARY: glossary_page(library),
    }


def _brief_pages(library: Library, cache: Cache | None) -> dict[str, str]:
    related_index = RelatedIndex(library)
    things = [(brief, other_briefs(library, brief, related_index)) for brief in library.briefs]
    terms = repr(library.authority.glossary)

    def input_digest(thing: tuple[Brief, list[str]]) -> str:
        brief, others = thing
        return digest(code_digest(), brief.input_digest, terms, *others)

    work = partial(_brief_page, library.without_briefs)
    pages = map_cached(cache, things, input_digest, work) if cache else parallel.map(work, things)
    return {
        f"briefs/{brief.id}.md": page for brief, page in zip(library.briefs, pages, strict=True)
    }


def _brief_page(library: Library, thing: tuple[Brief, list[str]]) -> str:
    brief, others = thing
    return brief_page(library, brief, others)
