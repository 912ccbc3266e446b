"""Read the header of a saved page: what stands above the prose, and which line is the title.

A rule looks at one line and returns what it finds there; it claims nothing. The rules are tried in
order (RULES). Of the lines that may be the title, one is stated where the layout is unambiguous.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, takewhile

from archive.reading.footer import is_post, is_rights
from archive.reading.model import Finding, Kind
from archive.reading.outline import is_heading_like
from archive.reading.sheet import Sheet
from archive.reading.vocabulary import (
    AROUND_DATE,
    COUNTED,
    DATE_LABEL,
    ENDS_IN_SERIES_NOUN,
    EVENT,
    HOURS,
    HOUSE_PART,
    INSTITUTE,
    NUMBER,
    SALUTATION,
    SERIES,
    SERIES_NUMBER,
    SPEAKER,
    TWO_COUNTS,
    furniture_rule,
    is_section_heading,
    part_institutes,
)
from archive.sources.source import Span
from archive.text import dates
from archive.text.names import (
    CONTACT,
    HAN_NAME,
    HONORIFIC,
    bare_byline,
    byline_names,
    has_byline_label,
    names_beside,
    people,
)

# A longer line that is neither title-like nor furniture is prose.
MIN_PROSE_LENGTH = 80
# A header is short; a longer run of short lines is a menu or a table.
_HEADER_LINES = 24
# What parts the pieces of a line; a label behind a space does, too.
_SEPARATOR = re.compile(
    r"\s*[|•·]\s*|\s+[/–—-]\s+|"
    r"\s+(?=(?:작성자|저자|등록일|작성일|조회수?|Views?|Hits?|作者|时间|来源|点击|浏览|日期)\s*:)"
)
_BULLET = re.compile(r"^[•·■▪◦-]\s+(?!.*\s-$)")
_FENCED = re.compile(r"-\s.*\w.*\s-|(?:[-―–]{2,}|—+)[^-―—–].*\w.*(?:[-―–]{2,}|—+)")
# Labels of the site whose value, of one of these forms, is on the next line.
_LABEL_ABOVE = re.compile(
    r"(?:Media )?Contacts?:?|(?:Recommended|Suggested) Citation:?|(?:다운로드|조회)\s?수|Views?|"
    r"Downloads?",
    re.IGNORECASE,
)
_VALUE_BELOW = re.compile(rf"{CONTACT.pattern}|\d{{4}}|^[\d,]+$", re.IGNORECASE)
# Below the title, "Interview with" tells an author; right below a date, an outlet in brackets does.
_NAME_WITHIN = re.compile(
    r"(?i:(?:An )?Interview with )(?P<name>.{4,60})|(?P<writer>[^()]{4,60}) \([^()]{4,60}\)"
)
# A month or a day instead of a place makes the date the end of a period ("Sep — Dec 2016").
_PERIOD_START = re.compile(
    rf"(?:{'|'.join(month[:3] for month in dates.MONTHS)})|\d", re.IGNORECASE
)
# Before a colon or in capitals, only a kind of paper is a series: "Japan Outlook: …" and
# "Country Report: …" are titles.
_PAPER = re.compile(
    r"(?:[A-Z]{3,8} )?(?:Issue|Policy|Special|Working|Discussion|Research|Occasional) (?:Brief|"
    r"Paper|Report|Memo)|(?-i:[A-Z]{3,8}) \w+",
    re.IGNORECASE,
)
# A title has none of these outside brackets, and no bar at its end.
_RUN_TOGETHER = re.compile(
    r"\bVol\.? \d|\bNo\.? \d|\b(?:Edited|Prepared|Written) (?:by|for)\b|\bISSN\b|[|/]$|"
    r"^(?-i:[A-Z]{2,4} ?\d{2,6}|No\.? ?\d{1,4})\s[|:]|"
    r"^(?-i:[A-Z]{4,12} [A-Z]{4,12}(?: \d{1,3})? [A-Z][a-z])",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:written|translated|edited|prepared|compiled) by\b|\" by (?-i:[A-Z])", re.IGNORECASE
)
_IN_QUOTES_OR_BRACKETS = re.compile(r"[\"'].*[\"']|<[^<>]*>|《[^《》]*》|\[[^\[\]]*\]")
# What may precede a title on its line: "[Issue Brief 12] …", "EAI Special Report: …" and
# "PacNet #68 – …".
_TAG = re.compile(r"\s*\[(?P<words>[^\]]{2,40})\]\s*(?=\S)")
_PREFIX = re.compile(r"\s*(?P<words>[^:\[\]]{5,40}?)(?::|\s[–—-])\s+(?=\S)")
_LABELLED = re.compile(
    r"\s*(?:Title|Subject|Re|To|From|Cc|題名|标题)\s*:|\s*[가-힣]{2,3}\s*:(?:\s*\S+){1,2}$",
    re.IGNORECASE,
)
# Above a title, a word or two of these letters name a series or section, and no title has so few.
_HEADWORD = re.compile(r"[가-힣぀-ヿ一-鿿]")
# Chinese and Japanese are written without spaces: two letters count as a word.
_UNSPACED = re.compile(r"[぀-ヿ一-鿿]")
_STARTS_WITH_KANA = re.compile(r"[぀-ヿ「『【“].{7,60}(?<![。、!])")
_LIKE_NAME = re.compile(r"[一-鿿々]{2,5}(?: [一-鿿々ぁ-ん]{1,4})?|[가-힣]{2,4} 기자")
# The rule for lines that may be the title.
_CANDIDATE = "candidate"
_MENUS = ("menu", "breadcrumb")
# The kinds of the lines of a header: a letter by the rule that found them. Furniture has ".".
_KINDS = {
    "series": "S", "number": "n", "date": "D", "authors": "B", "affiliation": "a", "contact": "a",
    "institute": "a", "beside the title": "x", "date of two readings": "D",
}  # fmt: skip
# The layouts in which the title is certain, each with an example: patterns of these letters, a line
# each, down to the prose (P). Lines that may be the title: L (five words or more), T, K (one or two
# words), Q (a question), u (not explained). Others: H (a series or outlet), f (a subtitle between
# dashes), q (quoted), b (like a name), B (byline), a (a post or site), D (date), Z (date with a
# series), S (series), I (institute), n (number), x (beside the title) and "." (furniture, or a
# sentence).
TITLE_LAYOUTS = (
    # Nothing else may be the title. Below series and date, it may be the first of several texts.
    (
        r"^(?![^B]*[SHn][^TLB]*D[^B]*P)[^TLKQqx]*(?P<title>[TL])\.*f?[^TLKQHqfu]*(?:B[^TLQq]*)?P",
        "SDTBP",
    ),
    # Short, or a question: right above the byline.
    (r"^[^TLKQqx]*(?P<title>[KQq])[^TLKQqfu]*B[^TLKQHq]*P", "KBDP"),
    # The first below the name of a series, and not below a date without byline; a short one may
    # be a topic.
    (
        r"^[^TLKQqBDZ]*(?=S[^TLKQHuD]*[TLKQ]|[^B]*B)[SZ][^TLKQHu]*"
        r"(?P<title>[TL]|[KQ](?=[^TLKQHq]*P))[^uP]*P",
        "STTBP",
    ),
    # Below the label of a page with its reading time, also below a teaser.
    (r"^[^BDZ]*S\.+(?P<title>[TL])[^uP]*P", "LS.TTP"),
    # Between the name of a series and a byline or date, also below an outlet.
    (r"^[^BDZ]*[SZ][^TLKQHqu]*(?P<title>[TLQ])[^TLKQHqfuBDZ]*[BDZ][^TLKQHq]*P", "TSTBP"),
    # A long one below short ones: a menu, or a topic above other lines.
    (
        r"^(?=[^TL]*(?:\.|K[^TL]*K|K[^TL]*[DHS].*B))[^TLQqx]*(?P<title>L)[^TLKQHqfu]*(?:B[^TLQq]*)?P",
        ".KLBP",
    ),
    # The only one above the byline, and a heading right above the prose.
    (r"^[^TLKQqx]*(?P<title>[TL])[^TLKQHqu]*B[^TLKQHq]*[TLKQHq]P", "TBDTP"),
)


@dataclass
class Header:
    """A header as it is read from the top; lines are given by number, 0 if none.

    `repeated` has the lines of a title that is printed twice, first printing first, and `titles`
    those that may be the title. `kinds` has a letter for each line. `byline` is the last line of
    the byline, posts and affiliations included. `in_list` tells whether the line at hand is an item
    of a list, as on the pages of some sites; `is_event` whether the page announces an event, with
    its own dates and people.
    """

    sheet: Sheet
    repeated: list[int]
    titles: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    kinds: dict[int, str] = field(default_factory=dict)
    byline: int = 0
    in_list: bool = False
    is_event: bool = False

    def text(self, line: int) -> str:
        """Return a line without the bullet before it and the bar behind it."""
        return _BULLET.sub("", re.sub(r"(?<=\S)\s*[|/]$", "", self.sheet.line(line)))

    def add(self, finding: Finding) -> None:
        """Keep a finding and claim its lines."""
        self.is_event |= finding.rule == "event"
        kind = _KINDS.get(finding.rule, ".")
        if finding.names or finding.rule in ("affiliation", "contact", "label with its value"):
            self.byline = max(finding.lines)
        if finding.rule == _CANDIDATE:
            self.titles.append(finding.lines[0])
        elif finding.date:
            kind = "B" if finding.names else "Z" if "series" in finding.fields else "D"
        self.kinds |= dict.fromkeys(finding.lines, kind)
        self.findings.append(finding)
        self.sheet.claim_finding(finding)


def read_header(sheet: Sheet, *, states_title: bool = True) -> None:
    """Claim the title, byline, dates, labels and furniture above the first prose."""
    header = Header(sheet, find_repeated_title(sheet) if states_title else [])
    last_sure = _last_sure_line(sheet)
    if header.repeated:
        sheet.claim_metadata("title", *header.repeated[1:])
    for line in sheet.unclaimed()[:_HEADER_LINES]:
        text = header.text(line)
        header.in_list = bool(_BULLET.match(sheet.line(line)))
        is_prose = is_section_heading(text) or len(text) > 300
        rules = _SITE_RULES if is_prose else RULES
        found = (rule(header, line, text) for rule, _ in rules)
        if not sheet.unclaimed(line, line):
            continue
        if line in header.repeated:
            header.add(Finding(_CANDIDATE, (line,), kind=None))
        elif finding := next(filter(None, found), None):
            header.add(finding)
        elif is_prose or line > last_sure:
            header.kinds[line] = "P"
            break
        else:
            # A teaser of a sentence or two may stand above byline and date.
            is_sentence = len(text) >= MIN_PROSE_LENGTH or re.search(r"[.!?。)]$", text)
            header.kinds[line] = "." if is_sentence else "u"
    title = _claim_title(header) if states_title else 0
    _state_findings(header)
    _claim_above_title(header, title)


def _state_findings(header: Header) -> None:
    """State series and number, the authors and the date. An event states no people and no date.

    What stands above a menu is an item of it. A labelled date goes before others, and two dates
    that differ state nothing.
    """
    sheet = header.sheet
    heads = takewhile(lambda found: not (found.names or found.date), header.findings)
    menu = max((n for n, found in enumerate(heads) if found.rule in _MENUS), default=0)
    for found in header.findings[menu:]:
        for name, value in found.fields.items():
            sheet.state(name, value, found.lines[0])
    if header.is_event:
        return
    # Names below another title are those of another text.
    known = re.findall(r"^[^B]*B?[^TLQqf]*", "".join(header.kinds.values()))
    last = [*header.kinds, 0][len(known[0]) - 1]
    for found in header.findings:
        sheet.add_authors(found.names if found.lines[0] <= last else (), found.lines[0])
    dated = [(*found.date, found.lines[0]) for found in header.findings if found.date]
    best = min((rank for rank, *_ in dated), default=0)
    lines = {date: line for rank, date, line in reversed(dated) if rank == best}
    longest = max(lines, key=len, default="")
    # A date without a day dates only the issue if another line has a day.
    top = takewhile(lambda row: len(row[1]) < MIN_PROSE_LENGTH, sheet.texts())
    days = (date for _, text in top for date, *_ in dates.find_all(text) if len(date) == 10)
    others = days if len(longest) < 10 else ()
    if longest and all(longest.startswith(date) for date in (*lines, *others)):
        sheet.state("date", longest, lines[longest])


# The rules for lines of the site, of an event, and those that are certainly of the header.


def _find_site_line(header: Header, line: int, text: str) -> Finding | None:
    """Find a label of the site with its value on the next line, or any other furniture."""
    below = header.sheet.next_unclaimed(line)
    value = header.text(below)
    if _LABEL_ABOVE.fullmatch(text):
        lines = (line, below) if _VALUE_BELOW.search(value) or people(value) else (line,)
        return Finding("label with its value", lines, Kind.FURNITURE)
    rule = furniture_rule(text)
    return Finding(rule, (line,), Kind.FURNITURE) if rule else None


def _find_event(_: Header, line: int, text: str) -> Finding | None:
    """Find the label of an event, its hours, one of its speakers or an item of its programme."""
    hours = HOURS.search(text) if len(text) < 100 else None
    if not (hours or SPEAKER.fullmatch(text) or EVENT.fullmatch(text)):
        return None
    is_label = EVENT.fullmatch(text) or (hours and hours.end() > len(text) - 8)
    return Finding("event", (line,), Kind.FURNITURE if is_label else None)


# The rules for the lines between them.


def _find_series(header: Header, line: int, text: str) -> Finding | None:
    """Find "Commentary", "No. 12" or "Issue Brief No. 12"; in a list only below the title."""
    fields = {} if header.in_list and not header.titles else _parse_series(text.rstrip(" :"))
    return (
        Finding("series" if "series" in fields else "number", (line,), fields=fields)
        if fields
        else None
    )


def _parse_series(text: str, *, dated: bool = False) -> dict[str, str]:
    """Parse a text that is nothing but a series, a number or both; {} for any other text.

    Any name counts as a series before two numbers ("Global Asia Vol. 16, No. 3"). A name that ends
    in a noun of series does so before one number, if a date follows.
    """
    text = re.sub(r"\s*\(\d{4}\)$", "", text)
    if number := NUMBER.fullmatch(text):
        return {"number": number["number"]}
    if match := SERIES_NUMBER.fullmatch(text):
        series = match["series"].strip()
        if (
            SERIES.fullmatch(series)
            or TWO_COUNTS.fullmatch(match["number"])
            or (dated and ENDS_IN_SERIES_NOUN.fullmatch(series))
        ):
            return {"series": series, "number": match["number"]}
    return {"series": text} if SERIES.fullmatch(text) else {}


def _find_dateline(header: Header, line: int, text: str) -> Finding | None:
    """Find a line with one date, and what may stand beside it.

    Examples are "Singapore | 29 April 2021", "By Jane Roe / 2005-04-21 / View 12" and
    "February 1, 2019 28 min read". A place or an outlet may be beside it, of five words at most.
    """
    if len(text) < 40 and dates.two_readings(text):
        return Finding("date of two readings", (line,), kind=None)
    date, pieces = _part_dateline(text)
    labels = [piece for piece in pieces if DATE_LABEL.fullmatch(piece)]
    fields: dict[str, str] = {}
    names: list[str] = []
    unknown: list[str] = []
    for piece in pieces:
        if series := _parse_series(piece, dated=True):
            fields = series | fields
        elif found := _names_beside_date(header, piece, text):
            names += found
        elif not (furniture_rule(piece) or piece in labels):
            unknown.append(piece)
    if (
        not date
        or len(unknown) > 1
        or any(len(piece.split()) > 5 or _PERIOD_START.match(piece) for piece in unknown)
    ):
        return None
    rank = 0 if labels else 2 if unknown else 1
    return Finding("date", (line,), fields=fields, names=tuple(names), date=(rank, date))


def _part_dateline(text: str) -> tuple[str, list[str]]:
    """Return the date in a line, and what is before and behind it in pieces.

    Weekdays and times of day belong to the date.
    """
    date, start, end = dates.find(text) or ("", len(text), len(text))
    before = AROUND_DATE.sub("", "| " + re.sub(r"\s+on$", "", text[:start].rstrip(" ,")))[1:]
    behind = AROUND_DATE.sub("", "|" + text[end:])[1:]
    pieces = [*_SEPARATOR.split(before), *_SEPARATOR.split(behind)]
    stripped = (piece.strip(" ,()|/-–—") for piece in pieces)
    return date, [piece for piece in stripped if piece]


def _names_beside_date(header: Header, piece: str, text: str) -> list[str]:
    """Return the names in a piece of a dateline.

    Bare names count only below the title, without a comma before the date ("Harbor City, 5 May
    2021" names a place), and without a byline beside them ("By Jane Roe | 5 May 2021 | Ports").
    """
    is_bare = not has_byline_label(piece) and people(piece)
    is_other = f"{piece}," in text or not header.titles or has_byline_label(text)
    return [] if is_bare and is_other else byline_names(piece)


def _find_byline(header: Header, line: int, text: str) -> Finding | None:
    """Find a byline, a post or affiliation right below one, or a mail address."""
    sheet = header.sheet
    bare = CONTACT.sub("", text).strip(" ,|/-")
    names = byline_names(bare)
    kind, by, rest = text.partition(" by ")
    fields = {"series": kind} if by and SERIES.fullmatch(kind) else {}
    is_name = people(text) or HAN_NAME.fullmatch(text)
    if fields:
        names = byline_names(rest)
    elif header.titles and not names and (match := _NAME_WITHIN.fullmatch(text)):
        is_dated = any(found.date and line - 1 in found.lines for found in header.findings)
        names = people(match["name"] or (match["writer"] if is_dated else ""))
    elif not names and has_byline_label(text) and INSTITUTE.fullmatch(bare_byline(text)):
        names = [bare_byline(text)]
    elif is_name and not has_byline_label(text):
        names = (names or [text]) if _is_bare_byline(header, line, names or [text]) else []
    if header.byline and text.lower().startswith("reviewed by "):
        names = []
    if names and not header.is_event:
        return Finding("authors", (line,), fields=fields, names=tuple(names))
    if not bare:
        return Finding("contact", (line,))
    is_below = header.byline and not any(sheet.line(n) for n in range(header.byline + 1, line))
    return Finding("affiliation", (line,)) if is_below and is_post(text) else None


def _is_bare_byline(header: Header, line: int, names: list[str]) -> bool:
    """Tell whether bare names on a line are the authors: beside a post, or between title and date.

    Above them, one line may be the title and is the last that is not explained. "Camp David" looks
    like a name, but then its words are in the title or the text, too. A name in two scripts is one.
    """
    sheet, own = header.sheet, header.text(line)
    below = header.text(sheet.next_unclaimed(line))
    above = max((n for n in range(1, line) if sheet.line(n)), default=0)
    label = sheet.line(above)
    if (
        names_beside(own)
        or (len(label) < 12 and has_byline_label(f"{label}:"))
        or (is_post(below) and not byline_names(below))
        or CONTACT.fullmatch(below)
        or re.match(rf"(?:{re.escape(own)}|The (?:author|writer)) is ", below)
    ):
        return True
    # Names with a post are more certain.
    has_better = any(
        byline_names(text) and not people(text) for _, text in sheet.texts(line + 1)[:6]
    )
    kinds = [_kind_of_candidate(header, title) for title in header.titles]
    is_title = len(kinds) < 2 or (kinds[-1] in "TLQq" and not {*kinds[:-1]} & {*"TLQq"})
    last = header.titles[-1] if header.titles else 1
    is_below_title = (
        (header.titles or "title" in sheet.statements)
        and is_title
        and sheet.unclaimed(last, line - 1) == header.titles[-1:]
    )
    # Names on several lines are authors together.
    rest = [text for _, text in sheet.texts(line + 1)[:6] if not (header.titles and people(text))]
    is_over_date = dates.find((*rest, "")[0]) and _is_byline_or_date(rest[0])
    is_bare = (is_over_date and not (people(label) and sheet.unclaimed(above, above))) or (
        is_below_title and not (has_better or own.isupper() or re.search("[가-힣]", own))
    )
    is_heading = sheet.hint(line).kind == "heading"
    return bool(is_bare) and not (is_heading or _are_words(header, names))


def _are_words(header: Header, names: list[str]) -> bool:
    """Tell whether the title or the text has a word of the names as a word, or in lower case."""
    text = "\n".join(header.sheet.source.lines)
    title = header.sheet.line(header.titles[-1]) if header.titles else ""
    words = [word for name in names for word in name.split() if len(word) > 2]
    # Four words with capitals are a title rather than a name, except for initials.
    is_long = any(re.fullmatch(r"([A-Z][a-z]+ ?){4,}", name) for name in names)
    return is_long or any(
        word in title
        or (word.lower() != word and re.search(rf"\b{re.escape(word.lower())}\b", text))
        for word in words
    )


def _find_candidate(header: Header, line: int, text: str) -> Finding | None:
    """Find a line that may be the title."""
    are_words = _are_words(header, people(text))
    if header.titles and (are_words or _BY.search(text)):
        return Finding("beside the title", (line,), kind=None)
    if header.in_list or not (are_words or is_title_like(text)):
        return None
    return Finding(_CANDIDATE, (line,), kind=None)


# The rules in the order in which they are tried, each with a line that it finds; those of the site
# find lines also where prose seems to begin.
_SITE_RULES = (
    (_find_site_line, "Print Share Facebook"),
    (_find_event, "10:00 am - 11:30 am"),
)
RULES = (
    *_SITE_RULES,
    (_find_series, "Issue Brief No. 12"),
    (_find_dateline, "By Jane Roe / 2005-04-21 / View 12"),
    (_find_byline, "Mara Lindqvist, Senior Fellow"),
    (_find_candidate, "Three Futures for the Harbor"),
)


def _last_sure_line(sheet: Sheet) -> int:
    """Return the last byline or date that is certainly in the header, or 0.

    A teaser of a sentence or two may stand above it. A quotation praises the site instead, and has
    a name and a date of its own.
    """
    rows = takewhile(
        lambda row: (
            not (
                len(row[1]) > (MIN_PROSE_LENGTH if row[1][0] == '"' else 300)
                or is_section_heading(row[1])
            )
        ),
        ((line, _BULLET.sub("", text)) for line, text in sheet.texts()[:_HEADER_LINES]),
    )
    return max([line for line, text in rows if _is_byline_or_date(text)][:2], default=0)


def _is_byline_or_date(text: str) -> bool:
    """Tell whether a line is a byline with its label, or a date alone or with names."""
    date, pieces = _part_dateline(text)
    return all(
        DATE_LABEL.fullmatch(piece) or furniture_rule(piece) or byline_names(piece)
        for piece in pieces
    ) and bool(not furniture_rule(text) and (date or (pieces and has_byline_label(text))))


# Which of the lines that may be the title is one.


@lru_cache(maxsize=1024)  # the same lines are looked at again and again
def is_title_like(text: str) -> bool:
    """Tell whether a line may be a title, with its tag in brackets, or a subtitle between dashes.

    A line with a date, a person or byline, a salutation or the kind of a text is not.
    """
    text = _TAG.sub("", text)
    names, pieces = people(text), _SEPARATOR.split(text)
    if (
        dates.find(text)
        or dates.two_readings(text)
        or (all(len(piece.split()) < 4 for piece in pieces) and any(map(SERIES.fullmatch, pieces)))
        or (names and ("," in text or len(names) > 1 or HONORIFIC.match(text)))
        or ((byline_names(text) or HAN_NAME.fullmatch(text)) and not names)
        or SALUTATION.match(text)
        or is_rights(text)
        or _LABELLED.match(text)
        or _BY.search(text)
        or re.search(r"다\.\s|。|\S@\S|https?:|[a-z]{3}[.!]\s[A-Z]", text)
    ):
        return False
    return is_heading_like(text) or bool(_FENCED.fullmatch(text) or _STARTS_WITH_KANA.match(text))


def _size(text: str) -> int:
    """Return the number of words; two Chinese or Japanese letters are one."""
    return len(_UNSPACED.sub("", text).split()) + (len(_UNSPACED.findall(text)) + 1) // 2


def _claim_title(header: Header) -> int:
    """Claim the title among the lines that may be it; return its line, or 0.

    It is printed twice, or a layout shows it. The others stay in the text.
    """
    sheet, kinds = header.sheet, header.kinds
    kinds |= {line: _kind_of_candidate(header, line) for line in header.titles}
    institutes = {line for line in header.titles if kinds[line] == "I"} - {*header.repeated}
    sheet.titles = header.titles = [line for line in header.titles if line not in institutes]
    # Below a byline, the name of an institute is an affiliation.
    for line in sorted(institutes):
        if header.titles and not 0 < header.byline < line:
            sheet.claim_value("institute", sheet.line(line), line)
    found = (re.search(layout, "".join(kinds.values())) for layout, _ in TITLE_LAYOUTS)
    shown = [list(kinds)[layout.start("title")] for layout in found if layout]
    title = 0 if "title" in sheet.statements else [*header.repeated, *shown, 0][0]
    if title:
        claim_title_from(sheet, title, _title_start(sheet, title))
    return title


def _kind_of_candidate(header: Header, line: int) -> str:
    """Return the letter of a line that may be the title (see TITLE_LAYOUTS)."""
    sheet, text = header.sheet, header.sheet.line(line)
    preceding = _TAG.match(text) or _PREFIX.match(text)
    words = re.sub(r"\([^()]*\)", "", text[preceding.end() if preceding else 0 :])
    numbered = SERIES_NUMBER.fullmatch(re.sub(r"\s*\([^()]*\)$", "", text))
    rest = sheet.line(line + 1) if sheet.unclaimed(line + 1, line + 1) else ""
    longer = (
        key for other in header.titles if other > line if (key := _title_key(sheet.line(other)))
    )
    is_quoted = _IN_QUOTES_OR_BRACKETS.fullmatch(text)
    # Right above a date, it is more like the name of a person than of a section.
    below = next((kind for other, kind in header.kinds.items() if other > line), "")
    kinds = {
        "b": below == "D" and _LIKE_NAME.fullmatch(text),
        "I": all(map(INSTITUTE.fullmatch, part_institutes(text))),
        "f": _FENCED.fullmatch(text),
        # A part of a title that was wrapped, all in brackets, or run together in a PDF.
        "u": rest[:1].islower()
        or sheet.line(line - 1).endswith(":")
        or (rest and text[-1] == ":")
        or (is_quoted and text[0] not in "\"'")
        or _RUN_TOGETHER.search(words),
        "H": _is_series(text.rstrip(" 0123456789./-"))
        or (_size(text) < 3 and (_HEADWORD.search(text) or ENDS_IN_SERIES_NOUN.match(text)))
        or (numbered and ENDS_IN_SERIES_NOUN.fullmatch(numbered["series"]))
        or (_size(text) < 6 and HOUSE_PART.fullmatch(text))
        or (numbered and COUNTED.match(text))
        or any(key in _title_key(text) for key in longer),
        # Not a word.
        "n": not re.search(r"[^\W\d_]", text),
        "q": is_quoted,
        "Q": text[-1] == "?",
        # A person, or a name of the site.
        "a": _size(text) < 3 and people(text) and not _are_words(header, people(text)),
        "K": _size(text) < 3,
        "L": _size(text) > 4,
    }
    return next((kind for kind, applies in kinds.items() if applies), "T")


def _is_series(text: str) -> bool:
    """Tell whether a line names a series and no topic.

    It has four words at most and ends in a noun of series; the plural of several has five.
    """
    is_named = ENDS_IN_SERIES_NOUN.fullmatch(text) and not text.endswith(("Studies", "Analysis"))
    return bool(is_named and len(text.split()) < (6 if text.endswith("s") else 5))


def _claim_above_title(header: Header, title: int) -> None:
    """Claim what may be a title, or is short, above the title, and a subtitle between dashes.

    What the record does not hold is shown where it stands.
    """
    sheet = header.sheet
    for line, text in sheet.texts(1, title - 1):
        if line in header.titles and _is_series(text):
            sheet.state("series", text, line)
        if line in header.titles or _size(text) < 5:
            sheet.claim_metadata("above the title", line)
    below = sheet.next_unclaimed(title)
    if title and _FENCED.fullmatch(sheet.line(below)):
        sheet.claim_metadata("subtitle", below)


def claim_title_from(sheet: Sheet, line: int, start: int) -> None:
    """Claim and state the title from column `start` of a line on; before it stands the series."""
    whole = sheet.source.line_span(line)
    end = len(sheet.source[line][:start].rstrip())
    sheet.claim_pieces(line, whole.start, (end, Kind.METADATA, "series"))
    span = Span(line, start, whole.end)
    sheet.claim(Kind.METADATA, span, rule="title")
    sheet.state("title", sheet.source.text((span,)), line)


def _title_start(sheet: Sheet, line: int) -> int:
    """Return the column where the title begins; state the series and number before it."""
    text = sheet.source[line]
    tag = _TAG.match(text)
    preceding = tag or _PREFIX.match(text)
    words = preceding["words"].strip() if preceding else ""
    numbered = SERIES_NUMBER.fullmatch(words)
    series = numbered["series"].strip() if numbered else words
    is_series = (SERIES.fullmatch(series) and (tag or _PAPER.fullmatch(series))) or (
        numbered and COUNTED.fullmatch(numbered["number"])
    )
    if not preceding or not (tag or is_series):
        return sheet.source.line_span(line).start
    sheet.state("number", numbered and numbered["number"], line)
    sheet.state("series", series if is_series or numbered else None, line)
    return preceding.end()


def find_repeated_title(sheet: Sheet) -> list[int]:
    """Return the lines of a title that is printed again, on one line or two; [] if none is.

    Both are among 48 lines with words, and the first printing stands above the prose. Two printings
    in a row count only at the top, since a caption is printed twice, too.
    """
    texts = dict(sheet.texts()[:48])
    keys = {line: _title_key(text) for line, text in texts.items() if len(text) < 250}
    below = dict(pairwise(texts))
    top = takewhile(
        lambda row: (
            len(row[1]) <= MIN_PROSE_LENGTH or is_title_like(row[1]) or furniture_rule(row[1])
        ),
        texts.items(),
    )
    candidates = [
        line
        for line, text in top
        if is_title_like(text)
        and _size(text) > 2
        and not (_is_series(text) or is_section_heading(text) or SERIES_NUMBER.fullmatch(text))
    ]
    printings = (
        [first, line, *more]
        for first in candidates
        for line in keys
        if line > first and keys[line] and (first == candidates[0] or line != below[first])
        for more in ([], [below.get(line, 0)])
        if keys[line] + "".join(keys.get(n, "") for n in more) == keys[first]
    )
    return next(printings, [])


def _title_key(text: str) -> str:
    """Return the letters of a title without a tag in brackets before or behind it."""
    return "".join(re.findall(r"\w", re.sub(r"^\s*\[[^\]]*\]|\[[^\]]*\]\s*$", "", text).lower()))
