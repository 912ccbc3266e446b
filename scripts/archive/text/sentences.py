"""Find where sentences begin and end in English, Korean and Japanese prose, and cut a text."""

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from archive.text.language import JAPANESE
from archive.text.normal_forms import align

# A stop with the quotation marks, brackets and footnote marks behind it. Some texts mistype ” as “,
# so “ closes, too. A bare footnote mark ("workers.1 With this") stands behind a letter or a
# quotation mark; behind a figure it would be a decimal. Japanese leaves no space behind a stop.
_STOP = re.compile(
    r"(?:(?<![.!?])[.!?]+|…)[\"”’'“)\]」』]*(?:(?:\[\d+\])+|(?<=[^\W\d_][.!?])\d{1,3}\)?|"
    rf"(?<=[.!?][\"”])\d{{1,3}}\)?)?(?=\s|$)|"
    rf"(?P<japanese>。|(?<=[{JAPANESE}])[!?]+|[!?]+(?=[{JAPANESE}「『]))[\"”’)\]」』]*"
)
_NEXT = re.compile(r"\s*[\"“‘'(\[「『]*(?P<word>\S[\w’'-]*)")
_ONLY_SPACE = re.compile(r"\s*\Z")
# Abbreviations that never end a sentence.
_NEVER_LAST = {
    "mr", "mrs", "ms", "dr", "drs", "prof", "gen", "adm", "col", "lt", "sgt", "maj", "capt", "sen",
    "rep", "gov", "amb", "hon", "rev", "st", "messrs", "mt", "vs", "cf", "e.g", "i.e", "viz", "ca",
    "approx",
}  # fmt: skip
# Abbreviations that do not end a sentence when a number follows.
_BEFORE_NUMBER = {
    "no", "nos", "vol", "vols", "art", "arts", "fig", "figs", "sec", "ch", "chap", "p", "pp",
    "para", "res", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
    "dec",
}  # fmt: skip
# These may end a sentence; they do when the next word is one that opens sentences.
_MAY_BE_LAST = re.compile(
    r"(?:[A-Za-z]\.)+[A-Za-z]|[A-Z]|Jr|Sr|Inc|Ltd|Co|Corp|etc|al|a\.m|p\.m|Ph\.D|M\.A"
)
_OPENERS = set(
    "The This That These Those There It Its In On At As If For From To By With When While Where "
    "What Who Why How Although Though But And Or So Yet Nor However Moreover Therefore Thus Also "
    "He She They We You I His Her Their Our My Such Some Many Most All Both Since Because After "
    "Before Until Under Despite Given Even Still Nevertheless Meanwhile Furthermore Additionally "
    "Instead Rather First Second Third Finally Lastly Another Each Every No Not Now Then Here Once "
    "Only Unlike "
    "Without Regarding According".split()
)
# A date as Korean prints it: "2023. 10. 10. 서울에서". It includes the space before the next
# word, so that its last stop does not end a sentence.
_DATE = re.compile(r"\b\d{4}\.\s\d{1,2}\.(?:\s\d{1,2}\.)?(?:\s(?=[가-힣]))?")
_PAIRS = {'"': '"', "“": "”", "(": ")", "[": "]", "「": "」", "『": "』"}
_QUOTES = {'"', "“", "”"}
_PAIRED_SIGN = re.compile(
    r"(?P<opening>(?<![^\s(\[“‘「—–-])[\"“(\[]|[「『])"
    f"|[{re.escape(''.join({*_PAIRS, *_PAIRS.values()}))}]"
)


@lru_cache(maxsize=64)  # each theme asks for the sentences of the same blocks
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return the sentences of a block as (start, end); together they hold all of its words.

    A date is never cut, nor is a quotation or bracket that closes within the block.
    """
    received, (text, places) = text, align(text, keep_quotes=True)
    if not text.strip():
        return ((0, len(received)),) if received.strip() else ()
    uncut = sorted(
        [*_enclosed_spans(text), *(date.span() for date in _DATE.finditer(text))], reverse=True
    )
    cuts = [0]
    inside_until = 0
    for stop in _STOP.finditer(text):
        while uncut and uncut[-1][0] < stop.end() - 1:
            inside_until = max(inside_until, uncut.pop()[1])
        if stop.end() >= inside_until and _ends_sentence(text, stop):
            cuts.append(stop.end())
    if text[cuts[-1] :].strip():
        cuts.append(len(text))
    return tuple(
        (places[end - len(text[start:end].lstrip())], places[end]) for start, end in pairwise(cuts)
    )


def is_whole(sentence: str) -> bool:
    """Whether one of the `sentences` ends with a full stop, unlike a heading or a stub.

    A stop that may belong to an abbreviation ("between Japan and the U.S.") does not count.
    """
    return any(
        stop[0][0] == "。"
        or (stop[0][0] == "." and not _MAY_BE_LAST.fullmatch(_word_before(sentence, stop)))
        for stop in _STOP.finditer(sentence)
        if stop.end() == len(sentence.rstrip())
    )


def full_stop(text: str) -> str:
    """Return the mark to put behind a text before another sentence: "" where it has one."""
    return "" if text.endswith((".", "?", "!", "…")) else "."


def shorten(text: str, length: int) -> str:
    """Cut a text to at most `length` signs: after a word, or anywhere in one without spaces."""
    if len(text) <= length:
        return text
    words = text[:length].rpartition(" ")[0].rstrip(" ,;:–—-([“‘")
    return f"{words if 3 * len(words) > length else text[: length - 1]}…"


def _word_before(text: str, stop: re.Match[str]) -> str:
    begin = stop.start()
    while begin and not text[begin - 1].isspace() and text[begin - 1] not in '([“‘"':
        begin -= 1
    return text[begin : stop.start()]


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    next_words = _NEXT.match(text, stop.end())
    if next_words is None:
        return True
    if stop["japanese"]:
        # A particle such as と after a quotation continues the sentence around it.
        return stop[0] == stop["japanese"] or not re.match(
            r"[ぁ-ゖ]", text[stop.end() : stop.end() + 1]
        )
    word = next_words["word"]
    if word[0].islower():
        return False
    if stop[0][0] != ".":
        return True
    before = _word_before(text, stop)
    # An abbreviation, or the ordinal at the start of a point, does not end a sentence.
    is_abbreviation = (
        before.lower() in _NEVER_LAST
        or (
            before.lower() in _BEFORE_NUMBER
            and (word[0].isdigit() or re.fullmatch(r"[IVXLC]+", word))
        )
        or (
            re.fullmatch(r"\d{1,3}|[IVX]+|[가-하]", before)
            and _ONLY_SPACE.match(text, 0, stop.start() - len(before))
        )
    )
    return not is_abbreviation and (word in _OPENERS or not _MAY_BE_LAST.fullmatch(before))


def _enclosed_spans(text: str) -> list[tuple[int, int]]:
    """Find quotations and brackets that open and close in `text`, as (start, end)."""
    spans: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    open_counts: Counter[str] = Counter()
    for match in _PAIRED_SIGN.finditer(text):
        index, sign = match.start(), match[0]
        if match["opening"] and not (sign in '“"' and open_counts[_PAIRS[sign]]):
            stack.append((_PAIRS[sign], index))
            open_counts[_PAIRS[sign]] += 1
            continue
        # A quotation may be closed with another sign than the one that its opening calls for.
        is_open = sign in _QUOTES and any(open_counts[quote] for quote in _QUOTES)
        closing = (
            next(quote for quote, _ in reversed(stack) if quote in _QUOTES) if is_open else sign
        )
        while open_counts[closing]:
            expected, start = stack.pop()
            open_counts[expected] -= 1
            if expected == closing:
                spans.append((start, index + 1))
                break
    return spans
