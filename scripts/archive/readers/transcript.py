"""Read the transcript of a PDF by a site that hosts PDFs (readkong and the like).

Each page is one line, below a line and buttons of the host. The first page is a single run of
running header, place and date, title, authors and text. The title ends before the names, which are
known from the biographies ("Jane Roe is a Fellow at …"). Of other layouts
nothing is certain but the lines of the host: a PDF is better brought as a PDF.
"""

import re
from itertools import pairwise
from typing import Any

from archive.readers import Reader, generic
from archive.reading.model import Kind, Voice
from archive.reading.sheet import Sheet
from archive.reading.vocabulary import named_publisher
from archive.sources.source import Span
from archive.text.names import NAME, ROLE, byline_names, is_person

_HOST_LINE = re.compile(
    r"^\s*(?:[←→]|<<|Page created by .{3,40}|CONTINUE READING|Page content transcription|"
    r"If your browser does not render page correctly.*|\[Show full text\]|"
    r"Total Page:\s*\d+|File Type:\s*pdf, Size:.*|Size: px|Start display at page:|"
    r"Download \"[^\"]*\"|Transcript(?:ion)?|Transcript of .* - .*|Embed Size \(px\)|"
    r"Citation preview|Upload(?:: ?\w+)?|Post(?:ed)? on \d.*|Category:|Documents|"
    r"\d+ (?:views|downloads?))\s*$",
    re.IGNORECASE,
)
_HOSTED = re.compile(
    r"^\s*(?:Page content transcription|Page created by .{3,40}|File Type:\s*pdf, Size.*|"
    r"Start display at page:|Embed Size \(px\)|Post on \d{1,2}-[A-Z][a-z]{2}-\d{4})\s*$"
)
# What each page of ISEAS begins with, and what follows on the first.
_ISSUE = re.compile(r"\s*ISSUE: (?P<number>\d{4} No\. \d+) ISSN [\d-]+X?\s+(?=[A-Z])")
_DATELINE = re.compile(
    r"(?:RESEARCHERS AT .{3,60}? ANALY[SZ]E CURRENT EVENTS\s+)?(?:[A-Z]\w+ \| )?"
    r"(?P<date>\d{1,2} [A-Z]\w+ \d{4})\s+"
)
# Title and names stand within this many characters of the first page.
_FRONT_LENGTH = 600
_BIOGRAPHY = re.compile(
    rf"(?<![\w-])(?P<name>{NAME.pattern})(?:\s\([^)]*\))? (?:is|was) (?P<post>[^.]{{3,120}})"
)
_BYLINE = re.compile(rf"{NAME.pattern}(?:(?:,? and |, | & ){NAME.pattern})*\*+")
# Where a page is cut into pieces, and what the pieces are by their first sign.
_CUT = re.compile(
    r"\s(?=• )|(?<=\S )(?=\*[A-Z])|\s(?=\d{1,3}\s*$)|(?<=EXECUTIVE SUMMARY)\s|(?<=INTRODUCTION)\s|"
    r"(?<=CONCLUSION)\s"
)
_PIECES: tuple[tuple[str, Kind, dict[str, Any]], ...] = (
    (r"\d{1,3}$", Kind.FURNITURE, {"rule": "page number"}),
    ("• ", Kind.POINT, {"level": 1, "mark": "•"}),
    (r"\*", Kind.BIOGRAPHY, {"voice": Voice.BIOGRAPHER}),
    ("(?:EXECUTIVE SUMMARY|INTRODUCTION|CONCLUSION)$", Kind.HEADING, {"level": 1}),
    ("", Kind.PARAGRAPH, {}),
)


def knows(sheet: Sheet) -> bool:
    """Know a text by lines of its host, or by the running header of ISEAS on a flat page."""
    title = sheet.source[sheet.next_unclaimed(0)].strip()
    return any(
        _ISSUE.match(line) or _HOSTED.match(line) or line.strip() == f"Transcript of {title}"
        for line in sheet.source.lines
    )


def read(sheet: Sheet) -> None:
    """Claim the lines of the host; read pages of ISEAS, and any other layout as it stands."""
    for line, _ in sheet.find(_HOST_LINE):
        sheet.claim_furniture("line of the host", line)
    issues = dict(sheet.find(_ISSUE))
    host, *pages = [line for line, text in sheet.texts() if not text.isdigit()] or [0]
    if pages and host not in issues:
        sheet.claim_furniture("title given by the host", host)
    if not issues:
        generic.read(sheet)
    for line in sheet.unclaimed():
        issue = issues.get(line)
        start = _claim_front(sheet, line, issue) if issue and line == min(issues) else 0
        if issue and not start:
            start = issue.end()
            first = sheet.source.line_span(line).start
            sheet.claim(Kind.FURNITURE, Span(line, first, start), rule="running header")
        _claim_page(sheet, line, start)


def _claim_front(sheet: Sheet, line: int, issue: re.Match[str]) -> int:
    """Claim running header, date, title and authors of the first page.

    The first name is one that has a biography. Returns the column where the text begins, or 0 when
    that is not certain.
    """
    text, start = sheet.source[line], issue.end()
    sheet.state("institute", named_publisher(text[:_FRONT_LENGTH]), line)
    sheet.state_groups(issue, line)
    if dateline := _DATELINE.match(text, start):
        sheet.state_groups(dateline, line)
        start = dateline.end()
    places = [
        text.find(match["name"], start, start + _FRONT_LENGTH)
        for match in _BIOGRAPHY.finditer(text)
        if is_person(match["name"]) and ROLE.search(match["post"])
    ]
    first = min((place for place in places if place > start), default=len(text))
    byline, title = _BYLINE.match(text, first), text[start:first].strip()
    if not byline or not 2 < len(title.split()) < 40:
        return 0
    sheet.claim_pieces(
        line,
        sheet.source.line_span(line).start,
        (start, Kind.METADATA, "number"),
        (first, Kind.METADATA, "title"),
        (byline.end(), Kind.METADATA, "authors"),
    )
    sheet.state("title", title, line)
    sheet.add_authors(byline_names(byline[0]), line)
    return byline.end()


def _claim_page(sheet: Sheet, line: int, top: int) -> None:
    """Claim the text of a page: points, biographies, page number, headings in capitals."""
    text = sheet.source[line]
    whole = sheet.source.line_span(line)
    cuts = [
        max(top, whole.start),
        *(match.end() for match in _CUT.finditer(text, top, whole.end)),
        whole.end,
    ]
    for start, end in pairwise(cuts):
        if words := text[start:end].strip():
            found = (piece for piece in _PIECES if re.match(piece[0], words))
            _, kind, options = next(found)
            sheet.claim(kind, Span(line, start, end), **options)


# A single line such as "CONTINUE READING" may be on any page.
READER = Reader("transcript", knows, read, rank=70)
