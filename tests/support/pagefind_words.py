"""What Pagefind makes of the texts that it is given."""

from __future__ import annotations

import re
import unicodedata

from archive.site.search import DIGITS


def original(text: str) -> str:
    """What `separate` made of a text, turned back."""

    def sign(code: re.Match[str]) -> str:
        return (
            chr(int("".join(str(DIGITS.index(digit)) for digit in code[1]), 8)) + code[2]
            if code[1]
            else ""
        )

    return re.sub(r"`([!$%*+=^~]*)`( ?)", sign, text)


def words(text: str) -> list[str]:
    """The words that Pagefind makes of a text (fossick/splitting.rs in its source): letters and figures between white space."""
    plain = [
        "".join(
            c
            for c in unicodedata.normalize("NFD", word)
            if c.isalnum() and not unicodedata.combining(c)
        )
        for word in text.split()
    ]
    return [unicodedata.normalize("NFC", word).lower() for word in plain if word]
