"""Read the transcript of a PDF by a site that hosts PDFs (readkong and the like).

Each page is one line, below a line and buttons of the host. The first page is a single run of
running header, place and date, title, authors and text. The title ends before the names, which are
known from the biographies ("Jane Roe is a Fellow at …"). The host's line or the header of an issue
confirms it.
"""

import re
from itertools import pairwise
from posixpath import commonprefix

from archive.readers import Reader, generic
from archive.reading.footer import read_footer
from archive.reading.header import claim_label, state_date
from archive.reading.model import Kind, Voice
from archive.reading.outline import outline
from archive.reading.sheet import Sheet
from archive.reading.title import HeaderFindings, claim_repeated_title
from archive.reading.vocabulary import NUMBER, SECTION_HEADING, named_publisher
from archive.sources.source import Span
from archive.text import dates
from archive.text.names import NAME, ROLE, byline_names, has_byline_label, is_person, people

_HOST_LINE = re.compile(
    r"^\s*(?:[←→]|<<|Page created by .{3,40}|CONTINUE READING|Page content transcription|"
    r"If your browser does not render page correctly.*|\[Show full text\]|"
    r"Total Page:\s*\d+|File Type:\s*pdf, Size:.*|Size: px|Start display at page:|"
    r"Download \"[^\"]*\"|Transcript(?:ion)?|Transcript of .* - .*|Embed Size \(px\)|"
    r"Citation preview|Upload(?:: ?\w+)?|Post(?:ed)? on \d.*|Category:|Documents|"
    r"\d+ (?:views|downloads?))\s*$",
    re.IGNORECASE,
)
_FLAT = re.compile(r"^\s*(?:Page content transcription|ISSUE: \d{4} No\. \d+ ISSN [\d-]+ [A-Z])")
_LAID_OUT = re.compile(r"^\s*(?:Page created by .{3,40}|CONTINUE READING)\s*$")
_HOSTED = re.compile(
    r"^\s*(?:CONTINUE READING|File Type:\s*pdf, Size|Start display at page:|Embed Size \(px\)|"
    r"Post on \d)"
)
# Title and names stand within this many characters of the first page.
_FRONT_LENGTH = 600
_NOT_A_TITLE = re.compile(r"[*|…]|\.\.\.|\b(?:by|journal|quarterly|bulletin)\b", re.IGNORECASE)
_BYLINE = re.compile(
    rf"\s*(?i:by) (?P<names>{NAME.pattern}(?:, (?!and ){NAME.pattern}){{0,9}}"
    rf"(?:,? and {NAME.pattern})?)"
)
# The whole of a host's line, if the first page begins with it: "Title By Jane Roe May 2019".
_HOST_TITLE = re.compile(
    rf"(?P<title>[^|…]{{12,200}}?) [Bb]y (?P<authors>{NAME.pattern}(?:(?:, | and |"
    rf", and ){NAME.pattern}){{0,5}}?)"
    r"(?: (?P<date>[A-Z][a-z]{2,8} (?:\d{1,2}, )?\d{4}))?"
)
# The most characters of a line of a cover.
_MAX_COVER_LINE = 150
_BEFORE_DATE = re.compile(
    r"(?:ISSN [\d-]+X?\s+|RESEARCHERS AT .{3,60}? ANALY[SZ]E CURRENT EVENTS\s+)*(?:[A-Z]\w+ \| )?"
)
_BIOGRAPHY = re.compile(
    rf"(?<![\w-])(?P<name>{NAME.pattern})(?:\s\([^)]*\))? (?:is|was) (?P<post>[^.]{{3,120}})"
)
_NEXT_NAME = re.compile(rf"(?:\s*,? and |\s*, |\s*& )(?P<name>{NAME.pattern})(?=\*)")
_CUT = re.compile(r"\s(?=• )|(?<=\S )(?=\*[A-Z])|\s(?=\d{1,3}\s*$)")


def knows(sheet: Sheet) -> bool:
    """Know a text by lines of its host, or by the running header of ISEAS on a flat page."""
    title = sheet.source[sheet.next_unclaimed(0)].strip()
    return any(
        _FLAT.match(line) or _HOSTED.match(line) or line.strip() == f"Transcript of {title}"
        for line in sheet.source.lines
    )


def read(sheet: Sheet) -> None:
    """Claim the lines of the host; read the rest by its layout: flat pages, lines or neither."""
    is_laid_out = any(sheet.find(_LAID_OUT))
    for line, _ in sheet.find(_HOST_LINE):
        sheet.claim_furniture("line of the host", line)
    pages = sheet.unclaimed()
    if is_laid_out and len(pages) > 1:
        _read_laid_out(sheet, *pages)
    elif pages and any(map(_FLAT.match, sheet.source.lines)):
        _read_flat(sheet, pages)
    else:
        # Without a layout, only a title printed twice and some lines of the cover are certain.
        read_footer(sheet)
        claim_repeated_title(sheet)
        if pages and "title" not in sheet.statements:
            _claim_long_title(sheet, *pages[:2])
        _claim_cover(sheet)
        outline(sheet, sheet.unclaimed())


def _read_flat(sheet: Sheet, pages: list[int]) -> None:
    """Read a PDF of which each page is one line."""
    title = ""
    if len(pages) > 1 and pages[1] > pages[0] + 1:
        title = sheet.line(pages[0])
        sheet.claim_furniture("title given by the host", pages.pop(0))
    header = _running_header([sheet.source[line] for line in pages])
    host = _HOST_TITLE.fullmatch(title) if len(title) < _MAX_COVER_LINE * 2 else None
    if host and people(host["authors"]) and sheet.source[pages[0]].startswith(title):
        # The first page begins with title, names and date of the host's line.
        sheet.claim(Kind.METADATA, Span(pages[0], 0, len(title)), rule="title")
        sheet.state_groups(host, pages[0])
        _claim_page(sheet, pages.pop(0), len(title))
    for line in pages:
        start = _claim_front(sheet, line, header, title) if line == pages[0] else 0
        if not start and header:
            start = header
            sheet.claim(
                Kind.FURNITURE,
                Span(line, sheet.source.line_span(line).start, header),
                rule="running header",
            )
        _claim_page(sheet, line, start)


def _read_laid_out(sheet: Sheet, first: int, *below: int) -> None:
    """Read a PDF whose lines the host has kept, like a web page.

    The host's own line is on top. The title is the longest run of lines, without names and date,
    that the host's line contains. Names below it are the authors.
    """
    host = sheet.line(first)
    for line in (first, *(line for line in below if sheet.line(line) == host)):
        sheet.claim_furniture("title given by the host", line)
    runs: list[tuple[str, list[int]]] = [("", [])]
    for line in sheet.unclaimed():
        words, lines = runs[-1] if runs[-1][1][-1:] == [line - 1] else ("", [])
        words = f"{words} {sheet.line(line)}".strip()
        if _letters(words) in _letters(host) and not dates.find(words):
            runs.append((words, [*lines, line]))
    title, lines = max(
        (run for run in runs if not (run[1] and people(sheet.line(run[1][-1])))),
        key=lambda run: len(run[0]),
    )
    if len(title.split()) > 3:
        sheet.claim_value("title", title, *lines)
        below_title = sheet.next_unclaimed(lines[-1])
        sheet.add_authors(people(sheet.line(below_title)), below_title)
    generic.read(sheet)


def _claim_long_title(sheet: Sheet, host: int, page: int = 0) -> None:
    """Claim a long title in the host's line if the first page prints it once.

    Authors and date beside it on the first page are stated, too.
    """
    title, text = sheet.line(host), sheet.line(page)
    column = text[:_FRONT_LENGTH].lower().find(title.lower())
    # A shorter line may be a motto of the cover. The name of a journal is repeated above the title,
    # so it is printed twice.
    if (
        len(title.split()) < 6
        or text[:_FRONT_LENGTH].lower().count(title.lower()) != 1
        or _NOT_A_TITLE.search(title)
    ):
        return
    sheet.claim_value("title", title, host)
    if byline := _BYLINE.match(text, column + len(title)):
        sheet.add_authors(people(byline["names"]), page)
    if (date := dates.find(text)) and date[2] < column and not text[date[2] : column].strip(" |"):
        sheet.state("date", date[0], page)


def _claim_cover(sheet: Sheet) -> None:
    """Claim the lines of a cover that are certain.

    Among the first 30 lines, these are a series or number, a byline with its label, names above a
    date, and a date alone.
    """
    findings = HeaderFindings(repeated=[])
    for line, text in sheet.texts()[:30]:
        date = dates.parse(text)
        over_date = dates.parse(sheet.line(sheet.next_unclaimed(line)))
        if len(text) > _MAX_COVER_LINE or claim_label(sheet, findings, line, text):
            continue
        if date:
            findings.dates.append((1, date, line))
            sheet.claim_metadata("date", line)
        elif not sheet.authors and (
            names := byline_names(text)
            if has_byline_label(text)
            else people(text)
            if over_date
            else []
        ):
            sheet.claim_authors(names, line)
    state_date(sheet, findings)


def _running_header(pages: list[str]) -> int:
    """Return the length of the words that all pages begin with, or 0."""
    shared = commonprefix(pages) if len(pages) > 1 else ""
    return shared.rfind(" ") + 1 if len(shared) > 9 else 0


def _claim_front(sheet: Sheet, line: int, header: int, host: str) -> int:
    """Claim running header, date, title and authors of the first page.

    Returns the column where the text begins, or 0 when that is not certain.
    """
    text = sheet.source[line]
    sheet.state("institute", named_publisher(text[:_FRONT_LENGTH]), line)
    if issue := NUMBER.match(text.strip()):
        sheet.state("number", issue["number"], line)
    start = header or (issue.end() if issue else 0)
    date = dates.find(text[:_FRONT_LENGTH])
    before = _BEFORE_DATE.match(text, len(text[:start].rstrip()) + 1 if start else 0)
    if date and before and date[1] == before.end():
        start = date[2]
        sheet.state("date", date[0], line)
    names = _author_spans(text, start)
    if not names:
        return _claim_printed_title(sheet, line, start, host)
    words = sheet.source.text((Span(line, start, names[0][1]),))
    if not 2 < len(words.split()) < 40 or not (
        _letters(words) in _letters(host) if host else issue
    ):
        return 0
    sheet.claim_pieces(
        line,
        min(start, sheet.source.line_span(line).start),
        (start, Kind.METADATA, "number"),
        (names[0][1], Kind.METADATA, "title"),
        (names[-1][2], Kind.METADATA, "authors"),
    )
    sheet.state("title", words, line)
    sheet.add_authors((name for name, *_ in names), line)
    return names[-1][2]


def _claim_printed_title(sheet: Sheet, line: int, start: int, host: str) -> int:
    """Claim the host's title where the first page prints it whole.

    A title with a date or names does not count. Returns the column where it ends, or 0.
    """
    title = host.rpartition(" - ")[0] or host
    column = sheet.source[line].find(title, start, start + _FRONT_LENGTH)
    if (
        column < 0
        or len(title.split()) < 3
        or dates.find(title)
        or re.search(r"[*|…]|\.\.\.|\bby\b", title, re.IGNORECASE)
    ):
        return 0
    end = column + len(title)
    sheet.claim_pieces(
        line,
        sheet.source.line_span(line).start,
        (column, Kind.PARAGRAPH, ""),
        (end, Kind.METADATA, "title"),
    )
    sheet.state("title", title, line)
    rest = sheet.source[line][end:][:_FRONT_LENGTH].lstrip()
    if (date := dates.find(rest)) and date[1] == 0:
        sheet.state("date", date[0], line)
    return end


def _author_spans(text: str, start: int) -> list[tuple[str, int, int]]:
    """Return the authors on a first page as (name, start, end).

    They are the names that have a biography, and a name with a star behind the last of them.
    """
    with_biography = {
        match["name"]
        for match in _BIOGRAPHY.finditer(text)
        if is_person(match["name"]) and ROLE.search(match["post"])
    }
    places = ((text.find(name, start, start + _FRONT_LENGTH), name) for name in with_biography)
    names = [
        (name, column, column + len(name))
        for column, name in sorted(places)
        if column >= 0 and text.count(name, column) > 1
    ]
    if names and (match := _NEXT_NAME.match(text, names[-1][2])) and is_person(match["name"]):
        names.append((match["name"], match.start("name"), match.end()))
    if names and (star := re.match(r"\*+", text[names[-1][2] :])):
        names[-1] = (*names[-1][:2], names[-1][2] + star.end())
    return names


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
        begin, words = start, text[start:end].strip()
        heading = SECTION_HEADING.match(words)
        if heading and heading[0].isupper():
            cut = text.index(heading[0], begin) + len(heading[0])
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


def _letters(text: str) -> str:
    """Return the letters of a line in lower case."""
    return "".join(re.findall(r"\w", text.lower()))


# A single line such as "CONTINUE READING" may be on any page.
READER = Reader("transcript", knows, read, rank=70)
