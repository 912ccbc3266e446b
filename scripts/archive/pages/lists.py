"""Pages that list briefs: the index of all, and by author, institute and year."""

from __future__ import annotations

from itertools import groupby, islice
from unicodedata import normalize

from archive.pages.blocks import inside, page
from archive.pages.glossary import GlossaryLinks
from archive.pages.links import LANGUAGES, PageContext, count, kicker, meta, title, year_id
from archive.pages.shelves import LONGEST, NEWEST, Shelf, Shelves
from archive.pages.split import Subject, part_pages, ways
from archive.reading.model import Kind
from archive.records.authority import Author, Institute, Series
from archive.records.library import UNDATED, Brief, Library
from archive.records.record import Credit
from archive.text.escaping import escape, in_language, link

_NEWEST = ["## Newest { #newest }", ""]
# So many briefs of a series have room, at least, on the page of an institute whose list is split.
_IN_SERIES = 10
# An index with more names than these is divided by their first letters.
_UNDIVIDED = 50
# So many institutes of an author are named in the index.
_INSTITUTES = 3


def _row(context: PageContext, name: str, briefs: list[Brief], *more: str) -> str:
    """A line of an index: a name, then how many briefs from when to when, and what else there is to say."""
    known = ", ".join(part for part in (count(len(briefs), "brief"), context.span(briefs)) if part)
    return (
        f'- {name}{{ .entry-title }} <span class="entry-facts">{" · ".join([known, *more])}</span>'
    )


def _rows(rows: list[tuple[str, str]]) -> list[str]:
    """The lines of an index, each given with its name; many are divided by the first letters, with a way to each letter."""
    if len(rows) <= _UNDIVIDED:
        return inside("div", [row for _, row in rows], class_="entries index")
    groups: dict[str, list[str]] = {}
    for name, row in rows:
        groups.setdefault(_letter(name), []).append(row)
    letters = {
        letter: f"letter-{letter.lower() if letter.isascii() else f'{ord(letter):x}'}"
        for letter in sorted(groups)
    }
    lines = inside(
        "nav",
        [f"- [{escape(letter)}](#{id})" for letter, id in letters.items()],
        class_="parts",
        aria_label="Letters",
    )
    for letter, id in letters.items():
        lines += [
            f"## {escape(letter)} {{ #{id} }}",
            "",
            *inside("div", groups[letter], class_="entries index"),
        ]
    return lines


def _letter(name: str) -> str:
    """The letter under which an index has a name: É stands under E, and what begins with no letter under 0."""
    plain = normalize("NFKD", name)[0]
    letter = (plain if plain.isascii() else name[0]).upper()[0]
    return letter if letter.isalpha() else "0"


def _parted(context: PageContext, shelf: Shelf) -> list[str]:
    """The briefs of a part of a list; of one that is split too, the way to its parts and the newest."""
    head = [*ways(context, shelf), *_NEWEST] if shelf.parts else []
    return [*head, *context.entries(shelf.shown), *context.brackets(shelf.shown)]


def brief_index(library: Library, shelves: Shelves) -> str:
    """All briefs, newest first; of too many the newest, and the way to their years."""
    context = PageContext("briefs/index.md", library)
    shelf = shelves.every()
    narrow = link("Sort and narrow them on the search page", context.to("search.md"))
    lines = title("Briefs") + [
        f"{count(len(library.briefs), 'brief')}, newest first. {narrow}.",
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
    """The index of authors and a page for each who has a brief."""
    context = PageContext("authors/index.md", library)
    authors = library.authors()
    rows: list[tuple[str, str]] = []
    pages: dict[str, str] = {}
    for author in authors:
        briefs = [brief for brief, _ in library.by(author.id)]
        bodies = list(
            {brief.institute.id: context.institute(brief, short=True) for brief in briefs}.values()
        )
        more = [] if len(authors) > LONGEST else bodies[:_INSTITUTES]
        more += [f"and {len(bodies) - _INSTITUTES} more"] if bodies[_INSTITUTES:] and more else []
        rows.append(
            (
                author.inverted_name,
                _row(
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
    lines = title("Authors") + ["Family name first.", "{ .scope }", "", *_rows(rows)]
    return {
        "authors/index.md": page(
            meta("Authors", "The authors of the briefs, family name first."), lines
        ),
        **pages,
    }


def _author(library: Library, shelf: Shelf, author: Author) -> str:
    context = PageContext(f"{shelf.path}.md", library)
    credits = library.by(author.id)
    name = author.names[0]
    lines = kicker("Author", count(len(credits), "brief")) + title(name)
    names = [
        f"- **Filed as:** {escape(author.inverted_name)}",
        f"- **Names in the texts:** {', '.join(map(escape, author.variants))}",
    ]
    lines += inside("div", names, class_="remarks")
    lines += context.search_within(name, author=author.id)
    lines += ["## Briefs { #briefs }", "", *ways(context, shelf), *context.entries(shelf.shown)]
    if posts := _posts(context, credits):
        lines += ["## Posts, as the briefs give them { #posts }", "", *posts, ""]
    if told := _biographies(context, shelf.briefs, author):
        lines += ["## Biography, in the words of the briefs { #biography }", "", *told]
    lines += context.brackets(shelf.briefs) + context.exports()
    return page(meta(name, f"{name}: briefs, names and posts as the texts give them."), lines)


def _posts(context: PageContext, credits: list[tuple[Brief, Credit]]) -> list[str]:
    """The posts of an author, each with the newest brief that gives it."""
    posts: dict[str, Brief] = {}
    for brief, credit in credits:
        if credit.affiliation:
            posts.setdefault(credit.affiliation, brief)
    newest = islice(posts.items(), NEWEST)
    return [
        f"- {escape(post)}, in {context.brief(brief)} ({context.date(brief)})"
        for post, brief in newest
    ]


def _biographies(context: PageContext, briefs: list[Brief], author: Author) -> list[str]:
    """What the texts themselves say about the author, where several say the same the newest.

    Of a text with several authors, the paragraphs that name this one.
    """
    told: dict[str, tuple[Brief, str]] = {}
    for brief in briefs:
        alone = len(brief.record.authors) == 1
        for block, anchor in zip(brief.reading.shown, brief.anchors, strict=True):
            if block.kind is Kind.BIOGRAPHY and (alone or author.is_named_in(block.text)):
                told.setdefault(" ".join(block.text.split()), (brief, anchor))
    write = GlossaryLinks(context)
    lines = []
    for text, (brief, anchor) in islice(told.items(), NEWEST):
        where = context.brief(brief, anchor, f"{brief.record.title}, {anchor}")
        lines += inside(
            "div", [f"> {write(text)}", ">", f"> {where}{{ .where }}"], class_="biography"
        )
    return lines


def institute_pages(library: Library, shelves: Shelves) -> dict[str, str]:
    """The index of institutes and a page for each that has a brief."""
    context = PageContext("institutes/index.md", library)
    rows: list[tuple[str, str]] = []
    pages: dict[str, str] = {}
    for body in library.institutes():
        series = [
            link(one.name, context.to(f"institutes/{body.id}.md", one.id))
            for one in body.series.values()
        ]
        rows.append(
            (
                body.name,
                _row(
                    context,
                    link(body.name, context.to(f"institutes/{body.id}.md")),
                    library.of(body.id),
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
        [*title("Institutes"), *_rows(rows)],
    )
    return {"institutes/index.md": index, **pages}


def _institute(library: Library, shelf: Shelf, body: Institute) -> str:
    context = PageContext(f"{shelf.path}.md", library)
    lines = kicker("Institute", count(len(shelf.briefs), "brief")) + title(body.name)
    names = []
    for other in body.names:
        bounds = " to ".join(part for part in (other.since, other.until) if part)
        facts = [
            LANGUAGES.get(other.language, other.language)
            if other.language not in (None, "en")
            else "",
            bounds,
            escape(other.basis or ""),
        ]
        shown = "; ".join(fact for fact in facts if fact)
        names.append(
            f"- **Also:** {in_language(other.name, other.language)}"
            + (f" ({shown})" if shown else "")
        )
    if names:
        lines += inside("div", names, class_="remarks")
    lines += context.search_within(body.name, institute=body.id) + ways(context, shelf)
    groups: dict[str | None, list[Brief]] = {}
    for brief in shelf.briefs:
        groups.setdefault(brief.record.series, []).append(brief)
    room = max(_IN_SERIES, NEWEST // max(1, len(groups))) if shelf.parts else len(shelf.briefs)
    for series in body.series.values():
        # One without a brief stays: it may have had one, and so its address.
        lines += [
            f"## {escape(series.name)} {{ #{series.id} }}",
            "",
            *_in_series(context, groups.get(series.id, []), room, series),
        ]
    if alone := groups.get(None):
        lines += ["## In no series { #in-no-series }", "", *_in_series(context, alone, room)]
    lines += context.brackets(shelf.briefs) + context.exports()
    return page(meta(body.name, f"{body.name}: its names, series and briefs."), lines)


def _in_series(
    context: PageContext, briefs: list[Brief], room: int, series: Series | None = None
) -> list[str]:
    """The briefs of a series; of more than there is room for, the newest, and where the rest is."""
    if len(briefs) <= room:
        return context.entries(briefs)
    every = (
        f'<a href="{context.search()}?series={series.id}">all of them on the search page</a>'
        if series
        else "the others by their years"
    )
    return [
        f"The newest {room} of {len(briefs)}; {every}.",
        "{ .remark }",
        "",
        *context.entries(briefs[:room]),
    ]


def year_pages(library: Library, shelves: Shelves) -> dict[str, str]:
    """The index of years and a page for each that has a brief; one for briefs without a date."""
    context = PageContext("years/index.md", library)
    rows = []
    pages: dict[str, str] = {}
    for year, shelf in shelves.years().items():
        themes = [
            context.theme(theme)
            for theme in library.themes
            if any(theme.id in brief.passages for brief in shelf.briefs)
        ]
        known = count(len(shelf.briefs), "brief")
        facts = " · ".join([known, ", ".join(themes)] if themes else [known])
        rows.append(
            f'- {context.year(year)}{{ .entry-title }} <span class="entry-facts">{facts}</span>'
        )
        pages |= {
            f"{shelf.path}.md": _year(library, shelf),
            **dict(part_pages(library, shelf, Subject("Year"), _parted)),
        }
    index = page(
        meta("Years", "The briefs by year."),
        [*title("Years"), *inside("div", rows, class_="entries index")],
    )
    return {"years/index.md": index, **pages}


def _year(library: Library, shelf: Shelf) -> str:
    context = PageContext(f"{shelf.path}.md", library)
    year = shelf.when[0]
    lines = kicker("Year", count(len(shelf.briefs), "brief")) + title(shelf.name)
    lines += context.search_within(shelf.name, year=year) + _parted(context, shelf)
    about = "The briefs without a date." if year == UNDATED else f"The briefs of {year}."
    return page(meta(shelf.name, about), lines)
