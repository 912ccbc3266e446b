"""A record holds what curators know of a brief, with a basis if not printed."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from archive.reading.model import Voice
from archive.records.authority import LONGEST_ID, Authority, check_id
from archive.records.yamlfile import Fields, parse_yaml
from archive.sources.encodings import ENCODINGS, UTF_8
from archive.text.addresses import UNDATED
from archive.text.dates import EdtfDate

RELATIONS = {
    "summary-of": "English summary of",
    "translation-of": "Translation of",
    "first-published-in": "First published in",
    "part-of": "Part of",
}
ACCESS = ("full", "restricted", "embargoed")
# The fields that a text may not print; "introduction" is for one whose end the text does not mark.
_BASIS_FIELDS = (
    "title",
    "authors",
    "institute",
    "series",
    "number",
    "date",
    "language",
    "source",
    "license",
    "introduction",
    "relations",
    "access",
)


@dataclass(frozen=True, slots=True)
class Credit:
    """An author of one brief, with the name as printed and the post at the time."""

    id: str
    printed: str
    affiliation: str | None


@dataclass(frozen=True, slots=True)
class Relation:
    """Another work that this text summarises, translates or belongs to."""

    kind: str
    title: str | None
    number: str | None
    language: str | None
    address: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Basis:
    """How a field is known.

    `kind` is "supplied" or "inferred", or "printed" where no reader recognises the printed words.
    """

    kind: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change to a published record."""

    date: str
    field: str
    reason: str


# What a curator can declare lines of a text to be, with the voice that they then have.
RANGE_KINDS = {
    "introduction": Voice.PUBLISHER,
    "note": Voice.PUBLISHER,
    "biography": Voice.BIOGRAPHER,
    "furniture": Voice.PUBLISHER,
    "text": Voice.AUTHOR,
}
CORRECTABLE = ("title", "authors", "institute", "series", "number", "date", "language")


@dataclass(frozen=True, slots=True)
class Correction:
    """A field whose value rightly differs from the reader's; day and reason."""

    field: str
    date: str
    reason: str


@dataclass(frozen=True, slots=True)
class Range:
    """Lines `first` to `last` of the text, for which a curator overrules the reader.

    They are `kind` (one of RANGE_KINDS), in `voice`.
    """

    first: int
    last: int
    kind: str
    voice: Voice
    date: str
    reason: str

    @property
    def lines(self) -> str:
        """The line numbers as the record writes them: "12-14", or "12"."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class ThemeDecision:
    """A theme that a curator added or removed.

    `passages` are the anchors of the blocks that show an added theme; a removed theme has none.
    """

    theme: str
    added: bool
    passages: tuple[str, ...]
    date: str
    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The withdrawal of a brief.

    `instead` is the id of the brief that replaces it, if any. `blocks` is the number of blocks that
    its text had, each with an anchor. `themes` are the ids of its themes, whose pages changed with
    the withdrawal.
    """

    date: str
    reason: str
    instead: str | None
    blocks: int
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """The content of briefs/<id>.yml.

    Days are written as EDTF. A field without a basis is printed in the text.

    `title_printed` is a second printing of the title, where it differs. `also_printed` are other
    lines of the page's header that are worth showing. `license` is the address of the licence that
    the publisher gives; the archive never chooses one. The text of an embargoed brief may be shown
    from the day `embargoed_until` on.
    """

    id: str
    path: Path = dataclasses.field(repr=False)  # repr() is part of a cache key: no folder in it
    title: str
    title_printed: str | None
    also_printed: tuple[str, ...]
    authors: tuple[Credit, ...]
    institute: str
    series: str | None
    number: str | None
    date: EdtfDate | None
    language: str
    relations: tuple[Relation, ...]
    access: str
    embargoed_until: str | None
    rights: str | None
    license: str | None
    source: str | None
    archived: str | None
    saved: EdtfDate | None
    added: str
    changes: tuple[Change, ...]
    corrections: tuple[Correction, ...]
    ranges: tuple[Range, ...]
    themes: tuple[ThemeDecision, ...]
    checked_by: str | None
    sha256: str
    encoding: str
    basis: dict[str, Basis]
    withdrawn: Withdrawal | None

    def prints(self, field: str) -> bool:
        """Whether the text itself prints a field."""
        return field not in self.basis or self.basis[field].kind == "printed"

    def corrects(self, field: str) -> bool:
        """Whether a curator recorded that a field rightly differs from the reading."""
        return any(correction.field == field for correction in self.corrections)

    @property
    def decisions(self) -> list[Change]:
        """Where curators overruled the reader, by date, in words for readers of the page."""
        changes = [
            Change(correction.date, correction.field, correction.reason)
            for correction in self.corrections
        ]
        for marked in self.ranges:
            lines = "line" if marked.first == marked.last else "lines"
            what = f"{lines} {marked.lines} of the source, {marked.kind}"
            changes.append(Change(marked.date, what, marked.reason))
        for decision in self.themes:
            what = f"theme {decision.theme} {'added' if decision.added else 'removed'}"
            changes.append(Change(decision.date, what, decision.reason))
        return sorted(changes, key=lambda change: change.date)

    @property
    def history(self) -> list[Change]:
        """All changes and decisions since the brief came into the archive, by date."""
        return sorted([*self.changes, *self.decisions], key=lambda change: change.date)

    @property
    def year(self) -> str | None:
        """The year of the brief, if its date is known."""
        return self.date.year if self.date else None

    @property
    def date_parts(self) -> tuple[str, ...]:
        """The date as it sorts; () without one."""
        return self.date.parts if self.date else ()

    @property
    def when(self) -> tuple[str, str]:
        """The year and the month in addresses of lists: ("2022", "07"), ("2022", "undated")."""
        year, month = (*self.date_parts, UNDATED, UNDATED)[:2]
        return year, month

    @property
    def title_language(self) -> str:
        """The language of the title: English where the archive supplied it."""
        supplied = "title" in self.basis and self.basis["title"].kind == "supplied"
        return "en" if supplied else self.language

    @property
    def last_change(self) -> str:
        """The day of the record's last change, which dates new ledger lines."""
        withdrawn = [self.withdrawn.date] if self.withdrawn else []
        return max([self.added, *(change.date for change in self.history), *withdrawn])


def parse_record(path: Path, text: str, authority: Authority) -> Record:
    """Parse and check the record in the file `path`. Raises ArchiveError on an invalid field."""
    fields = Fields(path, parse_yaml(path, text))
    key = fields.required("id")
    check_id(path, "id", key, LONGEST_ID)
    if not re.match(r"(?:\d{4}|nd)-[a-z0-9]", key):
        raise fields.error(
            "id",
            f"{key!r} does not begin with a year",
            "Write <year>-<institute>-<family name>, or nd-… without a year.",
        )
    institute = fields.choice("institute", authority.institutes)
    access = fields.choice("access", ACCESS)
    record = Record(
        id=key,
        path=path,
        title=fields.required("title"),
        title_printed=fields.optional("title_printed"),
        also_printed=fields.strings("also_printed"),
        authors=fields.each("authors", _credit(authority)),
        institute=institute,
        series=_series(fields, authority, institute),
        number=fields.optional("number"),
        date=fields.date("date"),
        language=_language(fields),
        relations=fields.each("relations", _relation),
        access=access,
        embargoed_until=_embargo(fields, access),
        rights=fields.optional("rights"),
        license=_address(fields, "license"),
        source=_address(fields, "source"),
        archived=_address(fields, "archived"),
        saved=fields.date("saved"),
        added=fields.day("added"),
        changes=fields.each(
            "changes",
            lambda change: Change(
                change.day("date"), change.required("field"), change.required("reason")
            ),
        ),
        corrections=fields.each("corrections", _correction),
        ranges=fields.each("ranges", _range),
        themes=fields.each("themes", _theme_decision(authority)),
        checked_by=fields.optional("checked_by"),
        sha256=fields.required("sha256"),
        encoding=_encoding(fields),
        basis=fields.keyed(
            "basis",
            lambda _, basis: Basis(
                basis.choice("kind", ("supplied", "inferred", "printed")),
                basis.required("evidence"),
            ),
        ),
        withdrawn=fields.nested("withdrawn", _withdrawal),
    )
    fields.refuse_unknown()
    decided = [decision.theme for decision in record.themes]
    if twice := next((theme for theme in decided if decided.count(theme) > 1), None):
        raise fields.error(
            "themes", f"{twice!r} is decided twice", "Write one decision for each theme."
        )
    if record.withdrawn and (unknown := set(record.withdrawn.themes) - authority.themes.keys()):
        problem = f"{', '.join(sorted(unknown))} is not known"
        raise fields.error(
            "withdrawn.themes", problem, f"Write ids of themes.yml: {', '.join(authority.themes)}."
        )
    if record.withdrawn and record.withdrawn.date < record.added:
        problem = (
            f"{record.withdrawn.date} is before the day it came into the archive, {record.added}"
        )
        raise fields.error(
            "withdrawn.date", problem, "Write the day on which the brief was withdrawn."
        )
    if len({credit.id for credit in record.authors}) < len(record.authors):
        raise fields.error("authors", "one author is named twice", "Name each author once.")
    for field in record.basis:
        if field not in _BASIS_FIELDS:
            raise fields.error(
                f"basis.{field}",
                "this field takes no basis",
                f"Write one of: {', '.join(_BASIS_FIELDS)}.",
            )
    return record


def _correction(fields: Fields) -> Correction:
    return Correction(
        fields.choice("field", CORRECTABLE), fields.day("date"), fields.required("reason")
    )


def parse_lines(text: str) -> tuple[int, int] | None:
    """Parse "12" or "12-14" into first and last line, from 1; None if invalid."""
    match = re.fullmatch(r"([1-9]\d{0,6})(?:\s*[-–]\s*([1-9]\d{0,6}))?", text.strip())
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    return (first, last) if first <= last else None


def _range(fields: Fields) -> Range:
    text, kind, voice = (
        fields.required("lines"),
        fields.choice("as", RANGE_KINDS),
        fields.optional("voice"),
    )
    if (lines := parse_lines(text)) is None:
        raise fields.error(
            "lines",
            f"{text!r} names no lines",
            'Write the first and the last: "12-14", or one: "12".',
        )
    if voice is not None and (kind != "note" or voice not in ("author", "publisher", "translator")):
        remedy = "Leave it out; for a note, write one of: author, publisher, translator."
        raise fields.error("voice", f"{kind} cannot be in the voice {voice!r}", remedy)
    return Range(
        *lines,
        kind,
        Voice(voice) if voice else RANGE_KINDS[kind],
        fields.day("date"),
        fields.required("reason"),
    )


def _theme_decision(authority: Authority) -> Callable[[Fields], ThemeDecision]:
    def make(fields: Fields) -> ThemeDecision:
        theme, decision = (
            fields.choice("theme", authority.themes),
            fields.choice("decision", ("added", "removed")),
        )
        passages = fields.strings("passages")
        if bool(passages) != (decision == "added"):
            remedy = (
                'An added theme names the paragraphs that show it: ["p7"]; a removed one has none.'
            )
            problem = (
                "an added theme needs passages"
                if decision == "added"
                else "a removed theme cannot have passages"
            )
            raise fields.error("passages", problem, remedy)
        return ThemeDecision(
            theme, decision == "added", passages, fields.day("date"), fields.required("reason")
        )

    return make


def _encoding(fields: Fields) -> str:
    encoding = fields.optional("encoding") or UTF_8
    if encoding not in ENCODINGS:
        raise fields.error(
            "encoding", f"{encoding!r} is not known", f"Write one of: {', '.join(ENCODINGS)}."
        )
    return encoding


def _credit(authority: Authority) -> Callable[[Fields], Credit]:
    def make(fields: Fields) -> Credit:
        credit = Credit(
            fields.choice("id", authority.authors),
            fields.required("printed"),
            fields.optional("affiliation"),
        )
        if credit.printed not in authority.authors[credit.id].variants:
            problem = f"{credit.printed!r} is not a known name of {credit.id}"
            remedy = (
                f"Add it to the variants of {credit.id} in authority/authors.yml, "
                "or name another author."
            )
            raise fields.error("printed", problem, remedy)
        return credit

    return make


def _series(fields: Fields, authority: Authority, institute: str) -> str | None:
    series = fields.optional("series")
    if series is not None and series not in (known := authority.institutes[institute].series):
        names = ", ".join(known) or "none yet"
        raise fields.error(
            "series",
            f"{series!r} is not a series of {institute}",
            f"Its series: {names}. Add new ones to authority/institutes.yml.",
        )
    return series


def _embargo(fields: Fields, access: str) -> str | None:
    """Read the day from which the text may be shown; only an embargoed brief has one."""
    if access == "embargoed":
        return fields.day("embargoed_until")
    if (day := fields.optional("embargoed_until")) is not None:
        remedy = 'Leave it out, or write access: "embargoed".'
        raise fields.error("embargoed_until", f"{day!r} is given, but access is {access}", remedy)
    return None


def _relation(fields: Fields) -> Relation:
    return Relation(
        fields.choice("kind", RELATIONS),
        fields.optional("title"),
        fields.optional("number"),
        fields.optional("language"),
        _address(fields, "address"),
        fields.optional("note"),
    )


def _withdrawal(fields: Fields) -> Withdrawal:
    day, blocks = fields.day("date"), fields.required("blocks")
    if not blocks.isdecimal():
        raise fields.error(
            "blocks", f"{blocks!r} is not a number", "Write how many numbered blocks the text had."
        )
    reason, instead = fields.required("reason"), fields.optional("instead")
    return Withdrawal(day, reason, instead, int(blocks), fields.strings("themes"))


def _language(fields: Fields) -> str:
    language = fields.required("language")
    if not re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", language):
        problem = f"{language!r} is not a language tag"
        raise fields.error("language", problem, 'Write a BCP 47 tag: "en", "ko", "ja".')
    return language


def _address(fields: Fields, field: str) -> str | None:
    address = fields.optional(field)
    if address is not None and not re.fullmatch(r"https?://[^\s<>\"`\\^{}|]+", address):
        problem = f"{address!r} is not a web address"
        raise fields.error(field, problem, 'Write the whole address: "https://…".')
    return address
