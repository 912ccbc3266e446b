"""Read a printed page: the characters of its PDF, in reading order, each with its place."""

from __future__ import annotations

import ctypes
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

# The 2 cm that archive.css leaves; what stands there is repeated on every sheet.
MARGIN = 56.6
# The tags of blocks; Strong, Link and NonStruct surround parts of a block.
ROLES = re.compile(r"H\d|P|LI")

# A glyph that the PDF does not name, as some of a Korean font's in Firefox and WebKit.
UNNAMED = "\ufffd"
# What has a label that is only for the screen, and how to ask a page for these labels.
SCREEN = (
    "nav:not(nav nav) > *, footer ul, button, .md-skip, .contents > *, "
    "form label, input[placeholder]"
)
LABELS = "all => all.map(element => element.title || element.placeholder || element.textContent)"


class Glyph(NamedTuple):
    """A printed character. Lines are numbered through all sheets; an untagged role is empty."""

    sign: str
    sheet: int
    line: int
    role: str


class Printed(NamedTuple):
    """A PDF, its characters in reading order, and the labels that are for the screen only."""

    pdf: Any
    glyphs: list[Glyph]
    screen: list[str]

    def find(self, pieces: list[str]) -> list[list[Glyph]]:
        """Find the glyphs of each piece, in order; fail if a piece is not printed whole."""
        position, places, text = 0, [], join_signs(self.glyphs)
        for piece in pieces:
            pattern = "".join(f"(?:{re.escape(sign)}|{UNNAMED})" for sign in piece)
            found = re.compile(pattern).search(text, position)
            assert found, f"not printed, or not in order: {piece}"
            position = found.end()
            places.append(self.glyphs[found.start() : position])
        return places


def normalise(text: str) -> str:
    """Return the characters of a text or a PDF in one form.

    White space is dropped because a line may end anywhere, and so are signs that print nothing.
    A PDF names glyphs, not characters, so compatible characters become one.
    """
    visible = (
        unicodedata.normalize("NFKC", sign) for sign in text if unicodedata.category(sign) != "Cf"
    )
    return "".join("".join(visible).split())


def join_signs(glyphs: list[Glyph]) -> str:
    return "".join(glyph.sign for glyph in glyphs)


def read_string(function: Callable[..., int], handle: Any) -> str:
    buffer = (ctypes.c_ushort * 64)()
    function(handle, buffer, ctypes.sizeof(buffer))
    return "".join(map(chr, buffer)).rstrip("\0")


def walk_roles(element: Any, role: str) -> Iterator[tuple[int, str]]:
    """Yield the marked content of an element of the PDF's structure, with its role."""
    name = read_string(pdfium.FPDF_StructElement_GetType, element)
    role = name if ROLES.fullmatch(name) else role
    for index in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
        yield from (
            walk_roles(child, role)
            if child
            else [(pdfium.FPDF_StructElement_GetChildMarkedContentID(element, index), role)]
        )


def place_glyphs(sheet: Any) -> Iterator[tuple[float, float, str, str]]:
    """Yield the characters of a sheet, each with its place down and right, and its role."""
    tree, text = pdfium.FPDF_StructTree_GetForPage(sheet), sheet.get_textpage()
    role_by_id = {-1: ""}  # characters without a tag
    if tree:  # only Chromium tags
        root = pdfium.FPDF_StructTree_GetChildAtIndex(tree, 0)
        role_by_id = {**dict(walk_roles(root, "Document")), **role_by_id}
        pdfium.FPDF_StructTree_Close(tree)
    x, y, height = ctypes.c_double(), ctypes.c_double(), sheet.get_height()
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        text_object = pdfium.FPDFText_GetTextObject(text, index)
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        # PDFium adds white space of its own, which has no text object.
        if text_object and MARGIN < y.value < height - MARGIN:
            role = role_by_id.get(pdfium.FPDFPageObj_GetMarkedContentID(text_object), "")
            # PDFium gives 2 for a hyphen that is printed at the end of a line, 0 for no name.
            for sign in normalise({2: "-", 0: UNNAMED}.get(code) or chr(code)):
                yield (-y.value, x.value, sign, role)


def read_pdf(pdf: Any, labels: list[str]) -> Printed:
    """Read what stands between the margins of a PDF, and which labels are for the screen only."""
    glyphs: list[Glyph] = []
    lines = itertools.count()
    for number, sheet in enumerate(pdf):
        rows: dict[float, list[tuple[float, str, str]]] = {}
        top = -float("inf")
        for down, right, sign, role in sorted(place_glyphs(sheet), key=lambda placed: placed[:2]):
            # In points: the number of a block is smaller and stands slightly above its line.
            top = down if down - top > 5 else top
            rows.setdefault(top, []).append((right, sign, role))
        for row, line in zip(rows.values(), lines, strict=False):
            glyphs += [
                Glyph(sign, number, line, role)
                for _, sign, role in sorted(row, key=lambda placed: placed[0])
            ]
    screen = map(normalise, labels)
    # Short labels and numbers occur in the texts, too.
    return Printed(pdf, glyphs, [part for part in screen if len(part) > 6 and not part.isdecimal()])
