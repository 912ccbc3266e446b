"""Write the page of a theme: its briefs by date, each with its passages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from archive.pages.blocks import html_block, page
from archive.pages.chart import chart
from archive.pages.glossary import GlossaryLinks
from archive.pages.links import (
    PageContext,
    block_words,
    count,
    mark_passage,
    meta,
    title,
    year_id,
)
from archive.pages.listing import Listing, Lists
from archive.pages.lists import list_page, pages_of_lists, ways
from archive.pages.rights import access
from archive.reading.model import Kind
from archive.records.library import Brief, Library
from archive.records.themes import Passage, Theme
from archive.text.addresses import UNDATED, Address
from archive.text.dates import EdtfDate
from archive.text.escaping import Write, escape, in_language, mark_up

# Further passages of a brief are folded, unless there is only one: a fold takes as much room.
SHOWN_AT_ONCE = 3


def theme_pages(library: Library, lists: Lists) -> dict[str, str]:
    """Return the index of themes, and a page for each theme with its parts."""
    listed = lists[Address.of("themes")].children
    pages = pages_of_lists(library, listed, _dossier, _newest_or_all, contents=True)
    return {"themes/index.md": _index(library), **dict(pages)}


def summary(context: PageContext, theme: Theme) -> str:
    """Return the numbers of briefs and passages of a theme, and its first and last year."""
    briefs = context.library.briefs_on("themes", theme.id)
    passages = sum(len(brief.passages[theme.id]) for brief in briefs)
    of = f"{len(briefs)} of {count(len(context.library.briefs), 'brief')}"
    return ", ".join(
        part for part in (of, count(passages, "passage"), context.span(briefs)) if part
    )


def theme_cards(context: PageContext, *, scopes: bool = False, level: int = 2) -> list[str]:
    """Return a card for each theme: its numbers and its newest passage.

    With `scopes` the card also says what the theme is about. `level` is the level of its heading.
    """
    write = GlossaryLinks(context)
    cards = [
        line
        for theme in context.library.themes
        for line in _card(context, theme, scopes, level, write)
    ]
    return html_block("div", cards, class_="theme-cards")


def _card(context: PageContext, theme: Theme, scopes: bool, level: int, write: Write) -> list[str]:
    lines = [
        f"{'#' * level} {context.theme(theme)} {{ #{theme.id} }}",
        "",
        summary(context, theme),
        "{ .entry-facts }",
        "",
    ]
    if scopes:
        lines += [escape(theme.scope), "{ .scope }", ""]
    newest = next(
        (
            brief
            for brief in context.library.briefs_on("themes", theme.id)
            if brief.passages[theme.id]
        ),
        None,
    )
    if newest:
        # A sentence is preferred: it says something about the theme, a heading only names it.
        passage = min(
            newest.passages[theme.id],
            key=lambda passage: passage.block.kind is Kind.HEADING,
        )
        anchor = newest.anchor(passage.number)
        where = context.brief(newest, anchor, f"{newest.cited_as}, {_sign(passage)} {anchor}")
        lines += [f"> {mark_passage(passage, write)}", ">", f"> {where}{{ .where }}", ""]
    return html_block("section", lines, class_="theme-card")


def _index(library: Library) -> str:
    context = PageContext("themes/index.md", library)
    lines = title("Themes") + [
        f"{count(len(library.authority.themes), 'theme')}, each with its newest passage.",
        "",
    ]
    lines += theme_cards(context, scopes=True)
    return page(
        meta("Themes", "The themes of the archive, each with its briefs and passages."), lines
    )


def _dossier(context: PageContext, listing: Listing) -> str:
    theme, briefs = _theme(context, listing), _in_time(listing.briefs)
    groups = (
        ", ".join(in_language(name, language) for name in group)
        for language, group in theme.names.items()
    )
    names = " · ".join(groups)
    above = [names, "{ .byline }", ""] if names else []
    body = []
    if not briefs:
        body += ["The archive has no brief on this theme yet.", ""]
    if listing.children:
        body += _newest_or_all(context, listing)
    else:
        body += _jumps(list(dict.fromkeys(brief.record.year for brief in briefs)))
        body += _grouped(context, theme, briefs, lambda brief: _year(context, brief))
    if briefs:
        drawing = chart(context, briefs, f"on {theme.label}")
        body += ["## Briefs by institute and year { #by-institute }", "", *drawing]
    return list_page(
        context,
        listing,
        body,
        facts=summary(context, theme),
        above=[*above, escape(theme.scope), "{ .scope }", ""],
        description=theme.scope,
        contents=True,
    )


def _theme(context: PageContext, listing: Listing) -> Theme:
    return context.library.authority.themes[listing.address.id]


def _newest_or_all(context: PageContext, listing: Listing) -> list[str]:
    """Return the briefs of a part; of a list or a part that is split, its parts and the newest."""
    theme = _theme(context, listing)
    if listing.children:
        lines, write = ways(context, listing), GlossaryLinks(context)
        lines += ["## Newest passages { #newest }", ""]
        for brief in listing.shown:
            lines += _brief(context, theme, brief, write)
        return lines
    if listing.is_too_long or not listing.briefs:
        return context.entries(listing.briefs)
    return _grouped(context, theme, _in_time(listing.briefs), _month)


def _year(context: PageContext, brief: Brief) -> tuple[str, str]:
    """Return a heading and its anchor for a brief: its year."""
    year = brief.record.year
    return context.year(year), year_id(year)


def _month(brief: Brief) -> tuple[str, str]:
    """Return a heading and its anchor for a brief: its month, or its year if no month is known."""
    date, year = brief.record.date, brief.record.year
    if date and date.month:
        month = EdtfDate(date.year, date.month)
        return month.words, f"m{month}"
    return year or UNDATED.capitalize(), year_id(year)


def _grouped(
    context: PageContext,
    theme: Theme,
    briefs: list[Brief],
    heading: Callable[[Brief], tuple[str, str]],
) -> list[str]:
    """Return briefs with their passages, in the given order, under headings.

    `heading` returns the words of a brief's heading and their anchor.
    """
    write = GlossaryLinks(context)
    lines: list[str] = []
    for (words, anchor), group in groupby(briefs, heading):
        lines += [f"## {words} {{ #{anchor} }}", ""]
        for brief in group:
            lines += _brief(context, theme, brief, write)
    return lines


def _in_time(briefs: Iterable[Brief]) -> list[Brief]:
    """Return briefs with the oldest first and those without a date last."""
    return sorted(
        briefs, key=lambda brief: (not brief.record.date, brief.record.date_parts, brief.id)
    )


def _jumps(years: list[str | None]) -> list[str]:
    """Return links to the years of the page, for windows too narrow for a sidebar."""
    if len(years) < 2:
        return []
    rows = [f"- [{year or UNDATED.capitalize()}](#{year_id(year)})" for year in years]
    return html_block("nav", rows, class_="jumps", aria_label="Years")


def _brief(context: PageContext, theme: Theme, brief: Brief, write: Write) -> list[str]:
    who = f'<span class="who">{context.authors(brief)}:</span> ' if brief.record.authors else ""
    facts = " · ".join(
        part
        for part in (context.institute(brief), context.series(brief), context.date(brief))
        if part
    )
    lines = [
        f"### {who}{context.brief(brief)}{{ .entry-title }} {{ #{brief.id} }}",
        "",
        facts,
        "{ .entry-facts }",
        "",
    ]
    if brief.is_withheld:
        lines += [f"Its passages are withheld. {access(brief.record)}", "{ .remark }"]
        return html_block("div", lines, class_="dossier-brief")
    passages = brief.passages[theme.id]
    rest = passages[SHOWN_AT_ONCE:] if len(passages) > SHOWN_AT_ONCE + 1 else ()
    lines += _passages(context, theme, brief, passages[: len(passages) - len(rest)], write)
    if rest:
        more = [
            f"<summary>{len(rest)} more passages</summary>",
            "",
            *_passages(context, theme, brief, rest, write),
        ]
        lines += html_block("details", more, class_="more")
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
            words = mark_up(
                text,
                [(start, end, "<mark>", "</mark>") for start, end in theme.find_spans(text)],
                write,
            )
            around = [f"<summary>The whole paragraph ({anchor})</summary>", "", words]
            content += html_block("details", around, class_="around", **opened)
        lines += html_block("div", content, class_="passage")
    return lines


def _quoted(context: PageContext, brief: Brief, passage: Passage, write: Write) -> list[str]:
    """Return the lines of one passage in a quotation; a heading has its points under it."""
    block, anchor = passage.block, brief.anchor(passage.number)
    sign = _sign(passage)
    words = (
        f"**{mark_passage(passage, write)}**"
        if block.kind is Kind.HEADING
        else mark_passage(passage, write)
    )
    points = [
        f"> - {block_words(point, write)} {_where(context, brief, brief.anchor(n), '¶')}"
        for n, point in passage.under
    ]
    return [
        f"> {words} {_where(context, brief, anchor, sign)}",
        *([">", *points] if points else []),
        ">",
    ]


def _sign(passage: Passage) -> str:
    return "Heading" if passage.block.kind is Kind.HEADING else "¶"


def _where(context: PageContext, brief: Brief, anchor: str, word: str) -> str:
    return f"{context.brief(brief, anchor, f'{word} {anchor}')}{{ .where }}"
