"""Which language a text is in, by its script and, for Latin letters, its commonest words; and where one stands in another."""

from __future__ import annotations

import re

_HANGUL_SET, _KANA_SET, _HAN_SET = r"\uac00-\ud7a3", r"\u3040-\u30ff", r"\u3400-\u9fff"
# Chinese, Japanese and Korean letters, as the inside of a set.
SCRIPTS = f"{_KANA_SET}{_HAN_SET}{_HANGUL_SET}"
_HANGUL = re.compile(f"[{_HANGUL_SET}]+")
_KANA = re.compile(f"[{_KANA_SET}]+")
_LATIN = re.compile(r"[A-Za-z]+")
_ENGLISH = frozenset("the of and to in is that for with has are was".split())
_WORD = re.compile(r"\w+")
# A third of the letters: enough that names and terms quoted in another script do not decide.
_SHARE = 1 / 3
# English prose has one of these words in about every fifth; a table of names has none.
_ENGLISH_SHARE = 0.1
# Words of these scripts with what stands between them: spaces, digits, and signs that do not end a quotation.
_RUN = re.compile(rf"[{SCRIPTS}](?:[\s\d·・,.、。~\-–—]*[{SCRIPTS}])*")
# Such a run is Korean up to its last Hangul before kana, and Japanese up to its last kana before Hangul. What is neither goes with
# what follows it; at the end of the run, with what went before.
_NEITHER = f"[^{_HANGUL_SET}{_KANA_SET}]*"
_PARTS = re.compile(
    f"{_NEITHER}(?:(?P<ko>[{_HANGUL_SET}](?:[^{_KANA_SET}]*[{_HANGUL_SET}])?)"
    f"|(?P<ja>[{_KANA_SET}](?:[^{_HANGUL_SET}]*[{_KANA_SET}])?))(?:{_NEITHER}\\Z)?"
)


def foreign_runs(text: str, language: str) -> list[tuple[int, int, str]]:
    """Where Korean or Japanese words stand in a text of another language: (start, end, BCP 47 code).

    Chinese characters alone are left out: they may be of either language, or of a third.
    """
    if text.isascii():
        return []
    own = language.partition("-")[0]
    parts = (
        (run.start() + part.start(), run.start() + part.end(), str(part.lastgroup))
        for run in _RUN.finditer(text)
        for part in _PARTS.finditer(run[0])
    )
    return [part for part in parts if part[2] != own]


def language_of(text: str) -> str | None:
    """The BCP 47 code (en, ko, ja) of `text`, or None when that is not plain."""
    if not _LATIN.search(text) or _HANGUL.search(text) or _KANA.search(text):
        hangul, kana, latin = (
            sum(map(len, pattern.findall(text))) for pattern in (_HANGUL, _KANA, _LATIN)
        )
        letters = hangul + kana + latin
        if not letters:
            return None
        # A Hangul syllable or a kana says as much as two or three Latin letters; kana never stand in Korean.
        if kana / letters > _SHARE:
            return "ja"
        if hangul / letters > _SHARE:
            return "ko"
    if sum(map(_ENGLISH.__contains__, _WORD.findall(text.lower()))) >= _ENGLISH_SHARE * len(
        text.split()
    ):
        return "en"
    return None
