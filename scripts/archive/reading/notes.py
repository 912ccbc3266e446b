"""Find the notes under a text, and the marks in the text that lead to them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise, product

from archive.reading.model import Block, Kind, Voice
from archive.text.normal_forms import align, normalise

_HEADING = re.compile(
    r"(?:\w{1,4}[.)]\s*)?(?:(?:(?:end|foot)?notes?)(?: (?:and|&) references)?|references|"
    r"bibliography|works cited|sources|주|주석|각주|미주|후주|참고\s?문헌|注|註|注釈|脚注|脚註|"
    r"参考文献)",
    re.IGNORECASE,
)
_SIGNS_AROUND = " :[]【】<>〈〉■□◆◇▣-–—*"
_SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"
# The Roman numbers up to 99.
_ROMAN = {
    tens + ones: number
    for number, (tens, ones) in enumerate(
        product(
            ("", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc"),
            ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"),
        )
    )
}
# The labels with which notes begin. A bare figure counts only under a heading of notes.
_LABELS = {
    "[1]": re.compile(r"\[(\d{1,3}|[ivxlc]{1,7})\]\s*(?=\S)"),
    "¹": re.compile(rf"([{_SUPERSCRIPT}]{{1,3}})\s*(?=\S)"),
    "(1)": re.compile(r"\((\d{1,3})\)\s*(?=\S)"),
    "1.": re.compile(r"(?:[주注註]\s?)?(\d{1,3})[.)]\s*(?=\S)"),
    "1": re.compile(r"(\d{1,3})\s+(?=[^\W\d_]|[\"'「『(])"),
}
# These labels are certain even without a heading.
_CERTAIN = ("[1]", "¹")
_IN_ROUND_BRACKETS = re.compile(r"(?<=[^\s\d(])(?P<mark>\((?P<label>\d{1,3})\))")
_BRACKETED = re.compile(r"(?<=\S)\s?(?P<mark>\[(?P<label>\d{1,3}|[ivxlc]{1,7})\])")
# A figure with a bracket right behind a word or stop is a mark; within brackets it is not.
_ATTACHED = re.compile(
    r"\([^()]*\)|(?:(?<=[^\W\d_]{2})|(?<=[.,;:!?\"')\]」』]))(?P<mark>(?P<label>\d{1,3})\))"
)
# A raised figure is a mark behind a word of three letters or a stop; behind "km" it is a power.
_RAISED = re.compile(
    rf"(?:(?<=[^\W\d_]{{3}})|(?<=[.,;:!?\"')\]]))(?P<mark>(?P<label>[{_SUPERSCRIPT}]{{1,3}}))"
)


def is_notes_heading(text: str) -> bool:
    """Tell whether a line is a heading above notes: "Notes", "[각주]", "5. References"."""
    return len(text) < 40 and bool(_HEADING.fullmatch(text.strip(_SIGNS_AROUND)))


def note_label(text: str) -> tuple[str, int] | None:
    """Return the form and number of the label of a note: ("[1]", 12) for "[12] See …"."""
    for form, pattern in _LABELS.items():
        if match := pattern.match(text):
            return (form, number) if (number := _number(match[1])) else None
    return None


def _number(printed: str) -> int:
    """Return the number that a label prints, or 0 when it does not print one."""
    figures = unicodedata.normalize("NFKC", printed)
    return int(figures) if figures.isdecimal() else _ROMAN.get(printed, 0)


def find_notes(
    lines: Sequence[str], gaps: Sequence[bool]
) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Return the notes below each heading by their starts, and the end of each note by its start.

    `gaps` tells for each line whether a gap separates it from the line above. Notes stand under a
    heading. Without a heading they are the last lines, and most of them have a mark in the text.
    """
    runs: dict[int, list[int]] = {}
    last = 0
    for index, line in enumerate(lines[:-1]):
        if (
            index >= last
            and is_notes_heading(line)
            and (run := _under_heading(lines, gaps, index + 1))
        ):
            runs[index] = run
            last = run[-1] + 1
    ends: dict[int, int] = {}
    for run in runs.values() or filter(None, [_at_the_end(lines, gaps)]):
        last = next((index for index in range(run[-1] + 1, len(lines)) if gaps[index]), len(lines))
        ends |= pairwise([*run, last])
    return runs, ends


def _under_heading(lines: Sequence[str], gaps: Sequence[bool], first: int) -> list[int]:
    """Return the starts of a run of notes from `first` on: of one form, with rising numbers.

    A list of contents may end with "References"; "1. Introduction" over prose is then not a note.
    A note with a certain label may have two paragraphs besides its first.
    """
    starts: list[int] = []
    form, last, further = "", 0, 0
    for index in range(first, len(lines)):
        label = note_label(lines[index])
        further += gaps[index]
        if label and (
            (label[0] == form and last < label[1] <= last + (1 if form == "1" else 9))
            if starts
            else (label[0] != "1" or label[1] == 1)
        ):
            starts.append(index)
            (form, last), further = label, 0
        elif (
            not starts or is_notes_heading(lines[index]) or further > (2 if form in _CERTAIN else 0)
        ):
            break
    is_certain = form in _CERTAIN or len(starts) > 1 or re.search(r"[.!?…。)\]\"]$", lines[first])
    return starts if is_certain else []


def _at_the_end(lines: Sequence[str], gaps: Sequence[bool]) -> list[int]:
    """Return the starts of notes without a heading in the last lines."""
    numbers: dict[int, int] = {}
    form, below = "", 1000
    for index in range(len(lines) - 1, -1, -1):
        label = note_label(lines[index])
        if (
            label
            and label[0] in ((form,) if form else (*_CERTAIN, "1.", "(1)"))
            and label[1] < below
        ):
            form, below = label
            numbers[index] = below
        if (gaps[index] and index not in numbers) or below == 1:
            break
    marked = {
        number for line in lines[: min(numbers, default=0)] for _, _, number in _marks(line, form)
    }
    # Lines without marks are a list, or the middle of a paragraph.
    unmarked = set(numbers.values()) - marked
    return sorted(numbers) if 4 * len(unmarked) <= len(numbers) else []


def _marks(text: str, form: str) -> list[tuple[int, int, int]]:
    """Return the marks in `text` as (start, end, number), written as notes of `form` want it."""
    patterns = {
        "¹": (_RAISED,), "1.": (_BRACKETED, _ATTACHED), "(1)": (_BRACKETED, _IN_ROUND_BRACKETS),
    }.get(form, (_BRACKETED,))  # fmt: skip
    marks = chain.from_iterable(pattern.finditer(text) for pattern in patterns)
    return sorted((*mark.span("mark"), _number(mark["label"])) for mark in marks if mark["label"])


class NoteMarks:
    """The notes of a text by number, as targets of marks; a number used twice is left out."""

    def __init__(self, blocks: Sequence[tuple[Block, str]]) -> None:
        """`blocks` are the shown blocks of a text, each with its anchor."""
        notes = [
            (*label, anchor)
            for block, anchor in blocks
            if block.kind is Kind.NOTE
            and block.voice is Voice.AUTHOR
            and (label := note_label(normalise(block.text)))
        ]
        times = Counter(number for _, number, _ in notes)
        self.notes = {number: anchor for _, number, anchor in notes if times[number] == 1}
        self._form = notes[0][0] if notes else ""

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Return the marks in `text` as (start, end, anchor of the note)."""
        if not self.notes:
            return []
        normal, places = align(text)
        return [
            (places[start], places[end], self.notes[number])
            for start, end, number in _marks(normal, self._form)
            if number in self.notes
        ]
