"""The lines below a text, or above it: who the authors are, the rights, what the publisher says of itself."""

from __future__ import annotations

import re

from archive.reading.model import Kind, Voice
from archive.reading.sheet import Sheet
from archive.reading.vocabulary import ABOUT, furniture, is_section, own_institute
from archive.text.names import NAME, ROLE, bare, is_person

_RIGHTS = re.compile(r"(?:copyright\b|©|ⓒ\s?\d|\(c\) \d)", re.IGNORECASE)
_BIOGRAPHY = re.compile(
    r"[*■\s]{0,8}(?P<name>[^,.:;]{4,40}?(?:\b[A-Z]\.[^,.:;]{2,25}?)?)(?:\s?\([^)]{2,30}\))?,? "
    r"(?:is|was|serves as|works (?:as|at))\s(?P<post>.{5,300})"
)
_KOREAN_BIOGRAPHY = re.compile(
    r"[■\s]{0,8}(?:저자\s*:?\s*)?(?P<name>[가-힣]{1,5}(?: [가-힣]{1,5})?)\s?(?:\([一-鿿]+\))?\s?_\s?(?P<post>\S.*)"
)
# A second person whom the line presents, at the head of a sentence or, where columns of a PDF are run together, within one.
_FURTHER = re.compile(rf"(?<=[\w.;,*] )\*?(?P<name>{NAME.pattern}) is (?P<post>[^.]{{3,120}})")
_LONGEST_BIOGRAPHY = 4000
# How much of an editor's note is looked at.
_NOTE = 600
# A post that makes a sentence on a person a biography; ministers and presidents are what briefs are about.
_POST = re.compile(
    r"\b(?:professor|fellow|research\w*|analyst|scholar|director|lecturer|associate|candidate|expert|chair)\b.{0,80}\b(?:at|of|in|with|for)\b",
    re.IGNORECASE,
)


_EDITORS_NOTE = re.compile(r"^\s*(?:Editor[’']?s['’]? Note|편집자\s?주)\s*[:：]?\s*", re.IGNORECASE)
# Whom the first words of a note present is its subject, and the author: "In this brief, Jane Roe, Professor at …, argues …".
_PRESENTED = re.compile(
    rf"(?:(?:In|On) [^,]{{3,40}}, (?:\d{{4}}, )?)?(?P<name>(?:(?:Dr|Prof)\. |Professor )?{NAME.pattern})"
    r"(?:, [^.]{3,200}?,|\s\([^()]{3,100}\),?)? "
    r"(?:argues?|examines?|analy[sz]es?|discuss(?:es)?|explores?|explains?|outlines?|assess(?:es)?|presents?|suggests?|contends?|"
    r"reviews?|highlights?|describes?|evaluates?|points? out|looks? (?:at|into)|"
    r"(?:gave|delivered|presented) (?:the following|this))\b"
)
_KOREAN_PRESENTED = re.compile(
    r"(?P<name>[가-힣]{2,4}) (?:[^\s,.]{2,20} ){1,4}?[^\s,.()]{0,8}(?:교수|연구위원|연구원|소장|원장|센터장|대표)"
    r"(?:\([^()]{2,40}\))?"
    r"(?P<more>(?:과|와|,)\s)?(?(more)|(?:은|는|이|가)\s)"
)


# So many lines about the authors a text may end with.
_MOST_BIOGRAPHY = 12


def read_footer(sheet: Sheet) -> list[tuple[str, int]]:
    """Claim biographies and what else stands below a text; returns the names of the biographies, by line."""
    for line in sheet.filled():
        if name := own_institute(sheet.line(line)):
            sheet.state("institute", name, line)
    names = _about_the_authors(sheet)
    names += _presented(sheet)
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
    below = sheet.filled(head + 1)
    # At the end of a text all that follows is about the authors; on top of one, what is not is the text.
    at_the_end = len(below) <= _MOST_BIOGRAPHY and len(sheet.filled(1, head)) > len(below)
    for line in below:
        text = sheet.line(line)
        if is_person(bare(text)):
            names.append((bare(text), line))
            sheet.metadata("authors", line)
        elif is_post(text):
            sheet.metadata("affiliation", line)
        elif _claim_biography(sheet, line, names):
            continue
        elif at_the_end and not (is_section(text) or furniture(text) or _RIGHTS.match(text)):
            sheet.lines(Kind.BIOGRAPHY, line, voice=Voice.BIOGRAPHER)
        else:
            break
    return names


def _presented(sheet: Sheet) -> list[tuple[str, int]]:
    """The authors whom an editor's note presents in its first words."""
    for line, found in sheet.find(_EDITORS_NOTE):
        text = " ".join(sheet.source[line][found.end() :].split())
        note = line if text else sheet.after(line) or 0
        text = text or sheet.line(note)
        # In its second sentence only one who is presented with a post is the author, not the subject of the news.
        second = re.match(r"[^.]{20,400}[^.A-Z]\. (?=\S)", text[:_NOTE])
        later = _PRESENTED.match(text[:_NOTE], second.end()) if second else None
        if english := _PRESENTED.match(text[:_NOTE]) or (
            later if later and ROLE.search(later[0]) else None
        ):
            return [(bare(english["name"]), note)] if is_person(bare(english["name"])) else []
        names, start = [], 0
        while korean := _KOREAN_PRESENTED.match(text[:_NOTE], start):
            names.append((korean["name"], note))
            start = korean.end() if korean["more"] else _NOTE
        return names if all(is_person(name) for name, _ in names) else []
    return []


def _claim_biography(sheet: Sheet, line: int, names: list[tuple[str, int]]) -> bool:
    """Claim "Jane Roe is a professor at …" and "손 열_동아시아연구원 원장", and keep the name."""
    text = sheet.line(line)
    if (
        (found := _BIOGRAPHY.match(text))
        and is_person(bare(found["name"]))
        and _POST.search(found["post"])
    ):
        further = _further(text, found.end("name"))
        if further is None:
            return False
        people_here = [bare(found["name"]), *further]
    elif (found := _KOREAN_BIOGRAPHY.match(text)) and ROLE.search(found["post"]):
        people_here = [found["name"]]
    else:
        return False
    names += [(name, line) for name in people_here]
    sheet.lines(Kind.BIOGRAPHY, line, voice=Voice.BIOGRAPHER)
    return True


def _further(text: str, start: int) -> list[str] | None:
    """The names of the other people whom a biography presents; None when one is presented within a sentence on another."""
    names: list[str] = []
    for found in _FURTHER.finditer(text, start, _LONGEST_BIOGRAPHY):
        name = bare(found["name"])
        if not is_person(name) or not _POST.search(found["post"]):
            continue
        if text[found.start() - 2] not in ".;*":
            return None
        # "Dr. Roe is also …" is the first again.
        names += [name] if name.split()[-1] not in text[:start] else []
    return names


def is_post(text: str) -> bool:
    """Whether a line is an author's post or affiliation: short, with a word of one, and no sentence."""
    return (
        len(text) < 110
        and bool(ROLE.search(text))
        and not re.search(r"[.!?]$|^(?:by|about)\b", text, re.IGNORECASE)
    )
