"""Curators overrule a reader on the kind of lines and on the themes of a brief.

Their decisions are in the record (record.Range, record.ThemeDecision), with dates and reasons.
"""

import re
from collections.abc import Container, Sequence, Set
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from archive.errors import raise_first
from archive.reading.footer import is_post
from archive.reading.marks import MARKS, marked_values, without_dates
from archive.reading.model import Block, Kind, Reading, Statement, Voice
from archive.reading.sheet import text_of
from archive.records.authority import Authority
from archive.records.ledger import digest, find_runs
from archive.records.record import Range, Record
from archive.records.themes import Passage, Theme
from archive.records.verify import held_words, prints, stated_values, words_of
from archive.sources.source import Source
from archive.text import dates
from archive.text.names import bare_byline, byline_names
from archive.text.normal_forms import fold, normalise, visible

# The mark of each field that a curator can give, but for the title.
_ABOUT_LINES = re.compile(r"lines? \d")
_CLAIMED = {mark.field: kind for kind, mark in MARKS.items() if mark.field and kind != "title"}

# What any printed date has, in whatever form.
# "¹ Research Fellow": whose name has this mark.
_MARK_OF_NOTE = re.compile(r"^[\s*†‡§¶¹²³⁰⁴-⁹]+")
_FIGURE = re.compile(r"[\d〇一二三四五六七八九十元]")


def words(block: Block) -> str:
    """Return the words that the ledger digests: list or note mark, then text."""
    return block.mark + block.text


def with_ranges(
    path: Path | str,
    ranges: Sequence[Range],
    reading: Reading,
    given_out: Set[str] = frozenset(),
    held: set[str] | None = None,
    *,
    date: str = "",
) -> Reading:
    """Return the reading with the blocks and the values that `ranges` give; later ones count first.

    `ranges` are from the record at `path`. A range cuts a block of which it covers a part.
    `given_out` are the digests in the ledger. A block with one of them keeps its anchor when it
    becomes furniture: its kind is then Kind.LEFT_OUT. Lines of metadata with more words than the
    record has (`held`; None: not known yet) give their value, and stay in the text as they were
    read. A line may print the `date` of the record in a form that no reader knows.
    Raises ArchiveError when a range has no words, or not the value that it is to give.
    """
    stated = [
        (MARKS[one.kind].field, Statement(value, one.first, text))
        for one in ranges
        for text in [visible(" ".join(reading.source.lines[one.first - 1 : one.last]))]
        for value in marked_values(one.kind, text)
    ]
    fields: dict[str, Any] = dict(reversed(stated))
    authors = tuple(dict.fromkeys(value for name, value in stated if name == "authors"))
    reading = replace(reading, **fields | {"authors": authors or reading.authors})
    known = date or (reading.date.value if reading.date else "")
    for index, marked in enumerate(ranges, 1):
        parts = [part for block in reading.blocks for part in _cut(marked, block, reading.source)]
        inside = [part for part in parts if marked.covers(part.lines[0])]
        outside = [part for part in parts if part not in inside]
        what, text = MARKS[marked.kind], "\n".join(part.text for part in inside)
        is_known = bool(date) if held is None else _is_held(text, "", held)
        _refuse(path, f"ranges[{index}].lines", marked, text, reading.source, is_known=is_known)
        if what.kind is Kind.METADATA and not (held is None or _is_held(text, known, held)):
            continue
        if what.is_one_block and (len(inside) > 1 or what.kind is Kind.TABLE):
            spans = tuple(sorted(span for part in inside for span in part.spans))
            joined = text_of(reading.source, what.kind, spans)
            inside = [replace(inside[0], spans=spans, text=joined, mark="")]
        blocks = [*outside, *(_apply(marked, part, given_out) for part in inside)]
        reading = replace(reading, blocks=tuple(sorted(blocks, key=lambda block: block.spans[0])))
    return reading


def _refuse(
    path: Path | str, where: str, marked: Range, text: str, source: Source, *, is_known: bool
) -> None:
    """Raise ArchiveError when marked lines have no words, or no date that they are to give.

    Where a date `is_known` that they may print, a figure is enough.
    """
    unread = "" if marked.kind != "date" or marked_values("date", text) else normalise(text)
    remedy = "Name other lines: `briefs inspect` shows them."
    raise_first(
        path,
        (
            not text,
            where,
            f"there are no words on these lines; the text has {len(source)} lines",
            remedy,
        ),
        (
            unread and not (is_known and _FIGURE.search(unread)),
            where,
            "no date can be read on these lines",
            f"{remedy} If they print one all the same, say which: --set date=….",
        ),
    )


def without_marked(ranges: Sequence[Range], reading: Reading) -> Reading:
    """Return the reading without what its reader took from marked lines for another field."""
    gone = {
        (field, stated)
        for field, stated in reading.statements()
        if stated.basis == "printed"
        and (kinds := [one.kind for one in ranges if one.covers(stated.line)])
        and field not in [MARKS[kind].field for kind in kinds]
    }
    none: dict[str, Any] = {field: None for field, _ in gone}
    authors = tuple(author for author in reading.authors if ("authors", author) not in gone)
    return replace(reading, **none | {"authors": authors})


def _cut(marked: Range, block: Block, source: Source) -> list[Block]:
    """Return the parts of a block before, on and after the marked lines."""
    parts = [
        (side, tuple(spans))
        for side, spans in groupby(
            block.spans, lambda span: (span.line >= marked.first) + (span.line > marked.last)
        )
    ]
    if len(parts) == 1 or 1 not in dict(parts):
        return [block]
    # Lines that are one line, wrapped by hand, stay one.
    between = "\n" if "\n" in block.text else " "
    texts = [between.join(text_of(source, block.kind, spans).split("\n")) for _, spans in parts]
    texts[0] = texts[0].removeprefix(block.mark).strip(" \n")
    return [
        replace(block, spans=spans, text=text, mark=block.mark if text is texts[0] else "")
        for (_, spans), text in zip(parts, texts, strict=True)
    ]


def _is_held(text: str, date: str, held: set[str]) -> bool:
    """Whether the record has all words of a text but those that print its date."""
    text, is_dated = _MARK_OF_NOTE.sub("", text), bool(date) and not dates.has_more_years(text)
    rest = without_dates(text, date) if is_dated else text
    return (is_dated and dates.understand(visible(text)) == date) or held.issuperset(words_of(rest))


def _apply(marked: Range, block: Block, given_out: Set[str]) -> Block:
    what = MARKS[marked.kind]
    # Invisible signs stay as they are. So does what the reader already took for the author's text,
    # since it may know more: a heading, a point.
    if not normalise(words(block)).strip() or (
        marked.kind == "text"
        and block.shown
        and block.voice is Voice.AUTHOR
        and block.kind not in (Kind.NOTE, Kind.UNCLAIMED)
    ):
        return block
    if what.kind is Kind.FURNITURE:
        return replace(
            block,
            kind=Kind.LEFT_OUT if digest(words(block)) in given_out else what.kind,
            voice=marked.voice,
            level=0,
            rule="left out by the archive",
        )
    sign = block.mark if marked.level else ""
    text = words(block).removeprefix(sign)
    return Block(
        what.kind,
        block.spans,
        " ".join(text.split()) if what.is_one_block and what.kind is not Kind.TABLE else text,
        marked.voice,
        marked.level,
        sign,
        what.field,
    )


def find_claims(
    record: Record, authority: Authority, reading: Reading, given: Container[str]
) -> list[tuple[str, str]]:
    """Return marks, as lines and kind, for the shown lines that print what a curator gives.

    `given` are names of fields. The record holds all words of a claimed line, or it is a byline.
    The title is claimed wherever it stands, anything else only if no hidden line prints it. With
    one author's line go those of the others, and the post below it.
    """
    held, date = held_words(record, authority), str(record.date)
    hidden = [
        *(block.text for block in reading.blocks if block.kind is Kind.METADATA),
        *(author.text for author in reading.authors if byline_names(author.text)),
    ]
    # The lines of a paragraph that was wrapped by hand are no lines of a head.
    rows = [
        (span.line, reading.source.text((span,)))
        for block in reading.shown
        if block.kind is not Kind.NOTE and block.voice is not Voice.BIOGRAPHER
        for span in block.spans
        if len(block.spans) == 1 or block.kind is Kind.HEADING or "\n" in block.text
    ]
    claims = [
        (f"{window[0][0]}-{window[-1][0]}", "title")
        for start in range(len(rows))
        for window in (rows[start : start + size] for size in (1, 2, 3))
        if "title" in given and fold(" ".join(text for _, text in window)) == fold(record.title)
    ]
    posts = [("affiliation", [one.affiliation]) for one in record.authors if one.affiliation]
    for field, spellings in [*stated_values(record, authority), ("date", [date]), *posts]:
        name = field.partition("[")[0]
        kind = _CLAIMED.get(name) if name in given else None
        if kind and not any(_says(text, spellings) for text in hidden):
            claims += [
                (str(line), kind)
                for line, text in rows
                if _says(text, spellings)
                and not text.isdecimal()  # the number of a page
                and (
                    _is_held(text, date, held)
                    or (kind == "author" and _is_byline_of(text, spellings[0]))
                )
            ][:1]
    names = [int(line) for line, kind in claims if kind == "author"]
    credited = {credit.printed for credit in record.authors if names}
    claims += [
        *((str(author.line), "author") for author in reading.authors if author.value in credited),
        *((str(line), "affiliation") for line, text in rows if line - 1 in names and is_post(text)),
    ]
    return list(dict.fromkeys(claims))


def _is_byline_of(text: str, name: str) -> bool:
    """Whether a line is a byline that names somebody, or a label and the name of a body."""
    return name in byline_names(text) or fold(bare_byline(text)) == fold(name)


def _says(text: str, spellings: list[str]) -> bool:
    """Whether a text prints a value in one of its spellings; a date has many."""
    printed = {date for date, _, _ in dates.find_all(text)} | {dates.understand(visible(text))}
    return any(value in printed or prints(text, value) for value in spellings)


def find_words(
    reading: Reading, missing: Set[str], known: Set[str], record: Record
) -> dict[str, Block]:
    """Find the blocks that now have the words of `missing` digests, alone or among others.

    A line may have become metadata or furniture, or curators may have joined or cut blocks by the
    ranges of the `record`, or have taken such a range back, as its changes say. A shown block of
    other words than `known` digests have is else what its reader alone has joined: it is no reason
    to lose an anchor.
    """
    pieces = [
        (reading.source[span.line][span.start : span.end], block)
        for block in reading.blocks
        for span in block.spans
    ]
    is_taken_back = any(_ABOUT_LINES.match(change.field) for change in record.changes)
    found: dict[str, Block] = {}
    for (value, first), end in find_runs(missing, [text for text, _ in pieces], 1).items():
        for block in {block: None for _, block in pieces[first:end]}:
            is_marked = is_taken_back or any(
                marked.first <= block.lines[1] and block.lines[0] <= marked.last
                for marked in record.ranges
            )
            own = digest(words(block))
            if (not block.shown or is_marked or (own in known and own != value)) and (
                value not in found or (block.shown and not found[value].shown)
            ):
                found[value] = block
    return found


def without_left_out(reading: Reading) -> Reading:
    """Return the reading without the words of left-out blocks; their anchors stay."""
    return replace(
        reading,
        blocks=tuple(
            replace(block, text="", mark="") if block.kind is Kind.LEFT_OUT else block
            for block in reading.blocks
        ),
    )


def with_decisions(
    record: Record,
    blocks: tuple[Block, ...],
    anchors: tuple[str, ...],
    detected: dict[str, tuple[Passage, ...]],
    themes: dict[str, Theme],
    *,
    elsewhere: dict[str, str],
) -> dict[str, tuple[Passage, ...]]:
    """Return the passages of each theme after the record's additions and removals.

    `detected` are the passages that words show; `elsewhere` has the anchors whose words another
    block has now, with its anchor. The result is in the order of `themes`. Raises
    ArchiveError when a passage that the record names is not a block by the author.
    """
    decided = dict(detected)
    own = {
        anchor: (number, replace(block, spans=()))
        for number, (anchor, block) in enumerate(zip(anchors, blocks, strict=False), 1)
        if block.voice is Voice.AUTHOR and block.text
    }
    own |= {anchor: own[present] for anchor, present in elsewhere.items() if present in own}
    for index, decision in enumerate(record.themes, 1):
        raise_first(
            record.path,
            *(
                (
                    anchor not in own,
                    f"themes[{index}].passages",
                    f"{anchor!r} is not a paragraph by the author",
                    "Name paragraphs by the author, by the numbers in the margin of the page. "
                    "If there is none, take this entry out; in `briefs correct`, "
                    f"--set theme={decision.theme} does that.",
                )
                for anchor in decision.passages
            ),
        )
        # A theme that is removed is left without passages.
        kept = detected.get(decision.theme, ()) if decision.passages else ()
        numbers = {passage.number for passage in kept}
        added = (
            Passage(decision.theme, number, block.text, (), block)
            for number, block in dict(own[anchor] for anchor in decision.passages).items()
            if number not in numbers
        )
        decided[decision.theme] = tuple(sorted((*kept, *added), key=lambda shown: shown.number))
    return {theme: decided[theme] for theme in themes if decided.get(theme)}
