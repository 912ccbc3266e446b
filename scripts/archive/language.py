"""Which language a text is in, by its script and, for Latin letters, its commonest words; and where one stands in another."""

from __future__ import annotations

import re

_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN = re.compile(r"[A-Za-z]")
_ENGLISH = re.compile(r"\b(?:the|of|and|to|in|is|that|for|with|has|are|was)\b", re.IGNORECASE)
# A third of the letters: enough that names and terms quoted in another script do not decide.
_SHARE = 1 / 3
# English prose has one of these words in about every fifth; a table of names has none.
_ENGLISH_SHARE = 0.1


# Words of one of the scripts with what stands between them: spaces, digits, and signs that do not end a quotation.
_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3](?:[\s\d·・,.、。~\-–—]*[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])*")


def foreign_runs(text: str, language: str) -> list[tuple[int, int, str]]:
    """Where Korean or Japanese words stand in a text of another language: (start, end, BCP 47 code).

    Chinese characters alone are left out: they may be of either language, or of a third.
    """
    if text.isascii():
        return []
    runs = []
    for found in _RUN.finditer(text):
        code = "ko" if _HANGUL.search(found[0]) else "ja" if _KANA.search(found[0]) else None
        if code and code != language:
            runs.append((*found.span(), code))
    return runs


def language_of(text: str) -> str | None:
    """The BCP 47 code (en, ko, ja) of `text`, or None when that is not plain."""
    hangul, kana, latin = (len(pattern.findall(text)) for pattern in (_HANGUL, _KANA, _LATIN))
    letters = hangul + kana + latin
    if not letters:
        return None
    # A Hangul syllable or a kana says as much as two or three Latin letters; kana never stand in Korean.
    if kana / letters > _SHARE:
        return "ja"
    if hangul / letters > _SHARE:
        return "ko"
    if len(_ENGLISH.findall(text)) >= _ENGLISH_SHARE * len(text.split()):
        return "en"
    return None
