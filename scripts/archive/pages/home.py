"""Write the home page."""

from archive.pages.blocks import html_block, page
from archive.pages.chart import theme_bands
from archive.pages.links import PageContext, count, join_known, meta, section
from archive.pages.listing import Listing
from archive.pages.theme import theme_cards
from archive.records.authority import Event
from archive.text.escaping import escape, link

NEWEST = 5
# A longer list of events is folded.
_MOST_EVENTS_SHOWN = 12
_LEGEND = (
    "A disc is a brief, or a ring where only its year is known; it leads to the brief's first "
    "passage on the theme. A number counts several briefs and leads to their year."
)

_LEGEND_OF_EVENTS = (
    " A line is an event, or a shaded year where only that is known, with its number in the list "
    "below."
)


def home_page(context: PageContext, home: Listing) -> str:
    """Return the home page; its title and first sentences come from briefs/home.md."""
    newest = home.briefs[:NEWEST]
    return page(
        {
            **meta("Home", "Think-tank policy briefs on Korea–Japan relations, in full, by theme."),
            "own_search": True,
        },
        [
            context.library.home,
            "{ .lead }",
            "",
            *_search(home),
            *_counts(context),
            *section("Themes", "themes", theme_cards(context, level=3)),
            *section("Newest briefs", "newest", context.entries(newest)),
            *context.brackets(newest),
            *section("Themes over time", "over-time", _over_time(context)),
            *context.exports("the list of all briefs", "briefs/"),
        ],
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


def _over_time(context: PageContext) -> list[str]:
    """Return the drawing of themes by year, and the list of the events in it."""
    events = context.library.shown_events
    drawing = theme_bands(context, events)
    if not drawing:
        return []
    listed = html_block("div", [_event(context, event) for event in events], class_="events")
    if len(events) > _MOST_EVENTS_SHOWN:
        summary = f"<summary>{count(len(events), 'event')}, as the briefs tell of them</summary>"
        listed = html_block("details", [summary, "", *listed])
    return [*drawing, _LEGEND + _LEGEND_OF_EVENTS * bool(events), "{ .remark }", "", *listed]


def _event(context: PageContext, event: Event) -> str:
    """Return an event as an entry of a list: its date, what happened, and where it is told."""
    # Two paragraphs that it cites may be one by now.
    where = ", ".join(
        dict.fromkeys(
            context.where(brief, brief.present(passage.anchor), f"{brief.cited_as}, ¶")
            for passage in event.passages
            if (brief := context.library.shown(passage))
        )
    )
    basis = f"(date supplied: {escape(event.basis)})" if event.basis else ""
    date = f'<span class="entry-date">{event.date.words}</span>'
    return f"1. {join_known(' ', date, escape(event.label), where, basis)}"
