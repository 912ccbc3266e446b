"""Read a PDF with PDFium as pieces of text with size and place, and lay them out as lines."""

import ctypes
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache, partial
from itertools import groupby
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
_OCR = "ocrmypdf {}in.pdf out.pdf, with -l kor or -l jpn for Korean or Japanese."
_SCANNED = f"Run OCR over it first: {_OCR.format('')}"
_UNREADABLE = f"Run OCR over its pages: {_OCR.format('--force-ocr ')}"
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
# Signs of fonts of symbols (Wingdings, Symbol), which stand in the private area of Unicode.
_SYMBOLS = dict(zip("\uf0b7\uf0a7\uf06e\uf0d8\uf0fc\uf0e8\uf02d\uf0a8", "•▪■➢✓➔-◻", strict=True))
# What PDFium gives for a hyphen at the end of a line.
_HYPHENS = (2, 0xFFFE)
# A colour that hardly shows on paper, and how far the pixels of a visible letter differ at least.
_PALE, _CONTRAST = 225, 25

# A letter: its object, its index on the page, its sign, and its box from the left lower corner.
_Letter = tuple[Any, int, str, float, float, float, float]


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
    count = len(document)
    too_much = "more than {:,} {}: this is not a brief"
    raise_first("", (count > MAX_PAGES, "file", too_much.format(MAX_PAGES, "pages"), _FEWER))
    pages: list[list[list[Piece]]] = []
    length = lost = 0
    for index in range(count):
        with suppress(pypdfium2.PdfiumError):  # one page may be damaged
            pages.append(_read_page(document[index]))
            texts = [piece.text for frame in pages[-1] for piece in frame]
            length += sum(map(len, texts))
            lost += sum(text.count(LOST) for text in texts)
        too_long = length > MAX_LETTERS
        raise_first("", (too_long, "file", too_much.format(MAX_LETTERS, "letters"), _FEWER))
    raise_first(
        "",
        (not pages, "file", *DAMAGED),
        (not length, "file", "it has no text: its pages are pictures", _SCANNED),
        (lost > length / 10, "file", "its fonts do not tell their letters", _UNREADABLE),
    )
    return [
        (line.text, [line.hint.kind, line.hint.level, line.hint.block, line.hint.rule], line.links)
        for line in lay_out(pages)
    ], list(_declared(document, data))


def _declared(document: Any, data: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield the title, authors and date of publication that a PDF declares.

    Its own dates are those of the file.
    """
    title = document.get_metadata_value("Title").strip()
    if not _FILE_TITLE.fullmatch(title):
        yield "title", title, "PDF Title"
    for author in re.split(r";|\band\b|&", document.get_metadata_value("Author")):
        if author.strip():
            yield "authors", author.strip(), "PDF Author"
    if date := re.search(rb"<prism:publicationDate>\s*([\d-]{4,10})", data):
        yield "date", date[1].decode(), "XMP prism:publicationDate"


def _read_page(page: Any) -> list[list[Piece]]:
    """Return the pieces of a page by the angle of their text, the angle with the most text first.

    Each angle has axes of its own, along its lines and down. Invisible text is the text of a page
    that has hardly other text: OCR puts it over a picture of the page.
    """
    frames: dict[tuple[bool, float], list[Piece]] = defaultdict(list)
    text, bounds, links = page.get_textpage(), page.get_bbox(), list(_links(page))
    picture = cache(partial(_render, page))
    for _, group in groupby(_letters(text), lambda letter: ctypes.addressof(letter[0].contents)):
        run = [
            letter
            for letter in group
            if bounds[0] <= (letter[3] + letter[5]) / 2 <= bounds[2]
            and bounds[1] <= (letter[4] + letter[6]) / 2 <= bounds[3]
        ]
        shown = [letter for letter in run if letter[2] != " "]
        if shown:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(run[0][0])
            hidden = mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            if hidden or not _is_pale(run[0][0]) or _shows(shown, *picture()):
                style = _style(text, shown)
                _add(frames[hidden, style[1]], run, links, style)
    lengths = {key: sum(len(piece.text) for piece in frames[key]) for key in frames}
    hidden_length = sum(length for key, length in lengths.items() if key[0])
    is_ocr = sum(lengths.values()) - hidden_length < hidden_length / 10
    keys = sorted(frames, key=lambda key: -lengths[key])
    return [frames[key] for key in keys if is_ocr or not key[0]]


def _letters(text: Any) -> Iterator[_Letter]:
    """Yield the letters of a page in their order in the file, with the spaces between them."""
    box, last = pdfium.FS_RECTF(), None
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        # Spaces and line ends that PDFium adds belong to no object.
        last = pdfium.FPDFText_GetTextObject(text, index) or last
        pdfium.FPDFText_GetLooseCharBox(text, index, box)
        if last and code not in (10, 13):
            yield last, index, _sign(code, text, index), box.left, box.bottom, box.right, box.top


def _sign(code: int, text: Any, index: int) -> str:
    """Return the sign of a letter, or LOST where its font does not tell it."""
    sign = "-" if code in _HYPHENS else chr(code)
    if sign in _SYMBOLS or sign.isspace():
        return _SYMBOLS.get(sign, " ")
    # Without a map to Unicode, a font still names Latin letters, or gives numbers of its own: those
    # of a Latin font have control characters for spaces.
    is_guess = code > 0x2E7F and pdfium.FPDFText_HasUnicodeMapError(text, index)
    is_sign = sign.isprintable() or unicodedata.category(sign) == "Cf"
    return sign if is_sign and not is_guess else LOST


def _style(text: Any, run: list[_Letter]) -> tuple[Piece, float, float]:
    """Return how a run stands, as that of its first letter.

    That is an empty piece of its size, the angle of its line, and how far boxes reach below it.
    """
    index, matrix, x, y = run[0][1], pdfium.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetMatrix(text, index, matrix)
    pdfium.FPDFText_GetCharOrigin(text, index, x, y)
    name = ctypes.create_string_buffer(100)
    pdfium.FPDFText_GetFontInfo(text, index, name, 100, None)
    size = pdfium.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
    angle = round(math.degrees(math.atan2(matrix.b, matrix.a)) / 5) * 5.0
    drop = _place(angle, run[0][3:])[2] - _place(angle, (x.value, y.value, x.value, y.value))[2]
    return Piece("", 0, 0, 0, abs(size) or 1, bool(_BOLD.search(name.value))), angle, drop


def _place(angle: float, box: Sequence[float]) -> tuple[float, float, float]:
    """Return where a box begins and ends along a line of this angle, and its lower edge."""
    if not angle:
        return box[0], box[2], -box[1]
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    along = [x * cos + y * sin for x, y in corners]
    return min(along), max(along), max(x * sin - y * cos for x, y in corners)


def _add(
    pieces: list[Piece], run: list[_Letter], links: Any, style: tuple[Piece, float, float]
) -> None:
    """Add a run to the last piece, where that goes on with it, or as other pieces."""
    model, angle, drop = style
    size = model.size
    for _, _, sign, *box in run:
        left, right, low = _place(angle, box)
        base, last = low - drop, pieces[-1] if pieces else model
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        uri = next((to for to, x0, y0, x1, y1 in links if x0 <= x <= x1 and y0 <= y <= y1), "")
        if sign == " ":
            # PDFium adds spaces without width.
            if right - left > 0.01 and abs(base - last.base) < size / 10:
                last.right = max(last.right, right)
            last.add("" if last.text.endswith(" ") else " ", last.right, uri)
        elif (
            # The letters of a ligature have the same box.
            pieces
            and -1.2 < (left - last.right) / size < 1
            and abs(base - last.base) < size / 10
            and (last.bold, round(last.size, 1)) == (model.bold, round(size, 1))
        ):
            last.add(sign, right, uri)
        else:
            pieces.append(Piece("", left, right, base, size, model.bold))
            pieces[-1].add(sign, right, uri)


def _links(page: Any) -> Iterator[tuple[str, float, float, float, float]]:
    """Yield the addresses to which a page links, each with a box of the words."""
    place, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    quad, rect = pdfium.FS_QUADPOINTSF(), pdfium.FS_RECTF()
    while pdfium.FPDFLink_Enumerate(page, place, link):
        uri = ctypes.create_string_buffer(2000)
        pdfium.FPDFAction_GetURIPath(page.pdf, pdfium.FPDFLink_GetAction(link), uri, 2000)
        address = uri.value.decode("utf-8", "replace")
        if _WEB.fullmatch(address):
            for index in range(quads := pdfium.FPDFLink_CountQuadPoints(link)):
                pdfium.FPDFLink_GetQuadPoints(link, index, quad)
                xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
                yield address, min(xs), min(ys), max(xs), max(ys)
            if not quads and pdfium.FPDFLink_GetAnnotRect(link, rect):
                yield address, rect.left, rect.bottom, rect.right, rect.top


def _is_pale(obj: Any) -> bool:
    """Tell whether the colour of a run hardly shows on paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(obj, red, green, blue, alpha)
    return min(red.value, green.value, blue.value) > _PALE or alpha.value < 255 - _PALE


def _render(page: Any) -> tuple[Any, bytes, int]:
    """Return a picture of a page: the way to its coordinates, its pixels, and those of a row."""
    bitmap = page.render(scale=min(2, 2000 / max(page.get_size())), grayscale=True)
    return bitmap.get_posconv(page), bytes(bitmap.buffer), bitmap.stride


def _shows(run: list[_Letter], places: Any, pixels: bytes, stride: int) -> bool:
    """Tell whether a picture shows something in the boxes of a run."""
    for _, _, _, x0, y0, x1, y1 in run:
        (left, top), (right, bottom) = places.to_bitmap(x0, y1), places.to_bitmap(x1, y0)
        rows = range(max(top, 0) * stride, max(bottom, 0) * stride, stride)
        seen = b"".join(pixels[row + max(left, 0) : row + max(right, 0)] for row in rows)
        if seen and max(seen) - min(seen) > _CONTRAST:
            return True
    return False


if __name__ == "__main__":
    answer(_read)
