"""Puts a new site in the place of the old one, file by file, whenever a run is killed."""

import fcntl
import filecmp
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ArchiveError, raise_first
from archive.progress import meter
from archive.store import refuse_linked_folders

# What an interrupted build leaves in the site: search.write_index and files.write_file.
_TEMPORARY = re.compile(r"\.index-.*|\..*\.part")


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
    """Let one build of an archive run at a time: all use the same folders beside the site.

    Raises ArchiveError when the archive in `root` has no mkdocs.yml.
    """
    try:
        file = (root / "mkdocs.yml").open("rb")
    except OSError as error:
        raise ArchiveError(
            root / "mkdocs.yml", "file", f"cannot be read ({error.strerror})", "Restore the file."
        ) from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def refuse_unsafe_folder(root: Path, site: Path) -> None:
    """Raise ArchiveError when `site` holds anything but a site: a build removes other files."""
    inside = [root / name for name in ("briefs", "docs", "scripts", "overrides", "tests", ".git")]
    holds_sources = (
        site == root
        or site in root.parents
        or any(site == folder or folder in site.parents for folder in inside)
    )
    is_other = site.is_dir() and any(site.iterdir()) and not (site / "404.html").is_file()
    raise_first(
        site,
        (
            holds_sources or is_other,
            "site-dir",
            "this folder does not hold a site, and a build would remove its files",
            "Remove it yourself, or name a new folder.",
        ),
    )


def publish(new_site: Path, site: Path) -> None:
    """Put the whole site `new_site` in the place of `site`; each file is old or new, never a half.

    A file with the same content stays as it is, with its time. Files of other programs, which
    begin with a dot (.git, .nojekyll), stay too. Raises ArchiveError when the disk refuses, or when
    a folder of the site is a link to another one.
    """
    refuse_linked_folders(site)
    meter.show("writing the site")
    try:
        names = _file_names(new_site)
        for name in sorted(names):
            new, old = new_site / name, site / name
            if old.is_dir():
                remove_folder(old)
            if not (old.is_file() and filecmp.cmp(new, old, shallow=False)):
                old.parent.mkdir(parents=True, exist_ok=True)
                new.replace(old)
        for name in _file_names(site) - names:
            if _belongs_to_site(name):
                (site / name).unlink()
        # The deepest first, so that a folder is empty when it is reached.
        for folder, *_ in os.walk(site, topdown=False):
            if (
                Path(folder) != site
                and _belongs_to_site(os.path.relpath(folder, site))
                and not any(Path(folder).iterdir())
            ):
                Path(folder).rmdir()
        remove_folder(new_site)
    except OSError as error:
        raise ArchiveError(
            site,
            "site-dir",
            f"cannot be written ({error.strerror})",
            "Make room, or give yourself write permission there, then build again.",
        ) from None


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that it holds, if it exists."""
    if folder.exists():
        shutil.rmtree(folder)


def _file_names(folder: Path) -> set[str]:
    return {
        f"{top}/{name}".removeprefix(f"{folder}/")
        for top, _, names in os.walk(folder)
        for name in names
    }


def _belongs_to_site(path: str) -> bool:
    return not any(
        name.startswith(".") and not _TEMPORARY.fullmatch(name) for name in path.split("/")
    )
