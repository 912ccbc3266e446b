"""Read texts of the Institute for Far Eastern Studies (IFES) on Korea On Point.

A page has an invitation to subscribe, key points (►), one paragraph a line, and at the end a
biography without a heading. It may begin with its topic, the title, the byline with a post in
square brackets, and the date. The text does not name its publisher: "at the Institute …" in the
biography is the author's post.
"""

import re

from archive.readers import Reader, generic
from archive.reading.model import Kind
from archive.reading.sheet import Sheet

_INVITATION = re.compile(r"^\s*Stay informed about our latest news,")
_INVITATION_ENDS = re.compile(r"^\s*publications, & uploads:\s*$")
_BYLINE = re.compile(r"^\s*By [^\[\]]{4,80} \[[^\[\]]{5,200}\]\s*$")
_HEADER_LINES = 12


def knows(sheet: Sheet) -> bool:
    """Know a page by the invitation, or by its byline and key points."""
    has_byline = any(sheet.find(_BYLINE, 1, _HEADER_LINES))
    return any(sheet.find(_INVITATION)) or (has_byline and any(sheet.find(re.compile(r"^\s*►"))))


def read(sheet: Sheet) -> None:
    """Claim the invitation; the rest is read as usual, with key points."""
    for line, _ in sheet.find(_INVITATION):
        ends = _INVITATION_ENDS.match(sheet.line(line + 1))
        sheet.claim_furniture("invitation to subscribe", line, *([line + 1] if ends else []))
    generic.read(sheet, point=Kind.KEY_POINT)


# The invitation to subscribe is on no other page.
READER = Reader("ifes", knows, read, rank=20)
