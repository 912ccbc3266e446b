"""The home page: what this is, the themes, the newest briefs, and all briefs by theme on one table."""

from __future__ import annotations

from archive.library import Brief, Library
from archive.markdown import inside, link, page
from archive.pages.parts import Here, count, meta
from archive.pages.theme import theme_list

NEWEST = 5
# The table costs a row a brief: a larger archive shows its newest rows.
ROWS = 50


def home_page(library: Library) -> str:
    """Home, beginning with the sentences that curators wrote in briefs/home.md."""
    here = Here("index.md", library)
    counts = ", ".join(
        [
            link(count(len(library.briefs), "brief"), here.to("briefs/index.md")),
            link(count(len(library.authors()), "author"), here.to("authors/index.md")),
            link(count(len(library.institutes()), "institute"), here.to("institutes/index.md")),
            link(count(len(library.years()), "year"), here.to("years/index.md")),
        ]
    )
    lines = [library.home, "", counts, "{ .kicker }", "", "## Themes { #themes }", "", *theme_list(here)]
    lines += ["## Newest briefs { #newest }", "", *here.entries(library.briefs[:NEWEST])]
    lines += here.exports("the list of all briefs", "briefs/")
    lines += ["## Briefs by theme { #by-theme }", "", "Each count leads to the first passage.", "", *_table(here)]
    return page(meta("Home", "Think-tank policy briefs on Korea–Japan relations, in full, by theme."), lines)


def _table(here: Here) -> list[str]:
    themes = list(here.library.themes)
    head = " | ".join(["Brief", *(here.theme(theme) for theme in themes)])
    rows = [f"| {head} |", f"|{' --- |' * (len(themes) + 1)}"]
    for brief in here.library.briefs[:ROWS]:
        cells = [
            f"{here.brief(brief)} ({here.date(brief)})",
            *(_cell(here, brief, theme.id) for theme in themes),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return inside("div", [*rows, ""], class_="by-theme")


def _cell(here: Here, brief: Brief, theme: str) -> str:
    found = brief.passages.get(theme)
    return here.brief(brief, brief.anchor(found[0].number), count(len(found), "passage")) if found else ""
