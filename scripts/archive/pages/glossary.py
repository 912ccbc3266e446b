"""Write the glossary, and link each abbreviation to it at its first use on a page."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from archive.pages.blocks import html_block, page
from archive.pages.links import PageContext, count, meta, title
from archive.reading.model import Kind
from archive.records.authority import Term
from archive.records.library import Brief, Library
from archive.text.escaping import escape, escape_inline, mark_up
from archive.text.language import SCRIPTS
from archive.text.normal_forms import align, normalise

GLOSSARY = "glossary.md"
# The anchors of the blocks in which a brief first uses each term, by the term's id.
FirstUses = dict[str, str]
# A term names this many of the briefs that use it; the search finds all.
_MAX_BRIEFS = 3


class GlossaryLinks:
    """Writes lines of a page as Markdown, and links each abbreviation once, at its first use."""

    def __init__(self, context: PageContext, language: str = "en") -> None:
        """Begin a page without links yet; `language` is the language of its words."""
        self._forms = _forms(tuple(context.library.authority.glossary.values()))
        self._page, self._language = context.to(GLOSSARY), language
        self._seen: set[str] = set()

    def __call__(self, line: str) -> str:
        """Return a line as Markdown, with a link on each abbreviation not linked before."""
        line = " ".join(line.split())
        links = []
        for start, end, term in _matches(line, *self._forms):
            if term.id not in self._seen:
                self._seen.add(term.id)
                links.append((start, end, "[", f"]({self._page}#{term.id}){{ .term }}"))
        return mark_up(line, links, lambda words: escape_inline(words, self._language))

    def plain(self, line: str) -> str:
        """Return a line as Markdown without links to the glossary, as headings need it."""
        return escape(line, self._language)


def _matches(
    text: str, pattern: re.Pattern[str], of_form: dict[str, Term]
) -> list[tuple[int, int, Term]]:
    """Return the abbreviations in `text` as (start, end, term)."""
    normal, places = align(text)
    return [
        (places[match.start()], places[match.end()], of_form[match[0]])
        for match in pattern.finditer(normal)
    ]


@cache
def _forms(terms: tuple[Term, ...]) -> tuple[re.Pattern[str], dict[str, Term]]:
    """Return the pattern that finds all forms, and the term of each form.

    The pattern is case-sensitive: "IT" is not "it". A hyphen may follow a form ("ROK-U.S."), and so
    may a Korean or Japanese particle.
    """
    of_form = {normalise(form): term for term in terms for form in term.forms}
    letter = rf"[^\W_{SCRIPTS}]"
    # Each form looks behind itself: a pattern that begins with letters is four times as fast.
    longest_first = "|".join(
        rf"{form}(?<!{letter}{form})"
        for form in map(re.escape, sorted(of_form, key=len, reverse=True))
    )
    return re.compile(rf"(?:{longest_first})(?!{letter})" if longest_first else r"(?!)"), of_form


def glossary_page(library: Library, first_uses: Sequence[FirstUses]) -> str:
    """Return the page of all abbreviations, each with links to its first uses in briefs.

    `first_uses` has for each brief of the library what `find_first_uses` returns.
    """
    context = PageContext(GLOSSARY, library)
    return page(
        meta("Abbreviations", "What the abbreviations in the briefs stand for."),
        [
            *title("Abbreviations"),
            "What the abbreviations in the texts stand for, and where each brief first uses them.",
            "",
            *(
                line
                for term in sorted(
                    library.authority.glossary.values(),
                    key=lambda term: (term.forms[0].casefold(), term.id),
                )
                for line in _entry(
                    context,
                    term,
                    [
                        (brief, used[term.id])
                        for brief, used in zip(library.briefs, first_uses, strict=True)
                        if term.id in used
                    ],
                )
            ),
        ],
    )


def _entry(context: PageContext, term: Term, uses: list[tuple[Brief, str]]) -> list[str]:
    places = [
        context.brief(brief, anchor, f"{brief.cited_as}, {anchor}")
        for brief, anchor in uses[:_MAX_BRIEFS]
    ]
    where = (
        f"In {count(len(uses), 'brief')}: {', '.join(places)}{' …' if uses[_MAX_BRIEFS:] else ''}"
        if uses
        else "Not used in any brief at present"
    )
    return html_block(
        "section",
        [
            f"## {', '.join(map(escape, term.forms))} {{ #{term.id} }}",
            "",
            f"{escape(term.stands_for)}." + (f" {escape(term.note)}" if term.note else ""),
            "",
            where,
            "{ .entry-facts }",
            "",
        ],
        class_="term-entry",
    )


def find_first_uses(brief: Brief, terms: Iterable[Term]) -> FirstUses:
    """Return the anchor of the block where a brief first uses each term, by the term's id.

    Headings do not count: they have no links to the glossary.
    """
    forms = _forms(tuple(terms))
    # Backwards, so that the first use is what remains.
    return {
        term.id: anchor
        for block, anchor in reversed([*zip(brief.reading.shown, brief.anchors, strict=True)])
        if block.kind is not Kind.HEADING
        for _, _, term in _matches(block.text, *forms)
    }
