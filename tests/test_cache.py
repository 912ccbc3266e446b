"""archive.cache: cached results are used where nothing has changed, and nowhere else."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import archive
from archive import cache as caching
from archive import convert as converting
from archive import parallel
from archive.cache import FOLDER, Cache, Stored, digest, key, tree_digest
from archive.convert import compare, convert, convert_if_changed
from archive.errors import ArchiveError
from archive.records import library as libraries
from archive.records.library import Library, load_library
from archive.records.record import Record
from archive.records.verify import verify_record
from archive.store import Archive, Committed
from repository import ROOT, copy_archive, tree

FILE = Path(FOLDER, "results.sqlite")
calls: list[object] = []


def double(number: int) -> int:
    calls.append(number)
    return 2 * number


def scale(factor: int, number: int, *, plus: int = 0) -> int:
    return factor * number + plus


def refuse(number: int) -> int:
    raise ArchiveError("x", str(number), "x", "x")


def doubled(root: Path, *numbers: int, writing: bool = True) -> list[int]:
    """Return the numbers that a run has to double anew."""
    calls.clear()
    with Cache(root, writing=writing) as cache:
        assert list(cache.map(double, numbers)) == [2 * number for number in numbers]
    return [number for number in calls if isinstance(number, int)]


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
    assert tree_digest(first / "docs", first) == tree_digest(second / "docs", second)
    (second / "docs" / "a.md").rename(second / "docs" / "b.md")
    assert tree_digest(first / "docs", first) != tree_digest(second / "docs", second)
    (second / "docs" / "b.md").rename(second / "docs" / "a.md")
    (second / "docs" / "a.md").write_text("Words", encoding="utf-8")
    assert tree_digest(first / "docs", first) != tree_digest(second / "docs", second)


def test_the_digest_of_a_tree_depends_on_folders_that_it_links_to(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "briefs").mkdir()
    (tmp_path / "briefs" / "authority").symlink_to("../shared")
    before = tree_digest(tmp_path / "briefs", tmp_path)
    (tmp_path / "shared" / "authors.yml").write_text("words", encoding="utf-8")
    assert tree_digest(tmp_path / "briefs", tmp_path) != before


def test_a_key_depends_on_the_function_on_all_that_it_gets_and_on_the_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = [
        key(double, 1),
        key(double, 2),
        key(double, "1"),
        key(scale, 1),
        key(scale, 1, 2),
        key(scale, (1, 2)),
        key(partial(scale, 1), 2),
        key(partial(scale, 2), 2),
        key(partial(scale, 2, plus=1), 2),
    ]
    monkeypatch.setattr(caching, "code_digest", lambda: "other")
    keys.append(key(double, 1))
    assert len(set(keys)) == len(keys)
    assert key(double, 1) == keys[-1]


def test_a_function_whose_name_is_not_its_own_has_no_key() -> None:
    def local(number: int) -> int:
        return number

    for work in (local, lambda number: number, calls.append, len):
        with pytest.raises(TypeError, match="is not a function of a module"):
            key(work, 1)


def test_what_a_key_leaves_out_of_a_value_is_derived_or_a_fact_of_the_disk() -> None:
    """Of all dataclasses of the package, repr() leaves out these fields."""
    names = [
        module.name
        for module in pkgutil.walk_packages(archive.__path__, "archive.")
        if not module.name.endswith("__main__")
    ]
    left_out = {
        f"{kind.__name__}.{field.name}"
        for name in names
        for kind in vars(importlib.import_module(name)).values()
        if dataclasses.is_dataclass(kind)
        for field in dataclasses.fields(kind)
        if not field.repr and not field.name.startswith("_") and isinstance(kind, type)
    }
    assert left_out == {
        "Record.path",
        "Theme.path",
        "SiteSettings.folder",
        "Library.archive",
        "Stored.again",
        "Stored.root",
        "Unread.archive",
        "Brief.written",
        "Catalogued.written",
        "Withdrawn.written",
    }


def test_a_result_is_made_once(tmp_path: Path) -> None:
    assert doubled(tmp_path, 1, 2) == [1, 2]
    assert doubled(tmp_path, 2, 3, 1) == [3]
    assert doubled(tmp_path, 1, 2, 3) == []


def test_a_large_map_is_done_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "_BATCH", 3)
    taken: list[int] = []

    def numbers() -> Any:
        for number in range(10):
            taken.append(number)
            yield number

    calls.clear()
    with Cache(tmp_path, writing=True) as cache:
        results = cache.map(double, numbers())
        assert next(results) == 0
        assert taken == [0, 1, 2]
        assert list(results) == [2 * number for number in range(1, 10)]
        assert list(cache.map(double, numbers())) == [2 * number for number in range(10)]
    assert calls == list(range(10))


def test_a_result_may_be_anything_that_can_be_pickled(tmp_path: Path) -> None:
    for result in (None, b"\0", {"a": ("가", 1.5)}):
        with Cache(tmp_path, writing=True) as cache:
            cache.put(key(double, 1), result)
        with Cache(tmp_path) as cache:
            assert cache.get(key(double, 1), "missing") == result


def test_an_entry_lasts_until_a_run_asks_for_others_of_its_function(tmp_path: Path) -> None:
    doubled(tmp_path, 1, 2)
    with Cache(tmp_path, writing=True) as cache:
        assert list(cache.map(partial(scale, 3), [1])) == [3]
    assert doubled(tmp_path, 2, writing=False) == []
    assert doubled(tmp_path, 2) == []
    assert doubled(tmp_path, 1, 2) == [1]


def test_a_result_that_is_loaded_leaves_the_others_of_its_function(tmp_path: Path) -> None:
    with Cache(tmp_path, writing=True) as cache:
        (_, first), _ = cache.keys(double, [71, 72])
    with Cache(tmp_path, writing=True):
        assert Stored(first, tmp_path, partial(double, 71)).load() == 142
    assert doubled(tmp_path, 71, 72) == []


def test_a_run_that_fails_removes_nothing(tmp_path: Path) -> None:
    doubled(tmp_path, 1, 2)
    with pytest.raises(ArchiveError), Cache(tmp_path, writing=True) as cache:
        assert list(cache.map(double, [2, 3])) == [4, 6]
        list(cache.map(refuse, [1]))
    assert doubled(tmp_path, 1, 2, 3) == []


def damage_entries(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("update entries set value = substr(value, 1, length(value) - 1) || 'x'")


def damage_types(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("update entries set value = null")
        database.execute("insert into entries values (null, x'00'), (x'ff', 0)")


def damage_pages(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:2048] + bytes(len(file.read_bytes()) - 2048))


@pytest.mark.parametrize(
    "damage",
    [
        damage_entries,
        damage_types,
        damage_pages,
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"no database"),
        lambda file: file.write_bytes(b"SQLite format 3\0 but no more"),
    ],
)
def test_what_is_damaged_is_made_again(damage: Callable[[Path], None], tmp_path: Path) -> None:
    doubled(tmp_path, *range(90))
    damage(tmp_path / FILE)
    assert len(doubled(tmp_path, *range(90), writing=False)) > 0
    doubled(tmp_path, *range(90))
    doubled(tmp_path, *range(90))
    assert doubled(tmp_path, *range(90)) == []


def test_a_file_that_another_process_locks_is_not_used(tmp_path: Path) -> None:
    doubled(tmp_path, 1)
    lock = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    lock.execute("begin exclusive")
    with Cache(tmp_path, writing=True) as cache:
        calls.clear()
        assert list(cache.map(double, [1, 2])) == [2, 4]
        assert list(cache.map(double, [1, 2])) == [2, 4]
        assert calls == [1, 2]
    lock.execute("rollback")
    lock.close()
    assert doubled(tmp_path, 1, 2) == [2]


def test_results_can_be_read_while_others_are_written(tmp_path: Path) -> None:
    """So the processes of a run find what it has stored, while it stores what they return."""
    doubled(tmp_path, 1)
    with Cache(tmp_path, writing=True) as cache:
        for number in range(40):  # more than SQLite holds in memory by default
            cache.put(key(repeat, number), bytes(100_000))
        assert doubled(tmp_path, 1, writing=False) == []


def test_a_run_that_only_reads_does_not_keep_others_from_writing(tmp_path: Path) -> None:
    doubled(tmp_path, 1)
    with Cache(tmp_path) as reading:
        reading.put(key(double, 2), 4)
        assert (reading.get(key(double, 1)), reading.get(key(double, 2))) == (2, 4)
        assert doubled(tmp_path, 1, 3) == [3]
    assert doubled(tmp_path, 1, 3, writing=False) == []


def test_what_no_other_process_could_find_is_made_when_it_is_loaded(tmp_path: Path) -> None:
    calls.clear()
    with Cache(tmp_path) as cache:
        ((_, stored),) = cache.keys(double, [81])
        assert calls == []
        assert Stored(stored, tmp_path, partial(double, 81)).load() == 162


def test_several_runs_at_once_do_each_other_no_harm(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from archive.cache import Cache, digest\n"
        "for run in range(5):\n"
        "  with Cache(Path(sys.argv[1]), writing=True) as cache:\n"
        "    texts = [str(number) * 500 for number in range(run, 1000 + run)]\n"
        "    assert list(cache.map(digest, texts)) == list(map(digest, texts))\n"
    )
    runs = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) for _ in range(3)]
    assert [run.wait() for run in runs] == [0, 0, 0]
    with sqlite3.connect(tmp_path / FILE) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("filled", [True, False])
def test_a_disk_that_cannot_be_written_does_not_matter(
    filled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if filled:
        doubled(tmp_path, 1)
    connect = caching._connect

    def read_only(address: str) -> sqlite3.Connection:
        if address.endswith("mode=rwc"):
            raise sqlite3.OperationalError("attempt to write a readonly database")
        return connect(address)

    monkeypatch.setattr(caching, "_connect", read_only)
    calls.clear()
    with Cache(tmp_path, writing=True) as cache:
        for _ in range(2):
            assert list(cache.map(double, [1, 2])) == [2, 4]
    assert calls == ([2] if filled else [1, 2])


def test_a_disk_that_fills_up_does_not_matter(tmp_path: Path) -> None:
    with Cache(tmp_path, writing=True) as cache:
        cache._database.execute("pragma max_page_count = 20")
        for _ in range(2):
            assert [len(text) for text in cache.map(repeat, range(40))] == [10_000] * 40
    assert doubled(tmp_path, 1) == [1]


def test_maps_share_the_processes_of_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "MANY", 1)
    monkeypatch.setattr(parallel, "cores", lambda: 2)
    monkeypatch.setattr(caching, "_BATCH", 3)
    started: list[object] = []
    start = parallel._Pool._start

    def noted_start(pool: Any) -> Any:
        started.append(pool)
        return start(pool)

    monkeypatch.setattr(parallel._Pool, "_start", noted_start)
    texts = [str(number) for number in range(8)]
    with parallel.workers(), Cache(tmp_path, writing=True) as cache:
        assert list(cache.map(digest, texts)) == list(map(digest, texts))
        assert list(cache.map(partial(digest, "a"), texts)) == [digest("a", text) for text in texts]
    assert len(started) == 1


def repeat(number: int) -> bytes:
    return bytes([number]) * 10_000


def test_without_writing_not_even_a_folder_is_made(tmp_path: Path) -> None:
    assert doubled(tmp_path, 1, writing=False) == [1]
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def converted(tmp_path: Path) -> Path:
    """Return an archive that was converted once."""
    root = copy_archive(tmp_path / "archive")
    convert_if_changed(Archive(root))
    return root


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the briefs whose texts are read."""
    ids: list[str] = []

    def noted(record: Record, *others: Any) -> None:
        ids.append(record.id)
        verify_record(record, *others)

    monkeypatch.setattr(libraries, "verify_record", noted)
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


def test_a_text_is_read_once(converted: Path, read: list[str]) -> None:
    assert {brief.id for brief in load_library(Archive(converted)).briefs} == EVERY
    convert(Archive(converted))
    assert read == []
    shutil.rmtree(converted / FOLDER)
    Stored.load.cache_clear()  # a withheld text is still in memory
    assert {brief.id for brief in load_library(Archive(converted)).briefs} == EVERY
    assert set(read) == EVERY


def test_a_text_is_not_read_again_because_its_ledger_is_written(
    converted: Path, read: list[str]
) -> None:
    shutil.rmtree(converted / "briefs" / "ledger")
    convert(Archive(converted))
    assert len(list((converted / "briefs" / "ledger").iterdir())) == len(EVERY) + 1
    convert(Archive(converted))
    assert read == []


def test_a_cached_brief_equals_the_one_that_is_read(converted: Path) -> None:
    library = load_library(Archive(converted))
    shutil.rmtree(converted / FOLDER)
    for cached, fresh in zip(library.briefs, load_library(Archive(converted)).briefs, strict=True):
        assert cached == fresh


def test_a_text_has_the_same_key_in_every_process_and_folder(tmp_path: Path) -> None:
    """No set, whose order differs from process to process, and no path is part of a key."""
    program = (
        "import sys; from pathlib import Path; from archive import cache\n"
        "from archive.convert import compare\nfrom archive.store import Archive\n"
        "maker, keys = cache._key_maker, []\n"
        "cache._key_maker = lambda work: lambda *its: keys.append(maker(work)(*its)) or keys[-1]\n"
        "compare(Archive(Path(sys.argv[1]))); print('\\n'.join(keys))"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program, str(folder)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "scripts")},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, folder in (("1", ROOT), ("2", copy_archive(tmp_path / "archive")))
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == 3 * len(EVERY)


@pytest.mark.parametrize(
    ("file", "old", "new", "again"),
    [
        ("2022-asan-choi.yml", "checked_by: null", 'checked_by: "A. Reader"', {"2022-asan-choi"}),
        ("authority/authors.yml", 'given: "Eunmi"', 'given: "Eun-mi"', {"2022-asan-choi"}),
        ("authority/institutes.yml", "sejong:", "# A comment.\nsejong:", set()),
        ("authority/themes.yml", 'label: "GSOMIA"', 'label: "The GSOMIA"', set()),
    ],
)
def test_only_what_a_change_concerns_is_read_again(
    file: str, old: str, new: str, again: set[str], converted: Path, read: list[str]
) -> None:
    change(converted / "briefs" / file, old, new)
    load_library(Archive(converted))
    assert set(read) == again


def test_other_code_reads_all_again(
    converted: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "code_digest", lambda: "other")
    load_library(Archive(converted))
    assert set(read) == EVERY


def test_a_text_that_changed_is_refused_as_ever(converted: Path) -> None:
    change(converted / "briefs" / "2022-asan-choi.txt", "Japan", "Nippon")
    with pytest.raises(ArchiveError, match="it changed after its record was written"):
        load_library(Archive(converted))


def test_an_unchanged_archive_is_not_even_loaded(
    converted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unexpected(*_: object, **__: object) -> None:
        raise AssertionError("it was converted")

    before = tree(converted)
    with monkeypatch.context() as patched:
        patched.setattr(converting, "load_library", unexpected)
        for path in converted.rglob("*"):  # times play no part
            if path.is_file():
                path.touch()
        assert convert_if_changed(Archive(converted)) == Committed((), ())
        assert tree(converted) == before
        page = converted / "docs" / "briefs" / "2022-asan-choi.md"
        page.write_text(page.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
        with pytest.raises(AssertionError, match="it was converted"):
            convert_if_changed(Archive(converted))
    assert convert_if_changed(Archive(converted)).written == ("docs/briefs/2022-asan-choi.md",)
    assert tree(converted) == before


def test_what_is_edited_during_a_conversion_is_converted_by_the_next(
    converted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edited(archive: Archive, *arguments: Any) -> Library:
        library = load_library(archive, *arguments)
        change(converted / "briefs" / "home.md", "Korea", "Corea")
        return library

    change(converted / "briefs" / "home.md", "Japan", "Nippon")
    with monkeypatch.context() as patched:
        patched.setattr(converting, "load_library", edited)
        assert "docs/index.md" in convert_if_changed(Archive(converted)).written
    assert "docs/index.md" in convert_if_changed(Archive(converted)).written
    assert compare(Archive(converted)) == []


def test_a_check_writes_no_cache(converted: Path) -> None:
    shutil.rmtree(converted / FOLDER)
    compare(Archive(converted))
    assert not (converted / FOLDER).exists()
