"""Write the pages that list briefs: all of them, or by author, institute, year."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import groupby, islice, zip_longest
from typing import TypeAlias, TypeVar
from unicodedata import normalize

from archive.pages.blocks import html_block, page
from archive.pages.glossary import GlossaryLinks
from archive.pages.links import (
    LANGUAGES,
    PageContext,
    count,
    join_known,
    kicker,
    meta,
    section,
    title,
    year_id,
)
from archive.pages.listing import LONGEST, NEWEST, Listing
from archive.records.authority import Author, OtherName, Series
from archive.records.library import Brief
from archive.text.addresses import UNDATED
from archive.text.escaping import escape, in_language, link
from archive.text.normal_forms import normalise

T = TypeVar("T")

# The page of an institute whose list is split shows at least this many briefs of each series.
_MIN_SHOWN_OF_SERIES = 10
# An index with more names than this is divided by their first letters.
_MAX_UNDIVIDED = 50
# The index of authors names at most this many institutes of each.
_MAX_INSTITUTES = 3
# The bar of the year with most briefs has this many pixels, which fit a phone.
_LONGEST_BAR = 150
# A function that writes lines about the briefs of a list.
WriteBriefs: TypeAlias = Callable[[PageContext, Listing], list[str]]


def list_page(
    context: PageContext,
    listing: Listing,
    body: list[str],
    *,
    facts: str = "",
    above: Iterable[str] = (),
    about: str = "",
) -> str:
    """Return the page of a list or of a part of one.

    The lines `above` come before the form that searches its briefs, and those of `body` after it.
    `facts` stand above the title, by default the number of briefs. `about` describes the page.
    """
    folder, steps = listing.address.folder, listing.trail[2:]
    lines = [
        *kicker(
            folder.removesuffix("s").capitalize(),
            *(link(name, context.to(address.docs_path)) for name, address in steps),
            facts or count(len(listing.briefs), "brief"),
        ),
        *title(listing.title),
        *above,
        *_search(context, listing),
        *body,
        *(context.exports() if listing.is_exported else []),
    ]
    trail = [{"name": name, "path": address[1:]} for name, address in steps]
    return page(
        {
            **meta(
                listing.title, about or f"Briefs: {listing.title}.", contents=folder == "themes"
            ),
            **({"above": trail} if trail else {}),
        },
        lines,
    )


def part_page(write: WriteBriefs, context: PageContext, part: Listing) -> str:
    """Return the page of a year or a month of a list, with links to those before and after it.

    `write` writes its briefs.
    """
    parts = context.lists[part.trail[-1][1]].children
    place = parts.index(part)
    beside = {"Earlier": parts[place + 1 : place + 2], "Later": parts[max(place - 1, 0) : place]}
    links = [
        f"- [{word}: {other.label}]({context.to(other.address.docs_path)})"
        for word, others in beside.items()
        for other in others
        if UNDATED not in (part.when[-1], other.when[-1])
    ]
    nav = html_block("nav", links, class_="parts", aria_label="Earlier and later")
    return list_page(context, part, nav + write(context, part))


def index_page(about: str, describe: WriteBriefs, context: PageContext, index: Listing) -> str:
    """Return an index of lists; `describe` returns the name of a list, and facts about it."""
    folder = index.address.folder
    rows = []
    for listing, below in zip_longest(index.children, index.children[1:]):
        name, *facts = describe(context, listing)
        facts = facts[:1] if folder == "authors" and len(index.children) > LONGEST else facts
        where, words = link(name, context.to(listing.address.docs_path)), " · ".join(facts)
        rows.append((name, f'- {where}{{ .entry-title }} <span class="entry-facts">{words}</span>'))
        rows += _years_between(listing, below)
    return page(
        meta(index.title, about),
        [
            *title(index.title),
            *(["Family name first.", "{ .scope }", ""] if folder == "authors" else []),
            *(
                _divide_by_letters(rows)
                if len(rows) > _MAX_UNDIVIDED and folder != "years"
                else html_block("div", [row for _, row in rows], class_=f"entries index {folder}")
            ),
        ],
    )


def _years_between(later: Listing, earlier: Listing | None) -> list[tuple[str, str]]:
    """Return a line, with its name, for the years without briefs between two of an index."""
    whens = (*later.when, *(earlier.when if earlier else ()))
    if len(whens) != 2 or UNDATED in whens or int(whens[0]) - int(whens[1]) == 1:
        return []
    years = "–".join(map(str, dict.fromkeys((int(whens[1]) + 1, int(whens[0]) - 1))))
    facts = '<span class="entry-facts">no briefs</span>'
    return [(years, f'- <span class="entry-title">{years}</span> {facts}')]


def _search(context: PageContext, listing: Listing) -> list[str]:
    """Return a form that searches the briefs of a list or a part; of a month, those of its year."""
    year = "".join(listing.when[:1])
    facets = {
        listing.address.folder.removesuffix("s"): listing.address.id,
        **({"year": year} if year else {}),
    }
    if listing.when[1:]:
        return context.search_within(
            join_known(", ", listing.name, year), f"the briefs of {year}", **facets
        )
    return context.search_within(listing.title, **facets)


def links_to_parts(context: PageContext, listing: Listing) -> list[str]:
    """Return links to the parts of a list, each with its number of briefs; nothing without any."""
    rows = [
        f"- [{part.label}]({context.to(part.address.docs_path)}){{ #{part.anchor} }} "
        f"{len(part.briefs):,}"
        for part in listing.children
    ]
    return html_block("nav", rows, class_="parts", aria_label="Months" if listing.when else "Years")


def newest_or_all(context: PageContext, listing: Listing) -> list[str]:
    """Return the briefs of a list; if it is split, links to its parts and the newest briefs."""
    entries = [*context.entries(listing.shown), *context.brackets(listing.shown)]
    newest = section("Newest", "newest", entries)
    return [*links_to_parts(context, listing), *newest] if listing.children else entries


def sections(
    briefs: Iterable[Brief],
    heading: Callable[[Brief], tuple[str, str]],
    write: Callable[[Iterable[Brief]], list[str]],
) -> list[str]:
    """Return briefs in the given order, under headings.

    `heading` returns the words of a brief's heading and their anchor.
    """
    return [
        line
        for (words, anchor), group in groupby(briefs, heading)
        for line in section(words, anchor, write(group))
    ]


def year_heading(context: PageContext, brief: Brief) -> tuple[str, str]:
    """Return a link to the year of a brief, as the words of a heading, and its anchor."""
    return context.year(brief.record.year), year_id(brief.record.year)


def brief_index(context: PageContext, listing: Listing) -> str:
    """Return the page of all briefs; if they are too many, the newest and links to years."""
    search = link("Sort and filter them on the search page", context.to("search.md"))
    return page(
        meta("Briefs", "All policy briefs of the archive, newest first."),
        [
            *title("Briefs"),
            f"{count(len(listing.briefs), 'brief')}, newest first. {search}.",
            "{ .scope }",
            "",
            *(
                newest_or_all(context, listing)
                if listing.children
                else [
                    *sections(listing.shown, partial(year_heading, context), context.entries),
                    *context.brackets(listing.shown),
                ]
            ),
            *context.exports(),
        ],
    )


def _numbers(context: PageContext, listing: Listing) -> str:
    """Return the number of briefs of a list, and their years."""
    return join_known(", ", count(len(listing.briefs), "brief"), context.span(listing.briefs))


def _divide_by_letters(rows: list[tuple[str, str]]) -> list[str]:
    """Divide the lines of an index, given as (name, line), by the first letters of the names.

    It begins with links to the letters.
    """
    links, below = list[str](), list[str]()
    for letter, group in groupby(sorted(rows, key=_letter), _letter):
        id = f"letter-{letter.lower() if letter.isascii() else f'{ord(letter):x}'}"
        entries = html_block("div", [row for _, row in group], class_="entries index")
        links.append(f"- [{escape(letter)}](#{id})")
        below += section(escape(letter), id, entries)
    return [*html_block("nav", links, class_="parts", aria_label="Letters"), *below]


def _letter(row: tuple[str, str]) -> str:
    """Return the letter under which an index lists a name, the first part of a row.

    É is under E; a name that does not begin with a letter is under 0.
    """
    plain = normalize("NFKD", row[0])[0]
    letter = (plain if plain.isascii() else row[0][0]).upper()[0]
    return letter if letter.isalpha() else "0"


def author_row(context: PageContext, listing: Listing) -> list[str]:
    """Return the inverted name of an author, and facts: numbers and institutes."""
    name = context.library.authority.authors[listing.address.id].inverted_name
    bodies = {
        body.id: link(body.short, context.to(f"institutes/{body.id}.md"))
        for brief in listing.briefs
        for body in brief.institutes
    }
    unnamed = len(bodies) - _MAX_INSTITUTES
    more = [f"and {unnamed} more"] if unnamed > 0 else []
    return [name, _numbers(context, listing), *islice(bodies.values(), _MAX_INSTITUTES), *more]


def author_page(context: PageContext, listing: Listing) -> str:
    """Return the page of an author: names, briefs, affiliations and biographical notes."""
    author, briefs = context.library.authority.authors[listing.address.id], listing.briefs
    names = [
        f"- **Filed as:** {escape(author.inverted_name)}",
        f"- **Names in the texts:** {', '.join(map(escape, author.variants))}",
        *map(_other_name, author.names),
    ]
    return list_page(
        context,
        listing,
        [
            *section(
                "Briefs",
                "briefs",
                [*links_to_parts(context, listing), *context.entries(listing.shown)],
            ),
            *section("Affiliations given in the briefs", "posts", _affiliations(context, listing)),
            *section(
                "Biographical notes from the briefs",
                "biography",
                _biographies(context, briefs, author),
            ),
            *context.brackets(briefs),
        ],
        above=html_block("div", names, class_="remarks"),
        about=f"{listing.name}: briefs, names and affiliations as given in the texts.",
    )


def _affiliations(context: PageContext, listing: Listing) -> list[str]:
    """Return the affiliations of an author, each with the newest brief that gives it."""
    given = (
        (credit.affiliation, brief)
        for brief in listing.briefs
        for credit in brief.record.authors
        if credit.id == listing.address.id and credit.affiliation
    )
    return [
        f"- {escape(affiliation)}, in {context.brief(brief)} ({context.date(brief)})"
        for affiliation, brief in _first_of_each(given)
    ]


def _biographies(context: PageContext, briefs: Iterable[Brief], author: Author) -> list[str]:
    """Return the biographical notes in the texts, each once, from the newest brief with it.

    Of a text with several authors, only the paragraphs that name this one.
    """
    notes = (
        (" ".join(text.split()), (brief, brief.anchor(number)))
        for brief in briefs
        for number, text in brief.summary.biographies
        if len(brief.record.authors) == 1 or author.is_named_in(text)
    )
    write = GlossaryLinks(context)
    quotations = (
        [f"> {write(text)}", ">", f"> {context.where(brief, anchor, f'{brief.record.title},')}"]
        for text, (brief, anchor) in _first_of_each(notes)
    )
    return [line for one in quotations for line in html_block("div", one, class_="biography")]


def _first_of_each(pairs: Iterable[tuple[str, T]]) -> Iterable[tuple[str, T]]:
    """Return the first pair with each text, at most as many as a list shows."""
    firsts: dict[str, tuple[str, T]] = {}
    for pair in pairs:
        firsts.setdefault(normalise(pair[0]), pair)
    return islice(firsts.values(), NEWEST)


def institute_row(context: PageContext, listing: Listing) -> list[str]:
    """Return the name of an institute, and facts: numbers and series."""
    institute = context.library.authority.institutes[listing.address.id]
    return [
        listing.name,
        _numbers(context, listing),
        *(
            link(series.name, context.to(listing.address.docs_path, series.id))
            for series in institute.series.values()
        ),
    ]


def institute_page(context: PageContext, listing: Listing) -> str:
    """Return the page of an institute: its names, and its briefs by series."""
    institute, briefs = context.library.authority.institutes[listing.address.id], listing.briefs
    body, room = links_to_parts(context, listing), len(briefs)
    if listing.children:
        groups = {brief.record.series for brief in briefs}
        room = max(_MIN_SHOWN_OF_SERIES, NEWEST // max(1, len(groups)))
    for series in (*institute.series.values(), None):
        # The series of a brief that was issued jointly may be another institute's.
        own = [
            brief
            for brief in briefs
            if series == (brief.series if brief.issuer.id == institute.id else None)
        ]
        # A series without a brief stays: it may have had one, and then its address was given out.
        if series or own:
            body += _in_series(context, own, room, series)
    return list_page(
        context,
        listing,
        body + context.brackets(briefs),
        above=html_block("div", [*map(_other_name, institute.names)], class_="remarks"),
        about=f"{listing.name}: its names, series and briefs.",
    )


def _other_name(other: OtherName) -> str:
    """Return another name, with its language, its years and how it is known."""
    language = "" if other.language == "en" else other.language or ""
    since, until = (date.words if date else "" for date in (other.since, other.until))
    known = join_known(
        "; ",
        LANGUAGES.get(language, language),
        f"{since} to {until}"
        if since and until
        else f"since {since}"
        if since
        else until and f"until {until}",
        escape(other.basis or ""),
    )
    return f"- **Also:** {in_language(other.name, other.language)}{f' ({known})' if known else ''}"


def _in_series(
    context: PageContext, briefs: list[Brief], room: int, series: Series | None
) -> list[str]:
    """Return the briefs of a series, or the newest `room` of them and where to find the rest."""
    name, id = (
        (escape(series.name), series.id)
        if series
        else (
            f"Not in a series{' of its own' * any(brief.series for brief in briefs)}",
            "in-no-series",
        )
    )
    rest = (
        f'<a href="{context.href("search.md")}?series={id}">See all of them on the search page</a>'
        if series
        else "The pages of the years list the others"
    )
    remark = [f"The newest {room} of {len(briefs):,}. {rest}.", "{ .remark }", ""]
    names = html_block(
        "div", [_other_name(other) for other in (series.names if series else ())], class_="remarks"
    )
    above = [*names, *(remark if len(briefs) > room else [])]
    return section(name, id, [*above, *context.entries(briefs[:room])])


def year_row(context: PageContext, listing: Listing) -> list[str]:
    """Return a year, and facts: the number of its briefs, with a bar, and their themes."""
    most = max(len(year.briefs) for year in context.lists[listing.trail[-1][1]].children)
    width = round(_LONGEST_BAR * len(listing.briefs) / most) if most else 0
    bar = (
        f'<svg class="bar" width="{max(width, 1)}" height="12" aria-hidden="true">'
        '<rect width="100%" height="100%"/></svg> '
    )
    number = f"{bar if listing.briefs else ''}{count(len(listing.briefs), 'brief')}"
    found = {theme for brief in listing.briefs for theme in brief.passages}
    themes = (context.theme(theme) for theme in context.library.themes if theme.id in found)
    return [listing.title, *filter(None, (number, ", ".join(themes)))]


def year_page(context: PageContext, listing: Listing) -> str:
    """Return the page of the briefs of a year, or of those without a date."""
    of = "without a date" if UNDATED in listing.when else f"of {listing.title}"
    return list_page(context, listing, newest_or_all(context, listing), about=f"The briefs {of}.")
