"""Make the Markdown pages of the site from the library."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from archive.cache import Cache
from archive.exports.citation import Citation, cite
from archive.pages.brief import brief_page, other_briefs, withdrawn_page
from archive.pages.glossary import GLOSSARY, FirstUses, find_first_uses, glossary_page
from archive.pages.home import home_page
from archive.pages.links import PageContext
from archive.pages.listing import Lists, all_lists
from archive.pages.lists import (
    author_page,
    author_row,
    brief_index,
    index_page,
    institute_page,
    institute_row,
    newest_or_all,
    part_page,
    year_page,
    year_row,
)
from archive.pages.related import RelatedIndex
from archive.pages.theme import newest_or_all_passages, theme_index, theme_page
from archive.progress import meter
from archive.records.library import Brief, Library
from archive.records.public import public_library

# What writes an index, its lists, and their years and months.
_WRITERS = {
    "": (home_page,),
    "briefs": (brief_index,),
    "themes": (theme_index, theme_page, partial(part_page, newest_or_all_passages)),
    "authors": (
        partial(index_page, "The authors of the briefs, family name first.", author_row),
        author_page,
        partial(part_page, newest_or_all),
    ),
    "institutes": (
        partial(index_page, "The institutes that issued the briefs.", institute_row),
        institute_page,
        partial(part_page, newest_or_all),
    ),
    "years": (
        partial(index_page, "The briefs by year.", year_row),
        year_page,
        partial(part_page, newest_or_all),
    ),
}


@dataclass(frozen=True, slots=True)
class Edition:
    """A library with its lists and its citations, by id: made once for pages, exports and feeds."""

    library: Library
    lists: Lists
    citations: dict[str, Citation]

    @classmethod
    def of(cls, library: Library) -> "Edition":
        """Make the lists and the citations of a library."""
        return cls(
            library, all_lists(library), {entry.id: cite(library, entry) for entry in library.every}
        )

    def public(self, day: str) -> "Edition":
        """Return what the public may see of it on that day."""
        library = public_library(self.library, day)
        withheld = {brief.id: cite(library, brief) for brief in library.briefs if brief.is_withheld}
        return Edition(library, all_lists(library), {**self.citations, **withheld})


def all_pages(edition: Edition, cache: Cache) -> Iterator[tuple[str, str]]:
    """Yield every page that convert writes: its path in docs/, and its content.

    The pages of briefs come from `cache` where they are there.
    """
    library, related_index = edition.library, RelatedIndex(edition.library)
    tasks = (
        (brief, edition.citations[brief.id], other_briefs(library, brief, related_index))
        for brief in library.briefs
    )
    made = meter.track(
        "making pages", cache.map(partial(_brief_page, library.shared), tasks), len(library.briefs)
    )
    first_uses = []
    for brief, (page, used) in zip(library.briefs, made, strict=True):
        first_uses.append(used)
        yield brief.address.docs_path, page
    yield from pages_of_lists(library, edition.lists)
    for gone in library.withdrawn:
        yield gone.address.docs_path, withdrawn_page(library, gone, edition.citations[gone.id])
    yield GLOSSARY, glossary_page(library, first_uses)


def pages_of_lists(library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Yield the page of each list: its path in docs/, and its content."""
    for address, listing in lists.items():
        context = PageContext(address.docs_path, library, lists)
        writers = _WRITERS[address.folder]  # one of the home page, whose address has no parts
        yield context.path, writers[min(len(address.parts), len(writers)) - 1](context, listing)


def _brief_page(shared: Library, task: tuple[Brief, Citation, list[str]]) -> tuple[str, FirstUses]:
    brief, citation, others = task
    terms = shared.authority.glossary.values()
    return brief_page(shared, brief, citation, others), find_first_uses(brief, terms)
