"""Which word of a printed name is the family name, and who that is known may bear it.

Texts print "Park Young June", "Jin-goo Cho" and "Lee, Daewoo"; an address and a list need to know.
Where the form of a name does not tell, nothing is said, and the curator is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

from archive.records.authority import LONGEST_ID, Author
from archive.text.names import ROLE

# Korean family names as English texts spell them that are no common given name of a Chinese, a
# Japanese or a Westerner, as Jun, Min, Shin, Ko or Sun are: where one stands at one end of a name
# only, that end is the family.
_KOREAN = frozenset(
    "kim lee rhee park pak choi choe jeong chung cho yoon jang lim oh suh kwon hwang ahn yoo ryoo "
    "jeon moon bae baek paek paik heo hur shim noh roh kwak cha koo eom sohn yeom namgung hwangbo "
    "sunwoo".split()
)
# Those of two letters, which in capitals are no initials.
_TWO_LETTERS = frozenset("ha ko oh yu an im jo no yi ji ku gu".split())
# A Korean syllable in Latin letters, or two run together: "Young", "Jun", "Eunmi"; no "Marie",
# "Spence", "Ann".
_SYLLABLE = (
    r"(?:kk|tt|pp|ss|jj|ch|sh|[gkndtrlmbpsjh])?"
    r"(?:y?eo|you|yae?|yeu?|wae?|woo?|wi|ui|eui|eu|ae|oe|y?oo|ou|ee|ya|yo|yu|w?[aeiou])"
    r"(?:ng|[nmklpth])?"
)
_ONE_SYLLABLE = re.compile(_SYLLABLE, re.IGNORECASE)
_SYLLABLES = re.compile(rf"(?:{_SYLLABLE}){{1,2}}", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[A-Z]\.)+-?(?:[A-Z]\.)?")
_PARTICLES = {"van", "von", "de", "del", "der", "di", "la", "bin", "al"}
_SUFFIX = re.compile(r",?\s+(?:Jr|Sr|II|III|Ph\.?\s?D|M\.?D|M\.?A|J\.?D|MBA)\.?$")
# Ways to write one Korean name in Latin letters: of whole words, then of what is in them.
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
_SAME_SOUNDS = "oo=u ee=i eu=u ou=o eo=o oe=oi ae=e ne=n ch=j k=g p=b t=d l=r".split()
# Letters that have no accent to take off.
_SPELT_OUT = str.maketrans(
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
# Sorted letters: "Changsoo Jin" and "JIN Chang Soo" are 1; "Choi Eunmi" and "Choi Eunju" 0.8.
_ALIKE = 0.85


def filed(name: str) -> tuple[str, str] | None:
    """Family and given name of a printed name whose form tells them apart.

    None when it does not.
    """
    name = _SUFFIX.sub("", " ".join(name.split()))
    if "," in name:
        family, given = (part.strip() for part in name.split(",", 1))
        return (_cased(family), given) if family and given and not ROLE.search(given) else None
    words = name.split()
    if len(words) < 2 or not all(re.match(r"[^\W\d_]", word) for word in words):
        return None
    shouted = [word for word in words if _is_shouted(word)]
    first, last = words[0], words[-1]
    if len(shouted) == 1 and shouted[0] in (first, last):
        return _split(words, last_is_family=shouted[0] == last)
    words = [_cased(word) for word in words] if name.isupper() else words
    if any(_INITIALS.fullmatch(word) for word in words[:-1]) or any(
        word in _PARTICLES for word in words[1:-1]
    ):
        return _split(words, last_is_family=True)
    korean = [word.casefold() in _KOREAN for word in (first, last)]
    hyphens = ["-" in word for word in (first, last)]
    hyphened = words[hyphens.index(True)] if True in hyphens else ""
    if (
        len(words) == 2
        and hyphens != [True, True]
        and hyphened
        and all(map(_ONE_SYLLABLE.fullmatch, hyphened.split("-")))
    ):
        return _split(words, last_is_family=hyphens[0])
    rest = words[1:] if korean[0] else words[:-1]
    like_given = len(words) == 3 and all(_SYLLABLES.fullmatch(word) for word in rest)
    if korean[0] != korean[1] and (like_given or (korean[1] and len(words) == 2)):
        return _split(words, last_is_family=korean[1])
    return None


def _is_shouted(word: str) -> bool:
    """Whether a word is in capitals, as family names are set.

    Two letters may be initials ("TJ").
    """
    return (
        word.isupper()
        and (len(word) > 2 or word.casefold() in _TWO_LETTERS)
        and not _INITIALS.fullmatch(word)
    )


def _split(words: list[str], *, last_is_family: bool) -> tuple[str, str]:
    if not last_is_family:
        return _cased(words[0]), " ".join(words[1:])
    start = next((n for n, word in enumerate(words) if word in _PARTICLES), len(words) - 1)
    return " ".join(map(_cased, words[start:])), " ".join(words[:start])


def _cased(word: str) -> str:
    """A word in capitals as others are written: "O'NEILL" is O'Neill; initials stay."""
    if not word.isupper() or len(word) < 2 or _INITIALS.fullmatch(word):
        return word
    return "".join(part.capitalize() for part in re.split("(['’])", word))


def of_id(name: str, key: str) -> tuple[str, str] | None:
    """Family and given name of a printed name, told apart by its author's id.

    The id ("akiyama-masahiro") is the one that the author is to have.
    """
    words = name.replace(",", " ").split()
    for count in range(1, len(words)):
        for family, given in ((words[-count:], words[:-count]), (words[:count], words[count:])):
            if slug(" ".join((*family, *given))).replace("-", "") == key.replace("-", ""):
                return " ".join(map(_cased, family)), " ".join(given)
    return None


def author_id(family: str, given: str) -> str:
    """The id that a new author is proposed to have; "" for a name without Latin letters."""
    return slug(f"{family} {given}") if slug(family) and slug(given) else ""


def slug(text: str, longest: int = LONGEST_ID) -> str:
    """Words as a part of an address.

    ASCII letters without their accents, lower case, hyphens between them, cut between words.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_SPELT_OUT))
    bare = re.sub(
        r"['’‘.]", "", "".join(letter for letter in plain if not unicodedata.combining(letter))
    )
    words = re.findall(r"[a-z0-9]+", bare.lower())
    while len(words) > 1 and len("-".join(words)) > longest:
        words.pop()
    return "-".join(words)[:longest]


def letters(name: str) -> str:
    """The letters of a name in the order of the alphabet.

    Its order, case, accents and hyphens do not matter.
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sorted(letter for letter in plain if letter.isalnum()))


def known(name: str, authors: Iterable[Author]) -> Author | None:
    """The one author a text is known to print under this name."""
    found = [author for author in authors if name in author.variants]
    return found[0] if len(found) == 1 else None


def alike(name: str, authors: Iterable[Author]) -> list[Author]:
    """The authors of whom one may be meant.

    Under the same letters, or nearly, or as Korean names are spelt, too.
    """
    own, sound = letters(name), _sound(name)
    return [
        author
        for author in authors
        if any(
            SequenceMatcher(None, own, letters(other)).ratio() >= _ALIKE
            or (sound and sound == _sound(other))
            for other in author.names
        )
    ]


def _sound(name: str) -> str:
    """The letters of a name once all spellings of a sound are one.

    "Pak Yong-jun" as "Park Young June"; "" without any.
    """
    plain = unicodedata.normalize("NFKD", name.translate(_SPELT_OUT)).casefold()
    words = re.findall(
        r"[a-z]+", "".join(letter for letter in plain if not unicodedata.combining(letter))
    )
    sounds = []
    for word in words:
        sound = _SAME_WORDS.get(word, word)
        for pair in _SAME_SOUNDS:
            sound = sound.replace(*pair.split("="))
        sounds.append(sound)
    return "".join(sorted("".join(sounds)))
