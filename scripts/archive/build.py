"""The whole way: convert, build the site with an engine, complete it. The hook, which does that in plain MkDocs, is left out."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
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
from archive.site.publish import build_lock, publish, refuse_unsafe_folder, remove_folder
from archive.site.search import indexing
from archive.site.settings import SiteSettings


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
    refuse_unsafe_folder(root.resolve(), folder)
    part, beside = (
        folder.with_name(f".{folder.name}.part"),
        folder.with_name(f".{folder.name}.index"),
    )
    given = {"site_url": site_url} if site_url else {}
    # docs/ holds the texts whole: what the public may see is made in a folder of its own, and only that is built from.
    with (
        build_lock(root),
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
            remove_folder(left)
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
        publish(part, folder)
    return Built(replace(site, folder=folder), notice(secret, is_public=for_public))


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
