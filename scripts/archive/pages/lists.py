"""Write the pages that list briefs: all of them, or by author, institute, year."""

from __future__ import annotations

from itertools import groupby, islice
from unicodedata import normalize

from archive.pages.blocks import html_block, page
from archive.pages.glossary import GlossaryLinks
from archive.pages.links import LANGUAGES, PageContext, count, kicker, meta, title, year_id
from archive.pages.shelves import LONGEST, NEWEST, Shelf, Shelves
from archive.pages.split import Subject, part_pages, ways
from archive.reading.model import Kind
from archive.records.authority import Author, Institute, Series
from archive.records.library import Brief, Library
from archive.records.record import Credit
from archive.text.addresses import UNDATED
from archive.text.escaping import escape, in_language, link

_NEWEST = ["## Newest { #newest }", ""]
# The page of an institute whose list is split shows at least this many briefs of each series.
_MIN_SHOWN_OF_SERIES = 10
# An index with more names than this is divided by their first letters.
_MAX_UNDIVIDED = 50
# The index of authors names at most this many institutes of each.
_MAX_INSTITUTES = 3


def _index_row(context: PageContext, name: str, briefs: list[Brief], *more: str) -> str:
    """Return a line of an index: a name, the number of briefs, their years and `more` facts."""
    numbers = ", ".join(
        part for part in (count(len(briefs), "brief"), context.span(briefs)) if part
    )
    facts = " · ".join([numbers, *more])
    return f'- {name}{{ .entry-title }} <span class="entry-facts">{facts}</span>'


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


def _parted(context: PageContext, shelf: Shelf) -> list[str]:
    """Return the briefs of a list; if it is split, links to its parts and the newest briefs."""
    head = [*ways(context, shelf), *_NEWEST] if shelf.parts else []
    return [*head, *context.entries(shelf.shown), *context.brackets(shelf.shown)]


def brief_index(library: Library, shelves: Shelves) -> str:
    """Return the page of all briefs; if they are too many, the newest and links to years."""
    context = PageContext("briefs/index.md", library)
    shelf = shelves.every()
    search = link("Sort and filter them on the search page", context.to("search.md"))
    lines = title("Briefs") + [
        f"{count(len(library.briefs), 'brief')}, newest first. {search}.",
        "{ .scope }",
        "",
    ]
    if shelf.parts:
        lines += [*ways(context, shelf), *_NEWEST, *context.entries(shelf.shown)]
    else:
        for year, group in groupby(shelf.briefs, lambda brief: brief.record.year):
            lines += [
                f"## {context.year(year)} {{ #{year_id(year)} }}",
                "",
                *context.entries(group),
            ]
    lines += context.brackets(shelf.shown) + context.exports()
    return page(meta("Briefs", "All policy briefs of the archive, newest first."), lines)


def author_pages(library: Library, shelves: Shelves) -> dict[str, str]:
    """Return the index of authors, and a page for each author who has a brief."""
    context = PageContext("authors/index.md", library)
    authors = library.authors()
    rows: list[tuple[str, str]] = []
    pages: dict[str, str] = {}
    for author in authors:
        briefs = [brief for brief, _ in library.briefs_by_author(author.id)]
        bodies = list(
            {brief.institute.id: context.institute(brief, short=True) for brief in briefs}.values()
        )
        more = [] if len(authors) > LONGEST else bodies[:_MAX_INSTITUTES]
        unnamed = len(bodies) - _MAX_INSTITUTES
        more += [f"and {unnamed} more"] if unnamed > 0 and more else []
        rows.append(
            (
                author.inverted_name,
                _index_row(
                    context,
                    link(author.inverted_name, context.to(f"authors/{author.id}.md")),
                    briefs,
                    *more,
                ),
            )
        )
        shelf, subject = (
            shelves.by_author(author.id),
            Subject("Author", author.names[0], "author", author.id),
        )
        pages |= {
            f"authors/{author.id}.md": _author(library, shelf, author),
            **dict(part_pages(library, shelf, subject, _parted)),
        }
    lines = title("Authors") + ["Family name first.", "{ .scope }", "", *_divide_by_letters(rows)]
    return {
        "authors/index.md": page(
            meta("Authors", "The authors of the briefs, family name first."), lines
        ),
        **pages,
    }


def _author(library: Library, shelf: Shelf, author: Author) -> str:
    context = PageContext(f"{shelf.path}.md", library)
    credits = library.briefs_by_author(author.id)
    name = author.names[0]
    lines = kicker("Author", count(len(credits), "brief")) + title(name)
    names = [
        f"- **Filed as:** {escape(author.inverted_name)}",
        f"- **Names in the texts:** {', '.join(map(escape, author.variants))}",
    ]
    lines += html_block("div", names, class_="remarks")
    lines += context.search_within(name, author=author.id)
    lines += ["## Briefs { #briefs }", "", *ways(context, shelf), *context.entries(shelf.shown)]
    if affiliations := _affiliations(context, credits):
        lines += ["## Affiliations given in the briefs { #posts }", "", *affiliations, ""]
    if biographies := _biographies(context, shelf.briefs, author):
        lines += ["## Biographical notes from the briefs { #biography }", "", *biographies]
    lines += context.brackets(shelf.briefs) + context.exports()
    return page(meta(name, f"{name}: briefs, names and affiliations as given in the texts."), lines)


def _affiliations(context: PageContext, credits: list[tuple[Brief, Credit]]) -> list[str]:
    """Return the affiliations of an author, each with the newest brief that gives it."""
    newest_with: dict[str, Brief] = {}
    for brief, credit in credits:
        if credit.affiliation:
            newest_with.setdefault(credit.affiliation, brief)
    return [
        f"- {escape(affiliation)}, in {context.brief(brief)} ({context.date(brief)})"
        for affiliation, brief in islice(newest_with.items(), NEWEST)
    ]


def _biographies(context: PageContext, briefs: list[Brief], author: Author) -> list[str]:
    """Return the biographical notes in the texts, each once, from the newest brief with it.

    Of a text with several authors, only the paragraphs that name this one.
    """
    notes: dict[str, tuple[Brief, str]] = {}
    for brief in briefs:
        alone = len(brief.record.authors) == 1
        for block, anchor in zip(brief.blocks, brief.anchors, strict=True):
            if block.kind is Kind.BIOGRAPHY and (alone or author.is_named_in(block.text)):
                notes.setdefault(" ".join(block.text.split()), (brief, anchor))
    write = GlossaryLinks(context)
    lines = []
    for text, (brief, anchor) in islice(notes.items(), NEWEST):
        where = context.brief(brief, anchor, f"{brief.record.title}, {anchor}")
        lines += html_block(
            "div", [f"> {write(text)}", ">", f"> {where}{{ .where }}"], class_="biography"
        )
    return lines


def institute_pages(library: Library, shelves: Shelves) -> dict[str, str]:
    """Return the index of institutes, and a page for each institute that has a brief."""
    context = PageContext("institutes/index.md", library)
    rows: list[tuple[str, str]] = []
    pages: dict[str, str] = {}
    for body in library.institutes():
        series = [
            link(group.name, context.to(f"institutes/{body.id}.md", group.id))
            for group in body.series.values()
        ]
        rows.append(
            (
                body.name,
                _index_row(
                    context,
                    link(body.name, context.to(f"institutes/{body.id}.md")),
                    library.briefs_by_institute(body.id),
                    *series,
                ),
            )
        )
        shelf, subject = (
            shelves.of_institute(body.id),
            Subject("Institute", body.name, "institute", body.id),
        )
        pages |= {
            f"institutes/{body.id}.md": _institute(library, shelf, body),
            **dict(part_pages(library, shelf, subject, _parted)),
        }
    index = page(
        meta("Institutes", "The institutes that issued the briefs."),
        [*title("Institutes"), *_divide_by_letters(rows)],
    )
    return {"institutes/index.md": index, **pages}


def _institute(library: Library, shelf: Shelf, body: Institute) -> str:
    context = PageContext(f"{shelf.path}.md", library)
    lines = kicker("Institute", count(len(shelf.briefs), "brief")) + title(body.name)
    names = []
    for other in body.names:
        years = " to ".join(str(part) for part in (other.since, other.until) if part)
        facts = [
            LANGUAGES.get(other.language, other.language)
            if other.language not in (None, "en")
            else "",
            years,
            escape(other.basis or ""),
        ]
        known = "; ".join(fact for fact in facts if fact)
        names.append(
            f"- **Also:** {in_language(other.name, other.language)}"
            + (f" ({known})" if known else "")
        )
    if names:
        lines += html_block("div", names, class_="remarks")
    lines += context.search_within(body.name, institute=body.id) + ways(context, shelf)
    groups: dict[str | None, list[Brief]] = {}
    for brief in shelf.briefs:
        groups.setdefault(brief.record.series, []).append(brief)
    room = (
        max(_MIN_SHOWN_OF_SERIES, NEWEST // max(1, len(groups)))
        if shelf.parts
        else len(shelf.briefs)
    )
    for series in body.series.values():
        # A series without a brief stays: it may have had one, and then its address was given out.
        lines += [
            f"## {escape(series.name)} {{ #{series.id} }}",
            "",
            *_in_series(context, groups.get(series.id, []), room, series),
        ]
    if without_series := groups.get(None):
        lines += [
            "## Not in a series { #in-no-series }",
            "",
            *_in_series(context, without_series, room),
        ]
    lines += context.brackets(shelf.briefs) + context.exports()
    return page(meta(body.name, f"{body.name}: its names, series and briefs."), lines)


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


def year_pages(library: Library, shelves: Shelves) -> dict[str, str]:
    """Return the index of years, a page for each year, and one for briefs without a date."""
    context = PageContext("years/index.md", library)
    rows = []
    pages: dict[str, str] = {}
    for year, shelf in shelves.years().items():
        themes = [
            context.theme(theme)
            for theme in library.themes
            if any(theme.id in brief.passages for brief in shelf.briefs)
        ]
        number = count(len(shelf.briefs), "brief")
        facts = " · ".join([number, ", ".join(themes)] if themes else [number])
        rows.append(
            f'- {context.year(year)}{{ .entry-title }} <span class="entry-facts">{facts}</span>'
        )
        pages |= {
            f"{shelf.path}.md": _year(library, shelf),
            **dict(part_pages(library, shelf, Subject("Year"), _parted)),
        }
    index = page(
        meta("Years", "The briefs by year."),
        [*title("Years"), *html_block("div", rows, class_="entries index")],
    )
    return {"years/index.md": index, **pages}


def _year(library: Library, shelf: Shelf) -> str:
    context = PageContext(f"{shelf.path}.md", library)
    year = shelf.when[0]
    lines = kicker("Year", count(len(shelf.briefs), "brief")) + title(shelf.name)
    lines += context.search_within(shelf.name, year=year) + _parted(context, shelf)
    about = "The briefs without a date." if year == UNDATED else f"The briefs of {year}."
    return page(meta(shelf.name, about), lines)
