"""`briefs withdraw`: removes the text of a brief for good; its page and anchors stay."""

from __future__ import annotations

from pathlib import Path

from archive.commands.together import change
from archive.errors import ArchiveError
from archive.journal import alone
from archive.records.library import load_library
from archive.records.yamledit import Value, block


def withdraw(root: Path, id: str, day: str, reason: str, instead: str | None) -> None:
    """Mark the record of a brief as withdrawn, remove its text, and convert.

    `reason` is for readers; `instead` is the id of the brief that takes its place. Nothing is
    changed when ArchiveError is raised or the run is cancelled.
    """
    with alone(root):
        _withdraw(root, id, day, reason, instead)


def _withdraw(root: Path, id: str, day: str, reason: str, instead: str | None) -> None:
    library = load_library(root)
    if withdrawn := next((brief for brief in library.withdrawn if brief.id == id), None):
        problem = f"the brief was already withdrawn on {withdrawn.withdrawal.date}"
        remedy = "There is nothing to do. To bring it back, revert that change with git."
        raise ArchiveError(withdrawn.record.path, "withdrawn", problem, remedy)
    brief = library.find(id)
    record, text = brief.record.path, brief.record.path.with_suffix(".txt")
    content = record.read_bytes()
    fields: dict[str, Value] = {"date": day, "reason": " ".join(reason.split()), "instead": instead}
    fields |= {"blocks": str(len(brief.lines)), "themes": list(brief.passages)}
    lines = block(
        {"withdrawn": {field: value for field, value in fields.items() if value}}
    ).splitlines()
    # Some editors write CRLF; a record must not mix line ends.
    line_end = b"\r\n" if b"\r\n" in content else b"\n"
    new_content = line_end.join([content.rstrip(), *(line.encode() for line in lines), b""])
    change(root, {record: new_content, text: None})
