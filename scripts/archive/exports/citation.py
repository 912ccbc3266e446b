"""A citation holds the facts of a brief for exports, and gives its reference.

The form of the reference is DESIGN.md's: Author. Title. Series and number. Institute, date.
Address. Square brackets mark a date that is not printed; a supplied title has its own brackets.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape as escape_html
from typing import Any
from urllib.parse import quote

from archive.reading.model import Kind, Voice
from archive.records.authority import Author
from archive.records.library import Catalogued, Library
from archive.records.themes import Theme
from archive.text.dates import EdtfDate
from archive.text.escaping import escape as escape_markdown

# The type of publication in metadata (validators.md: Zotero shows DC.type as the report type).
GENRE = "Policy brief"
# Some mail programs cut longer links: Windows allows 2,083 characters. A Korean letter takes nine.
LONGEST_MAIL = 1900
_LONGEST_LINE = 600


@dataclass(frozen=True, slots=True)
class Name:
    """An author of one brief, with the name as printed and the post at the time."""

    author: Author
    printed: str
    affiliation: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """The facts of a brief.

    `url` begins with "/" until the citation is for a site (`at`). `first_url` is the first address
    that the brief had: its id in feeds, where an id may not change. `date` is of the precision
    known, or None. `updated` is the day of the record's last change, and `withdrawn` the day of the
    withdrawal.
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
    date: EdtfDate | None
    title_is_printed: bool
    date_is_printed: bool
    language: str
    themes: tuple[Theme, ...]
    abstract: str
    rights: str | None
    license: str | None
    updated: str
    withdrawn: str | None

    def at(self, base: str) -> "Citation":
        """Return it for the site at the address `base`, which ends in a slash."""
        url, first_url = (base + address[1:] for address in (self.url, self.first_url))
        return replace(self, url=url, first_url=first_url)

    @property
    def byline(self) -> str:
        """The authors as printed: "A", "A and B", "A, B and C"; "" without any."""
        *first, last = [name.printed for name in self.authors] or [""]
        return f"{', '.join(first)} and {last}" if first else last

    @property
    def issue(self) -> str:
        """The series and the number; "" without either."""
        return " ".join(part for part in (self.series, self.number) if part)

    @property
    def day(self) -> str | None:
        """The date if it is a printed whole day, else None.

        For formats that know only moments: from a year they would make up a day.
        """
        return str(self.date) if self.date and self.date.day and self.date_is_printed else None

    @property
    def note(self) -> str:
        """A note on what the fields of a citation cannot express."""
        notes = (
            "Date not printed in the text" if self.date and not self.date_is_printed else "",
            f"Withdrawn {self.withdrawn}" if self.withdrawn else "",
        )
        return ". ".join(filter(None, notes))

    @property
    def bracketed_date(self) -> str:
        """The date for a reference: in brackets if not printed, "n.d." if unknown."""
        date = str(self.date) if self.date_is_printed else f"[{self.date}]"
        return date if self.date else "n.d."


def cite(library: Library, brief: Catalogued) -> Citation:
    """Return the citation of a brief, withdrawn or not, for no site yet (see `Citation.at`)."""
    record = brief.record
    return Citation(
        id=record.id,
        url=brief.address,
        first_url=library.first_address(brief.address),
        title=record.title,
        authors=tuple(
            Name(library.authority.authors[credit.id], credit.printed, credit.affiliation)
            for credit in record.authors
        ),
        institute=brief.institute_name,
        institute_id=brief.institute.id,
        series=brief.series.name if brief.series else None,
        series_id=brief.series.id if brief.series else None,
        number=record.number,
        date=record.date,
        title_is_printed=record.prints("title"),
        date_is_printed=record.prints("date"),
        language=record.language,
        themes=tuple(library.themes_of(brief)),
        abstract=brief.description,
        rights=record.rights,
        license=record.license,
        updated=record.last_change,
        withdrawn=record.withdrawn.date if record.withdrawn else None,
    )


def without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a record that have a value."""
    return {field: value for field, value in fields.items() if value}


def reference(citation: Citation, voice: Voice = Voice.AUTHOR, kind: Kind = Kind.PARAGRAPH) -> str:
    """Return the reference in words, without address and closing full stop.

    The reference of a passage in another voice than the author's names whose words it quotes.
    """
    own = [citation.byline, citation.title]
    return _join_sentences(
        [
            *(own if voice is Voice.AUTHOR else _name_voice(citation, voice, kind)),
            *_issue_and_date(citation),
        ]
    )


def plain(citation: Citation) -> str:
    """Return the whole reference as plain text.

    The address comes last with nothing after it, since a mail program might link that too.
    """
    return f"{_with_full_stop(reference(citation))} {citation.url}"


def as_markdown(citation: Citation) -> str:
    """Return the whole reference as Markdown."""
    return f"{escape_markdown(_with_full_stop(reference(citation)))} <{citation.url}>"


def as_html(citation: Citation) -> str:
    """Return the whole reference as HTML, with the title in <cite>."""
    words = _join_sentences(
        [
            escape_html(citation.byline),
            f"<cite>{escape_html(citation.title)}</cite>",
            *map(escape_html, _issue_and_date(citation)),
        ],
        without_tags=lambda sentence: sentence.removesuffix("</cite>"),
    )
    url = escape_html(citation.url)
    return f'{_with_full_stop(words)} <a href="{url}">{url}</a>'


def mailto(subject: str, body: list[str], to: str = "") -> str:
    """Return a mail link (RFC 6068) with the lines of `body`, which end in CRLF."""
    words, text = quote(subject, safe=""), quote("\r\n".join(body), safe="")
    return f"mailto:{quote(to, safe='@')}?subject={words}&body={text}"


def mail_brief(citation: Citation) -> str:
    """Return a mail link with the reference of a brief, then its address on a line.

    The reference is shortened where it makes the link too long.
    """
    words = _with_full_stop(reference(citation))
    subject = _shorten(": ".join(filter(None, (citation.byline, citation.title))))
    link = mailto(subject, [words, "", citation.url])
    return (
        link if len(link) <= LONGEST_MAIL else mailto(subject, [_shorten(words), "", citation.url])
    )


def mail_error(citation: Citation, contact: str) -> str:
    """Return a mail link to the archive's desk that names the brief with the error."""
    body = [
        f"Brief: {citation.id}",
        f"Title: {_shorten(citation.title)}",
        citation.url,
        "",
        "What is wrong, and where (p1, p2 …):",
        "",
    ]
    return mailto(_shorten(f"Error in {citation.id}: {citation.title}"), body, contact)


def _shorten(line: str) -> str:
    """Cut a line that takes more than _LONGEST_LINE characters in a mail link."""
    cut = line
    while len(quote(cut, safe="")) > _LONGEST_LINE:
        cut = cut[: len(cut) * 9 // 10]
    return line if cut == line else f"{cut.rstrip()} […]"


def _name_voice(citation: Citation, voice: Voice, kind: Kind) -> list[str]:
    """Name the writer of a passage, where the text does, and the text itself."""
    of = f"“{citation.title}”" + (f" by {citation.byline}" if citation.byline else "")
    if voice is Voice.PUBLISHER:
        kinds = {
            Kind.INTRODUCTION: "Introduction to",
            Kind.STANDFIRST: "Standfirst of",
            Kind.UNCLAIMED: "Header of",
        }
        return [citation.institute, f"{kinds.get(kind, 'Note on')} {of}"]
    voices = {
        Voice.TRANSLATOR: "Note on the translation of",
        Voice.BIOGRAPHER: "About the author of",
        Voice.RIGHTS: "Rights line of",
    }
    return [f"{voices[voice]} {of}"]


def _issue_and_date(citation: Citation) -> list[str]:
    """Return the last sentences of a reference; "" for what there is not."""
    return [
        citation.issue,
        f"{citation.institute}, {citation.bracketed_date}",
        f"Withdrawn {citation.withdrawn}" if citation.withdrawn else "",
    ]


def _join_sentences(sentences: list[str], without_tags: Callable[[str], str] = str) -> str:
    """Join sentences but empty ones; all but the last get a full stop unless they have a mark."""
    *first, last = [sentence for sentence in sentences if sentence]
    closed = (
        sentence if without_tags(sentence).endswith((".", "?", "!", "…")) else f"{sentence}."
        for sentence in first
    )
    return " ".join([*closed, last])


def _with_full_stop(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
