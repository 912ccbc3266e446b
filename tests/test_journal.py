"""archive.journal and archive.commands.together: whatever breaks off a command.

The next one finds all as it was.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive import files, journal
from archive.cli import main
from archive.commands import together
from archive.convert import Plan, carry_out, convert
from archive.errors import ArchiveError
from repository import tree
from small_archive import AUTHORS, ID, TEXT, make_small

UNDO = Path("briefs", ".undo")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_small(tmp_path / "archive")


def briefs(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--root", str(root), *arguments])


def broken_off(root: Path) -> dict[Path, bytes | None]:
    """Do what a command does that is killed after it wrote; returns what it changed."""
    folder = root / "briefs"
    record = folder / f"{ID}.yml"
    changes = {
        record: record.read_bytes() + b"# half",
        folder / "new.txt": b"new",
        folder / "authority" / "authors.yml": None,
    }
    journal.keep(root, changes)
    for path, content in changes.items():
        path.unlink() if content is None else path.write_bytes(content)
    return changes


def test_what_a_killed_command_changed_is_put_back_by_the_next(root: Path) -> None:
    before = tree(root)
    broken_off(root)
    assert tree(root) != before
    assert briefs(root, "convert").output == "0 written, 0 removed\n"
    assert tree(root) == before


def test_what_was_kept_first_is_what_is_put_back(root: Path) -> None:
    """A command that keeps more files later.

    It does not take what it has changed by then for what was there.
    """
    before = tree(root)
    changes = broken_off(root)
    journal.keep(root, [*changes, root / "briefs" / "home.md"])
    (root / "briefs" / "home.md").write_text("x", encoding="utf-8")
    journal.put_back(root)
    assert tree(root) == before


def test_what_is_forgotten_is_not_put_back(root: Path) -> None:
    broken_off(root)
    after = {
        name: value for name, value in tree(root).items() if not name.startswith(UNDO.as_posix())
    }
    journal.forget(root)
    journal.put_back(root)
    assert tree(root) == after


def test_leftovers_of_a_killed_command_are_removed(root: Path) -> None:
    before = tree(root)
    half = root / "briefs" / ".undo-half"
    half.mkdir()
    (half / "0").write_text("x", encoding="utf-8")
    for part in ("briefs/.x.txt.part", "briefs/ledger/.x.tsv.part", "docs/briefs/.x.md.part"):
        (root / part).write_text("x", encoding="utf-8")
    convert(root)
    assert tree(root) == before
    assert not half.exists()


@pytest.mark.parametrize("command", [["check"], ["convert", "--check"]])
def test_commands_that_write_nothing_name_an_unfinished_one(root: Path, command: list[str]) -> None:
    broken_off(root)
    before = tree(root)
    result = briefs(root, *command)
    assert (result.exit_code, len(result.output.splitlines())) == (2, 1)
    assert (
        f"{root / UNDO}: folder: a command was broken off while it wrote. Run `briefs convert`"
        in result.output
    )
    assert tree(root) == before


@pytest.mark.parametrize(
    "command", [["add", "--dry-run", "TEXT"], ["replace", "--dry-run", ID, "TEXT"]]
)
def test_so_do_those_that_only_show(root: Path, command: list[str], tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("Some words.\n", encoding="utf-8")
    broken_off(root)
    result = briefs(root, *(str(text) if word == "TEXT" else word for word in command))
    assert result.exit_code == 2
    assert "a command was broken off while it wrote" in result.output


def test_add_and_replace_put_back_first(root: Path, tmp_path: Path) -> None:
    text, copy = tmp_path / "text.txt", tmp_path / "copy.txt"
    text.write_text("Another text that is about as long.\n", encoding="utf-8")
    copy.write_text(TEXT.replace("prolonged", "extended"), encoding="utf-8")
    for command in (
        ["add", str(text), "--set", "title=A title", "--set", "institute=asan"],
        ["replace", ID, str(copy)],
        ["remove", "nd-asan-title"],
        ["withdraw", ID, "--reason", "x"],
    ):
        broken_off(root)
        result = briefs(root, *command)
        assert result.exit_code == 0, result.output
        assert (root / "briefs" / "authority" / "authors.yml").read_text(
            encoding="utf-8"
        ) == AUTHORS
        assert not (root / UNDO).exists()


@pytest.mark.parametrize("content", ["", "[1]", '{"home.md": 7}', "{"])
def test_a_damaged_journal_is_named(root: Path, content: str) -> None:
    (root / UNDO).mkdir()
    (root / UNDO / "files.json").write_text(content, encoding="utf-8")
    before = tree(root)
    result = briefs(root, "convert")
    assert (result.exit_code, len(result.output.splitlines())) == (2, 1)
    assert "Restore briefs/ as committed, then remove this folder." in result.output
    assert tree(root) == before


def test_where_there_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "briefs").write_text("x", encoding="utf-8")
    for root in (tmp_path / "none", tmp_path, tmp_path / "other"):
        for command in (["convert"], ["check"], ["remove", "x"]):
            result = briefs(root, *command)
            assert result.exit_code == 2
            assert "Give the archive's folder: --root." in result.output


# -- one at a time ---------------------------------------------------------------------------------


def until_it_waits(folder: Path) -> None:
    """Until a lock on the folder is asked for that another holds.

    The kernel lists those with an arrow.
    """
    inode, deadline = f":{folder.stat().st_ino} ", time.monotonic() + 15
    while not any(
        "->" in line and inode in line
        for line in Path("/proc/locks").read_text(encoding="ascii").splitlines()
    ):
        assert time.monotonic() < deadline


@pytest.mark.parametrize("command", [["convert"], ["check"], ["convert", "--check"]])
def test_a_command_waits_for_another_to_end(root: Path, command: list[str]) -> None:
    results: list[Result] = []
    thread = threading.Thread(target=lambda: results.append(briefs(root, *command)))
    with journal.alone(root):
        changes = broken_off(root)
        thread.start()
        until_it_waits(root / "briefs")
        assert not results
        journal.put_back(root)
        assert changes
    thread.join()
    assert results[0].exit_code == 0, results[0].output


# -- together or not at all ------------------------------------------------------------------------


def changed(root: Path) -> dict[Path, bytes | None]:
    """A change that is right: a title, a form of a name."""
    record, authors = root / "briefs" / f"{ID}.yml", root / "briefs" / "authority" / "authors.yml"
    return {
        record: record.read_bytes().replace(b"A year more", b"One year more"),
        authors: authors.read_bytes().replace(b'["Lee Mina"]', b'["Lee Mina", "LEE Mina"]'),
    }


def test_a_change_brings_the_pages_with_it(root: Path) -> None:
    with journal.alone(root):
        together.change(root, changed(root))
    assert "One year more" in (root / "docs" / "briefs" / f"{ID}.md").read_text(encoding="utf-8")
    assert briefs(root, "convert", "--check").exit_code == 0
    assert not list((root / "briefs").glob(".*"))


def test_a_change_that_the_archive_refuses_leaves_all_as_it_was(root: Path) -> None:
    before = tree(root)
    wrong = {root / "briefs" / "x.txt": b"x", **changed(root)}
    with journal.alone(root), pytest.raises(ArchiveError, match="this text has no record"):
        together.change(root, wrong)
    assert tree(root) == before
    assert not list((root / "briefs").glob(".*"))


def _full(path: Path, content: str | bytes) -> None:
    raise ArchiveError(path, "file", "cannot be written (No space left on device)", "Make room.")


def _interrupted(*arguments: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("name", "stand_in", "error"),
    [
        ("write_atomically", _full, ArchiveError),
        ("plan", _interrupted, KeyboardInterrupt),
        ("carry_out", _interrupted, KeyboardInterrupt),
    ],
)
def test_broken_off_at_any_step_all_is_as_it_was(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    stand_in: Callable[..., None],
    error: type[BaseException],
) -> None:
    before = tree(root)
    real = getattr(together, name)

    def once(*arguments: object) -> None:
        monkeypatch.setattr(together, name, real)
        stand_in(*arguments)

    monkeypatch.setattr(together, name, once)
    with journal.alone(root), pytest.raises(error):
        together.change(root, changed(root))
    assert tree(root) == before


def test_pages_that_were_written_by_then_are_written_back(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(root)

    def some(root: Path, todo: Plan) -> None:
        monkeypatch.setattr(together, "carry_out", carry_out)
        page = Path("docs", "briefs", f"{ID}.md")
        carry_out(root, Plan(todo.library, {page: todo.write[page]}, (), (), ()))
        assert tree(root)[page.as_posix()] != before[page.as_posix()]
        raise KeyboardInterrupt

    monkeypatch.setattr(together, "carry_out", some)
    with journal.alone(root), pytest.raises(KeyboardInterrupt):
        together.change(root, changed(root))
    assert tree(root) == before


def test_a_full_disk_while_the_journal_is_written(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(root)

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with journal.alone(root), pytest.raises(ArchiveError, match="No space left on device"):
        together.change(root, changed(root))
    assert tree(root) == before
    assert not list((root / "briefs").glob(".*"))


def test_the_journal_says_what_was_there(root: Path) -> None:
    changes = broken_off(root)
    kept = json.loads((root / UNDO / "files.json").read_text(encoding="utf-8"))
    assert list(kept) == [path.relative_to(root).as_posix() for path in changes]
    assert kept["briefs/new.txt"] is None
    assert files.read_text(root / UNDO / kept["briefs/authority/authors.yml"]) == AUTHORS
