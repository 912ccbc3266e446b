"""The whole way: convert, build the site with an engine, complete it. The hook, which does that in plain MkDocs, is left out."""

from __future__ import annotations

import fcntl
import filecmp
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from archive.cache import FileCache
from archive.convert import converting
from archive.errors import ArchiveError
from archive.files import write_atomically
from archive.pages import OWNED, all_pages
from archive.records.library import Library
from archive.records.public import notice, public_library, withheld_briefs
from archive.site.engines import ENGINES, refuse_missing, shown_warnings
from archive.site.finish import finish
from archive.site.incremental import run_incrementally
from archive.site.search import indexing
from archive.site.settings import SiteSettings

# What a build in place that was broken off left there (mkdocs build; search.write_index, files.write_atomically).
_LEFT = re.compile(r"\.index-.*|\..*\.part")


@dataclass(frozen=True, slots=True)
class Built:
    """A site that was built, and what is to be said of the briefs that the public may not be shown, if there are any."""

    site: SiteSettings
    notice: str | None


def build(
    root: Path,
    day: str,
    site_dir: Path | None = None,
    site_url: str | None = None,
    *,
    for_public: bool = False,
    engine: str = "mkdocs",
    incremental: bool = False,
) -> Built:
    """Build the site of the archive in `root`: whole, for its own desk, or as the public may see it on `day`.

    `engine` is one of ENGINES; an `incremental` build, MkDocs' only, takes the pages that have not changed from the one before.
    Raises ArchiveError: before anything is written, or, when the engine or Pagefind gives up, after it said why.
    """
    refuse_missing(engine)
    if incremental and engine != "mkdocs":
        remedy = "Leave out --incremental, or --engine."
        raise ArchiveError(
            "briefs build", "--incremental", f"{engine} cannot build a part of the pages", remedy
        )
    folder = (site_dir or root / "site").resolve()
    _refuse_unsafe(root.resolve(), folder)
    part, beside = (
        folder.with_name(f".{folder.name}.part"),
        folder.with_name(f".{folder.name}.index"),
    )
    given = {"site_url": site_url} if site_url else {}
    # docs/ holds the texts whole: what the public may see is made in a folder of its own, and only that is built from.
    with (
        _alone(root),
        tempfile.TemporaryDirectory(prefix="briefs-") as made,
        shown_warnings(root / "mkdocs.yml"),
    ):
        docs = Path(made) if for_public else root / "docs"
        config = load_config(
            str(root / "mkdocs.yml"),
            strict=True,
            docs_dir=str(docs.resolve()),
            site_dir=str(part),
            hooks=[],
            **given,
        )
        site = SiteSettings.of(config)
        for left in (part, beside):  # by a run that was broken off
            _remove(left)
        with ExitStack() as meanwhile:
            with converting(root) as conversion:
                # Pagefind takes as long as the engine, and needs nothing of it nor of the pages: they are made side by side.
                indexed = (
                    public_library(conversion.library, day) if for_public else conversion.library
                )
                index = meanwhile.enter_context(indexing(indexed, beside))
                library = conversion.carry_out().library
            secret = withheld_briefs(library, day)
            if for_public:
                library = public_library(library, day)
                _write_docs(library, docs)
            if incremental:
                run_incrementally(config, root)
            else:
                ENGINES[engine](config)
            noindex, cache = (
                bool(secret) and not for_public,
                FileCache(root, "briefs") if incremental else None,
            )
            finish(library, site, noindex=noindex, docs=docs, index=index, cache=cache)
        _put(part, folder)
    return Built(replace(site, folder=folder), notice(secret, is_public=for_public))


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One build of an archive at a time: each makes the site beside its place, in a folder of one name."""
    try:
        file = (root / "mkdocs.yml").open("rb")
    except OSError as error:
        raise ArchiveError(
            root / "mkdocs.yml", "file", f"cannot be read ({error.strerror})", "Restore the file."
        ) from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write_docs(library: Library, to: Path) -> None:
    """Make the pages of a library in the folder `to`, and copy to it what people wrote: pages, pictures, scripts."""
    pages = all_pages(library)
    docs = library.root / "docs"

    def made_by_convert(folder: str, names: list[str]) -> list[str]:
        paths = {name: (Path(folder) / name).relative_to(docs).as_posix() for name in names}
        return [name for name, path in paths.items() if path in OWNED or path in pages]

    shutil.copytree(docs, to, ignore=made_by_convert, dirs_exist_ok=True)
    for path, content in pages.items():
        write_atomically(to / path, content)


def _put(part: Path, site: Path) -> None:
    """Put a whole new site in the place of the old one, file by file: each is the old or the new one at any moment, never a half.

    A file whose content is the same stays as it is, with its time; what begins with a dot (.git, .nojekyll) is not the site's.
    Raises ArchiveError when the disk refuses.
    """
    try:
        if not site.exists():
            site.parent.mkdir(parents=True, exist_ok=True)
            part.replace(site)
            return
        made = _files(part)
        for name in sorted(made):
            new, there = part / name, site / name
            if there.is_dir():
                _remove(there)
            if not _is_same(new, there):
                there.parent.mkdir(parents=True, exist_ok=True)
                new.replace(there)
        for name in _files(site) - made:
            if _is_the_sites(name):
                (site / name).unlink()
        # The deepest first, so that a folder is empty when it is reached.
        for top, *_ in os.walk(site, topdown=False):
            if (
                Path(top) != site
                and _is_the_sites(os.path.relpath(top, site))
                and not any(Path(top).iterdir())
            ):
                Path(top).rmdir()
        _remove(part)
    except OSError as error:
        remedy = "Make room or give yourself the right to write there, then build again."
        raise ArchiveError(
            site, "site-dir", f"cannot be written ({error.strerror})", remedy
        ) from None


def _files(folder: Path) -> set[str]:
    return {
        f"{top}/{name}".removeprefix(f"{folder}/")
        for top, _, names in os.walk(folder)
        for name in names
    }


def _is_the_sites(path: str) -> bool:
    return not any(step.startswith(".") and not _LEFT.fullmatch(step) for step in path.split("/"))


def _is_same(new: Path, there: Path) -> bool:
    """Whether a file is there that is the new one, or has the same content."""
    try:
        return new.samefile(there) or filecmp.cmp(new, there, shallow=False)
    except FileNotFoundError:
        return False


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _refuse_unsafe(root: Path, site: Path) -> None:
    """MkDocs empties the folder of the site first: it must not hold anything but a site."""
    inside = [root / name for name in ("briefs", "docs", "scripts", "overrides", "tests", ".git")]
    holds_sources = (
        site == root
        or site in root.parents
        or any(site == folder or folder in site.parents for folder in inside)
    )
    is_other = site.is_dir() and any(site.iterdir()) and not (site / "404.html").is_file()
    if holds_sources or is_other:
        problem = "this is no folder of a site, and would be emptied"
        raise ArchiveError(site, "site-dir", problem, "Remove it yourself, or name a new folder.")


def load_settings(root: Path) -> SiteSettings:
    """What mkdocs.yml says of the site. Raises ArchiveError when it cannot be read."""
    try:
        return SiteSettings.of(load_config(str(root / "mkdocs.yml"), hooks=[]))
    except MkDocsException as error:
        raise ArchiveError(
            root / "mkdocs.yml",
            "file",
            f"MkDocs cannot read it: {error}",
            "Mend it, or restore it.",
        ) from None
