"""Read proposals of the Society of Security and Diplomatic Policy Studies (SSDP).

A page mentions its publisher only in the post of an author ("Chairman, SSDP"). The post of a guest
names another house, so it does not tell the publisher.
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
_HEADER_LINES = 15


def _find_post(sheet: Sheet) -> tuple[int, str] | None:
    """Return the line of the author's post and the society's name as printed."""
    match = next(sheet.find(_POST, 1, min(_HEADER_LINES, len(sheet.source))), None)
    return (match[0], match[1]["society"]) if match else None


def knows(source: Source) -> bool:
    """Know a page by the author's post in the society, near the top."""
    return _find_post(Sheet(source)) is not None


def read(sheet: Sheet) -> None:
    """State the publisher; read the page like any other."""
    if post := _find_post(sheet):
        sheet.state("institute", post[1], post[0])
    generic.read(sheet)


READER = Reader("ssdp", knows, read)
