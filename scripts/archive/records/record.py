"""The record of a brief: what curators know of it, with the basis of every claim that the text does not print."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from archive.reading.model import Voice
from archive.records.authority import LONGEST_ID, Authority, check_id
from archive.records.yamlfile import Fields, load_yaml
from archive.sources.source import ENCODINGS, UTF_8

RELATIONS = {
    "summary-of": "English summary of",
    "translation-of": "Translation of",
    "first-published-in": "First published in",
    "part-of": "Part of",
}
ACCESS = ("full", "restricted", "embargoed")
# What a basis can be given for: the fields that a text may not print, and the end of an introduction that is not marked.
_BASIS_FIELDS = tuple(
    "title authors institute series number date language source license introduction relations access".split()
)


@dataclass(frozen=True, slots=True)
class Credit:
    """An author of one brief: the name as printed there, the post then."""

    id: str
    printed: str
    affiliation: str | None


@dataclass(frozen=True, slots=True)
class Relation:
    """What this text sums up, translates, is part of or was first published in. `address` is where that stands."""

    kind: str
    title: str | None
    number: str | None
    language: str | None
    address: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Basis:
    """Why the record says something: `kind` is "supplied" or "inferred", or "printed" where no reader sees what is printed."""

    kind: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change to a published record."""

    date: str
    field: str
    reason: str


# What a curator can say that lines of a text are, with the voice that they then have.
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
    """A field in which the record rightly differs from what the reader reads in the text: why, and since when."""

    field: str
    date: str
    reason: str


@dataclass(frozen=True, slots=True)
class Range:
    """Lines `first` to `last` of the text are `kind` (one of RANGE_KINDS), in `voice`, whatever the reader took them for."""

    first: int
    last: int
    kind: str
    voice: Voice
    date: str
    reason: str

    @property
    def lines(self) -> str:
        """The lines as the record names them: "12-14", or "12"."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class ThemeDecision:
    """A theme that a curator added, shown by the blocks with the anchors `passages`, or took away (then there are none)."""

    theme: str
    added: bool
    passages: tuple[str, ...]
    date: str
    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When and why a brief was taken out of the archive, and the id of the brief that stands in its place, if there is one.

    `blocks` is how many its text had, each with its anchor; `themes` are the ids of those it bore: their pages changed then.
    """

    date: str
    reason: str
    instead: str | None
    blocks: int
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """briefs/<id>.yml. Dates are EDTF, of the precision known; a field without a basis is printed in the text.

    `title_printed` is the title as printed a second time; `also_printed` are other lines of the page's head, worth keeping.
    `license` is the address of the licence that the publisher gives, never one that the archive thinks fit. The text of an
    embargoed brief may be shown from the day `embargoed_until` on.
    """

    id: str
    path: Path = dataclasses.field(repr=False)  # where it lies is no part of what it says
    title: str
    title_printed: str | None
    also_printed: tuple[str, ...]
    authors: tuple[Credit, ...]
    institute: str
    series: str | None
    number: str | None
    date: str | None
    language: str
    relations: tuple[Relation, ...]
    access: str
    embargoed_until: str | None
    rights: str | None
    license: str | None
    source: str | None
    archived: str | None
    saved: str | None
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
        """Whether the text prints a field itself."""
        return field not in self.basis or self.basis[field].kind == "printed"

    def corrects(self, field: str) -> bool:
        """Whether a curator has said that a field rightly differs from what the reader reads."""
        return any(correction.field == field for correction in self.corrections)

    @property
    def decisions(self) -> list[Change]:
        """What curators decided against the reader, in the order of time, in words for readers of the page."""
        made = [Change(one.date, one.field, one.reason) for one in self.corrections]
        made += [
            Change(
                one.date,
                f"line{'' if one.first == one.last else 's'} {one.lines} of the source, {one.kind}",
                one.reason,
            )
            for one in self.ranges
        ]
        made += [
            Change(one.date, f"theme {one.theme} {'added' if one.added else 'removed'}", one.reason)
            for one in self.themes
        ]
        return sorted(made, key=lambda change: change.date)

    @property
    def history(self) -> list[Change]:
        """All that was changed or decided since the brief came into the archive, in the order of time."""
        return sorted([*self.changes, *self.decisions], key=lambda change: change.date)

    @property
    def year(self) -> str | None:
        """The year of the brief, if its date is known at all."""
        return self.date[:4] if self.date else None

    @property
    def title_language(self) -> str:
        """The language of the title: that of the text, but English where the archive supplied it."""
        supplied = "title" in self.basis and self.basis["title"].kind == "supplied"
        return "en" if supplied else self.language

    @property
    def last_change(self) -> str:
        """The day of the record's last change: what it added to the archive is dated with."""
        withdrawn = [self.withdrawn.date] if self.withdrawn else []
        return max([self.added, *(change.date for change in self.history), *withdrawn])


def load_record(path: Path, authority: Authority) -> Record:
    """Read and check one record. Raises ArchiveError with file, field and remedy."""
    fields = Fields(path, load_yaml(path))
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
    fields.done()
    decided = [decision.theme for decision in record.themes]
    if twice := next((theme for theme in decided if decided.count(theme) > 1), None):
        raise fields.error(
            "themes", f"{twice!r} is decided twice", "Leave one decision for each theme."
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
        raise fields.error("withdrawn.date", problem, "Write the day on which it went.")
    if len({credit.id for credit in record.authors}) < len(record.authors):
        raise fields.error("authors", "one author is named twice", "Name each author once.")
    for field in record.basis:
        if field not in _BASIS_FIELDS:
            raise fields.error(
                f"basis.{field}",
                "no basis is kept for this field",
                f"Known here: {', '.join(_BASIS_FIELDS)}.",
            )
    return record


def _correction(fields: Fields) -> Correction:
    return Correction(
        fields.choice("field", CORRECTABLE), fields.day("date"), fields.required("reason")
    )


def parse_lines(text: str) -> tuple[int, int] | None:
    """The first and the last line that "12" or "12-14" names, counted from 1; None when it names none."""
    found = re.fullmatch(r"([1-9]\d{0,6})(?:\s*[-–]\s*([1-9]\d{0,6}))?", text.strip())
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
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
            raise fields.error(
                "passages", f"a theme {decision} with {len(passages)} passages", remedy
            )
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
            remedy = f"Add it to the variants of {credit.id} in authority/authors.yml, or name another author."
            raise fields.error(
                "printed", f"{credit.printed!r} is no known name of {credit.id}", remedy
            )
        return credit

    return make


def _series(fields: Fields, authority: Authority, institute: str) -> str | None:
    series = fields.optional("series")
    if series is not None and series not in (known := authority.institutes[institute].series):
        names = ", ".join(known) or "none yet"
        raise fields.error(
            "series",
            f"{series!r} is no series of {institute}",
            f"Known: {names}; add it to authority/institutes.yml.",
        )
    return series


def _embargo(fields: Fields, access: str) -> str | None:
    """The day from which the text may be shown: of an embargoed brief, and of no other."""
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
            "blocks", f"{blocks!r} is no number", "Write how many numbered blocks the text had."
        )
    reason, instead = fields.required("reason"), fields.optional("instead")
    return Withdrawal(day, reason, instead, int(blocks), fields.strings("themes"))


def _language(fields: Fields) -> str:
    language = fields.required("language")
    if not re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", language):
        raise fields.error(
            "language", f"{language!r} is no language tag", 'Write a BCP 47 tag: "en", "ko", "ja".'
        )
    return language


def _address(fields: Fields, field: str) -> str | None:
    address = fields.optional(field)
    if address is not None and not re.fullmatch(r"https?://[^\s<>\"`\\^{}|]+", address):
        raise fields.error(field, f"{address!r} is no web address", 'Write it whole: "https://…".')
    return address
