"""The Sejong Institute's board pages, English and Korean: Policy Brief, Focus, Outlook, 세종정책브리프.

The page head has the series (not always), the title with an issue tag in brackets before or behind it, and a line of labels
("Date … View … Writer …"). The text below begins with the title again and the author's name, mail address and post.
"""

from __future__ import annotations

import re

from archive import dates
from archive.names import MAIL, ROLE, people
from archive.outline import outline
from archive.readers import Reader
from archive.reading import Kind
from archive.sheet import Sheet
from archive.source import Source, Span

_LABELS = re.compile(
    r"^\s*(?:Date|등록일|작성일)\s*:?\s*(?P<date>\d{4}-\d\d-\d\d)\s+(?P<view>(?:View|Hit|조회수|조회)\s*:?\s*[\d,]+)"
)
_WRITER = re.compile(r"(?:Writer|저자|작성자)\s*:?\s*(?P<name>\S.*?)\s*$")
_FILE = re.compile(r"^\s*(?:File|첨부파일|첨부)\b")
_TAG_BEFORE = re.compile(r"^\s*(?P<tag>[(\[](?P<words>[^)\]]*\d[^)\]]*)[)\]])\s*(?=\S)")
_TAG_BEHIND = re.compile(r"(?P<tag>[(\[](?P<words>[^)\]]*\d[^)\]]*)[)\]])\s*$")
# The number of an issue tag: "2023-13", "February 2023 No.08", "2".
_NUMBER = re.compile(rf"(?:(?:{'|'.join(dates.MONTHS)})\s+\d{{4}}\s+)?(?:No\.?\s*)?\d+(?:-\d+)?$")
_NUMBER_LINE = re.compile(r"^\s*No\.\s*(?P<number>\d{4}-\d+)\b")
_SERIES = {
    "Brief": "Sejong Policy Brief", "Policy Brief": "Sejong Policy Brief", "Sejong Policy Briefs": "Sejong Policy Brief",
    "Focus": "Sejong Focus",
}  # fmt: skip
_HEAD_LINES = 8


def knows(source: Source) -> bool:
    """Only Sejong's board prints the date, the view counter and the writer as labels on one line below the title."""
    return _label_line(Sheet(source)) is not None


def _label_line(sheet: Sheet) -> int | None:
    return next((n for n, _ in sheet.find(_LABELS, 1, min(_HEAD_LINES, len(sheet.source)))), None)


def read(sheet: Sheet) -> None:
    """Page head, then the text's own head down to the author's post, then the body."""
    labels = _label_line(sheet)
    assert labels is not None, "knows() said so"
    title = _page_head(sheet, labels)
    writers = _label_pieces(sheet, labels)
    _text_head(sheet, labels, title)
    if not sheet.authors:
        for name in writers:
            sheet.author(name, labels)
    korean = bool(re.search(r"[가-힣]", title))
    name = "세종연구소" if korean else "Sejong Institute"
    printed = next((n for n, _ in sheet.find(re.compile(re.escape(name)))), None)
    sheet.state("institute", name, printed or labels, "printed" if printed else "inferred")
    outline(sheet, sheet.filled(), plain_headings=not korean, in_points=korean)


def _page_head(sheet: Sheet, labels: int) -> str:
    """Claim the lines above the labels: the last is the title with its tag, one above it the series."""
    *above, head = sheet.filled(1, labels - 1) or [labels]
    for line in above:
        sheet.state("series", _SERIES.get(sheet.line(line), sheet.line(line)), line)
        sheet.metadata("series", line)
    if head == labels:
        return ""
    whole = sheet.source.whole(head)
    text = sheet.source[head]
    start, end = whole.start, whole.end
    if tag := _TAG_BEFORE.search(text):
        start = tag.end()
        sheet.claim(Kind.METADATA, Span(head, tag.start("tag"), tag.end("tag")), rule="number")
    elif tag := _TAG_BEHIND.search(text):
        end = tag.start("tag")
        sheet.claim(Kind.METADATA, Span(head, tag.start("tag"), tag.end("tag")), rule="number")
    if tag:
        _state_tag(sheet, head, tag["words"])
    title = sheet.claim(Kind.METADATA, Span(head, start, end), rule="title").text
    sheet.state("title", title, head)
    return title


def _state_tag(sheet: Sheet, line: int, words: str) -> None:
    if number := _NUMBER.search(words.strip()):
        sheet.state("number", number[0], line)
        if series := words.strip()[: number.start()].strip():
            sheet.state("series", _SERIES.get(series, series), line)


def _label_pieces(sheet: Sheet, line: int) -> list[str]:
    """Cut the line of labels; returns the writers it names."""
    text = sheet.source[line]
    found = _LABELS.search(text)
    assert found, "the label line was found by this pattern"
    sheet.state("date", found["date"], line)
    pieces = [(0, Kind.METADATA, "date"), (found.start("view"), Kind.FURNITURE, "view counter")]
    if writer := _WRITER.search(text, found.end()):
        pieces.append((writer.start(), Kind.METADATA, "authors"))
    sheet.pieces(line, pieces)
    return people(writer["name"]) if writer else []


def _text_head(sheet: Sheet, labels: int, title: str) -> None:
    """Claim what stands between the labels and the body: file line, title again, number, byline, mail address, post."""
    byline = None
    for line in sheet.filled(labels + 1):
        text = sheet.line(line)
        if byline is None and _FILE.match(text):
            sheet.metadata("number", line)
        elif byline is None and (found := _NUMBER_LINE.match(text)):
            sheet.state("number", found["number"], line)
            sheet.metadata("number", line)
        elif byline is None and _same_title(text, title):
            sheet.metadata("title", line)
        elif byline is None and (names := people(_without_post(text))):
            byline = line
            for name in names:
                sheet.author(name, line)
            sheet.metadata("authors", line)
        elif byline is not None and MAIL.fullmatch(text.strip("()")):
            sheet.metadata("contact", line)
        elif byline is not None and len(text) < 100 and (ROLE.search(text) or sheet.line(line - 1).endswith(",")):
            sheet.metadata("affiliation", line)
        elif byline is not None or len(text) > 100 or text[0] in "■□❍":
            break


def _without_post(text: str) -> str:
    """A byline without the post in brackets behind the name: "진창수 (세종연구소 수석연구위원)"."""
    return re.sub(r"\s*\([^)]*\)$", "", text)


def _same_title(text: str, title: str) -> bool:
    """Whether a line prints the title again, if with a letter more or less ("Direction for …", "Directions for …")."""

    def key(words: str) -> list[str]:
        return [re.sub(r"s$", "", word) for word in re.findall(r"\w+", words.lower())]

    return bool(title) and key(text) == key(title)


READER = Reader("sejong", knows, read)
