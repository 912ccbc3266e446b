"""`briefs withdraw`: removes the text of a brief for good; its page and anchors stay."""

from archive.convert import commit
from archive.records.library import load_library
from archive.records.yamledit import Value, put
from archive.store import Archive


def withdraw(archive: Archive, id: str, day: str, reason: str, instead: str | None) -> None:
    """Mark the record of a brief as withdrawn, remove its text, and convert.

    `reason` is for readers; `instead` is the id of the brief that takes its place. Nothing is
    changed when ArchiveError is raised or the run is cancelled.
    """
    with archive.locked():
        brief = load_library(archive).find(id)
        fields: dict[str, Value] = {
            "date": day,
            "reason": " ".join(reason.split()),
            "instead": instead,
            "blocks": str(len(brief.lines)),
            "themes": list(brief.passages),
        }
        name = f"briefs/{id}.yml"
        record = put(
            archive.path(name),
            archive.text(name),
            (),
            "withdrawn",
            {field: value for field, value in fields.items() if value},
        )
        commit(archive.stage({name: record.encode(), f"briefs/{id}.txt": None}))
