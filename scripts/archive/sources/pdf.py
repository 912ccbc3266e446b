"""Read a PDF with PDFium as pieces of text with size and place, and lay them out as lines."""

import ctypes
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from archive.errors import ArchiveError, raise_first
from archive.sources.layout import LOST, Piece, lay_out
from archive.sources.limits import DAMAGED, answer, run_limited
from archive.sources.lines import Declared, Hint, Line

# A dense page takes 30 ms, so a brief of a hundred pages a sixth of the time that there is.
MAX_PAGES, MAX_LETTERS = 500, 2_000_000
_FEWER = "Give the pages of one brief: qpdf in.pdf --pages . 1-40 -- out.pdf."
_SCANNED = "Run OCR over it first: ocrmypdf in.pdf out.pdf (-l kor or -l jpn for its language)."
_LOCKED = "Save a copy without the password: qpdf --decrypt --password=… in.pdf out.pdf."
# Titles that programs give: the name of the file, or of the program.
_FILE_TITLE = re.compile(
    r"microsoft (?:word|powerpoint)\b.*|powerpoint presentation|"
    r"(?:untitled|layout|document|slide|제목 ?없음|無題|名称未設定)?[\W\d]*|"
    r"\S+[._/\\]\S+|.*\.(?:docx?|hwpx?|indd|pdf|pptx?|qxd|tex|dvi)",
    re.IGNORECASE,
)
_BOLD = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s\x00-\x20]+")
# Signs of fonts of symbols (Wingdings, Symbol), which stand in the private area of Unicode, and
# what PDFium gives for a hyphen at the end of a line.
_SYMBOLS = dict(
    zip("\uf0b7\uf0a7\uf06e\uf0d8\uf0fc\uf0e8\uf02d\uf0a8\x02\ufffe", "•▪■➢✓➔-◻--", strict=True)
)
# A colour that hardly shows on paper.
_PALE = 225

# A box from its left lower corner.
_Box = tuple[float, float, float, float]


def read_pdf(data: bytes, path: Path) -> tuple[list[Line], list[Declared]]:
    """Return the lines of a PDF with what its layout says of them, and what it declares.

    Raises ArchiveError, which names `path`, when it has no text or cannot be read.
    """
    lines, declared = run_limited(__name__, data, path, _FEWER)
    return [
        Line(text, Hint(*hint), tuple((start, end, address) for start, end, address in links))
        for text, hint, links in lines
    ], [Declared(*value) for value in declared]


def _read(data: bytes) -> tuple[list[Any], list[Any]]:
    """Return the lines and declared values of a PDF as tuples. Raises ArchiveError."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise ArchiveError("", "file", "it is locked with a password", _LOCKED) from None
        raise
    count, pages = len(document), []
    too_much = f"more than {MAX_PAGES} pages, or {MAX_LETTERS:,} letters: this is not a brief"
    raise_first("", (count > MAX_PAGES, "file", too_much, _FEWER))
    for index in range(count):
        with suppress(pypdfium2.PdfiumError):  # one page may be damaged
            pages.append(_read_page(document[index]))
    text = "".join(piece.text for page in pages for frame in page for piece in frame)
    again = _SCANNED.replace("ocrmypdf", "ocrmypdf --force-ocr")
    raise_first(
        "",
        (not pages, "file", *DAMAGED),
        (not text, "file", "it has no text: its pages are pictures", _SCANNED),
        (text.count(LOST) > len(text) / 10, "file", "its fonts do not tell letters", again),
        (len(text) > MAX_LETTERS, "file", too_much, _FEWER),
    )
    return [
        (line.text, [line.hint.kind, line.hint.level, line.hint.block, line.hint.rule], line.links)
        for line in lay_out(pages)
    ], list(_declared(document))


def _declared(document: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the title and authors that a PDF declares. Its dates are those of the file."""
    title = document.get_metadata_value("Title").strip()
    if not _FILE_TITLE.fullmatch(title):
        yield "title", title, "PDF Title"
    authors = re.split(r";|\band\b|&", document.get_metadata_value("Author"))
    yield from (("authors", name.strip(), "PDF Author") for name in authors if name.strip())


def _read_page(page: Any) -> list[list[Piece]]:
    """Return the words of a page by the angle of their lines, the upright ones first.

    Invisible text is the text of a page that has hardly other text: OCR puts it over a picture.
    """
    frames: dict[tuple[bool, float], list[Piece]] = defaultdict(list)
    text, links = page.get_textpage(), list(_links(page))
    objects = (pdfium.FPDFText_GetTextObject(text, at) for at in range(text.count_chars()))
    # Spaces and line ends that PDFium adds belong to no object.
    owners: Iterator[Any] = accumulate(objects, lambda last, new: new or last)
    runs = groupby(
        ((owner, at) for at, owner in enumerate(owners) if owner),
        lambda pair: ctypes.addressof(pair[0].contents),
    )
    for (owner, *_), indexes in (zip(*run, strict=True) for _, run in runs):
        angle, letters = _letters(page, text, indexes, links)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(owner)
        is_hidden = mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        is_shown = is_hidden or not _is_pale(owner)
        if letters and (is_shown or any(_holds(area, letters[0][1]) for area in _painted(page))):
            for letter, _ in letters:
                _add(frames[is_hidden, angle], letter)
    seen, hidden = (sum(len(frames[key]) for key in frames if key[0] == kind) for kind in (0, 1))
    keys = sorted(frames, key=lambda key: abs(key[1]))
    return [frames[key] for key in keys if not key[0] or seen < hidden / 10]


def _letters(
    page: Any, text: Any, indexes: Sequence[int], links: list[tuple[str, _Box]]
) -> tuple[float, list[tuple[Piece, _Box]]]:
    """Return the angle of a run of letters, and what of it is inside of the page, with boxes.

    The places of the letters are on axes along the lines of this angle and across them.
    """
    matrix, name, rect = pdfium.FS_MATRIX(), ctypes.create_string_buffer(100), pdfium.FS_RECTF()
    pdfium.FPDFText_GetMatrix(text, indexes[0], matrix)
    pdfium.FPDFText_GetFontInfo(text, indexes[0], name, 100, None)
    size = pdfium.FPDFText_GetFontSize(text, indexes[0]) * math.hypot(matrix.c, matrix.d)
    angle = round(math.degrees(math.atan2(matrix.b, matrix.a)) / 5) * 5.0
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    style, letters, edges = (abs(size) or 1, bool(_BOLD.search(name.value))), [], page.get_bbox()
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in indexes:
        code = pdfium.FPDFText_GetUnicode(text, index)
        pdfium.FPDFText_GetLooseCharBox(text, index, rect)
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        box = (rect.left, rect.bottom, rect.right, rect.top)
        if code not in (10, 13) and _holds(edges, box):
            along = [x * cos + y * sin for x in box[::2] for y in box[1::2]]
            base = x.value * sin - y.value * cos
            uris = [(0, 1, uri) for uri, area in links if _holds(area, box)]
            sign = _SYMBOLS.get(chr(code), chr(code))
            # Without a map to Unicode, a font still names Latin letters, or gives numbers of its
            # own: those of a Latin font have control characters for spaces.
            is_guess = code > 0x2E7F and pdfium.FPDFText_HasUnicodeMapError(text, index)
            if is_guess or not (sign.isprintable() or unicodedata.category(sign) == "Cf"):
                sign = " " if sign.isspace() else LOST
            letters.append((Piece(sign, min(along), max(along), base, *style, uris[:1]), box))
    return angle, letters


def _holds(area: _Box, box: _Box) -> bool:
    """Tell whether the middle of a box is inside of an area."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return area[0] <= x <= area[2] and area[1] <= y <= area[3]


def _add(words: list[Piece], letter: Piece) -> None:
    """Add a letter to the last word, where that goes on with it, or as another word."""
    last, size = words[-1] if words else letter, letter.size
    gap = (letter.left - last.right) / size
    if letter.text == " ":
        last.text = last.text.rstrip() + " "
        # PDFium adds spaces without width, or as wide as the gap between two columns.
        if letter.right - last.right < size and abs(letter.base - last.base) < size / 10:
            last.right = max(last.right, letter.right)
    elif (
        # The letters of a ligature have the same box.
        -1.2 < gap < 1
        and abs(letter.base - last.base) < size / 10
        and (last.bold, round(last.size, 1)) == (letter.bold, round(size, 1))
        and last is not letter
        and not last.text.endswith(" ")
    ):
        last.join(letter)
    else:
        words.append(letter)


def _links(page: Any) -> Iterator[tuple[str, _Box]]:
    """Yield the addresses to which a page links, each with a box of the words."""
    place, link, box = ctypes.c_int(0), pdfium.FPDF_LINK(), pdfium.FS_RECTF()
    while pdfium.FPDFLink_Enumerate(page, place, link):
        uri = ctypes.create_string_buffer(2000)
        pdfium.FPDFAction_GetURIPath(page.pdf, pdfium.FPDFLink_GetAction(link), uri, 2000)
        address = uri.value.decode("utf-8", "replace")
        # A box around several lines holds other words, too.
        is_one = pdfium.FPDFLink_CountQuadPoints(link) < 2
        if _WEB.fullmatch(address) and is_one and pdfium.FPDFLink_GetAnnotRect(link, box):
            yield address, (box.left, box.bottom, box.right, box.top)


def _is_pale(owner: Any) -> bool:
    """Tell whether the colour of an object hardly shows on paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(owner, red, green, blue, alpha)
    return min(red.value, green.value, blue.value) > _PALE or alpha.value < 255 - _PALE


@lru_cache(1)
def _painted(page: Any) -> list[_Box]:
    """Return the boxes of what a page paints beside its text, which pale words may stand on."""
    things = [thing for thing in page.get_objects(max_depth=1) if not _is_pale(thing.raw)]
    return [thing.get_bounds() for thing in things if thing.type != pdfium.FPDF_PAGEOBJ_TEXT]


if __name__ == "__main__":
    answer(_read)
