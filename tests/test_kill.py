"""A command may be killed at any moment: no file is half written, and the next run completes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count, takewhile
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

    def killed(self, *, at: int | None = None, after: float | None = None) -> bool:
        """Run the command on a copy and kill it; assert that nothing is lost.

        Returns whether the command was still at work.
        """
        shutil.rmtree(self.scratch, ignore_errors=True)
        shutil.copytree(self.begin, self.scratch)
        code = self.killer.run(self.scratch, *self.arguments, at=at, after=after)
        assert code in (0, None)
        for name, now in tree(self.scratch).items():
            if not any(part.startswith(".") for part in Path(name).parts):
                assert now in (self.before.get(name), self.after.get(name)), name
        convert(Archive(self.scratch))
        assert tree(self.scratch) in ([self.before, self.after] if code is None else [self.after])
        return code is None


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
    last = next(n for n in count(1) if not command.killed(at=n))
    assert last > 5


def test_killed_after_a_while(command: Command) -> None:
    """At any instruction, also while a file is being written."""
    delays = [0.01 * 1.4**n for n in range(40)]
    # On a busy machine even the first kill may come after the end: then all begin again.
    assert any(list(takewhile(lambda after: command.killed(after=after), delays)) for _ in range(9))
