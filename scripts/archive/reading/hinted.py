"""Claim the lines of a page or document as what its markup or layout says they are."""

import re
from collections.abc import Mapping
from itertools import groupby

from archive.reading.footer import is_rights
from archive.reading.marks import MARKS, marked_values
from archive.reading.model import Kind, Voice
from archive.reading.sheet import Sheet
from archive.sources.html import BULLET
from archive.text.names import byline_names

_LABELS = {
    mark: re.compile(rf"(?:{words})\s?[:：]?", re.IGNORECASE)
    for mark, words in {
        "title": r"title|제\s?목|タイトル|題名|件名|标题|標題",
        "author": r"(?:written )?by|authors?|writers?|저\s?자|필\s?자|작성자|글쓴이|"
        r"著者|執筆者?|作者",
        "date": r"(?:publication |release )?date|published|posted|"
        r"(?:등록|작성|게시|발행|발간)일자?|날짜|公開日|掲載日|発行日|日付|发布日期",
        "furniture": r"views?|hits?|조회\s?수?|첨부(?:\s?파일)?|閲覧数",
    }.items()
}
# A line that is set in bold on its own is below the headings in elements of their own.
_BOLD = 7


def claim_elements(sheet: Sheet, elements: Mapping[str, str]) -> None:
    """State and claim the lines inside of elements as the marks that these have.

    An element is named as in `Hint.within`: ".view-title". A line may give several fields; if its
    first mark is no field, it is that. One that gives none stays, and so does one that is hidden.
    """
    for line, text in sheet.texts() if elements else ():
        hint = sheet.hint(line)
        names = [name for name in elements if name in hint.within and hint.rule != "hidden"]
        mark = MARKS[elements[names[0]]] if names else None
        if mark and not mark.field:
            rule = f"inside of {names[0]}" if mark.kind is Kind.FURNITURE else ""
            sheet.claim_lines(mark.kind, line, voice=mark.voice, rule=rule)
        elif given := [name for name in names if _state_marked(sheet, elements[name], line, text)]:
            sheet.claim_metadata(MARKS[elements[given[0]]].field, line)


def claim_labelled(sheet: Sheet) -> int:
    """Claim the values that stand behind labels on lines of their own, as boards have them.

    Returns the line of the title, or 0 if none is labelled.
    """
    title = 0
    for line, text in sheet.texts():
        mark = next((name for name, label in _LABELS.items() if label.fullmatch(text)), "")
        value = sheet.next_unclaimed(line) if mark else 0
        # A gap parts the cells. Whoever runs a board is no author.
        if not line < value <= line + 2 or (
            mark == "author" and not byline_names(sheet.line(value))
        ):
            continue
        if mark == "furniture":
            sheet.claim_furniture("label of a board", line, value)
        elif MARKS[mark].field not in sheet.statements and _state_marked(
            sheet, mark, value, sheet.line(value)
        ):
            sheet.claim_furniture("label of a board", line)
            sheet.claim_metadata(MARKS[mark].field, value)
            title = value if mark == "title" else title
    return title


def _state_marked(sheet: Sheet, mark: str, line: int, text: str) -> bool:
    """State what a line gives for the field of a mark; return whether it gives anything."""
    field, values = MARKS[mark].field, marked_values(mark, text)
    if field == "authors":
        sheet.add_authors(values, line)
    elif values:
        sheet.state(field, values[0], line)
    return bool(values) or field == "affiliation"


def claim_regions(sheet: Sheet) -> None:
    """Claim what stands in regions that are not of the text, each by the rule that names it.

    A rights line is not furniture wherever it stands, unless it is hidden.
    """
    for line, text in sheet.texts():
        hint = sheet.hint(line)
        if hint.kind == "furniture" and hint.rule != "hidden" and is_rights(text):
            sheet.claim_lines(Kind.RIGHTS, line, voice=Voice.RIGHTS)
        elif hint.kind == "furniture":
            sheet.claim_furniture(hint.rule, line)


def claim_hinted(sheet: Sheet, numbers: list[int], point: Kind) -> list[int]:
    """Claim the lines of `numbers` whose kind is known; return the others.

    Lines of one block are claimed together. `point` is the kind that points become. Headings have
    the ranks of those that the text has: the highest is 1.
    """
    hints = {line: sheet.hint(line) for line in numbers}
    levels = {hint.level or _BOLD for hint in hints.values() if hint.kind == "heading"}
    ranks = {level: rank for rank, level in enumerate(sorted(levels), 1)}
    rest: list[int] = []
    for (_, kind), group in groupby(
        numbers, lambda line: (hints[line].block or -line, hints[line].kind)
    ):
        lines = list(group)
        if kind in MARKS:
            level = hints[lines[0]].level
            sheet.claim(
                point if kind == "point" else MARKS[kind].kind,
                *map(sheet.source.line_span, lines),
                level=ranks[level or _BOLD] if kind == "heading" else level,
                mark=BULLET if sheet.line(lines[0]).startswith(f"{BULLET} ") else "",
            )
        else:
            rest += lines
    return rest
