"""The authority files list authors, institutes, series, themes, abbreviations, events."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, TypeVar

from archive.errors import raise_first
from archive.records.themes import PassageAddress, Theme, parse_passage_address
from archive.records.yamlfile import (
    Fields,
    Key,
    parse_date,
    parse_entries,
    parse_yaml,
    phrases,
    written_as,
)
from archive.store import Archive
from archive.text.dates import EdtfDate, is_before, parse_edtf
from archive.text.family_names import in_both_orders, split_suffix
from archive.text.language import SCRIPTS
from archive.text.normal_forms import normalise, slug

T = TypeVar("T")
# The folder of the authority files.
FOLDER = "briefs/authority"
AUTHORS, INSTITUTES = f"{FOLDER}/authors.yml", f"{FOLDER}/institutes.yml"
THEMES, EVENTS = f"{FOLDER}/themes.yml", f"{FOLDER}/events.yml"
# With a host of 25 characters, an address has at most 70 (DESIGN.md, addresses).
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Names of files that are taken: of the page of the list, and of devices on Windows
# (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
_TAKEN = re.compile(r"index|con|prn|aux|nul|(?:com|lpt)[0-9]")
LONGEST_ID = 24
LONGEST_INSTITUTE_ID = 9
_LONGEST_LABEL = 80
_BETWEEN_LETTERS = re.compile(rf"(?<=[{SCRIPTS}])\s+(?=[{SCRIPTS}])")


def _end(fields: Fields, field: str) -> Any:
    """Parse the end of the time of a name, or None; it is not before the beginning."""
    end = parse_date(fields, field) if fields.optional(field) else None
    since = parse_edtf(fields.optional("since") or "")
    fields.refuse(
        is_before(end, since),
        field,
        f"{end} is before {since}, when the name came into use",
        "Exchange the two, or correct one.",
    )
    return end


@dataclass(frozen=True, slots=True)
class OtherName:
    """Another name of a person, body or series, when it was in use, and how that is known."""

    name: str
    language: str | None
    since: EdtfDate | None
    until: Annotated[EdtfDate | None, _end]
    basis: str | None


def name_at(names: Iterable[OtherName], date: EdtfDate | None) -> str | None:
    """Return the one of `names` that was in use on a date, or None.

    A name counts only when the date of its beginning or end is known.
    """
    return next(
        (
            other.name
            for other in names
            if date
            and (other.since or other.until)
            and (not other.since or other.since.parts <= date.parts)
            and not is_before(other.until, date)
        ),
        None,
    )


def _unspaced(name: str) -> str:
    """Return a name in normal form; one in East Asian letters may be set with spaces or without."""
    return _BETWEEN_LETTERS.sub("", normalise(name))


def _author_names(fields: Fields, field: str) -> tuple[OtherName, ...]:
    names = fields.each(field, lambda entries, index: entries.inside(index).build(OtherName))
    unclear = next(
        (name.name for name in names if (name.since or name.until) and "," not in name.name), None
    )
    fields.refuse(
        unclear and not fields.optional("organisation"),
        field,
        f"{unclear!r} does not say which part is the family name",
        'Write "Family, Given", or "Name," for one name: citations of those years have it.',
    )
    return names


@dataclass(frozen=True, slots=True)
class Author:
    """The author of a brief: a person or an organisation.

    An organisation has its whole name in `family` and no `given`; of a person with one name,
    `given` is "". `variants` are all forms of the name that texts print. `distinct_from` lists the
    ids of other authors with the same name. `names` are other names: former ones as
    "Family, Given", and those in other scripts.
    """

    id: Key
    family: Annotated[
        str, lambda fields, name: fields.optional("organisation") or fields.required(name)
    ]
    given: Annotated[
        str | None,
        lambda fields, name: (
            None
            if fields.optional("organisation")
            else ""
            if fields.is_empty(name)
            else fields.required(name)
        ),
    ]
    variants: tuple[str, ...]
    distinct_from: tuple[str, ...] = ()
    names: Annotated[tuple[OtherName, ...], _author_names] = ()

    def at(self, date: EdtfDate | None) -> "Author":
        """Return the author under the name that was in use on a date."""
        name = name_at(self.names, date) or ""
        family, _, given = (name, "", None) if self.given is None else name.partition(",")
        return replace(self, family=family.strip(), given=given and given.strip()) if name else self

    @property
    def inverted_name(self) -> str:
        """The name for lists: "Family, Given"; one name, and that of an organisation, as it is."""
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def forenames(self) -> str:
        """The given names without a suffix."""
        return split_suffix(self.given or "")[0]

    @property
    def suffix(self) -> str:
        """The suffix behind the given names: the "Jr." of "Martin Luther, Jr."; "" without any."""
        return split_suffix(self.given or "")[1]

    @property
    def printed_names(self) -> list[str]:
        """The names that texts may print: the variants first, then the other names."""
        return [*self.variants, *chain(*(self._spell(other.name) for other in self.names))]

    @property
    def all_names(self) -> tuple[str, ...]:
        """All forms of the name: as texts print it, then a person's name in both orders."""
        return tuple(dict.fromkeys([*self.printed_names, *self._spell(self.inverted_name)]))

    def _spell(self, name: str) -> list[str]:
        return [name] if self.given is None else in_both_orders(name)

    def is_distinct_from(self, other: "Author") -> bool:
        """Whether one entry says that the other is somebody else of the same name."""
        return self.id in other.distinct_from or other.id in self.distinct_from

    def has_variant(self, name: str) -> bool:
        """Whether texts are known to print this name; 小此木 政夫 is 小此木政夫."""
        return _unspaced(name) in map(_unspaced, self.printed_names)

    def is_named_in(self, text: str) -> bool:
        """Whether a text contains any known form of the name."""
        normal = normalise(text)
        return any(
            re.search(rf"(?<!\w){re.escape(normalise(name))}(?!\w)", normal, re.IGNORECASE)
            for name in self.all_names
        )


@dataclass(frozen=True, slots=True)
class _Issuer:
    """An institute or a series: `names` are those that it had before, or in other scripts."""

    id: Key
    name: str
    names: tuple[OtherName, ...]

    @property
    def all_names(self) -> list[str]:
        """The name, and the others that texts print."""
        return [self.name, *(other.name for other in self.names)]

    def name_at(self, date: EdtfDate | None) -> str:
        """Return the name on a date."""
        return name_at(self.names, date) or self.name


@dataclass(frozen=True, slots=True)
class Series(_Issuer):
    """A series of an institute; `other_names` are further names that texts print."""

    id: Annotated[
        str,
        lambda fields, _: check_id(fields.path, f"series.{fields.key}", fields.key, LONGEST_ID),
    ]
    other_names: tuple[str, ...]

    @property
    def all_names(self) -> list[str]:
        """The name, and the others that texts print."""
        return [self.name, *self.other_names, *(other.name for other in self.names)]


@dataclass(frozen=True, slots=True)
class Institute(_Issuer):
    """An issuing body."""

    short: Annotated[str, lambda fields, name: fields.optional(name) or fields.required("name")]
    series: dict[str, Series]


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


def _addresses(fields: Fields, name: str) -> tuple[PassageAddress, ...]:
    addresses = fields.each(name, parse_passage_address)
    fields.refuse(
        not addresses,
        name,
        "no brief tells of this event",
        'Name a passage that does: ["2019-sejong-park#p1"], or remove the event.',
    )
    return addresses


@dataclass(frozen=True, slots=True)
class Event:
    """An event, and the passages of briefs that tell of it.

    `basis` says how its date is known, if they do not print it.
    """

    id: Key
    date: EdtfDate
    label: Annotated[
        str,
        written_as(
            lambda text: text if len(text) <= _LONGEST_LABEL else None,
            "is too long",
            f"Write at most {_LONGEST_LABEL} characters: the passage tells the rest.",
        ),
    ]
    passages: Annotated[tuple[PassageAddress, ...], _addresses]
    basis: str | None


@dataclass(frozen=True, slots=True)
class Authority:
    """The entries of the five files by id; themes and events are in the order of their files."""

    authors: dict[str, Author]
    institutes: dict[str, Institute]
    themes: dict[str, Theme]
    glossary: dict[str, Term]
    events: dict[str, Event]

    @property
    def cited(self) -> list[tuple[str, str, PassageAddress]]:
        """The passages that events and themes cite: the file, the field and the passage."""
        return [
            *(
                (EVENTS, f"{event.id}.passages[{index}]", passage)
                for event in self.events.values()
                for index, passage in enumerate(event.passages, 1)
            ),
            *(
                (THEMES, f"{theme.id}.passage", theme.passage)
                for theme in self.themes.values()
                if theme.passage
            ),
        ]


def load_authority(archive: Archive) -> Authority:
    """Read the authority files of an archive; it need not have events.yml.

    Raises ArchiveError on the first invalid entry.
    """
    return Authority(
        _load(
            archive,
            "authors.yml",
            Author,
            names=lambda author: author.printed_names,
            noun="variant",
            remedy="Remove it from one of the two; if two people have this name, "
            'write distinct_from: ["{}"].',
            may_share=Author.is_distinct_from,
        ),
        _load(
            archive,
            "institutes.yml",
            Institute,
            names=lambda institute: institute.series,
            noun="series",
            remedy="Give each series an id of its own.",
            longest=LONGEST_INSTITUTE_ID,
        ),
        _load(archive, "themes.yml", Theme),
        _load(
            archive,
            "glossary.yml",
            Term,
            # Pages link each form to one entry.
            names=lambda term: term.forms,
            noun="form",
            remedy="Remove it from one of the two.",
        ),
        _load(archive, "events.yml", Event, is_required=False),
    )


def check_id(path: Path | str, field: str, value: str, longest: int) -> str:
    """Return an id; raise ArchiveError where it cannot be part of a permanent address."""
    raise_first(
        path,
        (
            not ID.fullmatch(value) or len(value) > longest,
            field,
            f"{value!r} cannot be an id",
            f"Use lower-case letters, digits and single hyphens, at most {longest} characters.",
        ),
        (
            _TAKEN.fullmatch(value),
            field,
            f"{value!r} cannot be an id, since no file can have this name",
            f'Use another one, such as "{make_id(value, longest)}".',
        ),
    )
    return value


def make_id(words: str, longest: int) -> str:
    """Return an id made of words; "" without Latin letters and digits."""
    id = slug(words, longest)
    return f"{id}-1" if _TAKEN.fullmatch(id) else id


def _load(
    archive: Archive,
    file: str,
    kind: type[T],
    *,
    names: Callable[[T], Iterable[str]] = lambda _: (),
    noun: str = "",
    remedy: str = "",
    may_share: Callable[[T, T], bool] = lambda *_: False,
    longest: int = LONGEST_ID,
    is_required: bool = True,
) -> dict[str, T]:
    """Load the entries of a file, no two of which have one of their `names`.

    The `noun` says what such a name is; {} in the `remedy` is the entry that has it first.
    """
    name = f"{FOLDER}/{file}"
    path, text = archive.path(name), archive.text(name, None if is_required else "")
    content = parse_yaml(path, text, may_be_empty=not is_required)
    for key in content:
        check_id(path, key, key, longest)
    entries = parse_entries(path, content, kind)
    owners: dict[str, str] = {}
    for id, entry in entries.items():
        for name in names(entry):
            first = owners.setdefault(normalise(name), id)
            raise_first(
                path,
                (
                    first != id and not may_share(entries[first], entry),
                    id,
                    f"{name!r} is already a {noun} of {first}",
                    remedy.format(first),
                ),
            )
    return entries
