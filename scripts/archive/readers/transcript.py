"""A PDF as text by a site that hosts PDFs (readkong and its like): each page is one line, below the host's line and buttons.

The first page runs together running header, place and date, title, authors and text. Where the title ends is known from the
names: the biographies ("Jane Roe is a Fellow at …") tell them, and the host's line or the header of an issue confirm it.
"""

from __future__ import annotations

import re
from itertools import pairwise, takewhile

from archive.readers import Reader, generic
from archive.reading.dateline import claim_label, state_date
from archive.reading.footer import read_footer
from archive.reading.model import Kind, Voice
from archive.reading.outline import outline
from archive.reading.sheet import Sheet
from archive.reading.title import HeaderFindings, claim_twice
from archive.reading.vocabulary import NUMBER, SECTION, own_institute
from archive.sources.source import Source, Span
from archive.text import dates
from archive.text.names import NAME, ROLE, byline, is_person, labelled, people

_HOST_LINE = re.compile(
    r"^\s*(?:[←→]|<<|Page created by .{3,40}|CONTINUE READING|Page content transcription|"
    r"If your browser does not render page correctly.*|\[Show full text\]|"
    r"Total Page:\s*\d+|File Type:\s*pdf, Size:.*|Size: px|Start display at page:|Download \"[^\"]*\"|Transcript(?:ion)?|"
    r"Transcript of .* - .*|Embed Size \(px\)|Citation preview|Upload(?:: ?\w+)?|Post(?:ed)? on \d.*|Category:|Documents|"
    r"\d+ (?:views|downloads?))\s*$",
    re.IGNORECASE,
)
_FLAT = re.compile(r"^\s*(?:Page content transcription|ISSUE: \d{4} No\. \d+ ISSN [\d-]+ [A-Z])")
_LAID_OUT = re.compile(r"^\s*(?:Page created by .{3,40}|CONTINUE READING)\s*$")
_HOSTED = re.compile(
    r"^\s*(?:CONTINUE READING|File Type:\s*pdf, Size|Start display at page:|Embed Size \(px\)|Post on \d)"
)
# How far into the first page the names stand.
_FRONT = 600
# The first line of a host may be a motto of the cover; a title of so many words is none.
_LONG_TITLE = 6
_NO_TITLE = re.compile(r"[*|…]|\.\.\.|\b(?:by|journal|quarterly|bulletin)\b", re.IGNORECASE)
_BY = re.compile(
    rf"\s*(?i:by) (?P<names>{NAME.pattern}(?:, (?!and ){NAME.pattern}){{0,9}}(?:,? and {NAME.pattern})?)"
)
# All that a host's line may hold, when the first page begins with it: "Title By Jane Roe May 2019".
_WHOLE = re.compile(
    rf"(?P<title>[^|…]{{12,200}}?) [Bb]y (?P<names>{NAME.pattern}(?:(?:, | and |, and ){NAME.pattern}){{0,5}}?)"
    r"(?: (?P<date>[A-Z][a-z]{2,8} (?:\d{1,2}, )?\d{4}))?"
)
# How many lines a cover has, and how wide one is.
_COVER = 30
_WIDEST = 150
_BEFORE_DATE = re.compile(
    r"(?:ISSN [\d-]+X?\s+|RESEARCHERS AT .{3,60}? ANALY[SZ]E CURRENT EVENTS\s+)*(?:[A-Z]\w+ \| )?"
)
_WHO = re.compile(
    rf"(?<![\w-])(?P<name>{NAME.pattern})(?:\s\([^)]*\))? (?:is|was) (?P<post>[^.]{{3,120}})"
)
_NEXT_NAME = re.compile(rf"(?:\s*,? and |\s*, |\s*& )(?P<name>{NAME.pattern})(?=\*)")
_CUT = re.compile(r"\s(?=• )|(?<=\S )(?=\*[A-Z])|\s(?=\d{1,3}\s*$)")


def knows(source: Source) -> bool:
    """A host's lines, or the running header of ISEAS on a flat page."""
    again = "Transcript of " + next(line for line in source.lines if line.strip()).strip()
    return any(
        _FLAT.match(line) or _HOSTED.match(line) or line.strip() == again for line in source.lines
    )


def read(sheet: Sheet) -> None:
    """Take the host's lines off; then read flat pages as such, and any other text like a page of the web."""
    laid_out = next(sheet.find(_LAID_OUT), None)
    for line, _ in list(sheet.find(_HOST_LINE)):
        sheet.furniture("line of the host", line)
    pages = sheet.filled()
    if laid_out and len(pages) > 1:
        _read_laid_out(sheet, *pages)
        return
    if not pages or not any(_FLAT.match(line) for line in sheet.source.lines):
        # The host's line and its wording of the first page are no layout: a title printed twice is sure, and lines of the cover.
        read_footer(sheet)
        claim_twice(sheet)
        if pages and not sheet.states("title"):
            _first_line(sheet, *pages[:2])
        _cover(sheet)
        outline(sheet, sheet.filled())
        return
    title = ""
    if len(pages) > 1 and pages[1] > pages[0] + 1:
        title = sheet.line(pages[0])
        sheet.furniture("title given by the host", pages.pop(0))
    header = _running_header([sheet.source[line] for line in pages])
    whole = _WHOLE.fullmatch(title) if len(title) < _WIDEST * 2 else None
    if whole and (start := _whole(sheet, pages[0], whole)):
        _page(sheet, pages.pop(0), start)
    for line in pages:
        start = _front(sheet, line, header, title) if line == pages[0] else 0
        if not start and header:
            start = header
            sheet.claim(
                Kind.FURNITURE,
                Span(line, sheet.source.whole(line).start, header),
                rule="running header",
            )
        _page(sheet, line, start)


def _read_laid_out(sheet: Sheet, first: int, *below: int) -> None:
    """Read a PDF whose lines the host has kept, below a line of its own, like a page of the web.

    The title is the longest run of lines that the host's line holds, too, without names and the date; names below are authors.
    """
    host = sheet.line(first)
    for line in (first, *(line for line in below if sheet.line(line) == host)):
        sheet.furniture("title given by the host", line)
    runs: list[tuple[str, list[int]]] = [("", [])]
    for line in sheet.filled():
        words, lines = runs[-1] if runs[-1][1][-1:] == [line - 1] else ("", [])
        words = f"{words} {sheet.line(line)}".strip()
        if _key(words) in _key(host) and not dates.find(words):
            runs.append((words, [*lines, line]))
    title, lines = max(
        (run for run in runs if not (run[1] and people(sheet.line(run[1][-1])))),
        key=lambda run: len(run[0]),
    )
    if len(title.split()) > 3:
        sheet.state("title", title, lines[0])
        sheet.metadata("title", *lines)
        own = sheet.after(lines[-1]) or 0
        for name in people(sheet.line(own)):
            sheet.author(name, own)
    generic.read(sheet)


def _first_line(sheet: Sheet, host: int, page: int = 0) -> None:
    """Take a long title from the host's first line when the first page prints it, and what stands beside it there."""
    title, text = sheet.line(host), sheet.line(page)
    place = text[:_FRONT].lower().find(title.lower())
    # The name of a journal is printed again at once, above the title.
    if (
        len(title.split()) < _LONG_TITLE
        or text[:_FRONT].lower().count(title.lower()) != 1
        or _NO_TITLE.search(title)
    ):
        return
    sheet.state("title", title, host)
    sheet.metadata("title", host)
    if found := _BY.match(text, place + len(title)):
        for name in people(found["names"]):
            sheet.author(name, page)
    if (date := dates.find(text)) and date[2] < place and not text[date[2] : place].strip(" |"):
        sheet.state("date", date[0], page)


def _cover(sheet: Sheet) -> None:
    """Read the lines of a cover that are sure: a label with its number, a labelled byline, names over a date, a date alone."""
    findings = HeaderFindings(twice=[])
    for line in sheet.filled()[:_COVER]:
        text = sheet.line(line)
        dated = dates.whole(text)
        over_date = dates.whole(sheet.line(sheet.after(line) or 0))
        if len(text) > _WIDEST or claim_label(sheet, findings, line, text):
            continue
        if dated:
            findings.dates.append((1, dated, line))
            sheet.metadata("date", line)
        elif not sheet.authors and (
            names := byline(text) if labelled(text) else people(text) if over_date else []
        ):
            for name in names:
                sheet.author(name, line)
            sheet.metadata("authors", line)
    state_date(sheet, findings)


def _running_header(pages: list[str]) -> int:
    """The length of the words that all pages begin with."""
    columns = (
        takewhile(lambda letters: len(set(letters)) == 1, zip(*pages, strict=False))
        if len(pages) > 1
        else ()
    )
    shared = "".join(letters[0] for letters in columns)
    return shared.rfind(" ") + 1 if len(shared) > 9 else 0


def _whole(sheet: Sheet, line: int, host: re.Match[str]) -> int:
    """Claim title, names and date, which both the host's line and the first page begin with; returns where the text begins."""
    text, names = sheet.source[line], people(host["names"])
    if not names or not text.startswith(host[0]):
        return 0
    sheet.claim(Kind.METADATA, Span(line, 0, host.end()), rule="title")
    sheet.state("title", host["title"], line)
    if host["date"] and (date := dates.whole(host["date"])):
        sheet.state("date", date, line)
    for name in names:
        sheet.author(name, line)
    return host.end()


def _front(sheet: Sheet, line: int, header: int, host: str) -> int:
    """Claim header, date, title and authors of the first page; returns where its text begins, 0 when that is not plain."""
    text = sheet.source[line]
    if institute := own_institute(text[:_FRONT]):
        sheet.state("institute", institute, line)
    if issue := NUMBER.match(text.strip()):
        sheet.state("number", issue["number"], line)
    header = header or (issue.end() if issue else 0)
    start = header
    date = dates.find(text[:_FRONT])
    before = _BEFORE_DATE.match(text, len(text[:header].rstrip()) + 1 if header else 0)
    if date and before and date[1] == before.end():
        start = date[2]
        sheet.state("date", date[0], line)
    names = _names(text, start)
    if not names:
        return _host_title(sheet, line, start, host)
    title = Span(line, start, names[0][1])
    words = sheet.source.text((title,))
    if not 2 < len(words.split()) < 40 or not (_key(words) in _key(host) if host else issue):
        return 0
    first = sheet.source.whole(line).start
    if start > first:
        sheet.claim(Kind.METADATA, Span(line, first, start), rule="number")
    sheet.claim(Kind.METADATA, title, rule="title")
    sheet.state("title", words, line)
    sheet.claim(Kind.METADATA, Span(line, names[0][1], names[-1][2]), rule="authors")
    for name, *_ in names:
        sheet.author(name, line)
    return names[-1][2]


def _host_title(sheet: Sheet, line: int, start: int, host: str) -> int:
    """Claim the host's title, whole and without a date or names, where the first page prints it; returns where it ends."""
    title = host.rpartition(" - ")[0] or host
    place = sheet.source[line].find(title, start, start + _FRONT)
    if (
        place < 0
        or len(title.split()) < 3
        or dates.find(title)
        or re.search(r"[*|…]|\.\.\.|\bby\b", title, re.IGNORECASE)
    ):
        return 0
    first = sheet.source.whole(line).start
    if place > first:
        sheet.claim(Kind.PARAGRAPH, Span(line, first, place))
    sheet.claim(Kind.METADATA, Span(line, place, place + len(title)), rule="title")
    sheet.state("title", title, line)
    behind = sheet.source[line][place + len(title) :][:_FRONT].lstrip()
    if (date := dates.find(behind)) and date[1] == 0:
        sheet.state("date", date[0], line)
    return place + len(title)


def _names(text: str, start: int) -> list[tuple[str, int, int]]:
    """The authors on a first page, with their places: names that have a biography, and one joined to them by "and … *"."""
    known = {
        found["name"]
        for found in _WHO.finditer(text)
        if is_person(found["name"]) and ROLE.search(found["post"])
    }
    places = [(text.find(name, start, start + _FRONT), name) for name in known]
    names = [
        (name, at, at + len(name))
        for at, name in sorted(places)
        if at >= 0 and text.count(name, at) > 1
    ]
    if names and (joined := _NEXT_NAME.match(text, names[-1][2])) and is_person(joined["name"]):
        names.append((joined["name"], joined.start("name"), joined.end()))
    if names and (star := re.match(r"\*+", text[names[-1][2] :])):
        names[-1] = (*names[-1][:2], names[-1][2] + star.end())
    return names


def _page(sheet: Sheet, line: int, top: int) -> None:
    """Claim the text of a page: points, biographies, its number, a head in capitals on top."""
    text = sheet.source[line]
    whole = sheet.source.whole(line)
    cuts = [
        max(top, whole.start),
        *(found.end() for found in _CUT.finditer(text, top, whole.end)),
        whole.end,
    ]
    for start, end in pairwise(cuts):
        begin, words = start, text[start:end].strip()
        head = SECTION.match(words)
        if head and head[0].isupper():
            cut = text.index(head[0], begin) + len(head[0])
            sheet.claim(Kind.HEADING, Span(line, begin, cut), level=1)
            begin, words = cut, text[cut:end].strip()
        if words.isdigit():
            sheet.claim(Kind.FURNITURE, Span(line, begin, end), rule="page number")
        elif words.startswith("• "):
            sheet.claim(Kind.POINT, Span(line, begin, end), level=1, mark="•")
        elif words.startswith("*"):
            sheet.claim(Kind.BIOGRAPHY, Span(line, begin, end), voice=Voice.BIOGRAPHER)
        elif words:
            sheet.claim(Kind.PARAGRAPH, Span(line, begin, end))


def _key(text: str) -> str:
    """The letters of a line."""
    return "".join(re.findall(r"\w", text.lower()))


READER = Reader("transcript", knows, read)
