"""The Society of Security and Diplomatic Policy Studies (SSDP): proposals, with the post of an author in the society.

The page's only mention of its publisher is that post ("Chairman, SSDP"); a guest's post names another house, and is no imprint.
"""

from __future__ import annotations

import re

from archive.readers import Reader, generic
from archive.reading.sheet import Sheet
from archive.sources.source import Source

_POST = re.compile(
    r"^\s*[A-Z][\w .&-]{3,60},\s+(?:the\s+)?(?P<society>SSDP|"
    r"Society of Security and Diplomatic Policy Studies(?: \(SSDP\))?)\s*$"
)
_HEAD_LINES = 15


def _post(sheet: Sheet) -> tuple[int, str] | None:
    """The line of the author's post, with the society's name as printed."""
    found = next(sheet.find(_POST, 1, min(_HEAD_LINES, len(sheet.source))), None)
    return (found[0], found[1]["society"]) if found else None


def knows(source: Source) -> bool:
    """The author's post, near the top, is in the society."""
    return _post(Sheet(source)) is not None


def read(sheet: Sheet) -> None:
    """A page like any other, but for the publisher."""
    if post := _post(sheet):
        sheet.state("institute", post[1], post[0])
    generic.read(sheet)


READER = Reader("ssdp", knows, read)
