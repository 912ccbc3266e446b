"""Claim the lines of a page header that give series, number, date and names.

A dateline is a line with a date and what may stand beside it: "Singapore | 29 April 2021".
"""

import re
from dataclasses import dataclass, field

from archive.reading.sheet import Sheet
from archive.reading.title import HeaderFindings, state_series
from archive.reading.vocabulary import (
    AROUND_DATE,
    DATE_LABEL,
    ENDS_IN_SERIES_NOUN,
    HOURS,
    NUMBER,
    SERIES,
    SERIES_NUMBER,
    TWO_COUNTS,
    furniture_rule,
)
from archive.text import dates
from archive.text.names import byline_names, has_byline_label

_SEPARATOR = re.compile(r"\s*[|•·]\s*|\s+[/–—-]\s+")
_MAX_PIECES = 5
# A dateline may name a place or an outlet.
_MAX_PLACE_WORDS = 5
# A month or a day instead of a place makes the date the end of a period ("Sep — Dec 2016").
_PERIOD_START = re.compile(
    rf"(?:{'|'.join(month[:3] for month in dates.MONTHS)})|\d", re.IGNORECASE
)


@dataclass
class _ParsedPiece:
    """The values in a piece of a dateline."""

    date: tuple[int, str] | None = None
    """A date as (rank, EDTF): rank 0 with the label of a publication date, else 1."""
    series: str | None = None
    number: str | None = None
    names: list[str] = field(default_factory=list)


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


def is_event_hours(text: str) -> bool:
    """Tell whether a line gives the date and hours of an event."""
    return len(text) < 100 and bool(HOURS.search(text)) and dates.find(text) is not None


def claim_dateline(sheet: Sheet, findings: HeaderFindings, line: int, text: str) -> bool:
    """Claim a dateline: "Singapore | 29 April 2021", "By Jane Roe / 2005-04-21 / View 12"."""
    pieces = [
        piece
        for piece in _SEPARATOR.split(AROUND_DATE.sub("", text) if len(text) < 100 else text)
        if piece
    ]
    parsed = {piece: _parse_piece(piece) for piece in pieces}
    dated = [values for values in parsed.values() if values and values.date]
    unknown = [
        piece for piece, values in parsed.items() if not values and not furniture_rule(piece)
    ]
    may_be_place = len(unknown) < 2 and not any(
        len(piece.split()) > _MAX_PLACE_WORDS or _PERIOD_START.match(piece) for piece in unknown
    )
    is_byline = not unknown and len(pieces) > 1 and any(map(has_byline_label, pieces))
    if len(pieces) > _MAX_PIECES or not may_be_place or len(dated) > 1 or not (dated or is_byline):
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


def is_byline_or_date(text: str) -> bool:
    """Tell whether a line is a byline with its label, or a date alone or with names."""
    piece = _parse_piece(text)
    return bool(piece and not piece.series and (piece.date or has_byline_label(text)))


def _parse_names(text: str) -> _ParsedPiece | None:
    names = byline_names(text)
    return _ParsedPiece(names=names) if names else None


def _state(sheet: Sheet, findings: HeaderFindings, piece: _ParsedPiece, line: int) -> None:
    """State what a piece gives, except for its date, which is one of several findings."""
    sheet.state("number", piece.number, line)
    if piece.series:
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
