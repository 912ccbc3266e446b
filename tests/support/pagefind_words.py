"""Split texts into words as Pagefind does, and decode what `separate` wrote for it."""

from __future__ import annotations

import re
import unicodedata

from archive.site.search import DIGITS


def original(text: str) -> str:
    """Return the text from which `separate` made this one."""

    def number(code: str) -> int:
        return int("".join(str(DIGITS.index(digit)) for digit in code), 8)

    def received(match: re.Match[str]) -> str:
        length, *letters = map(number, re.findall(".{7}", match[2]))
        return match[1][: len(match[1]) - length] + "".join(map(chr, letters))

    def decode(code: re.Match[str]) -> str:
        return chr(number(code[1])) + code[2] if code[1] else ""

    text = re.sub(r"([^\s`]*)`\|([^`]*)`", received, text)
    return re.sub(r"`([!$%*+=^~]*)`( ?)", decode, text)


def words(text: str) -> list[str]:
    """Return the words into which Pagefind splits a text.

    They are the letters and digits between white space (fossick/splitting.rs in its source).
    """
    plain = [
        "".join(
            c
            for c in unicodedata.normalize("NFD", word)
            if c.isalnum() and not unicodedata.combining(c)
        )
        for word in re.sub(r"`\|[^`]*`", "", text).split()
    ]
    return [unicodedata.normalize("NFC", word).lower() for word in plain if word]
