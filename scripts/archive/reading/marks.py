"""The kinds that lines of a text can be marked as, whatever a reader made of them.

MARKS is the one table of them. Curators mark lines by its names (`briefs add --mark 12=note`), and
a reader of HTML or PDF can do so too, where tags and boxes say what a line is.
"""

from collections.abc import Callable
from dataclasses import dataclass

from archive.reading.model import Kind, Voice
from archive.reading.vocabulary import NUMBER, SERIES_NUMBER
from archive.text import dates
from archive.text.names import bare_name, byline_names
from archive.text.normal_forms import normalise, visible


@dataclass(frozen=True, slots=True)
class Mark:
    """What marked lines become: blocks of a `kind`, in a `voice`.

    A mark may name one of the `voices` instead, or a level of up to `levels`. With `is_one_block`,
    all its lines are one block; else each block stays as it was read. Lines of metadata give the
    values of a `field`, which `values` finds in their words.
    """

    kind: Kind
    voice: Voice = Voice.AUTHOR
    voices: tuple[Voice, ...] = ()
    levels: int = 0
    is_one_block: bool = True
    field: str = ""
    values: Callable[[str], list[str]] | None = None


def _names(text: str) -> list[str]:
    return byline_names(text) or [bare_name(text)]


def _dates(text: str) -> list[str]:
    printed = (date for date, _, _ in dates.find_all(text))
    return [next(printed, text if dates.parse_edtf(text) else "")]


def _series(text: str) -> list[str]:
    match = SERIES_NUMBER.fullmatch(normalise(text))
    return [match["series"].strip() if match else text]


def _number(text: str) -> list[str]:
    normal = normalise(text)
    match = NUMBER.fullmatch(normal) or SERIES_NUMBER.fullmatch(normal)
    return [match["number"] if match else text]


MARKS = {
    "title": Mark(Kind.METADATA, field="title", values=lambda text: [text]),
    "author": Mark(Kind.METADATA, field="authors", values=_names),
    "affiliation": Mark(Kind.METADATA, field="affiliation"),
    "institute": Mark(Kind.METADATA, field="institute", values=lambda text: [text]),
    "date": Mark(Kind.METADATA, field="date", values=_dates),
    "series": Mark(Kind.METADATA, field="series", values=_series),
    "number": Mark(Kind.METADATA, field="number", values=_number),
    "heading": Mark(Kind.HEADING, levels=5),
    "paragraph": Mark(Kind.PARAGRAPH),
    "point": Mark(Kind.POINT, levels=5, is_one_block=False),
    "table": Mark(Kind.TABLE),
    "quote": Mark(Kind.QUOTE),
    "caption": Mark(Kind.CAPTION),
    "note": Mark(
        Kind.NOTE,
        Voice.PUBLISHER,
        voices=(Voice.AUTHOR, Voice.PUBLISHER, Voice.TRANSLATOR),
        is_one_block=False,
    ),
    "introduction": Mark(Kind.INTRODUCTION, Voice.PUBLISHER, is_one_block=False),
    "biography": Mark(Kind.BIOGRAPHY, Voice.BIOGRAPHER, is_one_block=False),
    "rights": Mark(Kind.RIGHTS, Voice.RIGHTS, is_one_block=False),
    "furniture": Mark(Kind.FURNITURE, Voice.PUBLISHER, is_one_block=False),
    # What a reader left out, or took for somebody else's words, is the author's text.
    "text": Mark(Kind.PARAGRAPH, is_one_block=False),
}


def marked_values(name: str, words: str) -> list[str]:
    """Return the values that marked `words` give for the field of a mark; [] without any."""
    find = MARKS[name].values
    return list(filter(None, map(visible, find(visible(words))))) if find else []
