"""A record holds what curators know of a brief, with a basis if not printed."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Self

from archive.errors import raise_first
from archive.reading.marks import LEVELLED, MARKS, VOICED
from archive.reading.model import Voice
from archive.records.authority import ID, LONGEST_ID, Authority, check_id
from archive.records.yamlfile import (
    Day,
    Fields,
    Parser,
    matching,
    one_of,
    parse_day,
    parse_yaml,
    written_as,
)
from archive.sources.encodings import ENCODINGS, UTF_8
from archive.text.addresses import UNDATED
from archive.text.dates import EdtfDate
from archive.text.normal_forms import normalise

RELATIONS = {
    "summary-of": "English summary of",
    "translation-of": "Translation of",
    "first-published-in": "First published in",
    "part-of": "Part of",
    "corrects": "Corrects",
    "corrected-by": "Corrected by",
}
# What a correction is for the other of its two briefs.
CORRECTIONS = {"corrects": "corrected-by", "corrected-by": "corrects"}
# The fields that a text may not print; "introduction" is for one whose end the text does not mark.
BASIS_FIELDS = (
    "title",
    "authors",
    "affiliation",
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
Language = Annotated[
    str,
    written_as(
        matching(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"),
        "is not a language tag",
        'Write a BCP 47 tag: "en", "ko", "ja".',
    ),
]
WebAddress = Annotated[
    str,
    written_as(
        matching(r"https?://[^\s<>\"`\\^{}|]+"),
        "is not a web address",
        'Write the whole address: "https://…".',
    ),
]


@dataclass(frozen=True, slots=True)
class Credit:
    """An author of one brief, with the name as printed and the post at the time."""

    id: str
    printed: str
    affiliation: str | None


@dataclass(frozen=True, slots=True)
class Relation:
    """Another work that this text summarises, translates, corrects or belongs to.

    `brief` is the id of one in the archive; the library fills in what else it knows of that.
    """

    kind: Annotated[str, one_of(RELATIONS)]
    title: str | None = None
    number: str | None = None
    language: str | None = None
    address: WebAddress | None = None
    note: str | None = None
    brief: str | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """How a field is known.

    `kind` is "supplied" or "inferred", "declared" by the tag of a page that `evidence` names, or
    "printed" where no reader recognises the printed words.
    """

    kind: Annotated[str, one_of(("supplied", "inferred", "declared", "printed"))]
    evidence: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change to a published record."""

    date: Day
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Correction(Change):
    """A field whose value rightly differs from the reader's."""

    field: Annotated[
        str, one_of(("title", "authors", "institute", "series", "number", "date", "language"))
    ]


def parse_lines(text: str) -> tuple[int, int] | None:
    """Parse "12" or "12-14" into first and last line, from 1; None if invalid."""
    match = re.fullmatch(r"([1-9]\d{0,6})(?:\s*[-–]\s*([1-9]\d{0,6}))?", normalise(text).strip())
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    return (first, last) if first <= last else None


def _line(end: int) -> Parser:
    """Return the parser of the first line (0) or the last one (1)."""
    return written_as(
        lambda text: (lines := parse_lines(text)) and lines[end],
        "names no lines",
        'Write the first and the last: "12-14", or one: "12".',
    )


def _voice(fields: Fields, name: str) -> Voice:
    kind, voice = fields.required("as"), fields.optional(name)
    fields.refuse(
        voice and (kind not in VOICED or voice not in ("author", "publisher", "translator")),
        name,
        f"{kind} cannot be in the voice {voice!r}",
        "Leave it out; for a note, write one of: author, publisher, translator.",
    )
    return Voice(voice or MARKS[kind].voice)


def _level(fields: Fields, name: str) -> int:
    kind, level = fields.required("as"), fields.optional(name)
    fields.refuse(
        level and (kind not in LEVELLED or level not in (*"12345",)),
        name,
        f"{kind} cannot have the level {level!r}",
        "Leave it out; for a heading or a point, write a number from 1 to 5.",
    )
    return int(level or kind in LEVELLED)


@dataclass(frozen=True, slots=True)
class Range:
    """Lines `first` to `last` of the text, for which a curator overrules the reader.

    They are `kind` (one of MARKS), in `voice`; a heading or a point has a `level`, else it is 0.
    """

    first: Annotated[int, _line(0)] = field(metadata={"key": "lines"})
    last: Annotated[int, _line(1)] = field(metadata={"key": "lines"})
    kind: Annotated[str, one_of(MARKS)] = field(metadata={"key": "as"})
    voice: Annotated[Voice, _voice]
    level: Annotated[int, _level]
    date: Day
    reason: str

    @property
    def lines(self) -> str:
        """The line numbers as the record writes them: "12-14", or "12"."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    def covers(self, line: int) -> bool:
        """Whether a line is among them."""
        return self.first <= line <= self.last

    @property
    def entry(self) -> dict[str, str]:
        """The range as the record writes it, without the usual voice and level."""
        return {
            "lines": self.lines,
            "as": self.kind,
            **({"level": str(self.level)} if self.level > 1 else {}),
            **({"voice": self.voice.value} if self.voice is not MARKS[self.kind].voice else {}),
            "date": self.date,
            "reason": self.reason,
        }

    @classmethod
    def of_option(cls, lines: str, kind: str, date: str, reason: str) -> Self:
        """Parse --mark LINES=KIND, with a level or a voice behind it: heading:2, note:author.

        Raises ArchiveError when there is no such mark.
        """
        name, _, more = kind.partition(":")
        more_is = "level" if more.isdecimal() else "voice"
        words = {"lines": lines, "as": name, more_is: more, "date": date, "reason": reason}
        return Fields(Path("--mark"), words, f"{lines}={kind}, ").build(cls)


def _passages(fields: Fields, name: str) -> tuple[str, ...]:
    is_added, passages = fields.required("decision") == "added", fields.strings(name)
    fields.refuse(
        bool(passages) != is_added,
        name,
        f"{'an added theme needs' if is_added else 'a removed theme cannot have'} passages",
        'An added theme names the paragraphs that show it: ["p7"]; a removed one has none.',
    )
    return passages


@dataclass(frozen=True, slots=True)
class ThemeDecision:
    """A theme that a curator added or removed.

    `passages` are the anchors of the blocks that show an added theme; a removed theme has none.
    """

    theme: str
    decision: Annotated[str, one_of(("added", "removed"))]
    passages: Annotated[tuple[str, ...], _passages]
    date: Day
    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The withdrawal of a brief.

    `instead` is the id of the brief that replaces it, if any. `blocks` is the number of blocks that
    its text had, each with an anchor. `themes` are the ids of its themes, whose pages changed with
    the withdrawal.
    """

    date: Day
    reason: str
    instead: str | None
    blocks: Annotated[
        int,
        written_as(
            lambda text: int(text) if text.isdecimal() else None,
            "is not a number",
            "Write how many numbered blocks the text had.",
        ),
    ]
    themes: tuple[str, ...]


def _id(fields: Fields, name: str) -> str:
    key = fields.required(name)
    fields.refuse(
        ID.fullmatch(key) and not re.match(r"(?:\d{4}|nd)-", key),
        name,
        f"{key!r} does not begin with a year",
        "Write <year>-<institute>-<family name>, or nd-… without a year.",
    )
    return check_id(fields.path, name, key, LONGEST_ID)


def _embargo(fields: Fields, name: str) -> str | None:
    """Parse the day from which the text may be shown; only an embargoed brief has one."""
    access, day = fields.required("access"), fields.optional(name)
    fields.refuse(
        day and access != "embargoed",
        name,
        f"{day!r} is given, but access is {access}",
        'Leave it out, or write access: "embargoed".',
    )
    return parse_day(fields, name) if access == "embargoed" else None


@dataclass(frozen=True, slots=True)
class Record:
    """The content of briefs/<id>.yml.

    Days are written as EDTF. A field without a basis is printed in the text. `institutes` are the
    bodies that issued the brief, the first named one first.

    `title_printed` is a second printing of the title, where it differs. `also_printed` are other
    lines of the page's header that are worth showing. `license` is the address of the licence that
    the publisher gives; the archive never chooses one. The text of an embargoed brief may be shown
    from the day `embargoed_until` on.
    """

    id: Annotated[str, _id]
    # repr() is part of a cache key: no folder in it
    path: Path = field(repr=False)
    title: str
    title_printed: str | None
    also_printed: tuple[str, ...]
    authors: tuple[Credit, ...]
    institutes: Annotated[tuple[str, ...], Fields.one_or_more] = field(
        metadata={"key": "institute"}
    )
    series: str | None
    number: str | None
    date: EdtfDate | None
    language: Language
    relations: tuple[Relation, ...]
    access: Annotated[str, one_of(("full", "restricted", "embargoed"))]
    embargoed_until: Annotated[str | None, _embargo]
    rights: str | None
    license: WebAddress | None
    source: WebAddress | None
    archived: WebAddress | None
    saved: EdtfDate | None
    added: Day
    changes: tuple[Change, ...]
    corrections: tuple[Correction, ...]
    ranges: tuple[Range, ...]
    themes: tuple[ThemeDecision, ...]
    checked_by: str | None
    sha256: str
    encoding: Annotated[str, one_of(ENCODINGS)] = field(default=UTF_8, kw_only=True)
    basis: dict[str, Basis]
    withdrawn: Withdrawal | None

    def prints(self, field: str) -> bool:
        """Whether the text itself prints a field."""
        return field not in self.basis or self.basis[field].kind == "printed"

    @property
    def decisions(self) -> list[Change]:
        """Where curators overruled the reader, by date, in words for readers of the page."""
        return sorted(
            [
                *self.corrections,
                *(
                    Change(
                        marked.date,
                        f"{'line' if marked.first == marked.last else 'lines'} {marked.lines} "
                        f"of the source, {marked.kind}",
                        marked.reason,
                    )
                    for marked in self.ranges
                ),
                *(
                    Change(ruling.date, f"theme {ruling.theme} {ruling.decision}", ruling.reason)
                    for ruling in self.themes
                ),
            ],
            key=lambda change: change.date,
        )

    @property
    def history(self) -> list[Change]:
        """All changes and decisions since the day the brief came into the archive, by date.

        What was decided on that day is how it came.
        """
        return sorted(
            [
                *self.changes,
                *(decision for decision in self.decisions if decision.date > self.added),
            ],
            key=lambda change: change.date,
        )

    @property
    def year(self) -> str | None:
        """The year of the brief, if its date is known."""
        return self.date.year if self.date else None

    @property
    def date_parts(self) -> tuple[str, ...]:
        """The date as it sorts; () without one."""
        return self.date.parts if self.date else ()

    @property
    def when(self) -> tuple[str, ...]:
        """The year and the month in addresses of lists: ("2022", "07"), ("2022", "undated").

        Of an interval, these are the first; a season has no month.
        """
        parts = self.date_parts[: 1 if self.date and self.date.season else 2]
        return (*parts, UNDATED, UNDATED)[:2]

    @property
    def title_language(self) -> str:
        """The language of the title: English where the archive supplied it."""
        basis = self.basis.get("title")
        return "en" if basis and basis.kind == "supplied" else self.language

    @property
    def last_change(self) -> str:
        """The day of the record's last change, which dates new ledger lines."""
        return max(
            self.added,
            self.withdrawn.date if self.withdrawn else "",
            *(change.date for change in self.history),
        )


def parse_record(path: Path, text: str, authority: Authority) -> Record:
    """Parse and check the record in the file `path`. Raises ArchiveError on an invalid field."""
    record = Fields(path, parse_yaml(path, text)).build(Record)
    _check_names(record, authority)
    _check_consistency(record, authority)
    return record


def _check_names(record: Record, authority: Authority) -> None:
    """Raise ArchiveError on a name that the authority files do not have."""
    named: list[tuple[str, str, str, Collection[str]]] = [
        *(("institute", id, "institutes.yml", authority.institutes) for id in record.institutes),
        *(
            (f"authors[{index}].id", credit.id, "authors.yml", authority.authors)
            for index, credit in enumerate(record.authors, 1)
        ),
        *(
            (f"themes[{index}].theme", ruling.theme, "themes.yml", authority.themes)
            for index, ruling in enumerate(record.themes, 1)
        ),
    ]
    raise_first(
        record.path,
        *(
            (
                id not in known,
                name,
                f"{id!r} is not known",
                f"Write one of: {', '.join(known)}. Or add it to authority/{file}.",
            )
            for name, id, file, known in named
        ),
    )
    series = [id for body in record.institutes for id in authority.institutes[body].series]
    raise_first(
        record.path,
        *(
            (
                not authority.authors[credit.id].has_variant(credit.printed),
                f"authors[{index}].printed",
                f"{credit.printed!r} is not a known name of {credit.id}",
                "Write it as the text prints it. If that is a name of "
                f"{credit.id}, add it to the variants in authority/authors.yml; "
                "if not, write the id of another author.",
            )
            for index, credit in enumerate(record.authors, 1)
        ),
        (
            record.series and record.series not in series,
            "series",
            f"{record.series!r} is not a series of {' or '.join(record.institutes)}",
            f"Its series: {', '.join(series) or 'none yet'}. "
            "Take the field out, add the series to authority/institutes.yml, "
            "or name the institute that has it there.",
        ),
    )


def _check_consistency(record: Record, authority: Authority) -> None:
    themes = [ruling.theme for ruling in record.themes]
    gone = record.withdrawn
    unknown = sorted(set(gone.themes) - authority.themes.keys()) if gone else []
    raise_first(
        record.path,
        *(
            (
                themes.count(theme) > 1,
                "themes",
                f"{theme!r} is decided twice",
                "Write one decision for each theme.",
            )
            for theme in themes
        ),
        (
            len({credit.id for credit in record.authors}) < len(record.authors),
            "authors",
            "one author is named twice",
            "Name each author once.",
        ),
        (
            len(set(record.institutes)) < len(record.institutes),
            "institute",
            "one institute is named twice",
            "Name each institute once.",
        ),
        (
            unknown,
            "withdrawn.themes",
            f"{', '.join(unknown)} is not known",
            f"Write ids of themes.yml: {', '.join(authority.themes)}.",
        ),
        (
            gone and gone.date < record.added,
            "withdrawn.date",
            f"{gone and gone.date} is before the day it came into the archive, {record.added}",
            "Write the day on which the brief was withdrawn.",
        ),
        *(
            (
                name not in BASIS_FIELDS,
                f"basis.{name}",
                "this field takes no basis",
                f"Write one of: {', '.join(BASIS_FIELDS)}.",
            )
            for name in record.basis
        ),
    )
