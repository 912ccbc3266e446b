"""Detect the language of a text and find words of another language in it.

The script decides; for Latin letters, the most common English words do.
"""

import re

from archive.text.normal_forms import align, normalise

_HANGUL_SET, _KANA_SET, _HAN_SET = r"\uac00-\ud7a3", r"\u3040-\u30ff", r"\u3400-\u9fff"
# Chinese, Japanese and Korean letters in normal form, as the inside of a set.
JAPANESE = f"{_KANA_SET}{_HAN_SET}"
SCRIPTS = f"{JAPANESE}{_HANGUL_SET}"
# Scripts without spaces between words: Thai and its neighbours, Khmer, kana, Chinese characters.
# Each of their letters counts as a word.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
WORD = re.compile(rf"[{_UNSPACED}][^\w\s]*|[^\s{_UNSPACED}]+")
_HANGUL = re.compile(f"[{_HANGUL_SET}]+")
_KANA = re.compile(f"[{_KANA_SET}]+")
_LATIN = re.compile(r"[A-Za-z]+")
_COMMON_ENGLISH = re.compile(r"\b(?:the|of|and|to|in|is|that|for|with|has|are|was)\b")
# A third of the letters: names and terms quoted in another script stay below it.
_MIN_SCRIPT_SHARE = 1 / 3
# About a fifth of the words in English prose are among these; a table of names has none.
_MIN_ENGLISH_SHARE = 0.1
# Words of these scripts, with the spaces, digits and signs between them; a sign that ends a
# quotation is not among those.
_RUN = re.compile(rf"[{SCRIPTS}](?:[\s\d·・,.、。~\-–—]*[{SCRIPTS}])*")
# A run is Korean up to its last Hangul before kana, and Japanese up to its last kana before Hangul.
# Other signs belong to what follows them; at the end of the run, to what precedes them.
_NEITHER = f"[^{_HANGUL_SET}{_KANA_SET}]*"
_STRETCH = re.compile(
    f"{_NEITHER}(?:(?P<ko>[{_HANGUL_SET}](?:[^{_KANA_SET}]*[{_HANGUL_SET}])?)"
    f"|(?P<ja>[{_KANA_SET}](?:[^{_HANGUL_SET}]*[{_KANA_SET}])?))(?:{_NEITHER}\\Z)?"
)


def foreign_runs(text: str, language: str) -> list[tuple[int, int, str]]:
    """Find Korean or Japanese words in a text of another language: (start, end, BCP 47 code).

    Chinese characters alone are skipped: they may be Korean, Japanese or Chinese.
    """
    if text.isascii():
        return []
    own = language.partition("-")[0]
    normal, places = align(text)
    return [
        (
            places[run.start() + stretch.start()],
            places[run.start() + stretch.end()],
            str(stretch.lastgroup),
        )
        for run in _RUN.finditer(normal)
        for stretch in _STRETCH.finditer(run[0])
        if stretch.lastgroup != own
    ]


def language_of(text: str) -> str | None:
    """Return the BCP 47 code of `text` (en, ko, ja), or None when it is not certain."""
    text = normalise(text)
    if not _LATIN.search(text) or _HANGUL.search(text) or _KANA.search(text):
        hangul, kana, latin = (
            sum(map(len, pattern.findall(text))) for pattern in (_HANGUL, _KANA, _LATIN)
        )
        letters = max(hangul + kana + latin, 1)
        # One Hangul syllable or kana holds as much as two or three Latin letters.
        # Kana come first, since Korean never has any.
        if kana / letters > _MIN_SCRIPT_SHARE:
            return "ja"
        if hangul / letters > _MIN_SCRIPT_SHARE:
            return "ko"
    common = len(_COMMON_ENGLISH.findall(text.lower()))
    return "en" if common and common >= _MIN_ENGLISH_SHARE * len(text.split()) else None
