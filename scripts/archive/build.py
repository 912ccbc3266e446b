"""The whole way: convert, build the site with MkDocs, complete it. The hook, which does the same for plain MkDocs, is left out."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

# Material prints a banner about the end of its life on import unless this is set.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from archive.convert import convert
from archive.errors import ArchiveError
from archive.finish import finish
from archive.site import Site


def build(root: Path, site_dir: Path | None = None, site_url: str | None = None) -> Site:
    """Build the site of the archive in `root`; returns where it is.

    Raises ArchiveError: before anything is written, or, when MkDocs or Pagefind gives up, after it said why.
    """
    folder = (site_dir or root / "site").resolve()
    _refuse_unsafe(root.resolve(), folder)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.getLogger("mkdocs").addHandler(handler)
    given = {"site_url": site_url} if site_url else {}
    try:
        config = load_config(str(root / "mkdocs.yml"), strict=True, site_dir=str(folder), hooks=[], **given)
        site = Site.of(config)
        library = convert(root).library
        config.plugins.on_startup(command="build", dirty=False)
        try:
            mkdocs_build(config)
        finally:
            config.plugins.on_shutdown()
    except (SystemExit, MkDocsException) as error:
        raise ArchiveError(root / "mkdocs.yml", "build", f"MkDocs gave up: {error}", "See what it said above.") from None
    finally:
        logging.getLogger("mkdocs").removeHandler(handler)
    finish(library, site)
    return site


def _refuse_unsafe(root: Path, site: Path) -> None:
    """MkDocs empties the folder of the site first: it must not hold anything but a site."""
    inside = [root / name for name in ("briefs", "docs", "scripts", "overrides", "tests", ".git")]
    holds_sources = site == root or site in root.parents or any(site == folder or folder in site.parents for folder in inside)
    is_other = site.is_dir() and any(site.iterdir()) and not (site / "404.html").is_file()
    if holds_sources or is_other:
        problem = "this is no folder of a site, and would be emptied"
        raise ArchiveError(site, "site-dir", problem, "Remove it yourself, or name a new folder.")
