"""briefs/ to docs/: all pages and ledger lines are made in memory first, then only what changed is written, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.errors import ArchiveError
from archive.fidelity import account
from archive.files import read_text, remove, write_atomically
from archive.library import Library, load_library
from archive.pages import all_pages

# The folders of docs/ that belong to convert: it removes pages there that it no longer writes.
OWNED = ("briefs", "themes", "authors", "institutes", "years")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a conversion of `library` would do. Paths are from the archive's root."""

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


def files(library: Library) -> dict[Path, str]:
    """All that convert writes: pages and ledger. Raises ArchiveError when an address would be lost."""
    pages = {Path("docs", path): content for path, content in all_pages(library).items()}
    return {**pages, **_ledger(library, pages)}


def plan(root: Path) -> Plan:
    """Compare what convert would write with what is there. Raises ArchiveError; writes nothing."""
    library = load_library(root)
    for brief in library.briefs:
        if faults := account(brief.reading).faults:
            remedy = "Mend the reader: `briefs inspect` shows what it makes of the text."
            raise ArchiveError(brief.record.path.with_suffix(".txt"), faults[0], "the reader loses words", remedy)
    wanted = files(library)
    stale, missing = [], []
    for path, content in wanted.items():
        try:
            if (root / path).read_bytes() != content.encode():
                stale.append(path)
        except FileNotFoundError:
            missing.append(path)
        except OSError as error:
            remedy = "Pages are files and their folders folders: move away what is there."
            raise ArchiveError(root / path, "file", f"cannot be read ({error.strerror})", remedy) from None
    there = (path for folder in OWNED for path in sorted((root / "docs" / folder).rglob("*.md")) if path.is_file())
    left_over = tuple(path.relative_to(root) for path in there if path.relative_to(root) not in wanted)
    return Plan(library, {path: wanted[path] for path in [*stale, *missing]}, tuple(stale), tuple(missing), left_over)


def carry_out(root: Path, todo: Plan) -> None:
    """Write and remove what the plan says."""
    for path, content in todo.write.items():
        write_atomically(root / path, content)
    for path in todo.left_over:
        remove(root / path)


def convert(root: Path) -> Plan:
    """Bring docs/ and the ledger up to date; returns what was done. Raises ArchiveError before anything is written."""
    todo = plan(root)
    carry_out(root, todo)
    return todo


def _ledger(library: Library, pages: dict[Path, str]) -> dict[Path, str]:
    """The ledger files with the lines that are to be added."""
    folder = Path("briefs", "ledger")
    ledgers = {}
    for brief in library.briefs:
        path = folder / f"{brief.id}.tsv"
        ledgers[path] = _with(library.root / path, "".join(map(str, brief.new_lines)))
    addresses = {_address(path): path for path in pages}
    file = folder / "addresses.tsv"
    if lost := [address for address in library.addresses if address not in addresses]:
        remedy = "Restore what had it; only a line that never was on main may be deleted."
        raise ArchiveError(library.root / file, ", ".join(lost), "no page has this address any more", remedy)
    days = {f"/briefs/{brief.id}/": brief.record.added for brief in library.briefs}
    newest = max(days.values(), default="")
    fresh = sorted(address for address in addresses if address not in library.addresses)
    ledgers[file] = _with(library.root / file, "".join(f"{address}\t{days.get(address, newest)}\n" for address in fresh))
    return ledgers


def _with(path: Path, lines: str) -> str:
    known = read_text(path) if path.exists() else ""
    return known + ("\n" if known and not known.endswith("\n") else "") + lines


def _address(path: Path) -> str:
    """The address of a page, as MkDocs makes it of its path in docs/."""
    parts = path.with_suffix("").parts[1:]
    return "/" + "".join(f"{part}/" for part in (parts[:-1] if parts[-1] == "index" else parts))
