"""Pages that list briefs: the index of all, and by author, institute and year."""

from __future__ import annotations

from itertools import groupby

from archive.authority import Author, Institute
from archive.library import UNDATED, Brief, Library
from archive.markdown import Write, escape, in_language, inside, link, page
from archive.pages.glossary import FirstUses
from archive.pages.parts import LANGUAGES, Here, count, kicker, meta, title, year_id
from archive.reading import Kind

# A longer list is split by year (DESIGN.md, principle 9).
LONGEST_LIST = 200


def by_year(here: Here, briefs: list[Brief]) -> list[str]:
    """Briefs, newest first, under their years; of a long list the newest, and the way to the rest."""
    lines: list[str] = []
    for year, group in groupby(briefs[:LONGEST_LIST], lambda brief: brief.record.year):
        lines += [f"## {here.year(year)} {{ #{year_id(year)} }}", "", *here.entries(group)]
    return lines + _rest(here, briefs)


def newest(here: Here, briefs: list[Brief]) -> list[str]:
    """Briefs, newest first, without heads; of a long list the newest, and the way to the rest."""
    return [*here.entries(briefs[:LONGEST_LIST]), *_rest(here, briefs)]


def _rest(here: Here, briefs: list[Brief]) -> list[str]:
    if len(briefs) <= LONGEST_LIST:
        return []
    years = link("their years", here.to("years/index.md"))
    return [f"The newest {LONGEST_LIST} of {len(briefs)}. All stand under {years}.", ""]


def _row(here: Here, name: str, briefs: list[Brief], *more: str) -> str:
    """A line of an index: a name, then how many briefs from when to when, and what else there is to say."""
    known = ", ".join(part for part in (count(len(briefs), "brief"), here.span(briefs)) if part)
    return f'- {name}{{ .entry-title }} <span class="entry-facts">{" · ".join([known, *more])}</span>'


def brief_index(library: Library) -> str:
    """All briefs, newest first."""
    here = Here("briefs/index.md", library)
    narrow = link("Sort and narrow them on the search page", here.to("search.md"))
    lines = title("Briefs") + [f"{count(len(library.briefs), 'brief')}, newest first. {narrow}.", "{ .scope }", ""]
    lines += by_year(here, list(library.briefs)) + here.brackets(library.briefs) + here.exports()
    return page(meta("Briefs", "All policy briefs of the archive, newest first."), lines)


def author_pages(library: Library) -> dict[str, str]:
    """The index of authors and a page for each who has a brief."""
    here = Here("authors/index.md", library)
    rows = []
    for author in library.authors():
        briefs = [brief for brief, _ in library.by(author.id)]
        bodies = dict.fromkeys(here.institute(brief, short=True) for brief in briefs)
        rows.append(_row(here, link(author.filed, here.to(f"authors/{author.id}.md")), briefs, *bodies))
    lines = title("Authors") + ["Family name first.", "{ .scope }", "", *inside("div", rows, class_="entries index")]
    return {
        "authors/index.md": page(meta("Authors", "The authors of the briefs, family name first."), lines),
        **{f"authors/{author.id}.md": _author(library, author) for author in library.authors()},
    }


def _author(library: Library, author: Author) -> str:
    here = Here(f"authors/{author.id}.md", library)
    credits = library.by(author.id)
    name = author.names[0]
    lines = kicker("Author", count(len(credits), "brief")) + title(name)
    names = [f"- **Filed as:** {escape(author.filed)}", f"- **Names in the texts:** {', '.join(map(escape, author.variants))}"]
    lines += inside("div", names, class_="remarks")
    lines += here.search_within("author", author.id, name)
    briefs = [brief for brief, _ in credits]
    lines += ["## Briefs { #briefs }", "", *newest(here, briefs)]
    if posts := [
        f"- {escape(credit.affiliation)}, in {here.brief(brief)} ({here.date(brief)})"
        for brief, credit in credits
        if credit.affiliation
    ]:
        lines += ["## Posts, as the briefs give them { #posts }", "", *posts, ""]
    write = FirstUses(here)
    if told := [line for brief, _ in credits for line in _biography(here, brief, author, write)]:
        lines += ["## Biography, in the words of the briefs { #biography }", "", *told]
    lines += here.brackets(briefs) + here.exports()
    return page(meta(name, f"{name}: briefs, names and posts as the texts give them."), lines)


def _biography(here: Here, brief: Brief, author: Author, write: Write) -> list[str]:
    """What a text itself says about the author; with several authors, the paragraphs that name this one."""
    alone = len(brief.record.authors) == 1
    lines = []
    for number, block in enumerate(brief.reading.shown, 1):
        if block.kind is Kind.BIOGRAPHY and (alone or author.is_named_in(block.text)):
            where = here.brief(brief, brief.anchor(number), f"{brief.record.title}, {brief.anchor(number)}")
            lines += inside("div", [f"> {write(block.text)}", ">", f"> {where}{{ .where }}"], class_="biography")
    return lines


def institute_pages(library: Library) -> dict[str, str]:
    """The index of institutes and a page for each that has a brief."""
    here = Here("institutes/index.md", library)
    rows = []
    for body in library.institutes():
        series = [link(one.name, here.to(f"institutes/{body.id}.md", one.id)) for one in body.series.values()]
        rows.append(_row(here, link(body.name, here.to(f"institutes/{body.id}.md")), library.of(body.id), *series))
    return {
        "institutes/index.md": page(
            meta("Institutes", "The institutes that issued the briefs."),
            [*title("Institutes"), *inside("div", rows, class_="entries index")],
        ),
        **{f"institutes/{body.id}.md": _institute(library, body) for body in library.institutes()},
    }


def _institute(library: Library, body: Institute) -> str:
    here = Here(f"institutes/{body.id}.md", library)
    briefs = library.of(body.id)
    lines = kicker("Institute", count(len(briefs), "brief")) + title(body.name)
    names = []
    for other in body.names:
        bounds = " to ".join(part for part in (other.since, other.until) if part)
        facts = [
            LANGUAGES.get(other.language, other.language) if other.language not in (None, "en") else "",
            bounds,
            escape(other.basis or ""),
        ]
        shown = "; ".join(fact for fact in facts if fact)
        names.append(f"- **Also:** {in_language(other.name, other.language)}" + (f" ({shown})" if shown else ""))
    if names:
        lines += inside("div", names, class_="remarks")
    lines += here.search_within("institute", body.id, body.name)
    for series in body.series.values():
        # One without a brief stays: it may have had one, and so its address.
        members = [brief for brief in briefs if brief.series is series]
        lines += [f"## {escape(series.name)} {{ #{series.id} }}", "", *newest(here, members)]
    if alone := [brief for brief in briefs if brief.series is None]:
        lines += ["## In no series { #in-no-series }", "", *newest(here, alone)]
    lines += here.brackets(briefs) + here.exports()
    return page(meta(body.name, f"{body.name}: its names, series and briefs."), lines)


def year_pages(library: Library) -> dict[str, str]:
    """The index of years and a page for each that has a brief; one for briefs without a date."""
    here = Here("years/index.md", library)
    years = library.years()
    rows = []
    for year, briefs in years.items():
        themes = [here.theme(theme) for theme in library.themes if any(theme.id in brief.passages for brief in briefs)]
        facts = " · ".join([count(len(briefs), "brief"), ", ".join(themes)] if themes else [count(len(briefs), "brief")])
        rows.append(f'- {here.year(year)}{{ .entry-title }} <span class="entry-facts">{facts}</span>')
    return {
        "years/index.md": page(
            meta("Years", "The briefs by year."), [*title("Years"), *inside("div", rows, class_="entries index")]
        ),
        **{f"years/{year or UNDATED}.md": _year(library, year, briefs) for year, briefs in years.items()},
    }


def _year(library: Library, year: str | None, briefs: list[Brief]) -> str:
    here = Here(f"years/{year or UNDATED}.md", library)
    lines = (
        kicker("Year", count(len(briefs), "brief"))
        + title(year or "Undated")
        + here.search_within("year", year or UNDATED, year or "Undated")
        + here.entries(briefs)
        + here.brackets(briefs)
    )
    return page(meta(year or "Undated", f"The briefs of {year}." if year else "The briefs without a date."), lines)
