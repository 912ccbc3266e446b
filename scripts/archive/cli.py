"""The command `briefs`. Exit codes: 0 fine; 1 a check found something; 2 the command could not do its work."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from archive.commands.add import Ask, Outcome, as_table, files_in, proposals, shown, write
from archive.commands.check import check as make_report
from archive.commands.check import why_private
from archive.commands.draft import Answers, Holdings
from archive.commands.inspect import as_json, as_text
from archive.commands.proposal import FIELDS, Proposal
from archive.commands.remove import remove_brief
from archive.commands.replace import FIELDS as REPLACED_FIELDS
from archive.commands.replace import compare, replace_text
from archive.commands.since import lost_since
from archive.commands.withdraw import withdraw as take_out
from archive.convert import bring_up_to_date
from archive.convert import plan as make_plan
from archive.errors import ArchiveError
from archive.journal import refuse_unfinished, settle
from archive.pages.links import count
from archive.readers import read
from archive.records.authority import load_authority
from archive.records.library import load_library
from archive.records.public import today
from archive.records.record import RANGE_KINDS
from archive.records.themes import Theme
from archive.site.settings import NO_CONTACT
from archive.sources.source import Source

ROOT = Path(__file__).resolve().parents[2]


class _Named(click.Group):
    """A group whose commands end a named error with one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            click.echo(f"briefs: {error}", err=True)
            ctx.exit(2)
        except OSError as error:
            click.echo(
                f"briefs: {error.filename or 'the disk'}: {error.strerror or error}. Mend that, and run it again.",
                err=True,
            )
            ctx.exit(2)
        except click.Abort:  # at a question, before anything is written
            click.echo("\nbriefs: broken off; nothing was written", err=True)
            ctx.exit(2)


@click.group(cls=_Named, context_settings={"help_option_names": ["-h", "--help"]})
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
    # What is read of an archive is kept to the end: looking through it for what could be let go took a fifth of the time of reading
    # 10,000 briefs, and not a megabyte less was needed for it.
    gc.set_threshold(50_000, 20, 100)
    ctx.obj = root


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "json_wanted", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def inspect(root: Path, file: Path, json_wanted: bool) -> None:
    """Show what the reader makes of a text FILE; write nothing."""
    reading = read(Source.load(file))
    themes = load_authority(root / "briefs" / "authority").themes.values()
    if json_wanted:
        click.echo(json.dumps(as_json(reading, themes), ensure_ascii=False, indent=1))
    else:
        click.echo(as_text(reading, themes))


@main.command()
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; exit 1 with the list of stale, missing or left-over files.",
)
@click.pass_obj
def convert(root: Path, check: bool) -> None:
    """Turn briefs/ into the Markdown pages of docs/; write only what changed."""
    if check:
        refuse_unfinished(root)
        differences = make_plan(root).differences
        for line in differences:
            click.echo(line)
        raise SystemExit(1 if differences else 0)
    written, removed = bring_up_to_date(root)
    click.echo(f"{written} written, {removed} removed")


@main.command()
@click.option(
    "--since",
    metavar="REF",
    help="Fail also when a line of the ledger at that commit is gone or changed, or a series.",
)
@click.option(
    "--may-be-public", is_flag=True, help="Fail also when not everyone may read every text today."
)
@click.pass_obj
def check(root: Path, since: str | None, may_be_public: bool) -> None:
    """Check records, authority files, ledger and fidelity; exit 1 when a character of a text is unaccounted for."""
    refuse_unfinished(root)
    library = load_library(root)
    report = make_report(library)
    lost = [] if since is None else lost_since(root, since)
    secret = [why] if may_be_public and (why := why_private(library, today())) else []
    click.echo(report.table)
    for fault in (*report.faults, *lost, *secret):
        click.echo(fault, err=True)
    if since is not None and not lost:
        click.echo(f"every line of the ledger at {since} is still there")
    raise SystemExit(1 if report.faults or lost or secret else 0)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="FIELD=VALUE",
    help=f"What the text does not say: author or {', '.join(FIELDS)}.",
)
@click.option(
    "--because", multiple=True, metavar="FIELD=WORDS", help="How a field that is given is known."
)
@click.option(
    "--new-author",
    "new_authors",
    multiple=True,
    metavar="ID",
    help="The id of an author who is new, <family>-<given>.",
)
@click.option(
    "--new-institute",
    "new_institutes",
    multiple=True,
    metavar="ID=NAME",
    help="An institute that is new.",
)
@click.option(
    "--mark",
    "marks",
    multiple=True,
    metavar="LINES=KIND",
    help=f"What lines of the text are: {', '.join(RANGE_KINDS)}.",
)
@click.option("--anyway", is_flag=True, help="Add a text that seems to be in the archive already.")
@click.option("--dry-run", is_flag=True, help="Show what would be added; write nothing.")
@click.pass_obj
def add(
    root: Path,
    *,
    files: tuple[Path, ...],
    given: tuple[str, ...],
    because: tuple[str, ...],
    new_authors: tuple[str, ...],
    new_institutes: tuple[str, ...],
    marks: tuple[str, ...],
    anyway: bool,
    dry_run: bool,
) -> None:
    """Add the texts FILES (or all *.txt of a folder) as new briefs: show what they say, ask for what they do not, write."""
    answers = Answers(
        today(),
        fields={
            name: value
            for name, value in _pairs("--set", given, (*FIELDS, "author"))
            if name != "author"
        },
        authors=tuple(
            value for name, value in _pairs("--set", given, (*FIELDS, "author")) if name == "author"
        ),
        new_authors=new_authors,
        new_institutes=dict(_pairs("--new-institute", new_institutes)),
        because=dict(_pairs("--because", because)),
        marks=tuple(_pairs("--mark", marks)),
        anyway=anyway,
    )
    paths = files_in(files)
    _refuse_for_several(answers, paths)
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    settle(root, dry=dry_run)
    held, url = Holdings.of(load_library(root)), _site_url(root)
    themes = held.authority.themes.values()

    def seen(outcome: Outcome) -> None:
        if len(paths) > 1 and not (dry_run and outcome.proposal):
            click.echo(f"{outcome.name}: {outcome.brief.id if outcome.brief else outcome.fault}")
        elif outcome.proposal:
            click.echo(shown(outcome.proposal, themes, url))
        else:
            click.echo(f"briefs: {outcome.error}", err=True)

    outcomes = proposals(held, paths, answers, _asker(themes, url) if at_terminal else None, seen)
    ready = [outcome.brief for outcome in outcomes if outcome.brief]
    if (
        ready
        and not dry_run
        and (not at_terminal or click.confirm(f"Add {count(len(ready), 'brief')}?"))
    ):
        write(held, outcomes)
        click.echo(
            "".join(f"Added: {url}briefs/{brief.id}/\n" for brief in ready)
            if len(paths) == 1
            else "",
            nl=False,
        )
        written = True
    else:
        written = False
    if len(paths) > 1:
        click.echo(f"\n{as_table(outcomes, written=written)}")
        for line in (
            line
            for outcome in outcomes
            if outcome.brief and outcome.proposal
            for line in outcome.proposal.remarks
        ):
            click.echo(line)
    if len(ready) < len(paths):
        raise SystemExit(2)


@main.command()
@click.argument("id")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--reason",
    default="a new copy of the text",
    show_default=True,
    help="Why it is replaced, for readers of the page.",
)
@click.option("--date", "day", help="The day on which it is replaced (default: today).")
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="FIELD=VALUE",
    help=f"What the new copy prints: {', '.join(REPLACED_FIELDS)}.",
)
@click.option("--encoding", help="The encoding of the new copy, where it is not plain.")
@click.option("--dry-run", is_flag=True, help="Show the difference; write nothing.")
@click.pass_obj
def replace(
    root: Path,
    *,
    id: str,
    file: Path,
    reason: str,
    day: str | None,
    given: tuple[str, ...],
    encoding: str | None,
    dry_run: bool,
) -> None:
    """Put the new copy FILE in the place of the text of the brief ID; show the difference, keep every anchor."""
    settle(root, dry=dry_run)
    library = load_library(root)
    found = compare(library, id, file, encoding)
    for difference in found.differences or ["No word of the text is different."]:
        click.echo(str(difference))
    if dry_run or (
        sys.stdin.isatty()
        and sys.stdout.isatty()
        and not click.confirm(f"Replace the text of {id}?")
    ):
        return
    replace_text(
        library, found, day or today(), reason, dict(_pairs("--set", given, REPLACED_FIELDS))
    )
    click.echo(f"{id} has the new text; its anchors are what they were.")


@main.command()
@click.argument("id")
@click.pass_obj
def remove(root: Path, id: str) -> None:
    """Undo `briefs add` of the brief ID, until it is published; a published one can be withdrawn."""
    for line in remove_brief(root, id):
        click.echo(f"removed: {line}")


# What is of one text only.
_OF_ONE = ("id", "title", "date", "number", "source", "archived")


def _refuse_for_several(answers: Answers, paths: list[Path]) -> None:
    """Refuse to say of several texts what can be true of one only. Raises ArchiveError."""
    of_one = ["--mark"] * bool(answers.marks) + ["--set author"] * bool(answers.authors)
    of_one += [f"--set {name}" for name in _OF_ONE if name in answers.fields]
    if len(paths) > 1 and of_one:
        problem = f"it would be said of {len(paths)} texts"
        raise ArchiveError(
            "briefs add", of_one[0], problem, "Add the text that it is meant for by itself."
        )


def _asker(themes: Iterable[Theme], url: str) -> Ask:
    """What asks a curator at the terminal; what a text says is shown before the first question about it."""
    asked: set[Path] = set()

    def ask(proposal: Proposal) -> str | None:
        missing = proposal.missing[0]
        if proposal.file not in asked:
            asked.add(proposal.file)
            click.echo(
                f"{shown(proposal, themes, url)}\n\nLeave an answer empty to leave this text out."
            )
        click.echo(f"\n{missing.asked}")
        return str(click.prompt(missing.field, default="", show_default=False)).strip() or None

    return ask


def _pairs(option: str, given: tuple[str, ...], known: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The parts of NAME=VALUE. Raises ArchiveError when there is no name, or one that is not known."""
    names, pairs = list(known), []
    for text in given:
        name, sign, value = text.partition("=")
        if not (sign and name.strip()) or (names and name not in names):
            wanted = (
                f"Write one of these before the equals sign: {', '.join(names)}."
                if names
                else "Write it as NAME=VALUE."
            )
            raise ArchiveError(option, text, "this says nothing", wanted)
        pairs.append((name.strip(), value.strip()))
    return pairs


def _site_url(root: Path) -> str:
    """Where the site will stand, as mkdocs.yml says."""
    from archive.build import load_settings  # noqa: PLC0415 (as below)

    return load_settings(root).url


@main.command()
@click.argument("id")
@click.option("--reason", required=True, help="Why it goes, in a sentence for readers.")
@click.option("--date", "day", help="The day on which it goes (default: today).")
@click.option("--instead", metavar="ID", help="The brief that stands in its place.")
@click.pass_obj
def withdraw(root: Path, id: str, reason: str, day: str | None, instead: str | None) -> None:
    """Take the text of the brief ID out for good; leave a page that says when and why, and keep all of its anchors."""
    take_out(root, id, day or today(), reason, instead)
    click.echo(
        f"{id} is withdrawn: its record, page and anchors stay, its text is removed. Commit this to publish it."
    )


@main.command()
@click.option(
    "--site-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the site goes (default: site/).",
)
@click.option("--site-url", help="Where the site will stand (default: site_url of mkdocs.yml).")
@click.option(
    "--public",
    "for_public",
    is_flag=True,
    help="Withhold the words of briefs that are restricted, or embargoed still.",
)
@click.option(
    "--engine",
    type=click.Choice(["mkdocs", "zensical"]),
    default="mkdocs",
    show_default=True,
    help="What makes the HTML.",
)
@click.option(
    "--incremental",
    is_flag=True,
    help="Build only the pages that changed since the last build with this option.",
)
@click.pass_obj
def build(
    root: Path,
    *,
    site_dir: Path | None,
    site_url: str | None,
    for_public: bool,
    engine: str,
    incremental: bool,
) -> None:
    """Convert, then build the whole site."""
    from archive.build import build as build_site  # noqa: PLC0415 (MkDocs takes half a second to import; only this command needs it)

    built = build_site(
        root,
        today(),
        site_dir,
        site_url,
        for_public=for_public,
        engine=engine,
        incremental=incremental,
    )
    if not built.site.contact:
        click.echo(NO_CONTACT, err=True)
    if built.notice:
        click.echo(built.notice)
    click.echo(f"The site is in {built.site.folder}")
