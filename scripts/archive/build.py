"""Builds the whole site: converts briefs/, runs an engine, completes its pages.

The MkDocs hook does the same for plain `mkdocs build`; it is switched off here.
"""

import shutil
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException

from archive import parallel
from archive.cache import FOLDER, Cache
from archive.convert import update_docs
from archive.errors import ArchiveError
from archive.pages import Edition, all_pages
from archive.progress import meter
from archive.records.library import load_library
from archive.records.public import notice, withheld_briefs
from archive.site.engines import (
    ENGINES,
    MkDocs,
    docs_files,
    linked_files,
    refuse_missing,
    strict,
    unpublished,
)
from archive.site.finish import Finisher
from archive.site.publish import build_lock, publish, refuse_unsafe_folder, remove_folder
from archive.site.search import indexing
from archive.site.settings import SiteSettings
from archive.store import Archive, write_file
from archive.text.addresses import OWNED


def build(
    root: Path,
    day: str,
    site_dir: Path | None = None,
    site_url: str | None = None,
    *,
    for_public: bool = False,
    engine: str = "mkdocs",
    clean: bool = False,
) -> tuple[SiteSettings, str | None]:
    """Build the site of an archive; return it, and a notice of briefs that are not free.

    The site has all texts or, `for_public`, those that are free on `day`. What did not change since
    the last build is not redone, unless this is `clean`. After an ArchiveError the old site stays.
    """
    refuse_missing(engine)
    folder, file = (site_dir or root / "site").resolve(), root / "mkdocs.yml"
    refuse_unsafe_folder(root.resolve(), folder)
    new_site = folder.with_name(f".{folder.name}.part")
    index_folder = folder.with_name(f".{folder.name}.index")
    with parallel.workers(), build_lock(root):
        for left_over in (new_site, index_folder, *([root / FOLDER] if clean else [])):
            remove_folder(left_over)
        with (
            Cache(root, writing=True) as cache,
            strict(file),
            # docs/ has the whole texts, so a public build gets its pages from another folder.
            tempfile.TemporaryDirectory(prefix="briefs-") as public_docs,
            ExitStack() as meanwhile,
        ):
            docs = Path(public_docs) if for_public else (root / "docs").resolve()
            folders = {"docs_dir": str(docs), "site_dir": str(new_site)}
            config = load_config(str(file), strict=True, hooks=[], site_url=site_url, **folders)
            site = SiteSettings.of(config)
            with (archive := Archive(root)).locked():
                edition = Edition.of(load_library(archive, cache))
                shown = edition.public(day) if for_public else edition
                # Pagefind does not read the engine's pages, and takes as long: both run at once.
                index = meanwhile.enter_context(indexing(shown.library, index_folder, cache))
                addresses = update_docs(edition, cache).library.addresses
            shown = replace(shown, library=replace(shown.library, addresses=addresses))
            if for_public:
                _write_docs(shown, docs, cache)
            secret = withheld_briefs(edition.library, day)
            finisher = Finisher(shown, site, noindex=bool(secret) and not for_public)
            make_pages(config, engine, finisher, cache)
            finisher.finish()
            index.put(new_site)
        publish(new_site, folder)
    return replace(site, folder=folder), notice(secret, is_public=for_public)


def _write_docs(edition: Edition, to: Path, cache: Cache) -> None:
    """Write the pages of an edition into `to`, with all that convert does not write."""
    docs = edition.library.archive.root / "docs"

    def ignored(folder: str, names: list[str]) -> Iterable[str]:
        return unpublished(folder, names) | ({*OWNED} if Path(folder) == docs else set())

    shutil.copytree(docs, to, ignore=ignored, dirs_exist_ok=True)
    for path, page in all_pages(edition, cache):
        write_file(to / path, page)


def make_pages(config: MkDocsConfig, engine: str, finisher: Finisher, cache: Cache) -> None:
    """Make all pages of docs/ with an engine, except those that the cache has."""
    started, files = ENGINES[engine](config), docs_files(config)
    tasks = (
        finisher.task(file.src_uri, source, linked_files(file.src_uri, source, files))
        for file in files.documentation_pages()
        for source in [file.content_string]
    )
    work = finisher.worker(started)
    # What Zensical made of a page depends on more than its task.
    made = (
        cache.map(work, tasks) if isinstance(started, MkDocs) else parallel.map(work, list(tasks))
    )
    for page, exports in meter.track("making HTML", made, len(files.documentation_pages())):
        finisher.add(page, exports)


def load_settings(root: Path) -> SiteSettings:
    """Read the settings of the site from mkdocs.yml. Raises ArchiveError when it is not valid."""
    try:
        return SiteSettings.of(load_config(str(root / "mkdocs.yml"), hooks=[]))
    except MkDocsException as error:
        raise ArchiveError(
            root / "mkdocs.yml",
            "file",
            f"MkDocs cannot read it: {error}",
            "Correct it, or restore it.",
        ) from None
