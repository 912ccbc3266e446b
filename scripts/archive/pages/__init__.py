"""The Markdown pages of the site, made of the library: docs path (from docs/) to content."""

from __future__ import annotations

from archive.library import Library
from archive.pages.brief import brief_page, withdrawn_page
from archive.pages.glossary import PATH as GLOSSARY
from archive.pages.glossary import glossary_page
from archive.pages.home import home_page
from archive.pages.lists import author_pages, brief_index, institute_pages, year_pages
from archive.pages.theme import theme_pages
from archive.related import Kin
from archive.shelves import Shelves
from archive.spread import spread


def all_pages(library: Library) -> dict[str, str]:
    """Every page that convert writes."""
    kin, shelves = Kin(library), Shelves(library)
    briefs = [f"briefs/{brief.id}.md" for brief in library.briefs]
    return {
        "index.md": home_page(library),
        GLOSSARY: glossary_page(library),
        "briefs/index.md": brief_index(library, shelves),
        **dict(zip(briefs, spread(lambda brief: brief_page(library, brief, kin), library.briefs), strict=True)),
        **{f"briefs/{gone.id}.md": withdrawn_page(library, gone) for gone in library.withdrawn},
        **theme_pages(library, shelves),
        **author_pages(library, shelves),
        **institute_pages(library, shelves),
        **year_pages(library, shelves),
    }
