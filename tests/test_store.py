"""archive.store: reading, staging, git, and commits that are done whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from archive.convert import commit, convert
from archive.errors import ArchiveError
from archive.records.library import load_library
from archive.store import Archive, Committed, write_file
from curator import briefs, git
from repository import ROOT, tree
from small_archive import AUTHORS, ID, TEXT, make_small

INTENT = Path("briefs", ".commit")
RECORD, AUTHORITY, HOME = f"briefs/{ID}.yml", "briefs/authority/authors.yml", "briefs/home.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_small(tmp_path / "archive")


def changed(root: Path) -> dict[str, bytes | None]:
    """A change that is right: a title, and a form of a name."""
    archive = Archive(root)
    record, authors = archive.text(RECORD), archive.text(AUTHORITY)
    return {
        RECORD: record.replace("A year more", "One year more").encode(),
        AUTHORITY: authors.replace('["Lee Mina"]', '["Lee Mina", "LEE Mina"]').encode(),
    }


def hidden(root: Path) -> list[Path]:
    return [
        path
        for folder in ("briefs", "docs")
        for path in (root / folder).rglob("*")
        if path.name.startswith(".")
    ]


# -- reading ---------------------------------------------------------------------------------------


def test_a_file_is_read_by_its_name(root: Path) -> None:
    archive = Archive(root)
    assert archive.text(AUTHORITY) == AUTHORS
    assert archive.read("briefs/none.yml") is None
    assert archive.text("briefs/none.yml", "") == ""
    assert archive.path(HOME) == root / HOME


@pytest.mark.parametrize(
    ("name", "field", "problem"),
    [
        ("briefs/none.md", "file", "cannot be read (No such file or directory)"),
        ("briefs/ledger", "file", "cannot be read (Is a directory)"),
        ("briefs/home.md/x", "file", "cannot be read (Not a directory)"),
        ("briefs/latin.md", "byte 3", "this is not UTF-8 text"),
    ],
)
def test_what_cannot_be_read_is_a_named_error(
    root: Path, name: str, field: str, problem: str
) -> None:
    (root / "briefs" / "latin.md").write_bytes(b"caf\xe9")
    with pytest.raises(ArchiveError) as error:
        Archive(root).text(name)
    assert (error.value.file, error.value.field) == (str(root / name), field)
    assert error.value.problem == problem


def test_names_are_those_of_files_directly_in_a_folder(root: Path) -> None:
    (root / "briefs" / ".x.txt.part").write_text("x", encoding="utf-8")
    (root / "briefs" / "folder.txt").mkdir()
    archive = Archive(root)
    assert archive.names("briefs", ".txt") == [f"briefs/{ID}.txt"]
    assert archive.names("briefs/none", ".txt") == []
    staged = archive.stage({"briefs/a.txt": b"a", f"briefs/{ID}.txt": None, "docs/b.txt": b"b"})
    assert staged.names("briefs", ".txt") == ["briefs/a.txt"]
    assert staged.stage({"briefs/a.txt": None}).names("briefs", ".txt") == []


def test_what_is_staged_is_read_and_not_written(root: Path) -> None:
    before = tree(root)
    staged = Archive(root).stage(changed(root))
    library = load_library(staged)
    assert library.briefs[0].record.title == "[One year more]"
    assert library.authority.authors["lee-mina"].variants == ("Lee Mina", "LEE Mina")
    assert load_library(Archive(root)).briefs[0].record.title == "[A year more]"
    assert tree(root) == before


@pytest.mark.parametrize("below", [False, True], ids=["repository", "part of one"])
def test_a_library_is_loaded_as_it_was_in_a_commit(root: Path, *, below: bool) -> None:
    repository = root.parent if below else root
    git(repository, "init", "--quiet", "--initial-branch", "main")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "Begin")
    then, before = Archive(root).at("main"), load_library(Archive(root))
    with Archive(root).locked():
        commit(Archive(root).stage(changed(root)))
    (root / "briefs" / "stray.txt").write_text("x", encoding="utf-8")
    library = load_library(then)
    assert library.briefs[0].record.title == "[A year more]"
    assert library.briefs[0].lines == before.briefs[0].lines
    assert library.authority == before.authority
    assert then.read(f"briefs/{ID}.txt") == TEXT.encode()
    assert then.names("briefs", ".txt") == [f"briefs/{ID}.txt"]
    assert then.path(HOME) == Path("main:briefs/home.md")
    assert Archive(root).published(RECORD) == then.read(RECORD)
    assert Archive(root).published("briefs/stray.txt") is None


def test_bytes_of_a_commit_are_those_that_were_committed(root: Path) -> None:
    """Whatever .gitattributes say: nothing converts line ends or leaves files out."""
    odd, name = b"\xff\r\n\x00\n\r", os.fsdecode(b"briefs/odd \xe9\n\t'\"\xea\xb0\x80.bin")
    (root / name).write_bytes(odd)
    (root / "briefs" / "leer.bin").write_bytes(b"")
    git(root, "init", "--quiet")
    git(root, "add", ".")
    (root / ".gitattributes").write_text("*.bin text eol=crlf export-ignore\n", encoding="utf-8")
    git(root, "commit", "--quiet", "-m", "Begin")
    then = Archive(root).at("HEAD")
    assert then.read(name) == odd
    assert then.read("briefs/leer.bin") == b""
    assert then.read("briefs/none") is None


def test_a_commit_whose_content_git_has_lost_is_a_named_error(root: Path) -> None:
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "Begin")
    name = hashlib.sha1(b"blob %d\0" % len(TEXT) + TEXT.encode(), usedforsecurity=False).hexdigest()
    (root / ".git" / "objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(ArchiveError, match="git has lost its content") as error:
        Archive(root).at("HEAD").read(HOME)
    assert error.value.file == f"HEAD:briefs/{ID}.txt"


def test_outside_a_repository_nothing_is_published(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(root.parent))
    assert Archive(root).published(RECORD) is None


# -- commits ---------------------------------------------------------------------------------------


def test_a_commit_writes_and_removes_what_differs(root: Path) -> None:
    archive = Archive(root)
    changes = {HOME: b"New\n", AUTHORITY: AUTHORS.encode(), f"briefs/{ID}.txt": None, "a/b": b"c"}
    with archive.locked():
        done = archive.stage(changes).commit([("docs/x.md", b"x"), ("docs/none.md", None)])
    assert done == Committed((HOME, "a/b", "docs/x.md"), (f"briefs/{ID}.txt",))
    assert (root / "briefs" / "home.md").read_bytes() == b"New\n"
    assert (root / "a" / "b").read_bytes() == b"c"
    assert not (root / "briefs" / f"{ID}.txt").exists()
    assert hidden(root) == []
    assert (root / "a" / "b").stat().st_mode & 0o777 == 0o644


def test_a_change_brings_the_pages_with_it(root: Path) -> None:
    with Archive(root).locked():
        commit(Archive(root).stage(changed(root)))
    assert "One year more" in (root / "docs" / "briefs" / f"{ID}.md").read_text(encoding="utf-8")
    assert briefs(root, "convert", "--check").exit_code == 0
    assert hidden(root) == []


def test_a_change_that_the_archive_refuses_leaves_all_as_it_was(root: Path) -> None:
    before, wrong = tree(root), {"briefs/x.txt": b"x", **changed(root)}
    with Archive(root).locked(), pytest.raises(ArchiveError, match="this text has no record"):
        commit(Archive(root).stage(wrong))
    assert tree(root) == before
    assert hidden(root) == []


class Interrupted(BaseException):
    """Stands for a signal."""


@pytest.mark.parametrize(
    "error", [Interrupted(), OSError(errno.ENOSPC, "No space left on device")], ids=repr
)
@pytest.mark.parametrize("step", range(8))
def test_stopped_while_it_is_prepared_all_is_as_it_was(
    root: Path, monkeypatch: pytest.MonkeyPatch, step: int, error: BaseException
) -> None:
    before, real, left = tree(root), Path.write_bytes, iter(range(step))

    def write(self: Path, data: bytes) -> int:
        if next(left, None) is None:
            real(self, data[: len(data) // 2])
            raise error
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", write)
    expected = ArchiveError if isinstance(error, OSError) else Interrupted
    with Archive(root).locked(), pytest.raises(expected) as raised:
        commit(Archive(root).stage(changed(root)))
    if isinstance(raised.value, ArchiveError):
        assert raised.value.problem == "cannot be written (No space left on device)"
    monkeypatch.undo()
    assert tree(root) == before
    assert hidden(root) == []
    assert next(left, None) is None, "the commit writes fewer files: test fewer steps"


@pytest.mark.parametrize("changes", [{}, {HOME: b"New\n"}])
def test_a_source_of_changes_that_meets_another_full_disk_names_that(
    root: Path, changes: dict[str, bytes | None]
) -> None:
    def files() -> Iterator[tuple[str, bytes | None]]:
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/work")
        yield

    with Archive(root).locked(), pytest.raises(OSError, match="No space left") as error:
        Archive(root).stage(changes).commit(files())
    assert error.value.filename == "/tmp/work"
    assert hidden(root) == []


def test_a_source_of_changes_that_fails_leaves_all_as_it_was(root: Path) -> None:
    def files() -> Iterator[tuple[str, bytes | None]]:
        yield HOME, b"New\n"
        raise KeyboardInterrupt

    before = tree(root)
    with Archive(root).locked(), pytest.raises(KeyboardInterrupt):
        Archive(root).commit(files())
    assert tree(root) == before
    assert hidden(root) == []


@pytest.mark.parametrize("target", ["../other/x", "../../outside", "nowhere"])
def test_a_link_is_replaced_or_removed_and_what_it_leads_to_stays(root: Path, target: str) -> None:
    for file in (root / "other" / "x", root.parent / "outside"):
        file.parent.mkdir(exist_ok=True)
        file.write_text("mine", encoding="utf-8")
    names = ["docs/a.md", "docs/b.md"]
    for name in names:
        (root / name).symlink_to(target)
    with Archive(root).locked():
        Archive(root).stage({names[0]: b"new", names[1]: None}).commit()
    assert (root / names[0]).read_bytes() == b"new"
    assert target == "nowhere" or not (root / names[1]).is_symlink()
    assert (root / "other" / "x").read_text(encoding="utf-8") == "mine"
    assert (root.parent / "outside").read_text(encoding="utf-8") == "mine"
    assert hidden(root) == []


def test_the_pages_may_be_in_another_folder(root: Path) -> None:
    (root / "docs").rename(root.parent / "pages")
    (root / "docs").symlink_to("../pages")
    with Archive(root).locked():
        commit(Archive(root).stage(changed(root)))
    assert briefs(root, "convert", "--check").exit_code == 0
    assert hidden(root) == []


def test_a_folder_in_the_place_of_a_file_is_named_before_anything_is_written(root: Path) -> None:
    (root / "docs" / "index.md").unlink()
    (root / "docs" / "index.md").mkdir()
    before = tree(root)
    with Archive(root).locked(), pytest.raises(ArchiveError, match="Is a directory") as error:
        commit(Archive(root).stage(changed(root)))
    assert error.value.file == str(root / "docs" / "index.md")
    assert tree(root) == before


def test_a_file_that_may_not_be_removed_is_named_before_anything_is_written(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(root)
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever runs the tests: root may
    with Archive(root).locked(), pytest.raises(ArchiveError, match="Permission denied") as error:
        Archive(root).stage({HOME: b"x", AUTHORITY: None}).commit()
    assert error.value.file == str(root / AUTHORITY)
    assert tree(root) == before
    assert hidden(root) == []


def test_killed_while_an_interrupted_commit_is_undone_all_is_as_it_was(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, rename, real, left = tree(root), Path.replace, Path.unlink, iter(range(2))

    def interrupt(self: Path, target: Path) -> Path:
        rename(self, target)
        raise KeyboardInterrupt

    def unlink(self: Path, missing_ok: bool = False) -> None:
        if next(left, None) is None:
            raise Interrupted
        real(self, missing_ok)

    with monkeypatch.context() as patched, Archive(root).locked(), pytest.raises(Interrupted):
        patched.setattr(Path, "replace", interrupt)
        patched.setattr(Path, "unlink", unlink)
        Archive(root).stage({**changed(root), f"briefs/{ID}.txt": None}).commit()
    with Archive(root).locked():
        pass
    assert {name: sha for name, sha in tree(root).items() if not name.endswith(".part")} == before


def killed(root: Path, monkeypatch: pytest.MonkeyPatch, renames: int) -> dict[str, bytes | None]:
    """Begin a commit that is killed after some renames; return its changes."""
    changes = {**changed(root), f"briefs/{ID}.txt": None, "docs/new.md": b"new"}
    real, left = Path.replace, iter(range(renames + 1))  # the first puts the list in place

    def replace(self: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise Interrupted
        return real(self, target)

    with (
        monkeypatch.context() as patched,
        Archive(root).locked(),
        pytest.raises(Interrupted),
    ):
        patched.setattr(Path, "replace", replace)
        Archive(root).stage(changes).commit()
    assert (root / INTENT).exists()
    return changes


@pytest.mark.parametrize("renames", range(3))
@pytest.mark.parametrize("command", [["check"], ["convert", "--check"], ["convert"]])
def test_whatever_runs_next_completes_a_commit(
    root: Path, monkeypatch: pytest.MonkeyPatch, renames: int, command: list[str]
) -> None:
    changes = killed(root, monkeypatch, renames)
    briefs(root, *command)
    for name, content in changes.items():
        assert Archive(root).read(name) == content
    assert hidden(root) == []


@pytest.mark.parametrize(
    "command",
    [
        ["add", "--dry-run", "COPY"],
        ["add", "COPY", "--set", "title=A title", "--set", "institute=asan"],
        ["replace", "--dry-run", ID, "COPY"],
        ["replace", ID, "COPY"],
        ["remove", ID],
        ["withdraw", ID, "--reason", "x"],
    ],
    ids=" ".join,
)
def test_a_command_works_on_the_completed_archive(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text(TEXT.replace("prolonged", "extended"), encoding="utf-8")
    with monkeypatch.context() as patched:
        real, left = Path.replace, iter(range(1))

        def replace(self: Path, target: Path) -> Path:
            if next(left, None) is None:
                raise Interrupted
            return real(self, target)

        patched.setattr(Path, "replace", replace)
        with Archive(root).locked(), pytest.raises(Interrupted):
            Archive(root).stage({AUTHORITY: AUTHORS.encode() + b"# more\n"}).commit()
    briefs(root, *(str(copy) if word == "COPY" else word for word in command))
    assert (root / AUTHORITY).read_text(encoding="utf-8").endswith("# more\n")
    assert not (root / INTENT).exists()


def test_parts_of_a_commit_that_was_killed_while_it_was_prepared_are_removed(root: Path) -> None:
    before = tree(root)
    (root / INTENT).touch()
    for part in ("briefs/.x.txt.part", "briefs/ledger/.x.tsv.part", "docs/briefs/.x.md.part"):
        (root / part).write_text("x", encoding="utf-8")
    convert(Archive(root))
    assert tree(root) == before
    assert hidden(root) == []


def test_git_ignores_what_a_killed_commit_leaves(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / ".gitignore", root)
    git(root, "init", "--quiet")
    killed(root, monkeypatch, 0)
    git(root, "add", ".")
    listed = subprocess.run(["git", "-C", str(root), "ls-files"], check=True, capture_output=True)
    assert b"/." not in listed.stdout


@pytest.mark.parametrize("content", ["[1]", '{"home.md": 7}', "{", "7"])
def test_a_list_that_was_edited_is_named(root: Path, content: str) -> None:
    (root / INTENT).write_text(content, encoding="utf-8")
    before = tree(root)
    result = briefs(root, "convert")
    assert (result.exit_code, len(result.output.splitlines())) == (2, 1)
    assert "Restore briefs/ and docs/ as committed, then remove this file." in result.output
    assert tree(root) == before
    (root / INTENT).unlink()
    assert briefs(root, "convert").exit_code == 0


@pytest.mark.parametrize("name", ["../outside", "/outside", "mkdocs.yml/../../x"])
def test_a_list_reaches_no_file_outside_of_the_archive(root: Path, name: str) -> None:
    outside = root.parent / "outside"
    outside.write_text("mine", encoding="utf-8")
    (root / INTENT).write_text(json.dumps({name: False}), encoding="utf-8")
    assert briefs(root, "convert").exit_code == 2
    assert outside.read_text(encoding="utf-8") == "mine"


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
    """Wait until a lock on the folder is asked for that another holds.

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
    with Archive(root).locked():
        thread.start()
        until_it_waits(root / "briefs")
        assert not results
        commit(Archive(root).stage(changed(root)))
    thread.join()
    assert results[0].exit_code == 0, results[0].output


# -- single files ----------------------------------------------------------------------------------


def test_a_file_is_written_with_the_folders_above_it(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.md"
    write_file(path, "한일\n")
    assert path.read_bytes() == "한일\n".encode()
    assert [file.name for file in path.parent.iterdir()] == ["b.md"]


def test_an_interrupted_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.md"
    path.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(KeyboardInterrupt):
        write_file(path, "new")
    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [
        ("page.md", "old")
    ]


def test_a_disk_that_refuses_is_a_named_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ArchiveError, match="cannot be written") as error:
        write_file(tmp_path / "file" / "page.md", "x")
    assert error.value.field == "file"
