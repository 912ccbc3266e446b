"""Every command in the guide for curators has the output that the guide shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import guide
from archive.cli import main
from session_folders import make_once


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    """A copy of the archive, with texts in its inbox, in which the commands of a page may run."""
    made = make_once(tmp_path_factory, "guide", guide.make_archive)
    return Path(shutil.copytree(made, tmp_path / "archive"))


@pytest.mark.parametrize("path", guide.PAGES, ids=lambda path: path.stem)
def test_every_command_has_the_output_that_the_page_shows(path: Path, folder: Path) -> None:
    page = path.read_text(encoding="utf-8")
    for command, output, code in guide.run_page(folder, page):
        assert guide.matches(command.shown, output), f"$ {command.line}\n{output}"
        announced = "an announced error" if command.fails else "no error: it is not announced"
        assert (code != 0) == command.fails, f"$ {command.line}\nexit code {code}, {announced}"


def test_a_wrong_output_does_not_match() -> None:
    assert guide.matches("a\n…\nd\n", "a\nb\nc\nd\n")
    assert not guide.matches("a\n…\nd\n", "a\nb\nc\n")
    assert not guide.matches("", "a\n")


def test_an_error_is_announced_for_the_last_command_of_its_block() -> None:
    page = "```console\n$ a\n```\n\nIt says:\n\n```console-error\n$ b\nx\n$ c\ny\n```\n"
    commands = [step for step in guide.parse_steps(page) if isinstance(step, guide.Command)]
    assert [(command.line, command.fails) for command in commands] == [
        ("a", False),
        ("b", False),
        ("c", True),
    ]


def test_the_guide_has_every_command_of_briefs() -> None:
    pages = "\n".join(path.read_text(encoding="utf-8") for path in guide.PAGES)
    assert [name for name in main.commands if f"briefs {name}" not in pages] == []
