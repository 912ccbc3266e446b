"""The guide for curators is right: every command on its pages has the output shown."""

from __future__ import annotations

from pathlib import Path

import pytest

import guide
from archive.cli import main


@pytest.mark.parametrize("path", guide.PAGES, ids=lambda path: path.stem)
def test_every_command_has_the_output_shown(path: Path, tmp_path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    folder = guide.make_archive(tmp_path)
    for command, output in guide.run_page(folder, page):
        assert guide.matches(command.shown, output), f"$ {command.line}\n{output}"


def test_a_wrong_output_would_be_noticed() -> None:
    assert guide.matches("a\n…\nd\n", "a\nb\nc\nd\n")
    assert not guide.matches("a\n…\nd\n", "a\nb\nc\n")
    assert not guide.matches("", "a\n")


def test_every_command_of_briefs_stands_in_the_guide() -> None:
    pages = "\n".join(path.read_text(encoding="utf-8") for path in guide.PAGES)
    assert [name for name in main.commands if f"briefs {name}" not in pages] == []
