"""The Asan Institute for Policy Studies: its English pages, which end with "About Experts", and its Korean press releases.

An English page may begin with the series ("Issue Briefs"), a view counter and the title, and often does not. A closing note
may say which Korean brief it sums up.
"""

from __future__ import annotations

import re

from archive import dates
from archive.names import is_person
from archive.outline import heading_like, outline
from archive.readers import Reader
from archive.reading import Kind, Voice
from archive.sheet import Sheet
from archive.source import Source

_INSTITUTE = re.compile(r"Asan Institute for Policy Studies|아산정책연구원")
_EXPERTS = re.compile(r"^\s*About (?:the )?(?:Experts?|Authors?)\s*$")
_PRESS = re.compile(r"^\s*보도자료\b")
_SERIES = re.compile(r"^\s*(?:(?:Asan )?(?:Issue Briefs?|Reports?|Plenum|Policy Briefs?|Working Papers?)|이슈\s?브리프)\s*$")
_VIEWS = re.compile(r"^\s*(?:[\d,]+ views?|조회\s?수?\s*:?\s*[\d,]+)\s*$", re.IGNORECASE)
_SUMMARY_OF = re.compile(r"English Summary of (?P<series>Asan [A-Z]\w+(?: [A-Z]\w+)*) \((?P<number>\d{4}-\d+)\)")
# Heads that open a text, so that the line is no title.
_SECTION = re.compile(r"^(?:Executive Summary|Summary|Abstract|Introduction|Background|Key Findings)$", re.IGNORECASE)
_PRESS_LABELS = re.compile(r"^\s*(?:날짜|분량|담당|전화|E-mail|이메일)\s*$", re.IGNORECASE)
_PRESS_TITLE = re.compile(r"[“\"](?P<title>[^”\"]+)[”\"]\s*(?P<series>\S+)\s+(?:발표|발간)")
_PRESS_AUTHOR = re.compile(r"(?P<name>[가-힣]{2,4})\s(?:수석\s?|선임\s?)?(?:연구위원|연구원|박사|센터장|부원장|원장)의")


def knows(source: Source) -> bool:
    """Asan is named, on a page with its block of experts or one of its press releases."""
    lines = source.lines
    return bool(_INSTITUTE.search("\n".join(lines))) and any(_EXPERTS.match(line) or _PRESS.match(line) for line in lines)


def read(sheet: Sheet) -> None:
    """Read whichever of the two it is."""
    press = next(sheet.find(_PRESS, 1, 3), None)
    (_read_press_release if press else _read_page)(sheet)


def _read_page(sheet: Sheet) -> None:
    institute = next(sheet.find(_INSTITUTE), None)
    if institute:
        sheet.state("institute", institute[1][0], institute[0], "inferred")
    experts = next((n for n, _ in sheet.find(_EXPERTS)), len(sheet.source) + 1)
    for line, found in sheet.find(_SUMMARY_OF, 1, experts - 1):
        sheet.state("series", found["series"], line)
        sheet.state("number", found["number"], line)
    _page_head(sheet)
    _experts(sheet, experts)
    for line, _ in list(sheet.find(_SUMMARY_OF, 1, experts - 1)):
        note = [line, *(n for n in sheet.filled(line + 1, experts - 1)[:1] if n == line + 1)]
        sheet.lines(Kind.NOTE, *note, voice=Voice.PUBLISHER)
    outline(sheet, sheet.filled())


def _page_head(sheet: Sheet) -> None:
    for line in sheet.filled():
        text = sheet.line(line)
        if _SERIES.match(text):
            sheet.state("series", text, line)
            sheet.metadata("series", line)
        elif _VIEWS.match(text):
            sheet.furniture("view counter", line)
        elif date := dates.whole(text):
            sheet.state("date", date, line)
            sheet.metadata("date", line)
        elif sheet.states("title") or _SECTION.match(text) or not heading_like(text) or sheet.line(line + 1):
            return
        else:
            sheet.state("title", text, line)
            sheet.metadata("title", line)


def _experts(sheet: Sheet, head: int) -> None:
    """Each expert: the name, the name again, the division, a biography."""
    for line in sheet.filled(head):
        text = sheet.line(line)
        if line == head:
            sheet.lines(Kind.HEADING, line, voice=Voice.BIOGRAPHER, level=1)
        elif is_person(text) and text in sheet.authors:
            sheet.furniture("name printed twice", line)
        elif is_person(text):
            sheet.author(text, line)
            sheet.metadata("authors", line)
        elif heading_like(text) and len(text) < 80:
            sheet.metadata("affiliation", line)
        else:
            sheet.lines(Kind.BIOGRAPHY, line, voice=Voice.BIOGRAPHER)


def _read_press_release(sheet: Sheet) -> None:
    sheet.state("institute", "아산정책연구원", next(n for n, _ in sheet.find(_INSTITUTE)))
    for line, found in sheet.find(_PRESS_AUTHOR):
        sheet.author(found["name"], line)
    for line, _ in list(sheet.find(_PRESS_LABELS)):
        value = sheet.after(line)
        date = dates.whole(sheet.line(value)) if value else None
        if value and date:
            sheet.state("date", date, value)
            sheet.metadata("date", line, value)
        elif value and not _PRESS_LABELS.match(sheet.line(value)):
            sheet.furniture("form of a press release", line, value)
    for line, found in list(sheet.find(_PRESS_TITLE))[:1]:
        sheet.state("title", found["title"], line)
        sheet.state("series", found["series"], line)
        sheet.metadata("title", line)
    for line, _ in list(sheet.find(_PRESS, 1, 5)):
        sheet.furniture("form of a press release", line)
    outline(sheet, sheet.filled())


READER = Reader("asan", knows, read)
