"""The imprint of a page: the lines of its head that give series, number, date and names, each alone or several on one line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from archive.reading.sheet import Sheet
from archive.reading.title import HeaderFindings, state_series
from archive.reading.vocabulary import (
    AROUND_DATE,
    DATE_LABEL,
    ENDS_IN_NOUN,
    HOURS,
    NUMBER,
    SERIES,
    SERIES_NUMBER,
    TWO_COUNTS,
    furniture,
)
from archive.text import dates
from archive.text.names import byline, labelled

_BETWEEN = re.compile(r"\s*[|•·]\s*|\s+[/–—-]\s+")
_MOST_PIECES = 5
# A place, or an outlet, in an imprint; a month or a day would make the date the end of a span ("Sep — Dec 2016").
_MOST_WORDS = 5
_SPAN = re.compile(rf"(?:{'|'.join(month[:3] for month in dates.MONTHS)})|\d", re.IGNORECASE)


@dataclass
class _Said:
    """What a piece of an imprint says."""

    date: str = ""
    rank: int = 1
    """0 for a date that is labelled as the text's own."""
    series: str = ""
    number: str = ""
    names: list[str] = field(default_factory=list)


def is_label(sheet: Sheet, findings: HeaderFindings, line: int, text: str) -> bool:
    """Claim "Commentary", "No. 12", "Issue Brief No. 12", with a date behind it or not."""
    day = dates.find(text)
    if day and day[2] == len(text):
        # "Global Asia Vol. 16, No. 3, September 2021"
        text = text[: day[1]].rstrip(" ,|-–")
    said = _series(text.rstrip(" :"), dated=day is not None)
    if not said:
        return False
    if said.series:
        findings.series = findings.series or line
    if day and not findings.event:
        findings.dates.append((said.rank, day[0], line))
    _state(sheet, said, line)
    sheet.metadata("series" if said.series else "number", line)
    return True


def _series(text: str, *, dated: bool = False) -> _Said | None:
    """The series and number that are all of `text`. A count and a date behind it make any noun of a series one."""
    if number := NUMBER.fullmatch(text):
        return _Said(number=number["number"])
    if both := SERIES_NUMBER.fullmatch(text):
        series = both["series"].strip()
        if (
            SERIES.fullmatch(series)
            or TWO_COUNTS.fullmatch(both["number"])
            or (dated and ENDS_IN_NOUN.fullmatch(series))
        ):
            return _Said(series=series, number=both["number"])
    return _Said(series=text) if SERIES.fullmatch(text) else None


def is_hours(text: str) -> bool:
    """Whether a line is the day and the hours of an event."""
    return len(text) < 100 and bool(HOURS.search(text)) and dates.find(text) is not None


def is_imprint(sheet: Sheet, findings: HeaderFindings, line: int, text: str) -> bool:
    """Claim a line of a date and what may stand with it: "Singapore | 29 April 2021", "By Jane Roe / 2005-04-21 / View 12"."""
    pieces = [
        piece
        for piece in _BETWEEN.split(AROUND_DATE.sub("", text) if len(text) < 100 else text)
        if piece
    ]
    if len(text) > 300 or len(pieces) > _MOST_PIECES:
        return False
    said = {piece: _say(piece) for piece in pieces}
    days = [known for known in said.values() if known and known.date]
    other = [piece for piece, known in said.items() if not known and not furniture(piece)]
    if (
        len(days) > 1
        or len(other) > 1
        or any(len(piece.split()) > _MOST_WORDS or _SPAN.match(piece) for piece in other)
    ):
        return False
    if not days and (other or len(pieces) < 2 or not any(labelled(piece) for piece in pieces)):
        return False
    if findings.event:
        return True
    for known in filter(None, said.values()):
        _state(sheet, known, line)
        if known.names:
            findings.byline = line
        if known.date:
            findings.dates.append((known.rank, known.date, line))
        if known.series and not findings.titles:
            findings.series = findings.series or line
    sheet.metadata("date", line)
    return True


def _say(text: str) -> _Said | None:
    """What one piece says, when all of it is understood."""
    label = DATE_LABEL.match(text)
    rest = AROUND_DATE.sub("", text[label.end() :] if label else text)
    day = dates.find(rest)
    if not day or (day[1] and day[2] < len(rest)):
        said = None if label else (_series(rest) or _named(rest))
    else:
        rest = AROUND_DATE.sub("", (rest[: day[1]] + rest[day[2] :]).strip(" ,|-–—"))
        said = (_series(rest) or _named(rest)) if rest else _Said()
    if said and day:
        said.date = day[0]
        said.rank = 0 if label else 1
    return said


def is_sure(text: str) -> bool:
    """Whether a line is a byline with its label, or a date alone or with names."""
    said = _say(text)
    return bool(said and not said.series and (said.date or labelled(text)))


def _named(text: str) -> _Said | None:
    names = byline(text)
    return _Said(names=names) if names else None


def _state(sheet: Sheet, said: _Said, line: int) -> None:
    if said.number:
        sheet.state("number", said.number, line)
    if said.series:
        state_series(sheet, line, said.series)
    for name in said.names:
        sheet.author(name, line)


def state_date(sheet: Sheet, findings: HeaderFindings) -> None:
    """State the date: one that is labelled before one that is not; of two that differ, none is sure."""
    best = min((rank for rank, *_ in findings.dates), default=0)
    known = {date: line for rank, date, line in reversed(findings.dates) if rank == best}
    longest = max(known, key=len, default="")
    if longest and all(longest.startswith(date) for date in known):
        sheet.state("date", longest, known[longest])
