"""Read board pages of the Sejong Institute, English and Korean.

Its series are Policy Brief, Focus, Outlook, 세종정책브리프 and 정세와 정책. The page header has
the series (not always), the title with an issue tag in brackets, and the labels "Date … View …
Writer …" on one line. The text begins with the title again and the author's name, mail address and
post; an abstract may precede these.
"""

import re

from archive.readers import Reader
from archive.reading.header import read_header
from archive.reading.model import Kind
from archive.reading.outline import outline
from archive.reading.sheet import Sheet
from archive.sources.source import Span
from archive.text import dates
from archive.text.names import byline_names

_DATE = r"^\s*(?:Date|등록일|작성일)\s*:?\s*(?P<date>\d{4}-\d\d-\d\d)"
_VIEW = r"(?P<view>(?:View|Hit|조회수|조회)\s*:?\s*[\d,]+)"
_LABELS = re.compile(rf"{_DATE}\s+{_VIEW}")
_WRITER = re.compile(r"(?:Writer|저자|작성자)\s*:?\s*(?P<name>\S.*?)\s*$")
_FILE = re.compile(r"^\s*(?:File|첨부파일|첨부|파일명?)\b")
_TAG_BEFORE = re.compile(r"^\s*(?P<tag>[(\[](?P<words>[^)\]]{2,60})[)\]])\s*(?=\S)")
_TAG_BEHIND = re.compile(r"(?<=\S)\s*(?P<tag>[(\[](?P<words>[^)\]]{2,60})[)\]])\s*$")
_NAMED_SERIES = re.compile(
    r"(?:Sejong )?(?:Policy )?(?:Briefs?|Focus|Commentary|Outlook|Insight)|"
    r"Current Issues (?:and|&) Policies|세종\s?\S{2,5}|정세와\s?정책|정세\s?전망|"
    r"(?:정책)?(?:브리프|포커스|논평)"
)
# The number of an issue tag: "2023-13", "February 2023 No.08", "2", "2021-12월호-제45호".
_NUMBER = re.compile(
    rf"(?:(?:{'|'.join(dates.MONTHS)})\s+\d{{4}}\s+)?(?:No\.?\s*|"
    rf"제\s?)?\d[\w.-]*(?:\s+\d{{1,2}}월\S*)?(?:\s*[-,]?\s*(?:제|No\.?)\s?\d[\w-]*)?$"
)
_NUMBER_LINE = re.compile(r"^\s*No\.\s*(?P<number>\d{4}-\d+)\b")
_SERIES = {
    "Brief": "Sejong Policy Brief", "Policy Brief": "Sejong Policy Brief",
    "Sejong Policy Briefs": "Sejong Policy Brief",
    "Focus": "Sejong Focus", "Commentary": "Sejong Commentary",
}  # fmt: skip
_HEADER_LINES = 16
_NAME = re.compile(r"sejong|세종", re.IGNORECASE)


def knows(sheet: Sheet) -> bool:
    """Know the labels of Sejong's board.

    Other boards have them, too, but in a text not on one line; a page must declare the name.
    """
    names = (one.value for one in sheet.source.declared)
    is_named = not sheet.source.hints or any(map(_NAME.search, names))
    return is_named and any(sheet.find(_LABELS, 1, _HEADER_LINES))


def read(sheet: Sheet) -> None:
    """Read the page header, then the header of the text down to the post, then the body."""
    first, labels = next(sheet.find(_LABELS, 1, _HEADER_LINES))
    title = _claim_page_header(sheet, first)
    sheet.state("date", labels["date"], first)
    whole = sheet.source.line_span(first)
    writer = _WRITER.search(sheet.source[first], labels.end())
    sheet.claim_pieces(
        first,
        whole.start,
        (labels.start("view"), Kind.METADATA, "date"),
        (writer.start() if writer else whole.end, Kind.FURNITURE, "view counter"),
        (whole.end, Kind.METADATA, "authors"),
    )
    _claim_text_header(sheet, first, title)
    if writer and not sheet.authors:
        # Without "외 2인" (and two others).
        sheet.add_authors(
            byline_names(re.sub(r"\s*외(?:\s*\d+[인명])?$", "", writer["name"])), first
        )
    korean = bool(re.search(r"[가-힣]", title))
    # The name is printed, or inferred from the form of the labels.
    name = "세종연구소" if korean else "Sejong Institute"
    printed = next((n for n, _ in sheet.find(re.compile(re.escape(name)))), 0)
    sheet.state("institute", name, printed or first, "printed" if printed else "inferred")
    outline(sheet, sheet.unclaimed(), plain_headings=not korean, in_points=korean)


def _claim_page_header(sheet: Sheet, labels: int) -> str:
    """Claim the lines above the labels and return the title.

    The last is the title with its tag; short lines above it are the series.
    """
    *above, title_line = sheet.unclaimed(1, labels - 1) or [labels]
    for line in reversed(above):
        text = sheet.line(line).strip("[]")
        # A sentence says what the series is for.
        if not text.endswith(".") and len(text) <= 80:
            sheet.claim_value("series", _SERIES.get(text, text), line)
    if title_line == labels:
        return ""
    whole = sheet.source.line_span(title_line)
    text = sheet.source[title_line]
    start, end = whole.start, whole.end
    for tag in (_TAG_BEFORE.search(text), _TAG_BEHIND.search(text)):
        if tag and _is_tag(tag["words"]) and start <= tag.start("tag") < tag.end("tag") <= end:
            start, end = (tag.end(), end) if tag.start("tag") == start else (start, tag.start())
            sheet.claim(
                Kind.METADATA, Span(title_line, tag.start("tag"), tag.end("tag")), rule="number"
            )
            _state_tag(sheet, title_line, tag["words"])
    span = Span(title_line, start, end)
    sheet.claim(Kind.METADATA, span, rule="title")
    title = sheet.source.text((span,))
    sheet.state("title", title, title_line)
    return title


def _is_tag(words: str) -> bool:
    """Tell whether words in brackets are an issue tag: a series or a number, not a date.

    A number without other words or signs is not a tag.
    """
    is_numbered = bool(_NUMBER.search(words)) and not re.fullmatch(r"\s*\d+\s*", words)
    return bool(_NAMED_SERIES.fullmatch(words.strip())) or (is_numbered and not dates.parse(words))


def _state_tag(sheet: Sheet, line: int, words: str) -> None:
    """State the number of a tag and the series before it."""
    number = _NUMBER.search(words.strip())
    series = (words.strip()[: number.start()] if number else words).strip(" -,")
    sheet.state("number", number[0] if number else None, line)
    sheet.state("series", _SERIES.get(series, series) or None, line)


def _claim_text_header(sheet: Sheet, labels: int, title: str) -> None:
    """Claim the lines between labels and body: file, title again, number, byline and post.

    The title is looked for in the first eight lines, since an abstract may precede it.
    """
    for line, text in sheet.texts(labels + 1)[:8]:
        tag = _TAG_BEFORE.match(text + " .")
        is_tag = tag is not None and tag["tag"] == text and _is_tag(tag["words"])
        if _FILE.match(text) or is_tag:
            sheet.claim_metadata("number", line)
        elif match := _NUMBER_LINE.match(text):
            sheet.claim_value("number", match["number"], line)
        elif _same_title(text, title):
            sheet.claim_metadata("title", line)
    read_header(sheet)


def _same_title(text: str, title: str) -> bool:
    """Tell whether a line repeats the title; plural endings may differ ("Directions for …")."""
    printed, expected = (
        [word.removesuffix("s") for word in re.findall(r"\w+", words.lower())]
        for words in (text, title)
    )
    return bool(title) and printed == expected


# The labels of the board are on no other page.
READER = Reader("sejong", knows, read, rank=10)
