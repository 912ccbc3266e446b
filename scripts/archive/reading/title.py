"""The title among the title-like lines of a page's head.

It is sure when it is printed twice, likely when it stands under a series label or alone on top of the text; a text whose
layout does not tell has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from archive.reading.model import Kind, Voice
from archive.reading.outline import heading_like
from archive.reading.sheet import Sheet
from archive.reading.vocabulary import (
    COUNTED,
    ENDS_IN_NOUN,
    EVENT,
    INSTITUTE,
    ISSUER,
    SERIES,
    SERIES_NUMBER,
    furniture,
    is_section,
)
from archive.sources.source import Span
from archive.text import dates
from archive.text.names import HONORIFIC, byline, people

# How far down a title is looked for again.
_LINES = 48
_MOST_TITLES = 5
# A line that is as long, and neither title-like nor furniture, is prose.
PROSE = 80
# On how many further lines a title goes on.
_MOST_WRAPPED = 2
# A question that stands alone is no longer.
_QUESTION = 200
BULLET = re.compile(r"^[•·■▪◦-]\s+")
_FENCED = re.compile(r"(?:[-―–]{2,}|—+)[^-―—–].*\w.*(?:[-―–]{2,}|—+)")
# Before a colon or in capitals only a kind of paper is a series; "Japan Outlook: …" and "Country Report: …" are titles.
_PAPER = re.compile(
    r"(?:[A-Z]{3,8} )?(?:Issue|Policy|Special|Working|Discussion|Research|Occasional) (?:Brief|Paper|Report|Memo)|"
    r"(?-i:[A-Z]{3,8}) \w+",
    re.IGNORECASE,
)
# No title has these outside brackets.
_RUN_TOGETHER = re.compile(
    r"\bVol\.? \d|\bNo\.? \d|\b(?:Edited|Prepared|Written) (?:by|for)\b|\bISSN\b", re.IGNORECASE
)
_KOREAN_STOP = re.compile(r"다\.\s")
_QUOTED = re.compile(r"[“\"‘'].*[”\"’']")
# What stands before a title on its line: "[Issue Brief 12] …", "EAI Special Report: …", "PacNet #68 – …", "DISCUSSION PAPER …".
_TAG = re.compile(r"\s*\[(?P<words>[^\]]{2,40})\]\s*(?=\S)")
_PREFIX = re.compile(
    r"\s*(?:(?P<words>[^:\[\]]{5,40}?)(?::|\s[–—-])|(?P<capitals>[A-Z]{4,12} [A-Z]{4,12}(?: \d{1,3})?)(?=\s[A-Z][a-z]))\s+(?=\S)"
)
_NAMED_TITLE = re.compile(r"\s*(?:Title|제목)\s*[:：]\s*(?=\S)")


@dataclass
class HeaderFindings:
    """What was found on the way down a head, by line."""

    twice: list[int]
    """The lines of a title that is printed twice."""
    titles: list[int] = field(default_factory=list)
    """Lines that may be the title."""
    series: int = 0
    byline: int = 0
    """The last line of the byline and the posts below it."""
    prose: int = 0
    """The line that ends the head."""
    listed: int = 0
    """The title-like line over a list that begins with the date: no other line of the head stands there."""
    event: bool = False
    dates: list[tuple[int, str, int]] = field(default_factory=list)
    """The dates found, as (rank, EDTF, line): the lower the rank, the surer that it is the text's own."""


@lru_cache(maxsize=1024)  # of one line it is asked again and again
def is_title_like(text: str) -> bool:
    """Whether a line could be a title, with its tag in brackets, or a subtitle between dashes; a name with a comma is none."""
    text = _TAG.sub("", text)
    if (day := dates.find(text)) and day[1] == 0 and re.fullmatch(r"\W*|\s*\(.*\)", text[day[2] :]):
        return False
    if _KOREAN_STOP.search(text) or (people(text) and ("," in text or HONORIFIC.match(text))):
        return False
    question = text.endswith("?") and heading_like(text[:-1]) and _is_capitalised(text)
    return question or heading_like(text) or bool(_FENCED.fullmatch(text))


def _is_capitalised(text: str) -> bool:
    """Whether nearly all longer words begin with a capital, as in a title and not in a question of the prose."""
    words: list[str] = re.findall(r"[^\W\d_]{4,}", text)
    return sum(word[0].isupper() for word in words) > 0.7 * len(words)


def goes_on(sheet: Sheet, line: int) -> list[int]:
    """The lines at once below that a title goes on with, after a colon or in lower case; none when `line` is no such title."""
    text, below = sheet.line(line), sheet.line(line + 1)
    if (
        text.endswith(":")
        and is_title_like(text[:-1])
        and sheet.filled(line + 1, line + 1)
        and is_title_like(below)
    ):
        return [line + 1]
    lines: list[int] = []
    while (
        is_title_like(text)
        and len(lines) < _MOST_WRAPPED
        and _is_rest(sheet.line(line + 1 + len(lines)))
    ):
        lines.append(line + 1 + len(lines))
    whole = (
        not sheet.line(line + 1 + len(lines)) and sheet.filled(line + 1, line + len(lines)) == lines
    )
    return lines if whole else []


def _is_rest(text: str) -> bool:
    """Whether a line could be the rest of a wrapped title."""
    return text[:1].islower() and len(text) < PROSE and not re.search(r"[.!?:;,]$", text)


def state_series(sheet: Sheet, line: int, series: str) -> None:
    """State the series, and the institute that its name begins with ("EAI Working Paper")."""
    sheet.state("series", series, line)
    if issuer := ISSUER.match(series):
        sheet.state("institute", issuer[0], line, "inferred")


def choose_title(sheet: Sheet, findings: HeaderFindings) -> None:
    """Choose the title among the title-like lines of the head and claim it; the others go back to the text."""
    institutes = [
        line
        for line in findings.titles
        if INSTITUTE.fullmatch(sheet.line(line)) and line not in findings.twice
    ]
    # Names in a row are a byline.
    findings.titles = [
        line
        for line in findings.titles
        if line not in institutes and len(people(sheet.line(line))) < 2
    ]
    _state_publisher(sheet, findings, institutes)
    under = [line for line in findings.titles if findings.series and line > findings.series]
    named = [line for line in under if not _QUOTED.fullmatch(sheet.line(line))]
    if sheet.states("title"):
        return
    if findings.twice or findings.listed:
        chosen = findings.twice[0] if findings.twice else findings.listed
    elif (
        not findings.titles
        or not findings.prose
        or len(findings.titles) > _MOST_TITLES
        or _FENCED.fullmatch(sheet.line(findings.titles[0]))
    ):
        return
    elif named:
        chosen = named[0]
        for line in under[: under.index(chosen)]:
            sheet.metadata("part of", line)
    elif len(findings.titles) > 1 and _claim_masthead(sheet, *findings.titles[:2]):
        chosen = findings.titles[1]
    elif (len(findings.titles) > 1 and not _is_first(sheet, findings.titles)) or not _is_title(
        sheet, findings, findings.titles[0]
    ):
        return
    else:
        chosen = findings.titles[0]
    _claim_title(sheet, chosen)
    _around_title(sheet, findings, chosen)


def _is_title(sheet: Sheet, findings: HeaderFindings, line: int) -> bool:
    """Whether a line is the title and neither cut nor a cover, a question, a part or a series of the site.

    "영상", "The News" and "Harbour Commentary" are as often the name of a part; over a byline only the last is. A line all in
    brackets names another text.
    """
    text = sheet.line(line)
    if (
        _is_cover(text)
        or _is_cut(sheet, line)
        or re.fullmatch(r"<[^<>]*>|《[^《》]*》|\[[^\[\]]*\]", text)
        or (len(text.split()) < 4 and ENDS_IN_NOUN.fullmatch(text))
    ):
        return False
    return findings.byline > 0 or not (
        re.fullmatch(r"\S+|[A-Za-z]+ (?:& )?[A-Za-z]+", text) or _is_question(sheet, line)
    )


def _is_question(sheet: Sheet, line: int) -> bool:
    """Whether a line is the first question of several, between which the answers stand."""
    asked = (
        n
        for n in sheet.filled(line + 1)
        if len(sheet.line(n)) < _QUESTION and sheet.line(n).endswith("?")
    )
    return sheet.line(line).endswith("?") and next(asked, None) is not None


def _is_cover(text: str) -> bool:
    """Whether a line is a cover run together: behind what may stand before a title it holds a count or an editor."""
    before = _TAG.match(text) or _PREFIX.match(text)
    return bool(
        _RUN_TOGETHER.search(re.sub(r"\([^()]*\)", "", text[before.end() if before else 0 :]))
    )


def _is_cut(sheet: Sheet, line: int) -> bool:
    """Whether a title goes on below in a way that does not show where it ends."""
    return (
        bool(sheet.filled(line + 1, line + 1))
        and sheet.line(line + 1)[:1].islower()
        and not goes_on(sheet, line)
    )


def _state_publisher(sheet: Sheet, findings: HeaderFindings, institutes: list[int]) -> None:
    """State the institute that a line of its own names; below a byline that is an author's house."""
    for line in institutes:
        if findings.titles and not (findings.byline and findings.byline < line):
            sheet.state("institute", sheet.line(line), line)
            sheet.metadata("institute", line)


def _is_first(sheet: Sheet, titles: list[int]) -> bool:
    """Whether the first of the title-like lines is the title, the next its subtitle or a head: no byline or button follows them.

    "Site's motto", "Title", "by …" looks as "Title", "Subtitle", "by …" does; and a short line may be the name of a blog.
    """
    first, second, *_ = titles
    if any(sheet.line(n) for n in range(first + 1, second)) or _FENCED.fullmatch(
        sheet.line(second)
    ):
        return True
    below = next(
        (n for n in range(second + 1, len(sheet.source) + 1) if sheet.line(n) and n not in titles),
        0,
    )
    return below in sheet.filled() and len(sheet.line(first).split()) > 3


def _claim_masthead(sheet: Sheet, line: int, below: int) -> bool:
    """Claim a first line that names an unknown series or the outlet; a title stands below it.

    An outlet or a section ("Japan Forward") is of two words at most and stands apart from a longer title, or holds it, too;
    three words over a longer line may be a title and its subtitle.
    """
    text = sheet.line(line)
    if len(text.split()) < 5 and ENDS_IN_NOUN.fullmatch(text):
        sheet.state("series", text, line)
        sheet.metadata("series", line)
    elif len(sheet.line(below).split()) > 4 and (
        (len(re.findall(r"\w+", text)) < 3 and below > line + 1)
        or _key(sheet.line(below)) in _key(text)
    ):
        sheet.furniture("outlet or section", line)
    else:
        return False
    return True


def _around_title(sheet: Sheet, findings: HeaderFindings, chosen: int) -> None:
    """Claim the teaser above the title and the subtitle below it."""
    for line in (n for n in sheet.filled(1, chosen - 1) if n in findings.titles):
        sheet.lines(Kind.STANDFIRST, line, voice=Voice.PUBLISHER)
    below = [line for line in sheet.filled(chosen) if line in findings.titles]
    # Over prose a line may be the first head of the text; over another head it is not.
    if below and (
        _FENCED.fullmatch(sheet.line(below[0]))
        or len(below) > 1
        or is_section(sheet.line(findings.prose))
    ):
        sheet.metadata("subtitle", below[0])


def _claim_title(sheet: Sheet, line: int) -> None:
    """State the title; a tag in brackets before it is the series when it reads like one."""
    whole = sheet.source.whole(line)
    start = _before_title(sheet, line)
    if start > whole.start:
        end = whole.start + len(sheet.source[line][whole.start : start].rstrip())
        sheet.claim(Kind.METADATA, Span(line, whole.start, end), rule="series")
    more = [sheet.source.whole(below) for below in goes_on(sheet, line)]
    sheet.state(
        "title",
        sheet.claim(Kind.METADATA, Span(line, start, whole.end), *more, rule="title").text,
        line,
    )


def _before_title(sheet: Sheet, line: int) -> int:
    """Where on its line the title begins; states the series and the number of what stands before it."""
    text = sheet.source[line]
    if found := _NAMED_TITLE.match(text):
        return found.end()
    tag, prefix = _TAG.match(text), _PREFIX.match(text)
    words = (
        tag["words"] if tag else (prefix["words"] or prefix["capitals"]) if prefix else ""
    ).strip()
    both = SERIES_NUMBER.fullmatch(words)
    series = both["series"].strip() if both else words
    known = bool(SERIES.fullmatch(series)) and (tag is not None or bool(_PAPER.fullmatch(series)))
    known = known or (both is not None and bool(COUNTED.fullmatch(both["number"])))
    if both and (tag or known):
        sheet.state("number", both["number"], line)
    if known or (tag and both):
        state_series(sheet, line, series)
    found = tag or (prefix if known else None)
    return found.end() if found else sheet.source.whole(line).start


def printed_twice(sheet: Sheet) -> list[int]:
    """The lines of a title that is printed again, whole or cut into two lines; the first printing first.

    The first stands above the prose. Of two printings in a row only those on top are a title's: a caption is printed twice, too.
    """
    texts = {line: sheet.line(line) for line in sheet.filled()[:_LINES]}
    keys = {line: _key(text) for line, text in texts.items() if len(text) < 250}
    after = dict(pairwise(texts))
    seen = 0
    for first, text in texts.items():
        if len(text) > PROSE and not (is_title_like(text) or furniture(text)):
            break
        if not is_title_like(text) or _is_known(text):
            continue
        for line in (
            n for n in keys if n > first and keys[n] and not (seen and n == after.get(first))
        ):
            below = after.get(line, 0)
            if keys[line] == keys[first]:
                return [first, line]
            if keys[line] + keys.get(below, "") == keys[first]:
                return [first, line, below]
        seen = first
    return []


def claim_twice(sheet: Sheet) -> None:
    """Claim a title that is printed twice, and no other."""
    if twice := printed_twice(sheet):
        _claim_title(sheet, twice[0])
        sheet.metadata("title", *twice[1:])


def _is_known(text: str) -> bool:
    """Whether a line is something that pages print twice and that is no title."""
    text = BULLET.sub("", text)
    number = SERIES_NUMBER.fullmatch(text)
    series = SERIES.fullmatch(number["series"].strip() if number else text)
    other = INSTITUTE.fullmatch(text) or EVENT.fullmatch(text) or dates.whole(text)
    return bool(
        series
        or other
        or furniture(text)
        or is_section(text)
        or byline(text)
        or len(text.split()) < 3
    )


def _key(text: str) -> str:
    """The letters of a title, without a tag in brackets before or behind it."""
    return "".join(re.findall(r"\w", re.sub(r"^\s*\[[^\]]*\]|\[[^\]]*\]\s*$", "", text).lower()))
