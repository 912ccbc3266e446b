"""Read biographies, rights lines and lines of the publisher, below a text or above it."""

import re
from itertools import takewhile

from archive.reading.model import Kind, Voice
from archive.reading.notes import is_notes_heading
from archive.reading.sheet import Sheet
from archive.reading.vocabulary import (
    ABOUT_AUTHORS,
    OTHER_TEXTS,
    furniture_rule,
    is_section_heading,
    named_publisher,
)
from archive.text.names import CONTACT, NAME, ROLE, bare_name, is_person
from archive.text.normal_forms import sorted_letters

_RIGHTS = re.compile(r"(?:copyright\b|©|ⓒ\s?\d|\(c\) \d)", re.IGNORECASE)
_BIOGRAPHY = re.compile(
    r"[*■\s]{0,8}(?P<name>(?:(?:Dr|Prof|Amb|Mr|Ms)\. )?[^,.:;]{4,40}?(?:\b[A-Z]\.[^,.:;]{2,25}?)?)"
    r"(?:\s?\([^)]{2,30}\))?,? "
    r"(?:is|was|serves as|works (?:as|at))\s(?P<post>.{5,300})"
)
_KOREAN_BIOGRAPHY = re.compile(
    r"[■\s]{0,8}(?:저자\s*:?\s*)?(?P<name>[가-힣]{1,5}(?: [가-힣]{1,5})?)"
    r"\s?(?:\([一-鿿]+\))?\s?_\s?(?P<post>\S.*)"
)
# Another person in a biography, at the start of a sentence. Where columns of a PDF run together,
# the name may stand within a sentence.
_FURTHER_PERSON = re.compile(
    rf"(?<=[\w.;,*] )\*?(?P<name>{NAME.pattern}) is (?P<post>[^.]{{3,120}})"
)
# A line that is long or ends in a stop is prose.
_PROSE = re.compile(r"[.。…]$|^.{80}|^(?=.{40}).*[぀-ヿ一-鿿]")
# A post that makes a sentence about a person a biography. Ministers and presidents are not among
# them: briefs are about such people.
_POST = re.compile(
    r"\b(?:professor|fellow|research\w*|analyst|scholar|director|lecturer|associate|candidate|"
    r"expert|chair)\b.{0,80}\b(?:at|of|in|with|for)\b",
    re.IGNORECASE,
)


def is_rights(text: str) -> bool:
    """Tell whether a line states the rights in a text."""
    return bool(_RIGHTS.match(text))


def read_footer(sheet: Sheet) -> list[tuple[str, int]]:
    """Claim what stands below a text; return the names in its biographies, with their lines."""
    for line, text in sheet.texts():
        sheet.state("institute", named_publisher(text), line)
    names = _claim_about_the_authors(sheet)
    lines = sheet.unclaimed()
    _claim_other_texts(sheet)
    for line, text in reversed(sheet.texts()):
        if rule := furniture_rule(text):
            sheet.claim_furniture(rule, line)
        elif is_rights(text):
            sheet.claim_lines(Kind.RIGHTS, line, voice=Voice.RIGHTS)
        elif CONTACT.fullmatch(text):
            sheet.claim_metadata("contact", line)
        elif not _claim_biography(sheet, line, names):
            break
    if lines and lines[0] in sheet.unclaimed():
        _claim_biography(sheet, lines[0], names)
    return sorted(names, key=lambda name: name[1])


def _claim_other_texts(sheet: Sheet) -> None:
    """Claim the lists of other texts below the last prose: "Related", "More from Jane Roe".

    Prose ends in a stop or is long. Notes, rights lines and biographies are no part of the lists.
    """
    below = list(
        takewhile(
            lambda row: (
                not (_PROSE.search(row[1]) or is_notes_heading(row[1]))
                or _RIGHTS.match(row[1])
                or _people_in_biography(row[1])
                or furniture_rule(row[1])
            ),
            reversed(sheet.texts()),
        )
    )
    first = min((line for line, text in below if OTHER_TEXTS.fullmatch(text)), default=0)
    for line, text in below:
        if 0 < first <= line and not (
            _RIGHTS.match(text) or _people_in_biography(text) or furniture_rule(text)
        ):
            sheet.claim_furniture("list of other texts", line)


def _claim_about_the_authors(sheet: Sheet) -> list[tuple[str, int]]:
    """Claim the lines below "About the Author" and return the names, with their lines."""
    heading = next(
        (n for n, text in sheet.texts() if ABOUT_AUTHORS.fullmatch(text.strip(" :[]"))), None
    )
    if not heading:
        return []
    names: list[tuple[str, int]] = []
    sheet.claim_lines(Kind.HEADING, heading, voice=Voice.BIOGRAPHER, level=1)
    below = sheet.texts(heading + 1)
    # At the end of a text, only a few lines follow, and all of them are about the authors. At the
    # top, the text itself follows.
    at_the_end = len(below) <= 12 and len(sheet.unclaimed(1, heading)) > len(below)
    for line, text in below:
        if is_person(bare_name(text)) and bare_name(text) in dict(names):
            sheet.claim_furniture("name printed twice", line)
        elif is_person(bare_name(text)):
            names.append((bare_name(text), line))
            sheet.claim_metadata("authors", line)
        elif is_post(text):
            sheet.claim_metadata("affiliation", line)
        elif _claim_biography(sheet, line, names):
            continue
        elif at_the_end and not (
            is_section_heading(text) or furniture_rule(text) or is_rights(text)
        ):
            sheet.claim_lines(Kind.BIOGRAPHY, line, voice=Voice.BIOGRAPHER)
        else:
            break
    return names


def _claim_biography(sheet: Sheet, line: int, names: list[tuple[str, int]]) -> bool:
    """Claim "Jane Roe is a professor at …" or "손 열_동아시아연구원 원장", and add its names."""
    people = _people_in_biography(sheet.line(line))
    if people:
        # "KIM Jiyoon is …" below "Kim Jiyoon" is the same person.
        known = {sorted_letters(name) for name, _ in names}
        names += [(name, line) for name in people if sorted_letters(name) not in known]
        sheet.claim_lines(Kind.BIOGRAPHY, line, voice=Voice.BIOGRAPHER)
    return bool(people)


def _people_in_biography(text: str) -> list[str]:
    """Return the people whom a line presents; [] if it is not a biography of all of them."""
    first = _BIOGRAPHY.match(text)
    if not (first and is_person(bare_name(first["name"])) and _POST.search(first["post"])):
        korean = _KOREAN_BIOGRAPHY.match(text)
        return [korean["name"]] if korean and ROLE.search(korean["post"]) else []
    # A biography is shorter than 4,000 characters; what follows would be the text itself.
    further = [
        (match.start(), bare_name(match["name"]))
        for match in _FURTHER_PERSON.finditer(text, first.end("name"), 4000)
        if is_person(bare_name(match["name"])) and _POST.search(match["post"])
    ]
    if any(text[start - 2] not in ".;*" for start, _ in further):
        return []
    # "Dr. Roe is also …" is the first person again.
    others = [name for _, name in further if name.split()[-1] not in text[: first.end("name")]]
    return [bare_name(first["name"]), *others]


def is_post(text: str) -> bool:
    """Tell whether a line is a post or affiliation: short, with a word of one, not a sentence."""
    return (
        len(text) < 110
        and bool(ROLE.search(text))
        and not re.search(r"[.!?]$|^(?:by|about)\b", text, re.IGNORECASE)
    )
