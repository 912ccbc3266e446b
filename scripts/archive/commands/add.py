"""`briefs add`: shows new briefs, then writes them whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from archive.commands.draft import Answers, Holdings, Missing
from archive.commands.proposal import Proposal, propose
from archive.convert import commit
from archive.errors import ArchiveError
from archive.reading.model import Kind, Reading, Voice
from archive.records.authority import FOLDER
from archive.records.library import Brief
from archive.records.themes import Theme, passages
from archive.sources.source import read_bytes

_MAX_CHARACTERS_SHOWN = 88
_MAX_PASSAGES_SHOWN = 12

# Asks a curator for the first thing that is missing; returns the reply, None to skip the text.
Ask = Callable[[Proposal], str | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one file: a proposal, or the error that prevented one."""

    file: Path
    proposal: Proposal | None
    error: ArchiveError | None = None

    @property
    def name(self) -> str:
        """The file's name in printable characters."""
        return "".join(char if char.isprintable() else "?" for char in self.file.name)

    @property
    def brief(self) -> Brief | None:
        """The brief, unless something is missing or wrong."""
        return self.proposal.brief if self.proposal else None

    @property
    def fault(self) -> str:
        """What is missing or wrong, in a few words; "" when nothing is."""
        if self.error:
            return self.error.problem if self.error.file == str(self.file) else str(self.error)
        return (
            "; ".join(f"{missing.field}: {missing.problem}" for missing in self.proposal.missing)
            if self.proposal
            else ""
        )


def expand_folders(paths: Iterable[Path]) -> list[Path]:
    """Replace each folder by its *.txt files. Raises ArchiveError when a folder has none."""
    expanded: list[Path] = []
    for path in paths:
        files = (
            sorted(
                file
                for file in path.iterdir()
                if file.suffix.lower() == ".txt" and not file.is_fifo()
            )
            if path.is_dir()
            else [path]
        )
        if not files:
            raise ArchiveError(
                path,
                "folder",
                "there is no text file in it",
                "Give the folder of *.txt files, or one of them.",
            )
        expanded += files
    return list(dict.fromkeys(expanded))


def propose_all(
    held: Holdings,
    paths: Iterable[Path],
    answers: Answers,
    ask: Ask | None,
    report: Callable[[Outcome], None],
) -> list[Outcome]:
    """Propose a brief for each file, and `ask` for what is missing, if a curator is there.

    `report` is called with each outcome at once. Briefs that can be added are added to `held`, so
    that the files after them are compared with them.
    """
    outcomes = []
    for path in paths:
        try:
            proposal = _propose_and_ask(held, path, answers, ask)
        except ArchiveError as error:
            outcomes.append(Outcome(path, None, error))
        else:
            outcomes.append(Outcome(path, proposal))
            if proposal.brief:
                held.take(proposal.brief, proposal.authority)
        report(outcomes[-1])
    return outcomes


def _propose_and_ask(held: Holdings, path: Path, answers: Answers, ask: Ask | None) -> Proposal:
    data = read_bytes(path)
    proposal = propose(held, path, data, answers)
    while ask and proposal.missing and (reply := ask(proposal)):
        new_answers = _with_reply(answers, proposal.missing[0], reply)
        try:
            proposal = propose(held, path, data, new_answers)
        except ArchiveError as error:  # drop the reply, and ask again
            question = replace(proposal.missing[0], problem=f"{error.problem}. {error.remedy}")
            proposal = replace(proposal, missing=(question, *proposal.missing[1:]))
        else:
            answers = new_answers
    return proposal


def _with_reply(answers: Answers, missing: Missing, reply: str) -> Answers:
    """Add what a curator typed to the answers: a value for the field, or an option."""
    option, value = _parse_option(reply) or ("", reply)
    name, _, rest = value.partition("=")
    if option == "--new-author":
        return replace(answers, new_authors=(*answers.new_authors, value))
    if option == "--new-institute" or (
        missing.field == "institute" and "=" in value and option != "--set"
    ):
        return replace(
            answers, new_institutes=answers.new_institutes | {name.strip(): rest.strip()}
        )
    if option == "--anyway" or missing.field == "duplicate":
        return replace(answers, anyway=option == "--anyway" or reply.lower() in ("y", "yes"))
    if option == "--because":
        return replace(answers, because=answers.because | {name.strip(): rest.strip()})
    field, value = (name, rest) if option == "--set" else (missing.field, value)
    if field != "author":
        return replace(answers, fields=answers.fields | {field: value})
    if missing.about:
        others = tuple(
            author for author in answers.authors if not author.startswith(f"{missing.about}=")
        )
        return replace(answers, authors=(*others, f"{missing.about}={value}"))
    if missing.answer in answers.authors:  # replace the answer that could not be used
        return replace(
            answers,
            authors=tuple(
                value if author == missing.answer else author for author in answers.authors
            ),
        )
    return replace(answers, authors=(*answers.authors, value))


def _parse_option(reply: str) -> tuple[str, str] | None:
    """Return an option and its value without quotes; None when the reply is not an option."""
    match = re.fullmatch(
        r"(--set|--because|--new-author|--new-institute|--anyway)(?:[ =]\s*(.+))?", reply
    )
    return (match[1], re.sub(r"^(\w*=?)(['\"])(.*)\2$", r"\1\3", match[2] or "")) if match else None


def write(held: Holdings, outcomes: Iterable[Outcome]) -> None:
    """Write all briefs that can be added, with their authority entries, ledgers and pages.

    Either everything is written or nothing. Raises ArchiveError when a file already exists, or
    when the authority files have changed since they were read.
    """
    archive = held.library.archive
    changes: dict[str, bytes | None] = {}
    for proposal, brief in ((outcome.proposal, outcome.brief) for outcome in outcomes):
        if proposal and brief:
            changes[f"briefs/{brief.id}.txt"] = proposal.data
            changes[f"briefs/{brief.id}.yml"] = proposal.record.encode()
    with archive.locked():
        if existing := next((name for name in changes if archive.read(name) is not None), None):
            remedy = "Run the command again: it proposes another id."
            raise ArchiveError(archive.path(existing), "file", "it already exists", remedy)
        for file, text in held.files.items():
            name = f"{FOLDER}/{file}"
            if archive.text(name) != held.start[file]:
                problem = "it was changed in the meantime"
                remedy = "Run the command again, so that it reads the new entries."
                raise ArchiveError(archive.path(name), "file", problem, remedy)
            if text != held.start[file]:
                changes[name] = text.encode()
        commit(archive.stage(changes))


# -- as text ---------------------------------------------------------------------------------------


def format_proposal(proposal: Proposal, themes: Iterable[Theme], url: str) -> str:
    """Return what a curator reads before the brief is written; `url` is the site's address."""
    reading = proposal.reading
    lines = [
        f"{proposal.file}: {len(proposal.data):,} bytes, {len(reading.source)} lines, "
        f"read as {reading.reader}",
        "",
    ]
    width = max([len(row.field) for row in proposal.said] + [9])
    values = sorted(proposal.said, key=lambda row: row.field != "id")
    lines += [f"  {row.field:{width}}  {_shorten(row.value)}  ({row.where})" for row in values]
    lines += [f"  {row.field:{width}}  MISSING: {row.problem}" for row in proposal.missing]
    lines += _theme_lines(proposal.reading, themes)
    lines += _furniture_lines(proposal) + _voice_lines(proposal)
    for title, entries in (
        ("New in the authority files", proposal.new),
        ("Uncertain", proposal.uncertain),
    ):
        lines += ["", f"{title}:", *(f"  {entry}" for entry in entries)] if entries else []
    if proposal.missing:
        lines += ["", "Still needed:"]
        lines += [f"  {row.field}: {row.option}" for row in proposal.missing]
    elif proposal.brief:
        lines += ["", f"It will be {proposal.brief.address.url(url)}"]
    return "\n".join(lines)


def _theme_lines(reading: Reading, themes: Iterable[Theme]) -> list[str]:
    lines = []
    for theme in themes:
        shown = passages(reading.shown, theme)
        more = len(shown) - _MAX_PASSAGES_SHOWN
        lines += [f"  {theme.id}"] if shown else []
        lines += [
            f"    p{passage.number}  {_shorten(passage.text)}"
            for passage in shown[:_MAX_PASSAGES_SHOWN]
        ]
        lines += [f"    and {more} more"] if more > 0 else []
    return ["", "Themes:", *lines] if lines else ["", "Themes: no passage shows one."]


def _furniture_lines(proposal: Proposal) -> list[str]:
    lines = [
        f"  line {block.lines[0]}: {_shorten(block.text)}  ({block.rule})"
        for block in proposal.reading.blocks
        if block.kind is Kind.FURNITURE
    ]
    if not lines:
        return ["", "Nothing is left out as furniture."]
    return ["", "Left out as furniture:", *lines]


def _voice_lines(proposal: Proposal) -> list[str]:
    """Return the lines that are not the author's words, or that no field of the record holds."""
    blocks = proposal.brief.reading.shown if proposal.brief else proposal.reading.shown
    lines = [
        f"  lines {block.lines[0]}-{block.lines[1]}: {block.kind.value} by the "
        f"{block.voice.value}: {_shorten(block.text)}"
        for block in blocks
        if block.voice is not Voice.AUTHOR
    ]
    return ["", "Not the author's words:", *lines] if lines else []


def _shorten(text: str) -> str:
    """Return the beginning of a text on one line, without control characters."""
    line = "".join(char if char.isprintable() else "\ufffd" for char in " ".join(text.split()))
    if len(line) <= _MAX_CHARACTERS_SHOWN:
        return line
    return f"{line[: _MAX_CHARACTERS_SHOWN - 2]} …"


def format_table(outcomes: Sequence[Outcome], *, written: bool) -> str:
    """Return a table with the result of each file; `written` says whether briefs were added."""
    rows = [("file", "result", "")]
    for outcome in outcomes:
        if outcome.brief:
            result = "added" if written else "would be added"
            rows.append((outcome.name, result, outcome.brief.address))
        else:
            rows.append((outcome.name, "not added", outcome.fault))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return "\n".join(
        f"{name:{widths[0]}}  {result:{widths[1]}}  {detail}".rstrip()
        for name, result, detail in rows
    )
