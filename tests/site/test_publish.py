"""archive.site.publish: the new site takes the place of the old one, whenever it is killed."""

from __future__ import annotations

import os
import signal
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.site.publish import publish

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
    publish(tmp_path / "new", tmp_path / "site")
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
        publish(tmp_path / "new", tmp_path / "site")


def publish_and_die(step: int, new: Path, site: Path) -> None:
    """Publish, but kill this process before change number `step`."""
    changes = count(1)

    def die_at_step(name: str) -> None:
        change = getattr(Path, name)

        def counted(*arguments: object) -> object:
            if next(changes) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return change(*arguments)

        setattr(Path, name, counted)

    for name in ("replace", "unlink", "rmdir"):
        die_at_step(name)
    publish(new, site)


def killed_at(step: int, new: Path, site: Path) -> bool:
    """Publish in a process of its own; return whether it was killed before that change."""
    process = get_context("spawn").Process(target=publish_and_die, args=(step, new, site))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


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
