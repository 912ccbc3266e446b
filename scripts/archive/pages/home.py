"""Write the home page."""

from __future__ import annotations

from archive.pages.blocks import html_block, page
from archive.pages.chart import chart
from archive.pages.links import PageContext, count, meta
from archive.pages.theme import theme_cards
from archive.records.library import Brief, Library
from archive.text.escaping import link

NEWEST = 5
# The table of briefs by theme stops here: with every brief, the page would grow with the archive.
MAX_ROWS = 50


def home_page(library: Library) -> str:
    """Return the home page; its title and first sentences come from briefs/home.md."""
    context = PageContext("index.md", library)
    lines = [library.home, "{ .lead }", "", *_search(library), *_counts(context)]
    lines += ["## Themes { #themes }", "", *theme_cards(context, level=3)]
    if library.briefs:
        lines += [
            "## The archive over time { #over-time }",
            "",
            *chart(context, library.briefs, "in the archive"),
        ]
        lines += [
            "## Briefs by theme { #by-theme }",
            "",
            "Each number links to the first passage on that theme.",
            "",
            *_table(context),
        ]
    lines += ["## Newest briefs { #newest }", "", *context.entries(library.briefs[:NEWEST])]
    lines += context.brackets(library.briefs) + context.exports("the list of all briefs", "briefs/")
    about = meta("Home", "Think-tank policy briefs on Korea–Japan relations, in full, by theme.")
    return page({**about, "own_search": True}, lines)


def _search(library: Library) -> list[str]:
    label = f"Search the full text of {count(len(library.briefs), 'brief')}"
    return [
        '<form class="home-search" role="search" action="search/" aria-label="Full text">'
        f'<label for="home-query">{label}</label>',
        '<div class="search-box"><input type="search" id="home-query" name="q" '
        'maxlength="300" autocomplete="off">',
        '<button type="submit">Search</button></div></form>',
        "",
    ]


def _counts(context: PageContext) -> list[str]:
    library = context.library
    counts = [
        link(count(len(library.briefs), "brief"), context.to("briefs/index.md")),
        link(count(len(library.authors()), "author"), context.to("authors/index.md")),
        link(count(len(library.institutes()), "institute"), context.to("institutes/index.md")),
        link(count(len(library.years()), "year"), context.to("years/index.md")),
    ]
    return [", ".join(counts), "{ .counts }", ""]


def _table(context: PageContext) -> list[str]:
    themes = list(context.library.themes)
    head = " | ".join(["Brief", *(context.theme(theme) for theme in themes)])
    rows = [f"| {head} |", f"|{' --- |' * (len(themes) + 1)}"]
    for brief in context.library.briefs[:MAX_ROWS]:
        cells = [
            f"{context.brief(brief)} ({context.date(brief)})",
            *(_cell(context, brief, theme.id) for theme in themes),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return html_block("div", [*rows, ""], class_="by-theme table-frame")


def _cell(context: PageContext, brief: Brief, theme: str) -> str:
    passages = brief.passages.get(theme)
    if brief.is_withheld and passages is not None:
        return context.brief(brief, text="withheld")
    return (
        context.brief(brief, brief.anchor(passages[0].number), count(len(passages), "passage"))
        if passages
        else ""
    )
