"""Decode a source as received and cut it into numbered lines.

Everything else refers to its characters by spans.
"""

import hashlib
import re
import sys
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path

from archive.errors import ArchiveError, raise_first
from archive.sources.encodings import CONTROLS, UTF_8, decode, detect_encoding
from archive.sources.html import MIME, read_html
from archive.sources.lines import NO_HINT, Declared, Hint, Line
from archive.store import open_at_once

# A brief of a hundred pages has a tenth of either. Lines are bounded, too, since time and memory
# grow with their number.
MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 100_000
# A page may have its pictures in it.
MAX_PAGE_BYTES = 20 * 1024 * 1024
FORMS = (".txt", ".html", ".pdf", ".docx")
# The path by which a text that comes on stdin is named.
STDIN = Path("/dev/stdin")
_SAVE_AS_TEXT = "Open it, then save or copy its text as plain text in UTF-8."
# Files given instead of a text, by their first bytes.
_OTHER_FORMATS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a Word file or another archive"),
    (b"{\\rtf", "RTF"),
    (b"\xd0\xcf\x11\xe0", "a Word file"),
)
_HTML_START = re.compile(
    r"(?:\ufeff|ï»¿|ÿþ|þÿ)?\s{0,1000}(?:<\?xml[^>]{0,200}>\s{0,1000})?(?:<!--.{0,2000}?-->\s{0,1000})?"
    r"<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
# Five end tags are the source of a page; a text about HTML has fewer.
_END_TAG = re.compile(r"</(?:p|div|span|li|ul|td|tr|table|h[1-6]|a|body|html)>", re.IGNORECASE)
_MIN_END_TAGS = 5


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` of a line: columns from 0, end excluded, lines from 1."""

    line: int
    start: int
    end: int

    def __reduce__(self) -> tuple[type["Span"], tuple[int, int, int]]:
        # Half of what is pickled are spans, and the way of dataclasses takes three times as long.
        return Span, (self.line, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Source:
    """A text as received, or the visible lines of a page or document.

    `lines` have no line ends, `sha256` is the digest of the bytes, and `encoding` is the one that
    they are in. Of a page or document, `hints` say what each line is, `links` are the addresses
    that words of it lead to, and `declared` is what it says about itself.
    """

    lines: tuple[str, ...]
    sha256: str
    encoding: str = UTF_8
    hints: tuple[Hint, ...] = field(default=(), repr=False)
    links: tuple[tuple[Span, str], ...] = ()
    declared: tuple[Declared, ...] = ()

    @classmethod
    def load(cls, path: Path, encoding: str | None = None) -> "Source":
        """Read `path`. Raises ArchiveError when it is missing, too large, empty or not text."""
        return cls.from_bytes(read_bytes(path), path, encoding)

    @classmethod
    def from_bytes(cls, data: bytes, path: Path, encoding: str | None = None) -> "Source":
        """Decode `data` in the given encoding, or else in the one that is detected.

        Raises ArchiveError, which names `path`, when it is empty, too large, not text, or in an
        encoding that cannot be told.
        """
        form = form_of(data)
        limit = MAX_BYTES if form == ".txt" else MAX_PAGE_BYTES
        kind = next((kind for start, kind in _OTHER_FORMATS if data.startswith(start)), None)
        raise_first(
            path,
            (
                len(data) > limit,
                "file",
                f"more than {limit:,} bytes: this is not a brief",
                "Give the text of one brief.",
            ),
            (kind, "file", f"this is {kind}, not text", _SAVE_AS_TEXT),
        )
        declared: list[Declared] = []
        if form == ".html":
            encoding, lines, declared = read_html(data, path, encoding)
        else:
            encoding = encoding or detect_encoding(data, path)
            lines = [Line(text) for text in re.split(r"\r\n|\r|\n", decode(data, path, encoding))]
        return cls.of_lines(lines, declared, data, path, encoding)

    @classmethod
    def of_lines(
        cls, lines: list[Line], declared: list[Declared], data: bytes, path: Path, encoding: str
    ) -> "Source":
        """Make the source of lines that were read from `data`. Raises ArchiveError as above."""
        texts = tuple(line.text for line in lines)
        control = next(
            ((n, sign) for n, text in enumerate(texts, 1) if (sign := CONTROLS.search(text))), None
        )
        raise_first(
            path,
            (
                len(lines) > MAX_LINES,
                "file",
                f"more than {MAX_LINES:,} lines: this is not a brief",
                "Give the text of one brief.",
            ),
            (
                not "".join(texts).strip(),
                "file",
                "the text is empty",
                "Save the page again, with its text.",
            ),
            *(
                (
                    True,
                    f"line {number}",
                    f"control character U+{ord(sign[0]):04X}: this is not text",
                    "Save the page as plain text in UTF-8.",
                )
                for number, sign in ([control] if control else [])
            ),
        )
        return cls(
            texts,
            hashlib.sha256(data).hexdigest(),
            encoding,
            tuple(line.hint for line in lines)
            if any(line.hint != NO_HINT for line in lines)
            else (),
            tuple(
                (Span(number, start, end), address)
                for number, line in enumerate(lines, 1)
                for start, end, address in line.links
                if line.hint.kind != "furniture"
            ),
            tuple(declared),
        )

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
        rows = (
            " ".join(self[line][span.start : span.end] for span in row)
            for line, row in groupby(spans, attrgetter("line"))
        )
        return "\n".join(" ".join(row.split()) for row in rows)


def form_of(data: bytes) -> str:
    """Return the form of a source, one of FORMS, by its bytes."""
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return ".pdf"
    if data.startswith(b"PK\x03\x04") and b"word/" in data:
        return ".docx"
    text = data.replace(b"\0", b"").decode("latin-1")
    is_page = (
        _HTML_START.match(text)
        or MIME.match(data)
        or len(list(islice(_END_TAG.finditer(text), _MIN_END_TAGS))) == _MIN_END_TAGS
    )
    return ".html" if is_page else ".txt"


def read_bytes(path: Path) -> bytes:
    """Read a file, or the first MAX_PAGE_BYTES + 1 bytes of it: a device may have no end.

    Raises ArchiveError when it cannot be read.
    """
    try:
        with (
            nullcontext(sys.stdin.buffer)
            if path == STDIN
            else open(path, "rb", opener=open_at_once)
        ) as file:
            return file.read(MAX_PAGE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ArchiveError(
            path,
            "file",
            f"cannot be read ({getattr(error, 'strerror', error)})",
            "Give the path of a text file.",
        ) from None
