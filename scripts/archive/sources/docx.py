"""Turn a Word file into a page of HTML, and tell the formats that are not read."""

import io
import zipfile
from pathlib import Path

from archive.errors import raise_first
from archive.sources.limits import answer, run_limited

# Without pictures. A brief of a hundred pages has a fifth, which takes six seconds.
MAX_BYTES = 20_000_000
_LESS = "Give the text of one brief."
_ZIP, _OLE, _SAVE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", "Open it, save it as PDF, and give that."
_UNPACK = "Unpack it, and give the text, page or PDF that is in it."
_PICTURE = "Make a PDF with its text by OCR: img2pdf in.png | ocrmypdf - out.pdf."
_DOCX = b"word/document.xml"
# How files begin, what they hold, and what they are: the first that fits. Names and types stand in
# them as they are.
_REFUSED = (
    (_ZIP, b"ppt/presentation.xml", "a PowerPoint file", _SAVE),
    (_ZIP, b"xl/workbook.", "an Excel file", _SAVE),
    (_ZIP, b"application/vnd.oasis.opendocument", "an OpenDocument file", _SAVE),
    (_ZIP, b"application/hwp+zip", "a Hangul file (HWPX)", _SAVE),
    (_ZIP, b"application/epub+zip", "an EPUB", "Convert it: pandoc in.epub -o out.docx."),
    (_ZIP, b"", "a ZIP archive", _UNPACK),
    (_OLE, "HwpSummaryInformation".encode("utf-16-le"), "a Hangul file (HWP)", _SAVE),
    (
        _OLE,
        "EncryptedPackage".encode("utf-16-le"),
        "an Office file with a password",
        "Open it, save it without the password, and give that.",
    ),
    (_OLE, "PowerPoint Document".encode("utf-16-le"), "an old PowerPoint file", _SAVE),
    (_OLE, "Workbook".encode("utf-16-le"), "an old Excel file", _SAVE),
    (_OLE, "WordDocument".encode("utf-16-le"), "an old Word file", _SAVE),
    (_OLE, b"", "an old Office file", _SAVE),
    (b"HWP Document File", b"", "a Hangul file (HWP)", _SAVE),
    (b"{\\rtf", b"", "RTF", "Open it, save it as PDF or as .docx, and give that."),
    *((start, b"", "an archive", _UNPACK) for start in (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")),
    *((start, b"", "a picture", _PICTURE) for start in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")),
)


def is_docx(data: bytes) -> bool:
    """Tell whether a file is a Word file of today."""
    return data.startswith(_ZIP) and _DOCX in data


def refused_format(data: bytes) -> tuple[str, str] | None:
    """Return what a file is that is not read, and what to do about it; None for other files."""
    fitting = (
        (what, remedy)
        for start, inside, what, remedy in _REFUSED
        if data.startswith(start) and inside in data and not is_docx(data)
    )
    return next(fitting, None)


def docx_to_html(data: bytes, path: Path) -> bytes:
    """Return a Word file as HTML, its pictures only with their alternative text.

    Raises ArchiveError, which names `path`, when it is damaged or too large.
    """
    html: str = run_limited(__name__, data, path, _LESS)
    return f'<!doctype html><meta charset="utf-8"><body>{html}</body>'.encode()


def _convert(data: bytes) -> str:
    import mammoth  # noqa: PLC0415 (only this process needs it)

    # What is read of a part ends at the size that the directory gives.
    parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    size = sum(part.file_size for part in parts if not part.filename.startswith("word/media/"))
    too_large = f"more than {MAX_BYTES:,} bytes of text and layout: this is not a brief"
    raise_first("", (size > MAX_BYTES, "file", too_large, _LESS))
    no_picture = mammoth.images.img_element(lambda _: {})
    return str(mammoth.convert_to_html(io.BytesIO(data), convert_image=no_picture).value)


if __name__ == "__main__":
    answer(_convert)
