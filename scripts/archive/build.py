"""Builds the whole site: converts briefs/, runs an engine, completes its pages.

The MkDocs hook does the same for plain `mkdocs build`; it is switched off here.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import Files, get_files

from archive import parallel
from archive.cache import FOLDER as CACHE
from archive.cache import Cache
from archive.convert import State, commit_edition
from archive.errors import ArchiveError
from archive.pages import Edition, all_pages
from archive.records.library import load_library
from archive.records.public import notice, public_library, withheld_briefs
from archive.site.engines import (
    ENGINES,
    MkDocs,
    Validation,
    linked_files,
    refuse_missing,
    refuse_warnings,
    shown_warnings,
)
from archive.site.finish import Finisher
from archive.site.page import MadePage, PageTask, make_page
from archive.site.publish import build_lock, publish, refuse_unsafe_folder, remove_folder
from archive.site.search import indexing
from archive.site.settings import SiteSettings
from archive.store import Archive
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
    clean: bool = False,
) -> BuildResult:
    """Build the site of the archive in `root`, with all texts or as the public may see it.

    `day` decides which embargoes have ended. `engine` is one of ENGINES. Only what changed since
    the last build is redone, all of it when the build is `clean`. Raises ArchiveError; the old site
    stays as it was, unless the disk refuses the last step.
    """
    refuse_missing(engine)
    folder = (site_dir or root / "site").resolve()
    refuse_unsafe_folder(root.resolve(), folder)
    new_site, index_folder = (
        folder.with_name(f".{folder.name}.{end}") for end in ("part", "index")
    )
    with parallel.workers(), build_lock(root), shown_warnings(root / "mkdocs.yml") as warnings:
        for left_over in (new_site, index_folder, *([root / CACHE] if clean else [])):
            remove_folder(left_over)
        config = load_config(
            str(root / "mkdocs.yml"),
            strict=True,
            docs_dir=str((root / "docs").resolve()),
            site_dir=str(new_site),
            hooks=[],
            **({"site_url": site_url} if site_url else {}),
        )
        site = SiteSettings.of(config)
        with Cache(root, writing=True) as cache, ExitStack() as meanwhile:
            archive = Archive(root)
            with archive.locked():
                state = State(archive, cache)
                edition = Edition.of(load_library(archive, cache))
                public = Edition.of(public_library(edition.library, day)) if for_public else None
                # Pagefind takes as long as the engine and does not read the pages, so both run
                # at the same time.
                index = meanwhile.enter_context(
                    indexing((public or edition).library, index_folder, cache)
                )
                if not state.is_converted():
                    edition = commit_edition(edition, cache).edition
                    state.store()
            secret = withheld_briefs(edition.library, day)
            if public:
                addresses = edition.library.addresses
                public = replace(public, library=replace(public.library, addresses=addresses))
            finisher = Finisher(public or edition, site, noindex=bool(secret) and not public)
            for page in make_pages(config, engine, finisher, cache, public):
                finisher.add(page)
            refuse_warnings(warnings)
            finisher.finish()
            index.put(new_site)
        publish(new_site, folder)
    return BuildResult(replace(site, folder=folder), notice(secret, is_public=for_public))


def make_pages(
    config: MkDocsConfig,
    engine: str,
    finisher: Finisher,
    cache: Cache,
    public: Edition | None = None,
) -> Iterator[MadePage]:
    """Make all pages of the site: of docs/, or with those of the public edition in their place."""
    files = get_files(config)
    if public:  # docs/ has the whole texts
        for file in list(files):
            if file.src_uri.partition("/")[0] in OWNED and not file.is_documentation_page():
                files.remove(file)
    sources = partial(_sources, files, cache, public)
    renderer = ENGINES[engine](config, files, sources())
    tasks = (
        PageTask(path, source, linked_files(path, source, files), finisher.facts(path))
        for path, source in sources()
    )
    work = partial(make_page, renderer, finisher.site, finisher.noindex)
    is_alone = isinstance(renderer, MkDocs)
    validation = Validation(config)
    for page in cache.map(work, tasks) if is_alone else parallel.map(work, list(tasks)):
        validation.add(page.path, page.rendered)
        yield page
    validation.finish()


def _sources(files: Files, cache: Cache, public: Edition | None) -> Iterator[tuple[str, str]]:
    """Yield the path in docs/ and the Markdown of each page."""
    made = set()
    for path, source in all_pages(public, cache) if public else ():
        made.add(path)
        yield path, source
    for file in files.documentation_pages():
        if not (public and (file.src_uri in made or file.src_uri.partition("/")[0] in OWNED)):
            yield file.src_uri, file.content_string


def load_settings(root: Path) -> SiteSettings:
    """Read the settings of the site from mkdocs.yml. Raises ArchiveError when it is not valid."""
    try:
        return SiteSettings.of(load_config(str(root / "mkdocs.yml"), hooks=[]))
    except MkDocsException as error:
        problem, remedy = f"MkDocs cannot read it: {error}", "Correct it, or restore it."
        raise ArchiveError(root / "mkdocs.yml", "file", problem, remedy) from None
