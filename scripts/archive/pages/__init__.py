"""Make the Markdown pages of the site from the library."""

from __future__ import annotations

from collections.abc import Iterator

from archive import parallel
from archive.cache import Cache
from archive.pages.brief import brief_page, other_briefs, withdrawn_page
from archive.pages.glossary import PATH as GLOSSARY
from archive.pages.glossary import FirstUses, find_first_uses, glossary_page
from archive.pages.home import home_page
from archive.pages.listing import Lists, all_lists
from archive.pages.lists import author_pages, brief_index, institute_pages, year_pages
from archive.pages.related import RelatedIndex
from archive.pages.theme import theme_pages
from archive.records.library import Brief, Library


def all_pages(
    library: Library, cache: Cache | None = None, lists: Lists | None = None
) -> Iterator[tuple[str, str]]:
    """Yield every page that convert writes: its path in docs/, and its content.

    The pages of briefs come from `cache` where they are there. `lists` are the lists of the
    library, if they are already made.
    """
    lists, related_index = lists or all_lists(library), RelatedIndex(library)
    things = (
        (library.narrowed_to(brief), brief, other_briefs(library, brief, related_index))
        for brief in library.briefs
    )
    made = cache.map(_brief_page, things) if cache else parallel.map(_brief_page, list(things))
    first_uses = []
    for brief, (page, used) in zip(library.briefs, made, strict=True):
        first_uses.append(used)
        yield brief.address.docs_path, page
    yield from theme_pages(library, lists).items()
    yield from author_pages(library, lists).items()
    yield "index.md", home_page(library)
    yield "briefs/index.md", brief_index(library, lists)
    yield from institute_pages(library, lists).items()
    yield from year_pages(library, lists).items()
    for gone in library.withdrawn:
        yield gone.address.docs_path, withdrawn_page(library, gone)
    yield GLOSSARY, glossary_page(library, first_uses)


def _brief_page(thing: tuple[Library, Brief, list[str]]) -> tuple[str, FirstUses]:
    library, brief, others = thing
    terms = library.authority.glossary.values()
    return brief_page(library, brief, others), find_first_uses(brief, terms)
