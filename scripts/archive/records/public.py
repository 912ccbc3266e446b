"""What the public may not be shown: which briefs those are on a day, and the archive with the words of those gone.

Pages, search index, feeds and exports are all made of a library. From the one that `public_library` gives none of them can show a word
that is withheld, since no word of it is there.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from archive.errors import ArchiveError
from archive.reading.model import Block, Kind, Reading, Voice
from archive.records.library import Brief, Library
from archive.records.record import Record
from archive.sources.source import Source
from archive.text.sentences import sentences

# Of a text that is withheld, so many words of its author are shown at most.
MOST_WORDS = 40
# So many briefs are named on the line that a build prints.
_NAMED = 5
# What an excerpt may be taken from: running words of the author's.
_EXCERPTED = (Kind.PARAGRAPH, Kind.POINT, Kind.KEY_POINT)
# Letters of scripts that put no space between words: Thai and its neighbours, Khmer, kana, Chinese. Each counts as a word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}][^\w\s]*|[^\s{_UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The first words of a text: block `number` begins with `text`, and goes on where that is `cut`. `words` counts them."""

    number: int
    text: str
    words: int
    cut: bool

    @property
    def unit(self) -> str:
        """What `words` counts: letters, where no spaces part words."""
        return "word" if 2 * len(self.text.split()) > self.words else "letter"


@dataclass(frozen=True, slots=True)
class Withheld(Brief):
    """A brief without its words. Its blocks are there, for their anchors, and empty but for the excerpt; so are its themes."""

    excerpt: Excerpt | None

    @property
    def description(self) -> str:
        """The first sentence of the excerpt, or what there is of it; empty without one."""
        if self.excerpt is None:
            return ""
        text = self.excerpt.text
        start, end = sentences(text)[0]
        return text[start:end] + ("…" if self.excerpt.cut and end == len(text) else "")


def today() -> str:
    """The day in UTC; that of SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/) where it is set.

    Commands ask for it once and pass it down: nothing below them reads a clock. Raises ArchiveError when the variable is no
    number of seconds.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if not given:
        return datetime.now(UTC).date().isoformat()
    try:
        return datetime.fromtimestamp(int(given), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        problem = f"{given!r} is no number of seconds since 1970"
        raise ArchiveError(
            "environment", "SOURCE_DATE_EPOCH", problem, "Unset it, or set it to such a number."
        ) from None


def is_withheld(record: Record, day: str) -> bool:
    """Whether the public may not be shown the text on that day."""
    if record.access == "embargoed" and record.embargoed_until:
        return day < record.embargoed_until
    return record.access != "full"


def withheld_briefs(library: Library, day: str) -> list[Brief]:
    """The briefs whose text the public may not be shown on that day, newest first."""
    return [brief for brief in library.briefs if is_withheld(brief.record, day)]


def public_library(library: Library, day: str) -> Library:
    """The archive as the public may see it on that day: the same records, anchors and addresses, without the words withheld."""
    briefs = tuple(
        _without_words(brief) if is_withheld(brief.record, day) else brief
        for brief in library.briefs
    )
    return replace(library, briefs=briefs)


def notice(briefs: list[Brief], *, is_public: bool) -> str | None:
    """What a build says of the briefs that are withheld, on one line; None when there are none."""
    if not briefs:
        return None
    number, are = (f"{len(briefs)} briefs", "are") if len(briefs) > 1 else ("1 brief", "is")
    ids = ", ".join(brief.id for brief in briefs[:_NAMED]) + (
        f" and {len(briefs) - _NAMED} more" if briefs[_NAMED:] else ""
    )
    if is_public:
        return f"The words of {number} are withheld ({ids})"
    kinds = " or ".join(dict.fromkeys(brief.record.access for brief in briefs))
    return (
        f"{number} {are} {kinds} ({ids}): this build is for the archive's own desk, all pages are marked noindex; "
        "`briefs build --public` withholds the words"
    )


def excerpt(blocks: tuple[Block, ...]) -> Excerpt | None:
    """The first words of the first of the shown `blocks` that has running words of the author's, cut at a word."""
    for number, block in enumerate(blocks, 1):
        if block.kind in _EXCERPTED and block.voice is Voice.AUTHOR and block.text.strip():
            text = " ".join(block.text.split())
            words = list(_WORD.finditer(text))
            shown = text[: words[:MOST_WORDS][-1].end()]
            return Excerpt(number, shown, min(len(words), MOST_WORDS), len(words) > MOST_WORDS)
    return None


def _without_words(brief: Brief) -> Withheld:
    """Made anew and not by leaving out, so that no field that a block or a reading may get can bring words along."""
    found = excerpt(brief.reading.shown)
    texts = {found.number: found.text} if found else {}
    blocks = tuple(
        Block(Kind.PARAGRAPH, (), texts.get(number, ""))
        for number in range(1, len(brief.anchors) + 1)
    )
    return Withheld(
        record=brief.record,
        institute=brief.institute,
        lines=brief.lines,
        written=brief.written,
        reading=Reading(brief.reading.reader, Source((), brief.record.sha256), blocks),
        anchors=brief.anchors,
        passages=dict.fromkeys(brief.passages, ()),
        made_of="",  # nothing that was made of the words is to be found by it
        excerpt=found,
    )
