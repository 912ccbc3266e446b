"""Any text that no publisher's reader knows: it claims only what the layout shows."""

from __future__ import annotations

from archive.readers import Reader
from archive.reading.footer import read_footer
from archive.reading.header import read_header
from archive.reading.outline import outline
from archive.reading.sheet import Sheet
from archive.sources.source import Source


def knows(_: Source) -> bool:
    """Every text."""
    return True


def read(sheet: Sheet) -> None:
    """The closing lines, the head, and all other lines as text; biographies name the authors where no byline does."""
    names = read_footer(sheet)
    read_header(sheet)
    if not sheet.authors:
        for name, line in names:
            sheet.author(name, line)
    outline(sheet, sheet.filled())


READER = Reader("generic", knows, read)
