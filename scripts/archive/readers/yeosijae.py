"""Read articles of Yeosijae (later Taejae Future Consensus Institute), with its introduction.

The page header has a series tag in brackets and the title, the author with a post, the date and a
font-size widget. Below it are a standfirst, the place of first publication, the introduction by the
publisher, the article with plain headings, the translator's note and a rights line.
"""

import re
from itertools import takewhile

from archive.readers import Reader
from archive.reading.header import claim_title_from, read_header
from archive.reading.model import Kind, Voice
from archive.reading.outline import is_heading_like, outline
from archive.reading.sheet import Sheet

_TO_TOP = re.compile(r"^\s*페이지\s?상단으로\s?이동\s*$")
_RIGHTS = re.compile(r"^\s*(?:<\s*)?(?:Copyright holder|Copyright|©)")
_PUBLISHER = re.compile(
    r"(?P<institute>\bYeosijae\b|여시재|TAEJAE FUTURE CONSENSUS(?: INSTITUTE)?)", re.IGNORECASE
)
_TAG = re.compile(r"^\s*\[(?P<series>[^\]]*?)\s*(?P<number>[①-⑳]|\d+)?\]\s*(?=\S)")
_HEADER_LINES = 10
_FIRST_PUBLISHED = re.compile(r"\bVol\.? ?\d+|\bNo\.? ?\d+")
# Lines by their form: the kind of block, who speaks, and the rule that leaves the line out.
_LINES = (
    (_TO_TOP, Kind.FURNITURE, Voice.AUTHOR, "link to the top of the page"),
    (re.compile(r"^\s*•\s*A\s*$"), Kind.FURNITURE, Voice.AUTHOR, "font-size widget"),
    (_RIGHTS, Kind.RIGHTS, Voice.RIGHTS, ""),
    (
        re.compile(r"^\s*\(?This (?:paper|article|essay) was translated\b"),
        Kind.NOTE,
        Voice.TRANSLATOR,
        "",
    ),
)


def knows(sheet: Sheet) -> bool:
    """Know a page by the publisher's name, with its link to the top or its rights line."""
    has_own_line = any(sheet.find(_TO_TOP)) or any(
        _PUBLISHER.search(rights.string) for _, rights in sheet.find(_RIGHTS)
    )
    return has_own_line and any(sheet.find(_PUBLISHER))


def read(sheet: Sheet) -> None:
    """Read the page header and the opening, then the article and what follows it."""
    for name in (re.compile(r"(?P<institute>Yeosijae|여시재)"), _PUBLISHER):
        sheet.state_found(name)
    for pattern, kind, voice, rule in _LINES:
        for line, _ in sheet.find(pattern):
            sheet.claim_lines(kind, line, voice=voice, rule=rule)
    for line, tag in list(sheet.find(_TAG, 1, _HEADER_LINES))[:1]:
        sheet.state_groups(tag, line)
        claim_title_from(sheet, line, tag.end())
    read_header(sheet)
    _claim_opening(sheet)
    for line in sheet.unclaimed():
        # The headings are long sentences, of one or two lines with none right above or below.
        size = 1 + bool(sheet.line(line + 1))
        apart = not (sheet.line(line - 1) or sheet.line(line + size))
        if apart and all(is_heading_like(sheet.line(line + n)) for n in range(size)):
            sheet.claim_lines(Kind.HEADING, *range(line, line + size), level=1)
    outline(sheet, sheet.unclaimed())


def _claim_opening(sheet: Sheet) -> None:
    """Claim standfirst, place of first publication and introduction.

    The end of the introduction is not marked. It is inferred: above the first heading of the
    article, the publisher speaks up to the last paragraph that names it.
    """
    lines = sheet.unclaimed()
    if lines and is_heading_like(sheet.line(lines[0])):
        sheet.claim_lines(Kind.STANDFIRST, lines.pop(0), voice=Voice.PUBLISHER)
    if lines and len(sheet.line(lines[0])) < 150 and _FIRST_PUBLISHED.search(sheet.line(lines[0])):
        sheet.claim_lines(Kind.NOTE, lines.pop(0), voice=Voice.PUBLISHER)
    prose = list(takewhile(lambda line: not is_heading_like(sheet.line(line)), lines))
    last = max((line for line in prose if _PUBLISHER.search(sheet.line(line))), default=0)
    for line in (line for line in prose if line <= last):
        sheet.claim_lines(Kind.INTRODUCTION, line, voice=Voice.PUBLISHER)


# A line of its own names the publisher.
READER = Reader("yeosijae", knows, read, rank=30)
