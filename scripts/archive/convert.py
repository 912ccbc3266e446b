"""Converts briefs/ to docs/: pages, and the lines that the ledger lacks.

Pages are made one after the other, and only the files that change are written, all or none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from archive import parallel
from archive.cache import Cache, key, tree_digest
from archive.errors import ArchiveError, raise_first
from archive.pages import Edition, all_pages
from archive.pages.links import KICKER
from archive.records import ledger
from archive.records.authority import ID
from archive.records.library import Brief, Catalogued, Library, load_library
from archive.records.redirects import REDIRECTS, check_anchors, check_redirects
from archive.store import Archive, Committed, refuse_linked_folders
from archive.text.addresses import OWNED, Address

# The day of the addresses in an archive without briefs. A clock would make the output differ.
_FIRST_DAY = "2026-11-21"


@dataclass(frozen=True, slots=True)
class Conversion:
    """The edition with the new addresses, and the files that were written and removed."""

    edition: Edition
    committed: Committed


def convert(archive: Archive) -> Conversion:
    """Bring docs/ and the ledger of an archive up to date.

    Raises ArchiveError before anything is written.
    """
    with archive.locked():
        return commit(archive)


def convert_if_changed(archive: Archive) -> Committed:
    """Convert, unless nothing has changed since the last conversion: then load no library."""
    with archive.locked(), parallel.workers(), Cache(archive.root, writing=True) as cache:
        inputs = _digest_curated(archive)
        if cache.get(key(convert, inputs, *_digest_converted(archive))):
            return Committed((), ())
        done = commit_edition(Edition.of(load_library(archive, cache)), cache)
        if _digest_curated(archive) == inputs:  # else an editor, which has no lock, was at work
            cache.put(key(convert, inputs, *_digest_converted(archive)), True)
    return done.committed


def commit(archive: Archive) -> Conversion:
    """Commit what is staged, with docs/ and the ledger as they follow; the archive is `locked`.

    Raises ArchiveError before anything is written.
    """
    with parallel.workers(), Cache(archive.root, writing=True) as cache:
        return commit_edition(Edition.of(load_library(archive, cache)), cache)


def commit_edition(edition: Edition, cache: Cache) -> Conversion:
    """Commit what is staged in the archive of an edition, as `commit` does."""
    refuse_lost_words(edition.library.briefs)
    archive = edition.library.archive
    committed = archive.commit(converted_files(edition, cache))
    addresses = ledger.load_addresses(Archive(archive.root))
    return Conversion(
        replace(edition, library=replace(edition.library, addresses=addresses)), committed
    )


def update_docs(edition: Edition, cache: Cache) -> Edition:
    """Bring docs/ and the ledger up to date with an edition; return it with the new addresses.

    Nothing is staged in its archive, which is `locked`. Raises ArchiveError before anything is
    written.
    """
    if not cache.get(_key(edition)):
        edition = commit_edition(edition, cache).edition
        cache.put(_key(edition), True)
    return edition


def _key(edition: Edition) -> str:
    """Return the key under which the cache knows that docs/ and the ledger fit an edition."""
    return key(update_docs, edition.library, *_digest_converted(edition.library.archive))


def _digest_curated(archive: Archive) -> str:
    return tree_digest(archive.root / "briefs", archive.root, archive.root / ledger.FOLDER)


def _digest_converted(archive: Archive) -> list[str]:
    return [tree_digest(archive.root / folder, archive.root) for folder in ("docs", ledger.FOLDER)]


def compare(archive: Archive) -> list[str]:
    """Return a line for each file of docs/ or the ledger that convert would change.

    Raises ArchiveError when the archive cannot be read, or when words or addresses would be lost.
    """
    groups: dict[str, list[str]] = {"stale": [], "missing": [], "left over": []}
    with parallel.workers(), Cache(archive.root) as cache:
        edition = Edition.of(load_library(archive, cache))
        refuse_lost_words(edition.library.briefs)
        for name, content in converted_files(edition, cache):
            present = archive.read(name)
            if present != content:
                in_docs = "missing" if present is None else "stale"
                groups["left over" if content is None else in_docs].append(name)
    return [f"{word}: {name}" for word, names in groups.items() for name in names]


def converted_files(edition: Edition, cache: Cache) -> Iterator[tuple[str, bytes | None]]:
    """Yield the files of docs/ and the ledger, as a conversion of an edition makes them.

    Each has its name and its content, None for a page that is left over. Raises ArchiveError when
    addresses would be lost, or when a folder of docs/ is a link to another one or has a page of
    somebody's own.
    """
    library, archive = edition.library, edition.library.archive
    for folder in OWNED:
        refuse_linked_folders(archive.root / "docs" / folder)
    names = set()
    for path, page in all_pages(edition, cache):
        names.add(f"docs/{path}")
        yield f"docs/{path}", page.encode()
    others = [name for name in archive.pages() if name not in names]
    left_over = [name for name in others if name.split("/")[1] in OWNED]
    for name in left_over:
        raise_first(
            archive.path(name),
            (
                KICKER.encode() not in (archive.read(name) or b"").splitlines(),
                "file",
                "convert has not written this page, and would remove it",
                "Move it to another folder of docs/, such as docs/notes/. Or remove it.",
            ),
        )
    addresses = _list_addresses(library, sorted(names.union(others).difference(left_over)))
    for name in set(others).difference(left_over):
        archive.text(name)  # raises where a merge has left a conflict
    for entry in library.every:
        yield from _ledger_files(archive, entry)
    yield (
        ledger.ADDRESSES,
        "".join(f"{address}\t{day}\n" for address, day in addresses.items()).encode(),
    )
    yield from dict.fromkeys(left_over).items()


def refuse_lost_words(briefs: Iterable[Brief], file: Path | str | None = None) -> None:
    """Raise ArchiveError when a reader loses words of a brief; about its text, or about `file`."""
    for brief in briefs:
        for fault in brief.summary.account.faults:
            raise ArchiveError(
                file or brief.record.path.with_suffix(brief.reading.source.form),
                fault,
                "the reader loses words",
                "Mend the reader: `briefs inspect` shows what it makes of the text.",
            )


def _list_addresses(library: Library, pages: list[str]) -> dict[Address, str]:
    """Return each address with its day: those given out that still lead somewhere, and new ones.

    Raises ArchiveError when one that is published would be lost.
    """
    archive, addresses = library.archive, {_page_address(library.archive, page) for page in pages}
    _check_redirects(library, addresses)
    lost = [
        address
        for address in library.addresses
        if address not in addresses and address not in library.redirects
    ]
    new = sorted(addresses - library.addresses.keys())
    given_out = ledger.load_published_addresses(archive) if lost or new else {}
    binding = [one for one in lost if one in given_out or not archive.has_history]
    raise_first(
        archive.path(ledger.ADDRESSES),
        (
            binding,
            ", ".join(binding),
            "no page has this address any more",
            "Restore the page, or say in redirects.yml where its address leads now."
            + (
                " Of a brief, restore the record and the text: `briefs withdraw` takes it out."
                if any(one.folder == "briefs" for one in binding)
                else ""
            ),
        ),
    )
    days = {brief.address: brief.record.added for brief in library.every}
    newest, days = max(days.values(), default=_FIRST_DAY), days | given_out
    return {
        **{address: day for address, day in library.addresses.items() if address not in lost},
        **{address: days.get(address, newest) for address in new},
    }


def _check_redirects(library: Library, pages: set[Address]) -> None:
    archive = library.archive
    check_redirects(archive.path(REDIRECTS), library.redirects, pages, library.addresses)
    lines = {brief.address: brief.lines for brief in library.every}
    for redirect in (one for one in library.redirects.values() if one.old.folder == "briefs"):
        old, name = ledger.load_lines(archive, redirect.old.id), ledger.name_of(redirect.old.id)
        raise_first(
            archive.path(name),
            (
                not old and archive.read(name) is None,
                "file",
                f"the ledger of {redirect.old} is gone",
                f"{ledger.RESTORE} It has the anchors of that address.",
            ),
        )
        # The redirect has to lead to the text as it was first published under the new address, not
        # to a copy that replaced it later.
        _, text, _ = ledger.load_whole(archive, redirect.new.id)
        published = ledger.parse_lines(archive.path(ledger.name_of(redirect.new.id)), text)
        check_anchors(
            archive.path(REDIRECTS),
            redirect,
            old,
            (*published, *lines.get(redirect.new, ())[len(published) :]),
        )


def _ledger_files(archive: Archive, entry: Catalogued) -> Iterator[tuple[str, bytes | None]]:
    """Yield the ledger of a brief, and that of its later copies if it has one.

    The rows that stay are as they were.
    """
    _, text, replaced = ledger.load_whole(archive, entry.id)
    rows = "".join(text.splitlines(keepends=True)[: entry.written])
    gap = "\n" if rows and not rows.endswith("\n") else ""
    yield (
        ledger.name_of(entry.id),
        "".join([rows, gap, *map(str, entry.lines[entry.written :])]).encode(),
    )
    if replaced:
        copies = ledger.drop_unfit_copies(replaced, entry.lines[: entry.written])
        yield ledger.name_of(entry.id, ledger.REPLACED), copies.encode() or None


def _page_address(archive: Archive, name: str) -> Address:
    """Return the address that MkDocs gives to a page of docs/.

    Raises ArchiveError when its name cannot be an address.
    """
    parts = name.removesuffix(".md").split("/")[1:]
    raise_first(
        archive.path(name),
        *(
            (
                not ID.fullmatch(part),
                "file",
                f"{part!r} cannot be part of an address",
                "Its name is its address: use lower-case letters, digits and single hyphens.",
            )
            for part in parts
        ),
    )
    return Address.of_page(PurePosixPath(*parts))
