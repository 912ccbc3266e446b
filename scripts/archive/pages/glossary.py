"""The glossary: what the abbreviations of the texts stand for, and the link from the first use of each on a page."""

from __future__ import annotations

import re
from functools import cache

from archive.pages.blocks import inside, page
from archive.pages.links import PageContext, count, meta, title
from archive.reading.model import Kind
from archive.records.authority import Term
from archive.records.library import Brief, Library
from archive.text.escaping import escape, inline, mark_up
from archive.text.language import SCRIPTS

PATH = "glossary.md"
# How many briefs are named under a term; the search finds all.
_NAMED = 3


class GlossaryLinks:
    """Writes the words of a page, line after line, as Markdown: the first use of each abbreviation is a link to the glossary."""

    def __init__(self, context: PageContext, language: str = "en") -> None:
        """`context` is the page that is being written, `language` that of the words."""
        self._forms = _forms(tuple(context.library.authority.glossary.values()))
        self._page, self._language = context.to(PATH), language
        self._seen: set[str] = set()

    def __call__(self, line: str) -> str:
        """One line, with links where an abbreviation has not been met before."""
        line = " ".join(line.split())
        links = []
        for start, end, term in _found(line, *self._forms):
            if term.id not in self._seen:
                self._seen.add(term.id)
                links.append((start, end, "[", f"]({self._page}#{term.id}){{ .term }}"))
        return mark_up(line, links, lambda words: inline(words, self._language))

    def plain(self, line: str) -> str:
        """A line without such links, a heading's."""
        return escape(line, self._language)


def found(text: str, terms: tuple[Term, ...]) -> list[tuple[int, int, Term]]:
    """Where abbreviations stand in `text`, as (start, end, term)."""
    return _found(text, *_forms(terms))


def _found(
    text: str, pattern: re.Pattern[str], of_form: dict[str, Term]
) -> list[tuple[int, int, Term]]:
    return [(*one.span(), of_form[one[0]]) for one in pattern.finditer(text)]


@cache
def _forms(terms: tuple[Term, ...]) -> tuple[re.Pattern[str], dict[str, Term]]:
    """What finds all forms, and whose each is.

    Capitals count: "IT" is not "it". A hyphen may follow ("ROK-U.S."), and so may a Korean or Japanese particle.
    """
    of_form = {form: term for term in terms for form in term.forms}
    longest_first = "|".join(re.escape(form) for form in sorted(of_form, key=len, reverse=True))
    letter = rf"[^\W_{SCRIPTS}]"
    return re.compile(
        rf"(?<!{letter})(?:{longest_first})(?!{letter})" if longest_first else r"(?!)"
    ), of_form


def glossary_page(library: Library) -> str:
    """All abbreviations by their letters, each with the places where briefs first use it."""
    context = PageContext(PATH, library)
    uses = _uses(library)
    terms = sorted(
        library.authority.glossary.values(), key=lambda term: (term.forms[0].casefold(), term.id)
    )
    lines = title("Abbreviations") + [
        "What the abbreviations in the texts stand for, and where each brief first uses them.",
        "",
    ]
    for term in terms:
        lines += [*_entry(context, term, uses.get(term.id, [])), ""]
    return page(meta("Abbreviations", "What the abbreviations in the briefs stand for."), lines)


def _entry(context: PageContext, term: Term, uses: list[tuple[Brief, str]]) -> list[str]:
    note = f" {escape(term.note)}" if term.note else ""
    places = [
        context.brief(brief, anchor, f"{brief.cited_as}, {anchor}")
        for brief, anchor in uses[:_NAMED]
    ]
    rest = " …" if uses[_NAMED:] else ""
    where = (
        f"In {count(len(uses), 'brief')}: {', '.join(places)}{rest}"
        if uses
        else "In no brief at present"
    )
    head = [f"## {', '.join(map(escape, term.forms))} {{ #{term.id} }}", ""]
    return inside(
        "section",
        [*head, f"{escape(term.stands_for)}.{note}", "", where, "{ .entry-facts }", ""],
        class_="term-entry",
    )


def _uses(library: Library) -> dict[str, list[tuple[Brief, str]]]:
    """The briefs that use each term, newest first, with the anchor of the first block that does; headings do not count."""
    terms = tuple(library.authority.glossary.values())
    uses: dict[str, list[tuple[Brief, str]]] = {}
    for brief in library.briefs:
        seen: set[str] = set()
        for block, anchor in zip(brief.reading.shown, brief.anchors, strict=True):
            if block.kind is Kind.HEADING:
                continue
            for _, _, term in found(block.text, terms):
                if term.id not in seen:
                    seen.add(term.id)
                    uses.setdefault(term.id, []).append((brief, anchor))
    return uses
