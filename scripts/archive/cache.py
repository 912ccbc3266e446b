"""What a run keeps for the next: results by the digest of all that they were made of, never by a time.

It is a help and no part of the archive: .cache/ in the archive's folder may be removed at any time. What is kept was made by
this very code with this very Python: both are part of every digest.
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
_SUMS = "sums.json"


def digest(*parts: str | bytes) -> str:
    """The SHA-256 of the parts, and of where each ends, as hexadecimal digits."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(b"%d:" % len(data))
        whole.update(data)
    return whole.hexdigest()


@cache
def code_digest() -> str:
    """The digest of this package, of the Python that runs it, and of the versions of all that is installed there."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    versions = sorted(f"{one.name} {one.version}" for one in distributions())
    return digest(
        sys.version, *versions, *(part for file in files for part in (file.name, file.read_bytes()))
    )


def tree_digest(folders: Iterable[Path], root: Path) -> str:
    """The digest of all files in some folders, and of their names from `root`; what begins with a dot is left out."""
    paths: list[str] = []
    for folder in folders:
        for top, inside, names in os.walk(folder):
            inside[:] = [name for name in inside if not name.startswith(".")]
            paths += [f"{top}/{name}" for name in names if not name.startswith(".")]
    whole = hashlib.sha256()
    for path in sorted(paths):
        with open(path, "rb") as file:  # noqa: PTH123 (forty thousand times)
            whole.update(digest(path.removeprefix(f"{root}/"), file.read()).encode())
    return whole.hexdigest()


class Cache:
    """Results kept under their digests, in one file. What cannot be read or written is made anew: nothing is raised for it."""

    def __init__(self, root: Path, name: str, *, writing: bool) -> None:
        """Those called `name`, of the archive in `root`; without `writing`, nothing is written, not even the folder."""
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
                    "create table if not exists entries (key text primary key, value blob) without rowid"
                )
            self._database.execute("select key from entries limit 1")
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
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
                    known = {key for (key,) in self._database.execute("select key from entries")}
                    self._database.executemany(
                        "delete from entries where key = ?", [(key,) for key in known - self._used]
                    )
                    self._database.executemany(
                        "insert or replace into entries values (?, ?)", self._new.items()
                    )
            except sqlite3.Error as fault:
                self._give_up(fault)
        if self._database:
            self._database.close()

    def _give_up(self, error: Exception) -> None:
        """Go on without; a file that is no database goes, so that the next run can make one."""
        if self._database:
            self._database.close()
            self._database = None
        if self._writing and not isinstance(error, OSError | sqlite3.OperationalError):
            self._file.unlink(missing_ok=True)

    def get(self, key: str) -> bytes | None:
        """What is kept under a digest."""
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
        """Keep a result; it is written at the end, with all others, or not at all."""
        self._used.add(key)
        self._new[key] = value


def map_cached(
    cache: Cache, things: Sequence[T], key: Callable[[T], str], work: Callable[[T], str]
) -> list[str]:
    """What `work` makes of each thing: taken from what is kept under its `key`, or made, on all cores, and put there."""
    keys = [key(thing) for thing in things]
    found = [cache.get(one) for one in keys]
    fresh = [place for place, content in enumerate(found) if content is None]
    for place, made in zip(
        fresh, parallel.map(work, [things[place] for place in fresh]), strict=True
    ):
        found[place] = made.encode()
        cache.put(keys[place], made.encode())
    return [(content or b"").decode() for content in found]


class FileCache:
    """Files kept under the digest of what they were made of.

    They are linked to where they are wanted, so they may be replaced there, but not written into: one that was is made anew.
    """

    def __init__(self, root: Path, name: str) -> None:
        """Those called `name`, of the archive in `root`."""
        self._folder = root / FOLDER / name
        self._folder.mkdir(parents=True, exist_ok=True)

    def restore(self, key: str, files: Mapping[str, Path]) -> bool:
        """Put the files kept under a digest, by their names, where they are wanted; whether they were there, and whole."""
        kept = self._folder / key
        try:
            sums = json.loads((kept / _SUMS).read_bytes())
            if sums != {name: digest((kept / name).read_bytes()) for name in files}:
                return False
        except (OSError, ValueError):
            return False
        for name, file in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
            _link(kept / name, file)
        return True

    def store(self, key: str, files: Mapping[str, Path]) -> None:
        """Keep files under a digest, by their names."""
        part = Path(tempfile.mkdtemp(dir=self._folder))
        for name, file in files.items():
            _link(file, part / name)
        sums = {name: digest(file.read_bytes()) for name, file in files.items()}
        (part / _SUMS).write_text(json.dumps(sums), encoding="utf-8")
        shutil.rmtree(self._folder / key, ignore_errors=True)
        part.rename(self._folder / key)

    def prune(self, used: Set[str]) -> None:
        """Remove what is kept under other digests."""
        for there in self._folder.iterdir():
            if there.is_file():  # what is none of ours
                there.unlink()
            elif there.name not in used:
                shutil.rmtree(there)


def _link(file: Path, to: Path) -> None:
    try:
        os.link(file, to)
    except OSError:  # another disk
        shutil.copyfile(file, to)
