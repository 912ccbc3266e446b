"""`briefs withdraw`: take the text of a brief out for good, and leave its page, which says so, and all of its anchors."""

from __future__ import annotations

import json
from pathlib import Path

from archive.convert import Plan, convert
from archive.errors import ArchiveError
from archive.files import read_text, remove, write_atomically
from archive.library import load_library


def withdraw(root: Path, id: str, day: str, reason: str, instead: str | None) -> Plan:
    """Withdraw a brief: mark its record, remove its text, convert; returns what convert did.

    All or nothing: raises ArchiveError after everything is as it was.
    """
    record = load_library(root).find(id).record
    text, original = record.path.with_suffix(".txt"), read_text(record.path)
    received = text.read_bytes()
    fields = {"date": day, "reason": " ".join(reason.split()), **({"instead": instead} if instead else {})}
    # A JSON string is a YAML string, whatever signs it has.
    lines = [f"  {field}: {json.dumps(value, ensure_ascii=False)}\n" for field, value in fields.items()]
    try:
        write_atomically(record.path, f"{original.rstrip()}\nwithdrawn:\n{''.join(lines)}")
        remove(text)
        return convert(root)
    except ArchiveError:
        write_atomically(record.path, original)
        write_atomically(text, received)
        raise
