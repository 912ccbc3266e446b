"""The head of a saved page: labels, title, byline, date and buttons, above the first prose."""

from __future__ import annotations

import re

from archive.reading.dateline import (
    claim_dateline,
    claim_label,
    is_byline_or_date,
    is_hours,
    state_date,
)
from archive.reading.footer import is_post
from archive.reading.sheet import Sheet
from archive.reading.title import (
    BULLET,
    PROSE,
    HeaderFindings,
    choose_title,
    goes_on,
    is_title_like,
    printed_twice,
)
from archive.reading.vocabulary import (
    DATE_LABEL,
    EVENT,
    LABEL_ALONE,
    SERIES,
    SITE_LABEL,
    SPEAKER,
    furniture,
    is_section,
    own_institute,
)
from archive.text import dates
from archive.text.names import MAIL, bare, byline, is_person, labelled, people

# A head is short; a longer run of short lines is a menu or a table.
_LINES = 24
# How far below bare names those with a post may stand.
_BELOW = 6
# How many sentences a teaser between the title and the byline has.
_TEASER = 2
# A label of a page whose next line is no byline and no title.
_ASIDE = re.compile(r"(?:Media )?Contacts?:?|(?:Recommended|Suggested) Citation:?", re.IGNORECASE)
# A page may begin with its reference: "2022/72 “Title” by Jane Roe", "Jane Roe “Title”", "Jane Roe, Title, No. 12, May 2, 2020".
_REFERENCES = (
    re.compile(
        r"(?:(?P<number>\d{4}/\d{1,3}) )?[“\"](?P<title>.{8,200})[”\"] by (?P<names>.{4,150})"
    ),
    re.compile(r"(?P<names>[^“”\"]{4,60}) [“\"](?P<title>.{8,200})[”\"]"),
    re.compile(
        r"(?P<names>[^,]{4,60}), (?P<title>.{8,200}), (?P<number>No\. \d+), (?P<date>\w+ \d{1,2}, \d{4})"
    ),
)
# Right below a date even a house without a word of one tells an author: "Jane Roe (Washington Post)".
_HOUSE_BEHIND = re.compile(r"(?P<name>[^()]{4,60}) \([^()]{4,60}\)")
_INTERVIEW = re.compile(r"(?:An )?Interview with (?P<name>.{4,60})", re.IGNORECASE)


def read_header(sheet: Sheet) -> None:
    """Claim the lines above the first prose that are title, byline, date, label or furniture."""
    findings = HeaderFindings(twice=printed_twice(sheet))
    goes_to = _sure_line(sheet)
    if findings.twice:
        # Where no prose is between the two printings, what stands there is the site's.
        if all(
            len(sheet.line(n)) <= PROSE
            for n in sheet.filled(findings.twice[0] + 1, findings.twice[1] - 1)
        ):
            goes_to = max(goes_to, findings.twice[-1])
        sheet.metadata("title", *findings.twice[1:])
    for line in sheet.filled()[:_LINES]:
        if line not in sheet.filled(line, line):
            continue
        printed = re.sub(r"(?<=\S)\s*[|/]$", "", sheet.line(line))
        text = BULLET.sub("", printed)
        if _ASIDE.fullmatch(text):
            findings.byline = sheet.after(line) or 0
            sheet.furniture(
                "contact or citation", line, *([findings.byline] if findings.byline else [])
            )
        elif EVENT.fullmatch(text) or is_hours(text):
            findings.event = True
            sheet.furniture("kind of page" if EVENT.fullmatch(text) else "hours of an event", line)
        elif SPEAKER.fullmatch(text):
            findings.event = True
            findings.dates.clear()
        elif SITE_LABEL.fullmatch(text):
            sheet.furniture("label of the site", line, *filter(None, [sheet.after(line)]))
        elif rule := furniture(text):
            sheet.furniture(rule, line)
        elif line in findings.twice:
            findings.titles.append(line)
        elif is_title_like(text) and own_institute(text):
            sheet.metadata("institute", line)
        elif len(findings.titles) < 2 and _claim_reference(sheet, line, text):
            continue
        elif is_section(text) or len(text) > 300:
            findings.prose = line
            break
        elif (
            ((text == printed or findings.titles) and claim_label(sheet, findings, line, text))
            or _claim_lone_label(sheet, findings, line, text)
            or claim_dateline(sheet, findings, line, text)
            or _claim_byline(sheet, findings, line, text)
            or (findings.titles and line in goes_on(sheet, findings.titles[-1]))
        ):
            continue
        elif text == printed and (
            is_title_like(text) or goes_on(sheet, line) or _stands_over_date(sheet, line)
        ):
            findings.titles.append(line)
            findings.listed = findings.listed or (
                line if len(text.split()) > 2 and _stands_over_date(sheet, line) else 0
            )
        elif line > goes_to and (findings.titles or text != printed or not _is_menu(sheet, line)):
            findings.prose = line
            break
    state_date(sheet, findings)
    choose_title(sheet, findings)


def _sure_line(sheet: Sheet) -> int:
    """The last line that surely is of the head, a byline or a date, though a teaser of a sentence or two stands above it."""
    last = sentences = 0
    said = set()
    for line in sheet.filled()[:_LINES]:
        text = BULLET.sub("", sheet.line(line))
        if len(text) > 300 or is_section(text) or EVENT.fullmatch(text):
            break
        if is_byline_or_date(text) and (kind := labelled(text)) not in said:
            last = line
            said.add(kind)
        elif len(text) > PROSE and not is_title_like(text):
            sentences += 1
            # Praise for the site is no teaser of the text: what stands below it is another's name and date.
            if sentences > _TEASER or text[0] in '“"':
                break
    return last


def _claim_lone_label(sheet: Sheet, findings: HeaderFindings, line: int, text: str) -> bool:
    """Claim a label whose value stands on the next line ("By", "Published"), with that line; without one it says nothing."""
    if not LABEL_ALONE.fullmatch(text):
        return False
    below = sheet.after(line) or 0
    value = BULLET.sub("", sheet.line(below))
    names = [] if findings.event else people(value)
    date = dates.whole(value)
    if names and not DATE_LABEL.match(text):
        for name in names:
            sheet.author(name, below)
        findings.byline = below
        sheet.metadata("authors", line, below)
    elif date and DATE_LABEL.match(text) and not findings.event:
        findings.dates.append((0, date, below))
        sheet.metadata("date", line, below)
    else:
        sheet.furniture("label without a value", line)
    return True


def _is_menu(sheet: Sheet, line: int) -> bool:
    """Whether a line on top, alone and neither title nor sentence, belongs to the site: "in the media", "e-Newsletter"."""
    text = sheet.line(line)
    return len(text.split()) < 7 and not sheet.line(line + 1) and not re.search(r"[.!?:;,]$", text)


def _stands_over_date(sheet: Sheet, line: int) -> bool:
    """Whether a date as the first item of a list stands below: then even a sentence is the title."""
    below = sheet.line(sheet.after(line) or 0)
    return bool(
        BULLET.match(below) and is_byline_or_date(BULLET.sub("", below)) and dates.find(below)
    )


def _claim_reference(sheet: Sheet, line: int, text: str) -> bool:
    """Claim a line that is the reference of the text; one without quotation marks only when the title itself follows."""
    found = next((found for pattern in _REFERENCES if (found := pattern.fullmatch(text))), None)
    names = byline(found["names"]) if found else []
    again = [n for n in sheet.filled(line + 1)[:1] if found and sheet.line(n) == found["title"]]
    if not found or not names or ("date" in found.groupdict() and not again):
        return False
    fields = found.groupdict() | {"date": dates.whole(found.groupdict().get("date", ""))}
    for field in ("title", "number", "date"):
        if value := fields.get(field):
            sheet.state(field, value, line)
    for name in names:
        sheet.author(name, line)
    sheet.metadata("title", line, *again)
    return True


def _claim_byline(sheet: Sheet, findings: HeaderFindings, line: int, text: str) -> bool:
    """Claim a byline, a post or affiliation below it, a mail address."""
    names = [] if findings.event else byline(text)
    more = sheet.line(line + 1) if labelled(text) and text.endswith((",", " and", "&")) else ""
    if more and (all_names := byline(f"{text} {more}")):
        names = all_names
        sheet.metadata("authors", line + 1)
    kind, by, rest = text.partition(" by ")
    if by and SERIES.fullmatch(kind) and (names := byline(rest)):
        sheet.state("series", kind, line)
    elif (
        (found := _INTERVIEW.fullmatch(text)) and findings.titles and is_person(bare(found["name"]))
    ):
        names = [bare(found["name"])]
    elif (
        not names
        and findings.dates
        and findings.dates[-1][2] == line - 1
        and (found := _HOUSE_BEHIND.fullmatch(text))
    ):
        names = people(found["name"])
    elif not labelled(text) and people(text) and not _is_bare_byline(sheet, findings, line, names):
        names = []
    if names:
        for name in names:
            sheet.author(name, line)
        sheet.metadata("authors", line)
    elif MAIL.fullmatch(text.strip("()")):
        sheet.metadata("contact", line)
    elif (
        findings.byline
        and not any(sheet.line(n) for n in range(findings.byline + 1, line))
        and is_post(text)
    ):
        sheet.metadata("affiliation", line)
    else:
        return False
    findings.byline = line
    return True


def _is_bare_byline(sheet: Sheet, findings: HeaderFindings, line: int, names: list[str]) -> bool:
    """Whether names alone on a line are the authors: over a post, or right under a title whose words and text they share not.

    "Camp David" has the form of a name; but its words are then words of the text or the title, too.
    """
    below = BULLET.sub("", sheet.line(sheet.after(line) or 0))
    own = BULLET.sub("", sheet.line(line))
    if (
        (is_post(below) and not byline(below))
        or MAIL.fullmatch(below.strip("()"))
        or dates.whole(below)
        or re.match(rf"(?:{re.escape(own)}|The (?:author|writer)) is ", below)
    ):
        return True
    # A series below the title has the form of a name, too ("Comparative Connections"): names with a post are the surer ones.
    surer = any(
        byline(text) and not people(text)
        for text in map(sheet.line, sheet.filled(line + 1)[:_BELOW])
    )
    if surer or not findings.titles or sheet.filled(findings.titles[-1] + 1, line - 1):
        return False
    text = "\n".join(sheet.source.lines)
    words = [word for name in names for word in name.split() if len(word) > 2]
    if any("가" <= letter <= "힣" for name in names for letter in name):
        return False
    title = sheet.line(findings.titles[-1])
    return not any(
        word in title
        or (word.lower() != word and re.search(rf"\b{re.escape(word.lower())}\b", text))
        for word in words
    )
