"""The command `briefs`. Exit codes: 0 fine; 1 a check found something; 2 the command could not do its work."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from archive.authority import load_authority
from archive.check import check as make_report
from archive.convert import carry_out
from archive.convert import plan as make_plan
from archive.errors import ArchiveError
from archive.inspect import as_json, as_text
from archive.library import load_library
from archive.readers import read
from archive.since import lost_since
from archive.site import NO_CONTACT
from archive.source import Source
from archive.withdraw import withdraw as take_out

ROOT = Path(__file__).resolve().parents[2]


class _Named(click.Group):
    """A group whose commands end a named error with one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            click.echo(f"briefs: {error}", err=True)
            ctx.exit(2)


@click.group(cls=_Named, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--root", type=click.Path(path_type=Path, file_okay=False), default=ROOT, help="The archive's folder.", show_default=False
)
@click.pass_context
def main(ctx: click.Context, root: Path) -> None:
    """The archive of policy briefs on Korea–Japan relations."""
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
@click.option("--check", is_flag=True, help="Write nothing; exit 1 with the list of stale, missing or left-over files.")
@click.pass_obj
def convert(root: Path, check: bool) -> None:
    """Turn briefs/ into the Markdown pages of docs/; write only what changed."""
    todo = make_plan(root)
    if check:
        for line in todo.differences:
            click.echo(line)
        raise SystemExit(1 if todo.differences else 0)
    carry_out(root, todo)
    click.echo(f"{len(todo.write)} written, {len(todo.left_over)} removed")


@main.command()
@click.option("--since", metavar="REF", help="Fail also when a line of the ledger at that commit is gone or changed, or a series.")
@click.pass_obj
def check(root: Path, since: str | None) -> None:
    """Check records, authority files, ledger and fidelity; exit 1 when a character of a text is unaccounted for."""
    report = make_report(load_library(root))
    lost = [] if since is None else lost_since(root, since)
    click.echo(report.table)
    for fault in (*report.faults, *lost):
        click.echo(fault, err=True)
    if since is not None and not lost:
        click.echo(f"every line of the ledger at {since} is still there")
    raise SystemExit(1 if report.faults or lost else 0)


@main.command()
@click.argument("id")
@click.option("--reason", required=True, help="Why it goes, in a sentence for readers.")
@click.option("--date", "day", help="The day on which it goes (default: today).")
@click.option("--instead", metavar="ID", help="The brief that stands in its place.")
@click.pass_obj
def withdraw(root: Path, id: str, reason: str, day: str | None, instead: str | None) -> None:
    """Take the text of the brief ID out for good; leave a page that says when and why, and keep all of its anchors."""
    take_out(root, id, day or date.today().isoformat(), reason, instead)
    click.echo(f"{id} is withdrawn: its record, page and anchors stay, its text is removed. Commit this to publish it.")


@main.command()
@click.option("--site-dir", type=click.Path(path_type=Path, file_okay=False), help="Where the site goes (default: site/).")
@click.option("--site-url", help="Where the site will stand (default: site_url of mkdocs.yml).")
@click.pass_obj
def build(root: Path, site_dir: Path | None, site_url: str | None) -> None:
    """Convert, then build the whole site with MkDocs."""
    from archive.build import build as build_site  # noqa: PLC0415 (MkDocs takes half a second to import; only this command needs it)

    site = build_site(root, site_dir, site_url)
    if not site.contact:
        click.echo(NO_CONTACT, err=True)
    click.echo(f"The site is in {site.folder}")
