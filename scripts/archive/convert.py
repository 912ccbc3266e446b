"""Converts briefs/ to docs/.

All pages and ledger lines are made in memory first. Then only the files that changed are written.
"""

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

# The file in the cache folder with the digest of an archive as it was last converted.
_STATE_FILE = "converted"
# The day of the addresses in an archive without briefs. A clock would make the output differ.
_FIRST_DAY = "2026-11-21"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a conversion would do, with paths from the archive's root.

    `library` has the new addresses; `write` has the content of all files that are stale or missing.
    """

    library: Library
    write: dict[Path, str]
    stale: tuple[Path, ...]
    missing: tuple[Path, ...]
    left_over: tuple[Path, ...]

    @property
    def differences(self) -> list[str]:
        """One line for each file that is stale, missing or left over."""
        groups = (("stale", self.stale), ("missing", self.missing), ("left over", self.left_over))
        return [f"{word}: {path.as_posix()}" for word, paths in groups for path in paths]


def converted_files(
    library: Library, *, write_cache: bool = False
) -> tuple[dict[Path, str], Library]:
    """Return the content of all pages and ledgers, and the library with its new addresses.

    With `write_cache`, pages are cached for the next run. Raises ArchiveError when an address would
    be lost.
    """
    with Cache(
        library.root, "markdown", writing=write_cache and len(library.every) >= parallel.MANY
    ) as cache:
        pages = {Path("docs", path): content for path, content in all_pages(library, cache).items()}
    new_addresses = _new_addresses(library, pages)
    folder = Path("briefs", "ledger")
    new_lines = {
        folder / f"{brief.id}.tsv": "".join(map(str, brief.lines[brief.written :]))
        for brief in library.every
    }
    new_lines[folder / ADDRESSES] = "".join(
        f"{address}\t{day}\n" for address, day in new_addresses.items()
    )
    ledgers = {path: _with_lines(library.root / path, lines) for path, lines in new_lines.items()}
    addresses = {**library.addresses, **new_addresses}
    return {**pages, **ledgers}, replace(library, addresses=addresses)


def plan(root: Path) -> Plan:
    """Compare what convert would write with the files that exist; write nothing.

    Raises ArchiveError when the archive cannot be read, or when words or addresses would be lost.
    """
    return _plan_for(load_library(root))


def _plan_for(library: Library, *, write_cache: bool = False) -> Plan:
    root = library.root
    for brief in library.briefs:
        if faults := account(brief.reading).faults:
            remedy = "Mend the reader: `briefs inspect` shows what it makes of the text."
            raise ArchiveError(
                brief.record.path.with_suffix(".txt"), faults[0], "the reader loses words", remedy
            )
    wanted, library = converted_files(library, write_cache=write_cache)
    stale, missing = [], []
    for path, content in wanted.items():
        try:
            if (root / path).read_bytes() != content.encode():
                stale.append(path)
        except FileNotFoundError:
            missing.append(path)
        except OSError as error:
            remedy = "Move away what is there: a page must be a file, in folders that are folders."
            raise ArchiveError(
                root / path, "file", f"cannot be read ({error.strerror})", remedy
            ) from None
    existing = (
        path.relative_to(root)
        for folder in OWNED
        for path in sorted((root / "docs" / folder).rglob("*.md"))
        if path.is_file()
    )
    return Plan(
        library,
        {path: wanted[path] for path in [*stale, *missing]},
        tuple(stale),
        tuple(missing),
        tuple(path for path in existing if path not in wanted),
    )


def carry_out(root: Path, todo: Plan) -> None:
    """Write and remove the files of a plan."""
    for path, content in todo.write.items():
        write_atomically(root / path, content)
    for path in todo.left_over:
        remove(root / path)


@dataclass(frozen=True, slots=True)
class Conversion:
    """A locked archive; `is_done` says that nothing has changed since the last conversion."""

    library: Library
    is_done: bool

    def carry_out(self) -> Plan:
        """Bring docs/ and the ledger up to date; return what was done.

        Raises ArchiveError before anything is written.
        """
        if self.is_done:
            return Plan(self.library, {}, (), (), ())
        root, todo = self.library.root, _plan_for(self.library, write_cache=True)
        carry_out(root, todo)
        save_state(root, todo)
        return todo


@contextmanager
def converting(root: Path) -> Iterator[Conversion]:
    """Lock the archive for a conversion, after rolling back what a cancelled command left.

    Raises ArchiveError when the archive cannot be read.
    """
    with parallel.workers(), alone(root):
        is_done = is_unchanged(root)
        yield Conversion(load_library(root, write_cache=True), is_done)


def convert(root: Path) -> Plan:
    """Bring docs/ and the ledger up to date; return what was done.

    Raises ArchiveError before anything is written.
    """
    with converting(root) as conversion:
        return conversion.carry_out()


def convert_if_changed(root: Path) -> tuple[int, int]:
    """Convert; return how many files were written and removed.

    Unlike `convert`, this loads no library when nothing has changed.
    """
    with parallel.workers(), alone(root):
        if is_unchanged(root):
            return 0, 0
        todo = Conversion(load_library(root, write_cache=True), is_done=False).carry_out()
    return len(todo.write), len(todo.left_over)


def save_state(root: Path, done: Plan) -> None:
    """Save the state of a large archive after the conversion `done`.

    A small archive is converted faster than its digest is computed.
    """
    if len(done.library.every) >= parallel.MANY:
        write_atomically(root / FOLDER / _STATE_FILE, _state_digest(root))


def is_unchanged(root: Path) -> bool:
    """Return whether briefs/, docs/ and this package are as after the last conversion."""
    state = root / FOLDER / _STATE_FILE
    return state.is_file() and read_text(state) == _state_digest(root)


def _state_digest(root: Path) -> str:
    return digest(code_digest(), tree_digest([root / "briefs", root / "docs"], root))


def _new_addresses(library: Library, pages: dict[Path, str]) -> dict[str, str]:
    """Return each new address with its day. Raises ArchiveError when an address would be lost."""
    paths = [*pages, *_pages_written_by_hand(library.root)]
    addresses = dict.fromkeys(map(_page_address, paths))
    _check_redirects(library, list(addresses))
    if lost := [
        address
        for address in library.addresses
        if address not in addresses and address not in library.redirects
    ]:
        file = library.root / "briefs" / "ledger" / ADDRESSES
        remedy = (
            "Restore the page, or say in redirects.yml where its address leads now. "
            "Delete a line only if it was never on main."
        )
        raise ArchiveError(file, ", ".join(lost), "no page has this address any more", remedy)
    days = {f"/briefs/{brief.id}/": brief.record.added for brief in library.every}
    newest = max(days.values(), default=_FIRST_DAY)
    return {
        address: days.get(address, newest)
        for address in sorted(addresses.keys() - library.addresses.keys())
    }


def _check_redirects(library: Library, pages: list[str]) -> None:
    folder = library.root / "briefs"
    check_redirects(folder / REDIRECTS, library.redirects, pages, library.addresses)
    lines = {f"/briefs/{brief.id}/": brief.lines for brief in library.every}
    for redirect in library.redirects.values():
        if redirect.old.startswith("/briefs/"):
            file = folder / "ledger" / f"{redirect.old.split('/')[2]}.tsv"
            if not file.exists():
                remedy = "Restore the file as committed: it has the anchors of that address."
                raise ArchiveError(file, "file", f"the ledger of {redirect.old} is gone", remedy)
            # The redirect has to lead to the text as it was first published under the new
            # address, not to a copy that replaced it later.
            published = load_lines(
                folder / "ledger" / f"{redirect.new.split('/')[2]}.tsv", replaced=False
            )
            current = lines.get(redirect.new, ())
            check_anchors(
                folder / REDIRECTS,
                redirect,
                load_lines(file),
                (*published, *current[len(published) :]),
            )


def _pages_written_by_hand(root: Path) -> list[Path]:
    """Return these pages of docs/. Raises ArchiveError when a name cannot be an address."""
    pages = []
    for path in sorted((root / "docs").rglob("*.md")):
        names = path.relative_to(root).with_suffix("").parts
        # MkDocs ignores names that begin with a dot.
        if names[1] in OWNED or any(name.startswith(".") for name in names):
            continue
        if wrong := next((name for name in names[1:] if not ID.fullmatch(name)), None):
            remedy = "Its name is its address: use lower-case letters, digits and single hyphens."
            raise ArchiveError(path, "file", f"{wrong!r} cannot be part of an address", remedy)
        pages.append(path.relative_to(root))
    return pages


def _with_lines(path: Path, lines: str) -> str:
    """Return the text of a ledger with new lines at its end."""
    text = read_text(path) if path.exists() else ""
    return text + ("\n" if text and not text.endswith("\n") else "") + lines


def _page_address(path: Path) -> str:
    """Return the address that MkDocs gives to a page, from its path in docs/."""
    names = path.with_suffix("").parts[1:]
    return "/" + "".join(f"{name}/" for name in (names[:-1] if names[-1] == "index" else names))
