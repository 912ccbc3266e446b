"""briefs/ to docs/: all pages and ledger lines are made in memory first, then only what changed is written, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.errors import ArchiveError
from archive.fidelity import account
from archive.files import read_text, remove, write_atomically
from archive.ledger import load_lines
from archive.library import REDIRECTS, Library, load_library
from archive.pages import all_pages
from archive.redirects import check_anchors, check_redirects

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
    """The ledger files with the lines that are to be added. Raises ArchiveError when an address would be lost."""
    folder = Path("briefs", "ledger")
    ledgers = {}
    for one in (*library.briefs, *library.withdrawn):
        path = folder / f"{one.id}.tsv"
        known = len(load_lines(library.root / path))
        ledgers[path] = _with(library.root / path, "".join(map(str, one.lines[known:])))
    addresses = {_address(path): path for path in [*pages, *_by_hand(library.root)]}
    _check_redirects(library, list(addresses))
    file = folder / "addresses.tsv"
    kept = {*addresses, *library.redirects}
    if lost := [address for address in library.addresses if address not in kept]:
        remedy = "Restore what had it, or say in redirects.yml where it leads; only a line that never was on main may be deleted."
        raise ArchiveError(library.root / file, ", ".join(lost), "no page has this address any more", remedy)
    days = {f"/briefs/{one.id}/": one.record.added for one in (*library.briefs, *library.withdrawn)}
    newest = max(days.values(), default="")
    days |= {old: redirect.date for old, redirect in library.redirects.items()}
    fresh = sorted(kept - library.addresses.keys())
    ledgers[file] = _with(library.root / file, "".join(f"{address}\t{days.get(address, newest)}\n" for address in fresh))
    return ledgers


def _check_redirects(library: Library, pages: list[str]) -> None:
    folder = library.root / "briefs"
    check_redirects(folder / REDIRECTS, library.redirects, pages)
    lines = {f"/briefs/{one.id}/": one.lines for one in (*library.briefs, *library.withdrawn)}
    for redirect in library.redirects.values():
        if redirect.old.startswith("/briefs/"):
            old = load_lines(folder / "ledger" / f"{redirect.old.split('/')[2]}.tsv")
            check_anchors(folder / REDIRECTS, redirect, old, lines.get(redirect.new, ()))


def _by_hand(root: Path) -> list[Path]:
    """The pages in docs/ that people write, from the archive's root."""
    pages = (path.relative_to(root) for path in sorted((root / "docs").rglob("*.md")))
    return [path for path in pages if path.parts[1] not in OWNED]


def _with(path: Path, lines: str) -> str:
    known = read_text(path) if path.exists() else ""
    return known + ("\n" if known and not known.endswith("\n") else "") + lines


def _address(path: Path) -> str:
    """The address of a page, as MkDocs makes it of its path in docs/."""
    parts = path.with_suffix("").parts[1:]
    return "/" + "".join(f"{part}/" for part in (parts[:-1] if parts[-1] == "index" else parts))
