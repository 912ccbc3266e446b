"""Reduce words to forms that can be compared, or that can stand in an address.

`normalise` gives the form in which the archive compares words. What it stores and shows are the
characters as received.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from unicodedata import combining, decomposition, is_normalized, normalize

# Signs that have no width: soft hyphen, joiners, marks of direction, byte order mark, selectors of
# a glyph.
_INVISIBLE = (
    r"\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_SPACES = r"\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Hyphen, no-break hyphen and minus sign.
_HYPHENS = "\u2010\u2011\u2212"
# Ligatures, and the radicals that stand for Chinese characters in texts copied from PDF.
_COMPOSED = r"\ufb00-\ufb06\u2e80-\u2fdf"
# Letters and signs of other widths, small signs, and those of vertical lines.
_OTHER_WIDTHS = r"\ufe10-\ufe6f\uff00-\uffef"
_SINGLE_QUOTES, _DOUBLE_QUOTES = "‘’‚‛ʼ", "“”„‟〝〞〟"
_SIGNS = f"{_INVISIBLE}{_SPACES}{_HYPHENS}{_COMPOSED}{_OTHER_WIDTHS}"
_SIGN = re.compile(f"[{_SIGNS}]")
_SIGN_OR_QUOTE = re.compile(f"[{_SIGNS}{_SINGLE_QUOTES}{_DOUBLE_QUOTES}]")
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
# Accents and marks of voice that stand behind their letters.
ACCENTS = "\u0300-\u036f\u3099\u309a"
# Letters, with accents behind them and invisible signs among them.
_WORDS = re.compile(rf"[\w{ACCENTS}{_INVISIBLE}]+")
# In place of these stand no letters, or several.
_RESIZING = re.compile(rf"[{_INVISIBLE}\ufb00-\ufb06]")
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
_INITIALS = "g kk n d tt r m b pp s ss  j jj ch k t p h".split(" ")
_VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
_FINALS = " k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split(" ")
_SAME_SOUNDS = {
    "oo": "u",
    "ee": "i",
    "eu": "u",
    "ou": "o",
    "eo": "o",
    "oe": "oi",
    "ae": "e",
    "ui": "i",
    "wu": "u",
    "ne": "n",
    "sh": "s",
    "ch": "j",
    "k": "g",
    "p": "b",
    "t": "d",
    "l": "r",
}
# "Chul" and "Hyun" may be spelt "Cheol" and "Hyeon", but "Su" is not "Seo"; "Minah" is "Mina".
_CLOSED = re.compile(r"u(?=(?:ng|[nmgrbd])(?![aeiouw]))")
_SILENT = re.compile(r"h(?![aeiouwy])")


def normalise(text: str) -> str:
    """Return the form of `text` in which words are compared.

    It is NFC with letters of the usual width and plain spaces, hyphens and quotation marks, without
    ligatures and invisible signs. ASCII stays as it is.
    """
    return text if text.isascii() else normalize("NFC", _SIGN_OR_QUOTE.sub(_form, text))


def normalise_words(text: str) -> str:
    """Return `text` with its words in normal form, and the signs between them as received."""
    return text if text.isascii() else _WORDS.sub(lambda words: normalise(words[0]), text)


def _form(sign: re.Match[str]) -> str:
    return _normal_sign(sign[0])


@cache
def _normal_sign(sign: str) -> str:
    """Return what stands in place of a sign that _SIGN_OR_QUOTE finds."""
    usual = decomposition(sign).rpartition("> ")[2]
    return next(
        form
        for holds, form in (
            (_UNSEEN.match(sign), ""),
            (sign.isspace(), " "),
            (sign in _HYPHENS, "-"),
            (sign in _SINGLE_QUOTES, "'"),
            (sign in _DOUBLE_QUOTES, '"'),
            (" " in usual or not usual, normalize("NFKC", sign)),
            (True, chr(int(f"0{usual}".split()[0], 16))),
        )
        if holds
    )


def align(text: str, *, keep_quotes: bool = False) -> tuple[str, Sequence[int]]:
    """Return the normal form of `text`, and for each character of it the index in `text`.

    The last index is the end. Invisible signs belong to the word that they touch; where they stand
    alone, to the one before, or else to the first. So nothing but white space is between words.
    With `keep_quotes`, quotation marks stay as they are: they tell where quotations begin.
    """
    signs = _SIGN if keep_quotes else _SIGN_OR_QUOTE
    return (text, range(len(text) + 1)) if text.isascii() else _align(text, signs)


@lru_cache(maxsize=1024)  # reading, themes and pages ask for the same texts
def _align(text: str, signs: re.Pattern[str]) -> tuple[str, Sequence[int]]:
    normal, replaced = signs.subn(_form, text)
    if not (replaced and _RESIZING.search(text)) and is_normalized("NFC", normal):
        return normal, range(len(text) + 1)
    normal = normalize("NFC", normal)
    places: list[int] = []
    # The letters that are still being composed; the first of the invisible signs behind a space;
    # how many of the letters before are up to the end of a word.
    cluster, start, unseen, in_words = "", 0, -1, 0
    for index, letter in enumerate(text):
        form = normalize("NFC", signs.sub(_form, letter))
        if not form:
            unseen = index if unseen < 0 and not cluster.strip() else unseen
            continue
        joined = normalize("NFC", cluster + form)
        if combining(form[0]) or joined != cluster + form:
            cluster = joined
            continue
        places += [start] * len(cluster)
        in_words = len(places) if cluster.strip() else in_words
        cluster, start = form, index
        if unseen >= 0 and form.isspace() and in_words:
            places[in_words:] = [index] * (len(places) - in_words)
            unseen = -1
        elif unseen >= 0:
            start, unseen = unseen, unseen if form.isspace() else -1
    places += [start] * len(cluster)
    if unseen >= 0 and in_words and not cluster.strip():
        places[in_words:] = [len(text)] * (len(places) - in_words)
    return normal, [*places, len(text)]


def visible(text: str) -> str:
    """Return the visible signs of `text` as they are, on one line with plain spaces."""
    return " ".join(_UNSEEN.sub("", text).split())


def _without_accents(text: str) -> str:
    return "".join(
        letter
        for letter in normalize("NFKD", normalise(text).translate(_WITHOUT_ACCENT))
        if not combining(letter)
    )


def slug(text: str, longest: int | None = None) -> str:
    """Return words as a part of an address, cut between words to `longest` characters.

    It has ASCII letters without accents, in lower case, and hyphens between words. It is "" for a
    text without Latin letters and digits.
    """
    words = re.findall(r"[a-z0-9]+", re.sub(r"['.]", "", _without_accents(text)).lower())
    while longest and len(words) > 1 and len("-".join(words)) > longest:
        words.pop()
    return "-".join(words)[:longest]


def fold(text: str) -> str:
    """Return the words of a text without case, punctuation and a "the" in front."""
    return re.sub(r"^the ", "", " ".join(re.findall(r"\w+", normalise(text).casefold())))


def sorted_letters(name: str) -> str:
    """Return the letters of a name in the order of the alphabet.

    It does not depend on the order of the names, on case, accents and hyphens.
    """
    return "".join(sorted(filter(str.isalnum, _without_accents(name).casefold())))


def romanise(text: str) -> str:
    """Return a text with its Hangul in Latin letters, each syllable as a word (rules of 2000).

    The family name 이 becomes "yi", as no spelling in use has the "i" of the rules.
    """
    return re.sub("[가-힣]", _spell_syllable, re.sub(r"\b이(?=[가-힣]{2}\b)", "yi ", text))


def _spell_syllable(syllable: re.Match[str]) -> str:
    # Unicode orders syllables by 19 initials, 21 vowels and 28 finals, the first of which is none.
    first, rest = divmod(ord(syllable[0]) - ord("가"), 21 * 28)
    return f"{_INITIALS[first]}{_VOWELS[rest // 28]}{_FINALS[rest % 28]} "


def sounds(name: str) -> str:
    """Return the letters of a name in which each Korean sound is spelt in one way.

    "Yong-jun" gives the same as "Young June". It is "" without Latin letters.
    """
    spelling = "".join(
        _SAME_WORDS.get(word, word)
        for word in re.findall(r"[a-z]+", _without_accents(name).casefold())
    )
    for sound, same in _SAME_SOUNDS.items():
        spelling = spelling.replace(sound, same)
    return _CLOSED.sub("o", _SILENT.sub("", spelling))
