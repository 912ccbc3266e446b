"""Themes are found by their words; passages are the sentences with these."""

import re
import signal
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Annotated

from archive.errors import ArchiveError
from archive.reading.model import Block, Kind, Voice
from archive.reading.notes import is_notes_heading
from archive.reading.outline import is_prose
from archive.records.yamlfile import Fields, Key, phrases, written_as
from archive.text.language import SCRIPTS
from archive.text.normal_forms import align, normalise
from archive.text.sentences import is_whole, sentences
from archive.text.tables import row_spans

# Title, standfirst, introduction, notes, biography, rights line and furniture never show a theme.
_KINDS_WITH_THEMES = {
    Kind.HEADING,
    Kind.KEY_POINT,
    Kind.PARAGRAPH,
    Kind.POINT,
    Kind.TABLE,
    Kind.QUOTE,
}
_KEYWORDS = re.compile(
    r"\W*[#＃][^\W\d]|\W*(?:key ?words?|tags?|키워드|주제어|핵심어|태그|キーワード|タグ)\s?[:：]",
    re.IGNORECASE,
)
# How many of the points under a heading are shown with it.
_MOST_POINTS_UNDER = 3
_CJK = f"[{SCRIPTS}]"
_LETTER = rf"[^\W{SCRIPTS}]"
_QUOTE = "[\"']*"
# A quotation that stands alone has at most this many signs, if there is a choice.
_LONGEST_QUOTATION = 320
# The patterns of a theme take less than a thousandth of it on a paragraph.
_MOST_SECONDS = 2
# What a phrase must contain, and the error where it does not.
_VAGUE = (r"\w", "matches any text", "Write a word.")


def _patterns(fields: Fields, name: str) -> tuple[str, ...]:
    for pattern in fields.strings(name):
        try:
            fields.refuse(
                re.match(pattern, ""),
                name,
                f"{pattern!r} matches any text",
                "Write what the text must contain.",
            )
        except (re.error, OverflowError, RecursionError) as error:
            raise fields.error(
                name,
                f"{pattern!r} is not a regular expression ({error})",
                "Correct it, or move it to words.",
            ) from None
    return fields.strings(name)


@dataclass(frozen=True, slots=True)
class PassageAddress:
    """The address of a passage in an authority file: "2019-sejong-park#p7"."""

    brief: str
    anchor: str

    def __str__(self) -> str:
        return f"{self.brief}#{self.anchor}"


parse_passage_address = written_as(
    lambda text: (
        PassageAddress(*text.split("#")) if re.fullmatch(r"[a-z0-9-]+#p[1-9]\d*", text) else None
    ),
    "is not the address of a passage",
    'Write the id of a brief and the number of a paragraph: "2019-sejong-park#p7".',
)


@dataclass(frozen=True)
class Theme:
    """A theme of themes.yml.

    `words` are phrases that show it: a space stands for any white space or hyphen, a star at the
    end of a word for any ending. `patterns` are regular expressions for what phrases cannot
    express. `not_words` are phrases that contain or resemble a word and do not show the theme. The
    Korean and Japanese `names` show it too. The home page quotes the `passage`.
    """

    id: Key
    label: str
    scope: str
    names: dict[str, Annotated[tuple[str, ...], phrases(*_VAGUE)]]
    words: Annotated[tuple[str, ...], phrases(*_VAGUE, "phrases that show the theme")]
    patterns: Annotated[tuple[str, ...], _patterns]
    not_words: Annotated[tuple[str, ...], phrases(*_VAGUE)]
    path: Path = field(repr=False, compare=False)
    passage: Annotated[PassageAddress, parse_passage_address] | None = None

    @cached_property
    def _normal_patterns(self) -> list[str]:
        # A full-width bracket means nothing in a regular expression; a plain one does.
        return [
            re.sub(r"[^\x00-\x7f]+", lambda signs: re.escape(normalise(signs[0])), pattern)
            for pattern in self.patterns
        ]

    @cached_property
    def _phrases(self) -> "_Phrases":
        return _Phrases((*self.words, *chain(*self.names.values())))

    @cached_property
    def _masks(self) -> "_Phrases":
        return _Phrases(self.not_words)

    def find_spans(self, text: str) -> list[tuple[int, int]]:
        """Find the words in `text` that show the theme, as (start, end)."""
        text, places = align(text)
        folded = text.lower()
        if not self.patterns and not self._phrases.find_starts(folded):
            return []
        for start, end in self._masks.find_spans(text, folded):
            text = f"{text[:start]}{chr(0) * (end - start)}{text[end:]}"
        spans = _apart(
            sorted([*self._phrases.find_spans(text, folded), *self._find_patterns(text)])
        )
        return [(places[start], places[end]) for start, end in spans]

    def _find_patterns(self, text: str) -> list[tuple[int, int]]:
        """Find the patterns in a text in normal form, as (start, end), or raise ArchiveError.

        A pattern may take years, which the pattern does not tell. So the time is limited in which
        the process computes: a busy machine changes nothing.
        """
        if not self.patterns:
            return []
        signal.signal(signal.SIGVTALRM, self._stop)
        signal.setitimer(signal.ITIMER_VIRTUAL, _MOST_SECONDS)
        try:
            return [
                match.span()
                for pattern in self._normal_patterns
                for match in re.finditer(pattern, text, re.IGNORECASE)
            ]
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    def _stop(self, *_: object) -> None:
        raise ArchiveError(
            self.path,
            f"{self.id}.patterns",
            f"they took more than {_MOST_SECONDS} seconds on one paragraph",
            "Take the + or * within a repeated bracket out of them, or move them to words.",
        )


class _Phrases:
    """Phrases to be found in a text, longer ones before shorter ones.

    They are tried only where the first word of one occurs, which is a hundred times as fast as
    trying all of them everywhere.
    """

    def __init__(self, phrases: tuple[str, ...]) -> None:
        phrases = tuple(map(normalise, phrases))
        self._firsts = tuple(
            sorted({phrase.split()[0].removesuffix("*").lower() for phrase in phrases})
        )
        self._any = re.compile(
            "|".join(map(phrase_pattern, sorted(phrases, key=len, reverse=True))), re.IGNORECASE
        )

    def find_spans(self, text: str, folded: str) -> list[tuple[int, int]]:
        """Find the phrases in `text`, as (start, end); `folded` is its lower case."""
        # A few letters become two in lower case ("İ"), so offsets in `folded` would be wrong.
        starts = self.find_starts(folded) if len(folded) == len(text) else range(len(text))
        return _apart(match.span() for start in starts if (match := self._any.match(text, start)))

    def find_starts(self, folded: str) -> list[int]:
        """Find where a first word of the phrases stands in a text in lower case."""
        # A regular expression of all first words takes twice as long.
        starts = set()
        for first in self._firsts:
            start = folded.find(first)
            while start >= 0:
                starts.add(start)
                start = folded.find(first, start + 1)
        return sorted(starts)


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans, in order, without empty ones and those that begin in an earlier one."""
    apart: list[tuple[int, int]] = []
    for start, end in spans:
        if start < end and (not apart or start >= apart[-1][1]):
            apart.append((start, end))
    return apart


def phrase_pattern(phrase: str) -> str:
    """Return the regular expression of a phrase; both it and the texts are in normal form.

    White space and hyphens are alike, and words are whole unless they end in a star. Quotation
    marks around words of the phrase ("forced “labor”") do not matter.
    """
    body = rf"{_QUOTE}[\s\u2012-\u2015-]+{_QUOTE}".join(
        re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "")
        for word in phrase.split()
    )
    # Korean and Japanese attach particles to the end of a word of any script, and need no space
    # before a word.
    before = "" if re.match(_CJK, phrase) else rf"(?-i:(?<!{_LETTER}))"
    after = "" if re.search(f"{_CJK}$", phrase) else rf"(?-i:(?!{_LETTER}))"
    return f"{before}{body}{after}"


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, table row or heading of `block`, which has a `number`, that shows `theme`.

    `marks` are the spans of the words that show it, in `text`. `under` are the blocks shown with a
    heading, by number. Blocks are without their places in the source.
    """

    theme: str
    number: int
    text: str
    marks: tuple[tuple[int, int], ...]
    block: Block
    under: tuple[tuple[int, Block], ...] = ()


def passages(blocks: tuple[Block, ...], theme: Theme) -> tuple[Passage, ...]:
    """Find the passages that show `theme`, in order.

    `blocks` are the shown blocks of a text; the first is number 1. A list of references has none,
    nor have hashtags, keywords and lines above the text, such as a title of two lines.
    """
    result = []
    references, begun = 0, False
    for number, block in enumerate(blocks, 1):
        if block.kind is Kind.HEADING and (not references or block.level <= references):
            references = block.level * is_notes_heading(normalise(block.text))
        begun = begun or block.kind is not Kind.PARAGRAPH or is_prose(block.text)
        marks = (
            theme.find_spans(block.text)
            if block.kind in _KINDS_WITH_THEMES
            and block.voice is Voice.AUTHOR
            and begun
            and not (references or _KEYWORDS.match(block.text))
            else []
        )
        for start, end in _split_into_passages(block) if marks else ():
            first, last = (bisect_left(marks, (place, 0)) for place in (start, end))
            if inside := tuple((a - start, b - start) for a, b in marks[first:last]):
                result.append(
                    Passage(
                        theme.id,
                        number,
                        block.text[start:end],
                        inside,
                        replace(block, spans=()),
                        _points_under(blocks, number) if block.kind is Kind.HEADING else (),
                    )
                )
    return tuple(result)


def with_points(shown: Iterable[Passage]) -> list[Passage]:
    """Return passages, and the sentences of the points that are shown under a heading."""
    return [
        part
        for passage in shown
        for part in (
            passage,
            *(
                Passage(passage.theme, number, block.text[start:end], (), block)
                for number, block in passage.under
                for start, end in sentences(block.text)
            ),
        )
    ]


def choose_quotation(shown: Iterable[Passage]) -> Passage | None:
    """Return the passage that is quoted alone: the longest that is a whole sentence.

    Very long ones are avoided: such a sentence is quoted only where there is no other, and then the
    shortest. Returns None where all are fragments.
    """
    whole = (
        passage
        for passage in shown
        if passage.block.kind not in (Kind.HEADING, Kind.TABLE) and is_whole(passage.text)
    )
    return max(
        whole,
        key=lambda passage: (
            len(passage.text) if len(passage.text) <= _LONGEST_QUOTATION else -len(passage.text)
        ),
        default=None,
    )


def _split_into_passages(block: Block) -> Sequence[tuple[int, int]]:
    """Return the spans of a block's text that can be passages."""
    if block.kind is Kind.HEADING:
        return [(0, len(block.text))]
    return row_spans(block.text) if block.kind is Kind.TABLE else sentences(block.text)


def _points_under(blocks: tuple[Block, ...], number: int) -> tuple[tuple[int, Block], ...]:
    """Return the first points in the section of heading `number`, with their numbers.

    A section that begins with a paragraph gives that paragraph instead.
    """
    heading = blocks[number - 1]
    under: list[tuple[int, Block]] = []
    for index, block in enumerate(blocks[number:], number + 1):
        if len(under) == _MOST_POINTS_UNDER or (
            block.kind is Kind.HEADING and (block.level <= heading.level or under)
        ):
            break
        if block.kind in (Kind.POINT, Kind.KEY_POINT):
            under.append((index, replace(block, spans=())))
        elif block.kind is Kind.PARAGRAPH and not under:
            return ((index, replace(block, spans=())),)
    return tuple(under)
