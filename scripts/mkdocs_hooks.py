"""Lets plain `mkdocs build` and `mkdocs serve` make the whole site: briefs/ is converted before the pages are read."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from archive.convert import convert
from archive.errors import ArchiveError


def on_pre_build(config: MkDocsConfig) -> None:
    """Bring docs/ up to date. A named error becomes MkDocs' own, which it prints without a trace."""
    try:
        convert(Path(config.config_file_path).parent)
    except ArchiveError as error:
        raise PluginError(str(error)) from None
