"""The engines that make HTML of docs/: MkDocs, with Material; and Zensical, which reads the same mkdocs.yml.

What an engine leaves is the same for both: its pages, in the folder of the site. `finish` does the rest.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException

from archive.errors import ArchiveError

# Material prints a banner about the end of its life when its theme is loaded, unless this is set.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")


def run_mkdocs(config: MkDocsConfig) -> None:
    """Build the pages of `config.docs_dir` into `config.site_dir` with MkDocs. Raises ArchiveError when it gives up."""
    config.plugins.on_startup(command="build", dirty=False)
    try:
        mkdocs_build(config)
    finally:
        config.plugins.on_shutdown()


def run_zensical(config: MkDocsConfig) -> None:  # noqa: ARG001
    """The same with Zensical. Raises ArchiveError when it is not installed, or gives up."""
    raise ArchiveError("briefs build", "--engine", "zensical is not installed", "Run: pip install --editable '.[engines]'")


ENGINES: dict[str, Callable[[MkDocsConfig], None]] = {"mkdocs": run_mkdocs, "zensical": run_zensical}


@contextmanager
def shown_warnings(file: Path) -> Iterator[None]:
    """What MkDocs warns of is printed meanwhile; where it gives up, that is a named error about `file`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.getLogger("mkdocs").addHandler(handler)
    try:
        yield
    except (SystemExit, MkDocsException) as error:
        raise ArchiveError(file, "build", f"MkDocs gave up: {error}", "See what it said above.") from None
    finally:
        logging.getLogger("mkdocs").removeHandler(handler)
