"""The record that `briefs add` would write for a text, and what a curator still has to say."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from archive.reading.marks import MARKS
from archive.reading.model import Reading, Statement
from archive.records.authority import AUTHORS, INSTITUTES, Authority, load_authority
from archive.records.library import Brief, Library
from archive.records.verify import prints
from archive.records.yamledit import Value, put
from archive.sources.address import PageAddress, receive
from archive.store import Archive
from archive.text.dates import understand
from archive.text.language import WORD
from archive.text.normal_forms import normalise

_GIVEN = "not in the text; given when the brief was added"
# Evidence quotes at most eight words of a line, from its first 60 letters.
EVIDENCE_WORDS, _EVIDENCE_LETTERS = 8, 60
# What a curator is asked: the problem, and the option that answers it.
QUESTIONS = {
    "unsaid": ("the text does not say it", "--set {field}=…"),
    "left out": ("it cannot be left out", "--set {field}=…"),
    "id": ("no id can be made of the title", "--set id={id}, at most {longest} characters"),
    "institute unsaid": (
        "the text does not say it",
        "--set institute=ID, or --new-institute ID=NAME; known are {known}",
    ),
    "institute named": (
        "the text does not say it; {where} names {name}",
        "--set institute={id} if that is the publisher; known are {known}",
    ),
    "institute too": (
        "{where} names {id} as well",
        "--set institute={id} too, or --set institute='{name}=' if it did not issue the text",
    ),
    "institute new": (
        "“{name}” ({where}) is not a known name of an institute",
        "--new-institute {id}='{name}', --set institute='{name}=ID' for another name of a known "
        "one, or --set institute='{name}=' if it did not issue the text; known are {known}",
    ),
    "series new": (
        "“{name}” is new, and no id can be made of it",
        "--set series=ID for a new one, --set series= for none",
    ),
    "series of another": (
        "“{name}” is a series of {ids}",
        "--set institute={ids} if that issued the text, too; --set series= for none, or "
        "--set series=ID for a new one of this name",
    ),
    "rights": (
        "{problem}",
        "--set access=full, restricted, or embargoed with embargoed_until=DAY",
    ),
    "rights unsaid": (
        "{problem}",
        "--set access=full, restricted, or embargoed with embargoed_until=DAY; "
        "--set rights='…', the words as printed, if they are about this text",
    ),
    "forbidden": (
        "{problem}",
        "--because access='…', why it may be shown whole, or --set access=restricted",
    ),
    "embargo": ("an embargo ends on a day", "--set embargoed_until=DAY"),
    "shared": (
        "{share} of its longer paragraphs stand in {id}",
        "`briefs replace {id} FILE` if it is a new copy; --anyway to add it all the same",
    ),
    "withdrawn": (
        "the same text was withdrawn as {id}: {reason}",
        "--anyway to add it all the same",
    ),
    "author of several": (
        "which of {names} is {answer}?",
        "--set author='{name}={answer}' for the one that is; --set author='{name}=' too for one "
        "that is not an author's",
    ),
    "author taken": (
        "“{name}” (line {line}) may be {id}",
        "--set author={id} if so; --new-author {id}-2 for another person",
    ),
    "authors meant": ("{quoted} may be {ids}", "--set author=ID"),
    "authors similar": (
        "{quoted} may be {people}",
        "--set author={id} if so; --new-author ID for another person",
    ),
    "author unknown": (
        "no author has the id {quoted}",
        "--set author='Family, Given', in Latin letters; --new-author {answer}",
    ),
    "author without id": (
        "no id can be made of {quoted}",
        "--set author='Family, Given', in Latin letters, or --new-author ID",
    ),
    "one name": (
        "is {quoted} the whole name?",
        "--set author='{answer},' if it is; or --set author='Family, Given', in Latin letters",
    ),
    "author body": (
        "is {quoted} the author, or the institute?",
        "--set author='organisation: {name}' if it wrote the text; "
        "--set institute='{name}=ID' if it is the institute ID, --new-institute ID='{name}' if new",
    ),
    "family name": (
        "which is the family name of {quoted}?",
        "--set author='Family, Given', in Latin letters",
    ),
    "either name": (
        "which is the family name of {quoted}?",
        "--set author={either}",
    ),
    "author new": ("{quoted} is new", "--set author='{whose}Family, Given', in Latin letters"),
    "authors unsaid": (
        "the text does not say who wrote it",
        "--set author='Family, Given', or --set author= for none",
    ),
    "date unsaid": (
        "the text does not say when it was issued{near}",
        "--set date=…, or --set date= for none",
    ),
}
# Questions to which nothing is an answer.
_OPTIONAL = ("authors unsaid", "date unsaid", "series new", "series of another")
# What a curator types at the question about a field.
TYPED = {
    "title": "the title as printed, or one of your own in brackets: [A talk on history]",
    "author": "Family, Given (Kim, Jiyoon) or the id of a known author; several with ; between",
    "institute": "the id of a known institute, or ID=NAME for a new one: kida=Korea Institute; "
    "several with ; between",
    "series": "the id of a series: asan-issue-brief",
    "date": "a day, a month or a year: 2021-03-05, 2021-03, 2021",
    "language": "the tag of a language: en, ko, ja",
    "access": "full, restricted or embargoed",
    "embargoed_until": "a day: 2031-01-01",
    "id": "the year, the institute and a word: 2021-asan-summit",
    "duplicate": "yes to add it all the same",
}


def first_words(text: str) -> str:
    """Return the first words of a line, for evidence: records are public, texts may not be."""
    line = " ".join(text.split())
    ends = [word.end() for word in WORD.finditer(line[:_EVIDENCE_LETTERS])][:EVIDENCE_WORDS]
    return line if ends[-1:] == [len(line)] else f"{line[: max(ends, default=0)]} …"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a curator says of a text; `today` dates the record.

    `fields` by name, the date as EDTF even if it was given in words; `authors` as "Family, Given"
    or by the id of a known one; `institutes` by ids, "ID" or "ID, ID", or whose a printed name is,
    "NAME=ID" or, of none, "NAME="; `new_authors` by their ids, `new_institutes` with their names;
    `because`, why a field is what it is; `own`, the values of fields that only `briefs correct` and
    `briefs replace` take; `marks` as (lines, kind). `anyway`: add what seems to be there already.
    `allow_local`: an address may be of this machine or its network. `asked`: somebody is there to
    answer, so that the author and the date are asked for too. `of_several`: the new institutes may
    be those of other texts. `reason`: why a brief that is in the archive is corrected.
    """

    today: str
    fields: dict[str, str] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    institutes: tuple[str, ...] = ()
    new_authors: tuple[str, ...] = ()
    new_institutes: dict[str, str] = field(default_factory=dict)
    because: dict[str, str] = field(default_factory=dict)
    own: dict[str, list[str]] = field(default_factory=dict)
    marks: tuple[tuple[str, str], ...] = ()
    anyway: bool = False
    allow_local: bool = False
    asked: bool = False
    of_several: bool = False
    reason: str = ""

    def __post_init__(self) -> None:
        if date := understand(self.fields.get("date", "")):
            self.fields["date"] = date
        if "author" in self.because:
            self.because["authors"] = self.because.pop("author")

    def receive(self, file: Path | PageAddress) -> "tuple[bytes, Answers]":
        """Read a file; or fetch a page, whose address and day are answers, too."""
        data, fetched = receive(file, allow_local=self.allow_local)
        day = {"saved": self.today} if fetched else {}
        return data, replace(self, fields=fetched | day | self.fields)

    @property
    def given(self) -> set[str]:
        """The fields of the record that a curator gives."""
        return {
            *self.fields,
            *self.own,
            *(MARKS[kind].field for _, kind in self.marks if kind in MARKS),
            *(["authors"] if self.authors else []),
            *(["institute"] if self.institutes or self.new_institutes else []),
        }

    @property
    def options(self) -> list[tuple[str, str, str]]:
        """The options of the command that give words: each option, its name and its value."""
        return [
            *(("--set", name, value) for name, value in self.fields.items()),
            *(("--set", "author", name) for name in self.authors),
            *(("--set", "institute", name) for name in self.institutes),
            *(("--because", name, reason) for name, reason in self.because.items()),
            *(("--new-institute", id, name) for id, name in self.new_institutes.items()),
        ]


@dataclass(frozen=True, slots=True)
class Question:
    """A question on a field that neither the text nor the curator has settled.

    `option` answers it. `answer` is what the curator said and what could not be used; `about` is
    the printed name that is asked about, if it is one. Where nothing is an answer too, the question
    `is_optional`.
    """

    field: str
    problem: str
    option: str
    answer: str = ""
    about: str = ""
    is_optional: bool = False


@dataclass(slots=True)
class Holdings:
    """What the archive holds while texts are added one after the other.

    Each sees the people and briefs of those before it. `library` has their briefs, but not their
    entries in the authority files: these are staged in `archive` and parsed in `authority`. `start`
    has the authority files as they were, so that `write` sees when somebody else changed them.
    """

    library: Library
    archive: Archive
    authority: Authority
    start: dict[str, bytes | None]

    @classmethod
    def of(cls, library: Library) -> Self:
        """Return what the archive holds now."""
        start = {name: library.archive.read(name) for name in (AUTHORS, INSTITUTES)}
        return cls(library, library.archive.stage(start), library.authority, start)


@dataclass(slots=True)
class Proposal:
    """A record in the making: what each field is to be, and what is still to ask.

    `held` is what the archive would hold, with the entries that are new. `values` are the fields of
    the record in the order of the file, and `record` is its text once they are found; `brief` is
    None while there are `questions`. `rows` tell the curator of each field its value and where that
    comes from. `other_names` are those that an author or institute did not have, each with the file
    and the id of the entry, which is to say which brief prints it, and its language.
    """

    held: Holdings
    file: Path | PageAddress
    data: bytes
    answers: Answers
    reading: Reading
    values: dict[str, Any] = field(default_factory=dict)
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    uncertain: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    other_names: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    record: str = ""
    brief: Brief | None = None

    @property
    def institutes(self) -> list[str]:
        """The ids of the institutes, the first named one first."""
        value = self.values["institute"] or []
        return [value] if isinstance(value, str) else value

    def prints(self, value: str) -> bool:
        """Whether the text prints these words."""
        return prints("\n".join(self.reading.source.lines), value)

    def show(self, field: str, value: str, where: str) -> None:
        """Tell the curator what a field is to be, and where that comes from."""
        self.rows.append((field, value, where))

    def ask(
        self, field: str, question: str, answer: str = "", about: str = "", **words: object
    ) -> None:
        """Ask the curator one of QUESTIONS; `answer` was given and cannot be used."""
        values = {**words, "field": field, "answer": answer}
        problem, option = QUESTIONS[question]
        # An option is copied into a shell, where names stand between apostrophes.
        shell = {
            name: str(value).replace("'", r"'\''") if name in ("name", "answer") else value
            for name, value in values.items()
        }
        self.questions.append(
            Question(
                field,
                problem.format_map(values),
                option.format_map(shell),
                answer,
                about,
                is_optional=question in _OPTIONAL,
            )
        )

    def asks(self, field: str) -> bool:
        """Whether there is a question on a field."""
        return any(question.field == field for question in self.questions)

    def add_basis(
        self, field: str, kind: str = "supplied", evidence: str = "", whose: str = ""
    ) -> None:
        """Give a field its basis, which is what the curator says of it, if that is anything.

        `whose` tells which of several values the evidence is about.
        """
        reason = self.answers.because.get(field)
        self.values["basis"][field] = {
            "kind": "supplied" if reason and kind in ("printed", "declared") else kind,
            "evidence": reason or f"{whose}{evidence or self.answers.reason or _GIVEN}",
        }

    def add_basis_of(self, field: str, statement: Statement | None, whose: str = "") -> None:
        """Give a field that the text does not print its basis: what it is read from, if any."""
        one = statement or Statement("", 0, "")
        inferred = f"line {one.line} of the source: “{first_words(one.text)}”"
        evidence = {"declared": one.text, "inferred": inferred}.get(one.basis, "")
        self.add_basis(field, one.basis if evidence else "supplied", evidence, whose)

    def overrule(self, field: str, statement: Statement | None, value: str | None) -> None:
        """Note what the curator says in place of what the reader reads."""
        instead = f", in place of “{statement.value}” {statement.place}" if statement else ""
        self.show(field, value or "none", f"given{instead}")
        if statement and normalise(statement.value) != normalise(value or ""):
            # No word of the text: it may be one that the public is not shown, and records are.
            self.correct(field, f"the reader took something else for it, {statement.place}")

    def correct(self, field: str, reason: str) -> None:
        """Note that the record rightly differs from what the reader reads."""
        reason = self.answers.reason or self.answers.because.get(field) or reason
        self.values["corrections"].append(
            {"field": field, "date": self.answers.today, "reason": reason}
        )

    def add_entry(
        self, name: str, where: tuple[str, ...], key: str | None, value: Value, remark: str = ""
    ) -> None:
        """Add an entry, or a part of one, to AUTHORS or INSTITUTES, with a remark for the curator.

        Raises ArchiveError when the file cannot have it.
        """
        archive = self.held.archive
        # Each on one line, so that git can merge the entries of two branches.
        text = put(archive.path(name), archive.text(name), where, key, value, on_one_line=not where)
        staged = archive.stage({name: text.encode()})
        self.held = replace(self.held, archive=staged, authority=load_authority(staged))
        self.new += [remark] if remark else []
