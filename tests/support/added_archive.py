"""The archive with the texts of tests/cases/added.yml and hostile.yml, added by `briefs add`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from archive.cli import main
from archive.convert import convert
from archive.store import Archive
from repository import CASES, cases, copy_archive, tree

TEXTS: list[dict[str, Any]] = cases("added")
HOSTILE = cases("hostile")


@dataclass(frozen=True)
class Added:
    """The archive in `root`, and its files `before` the command ran.

    `results` has the result of the command for each text, by the brief's id.
    """

    root: Path
    before: dict[str, str]
    results: dict[str, Result]


def add(root: Path, *arguments: str | Path) -> Result:
    """Run `briefs add` on an archive."""
    return CliRunner().invoke(main, ["--root", str(root), "add", *map(str, arguments)])


def remove(root: Path, id: str) -> Result:
    """Run `briefs remove` on an archive."""
    return CliRunner().invoke(main, ["--root", str(root), "remove", id])


def make_added(to: Path) -> Added:
    """Copy the archive into the new folder `to`, convert it, and add the texts to it."""
    convert(Archive(copy_archive(to)))
    before = tree(to)
    results = {
        text["id"]: add(to, CASES / "texts" / text["file"], *text["arguments"]) for text in TEXTS
    }
    for text in HOSTILE:
        file = to.parent / text["file"]
        file.write_bytes(text["text"].encode(text.get("encoding", "utf-8")))
        results[text["id"]] = add(to, file, *text["arguments"])
    return Added(to, before, results)
