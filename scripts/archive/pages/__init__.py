"""Make the Markdown pages of the site from the library."""

from __future__ import annotations

from archive import parallel
from archive.cache import Cache
from archive.pages.brief import brief_page, other_briefs, withdrawn_page
from archive.pages.glossary import PATH as GLOSSARY
from archive.pages.glossary import glossary_page
from archive.pages.home import home_page
from archive.pages.listing import Lists, all_lists
from archive.pages.lists import author_pages, brief_index, institute_pages, year_pages
from archive.pages.related import RelatedIndex
from archive.pages.theme import theme_pages
from archive.records.library import Brief, Library


def all_pages(
    library: Library, cache: Cache | None = None, lists: Lists | None = None
) -> dict[str, str]:
    """Return every page that convert writes: its path in docs/, and its content.

    The pages of briefs come from `cache` where they are there. `lists` are the lists of the
    library, if they are already made.
    """
    lists = lists or all_lists(library)
    return {
        **_brief_pages(library, cache),
        **theme_pages(library, lists),
        **author_pages(library, lists),
        "index.md": home_page(library),
        "briefs/index.md": brief_index(library, lists),
        **institute_pages(library, lists),
        **year_pages(library, lists),
        **{f"briefs/{gone.id}.md": withdrawn_page(library, gone) for gone in library.withdrawn},
        GLOSSARY: glossary_page(library),
    }


def _brief_pages(library: Library, cache: Cache | None) -> dict[str, str]:
    related_index = RelatedIndex(library)
    things = [
        (library.narrowed_to(brief), brief, other_briefs(library, brief, related_index))
        for brief in library.briefs
    ]
    pages = cache.map(_brief_page, things) if cache else parallel.map(_brief_page, things)
    return {
        f"briefs/{brief.id}.md": page for brief, page in zip(library.briefs, pages, strict=True)
    }


def _brief_page(thing: tuple[Library, Brief, list[str]]) -> str:
    return brief_page(*thing)
