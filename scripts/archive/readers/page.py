"""Read an HTML page of any publisher by its markup.

What the page declares about itself is compared with what it prints. A title, an author or a date
that it declares and prints is printed; one that it only declares is declared. Where declarations
differ, or the page prints another date, nothing is stated: the curator is shown them all.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile

from archive.readers import Reader
from archive.reading.footer import read_footer
from archive.reading.header import read_header
from archive.reading.hinted import claim_labelled
from archive.reading.model import Kind
from archive.reading.outline import outline
from archive.reading.sheet import Sheet
from archive.reading.vocabulary import named_publisher
from archive.sources.declared import FOUND
from archive.sources.lines import Declared
from archive.text import dates
from archive.text.names import byline_names, loose_names, people
from archive.text.normal_forms import fold, normalise

# What parts a title from the name of its site, or from the words over it.
_PART = re.compile(r"\s*[|»«›•·]+\s*|\s+[-–—:/]+\s+|:\s+")
_MOST_PARTS = 8
# A shorter title may be the name of the site, or of a section of it; letters.
_SHORTEST = 6
# A declared title as long as that may stand within a heading, behind words without a sign.
_LONG = 15
# A declared date that differs from one printed this near to the title, in lines, is doubtful; this
# near, a printed date needs no declaration. A line with a date is no longer than the last.
_NEAR, _NEARBY, _LONGEST_DATELINE = 4, 8, 150
_DOTTED = r"\d{1,2}\.\s?\d{1,2}\.\s?\d{4}(?!\d)"
_DOMAIN = re.compile(r"\S+\.[a-z]{2,}", re.IGNORECASE)
# Tags in which publishers list the authors for libraries; others often name the website's editor.
_BIBLIOGRAPHIC = re.compile(r"meta (?:citation_|dc(?:terms)?\.)", re.IGNORECASE)
_ISSUE = ("institute", "series", "number")
_CLASS, _TIME = "class of an author", "time"
_NOBODY = re.compile(
    r"(?:web)?admin\w*|(?:the )?(?:editors?|editorial \w+|staff|team)|redaktion|webmaster|agencies|"
    r"unknown|null|none|anonymous|관리자|운영자|편집부|編集部",
    re.IGNORECASE,
)
_BEFORE_NAMES = re.compile(
    r"^(?:(?:posted|published|written|view all posts|story|text|veröffentlicht|geschrieben|"
    r"zeige alle beiträge) )?(?:by|author|autor(?:in)?|interview|vo[nm]|par|por)\b:?\s+",
    re.IGNORECASE,
)


# A value that was found, its line, and its tag: the line is 0 where only the markup has it.
_Found = tuple[str, int, str]


def knows(sheet: Sheet) -> bool:
    """Know a text whose markup says what its lines are."""
    return bool(sheet.source.hints)


def read(sheet: Sheet) -> None:
    """State what the page declares and prints; claim header and footer, and the text by hints."""
    for line in sheet.visible():
        sheet.state("institute", named_publisher(sheet.line(line)), line)
    lines = sheet.unclaimed()
    title = claim_labelled(sheet) or _claim_title(sheet, lines)
    place = lines.index(title) if title else 0
    found = {
        "date": _find_date(sheet, lines, place),
        "authors": _find_authors(sheet, lines, place),
        **{field: _only_declared(sheet, field) for field in _ISSUE},
    }
    lines_of_authors = {line for _, line, _ in found["authors"] if _byline(sheet.line(line))}
    sheet.claim_metadata("authors", *(n for n in sheet.unclaimed() if n in lines_of_authors))
    for field, values in found.items():
        for value, line, tag in values:
            if not line:
                sheet.declare(field, value, tag)
            elif field == "authors":
                sheet.add_authors([value], line)
            else:
                sheet.state(field, value, line)
    stated, sure = dict(sheet.authors), {*sheet.statements}
    names = read_footer(sheet)
    read_header(sheet, states_title=not (sheet.source.declared or "title" in sure))
    if stated:  # others in the header are those who edited it, or took the pictures
        sheet.authors = stated
    for name, line in names if not sheet.authors else ():
        sheet.add_authors([name], line)
    # What the header says counts only where the page declares nothing: then it is like any text.
    if sheet.source.declared and "date" not in sure:
        sheet.statements.pop("date", None)
    outline(sheet, sheet.unclaimed())


def _of(sheet: Sheet, field: str) -> list[Declared]:
    return [one for one in sheet.source.declared if one.field == field]


def _only_declared(sheet: Sheet, field: str) -> list[_Found]:
    """Return the one value that the tags for libraries declare, or else that others do."""
    values = [one for one in _of(sheet, field) if not _DOMAIN.fullmatch(one.value)]
    values = [one for one in values if _BIBLIOGRAPHIC.match(one.tag)] or values
    is_one = len({fold(one.value) for one in values}) == 1
    return [(values[0].value, 0, values[0].tag)] if is_one else []


def _letters(text: str) -> str:
    return fold(text).replace(" ", "")


# -- title -----------------------------------------------------------------------------------------


def _claim_title(sheet: Sheet, lines: Sequence[int]) -> int:
    """State and claim the title, wherever it is printed; return its first line, or 0."""
    if not (found := _find_title(sheet, lines)):
        return 0
    line, start, words = found
    whole = sheet.source.line_span(line)
    column = whole.start + start
    sheet.claim_pieces(
        line,
        whole.start,
        (column, Kind.METADATA, "part of"),
        (column + len(words), Kind.METADATA, "title"),
        (whole.end, Kind.METADATA, "part of"),
    )
    sheet.state("title", " ".join(words.split()), line)
    again = (n for n, text in sheet.texts() if _letters(text) == _letters(words))
    sheet.claim_metadata("title", *again)
    return line


def _find_title(sheet: Sheet, lines: Sequence[int]) -> tuple[int, int, str] | None:
    """Return the line of the heading, or of a part of it, that a declared title repeats.

    Without one, it is the only heading of the first level. With the line come the first column of
    the title and its words.
    """
    declared = [normalise(one.value) for one in _of(sheet, "title")]
    whole = [_letters(one) for one in declared]
    parts = Counter(
        part for one in declared for part in {_letters(text) for text, _ in _parts(one)}
    )
    sites = {_letters(one.value) for one in _of(sheet, "institute")}
    texts = {line: sheet.source[line].strip() for line in lines}
    headings = {line: text for line, text in texts.items() if sheet.hint(line).kind == "heading"}
    # On a line that is no heading, it stands alone.
    of_text = {_letters(normalise(one.value)) for one in _of(sheet, "title") if one.tag != "title"}
    alone = {
        n: text for n, text in texts.items() if len(text) >= _LONG and _letters(text) in of_text
    }
    found = []
    for line, text in (headings | alone).items():
        within = ((one, text.find(one)) for one in declared if len(one) >= _LONG and one in text)
        for words, start in (*_parts(text), *within):
            letters = _letters(words)
            is_title = parts[letters] and letters not in sites
            if is_title and len(letters) >= _SHORTEST and (words == text or letters in whole):
                is_first = sheet.hint(line).level == 1
                repeated = whole.count(letters), is_first, parts[letters], len(letters)
                found.append(((line in headings, *repeated, -line), (line, start, words)))
    # A heading that is a link is the name of the site.
    firsts = [
        (line, 0, text)
        for line, text in headings.items()
        if sheet.hint(line).level == 1
        and not sheet.source.links_on(line)
        and len(_letters(text)) >= _SHORTEST
    ]
    return max(found)[1] if found else firsts[0] if len(firsts) == 1 else None


def _parts(text: str) -> list[tuple[str, int]]:
    """Return a title and its parts in a row, each with its first column."""
    cuts = [match.span() for match in _PART.finditer(text)][:_MOST_PARTS]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
    return [(text[start:end], start) for n, start in enumerate(starts) for end in ends[n:]]


# -- date ------------------------------------------------------------------------------------------


def _find_date(sheet: Sheet, lines: Sequence[int], place: int) -> list[_Found]:
    """Return the date that the page declares or prints as its own; [] where that is doubtful."""
    stamps = [(dates.parse_timestamp(one.value), one.tag) for one in _of(sheet, "date")]
    times = list(dict.fromkeys(day for day, tag in stamps if day and tag == _TIME))
    found = [day for day, tag in stamps if day and tag == FOUND]
    declared = {day: tag for day, tag in reversed(stamps) if day and tag not in (_TIME, FOUND)}
    # The most precise of dates that agree stands for all.
    days = [day for day in declared if not any(one[: len(day)] == day < one for one in declared)]
    beside = lines[max(place - _NEAR, 0) : place + _NEAR + 1]
    printed = dict(reversed([*_printed_days(sheet, lines)]))
    both = [
        (day, line, "")
        for day in days
        if len(day) == 10 and (line := printed.get(day) or _line_with(sheet, beside, day))
    ]
    if len(both) == 1:
        return both
    if days:
        is_doubtful = len(days) > 1 or any(_printed_days(sheet, beside))
        return [] if is_doubtful else [(days[0], 0, declared[days[0]])]
    if times and (len(times) == 1 or times[0] in (*found, *printed)):
        return [(times[0], printed.get(times[0], 0), _TIME)]
    nearby = dict(_printed_days(sheet, lines[max(place - _NEARBY, 0) : place + _NEARBY + 1]))
    if len(nearby) == 1:
        return [(day, printed[day], "") for day in nearby]
    visible = sheet.visible()
    return [(day, line, "") for day in found if (line := _line_with(sheet, visible, day))]


def _short(sheet: Sheet, lines: Sequence[int]) -> list[tuple[int, str]]:
    """Return those of `lines` that may be a date or a byline, each with its words."""
    return [(line, text) for line in lines if len(text := sheet.line(line)) <= _LONGEST_DATELINE]


def _printed_days(sheet: Sheet, lines: Sequence[int]) -> Iterator[tuple[str, int]]:
    """Yield the days that `lines` print, each with its line."""
    for line, text in _short(sheet, lines):
        yield from ((date, line) for date, *_ in dates.find_all(text) if len(date) == 10)


def _line_with(sheet: Sheet, lines: Sequence[int], day: str) -> int:
    """Return the first of `lines` that shows the figures of a day, in any language; or 0."""
    year, month, number = map(int, day.split("-"))
    figures = rf"(?<![\d:])0?{number}(?![\d:])"
    shows = re.compile(rf"{figures}.*{year}|{year}.*{figures}")
    # With points between the figures, the day comes first.
    dotted = rf"(?<!\d)(?!0?{number}\.\s?0?{month}\.\s?{year}){_DOTTED}"
    fitting = (
        line
        for line, text in _short(sheet, lines)
        if shows.search(text) and not re.search(dotted, text)
    )
    return next(fitting, 0)


# -- authors ---------------------------------------------------------------------------------------


def _find_authors(sheet: Sheet, lines: Sequence[int], place: int) -> list[_Found]:
    """Return the authors that all tags name; [] where the tags differ.

    One list may have more names than another. Names that the page does not print count only in tags
    for libraries.
    """
    by_line = {line: _letters(sheet.line(line)) for line in sheet.visible()}
    text = "".join(by_line.values())
    near = lines[max(place - _NEARBY, 0) : place + _NEARBY + 1]
    below = takewhile(
        lambda n: sheet.hint(n).kind != "heading", lines[place + 1 : place + _NEARBY + 1]
    )
    bodies = {_letters(one.value) for field in ("institute", "title") for one in _of(sheet, field)}
    by_tag: dict[str, dict[str, _Found]] = {}
    named = ((one.tag, name) for one in _of(sheet, "authors") for name in _names(one.value))
    for tag, name in named:
        # Libraries write the family name first, and so do bylines in Korea and Japan.
        orders = (re.sub(r"^([^,]+), ([^,]+)$", r"\2 \1", name), name.replace(", ", " "))
        given = next((order for order in orders if _letters(order) in text), orders[0])
        letters = _letters(given)
        if letters not in bodies and (letters in text or _BIBLIOGRAPHIC.match(tag)):
            line = next((n for n, words in by_line.items() if letters in words), 0)
            # Who comments is of that class, too.
            if tag != _CLASS or line in near:
                by_tag.setdefault(tag, {})[letters] = (given, line, tag)
    shown = by_tag.pop(_CLASS, {}) or {
        _letters(name): (name, line, "") for line in below for name in _byline(sheet.line(line))
    }
    lists = list(by_tag.values()) or [shown]
    longest = max(lists, key=len)
    return [*longest.values()] if all(names.keys() <= longest.keys() for names in lists) else []


def _byline(text: str) -> list[str]:
    """Return the names in a line that has a label and nothing but names behind it."""
    return people(_BEFORE_NAMES.sub("", text)) if _BEFORE_NAMES.match(text) else []


def _names(text: str) -> list[str]:
    """Return the names in a declared value; [] where it is an address, or nobody's name."""
    text = _BEFORE_NAMES.sub("", normalise(text))
    if re.search(r"://|www\.|@", text) or len(text) > 150:
        return []
    names = byline_names(text) or [
        name for piece in re.split(r"\s*[;|/]\s*", text) for name in loose_names(piece)
    ]
    return [
        name
        for name in names
        if not (_NOBODY.fullmatch(name) or re.search(r"\d\d|:|^\W*\w{,2}\W*$", name))
    ]


# A publisher's own lines are surer than markup, and markup is surer than any form of plain text.
READER = Reader("page", knows, read, rank=55)
