"""A command may be killed at any moment: no file is half written, and the next run completes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from archive.convert import convert
from archive.store import Archive
from command_killer import Killer
from repository import tree
from small_archive import ID, TEXT, make_small

NEW = (
    "A title of its own\n\nKim Jiyoon\n\n2021-02-03\n\n"
    "GSOMIA holds, as some words of a text say here.\n"
)
COPY = (
    TEXT.replace("prolonged", "extended").replace("1. What follows\n\n", "")
    + "\nAn end that is new.\n"
)
COMMANDS = {
    "convert": ["convert"],
    "add": [
        "add",
        "NEW",
        "--set",
        "author=Kim, Jiyoon",
        "--set",
        "institute=asan",
        "--set",
        "series=Notes from Seoul",
    ],
    "replace": ["replace", ID, "COPY", "--date", "2026-11-25"],
    "withdraw": ["withdraw", ID, "--reason", "x", "--date", "2026-11-25"],
}


class Command:
    """A command, the archive before it, and what every file holds before and after it."""

    def __init__(self, name: str, folder: Path, killer: Killer) -> None:
        files = {"NEW": NEW, "COPY": COPY}
        for word, text in files.items():
            (folder / f"{word}.txt").write_text(text, encoding="utf-8")
        self.killer, self.scratch = killer, folder / "scratch"
        self.arguments = [
            str(folder / f"{word}.txt") if word in files else word for word in COMMANDS[name]
        ]
        self.begin = make_small(folder / "before")
        if name == "convert":
            for file in sorted((self.begin / "docs").rglob("*.md"))[::2]:
                file.write_text("stale", encoding="utf-8")
        self.before = tree(self.begin)
        shutil.copytree(self.begin, folder / "after")
        assert killer.run(folder / "after", *self.arguments) == 0
        self.after = tree(folder / "after")

    def begin_again(self) -> None:
        """Make the archive in `scratch` what it was before the command."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        shutil.copytree(self.begin, self.scratch)

    def copies_before_changes(self) -> list[Path]:
        """Run the command. Returns copies of the archive before each change of a file."""
        self.begin_again()
        copies = self.scratch.with_name("copies")
        copies.mkdir()
        assert self.killer.run(self.scratch, *self.arguments, copies=copies) == 0
        assert tree(self.scratch) == self.after
        return sorted(copies.iterdir(), key=lambda copy: int(copy.name))

    def is_killed(self, after: float) -> bool:
        """Run the command and kill it after so many seconds; assert that nothing is lost.

        Returns whether the command was still at work.
        """
        self.begin_again()
        code = self.killer.run(self.scratch, *self.arguments, after=after)
        assert code in (0, None)
        self.assert_nothing_is_lost(self.scratch, is_killed=code is None)
        return code is None

    def assert_nothing_is_lost(self, root: Path, *, is_killed: bool) -> None:
        """Assert that each file is whole, and that the next run completes or undoes the command."""
        for name, now in tree(root).items():
            if not any(part.startswith(".") for part in Path(name).parts):
                assert now in (self.before.get(name), self.after.get(name)), name
        convert(Archive(root))
        assert tree(root) in ([self.before, self.after] if is_killed else [self.after])


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    program = Killer()
    yield program
    program.close()


@pytest.fixture(params=COMMANDS, scope="module")
def command(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, killer: Killer
) -> Command:
    return Command(request.param, tmp_path_factory.mktemp(request.param), killer)


def test_killed_before_each_change_of_a_file(command: Command) -> None:
    copies = command.copies_before_changes()
    assert len(copies) > 5
    for copy in copies:
        command.assert_nothing_is_lost(copy, is_killed=True)


def test_killed_after_a_while(command: Command) -> None:
    """At any instruction, also while a file is being written."""
    delays = [0.01 * 1.4**n for n in range(40)]
    # On a busy machine even the first kill may come after the end: then all begin again.
    assert any(list(takewhile(command.is_killed, delays)) for _ in range(9))
