from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.files import read_text, write_atomically


def test_a_file_is_written_with_the_folders_above_it(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.md"
    write_atomically(path, "한일\n")
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
        write_atomically(path, "new")
    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [
        ("page.md", "old")
    ]


def test_a_disk_that_refuses_is_a_named_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ArchiveError, match="No space left on device"):
        write_atomically(tmp_path / "page.md", "new")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_read_is_a_named_error(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="No such file"):
        read_text(tmp_path / "none.md")
    (tmp_path / "korean.md").write_bytes("한".encode("cp949"))
    with pytest.raises(ArchiveError, match="not UTF-8") as error:
        read_text(tmp_path / "korean.md")
    assert error.value.field == "byte 0"
