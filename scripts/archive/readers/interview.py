"""An interview: its speakers are labelled in capitals ("JANE ROE: …"), at least two of them, and are its authors.

The file name of a speaker's picture may stand before the label. Who held the interview is its publisher.
"""

from __future__ import annotations

import re

from archive.readers import Reader
from archive.reading.footer import read_footer
from archive.reading.header import read_header
from archive.reading.model import Kind
from archive.reading.outline import outline
from archive.reading.sheet import Sheet
from archive.reading.vocabulary import INSTITUTE
from archive.sources.source import Source, Span
from archive.text.names import is_person

_SPEAKER = re.compile(
    r"^\s*(?P<file>\S{1,200}?\.(?:jpe?g|png|gif|webp)\S{0,300}?)?"
    r"(?P<name>[A-ZÀ-Þ][A-ZÀ-Þ'’.-]+(?: [A-ZÀ-Þ][A-ZÀ-Þ'’.-]*){1,3}):(?=\s|$)"
)
_HOST = re.compile(
    r"(?P<host>\b[A-Z][^.,;]{3,100}?) "
    r"(?:held|hosted|convened|organi[sz]ed|interviewed|asked|(?:spoke|talked|sat down) (?:with|to))\b"
)
_HOUSE = re.compile(
    r"(?P<part>.{3,80}?) (?:at|of) (?:the )?(?P<house>[A-Z][\w’-]*(?: (?:[A-Z][\w’-]*|for|of|on|and))*)"
)


def _speakers(source: Source) -> dict[str, list[int]]:
    """The lines on which each speaker begins, by the label."""
    found: dict[str, list[int]] = {}
    for line, text in enumerate(source.lines, 1):
        if (speaker := _SPEAKER.match(text)) and is_person(speaker["name"].title()):
            found.setdefault(speaker["name"], []).append(line)
    return found


def knows(source: Source) -> bool:
    """Two people speak."""
    return len(_speakers(source)) > 1


def read(sheet: Sheet) -> None:
    """The labels of the speakers, the publisher in the introduction, then the page as any other."""
    speakers = _speakers(sheet.source)
    first = min(line for lines in speakers.values() for line in lines)
    text = "\n".join(sheet.source.lines)
    for label, lines in speakers.items():
        printed = (
            found
            for found in re.findall(re.escape(label), text, re.IGNORECASE)
            if not found.isupper()
        )
        sheet.author(next(printed, label), lines[0])
        for line in lines:
            _claim_label(sheet, line)
    for line, found in sheet.find(_HOST, 1, first - 1):
        if host := _institute(found["host"]):
            sheet.state("institute", host, line)
    read_footer(sheet)
    read_header(sheet)
    # A short question is no heading.
    outline(sheet, sheet.filled(), plain_headings=False)


def _claim_label(sheet: Sheet, line: int) -> None:
    """Take the picture's file name off; a label on its own line is a heading, one before words is part of the paragraph."""
    found = _SPEAKER.match(sheet.source[line])
    assert found, "the line was found by this pattern"
    whole = sheet.source.whole(line)
    start = found.start("name")
    if found["file"]:
        sheet.claim(Kind.FURNITURE, Span(line, whole.start, start), rule="file name of a picture")
    if found["file"] or found.end() == whole.end:
        kind = Kind.HEADING if found.end() == whole.end else Kind.PARAGRAPH
        sheet.claim(kind, Span(line, start, whole.end), level=1 if kind is Kind.HEADING else 0)


def _institute(host: str) -> str | None:
    """The institute in "The Center for … (CEAP) at Brookings": the house, where one is named, and only with a centre of it."""
    name = re.sub(r"^The\s+|\s*\([^)]*\)", "", host).strip()
    house = _HOUSE.fullmatch(name)
    if house and INSTITUTE.fullmatch(house["part"]):
        return house["house"]
    return name if INSTITUTE.fullmatch(name) else None


READER = Reader("interview", knows, read)
