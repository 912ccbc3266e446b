"""The kinds that lines of a text can be marked as, whatever a reader made of them.

MARKS is the one table of them. Curators mark lines by its names (`briefs add --mark 12=note`), and
a reader of HTML or PDF can do so too, where tags and boxes say what a line is.
"""

import re
from dataclasses import dataclass

from archive.reading.model import Kind, Voice
from archive.reading.vocabulary import AROUND_DATE, NUMBER, SERIES_NUMBER
from archive.text import dates
from archive.text.names import byline_names, loose_names
from archive.text.normal_forms import normalise, visible


@dataclass(frozen=True, slots=True)
class Mark:
    """What marked lines become: blocks of a `kind`, in a `voice`.

    With `is_one_block`, all lines of a mark are one block; else each block stays as it was read.
    Lines of metadata are those of a `field`, "" for others.
    """

    kind: Kind
    voice: Voice = Voice.AUTHOR
    is_one_block: bool = True
    field: str = ""


MARKS = {
    "title": Mark(Kind.METADATA, field="title"),
    "author": Mark(Kind.METADATA, field="authors"),
    "affiliation": Mark(Kind.METADATA, field="affiliation"),
    "institute": Mark(Kind.METADATA, field="institute"),
    "date": Mark(Kind.METADATA, field="date"),
    "series": Mark(Kind.METADATA, field="series"),
    "number": Mark(Kind.METADATA, field="number"),
    "heading": Mark(Kind.HEADING),
    "paragraph": Mark(Kind.PARAGRAPH),
    "point": Mark(Kind.POINT, is_one_block=False),
    "table": Mark(Kind.TABLE),
    "quote": Mark(Kind.QUOTE),
    "caption": Mark(Kind.CAPTION),
    "note": Mark(Kind.NOTE, Voice.PUBLISHER, is_one_block=False),
    "introduction": Mark(Kind.INTRODUCTION, Voice.PUBLISHER, is_one_block=False),
    "biography": Mark(Kind.BIOGRAPHY, Voice.BIOGRAPHER, is_one_block=False),
    "rights": Mark(Kind.RIGHTS, Voice.RIGHTS, is_one_block=False),
    "furniture": Mark(Kind.FURNITURE, Voice.PUBLISHER, is_one_block=False),
    # What a reader left out, or took for somebody else's words, is the author's text.
    "text": Mark(Kind.PARAGRAPH, is_one_block=False),
}
# A mark of these kinds may say its level, or its voice.
LEVELLED, VOICED = ("heading", "point"), ("note",)


def marked_values(name: str, text: str) -> list[str]:
    """Return the values that a line gives for the field of the mark `name`; [] without any."""
    text = visible(text)
    parts = (
        part.lstrip(" ,)").rstrip(" ,(")
        for part in re.split(r"[|·]", without_dates(text, sign="|"))
    )
    pieces = list(filter(None, parts)) or [text]
    numbered = list(filter(None, map(SERIES_NUMBER.fullmatch, pieces)))
    numbers = list(filter(None, map(NUMBER.fullmatch, pieces))) or numbered
    values = {
        "title": [text],
        "author": [name for piece in pieces for name in byline_names(piece)]
        or loose_names(pieces[0]),
        "institute": [text],
        "date": list(filter(None, [dates.understand(text)]))
        or [date for date, _, _ in dates.find_all(text)][:1],
        "series": [match["series"].strip() for match in numbered] or pieces,
        "number": [match["number"] for match in numbers] or pieces,
    }
    return list(map(visible, values.get(name, [])))


def without_dates(text: str, date: str = "", sign: str = "") -> str:
    """Return a text in normal form without the dates in it, or without this one (EDTF).

    A `sign` stands in place of each.
    """
    normal = normalise(text)
    for found, start, end in reversed([*dates.find_all(normal)]):
        if not date or found == date:
            normal = AROUND_DATE.sub("", f"{normal[:start]}{sign}{normal[end:]}")
    return normal
