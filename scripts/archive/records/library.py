"""The library holds all briefs, checked: records, readings, anchors, passages."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from functools import cached_property, partial
from itertools import chain, groupby
from pathlib import Path
from typing import TypeAlias, TypeVar

from archive import parallel
from archive.cache import Cache, Stored
from archive.errors import ArchiveError, raise_first
from archive.progress import meter
from archive.readers import read
from archive.reading.fidelity import Account, account
from archive.reading.model import Block, Kind, Reading, Voice
from archive.records import ledger
from archive.records.authority import (
    FOLDER,
    THEMES,
    Author,
    Authority,
    Event,
    Institute,
    Series,
    load_authority,
)
from archive.records.decisions import (
    find_words,
    with_decisions,
    with_ranges,
    without_left_out,
    words,
)
from archive.records.record import (
    CORRECTIONS,
    Change,
    Record,
    Relation,
    Withdrawal,
    parse_record,
)
from archive.records.redirects import REDIRECTS, Redirect, load_redirects
from archive.records.themes import (
    Passage,
    PassageAddress,
    Theme,
    choose_quotation,
    passages,
    with_points,
)
from archive.records.verify import (
    held_words,
    refuse_all_quotations,
    refuse_crowded,
    verify_record,
    with_unclaimed,
)
from archive.sources.damage import find_damage
from archive.sources.source import Source, form_of
from archive.store import FORMS, Archive
from archive.text.addresses import UNDATED, Address
from archive.text.dates import in_words
from archive.text.names import join_names
from archive.text.normal_forms import normalise
from archive.text.sentences import sentences

# A block with fewer characters may stand in any text.
_LONG_PARAGRAPH = 60


@dataclass(frozen=True, slots=True)
class Summary:
    """What lists, checks and other briefs need of a text as read.

    `reader` is the name of its reader, and `account` says where its characters went. `description`
    is the author's own first key point or first sentence; "" without either. `biographies` are
    biographical notes with the numbers of their blocks, and `paragraphs` the digests of the longer
    blocks, by which another copy is recognised. `worded` counts the shown blocks that have words.
    `damage` says in words where signs of the text are damaged.
    """

    reader: str = ""
    account: Account = field(default=Account(0, 0, 0, ()))
    description: str = ""
    biographies: tuple[tuple[int, str], ...] = ()
    paragraphs: tuple[str, ...] = ()
    worded: int = 0
    damage: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogued:
    """A brief, or a withdrawn brief: each has a record, and so a permanent page.

    `institutes` are the bodies that issued it, the first named one first.
    `lines` are the lines of its ledger. The first `written` of them are in the file, and stay; the
    others are still to be written. `anchors` has the anchor of each shown block, in text order; of
    a withdrawn brief, all in the order of the ledger. `passages` are the passages of each of its
    themes, by theme id; `summary` is of its text, and empty when it was withdrawn. The public may
    not see the text of one that `is_withheld`: it is not here.
    """

    record: Record
    institutes: tuple[Institute, ...]
    lines: tuple[ledger.Line, ...]
    written: int = field(repr=False)  # a fact of the disk: no part of a cache key
    anchors: tuple[str, ...]
    passages: dict[str, tuple[Passage, ...]]
    summary: Summary = field(default=Summary(), kw_only=True)
    is_withheld: bool = field(default=False, kw_only=True)

    @property
    def id(self) -> str:
        """The permanent id."""
        return self.record.id

    @property
    def address(self) -> Address:
        """The address of its page."""
        return Address.of("briefs", self.id)

    @property
    def lists(self) -> list[Address]:
        """The addresses of the lists that it is on: of themes, authors, institutes and a year."""
        gone = self.record.withdrawn
        return [
            *(Address.of("themes", id) for id in (gone.themes if gone else self.passages)),
            *(Address.of("authors", credit.id) for credit in self.record.authors),
            *(Address.of("institutes", body.id) for body in self.institutes),
            Address.of("years", self.record.when[0]),
        ]

    @property
    def series(self) -> Series | None:
        """The series to which it belongs."""
        return self.issuer.series[self.record.series] if self.record.series else None

    @property
    def issuer(self) -> Institute:
        """The institute that has its series, or else the first one."""
        return next(
            (body for body in self.institutes if self.record.series in body.series),
            self.institutes[0],
        )

    @property
    def cited_as(self) -> str:
        """A short name for running text ("Choi Eunmi 2022").

        It has the authors as printed, or the institutes without authors, and the year.
        """
        names = [credit.printed for credit in self.record.authors]
        names = names or [body.short for body in self.institutes]
        who = join_names(names if len(names) < 3 else [*names[:2], "others"])
        return " ".join(part for part in (who, self.record.year) if part)

    @property
    def institute_names(self) -> tuple[str, ...]:
        """The names of its institutes when it was issued."""
        return tuple(body.name_at(self.record.date) for body in self.institutes)

    @property
    def series_name(self) -> str | None:
        """The name of its series when it was issued."""
        return self.series.name_at(self.record.date) if self.series else None

    @property
    def source_text(self) -> str | None:
        """The lines of its source; None where they are withheld or withdrawn."""
        return None


@dataclass(frozen=True, slots=True)
class Withdrawn(Catalogued):
    """A brief that was withdrawn: its text is gone, its record and its anchors stay."""

    withdrawal: Withdrawal


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The first words of a text: `text` begins block `number` and has `words` words.

    `cut` tells whether the block goes on after them.
    """

    number: int
    text: str
    words: int
    cut: bool

    @property
    def unit(self) -> str:
        """What `words` counts: "word", or "letter" in a script without spaces."""
        return "word" if 2 * len(self.text.split()) > self.words else "letter"


@dataclass(frozen=True, slots=True)
class Held:
    """A reading in memory, in place of one that is loaded from the cache (Stored)."""

    reading: Reading

    def load(self) -> Reading:
        """Return the reading."""
        return self.reading


@dataclass(frozen=True, slots=True)
class Brief(Catalogued):
    """One brief; of one that is withheld, only the `excerpt` if there is one.

    Its words are not in memory: `reading` loads them from `text`. `elsewhere` has each anchor whose
    words are no block of their own any more, with the anchor of the block that has them now; "" if
    they are not in the text.
    """

    text: Stored[Reading] | Held
    excerpt: Excerpt | None = None
    elsewhere: dict[str, str] = field(default_factory=dict)

    @property
    def reading(self) -> Reading:
        """Its text as read, without the words of blocks that were left out."""
        return without_left_out(self.text.load())

    def anchor(self, number: int) -> str:
        """Return the anchor of the shown block with a number, from 1 in the order of the source."""
        return self.anchors[number - 1]

    def present(self, anchor: str) -> str:
        """Return the anchor that has the words of `anchor` now; "" if they are not in the text."""
        return self.elsewhere.get(anchor, anchor)

    @property
    def source_text(self) -> str | None:
        """The visible lines of its source, and one line end after the last; None where withheld."""
        if self.is_withheld:
            return None
        reading = self.reading
        hidden = {span.line for one in reading.blocks if one.rule == "hidden" for span in one.spans}
        lines = (text for line, text in enumerate(reading.source.lines, 1) if line not in hidden)
        return "\n".join(lines).rstrip("\n") + "\n"


# A brief, or a withdrawn brief.
Entry = TypeVar("Entry", bound=Catalogued)


@dataclass(frozen=True)
class Library:
    """All briefs, newest first (DESIGN.md, order), authority files and addresses."""

    archive: Archive = field(repr=False)
    authority: Authority
    briefs: tuple[Brief, ...]
    withdrawn: tuple[Withdrawn, ...]
    home: str
    addresses: dict[Address, str]
    redirects: dict[Address, Redirect]

    @property
    def shared(self) -> "Library":
        """What the page of a brief depends on besides its brief: the themes and the glossary."""
        return Library(
            Archive(Path()),
            replace(self.authority, authors={}, institutes={}, events={}),
            briefs=(),
            withdrawn=(),
            home="",
            addresses={},
            redirects={},
        )

    @cached_property
    def first_addresses(self) -> dict[Address, Address]:
        """For each page in the ledger, the first of all addresses that lead to it."""
        return {
            self.redirects[address].new if address in self.redirects else address: address
            for address in reversed(self.addresses)
        }

    @property
    def every(self) -> tuple[Catalogued, ...]:
        """All that has a record: the briefs, then the withdrawn briefs."""
        return (*self.briefs, *self.withdrawn)

    @property
    def themes(self) -> Iterable[Theme]:
        """All themes, in the order of themes.yml."""
        return self.authority.themes.values()

    def themes_of(self, brief: Catalogued) -> list[Theme]:
        """Return the themes of a brief, in the order of themes.yml."""
        return [theme for theme in self.themes if theme.id in brief.passages]

    @cached_property
    def theme_counts(self) -> Counter[str]:
        """The number of briefs with each theme."""
        return Counter(theme for brief in self.briefs for theme in brief.passages)

    @cached_property
    def places(self) -> dict[str, int]:
        """The index of each brief in `briefs`, by id."""
        return {brief.id: place for place, brief in enumerate(self.briefs)}

    def find(self, id: str) -> Brief:
        """Return the brief with an id.

        Raises ArchiveError when there is none, with similar ids in the remedy.
        """
        if gone := next((brief for brief in self.withdrawn if brief.id == id), None):
            raise ArchiveError(
                gone.record.path,
                "withdrawn",
                f"it was withdrawn on {gone.withdrawal.date}",
                f"`briefs withdraw {id} --undo --reason WORDS` brings it back.",
            )
        if id not in self.places:
            raise ArchiveError(
                self.archive.path("briefs"),
                id,
                "there is no brief with this id",
                f"Give one of: {', '.join(self.near(id))}.",
            )
        return self.briefs[self.places[id]]

    def near(self, id: str) -> list[str]:
        """Return the ids that are similar to one that no brief has, or else the first ones."""
        return get_close_matches(id, self.places, cutoff=0.5) or list(self.places)[:5]

    def shown(self, cited: PassageAddress) -> Brief | None:
        """Return the brief with a passage that an authority file cites, under its present id.

        None where no words are shown: the brief is withdrawn, or its text is withheld.
        """
        moved = self.redirects.get(Address.of("briefs", cited.brief))
        id = moved.new.id if moved and cited.brief not in self.places else cited.brief
        place = self.places.get(id)
        return None if place is None or self.briefs[place].is_withheld else self.briefs[place]

    @property
    def shown_events(self) -> list[Event]:
        """The events that a passage tells of which is shown, the earliest first."""
        return sorted(
            (
                event
                for event in self.authority.events.values()
                if any(map(self.shown, event.passages))
            ),
            key=lambda event: event.date.parts,
        )

    def quotation(self, theme: Theme) -> tuple[Brief, Passage] | None:
        """Return the passage that is quoted for a theme, and its brief; None without one.

        That is the curator's choice or, where there is none or it is not shown, the longest
        sentence on the theme of the newest brief that has one.
        """
        chosen = self.shown(theme.passage) if theme.passage else None
        if theme.passage and chosen and (passage := _find_quotation(theme, theme.passage, chosen)):
            return chosen, passage
        return next(
            (
                (brief, passage)
                for brief in self.briefs_on("themes", theme.id)
                if (passage := choose_quotation(brief.passages[theme.id]))
            ),
            None,
        )

    def briefs_on(self, folder: str, id: str) -> list[Brief]:
        """Return the briefs on a list, newest first: "authors", "choi-eunmi"."""
        return self._by_list.get(Address.of(folder, id), [])

    @cached_property
    def _by_list(self) -> dict[Address, list[Brief]]:
        return group_by_list(self.briefs)

    def authors(self) -> list[Author]:
        """Return the authors who have or had briefs in the archive, by inverted name."""
        return sorted(
            (
                self.authority.authors[id]
                for id in self._ids("authors") & self.authority.authors.keys()
            ),
            key=lambda author: (author.inverted_name.casefold(), author.id),
        )

    def institutes(self) -> list[Institute]:
        """Return the institutes that have or had briefs in the archive, by name."""
        return sorted(
            (
                self.authority.institutes[id]
                for id in self._ids("institutes") & self.authority.institutes.keys()
            ),
            key=lambda body: (body.name.casefold(), body.id),
        )

    def years(self) -> list[str]:
        """Return the years that have or had briefs, newest first; then UNDATED, if it has."""
        return sorted(
            (year for year in self._ids("years") if year.isdigit() or year == UNDATED),
            key=lambda year: (year != UNDATED, year),
            reverse=True,
        )

    def _ids(self, folder: str) -> set[str]:
        """Return the ids of the lists in a folder that have briefs, or whose addresses stay."""
        return {
            address.id
            for address in chain(
                self._by_list,
                self.addresses,
                (redirect.new for redirect in self.redirects.values()),
            )
            if address.folder == folder and not address.is_part
        }


def group_by_list(entries: Iterable[Entry]) -> dict[Address, list[Entry]]:
    """Group briefs, or withdrawn briefs, by the addresses of the lists that they are on."""
    groups: dict[Address, list[Entry]] = {}
    for entry in entries:
        for address in entry.lists:
            groups.setdefault(address, []).append(entry)
    return groups


def newest_first(records: Iterable[Record]) -> list[Record]:
    """Sort by date, newest first and undated last, then by id.

    A day comes before its month, and a month before its year.
    """
    return sorted(
        sorted(records, key=lambda record: record.id),
        key=lambda record: record.date_parts,
        reverse=True,
    )


def load_library(archive: Archive, cache: Cache | None = None) -> Library:
    """Read an archive: as it is on disk, as it would be, or as it was in a commit.

    Readings of texts whose inputs have not changed come from `cache`, by default the archive's own,
    which is then left as it is. Raises ArchiveError on the first fault.
    """
    if cache is None:
        with parallel.workers(), Cache(archive.root) as unchanged:
            return load_library(archive, unchanged)
    authority = load_authority(archive)
    addresses = ledger.load_addresses(archive)
    redirects = load_redirects(archive, given_out=addresses)
    records = _relate(newest_first(_records(archive, authority)), redirects)
    cited = _citations(archive, authority, records)
    lines = {
        record.id: _lines(archive, record, addresses, redirects, cited[record.id])
        for record in records
    }
    library = Library(
        archive,
        authority,
        _briefs(
            archive, [record for record in records if not record.withdrawn], authority, lines, cache
        ),
        tuple(
            Withdrawn(
                record,
                tuple(authority.institutes[id] for id in record.institutes),
                *lines[record.id][:2],
                tuple(line.anchor for line in lines[record.id][0]),
                {},
                record.withdrawn,
            )
            for record in records
            if record.withdrawn
        ),
        archive.text("briefs/home.md").removeprefix("\ufeff").replace("\r\n", "\n").strip(),
        addresses,
        redirects,
    )
    _check_cited(library)
    _check_quotations(library)
    return _without_unneeded(library)


def _without_unneeded(library: Library) -> Library:
    """Return the library without addresses of lists on which no brief is, unless published."""
    needed = {
        *chain(*(entry.lists for entry in library.every)),
        *(redirect.new for redirect in library.redirects.values()),
    }
    unneeded = {
        address
        for address in library.addresses.keys() - library.redirects.keys() - needed
        if address.folder in ("authors", "institutes", "years") and not address.is_part
    }
    if not (unneeded and library.archive.has_history):
        return library
    unneeded -= ledger.load_published_addresses(library.archive).keys()
    return replace(
        library,
        addresses={
            address: day
            for address, day in library.addresses.items()
            if address.whole not in unneeded
        },
    )


def _check_cited(library: Library) -> None:
    """Check the passages that the authority files cite.

    Passages of withdrawn briefs may stay. Those of a brief that lost its page are not checked here:
    convert refuses the loss.
    """
    for name, where, cited in library.authority.cited:
        brief, near = library.shown(cited), library.near(cited.brief)
        theme = library.authority.themes[where.removesuffix(".passage")] if name == THEMES else None
        raise_first(
            library.archive.path(name),
            (
                not brief and Address.of("briefs", cited.brief) not in library.addresses,
                where,
                f"no brief has the id {cited.brief!r}",
                (f"Name one of {', '.join(near)}, or remove" if near else "Remove")
                + " this passage. An event without any goes, too.",
            ),
            (
                brief and not _has_words(brief, cited.anchor),
                where,
                f"{cited.brief} has no paragraph {cited.anchor}",
                "Name a paragraph by the number in its margin, or remove this passage. "
                "An event without any goes, too.",
            ),
            (
                brief and theme and not _find_quotation(theme, cited, brief),
                where,
                f"{cited} is not a sentence on {theme and theme.label}",
                "Name a paragraph or point that the page of the theme quotes, not a heading.",
            ),
        )


def _check_quotations(library: Library) -> None:
    """Check that nothing published quotes at length a text that the public may not read."""
    archive, authority = library.archive, library.authority
    refuse_all_quotations(
        (
            (brief.record, brief.text.load())
            for brief in library.briefs
            if brief.record.access != "full"
        ),
        (
            *((entry.record.path, entry.record) for entry in library.every),
            *(
                (archive.path(f"{FOLDER}/{file.name}.yml"), getattr(authority, file.name))
                for file in fields(authority)
            ),
            (archive.path(REDIRECTS), library.redirects),
            (archive.path("briefs/home.md"), {"home": library.home}),
        ),
    )


def _has_words(brief: Brief, cited: str) -> bool:
    anchor = brief.present(cited)
    # Only a record that marks lines can leave a block out; other texts need not be loaded.
    return anchor in brief.anchors and (
        not brief.record.ranges or bool(brief.reading.shown[brief.anchors.index(anchor)].text)
    )


def _find_quotation(theme: Theme, cited: PassageAddress, brief: Brief) -> Passage | None:
    """Return the longest sentence on a theme in the block of a brief that is cited."""
    return choose_quotation(
        passage
        for passage in with_points(brief.passages.get(theme.id, ()))
        if brief.anchor(passage.number) == brief.present(cited.anchor)
    )


def _records(archive: Archive, authority: Authority) -> list[Record]:
    sources = {
        f"briefs/{stem}": [*files]
        for stem, files in groupby(
            map(archive.path, archive.names("briefs", *FORMS)), key=lambda source: source.stem
        )
    }
    names = [name[:-4] for name in archive.names("briefs", ".yml") if name != REDIRECTS]
    for source in chain(*(sources[name] for name in sorted(sources.keys() - {*names}))):
        raise ArchiveError(
            source,
            "record",
            "this text has no record",
            f"Restore {source.stem}.yml beside it. `briefs remove {source.stem}` undoes an "
            "unpublished brief."
            if archive.read(ledger.name_of(source.stem)) is not None
            else f"It is new: move it to inbox/, and `briefs add inbox/{source.name}`.",
        )
    records = [
        parse_record(archive.path(f"{name}.yml"), archive.text(f"{name}.yml"), authority)
        for name in names
    ]
    withdrawn = {record.id: record.withdrawn is not None for record in records}
    firsts: dict[str, Record] = {}
    for record, name in zip(records, names, strict=True):
        _check_sources(record, [source.name for source in sources.get(name, ())], firsts)
        _check_record(record, withdrawn)
    return records


def _check_sources(record: Record, sources: list[str], firsts: dict[str, Record]) -> None:
    """Check that a record has one source, or none if its brief is withdrawn.

    `firsts` has the earlier records by the SHA-256 of their texts; this one is added.
    """
    gone, text = record.withdrawn, " and ".join(sources)
    # A text that was withdrawn may come back under another id.
    same_text = record if gone else firsts.setdefault(record.sha256, record)
    raise_first(
        record.path,
        (
            gone and sources,
            "withdrawn",
            f"the brief is withdrawn, but {text} is still there",
            f"Remove {text}. Or remove the field: `briefs withdraw` does both.",
        ),
        (
            not gone and not sources,
            "text",
            "this record has no text",
            f"Restore {record.path.stem}{' or '.join(FORMS)} beside it. "
            f"Or undo the brief: `briefs remove {record.path.stem}`.",
        ),
        (
            sources[1:],
            "text",
            f"this record has several texts: {text}",
            f"Keep the one whose SHA-256 begins with {record.sha256[:8]}, as the record says "
            f"(`sha256sum {' '.join(sources)}`), and move the others out of briefs/. A newer copy "
            f"comes in by `briefs replace {record.path.stem} FILE`.",
        ),
        (
            same_text is not record,
            "sha256",
            f"{record.sha256!r} is already used in {same_text.path.name}",
            f"`briefs remove` undoes the one that is not published: {record.id}, or "
            f"{same_text.id}. If both are, delete {text}, and write into its record: "
            "withdrawn: {date, reason, instead, blocks}. Blocks: how many lines its ledger has.",
        ),
    )


def _check_record(record: Record, withdrawn: dict[str, bool]) -> None:
    """Check the id of a record, and what is said to be there instead of its brief.

    `withdrawn` tells for each id whether its brief is withdrawn.
    """
    instead = record.withdrawn.instead if record.withdrawn else None
    raise_first(
        record.path,
        (
            instead and withdrawn.get(instead, True),
            "withdrawn.instead",
            f"{instead!r} is withdrawn itself"
            if instead in withdrawn
            else f"no brief has the id {instead!r}",
            "Write the id of a brief in the archive, or leave the field out.",
        ),
        (
            record.id != record.path.stem,
            "id",
            f"{record.id!r} is not the file's name",
            f'Write id: "{record.path.stem}". To rename the brief, rename both files, too, '
            "and redirect its old address.",
        ),
    )


def _relate(records: list[Record], redirects: dict[Address, Redirect]) -> list[Record]:
    """Return the records with their relations to other briefs completed, on both sides.

    An erratum changes the brief that it corrects on the day on which it comes, or is withdrawn.
    Raises ArchiveError on a relation to no other brief.
    """
    by_id = {record.id: record for record in records}
    related: dict[str, dict[tuple[str, str], Relation]] = {id: {} for id in by_id}
    for record in records:
        for number, relation in enumerate(record.relations, 1):
            moved = redirects.get(Address.of("briefs", relation.brief or ""))
            other = moved.new.id if moved else relation.brief or ""
            back = CORRECTIONS.get(relation.kind, "")
            _check_relation(record, number, other, by_id, (back, other) in related[record.id])
            key = relation.kind, other or str(number)
            related[record.id][key] = replace(relation, brief=other or None)
            if back and other:
                related[other].setdefault((back, record.id), Relation(back, brief=record.id))
    return [
        replace(
            record,
            relations=tuple(_complete(one, by_id) for one in related[record.id].values()),
            changes=(
                *record.changes,
                *(
                    Change(
                        erratum.withdrawn.date if erratum.withdrawn else erratum.added,
                        "relations",
                        f"corrected by {erratum.id}",
                    )
                    for kind, id in related[record.id]
                    if kind == "corrected-by" and (erratum := by_id.get(id))
                ),
            ),
        )
        for record in records
    ]


def _check_relation(
    record: Record, number: int, other: str, known: Collection[str], is_mutual: bool
) -> None:
    raise_first(
        record.path,
        (
            other == record.id,
            f"relations[{number}].brief",
            f"{other!r} is this brief itself",
            "Write the id of the other brief.",
        ),
        (
            other and other not in known,
            f"relations[{number}].brief",
            f"no brief has the id {other!r}",
            "Write the id of a brief in the archive; of a work elsewhere, its title and address.",
        ),
        (
            is_mutual,
            f"relations[{number}].kind",
            f"{other} and this brief cannot correct each other",
            "Leave this relation out, or the other.",
        ),
    )


def _complete(relation: Relation, records: dict[str, Record]) -> Relation:
    """Return a relation with what the archive knows of its brief, and when that was withdrawn."""
    if (other := records.get(relation.brief or "")) is None:
        return relation
    notes = (
        relation.note,
        other.date.words if other.date else "",
        f"withdrawn {in_words(other.withdrawn.date)}" if other.withdrawn else "",
    )
    return replace(
        relation,
        title=relation.title or other.title,
        number=relation.number or other.number,
        language=relation.language or other.title_language,
        note="; ".join(filter(None, notes)) or None,
    )


# Where an anchor of a brief is cited: the file, the field, the anchor, and the digests of the words
# to which branches that were merged gave it.
_Citation: TypeAlias = tuple[Path, str, str, list[str]]
# The lines of a brief's ledger, how many its file has, what counts those that are published, what
# fits them to the digests of a text, and where its anchors are cited.
_Lines: TypeAlias = tuple[ledger.Line, ...]
_Fit: TypeAlias = Callable[[_Lines, Sequence[str]], _Lines]
_Ledger: TypeAlias = tuple[_Lines, int, Callable[[], int | None], _Fit, list[_Citation]]


@dataclass(frozen=True, slots=True)
class Unread:
    """What a text is read with.

    That is its record, the entries in the authority files that the record names, and the digests in
    its ledger where these matter. `sha256` is the digest of its bytes, which the `archive` has
    under its `name`.
    """

    record: Record
    authority: Authority
    given_out: tuple[str, ...]
    sha256: str
    name: str
    archive: Archive = field(repr=False)


def make_brief(record: Record, authority: Authority, archive: Archive, text: bytes) -> Brief:
    """Make the brief of a record and its `text` as received, which has no ledger yet.

    Raises ArchiveError when text and record disagree.
    """
    staged = archive.stage({f"briefs/{record.id}{form_of(text)}": text})
    held = Held(understand(_unread(record, authority, staged)))
    return _brief(
        record,
        authority,
        ((), 0, lambda: None, lambda *_: (), []),
        held,
        summarise(authority.themes, held),
    )


def _briefs(
    archive: Archive,
    records: list[Record],
    authority: Authority,
    ledgers: dict[str, _Ledger],
    cache: Cache,
) -> tuple[Brief, ...]:
    """Make the briefs of all records, from the cache where it has their readings."""
    keyed = cache.keys(
        understand,
        (_unread(record, authority, archive, ledgers[record.id]) for record in records),
    )
    # The bytes of a text are not kept in memory either.
    texts = [
        Stored(
            key,
            archive.root,
            partial(understand, replace(text, archive=archive.narrowed_to(text.name))),
        )
        for text, key in meter.track("reading texts", keyed, len(records))
    ]
    summaries = meter.track(
        "looking for themes",
        cache.map(partial(summarise, authority.themes), texts),
        len(records),
    )
    return tuple(
        _brief(record, authority, ledgers[record.id], text, summary)
        for record, text, summary in zip(records, texts, summaries, strict=True)
    )


def _unread(
    record: Record, authority: Authority, archive: Archive, lines: _Ledger | None = None
) -> Unread:
    name = archive.source_name(record.id)
    text = archive.read(name) or b""
    # Only a block that a curator left out is another one when its words are in the ledger.
    has_left_out = any(marked.kind == "furniture" for marked in record.ranges)
    return Unread(
        record,
        Authority(
            {credit.id: authority.authors[credit.id] for credit in record.authors},
            {id: authority.institutes[id] for id in record.institutes},
            themes={},
            glossary={},
            events={},
        ),
        tuple(line.digest for line in (_binding(lines) if lines and has_left_out else ())),
        sha256=hashlib.sha256(text).hexdigest(),
        name=name,
        archive=archive.narrowed_to(name).stage({name: text}),
    )


def understand(unread: Unread) -> Reading:
    """Read a text. Raises ArchiveError when it and its record disagree."""
    record, authority = unread.record, unread.authority
    path = record.path.with_name(Path(unread.name).name)
    source = Source.from_bytes(unread.archive.read(unread.name) or b"", path, record.encoding)
    # Both: the file may have changed since its key was made.
    raise_first(
        record.path,
        (
            not unread.sha256 == source.sha256 == record.sha256,
            "sha256",
            f"the text's SHA-256 is {source.sha256}: it changed after its record was written",
            f"Restore {path.name} as received: a new copy comes in by `briefs replace`. Or save it "
            f"elsewhere, `briefs remove {record.id}`, and add it, if the brief is not published.",
        ),
        (
            path.suffix != source.form,
            "text",
            f"{path.name} is not a {path.suffix} file",
            f"Rename it to {path.stem}{source.form}: its bytes are as they were received.",
        ),
    )
    reading = with_ranges(
        record.path,
        record.ranges,
        with_unclaimed(record, read(source), authority),
        frozenset(unread.given_out),
        held_words(record, authority),
        date=str(record.date or ""),
    )
    refuse_crowded(path, reading)
    verify_record(record, reading, authority)
    return reading


# A summary, the digests of the words of the shown blocks, and the passages that show each theme.
_Summarised: TypeAlias = tuple[Summary, tuple[str, ...], dict[str, tuple[Passage, ...]]]


def summarise(themes: dict[str, Theme], text: Stored[Reading] | Held) -> _Summarised:
    """Summarise a text as read, with the digests of its blocks and its passages on each theme."""
    whole = text.load()
    reading = without_left_out(whole)
    blocks = reading.shown
    return (
        Summary(
            reading.reader,
            account(reading),
            describe(blocks),
            tuple((n, one.text) for n, one in enumerate(blocks, 1) if one.kind is Kind.BIOGRAPHY),
            long_paragraphs(reading),
            sum(bool(block.text) for block in blocks),
            tuple(find_damage(reading.source)),
        ),
        tuple(ledger.digest(words(block)) for block in whole.shown),
        {id: shown for id, theme in themes.items() if (shown := passages(blocks, theme))},
    )


def describe(blocks: tuple[Block, ...]) -> str:
    """Return the author's own first key point or first sentence; "" without either."""
    own = [
        block
        for block in blocks
        if block.voice is Voice.AUTHOR
        and block.kind not in (Kind.HEADING, Kind.TABLE, Kind.QUOTE, Kind.CAPTION, Kind.NOTE)
        and block.text
    ]
    points = (block.text for block in own if block.kind is Kind.KEY_POINT)
    text = next(points, own[0].text[slice(*sentences(own[0].text)[0])] if own else "")
    return " ".join(text.split())


def long_paragraphs(reading: Reading) -> tuple[str, ...]:
    """Return the digests of the longer blocks of a text, by their letters and figures only."""
    return tuple(
        dict.fromkeys(
            ledger.digest("".join(re.findall(r"\w+", text.casefold())))
            for text in (normalise(block.text) for block in reading.shown)
            if len(text) >= _LONG_PARAGRAPH
        )
    )


def _brief(
    record: Record,
    authority: Authority,
    lines: _Ledger,
    text: Stored[Reading] | Held,
    summarised: _Summarised,
) -> Brief:
    """Assign the anchors of a text, and let its record decide on its themes.

    Raises ArchiveError when an anchor would lose its words.
    """
    summary, digests, quoted = summarised
    known, anchors, added, elsewhere = _assign(record, lines, digests, text)
    for path, where, anchor, values in lines[-1]:
        raise_first(
            path,
            (
                values[1:],
                where,
                f"two branches gave {anchor}: the words on main keep it, and the others have "
                + ", ".join(
                    {dict(zip(digests, anchors, strict=True)).get(one, "none") for one in values}
                    - {anchor}
                ),
                "Write that, if those words are meant. If not, take this out, run `briefs convert`,"
                " and write it again.",
            ),
        )
    return Brief(
        record,
        tuple(authority.institutes[id] for id in record.institutes),
        (*known, *added),
        min(lines[1], len(known)),
        anchors,
        with_decisions(
            record,
            # Only a record that names passages needs the text.
            without_left_out(text.load()).shown if record.themes else (),
            anchors,
            quoted,
            authority.themes,
            elsewhere=elsewhere,
        ),
        text,
        summary=summary,
        elsewhere=elsewhere,
    )


def _assign(
    record: Record,
    lines: _Ledger,
    digests: tuple[str, ...],
    text: Stored[Reading] | Held,
) -> tuple[tuple[ledger.Line, ...], tuple[str, ...], tuple[ledger.Line, ...], dict[str, str]]:
    """Assign anchors: return the lines that stay, the anchors, the lines to add, and `elsewhere`.

    Where the text does not fit the lines that are not published yet, these are dropped, unless
    somebody has cited a passage by its number. Raises ArchiveError when a line that stays would
    lose its words.
    """
    known = lines[0]
    assign = partial(
        ledger.assign,
        record.path.with_name("ledger") / f"{record.id}.tsv",
        digests=digests,
        words=lambda: [words(block) for block in text.load().shown],
        date=record.last_change,
    )
    try:
        anchors, added = assign(known)
        if not (known and added):
            return known, anchors, added, {}
    except ArchiveError:
        pass  # again, with what git says, and without copies that a merge left behind
    known = lines[3](_binding(lines), digests)
    find = partial(find_words, text.load(), known={line.digest for line in known}, record=record)
    anchors, added = assign(known, find=find)
    found = find({line.digest for line in known if line.anchor not in anchors})
    places = dict(zip(text.load().shown, anchors, strict=True))
    return (
        known,
        anchors,
        added,
        {
            line.anchor: "" if block.kind is Kind.LEFT_OUT else places.get(block, "")
            for line in known
            if line.anchor not in anchors and (block := found.get(line.digest))
        },
    )


def _binding(lines: _Ledger) -> tuple[ledger.Line, ...]:
    """Return the ledger lines of a brief that stay when its text does not fit them any more.

    Those are published, or somebody has cited a passage by its number.
    """
    return lines[0] if lines[-1] else lines[0][: lines[2]()]


def _citations(
    archive: Archive, authority: Authority, records: list[Record]
) -> dict[str, list[_Citation]]:
    """Return where the anchors of each brief are cited: by events, themes and its own record."""
    cited: dict[str, list[_Citation]] = defaultdict(list)
    for path, where, id, anchor in (
        *(
            (archive.path(name), where, passage.brief, passage.anchor)
            for name, where, passage in authority.cited
        ),
        *(
            (record.path, f"themes[{index}].passages", record.id, anchor)
            for record in records
            for index, ruling in enumerate(record.themes, 1)
            for anchor in ruling.passages
        ),
    ):
        cited[id].append((path, where, anchor, ledger.load_digests(archive, id, anchor)))
    return cited


def _lines(
    archive: Archive,
    record: Record,
    addresses: dict[Address, str],
    redirects: dict[Address, Redirect],
    cited: list[_Citation],
) -> _Ledger:
    """Read the lines of a brief's ledger, and count the lines in its file.

    A renamed brief keeps the anchors that it had under its old ids. If the longest ledger of an old
    id continues its own, it takes over the additional lines. Its passages are `cited`.
    """
    address, name = Address.of("briefs", record.id), ledger.name_of(record.id)
    own = ledger.load_lines(archive, record.id)
    ids = [old.id for old, redirect in redirects.items() if redirect.new == address]
    longest = max((ledger.load_lines(archive, id) for id in ids), key=len, default=())
    lines = longest if longest[: len(own)] == own else own
    # Without its text, only the record tells how many anchors a brief had.
    number = record.withdrawn.blocks if record.withdrawn else len(lines)
    raise_first(
        archive.path(name),
        (
            address in addresses and archive.read(name) is None and not archive.has_history,
            "file",
            f"the ledger of {address} is gone",
            f"{ledger.RESTORE} Or undo the brief: `briefs remove {record.id}`.",
        ),
        (
            len(lines) != number,
            "file",
            f"{len(lines)} of the {number} anchors of this withdrawn brief are left",
            f"{ledger.RESTORE} Or undo the brief: `briefs remove {record.id}`."
            if len(lines) < number
            else f'Write blocks: "{len(lines)}" under withdrawn in {record.path.name}.',
        ),
    )
    return (
        lines,
        len(own),
        partial(ledger.count_published, archive, [record.id, *ids]),
        partial(ledger.fit_copies, archive, record.id),
        cited,
    )
