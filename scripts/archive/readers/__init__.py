"""The registry of readers: a new publisher is one new module here, with a `READER`.

Several readers may know a text; the one with the lowest rank reads it. Publishers come first (ranks
10 to 50), the surer their sign the earlier. Forms that a page of any publisher may have come next
(60 to 90), and the generic reader, which knows every text, comes last.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from operator import attrgetter

from archive.errors import raise_first
from archive.reading.hinted import claim_elements, claim_regions
from archive.reading.model import Reading
from archive.reading.sheet import Sheet
from archive.sources.source import Source

# The rank of the generic reader.
LAST_RANK = 1000


@dataclass(frozen=True, slots=True)
class Reader:
    """How to read the texts of one publisher.

    `knows` tells from a sheet, on which only regions of a page are claimed, whether its text comes
    from this publisher. `read` claims all lines but those inside of `elements` of a page, which
    have a mark each. Of the readers that know a text, the one with the lowest `rank` reads it. A
    new publisher has the last rank of the publishers until it is given its own.
    """

    name: str
    knows: Callable[[Sheet], bool]
    read: Callable[[Sheet], None]
    rank: int = 50
    elements: Mapping[str, str] = field(default_factory=dict)


@cache
def readers() -> list[Reader]:
    """Return all readers by rank. Raises ArchiveError as `in_order` does."""
    return in_order(
        importlib.import_module(f"{__name__}.{module.name}").READER
        for module in pkgutil.iter_modules(__path__)
    )


def in_order(registered: Iterable[Reader]) -> list[Reader]:
    """Sort readers by rank.

    Raises ArchiveError when two share a rank, or when one would come after the generic reader and
    so never be asked.
    """
    ordered = sorted(registered, key=attrgetter("rank", "name"))
    for before, reader in pairwise(ordered):
        raise_first(
            f"readers/{reader.name}.py",
            (
                before.rank in (reader.rank, LAST_RANK),
                "rank",
                f"readers/{before.name}.py has rank {before.rank}, this one {reader.rank}",
                f"Give each reader its own rank below {LAST_RANK}; the lowest is asked first.",
            ),
        )
    return ordered


def read(source: Source) -> Reading:
    """Read a text with the first reader that knows it."""
    sheet = Sheet(source)
    claim_regions(sheet)
    reader = next(reader for reader in readers() if reader.knows(sheet))
    if reader.elements:
        sheet = Sheet(source)
        claim_elements(sheet, reader.elements)
        claim_regions(sheet)
    reader.read(sheet)
    return sheet.to_reading(reader.name)
