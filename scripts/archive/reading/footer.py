"""Read biographies, rights lines and lines of the publisher, below a text or above it."""

import re
from collections.abc import Callable, Iterable
from itertools import takewhile
from operator import itemgetter

from archive.reading.model import Finding, Kind, Voice
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


# The rules look at one line and return what they find there; they claim nothing.


def _find_furniture(line: int, text: str) -> Finding | None:
    rule = furniture_rule(text)
    return Finding(rule, (line,), Kind.FURNITURE) if rule else None


def _find_rights(line: int, text: str) -> Finding | None:
    return Finding("", (line,), Kind.RIGHTS, Voice.RIGHTS) if is_rights(text) else None


def _find_contact(line: int, text: str) -> Finding | None:
    return Finding("contact", (line,)) if CONTACT.fullmatch(text) else None


def _find_biography(line: int, text: str) -> Finding | None:
    """Find "Jane Roe is a professor at …" or "손 열_동아시아연구원 원장"."""
    names = tuple(_people_in_biography(text))
    return Finding("", (line,), Kind.BIOGRAPHY, Voice.BIOGRAPHER, names=names) if names else None


def _find_name(line: int, text: str) -> Finding | None:
    name = bare_name(text)
    return Finding("authors", (line,), names=(name,)) if is_person(name) else None


def _find_post(line: int, text: str) -> Finding | None:
    return Finding("affiliation", (line,)) if is_post(text) else None


# The rules in the order in which they are tried, each with a line that it finds: below a text, and
# below "About the Author".
RULES = (
    (_find_furniture, "Print Share Facebook"),
    (_find_rights, "© 2020 Harbor Policy Institute"),
    (_find_contact, "E-mail: roe@inst.example"),
    (_find_biography, "Jane Roe is a professor of law at the University of Weir."),
)
ABOUT_RULES = (
    (_find_name, "Jane Roe"),
    (_find_post, "Senior Fellow, Harbor Policy Institute"),
    *RULES[2:],
)


def _find(
    line: int, text: str, rules: Iterable[tuple[Callable[[int, str], Finding | None], str]] = RULES
) -> Finding | None:
    """Return what the first rule finds in a line that finds anything."""
    return next(filter(None, (rule(line, text) for rule, _ in rules)), None)


def read_footer(sheet: Sheet) -> list[tuple[str, int]]:
    """Claim what stands below a text; return the names in its biographies, with their lines."""
    for line, text in sheet.texts():
        sheet.state("institute", named_publisher(text), line)
    findings = _claim_about_the_authors(sheet)
    lines = sheet.texts()
    _claim_other_texts(sheet)
    below = takewhile(bool, (_find(line, text) for line, text in reversed(sheet.texts())))
    found = [finding for finding in below if finding]
    for finding in found:
        sheet.claim_finding(finding)
    if top := [one for row in lines[:1] if row in sheet.texts() and (one := _find_biography(*row))]:
        sheet.claim_finding(top[0])
    findings += [*top, *reversed(found)]
    # "KIM Jiyoon is …" below "Kim Jiyoon" is the same person.
    names = {
        sorted_letters(name): (name, one.lines[0]) for one in findings[::-1] for name in one.names
    }
    return sorted(names.values(), key=itemgetter(1))


def _claim_other_texts(sheet: Sheet) -> None:
    """Claim the lists of other texts below the last prose: "Related", "More from Jane Roe".

    Prose ends in a stop or is long. Notes, rights lines and biographies are no part of the lists.
    """
    below = list(
        takewhile(
            lambda row: not (_PROSE.search(row[1]) or is_notes_heading(row[1])) or _find(*row),
            reversed(sheet.texts()),
        )
    )
    first = min((line for line, text in below if OTHER_TEXTS.fullmatch(text)), default=0)
    for line, text in below:
        if 0 < first <= line and not _find(line, text):
            sheet.claim_furniture("list of other texts", line)


def _claim_about_the_authors(sheet: Sheet) -> list[Finding]:
    """Claim the lines below "About the Author" and return what is found in them."""
    findings: list[Finding] = []
    heading = next(
        (n for n, text in sheet.texts() if ABOUT_AUTHORS.fullmatch(text.strip(" :[]"))), None
    )
    if not heading:
        return findings
    sheet.claim_lines(Kind.HEADING, heading, voice=Voice.BIOGRAPHER, level=1)
    below = sheet.texts(heading + 1)
    # At the end of a text, only a few lines follow, and all of them are about the authors. At the
    # top, the text itself follows.
    at_the_end = len(below) <= 12 and len(sheet.unclaimed(1, heading)) > len(below)
    known: set[str] = set()
    for line, text in below:
        finding = _find(line, text, ABOUT_RULES)
        if finding and finding.rule == "authors" and known.issuperset(finding.names):
            finding = Finding("name printed twice", (line,), Kind.FURNITURE)
        elif not finding and at_the_end and not (is_section_heading(text) or _find(line, text)):
            finding = Finding("", (line,), Kind.BIOGRAPHY, Voice.BIOGRAPHER)
        if not finding:
            break
        sheet.claim_finding(finding)
        findings.append(finding)
        known.update(finding.names)
    return findings


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
