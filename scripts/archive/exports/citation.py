"""What a citation says, once, for all of its forms: the reference in words, and the facts that exports and page heads give.

The form of the reference is DESIGN.md's: Author. Title. Series and number. Institute, date. Address. Square brackets mark a
date that is not printed; a supplied title has its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape as escape_html
from urllib.parse import quote

from archive.reading.model import Kind, Voice
from archive.records.authority import Author
from archive.records.library import Brief, Catalogued, Library
from archive.records.themes import Theme
from archive.text.escaping import escape as escape_markdown

# What a brief is, as readers of page heads call it (validators.md: Zotero takes DC.type for the type of a report).
GENRE = "Policy brief"
# Some mail programs cut a longer link (2,083 characters are the bound of Windows), in which a Korean letter is nine characters.
LONGEST_MAIL = 1900
_LONGEST_LINE = 600


@dataclass(frozen=True, slots=True)
class Name:
    """An author of one brief: who it is, the name as printed there, the post then."""

    author: Author
    printed: str
    affiliation: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """The facts of a brief. `date` is EDTF of the precision known, or None; `url` is absolute when made for a site.

    `first_url` is the address that the brief had before all others, which it is known by where an id may not change.
    `updated` is the day of the record's last change, `withdrawn` the day the brief was taken out.
    """

    id: str
    url: str
    first_url: str
    title: str
    authors: tuple[Name, ...]
    institute: str
    institute_id: str
    series: str | None
    series_id: str | None
    number: str | None
    date: str | None
    title_is_printed: bool
    date_is_printed: bool
    language: str
    themes: tuple[Theme, ...]
    abstract: str
    rights: str | None
    license: str | None
    updated: str
    withdrawn: str | None

    @property
    def byline(self) -> str:
        """The authors as printed in the brief: "A", "A and B", "A, B and C"; "" when there is none."""
        *first, last = [name.printed for name in self.authors] or [""]
        return f"{', '.join(first)} and {last}" if first else last

    @property
    def issue(self) -> str:
        """The series with the number, "" when there is neither."""
        return " ".join(part for part in (self.series, self.number) if part)

    @property
    def day(self) -> str | None:
        """The date, where it is a whole day and printed: for formats that know only moments and would make up the rest."""
        return (
            self.date
            if self.date and len(self.date) == len("2022-07-10") and self.date_is_printed
            else None
        )

    @property
    def note(self) -> str:
        """What a reader of a citation has to know and its fields cannot say."""
        inferred = (
            ["Date not printed in the text"] if self.date and not self.date_is_printed else []
        )
        return ". ".join([*inferred, *([f"Withdrawn {self.withdrawn}"] if self.withdrawn else [])])

    @property
    def dated(self) -> str:
        """The date as a reference has it: in brackets when it is not printed."""
        if self.date is None:
            return "n.d."
        return self.date if self.date_is_printed else f"[{self.date}]"


def cite(library: Library, one: Catalogued, base: str = "/") -> Citation:
    """The citation of a brief, or of a withdrawn one, on the site at the address `base`, which ends in a slash."""
    record = one.record
    people = library.authority.authors
    address = f"/briefs/{record.id}/"
    return Citation(
        id=record.id,
        url=f"{base}{address[1:]}",
        first_url=f"{base}{library.first_addresses.get(address, address)[1:]}",
        title=record.title,
        authors=tuple(
            Name(people[credit.id], credit.printed, credit.affiliation) for credit in record.authors
        ),
        institute=one.institute_name,
        institute_id=one.institute.id,
        series=one.series.name if one.series else None,
        series_id=one.series.id if one.series else None,
        number=record.number,
        date=record.date,
        title_is_printed=record.prints("title"),
        date_is_printed=record.prints("date"),
        language=record.language,
        themes=tuple(theme for theme in library.themes if theme.id in one.passages)
        if isinstance(one, Brief)
        else (),
        abstract=one.description if isinstance(one, Brief) else "",
        rights=record.rights,
        license=record.license,
        updated=record.last_change,
        withdrawn=record.withdrawn.date if record.withdrawn else None,
    )


def reference(citation: Citation, voice: Voice = Voice.AUTHOR, kind: Kind = Kind.PARAGRAPH) -> str:
    """The reference in words, without address and closing stop; that of a passage in another voice names whose words it is."""
    own = [citation.byline, citation.title]
    return _joined(
        [*(own if voice is Voice.AUTHOR else _others(citation, voice, kind)), *_issued(citation)]
    )


def plain(citation: Citation) -> str:
    """The whole reference as plain text, its address last, with nothing behind it that a mail program could take into it."""
    return f"{_stopped(reference(citation))} {citation.url}"


def as_markdown(citation: Citation) -> str:
    """The same words as Markdown."""
    return f"{escape_markdown(_stopped(reference(citation)))} <{citation.url}>"


def as_html(citation: Citation) -> str:
    """The same words as HTML, the title marked as such."""
    title = f"<cite>{escape_html(citation.title)}</cite>"
    before = [escape_html(citation.byline)] if citation.byline else []
    words = _joined(
        [*before, title, *map(escape_html, _issued(citation))],
        ends=lambda part: part.removesuffix("</cite>"),
    )
    return (
        f'{_stopped(words)} <a href="{escape_html(citation.url)}">{escape_html(citation.url)}</a>'
    )


def mailto(subject: str, body: list[str], to: str = "") -> str:
    """A mail link (RFC 6068): lines end in CRLF and everything that is no letter or figure is encoded."""
    text = "\r\n".join(body)
    return f"mailto:{quote(to, safe='@')}?subject={quote(subject, safe='')}&body={quote(text, safe='')}"


def mail_brief(citation: Citation) -> str:
    """A mail link that passes a brief on: its reference, and its address on a line of its own.

    Of a reference that makes the link too long, the beginning.
    """
    said = _stopped(reference(citation))
    link = mailto(subject(citation), [said, "", citation.url])
    return (
        link
        if len(link) <= LONGEST_MAIL
        else mailto(subject(citation), [_short(said), "", citation.url])
    )


def mail_error(citation: Citation, contact: str) -> str:
    """A mail link to the archive's desk that says which brief has the error."""
    body = [
        f"Brief: {citation.id}",
        f"Title: {_short(citation.title)}",
        citation.url,
        "",
        "What is wrong, and where (p1, p2 …):",
        "",
    ]
    return mailto(_short(f"Error in {citation.id}: {citation.title}"), body, contact)


def subject(citation: Citation) -> str:
    """What a mail about a brief is headed with."""
    return _short(f"{citation.byline}: {citation.title}" if citation.byline else citation.title)


def _short(line: str) -> str:
    """As much of a line as may stand in a mail link."""
    cut = line
    while len(quote(cut, safe="")) > _LONGEST_LINE:
        cut = cut[: len(cut) * 9 // 10]
    return line if cut == line else f"{cut.rstrip()} […]"


def _others(citation: Citation, voice: Voice, kind: Kind) -> list[str]:
    """Whose words stand there, and with which text. A writer whom the text does not name is not named."""
    of = f"“{citation.title}”" + (f" by {citation.byline}" if citation.byline else "")
    if voice is Voice.PUBLISHER:
        kinds = {
            Kind.INTRODUCTION: "Introduction to",
            Kind.STANDFIRST: "Standfirst of",
            Kind.UNCLAIMED: "Head of",
        }
        return [citation.institute, f"{kinds.get(kind, 'Note on')} {of}"]
    voices = {
        Voice.TRANSLATOR: "Note on the translation of",
        Voice.BIOGRAPHER: "About the author of",
        Voice.RIGHTS: "Rights line of",
    }
    return [f"{voices[voice]} {of}"]


def _issued(citation: Citation) -> list[str]:
    withdrawn = [f"Withdrawn {citation.withdrawn}"] if citation.withdrawn else []
    return [
        *([citation.issue] if citation.issue else []),
        f"{citation.institute}, {citation.dated}",
        *withdrawn,
    ]


def _joined(parts: list[str], ends: Callable[[str], str] = str) -> str:
    """Parts as sentences; one that ends in a stop of its own gets no second one."""
    *first, last = [part for part in parts if part]
    return (
        "".join(
            f"{part}{'' if ends(part).endswith(('.', '?', '!', '…')) else '.'} " for part in first
        )
        + last
    )


def _stopped(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
