"""Read texts of the Institute for Far Eastern Studies (IFES), on Korea On Point and its own board.

A page of Korea On Point has an invitation to subscribe, key points (►), one paragraph a line, and
at the end a biography without a heading. It may begin with its topic, the title, the byline with a
post in square brackets, and the date. The text does not name its publisher: "at the Institute …" in
the biography is the author's post.

A page of the board has the labels Title, Date and Type, each with its value on one line and without
a colon.
"""

import re

from archive.readers import Reader, generic
from archive.reading.model import Kind
from archive.reading.sheet import Sheet
from archive.text import dates

_INVITATION = re.compile(r"^\s*Stay informed about our latest news,")
_INVITATION_ENDS = re.compile(r"^\s*publications, & uploads:\s*$")
_BYLINE = re.compile(r"^\s*By [^\[\]]{4,80} \[[^\[\]]{5,200}\]\s*$")
_BOARD = re.compile(r"^\s*(?:Title\s+(?P<title>\S.*?)|Date\s+(?P<date>\S.*?))\s*$")
_BOARD_ENDS = re.compile(r"^\s*Type\s+\[[^\]]{2,30}\]\s*$")
_INSTITUTE = re.compile(r"(?P<institute>Institute for Far Eastern Studies|극동문제연구소)")
_HEADER_LINES = 12


def knows(sheet: Sheet) -> bool:
    """Know the labels of the board, the invitation, or the byline of a page with key points."""
    if any(sheet.find(_BOARD_ENDS, 1, _HEADER_LINES)):
        return any(sheet.find(_BOARD, 1, _HEADER_LINES))
    has_byline = any(sheet.find(_BYLINE, 1, _HEADER_LINES))
    return any(sheet.find(_INVITATION)) or (has_byline and any(sheet.find(re.compile(r"^\s*►"))))


def read(sheet: Sheet) -> None:
    """Claim invitation and board; the rest is read as usual, with key points."""
    for line, _ in sheet.find(_INVITATION):
        ends = _INVITATION_ENDS.match(sheet.line(line + 1))
        sheet.claim_furniture("invitation to subscribe", line, *([line + 1] if ends else []))
    _claim_board(sheet)
    for line, _ in sheet.find(_BYLINE, 1, _HEADER_LINES):
        # The title stands right above the byline, and its topic above that.
        *topic, title = sheet.unclaimed(1, line - 1) or [0]
        if title:
            sheet.claim_value("title", sheet.line(title), title)
        for above in topic:
            sheet.claim_furniture("topic of the page", above)
    generic.read(sheet, point=Kind.KEY_POINT)


def _claim_board(sheet: Sheet) -> None:
    """Claim the labels of the board, and the menu above them."""
    for last, _ in sheet.find(_BOARD_ENDS, 1, _HEADER_LINES):
        for line in sheet.unclaimed(1, last):
            label = _BOARD.match(sheet.source[line])
            if label and label["title"]:
                sheet.claim_value("title", label["title"], line)
            elif label and (date := dates.parse(label["date"])):
                sheet.claim_value("date", date, line)
            else:
                sheet.claim_furniture("menu of the board", line)
        sheet.state_found(_INSTITUTE)


# The labels of the board and the invitation to subscribe are on no other page.
READER = Reader("ifes", knows, read, rank=20)
