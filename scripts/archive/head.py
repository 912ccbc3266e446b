"""The head of a saved page: labels, title, byline, date and buttons, above the first prose."""

from __future__ import annotations

import re

from archive import dates
from archive.closing import is_post
from archive.labels import (
    AROUND_DATE,
    DATE_LABEL,
    EVENT,
    NUMBER,
    SERIES,
    SERIES_NUMBER,
    TWO_COUNTS,
    furniture,
    is_section,
    own_institute,
)
from archive.names import MAIL, bare, byline, is_person, labelled, people
from archive.sheet import Sheet
from archive.title import BULLET, Head, choose_title, goes_on, is_title_like, printed_twice, state_series

# A head is short; a longer run of short lines is a menu or a table.
_LINES = 24
# A label of a page whose next line is no byline and no title.
_ASIDE = re.compile(r"(?:Media )?Contacts?:?|(?:Recommended|Suggested) Citation:?", re.IGNORECASE)
# A page's first line may be its whole reference: "2022/72 “Title” by Jane Roe", "Jane Roe, Title, No. 12, May 2, 2020".
_REFERENCES = (
    re.compile(r"(?:(?P<number>\d{4}/\d{1,3}) )?[“\"](?P<title>.{8,200})[”\"] by (?P<names>.{4,150})"),
    re.compile(r"(?P<names>[^,]{4,60}), (?P<title>.{8,200}), (?P<number>No\. \d+), (?P<date>\w+ \d{1,2}, \d{4})"),
)
_INTERVIEW = re.compile(r"(?:An )?Interview with (?P<name>.{4,60})", re.IGNORECASE)


def read_head(sheet: Sheet) -> None:
    """Claim the lines above the first prose that are title, byline, date, label or furniture."""
    head = Head(twice=printed_twice(sheet))
    if head.twice:
        sheet.metadata("title", *head.twice[1:])
    for line in sheet.filled()[:_LINES]:
        if line not in sheet.filled(line, line):
            continue
        printed = re.sub(r"(?<=\S)\s*\|$", "", sheet.line(line))
        text = BULLET.sub("", printed)
        if _ASIDE.fullmatch(text):
            head.byline = sheet.after(line) or 0
            sheet.furniture("contact or citation", line, *([head.byline] if head.byline else []))
        elif rule := "kind of page" if EVENT.fullmatch(text) else furniture(text):
            head.event = head.event or bool(EVENT.fullmatch(text))
            sheet.furniture(rule, line)
        elif line in head.twice:
            head.titles.append(line)
        elif is_title_like(text) and own_institute(text):
            sheet.metadata("institute", line)
        elif not head.titles and _is_reference(sheet, line, text):
            continue
        elif is_section(text) or len(text) > 300:
            head.prose = line
            break
        elif (
            ((text == printed or head.titles) and _is_label(sheet, head, line, text))
            or _is_date(sheet, head, line, text)
            or _is_byline(sheet, head, line, text)
            or (head.titles and goes_on(sheet, head.titles[-1]) == line)
        ):
            continue
        elif text == printed and (is_title_like(text) or goes_on(sheet, line) or _is_over_date(sheet, line)):
            head.titles.append(line)
        elif head.titles or text != printed or not _is_menu(sheet, line):
            head.prose = line
            break
    choose_title(sheet, head)


def _is_menu(sheet: Sheet, line: int) -> bool:
    """Whether a line on top, alone and neither title nor sentence, belongs to the site: "in the media", "e-Newsletter"."""
    text = sheet.line(line)
    return len(text.split()) < 7 and not sheet.line(line + 1) and not re.search(r"[.!?:;,]$", text)


def _is_over_date(sheet: Sheet, line: int) -> bool:
    """Whether a date as the first item of a list stands below: then even a sentence is the title."""
    below = sheet.line(sheet.after(line) or 0)
    return bool(BULLET.match(below) and dates.whole(BULLET.sub("", below)))


def _is_reference(sheet: Sheet, line: int, text: str) -> bool:
    """Claim a line that is the reference of the text; one without quotation marks only when the title itself follows."""
    found = next((found for pattern in _REFERENCES if (found := pattern.fullmatch(text))), None)
    names = byline(found["names"]) if found else []
    again = [n for n in sheet.filled(line + 1)[:1] if found and sheet.line(n) == found["title"]]
    if not found or not names or ("date" in found.groupdict() and not again):
        return False
    fields = found.groupdict() | {"date": dates.whole(found.groupdict().get("date", ""))}
    for field in ("title", "number", "date"):
        if value := fields[field]:
            sheet.state(field, value, line)
    for name in names:
        sheet.author(name, line)
    sheet.metadata("title", line, *again)
    return True


def _is_label(sheet: Sheet, head: Head, line: int, text: str) -> bool:
    """Claim "Commentary", "No. 12", "Issue Brief No. 12", with a date behind it or not."""
    day = dates.find(text)
    if day and day[2] == len(text):
        # "Global Asia Vol. 16, No. 3, September 2021"
        text = text[: day[1]].rstrip(" ,|-–")
    both = SERIES_NUMBER.fullmatch(text)
    if number := NUMBER.fullmatch(text):
        sheet.state("number", number["number"], line)
        series = ""
    elif both and (SERIES.fullmatch(both["series"].strip()) or TWO_COUNTS.fullmatch(both["number"])):
        sheet.state("number", both["number"], line)
        series = both["series"].strip()
    elif SERIES.fullmatch(text):
        series = text
    else:
        return False
    if series:
        head.series = head.series or line
        state_series(sheet, line, series)
    if day and not head.event:
        sheet.state("date", day[0], line)
    sheet.metadata("series" if series else "number", line)
    return True


def _is_date(sheet: Sheet, head: Head, line: int, text: str) -> bool:
    """Claim a line that is a date, alone or with a place, a label or a reading time ("Singapore | 29 April 2021")."""
    pieces = re.split(r"\s*[|•·]\s*", text)
    day = dates.find(text)
    label = DATE_LABEL.match(text)
    if day and label and day[1] == label.end() and (by := text[day[2] :].strip()) and labelled(by):
        # "Published July 8, 2024 by Jane Roe, Director of …"
        for name in byline(by):
            sheet.author(name, line)
        pieces = [day[0]]
    if day and day[1] == 0 and (number := NUMBER.fullmatch(text[day[2] :].strip())):
        # "May 11, 2021 Vol. 11 No. 23"
        sheet.state("number", number["number"], line)
        pieces = [text[: day[2]]]
    found = [date for piece in pieces if (date := dates.whole(AROUND_DATE.sub("", DATE_LABEL.sub("", piece))))]
    if len(found) != 1 or len(pieces) > 3 or any(len(piece.split()) > 5 for piece in pieces):
        return False
    if head.event:
        return True
    for piece in pieces:
        if SERIES.fullmatch(piece):
            sheet.state("series", piece, line)
    sheet.state("date", found[0], line)
    sheet.metadata("date", line)
    return True


def _is_byline(sheet: Sheet, head: Head, line: int, text: str) -> bool:
    """Claim a byline, a post or affiliation below it, a mail address."""
    names = [] if head.event else byline(text)
    kind, by, rest = text.partition(" by ")
    if by and SERIES.fullmatch(kind) and (names := byline(rest)):
        sheet.state("series", kind, line)
    elif (found := _INTERVIEW.fullmatch(text)) and head.titles and is_person(bare(found["name"])):
        names = [bare(found["name"])]
    elif not labelled(text) and people(text) and not _is_bare_byline(sheet, head, line, names):
        names = []
    if names:
        for name in names:
            sheet.author(name, line)
        sheet.metadata("authors", line)
    elif MAIL.fullmatch(text.strip("()")):
        sheet.metadata("contact", line)
    elif head.byline and not any(sheet.line(n) for n in range(head.byline + 1, line)) and is_post(text):
        sheet.metadata("affiliation", line)
    else:
        return False
    head.byline = line
    return True


def _is_bare_byline(sheet: Sheet, head: Head, line: int, names: list[str]) -> bool:
    """Whether names alone on a line are the authors: over a post, or right under a title whose words and text they share not.

    "Camp David" has the form of a name; but its words are then words of the text or the title, too.
    """
    below = BULLET.sub("", sheet.line(sheet.after(line) or 0))
    own = BULLET.sub("", sheet.line(line))
    if is_post(below) or MAIL.fullmatch(below.strip("()")) or dates.whole(below) or below.startswith(f"{own} is "):
        return True
    if not head.titles or sheet.filled(head.titles[-1] + 1, line - 1):
        return False
    text = "\n".join(sheet.source.lines)
    words = [word for name in names for word in name.split() if len(word) > 2]
    if any("가" <= letter <= "힣" for name in names for letter in name):
        return False
    title = sheet.line(head.titles[-1])
    return not any(word in title or (word.lower() != word and re.search(rf"\b{re.escape(word.lower())}\b", text)) for word in words)
