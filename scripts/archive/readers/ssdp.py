"""Read proposals of the Society of Security and Diplomatic Policy Studies (SSDP).

A page mentions its publisher only in the post of an author ("Chairman, SSDP"). The post of a guest
names another house, so it does not tell the publisher.
"""

import re

from archive.readers import Reader, generic, page
from archive.reading.sheet import Sheet

_POST = re.compile(
    r"^\s*[A-Z][\w .&-]{3,60},\s+(?:the\s+)?(?P<institute>SSDP|"
    r"Society of Security and Diplomatic Policy Studies(?: \(SSDP\))?)\s*$"
)
_HEADER_LINES = 15


def knows(sheet: Sheet) -> bool:
    """Know a page by the author's post in the society, near the top."""
    return any(sheet.find(_POST, 1, _HEADER_LINES))


def read(sheet: Sheet) -> None:
    """State the publisher; read the page like any other."""
    sheet.state_found(_POST, 1, _HEADER_LINES)
    (page if page.knows(sheet) else generic).read(sheet)


# Only the post of an author tells the publisher.
READER = Reader("ssdp", knows, read, rank=45)
