"""`briefs withdraw`: take the text of a brief out for good, and leave its page, which says so, and all of its anchors."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from archive.convert import carry_out, convert, plan
from archive.errors import ArchiveError
from archive.files import remove, write_atomically
from archive.library import load_library


def withdraw(root: Path, id: str, day: str, reason: str, instead: str | None) -> None:
    """Withdraw a brief: mark its record, remove its text, convert.

    Raises ArchiveError, after which all is as it was; so it is when the run is broken off.
    """
    library = load_library(root)
    if gone := next((one for one in library.withdrawn if one.id == id), None):
        remedy = "Nothing is left to do; to bring it back, revert that change with git."
        raise ArchiveError(gone.record.path, "withdrawn", f"it was withdrawn on {gone.withdrawal.date}", remedy)
    brief = library.find(id)
    record, text = brief.record.path, brief.record.path.with_suffix(".txt")
    received = {path: path.read_bytes() for path in (record, text)}
    fields: dict[str, object] = {"date": day, "reason": " ".join(reason.split()), "instead": instead}
    fields |= {"blocks": str(len(brief.lines)), "themes": list(brief.passages)}
    # JSON is YAML, whatever signs it has. The lines end as the others of the record do.
    lines = ["withdrawn:", *(f"  {field}: {json.dumps(value, ensure_ascii=False)}" for field, value in fields.items() if value)]
    end = b"\r\n" if b"\r\n" in received[record] else b"\n"
    try:
        write_atomically(record, end.join([received[record].rstrip(), *(line.encode() for line in lines), b""]))
        remove(text)
        carry_out(root, plan(root))
    except BaseException:
        for path, content in received.items():
            write_atomically(path, content)
        with contextlib.suppress(ArchiveError):  # what stopped it is what the curator has to know
            convert(root)
        raise
