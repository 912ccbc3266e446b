"""Any text that no publisher's reader knows: it claims only what it is sure of."""

from __future__ import annotations

from archive.outline import outline
from archive.readers import Reader
from archive.sheet import Sheet
from archive.source import Source


def knows(source: Source) -> bool:
    """Every text."""
    return True


def read(sheet: Sheet) -> None:
    """All lines are text."""
    outline(sheet, sheet.filled())


READER = Reader("generic", knows, read)
