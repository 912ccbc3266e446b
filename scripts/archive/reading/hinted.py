"""Claim the lines of a page or document as what its markup or layout says they are."""

from itertools import groupby

from archive.reading.footer import is_rights
from archive.reading.marks import MARKS
from archive.reading.model import Kind, Voice
from archive.reading.sheet import Sheet
from archive.sources.html import BULLET

# A line that is set in bold on its own is below the headings in elements of their own.
_BOLD = 7


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
        if not kind or kind not in MARKS:
            rest += lines
            continue
        level = hints[lines[0]].level
        sheet.claim(
            point if kind == "point" else MARKS[kind].kind,
            *map(sheet.source.line_span, lines),
            level=ranks[level or _BOLD] if kind == "heading" else level,
            mark=BULLET if sheet.line(lines[0]).startswith(f"{BULLET} ") else "",
        )
    return rest
