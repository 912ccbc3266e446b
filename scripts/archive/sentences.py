"""Where sentences begin and end, in English, Korean and Japanese prose."""

from __future__ import annotations

import re
from itertools import pairwise

# A stop with the quotation marks, brackets and footnote marks that close with it. “ closes in texts that mistype ”.
_STOP = re.compile(r"(?:[.!?]+|…)[\"”’'“)\]」』]*(?:\[\d+\])*(?=\s|$)|[。！？][\"”’)\]」』]*")
_NEXT = re.compile(r"\s*[\"“‘'(\[「『]*(?P<word>\S[\w’'-]*)")
_TITLES = {
    "mr", "mrs", "ms", "dr", "drs", "prof", "gen", "adm", "col", "lt", "sgt", "maj", "capt", "sen", "rep", "gov", "amb", "hon",
    "rev", "st", "messrs", "mt", "vs", "cf", "e.g", "i.e", "viz", "ca", "approx",
}  # fmt: skip
_BEFORE_NUMBER = {
    "no", "nos", "vol", "vols", "art", "arts", "fig", "figs", "sec", "ch", "chap", "p", "pp", "para", "res", "jan", "feb", "mar",
    "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
}  # fmt: skip
# After these a sentence may end or go on; it ends when the next word is one that opens sentences.
_EITHER = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]|[A-Z]|Jr|Sr|Inc|Ltd|Co|Corp|etc|al|a\.m|p\.m|Ph\.D|M\.A")
_OPENERS = set(
    "The This That These Those There It Its In On At As If For From To By With When While Where What Who Why How Although Though But "
    "And Or So Yet Nor However Moreover Therefore Thus Also He She They We You I His Her Their Our My Such Some Many Most All Both "
    "Since Because After Before Until Under Despite Given Even Still Nevertheless Meanwhile Furthermore Additionally Instead Rather "
    "First Second Third Finally Lastly Another Each Every No Not Now Then Here Once Only Unlike Without Regarding According".split()
)
_PAIRS = {"“": "”", "(": ")", "[": "]", "「": "」", "『": "』"}


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of one block, as (start, end); together they hold all of its words.

    A quotation or a bracket that closes again in the block is never cut.
    """
    held = _held(text)
    cuts = [0]
    for stop in _STOP.finditer(text):
        inside = any(start < stop.end() - 1 and stop.end() < end for start, end in held)
        if not inside and _ends(text, stop):
            cuts.append(stop.end())
    if text[cuts[-1] :].strip():
        cuts.append(len(text))
    spans = []
    for start, end in pairwise(cuts):
        start += len(text[start:end]) - len(text[start:end].lstrip())
        spans.append((start, end))
    return spans


def _ends(text: str, stop: re.Match[str]) -> bool:
    following = _NEXT.match(text, stop.end())
    if following is None or stop[0][0] in "。！？":
        return True
    word = following["word"]
    if word[0].islower():
        return False
    if stop[0][0] != ".":
        return True
    before = re.split(r"[\s(\[“‘\"]", text[: stop.start()])[-1]
    if before.lower() in _TITLES:
        return False
    if before.lower() in _BEFORE_NUMBER and (word[0].isdigit() or re.fullmatch(r"[IVXLC]+", word)):
        return False
    if before == text[: stop.start()].strip() and re.fullmatch(r"\d{1,3}|[IVX]+|[가-하]", before):
        return False  # the ordinal at the head of a point
    if _EITHER.fullmatch(before):
        return word in _OPENERS
    return True


def _held(text: str) -> list[tuple[int, int]]:
    """The quotations and brackets that open and close in `text`, outermost first, as (start, end)."""
    spans: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    for index, sign in enumerate(text):
        opening = index == 0 or text[index - 1].isspace() or text[index - 1] in "([“‘「—–-"
        if sign == '"':
            closing = any(wanted == '"' for wanted, _ in stack)
            if opening and not closing:
                stack.append(('"', index))
                continue
        if sign in _PAIRS and opening and not (sign == "“" and any(wanted == "”" for wanted, _ in stack)):
            stack.append((_PAIRS[sign], index))
            continue
        wanted = "”" if sign == "“" else sign
        if any(known == wanted for known, _ in stack):
            while stack:
                known, start = stack.pop()
                if known == wanted:
                    spans.append((start, index + 1))
                    break
    return spans
