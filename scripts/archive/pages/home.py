"""Write the home page."""

from archive.pages.blocks import html_block, page
from archive.pages.chart import chart
from archive.pages.links import PageContext, count, meta, section
from archive.pages.listing import Listing
from archive.pages.theme import theme_cards
from archive.records.library import Brief
from archive.text.escaping import link

NEWEST = 5
# The table of briefs by theme stops here: with every brief, the page would grow with the archive.
MAX_ROWS = 50


def home_page(context: PageContext, home: Listing) -> str:
    """Return the home page; its title and first sentences come from briefs/home.md."""
    briefs = home.briefs
    lines = [
        context.library.home,
        "{ .lead }",
        "",
        *_search(home),
        *_counts(context),
        *section("Themes", "themes", theme_cards(context, level=3)),
        *section("The archive over time", "over-time", chart(context, briefs, "in the archive")),
        *section("Briefs by theme", "by-theme", _table(context) if briefs else []),
        *section("Newest briefs", "newest", context.entries(briefs[:NEWEST])),
        *context.brackets(briefs),
        *context.exports("the list of all briefs", "briefs/"),
    ]
    return page(
        {
            **meta("Home", "Think-tank policy briefs on Korea–Japan relations, in full, by theme."),
            "own_search": True,
        },
        lines,
    )


def _search(home: Listing) -> list[str]:
    return [
        '<form class="home-search" role="search" action="search/" aria-label="Full text">'
        '<label for="home-query">'
        f"Search the full text of {count(len(home.briefs), 'brief')}</label>",
        '<div class="search-box"><input type="search" id="home-query" name="q" maxlength="300">',
        '<button type="submit">Search</button></div></form>',
        "",
    ]


def _counts(context: PageContext) -> list[str]:
    counted = {
        "brief": context.library.briefs,
        "author": context.library.authors(),
        "institute": context.library.institutes(),
        "year": context.library.years(),
    }
    links = ", ".join(
        link(count(len(things), word), context.to(f"{word}s/index.md"))
        for word, things in counted.items()
    )
    return [links, "{ .counts }", ""]


def _table(context: PageContext) -> list[str]:
    """Return the newest briefs with the number of passages on each theme."""
    themes = list(context.library.themes)
    rows = [
        ["Brief", *map(context.theme, themes)],
        ["---"] * (len(themes) + 1),
        *(
            [
                f"{context.brief(brief)} ({context.date(brief)})",
                *(_cell(context, brief, theme.id) for theme in themes),
            ]
            for brief in context.library.briefs[:MAX_ROWS]
        ),
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [
        "Each number links to the first passage on that theme.",
        "",
        *html_block("div", [*lines, ""], class_="by-theme table-frame"),
    ]


def _cell(context: PageContext, brief: Brief, theme: str) -> str:
    passages = brief.passages.get(theme)
    if passages:
        first = brief.anchor(passages[0].number)
        return context.brief(brief, first, count(len(passages), "passage"))
    return "" if passages is None else context.brief(brief, text="withheld")
