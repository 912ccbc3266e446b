"""MkDocs' pages, kept from one build for the next by the digest of all that they are made of.

Only the others are built again. MkDocs' own dirty build goes by the times of files, and does not
see that a template, a setting or a version has changed, or that a page is gone. Here all of those
are in the digest, and no page stays that this build does not have.
"""

from __future__ import annotations

import json
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs.utils.yaml import yaml_load

from archive.cache import FileCache, code_digest, digest, tree_digest
from archive.site.engines import run_mkdocs
from archive.text.addresses import OWNED


def run_incrementally(config: MkDocsConfig, root: Path) -> None:
    """Build the pages of `config.docs_dir` into the empty `config.site_dir` with MkDocs.

    As far as none is kept. Raises what MkDocs raises. Pages are linked to what is kept: they may be
    replaced, and not written into.
    """
    cache = FileCache(root, "pages")
    keys = _keys(config)
    built = {page: {"page": Path(config.site_dir, _path(page, config))} for page in keys}
    kept = {page for page, key in keys.items() if cache.restore(key, built[page])}
    run_mkdocs(config, without=kept)
    for page in keys.keys() - kept:
        if built[page]["page"].is_file():  # mkdocs.yml can leave one out
            cache.store(keys[page], built[page])
    cache.prune(set(keys.values()))


def _path(page: str, config: MkDocsConfig) -> str:
    return File(page, config.docs_dir, config.site_dir, config.use_directory_urls).dest_uri


def _keys(config: MkDocsConfig) -> dict[str, str]:
    """The digest of each Markdown page, by its path in docs/.

    What convert writes has links to its own pages only, which change with them. A page that people
    wrote may have a link to any page, so it is built again when there is one more or less; and all
    are when one of those is.
    """
    docs = Path(config.docs_dir)
    pages = {path.relative_to(docs).as_posix(): path for path in sorted(docs.rglob("*.md"))}
    by_hand = [path for path in pages if path.partition("/")[0] not in OWNED]
    with Path(config.config_file_path).open("rb") as file:
        settings = json.dumps(yaml_load(file), default=str)
    overrides = (
        tree_digest([Path(config.theme.custom_dir)], root=Path(config.theme.custom_dir))
        if config.theme.custom_dir
        else ""
    )
    common = digest(code_digest(), settings, config.site_url or "", overrides, *by_hand)
    all_paths = digest(*pages)
    return {
        path: digest(common, path, all_paths if path in by_hand else "", file.read_bytes())
        for path, file in pages.items()
    }
