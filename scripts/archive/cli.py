"""The command `briefs`.

Exit codes: 0 fine; 1 a check found something; 2 the command could not do its work.
"""

import gc
import json
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from archive import convert
from archive.commands import (
    add,
    check,
    fields,
    inspect,
    proposal,
    remove,
    replace,
    since,
    withdraw,
)
from archive.errors import ArchiveError, raise_first
from archive.pages.links import count
from archive.readers import read
from archive.reading.marks import MARKS
from archive.records.authority import load_authority
from archive.records.library import load_library
from archive.records.public import today
from archive.records.themes import Theme
from archive.sources.source import Source
from archive.store import Archive

ROOT = Path(__file__).resolve().parents[2]


class _Pair(click.ParamType[tuple[str, str]]):
    """NAME=VALUE as a tuple; NAME is one of those `known`, if any are given."""

    name = "pair"

    def __init__(self, *known: str) -> None:
        self.known = known

    def convert(
        self, value: str, param: click.Parameter | None, _ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split the value of an option. Raises ArchiveError when it is no such pair."""
        name, sign, rest = (part.strip() for part in value.partition("="))
        option = param.opts[0] if param else ""
        remedy = (
            f"Write one of these before the equals sign: {', '.join(self.known)}."
            if self.known
            else "Write it as NAME=VALUE."
        )
        raise_first(
            option,
            (not (sign and name), value, "this is not NAME=VALUE", remedy),
            (self.known and name not in self.known, value, f"{name!r} is not known", remedy),
        )
        return name, rest


class _ErrorReportingGroup(click.Group):
    """A group that turns an error of a command into one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            message = f"briefs: {error}"
        except OSError as error:
            place, problem = error.filename or "the disk", error.strerror or error
            message = f"briefs: {place}: {problem}. Fix that, and run the command again."
        except click.Abort:  # at a question, before anything is written
            message = "\nbriefs: cancelled; nothing was written"
        click.echo(message, err=True)
        raise SystemExit(2)


@click.group(cls=_ErrorReportingGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    default=ROOT,
    help="The archive's folder.",
    show_default=False,
)
@click.pass_context
def main(ctx: click.Context, root: Path) -> None:
    """The archive of policy briefs on Korea–Japan relations."""
    # A library stays in memory to the end, so garbage collection finds nothing to free in it.
    # With the default thresholds it took a fifth of the time of reading 10,000 briefs.
    gc.set_threshold(50_000, 20, 100)
    ctx.obj = Archive(root)


@main.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "json_wanted", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def inspect_command(archive: Archive, file: Path, json_wanted: bool) -> None:
    """Show what the reader makes of a text FILE; write nothing."""
    reading = read(Source.load(file))
    themes = load_authority(archive).themes.values()
    click.echo(
        json.dumps(inspect.as_json(reading, themes), ensure_ascii=False, indent=1)
        if json_wanted
        else inspect.as_text(reading, themes)
    )


@main.command("convert")
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Write nothing; exit 1 with the list of stale, missing or left-over files.",
)
@click.pass_obj
def convert_command(archive: Archive, *, only_check: bool) -> None:
    """Turn briefs/ into the Markdown pages of docs/; write only what changed."""
    if only_check:
        with archive.locked():
            differences = convert.compare(archive)
        for line in differences:
            click.echo(line)
        raise SystemExit(1 if differences else 0)
    done = convert.convert_if_changed(archive)
    click.echo(f"{len(done.written)} written, {len(done.removed)} removed")


@main.command("check")
@click.option(
    "--since",
    "ref",
    metavar="REF",
    help="Also fail when a ledger line or a series of that commit is gone or changed.",
)
@click.option(
    "--may-be-public", is_flag=True, help="Also fail when not everyone may read every text today."
)
@click.pass_obj
def check_command(archive: Archive, ref: str | None, may_be_public: bool) -> None:
    """Check records, authority files, ledger and fidelity.

    The exit code is 1 when a character of a text is unaccounted for.
    """
    with archive.locked():
        library = load_library(archive)
        report = check.check(library)
        lost = [] if ref is None else since.lost_since(archive, ref)
    warning = check.privacy_warning(library, today()) if may_be_public else None
    faults = [*report.faults, *lost, *([warning] if warning else [])]
    click.echo(report.table)
    for fault in faults:
        click.echo(fault, err=True)
    if ref is not None and not lost:
        click.echo(f"every line of the ledger at {ref} is still there")
    raise SystemExit(1 if faults else 0)


@main.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--set",
    "given",
    multiple=True,
    type=_Pair("author", *fields.SETTABLE),
    metavar="FIELD=VALUE",
    help=f"A field that the text does not say: author, {', '.join(fields.SETTABLE)}.",
)
@click.option(
    "--because",
    multiple=True,
    type=_Pair(),
    metavar="FIELD=WORDS",
    help="How you know the value of a field that the text does not say.",
)
@click.option(
    "--new-author",
    "new_authors",
    multiple=True,
    metavar="ID",
    help="The id of a new author, <family>-<given>.",
)
@click.option(
    "--new-institute",
    "new_institutes",
    multiple=True,
    type=_Pair(),
    metavar="ID=NAME",
    help="The id and name of a new institute.",
)
@click.option(
    "--mark",
    "marks",
    multiple=True,
    type=_Pair(),
    metavar="LINES=KIND",
    help=f"The kind of some lines of the text: {', '.join(MARKS)}. A level or a voice may follow: "
    "heading:2, note:translator.",
)
@click.option("--anyway", is_flag=True, help="Add a text even if a similar one is in the archive.")
@click.option("--dry-run", is_flag=True, help="Show what would be added; write nothing.")
@click.pass_obj
def add_command(
    archive: Archive,
    *,
    files: tuple[Path, ...],
    given: tuple[tuple[str, str], ...],
    because: tuple[tuple[str, str], ...],
    new_authors: tuple[str, ...],
    new_institutes: tuple[tuple[str, str], ...],
    marks: tuple[tuple[str, str], ...],
    anyway: bool,
    dry_run: bool,
) -> None:
    """Add the texts FILES (or all *.txt of a folder) as new briefs.

    Shows what each text says and asks for what it does not; then writes everything or nothing.
    """
    answers = proposal.Answers(
        today(),
        fields={field: value for field, value in given if field != "author"},
        authors=tuple(value for field, value in given if field == "author"),
        new_authors=new_authors,
        new_institutes=dict(new_institutes),
        because=dict(because),
        marks=marks,
        anyway=anyway,
    )
    paths = add.expand_folders(files)
    _refuse_for_several_texts(answers, paths)
    # Importing MkDocs takes 0.5 s.
    from archive.build import load_settings  # noqa: PLC0415

    with archive.locked():
        held, url = proposal.Holdings.of(load_library(archive)), load_settings(archive.root).url
    themes = held.authority.themes.values()
    ask = _terminal_prompt(themes, url) if _is_at_terminal() else None
    outcomes = []
    for outcome in add.propose_all(held, paths, answers, ask):
        outcomes.append(outcome)
        in_short = len(paths) > 1 and not (dry_run and outcome.proposal)
        _echo_outcome(outcome, themes, url, in_short=in_short)
    ready = [outcome.brief for outcome in outcomes if outcome.brief]
    is_confirmed = bool(ready) and not dry_run and _confirm(f"Add {count(len(ready), 'brief')}?")
    if is_confirmed:
        add.write(held, outcomes)
    if len(paths) > 1:
        click.echo(f"\n{add.format_table(outcomes, written=is_confirmed)}")
    elif is_confirmed:
        click.echo(f"Added: {url}briefs/{ready[0].id}/")
    if len(ready) < len(paths):
        raise SystemExit(2)


@main.command("replace")
@click.argument("id")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--reason",
    default="a new copy of the text",
    show_default=True,
    help="Why the text is replaced, for readers of the page.",
)
@click.option("--date", "day", help="The day of the replacement (default: today).")
@click.option(
    "--set",
    "given",
    multiple=True,
    type=_Pair(*replace.FIELDS),
    metavar="FIELD=VALUE",
    help=f"A field that the new copy prints differently: {', '.join(replace.FIELDS)}.",
)
@click.option("--encoding", help="The encoding of the new copy, if it is not detected.")
@click.option("--dry-run", is_flag=True, help="Show the differences; write nothing.")
@click.pass_obj
def replace_command(
    archive: Archive,
    *,
    id: str,
    file: Path,
    reason: str,
    day: str | None,
    given: tuple[tuple[str, str], ...],
    encoding: str | None,
    dry_run: bool,
) -> None:
    """Replace the text of the brief ID by the new copy FILE.

    Shows the differences, and keeps every anchor.
    """
    with archive.locked():
        library = load_library(archive)
    replacement = replace.compare(library, id, file, encoding)
    for difference in replacement.differences or ["The words of the text are the same."]:
        click.echo(str(difference))
    if dry_run or not _confirm(f"Replace the text of {id}?"):
        return
    replace.replace_text(library, replacement, day or today(), reason, dict(given))
    click.echo(f"{id} has the new text; its anchors have not changed.")


@main.command("remove")
@click.argument("id")
@click.pass_obj
def remove_command(archive: Archive, id: str) -> None:
    """Undo `briefs add` of the brief ID, until it is published.

    A published brief can only be withdrawn.
    """
    for line in remove.remove_brief(archive, id):
        click.echo(f"removed: {line}")


def _is_at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _confirm(question: str) -> bool:
    """Ask a curator at the terminal. Nobody is asked elsewhere, and the answer is yes."""
    return not _is_at_terminal() or click.confirm(question)


def _echo_outcome(
    outcome: add.Outcome, themes: Iterable[Theme], url: str, *, in_short: bool
) -> None:
    if in_short:
        click.echo(f"{outcome.name}: {outcome.brief.id if outcome.brief else outcome.fault}")
    elif outcome.proposal:
        click.echo(add.format_proposal(outcome.proposal, themes, url))
    else:
        click.echo(f"briefs: {outcome.error}", err=True)


def _refuse_for_several_texts(answers: proposal.Answers, paths: list[Path]) -> None:
    """Raise ArchiveError when an answer that can be true of one text only is given for several."""
    options = [
        *(["--mark"] if answers.marks else []),
        *(["--set author"] if answers.authors else []),
        *(
            f"--set {field.name}"
            for field in fields.FIELDS
            if field.is_of_one_text and field.name in answers.fields
        ),
    ]
    if len(paths) > 1 and options:
        raise ArchiveError(
            "briefs add",
            options[0],
            f"it would apply to {len(paths)} texts, and can be true of one only",
            "Add that text by itself.",
        )


def _terminal_prompt(themes: Iterable[Theme], url: str) -> add.Ask:
    """Return a function that asks at the terminal, and shows a proposal before it asks first."""
    shown: set[Path] = set()

    def ask(proposed: proposal.Proposal) -> str | None:
        question = proposed.questions[0]
        if proposed.file not in shown:
            shown.add(proposed.file)
            click.echo(add.format_proposal(proposed, themes, url))
        stop = "" if question.problem.endswith("?") else "."
        empty = "if it has none" if question.is_optional else "to skip this text"
        click.echo(f"\n{question.problem}{stop} {question.option}")
        click.echo(f"Type {proposal.TYPED.get(question.field, 'a value')}. Leave it empty {empty}.")
        reply = str(click.prompt(question.field, default="", show_default=False)).strip()
        return reply if reply or question.is_optional else None

    return ask


@main.command("withdraw")
@click.argument("id")
@click.option("--reason", required=True, help="Why it is withdrawn, in a sentence for readers.")
@click.option("--date", "day", help="The day of the withdrawal (default: today).")
@click.option("--instead", metavar="ID", help="The brief that takes its place.")
@click.pass_obj
def withdraw_command(
    archive: Archive, id: str, reason: str, day: str | None, instead: str | None
) -> None:
    """Remove the text of the brief ID for good.

    Its page stays and says when and why; all of its anchors stay too.
    """
    withdraw.withdraw(archive, id, day or today(), reason, instead)
    click.echo(
        f"{id} is withdrawn: its record, page and anchors stay, its text is removed. "
        "Commit this to publish it."
    )


@main.command()
@click.option(
    "--site-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the site (default: site/).",
)
@click.option("--site-url", help="The address of the site (default: site_url of mkdocs.yml).")
@click.option(
    "--public",
    "for_public",
    is_flag=True,
    help="Withhold the words of briefs that are restricted or still embargoed.",
)
@click.option(
    "--engine",
    type=click.Choice(["mkdocs", "zensical"]),
    default="mkdocs",
    show_default=True,
    help="The program that makes the HTML.",
)
@click.option(
    "--clean",
    is_flag=True,
    help="Redo everything, not only what changed since the last build.",
)
@click.pass_obj
def build(
    archive: Archive,
    *,
    site_dir: Path | None,
    site_url: str | None,
    for_public: bool,
    engine: str,
    clean: bool,
) -> None:
    """Convert, then build the whole site."""
    # Importing MkDocs takes 0.5 s.
    from archive.build import build as build_site  # noqa: PLC0415
    from archive.site.settings import NO_CONTACT  # noqa: PLC0415

    result = build_site(
        archive.root,
        today(),
        site_dir,
        site_url,
        for_public=for_public,
        engine=engine,
        clean=clean,
    )
    if not result.site.contact:
        click.echo(NO_CONTACT, err=True)
    if result.notice:
        click.echo(result.notice)
    click.echo(f"The site is in {result.site.folder}")
