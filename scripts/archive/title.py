"""The title among the title-like lines of a page's head.

It is sure when it is printed twice, likely when it stands under a series label or alone on top of the text; a text whose
layout does not tell has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from archive import dates
from archive.labels import ENDS_IN_NOUN, EVENT, INSTITUTE, ISSUER, SERIES, SERIES_NUMBER, furniture, is_section
from archive.names import HONORIFIC, byline, people
from archive.outline import heading_like
from archive.reading import Kind, Voice
from archive.sheet import Sheet
from archive.source import Span

# How far down a title is looked for again.
_LINES = 48
_MOST_TITLES = 5
# A line that is as long, and neither title-like nor furniture, is prose.
_PROSE = 80
BULLET = re.compile(r"^[•·■▪◦-]\s+")
_FENCED = re.compile(r"[-―—–]{2,}.*\w.*[-―—–]{2,}")
_KOREAN_STOP = re.compile(r"다\.\s")
_QUOTED = re.compile(r"[“\"‘'].*[”\"’']")
_TAG = re.compile(r"\s*\[(?P<words>[^\]]{2,40})\]\s*(?=\S)")


@dataclass
class Head:
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
    event: bool = False


def is_title_like(text: str) -> bool:
    """Whether a line could be a title, with its tag in brackets, or a subtitle between dashes; a name with a comma is none."""
    text = _TAG.sub("", text)
    if _KOREAN_STOP.search(text) or (people(text) and ("," in text or HONORIFIC.match(text))):
        return False
    question = text.endswith("?") and heading_like(text[:-1]) and _is_capitalised(text)
    return question or heading_like(text) or bool(_FENCED.fullmatch(text))


def _is_capitalised(text: str) -> bool:
    """Whether nearly all longer words begin with a capital, as in a title and not in a question of the prose."""
    words: list[str] = re.findall(r"[^\W\d_]{4,}", text)
    return sum(word[0].isupper() for word in words) > 0.7 * len(words)


def goes_on(sheet: Sheet, line: int) -> int:
    """The line at once below that a title goes on with, after a colon or in lower case; 0 when `line` is no such title."""
    text, below = sheet.line(line), sheet.line(line + 1)
    if not below or not sheet.filled(line + 1, line + 1):
        return 0
    after_colon = text.endswith(":") and is_title_like(text[:-1]) and is_title_like(below)
    wrapped = is_title_like(text) and below[0].islower() and len(below) < _PROSE and not re.search(r"[.!?:;,]$", below)
    return line + 1 if after_colon or (wrapped and not sheet.line(line + 2)) else 0


def state_series(sheet: Sheet, line: int, series: str) -> None:
    """State the series, and the institute that its name begins with ("EAI Working Paper")."""
    sheet.state("series", series, line)
    if issuer := ISSUER.match(series):
        sheet.state("institute", issuer[0], line, "inferred")


def choose_title(sheet: Sheet, head: Head) -> None:
    """Choose the title among the title-like lines of the head and claim it; the others go back to the text."""
    head.titles = [line for line in head.titles if len(people(sheet.line(line))) < 2]  # names in a row are a byline
    under = [line for line in head.titles if head.series and line > head.series]
    named = [line for line in under if not _QUOTED.fullmatch(sheet.line(line))]
    if sheet.states("title"):
        return
    if head.twice:
        chosen = head.twice[0]
    elif not head.titles or not head.prose or len(head.titles) > _MOST_TITLES or _FENCED.fullmatch(sheet.line(head.titles[0])):
        return
    elif named:
        chosen = named[0]
        for line in under[: under.index(chosen)]:
            sheet.metadata("part of", line)
    elif len(head.titles) > 1 and _is_masthead(sheet, *head.titles[:2]):
        chosen = next((line for line in head.titles[1:] if not INSTITUTE.fullmatch(sheet.line(line))), head.titles[1])
    elif len(head.titles) > 1 and not _is_first(sheet, *head.titles[:2]):
        return
    elif re.fullmatch(r"[A-Za-z]+ ?[A-Za-z]*", sheet.line(head.titles[0])) and not head.byline:
        # "The News": two words alone are the head of a part as often as a title.
        return
    else:
        chosen = head.titles[0]
    _claim_title(sheet, chosen)
    _around_title(sheet, head, chosen)


def _is_first(sheet: Sheet, first: int, second: int) -> bool:
    """Whether the first of two title-like lines is the title, the second its subtitle or a head: no byline or button follows it.

    "Site's motto", "Title", "by …" looks as "Title", "Subtitle", "by …" does; and a short line may be the name of a blog.
    """
    if any(sheet.line(n) for n in range(first + 1, second)) or _FENCED.fullmatch(sheet.line(second)):
        return True
    below = next((n for n in range(second + 1, len(sheet.source) + 1) if sheet.line(n)), 0)
    return below in sheet.filled() and len(sheet.line(first).split()) > 3


def _is_masthead(sheet: Sheet, line: int, below: int) -> bool:
    """Claim a first line that names the publisher, an unknown series or the outlet; a title stands below it.

    An outlet or a section ("Japan Forward") is of three words at most and stands apart from a longer title, or holds it, too.
    """
    text = sheet.line(line)
    if INSTITUTE.fullmatch(text):
        sheet.state("institute", text, line)
        sheet.metadata("institute", line)
    elif len(text.split()) < 5 and ENDS_IN_NOUN.fullmatch(text):
        sheet.state("series", text, line)
        sheet.metadata("series", line)
    elif len(sheet.line(below).split()) > 4 and (
        (len(text.split()) < 4 and below > line + 1) or _key(sheet.line(below)) in _key(text)
    ):
        sheet.furniture("outlet or section", line)
    else:
        return False
    return True


def _around_title(sheet: Sheet, head: Head, chosen: int) -> None:
    """Claim what stands above the title (publisher, teaser) and the subtitle below it."""
    for line in (n for n in sheet.filled(1, chosen - 1) if n in head.titles):
        if INSTITUTE.fullmatch(sheet.line(line)):
            sheet.state("institute", sheet.line(line), line)
            sheet.metadata("institute", line)
        else:
            sheet.lines(Kind.STANDFIRST, line, voice=Voice.PUBLISHER)
    below = [line for line in sheet.filled(chosen) if line in head.titles]
    # Over prose a line may be the first head of the text; over another head it is not.
    if below and (_FENCED.fullmatch(sheet.line(below[0])) or len(below) > 1 or is_section(sheet.line(head.prose))):
        sheet.metadata("subtitle", below[0])


def _claim_title(sheet: Sheet, line: int) -> None:
    """State the title; a tag in brackets before it is the series when it reads like one."""
    whole = sheet.source.whole(line)
    start = whole.start
    if tag := _TAG.match(sheet.source[line]):
        start = tag.end()
        sheet.claim(Kind.METADATA, Span(line, whole.start, tag.end("words") + 1), rule="series")
        words = tag["words"].strip()
        if both := SERIES_NUMBER.fullmatch(words):
            sheet.state("number", both["number"], line)
            words = both["series"].strip()
        if both or SERIES.fullmatch(words):
            state_series(sheet, line, words)
    more = [sheet.source.whole(below)] if (below := goes_on(sheet, line)) else []
    sheet.state("title", sheet.claim(Kind.METADATA, Span(line, start, whole.end), *more, rule="title").text, line)


def printed_twice(sheet: Sheet) -> list[int]:
    """The lines of a title that is printed again, whole or cut into two lines; the first printing first.

    The first stands above the prose. Of two printings in a row only those on top are a title's: a caption is printed twice, too.
    """
    texts = {line: sheet.line(line) for line in sheet.filled()[:_LINES]}
    keys = {line: _key(text) for line, text in texts.items() if len(text) < 250}
    after = dict(pairwise(texts))
    seen = 0
    for first, text in texts.items():
        if len(text) > _PROSE and not (is_title_like(text) or furniture(text)):
            break
        if not is_title_like(text) or _is_known(text):
            continue
        for line in (n for n in keys if n > first and keys[n] and not (seen and n == after.get(first))):
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
    other = SERIES.fullmatch(text) or INSTITUTE.fullmatch(text) or EVENT.fullmatch(text) or dates.whole(text)
    return bool(other or furniture(text) or is_section(text) or byline(text) or len(text.split()) < 3)


def _key(text: str) -> str:
    """The letters of a title, without a tag in brackets before or behind it."""
    return "".join(re.findall(r"\w", re.sub(r"^\s*\[[^\]]*\]|\[[^\]]*\]\s*$", "", text).lower()))
