"""A source text: its bytes as received, decoded and cut into lines, and the spans by which everything else points into it."""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes as detected

from archive.errors import ArchiveError
from archive.text.language import language_of

# A brief of a hundred pages has a tenth of either. Time and memory follow the number of lines, so that is bounded too.
MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 100_000
UTF_8 = "utf-8"
# What texts come in besides UTF-8, by Python's names (CP949 holds EUC-KR, CP932 Shift_JIS), each with the language it was made for.
_LEGACY = {"cp949": "ko", "cp932": "ja", "cp1252": "en"}
_UTF_16 = ("utf-16-le", "utf-16-be")
ENCODINGS = (UTF_8, "utf-16", *_UTF_16, *_LEGACY)
_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_AS_TEXT = "Open it, and save or copy what it says as plain text in UTF-8."
# What is given in place of a text, by how it begins.
_NO_TEXTS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a Word file or another archive"),
    (b"{\\rtf", "RTF"),
    (b"\xd0\xcf\x11\xe0", "a Word file"),
)
_HTML_HEAD = re.compile(
    r"\s{0,1000}(?:<\?xml[^>]{0,200}>\s{0,1000})?(?:<!--.{0,2000}?-->\s{0,1000})?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
# So many ends of elements are a page's source; a text that writes about HTML has fewer.
_HTML_END = re.compile(r"</(?:p|div|span|li|ul|td|tr|table|h[1-6]|a|body|html)>", re.IGNORECASE)
_MOST_ENDS = 5
# HTML cannot carry these (https://html.spec.whatwg.org/#preprocessing-the-input-stream), so a file that has one is not text.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` (0-based, end excluded) of line `line` (1-based)."""

    line: int
    start: int
    end: int

    def __reduce__(self) -> tuple[type[Span], tuple[int, int, int]]:
        return Span, (
            self.line,
            self.start,
            self.end,
        )  # half of what is pickled; dataclasses' own way takes three times as long


@dataclass(frozen=True, slots=True)
class Source:
    """A text as received. `lines` are without their line ends; `sha256` is that of the bytes, `encoding` one of ENCODINGS."""

    lines: tuple[str, ...]
    sha256: str
    encoding: str = UTF_8

    @classmethod
    def load(cls, path: Path, encoding: str | None = None) -> Source:
        """Read `path`. Raises ArchiveError when it is missing, too large, empty or no text."""
        return cls.from_bytes(read_bytes(path), path, encoding)

    @classmethod
    def from_bytes(cls, data: bytes, path: Path, encoding: str | None = None) -> Source:
        """Decode `data`, in the encoding that a record names or, without one, in the one that is detected.

        Raises ArchiveError, which names `path`, when it is empty, too large, no text, or in an encoding that is not plain.
        """
        if len(data) > MAX_BYTES:
            raise ArchiveError(
                path,
                "file",
                f"more than {MAX_BYTES:,} bytes: this is no brief",
                "Give the text of one brief.",
            )
        if kind := next((kind for start, kind in _NO_TEXTS if data.startswith(start)), None):
            raise ArchiveError(path, "file", f"this is {kind}, not text", _AS_TEXT)
        encoding = encoding or detect_encoding(data, path)
        text = _decoded(data, path, encoding)
        if (
            _HTML_HEAD.match(text)
            or sum(1 for _, _ in zip(_HTML_END.finditer(text), range(_MOST_ENDS), strict=False))
            == _MOST_ENDS
        ):
            remedy = (
                "Open it in a browser, select what it shows and save that as plain text in UTF-8."
            )
            raise ArchiveError(path, "file", "this is the HTML of a page, not its text", remedy)
        lines = tuple(re.split(r"\r\n|\r|\n", text))
        if len(lines) > MAX_LINES:
            raise ArchiveError(
                path,
                "file",
                f"more than {MAX_LINES:,} lines: this is no brief",
                "Give the text of one brief.",
            )
        if found := _CONTROLS.search(text):
            number = next(number for number, line in enumerate(lines, 1) if found[0] in line)
            problem = f"control character U+{ord(found[0]):04X}: this is not text"
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
        """The span of a line without the white space around it."""
        text = self[line]
        start = len(text) - len(text.lstrip())
        return Span(line, start, max(start, len(text.rstrip())))

    def text(self, spans: tuple[Span, ...]) -> str:
        """The words of `spans`, runs of white space as one space, one line for each line of the source."""
        rows: dict[int, list[str]] = {}
        for span in spans:
            rows.setdefault(span.line, []).append(self[span.line][span.start : span.end])
        return "\n".join(" ".join(" ".join(parts).split()) for parts in rows.values())


def read_bytes(path: Path) -> bytes:
    """What a file holds, or the first MAX_BYTES bytes and one more: a device may have no end. Raises ArchiveError when it cannot."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ArchiveError(
            path, "file", f"cannot be read ({reason})", "Give the path of a text file."
        ) from None


def detect_encoding(data: bytes, path: Path) -> str:
    """Which of ENCODINGS `data` is in. Raises ArchiveError, which names `path`, when that is not plain.

    What is valid UTF-8 is UTF-8: no other text looks like it by chance. Between older encodings charset-normalizer judges by
    the letters; where it leaves several, the text has to be in the language that the encoding was made for.
    """
    if marked := next((name for mark, name in _MARKS if data.startswith(mark)), None):
        return marked
    utf_8 = _is_utf_8(data)
    # English in UTF-16 without its mark is valid UTF-8 with every second byte zero; no text in UTF-8 has one.
    wide = data.count(0) > (len(data) / 3 if utf_8 else 0)
    if utf_8 and not wide:
        return UTF_8
    matches = detected(data, cp_isolation=list(_UTF_16 if wide else _LEGACY))
    found = {match.encoding.replace("_", "-"): str(match) for match in matches}
    if len(set(found.values())) > 1:
        fitting = {name: text for name, text in found.items() if _fits(text, _LEGACY.get(name, ""))}
        found = fitting or found
    if not found and wide:
        return UTF_8  # its control characters will be named
    if len(set(found.values())) != 1:
        problem = (
            f"its encoding is not plain: {' or '.join(found)}"
            if found
            else "this is text in no encoding known here"
        )
        raise ArchiveError(
            path,
            "file",
            problem,
            f"Save it in UTF-8, or give its encoding: one of {', '.join(ENCODINGS)}.",
        )
    return next(iter(found))


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode(UTF_8)
    except UnicodeDecodeError:
        return False
    return True


def _fits(text: str, language: str) -> bool:
    """Whether a text could be in the language: one of Latin letters, whatever it is, in English."""
    found = language_of(text)
    return found == language or (language == "en" and found is None)


def _decoded(data: bytes, path: Path, encoding: str) -> str:
    try:
        return data.decode("utf-8-sig" if encoding == UTF_8 else encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ArchiveError(
            path,
            f"byte {error.start}",
            f"this is not {encoding.upper()} text",
            "Save the page as plain text in UTF-8.",
        ) from None
