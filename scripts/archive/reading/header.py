"""Read the header of a saved page: labels, title, byline, date and buttons above the prose."""

import re
from dataclasses import dataclass, field

from archive.reading.footer import is_post
from archive.reading.sheet import Sheet
from archive.reading.title import (
    BULLET,
    MIN_PROSE_LENGTH,
    SEPARATOR,
    HeaderFindings,
    choose_title,
    continuation_lines,
    find_repeated_title,
    is_title_like,
    state_series,
)
from archive.reading.vocabulary import (
    AROUND_DATE,
    DATE_LABEL,
    ENDS_IN_SERIES_NOUN,
    EVENT,
    HOURS,
    INSTITUTE,
    LABEL_ALONE,
    NUMBER,
    SERIES,
    SERIES_NUMBER,
    SITE_LABEL,
    SPEAKER,
    TWO_COUNTS,
    furniture_rule,
    is_section_heading,
    named_publisher,
)
from archive.text import dates
from archive.text.names import (
    MAIL,
    bare_byline,
    bare_name,
    byline_names,
    has_byline_label,
    is_person,
    names_beside,
    people,
)

# A header is short; a longer run of short lines is a menu or a table.
_HEADER_LINES = 24
# Labels of a page; the line below them is neither a byline nor a title.
_ASIDE = re.compile(r"(?:Media )?Contacts?:?|(?:Recommended|Suggested) Citation:?", re.IGNORECASE)
# A page may begin with its reference: "2022/72 “Title” by Jane Roe", "Jane Roe “Title”",
# "Jane Roe, Title, No. 12, May 2, 2020".
_REFERENCES = (
    re.compile(r"(?:(?P<number>\d{4}/\d{1,3}) )?\"(?P<title>.{8,200})\" by (?P<authors>.{4,150})"),
    re.compile(r"(?P<authors>[^\"]{4,60}) \"(?P<title>.{8,200})\""),
    re.compile(
        r"(?P<authors>[^,]{4,60}), (?P<title>.{8,200}), (?P<number>No\. \d+), "
        r"(?P<date>\w+ \d{1,2}, \d{4})"
    ),
)
# Right below a date, an outlet in brackets is enough to tell an author:
# "Jane Roe (Washington Post)".
_NAME_WITH_OUTLET = re.compile(r"(?P<name>[^()]{4,60}) \([^()]{4,60}\)")
_INTERVIEW = re.compile(r"(?:An )?Interview with (?P<name>.{4,60})", re.IGNORECASE)
# A month or a day instead of a place makes the date the end of a period ("Sep — Dec 2016").
_PERIOD_START = re.compile(
    rf"(?:{'|'.join(month[:3] for month in dates.MONTHS)})|\d", re.IGNORECASE
)


@dataclass
class _ParsedPiece:
    """The values in a piece of a dateline.

    A date is (rank, EDTF): rank 0 with the label of a publication date, else 1.
    """

    date: tuple[int, str] | None = None
    series: str | None = None
    number: str | None = None
    names: list[str] = field(default_factory=list)


def read_header(sheet: Sheet) -> None:
    """Claim the title, byline, dates, labels and furniture above the first prose."""
    findings = HeaderFindings(repeated=find_repeated_title(sheet))
    last_sure = _last_sure_line(sheet)
    if findings.repeated:
        # Without prose between the two printings, all lines between them belong to the site.
        if all(
            len(sheet.line(n)) <= MIN_PROSE_LENGTH
            for n in sheet.unclaimed(findings.repeated[0] + 1, findings.repeated[1] - 1)
        ):
            last_sure = max(last_sure, findings.repeated[-1])
        sheet.claim_metadata("title", *findings.repeated[1:])
    for line in sheet.unclaimed()[:_HEADER_LINES]:
        printed = re.sub(r"(?<=\S)\s*[|/]$", "", sheet.line(line))
        text = BULLET.sub("", printed)
        findings.in_list = text != printed
        is_prose = is_section_heading(text) or len(text) > 300
        if (
            not sheet.unclaimed(line, line)
            or _claim_site_line(sheet, findings, line, text)
            or (not is_prose and any(rule(sheet, findings, line, text) for rule in _FIELD_RULES))
        ):
            continue
        if is_prose or (
            line > last_sure and (findings.titles or findings.in_list or not _is_menu(sheet, line))
        ):
            findings.prose = line
            break
    state_date(sheet, findings)
    choose_title(sheet, findings)


def _claim_site_line(sheet: Sheet, findings: HeaderFindings, line: int, text: str) -> bool:
    """Claim a line of the site or of an event, or one that is certainly of the header."""
    below = sheet.next_unclaimed(line)
    value = [below] if below else []
    if _ASIDE.fullmatch(text):
        findings.byline = below
        sheet.claim_furniture("contact or citation", line, *value)
    elif EVENT.fullmatch(text) or _is_event_hours(text):
        findings.event = True
        sheet.claim_furniture(
            "kind of page" if EVENT.fullmatch(text) else "hours of an event", line
        )
    elif SPEAKER.fullmatch(text):
        findings.event = True
        findings.dates.clear()
    elif SITE_LABEL.fullmatch(text):
        sheet.claim_furniture("label of the site", line, *value)
    elif rule := furniture_rule(text):
        sheet.claim_furniture(rule, line)
    elif line in findings.repeated:
        findings.titles.append(line)
    elif is_title_like(text) and named_publisher(text):
        sheet.claim_metadata("institute", line)
    else:
        return len(findings.titles) < 2 and _claim_reference(sheet, line, text)
    return True


def _note_title(sheet: Sheet, findings: HeaderFindings, line: int, text: str) -> bool:
    """Note a line that may be the title; one that continues it is noted already."""
    if findings.titles and line in continuation_lines(sheet, findings.titles[-1]):
        return True
    over_date = _stands_over_date(sheet, line)
    if findings.in_list or not (
        is_title_like(text) or over_date or continuation_lines(sheet, line)
    ):
        return False
    findings.titles.append(line)
    if over_date and len(text.split()) > 2:
        findings.over_date_list = findings.over_date_list or line
    return True


def _last_sure_line(sheet: Sheet) -> int:
    """Return the last byline or date that is certainly in the header, or 0.

    A teaser of a sentence or two may stand above it.
    """
    last = sentences = 0
    seen_kinds = set()
    for line in sheet.unclaimed()[:_HEADER_LINES]:
        text = BULLET.sub("", sheet.line(line))
        if len(text) > 300 or is_section_heading(text) or EVENT.fullmatch(text):
            break
        if _is_byline_or_date(text) and (kind := has_byline_label(text)) not in seen_kinds:
            last = line
            seen_kinds.add(kind)
        elif len(text) > MIN_PROSE_LENGTH and not is_title_like(text):
            sentences += 1
            # A quotation praises the site and is not a teaser. The name and date below it belong
            # to the quotation.
            if sentences > 2 or text[0] == '"':
                break
    return last


def _claim_lone_label(sheet: Sheet, findings: HeaderFindings, line: int, text: str) -> bool:
    """Claim a label alone on its line ("By", "Published"), with its value on the next line."""
    if not LABEL_ALONE.fullmatch(text):
        return False
    below = sheet.next_unclaimed(line)
    value = BULLET.sub("", sheet.line(below))
    names = [] if findings.event else people(value)
    date = dates.parse(value)
    if names and not DATE_LABEL.match(text):
        sheet.add_authors(names, below)
        findings.byline = below
        sheet.claim_metadata("authors", line, below)
    elif date and DATE_LABEL.match(text) and not findings.event:
        findings.dates.append((0, date, below))
        sheet.claim_metadata("date", line, below)
    else:
        sheet.claim_furniture("label without a value", line)
    return True


def _is_menu(sheet: Sheet, line: int) -> bool:
    """Tell whether a short line on its own belongs to the site: "in the media", "e-Newsletter"."""
    text = sheet.line(line)
    return len(text.split()) < 7 and not sheet.line(line + 1) and not re.search(r"[.!?:;,]$", text)


def _stands_over_date(sheet: Sheet, line: int) -> bool:
    """Tell whether a list that begins with the date is below: then even a sentence is a title."""
    below = sheet.line(sheet.next_unclaimed(line))
    return bool(
        BULLET.match(below) and _is_byline_or_date(BULLET.sub("", below)) and dates.find(below)
    )


def _claim_reference(sheet: Sheet, line: int, text: str) -> bool:
    """Claim a line that is the reference of the text.

    A reference with a date but no quotation marks counts only when the title follows.
    """
    match = next((match for pattern in _REFERENCES if (match := pattern.fullmatch(text))), None)
    if not match or not byline_names(match["authors"]):
        return False
    repeated = [n for n in sheet.unclaimed(line + 1)[:1] if sheet.line(n) == match["title"]]
    if "date" in match.groupdict() and not repeated:
        return False
    sheet.state_groups(match, line)
    sheet.claim_metadata("title", line, *repeated)
    return True


def _claim_byline(sheet: Sheet, findings: HeaderFindings, line: int, text: str) -> bool:
    """Claim a byline, a post or affiliation right below one, or a mail address."""
    names = [] if findings.event else byline_names(text)
    if (
        has_byline_label(text)
        and text.endswith((",", " and", "&"))
        and sheet.line(line + 1)
        and (all_names := byline_names(f"{text} {sheet.line(line + 1)}"))
    ):
        names = all_names
        sheet.claim_metadata("authors", line + 1)
    body = bare_byline(text)
    kind, by, rest = text.partition(" by ")
    if by and SERIES.fullmatch(kind) and (names := byline_names(rest)):
        sheet.state("series", kind, line)
    elif (
        (match := _INTERVIEW.fullmatch(text))
        and findings.titles
        and is_person(bare_name(match["name"]))
    ):
        names = [bare_name(match["name"])]
    elif (
        not names
        and findings.dates
        and findings.dates[-1][2] == line - 1
        and (match := _NAME_WITH_OUTLET.fullmatch(text))
    ):
        names = people(match["name"])
    elif not names and has_byline_label(text) and INSTITUTE.fullmatch(body):
        names = [body]
    elif (
        not has_byline_label(text)
        and people(text)
        and not _is_bare_byline(sheet, findings, line, names)
    ):
        names = []
    if names:
        sheet.claim_authors(names, line)
    elif MAIL.fullmatch(text.strip("()")):
        sheet.claim_metadata("contact", line)
    elif (
        findings.byline
        and not any(sheet.line(n) for n in range(findings.byline + 1, line))
        and is_post(text)
    ):
        sheet.claim_metadata("affiliation", line)
    else:
        return False
    findings.byline = line
    return True


def _is_bare_byline(sheet: Sheet, findings: HeaderFindings, line: int, names: list[str]) -> bool:
    """Tell whether bare names on a line are the authors: above a post, or right below the title.

    "Camp David" looks like a name, but then its words are in the title or the text, too. A name in
    two scripts is one.
    """
    below = BULLET.sub("", sheet.line(sheet.next_unclaimed(line)))
    own = BULLET.sub("", sheet.line(line))
    if (
        names_beside(own)
        or (is_post(below) and not byline_names(below))
        or MAIL.fullmatch(below.strip("()"))
        or dates.parse(below)
        or re.match(rf"(?:{re.escape(own)}|The (?:author|writer)) is ", below)
    ):
        return True
    # A series below the title may look like a name, too ("Comparative Connections"). Names with a
    # post are more certain.
    has_better = any(
        byline_names(text) and not people(text)
        for text in map(sheet.line, sheet.unclaimed(line + 1)[:6])
    )
    if (
        has_better
        or not findings.titles
        or sheet.unclaimed(findings.titles[-1] + 1, line - 1)
        or any("가" <= letter <= "힣" for name in names for letter in name)
    ):
        return False
    text = "\n".join(sheet.source.lines)
    words = [word for name in names for word in name.split() if len(word) > 2]
    title = sheet.line(findings.titles[-1])
    return not any(
        word in title
        or (word.lower() != word and re.search(rf"\b{re.escape(word.lower())}\b", text))
        for word in words
    )


def claim_label(sheet: Sheet, findings: HeaderFindings, line: int, text: str) -> bool:
    """Claim "Commentary", "No. 12" or "Issue Brief No. 12", with or without a date behind it.

    An item of a list counts only below the title.
    """
    date = dates.find(text)
    if date and date[2] == len(text):
        # "Global Asia Vol. 16, No. 3, September 2021"
        text = text[: date[1]].rstrip(" ,|-–")
    piece = _parse_series(text.rstrip(" :"), dated=date is not None)
    if not piece or (findings.in_list and not findings.titles):
        return False
    if piece.series:
        findings.series = findings.series or line
    if date and not findings.event:
        piece.date = (1, date[0])
    _state(sheet, findings, piece, line)
    sheet.claim_metadata("series" if piece.series else "number", line)
    return True


def _parse_series(text: str, *, dated: bool = False) -> _ParsedPiece | None:
    """Parse a text that is nothing but a series, a number or both.

    Any name counts as a series before two numbers ("Global Asia Vol. 16, No. 3"). A name that ends
    in a noun of series does so before one number, if a date follows.
    """
    if number := NUMBER.fullmatch(text):
        return _ParsedPiece(number=number["number"])
    if match := SERIES_NUMBER.fullmatch(text):
        series = match["series"].strip()
        if (
            SERIES.fullmatch(series)
            or TWO_COUNTS.fullmatch(match["number"])
            or (dated and ENDS_IN_SERIES_NOUN.fullmatch(series))
        ):
            return _ParsedPiece(series=series, number=match["number"])
    return _ParsedPiece(series=text) if SERIES.fullmatch(text) else None


def _is_event_hours(text: str) -> bool:
    """Tell whether a line gives the date and hours of an event."""
    return len(text) < 100 and bool(HOURS.search(text)) and dates.find(text) is not None


def _claim_dateline(sheet: Sheet, findings: HeaderFindings, line: int, text: str) -> bool:
    """Claim a dateline: a line with a date and what may stand beside it.

    Examples are "Singapore | 29 April 2021" and "By Jane Roe / 2005-04-21 / View 12".
    """
    if date := dates.find(text):
        # The dash in "December 2020 – January 2021" does not separate pieces.
        text = text.replace(months := text[date[1] : date[2]], SEPARATOR.sub("–", months))
    pieces = [
        piece
        for piece in SEPARATOR.split(AROUND_DATE.sub("", text) if len(text) < 100 else text)
        if piece
    ]
    parsed = {piece: _parse_piece(piece) for piece in pieces}
    dated = [values for values in parsed.values() if values and values.date]
    unknown = [
        piece for piece, values in parsed.items() if not values and not furniture_rule(piece)
    ]
    # A dateline may name a place or an outlet, of five words at most.
    may_be_place = len(unknown) < 2 and not any(
        len(piece.split()) > 5 or _PERIOD_START.match(piece) for piece in unknown
    )
    is_byline = not unknown and len(pieces) > 1 and any(map(has_byline_label, pieces))
    if len(pieces) > 5 or not may_be_place or len(dated) > 1 or not (dated or is_byline):
        return False
    if findings.event:
        return True
    for values in filter(None, parsed.values()):
        _state(sheet, findings, values, line)
        if values.series and not findings.titles:
            findings.series = findings.series or line
    sheet.claim_metadata("date", line)
    return True


def _parse_piece(text: str) -> _ParsedPiece | None:
    """Parse a piece of a dateline; None unless all of it is understood."""
    label = DATE_LABEL.match(text)
    rest = AROUND_DATE.sub("", text[label.end() :] if label else text)
    date = dates.find(rest)
    if not date or (date[1] and date[2] < len(rest)):
        piece = None if label else (_parse_series(rest) or _parse_names(rest))
    else:
        rest = AROUND_DATE.sub("", (rest[: date[1]] + rest[date[2] :]).strip(" ,|-–—"))
        piece = (_parse_series(rest) or _parse_names(rest)) if rest else _ParsedPiece()
    if piece and date:
        piece.date = (0 if label else 1, date[0])
    return piece


def _parse_names(text: str) -> _ParsedPiece | None:
    return _ParsedPiece(names=names) if (names := byline_names(text)) else None


def _is_byline_or_date(text: str) -> bool:
    """Tell whether a line is a byline with its label, or a date alone or with names."""
    piece = _parse_piece(text)
    return bool(piece and not piece.series and (piece.date or has_byline_label(text)))


def _state(sheet: Sheet, findings: HeaderFindings, piece: _ParsedPiece, line: int) -> None:
    """State what a piece gives, except for its date, which is one of several findings."""
    sheet.state("number", piece.number, line)
    state_series(sheet, line, piece.series)
    if piece.names:
        sheet.add_authors(piece.names, line)
        findings.byline = line
    if piece.date:
        findings.dates.append((*piece.date, line))


def state_date(sheet: Sheet, findings: HeaderFindings) -> None:
    """State the date, a labelled one before others; two dates that differ state nothing."""
    best = min((rank for rank, *_ in findings.dates), default=0)
    lines = {date: line for rank, date, line in reversed(findings.dates) if rank == best}
    longest = max(lines, key=len, default="")
    if longest and all(longest.startswith(date) for date in lines):
        sheet.state("date", longest, lines[longest])


# The rules for the lines above the prose, in the order in which they are tried.
_FIELD_RULES = (claim_label, _claim_lone_label, _claim_dateline, _claim_byline, _note_title)
