"""Make small PDFs from drawings of their pages, with the standard library alone."""

from __future__ import annotations

import re

_STYLED = re.compile(r"(?:\{(?P<size>\d+)(?P<style>[bitwp]*)\})?(?P<text>.*)")
# Words apart by one space, in which "[words](https://…)" is a link and "^1" a raised figure.
_SEGMENT = re.compile(r"\S+(?: \S+)*")
_PART = re.compile(
    r"\[(?P<words>[^\]]+)\]\((?P<uri>[^)]+)\)|\^(?P<mark>\d+)|(?P<plain>[^\[^]+|[\[^])"
)
TO_UNICODE = b"\n".join(
    (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def",
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange",
        *(
            b"1 beginbfrange <%02X00> <%02XFF> <%02X00> endbfrange" % (high, high, high)
            for high in range(256)
        ),
        b"endcmap end end",
    )
)
LEFT, TOP, WIDTH, HEIGHT = 50.0, 780.0, 595, 842


def stream(data: bytes, extra: bytes = b"") -> bytes:
    """Return the object of a stream."""
    return b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(data), extra, data)


def assemble(objects: dict[int, bytes], root: int = 1, info: int = 0) -> bytes:
    """Return a PDF of numbered objects."""
    out, places = b"%PDF-1.7\n", {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    table = b"".join(
        b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
        for number in range(size)
    )
    trailer = b"/Size %d /Root %d 0 R" % (size, root) + (b" /Info %d 0 R" % info if info else b"")
    return out + b"xref\n0 %d\n%strailer << %s >>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        trailer,
        start,
    )


def text_string(text: str) -> bytes:
    """Return a text in a PDF's own words about itself."""
    return b"<" + ("\ufeff" + text).encode("utf-16-be").hex().encode() + b">"


def draw(page: str) -> tuple[bytes, list[bytes]]:
    """Return the content and the links of a page that is drawn in signs of equal width.

    "{18b}" at the start of a line or of a piece of it is its size, with "b" for bold, "i" for
    invisible, "w" for white, "t" for turned by a right angle and "p" for signs of a private font.
    Two spaces part pieces of a line.
    """
    content, links, y = [], [], TOP
    for line in page.split("\n"):
        whole = _STYLED.fullmatch(line)
        y -= 1.2 * float((whole and whole["size"]) or 10)
        for segment in _SEGMENT.finditer(line):
            piece = _STYLED.fullmatch(segment[0])
            assert piece
            size, style = float(piece["size"] or 10), piece["style"] or ""
            x = LEFT + 6 * segment.start()
            for part in _PART.finditer(piece["text"]):
                words = part["words"] or part["mark"] or part["plain"]
                small, rise = (0.6 * size, 0.35 * size) if part["mark"] else (size, 0)
                start = x
                content.append(_show(words, x, y + rise, small, style))
                x += small * sum(0.6 if sign.isascii() else 1 for sign in words)
                if part["uri"]:
                    links.append(
                        b"<< /Type /Annot /Subtype /Link /Rect [%.1f %.1f %.1f %.1f] "
                        b"/A << /S /URI /URI (%s) >> >>"
                        % (start, y - 2, x, y + size, part["uri"].encode())
                    )
    return b"\n".join(content), links


def _show(text: str, x: float, y: float, size: float, style: str) -> bytes:
    is_plain = text.isascii() and "p" not in style
    font = "F2" if "b" in style else "F1" if is_plain else "F4" if "p" in style else "F3"
    # The numbers that most Latin fonts give to their letters.
    text = "".join(chr(ord(sign) - 29) for sign in text) if "p" in style else text
    codes = text.encode("latin-1" if is_plain else "utf-16-be").hex()
    matrix = (
        f"0 1 -1 0 {LEFT + TOP - y:.2f} {x:.2f}" if "t" in style else f"1 0 0 1 {x:.2f} {y:.2f}"
    )
    mode, gray = (3 if "i" in style else 0), (1 if "w" in style else 0)
    return f"BT {gray} g {mode} Tr /{font} {size:.2f} Tf {matrix} Tm <{codes}> Tj ET".encode()


def make_pdf(pages: list[str], title: str = "", author: str = "", drawing: bytes = b"") -> bytes:
    """Return a PDF with these pages, each drawn as `draw` says over what `drawing` paints."""
    fonts = b"<< /F1 4 0 R /F2 5 0 R /F3 6 0 R /F4 9 0 R >>"
    cid = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H "
        b"/DescendantFonts [7 0 R]%s >>"
    )
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        3: b"<< /Title %s /Author %s >>" % (text_string(title), text_string(author)),
        4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier-Bold /Encoding /WinAnsiEncoding >>",
        6: cid % (b"Batang", b" /ToUnicode 8 0 R"),
        7: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Batang /DW 1000 "
        b"/W [32 126 600] /FontDescriptor 10 0 R /CIDSystemInfo "
        b"<< /Registry (Adobe) /Ordering (Identity) "
        b"/Supplement 0 >> >>",
        8: stream(TO_UNICODE),
        9: cid % (b"Private", b""),
        10: b"<< /Type /FontDescriptor /FontName /Batang /Flags 4 /Ascent 880 /Descent -120 "
        b"/CapHeight 700 /ItalicAngle 0 /StemV 80 /FontBBox [0 -120 1000 880] >>",
    }
    kids = []
    for number, page in enumerate(pages):
        content, links = draw(page)
        key = 11 + 2 * number
        kids.append(b"%d 0 R" % key)
        objects[key] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R /Annots [%s] "
            b"/Resources << /Font %s >> >>" % (WIDTH, HEIGHT, key + 1, b" ".join(links), fonts)
        )
        objects[key + 1] = stream(drawing + b"\n" + content)
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return assemble(objects, info=3)
