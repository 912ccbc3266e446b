"""`briefs withdraw`: removes the text of a brief; its page and anchors stay. And undoes that."""

import hashlib
from pathlib import Path

from archive.commands.correct import edit_record
from archive.convert import commit
from archive.errors import raise_first
from archive.records.library import load_library
from archive.records.verify import refuse_quotations
from archive.sources.source import form_of, read_bytes
from archive.store import FORMS, Archive

# A change of a record, as it is written there.
_UNDONE = b'field: "withdrawal undone"'


def withdraw(archive: Archive, id: str, day: str, reason: str, instead: str | None) -> None:
    """Mark the record of a brief as withdrawn, remove its text, and convert.

    `reason` is for readers; `instead` is the id of the brief that takes its place. Nothing is
    changed when ArchiveError is raised or the run is cancelled.
    """
    with archive.locked():
        brief = load_library(archive).find(id)
        fields = {
            "date": day,
            "reason": " ".join(reason.split()),
            **({"instead": instead} if instead else {}),
            "blocks": str(len(brief.lines)),
            **({"themes": list(brief.passages)} if brief.passages else {}),
        }
        refuse_quotations(brief.record, brief.reading, {"withdrawn": fields})
        name = f"briefs/{id}.yml"
        record = edit_record(archive.path(name), archive.text(name), {"withdrawn": fields})
        commit(archive.stage({name: record.encode(), archive.source_name(id): None}))


def restore(archive: Archive, id: str, day: str, reason: str, file: Path | None) -> None:
    """Bring a withdrawn brief back: its text, its anchors and its record as they were.

    The text comes from `file`, or else from the history of git. A published withdrawal stays among
    the changes of the record, with the `reason` why it is undone. Raises ArchiveError, and changes
    nothing, when the brief is not withdrawn, or when its text is not found.
    """
    name, path = f"briefs/{id}.yml", archive.path(f"briefs/{id}.yml")
    with archive.locked():
        digest = {gone.id: gone.record.sha256 for gone in load_library(archive).withdrawn}.get(id)
        data = next(
            (
                copy
                for copies in (
                    [[read_bytes(file)]]
                    if file
                    else (archive.former(f"briefs/{id}{form}") for form in FORMS)
                )
                for copy in copies
                if hashlib.sha256(copy).hexdigest() == digest
            ),
            b"",
        )
        raise_first(
            path,
            (
                digest is None,
                "withdrawn",
                "it is not withdrawn",
                "There is nothing to undo; `briefs list` shows what is withdrawn.",
            ),
            (
                not data,
                "sha256",
                "there is no text with the record's SHA-256 "
                + (f"in {file}" if file else "in the history of git"),
                "Give the text as it was, byte for byte: --text FILE.",
            ),
        )
        published = archive.published(name) or b""
        # Readers know of one withdrawal, however often it is undone before that is published.
        is_known = not archive.has_history or (
            b"\nwithdrawn:" in published
            and (archive.read(name) or b"").count(_UNDONE) <= published.count(_UNDONE)
        )
        change = {"date": day, "field": "withdrawal undone", "reason": " ".join(reason.split())}
        record = edit_record(
            path, archive.text(name), {"withdrawn": None}, [change] if is_known else []
        )
        commit(archive.stage({name: record.encode(), f"briefs/{id}{form_of(data)}": data}))
