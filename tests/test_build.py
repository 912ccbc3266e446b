"""archive.build: the new site takes the place of the old one file by file, whenever it is broken off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive import parallel
from archive.build import _put, build
from archive.errors import ArchiveError
from repository import copy_archive
from repository import tree as contents
from site_pages import run

OLD = {
    "index.html": "old home",
    "a/index.html": "old a",
    "b/c/index.html": "old c",
    "same.css": "same",
    ".git": "theirs",
    ".a.html.part": "ours",
    ".index-x/y": "ours",
}
NEW = {
    "index.html": "new home",
    "a/index.html": "new a",
    "d/index.html": "new d",
    "same.css": "same",
}


def lay(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_new_site_is_all_that_is_there(tmp_path: Path) -> None:
    lay(tmp_path / "site", OLD)
    lay(tmp_path / "new", NEW)
    before = (tmp_path / "site" / "same.css").stat()
    _put(tmp_path / "new", tmp_path / "site")
    assert tree(tmp_path / "site") == NEW | {".git": "theirs"}
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == [
        ".git",
        "a",
        "d",
        "index.html",
        "same.css",
    ]
    assert (tmp_path / "site" / "same.css").stat().st_ino == before.st_ino
    assert not (tmp_path / "new").exists()


def test_a_disk_that_refuses_is_a_named_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path / "new", NEW)

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", fail)
    with pytest.raises(ArchiveError, match="No space left on device"):
        _put(tmp_path / "new", tmp_path / "site")


def killed_at(step: int, new: Path, site: Path) -> bool:
    """Put the new site in its place in a process that kills itself before its change number `step`; whether it was killed."""
    pid = os.fork()
    if pid == 0:
        left = step

        def counted(name: str) -> None:
            done = getattr(Path, name)

            def change(*arguments: object) -> object:
                nonlocal left
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return done(*arguments)

            setattr(Path, name, change)

        for name in ("replace", "unlink", "rmdir"):
            counted(name)
        _put(new, site)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def test_killed_at_any_change_no_file_is_half(tmp_path: Path) -> None:
    for step in range(1, 20):
        folder = tmp_path / str(step)
        lay(folder / "site", OLD)
        lay(folder / "new", NEW)
        killed = killed_at(step, folder / "new", folder / "site")
        for name, content in tree(folder / "site").items():
            assert content in (OLD.get(name), NEW.get(name)), name
        if not killed:
            assert tree(folder / "site") == NEW | {".git": "theirs"}
            break
    assert step > 5
    assert not killed


def test_a_build_that_is_killed_leaves_the_old_site_or_whole_new_files(tmp_path: Path) -> None:
    archive = copy_archive(tmp_path / "archive")
    assert run(archive, "archive", "--root", str(archive), "build").returncode == 0
    site = archive / "site"
    old = tree(site)
    config = archive / "mkdocs.yml"  # every page has the site's name
    config.write_text(
        config.read_text(encoding="utf-8").replace("site_name: Korea", "site_name: Of Korea"),
        encoding="utf-8",
    )
    begun = time.monotonic()
    assert (
        run(
            archive, "archive", "--root", str(archive), "build", "--site-dir", str(tmp_path / "new")
        ).returncode
        == 0
    )
    whole = time.monotonic() - begun
    new = tree(tmp_path / "new")
    assert new != old
    for share in (0.2, 0.4, 0.6, 0.8, 0.9, 0.97):
        command = [sys.executable, "-m", "archive", "--root", str(archive), "build"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=whole * share)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for name, content in tree(site).items():
            assert content in (old.get(name), new.get(name)), name
    assert run(archive, "archive", "--root", str(archive), "build").returncode == 0
    assert tree(site) == new
    assert not list(archive.glob(".site*"))


def test_many_pages_are_built_by_several_processes_and_are_the_same(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(archive, "2026-11-22", archive / "alone")
    monkeypatch.setattr(parallel, "MANY", 1)
    build(archive, "2026-11-22", archive / "together")
    assert contents(archive / "together") == contents(archive / "alone")


def test_what_one_of_them_finds_wrong_ends_the_build(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "MANY", 1)
    page = archive / "docs" / "about.md"
    page.write_text(
        page.read_text(encoding="utf-8") + "\nSee [this](no-such-page.md).\n", encoding="utf-8"
    )
    with pytest.raises(ArchiveError, match="MkDocs gave up: Aborted with 1 warnings"):
        build(archive, "2026-11-22")
    assert not (archive / "site").exists()
    assert not list(archive.glob(".site.index"))
