"""Builds the whole site: converts briefs/, runs an engine, completes its pages.

The MkDocs hook does the same for plain `mkdocs build`; it is switched off here.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from archive import parallel
from archive.cache import Cache, FileCache
from archive.convert import commit_library
from archive.errors import ArchiveError
from archive.pages import all_pages
from archive.records.library import Library, load_library
from archive.records.public import notice, public_library, withheld_briefs
from archive.site.engines import ENGINES, refuse_missing, shown_warnings
from archive.site.finish import finish
from archive.site.incremental import run_incrementally
from archive.site.publish import build_lock, publish, refuse_unsafe_folder, remove_folder
from archive.site.search import indexing
from archive.site.settings import SiteSettings
from archive.store import Archive, write_file
from archive.text.addresses import OWNED


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A site that was built, and a notice about briefs that are not free, if there are any."""

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
) -> BuildResult:
    """Build the site of the archive in `root`, with all texts or as the public may see it.

    `day` decides which embargoes have ended. `engine` is one of ENGINES. An `incremental` build,
    with MkDocs only, reuses the pages that have not changed since the last one. Raises
    ArchiveError; the old site stays as it was, unless the disk refuses the last step.
    """
    refuse_missing(engine)
    if incremental and engine != "mkdocs":
        remedy = "Leave out --incremental, or --engine."
        raise ArchiveError(
            "briefs build", "--incremental", f"{engine} cannot build a part of the pages", remedy
        )
    folder = (site_dir or root / "site").resolve()
    refuse_unsafe_folder(root.resolve(), folder)
    new_site = folder.with_name(f".{folder.name}.part")
    index_folder = folder.with_name(f".{folder.name}.index")
    options = {"site_url": site_url} if site_url else {}
    # docs/ has the whole texts, so a public build gets its pages from a temporary folder instead.
    with (
        parallel.workers(),
        build_lock(root),
        tempfile.TemporaryDirectory(prefix="briefs-") as public_docs,
        shown_warnings(root / "mkdocs.yml"),
    ):
        docs = Path(public_docs) if for_public else root / "docs"
        config = load_config(
            str(root / "mkdocs.yml"),
            strict=True,
            docs_dir=str(docs.resolve()),
            site_dir=str(new_site),
            hooks=[],
            **options,
        )
        site = SiteSettings.of(config)
        for left_over in (new_site, index_folder):  # of a run that was cancelled
            remove_folder(left_over)
        archive = Archive(root)
        with ExitStack() as meanwhile:
            with archive.locked(), Cache(root, writing=True) as cache:
                everything = load_library(archive, cache)
                # Pagefind takes as long as the engine and does not read the pages, so both run
                # at the same time.
                indexed = public_library(everything, day) if for_public else everything
                index = meanwhile.enter_context(indexing(indexed, index_folder))
                library = commit_library(everything, cache).library
            secret = withheld_briefs(library, day)
            if for_public:
                library = public_library(library, day)
                _write_docs(library, docs)
            if incremental:
                run_incrementally(config, root)
            else:
                ENGINES[engine](config)
            noindex = bool(secret) and not for_public
            files = FileCache(root, "briefs") if incremental else None
            finish(library, site, noindex=noindex, docs=docs, index=index, cache=files)
        publish(new_site, folder)
    return BuildResult(replace(site, folder=folder), notice(secret, is_public=for_public))


def _write_docs(library: Library, to: Path) -> None:
    """Write the pages of a library into `to`, with a copy of all other files of docs/."""
    pages = dict(all_pages(library))
    docs = library.archive.root / "docs"

    def names_of_pages(folder: str, names: list[str]) -> list[str]:
        paths = {name: (Path(folder) / name).relative_to(docs).as_posix() for name in names}
        return [name for name, path in paths.items() if path in OWNED or path in pages]

    shutil.copytree(docs, to, ignore=names_of_pages, dirs_exist_ok=True)
    for path, content in pages.items():
        write_file(to / path, content)


def load_settings(root: Path) -> SiteSettings:
    """Read the settings of the site from mkdocs.yml. Raises ArchiveError when it is not valid."""
    try:
        return SiteSettings.of(load_config(str(root / "mkdocs.yml"), hooks=[]))
    except MkDocsException as error:
        problem, remedy = f"MkDocs cannot read it: {error}", "Correct it, or restore it."
        raise ArchiveError(root / "mkdocs.yml", "file", problem, remedy) from None
