"""Dates of the precision known, as EDTF (https://www.loc.gov/standards/datetime/, level 0: a year, a month or a day)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_EDTF = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_YEAR = re.compile(r"\d{4}")
_MONTH = "|".join([*(f"{name}|{name[:3]}\\.?" for name in MONTHS), r"Sept\.?"])
# A printed date, whole; a two-figure year or a day and month in figures alone (8/12/2020) is ambiguous, so it is none.
_PRINTED = re.compile(
    rf"(?<!\d)(?:(?P<y1>\d{{4}})\s?[-./]\s?(?P<m1>\d{{1,2}})\s?[-./]\s?(?P<d1>\d{{1,2}})\.?"
    rf"|(?P<y2>\d{{4}})\s?[年년]\s?(?P<m2>\d{{1,2}})\s?[月월](?:\s?(?P<d2>\d{{1,2}})\s?[日일])?"
    rf"|\b(?P<n3>{_MONTH})\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})"
    rf"|(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<n4>{_MONTH}),?\s+(?P<y4>\d{{4}})"
    rf"|\b(?P<n5>{_MONTH}),?\s+(?P<y5>\d{{4}}))(?!\d)",
    re.IGNORECASE,
)


def is_edtf(text: str) -> bool:
    """Whether `text` is a year, a month or a day that exists: "2022", "2022-07", "2022-07-10"."""
    if not (found := _EDTF.fullmatch(text)):
        return False
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def find_all(text: str) -> Iterator[tuple[str, int, int]]:
    """Each printed date in `text` that can be read one way only, as (EDTF, start, end)."""
    # Most lines have no figures of a year, and looking for those is a tenth of the work.
    for found in _PRINTED.finditer(text) if _YEAR.search(text) else ():
        parts = {key[0]: value for key, value in found.groupdict().items() if value}
        if "n" in parts:
            parts["m"] = str(
                next(
                    i
                    for i, name in enumerate(MONTHS, 1)
                    if name[:3].lower() == parts["n"][:3].lower()
                )
            )
        edtf = "-".join([parts["y"], *(f"{int(parts[key]):02}" for key in "md" if key in parts)])
        if is_edtf(edtf):
            yield edtf, found.start(), found.end()


def find(text: str) -> tuple[str, int, int] | None:
    """The first of the printed dates in `text`; None when there is none."""
    return next(find_all(text), None)


def parse(text: str) -> str | None:
    """`text` as EDTF when all of it is one printed date."""
    found = find(text.strip())
    return found[0] if found and (found[1], found[2]) == (0, len(text.strip())) else None


def in_words(edtf: str) -> str:
    """An EDTF date as English prose has it: "10 October 2023", "July 2022", "2022"."""
    year, *rest = edtf.split("-")
    month = [MONTHS[int(rest[0]) - 1]] if rest else []
    return " ".join([*(str(int(day)) for day in rest[1:]), *month, year])


def is_before(one: str | None, other: str | None) -> bool:
    """Whether one EDTF date surely lies before another: by as much of both as is known."""
    known = min(len(one or ""), len(other or ""))
    return (one or "")[:known] < (other or "")[:known]


def middle_in_months(edtf: str) -> float:
    """When an EDTF date is, in months since the year 0: the middle of what is known of it."""
    year, month, day = ([int(part) for part in edtf.split("-")] + [0, 0])[:3]
    return year * 12 + (month - 1 + ((day - 1) / 31 if day else 0.5) if month else 6)
