"""Detect the encoding of a text, and decode it."""

import codecs
import re
from pathlib import Path

from charset_normalizer import from_bytes as detect_charsets

from archive.errors import ArchiveError
from archive.text.language import language_of

UTF_8 = "utf-8"
# Encodings besides UTF-8, by Python's names, with the languages that each was made for; None is any
# other in Latin letters. CP949 includes EUC-KR, and CP932 Shift_JIS.
_LEGACY = {"cp949": ("ko",), "cp932": ("ja",), "cp1252": ("en", None)}
_UTF_16 = ("utf-16-le", "utf-16-be")
# Of old Macintosh computers, and near to Windows-1252.
MAC_ROMAN = "mac-roman"
# The rest are those of pages only, which name theirs (https://encoding.spec.whatwg.org/#names).
ENCODINGS = (
    *(UTF_8, "utf-16", *_UTF_16, *_LEGACY, MAC_ROMAN),
    *("euc_jp", "iso2022_jp", "gb18030", "big5", "big5hkscs", "koi8-r", "koi8-u", "cp866", "cp874"),
    *(f"cp{number}" for number in (1250, 1251, *range(1253, 1259))),
    *(f"iso8859-{number}" for number in (*range(2, 9), 10, *range(13, 17))),
)
# What a text in these encodings surely has when it is read as Latin-1 or Windows-1252. Mac Roman:
# the capitals in place of an apostrophe, dashes and quotation marks; EUC-KR: two syllables;
# Shift_JIS: two kana.
READ_AS_LATIN = {
    MAC_ROMAN: r"[A-Za-z]Õ[a-z]|[a-z]( ?)[ÐÑ]\1[a-z]"
    r"|(?:\A|\s)Ò[A-Za-z][^ÒÓ]{1,300}[a-z.,?!]Ó(?!\w)",
    "cp949": r"(?:[°-È][¡-þ]){2}",
    "cp932": r"(?:[‚\x82][Ÿ\x9f-ñ]|[ƒ\x83][@-~\x80-\x96€‚„…†‡ˆ‰Š‹ŒŽ‘’“”•–]){2}",
}
# HTML cannot hold these, so a text with one of them is not text
# (https://html.spec.whatwg.org/#preprocessing-the-input-stream).
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# What a page says of its encoding (https://html.spec.whatwg.org/#prescan-a-byte-stream), and what
# browsers read in place of the encoding that is named (https://encoding.spec.whatwg.org/#names).
_NAMED = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_READ_AS = {
    **dict.fromkeys(("ascii", "iso8859-1", "latin-1"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    **{"euc_kr": "cp949", "shift_jis": "cp932", "iso8859-9": "cp1254", "iso8859-11": "cp874"},
    **dict.fromkeys(("utf-16", *_UTF_16), UTF_8),
}


def named_encoding(data: bytes, charset: str = "") -> str | None:
    """Return the encoding that a page names, or its `charset`, if it may be in that; or None."""
    mark = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    named = _NAMED.search(data[:4096])
    for label in (charset, named[1].decode("ascii", "replace") if named else ""):
        try:
            name = codecs.lookup(label.lower().removeprefix("x-")).name
        except (LookupError, ValueError):
            continue
        name = _READ_AS.get(name, name)
        if mark or name not in ENCODINGS:
            continue
        # Pages in UTF-8 often name another encoding; one that names UTF-8 may be in another.
        if name != UTF_8 and not (is_utf_8(data) and b"\x1b" not in data):
            return name
        letters = re.findall(r"[^\x00-\x7f]", data.decode(UTF_8, "replace"))
        if letters.count("\ufffd") * 2 <= len(letters):
            return UTF_8
    return mark


def is_utf_8(data: bytes) -> bool:
    """Tell whether all of `data` is valid UTF-8."""
    return data.decode(UTF_8, "ignore").encode(UTF_8) == data


def detect_encoding(data: bytes, path: Path | str) -> str:
    """Return which of ENCODINGS `data` is in.

    What is valid UTF-8 is UTF-8, since no other text looks like it by chance. Mac Roman is known by
    its signs. charset-normalizer decides between the other old encodings by the letters. If it
    leaves several, the language of the text must be the one that the encoding was made for.

    Raises ArchiveError, which names `path`, when one encoding does not stand out.
    """
    if named_by_mark := next(
        (name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None
    ):
        return named_by_mark
    utf_8 = is_utf_8(data)
    # English in UTF-16 without its mark is valid UTF-8, but every second byte is zero. No text in
    # UTF-8 has a zero byte.
    wide = data.count(0) > (len(data) / 3 if utf_8 else 0)
    if utf_8 and not wide:
        return UTF_8
    if not wide and re.search(READ_AS_LATIN[MAC_ROMAN], data.decode("latin-1")):
        return MAC_ROMAN
    candidates = {
        match.encoding.replace("_", "-"): str(match)
        for match in detect_charsets(data, cp_isolation=list(_UTF_16 if wide else _LEGACY))
    }
    if len(set(candidates.values())) > 1:
        candidates = {
            name: text
            for name, text in candidates.items()
            if language_of(text) in _LEGACY.get(name, ())
        } or candidates
    if not candidates and wide:
        return UTF_8  # its control characters will be named
    if len(set(candidates.values())) != 1:
        raise ArchiveError(
            path,
            "file",
            f"its encoding may be {' or '.join(candidates)}"
            if candidates
            else "its encoding cannot be recognised",
            f"Save it in UTF-8, or give its encoding: one of {', '.join(ENCODINGS)}.",
        )
    return next(iter(candidates))


def decode(data: bytes, path: Path | str, encoding: str) -> str:
    """Decode `data` without its byte order mark. Raises ArchiveError, which names `path`."""
    try:
        return data.decode("utf-8-sig" if encoding == UTF_8 else encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ArchiveError(
            path,
            f"byte {error.start}",
            f"this is not {encoding.upper()} text",
            "Save the page as plain text in UTF-8.",
        ) from None
