"""A source text: its bytes as received, cut into lines, and the spans by which everything else points into it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ArchiveError

# HTML cannot carry these (https://html.spec.whatwg.org/#preprocessing-the-input-stream), so a file that has one is not text.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` (0-based, end excluded) of line `line` (1-based)."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """A text as received. `lines` are without their line ends; `sha256` is that of the bytes."""

    lines: tuple[str, ...]
    sha256: str

    @classmethod
    def load(cls, path: Path) -> Source:
        """Read `path`. Raises ArchiveError when it is missing, empty or not UTF-8 text."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ArchiveError(path, "file", f"cannot be read ({error.strerror})", "Give the path of a text file.") from None
        return cls.from_bytes(data, path)

    @classmethod
    def from_bytes(cls, data: bytes, path: Path) -> Source:
        """Decode `data`, naming `path` in the ArchiveError raised when it is empty or not UTF-8 text."""
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ArchiveError(
                path, f"byte {error.start}", "this is not UTF-8 text", "Save the page as plain text in UTF-8."
            ) from None
        lines = tuple(re.split(r"\r\n|\r|\n", text))
        for number, line in enumerate(lines, 1):
            if found := _CONTROLS.search(line):
                problem = f"control character U+{ord(found[0]):04X}: this is not text"
                raise ArchiveError(path, f"line {number}", problem, "Save the page as plain text in UTF-8.")
        if not text.strip():
            raise ArchiveError(path, "file", "the text is empty", "Save the page again, with its text.")
        return cls(lines, hashlib.sha256(data).hexdigest())

    def __getitem__(self, line: int) -> str:
        return self.lines[line - 1]

    def __len__(self) -> int:
        return len(self.lines)

    def whole(self, line: int) -> Span:
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
