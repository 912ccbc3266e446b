"""`briefs check`: the account of every brief as a table, and what is wrong with any of them."""

from __future__ import annotations

from dataclasses import dataclass

from archive.convert import files
from archive.fidelity import account
from archive.library import Library

_COLUMNS = ("brief", "reader", "blocks", "text", "metadata", "furniture", "unaccounted", "themes", "not printed")


@dataclass(frozen=True, slots=True)
class Report:
    """The table for people, and the faults that make the check fail."""

    table: str
    faults: tuple[str, ...]


def check(library: Library) -> Report:
    """Follow every character of every text.

    Loading the library has checked records, authority files and anchors; an address that would be lost raises ArchiveError.
    """
    files(library)
    rows: list[tuple[str, ...]] = [_COLUMNS]
    faults = []
    for brief in library.briefs:
        shares = account(brief.reading)
        faults += [f"{brief.record.path.with_suffix('.txt')}: {fault}" for fault in shares.faults]
        rows.append(
            (
                brief.id,
                brief.reading.reader,
                str(len(brief.anchors)),
                *(f"{part / shares.total:.1%}" for part in (shares.text, shares.metadata, shares.furniture)),
                str(len(shares.faults)),
                ", ".join(f"{theme} ({len(found)})" for theme, found in brief.passages.items()) or "none",
                ", ".join(f"{field} {basis.kind}" for field, basis in brief.record.basis.items()) or "all printed",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    authority = library.authority
    lines += [
        "",
        f"{len(library.briefs)} briefs, {len(authority.authors)} authors, {len(authority.institutes)} institutes, "
        f"{len(authority.themes)} themes, {sum(len(brief.anchors) for brief in library.briefs)} anchors, "
        f"{len(library.addresses)} addresses in the ledger, {len(library.redirects)} redirects, {len(library.withdrawn)} withdrawn",
    ]
    return Report("\n".join(lines), tuple(faults))
