"""Write a text in another form of the same words, as pages, PDFs and keyboards do.

Each has the same normal form as the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import cycle
from unicodedata import normalize

_LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}
# By their signs of usual width; the marks of voice are the last two.
_HALF_WIDTH = {normalize("NFKC", sign): sign for sign in map(chr, range(0xFF66, 0xFFA0))}
# Soft hyphen, zero-width space and joiners, word joiner, byte order mark, mark of direction.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e"


def _full_width(text: str, signs: str) -> str:
    return re.sub(signs, lambda sign: chr(ord(sign[0]) + 0xFEE0), text)


def _half_width(text: str) -> str:
    """Write kana in half width: a voiced one takes two signs there."""
    return re.sub(
        "[ァ-ヴー]",
        lambda sign: "".join(_HALF_WIDTH.get(part, part) for part in normalize("NFD", sign[0])),
        text,
    )


def _with_invisible_signs(text: str) -> str:
    """Put a sign without a width into each word, each in its turn."""
    signs: Iterator[str] = cycle(_INVISIBLE)
    return re.sub(r"(?<=\w)(?=\w)", lambda _: next(signs), text)


def _around_words(text: str) -> str:
    """Put signs without a width before and behind words, and on lines without words."""
    text = re.sub(r"(?<![^\s])(?=\w)", "\ufeff", text)
    text = re.sub(r"(?<=\w)(?=\s)", "\u200b", text)
    return re.sub(r"(?<=\n)(?=\n)", "\u200b\u00ad", text)


FORMS: dict[str, Callable[[str], str]] = {
    "decomposed": lambda text: normalize("NFD", text),
    "letters and digits of full width": lambda text: _full_width(text, "[A-Za-z0-9]"),
    "all of full width": lambda text: _full_width(text, "[!-~]").replace(" ", "\u3000"),
    "kana of half width": _half_width,
    "ligatures": lambda text: re.sub(
        "ffi|ffl|ff|fi|fl", lambda letters: _LIGATURES[letters[0]], text
    ),
    "invisible signs within words": _with_invisible_signs,
    "invisible signs around words": _around_words,
    "no-break hyphens and spaces": lambda text: text.replace("-", "\u2011").replace(" ", "\u00a0"),
    "narrow no-break spaces": lambda text: text.replace(" ", "\u202f"),
}
