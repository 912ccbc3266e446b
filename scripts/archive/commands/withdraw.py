"""`briefs withdraw`: take the text of a brief out for good, and leave its page, which says so, and all of its anchors."""

from __future__ import annotations

from pathlib import Path

from archive.commands.together import change
from archive.errors import ArchiveError
from archive.journal import alone
from archive.records.library import load_library
from archive.records.yamledit import Value, block


def withdraw(root: Path, id: str, day: str, reason: str, instead: str | None) -> None:
    """Withdraw a brief: mark its record, remove its text, convert.

    Raises ArchiveError, after which all is as it was; so it is when the run is broken off.
    """
    with alone(root):
        _withdraw(root, id, day, reason, instead)


def _withdraw(root: Path, id: str, day: str, reason: str, instead: str | None) -> None:
    library = load_library(root)
    if gone := next((one for one in library.withdrawn if one.id == id), None):
        remedy = "Nothing is left to do; to bring it back, revert that change with git."
        raise ArchiveError(
            gone.record.path, "withdrawn", f"it was withdrawn on {gone.withdrawal.date}", remedy
        )
    brief = library.find(id)
    record, text = brief.record.path, brief.record.path.with_suffix(".txt")
    received = record.read_bytes()
    fields: dict[str, Value] = {"date": day, "reason": " ".join(reason.split()), "instead": instead}
    fields |= {"blocks": str(len(brief.lines)), "themes": list(brief.passages)}
    # The lines end as the others of the record do.
    lines = block(
        {"withdrawn": {field: value for field, value in fields.items() if value}}
    ).splitlines()
    end = b"\r\n" if b"\r\n" in received else b"\n"
    change(
        root,
        {
            record: end.join([received.rstrip(), *(line.encode() for line in lines), b""]),
            text: None,
        },
    )
