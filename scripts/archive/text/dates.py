"""Dates that are only as precise as they are known; finds printed ones and writes them as EDTF.

Of https://www.loc.gov/standards/datetime/ these are a year, a month or a day, an interval of two of
them ("2020-12/2021-01"; level 0), and a season ("2021-21"; level 1).
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from archive.text.normal_forms import align, normalise

# A season has no days.
_EDTF = re.compile(
    r"(?!0000)([0-9]{4})(?:-(0[1-9]|1[0-2]|2[1-4])(?:(?<!2[1-4])-(0[1-9]|[12][0-9]|3[01]))?)?"
)
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
_NAMES = {
    **{f"{number:02}": name for number, name in enumerate(MONTHS, 1)},
    **{"21": "Spring", "22": "Summer", "23": "Autumn", "24": "Winter"},
}
# The numbers of months and seasons, by the beginnings of their names.
_NUMBERS = {name[:3].lower(): number for number, name in _NAMES.items()} | {
    name: str(number)
    for names in ("春夏秋冬", ("봄", "여름", "가을", "겨울"), ("spr", "sum", "fal"))
    for number, name in enumerate(names, 21)
}
# The years before the first one of a Japanese era: 令和元年 is 2019.
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERA = "|".join(_ERAS)
_YEAR = re.compile(rf"\d{{4}}|{_ERA}|\d\d\. \d")
_MONTH = "|".join([*(f"{name}|{name[:3]}\\.?" for name in MONTHS), r"Sept\.?"])
_SEASON = "Spring|Summer|Autumn|Fall|Winter|봄|여름|가을|겨울|[春夏秋冬]"
_JOIN = r"\s?[-–~〜·ㆍ∙・/&]\s?"
_BETWEEN = re.compile(r"\s+(?:and|to)\s+|\s?[–—~〜]\s?|\s-\s|(?<=\d)-(?=\d{1,2}[\s,])")
# An interval in words has fewer signs.
_LONGEST = 60
_ISSUE = r"\s?(?:合併|合本|합본|통합)?[호号號]"
# A day and a month in figures, of which both may be the month: it is not read as a date.
_TWO_READINGS = re.compile(
    r"(?<![\d.-])(?P<a>0?[1-9]|1[0-2])(?P<sign>[-./])(?P<b>0?[1-9]|1[0-2])(?P=sign)(?P<year>\d{4})"
    r"(?![\d-])"
)
_DAY, _NUMBER_OF_MONTH = r"1[3-9]|2\d|3[01]", r"0?[1-9]|1[0-2]"
# A year of two figures is ambiguous (21.01.11), unless it is set as in Korea (q: "19. 11. 25.").
# In "Dec. 2020/Jan. 2021" and "2021년 3·4월호" f is the first month, and x its year; in "Winter
# 2020-21" z is the year in which that winter ends.
_PRINTED = re.compile(
    rf"(?<!\d)(?:(?P<y1>\d{{4}})\s?[-./]\s?(?P<m1>\d{{1,2}})\s?[-./]\s?(?P<d1>\d{{1,2}})\.?"
    rf"|(?P<y2>\d{{4}})\s?[年년]\s?(?:(?P<f2>\d{{1,2}})\s?[月월]?{_JOIN})?"
    rf"(?P<m2>\d{{1,2}})\s?[月월](?:\s?(?P<d2>\d{{1,2}})\s?[日일]|{_ISSUE})?"
    rf"|(?P<e8>{_ERA})\s?(?P<y8>元|\d{{1,2}})\s?年\s?(?P<m8>\d{{1,2}})\s?月"
    r"(?:\s?(?P<d8>\d{1,2})\s?日)?"
    rf"|(?P<y6>\d{{4}})\s?(?P<k6>[年년]\s?)?(?:(?P<f6>{_SEASON}){_JOIN})?"
    rf"(?P<n6>{_SEASON})季?(?:{_ISSUE}|(?(k6)(?!\w)|(?!)))"
    rf"|\b(?P<n3>{_MONTH})\s+(?:the\s+)?(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})"
    rf"|(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<n4>{_MONTH}),?\s+(?P<y4>\d{{4}})"
    rf"|\b(?:(?P<f7>{_SEASON}){_JOIN})?(?P<n7>Winter),?\s+(?P<y7>\d{{4}})\s?[-–/]\s?"
    r"(?P<z7>(?:\d\d)?\d\d)"
    rf"|(?P<da>{_DAY})(?P<sa>[-./])(?P<ma>{_NUMBER_OF_MONTH})(?P=sa)(?P<ya>\d{{4}})"
    rf"|(?P<mb>{_NUMBER_OF_MONTH})(?P<sb>[-./])(?P<db>{_DAY})(?P=sb)(?P<yb>\d{{4}})"
    r"|(?<!\d\.\s)(?P<q9>\d\d)\. (?P<m9>\d{1,2})\. (?P<d9>\d{1,2})\.(?!\s?\d)"
    rf"|\b(?:(?P<f5>{_MONTH}|{_SEASON})(?:,?\s+(?P<x5>\d{{4}}))?{_JOIN})?"
    rf"(?P<n5>{_MONTH}|{_SEASON}),?\s+(?P<y5>\d{{4}})(?![-–/]\d)"
    r"(?:\s+(?:issue|edition)(?!\s*\w))?)(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EdtfDate:
    """A year, a month, a season or a day that exists, or the interval from it to its `end`.

    The other fields are figures as EDTF writes them ("2022", "07", "10"); "" for what is not known.
    A season has its number in place of a month: "21" for spring to "24" for winter. str() is the
    EDTF string ("2022-07").
    """

    year: str
    month: str = ""
    day: str = ""
    end: "EdtfDate | None" = field(default=None, kw_only=True)

    def __str__(self) -> str:
        start = "-".join(filter(None, (self.year, self.month, self.day)))
        return f"{start}/{self.end}" if self.end else start

    @property
    def season(self) -> int:
        """The number of the season, from 1 for spring to 4 for winter; 0 for another date."""
        return int(self.month) - 20 if self.month > "12" else 0

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that are known, of the year, the month and the day.

        Dates sort by it: a year, then its months, and a month, then its days. A season has its
        first month (DESIGN.md, order): March, June, September or December, as in the meteorology of
        Korea and Japan and in the order of EDTF's numbers. An interval has its start.
        """
        month = f"{3 * self.season:02}" if self.season else self.month
        return tuple(filter(None, (self.year, month, self.day)))

    @property
    def calendar(self) -> str:
        """The date for formats that know only years, months and days, such as HTML.

        Of a season or an interval, that is the first year.
        """
        return self.year if self.season or self.end else str(self)

    @property
    def words(self) -> str:
        """The date as in English prose: "10 October 2023", "2022", "Spring 2021".

        An interval does not repeat what its ends share: "March–April 2021".
        """
        words = " ".join(filter(None, (self.day.lstrip("0"), _NAMES.get(self.month), self.year)))
        both = f"{words}–{self.end.words}" if self.end else words
        return re.sub(r"((?: \w+)+)(?=–.*\1\Z)", "", both)

    @property
    def middle_in_months(self) -> float:
        """The middle of the period that the date names, in months since the year 0."""
        year, month, day = (int(part) for part in (*self.parts, "0", "0")[:3])
        within = (day - 1) / 31 if day else 1.5 if self.season else 0.5
        middle = year * 12 + (month - 1 + within if month else 6)
        return (middle + self.end.middle_in_months) / 2 if self.end else middle


# A large ledger has a date on each of its 600,000 lines, and few of them differ.
@cache
def parse_edtf(text: str) -> EdtfDate | None:
    """Parse "2022", "2022-07", "2022-07-10", "2021-21" or "2020-12/2021-01".

    None when `text` is not a date that exists, or an interval whose end is surely after its start.
    """
    start, *ends = map(_parse_part, text.split("/"))
    if not ends or start is None:
        return start
    return replace(start, end=ends[0]) if len(ends) == 1 and is_before(start, ends[0]) else None


def _parse_part(text: str) -> EdtfDate | None:
    match = _EDTF.fullmatch(text)
    is_over = match and match[3] and int(match[3]) > monthrange(int(match[1]), int(match[2]))[1]
    return EdtfDate(*match.groups("")) if match and not is_over else None


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
        if "z" in fields and int(fields["z"][-2:]) != (int(fields["y"]) + 1) % 100:
            continue
        if "q" in fields:
            fields["y"] = ("19" if fields["q"] > "49" else "20") + fields["q"]
        if "e" in fields:
            fields["y"] = str(_ERAS[fields["e"]] + int(fields["y"].replace("元", "1")))
        ends = (
            (fields.get("x", fields["y"]), fields.get("f")),
            (fields["y"], fields.get("m") or fields.get("n"), fields.get("d")),
        )
        edtf = "/".join(
            "-".join(_NUMBERS.get(part[:3].lower(), part.zfill(2)) for part in end if part)
            for end in ends
            if end[1]
        )
        if parse_edtf(edtf):
            yield edtf, places[match.start()], places[match.end()]


def two_readings(text: str) -> list[str]:
    """Return what a date such as 06-10-2022 may say: "2022-06-10 or 2022-10-06"; [] without one."""
    return [
        " or ".join(f"{year}-{month:0>2}-{day:0>2}" for month, day in ((a, b), (b, a)))
        for a, _, b, year in _TWO_READINGS.findall(normalise(text))
        if int(a) != int(b)
    ]


def has_more_years(text: str) -> bool:
    """Whether a winter is printed with the year of its end, which EDTF does not have."""
    return any(match["z7"] for match in _PRINTED.finditer(normalise(text)))


def find(text: str) -> tuple[str, int, int] | None:
    """Return the first date that `find_all` yields, or None."""
    return next(find_all(text), None)


def parse(text: str) -> str | None:
    """Return `text` as EDTF if the whole of it is one printed date, else None."""
    normal = normalise(text).strip()
    found = find(normal)
    return found[0] if found and found[1:] == (0, len(normal)) else None


def understand(text: str) -> str | None:
    """Return `text` as EDTF if it is a date in EDTF or one printed date, else None.

    The ends of an interval are such dates, too; what they share stands once: "5–7 March 2021".
    """
    if (known := _understand_one(text)) or len(text) > _LONGEST:
        return known
    start, sign, end = (part.strip() for part in _BETWEEN.sub("\0", text, 1).partition("\0"))
    first, last = start.split(), end.split()
    starts = (" ".join([start, *last[place:]]) for place in range(len(last), -1, -1))
    ends = (" ".join([*first[:place], end]) for place in range(len(first) + 1))
    both = [next(filter(None, map(_understand_one, forms)), "") for forms in (starts, ends) if sign]
    interval = "/".join(both)
    return interval if all(both) and parse_edtf(interval) else None


def _understand_one(text: str) -> str | None:
    return text if parse_edtf(text) else parse(text)


def is_before(first: EdtfDate | None, second: EdtfDate | None) -> bool:
    """Tell whether the first date is certainly the earlier one.

    Only the precision that both dates share is compared: 2022 is not before 2022-07-10. A season
    and a month share only the year.
    """
    before, after = (
        date.parts if date else () for date in ((first and first.end) or first, second)
    )
    is_mixed = first and second and bool(first.season) != bool(second.season)
    shared = 1 if is_mixed else min(len(before), len(after))
    return before[:shared] < after[:shared]


# A date as machines write it, with the time behind it.
_STAMP = re.compile(r"(?P<y>\d{4})(?:([-/.]?)(?P<m>\d{1,2})(?:\2(?P<d>\d{1,2}))?)?(?!\d)")
# Midnight of a day in another zone: which day that is depends on the zone.
_OTHER_MIDNIGHT = re.compile(r"T(?:1[4-9]|2\d):00(?::00(?:\.0+)?)?(?:Z|\+00:?00)$")


def parse_timestamp(text: str) -> str:
    """Return a date that a page declares as EDTF; "" if it is none, or may be the day before."""
    if _OTHER_MIDNIGHT.search(text):
        return ""
    if match := _STAMP.match(text.strip()):
        parts = [match["y"], *(f"{int(part):02}" for part in (match["m"], match["d"]) if part)]
        return str(parse_edtf("-".join(parts)) or "")
    return understand(text) or next((date for date, *_ in find_all(text)), "")
