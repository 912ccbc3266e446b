"""The pages of the parts of a split list, and the way to them (archive.pages.shelves)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from archive.pages.blocks import html_block, page
from archive.pages.links import PageContext, count, kicker, meta, title
from archive.pages.shelves import Shelf, titled
from archive.records.library import Library
from archive.text.addresses import UNDATED
from archive.text.escaping import link


@dataclass(frozen=True, slots=True)
class Subject:
    """What a list is about.

    The kind of it, its name, the facet of the search page that holds its briefs, with the value.

    A year of all briefs has neither name nor facet: its parts tell both.
    """

    kind: str
    name: str = ""
    facet: str = ""
    id: str = ""


def ways(context: PageContext, shelf: Shelf) -> list[str]:
    """Links to the parts of a list, each with its number of briefs; nothing when it is whole."""
    rows = [
        f"- [{one.name}]({context.to(f'{one.path}.md')}){{ #{one.anchor} }} {len(one.briefs)}"
        for one in shelf.parts
    ]
    return (
        html_block("nav", rows, class_="parts", aria_label="Months" if shelf.when else "Years")
        if rows
        else []
    )


def part_pages(
    library: Library,
    shelf: Shelf,
    subject: Subject,
    body: Callable[[PageContext, Shelf], list[str]],
    *,
    contents: bool = False,
    above: tuple[Shelf, ...] = (),
) -> Iterator[tuple[str, str]]:
    """The docs path and the page of each part of a list, and of its parts.

    `body` makes what a page says of the briefs.
    """
    above = (*above, shelf)
    for part in shelf.parts:
        context = PageContext(f"{part.path}.md", library)
        named = titled(subject.name, part)
        up = [link(one.words or subject.name, context.to(f"{one.path}.md")) for one in above]
        lines = kicker(subject.kind, *up, count(len(part.briefs), "brief")) + title(named)
        lines += (
            _search(context, subject, part)
            + _neighbours(context, part, shelf.parts)
            + body(context, part)
        )
        trail = [{"name": one.words or subject.name, "path": f"{one.path}/"} for one in above]
        yield (
            context.path,
            page({**meta(named, f"Briefs: {named}.", contents=contents), "above": trail}, lines),
        )
        yield from part_pages(library, part, subject, body, contents=contents, above=above)


def _search(context: PageContext, subject: Subject, part: Shelf) -> list[str]:
    """A form that searches the briefs of the part.

    Those of its year, where it is a month: the search knows none.
    """
    year = part.when[0]
    facets = {subject.facet: subject.id} if subject.facet else {}
    label = ", ".join(name for name in (subject.name, year) if name)
    what = f"the briefs of {year}" if part.when[1:] else "these briefs"
    return context.search_within(label, what, **facets, year=year)


def _neighbours(context: PageContext, part: Shelf, parts: tuple[Shelf, ...]) -> list[str]:
    """Links to the year, or the month, before and after that of a part."""
    dated = [one.path for one in parts if one.when[-1] != UNDATED]
    named = {one.path: one.name for one in parts}
    if part.path not in dated:
        return []
    place = dated.index(part.path)
    found = [("Earlier", dated[place + 1 : place + 2]), ("Later", dated[max(place - 1, 0) : place])]
    rows = [
        f"- [{word}: {named[path]}]({context.to(f'{path}.md')})"
        for word, paths in found
        for path in paths
    ]
    return html_block("nav", rows, class_="parts", aria_label="Earlier and later") if rows else []
