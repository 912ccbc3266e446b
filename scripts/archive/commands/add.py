"""`briefs add`: proposes new briefs, asks for what is missing, and writes all or nothing."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from archive.commands.check import format_rows
from archive.commands.fields import SETTABLE, check_answers, find_fields, find_known_lines
from archive.commands.proposal import Answers, Holdings, Proposal, Question
from archive.convert import commit, refuse_lost_words
from archive.errors import ArchiveError, raise_first
from archive.readers import read
from archive.reading.model import Kind, Reading, Voice
from archive.records.decisions import find_claims, with_ranges, without_marked
from archive.records.library import Brief, long_paragraphs, make_brief
from archive.records.record import Range, parse_record
from archive.records.themes import Theme, passages
from archive.records.verify import implausible_days, refuse_crowded
from archive.records.yamledit import block
from archive.records.yamlfile import Fields, Parser, parse_yaml
from archive.sources.address import PageAddress
from archive.sources.damage import find_damage
from archive.sources.encodings import UTF_8, decode
from archive.sources.source import Source, read_bytes
from archive.store import FORMS, SAVED, is_foreign
from archive.text import dates
from archive.text.normal_forms import fold

_MAX_CHARACTERS_SHOWN = 88
_MAX_PASSAGES_SHOWN = 12
# Pages declare a title in many tags, and those of others.
_MOST_DECLARED = 3
# Two texts that share this part of their longer paragraphs are one text, saved twice.
_SAME_TEXT = 0.5
_OPTION = re.compile(
    r"(--set|--because|--new-author|--new-institute|--mark|--anyway)(?:[ =]\s*(.+))?"
)

# Asks a curator the first question of a proposal; returns the reply, None to skip the text. ""
# answers a question that is optional.
Ask = Callable[[Proposal], str | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one file or address: a proposal, or the error that prevented one."""

    file: Path | PageAddress
    proposal: Proposal | None
    error: ArchiveError | None = None

    @property
    def name(self) -> str:
        """The file's name in printable characters."""
        return "".join(char if char.isprintable() else "?" for char in self.file.name)

    def __str__(self) -> str:
        return f"{self.name}: {self.brief.id if self.brief else self.fault}"

    @property
    def brief(self) -> Brief | None:
        """The brief, unless something is missing or wrong."""
        return self.proposal.brief if self.proposal else None

    @property
    def fault(self) -> str:
        """What is missing or wrong, in a few words; "" when nothing is."""
        if self.error:
            return self.error.problem if self.error.file == str(self.file) else str(self.error)
        asked = self.proposal.questions if self.proposal else ()
        return "; ".join(f"{question.field}: {question.problem}" for question in asked)

    def result(self, *, written: bool) -> str:
        """Return what became of it; `written` says whether briefs were added."""
        added = "added" if written else "would be added"
        return added if self.brief else "not added"


def expand_folders(paths: Iterable[Path | PageAddress]) -> list[Path | PageAddress]:
    """Replace each folder by its texts, without what systems and editors leave there.

    The folder that a browser saves beside a page has images and scripts: it stands for the page.
    Raises ArchiveError when a folder has no text.
    """
    expanded: list[Path | PageAddress] = []
    for path in paths:
        pages = (Path(re.sub("_files$", ending, str(path))) for ending in (".html", ".htm"))
        files = (
            [page for page in pages if page.is_file()]
            or sorted(
                file
                for file in path.iterdir()
                if file.suffix.lower() in SAVED
                and not (file.is_fifo() or file.is_socket() or is_foreign(file.name))
            )
            if isinstance(path, Path) and path.is_dir()
            else [path]
        )
        raise_first(
            path,
            (
                not files,
                "folder",
                "it has no file that can be added",
                f"Give the folder of files that end in {', '.join(FORMS)}, or one of them.",
            ),
        )
        expanded += files
    return list(dict.fromkeys(expanded))


def read_answers(
    file: Path, paths: Iterable[Path | PageAddress], common: Answers
) -> dict[str, Answers]:
    """Read a file of answers, by the names of `paths`; what is `common` to all holds beside them.

    Raises ArchiveError when it is not such a file.
    """
    known = sorted({path.name for path in paths})

    def parse(fields: Fields, name: str) -> Answers:
        fields.refuse(
            name not in known,
            name,
            "no such file is to be added",
            f"Write one of: {', '.join(known)}.",
        )
        given = fields.inside(name).entries(_parse_answer)
        return replace(
            common,
            of_several="new-institute" not in given,
            authors=given.pop("author", common.authors),
            institutes=given.pop("institute", common.institutes),
            new_authors=given.pop("new-author", common.new_authors),
            new_institutes=common.new_institutes | given.pop("new-institute", {}),
            because=common.because | given.pop("because", {}),
            marks=(
                *common.marks,
                *(
                    (lines, kind)
                    for lines, kinds in given.pop("marks", {}).items()
                    for kind in kinds
                ),
            ),
            fields=common.fields | given,
        )

    return Fields(file, parse_yaml(file, decode(read_bytes(file), file, UTF_8))).entries(parse)


def _parse_answer(fields: Fields, name: str) -> Any:
    """Parse one answer. Raises ArchiveError when there is no such field."""
    parsers: dict[str, Parser] = {
        **dict.fromkeys(SETTABLE, Fields.required),
        **dict.fromkeys(("author", "institute", "new-author"), Fields.one_or_more),
        **dict.fromkeys(("because", "new-institute"), partial(Fields.keyed, parse=Fields.required)),
        "marks": partial(Fields.keyed, parse=Fields.one_or_more),
    }
    fields.refuse(
        name not in parsers,
        name,
        "there is no such field",
        f"Write one of: {', '.join(parsers)}.",
    )
    if fields.is_empty(name):  # the field is to be left out
        return ("",) if name == "author" else ""
    return parsers[name](fields, name)


def propose_all(
    held: Holdings,
    paths: Sequence[Path | PageAddress],
    answers: Answers,
    ask: Ask | None,
    own: Mapping[str, Answers] = MappingProxyType({}),
) -> Iterator[Outcome]:
    """Propose a brief for each file, and `ask` for what is missing, if a curator is there.

    Some files have answers of their `own`, by name. Briefs that can be added are added to `held`,
    so that the files after them are compared with them.
    """
    common = replace(answers, of_several=len(paths) > 1)
    for path in paths:
        try:
            outcome = Outcome(path, _propose_and_ask(held, path, own.get(path.name, common), ask))
        except ArchiveError as error:
            outcome = Outcome(path, None, error)
        if (proposal := outcome.proposal) and proposal.brief:
            held.archive, held.authority = proposal.held.archive, proposal.held.authority
            held.library = replace(held.library, briefs=(*held.library.briefs, proposal.brief))
            proposal.held = held  # so that authority files are in memory once, not once a brief
        yield outcome


def _propose_and_ask(
    held: Holdings, path: Path | PageAddress, answers: Answers, ask: Ask | None
) -> Proposal:
    data, answers = answers.receive(path)
    proposal = propose(held, path, data, replace(answers, asked=ask is not None))
    while ask and proposal.questions and (reply := ask(proposal)) is not None:
        question = proposal.questions[0]
        try:
            proposal = propose(held, path, data, _with_reply(proposal.answers, question, reply))
        except ArchiveError as error:  # drop the reply, and ask again
            proposal.questions[0] = replace(question, problem=f"{error.problem}. {error.remedy}")
    return proposal


def _with_reply(answers: Answers, question: Question, reply: str) -> Answers:
    """Add what a curator typed to the answers: a value for the field, or an option."""
    typed = _OPTION.fullmatch(reply)
    option = typed[1] if typed else ""
    # The value of an option may stand in quotation marks.
    value = re.sub(r"^(\w*=?)(['\"])(.*)\2$", r"\1\3", typed[2] or "") if typed else reply
    name, rest = (part.strip() for part in value.partition("=")[::2])
    more: dict[str, dict[str, Any]] = {
        "--new-author": {"new_authors": (*answers.new_authors, value)},
        "--new-institute": {"new_institutes": answers.new_institutes | {name: rest}},
        "--because": {"because": answers.because | {name: rest}},
        "--mark": {"marks": (*answers.marks, (name, rest))},
        "--anyway": {"anyway": True},
        "duplicate": {"anyway": reply.lower() in ("y", "yes")},
    }
    if told := more.get(option or question.field):
        return replace(answers, **told)
    field, value = (name, rest) if option else (question.field, value)
    if field == "institute":
        parts = [[word.strip() for word in part.partition("=")] for part in value.split(";")]
        # "ID=NAME" is a new one; in an option, "NAME=ID" is whose a printed name is.
        new = {} if option else {id: name for id, _, name in parts if name}
        ids = ("".join(part) for part in parts if part[0] not in new)
        return replace(
            answers,
            institutes=(*answers.institutes, *ids),
            new_institutes=answers.new_institutes | new,
        )
    if field != "author":
        return replace(answers, fields=answers.fields | {field: value})
    about = f"{question.about}=" if question.about else ""
    authors = [author for author in answers.authors if not about or not author.startswith(about)]
    given = [part.strip() if "=" in part else about + part.strip() for part in value.split(";")]
    # "NAME=" stands beside the answer that is asked about; anything else takes its place.
    is_more = not question.answer or all(part.endswith("=") for part in given)
    said = [] if is_more else [author.rpartition("=")[2].strip() for author in authors]
    place = said.index(question.answer) if question.answer in said else len(authors)
    return replace(answers, authors=(*authors[:place], *given, *authors[place + 1 :]))


def propose(held: Holdings, file: Path | PageAddress, data: bytes, answers: Answers) -> Proposal:
    """Read the text `data` of `file` and make its record.

    The lines that print what the curator gives are marked, and then read again.
    Raises ArchiveError when it is not a text, or an answer cannot be right.
    """
    check_answers(answers, held.library.authority.institutes)
    received = read(Source.from_bytes(data, file, answers.fields.get("encoding")))
    marks = [
        *_ranges(answers, answers.marks, "marked when the brief was added"),
        *_ranges(answers, find_known_lines(held, received, answers), "the archive knows its names"),
    ]
    proposal = _propose(Proposal(held, file, data, answers, received), marks)
    if brief := proposal.brief:
        claims = find_claims(brief.record, proposal.held.authority, brief.reading, answers.given)
        if claimed := _ranges(answers, claims, "it prints what was given"):
            return _propose(Proposal(held, file, data, answers, received), marks, claimed)
    return proposal


def _propose(proposal: Proposal, marks: list[Range], claimed: Sequence[Range] = ()) -> Proposal:
    """Find the fields of a proposal, and its brief, with lines marked in its reading."""
    ranges = [*marks, *claimed]
    marked = with_ranges(
        proposal.file, ranges, proposal.reading, date=proposal.answers.fields.get("date", "")
    )
    proposal.reading = reading = without_marked(marks, marked)
    refuse_crowded(proposal.file, reading)
    raise_first(
        proposal.file,
        (
            not any(re.search(r"[^\W_]", block.text) for block in reading.shown),
            "file",
            "there are no words in it besides its head"
            if any(block.text for block in reading.blocks)
            else "there are no words in it",
            "Save the page again, with its text.",
        ),
    )
    _compare_with_briefs(proposal)
    proposal.record = block(find_fields(proposal, ranges))
    _note_other_declarations(proposal)
    _note_implausible(proposal)
    if not proposal.questions:
        proposal.brief = _make_brief(proposal)
        _note_names_of_another_time(proposal, proposal.brief)
    return proposal


def _ranges(answers: Answers, marks: Iterable[tuple[str, str]], reason: str) -> list[Range]:
    return [Range.of_option(lines, kind, answers.today, reason) for lines, kind in marks]


def _compare_with_briefs(proposal: Proposal) -> None:
    """Ask when the text seems to be in the archive already.

    Raises ArchiveError when the same bytes are.
    """
    library, reading, anyway = proposal.held.library, proposal.reading, proposal.answers.anyway
    sha256, title = reading.source.sha256, fold(reading.title.value) if reading.title else ""
    own = {*long_paragraphs(reading)}
    for brief in library.briefs:
        raise_first(
            proposal.file,
            (
                brief.record.sha256 == sha256,
                "file",
                f"this text is in the archive already, as {brief.id}",
                "There is nothing to add.",
            ),
        )
        share = len(own.intersection(brief.summary.paragraphs)) / max(1, len(own))
        if share >= _SAME_TEXT and not anyway:
            proposal.ask("duplicate", "shared", share=f"{share:.0%}", id=brief.id)
        elif share:
            proposal.uncertain.append(
                f"like {brief.id}: {share:.0%} of its longer paragraphs stand there"
            )
        elif title and title == fold(brief.record.title):
            proposal.uncertain.append(f"like {brief.id}: that has the same title")
    for gone in library.withdrawn:
        if gone.record.sha256 == sha256 and not anyway:
            proposal.ask("duplicate", "withdrawn", id=gone.id, reason=gone.withdrawal.reason)


def _note_other_declarations(proposal: Proposal) -> None:
    """Tell the curator what the page declares that is not what the record holds."""
    values = proposal.values
    for field, held in {
        "title": values["title"],
        "authors": " ".join(author["printed"] for author in values["authors"] or ()),
        "date": values["date"],
        "number": values["number"],
    }.items():
        tags: dict[str, str] = {}
        for one in proposal.reading.source.declared:
            value = dates.parse_timestamp(one.value) or one.value if field == "date" else one.value
            own, other = {*fold(held or "").split()}, {*fold(value).split()}
            if one.field == field and not (own and (own <= other or other <= own)):
                tags.setdefault(value, one.tag)
        proposal.uncertain += [
            f"{field}: the page declares “{_shorten(value)}” ({tag})"
            for value, tag in islice(tags.items(), _MOST_DECLARED)
        ]


def _note_implausible(proposal: Proposal) -> None:
    """Tell the curator what can hardly be right in the text and the record."""
    values = proposal.values
    proposal.uncertain += [
        *find_damage(proposal.reading.source),
        *implausible_days(
            {name: values[name] for name in ("date", "saved")}, proposal.answers.today
        ),
        *(
            f"number: {brief.id} has {values['number']} of this series too"
            for brief in proposal.held.library.briefs
            if values["series"] == brief.record.series
            and values["number"] == brief.record.number
            and values["series"]
            and values["number"]
        ),
    ]


def _note_names_of_another_time(proposal: Proposal, brief: Brief) -> None:
    """Tell the curator of a printed name that a series or institute had at another time only."""
    reading, date = proposal.reading, brief.record.date
    proposal.uncertain += [
        f"“{statement.value}” (line {statement.line}) is cited as “{issuer.name_at(date)}”, its "
        "name on that date in institutes.yml; correct since or until there if that is wrong"
        for issuer, statement in (
            (brief.series, reading.series),
            *((one, reading.institute) for one in brief.institutes),
        )
        if issuer and statement
        for names in [{issuer.name, *(one.name for one in issuer.names if one.since or one.until)}]
        if fold(statement.value) in map(fold, names - {issuer.name_at(date)})
    ]


def _make_brief(proposal: Proposal) -> Brief:
    """Return the brief as the archive would have it.

    Raises ArchiveError, about the file given, when the archive would refuse it.
    """
    archive, authority = proposal.held.library.archive, proposal.held.authority
    try:
        brief = make_brief(
            parse_record(
                archive.path(f"briefs/{proposal.values['id']}.yml"), proposal.record, authority
            ),
            authority,
            archive,
            proposal.data,
        )
    except ArchiveError as error:
        raise ArchiveError(
            proposal.file, f"its record, {error.field}", error.problem, error.remedy
        ) from None
    refuse_lost_words([brief], proposal.file)
    return brief


def write(held: Holdings, outcomes: Iterable[Outcome]) -> None:
    """Write all briefs that can be added, with their authority entries, ledgers and pages.

    Either everything is written or nothing. Raises ArchiveError when a file already exists, or
    when the authority files have changed since they were read.
    """
    archive = held.library.archive
    changes = {
        f"briefs/{proposal.brief.id}{ending}": content
        for proposal in (outcome.proposal for outcome in outcomes)
        if proposal and proposal.brief
        for ending, content in (
            (proposal.reading.source.form, proposal.data),
            (".yml", proposal.record.encode()),
        )
    }
    with archive.locked():
        for name, before in (dict.fromkeys(changes) | held.start).items():
            raise_first(
                archive.path(name),
                (
                    name in changes and archive.read(name) is not None,
                    "file",
                    "it already exists",
                    "Run the command again: it proposes another id.",
                ),
                (
                    archive.read(name) != before,
                    "file",
                    "it was changed in the meantime",
                    "Run the command again, so that it reads the new entries.",
                ),
            )
        commit(held.archive.stage(changes))


# -- as text ---------------------------------------------------------------------------------------


def format_proposal(proposal: Proposal, themes: Iterable[Theme], url: str) -> str:
    """Return what a curator reads before the brief is written; `url` is the site's address."""
    reading, questions = proposal.reading, proposal.questions
    width = max(9, *(len(field) for field, _, _ in proposal.rows))
    lines = [
        f"{proposal.file}: {len(proposal.data):,} bytes, {len(reading.source)} lines, "
        f"read as {reading.reader}",
        "",
        *(
            f"  {field:{width}}  {_shorten(value)}  ({where})"
            for field, value, where in sorted(proposal.rows, key=lambda row: row[0] != "id")
        ),
        *(f"  {question.field:{width}}  MISSING: {question.problem}" for question in questions),
    ]
    furniture = [
        f"line {block.lines[0]}: {_shorten(block.text)}  ({block.rule})"
        for block in reading.blocks
        if block.kind is Kind.FURNITURE
    ]
    # Not the author's words are also lines that no field of the record holds.
    other_voices = [
        f"lines {block.lines[0]}-{block.lines[1]}: {block.kind.value} by the "
        f"{block.voice.value}: {_shorten(block.text)}"
        for block in (proposal.brief.reading if proposal.brief else reading).shown
        if block.voice is not Voice.AUTHOR
    ]
    for title, entries, without in (
        ("Themes", list(_theme_lines(reading, themes)), "Themes: no passage shows one."),
        ("Left out as furniture", furniture, "Nothing is left out as furniture."),
        ("Not the author's words", other_voices, ""),
        ("New in the authority files", proposal.new, ""),
        ("Uncertain", proposal.uncertain, ""),
        ("Still needed", [f"{asked.field}: {asked.option}" for asked in questions], ""),
    ):
        heading = f"{title}:" if entries else without
        lines += ["", heading, *(f"  {entry}" for entry in entries)] if heading else []
    if proposal.brief:
        lines += ["", f"It will be {proposal.brief.address.url(url)}"]
    return "\n".join(lines)


def _theme_lines(reading: Reading, themes: Iterable[Theme]) -> Iterator[str]:
    for theme in themes:
        found = [f"  p{one.number}  {_shorten(one.text)}" for one in passages(reading.shown, theme)]
        more = len(found) - _MAX_PASSAGES_SHOWN
        yield from [theme.id, *found[:_MAX_PASSAGES_SHOWN]] if found else ()
        yield from [f"  and {more} more"] if more > 0 else ()


def _shorten(text: str) -> str:
    """Return the beginning of a text on one line, without control characters."""
    line = "".join(char if char.isprintable() else "\ufffd" for char in " ".join(text.split()))
    is_short = len(line) <= _MAX_CHARACTERS_SHOWN
    return line if is_short else f"{line[: _MAX_CHARACTERS_SHOWN - 2]} …"


def format_end(outcomes: Sequence[Outcome], url: str, *, written: bool) -> str:
    """Return the last words of the command; of several files, a table with the result of each.

    Below it is what is new or uncertain. `written` says whether briefs were added.
    """
    if len(outcomes) == 1:
        brief = outcomes[0].brief
        return f"Added: {brief.address.url(url)}" if written and brief else ""
    rows = [
        (one.name, one.result(written=written), one.brief.address if one.brief else one.fault)
        for one in outcomes
    ]
    remarks = [
        f"{one.name}: {what}: {entry}"
        for one in outcomes
        if one.proposal and one.brief
        for what, entries in (("new", one.proposal.new), ("uncertain", one.proposal.uncertain))
        for entry in entries
    ]
    return "\n".join(["", *format_rows([("file", "result", ""), *rows]), *remarks])


def as_json(outcome: Outcome, url: str, *, written: bool) -> dict[str, Any]:
    """Return the result for one file as --json prints it; `url` is the site's address."""
    proposal, brief = outcome.proposal, outcome.brief
    return {
        "file": str(outcome.file),
        "result": outcome.result(written=written),
        "id": brief.id if brief else None,
        "address": brief.address.url(url) if brief else None,
        "fields": [
            {"field": field, "value": value, "where": where}
            for field, value, where in (proposal.rows if proposal else ())
        ],
        "questions": [
            {"field": asked.field, "problem": asked.problem, "option": asked.option}
            for asked in (proposal.questions if proposal else ())
        ],
        "uncertain": proposal.uncertain if proposal else [],
        "new": proposal.new if proposal else [],
        "error": vars(outcome.error) if outcome.error else None,
    }
