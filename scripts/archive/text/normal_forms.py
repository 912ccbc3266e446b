"""Reduce words to forms that can be compared, or that can stand in an address."""

import re
import unicodedata

# Letters that are not decomposed into a letter and an accent.
_WITHOUT_ACCENT = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
    }
)
# Ways to write one Korean name in Latin letters: of whole words, then of the sounds in them.
_SAME_WORDS = {
    word: group[0]
    for group in (
        ("lee", "yi", "rhee", "ri"),
        ("park", "pak", "bak"),
        ("lim", "im", "rim", "yim"),
        ("jung", "jeong", "chung"),
        ("yu", "yoo", "ryu", "ryoo"),
        ("no", "noh", "roh"),
        ("seo", "suh", "so"),
        ("heo", "hur", "huh"),
        ("an", "ahn"),
    )
    for word in group
}
_SAME_SOUNDS = {
    "oo": "u",
    "ee": "i",
    "eu": "u",
    "ou": "o",
    "eo": "o",
    "oe": "oi",
    "ae": "e",
    "ne": "n",
    "ch": "j",
    "k": "g",
    "p": "b",
    "t": "d",
    "l": "r",
}


def _without_accents(text: str) -> str:
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.translate(_WITHOUT_ACCENT))
        if not unicodedata.combining(letter)
    )


def slug(text: str, longest: int | None = None) -> str:
    """Return words as a part of an address, cut between words to `longest` characters.

    It has ASCII letters without accents, in lower case, and hyphens between words. It is "" for a
    text without Latin letters and digits.
    """
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’‘.]", "", _without_accents(text)).lower())
    while longest and len(words) > 1 and len("-".join(words)) > longest:
        words.pop()
    return "-".join(words)[:longest]


def fold(text: str) -> str:
    """Return the words of a text without case, punctuation and a "the" in front."""
    return re.sub(r"^the ", "", " ".join(re.findall(r"\w+", text.casefold())))


def sorted_letters(name: str) -> str:
    """Return the letters of a name in the order of the alphabet.

    It does not depend on the order of the names, on case, accents and hyphens.
    """
    return "".join(sorted(filter(str.isalnum, _without_accents(name).casefold())))


def sorted_sounds(name: str) -> str:
    """Return the sorted letters of a name in which each Korean sound is spelt in one way.

    "Pak Yong-jun" gives the same as "Park Young June". It is "" without Latin letters.
    """
    spelling = " ".join(
        _SAME_WORDS.get(word, word)
        for word in re.findall(r"[a-z]+", _without_accents(name).casefold())
    )
    for sound, same in _SAME_SOUNDS.items():
        spelling = spelling.replace(sound, same)
    return "".join(sorted(spelling.replace(" ", "")))
