"""Lets plain `mkdocs build` and `mkdocs serve` make the whole site: converted before the pages are read, completed at the end.

A named error becomes MkDocs' own, which it prints without a trace.
"""

from __future__ import annotations

import logging
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from archive.convert import convert
from archive.errors import ArchiveError
from archive.records.public import notice, today, withheld_briefs
from archive.site.finish import finish
from archive.site.settings import NO_CONTACT, SiteSettings

log = logging.getLogger("mkdocs.hooks.archive")


live = False


def on_startup(command: str, dirty: bool) -> None:
    """Note whether this is the live preview; refuse a build of only the pages that changed: the others are complete already."""
    global live  # noqa: PLW0603 (MkDocs passes nothing else from one event to the next before there is a configuration)
    live = command == "serve"
    if dirty:
        raise PluginError(
            "--dirty: a part of the site cannot be completed. Build it whole, without --dirty."
        )


def on_pre_build(config: MkDocsConfig) -> None:
    """Bring docs/ up to date."""
    try:
        site = SiteSettings.of(config)
        library = convert(Path(config.config_file_path).parent).library
        secret = withheld_briefs(library, today())
    except ArchiveError as error:
        raise PluginError(str(error)) from None
    config.extra["library"], config.extra["noindex"] = library, bool(secret)
    if not site.contact:
        log.info(NO_CONTACT)
    if said := notice(secret, is_public=False):
        log.info(said)


def on_post_build(config: MkDocsConfig) -> None:
    """Complete the site, in the folder where MkDocs built it (another than site/ while it serves)."""
    try:
        finish(
            config.extra["library"],
            SiteSettings.of(config),
            live=live,
            noindex=config.extra["noindex"],
        )
    except ArchiveError as error:
        raise PluginError(str(error)) from None
