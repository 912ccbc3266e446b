"""The whole way with MkDocs: convert, then build the site."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

# Material prints a banner about the end of its life on import unless this is set.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config

from archive.convert import convert


def build(root: Path, site_dir: Path | None = None, site_url: str | None = None) -> Path:
    """Build the site of the archive in `root`; returns its folder.

    Raises ArchiveError before anything is written, MkDocs' own errors (SystemExit with a message) later.
    """
    convert(root)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.getLogger("mkdocs").addHandler(handler)
    given = {"site_dir": str(site_dir.resolve()) if site_dir else None, "site_url": site_url}
    config = load_config(str(root / "mkdocs.yml"), strict=True, **{key: value for key, value in given.items() if value})
    config.plugins.on_startup(command="build", dirty=False)
    try:
        mkdocs_build(config)
    finally:
        config.plugins.on_shutdown()
        logging.getLogger("mkdocs").removeHandler(handler)
    return Path(config.site_dir)
