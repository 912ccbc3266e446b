"""The authority files list authors, institutes, series, themes, abbreviations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from archive.errors import ArchiveError
from archive.records.themes import Theme
from archive.records.yamlfile import Fault, Fields, Key, parse_entries, parse_yaml, phrases
from archive.store import Archive
from archive.text.dates import EdtfDate, is_before

T = TypeVar("T")
# The folder of the authority files.
FOLDER = "briefs/authority"
AUTHORS, INSTITUTES = f"{FOLDER}/authors.yml", f"{FOLDER}/institutes.yml"
# With a host of 25 characters, an address has at most 70 (DESIGN.md, addresses).
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_ID = 24
LONGEST_INSTITUTE_ID = 9


def _family(fields: Fields, name: str) -> str:
    return fields.optional("organisation") or fields.required(name)


def _given(fields: Fields, name: str) -> str | None:
    return None if fields.optional("organisation") else fields.required(name)


@dataclass(frozen=True, slots=True)
class Author:
    """The author of a brief: a person or an organisation.

    An organisation has its whole name in `family` and no `given`. `variants` are all forms of the
    name that texts print. `distinct_from` lists the ids of other authors with the same name.
    """

    id: Key
    family: Annotated[str, _family]
    given: Annotated[str | None, _given]
    variants: tuple[str, ...]
    distinct_from: tuple[str, ...] = ()

    @property
    def inverted_name(self) -> str:
        """The name for lists: "Family, Given"; the name of an organisation unchanged."""
        return self.family if self.given is None else f"{self.family}, {self.given}"

    @property
    def names(self) -> tuple[str, ...]:
        """All forms of the name: the variants first, then a person's name in both orders."""
        orders = (
            (self.family,)
            if self.given is None
            else (f"{self.family} {self.given}", f"{self.given} {self.family}")
        )
        return tuple(dict.fromkeys([*self.variants, *orders]))

    def is_named_in(self, text: str) -> bool:
        """Whether a text contains any known form of the name."""
        return any(
            re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
            for name in self.names
        )


def _series_id(fields: Fields, _: str) -> str:
    return check_id(fields.path, f"series.{fields.key}", fields.key, LONGEST_ID)


@dataclass(frozen=True, slots=True)
class Series:
    """A series of an institute; `other_names` are further names that texts print."""

    id: Annotated[str, _series_id]
    name: str
    other_names: tuple[str, ...]

    @property
    def all_names(self) -> list[str]:
        """The name, and the others that texts print."""
        return [self.name, *self.other_names]


@dataclass(frozen=True, slots=True)
class OtherName:
    """Another name of an institute, with the dates of its use and how they are known."""

    name: str
    language: str | None
    since: EdtfDate | None
    until: EdtfDate | None
    basis: str | None


def _short(fields: Fields, name: str) -> str:
    return fields.optional(name) or fields.required("name")


@dataclass(frozen=True, slots=True)
class Institute:
    """An issuing body; `names` are its other names."""

    id: Key
    name: str
    short: Annotated[str, _short]
    names: tuple[OtherName, ...]
    series: dict[str, Series]

    @property
    def all_names(self) -> list[str]:
        """The name, and the others that texts print."""
        return [self.name, *(other.name for other in self.names)]

    def name_at(self, date: EdtfDate | None) -> str:
        """The institute's name on a date.

        Another name counts only when the date of its beginning or end is known.
        """
        for other in self.names:
            since = other.since.parts if other.since else ()
            is_bounded = other.since or other.until
            if date and is_bounded and since <= date.parts and not is_before(other.until, date):
                return other.name
        return self.name


@dataclass(frozen=True, slots=True)
class Term:
    """An abbreviation of the glossary.

    `forms` are its spellings in texts; `note` adds what a reader may need to know.
    """

    id: Key
    forms: Annotated[
        tuple[str, ...],
        phrases(
            r"\A\w.*\w\Z",
            "cannot be found in a text",
            "Write at least two letters, without punctuation around them.",
            "as texts print them",
        ),
    ]
    stands_for: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Authority:
    """The entries of the four files by id; themes are in the order of their file."""

    authors: dict[str, Author]
    institutes: dict[str, Institute]
    themes: dict[str, Theme]
    glossary: dict[str, Term]


def load_authority(archive: Archive) -> Authority:
    """Read authors.yml, institutes.yml, themes.yml and glossary.yml of an archive.

    Raises ArchiveError on the first invalid entry.
    """
    return Authority(
        _load(archive, "authors.yml", Author, _check_authors),
        _load(archive, "institutes.yml", Institute, _check_institutes, LONGEST_INSTITUTE_ID),
        _load(archive, "themes.yml", Theme),
        _load(archive, "glossary.yml", Term, _check_terms),
    )


def check_id(path: Path | str, field: str, value: str, longest: int) -> str:
    """Return an id; raise ArchiveError where it cannot be part of a permanent address."""
    # "index" is taken by the page of the list.
    if not ID.fullmatch(value) or len(value) > longest or value == "index":
        remedy = f"Use lower-case letters, digits and single hyphens, at most {longest} characters."
        raise ArchiveError(path, field, f"{value!r} cannot be an id", remedy)
    return value


def _load(
    archive: Archive,
    file: str,
    kind: type[T],
    check: Callable[[dict[str, T]], Iterable[Fault]] = lambda _: (),
    longest: int = LONGEST_ID,
) -> dict[str, T]:
    path = archive.path(f"{FOLDER}/{file}")
    content = parse_yaml(path, archive.text(f"{FOLDER}/{file}"))
    for key in content:
        check_id(path, key, key, longest)
    entries = parse_entries(path, content, kind)
    for fault in check(entries):
        raise ArchiveError(path, *fault)
    return entries


def _check_authors(authors: dict[str, Author]) -> Iterator[Fault]:
    # A name under two entries is one person entered twice, unless `distinct_from` says otherwise.
    for name, first, author in _shared(authors, lambda author: author.variants):
        if first.id not in author.distinct_from and author.id not in first.distinct_from:
            yield (
                author.id,
                f"{name!r} is already a variant of {first.id}",
                "Remove it from one of the two; if two people have this name, "
                f'write distinct_from: ["{first.id}"].',
            )


def _check_institutes(institutes: dict[str, Institute]) -> Iterator[Fault]:
    for series, first, institute in _shared(institutes, lambda institute: institute.series):
        yield (
            institute.id,
            f"{series!r} is already a series of {first.id}",
            "Give each series an id of its own.",
        )


def _check_terms(glossary: dict[str, Term]) -> Iterator[Fault]:
    # Pages link each form to one entry.
    for form, first, term in _shared(glossary, lambda term: term.forms):
        yield (
            term.id,
            f"{form!r} is already a form of {first.id}",
            "Remove it from one of the two.",
        )


def _shared(
    entries: dict[str, T], names: Callable[[T], Iterable[str]]
) -> Iterator[tuple[str, T, T]]:
    """Yield each name that two entries have, with the first of them and a later one."""
    owners: dict[str, T] = {}
    for entry in entries.values():
        for name in names(entry):
            first = owners.setdefault(name, entry)
            if first is not entry:
                yield name, first, entry
