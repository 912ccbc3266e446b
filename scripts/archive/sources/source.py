"""Decode a source as received and cut it into numbered lines.

Everything else refers to its characters by spans.
"""

import hashlib
import re
import sys
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path

from archive.errors import ArchiveError, raise_first
from archive.sources.docx import docx_to_html, is_docx, refused_format
from archive.sources.encodings import CONTROLS, UTF_8, decode, detect_encoding
from archive.sources.html import read_html
from archive.sources.lines import NO_HINT, Declared, Hint, Line
from archive.store import open_at_once

# A brief of a hundred pages has a tenth of either. Lines are bounded, too, since time and memory
# grow with their number.
MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 100_000
# A page may have its pictures in it.
MAX_PAGE_BYTES = 20 * 1024 * 1024
# The path by which a text that comes on stdin is named.
STDIN = Path("/dev/stdin")
# A PDF may begin with a few signs or lines that are not of it.
_PDF_START = re.compile(rb"(?:\A\W{0,3}|[\r\n])%PDF-\d")
# Of a page with all that belongs to it in one file (RFC 2557).
_MHT_HEADER = re.compile(r"mime-version:.*multipart/related|multipart/related.*mime-version:")
_HTML_START = re.compile(
    r"\s{0,1000}(?:<\?xml[^>]{0,200}>\s{0,1000})?(?:<!--.{0,2000}?-->\s{0,1000})?"
    r"<(?:!doctype\s+html|html|head|body|meta|title)\b",
    re.IGNORECASE | re.DOTALL,
)
# Five end tags are the source of a page; a text about HTML has fewer.
_END_TAG = re.compile(r"</(?:p|div|span|li|ul|td|tr|table|h[1-6]|a|body|html)>", re.IGNORECASE)
_MIN_END_TAGS = 5
_SAVE_AGAIN = "Save the page again, with its text."
_LINE_END = re.compile(r"\r\n|\r|\n")


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

    `lines` have no line ends, `sha256` is the digest of the bytes, `encoding` the one that they
    are in, and `form` one of FORMS. Of a page or document, `hints` say what each line is, `links`
    are the addresses that words of it lead to, and `declared` is what it says about itself.
    """

    lines: tuple[str, ...]
    sha256: str
    encoding: str = UTF_8
    form: str = ".txt"
    hints: tuple[Hint, ...] = ()
    links: tuple[tuple[Span, str], ...] = ()
    declared: tuple[Declared, ...] = ()

    @classmethod
    def load(cls, path: Path, encoding: str | None = None) -> "Source":
        """Read `path`. Raises ArchiveError when it is missing, too large, empty or not text."""
        return cls.from_bytes(read_bytes(path), path, encoding)

    @classmethod
    def from_bytes(cls, data: bytes, path: Path | str, encoding: str | None = None) -> "Source":
        """Decode `data` in the given encoding, or else in the one that is detected.

        Raises ArchiveError, which names `path`, when it is empty, too large, not text, or in an
        encoding that cannot be told.
        """
        form = form_of(data)
        limit = MAX_BYTES if form == ".txt" else MAX_PAGE_BYTES
        what, remedy = refused_format(data) or ("", "")
        raise_first(
            path,
            (
                len(data) > limit,
                "file",
                f"more than {limit:,} bytes: this is not a brief",
                "Give the text of one brief.",
            ),
            (what, "file", f"this is {what}, not text", remedy),
        )
        encoding, lines, declared = _parse(data, path, encoding, form)
        texts = tuple(line.text for line in lines)
        controls = (
            (f"line {number}", f"control character U+{ord(found[0]):04X}: this is not text")
            for number, text in enumerate(texts, 1)
            if (found := CONTROLS.search(text))
        )
        too_many = f"more than {MAX_LINES:,} lines: this is not a brief"
        raise_first(
            path,
            (len(lines) > MAX_LINES, "file", too_many, "Give the text of one brief."),
            (not "".join(texts).strip(), "file", "the text is empty", _SAVE_AGAIN),
            *((True, *control, "Save the page as plain text in UTF-8.") for control in controls),
        )
        hints = tuple(line.hint for line in lines)
        return cls(
            texts,
            hashlib.sha256(data).hexdigest(),
            encoding,
            form,
            hints if any(hint != NO_HINT for hint in hints) else (),
            tuple(_links(lines)),
            tuple(declared),
        )

    def __getitem__(self, line: int) -> str:
        return self.lines[line - 1]

    def __len__(self) -> int:
        return len(self.lines)

    def links_on(self, line: int) -> tuple[tuple[Span, str], ...]:
        """Return the links on a line, in the order of their words."""
        first, last = (
            bisect_left(self.links, number, key=lambda link: link[0].line)
            for number in (line, line + 1)
        )
        return self.links[first:last]

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


def _links(lines: list[Line]) -> Iterator[tuple[Span, str]]:
    """Yield the links of a text, but not those of what surrounds it."""
    for number, line in enumerate(lines, 1):
        for start, end, address in line.links if line.hint.kind != "furniture" else ():
            yield Span(number, start, end), address


def _parse(
    data: bytes, path: Path | str, encoding: str | None, form: str
) -> tuple[str, list[Line], list[Declared]]:
    """Return the encoding of `data`, its lines, and what it declares about itself."""
    if form == ".pdf":
        # To load PDFium takes as long as to read several texts.
        from archive.sources.pdf import read_pdf  # noqa: PLC0415

        return UTF_8, *read_pdf(data, Path(path))
    if form == ".docx":
        data, encoding = docx_to_html(data, Path(path)), UTF_8
    if form in (".html", ".docx"):
        return read_html(data, path, encoding)
    encoding = encoding or detect_encoding(data, path)
    return encoding, [Line(text) for text in _LINE_END.split(decode(data, path, encoding))], []


def form_of(data: bytes) -> str:
    """Return which of FORMS bytes have, whatever the name of their file; ".txt" for any other."""
    # Without the zero bytes of UTF-16 and the mark of its order, tags can be read in any encoding.
    text = data.replace(b"\0", b"").decode("latin-1").lstrip("ï»¿þÿ \t\r\n")
    header = re.split(r"\r?\n\r?\n", text[:5000], maxsplit=1)[0].lower().replace("\n", " ")
    forms = {
        ".pdf": _PDF_START.search(data[:1024]),
        ".docx": is_docx(data),
        ".html": _HTML_START.match(text)
        or len(list(islice(_END_TAG.finditer(text), _MIN_END_TAGS))) == _MIN_END_TAGS
        or (re.match(r"[\w-]+:", header) and _MHT_HEADER.search(header)),
    }
    return next((form for form, has_it in forms.items() if has_it), ".txt")


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
