"""Decode a source as received and cut it into numbered lines.

Everything else refers to its characters by spans.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes as detect_charsets

from archive.errors import ArchiveError
from archive.text.language import language_of

# A brief of a hundred pages has a tenth of either. Lines are bounded, too, since time and memory
# grow with their number.
MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 100_000
UTF_8 = "utf-8"
# Encodings besides UTF-8, by Python's names, with the language that each was made for. CP949
# includes EUC-KR, and CP932 Shift_JIS.
_LEGACY = {"cp949": "ko", "cp932": "ja", "cp1252": "en"}
_UTF_16 = ("utf-16-le", "utf-16-be")
ENCODINGS = (UTF_8, "utf-16", *_UTF_16, *_LEGACY)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAVE_AS_TEXT = "Open it, then save or copy its text as plain text in UTF-8."
# Files given instead of a text, by their first bytes.
_OTHER_FORMATS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a Word file or another archive"),
    (b"{\\rtf", "RTF"),
    (b"\xd0\xcf\x11\xe0", "a Word file"),
)
_HTML_START = re.compile(
    r"\s{0,1000}(?:<\?xml[^>]{0,200}>\s{0,1000})?(?:<!--.{0,2000}?-->\s{0,1000})?"
    r"<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
# Five end tags are the source of a page; a text about HTML has fewer.
_END_TAG = re.compile(r"</(?:p|div|span|li|ul|td|tr|table|h[1-6]|a|body|html)>", re.IGNORECASE)
_MIN_END_TAGS = 5
# HTML cannot hold these, so a file with one of them is not text
# (https://html.spec.whatwg.org/#preprocessing-the-input-stream).
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` of a line: columns from 0, end excluded, lines from 1."""

    line: int
    start: int
    end: int

    def __reduce__(self) -> tuple[type[Span], tuple[int, int, int]]:
        # Half of what is pickled are spans, and the way of dataclasses takes three times as long.
        return Span, (self.line, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Source:
    """A text as received.

    `lines` have no line ends, `sha256` is the digest of the bytes, and `encoding` one of ENCODINGS.
    """

    lines: tuple[str, ...]
    sha256: str
    encoding: str = UTF_8

    @classmethod
    def load(cls, path: Path, encoding: str | None = None) -> Source:
        """Read `path`. Raises ArchiveError when it is missing, too large, empty or not text."""
        return cls.from_bytes(read_bytes(path), path, encoding)

    @classmethod
    def from_bytes(cls, data: bytes, path: Path, encoding: str | None = None) -> Source:
        """Decode `data` in the given encoding, or else in the one that is detected.

        Raises ArchiveError, which names `path`, when it is empty, too large, not text, or in an
        encoding that cannot be told.
        """
        if len(data) > MAX_BYTES:
            raise ArchiveError(
                path,
                "file",
                f"more than {MAX_BYTES:,} bytes: this is not a brief",
                "Give the text of one brief.",
            )
        if kind := next((kind for start, kind in _OTHER_FORMATS if data.startswith(start)), None):
            raise ArchiveError(path, "file", f"this is {kind}, not text", _SAVE_AS_TEXT)
        encoding = encoding or detect_encoding(data, path)
        text = _decode(data, path, encoding)
        if (
            _HTML_START.match(text)
            or sum(1 for _, _ in zip(_END_TAG.finditer(text), range(_MIN_END_TAGS), strict=False))
            == _MIN_END_TAGS
        ):
            remedy = "Open it in a browser, select its text and save that as plain text in UTF-8."
            raise ArchiveError(path, "file", "this is the HTML of a page, not its text", remedy)
        lines = tuple(re.split(r"\r\n|\r|\n", text))
        if len(lines) > MAX_LINES:
            raise ArchiveError(
                path,
                "file",
                f"more than {MAX_LINES:,} lines: this is not a brief",
                "Give the text of one brief.",
            )
        if control := _CONTROLS.search(text):
            number = next(number for number, line in enumerate(lines, 1) if control[0] in line)
            problem = f"control character U+{ord(control[0]):04X}: this is not text"
            raise ArchiveError(
                path, f"line {number}", problem, "Save the page as plain text in UTF-8."
            )
        if not text.strip():
            raise ArchiveError(
                path, "file", "the text is empty", "Save the page again, with its text."
            )
        return cls(lines, hashlib.sha256(data).hexdigest(), encoding)

    def __getitem__(self, line: int) -> str:
        return self.lines[line - 1]

    def __len__(self) -> int:
        return len(self.lines)

    def line_span(self, line: int) -> Span:
        """Return the span of a line without the white space around it."""
        text = self[line]
        start = len(text) - len(text.lstrip())
        return Span(line, start, max(start, len(text.rstrip())))

    def text(self, spans: tuple[Span, ...]) -> str:
        """Return the words of `spans`, white space collapsed, one line for each source line."""
        rows: dict[int, list[str]] = {}
        for span in spans:
            rows.setdefault(span.line, []).append(self[span.line][span.start : span.end])
        return "\n".join(" ".join(" ".join(pieces).split()) for pieces in rows.values())


def read_bytes(path: Path) -> bytes:
    """Read a file, or the first MAX_BYTES + 1 bytes of it: a device may have no end.

    Raises ArchiveError when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ArchiveError(
            path, "file", f"cannot be read ({reason})", "Give the path of a text file."
        ) from None


def detect_encoding(data: bytes, path: Path) -> str:
    """Return which of ENCODINGS `data` is in.

    What is valid UTF-8 is UTF-8, since no other text looks like it by chance. charset-normalizer
    decides between older encodings by the letters. If it leaves several, the language of the text
    must be the one that the encoding was made for.

    Raises ArchiveError, which names `path`, when one encoding does not stand out.
    """
    if named_by_mark := next(
        (name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None
    ):
        return named_by_mark
    utf_8 = _is_utf_8(data)
    # English in UTF-16 without its mark is valid UTF-8, but every second byte is zero. No text in
    # UTF-8 has a zero byte.
    wide = data.count(0) > (len(data) / 3 if utf_8 else 0)
    if utf_8 and not wide:
        return UTF_8
    matches = detect_charsets(data, cp_isolation=list(_UTF_16 if wide else _LEGACY))
    candidates = {match.encoding.replace("_", "-"): str(match) for match in matches}
    if len(set(candidates.values())) > 1:
        fitting = {
            name: text for name, text in candidates.items() if _fits(text, _LEGACY.get(name, ""))
        }
        candidates = fitting or candidates
    if not candidates and wide:
        return UTF_8  # its control characters will be named
    if len(set(candidates.values())) != 1:
        problem = (
            f"its encoding may be {' or '.join(candidates)}"
            if candidates
            else "its encoding cannot be recognised"
        )
        raise ArchiveError(
            path,
            "file",
            problem,
            f"Save it in UTF-8, or give its encoding: one of {', '.join(ENCODINGS)}.",
        )
    return next(iter(candidates))


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode(UTF_8)
    except UnicodeDecodeError:
        return False
    return True


def _fits(text: str, language: str) -> bool:
    """Tell whether a text may be in the language; any text in Latin letters may be in English."""
    detected = language_of(text)
    return detected == language or (language == "en" and detected is None)


def _decode(data: bytes, path: Path, encoding: str) -> str:
    try:
        return data.decode("utf-8-sig" if encoding == UTF_8 else encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ArchiveError(
            path,
            f"byte {error.start}",
            f"this is not {encoding.upper()} text",
            "Save the page as plain text in UTF-8.",
        ) from None
