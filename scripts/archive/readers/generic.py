"""Read any text that no other reader knows, and claim only what its layout shows."""

from archive.readers import LAST_RANK, Reader
from archive.reading.footer import read_footer
from archive.reading.header import read_header
from archive.reading.model import Kind
from archive.reading.outline import outline
from archive.reading.sheet import Sheet


def knows(_: Sheet) -> bool:
    """Know every text."""
    return True


def read(sheet: Sheet, *, plain_headings: bool = True, point: Kind = Kind.POINT) -> None:
    """Claim footer and header, and all other lines as text; the options are those of `outline`.

    Biographies name the authors when there is no byline.
    """
    names = read_footer(sheet)
    read_header(sheet)
    for name, line in names if not sheet.authors else ():
        sheet.add_authors([name], line)
    outline(sheet, sheet.unclaimed(), plain_headings=plain_headings, point=point)


READER = Reader("generic", knows, read, rank=LAST_RANK)
