"""Find damage in a text: signs read in a wrong encoding, markup, a second copy of it all.

A damaged text stays as received. What is found is said to the curator.
"""

import re
from collections.abc import Iterator
from html.entities import name2codepoint
from itertools import pairwise
from statistics import mode

from archive.sources.encodings import MAC_ROMAN, READ_AS_LATIN, UTF_8
from archive.sources.source import Source

# Windows-1252 lacks five bytes, which programs take for the control characters of Latin-1.
_WINDOWS, _MAC = ("cp1252", "latin-1"), (MAC_ROMAN,)


def _chars(encodings: tuple[str, ...], first: int, last: int) -> str:
    """Return the set of the signs for which bytes are read in encodings with a byte a sign."""
    read = (bytes(range(first, last + 1)).decode(encoding, "ignore") for encoding in encodings)
    return f"[{re.escape(''.join(read))}]"


def _utf_8_read_as(encodings: tuple[str, ...]) -> str:
    """Return the pattern of UTF-8 that was read in other encodings.

    Signs of two bytes count if they are Latin, or three in a row; next to a capital, and of the
    rarer Latin letters, only those inside a word in small letters. Signs of three bytes if they are
    punctuation, or two in a row: a letter beside quotation marks may look like the others.
    """
    more = _chars(encodings, 0x80, 0xBF)
    return (
        rf"(?<![A-ZÀ-Þ]){_chars(encodings, 0xC2, 0xC3)}{more}"
        rf"|(?<=[A-ZÀ-Þ]){_chars(encodings, 0xC2, 0xC5)}(?![‘’“”–—…]){more}(?=[a-z])"
        rf"|(?<=[a-z]){_chars(encodings, 0xC4, 0xC5)}{more}"
        rf"|(?:{_chars(encodings, 0xC2, 0xDF)}{more}){{3}}"
        rf"|{_chars(encodings, 0xE2, 0xE2)}{_chars(encodings, 0x80, 0x84)}{more}"
        rf"|(?:{_chars(encodings, 0xE0, 0xEF)}{more}{more}){{2}}"
    )


# What shows that signs were lost, and in which other encoding, if it is known, a text really is.
_LOST = (
    ("\ufffd", "has lost a sign", ""),
    (
        rf"&(?:#\d+|#[xX][\da-fA-F]+|{'|'.join(name2codepoint)});|\\u[\da-f]{{4}}",
        "has markup in place of a sign",
        "",
    ),
    (r"=[C-F][\dA-F](?:=[89AB][\dA-F])+", "has the code of a mail in place of a sign", ""),
    (r"[a-z]\?s\b(?!=)", "has a question mark in place of an apostrophe", ""),
)
_MISREAD = (
    (_utf_8_read_as(_WINDOWS), "is UTF-8 read as Windows-1252", UTF_8),
    (_utf_8_read_as(_MAC), "is UTF-8 read as Mac Roman", UTF_8),
    ("[ΓÔ]Ç[Öÿ£¥ôöªó£ùØªû]", "is UTF-8 read in an encoding of DOS", UTF_8),
    *((pattern, f"is {name} read as Latin", name) for name, pattern in READ_AS_LATIN.items()),
    # Counts once: other misreadings have such characters too.
    (r"(?s)[\x80-\x84\x86-\x9f].*", "has a control character in place of a sign", ""),
)


def find_damage(source: Source) -> Iterator[str]:
    """Yield in words where a text is damaged, the first place of each kind, and what to try."""
    text = "\n".join(source.lines)
    lost, misread = (
        [
            (places, what, encoding)
            for pattern, what, encoding in kinds
            if (places := [match.start() for match in re.finditer(pattern, text)])
        ]
        # What is misread has some of these signs, and most texts have none, save the middle dot.
        for kinds in (_LOST, _MISREAD if re.search("[\x80-\x9f¡-¶¸-ÿ]", text) else ())
    )
    # One misreading looks like others in some places.
    for places, what, encoding in [*lost, *sorted(misread, key=lambda found: -len(found[0]))[:1]]:
        line = text.count("\n", 0, places[0]) + 1
        start = text.rfind("\n", 0, places[0]) + 1
        before, after = text[start : places[0]].split(" "), text[places[0] :].split("\n")[0]
        near = f"{' '.join(before[-2:])[-30:]}{' '.join(after.split(' ')[:3])[:30]}".strip()
        words = "".join(sign if sign.isprintable() else "\ufffd" for sign in near)
        more = f", and {len(places) - 1} more" if places[1:] else ""
        is_other = encoding and UTF_8 != source.encoding != encoding
        yield (
            f"line {line}: “{words}” {what}{more}; "
            f"try {f'--set encoding={encoding}' if is_other else 'another copy of the text'}"
        )
    if copy := _find_copy(source.lines):
        yield f"line {copy}: from here on the text is a second copy of itself; try another copy"


def _find_copy(lines: tuple[str, ...]) -> int | None:
    """Return the line on which a text begins once more, or None if it does not.

    It does if most of twenty pieces of its first half stand in it again, or if most lines stand
    twice in a row. Capitals do not matter, and the pieces are short: a copy may be edited.
    """
    text = "\n".join(" ".join(line.lower().split()) for line in lines)
    rows = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line]
    twice = [number for (_, line), (number, copy) in pairwise(rows) if line == copy]
    if len(twice) > 2 and len(twice) > 0.4 * len(rows):
        return twice[0]
    size = min(len(text) // 8, 30)
    pieces = range(0, len(text) // 2 - size, max(len(text) // 40, 1))
    distances = [text.find(text[at : at + size], at + size) - at for at in pieces]
    if size < 10 or sum(distance > 0 for distance in distances) < 0.75 * len(pieces):
        return None
    copied = mode(distances)
    begin = pieces[distances.index(copied)]
    while begin and text[begin - 1] == text[begin - 1 + copied]:
        begin -= 1
    return text.count("\n", 0, begin + copied + 1) + 1  # also a line end there
