"""A citation holds the facts of a brief for exports, and gives its reference.

The form of the reference is DESIGN.md's: Author. Title. Series and number. Institute, date.
Address. Square brackets mark a date that is not printed; a supplied title has its own brackets.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape as escape_html
from typing import Any
from urllib.parse import quote

from archive.reading.model import Kind, Voice
from archive.records.authority import Author
from archive.records.library import Catalogued, Library
from archive.records.record import CORRECTIONS, RELATIONS, Record
from archive.records.themes import Theme
from archive.text.escaping import escape as escape_markdown
from archive.text.names import join_names
from archive.text.sentences import full_stop

# The type of publication in metadata (validators.md: Zotero shows DC.type as the report type).
GENRE = "Policy brief"
# Some mail programs cut longer links: Windows allows 2,083 characters. A Korean letter takes nine.
LONGEST_MAIL = 1900
_LONGEST_LINE = 600
# What a passage is that is not by the author, in a reference.
_BY_PUBLISHER = {
    Kind.INTRODUCTION: "Introduction to",
    Kind.STANDFIRST: "Standfirst of",
    Kind.UNCLAIMED: "Header of",
}
_BY_OTHERS = {
    Voice.TRANSLATOR: "Note on the translation of",
    Voice.BIOGRAPHER: "About the author of",
    Voice.RIGHTS: "Rights line of",
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A record with what exports need beside it, such as names from the authority files.

    `url` begins with "/" until the citation is for a site (`at`). `first_url` is the first address
    that the brief had: its id in feeds, where an id may not change. `authors` are those of the
    record, in its order. They, `institutes` and `series` have the names of the brief's date.
    `issuer` is the id of the institute that has the series.
    """

    record: Record
    url: str
    first_url: str
    authors: tuple[Author, ...]
    institutes: tuple[str, ...]
    issuer: str
    series: str | None
    themes: tuple[Theme, ...]
    abstract: str

    def at(self, base: str) -> "Citation":
        """Return it for the site at the address `base`, which ends in a slash.

        Its relations to other briefs then have the addresses of these.
        """
        relations = tuple(
            replace(one, address=f"{base}briefs/{one.brief}/") if one.brief else one
            for one in self.record.relations
        )
        return replace(
            self,
            record=replace(self.record, relations=relations),
            url=base + self.url[1:],
            first_url=base + self.first_url[1:],
        )

    @property
    def byline(self) -> str:
        """The authors as printed; "" without any."""
        return join_names(credit.printed for credit in self.record.authors)

    @property
    def institute(self) -> str:
        """The institutes in words."""
        return join_names(self.institutes)

    @property
    def day(self) -> str | None:
        """The date if it is a printed whole day, else None.

        For formats that know only moments: from a year they would make up a day.
        """
        date = self.record.date
        is_day = date and date.day and not date.end
        return str(date) if is_day and self.record.prints("date") else None

    @property
    def note(self) -> str:
        """A note on what the fields of a citation cannot express."""
        is_unprinted = self.record.date and not self.record.prints("date")
        about_date = "Date not printed in the text" if is_unprinted else ""
        return ". ".join(filter(None, (about_date, self.withdrawal, self.corrections)))

    @property
    def withdrawal(self) -> str:
        """When it was withdrawn, in words; "" if it was not."""
        withdrawn = self.record.withdrawn
        return f"Withdrawn {withdrawn.date}" if withdrawn else ""

    @property
    def corrections(self) -> str:
        """By what it is corrected, and what it corrects; "" for nothing."""
        return "; ".join(
            f"{RELATIONS[one.kind]}: {', '.join(filter(None, (one.title, one.note, one.address)))}"
            for one in self.record.relations
            if one.kind in CORRECTIONS
        )


def cite(library: Library, brief: Catalogued) -> Citation:
    """Return the citation of a brief, withdrawn or not, for no site yet (see `Citation.at`)."""
    return Citation(
        record=brief.record,
        url=brief.address,
        first_url=library.first_addresses.get(brief.address, brief.address),
        authors=tuple(
            library.authority.authors[credit.id].at(brief.record.date)
            for credit in brief.record.authors
        ),
        institutes=brief.institute_names,
        issuer=brief.issuer.id,
        series=brief.series_name,
        themes=tuple(library.themes_of(brief)),
        abstract=brief.summary.description,
    )


def as_json(content: Any) -> str:
    """Return the content of a JSON file."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a record that have a value."""
    return {field: value for field, value in fields.items() if value}


def reference(citation: Citation, voice: Voice = Voice.AUTHOR, kind: Kind = Kind.PARAGRAPH) -> str:
    """Return the reference in words, without address and closing full stop.

    The reference of a passage in another voice than the author's names whose words it quotes.
    """
    return _join_sentences(
        [
            *(
                [citation.byline, citation.record.title]
                if voice is Voice.AUTHOR
                else _name_voice(citation, voice, kind)
            ),
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
            f"<cite>{escape_html(citation.record.title)}</cite>",
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
    subject = _shorten(": ".join(filter(None, (citation.byline, citation.record.title))))
    link = mailto(subject, [words, "", citation.url])
    return (
        link if len(link) <= LONGEST_MAIL else mailto(subject, [_shorten(words), "", citation.url])
    )


def mail_error(citation: Citation, contact: str) -> str:
    """Return a mail link to the archive's desk that names the brief with the error."""
    return mailto(
        _shorten(f"Error in {citation.record.id}: {citation.record.title}"),
        [
            f"Brief: {citation.record.id}",
            f"Title: {_shorten(citation.record.title)}",
            citation.url,
            "",
            "What is wrong, and where (p1, p2 …):",
            "",
        ],
        contact,
    )


def _shorten(line: str) -> str:
    """Cut a line that takes more than _LONGEST_LINE characters in a mail link."""
    cut = line
    while len(quote(cut, safe="")) > _LONGEST_LINE:
        cut = cut[: len(cut) * 9 // 10]
    return line if cut == line else f"{cut.rstrip()} […]"


def _name_voice(citation: Citation, voice: Voice, kind: Kind) -> list[str]:
    """Name the writer of a passage, where the text does, and the text itself."""
    is_publisher = voice is Voice.PUBLISHER
    words = _BY_PUBLISHER.get(kind, "Note on") if is_publisher else _BY_OTHERS[voice]
    by = f" by {citation.byline}" if citation.byline else ""
    return [
        citation.institute if is_publisher else "",
        f"{words} “{citation.record.title}”{by}",
    ]


def _issue_and_date(citation: Citation) -> list[str]:
    """Return the last sentences of a reference; "" for what there is not."""
    record = citation.record
    date = record.date
    words = "n.d." if not date else date.words if date.season or date.end else str(date)
    return [
        " ".join(filter(None, (citation.series, record.number))),
        f"{citation.institute}, {words if not date or record.prints('date') else f'[{words}]'}",
        citation.withdrawal,
    ]


def _join_sentences(sentences: list[str], without_tags: Callable[[str], str] = str) -> str:
    """Join sentences but empty ones; all but the last get a full stop unless they have a mark."""
    *first, last = [sentence for sentence in sentences if sentence]
    closed = (f"{sentence}{full_stop(without_tags(sentence))}" for sentence in first)
    return " ".join([*closed, last])


def _with_full_stop(text: str) -> str:
    return f"{text}{full_stop(text)}"
