"""The command `briefs`. Exit codes: 0 fine; 1 a check found something; 2 the command could not do its work."""

from __future__ import annotations

import json
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
from archive.source import Source

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
@click.pass_obj
def check(root: Path) -> None:
    """Check records, authority files, ledger and fidelity; exit 1 when a character of a text is unaccounted for."""
    report = make_report(load_library(root))
    click.echo(report.table)
    for fault in report.faults:
        click.echo(fault, err=True)
    raise SystemExit(1 if report.faults else 0)


@main.command()
@click.option("--site-dir", type=click.Path(path_type=Path, file_okay=False), help="Where the site goes (default: site/).")
@click.option("--site-url", help="Where the site will stand (default: site_url of mkdocs.yml).")
@click.pass_obj
def build(root: Path, site_dir: Path | None, site_url: str | None) -> None:
    """Convert, then build the whole site with MkDocs."""
    from archive.build import build as build_site  # noqa: PLC0415 (MkDocs takes half a second to import; only this command needs it)

    click.echo(f"The site is in {build_site(root, site_dir, site_url)}")
