"""Write the pages that list briefs: all of them, or by author, institute, year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from typing import TypeAlias
from unicodedata import normalize

from archive.pages.blocks import html_block, page
from archive.pages.glossary import GlossaryLinks
from archive.pages.links import LANGUAGES, PageContext, count, kicker, meta, title, year_id
from archive.pages.listing import LONGEST, NEWEST, Listing, Lists
from archive.records.authority import Author, Series
from archive.records.library import Brief, Library
from archive.text.addresses import UNDATED, Address
from archive.text.escaping import escape, in_language, link

_NEWEST = ["## Newest { #newest }", ""]
# The page of an institute whose list is split shows at least this many briefs of each series.
_MIN_SHOWN_OF_SERIES = 10
# An index with more names than this is divided by their first letters.
_MAX_UNDIVIDED = 50
# The index of authors names at most this many institutes of each.
_MAX_INSTITUTES = 3
# A function that writes the page of a list, or what the page of a part says of its briefs.
WritePage: TypeAlias = Callable[[PageContext, Listing], str]
WriteBody: TypeAlias = Callable[[PageContext, Listing], list[str]]


def pages_of_lists(
    library: Library,
    lists: Iterable[Listing],
    write: WritePage,
    write_part: WriteBody,
    *,
    contents: bool = False,
) -> Iterator[tuple[str, str]]:
    """Yield the docs path and the page of each list and of its years and months."""
    for listing in lists:
        context = PageContext(listing.address.docs_path, library)
        yield context.path, write(context, listing)
        yield from _parts(library, listing, write_part, contents=contents)


def _parts(
    library: Library, listing: Listing, write: WriteBody, *, contents: bool
) -> Iterator[tuple[str, str]]:
    parts = listing.children
    for later, part, earlier in zip((None, *parts), parts, (*parts[1:], None), strict=False):
        context = PageContext(part.address.docs_path, library)
        body = [*_beside(context, part, earlier, later), *write(context, part)]
        yield context.path, list_page(context, part, body, contents=contents)
        yield from _parts(library, part, write, contents=contents)


def list_page(
    context: PageContext,
    listing: Listing,
    body: list[str],
    *,
    facts: str = "",
    above: Iterable[str] = (),
    description: str = "",
    contents: bool = False,
) -> str:
    """Return the page of a list or of a part of one.

    The lines `above` come before the form that searches its briefs, and those of `body` after it.
    `facts` are in the line above the title, by default the number of briefs.
    """
    kind, steps = listing.address.folder.removesuffix("s").capitalize(), listing.trail[2:]
    up = [link(name, context.to(address.docs_path)) for name, address in steps]
    lines = [
        *kicker(kind, *up, facts or count(len(listing.briefs), "brief")),
        *title(listing.title),
        *above,
        *_search(context, listing),
        *body,
        *(context.exports() if listing.is_exported else []),
    ]
    front = meta(listing.title, description or f"Briefs: {listing.title}.", contents=contents)
    trail = [{"name": name, "path": address[1:]} for name, address in steps]
    return page(front | ({"above": trail} if trail else {}), lines)


def _search(context: PageContext, listing: Listing) -> list[str]:
    """Return a form that searches the briefs of a list or a part; of a month, those of its year."""
    year, is_month = listing.when[:1], len(listing.when) > 1
    facets = {listing.address.folder.removesuffix("s"): listing.address.id}
    facets |= {"year": year[0]} if year else {}
    label = ", ".join(filter(None, (listing.name, *year))) if is_month else listing.title
    what = f"the briefs of {year[0]}" if is_month else "these briefs"
    return context.search_within(label, what, **facets)


def _beside(
    context: PageContext, part: Listing, earlier: Listing | None, later: Listing | None
) -> list[str]:
    """Return links to the year, or the month, before and after a part."""
    rows = [
        f"- [{word}: {other.label}]({context.to(other.address.docs_path)})"
        for word, other in (("Earlier", earlier), ("Later", later))
        if other and UNDATED not in (part.when[-1], other.when[-1])
    ]
    return html_block("nav", rows, class_="parts", aria_label="Earlier and later") if rows else []


def ways(context: PageContext, listing: Listing) -> list[str]:
    """Return links to the parts of a list, each with its number of briefs; nothing without any."""
    rows = [
        f"- [{part.label}]({context.to(part.address.docs_path)}){{ #{part.anchor} }} "
        f"{len(part.briefs)}"
        for part in listing.children
    ]
    label = "Months" if listing.when else "Years"
    return html_block("nav", rows, class_="parts", aria_label=label) if rows else []


def newest_or_all(context: PageContext, listing: Listing) -> list[str]:
    """Return the briefs of a list; if it is split, links to its parts and the newest briefs."""
    head = [*ways(context, listing), *_NEWEST] if listing.children else []
    return [*head, *context.entries(listing.shown), *context.brackets(listing.shown)]


def _index_row(context: PageContext, name: str, listing: Listing, *facts: str) -> str:
    """Return a line of an index: a link to a list, and facts about it."""
    words = " · ".join(fact for fact in facts if fact)
    where = link(name, context.to(listing.address.docs_path))
    return f'- {where}{{ .entry-title }} <span class="entry-facts">{words}</span>'


def _numbers(context: PageContext, listing: Listing) -> str:
    """Return the number of briefs of a list, and their years."""
    numbers = count(len(listing.briefs), "brief"), context.span(listing.briefs)
    return ", ".join(part for part in numbers if part)


def _divide_by_letters(rows: list[tuple[str, str]]) -> list[str]:
    """Return the lines of an index, given as (name, line).

    A long index is divided by the first letters of names, and begins with links to them.
    """
    if len(rows) <= _MAX_UNDIVIDED:
        return html_block("div", [row for _, row in rows], class_="entries index")
    groups: dict[str, list[str]] = {}
    for name, row in rows:
        groups.setdefault(_letter(name), []).append(row)
    letters = {
        letter: f"letter-{letter.lower() if letter.isascii() else f'{ord(letter):x}'}"
        for letter in sorted(groups)
    }
    lines = html_block(
        "nav",
        [f"- [{escape(letter)}](#{id})" for letter, id in letters.items()],
        class_="parts",
        aria_label="Letters",
    )
    for letter, id in letters.items():
        lines += [
            f"## {escape(letter)} {{ #{id} }}",
            "",
            *html_block("div", groups[letter], class_="entries index"),
        ]
    return lines


def _letter(name: str) -> str:
    """Return the letter under which an index lists a name.

    É is under E; a name that does not begin with a letter is under 0.
    """
    plain = normalize("NFKD", name)[0]
    letter = (plain if plain.isascii() else name[0]).upper()[0]
    return letter if letter.isalpha() else "0"


def brief_index(library: Library, lists: Lists) -> str:
    """Return the page of all briefs; if they are too many, the newest and links to years."""
    context, listing = PageContext("briefs/index.md", library), lists[Address.of("briefs")]
    search = link("Sort and filter them on the search page", context.to("search.md"))
    lines = title("Briefs") + [
        f"{count(len(library.briefs), 'brief')}, newest first. {search}.",
        "{ .scope }",
        "",
    ]
    if listing.children:
        lines += newest_or_all(context, listing)
    else:
        for year, group in groupby(listing.briefs, lambda brief: brief.record.year):
            heading = f"## {context.year(year)} {{ #{year_id(year)} }}"
            lines += [heading, "", *context.entries(group)]
        lines += context.brackets(listing.briefs)
    lines += context.exports()
    return page(meta("Briefs", "All policy briefs of the archive, newest first."), lines)


def author_pages(library: Library, lists: Lists) -> dict[str, str]:
    """Return the index of authors, and a page for each author who has or had a brief."""
    context, listed = (
        PageContext("authors/index.md", library),
        lists[Address.of("authors")].children,
    )
    rows = []
    for listing in listed:
        name = library.authority.authors[listing.address.id].inverted_name
        bodies = _institutes(context, listing.briefs) if len(listed) <= LONGEST else []
        rows.append((name, _index_row(context, name, listing, _numbers(context, listing), *bodies)))
    lines = title("Authors") + ["Family name first.", "{ .scope }", "", *_divide_by_letters(rows)]
    index = page(meta("Authors", "The authors of the briefs, family name first."), lines)
    return {context.path: index, **dict(pages_of_lists(library, listed, _author, newest_or_all))}


def _institutes(context: PageContext, briefs: Iterable[Brief]) -> list[str]:
    """Return links to the institutes of some briefs, and the number of those not named."""
    links = {brief.institute.id: context.institute(brief, short=True) for brief in briefs}
    unnamed = len(links) - _MAX_INSTITUTES
    more = [f"and {unnamed} more"] if unnamed > 0 else []
    return [*islice(links.values(), _MAX_INSTITUTES), *more]


def _author(context: PageContext, listing: Listing) -> str:
    author, briefs = context.library.authority.authors[listing.address.id], listing.briefs
    names = [
        f"- **Filed as:** {escape(author.inverted_name)}",
        f"- **Names in the texts:** {', '.join(map(escape, author.variants))}",
    ]
    body = ["## Briefs { #briefs }", "", *ways(context, listing), *context.entries(listing.shown)]
    if affiliations := _affiliations(context, listing):
        body += ["## Affiliations given in the briefs { #posts }", "", *affiliations, ""]
    if biographies := _biographies(context, briefs, author):
        body += ["## Biographical notes from the briefs { #biography }", "", *biographies]
    return list_page(
        context,
        listing,
        body + context.brackets(briefs),
        above=html_block("div", names, class_="remarks"),
        description=f"{listing.name}: briefs, names and affiliations as given in the texts.",
    )


def _affiliations(context: PageContext, listing: Listing) -> list[str]:
    """Return the affiliations of an author, each with the newest brief that gives it."""
    newest_with: dict[str, Brief] = {}
    for brief in listing.briefs:
        for credit in brief.record.authors:
            if credit.id == listing.address.id and credit.affiliation:
                newest_with.setdefault(credit.affiliation, brief)
    return [
        f"- {escape(affiliation)}, in {context.brief(brief)} ({context.date(brief)})"
        for affiliation, brief in islice(newest_with.items(), NEWEST)
    ]


def _biographies(context: PageContext, briefs: Iterable[Brief], author: Author) -> list[str]:
    """Return the biographical notes in the texts, each once, from the newest brief with it.

    Of a text with several authors, only the paragraphs that name this one.
    """
    notes: dict[str, tuple[Brief, str]] = {}
    for brief in briefs:
        alone = len(brief.record.authors) == 1
        for number, text in brief.summary.biographies:
            if alone or author.is_named_in(text):
                notes.setdefault(" ".join(text.split()), (brief, brief.anchor(number)))
    write = GlossaryLinks(context)
    lines = []
    for text, (brief, anchor) in islice(notes.items(), NEWEST):
        where = context.brief(brief, anchor, f"{brief.record.title}, {anchor}")
        lines += html_block(
            "div", [f"> {write(text)}", ">", f"> {where}{{ .where }}"], class_="biography"
        )
    return lines


def institute_pages(library: Library, lists: Lists) -> dict[str, str]:
    """Return the index of institutes, and a page for each institute that has or had a brief."""
    context = PageContext("institutes/index.md", library)
    listed = lists[Address.of("institutes")].children
    rows = []
    for listing in listed:
        path, body = listing.address.docs_path, library.authority.institutes[listing.address.id]
        series = [link(group.name, context.to(path, group.id)) for group in body.series.values()]
        row = _index_row(context, body.name, listing, _numbers(context, listing), *series)
        rows.append((body.name, row))
    lines = [*title("Institutes"), *_divide_by_letters(rows)]
    index = page(meta("Institutes", "The institutes that issued the briefs."), lines)
    return {context.path: index, **dict(pages_of_lists(library, listed, _institute, newest_or_all))}


def _institute(context: PageContext, listing: Listing) -> str:
    institute, briefs = context.library.authority.institutes[listing.address.id], listing.briefs
    names = []
    for other in institute.names:
        years = " to ".join(str(part) for part in (other.since, other.until) if part)
        language = LANGUAGES.get(other.language or "en", other.language)
        facts = (language if language != "English" else "", years, escape(other.basis or ""))
        known = "; ".join(fact for fact in facts if fact)
        name = in_language(other.name, other.language)
        names.append(f"- **Also:** {name}" + (f" ({known})" if known else ""))
    body = ways(context, listing)
    groups: dict[str | None, list[Brief]] = {}
    for brief in briefs:
        groups.setdefault(brief.record.series, []).append(brief)
    room = max(_MIN_SHOWN_OF_SERIES, NEWEST // max(1, len(groups)))
    room = room if listing.children else len(briefs)
    for series in institute.series.values():
        # A series without a brief stays: it may have had one, and then its address was given out.
        body += [f"## {escape(series.name)} {{ #{series.id} }}", ""]
        body += _in_series(context, groups.get(series.id, []), room, series)
    if without_series := groups.get(None):
        body += ["## Not in a series { #in-no-series }", ""]
        body += _in_series(context, without_series, room)
    return list_page(
        context,
        listing,
        body + context.brackets(briefs),
        above=html_block("div", names, class_="remarks") if names else [],
        description=f"{listing.name}: its names, series and briefs.",
    )


def _in_series(
    context: PageContext, briefs: list[Brief], room: int, series: Series | None = None
) -> list[str]:
    """Return the briefs of a series, or the newest `room` of them and where to find the rest."""
    if len(briefs) <= room:
        return context.entries(briefs)
    rest = (
        f'<a href="{context.search()}?series={series.id}">See all of them on the search page</a>'
        if series
        else "The pages of the years list the others"
    )
    return [
        f"The newest {room} of {len(briefs)}. {rest}.",
        "{ .remark }",
        "",
        *context.entries(briefs[:room]),
    ]


def year_pages(library: Library, lists: Lists) -> dict[str, str]:
    """Return the index of years, a page for each year, and one for briefs without a date."""
    context, listed = PageContext("years/index.md", library), lists[Address.of("years")].children
    rows = []
    for listing in listed:
        found = {theme for brief in listing.briefs for theme in brief.passages}
        themes = [context.theme(theme) for theme in library.themes if theme.id in found]
        number = count(len(listing.briefs), "brief")
        rows.append(_index_row(context, listing.title, listing, number, ", ".join(themes)))
    lines = [*title("Years"), *html_block("div", rows, class_="entries index")]
    index = page(meta("Years", "The briefs by year."), lines)
    return {context.path: index, **dict(pages_of_lists(library, listed, _year, newest_or_all))}


def _year(context: PageContext, listing: Listing) -> str:
    of = "without a date" if UNDATED in listing.when else f"of {listing.title}"
    body = newest_or_all(context, listing)
    return list_page(context, listing, body, description=f"The briefs {of}.")
