"""Notes under a text, and the marks in the text that lead to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from archive.reading.model import Block, Kind, Voice

_HEAD = re.compile(
    r"(?:\w{1,4}[.)]\s*)?(?:(?:(?:end|foot)?notes?)(?: (?:and|&) references)?|references|bibliography|works cited|sources|"
    r"주|주석|각주|미주|후주|참고\s?문헌|注|註|注釈|脚注|脚註|参考文献)",
    re.IGNORECASE,
)
_SIGNS_AROUND = " :：[]【】<>〈〉■□◆◇▣-–—*"
_SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMAN_TENS = ("", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc")
# How a line that is a note begins. A figure alone begins one under a head only.
_FORMS = {
    "[1]": re.compile(r"\[(\d{1,3}|[ivxlc]{1,7})\]\s*(?=\S)"),
    "¹": re.compile(rf"([{_SUPERSCRIPT}]{{1,3}})\s*(?=\S)"),
    "(1)": re.compile(r"\((\d{1,3})\)\s*(?=\S)"),
    "1.": re.compile(r"(?:[주注註]\s?)?(\d{1,3})[.)]\s*(?=\S)"),
    "1": re.compile(r"(\d{1,3})\s+(?=[^\W\d_]|[“‘\"'「『(])"),
}
_SURE = ("[1]", "¹")
_BRACKETED = re.compile(r"(?<=\S)\s?(?P<mark>\[(?P<label>\d{1,3}|[ivxlc]{1,7})\])")
# A raised figure behind a word or its stop; behind "km" it is a power.
_RAISED = re.compile(
    rf"(?:(?<=[^\W\d_]{{3}})|(?<=[.,;:!?”’)\]]))(?P<mark>(?P<label>[{_SUPERSCRIPT}]{{1,3}}))"
)
_CLOSED = re.compile(r"[.!?…。)\]”]$")
# Paragraphs that a note may have besides its first.
_FURTHER_PARAGRAPHS = 2


def is_head(text: str) -> bool:
    """Whether a line says that notes follow: "Notes", "[각주]", "5. References"."""
    return len(text) < 40 and bool(_HEAD.fullmatch(text.strip(_SIGNS_AROUND)))


def label(text: str) -> tuple[str, int] | None:
    """The form and the number with which a note begins: ("[1]", 12) for "[12] See …"."""
    for form, pattern in _FORMS.items():
        if found := pattern.match(text):
            number = _number(found[1])
            return (form, number) if number else None
    return None


def _number(printed: str) -> int:
    """The number that a label prints; 0 when it is none."""
    if printed.isascii() and printed.isalpha():
        return next(
            (n for n in range(1, 100) if _ROMAN_TENS[n // 10] + _ROMAN[n % 10] == printed), 0
        )
    return int(unicodedata.normalize("NFKC", printed))


def find(lines: Sequence[str], parted: Sequence[bool]) -> tuple[set[int], dict[int, int]]:
    """The places of the heads of notes, and those of the notes: where each begins, with the place where it ends.

    `parted` says of each line whether something stands between it and the one above. Notes stand under a head; without one
    they are the last lines, and each is marked in the text.
    """
    heads: set[int] = set()
    starts: list[list[int]] = []
    place = 0
    while place < len(lines) - 1:
        place += 1
        if is_head(lines[place - 1]) and (run := _under_head(lines, parted, place)):
            heads.add(place - 1)
            starts.append(run)
            place = run[-1] + 1
    if not starts and (run := _at_the_end(lines, parted)):
        starts.append(run)
    ends: dict[int, int] = {}
    for run in starts:
        last = next(
            (place for place in range(run[-1] + 1, len(lines)) if parted[place]), len(lines)
        )
        ends |= dict(zip(run, [*run[1:], last], strict=True))
    return heads, ends


def _under_head(lines: Sequence[str], parted: Sequence[bool], first: int) -> list[int]:
    """Where notes begin that stand in a row from line `first` on: all of one form, their numbers rising.

    "1. Introduction" over prose is none, as where a list of contents ends with "References" and the text begins.
    """
    starts: list[int] = []
    form, last, further = "", 0, 0
    for place in range(first, len(lines)):
        found = label(lines[place])
        if found and (
            not starts or (found[0] == form and last < found[1] <= last + (1 if form == "1" else 9))
        ):
            if not starts and found[0] == "1" and found[1] != 1:
                break
            starts.append(place)
            (form, last), further = found, 0
        elif not starts or is_head(lines[place]):
            break
        elif parted[place]:
            further += 1
            if further > (_FURTHER_PARAGRAPHS if form in _SURE else 0):
                break
    return starts if form in _SURE or len(starts) > 1 or _CLOSED.search(lines[first]) else []


def _at_the_end(lines: Sequence[str], parted: Sequence[bool]) -> list[int]:
    """Where the last lines begin that are notes without a head."""
    starts: list[int] = []
    form, below = "", 1000
    for place in range(len(lines) - 1, -1, -1):
        found = label(lines[place])
        if found and found[0] in _SURE and (not starts or (found[0] == form and found[1] < below)):
            starts.append(place)
            form, below = found
            if below == 1:
                break
        elif parted[place]:
            break
    wanted = {number for place in starts if (found := label(lines[place])) for number in found[1:]}
    marked: set[int] = set()
    for line in lines[: starts[-1]] if starts else ():
        marked |= {number for _, _, number in _marks(line, form)}
    # A line that only goes on in the middle of a paragraph begins no note.
    return starts[::-1] if starts and wanted <= marked else []


def _marks(text: str, form: str) -> Iterator[tuple[int, int, int]]:
    """The marks in `text` that lead to notes of a form, as (start, end, number): raised figures only to such notes."""
    pattern = _RAISED if form == "¹" else _BRACKETED
    return ((*found.span("mark"), _number(found["label"])) for found in pattern.finditer(text))


class NoteMarks:
    """The notes of a text, by their numbers, and the marks that lead to them. Two notes of one number are no target."""

    def __init__(self, blocks: Sequence[tuple[Block, str]]) -> None:
        """`blocks` are the shown blocks of a text, each with its anchor."""
        self.notes: dict[int, str] = {}
        twice: set[int] = set()
        self._form = ""
        for block, anchor in blocks:
            if (
                block.kind is Kind.NOTE
                and block.voice is Voice.AUTHOR
                and (found := label(block.text))
            ):
                self._form = self._form or found[0]
                if self.notes.setdefault(found[1], anchor) != anchor:
                    twice.add(found[1])
        for number in twice:
            del self.notes[number]

    def found(self, text: str) -> list[tuple[int, int, str]]:
        """Where marks stand in `text`, as (start, end, anchor of the note)."""
        if not self.notes:
            return []
        return [
            (start, end, self.notes[number])
            for start, end, number in _marks(text, self._form)
            if number in self.notes
        ]
