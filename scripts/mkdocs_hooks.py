"""Lets plain `mkdocs build` and `mkdocs serve` make the whole site: converted before the pages are read, completed at the end.

A named error becomes MkDocs' own, which it prints without a trace.
"""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from archive.convert import convert
from archive.errors import ArchiveError
from archive.finish import finish


def on_pre_build(config: MkDocsConfig) -> None:
    """Bring docs/ up to date."""
    try:
        config.extra["library"] = convert(Path(config.config_file_path).parent).library
    except ArchiveError as error:
        raise PluginError(str(error)) from None


def on_post_build(config: MkDocsConfig) -> None:
    """Complete the site, in the folder where MkDocs built it (another than site/ while it serves)."""
    try:
        finish(config.extra["library"], Path(config.site_dir))
    except ArchiveError as error:
        raise PluginError(str(error)) from None
