"""Read board pages of the Sejong Institute, English and Korean.

Its series are Policy Brief, Focus, Outlook, 세종정책브리프 and 정세와 정책. The page header has
the series (not always), the title with an issue tag in brackets, and the labels "Date … View …
Writer …" on one line, or on three on older pages. The text begins with the title again and the
author's name, mail address and post; an abstract may precede these.
"""

import re
from itertools import pairwise

from archive.readers import Reader, generic
from archive.reading.header import read_header
from archive.reading.model import Kind
from archive.reading.outline import outline
from archive.reading.sheet import Sheet
from archive.sources.source import Span
from archive.text import dates
from archive.text.names import MAIL, byline_names

_DATE = r"^\s*(?:Date|등록일|작성일)\s*:?\s*(?P<date>\d{4}-\d\d-\d\d)"
_VIEW = r"(?P<view>(?:View|Hit|조회수|조회)\s*:?\s*[\d,]+)"
_LABELS = re.compile(rf"{_DATE}\s+{_VIEW}")
_DATE_LINE = re.compile(rf"{_DATE}\s*$|^\s*(?P<day>\d{{4}}\.\d\d\.\d\d)\s+[A-Z][a-z]+day\s*$")
_WRITER = re.compile(r"(?:Writer|저자|작성자)\s*:?\s*(?P<name>\S.*?)\s*$")
# What becomes of the labels of date, views and writer.
_LABEL_RULES = (
    (Kind.METADATA, "date"), (Kind.FURNITURE, "view counter"), (Kind.METADATA, "authors"),
)  # fmt: skip
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
# A page saved without its layout has "[정세전망 2026-제6호] title |", "| 2025년 12월 11일 |" and
# "이기태세종연구소 선임연구위원 | mail".
_FLAT_BYLINE = re.compile(
    rf"^\W*(?P<name>[가-힣]{{2,4}}?)\s*세종연구소 [^|]{{2,30}} \| {MAIL.pattern}\s*$"
)

_NAME = re.compile(r"sejong|세종", re.IGNORECASE)
_SEJONG_TAG = re.compile(r"\[(?:Sejong [A-Z]|세종\s?\S{2,5})[^\]]{0,40}\]")


def knows(sheet: Sheet) -> bool:
    """Know the labels of Sejong's board, the byline of a flat page, or an issue tag on top."""
    has_byline = any(sheet.find(_FLAT_BYLINE, 1, _HEADER_LINES))
    # Texts of other boards have the labels, too, but not in one line; pages may.
    is_named = (
        any(_NAME.search(one.value) for one in sheet.source.declared)
        if sheet.source.hints
        else any(sheet.find(_NAME)) or any(sheet.find(_LABELS, 1, _HEADER_LINES))
    )
    return has_byline or bool((is_named and _find_labels(sheet)) or _tag_on_top(sheet))


def _tag_on_top(sheet: Sheet) -> int:
    """Return the first line if it is only an issue tag of the institute, else 0.

    It is on pages saved without their byline header.
    """
    first = sheet.next_unclaimed(0)
    return first if _SEJONG_TAG.fullmatch(sheet.line(first)) else 0


def _find_labels(sheet: Sheet) -> tuple[str | None, list[str], list[Span]] | None:
    """Return date and writers, with the spans of date, view counter and (sometimes) writers.

    The labels stand on one line, or on two or three on older pages.
    """
    for line, labels in sheet.find(_LABELS, 1, _HEADER_LINES):
        writer = _WRITER.search(sheet.source[line], labels.end())
        whole = sheet.source.line_span(line)
        cuts = [whole.start, labels.start("view"), *([writer.start()] if writer else []), whole.end]
        spans = [Span(line, *cut) for cut in pairwise(cuts)]
        return labels["date"], _writers(writer["name"]) if writer else [], spans
    for line, label in sheet.find(_DATE_LINE, 1, _HEADER_LINES):
        view = sheet.next_unclaimed(line)
        if view and re.fullmatch(rf"\s*{_VIEW}\s*", sheet.source[view]):
            below = sheet.next_unclaimed(view)
            writer = _WRITER.match(sheet.line(below))
            writers = _writers(writer["name"]) if writer else _listed_writers(sheet.line(below))
            lines = [line, view, *([below] if writer or writers else [])]
            date = dates.parse(label["date"] or label["day"])
            return date, writers, list(map(sheet.source.line_span, lines))
    return None


def _listed_writers(text: str) -> list[str]:
    """Return the names in an older page's line of writers; [] for any other line.

    Given names may have a word in lower case ("Myon woo Lee").
    """
    names = text.split(", ")
    return (
        names
        if all(
            re.fullmatch(r"[A-Z][\w'-]*(?: [A-Za-z][\w'-]*){1,3}|[가-힣]{2,4}", name)
            for name in names
        )
        else []
    )


def read(sheet: Sheet) -> None:
    """Read the page by the form of its header: board, tag on top or flat."""
    if labels := _find_labels(sheet):
        _read_board(sheet, *labels)
    elif tag := _tag_on_top(sheet):
        words = sheet.line(tag).strip("[]")
        _state_tag(sheet, tag, words)
        sheet.claim_metadata("number", tag)
        _state_institute(sheet, tag, korean=words.startswith("세종"))
        generic.read(sheet)
    else:
        _read_flat(sheet)


def _read_board(sheet: Sheet, date: str | None, writers: list[str], labels: list[Span]) -> None:
    """Read the page header, then the header of the text down to the post, then the body."""
    first, last = labels[0].line, labels[-1].line
    title = _claim_page_header(sheet, first)
    sheet.state("date", date, first)
    for span, (kind, rule) in zip(labels, _LABEL_RULES, strict=False):
        sheet.claim(kind, span, rule=rule)
    _claim_text_header(sheet, last, title)
    if not sheet.authors:
        sheet.add_authors(writers, last)
    korean = bool(re.search(r"[가-힣]", title))
    _state_institute(sheet, first, korean=korean)
    outline(sheet, sheet.unclaimed(), plain_headings=not korean, in_points=korean)


def _state_institute(sheet: Sheet, line: int, *, korean: bool) -> None:
    """State the institute where its name is printed, or as inferred from the form of `line`."""
    name = "세종연구소" if korean else "Sejong Institute"
    printed = next((n for n, _ in sheet.find(re.compile(re.escape(name)))), None)
    sheet.state("institute", name, printed or line, "printed" if printed else "inferred")


def _read_flat(sheet: Sheet) -> None:
    """Read a page whose title with its tag and date stand between bars above the byline."""
    byline_line, byline = next(sheet.find(_FLAT_BYLINE, 1, _HEADER_LINES))
    sheet.claim_authors([byline["name"]], byline_line)
    sheet.state("institute", "세종연구소", byline_line)
    for line in sheet.unclaimed(1, byline_line - 1):
        text = sheet.line(line).strip("|- ")
        tag = _TAG_BEFORE.match(text)
        if date := dates.parse(text):
            sheet.claim_value("date", date, line)
        elif tag and _is_tag(tag["words"]):
            _state_tag(sheet, line, tag["words"])
            sheet.claim_value("title", text[tag.end() :], line)
    outline(sheet, sheet.unclaimed(), plain_headings=False)


def _claim_page_header(sheet: Sheet, labels: int) -> str:
    """Claim the lines above the labels and return the title.

    The last is the title with its tag; short lines above it are the series.
    """
    *above, title_line = sheet.unclaimed(1, labels - 1) or [labels]
    for line in reversed(above):
        text = sheet.line(line)
        if text.endswith(".") or len(text) > 80:
            sheet.claim_furniture("what the series is for", line)
        else:
            text = text.strip("[]")
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


def _writers(text: str) -> list[str]:
    """Return the names behind the writer label, without "외 2인" (and two others)."""
    return byline_names(re.sub(r"\s*외(?:\s*\d+[인명])?$", "", text))


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
