"""Split texts into words as Pagefind does, and decode what `separate` wrote for it."""

from __future__ import annotations

import re
import unicodedata

from archive.site.search import DIGITS


def original(text: str) -> str:
    """Return the text from which `separate` made this one."""

    def decode(code: re.Match[str]) -> str:
        return (
            chr(int("".join(str(DIGITS.index(digit)) for digit in code[1]), 8)) + code[2]
            if code[1]
            else ""
        )

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
        for word in text.split()
    ]
    return [unicodedata.normalize("NFC", word).lower() for word in plain if word]
