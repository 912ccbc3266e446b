"""The Institute for Far Eastern Studies (IFES) as its texts stand on Korea On Point.

An invitation to subscribe, key points (►), then one paragraph a line, and at the end a biography without a heading. Title,
date and publisher are not in the text: the biography's "at the Institute …" is the author's post, no imprint.
"""

from __future__ import annotations

import re

from archive.names import ROLE, is_person
from archive.outline import outline
from archive.readers import Reader
from archive.reading import Kind, Voice
from archive.sheet import Sheet
from archive.source import Source

_INVITATION = re.compile(r"^\s*Stay informed about our latest news,")
_INVITATION_ENDS = re.compile(r"^\s*publications, & uploads:\s*$")
_BIOGRAPHY = re.compile(r"^\s*(?:Dr\.\s+|Prof\.\s+)?(?P<name>[^,.(]{4,40}?) is (?:an?|the|currently)\b(?P<post>[^.]*)")


def knows(source: Source) -> bool:
    """Korea On Point puts its invitation to subscribe above every article."""
    return any(_INVITATION.match(line) for line in source.lines)


def read(sheet: Sheet) -> None:
    """Take the invitation and the closing biographies off; the rest is key points and paragraphs."""
    for line, _ in list(sheet.find(_INVITATION)):
        ends = _INVITATION_ENDS.match(sheet.line(line + 1))
        sheet.furniture("invitation to subscribe", line, *([line + 1] if ends else []))
    biographies: list[tuple[int, str]] = []
    for line in reversed(sheet.filled()):
        found = _BIOGRAPHY.match(sheet.source[line])
        if not (found and is_person(found["name"].strip()) and ROLE.search(found["post"])):
            break
        biographies.append((line, found["name"].strip()))
    for line, name in reversed(biographies):
        sheet.author(name, line)
        sheet.lines(Kind.BIOGRAPHY, line, voice=Voice.BIOGRAPHER)
    outline(sheet, sheet.filled(), point=Kind.KEY_POINT)


READER = Reader("ifes", knows, read)
