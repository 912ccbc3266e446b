"""`briefs withdraw`: removes the text of a brief for good; its page and anchors stay."""

from __future__ import annotations

from archive.convert import commit
from archive.errors import ArchiveError
from archive.records.library import load_library
from archive.records.yamledit import Value, block
from archive.store import Archive


def withdraw(archive: Archive, id: str, day: str, reason: str, instead: str | None) -> None:
    """Mark the record of a brief as withdrawn, remove its text, and convert.

    `reason` is for readers; `instead` is the id of the brief that takes its place. Nothing is
    changed when ArchiveError is raised or the run is cancelled.
    """
    with archive.locked():
        library = load_library(archive)
        if gone := next((brief for brief in library.withdrawn if brief.id == id), None):
            problem = f"the brief was already withdrawn on {gone.withdrawal.date}"
            remedy = "There is nothing to do. To bring it back, revert that change with git."
            raise ArchiveError(gone.record.path, "withdrawn", problem, remedy)
        brief = library.find(id)
        fields: dict[str, Value] = {
            "date": day,
            "reason": " ".join(reason.split()),
            "instead": instead,
            "blocks": str(len(brief.lines)),
            "themes": list(brief.passages),
        }
        lines = block({"withdrawn": {field: value for field, value in fields.items() if value}})
        text = archive.text(f"briefs/{id}.yml")
        # Some editors write CRLF; a record must not mix line ends.
        line_end = "\r\n" if "\r\n" in text else "\n"
        record = line_end.join([text.rstrip(), *lines.splitlines(), ""])
        commit(archive.stage({f"briefs/{id}.yml": record.encode(), f"briefs/{id}.txt": None}))
