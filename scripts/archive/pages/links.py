"""Write what many pages share: links, entries of lists, small elements."""

from collections.abc import Iterable
from pathlib import PurePath
from posixpath import dirname, relpath

from archive.exports.page_head import FEEDS, LIST_FILES
from archive.pages.blocks import html_block
from archive.pages.listing import LONGEST, Lists
from archive.records.library import Brief, Catalogued, Library
from archive.records.themes import Theme
from archive.text.addresses import UNDATED, Address
from archive.text.escaping import (
    Write,
    escape,
    escape_attribute,
    in_language,
    link,
    mark_up,
)
from archive.text.names import join_names
from archive.text.sentences import shorten

LANGUAGES = {
    "en": "English",
    "ja": "Japanese",
    "ja-Latn": "Japanese in Latin letters",
    "ko": "Korean",
    "ko-Latn": "Korean in Latin letters",
}
# An entry of a list has this many signs of the brief's own words: two lines.
_LONGEST_TEASER = 200


def empty_targets(notes: Iterable[tuple[str, str]]) -> list[str]:
    """Return targets for anchors whose words are not on the page, from (anchor, note).

    archive.css shows a note only when a link has led to its anchor.
    """
    targets = " ".join(
        f'<span id="{anchor}"></span> <span class="said">{escape(note)}</span>'
        for anchor, note in notes
    )
    return [f'<div class="withheld">{targets}</div>', ""] if targets else []


class PageContext:
    """Writes the links and lists of one page, known by its docs path.

    Links are relative to the page, so that the site works in any folder. The page of a list knows
    all `lists`.
    """

    def __init__(self, path: str, library: Library, lists: Lists | None = None) -> None:
        self.path, self.library, self.lists = path, library, lists or {}

    def to(self, path: str, anchor: str = "") -> str:
        """Return the link target in Markdown for another page, or for an anchor on this one."""
        # Of two absolute paths: for others, relpath takes most of its time to find where it runs.
        page = "" if anchor and path == self.path else relpath(f"/{path}", dirname(f"/{self.path}"))
        return f"{page}#{anchor}" if anchor else page

    def href(self, path: str, anchor: str = "") -> str:
        """Return the same target as a relative address in the built site, for use in HTML."""
        address, own = Address.of_page(PurePath(path)), Address.of_page(PurePath(self.path))
        page = "" if anchor and address == own else f"{relpath(address, own)}/"
        return f"{page}#{anchor}" if anchor else page

    def brief(self, brief: Brief, anchor: str = "", text: str = "") -> str:
        """Return a link to a brief, or to one of its blocks; its text is the title by default."""
        return link(
            text or brief.record.title,
            self.to(f"briefs/{brief.id}.md", anchor),
            None if text else brief.record.title_language,
        )

    def where(self, brief: Brief, anchor: str, words: str) -> str:
        """Return a link to a block of a brief, named by some words and its anchor."""
        return f"{self.brief(brief, anchor, f'{words} {anchor}')}{{ .where }}"

    def theme(self, theme: Theme) -> str:
        """Return a link to the page of a theme."""
        return link(theme.label, self.to(f"themes/{theme.id}.md"))

    def authors(self, brief: Brief) -> str:
        """Return links to the authors, under their names as printed in the brief."""
        return join_names(
            link(credit.printed, self.to(f"authors/{credit.id}.md"))
            for credit in brief.record.authors
        )

    def institutes(self, brief: Catalogued, *, short: bool = False) -> str:
        """Return links to the institutes, under their names at the time unless `short`."""
        names = [body.short for body in brief.institutes] if short else brief.institute_names
        return join_names(
            link(name, self.to(f"institutes/{body.id}.md"))
            for body, name in zip(brief.institutes, names, strict=True)
        )

    def date(self, brief: Catalogued) -> str:
        """Return the date, only as precise as it is known, as a link to its year."""
        date = brief.record.date
        # Machines read it as HTML allows, a season or an interval as a year.
        words = f'<time datetime="{date.calendar}">{date.words}</time>' if date else "no date"
        return f"[{words}]({self.to(f'years/{brief.record.when[0]}.md')})"

    def year(self, year: str | None) -> str:
        """Return a link to the briefs of a year; None stands for briefs without a date."""
        return link(year or UNDATED.capitalize(), self.to(f"years/{year or UNDATED}.md"))

    def series(self, brief: Catalogued) -> str:
        """Return the series and number of a brief, or "" if it has neither."""
        name, path = brief.series_name, f"institutes/{brief.issuer.id}.md"
        name = link(name, self.to(path, brief.record.series or "")) if name else ""
        return join_known(" ", name, escape(brief.record.number or ""))

    def entries(self, briefs: Iterable[Brief]) -> list[str]:
        """Return briefs as a list; a list of more than 200 has only dates and titles."""
        briefs = list(briefs)
        rows = [
            f'- <span class="entry-date">{self.date(brief)}</span> {self.brief(brief)}'
            "{ .entry-title }" + ("" if len(briefs) > LONGEST else self._facts(brief))
            for brief in briefs
        ]
        return html_block("div", rows, class_="entries") or ["No briefs at present.", ""]

    def _facts(self, brief: Brief) -> str:
        """Return what an entry of a list says of a brief beside its date and title.

        After the facts come its first words, if the public may read them.
        """
        words = "" if brief.is_withheld else shorten(brief.summary.description, _LONGEST_TEASER)
        teaser = f' <span class="teaser">{in_language(words, brief.record.language)}</span>'
        facts = join_known(
            " · ",
            self.authors(brief),
            self.institutes(brief, short=True),
            self.series(brief),
            ", ".join(map(self.theme, self.library.themes_of(brief))),
            "corrected"
            if any(one.kind == "corrected-by" for one in brief.record.relations)
            else "",
        )
        return f' <span class="entry-facts">{facts}</span>' + (teaser if words else "")

    def span(self, briefs: Iterable[Brief]) -> str:
        """Return links to the first and last year of `briefs`; "" if none has a date."""
        years = sorted(brief.record.year for brief in briefs if brief.record.year)
        return "–".join(map(self.year, dict.fromkeys([years[0], years[-1]]))) if years else ""

    def search_within(self, label: str, what: str = "these briefs", **facets: str) -> list[str]:
        """Return a form that searches only the briefs with these values of facets.

        `label` names it for screen readers; `what` stands in its words for the briefs.
        """
        name = escape_attribute(label)
        return [
            f'<form class="search-within" role="search" action="{self.href("search.md")}" '
            f'aria-label="{name}">',
            *(
                f'<input type="hidden" name="{facet}" value="{escape_attribute(value)}">'
                for facet, value in facets.items()
            ),
            '<input type="search" name="q" maxlength="300" '
            f'placeholder="Words in {what}" aria-label="Search within the briefs: {name}">',
            f'<button type="submit">Search {what}</button>',
            "</form>",
            "",
        ]

    def brackets(self, briefs: Iterable[Brief]) -> list[str]:
        """Return a remark on square brackets, if one of the titles is not printed in its text."""
        if all(brief.record.prints("title") for brief in briefs):
            return []
        return [
            "A title in square brackets is not printed in the text: the archive supplied it.",
            "{ .remark }",
            "",
        ]

    def exports(self, of: str = "this list", folder: str = "") -> list[str]:
        """Return links to the feeds and exports of a list, which `finish` writes.

        They are in the folder of this page, or in `folder` below it.
        """
        links = {
            file: f'<a href="{folder}{file}">{name}</a>' for file, (_, name) in LIST_FILES.items()
        }
        feeds = [links.pop(file) for file in FEEDS]
        return [
            f'<p class="exports">Follow {of}: {", ".join(feeds)}. '
            f"Download it: {', '.join(links.values())}.</p>",
            "",
        ]


def meta(title: str, description: str, *, contents: bool = False) -> dict[str, object]:
    """Return the front matter of a page other than a brief's; most need no contents."""
    return {"title": title, "description": description, **({} if contents else {"hide": ["toc"]})}


# A line that every page of a brief or of a list has, and hardly any that a curator writes.
KICKER = "{ .kicker }"


def kicker(*parts: str) -> list[str]:
    """Return the line above a title, which says what kind of page it is."""
    return [join_known(" · ", *parts), KICKER, ""]


def title(text: str, language: str | None = None, anchor: str = "") -> list[str]:
    """Return the first-level heading of a page."""
    return [f"# {in_language(text, language)}" + (f" {{ #{anchor} }}" if anchor else ""), ""]


def section(words: str, anchor: str, lines: list[str]) -> list[str]:
    """Return a section with a heading; nothing without lines."""
    return [f"## {words} {{ #{anchor} }}", "", *lines, ""] if lines else []


def join_known(separator: str, *facts: str) -> str:
    """Join the facts that are known, which are not empty."""
    return separator.join(filter(None, facts))


def year_id(year: str | None) -> str:
    """Return the anchor of a year's heading on a page with several years."""
    return f"y{year}" if year else UNDATED


def count(number: int, word: str) -> str:
    """Return a number with its noun: 1 brief, 2 briefs, 1,000 briefs."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def mark_spans(text: str, spans: Iterable[tuple[int, int]], write: Write) -> str:
    """Return words of a text with its `spans`, those that show a theme, marked."""
    return mark_up(text, [(start, end, "<mark>", "</mark>") for start, end in spans], write)
