"""Read an interview: at least two speakers, with labels in capitals ("JANE ROE: …").

The speakers are the authors, and the institute that held the interview is the publisher. The file
name of a speaker's picture may precede the label.
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
    r"(?:held|hosted|convened|organi[sz]ed|interviewed|asked|(?:spoke|talked|sat down) (?:with|"
    r"to))\b"
)
_HOUSE = re.compile(
    r"(?P<part>.{3,80}?) (?:at|of) (?:the )?(?P<house>[A-Z][\w’-]*(?: (?:[A-Z][\w’-]*|for|of|on|"
    r"and))*)"
)


def _speakers(source: Source) -> dict[str, list[int]]:
    """Return the lines on which each speaker begins, by label."""
    speakers: dict[str, list[int]] = {}
    for line, text in enumerate(source.lines, 1):
        if (speaker := _SPEAKER.match(text)) and is_person(speaker["name"].title()):
            speakers.setdefault(speaker["name"], []).append(line)
    return speakers


def knows(source: Source) -> bool:
    """Know an interview by its two speakers or more."""
    return len(_speakers(source)) > 1


def read(sheet: Sheet) -> None:
    """Claim the labels, state the publisher in the introduction, and read the rest as usual."""
    speakers = _speakers(sheet.source)
    first = min(line for lines in speakers.values() for line in lines)
    text = "\n".join(sheet.source.lines)
    for label, lines in speakers.items():
        printed = (
            name for name in re.findall(re.escape(label), text, re.IGNORECASE) if not name.isupper()
        )
        sheet.add_author(next(printed, label), lines[0])
        for line in lines:
            _claim_label(sheet, line)
    for line, match in sheet.find(_HOST, 1, first - 1):
        if host := _institute(match["host"]):
            sheet.state("institute", host, line)
    read_footer(sheet)
    read_header(sheet)
    # A short question is not a heading.
    outline(sheet, sheet.unclaimed(), plain_headings=False)


def _claim_label(sheet: Sheet, line: int) -> None:
    """Claim the label of a speaker.

    The file name of a picture is furniture. A label on its own line is a heading; one before words
    belongs to the paragraph.
    """
    match = _SPEAKER.match(sheet.source[line])
    assert match, "_speakers() found the line by this pattern"
    whole = sheet.source.line_span(line)
    start = match.start("name")
    if match["file"]:
        sheet.claim(Kind.FURNITURE, Span(line, whole.start, start), rule="file name of a picture")
    if match["file"] or match.end() == whole.end:
        kind = Kind.HEADING if match.end() == whole.end else Kind.PARAGRAPH
        sheet.claim(kind, Span(line, start, whole.end), level=1 if kind is Kind.HEADING else 0)


def _institute(host: str) -> str | None:
    """Return the institute that held an interview, or None.

    In "The Center for … (CEAP) at Brookings" it is the house, since a centre of the house precedes.
    """
    name = re.sub(r"^The\s+|\s*\([^)]*\)", "", host).strip()
    house = _HOUSE.fullmatch(name)
    if house and INSTITUTE.fullmatch(house["part"]):
        return house["house"]
    return name if INSTITUTE.fullmatch(name) else None


READER = Reader("interview", knows, read)
