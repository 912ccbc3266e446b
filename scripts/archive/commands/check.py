"""`briefs check`: the account of every brief as a table, and what is wrong with any of them."""

from __future__ import annotations

from dataclasses import dataclass

from archive.convert import converted_files
from archive.reading.fidelity import account
from archive.records.library import Library
from archive.records.public import is_withheld
from archive.records.record import Record

_COLUMNS = (
    "brief",
    "reader",
    "blocks",
    "text",
    "metadata",
    "furniture",
    "unaccounted",
    "themes",
    "not printed",
)
# How many records are named in one line.
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Report:
    """The table for people, and the faults that make the check fail."""

    table: str
    faults: tuple[str, ...]


def check(library: Library) -> Report:
    """Follow every character of every text.

    Loading the library has checked records, authority files and anchors; an address that would be lost raises ArchiveError.
    """
    converted_files(library)
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
                *(
                    f"{part / shares.total:.1%}"
                    for part in (shares.text, shares.metadata, shares.furniture)
                ),
                str(len(shares.faults)),
                ", ".join(f"{theme} ({len(found)})" for theme, found in brief.passages.items())
                or "none",
                ", ".join(f"{field} {basis.kind}" for field, basis in brief.record.basis.items())
                or "all printed",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    authority = library.authority
    lines += _by_hand(library) + [
        "",
        f"{len(library.briefs)} briefs, {len(authority.authors)} authors, {len(authority.institutes)} institutes, "
        f"{len(authority.themes)} themes, {sum(len(brief.anchors) for brief in library.briefs)} anchors, "
        f"{len(library.addresses)} addresses in the ledger, {len(library.redirects)} redirects, {len(library.withdrawn)} withdrawn",
    ]
    return Report("\n".join(lines), tuple(faults))


def _by_hand(library: Library) -> list[str]:
    """What curators decided against a reader, and what nobody has looked at a second time."""
    decided = [
        f"  {one.id}: {made.field}: {made.reason} ({made.date})"
        for one in library.every
        for made in one.record.decisions
    ]
    unchecked = [brief.id for brief in library.briefs if not brief.record.checked_by]
    named = ", ".join(unchecked[:_NAMED]) + (
        f" and {len(unchecked) - _NAMED} more" if unchecked[_NAMED:] else ""
    )
    return [
        *(["", "Decided by hand:", *decided] if decided else ["", "Nothing is decided by hand."]),
        f"Checked by nobody yet: {named}"
        if unchecked
        else "Each brief was checked by a second person.",
    ]


def why_private(library: Library, day: str) -> str | None:
    """Why nobody but the archive's desk may read the repository on that day, in one line; None when no record says so.

    Withdrawn briefs count: their texts are in the history still.
    """
    kept = [_access(one.record) for one in library.every if is_withheld(one.record, day)]
    if not kept:
        return None
    named = ", ".join(kept[:_NAMED]) + (
        f" and {len(kept) - _NAMED} more are not free" if kept[_NAMED:] else ""
    )
    return (
        f"This archive must not stand in a public repository, which gives every text away, whole and with its history: {named}. "
        "Make the repository private; `briefs build --public` makes what the public may read."
    )


def _access(record: Record) -> str:
    return f"{record.id} is {record.access}" + (
        f" until {record.embargoed_until}" if record.embargoed_until else ""
    )
