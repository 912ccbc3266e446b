"""archive.cache: cached results are used where nothing has changed, and nowhere else."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive import cache as caching
from archive import convert as converting
from archive import parallel
from archive.cache import FOLDER, Cache, digest, tree_digest
from archive.convert import convert, convert_if_changed, plan
from archive.errors import ArchiveError
from archive.records import library as libraries
from archive.records.library import load_library
from archive.records.record import Record
from archive.store import Archive
from repository import copy_archive, tree


def test_a_digest_tells_where_parts_end() -> None:
    assert digest("ab", "c") != digest("a", "bc") != digest("abc")
    assert digest("가") == digest("가".encode())


def test_the_digest_of_the_code_depends_on_the_versions_of_packages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = caching.code_digest.__wrapped__()
    assert caching.code_digest.__wrapped__() == ours
    monkeypatch.setattr(
        caching, "distributions", lambda: [SimpleNamespace(name="mkdocs-material", version="99")]
    )
    assert caching.code_digest.__wrapped__() != ours


def test_the_digest_of_a_tree_depends_on_names_and_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "docs").mkdir(parents=True)
        (tmp_path / name / "docs" / "a.md").write_text("words", encoding="utf-8")
    first, second = tmp_path / "one", tmp_path / "two"
    (second / "docs" / ".b.md.part").touch()
    assert tree_digest([first / "docs"], first) == tree_digest([second / "docs"], second)
    (second / "docs" / "a.md").rename(second / "docs" / "b.md")
    assert tree_digest([first / "docs"], first) != tree_digest([second / "docs"], second)
    (second / "docs" / "b.md").rename(second / "docs" / "a.md")
    (second / "docs" / "a.md").write_text("Words", encoding="utf-8")
    assert tree_digest([first / "docs"], first) != tree_digest([second / "docs"], second)


def test_an_entry_lasts_until_a_run_does_not_ask_for_it(
    tmp_path: Path,
) -> None:
    with Cache(tmp_path, "x", writing=True) as cache:
        cache.put("a", b"1")
        cache.put("b", b"2")
    with Cache(tmp_path, "x", writing=True) as cache:
        assert cache.get("a") == b"1"
    with Cache(tmp_path, "x", writing=False) as cache:
        assert (cache.get("a"), cache.get("b")) == (b"1", None)
        cache.put("c", b"3")
    with Cache(tmp_path, "x", writing=False) as cache:
        assert (cache.get("a"), cache.get("c")) == (b"1", None)


def test_a_run_that_fails_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError), Cache(tmp_path, "x", writing=True) as cache:
        cache.put("a", b"1")
        raise ArchiveError("x", "x", "x", "x")
    with Cache(tmp_path, "x", writing=True) as cache:
        assert cache.get("a") is None


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0 but no more"])
def test_a_file_that_is_not_a_database_is_replaced(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "x.sqlite").write_bytes(content)
    with Cache(tmp_path, "x", writing=True) as cache:
        assert cache.get("a") is None
        cache.put("a", b"1")
    with Cache(tmp_path, "x", writing=True) as cache:
        cache.get("a")
        cache.put("a", b"1")
    with Cache(tmp_path, "x", writing=False) as cache:
        assert cache.get("a") == b"1"


def test_a_database_that_another_process_locks_is_not_used(tmp_path: Path) -> None:
    with Cache(tmp_path, "x", writing=True) as cache:
        cache.put("a", b"1")
    lock = sqlite3.connect(tmp_path / FOLDER / "x.sqlite", isolation_level=None)
    lock.execute("begin exclusive")
    with Cache(tmp_path, "x", writing=True) as cache:
        assert cache.get("a") is None
        cache.put("a", b"2")
    lock.execute("rollback")
    lock.close()
    with Cache(tmp_path, "x", writing=False) as cache:
        assert cache.get("a") == b"1"


def test_without_writing_not_even_a_folder_is_made(tmp_path: Path) -> None:
    with Cache(tmp_path, "x", writing=False) as cache:
        assert cache.get("a") is None
        cache.put("a", b"1")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an archive that was converted once, and counts as large enough to be cached."""
    monkeypatch.setattr(parallel, "MANY", 1)
    root = copy_archive(tmp_path / "archive")
    convert_if_changed(root)
    return root


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the briefs whose texts are read."""
    ids: list[str] = []
    understand = libraries.understand

    def noted(record: Record, *others: object) -> object:
        ids.append(record.id)
        return understand(record, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(libraries, "understand", noted)
    return ids


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


EVERY = {
    "2019-sejong-park",
    "2021-yeosijae-okonogi",
    "2022-asan-choi",
    "2022-ifes-cho",
    "2023-sejong-jin",
}


def test_a_text_is_read_once(large: Path, read: list[str]) -> None:
    assert {brief.id for brief in load_library(Archive(large)).briefs} == EVERY
    convert(Archive(large))
    assert read == []
    shutil.rmtree(large / FOLDER)
    assert {brief.id for brief in load_library(Archive(large)).briefs} == EVERY
    assert set(read) == EVERY


def test_a_cached_brief_equals_the_one_that_is_read(large: Path) -> None:
    library = load_library(Archive(large))
    shutil.rmtree(large / FOLDER)
    for cached, fresh in zip(library.briefs, load_library(Archive(large)).briefs, strict=True):
        assert (cached.record, cached.reading, cached.anchors, cached.passages, cached.lines) == (
            fresh.record,
            fresh.reading,
            fresh.anchors,
            fresh.passages,
            fresh.lines,
        )


@pytest.mark.parametrize(
    ("file", "old", "new", "again"),
    [
        ("2022-asan-choi.yml", "checked_by: null", 'checked_by: "A. Reader"', {"2022-asan-choi"}),
        ("authority/authors.yml", 'given: "Eunmi"', 'given: "Eun-mi"', {"2022-asan-choi"}),
        ("authority/institutes.yml", "sejong:", "# A comment.\nsejong:", set()),
        ("authority/themes.yml", 'label: "GSOMIA"', 'label: "The GSOMIA"', EVERY),
    ],
)
def test_only_what_a_change_concerns_is_read_again(
    file: str, old: str, new: str, again: set[str], large: Path, read: list[str]
) -> None:
    change(large / "briefs" / file, old, new)
    load_library(Archive(large))
    assert set(read) == again


def test_other_code_reads_all_again(
    large: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libraries, "code_digest", lambda: "other")
    load_library(Archive(large))
    assert set(read) == EVERY


def test_a_text_that_changed_is_refused_as_ever(large: Path) -> None:
    change(large / "briefs" / "2022-asan-choi.txt", "Japan", "Nippon")
    with pytest.raises(ArchiveError, match="it changed after its record was written"):
        load_library(Archive(large))


def test_an_unchanged_archive_is_not_even_loaded(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unexpected(*_: object, **__: object) -> None:
        raise AssertionError("it was converted")

    before = tree(large)
    with monkeypatch.context() as patched:
        patched.setattr(converting, "load_library", unexpected)
        for path in large.rglob("*"):  # times play no part
            if path.is_file():
                path.touch()
        assert convert_if_changed(large) == (0, 0)
        assert tree(large) == before
        page = large / "docs" / "briefs" / "2022-asan-choi.md"
        page.write_text(page.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
        with pytest.raises(AssertionError, match="it was converted"):
            convert_if_changed(large)
    assert convert_if_changed(large) == (1, 0)
    assert tree(large) == before


def test_a_check_writes_no_cache(large: Path) -> None:
    shutil.rmtree(large / FOLDER)
    before = tree(large)
    plan(large)
    assert tree(large) == before


def test_a_small_archive_has_no_cache(archive: Path) -> None:
    before = tree(archive)
    assert convert_if_changed(archive) == (0, 0)
    assert tree(archive) == before
