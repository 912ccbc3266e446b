"""Dates that are only as precise as they are known; finds printed ones and writes them as EDTF.

Level 0 of https://www.loc.gov/standards/datetime/: a year, a month or a day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from archive.text.normal_forms import align, normalise

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
# A year of two figures is ambiguous, and so are a day and a month in figures (8/12/2020):
# neither is read as a date.
_PRINTED = re.compile(
    rf"(?<!\d)(?:(?P<y1>\d{{4}})\s?[-./]\s?(?P<m1>\d{{1,2}})\s?[-./]\s?(?P<d1>\d{{1,2}})\.?"
    rf"|(?P<y2>\d{{4}})\s?[年년]\s?(?P<m2>\d{{1,2}})\s?[月월](?:\s?(?P<d2>\d{{1,2}})\s?[日일])?"
    rf"|\b(?P<n3>{_MONTH})\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})"
    rf"|(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<n4>{_MONTH}),?\s+(?P<y4>\d{{4}})"
    rf"|\b(?P<n5>{_MONTH}),?\s+(?P<y5>\d{{4}}))(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EdtfDate:
    """A year, a month or a day that exists.

    The fields are figures as EDTF writes them ("2022", "07", "10"); "" for what is not known.
    str() is the EDTF string ("2022-07").
    """

    year: str
    month: str = ""
    day: str = ""

    def __str__(self) -> str:
        return "-".join(self.parts)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that are known, of the year, the month and the day.

        Dates sort by it: a year, then its months, and a month, then its days.
        """
        return tuple(part for part in (self.year, self.month, self.day) if part)

    @property
    def words(self) -> str:
        """The date as in English prose: "10 October 2023", "July 2022", "2022"."""
        month = MONTHS[int(self.month) - 1] if self.month else ""
        return " ".join(part for part in (self.day.lstrip("0"), month, self.year) if part)

    @property
    def middle_in_months(self) -> float:
        """The middle of the period that the date names, in months since the year 0."""
        year, month, day = (int(part or 0) for part in (self.year, self.month, self.day))
        return year * 12 + (month - 1 + ((day - 1) / 31 if day else 0.5) if month else 6)


# A large ledger has a date on each of its 600,000 lines, and few of them differ.
@cache
def parse_edtf(text: str) -> EdtfDate | None:
    """Parse "2022", "2022-07" or "2022-07-10"; None when `text` is not a date that exists."""
    if not (match := _EDTF.fullmatch(text)):
        return None
    edtf = EdtfDate(*match.groups(""))
    try:
        date(int(edtf.year), int(edtf.month or 1), int(edtf.day or 1))
    except ValueError:
        return None
    return edtf


def in_words(edtf: str) -> str:
    """Return an EDTF date as in English prose: "10 October 2023"."""
    date = parse_edtf(edtf)
    return date.words if date else edtf


def find_all(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each unambiguous date in `text` as (EDTF, start, end)."""
    normal, places = align(text)
    # Most lines hold no year. Looking for its four figures costs a tenth of the whole pattern.
    for match in _PRINTED.finditer(normal) if _YEAR.search(normal) else ():
        fields = {key[0]: value for key, value in match.groupdict().items() if value}
        if "n" in fields:
            fields["m"] = str(
                next(
                    number
                    for number, name in enumerate(MONTHS, 1)
                    if name[:3].lower() == fields["n"][:3].lower()
                )
            )
        edtf = "-".join([fields["y"], *(f"{int(fields[key]):02}" for key in "md" if key in fields)])
        if parse_edtf(edtf):
            yield edtf, places[match.start()], places[match.end()]


def find(text: str) -> tuple[str, int, int] | None:
    """Return the first date that `find_all` yields, or None."""
    return next(find_all(text), None)


def parse(text: str) -> str | None:
    """Return `text` as EDTF if the whole of it is one printed date, else None."""
    normal = normalise(text).strip()
    found = find(normal)
    return found[0] if found and found[1:] == (0, len(normal)) else None


def is_before(first: EdtfDate | None, second: EdtfDate | None) -> bool:
    """Tell whether the first date is certainly the earlier one.

    Only the precision that both dates share is compared: 2022 is not before 2022-07-10.
    """
    before, after = (date.parts if date else () for date in (first, second))
    shared = min(len(before), len(after))
    return before[:shared] < after[:shared]
