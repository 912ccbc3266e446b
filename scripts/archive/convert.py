"""briefs/ to docs/: all pages and ledger lines are made in memory first, then only what changed is written, file by file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from archive import parallel
from archive.cache import FOLDER, Cache, code_digest, digest, tree_digest
from archive.errors import ArchiveError
from archive.files import read_text, remove, write_atomically
from archive.journal import alone
from archive.pages import OWNED, all_pages
from archive.reading.fidelity import account
from archive.records.authority import ID
from archive.records.ledger import ADDRESSES, load_lines
from archive.records.library import Library, load_library
from archive.records.redirects import REDIRECTS, check_anchors, check_redirects

# What is kept to tell whether anything has changed.
_SEAL = "converted"
# What the addresses of an archive without briefs are dated with: no clock is read, so that the same input gives the same bytes.
_FIRST_DAY = "2026-11-21"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a conversion would do. Paths are from the archive's root; `library` knows the new addresses too."""

    library: Library
    write: dict[Path, str]
    stale: tuple[Path, ...]
    missing: tuple[Path, ...]
    left_over: tuple[Path, ...]

    @property
    def differences(self) -> list[str]:
        """One line for each file that is not as it should be."""
        groups = (("stale", self.stale), ("missing", self.missing), ("left over", self.left_over))
        return [f"{word}: {path.as_posix()}" for word, paths in groups for path in paths]


def files(library: Library, *, write_cache: bool = False) -> tuple[dict[Path, str], Library]:
    """All that convert writes, pages and ledger, and the library with the addresses that are new in it.

    With `write_cache`, what the next run can use is cache. Raises ArchiveError when an address would be lost.
    """
    with Cache(
        library.root, "markdown", writing=write_cache and len(library.every) >= parallel.MANY
    ) as cache:
        pages = {Path("docs", path): content for path, content in all_pages(library, cache).items()}
    fresh = _fresh_addresses(library, pages)
    folder = Path("briefs", "ledger")
    lines = {
        folder / f"{one.id}.tsv": "".join(map(str, one.lines[one.written :]))
        for one in library.every
    }
    lines[folder / ADDRESSES] = "".join(f"{address}\t{day}\n" for address, day in fresh.items())
    ledgers = {path: _with(library.root / path, added) for path, added in lines.items()}
    return {**pages, **ledgers}, replace(library, addresses={**library.addresses, **fresh})


def plan(root: Path) -> Plan:
    """Compare what convert would write with what is there, and write nothing. Raises ArchiveError."""
    return _planned(load_library(root))


def _planned(library: Library, *, write_cache: bool = False) -> Plan:
    root = library.root
    for brief in library.briefs:
        if faults := account(brief.reading).faults:
            remedy = "Mend the reader: `briefs inspect` shows what it makes of the text."
            raise ArchiveError(
                brief.record.path.with_suffix(".txt"), faults[0], "the reader loses words", remedy
            )
    wanted, library = files(library, write_cache=write_cache)
    stale, missing = [], []
    for path, content in wanted.items():
        try:
            if (root / path).read_bytes() != content.encode():
                stale.append(path)
        except FileNotFoundError:
            missing.append(path)
        except OSError as error:
            remedy = "Pages are files and their folders folders: move away what is there."
            raise ArchiveError(
                root / path, "file", f"cannot be read ({error.strerror})", remedy
            ) from None
    there = (
        path
        for folder in OWNED
        for path in sorted((root / "docs" / folder).rglob("*.md"))
        if path.is_file()
    )
    left_over = tuple(
        path.relative_to(root) for path in there if path.relative_to(root) not in wanted
    )
    return Plan(
        library,
        {path: wanted[path] for path in [*stale, *missing]},
        tuple(stale),
        tuple(missing),
        left_over,
    )


def carry_out(root: Path, todo: Plan) -> None:
    """Write and remove what the plan says."""
    for path, content in todo.write.items():
        write_atomically(root / path, content)
    for path in todo.left_over:
        remove(root / path)


@dataclass(frozen=True, slots=True)
class Conversion:
    """An archive that is held and read; `is_done` says that nothing has changed in it since it was last converted."""

    library: Library
    is_done: bool

    def carry_out(self) -> Plan:
        """Bring docs/ and the ledger up to date; returns what was done. Raises ArchiveError before anything is written."""
        if self.is_done:
            return Plan(self.library, {}, (), (), ())
        root, todo = self.library.root, _planned(self.library, write_cache=True)
        carry_out(root, todo)
        seal(root, todo)
        return todo


@contextmanager
def converting(root: Path) -> Iterator[Conversion]:
    """Hold the archive for a conversion: no other command writes meanwhile, and what a broken-off one left is put back first.

    Raises ArchiveError when the archive cannot be read.
    """
    with parallel.workers(), alone(root):
        is_done = is_sealed(root)
        yield Conversion(load_library(root, write_cache=True), is_done)


def convert(root: Path) -> Plan:
    """Bring docs/ and the ledger up to date; returns what was done. Raises ArchiveError before anything is written."""
    with converting(root) as conversion:
        return conversion.carry_out()


def bring_up_to_date(root: Path) -> tuple[int, int]:
    """The same for those who want only the numbers of files that were written and removed: often no text is read for them."""
    with parallel.workers(), alone(root):
        if is_sealed(root):
            return 0, 0
        todo = Conversion(load_library(root, write_cache=True), is_done=False).carry_out()
    return len(todo.write), len(todo.left_over)


def seal(root: Path, done: Plan) -> None:
    """Note that an archive is as `done` left it. A small one is converted again faster than it is looked through."""
    if len(done.library.every) >= parallel.MANY:
        write_atomically(root / FOLDER / _SEAL, _state(root))


def is_sealed(root: Path) -> bool:
    """Whether not a byte of briefs/, docs/ and this package is other than after the last conversion: by their digest."""
    noted = root / FOLDER / _SEAL
    return noted.is_file() and read_text(noted) == _state(root)


def _state(root: Path) -> str:
    return digest(code_digest(), tree_digest([root / "briefs", root / "docs"], root))


def _fresh_addresses(library: Library, pages: dict[Path, str]) -> dict[str, str]:
    """The addresses that are given out now, each with its day. Raises ArchiveError when one would be lost."""
    addresses = {_address(path): path for path in [*pages, *_by_hand(library.root)]}
    _check_redirects(library, list(addresses))
    if lost := [
        address
        for address in library.addresses
        if address not in addresses and address not in library.redirects
    ]:
        file = library.root / "briefs" / "ledger" / ADDRESSES
        remedy = "Restore what had it, or say in redirects.yml where it leads; only a line that never was on main may be deleted."
        raise ArchiveError(file, ", ".join(lost), "no page has this address any more", remedy)
    days = {f"/briefs/{one.id}/": one.record.added for one in library.every}
    newest = max(days.values(), default=_FIRST_DAY)
    return {
        address: days.get(address, newest)
        for address in sorted(addresses.keys() - library.addresses.keys())
    }


def _check_redirects(library: Library, pages: list[str]) -> None:
    folder = library.root / "briefs"
    check_redirects(folder / REDIRECTS, library.redirects, pages, library.addresses)
    lines = {f"/briefs/{one.id}/": one.lines for one in library.every}
    for redirect in library.redirects.values():
        if redirect.old.startswith("/briefs/"):
            file = folder / "ledger" / f"{redirect.old.split('/')[2]}.tsv"
            if not file.exists():
                remedy = (
                    "Restore the file as committed: it says what the anchors of that address were."
                )
                raise ArchiveError(file, "file", f"the ledger of {redirect.old} is gone", remedy)
            # What a later copy of the text changed under the new address is no fault of the redirect.
            given_out = load_lines(
                folder / "ledger" / f"{redirect.new.split('/')[2]}.tsv", replaced=False
            )
            now = lines.get(redirect.new, ())
            check_anchors(
                folder / REDIRECTS, redirect, load_lines(file), (*given_out, *now[len(given_out) :])
            )


def _by_hand(root: Path) -> list[Path]:
    """The pages in docs/ that people write, from the archive's root. Raises ArchiveError on a name that is none for good."""
    found = []
    for path in sorted((root / "docs").rglob("*.md")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[1] in OWNED or any(
            part.startswith(".") for part in parts
        ):  # MkDocs leaves out what begins with a dot
            continue
        if wrong := next((part for part in parts[1:] if not ID.fullmatch(part)), None):
            remedy = "Its name is its address: use lower-case letters, digits and single hyphens."
            raise ArchiveError(path, "file", f"{wrong!r} cannot be part of an address", remedy)
        found.append(path.relative_to(root))
    return found


def _with(path: Path, lines: str) -> str:
    known = read_text(path) if path.exists() else ""
    return known + ("\n" if known and not known.endswith("\n") else "") + lines


def _address(path: Path) -> str:
    """The address of a page, as MkDocs makes it of its path in docs/."""
    parts = path.with_suffix("").parts[1:]
    return "/" + "".join(f"{part}/" for part in (parts[:-1] if parts[-1] == "index" else parts))
