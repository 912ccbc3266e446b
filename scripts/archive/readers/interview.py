"""Read an interview: at least two speakers, with labels in capitals ("JANE ROE: …").

The speakers are the authors, and the institute that held the interview is the publisher. The file
name of a speaker's picture may precede the label.
"""

import re

from archive.readers import Reader, generic
from archive.reading.model import Kind
from archive.reading.sheet import Sheet
from archive.reading.vocabulary import INSTITUTE
from archive.sources.source import Span
from archive.text.names import is_person

_SPEAKER = re.compile(
    r"^\s*(?P<file>\S{1,200}?\.(?:jpe?g|png|gif|webp)\S{0,300}?)?"
    r"(?P<name>[A-ZÀ-Þ][A-ZÀ-Þ'.-]+(?: [A-ZÀ-Þ][A-ZÀ-Þ'.-]*){1,3}):(?=\s|$)"
)
_HOST = re.compile(
    r"(?P<host>\b[A-Z][^.,;]{3,100}?) "
    r"(?:held|hosted|convened|organi[sz]ed|interviewed|asked|(?:spoke|talked|sat down) (?:with|"
    r"to))\b"
)
_HOUSE = re.compile(
    r"(?P<part>.{3,80}?) (?:at|of) (?:the )?(?P<house>[A-Z][\w'-]*(?: (?:[A-Z][\w'-]*|for|of|on|"
    r"and))*)"
)


def _labels(sheet: Sheet) -> dict[int, re.Match[str]]:
    """Return the labels of speakers by their lines."""
    return {line: label for line, label in sheet.find(_SPEAKER) if is_person(label["name"].title())}


def knows(sheet: Sheet) -> bool:
    """Know an interview by its two speakers or more."""
    return len({label["name"] for label in _labels(sheet).values()}) > 1


def read(sheet: Sheet) -> None:
    """Claim the labels, state the publisher in the introduction, and read the rest as usual."""
    labels = _labels(sheet)
    text = "\n".join(sheet.source.lines)
    first_lines: dict[str, int] = {}
    for line, label in labels.items():
        first_lines.setdefault(label["name"], line)
        _claim_label(sheet, line, label)
    for name, line in first_lines.items():
        printed = re.findall(re.escape(name), text, re.IGNORECASE)
        sheet.add_authors([next((form for form in printed if not form.isupper()), name)], line)
    for line, match in sheet.find(_HOST, 1, min(labels) - 1):
        sheet.state("institute", _institute(match["host"]), line)
    # A short question is not a heading.
    generic.read(sheet, plain_headings=False)


def _claim_label(sheet: Sheet, line: int, label: re.Match[str]) -> None:
    """Claim the label of a speaker.

    The file name of a picture is furniture. A label on its own line is a heading; one before words
    belongs to the paragraph.
    """
    whole, start = sheet.source.line_span(line), label.start("name")
    sheet.claim_pieces(line, whole.start, (start, Kind.FURNITURE, "file name of a picture"))
    if label.end() == whole.end:
        sheet.claim(Kind.HEADING, Span(line, start, whole.end), level=1)
    elif label["file"]:
        sheet.claim(Kind.PARAGRAPH, Span(line, start, whole.end))


def _institute(host: str) -> str | None:
    """Return the institute that held an interview, or None.

    In "The Center for … (CEAP) at Brookings" it is the house, since a centre of the house precedes.
    """
    name = re.sub(r"^The\s+|\s*\([^)]*\)", "", host).strip()
    house = _HOUSE.fullmatch(name)
    if house and INSTITUTE.fullmatch(house["part"]):
        return house["house"]
    return name if INSTITUTE.fullmatch(name) else None


# Every speaker has a label.
READER = Reader("interview", knows, read, rank=60)
