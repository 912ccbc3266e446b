"""The registry of readers: a new publisher is one new module here, with a `READER`."""

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

    `knows` tells from the text alone whether it comes from this publisher. `read` claims all lines
    of the text on a sheet.
    """

    name: str
    knows: Callable[[Source], bool]
    read: Callable[[Sheet], None]


@cache
def readers() -> list[Reader]:
    """Return all readers by name; the generic one comes last, since it knows every text."""
    modules = (
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    )
    registered: list[Reader] = [module.READER for module in modules]
    return sorted(registered, key=lambda reader: (reader.name == "generic", reader.name))


def read(source: Source) -> Reading:
    """Read a text with the first reader that knows it."""
    reader = next(reader for reader in readers() if reader.knows(source))
    sheet = Sheet(source)
    reader.read(sheet)
    return sheet.to_reading(reader.name)
