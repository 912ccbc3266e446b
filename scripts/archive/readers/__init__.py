"""The registry of readers. A further publisher is one new module here, with a `READER`; nothing else names it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from archive.reading.model import Reading
from archive.reading.sheet import Sheet
from archive.sources.source import Source


@dataclass(frozen=True, slots=True)
class Reader:
    """How to read the texts of one publisher.

    `knows` says, from the text alone, whether this reader's publisher made it; `read` claims all of its lines on a sheet.
    """

    name: str
    knows: Callable[[Source], bool]
    read: Callable[[Sheet], None]


@cache
def readers() -> list[Reader]:
    """All readers, in the order of their names; the generic one, which knows every text, last."""
    modules = (
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    )
    found: list[Reader] = [module.READER for module in modules]
    return sorted(found, key=lambda reader: (reader.name == "generic", reader.name))


def read(source: Source) -> Reading:
    """Read a text with the first reader that knows it."""
    reader = next(reader for reader in readers() if reader.knows(source))
    sheet = Sheet(source)
    reader.read(sheet)
    return sheet.to_reading(reader.name)
