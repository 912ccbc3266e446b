"""Lets plain `mkdocs build` and `mkdocs serve` make the whole site: converted before the pages are read, completed at the end.

A named error becomes MkDocs' own, which it prints without a trace.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer

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


def on_serve(
    server: LiveReloadServer,  # noqa: ARG001 (MkDocs names its arguments)
    *,
    config: MkDocsConfig,
    builder: Callable[..., None],  # noqa: ARG001
) -> None:
    """Refuse an address that cannot be had: MkDocs would end in a trace."""
    host, port = config.dev_addr
    try:
        _try_to_bind(host, port)
    except OSError as error:
        problem = f"cannot be used ({error.strerror})"
        remedy = f"Choose another port: make serve PORT={_try_to_bind('127.0.0.1', 0)}."
        raise PluginError(f"--dev-addr: {host}:{port} {problem}. {remedy}") from None


def _try_to_bind(host: str, port: int) -> int:
    """Bind for a moment, as MkDocs will; return the port, a free one for 0. Raises OSError."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])
