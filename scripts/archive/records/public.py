"""The public library leaves out the texts that the public may not see.

Pages, search index, feeds and exports are all made from a library. None of them can show a withheld
word when they are made from `public_library`, since that library does not contain it.
"""

import os
from dataclasses import replace
from datetime import UTC, datetime

from archive.errors import ArchiveError
from archive.reading.fidelity import account
from archive.reading.model import Block, Kind, Reading, Voice
from archive.records.library import Brief, Excerpt, Held, Library, Summary, describe
from archive.records.record import Record
from archive.sources.source import Source
from archive.text.language import WORD

# The longest excerpt of a withheld text, in words of its author.
MOST_WORDS = 40
# How many briefs the notice of a build names.
_MOST_NAMED = 5
# An excerpt comes from running text.
_RUNNING_TEXT = (Kind.PARAGRAPH, Kind.POINT, Kind.KEY_POINT)


def today() -> str:
    """Return the day in UTC, or the day of SOURCE_DATE_EPOCH where it is set.

    That variable is specified at https://reproducible-builds.org/specs/source-date-epoch/. Commands
    call this once and pass the day down: nothing below them reads a clock. Raises ArchiveError when
    the variable is not a number of seconds.
    """
    seconds = os.environ.get("SOURCE_DATE_EPOCH") or datetime.now(UTC).timestamp()
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        raise ArchiveError(
            "environment",
            "SOURCE_DATE_EPOCH",
            f"{seconds!r} is not a number of seconds since 1970",
            "Unset it, or set it to such a number.",
        ) from None


def is_withheld(record: Record, day: str) -> bool:
    """Whether the text must not be shown to the public on that day."""
    until = record.embargoed_until
    return record.access != "full" and (until is None or day < until)


def withheld_briefs(library: Library, day: str) -> list[Brief]:
    """Return the briefs whose text is withheld on that day, newest first."""
    return [brief for brief in library.briefs if is_withheld(brief.record, day)]


def public_library(library: Library, day: str) -> Library:
    """Return the archive as the public may see it on that day.

    Records, anchors and addresses are unchanged; the words of withheld briefs are gone.
    """
    return replace(
        library,
        briefs=tuple(
            _without_words(brief) if is_withheld(brief.record, day) else brief
            for brief in library.briefs
        ),
    )


def notice(briefs: list[Brief], *, is_public: bool) -> str | None:
    """Return the line that a build prints about withheld briefs; None without any."""
    if not briefs:
        return None
    number, are = (f"{len(briefs)} briefs", "are") if len(briefs) > 1 else ("1 brief", "is")
    ids = ", ".join(brief.id for brief in briefs[:_MOST_NAMED]) + (
        f" and {len(briefs) - _MOST_NAMED} more" if briefs[_MOST_NAMED:] else ""
    )
    if is_public:
        return f"The words of {number} are withheld ({ids})"
    kinds = " or ".join(dict.fromkeys(brief.record.access for brief in briefs))
    return (
        f"{number} {are} {kinds} ({ids}): this build is for the archive's own desk, and all its "
        "pages are marked noindex; `briefs build --public` withholds the words"
    )


def excerpt(blocks: tuple[Block, ...]) -> Excerpt | None:
    """Return the first words of the author's running text, cut at a word."""
    number, text = next(
        (
            (number, " ".join(block.text.split()))
            for number, block in enumerate(blocks, 1)
            if block.kind in _RUNNING_TEXT
            and block.voice is Voice.AUTHOR
            and WORD.search(block.text)
        ),
        (0, ""),
    )
    words = [match.end() for match in WORD.finditer(text)]
    shown = words[:MOST_WORDS]
    return (
        Excerpt(number, text[: shown[-1]], len(shown), len(words) > MOST_WORDS) if shown else None
    )


def _without_words(brief: Brief) -> Brief:
    # Built from nothing instead of by removal, so that a new field of a block, a reading or a
    # summary can never let words through.
    beginning = excerpt(brief.reading.shown)
    texts = {beginning.number: beginning.text} if beginning else {}
    reading = Reading(
        brief.summary.reader,
        Source((), brief.record.sha256),
        tuple(
            Block(Kind.PARAGRAPH, (), texts.get(number, ""))
            for number in range(1, len(brief.anchors) + 1)
        ),
    )
    sentence = describe(reading.shown)
    return Brief(
        record=brief.record,
        institutes=brief.institutes,
        lines=brief.lines,
        written=brief.written,
        anchors=brief.anchors,
        passages=dict.fromkeys(brief.passages, ()),
        text=Held(reading),
        summary=Summary(
            reading.reader,
            account(reading),
            f"{sentence}…"
            if beginning and beginning.cut and sentence == beginning.text
            else sentence,
            worded=len(texts),
        ),
        excerpt=beginning,
        is_withheld=True,
    )
