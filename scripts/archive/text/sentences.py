"""Where sentences begin and end, in English, Korean and Japanese prose."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

# A stop with the quotation marks, brackets and footnote marks that close with it. “ closes in texts that mistype ”. A bare
# footnote mark ("workers.1 With this") stands behind a letter or a quotation mark; behind a figure it would be a decimal.
_STOP = re.compile(
    r"(?:(?<![.!?])[.!?]+|…)[\"”’'“)\]」』]*(?:(?:\[\d+\])+|(?<=[^\W\d_][.!?])\d{1,3}\)?|"
    r"(?<=[.!?][\"”])\d{1,3}\)?)?(?=\s|$)"
    r"|[。！？][\"”’)\]」』]*"
)
_NEXT = re.compile(r"\s*[\"“‘'(\[「『]*(?P<word>\S[\w’'-]*)")
_BLANK = re.compile(r"\s*\Z")
_TITLES = {
    "mr", "mrs", "ms", "dr", "drs", "prof", "gen", "adm", "col", "lt", "sgt", "maj", "capt", "sen", "rep", "gov", "amb", "hon",
    "rev", "st", "messrs", "mt", "vs", "cf", "e.g", "i.e", "viz", "ca", "approx",
}  # fmt: skip
_BEFORE_NUMBER = {
    "no", "nos", "vol", "vols", "art", "arts", "fig", "figs", "sec", "ch", "chap", "p", "pp", "para", "res", "jan", "feb", "mar",
    "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
}  # fmt: skip
# After these a sentence may end or go on; it ends when the next word is one that opens sentences.
_EITHER = re.compile(
    r"(?:[A-Za-z]\.)+[A-Za-z]|[A-Z]|Jr|Sr|Inc|Ltd|Co|Corp|etc|al|a\.m|p\.m|Ph\.D|M\.A"
)
_OPENERS = set(
    "The This That These Those There It Its In On At As If For From To By With When While Where "
    "What Who Why How Although "
    "Though But And Or So Yet Nor However Moreover Therefore Thus Also He She They We You I His "
    "Her Their Our My Such Some "
    "Many Most All Both Since Because After Before Until Under Despite Given Even Still "
    "Nevertheless Meanwhile Furthermore "
    "Additionally Instead Rather First Second Third Finally Lastly Another Each Every No Not Now "
    "Then Here Once Only Unlike "
    "Without Regarding According".split()
)
# A date as Korean prints it: "2023. 10. 10. 서울에서". The space before the next word is of it, so that its last stop ends nothing.
_DATE = re.compile(r"\b\d{4}\.\s\d{1,2}\.(?:\s\d{1,2}\.)?(?:\s(?=[가-힣]))?")
_PAIRS = {'"': '"', "“": "”", "(": ")", "[": "]", "「": "」", "『": "』"}
_QUOTES = {'"', "“", "”"}
_SIGN = re.compile(f"[{re.escape(''.join(sorted({*_PAIRS, *_PAIRS.values()})))}]")


@lru_cache(maxsize=64)  # each theme asks for the sentences of the same blocks
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences of one block, as (start, end); together they hold all of its words.

    A quotation or a bracket that closes again in the block is never cut, nor is a date.
    """
    held = sorted([*_held(text), *(date.span() for date in _DATE.finditer(text))], reverse=True)
    cuts = [0]
    inside_until = 0
    for stop in _STOP.finditer(text):
        while held and held[-1][0] < stop.end() - 1:
            inside_until = max(inside_until, held.pop()[1])
        if stop.end() >= inside_until and _ends(text, stop):
            cuts.append(stop.end())
    if text[cuts[-1] :].strip():
        cuts.append(len(text))
    spans = []
    for start, end in pairwise(cuts):
        start += len(text[start:end]) - len(text[start:end].lstrip())
        spans.append((start, end))
    return tuple(spans)


def _ends(text: str, stop: re.Match[str]) -> bool:
    following = _NEXT.match(text, stop.end())
    if following is None:
        return True
    if stop[0][0] in "。！？":
        # と, to and the like after a quotation go on with the sentence that holds it.
        return stop[0][-1] in "。！？" or not re.match(
            r"[ぁ-ゖ]", text[stop.end() : stop.end() + 1]
        )
    word = following["word"]
    if word[0].islower():
        return False
    if stop[0][0] != ".":
        return True
    begin = stop.start()
    while begin and not text[begin - 1].isspace() and text[begin - 1] not in '([“‘"':
        begin -= 1
    before = text[begin : stop.start()]
    if before.lower() in _TITLES:
        return False
    if before.lower() in _BEFORE_NUMBER and (word[0].isdigit() or re.fullmatch(r"[IVXLC]+", word)):
        return False
    if _BLANK.match(text, 0, begin) and re.fullmatch(r"\d{1,3}|[IVX]+|[가-하]", before):
        return False  # the ordinal at the head of a point
    if _EITHER.fullmatch(before):
        return word in _OPENERS
    return True


def _held(text: str) -> list[tuple[int, int]]:
    """The quotations and brackets that open and close in `text`, as (start, end)."""
    spans: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    open_: Counter[str] = Counter()
    for found in _SIGN.finditer(text):
        index, sign = found.start(), found[0]
        opening = (
            index == 0
            or text[index - 1].isspace()
            or text[index - 1] in "([“‘「—–-"
            or sign in "「『"
        )
        if sign in _PAIRS and opening and not (sign in '“"' and open_[_PAIRS[sign]]):
            stack.append((_PAIRS[sign], index))
            open_[_PAIRS[sign]] += 1
            continue
        # A quotation opened with one sign and closed with another is closed.
        wanted = sign
        if sign in _QUOTES:
            is_open = any(open_[known] for known in _QUOTES)
            wanted = (
                next(known for known, _ in reversed(stack) if known in _QUOTES) if is_open else ""
            )
        while open_[wanted]:
            known, start = stack.pop()
            open_[known] -= 1
            if known == wanted:
                spans.append((start, index + 1))
                break
    return spans
