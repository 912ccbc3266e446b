"""What pages have in common: links between them, a brief as a line of a list, a passage as a quotation."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from archive.exports.page_head import FEEDS, LIST_FILES
from archive.pages.blocks import inside
from archive.pages.shelves import LONGEST
from archive.reading.model import Block
from archive.records.library import UNDATED, Brief, Catalogued, Library
from archive.records.themes import Passage, Theme
from archive.text.escaping import Write, attribute, escape, in_language, inline, link, mark_up

LANGUAGES = {"en": "English", "ja": "Japanese", "ko": "Korean"}


def empty_targets(said: Iterable[tuple[str, str]]) -> list[str]:
    """Anchors without words: each with what is said of it, which is seen when a link has led there (archive.css)."""
    targets = " ".join(
        f'<span id="{anchor}"></span> <span class="said">{escape(words)}</span>'
        for anchor, words in said
    )
    return [f'<div class="withheld">{targets}</div>', ""] if targets else []


def _relative(path: str, page: str) -> str:
    """The way from one docs path's folder to another: posixpath.relpath asks where the process is, which takes most of its time."""
    from_folder, there = page.split("/")[:-1], path.split("/")
    same = 0
    while same < min(len(from_folder), len(there) - 1) and from_folder[same] == there[same]:
        same += 1
    return "/".join([".."] * (len(from_folder) - same) + there[same:])


class PageContext:
    """The page that is being written, by its docs path: links are relative to it, so that the site works in any folder."""

    def __init__(self, path: str, library: Library) -> None:
        self.path, self.library = path, library

    def to(self, path: str, anchor: str = "") -> str:
        """The address of another page (or of an anchor on this one) as Markdown wants it."""
        if path == self.path and anchor:
            return f"#{anchor}"
        return _relative(path, self.path) + (f"#{anchor}" if anchor else "")

    def brief(self, brief: Brief, anchor: str = "", text: str = "") -> str:
        """A link to a brief, or to a block of it."""
        target = self.to(f"briefs/{brief.id}.md", anchor)
        return (
            link(text, target)
            if text
            else link(brief.record.title, target, brief.record.title_language)
        )

    def theme(self, theme: Theme) -> str:
        """A link to a theme's dossier."""
        return link(theme.label, self.to(f"themes/{theme.id}.md"))

    def authors(self, brief: Brief) -> str:
        """The authors as printed in the brief, each a link."""
        return ", ".join(
            link(credit.printed, self.to(f"authors/{credit.id}.md"))
            for credit in brief.record.authors
        )

    def institute(self, brief: Catalogued, *, short: bool = False) -> str:
        """The institute under its name at the time."""
        name = brief.institute.short if short else brief.institute_name
        return link(name, self.to(f"institutes/{brief.institute.id}.md"))

    def date(self, brief: Catalogued) -> str:
        """The date, no more precise than known, as a link to its year."""
        path = self.to(f"years/{brief.record.year or UNDATED}.md")
        return link(brief.record.date or "no date", path)

    def year(self, year: str | None) -> str:
        """A year, or that there is none, as a link to its briefs."""
        return link(year or UNDATED.capitalize(), self.to(f"years/{year or UNDATED}.md"))

    def series(self, brief: Catalogued) -> str:
        """The series with the number, "" when it belongs to none."""
        series = brief.series
        parts = (
            [link(series.name, self.to(f"institutes/{brief.institute.id}.md", series.id))]
            if series
            else []
        )
        return " ".join([*parts, *([escape(brief.record.number)] if brief.record.number else [])])

    def entry(self, brief: Brief, *, short: bool = False) -> str:
        """A brief in a list: when, its title, then who, where and on what; a `short` one without these."""
        date = f'<span class="entry-date">{self.date(brief)}</span>'
        entry = f"- {date} {self.brief(brief)}{{ .entry-title }}"
        if short:
            return entry
        about = (
            self.authors(brief),
            self.institute(brief, short=True),
            self.series(brief),
            self.themes(brief),
        )
        return (
            f'{entry} <span class="entry-facts">{" · ".join(fact for fact in about if fact)}</span>'
        )

    def entries(self, briefs: Iterable[Brief]) -> list[str]:
        """Briefs as a list, each with its themes; of a list too long for that the titles alone."""
        briefs = list(briefs)
        rows = [self.entry(brief, short=len(briefs) > LONGEST) for brief in briefs]
        return (
            inside("div", rows, class_="entries")
            if rows
            else ["No brief of the archive at present.", ""]
        )

    def span(self, briefs: Iterable[Brief]) -> str:
        """The first and the last year of some briefs, as links; "" when none has a date."""
        years = sorted(brief.record.year for brief in briefs if brief.record.year)
        return "–".join(map(self.year, dict.fromkeys([years[0], years[-1]]))) if years else ""

    def search_within(self, label: str, what: str = "these briefs", **facets: str) -> list[str]:
        """A form that searches only the briefs which have these values in facets of the search page; `what` says which they are."""
        named = attribute(f"Search within the briefs: {label}")
        return [
            f'<form class="search-within" role="search" action="{self.search()}" aria-label="{attribute(label)}">',
            *(
                f'<input type="hidden" name="{facet}" value="{attribute(value)}">'
                for facet, value in facets.items()
            ),
            f'<input type="search" name="q" maxlength="300" autocomplete="off" placeholder="Words in {what}" aria-label="{named}">',
            f'<button type="submit">Search {what}</button>',
            "</form>",
            "",
        ]

    def search(self) -> str:
        """The address of the search page, for HTML."""
        return posixpath.relpath("search", posixpath.splitext(self.path)[0]) + "/"

    def brackets(self, briefs: Iterable[Brief]) -> list[str]:
        """What square brackets round a title mean, where a list has one that the archive supplied."""
        if all(brief.record.prints("title") for brief in briefs):
            return []
        return [
            "[…] marks a title that the text does not print: the archive supplied it.",
            "{ .remark }",
            "",
        ]

    def exports(self, of: str = "this list", folder: str = "") -> list[str]:
        """The feeds and exports that `finish` puts beside a list: in the folder of this page, or in `folder` below it."""
        links = {
            file: f'<a href="{folder}{file}">{name}</a>' for file, (_, name) in LIST_FILES.items()
        }
        feeds = [links.pop(file) for file in FEEDS]
        return [
            f'<p class="exports">Follow {of}: {", ".join(feeds)}. Download it: {", ".join(links.values())}.</p>',
            "",
        ]

    def themes(self, brief: Brief) -> str:
        """The themes that a brief bears."""
        return ", ".join(
            self.theme(theme) for theme in self.library.themes if theme.id in brief.passages
        )


def meta(title: str, description: str, *, contents: bool = False) -> dict[str, object]:
    """The front matter of a page that is no brief; most are too short for contents."""
    return {"title": title, "description": description, **({} if contents else {"hide": ["toc"]})}


def kicker(*parts: str) -> list[str]:
    """The line above a title that says what kind of page it is."""
    return [" · ".join(part for part in parts if part), "{ .kicker }", ""]


def title(text: str, language: str | None = None, anchor: str = "") -> list[str]:
    """The one first-level heading of a page."""
    return [f"# {in_language(text, language)}" + (f" {{ #{anchor} }}" if anchor else ""), ""]


def year_id(year: str | None) -> str:
    """The anchor of a year's heading on a page that has several."""
    return f"y{year}" if year else UNDATED


def count(number: int, word: str) -> str:
    """A number with its noun: 1 brief, 2 briefs."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def marked(passage: Passage, write: Write = inline) -> str:
    """A passage with the words that show the theme marked."""
    return mark_up(
        passage.text, [(start, end, "<mark>", "</mark>") for start, end in passage.marks], write
    )


def whole(block: Block, write: Write = escape) -> str:
    """A block's words on one line, with its sign."""
    return write(f"{block.mark} {block.text}")
