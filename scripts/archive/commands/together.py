"""Files of the archive that change together or not at all.

The pages and the ledger lines that follow from them change with them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from archive import journal
from archive.convert import Plan, carry_out, plan, save_state
from archive.errors import ArchiveError
from archive.files import remove, write_atomically


def change(root: Path, files: Mapping[Path, bytes | None]) -> Plan:
    """Give each file its content, or remove it (None), and convert.

    For a command that holds the archive by `journal.alone`. Raises ArchiveError, after which all is
    as it was. So it is after a run that was killed, once the next command has begun.
    """
    journal.keep(root, files)
    try:
        for path, content in files.items():
            if content is not None:
                write_atomically(path, content)
            elif path.exists():
                remove(path)
        todo = plan(root)
        journal.keep(root, [root / path for path in todo.write if path.parts[0] == "briefs"])
        carry_out(root, todo)
    except BaseException:
        journal.put_back(root)
        with contextlib.suppress(ArchiveError):  # what stopped it is what the curator has to know
            carry_out(root, plan(root))
        raise
    journal.forget(root)
    save_state(root, todo)
    return todo
