"""What a built site still lacks: all that Markdown cannot say."""

from __future__ import annotations

from pathlib import Path

from archive.library import Library
from archive.search import write_index


def finish(library: Library, site: Path) -> None:
    """Complete the site that an engine has built in the folder `site`. Raises ArchiveError."""
    write_index(library, site)
