"""Read articles of Yeosijae (later Taejae Future Consensus Institute), with its introduction.

The page header has a series tag in brackets and the title, the author with a post, the date and a
font-size widget. Below it are a standfirst, the place of first publication, the introduction by the
publisher, the article with plain headings, the translator's note and a rights line.
"""

from __future__ import annotations

import re

from archive.readers import Reader
from archive.reading.model import Kind, Voice
from archive.reading.outline import is_heading_like, outline
from archive.reading.sheet import Sheet
from archive.sources.source import Source, Span
from archive.text import dates
from archive.text.names import people

_TO_TOP = re.compile(r"^\s*페이지\s?상단으로\s?이동\s*$")
_FONT_SIZE = re.compile(r"^\s*•\s*A\s*$")
_RIGHTS = re.compile(r"^\s*(?:<\s*)?(?:Copyright holder|Copyright|©)")
_PUBLISHER = re.compile(
    r"\bYeosijae\b|여시재|TAEJAE FUTURE CONSENSUS(?: INSTITUTE)?", re.IGNORECASE
)
_TAG = re.compile(r"^\s*\[(?P<series>[^\]]*?)\s*(?P<number>[①-⑳]|\d+)?\]\s*(?=\S)")
_BYLINE = re.compile(r"^\s*(?P<name>[^()]+?)\s*\((?P<post>[^()]+)\)\s*$")
_FIRST_PUBLISHED = re.compile(r"\bVol\.? ?\d+|\bNo\.? ?\d+")
_TRANSLATED = re.compile(r"^\s*\(?This (?:paper|article|essay) was translated\b")


def knows(source: Source) -> bool:
    """Know a page by the publisher's name, with its link to the top or its rights line."""
    text = "\n".join(source.lines)
    has_own_line = any(
        _TO_TOP.match(line) or (_RIGHTS.match(line) and _PUBLISHER.search(line))
        for line in source.lines
    )
    return has_own_line and bool(_PUBLISHER.search(text))


def read(sheet: Sheet) -> None:
    """Read the page header and the opening, then the article and what follows it."""
    for rule, pattern in (
        ("link to the top of the page", _TO_TOP),
        ("font-size widget", _FONT_SIZE),
    ):
        for line, _ in list(sheet.find(pattern)):
            sheet.claim_furniture(rule, line)
    publisher = re.search(r"Yeosijae|여시재", "\n".join(sheet.source.lines)) or _PUBLISHER.search(
        "\n".join(sheet.source.lines)
    )
    assert publisher, "knows() found it"
    sheet.state("institute", publisher[0], next(n for n, _ in sheet.find(re.compile(publisher[0]))))
    for line, _ in list(sheet.find(_RIGHTS)):
        sheet.claim_lines(Kind.RIGHTS, line, voice=Voice.RIGHTS)
    for line, _ in list(sheet.find(_TRANSLATED)):
        sheet.claim_lines(Kind.NOTE, line, voice=Voice.TRANSLATOR)
    last = _claim_header(sheet)
    _claim_opening(sheet, last)
    outline(sheet, sheet.unclaimed())


def _claim_header(sheet: Sheet) -> int:
    """Claim title, byline and date, and return the last of their lines."""
    last = 0
    for line in sheet.unclaimed():
        text = sheet.source[line]
        tag = _TAG.match(text)
        start = tag.end() if tag else 0
        if not sheet.has_stated("title") and is_heading_like(text[start:].strip()):
            if tag:
                sheet.state("series", tag["series"], line)
                sheet.claim(
                    Kind.METADATA,
                    Span(line, sheet.source.line_span(line).start, len(text[:start].rstrip())),
                    rule="series",
                )
            if tag and tag["number"]:
                sheet.state("number", tag["number"], line)
            title = sheet.claim(
                Kind.METADATA, Span(line, start, sheet.source.line_span(line).end), rule="title"
            )
            sheet.state("title", title.text, line)
        elif (
            not sheet.authors
            and (byline := _BYLINE.match(text))
            and (names := people(byline["name"]))
        ):
            for name in names:
                sheet.add_author(name, line)
            sheet.claim_metadata("authors", line)
        elif date := dates.parse(text):
            sheet.state("date", date, line)
            sheet.claim_metadata("date", line)
        else:
            return last
        last = line
    return last


def _claim_opening(sheet: Sheet, header: int) -> None:
    """Claim standfirst, place of first publication and introduction.

    The end of the introduction is not marked. It is inferred: above the first heading of the
    article, the publisher speaks up to the last paragraph that names it.
    """
    lines = sheet.unclaimed(header + 1)
    if lines and is_heading_like(sheet.line(lines[0])):
        sheet.claim_lines(Kind.STANDFIRST, lines.pop(0), voice=Voice.PUBLISHER)
    if lines and len(sheet.line(lines[0])) < 150 and _FIRST_PUBLISHED.search(sheet.line(lines[0])):
        sheet.claim_lines(Kind.NOTE, lines.pop(0), voice=Voice.PUBLISHER)
    prose = []
    for line in lines:
        if is_heading_like(sheet.line(line)):
            break
        prose.append(line)
    last = max((line for line in prose if _PUBLISHER.search(sheet.line(line))), default=0)
    for line in prose:
        if line <= last:
            sheet.claim_lines(Kind.INTRODUCTION, line, voice=Voice.PUBLISHER)


READER = Reader("yeosijae", knows, read)
