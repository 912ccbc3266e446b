"""Find the title among the title-like lines of a page header.

A line is certainly the title when it is printed twice, and probably when it stands under the name
of a series or alone above the text. Where the layout does not tell, no title is stated.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, takewhile

from archive.reading.model import Kind, Voice
from archive.reading.outline import is_heading_like
from archive.reading.sheet import Sheet
from archive.reading.vocabulary import (
    COUNTED,
    ENDS_IN_SERIES_NOUN,
    EVENT,
    INSTITUTE,
    ISSUER,
    SERIES,
    SERIES_NUMBER,
    furniture_rule,
    is_section_heading,
    part_institutes,
)
from archive.sources.source import Span
from archive.text import dates
from archive.text.names import HONORIFIC, byline_names, people

# A longer line that is neither title-like nor furniture is prose.
MIN_PROSE_LENGTH = 80
SEPARATOR = re.compile(r"\s*[|•·]\s*|\s+[/–—-]\s+")
BULLET = re.compile(r"^[•·■▪◦-]\s+")
_FENCED = re.compile(r"(?:[-―–]{2,}|—+)[^-―—–].*\w.*(?:[-―–]{2,}|—+)")
# Before a colon or in capitals, only a kind of paper is a series: "Japan Outlook: …" and
# "Country Report: …" are titles.
_PAPER = re.compile(
    r"(?:[A-Z]{3,8} )?(?:Issue|Policy|Special|Working|Discussion|Research|Occasional) (?:Brief|"
    r"Paper|Report|Memo)|(?-i:[A-Z]{3,8}) \w+",
    re.IGNORECASE,
)
# A title has none of these outside brackets.
_RUN_TOGETHER = re.compile(
    r"\bVol\.? \d|\bNo\.? \d|\b(?:Edited|Prepared|Written) (?:by|for)\b|\bISSN\b", re.IGNORECASE
)
_BY = re.compile(r"\b(?:written|translated|edited|prepared|compiled) by\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"'].*[\"']")
# What may precede a title on its line: "[Issue Brief 12] …", and "EAI Special Report: …",
# "PacNet #68 – …" or "DISCUSSION PAPER …".
_TAG = re.compile(r"\s*\[(?P<words>[^\]]{2,40})\]\s*(?=\S)")
_PREFIX = re.compile(
    r"\s*(?:(?P<words>[^:\[\]]{5,40}?)(?::|\s[–—-])|"
    r"(?P<capitals>[A-Z]{4,12} [A-Z]{4,12}(?: \d{1,3})?)(?=\s[A-Z][a-z]))\s+(?=\S)"
)
_TITLE_LABEL = re.compile(r"\s*(?:Title|제목)\s*:\s*(?=\S)")


@dataclass
class HeaderFindings:
    """What was found on the way down a page header; lines are given by number, 0 if none.

    `repeated` has the lines of a title that is printed twice, first printing first, and `titles`
    those that may be the title. `byline` is the last line of the byline, posts and affiliations
    included; `prose` is the first line below the header. `over_date_list` is the title-like line
    above a list that begins with the date: certainly the title. `in_list` tells whether the line at
    hand is an item of a list, as on the pages of some sites; `event` whether the page announces an
    event, with its own dates and people. Dates are (rank, EDTF, line); the lower the rank, the
    surer that it is the text's own.
    """

    repeated: list[int]
    titles: list[int] = field(default_factory=list)
    series: int = 0
    byline: int = 0
    prose: int = 0
    over_date_list: int = 0
    in_list: bool = False
    event: bool = False
    dates: list[tuple[int, str, int]] = field(default_factory=list)


@lru_cache(maxsize=1024)  # the same lines are looked at again and again
def is_title_like(text: str) -> bool:
    """Tell whether a line may be a title, with its tag in brackets, or a subtitle between dashes.

    A name with a comma or an honorific is not.
    """
    text = _TAG.sub("", text)
    date = dates.find(text)
    if (
        (date and date[1] == 0 and re.fullmatch(r"\W*|\s*\(.*\)", text[date[2] :]))
        or _is_label(text)
        or re.search(r"다\.\s", text)
        or (people(text) and ("," in text or HONORIFIC.match(text)))
    ):
        return False
    return (
        is_heading_like(text)
        or bool(_FENCED.fullmatch(text))
        or (text.endswith("?") and is_heading_like(text[:-1]) and _is_capitalised(text))
    )


def _is_label(text: str) -> bool:
    """Tell whether a line names a kind of text beside its outlet: "Commentary | Harbour Watch"."""
    first, *others = SEPARATOR.split(text)
    is_short = all(len(piece.split()) < 4 for piece in (first, *others))
    return bool(others) and is_short and any(map(SERIES.fullmatch, (first, *others)))


def _is_capitalised(text: str) -> bool:
    """Tell whether more than 70 % of the longer words begin with a capital, as in a title."""
    words: list[str] = re.findall(r"[^\W\d_]{4,}", text)
    return sum(word[0].isupper() for word in words) > 0.7 * len(words)


def continuation_lines(sheet: Sheet, line: int) -> list[int]:
    """Return the lines right below a title that continue it.

    One stands after a colon, or up to two begin in lower case. [] when the title is not continued.
    """
    text, below = sheet.line(line), sheet.line(line + 1)
    if (
        text.endswith(":")
        and is_title_like(text[:-1])
        and sheet.unclaimed(line + 1, line + 1)
        and is_title_like(below)
    ):
        return [line + 1]
    lines = list(
        takewhile(
            lambda n: _is_continuation(sheet.line(n)),
            range(line + 1, line + 3),
        )
    )
    is_whole = (
        is_title_like(text)
        and not sheet.line(line + 1 + len(lines))
        and sheet.unclaimed(line + 1, line + len(lines)) == lines
    )
    return lines if is_whole else []


def _is_continuation(text: str) -> bool:
    """Tell whether a line may be the rest of a wrapped title."""
    return text[:1].islower() and len(text) < MIN_PROSE_LENGTH and not re.search(r"[.!?:;,]$", text)


def state_series(sheet: Sheet, line: int, series: str | None) -> None:
    """State the series, and the institute if its name begins with one ("EAI Working Paper")."""
    sheet.state("series", series, line)
    if issuer := ISSUER.match(series or ""):
        sheet.state("institute", issuer[0], line, "inferred")


def choose_title(sheet: Sheet, findings: HeaderFindings) -> None:
    """Claim the title among the title-like lines; the others stay in the text."""
    institutes = [
        line
        for line in findings.titles
        if all(map(INSTITUTE.fullmatch, part_institutes(sheet.line(line))))
        and line not in findings.repeated
    ]
    # A line of several names is a byline.
    findings.titles = [
        line
        for line in findings.titles
        if line not in institutes and len(people(sheet.line(line))) < 2
    ]
    # Below a byline, the name of an institute is an affiliation.
    for line in institutes:
        if findings.titles and not 0 < findings.byline < line:
            sheet.claim_value("institute", sheet.line(line), line)
    if "title" not in sheet.statements and (chosen := _find_title(sheet, findings)):
        _claim_title(sheet, chosen)
        _claim_around_title(sheet, findings, chosen)


def _find_title(sheet: Sheet, findings: HeaderFindings) -> int:
    """Return the line of the title, or 0 where the layout does not tell.

    Claims what stands above it: parts of the series, or a masthead.
    """
    titles = [line for line in findings.titles if not _is_number(sheet.line(line))]
    if findings.repeated or findings.over_date_list:
        return findings.repeated[0] if findings.repeated else findings.over_date_list
    if (
        not titles
        or not findings.prose
        or len(titles) > 5  # so many candidates leave the title uncertain
        or _FENCED.fullmatch(sheet.line(titles[0]))
    ):
        return 0
    below_series = [line for line in titles if 0 < findings.series < line]
    for index, line in enumerate(below_series):
        if not _QUOTED.fullmatch(sheet.line(line)):
            for part in below_series[:index]:
                sheet.claim_metadata("part of", part)
            return line
    first, *others = titles
    if others and _claim_masthead(sheet, first, others[0]):
        return others[0]
    is_title = (not others or _is_first(sheet, titles)) and _is_title(sheet, findings, first)
    return first if is_title else 0


def _is_number(text: str) -> bool:
    """Tell whether a line has no letter, or is a series with its number: another text, if cited."""
    without_brackets = re.sub(r"\s*\([^()]*\)$", "", text)
    return bool(_numbered_series(without_brackets) or not re.search(r"[^\W\d_]", text))


def _numbered_series(text: str) -> re.Match[str] | None:
    numbered = SERIES_NUMBER.fullmatch(text)
    return numbered if numbered and ENDS_IN_SERIES_NOUN.fullmatch(numbered["series"]) else None


def _is_title(sheet: Sheet, findings: HeaderFindings, line: int) -> bool:
    """Tell whether a line is the title, and not a cover, a question, a section or a series.

    A line is not the title when its end does not show, or when it is all in brackets: that names
    another text. "영상", "The News" and "Harbour Commentary" may name a section of the site. Above
    a byline, only a line like the last is still taken for one.
    """
    text = sheet.line(line)
    is_continued = sheet.unclaimed(line + 1, line + 1) and sheet.line(line + 1)[:1].islower()
    if (
        _is_cover(text)
        or (is_continued and not continuation_lines(sheet, line))
        or re.fullmatch(r"<[^<>]*>|《[^《》]*》|\[[^\[\]]*\]", text)
        or (len(text.split()) < 4 and ENDS_IN_SERIES_NOUN.fullmatch(text))
    ):
        return False
    return findings.byline > 0 or not (
        re.fullmatch(r"\S+|[A-Za-z]+ (?:& )?[A-Za-z]+", text) or _is_question(sheet, line)
    )


def _is_question(sheet: Sheet, line: int) -> bool:
    """Tell whether a line is the first of several short questions, with answers between them."""
    return sheet.line(line).endswith("?") and any(
        text.endswith("?") and len(text) < 200 for _, text in sheet.texts(line + 1)
    )


def _is_cover(text: str) -> bool:
    """Tell whether a line is a whole cover: a number or an editor stands within the title."""
    preceding = _TAG.match(text) or _PREFIX.match(text)
    return bool(
        _RUN_TOGETHER.search(re.sub(r"\([^()]*\)", "", text[preceding.end() if preceding else 0 :]))
    )


def _is_first(sheet: Sheet, titles: list[int]) -> bool:
    """Tell whether the first of several title-like lines is the title, not a line above it.

    It is when text follows the second line, which is then a subtitle or a heading. Before a byline
    or a button, "Motto of the site", "Title" looks like "Title", "Subtitle". A short first line may
    be the name of a blog.
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
    return below in sheet.unclaimed() and len(sheet.line(first).split()) > 3


def _claim_masthead(sheet: Sheet, line: int, below: int) -> bool:
    """Claim a line above the title that names an unknown series or the outlet.

    The name of an outlet or section ("Japan Forward") has two words at most and a blank line below
    it, or the line repeats the title. Three words above a longer line may be title and subtitle.
    """
    text = sheet.line(line)
    if len(text.split()) < 5 and ENDS_IN_SERIES_NOUN.fullmatch(text):
        sheet.claim_value("series", text, line)
    elif len(sheet.line(below).split()) > 4 and (
        (len(re.findall(r"\w+", text)) < 3 and below > line + 1)
        or _title_key(sheet.line(below)) in _title_key(text)
    ):
        sheet.claim_furniture("outlet or section", line)
    else:
        return False
    return True


def _claim_around_title(sheet: Sheet, findings: HeaderFindings, chosen: int) -> None:
    """Claim the series or the teaser above the title, and the subtitle below it."""
    for line in (n for n in sheet.unclaimed(1, chosen - 1) if n in findings.titles):
        if numbered := _numbered_series(sheet.line(line)):
            state_series(sheet, line, numbered["series"].strip())
            sheet.state("number", numbered["number"], line)
            sheet.claim_metadata("series", line)
        elif not _is_number(sheet.line(line)):
            sheet.claim_lines(Kind.STANDFIRST, line, voice=Voice.PUBLISHER)
    below = [
        line
        for line in sheet.unclaimed(chosen)
        for text in [sheet.line(line)]
        # Who wrote, translated or edited it is no subtitle.
        if line in findings.titles
        and not (_BY.search(text) or any(map(people, SEPARATOR.split(text))))
    ]
    # A single line above prose may be the first heading of the text. Above a heading it is not.
    if below and (
        _FENCED.fullmatch(sheet.line(below[0]))
        or len(below) > 1
        or is_section_heading(sheet.line(findings.prose))
    ):
        sheet.claim_metadata("subtitle", below[0])


def _claim_title(sheet: Sheet, line: int) -> None:
    """Claim and state the title, and claim what precedes it on its line."""
    claim_title_from(sheet, line, _title_start(sheet, line), *continuation_lines(sheet, line))


def claim_title_from(sheet: Sheet, line: int, start: int, *continuation: int) -> None:
    """Claim and state the title from column `start` of a line on; before it stands the series."""
    whole = sheet.source.line_span(line)
    end = len(sheet.source[line][:start].rstrip())
    sheet.claim_pieces(line, whole.start, (end, Kind.METADATA, "series"))
    spans = Span(line, start, whole.end), *map(sheet.source.line_span, continuation)
    sheet.claim(Kind.METADATA, *spans, rule="title")
    sheet.state("title", sheet.source.text(spans), line)


def _title_start(sheet: Sheet, line: int) -> int:
    """Return the column where the title begins; state the series and number before it."""
    text = sheet.source[line]
    if label := _TITLE_LABEL.match(text):
        return label.end()
    tag, prefix = _TAG.match(text), _PREFIX.match(text)
    words = (
        tag["words"] if tag else (prefix["words"] or prefix["capitals"]) if prefix else ""
    ).strip()
    numbered = SERIES_NUMBER.fullmatch(words)
    series = numbered["series"].strip() if numbered else words
    is_series = (SERIES.fullmatch(series) and (tag or _PAPER.fullmatch(series))) or (
        numbered and COUNTED.fullmatch(numbered["number"])
    )
    if numbered and (tag or is_series):
        sheet.state("number", numbered["number"], line)
    if is_series or (tag and numbered):
        state_series(sheet, line, series)
    preceding = tag or (prefix if is_series else None)
    return preceding.end() if preceding else sheet.source.line_span(line).start


def find_repeated_title(sheet: Sheet) -> list[int]:
    """Return the lines of a title that is printed again, on one line or two; [] if none is.

    Both are among 48 lines with words, and the first printing stands above the prose. Two printings
    in a row count only at the top, since a caption is printed twice, too.
    """
    texts = dict(sheet.texts()[:48])
    keys = {line: _title_key(text) for line, text in texts.items() if len(text) < 250}
    next_line = dict(pairwise(texts))
    seen = 0
    for first, text in texts.items():
        if len(text) > MIN_PROSE_LENGTH and not (is_title_like(text) or furniture_rule(text)):
            break
        if not is_title_like(text) or _is_never_title(text):
            continue
        for line in (
            n for n in keys if n > first and keys[n] and not (seen and n == next_line.get(first))
        ):
            below = next_line.get(line, 0)
            if keys[line] == keys[first]:
                return [first, line]
            if keys[line] + keys.get(below, "") == keys[first]:
                return [first, line, below]
        seen = first
    return []


def claim_repeated_title(sheet: Sheet) -> None:
    """Claim the title if it is printed twice."""
    if lines := find_repeated_title(sheet):
        _claim_title(sheet, lines[0])
        sheet.claim_metadata("title", *lines[1:])


def _is_never_title(text: str) -> bool:
    """Tell whether a line is something else that pages print twice."""
    text = BULLET.sub("", text)
    number = SERIES_NUMBER.fullmatch(text)
    series = SERIES.fullmatch(number["series"].strip() if number else text)
    return bool(
        series
        or INSTITUTE.fullmatch(text)
        or EVENT.fullmatch(text)
        or dates.parse(text)
        or furniture_rule(text)
        or is_section_heading(text)
        or byline_names(text)
        or len(text.split()) < 3
    )


def _title_key(text: str) -> str:
    """Return the letters of a title without a tag in brackets before or behind it."""
    return "".join(re.findall(r"\w", re.sub(r"^\s*\[[^\]]*\]|\[[^\]]*\]\s*$", "", text).lower()))
