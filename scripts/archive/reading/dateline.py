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
class _Piece:
    """What a piece of an imprint says."""

    date: str = ""
    rank: int = 1
    """0 for a date that is labelled as the text's own."""
    series: str = ""
    number: str = ""
    names: list[str] = field(default_factory=list)


def claim_label(sheet: Sheet, findings: HeaderFindings, line: int, text: str) -> bool:
    """Claim "Commentary", "No. 12", "Issue Brief No. 12", with a date behind it or not."""
    day = dates.find(text)
    if day and day[2] == len(text):
        # "Global Asia Vol. 16, No. 3, September 2021"
        text = text[: day[1]].rstrip(" ,|-–")
    piece_findings = _series(text.rstrip(" :"), dated=day is not None)
    if not piece_findings:
        return False
    if piece_findings.series:
        findings.series = findings.series or line
    if day and not findings.event:
        findings.dates.append((piece_findings.rank, day[0], line))
    _state(sheet, piece_findings, line)
    sheet.metadata("series" if piece_findings.series else "number", line)
    return True


def _series(text: str, *, dated: bool = False) -> _Piece | None:
    """The series and number that are all of `text`. A count and a date behind it make any noun of a series one."""
    if number := NUMBER.fullmatch(text):
        return _Piece(number=number["number"])
    if both := SERIES_NUMBER.fullmatch(text):
        series = both["series"].strip()
        if (
            SERIES.fullmatch(series)
            or TWO_COUNTS.fullmatch(both["number"])
            or (dated and ENDS_IN_NOUN.fullmatch(series))
        ):
            return _Piece(series=series, number=both["number"])
    return _Piece(series=text) if SERIES.fullmatch(text) else None


def is_hours(text: str) -> bool:
    """Whether a line is the day and the hours of an event."""
    return len(text) < 100 and bool(HOURS.search(text)) and dates.find(text) is not None


def claim_dateline(sheet: Sheet, findings: HeaderFindings, line: int, text: str) -> bool:
    """Claim a line of a date and what may stand with it: "Singapore | 29 April 2021", "By Jane Roe / 2005-04-21 / View 12"."""
    pieces = [
        piece
        for piece in _BETWEEN.split(AROUND_DATE.sub("", text) if len(text) < 100 else text)
        if piece
    ]
    if len(text) > 300 or len(pieces) > _MOST_PIECES:
        return False
    piece_findings = {piece: _parse_piece(piece) for piece in pieces}
    days = [known for known in piece_findings.values() if known and known.date]
    other = [piece for piece, known in piece_findings.items() if not known and not furniture(piece)]
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
    for known in filter(None, piece_findings.values()):
        _state(sheet, known, line)
        if known.names:
            findings.byline = line
        if known.date:
            findings.dates.append((known.rank, known.date, line))
        if known.series and not findings.titles:
            findings.series = findings.series or line
    sheet.metadata("date", line)
    return True


def _parse_piece(text: str) -> _Piece | None:
    """What one piece says, when all of it is understood."""
    label = DATE_LABEL.match(text)
    rest = AROUND_DATE.sub("", text[label.end() :] if label else text)
    day = dates.find(rest)
    if not day or (day[1] and day[2] < len(rest)):
        piece_findings = None if label else (_series(rest) or _parse_names(rest))
    else:
        rest = AROUND_DATE.sub("", (rest[: day[1]] + rest[day[2] :]).strip(" ,|-–—"))
        piece_findings = (_series(rest) or _parse_names(rest)) if rest else _Piece()
    if piece_findings and day:
        piece_findings.date = day[0]
        piece_findings.rank = 0 if label else 1
    return piece_findings


def is_byline_or_date(text: str) -> bool:
    """Whether a line is a byline with its label, or a date alone or with names."""
    piece_findings = _parse_piece(text)
    return bool(
        piece_findings and not piece_findings.series and (piece_findings.date or labelled(text))
    )


def _parse_names(text: str) -> _Piece | None:
    names = byline(text)
    return _Piece(names=names) if names else None


def _state(sheet: Sheet, piece_findings: _Piece, line: int) -> None:
    if piece_findings.number:
        sheet.state("number", piece_findings.number, line)
    if piece_findings.series:
        state_series(sheet, line, piece_findings.series)
    for name in piece_findings.names:
        sheet.author(name, line)


def state_date(sheet: Sheet, findings: HeaderFindings) -> None:
    """State the date: one that is labelled before one that is not; of two that differ, none is sure."""
    best = min((rank for rank, *_ in findings.dates), default=0)
    known = {date: line for rank, date, line in reversed(findings.dates) if rank == best}
    longest = max(known, key=len, default="")
    if longest and all(longest.startswith(date) for date in known):
        sheet.state("date", longest, known[longest])
