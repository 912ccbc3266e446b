"""A record in the making.

Its fields so far, where each comes from, their bases, and what is still to ask.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from archive.reading.model import Reading, Statement
from archive.records.authority import FOLDER, Authority, load_authority
from archive.records.library import Brief, Library
from archive.records.verify import prints
from archive.records.yamledit import Value, put

_MOST_WORDS, _MOST_LETTERS = 8, 60
_GIVEN = "not in the text; given when the brief was added"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a curator says of a text; `today` dates the record.

    `fields` by name; `authors` as "Family, Given" or by the id of a known one; `new_authors` by
    their ids, `new_institutes` with their names; `because`, why a field is what it is; `marks` as
    (lines, kind). `anyway`: add what seems to be there already.
    """

    today: str
    fields: dict[str, str] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    new_authors: tuple[str, ...] = ()
    new_institutes: dict[str, str] = field(default_factory=dict)
    because: dict[str, str] = field(default_factory=dict)
    marks: tuple[tuple[str, str], ...] = ()
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that neither the text nor the curator has said.

    The field, what is the matter, and the option that says it. `answer` is the curator's that was
    of no use, if there was one; `about` the printed name that is asked about, if it is one.
    """

    field: str
    problem: str
    option: str
    answer: str = ""
    about: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.asked}"

    @property
    def asked(self) -> str:
        """The matter and the option, as a question."""
        return f"{self.problem}{'' if self.problem.endswith('?') else '.'} {self.option}"


@dataclass(frozen=True, slots=True)
class Said:
    """A value of the record with where it comes from, in words for the curator."""

    field: str
    value: str
    where: str


@dataclass
class Holdings:
    """What the archive holds while texts are added one after the other.

    Each sees the people and ids of those before it. `files` are the authority files as they would
    be, `start` as they are; `paragraphs` says in which briefs a longer one stands.
    """

    library: Library
    authority: Authority
    files: dict[str, str]
    ids: set[str]
    briefs: list[Brief]
    start: dict[str, str]
    paragraphs: dict[str, list[str]]

    @classmethod
    def of(cls, library: Library) -> Holdings:
        """What stands in the archive now."""
        files = {
            name: library.archive.text(f"{FOLDER}/{name}")
            for name in ("authors.yml", "institutes.yml")
        }
        addresses = (*library.addresses, *(one.address for one in library.every))
        ids = {address.id for address in addresses if address.folder == "briefs" and address.id}
        held = cls(library, library.authority, files, ids, list(library.briefs), dict(files), {})
        for brief in library.briefs:
            held._index(brief)
        return held

    def _index(self, brief: Brief) -> None:
        for text in brief.summary.paragraphs:
            self.paragraphs.setdefault(text, []).append(brief.id)

    def take(self, brief: Brief, files: dict[str, str]) -> None:
        """Count a brief, with the authority files that it changes, as held."""
        if files:
            self.files |= files
            self.authority = authority_of(self.library, self.files)
        self._index(brief)
        self.ids.add(brief.id)
        self.briefs.append(brief)


def cut(text: str) -> str:
    """The first words of a line, for a reason or an evidence.

    Records are public, also where a text is not.
    """
    words = text.split()
    short = " ".join(words[:_MOST_WORDS])[:_MOST_LETTERS]
    return short if short == " ".join(words) else f"{short} …"


def authority_of(library: Library, files: dict[str, str]) -> Authority:
    """The authority files as they would be."""
    changes = {f"{FOLDER}/{name}": text.encode() for name, text in files.items()}
    return load_authority(library.archive.stage(changes))


class Draft:
    """What the fields of one record have been found to be. `text` is all that the source says.

    `files` are the authority files with what is new, but for `other_names` of institutes, which say
    in which brief they stand.
    """

    def __init__(self, held: Holdings, answers: Answers, reading: Reading) -> None:
        self.held, self.answers, self.reading = held, answers, reading
        self.text = "\n".join(reading.source.lines)
        self.files = dict(held.files)
        self._authority: Authority | None = held.authority
        self.basis: dict[str, Value] = {}
        self.corrections: list[Value] = []
        self.said: list[Said] = []
        self.missing: list[Missing] = []
        self.uncertain: list[str] = []
        self.new: list[str] = []
        self.reasons_kept: set[str] = set()
        self.other_names: list[tuple[str, dict[str, Value]]] = []

    def prints(self, value: str) -> bool:
        """Whether the text prints these words."""
        return prints(self.text, value)

    def say(self, field: str, value: str, where: str) -> None:
        """Tell the curator what a field is to be, and where it comes from."""
        self.said.append(Said(field, value, where))

    def given(self, name: str) -> str | None:
        """A field that only the curator can say."""
        value = self.answers.fields.get(name) or None
        if value:
            self.say(name, value, "given")
            if name in ("source", "license") and not self.prints(value):
                self.base(name, "supplied")
        return value

    def base(self, field: str, kind: str, evidence: str | None = None) -> None:
        """Give a field that the text does not print its basis."""
        self.basis[field] = {"kind": kind, "evidence": self._because(field) or evidence or _GIVEN}

    def overrule(self, field: str, statement: Statement | None, value: str | None) -> None:
        """Note what the curator says in place of what the reader reads."""
        instead = f", in place of “{statement.value}” on line {statement.line}" if statement else ""
        self.say(field, value or "none", f"given{instead}")
        if statement and statement.value != value:
            # No word of the text: it may be one that the public is not shown, and records are.
            self.correct(field, f"the reader took something else for it, on line {statement.line}")

    def correct(self, field: str, reason: str) -> None:
        """Note that the record rightly differs from what the reader reads."""
        reason = self._because(field) or reason
        self.corrections.append({"field": field, "date": self.answers.today, "reason": reason})

    def _because(self, field: str) -> str | None:
        """What the curator says of a field; --set and --because call the authors by one."""
        name = "author" if field == "authors" else field
        self.reasons_kept.add(name)
        return self.answers.because.get(name)

    def ask(self, field: str, problem: str, option: str, answer: str = "", about: str = "") -> None:
        """Note what the curator has to say, and with which option.

        `answer` was given and is of no use.
        """
        self.missing.append(Missing(field, problem, option, answer, about))

    @property
    def authority(self) -> Authority:
        """The authority files with what is new."""
        if self._authority is None:
            self._authority = authority_of(self.held.library, self.files)
        return self._authority

    def put(self, file: str, where: tuple[str, ...], key: str | None, value: Value) -> None:
        """Write a new entry, or a part of one, into an authority file."""
        path = self.held.library.archive.path(f"{FOLDER}/{file}")
        self.files[file] = put(path, self.files[file], where, key, value)
        self._authority = None
