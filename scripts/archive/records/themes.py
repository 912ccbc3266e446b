"""Themes and the passages that show them: which sentence of which block says so."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from archive.reading.model import Block, Kind, Voice
from archive.text.language import SCRIPTS
from archive.text.sentences import sentences
from archive.text.tables import row_spans

# Title, standfirst, introduction, notes, biography, rights line and furniture never give a theme.
_SHOWS = {Kind.HEADING, Kind.KEY_POINT, Kind.PARAGRAPH, Kind.POINT, Kind.TABLE}
# How many of the points under a heading are shown with it.
_POINTS_UNDER = 3
_CJK = f"[{SCRIPTS}]"
_LETTER = rf"[^\W{SCRIPTS}]"
_QUOTE = "[\"“”'‘’]*"


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of themes.yml.

    `words` are phrases that show it: a space stands for any white space or hyphen, a star at the end of a word for any
    ending. `patterns` are regular expressions for what phrases cannot say. `not_words` are phrases that contain or resemble
    a word and do not show the theme. The Korean and Japanese `names` show it too.
    """

    id: str
    label: str
    scope: str
    names: dict[str, tuple[str, ...]]
    words: tuple[str, ...]
    patterns: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    _phrases: _Phrases = field(init=False, repr=False, compare=False)
    _masks: _Phrases = field(init=False, repr=False, compare=False)
    _shown: tuple[re.Pattern[str], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [name for group in self.names.values() for name in group]
        object.__setattr__(self, "_phrases", _Phrases((*self.words, *names)))
        object.__setattr__(self, "_masks", _Phrases(self.not_words))
        object.__setattr__(
            self, "_shown", tuple(re.compile(part, re.IGNORECASE) for part in self.patterns)
        )

    def found(self, text: str) -> list[tuple[int, int]]:
        """Where in `text` words stand that show the theme, as (start, end)."""
        folded = text.lower()
        if not self.patterns and not self._phrases.may_stand(folded):
            return []
        for start, end in self._masks.found(text, folded):
            text = f"{text[:start]}{chr(0) * (end - start)}{text[end:]}"
        patterns = (found.span() for pattern in self._shown for found in pattern.finditer(text))
        spans: list[tuple[int, int]] = []
        for start, end in sorted([*self._phrases.found(text, folded), *patterns]):
            if start < end and (
                not spans or start >= spans[-1][1]
            ):  # a pattern may fit what a phrase has marked
                spans.append((start, end))
        return spans


class _Phrases:
    """Phrases to be found in a text, the longer before the shorter.

    They are looked for only where the first word of one stands: a hundred times as fast as trying all of them everywhere.
    """

    def __init__(self, phrases: tuple[str, ...]) -> None:
        longest_first = sorted(phrases, key=len, reverse=True)
        self._firsts = tuple(
            sorted({phrase.split()[0].removesuffix("*").lower() for phrase in phrases})
        )
        self._any = re.compile("|".join(map(phrase_pattern, longest_first)), re.IGNORECASE)

    def may_stand(self, folded: str) -> bool:
        """Whether the first word of a phrase stands in a text in lower case."""
        return any(first in folded for first in self._firsts)

    def found(self, text: str, folded: str) -> list[tuple[int, int]]:
        """Where phrases stand in `text`, as (start, end), in order; `folded` is the text in lower case."""
        places = (
            self._places(folded) if len(folded) == len(text) else range(len(text))
        )  # few letters are two in lower case
        spans: list[tuple[int, int]] = []
        for place in places:
            if (not spans or place >= spans[-1][1]) and (found := self._any.match(text, place)):
                spans.append(found.span())
        return spans

    def _places(self, folded: str) -> list[int]:
        places = set()
        for first in self._firsts:
            place = folded.find(first)
            while place >= 0:
                places.add(place)
                place = folded.find(first, place + 1)
        return sorted(places)


def phrase_pattern(phrase: str) -> str:
    """The regular expression of a phrase: white space and hyphens alike, whole words but for a closing star.

    Quotation marks round a part of it ("forced “labor”") do not matter.
    """
    words = []
    for word in phrase.split():
        stem = re.escape(word.removesuffix("*"))
        words.append(stem + (r"\w*" if word.endswith("*") else ""))
    body = rf"{_QUOTE}[\s\u2010-\u2015-]+{_QUOTE}".join(words)
    # Korean and Japanese write particles at the end of a word and need no space before it, whatever its script.
    before = "" if re.match(_CJK, phrase) else rf"(?-i:(?<!{_LETTER}))"
    after = "" if re.search(f"{_CJK}$", phrase) else rf"(?-i:(?!{_LETTER}))"
    return f"{before}{body}{after}"


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of block `number` that show `theme`: a sentence, the row of a table, or a whole heading with the blocks `under` it.

    `marks` are the places of the words that show it, as (start, end) in `text`.
    """

    theme: str
    number: int
    text: str
    marks: tuple[tuple[int, int], ...]
    under: tuple[int, ...] = ()


def passages(blocks: tuple[Block, ...], theme: Theme) -> tuple[Passage, ...]:
    """The passages that show `theme`, in order. `blocks` are the shown blocks of a text; the first is number 1."""
    found = []
    for number, block in enumerate(blocks, 1):
        if block.kind not in _SHOWS or block.voice is not Voice.AUTHOR:
            continue
        marks = theme.found(block.text)
        if not marks:
            continue
        heading = block.kind is Kind.HEADING
        for start, end in _pieces(block):
            first, last = (bisect_left(marks, (place, 0)) for place in (start, end))
            inside = tuple((a - start, b - start) for a, b in marks[first:last])
            if inside:
                under = _points_under(blocks, number) if heading else ()
                found.append(Passage(theme.id, number, block.text[start:end], inside, under))
    return tuple(found)


def _pieces(block: Block) -> Sequence[tuple[int, int]]:
    """What of a block can be a passage, as (start, end) in its text."""
    if block.kind is Kind.HEADING:
        return [(0, len(block.text))]
    return row_spans(block.text) if block.kind is Kind.TABLE else sentences(block.text)


def _points_under(blocks: tuple[Block, ...], number: int) -> tuple[int, ...]:
    """The first points that stand under heading `number`, in its own section; its first paragraph where there is no point."""
    head = blocks[number - 1]
    under: list[int] = []
    for index, block in enumerate(blocks[number:], number + 1):
        if block.kind is Kind.HEADING and (block.level <= head.level or under):
            break
        if block.kind in (Kind.POINT, Kind.KEY_POINT):
            under.append(index)
        elif block.kind is Kind.PARAGRAPH and not under:
            return (index,)
        if len(under) == _POINTS_UNDER:
            break
    return tuple(under)
