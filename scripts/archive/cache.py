"""Keeps what functions returned, so that the next run calls them only for what has changed.

A result is found again by `key`: the function, the value of everything that it got, the code of
this package and all installed versions. Nothing else counts, so a result is never stale, and the
times of files do not matter. The results are in .cache/ in the archive's folder, which may be
removed at any time.
"""

import hashlib
import os
import pickle
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from importlib.metadata import distributions
from inspect import isfunction
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from archive import parallel
from archive.store import read_file

T = TypeVar("T")
R = TypeVar("R")

FOLDER = ".cache"
# How many results a map holds in memory: enough work for all processes, however large the archive.
_BATCH = 400
_DIGEST_SIZE = 2 * hashlib.sha256().digest_size
_MISSING = object()
_TABLE = "entries (key text primary key, value blob)"
# Both are the same table, except where new results have one of their own (_connect).
_FIND = """
select {} from (select * from entries union all select * from main.entries) where key = ? limit 1
"""


def key(work: Callable[..., object], *values: object) -> str:
    """Return the key of what `work`, a function or a partial of one, returns for `values`.

    A value is taken as repr() writes it. So values are made of strings, numbers, tuples, lists,
    dicts and frozen dataclasses. A field that repr() leaves out is derived from the others, or says
    where something is on this disk (Record.path). What has no such repr() is never found again.
    Raises TypeError for a lambda, a method or a local function: their names do not tell them apart.
    """
    return _key_maker(work)(*values)


def _key_maker(work: Callable[..., object]) -> Callable[..., str]:
    """Return a function that makes keys for `work`: the code is digested once for all of them."""
    function, given = (
        (work.func, (work.args, work.keywords)) if isinstance(work, partial) else (work, None)
    )
    if not isfunction(function) or "<" in function.__qualname__:
        raise TypeError(f"{function!r} is not a function of a module")
    inputs = digest(code_digest(), repr(given))
    return lambda *values: (
        f"{function.__module__}.{function.__qualname__} {digest(inputs, repr(values))}"
    )


def digest(*parts: str | bytes) -> str:
    """Return the hexadecimal SHA-256 of the parts and their lengths."""
    sha256 = hashlib.sha256()
    for part in parts:
        # The name of a file need not be UTF-8.
        data = part.encode(errors="surrogateescape") if isinstance(part, str) else part
        sha256.update(b"%d:" % len(data) + data)  # so that ("ab", "c") differs from ("a", "bc")
    return sha256.hexdigest()


@cache
def code_digest() -> str:
    """Return the digest of this package, the Python version, and all installed versions."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    return digest(
        sys.version,
        *sorted(f"{package.name} {package.version}" for package in distributions()),
        *(part for file in files for part in (file.name, file.read_bytes())),
    )


def tree_digest(folder: Path, root: Path, without: Path | None = None) -> str:
    """Return the digest of all files in a folder, and of their paths from `root`.

    Names that begin with a dot, and the folder `without`, are left out.
    """
    paths: list[str] = []
    for top, subfolders, names in os.walk(folder, followlinks=True):
        subfolders[:] = [
            name for name in subfolders if not name.startswith(".") and Path(top, name) != without
        ]
        paths += [f"{top}/{name}" for name in names if not name.startswith(".")]
    sha256 = hashlib.sha256()
    for path in sorted(paths):
        with suppress(OSError):  # pipes, and links to nothing
            sha256.update(digest(path.removeprefix(f"{root}/"), read_file(path)).encode())
    return sha256.hexdigest()


class Cache:
    """The results of earlier runs and of this one, in one SQLite file.

    A run that ends well removes the results for which it did not ask, of all functions of which it
    asked for a result. No error of the disk or the database is raised: where the file cannot be
    written, new results go into a temporary table, which SQLite removes.
    """

    def __init__(self, root: Path, *, writing: bool = False) -> None:
        """Use the cache of the archive in `root`, and leave it as it is unless `writing`."""
        self._file = (root / FOLDER / "results.sqlite").absolute()
        self._used = set[str]()
        # The second "rwc" comes after a damaged file was removed; "" is a temporary database.
        for mode in ("rwc", "rwc", "ro", "") if writing else ("ro", ""):
            try:
                if mode == "rwc":
                    self._file.parent.mkdir(exist_ok=True)
                self._database = _connect(f"{self._file.as_uri()}?mode={mode}" if mode else "")
                self._is_shared = mode == "rwc"
                break
            except (OSError, sqlite3.Error) as error:
                self._remove_if_damaged(error)

    def __enter__(self) -> "Cache":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._remove_unused()
        self._commit()
        self._database.close()

    def map(self, work: Callable[[T], R], things: Iterable[T]) -> Iterator[R]:
        """Yield what `work` returns for each thing, in order, from the cache where it is there.

        The rest is worked out on all cores (parallel.map). Only one batch of things and results is
        in memory at a time.
        """
        for thing, key in self.keys(work, things, are_needed=True):
            result = self.load(key, _MISSING)
            if result is _MISSING:  # it was damaged, or the disk is full
                result = work(thing)
                self.put(key, result)
            yield result

    def keys(
        self, work: Callable[[T], R], things: Iterable[T], *, are_needed: bool = False
    ) -> Iterator[tuple[T, str]]:
        """Yield each thing with the key of what `work` returns for it; see that it is in the cache.

        So the results can be loaded later (Stored), and none stays in memory. Where the file cannot
        be written, they are made when they are loaded, unless `are_needed` at once: other processes
        could not find them.
        """
        make_key, remaining = _key_maker(work), iter(things)
        while batch := list(islice(remaining, _BATCH)):
            keyed = [(thing, make_key(thing)) for thing in batch]
            self._used.update(key for _, key in keyed)
            missing = {key: thing for thing, key in keyed if not self._run(_FIND.format("1"), key)}
            made = self._make(work, missing if are_needed or self._is_shared else {})
            for thing, key in keyed:
                if key in missing:
                    next(made, None)
                yield thing, key
            next(made, None)  # lets it end; otherwise it would take its processes along

    def _make(self, work: Callable[[T], R], missing: Mapping[str, T]) -> Iterator[None]:
        """Store the results of things by their keys, one at each step, and commit them."""
        results = parallel.map(partial(_pickled, work), [*missing.values()])
        for key, result in zip(missing, results, strict=True):
            self._put(key, result)
            yield
        self._commit()

    def get(self, key: str, default: object = None) -> Any:
        """Return the result with a key, or `default` where it is missing or damaged."""
        self._used.add(key)
        return self.load(key, default)

    def load(self, key: str, default: object = None) -> Any:
        """Return a result as `get` does; the run does not count as one that asked for it."""
        for (entry,) in self._run(_FIND.format("cast(ifnull(value, '') as blob)"), key):
            value = entry[_DIGEST_SIZE:]
            if entry[:_DIGEST_SIZE] == digest(key, value).encode():
                return pickle.loads(value)  # noqa: S301 (this code wrote it: the key says so)
        return default

    def put(self, key: str, result: object) -> None:
        """Store a result, which may be anything that can be pickled."""
        self._put(key, pickle.dumps(result, pickle.HIGHEST_PROTOCOL))

    def _put(self, key: str, value: bytes) -> None:
        self._used.add(key)
        # With the key: a damaged index of the database may lead to the entry of another key.
        entry = digest(key, value).encode() + value
        self._run("insert or replace into entries values (?, ?)", key, entry)

    def _commit(self) -> None:
        if self._database.in_transaction:
            self._run("commit")

    def _remove_unused(self) -> None:
        functions = {key.partition(" ")[0] for key in self._used}
        for (key,) in self._run("select key from entries where typeof(key) = 'text'"):
            if key not in self._used and key.partition(" ")[0] in functions:
                self._run("delete from entries where key = ?", key)

    def _run(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement; after an error none, and go on with an empty cache."""
        try:
            return self._database.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            self._database.close()
            self._remove_if_damaged(error)
            self._database, self._is_shared = _connect(""), False
            return []

    def _remove_if_damaged(self, error: Exception) -> None:
        if not isinstance(error, OSError | sqlite3.OperationalError):
            with suppress(OSError):
                self._file.unlink()


def _pickled(work: Callable[[T], R], thing: T) -> bytes:
    return pickle.dumps(work(thing), pickle.HIGHEST_PROTOCOL)


def _connect(address: str) -> sqlite3.Connection:
    """Open a database of results; a temporary one for "". Raises sqlite3.Error."""
    database = sqlite3.connect(address, timeout=1, uri=True)
    try:
        database.executescript(f"""
            -- A power failure may then damage an entry: its digest shows that.
            pragma synchronous = off;
            -- Else a large transaction locks out the processes that read what is already there.
            pragma cache_spill = off;
            create table if not exists {_TABLE};
        """)
        if address.endswith("mode=ro"):
            # From here on, `entries` is this table, which SQLite removes. A transaction that writes
            # into it would keep the stored one locked.
            database.execute(f"create temp table {_TABLE}")
            database.isolation_level = None
        else:
            # It raises an error when the disk is read-only.
            database.executescript("begin immediate; commit")
    except sqlite3.Error:
        database.close()
        raise
    return database


@dataclass(frozen=True, slots=True)
class Stored(Generic[R]):
    """A result that is not in memory: it is loaded from the cache when it is needed.

    `root` is the folder of the archive. `again` makes the result anew where the cache has lost it.
    """

    key: str
    root: Path = field(repr=False, compare=False)
    again: Callable[[], R] = field(repr=False, compare=False)

    @lru_cache(maxsize=4)  # noqa: B019 (it holds four results at most)
    def load(self) -> R:
        """Return the result. The last ones stay in memory, since one page asks several times."""
        with Cache(self.root) as cache:
            result = cache.load(self.key, _MISSING)
        return self.again() if result is _MISSING else cast("R", result)
