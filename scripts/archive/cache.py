"""Caches results for the next run, under the digest of everything that they were made from.

The cache is .cache/ in the archive's folder and may be removed at any time. Every key includes
`code_digest`, so other code or another Python never reads an old result. Times of files are not
used.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from archive import parallel

T = TypeVar("T")

FOLDER = ".cache"
_DIGESTS = "sums.json"


def digest(*parts: str | bytes) -> str:
    """Return the hexadecimal SHA-256 of the parts and their lengths."""
    sha256 = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        sha256.update(b"%d:" % len(data))  # so that ("ab", "c") differs from ("a", "bc")
        sha256.update(data)
    return sha256.hexdigest()


@cache
def code_digest() -> str:
    """Return the digest of this package, the Python version, and all installed versions."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    versions = sorted(f"{package.name} {package.version}" for package in distributions())
    return digest(
        sys.version, *versions, *(part for file in files for part in (file.name, file.read_bytes()))
    )


def tree_digest(folders: Iterable[Path], root: Path) -> str:
    """Return the digest of all files in `folders`, and of their paths from `root`.

    Names that begin with a dot are left out.
    """
    paths: list[str] = []
    for folder in folders:
        for top, subfolders, names in os.walk(folder):
            subfolders[:] = [name for name in subfolders if not name.startswith(".")]
            paths += [f"{top}/{name}" for name in names if not name.startswith(".")]
    sha256 = hashlib.sha256()
    for path in sorted(paths):
        # At 10,000 briefs there are 40,000 files: Path.open would be slower.
        with open(path, "rb") as file:  # noqa: PTH123
            sha256.update(digest(path.removeprefix(f"{root}/"), file.read()).encode())
    return sha256.hexdigest()


class Cache:
    """Results by their keys, in one SQLite file.

    Every entry that a run does not ask for is removed at its end. An error of the database is never
    raised: the run goes on without the cache.
    """

    def __init__(self, root: Path, name: str, *, writing: bool) -> None:
        """Use .cache/<name>.sqlite of the archive in `root`, read-only unless `writing`."""
        self._file, self._writing = root / FOLDER / f"{name}.sqlite", writing
        self._used: set[str] = set()
        self._new: dict[str, bytes] = {}
        self._database: sqlite3.Connection | None = None

    def __enter__(self) -> Cache:
        try:
            if self._writing:
                self._file.parent.mkdir(exist_ok=True)
            mode = "rwc" if self._writing else "ro"
            self._database = sqlite3.connect(
                f"{self._file.resolve().as_uri()}?mode={mode}", uri=True, timeout=1
            )
            if self._writing:
                self._database.execute(
                    "create table if not exists entries "
                    "(key text primary key, value blob) without rowid"
                )
            self._database.execute("select key from entries limit 1")
        except (sqlite3.Error, OSError) as error:
            self._disable(error)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._database and self._writing and kind is None:
            try:
                with self._database:
                    stored = {key for (key,) in self._database.execute("select key from entries")}
                    self._database.executemany(
                        "delete from entries where key = ?",
                        [(key,) for key in stored - self._used],
                    )
                    self._database.executemany(
                        "insert or replace into entries values (?, ?)", self._new.items()
                    )
            except sqlite3.Error as fault:
                self._disable(fault)
        if self._database:
            self._database.close()

    def _disable(self, error: Exception) -> None:
        """Close the database; remove a file that is not one, so that the next run creates it."""
        if self._database:
            self._database.close()
            self._database = None
        if self._writing and not isinstance(error, OSError | sqlite3.OperationalError):
            self._file.unlink(missing_ok=True)

    def get(self, key: str) -> bytes | None:
        """Return the value of a key, or None."""
        self._used.add(key)
        if not self._database:
            return None
        try:
            row = self._database.execute(
                "select value from entries where key = ?", (key,)
            ).fetchone()
        except sqlite3.Error:
            return None
        return row[0] if row else None

    def put(self, key: str, value: bytes) -> None:
        """Store a value. All are written at the end of the `with` block, unless it raises."""
        self._used.add(key)
        self._new[key] = value


def map_cached(
    cache: Cache, things: Sequence[T], key: Callable[[T], str], work: Callable[[T], str]
) -> list[str]:
    """Return what `work` returns for each thing, from the cache where its `key` is there.

    The rest is worked out on all cores, and put into the cache.
    """
    keys = [key(thing) for thing in things]
    contents = [cache.get(key) for key in keys]
    fresh = [place for place, content in enumerate(contents) if content is None]
    for place, result in zip(
        fresh, parallel.map(work, [things[place] for place in fresh]), strict=True
    ):
        contents[place] = result.encode()
        cache.put(keys[place], result.encode())
    return [(content or b"").decode() for content in contents]


class FileCache:
    """Sets of files by their keys, in a folder for each key.

    The files are hard links, so users must replace a restored file and never write into it. A set
    with a changed file counts as missing.
    """

    def __init__(self, root: Path, name: str) -> None:
        """Use the folder .cache/<name> of the archive in `root`; create it if needed."""
        self._folder = root / FOLDER / name
        self._folder.mkdir(parents=True, exist_ok=True)

    def restore(self, key: str, files: Mapping[str, Path]) -> bool:
        """Link the cached files of a key to the paths in `files`, which are given by name.

        Returns False, and changes nothing, when a file is missing or changed in the cache.
        """
        cached = self._folder / key
        try:
            digests = json.loads((cached / _DIGESTS).read_bytes())
            if digests != {name: digest((cached / name).read_bytes()) for name in files}:
                return False
        except (OSError, ValueError):
            return False
        for name, file in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
            _link(cached / name, file)
        return True

    def store(self, key: str, files: Mapping[str, Path]) -> None:
        """Store the files of a key, given by name."""
        temporary = Path(tempfile.mkdtemp(dir=self._folder))
        for name, file in files.items():
            _link(file, temporary / name)
        digests = {name: digest(file.read_bytes()) for name, file in files.items()}
        (temporary / _DIGESTS).write_text(json.dumps(digests), encoding="utf-8")
        shutil.rmtree(self._folder / key, ignore_errors=True)
        temporary.rename(self._folder / key)

    def prune(self, used: Set[str]) -> None:
        """Remove the files of all other keys."""
        for entry in self._folder.iterdir():
            if entry.is_file():  # a stray file: every entry is a folder
                entry.unlink()
            elif entry.name not in used:
                shutil.rmtree(entry)


def _link(file: Path, to: Path) -> None:
    try:
        os.link(file, to)
    except OSError:  # the site is on another disk
        shutil.copyfile(file, to)
