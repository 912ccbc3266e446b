"""Tell which word of a printed name is the family name.

Texts print "Park Young June", "Jin-goo Cho" and "Lee, Daewoo"; an address and a list need to know.
Where the form of a name does not tell, the result is None, and a curator is asked.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import product, zip_longest

from archive.text.names import DEGREE, PARTICLES, ROLE, SUFFIX
from archive.text.normal_forms import fold, normalise, romanise, slug, sounds

# Korean family names as English texts spell them that are not common given names of Chinese,
# Japanese or Western people, as Jun, Min, Shin, Ko or Sun are: where one stands at one end of a
# name only, that end is the family name.
_KOREAN = frozenset(
    "kim lee rhee park pak choi choe jeong chung cho yoon jang lim oh suh kwon hwang ahn yoo ryoo "
    "jeon moon bae baek paek paik heo hur shim noh roh kwak cha koo eom sohn yeom namgung hwangbo "
    "sunwoo".split()
)
# Those of two letters, which in capitals are not initials.
_TWO_LETTERS = frozenset("ha ko oh yu an im jo no yi ji ku gu".split())
# A Korean syllable in Latin letters, or two in one word: "Young", "Jun", "Eunmi", but not "Marie",
# "Spence", "Ann".
_SYLLABLE = (
    r"(?:kk|tt|pp|ss|jj|ch|sh|[gkndtrlmbpsjh])?"
    r"(?:y?eo|you|yae?|yeu?|wae?|woo?|wi|ui|eui|eu|ae|oe|y?oo|ou|ee|ya|yo|yu|w?[aeiou])"
    r"(?:ng|[nmklpth])?"
)
_ONE_SYLLABLE = re.compile(_SYLLABLE, re.IGNORECASE)
_SYLLABLES = re.compile(rf"(?:{_SYLLABLE}){{1,2}}", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[A-Z]\.)+-?(?:[A-Z]\.)?")
# Of seven letters, one may differ.
_LONG_NAME, _ONE_LETTER = 7, 0.85
_COMMA = re.compile("[,，]")
_SUFFIX = re.compile(rf",?\s+(?P<suffix>{SUFFIX})$")


def split_suffix(name: str) -> tuple[str, str]:
    """Return a name without the suffix behind it, and the suffix: "Jr.", "III", or ""."""
    match = _SUFFIX.search(name)
    return (name[: match.start()], match["suffix"]) if match else (name, "")


def in_both_orders(name: str) -> list[str]:
    """Return "Family, Given" as texts print it, in both orders; one name as it is.

    Letters that are not Latin stand without a space between the two.
    """
    bare, suffix = split_suffix(name)
    family, given = (part.strip(", ") for part in f"{bare},".split(",", 1))
    if given and not slug(bare):
        return [family + given]
    forms = [f"{family} {given}", f"{given} {family}"] if given else [family]
    return [f"{form}, {suffix}" if suffix else form for form in forms]


def inverted_forms(name: str) -> list[str]:
    """Return what "Family, Given" may be of a printed name: the last word first, or the first."""
    bare, suffix = split_suffix(name)
    words, end = bare.split(), f", {suffix}" if suffix else ""
    return [
        f"{words[-1]}, {' '.join(words[:-1])}{end}",
        f"{words[0]}, {' '.join(words[1:])}{end}",
    ]


def family_and_given(name: str) -> tuple[str, str] | None:
    """Return the family and the given name; None when the form of `name` does not tell them.

    A suffix stands behind the given name ("Martin Luther, Jr."); a degree is left out.
    """
    name, suffix = split_suffix(DEGREE.sub("", " ".join(name.split())))
    if suffix:
        parts = family_and_given(name)
        return parts and (parts[0], f"{parts[1]}, {suffix}")
    if comma := _COMMA.search(name):
        family, given = name[: comma.start()].strip(), name[comma.end() :].strip()
        is_name = family and given and not ROLE.search(normalise(given))
        return (_cased(family), given) if is_name else None
    words = name.split()
    if (
        len(words) < 2
        or words[0] in PARTICLES
        or not all(re.match(r"[^\W\d_]", normalise(word)) for word in words)
    ):
        return None
    in_capitals = [word for word in words if _is_in_capitals(word)]
    if len(in_capitals) == 1 and in_capitals[0] in (words[0], words[-1]):
        return _split(words, last_is_family=in_capitals[0] == words[-1])
    words = [_cased(word) for word in words] if name.isupper() else words
    last_is_family = _is_last_word_family(list(map(normalise, words)))
    return None if last_is_family is None else _split(words, last_is_family=last_is_family)


def _is_last_word_family(words: list[str]) -> bool | None:
    """Tell whether the family name comes last, or first; None when nothing tells."""
    ends = (words[0], words[-1])
    if any(map(_INITIALS.fullmatch, words[:-1])) or not PARTICLES.isdisjoint(words[1:-1]):
        return True
    hyphenated = [word for word in ends if "-" in word]
    if (
        len(words) == 2
        and len(hyphenated) == 1
        and all(map(_ONE_SYLLABLE.fullmatch, hyphenated[0].split("-")))
    ):
        return hyphenated[0] == words[0]
    is_first, is_last = (word.casefold() in _KOREAN for word in ends)
    is_korean = len(words) == 3 and all(
        map(_SYLLABLES.fullmatch, words[1:] if is_first else words[:-1])
    )
    return is_last if is_first != is_last and (is_korean or (is_last and len(words) == 2)) else None


def _is_in_capitals(word: str) -> bool:
    """Tell whether a word is in capitals, as family names are set.

    Two letters may be initials ("TJ").
    """
    return (
        word.isupper()
        and (len(word) > 2 or normalise(word).casefold() in _TWO_LETTERS)
        and not _INITIALS.fullmatch(word)
    )


def _split(words: list[str], *, last_is_family: bool) -> tuple[str, str]:
    if not last_is_family:
        return _cased(words[0]), " ".join(words[1:])
    start = next((n for n, word in enumerate(words) if word in PARTICLES), len(words) - 1)
    return " ".join(map(_cased, words[start:])), " ".join(words[:start])


def _cased(word: str) -> str:
    """Return a word in capitals as others are written: "O'NEILL" is O'Neill; initials stay."""
    is_word = word.isupper() and len(word) > 1 and not _INITIALS.fullmatch(word)
    return "".join(map(str.capitalize, re.split("(['’])", word))) if is_word else word


def are_similar(name: str, other: str) -> bool:
    """Whether two names may be of one person: their family and their given names are alike.

    Either name may come first. Names of one word are compared as they are, and one in Hangul with
    one in Latin letters by its sounds.
    """
    if bool(slug(name)) is not bool(slug(other)):
        name, other = romanise(name), romanise(other)
    return fold(name) == fold(other) or any(
        (_are_alike(first, family) and _are_alike(second, given))
        or (_are_alike(first, given) and _are_alike(second, family))
        for (first, second), (family, given) in product(_halves(name), _halves(other))
    )


def _halves(name: str) -> Iterator[tuple[str, str]]:
    """Yield the two parts of a name, cut at each space; one word has no second part."""
    words = _COMMA.sub(" ", _SUFFIX.sub("", name)).split()
    return ((" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, max(len(words), 2)))


def _are_alike(name: str, other: str) -> bool:
    """Whether two family names, or two given names, may be one in two spellings.

    They have the same sounds; or one has initials for words of the other; or a letter of a longer
    name differs. In a Korean name each letter counts: Youngho is not Youngki.
    """
    first, second = sounds(name), sounds(other)
    if first == second or not (first and second):
        return first == second and (bool(first) or name == other)
    pairs = zip_longest(slug(name).split("-"), slug(other).split("-"), fillvalue="")
    letters = [slug(part).replace("-", "") for part in (name, other)]
    return all(
        one == two or (1 in (len(one), len(two)) and len({one[:1], two[:1]} - {""}) == 1)
        for one, two in pairs
    ) or (
        min(map(len, letters)) >= _LONG_NAME
        and abs(len(letters[0]) - len(letters[1])) <= 1
        and not any(map(_SYLLABLES.fullmatch, letters))
        and SequenceMatcher(None, letters[0], letters[1], autojunk=False).ratio() >= _ONE_LETTER
    )


def split_by_id(name: str, id: str) -> tuple[str, str] | None:
    """Return family and given name of a printed name, as an author's id tells them apart.

    The id "akiyama-masahiro" shows that of "Masahiro Akiyama". None when it is of another name. A
    suffix need not stand in the id.
    """
    name, suffix = split_suffix(name)
    words, end = _COMMA.sub(" ", name).split(), f", {suffix}" if suffix else ""
    id = id.removesuffix(f"-{slug(suffix)}" if suffix else "")
    return next(
        (
            (" ".join(map(_cased, family)), " ".join(given) + end)
            for count in range(1, len(words))
            for family, given in (
                (words[-count:], words[:-count]),
                (words[:count], words[count:]),
            )
            if slug(" ".join((*family, *given))).replace("-", "") == id.replace("-", "")
        ),
        None,
    )
