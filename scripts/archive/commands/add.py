"""`briefs add`: new briefs, shown before they are written, and written whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from archive.commands.draft import Answers, Holdings, Missing
from archive.commands.proposal import Proposal, propose
from archive.commands.together import change
from archive.errors import ArchiveError
from archive.journal import alone
from archive.reading.model import Kind, Reading, Voice
from archive.records.library import Brief
from archive.records.themes import Theme, passages
from archive.records.yamledit import text_of
from archive.sources.source import read_bytes

# How much of a line of the text is shown.
_WIDTH = 88
_MOST_LINES = 12

# What a curator answers to the first thing that is missing.
Ask = Callable[[Proposal], str | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: the brief that it is to be, or what was in the way."""

    file: Path
    proposal: Proposal | None
    error: ArchiveError | None = None

    @property
    def name(self) -> str:
        """The file's name, on one line of signs that can be shown."""
        return "".join(sign if sign.isprintable() else "?" for sign in self.file.name)

    @property
    def brief(self) -> Brief | None:
        """The brief, when nothing was in the way."""
        return self.proposal.brief if self.proposal else None

    @property
    def fault(self) -> str:
        """What was in the way, in a few words; "" when nothing was."""
        if self.error:
            return self.error.problem if self.error.file == str(self.file) else str(self.error)
        return (
            "; ".join(f"{one.field}: {one.problem}" for one in self.proposal.missing)
            if self.proposal
            else ""
        )


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files that are meant: of a folder, its *.txt. Raises ArchiveError when a folder has none."""
    found: list[Path] = []
    for path in paths:
        inside = (
            sorted(
                one for one in path.iterdir() if one.suffix.lower() == ".txt" and not one.is_fifo()
            )
            if path.is_dir()
            else [path]
        )
        if not inside:
            raise ArchiveError(
                path,
                "folder",
                "it holds no text file",
                "Give the folder of *.txt files, or one of them.",
            )
        found += inside
    return list(dict.fromkeys(found))


def proposals(
    held: Holdings,
    paths: Iterable[Path],
    answers: Answers,
    ask: Ask | None,
    seen: Callable[[Outcome], None],
) -> list[Outcome]:
    """Read each file in the light of what is held and of the files before it; what one lacks is asked for, if there is `ask`.

    `seen` is told of each outcome as soon as it is there. What can be added is counted as held.
    """
    outcomes = []
    for path in paths:
        try:
            proposal = _answered(held, path, answers, ask)
        except ArchiveError as error:
            outcomes.append(Outcome(path, None, error))
        else:
            outcomes.append(Outcome(path, proposal))
            if proposal.brief:
                held.take(proposal.brief, proposal.authority)
        seen(outcomes[-1])
    return outcomes


def _answered(held: Holdings, path: Path, answers: Answers, ask: Ask | None) -> Proposal:
    """The proposal for a file, once all that can be asked is answered."""
    data = read_bytes(path)
    proposal = propose(held, path, data, answers)
    while ask and proposal.missing and (said := ask(proposal)):
        more = with_answer(answers, proposal.missing[0], said)
        try:
            proposal = propose(held, path, data, more)
        except ArchiveError as error:  # the answer is forgotten, and asked for again
            again = replace(proposal.missing[0], problem=f"{error.problem}. {error.remedy}")
            proposal = replace(proposal, missing=(again, *proposal.missing[1:]))
        else:
            answers = more
    return proposal


def with_answer(answers: Answers, missing: Missing, said: str) -> Answers:
    """The answers with one more, as a curator types it when asked for a field: a value, or the option that was named."""
    option, value = _as_option(said) or ("", said)
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
        return replace(answers, anyway=option == "--anyway" or said.lower() in ("y", "yes"))
    if option == "--because":
        return replace(answers, because=answers.because | {name.strip(): rest.strip()})
    field, value = (name, rest) if option == "--set" else (missing.field, value)
    if field != "author":
        return replace(answers, fields=answers.fields | {field: value})
    if missing.about:
        others = tuple(one for one in answers.authors if not one.startswith(f"{missing.about}="))
        return replace(answers, authors=(*others, f"{missing.about}={value}"))
    if missing.answer in answers.authors:  # it takes the place of the one that was of no use
        return replace(
            answers,
            authors=tuple(value if one == missing.answer else one for one in answers.authors),
        )
    return replace(answers, authors=(*answers.authors, value))


def _as_option(said: str) -> tuple[str, str] | None:
    """An option and its value, when that is what is said."""
    found = re.fullmatch(
        r"(--set|--because|--new-author|--new-institute|--anyway)(?:[ =]\s*(.+))?", said
    )
    return (found[1], re.sub(r"^(\w*=?)(['\"])(.*)\2$", r"\1\3", found[2] or "")) if found else None


def write(held: Holdings, outcomes: Iterable[Outcome]) -> None:
    """Put what can be added into the archive: texts, records, authority files, ledger and pages, all of it or nothing.

    Raises ArchiveError when a file is there already, or the authority files have changed since they were read.
    """
    root = held.library.root
    folder = root / "briefs"
    files: dict[Path, bytes | None] = {}
    for proposal, brief in ((one.proposal, one.brief) for one in outcomes):
        if proposal and brief:
            files[folder / f"{brief.id}.txt"] = proposal.data
            files[folder / f"{brief.id}.yml"] = proposal.record.encode()
    with alone(root):
        if there := next((path for path in files if path.exists()), None):
            raise ArchiveError(
                there,
                "file",
                "it is there already",
                "Run the command again: it proposes another id.",
            )
        for name, text in held.files.items():
            if text_of(folder / "authority" / name) != held.start[name]:
                remedy = "Run the command again, so that it sees what is new there."
                raise ArchiveError(
                    folder / "authority" / name, "file", "it was changed in the meantime", remedy
                )
            if text != held.start[name]:
                files[folder / "authority" / name] = text.encode()
        change(root, files)


# -- in words ---------------------------------------------------------------------------------------------------------------


def shown(proposal: Proposal, themes: Iterable[Theme], url: str) -> str:
    """What the text says, for a curator to read before it is written to the site at `url`."""
    reading = proposal.reading
    lines = [
        f"{proposal.file}: {len(proposal.data):,} bytes, {len(reading.source)} lines, read as {reading.reader}",
        "",
    ]
    width = max([len(one.field) for one in proposal.said] + [9])
    said = sorted(proposal.said, key=lambda one: one.field != "id")
    lines += [f"  {one.field:{width}}  {_cut(one.value)}  ({one.where})" for one in said]
    lines += [f"  {one.field:{width}}  MISSING: {one.problem}" for one in proposal.missing]
    lines += _themes(proposal.reading, themes) + _left_out(proposal) + _voices(proposal)
    for head, found in (
        ("New in the authority files", proposal.new),
        ("Uncertain", proposal.uncertain),
    ):
        lines += ["", f"{head}:", *(f"  {one}" for one in found)] if found else []
    if proposal.missing:
        lines += ["", "To be said:", *(f"  {one.field}: {one.option}" for one in proposal.missing)]
    elif proposal.brief:
        lines += ["", f"It will be {url}briefs/{proposal.brief.id}/"]
    return "\n".join(lines)


def _themes(reading: Reading, themes: Iterable[Theme]) -> list[str]:
    lines = []
    for theme in themes:
        found = passages(reading.shown, theme)
        lines += [f"  {theme.id}"] if found else []
        lines += [f"    p{one.number}  {_cut(one.text)}" for one in found[:_MOST_LINES]]
        lines += [f"    and {len(found) - _MOST_LINES} more"] if len(found) > _MOST_LINES else []
    return ["", "Themes:", *lines] if lines else ["", "Themes: no passage shows one."]


def _left_out(proposal: Proposal) -> list[str]:
    taken = [one for one in proposal.reading.blocks if one.kind is Kind.FURNITURE]
    rows = [f"  line {one.lines[0]}: {_cut(one.text)}  ({one.rule})" for one in taken]
    return (
        ["", "Left out as furniture:", *rows] if rows else ["", "Nothing is left out as furniture."]
    )


def _voices(proposal: Proposal) -> list[str]:
    """Lines that are not the author's words, or that are shown because no field holds them."""
    blocks = proposal.brief.reading.shown if proposal.brief else proposal.reading.shown
    rows = [
        f"  lines {one.lines[0]}-{one.lines[1]}: {one.kind.value} by the {one.voice.value}: {_cut(one.text)}"
        for one in blocks
        if one.voice is not Voice.AUTHOR
    ]
    return ["", "Not the author's words:", *rows] if rows else []


def _cut(text: str) -> str:
    """The beginning of a text on one line, without signs that a terminal would obey."""
    words = "".join(sign if sign.isprintable() else "\ufffd" for sign in " ".join(text.split()))
    return words if len(words) <= _WIDTH else f"{words[: _WIDTH - 2]} …"


def as_table(outcomes: Sequence[Outcome], *, written: bool) -> str:
    """One row a file: what became of it."""
    rows = [("file", "result", "")]
    for one in outcomes:
        word = "not added" if not one.brief else "added" if written else "would be added"
        rows.append((one.name, word, f"/briefs/{one.brief.id}/" if one.brief else one.fault))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return "\n".join(
        f"{name:{widths[0]}}  {word:{widths[1]}}  {more}".rstrip() for name, word, more in rows
    )
