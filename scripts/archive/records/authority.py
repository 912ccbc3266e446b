"""The authority files list authors, institutes, series, themes, abbreviations."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from archive.errors import ArchiveError
from archive.records.themes import Theme
from archive.records.yamlfile import Fields, parse_yaml
from archive.store import Archive
from archive.text.dates import EdtfDate, is_before

T = TypeVar("T")
# The folder of the authority files.
FOLDER = "briefs/authority"
# With a host of 25 characters, an address has at most 70 (DESIGN.md, addresses).
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_ID = 24
LONGEST_INSTITUTE_ID = 9


@dataclass(frozen=True, slots=True)
class Author:
    """The author of a brief: a person or an organisation.

    An organisation has its whole name in `family` and no `given`. `variants` are all forms of the
    name that texts print. `distinct_from` lists the ids of other authors with the same name.
    """

    id: str
    family: str
    given: str | None
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


@dataclass(frozen=True, slots=True)
class Series:
    """A series of an institute; `other_names` are further names that texts print."""

    id: str
    name: str
    other_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OtherName:
    """Another name of an institute, with the dates of its use and how they are known."""

    name: str
    language: str | None
    since: EdtfDate | None
    until: EdtfDate | None
    basis: str | None


@dataclass(frozen=True, slots=True)
class Institute:
    """An issuing body; `names` are its other names."""

    id: str
    name: str
    short: str
    names: tuple[OtherName, ...]
    series: dict[str, Series]

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

    id: str
    forms: tuple[str, ...]
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
    authors = _load(archive, "authors.yml", LONGEST_ID, _author)
    _refuse_namesakes(archive.path(f"{FOLDER}/authors.yml"), authors)
    institutes = _load(archive, "institutes.yml", LONGEST_INSTITUTE_ID, _institute)
    owner: dict[str, str] = {}
    for body in institutes.values():
        for series in body.series:
            if owner.setdefault(series, body.id) != body.id:
                raise ArchiveError(
                    archive.path(f"{FOLDER}/institutes.yml"),
                    body.id,
                    f"{series!r} is already a series of {owner[series]}",
                    "Give each series an id of its own.",
                )
    glossary = _load(archive, "glossary.yml", LONGEST_ID, _term)
    _refuse_shared_forms(archive.path(f"{FOLDER}/glossary.yml"), glossary)
    return Authority(
        authors, institutes, _load(archive, "themes.yml", LONGEST_ID, _theme), glossary
    )


def check_id(path: Path | str, field: str, value: str, longest: int) -> None:
    """Raise ArchiveError for an id that cannot be part of a permanent address."""
    # "index" is taken by the page of the list.
    if not ID.fullmatch(value) or len(value) > longest or value == "index":
        remedy = f"Use lower-case letters, digits and single hyphens, at most {longest} characters."
        raise ArchiveError(path, field, f"{value!r} cannot be an id", remedy)


def _load(
    archive: Archive, file: str, longest: int, make: Callable[[str, Fields], T]
) -> dict[str, T]:
    name, entries = f"{FOLDER}/{file}", {}
    path = archive.path(name)
    for key, content in parse_yaml(path, archive.text(name)).items():
        check_id(path, key, key, longest)
        fields = Fields(path, content, f"{key}.")
        entries[key] = make(key, fields)
        fields.refuse_unknown()
    return entries


def _refuse_namesakes(path: Path, authors: dict[str, Author]) -> None:
    # A name under two entries is one person entered twice, unless `distinct_from` says otherwise.
    owner: dict[str, Author] = {}
    for author in authors.values():
        for name in author.variants:
            first = owner.setdefault(name, author)
            if (
                first is not author
                and first.id not in author.distinct_from
                and author.id not in first.distinct_from
            ):
                problem = f"{name!r} is already a variant of {first.id}"
                remedy = (
                    "Remove it from one of the two; if two people have this name, "
                    f'write distinct_from: ["{first.id}"].'
                )
                raise ArchiveError(path, author.id, problem, remedy)


def _refuse_shared_forms(path: Path, glossary: dict[str, Term]) -> None:
    # Pages link each form to one entry.
    owner: dict[str, str] = {}
    for term in glossary.values():
        for form in term.forms:
            if owner.setdefault(form, term.id) != term.id:
                raise ArchiveError(
                    path,
                    term.id,
                    f"{form!r} is already a form of {owner[form]}",
                    "Remove it from one of the two.",
                )


def _author(key: str, fields: Fields) -> Author:
    organisation = fields.optional("organisation")
    family, given = (
        (organisation, None)
        if organisation
        else (fields.required("family"), fields.required("given"))
    )
    return Author(key, family, given, fields.strings("variants"), fields.strings("distinct_from"))


def _institute(key: str, fields: Fields) -> Institute:
    name = fields.required("name")
    return Institute(
        key,
        name,
        fields.optional("short") or name,
        fields.each("names", _other_name),
        fields.keyed("series", _series),
    )


def _series(key: str, fields: Fields) -> Series:
    check_id(fields.path, f"series.{key}", key, LONGEST_ID)
    return Series(key, fields.required("name"), fields.strings("other_names"))


def _other_name(fields: Fields) -> OtherName:
    return OtherName(
        fields.required("name"),
        fields.optional("language"),
        fields.date("since"),
        fields.date("until"),
        fields.optional("basis"),
    )


def _term(key: str, fields: Fields) -> Term:
    forms = fields.strings("forms")
    if not forms:
        raise fields.error(
            "forms",
            "this field is required and has no value",
            'Add forms: ["…"], as texts print them.',
        )
    if vague := next((form for form in forms if not re.fullmatch(r"\w.*\w", form)), None):
        raise fields.error(
            "forms",
            f"{vague!r} cannot be found in a text",
            "Write at least two letters, without punctuation around them.",
        )
    return Term(key, forms, fields.required("stands_for"), fields.optional("note"))


def _theme(key: str, fields: Fields) -> Theme:
    patterns, words, not_words = (
        fields.strings(field) for field in ("patterns", "words", "not_words")
    )
    for pattern in patterns:
        try:
            matches_empty = re.compile(pattern).match("")
        except re.error as error:
            raise fields.error(
                "patterns",
                f"{pattern!r} is not a regular expression ({error})",
                "Correct it, or move it to words.",
            ) from None
        if matches_empty:
            raise fields.error(
                "patterns", f"{pattern!r} matches any text", "Write what the text must contain."
            )
    for field, phrases in (("words", words), ("not_words", not_words)):
        if vague := next((phrase for phrase in phrases if not re.search(r"\w", phrase)), None):
            raise fields.error(field, f"{vague!r} matches any text", "Write a word.")
    if not words:
        raise fields.error(
            "words",
            "this field is required and has no value",
            'Add words: ["…"], phrases that show the theme.',
        )
    return Theme(
        key,
        fields.required("label"),
        fields.required("scope"),
        fields.lists("names"),
        words,
        patterns,
        not_words,
    )
