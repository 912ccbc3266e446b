"""The lines below a text, or above it: who the authors are, the rights, what the publisher says of itself."""

from __future__ import annotations

import re

from archive.labels import ABOUT, furniture, own_institute
from archive.names import ROLE, bare, is_person
from archive.reading import Kind, Voice
from archive.sheet import Sheet

_RIGHTS = re.compile(r"(?:copyright\b|©|ⓒ\s?\d|\(c\) \d)", re.IGNORECASE)
_BIOGRAPHY = re.compile(
    r"[*■\s]*(?P<name>[^,.:;]{4,40}?(?:\b[A-Z]\.[^,.:;]{2,25}?)?)(?:\s?\([^)]{2,30}\))?,? "
    r"(?:is|was|serves as|works (?:as|at))\s(?P<post>.{5,300})"
)
_KOREAN_BIOGRAPHY = re.compile(
    r"[■\s]*(?:저자\s*:?\s*)?(?P<name>[가-힣]{1,5}(?: [가-힣]{1,5})?)\s?(?:\([一-鿿]+\))?\s?_\s?(?P<post>\S.*)"
)
# A post that makes a sentence on a person a biography; ministers and presidents are what briefs are about.
_POST = re.compile(
    r"\b(?:professor|fellow|research\w*|analyst|scholar|director|lecturer|associate|candidate|expert|chair)\b.{0,80}\b(?:at|of|in|with|for)\b",
    re.IGNORECASE,
)


def read_closing(sheet: Sheet) -> list[tuple[str, int]]:
    """Claim biographies and what else stands below a text; returns the names of the biographies, by line."""
    for line in sheet.filled():
        if name := own_institute(sheet.line(line)):
            sheet.state("institute", name, line)
    names = _about_the_authors(sheet)
    lines = sheet.filled()
    for line in reversed(lines):
        text = sheet.line(line)
        if rule := furniture(text):
            sheet.furniture(rule, line)
        elif _RIGHTS.match(text):
            sheet.lines(Kind.RIGHTS, line, voice=Voice.RIGHTS)
        elif not _claim_biography(sheet, line, names):
            break
    if lines and lines[0] in sheet.filled():
        _claim_biography(sheet, lines[0], names)
    return sorted(names, key=lambda known: known[1])


def _about_the_authors(sheet: Sheet) -> list[tuple[str, int]]:
    """Claim the lines below "About the Author": names, posts, biographies."""
    names: list[tuple[str, int]] = []
    head = next((n for n in sheet.filled() if ABOUT.fullmatch(sheet.line(n).strip(" :[]"))), None)
    if not head:
        return names
    sheet.lines(Kind.HEADING, head, voice=Voice.BIOGRAPHER, level=1)
    for line in sheet.filled(head + 1):
        text = sheet.line(line)
        if is_person(bare(text)):
            names.append((bare(text), line))
            sheet.metadata("authors", line)
        elif is_post(text):
            sheet.metadata("affiliation", line)
        elif not _claim_biography(sheet, line, names):
            break
    return names


def _claim_biography(sheet: Sheet, line: int, names: list[tuple[str, int]]) -> bool:
    """Claim "Jane Roe is a professor at …" and "손 열_동아시아연구원 원장", and keep the name."""
    text = sheet.line(line)
    if (found := _BIOGRAPHY.match(text)) and is_person(bare(found["name"])) and _POST.search(found["post"]):
        name = bare(found["name"])
    elif (found := _KOREAN_BIOGRAPHY.match(text)) and ROLE.search(found["post"]):
        name = found["name"]
    else:
        return False
    names.append((name, line))
    sheet.lines(Kind.BIOGRAPHY, line, voice=Voice.BIOGRAPHER)
    return True


def is_post(text: str) -> bool:
    """Whether a line is an author's post or affiliation: short, with a word of one, and no sentence."""
    return len(text) < 110 and bool(ROLE.search(text)) and not re.search(r"[.!?]$|^(?:by|about)\b", text, re.IGNORECASE)
