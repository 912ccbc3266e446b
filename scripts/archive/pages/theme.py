"""Write the page of a theme: its briefs by date, each with its passages."""

from collections.abc import Iterable
from functools import partial
from itertools import groupby

from archive.pages.blocks import html_block, page
from archive.pages.chart import institute_bands
from archive.pages.glossary import GlossaryLinks
from archive.pages.links import (
    PageContext,
    count,
    join_known,
    mark_spans,
    meta,
    section,
    title,
    year_id,
)
from archive.pages.listing import Listing
from archive.pages.lists import links_to_parts, list_page, sections, year_heading
from archive.pages.rights import access
from archive.reading.model import Kind
from archive.records.library import Brief
from archive.records.themes import Passage, Theme
from archive.text.addresses import UNDATED
from archive.text.dates import EdtfDate
from archive.text.escaping import Write, escape, in_language

# Further passages of a brief are folded, unless there is only one: a fold takes as much room.
SHOWN_AT_ONCE = 3


def summary(context: PageContext, theme: Theme) -> str:
    """Return the numbers of briefs and passages of a theme, and its first and last year."""
    briefs = context.library.briefs_on("themes", theme.id)
    return join_known(
        ", ",
        f"{len(briefs):,} of {count(len(context.library.briefs), 'brief')}",
        count(sum(len(brief.passages[theme.id]) for brief in briefs), "passage"),
        context.span(briefs),
    )


def theme_cards(context: PageContext, *, scopes: bool = False, level: int = 2) -> list[str]:
    """Return a card for each theme: its numbers and a passage from a brief.

    With `scopes` the card also says what the theme is about. `level` is the level of its heading.
    """
    write = GlossaryLinks(context)
    return html_block(
        "div",
        [
            line
            for theme in context.library.themes
            for line in _card(context, theme, scopes, level, write)
        ],
        class_="theme-cards",
    )


def _card(context: PageContext, theme: Theme, scopes: bool, level: int, write: Write) -> list[str]:
    lines = [
        f"{'#' * level} {context.theme(theme)} {{ #{theme.id} }}",
        "",
        summary(context, theme),
        "{ .entry-facts }",
        "",
        *([escape(theme.scope), "{ .scope }", ""] if scopes else []),
    ]
    if quotation := context.library.quotation(theme):
        brief, passage = quotation
        where = context.where(brief, brief.anchor(passage.number), f"{brief.cited_as}, ¶")
        lines += [f"> {mark_spans(passage.text, passage.marks, write)}", ">", f"> {where}", ""]
    return html_block("section", lines, class_="theme-card")


def theme_index(context: PageContext, index: Listing) -> str:
    """Return the index of themes: a card for each."""
    return page(
        meta("Themes", "The themes of the archive, each with its briefs and passages."),
        [
            *title("Themes"),
            f"{count(len(index.children), 'theme')}, each with a passage from one of its briefs.",
            "",
            *theme_cards(context, scopes=True),
        ],
    )


def theme_page(context: PageContext, listing: Listing) -> str:
    """Return the page of a theme: its passages by date, and a chart of its briefs."""
    theme, briefs = context.library.authority.themes[listing.address.id], listing.briefs
    names = " · ".join(
        ", ".join(in_language(name, language) for name in group)
        for language, group in theme.names.items()
    )
    return list_page(
        context,
        listing,
        [
            *([] if briefs else ["The archive has no brief on this theme yet.", ""]),
            *(newest_or_all_passages(context, listing) if briefs or listing.children else []),
            *section(
                "Briefs by institute and year",
                "by-institute",
                institute_bands(context, theme),
            ),
        ],
        facts=summary(context, theme),
        above=[
            *([names, "{ .byline }", ""] if names else []),
            escape(theme.scope),
            "{ .scope }",
            "",
        ],
        about=theme.scope,
    )


def newest_or_all_passages(context: PageContext, listing: Listing) -> list[str]:
    """Return the briefs of a list or a part; if it is split, its parts and the newest."""
    theme = context.library.authority.themes[listing.address.id]
    # The oldest first, and those without a date last.
    briefs = sorted(
        listing.briefs, key=lambda brief: (not brief.record.date, brief.record.date_parts, brief.id)
    )
    write = partial(_briefs, context, theme, GlossaryLinks(context))
    if listing.children:
        return [
            *links_to_parts(context, listing),
            *section("Newest passages", "newest", write(listing.shown)),
        ]
    if listing.is_too_long or not briefs:
        return context.entries(listing.briefs)
    heading = _month if listing.when else partial(year_heading, context)
    return [*_jumps(briefs), *sections(briefs, heading, write)]


def _briefs(context: PageContext, theme: Theme, write: Write, briefs: Iterable[Brief]) -> list[str]:
    return [line for brief in briefs for line in _brief(context, theme, brief, write)]


def _month(brief: Brief) -> tuple[str, str]:
    """Return a heading and its anchor for a brief: its month, or its year if no month is known."""
    date, year = brief.record.date, brief.record.year
    if date and date.month:
        month = EdtfDate(date.year, date.month)
        return month.words, f"m{month}"
    return year or UNDATED.capitalize(), year_id(year)


def _jumps(briefs: Iterable[Brief]) -> list[str]:
    """Return links to the years of the page, for windows too narrow for a sidebar."""
    rows = [
        f"- [{year or UNDATED.capitalize()}](#{year_id(year)})"
        for year in dict.fromkeys(brief.record.year for brief in briefs)
    ]
    return html_block("nav", rows, class_="jumps", aria_label="Years") if len(rows) > 1 else []


def _brief(context: PageContext, theme: Theme, brief: Brief, write: Write) -> list[str]:
    who = f'<span class="who">{context.authors(brief)}:</span> ' if brief.record.authors else ""
    passages = brief.passages[theme.id]
    at_once = SHOWN_AT_ONCE if len(passages) > SHOWN_AT_ONCE + 1 else len(passages)
    lines = [
        f"### {who}{context.brief(brief)}{{ .entry-title }} {{ #{brief.id} }}",
        "",
        join_known(" · ", context.institutes(brief), context.series(brief), context.date(brief)),
        "{ .entry-facts }",
        "",
        *_passages(context, theme, brief, passages[:at_once], write),
    ]
    if rest := passages[at_once:]:
        lines += html_block(
            "details",
            [
                f"<summary>{len(rest)} more passages</summary>",
                "",
                *_passages(context, theme, brief, rest, write),
            ],
            class_="more",
        )
    if brief.is_withheld:
        lines += [f"Its passages are withheld. {access(brief.record)}", "{ .remark }"]
    return html_block("div", lines, class_="dossier-brief")


def _passages(
    context: PageContext, theme: Theme, brief: Brief, passages: tuple[Passage, ...], write: Write
) -> list[str]:
    """Return passages as quotations, one for each block, and the whole paragraph in a fold.

    The fold around a brief's only passage is open: its author may go on to deny that sentence.
    """
    opened = {"open": ""} if len(brief.passages[theme.id]) == 1 else {}
    lines: list[str] = []
    for number, group in groupby(passages, lambda passage: passage.number):
        quoted, anchor = list(group), brief.anchor(number)
        block = quoted[0].block
        content = [line for passage in quoted for line in _quoted(context, brief, passage, write)]
        content[-1] = ""  # ends the quotation
        if sum(len(passage.text) for passage in quoted) < len(block.text) - len(quoted):
            text = f"{block.mark} {block.text}".strip()
            words = mark_spans(text, theme.find_spans(text), write)
            around = [f"<summary>The whole paragraph ({anchor})</summary>", "", words]
            content += html_block("details", around, class_="around", **opened)
        lines += html_block("div", content, class_="passage")
    return lines


def _quoted(context: PageContext, brief: Brief, passage: Passage, write: Write) -> list[str]:
    """Return the lines of one passage in a quotation; a heading has its points under it."""
    words, sign = mark_spans(passage.text, passage.marks, write), "¶"
    if passage.block.kind is Kind.HEADING:
        words, sign = f"**{words}**", "Heading"
    points = [
        f"> - {write(f'{point.mark} {point.text}')} {context.where(brief, brief.anchor(n), '¶')}"
        for n, point in passage.under
    ]
    where = context.where(brief, brief.anchor(passage.number), sign)
    return [f"> {words} {where}", *([">", *points] if points else []), ">"]
