"""MkDocs hooks: `mkdocs build` and `mkdocs serve` convert first, and complete the site last.

A named error becomes a PluginError, which MkDocs prints without a traceback.
"""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException, PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from archive.cache import Cache
from archive.convert import convert
from archive.errors import ArchiveError
from archive.records.public import notice, today, withheld_briefs
from archive.site.engines import is_published
from archive.site.finish import Finisher
from archive.site.search import write_index
from archive.site.settings import SiteSettings
from archive.store import Archive

log = logging.getLogger("mkdocs.hooks.archive")

is_preview = False
# It loads itself again once the site can be built.
_ERROR_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Not built</title></head>
<body><h1>The site cannot be built</h1>
<p style="font-family: monospace">{}</p></body></html>
"""


def on_startup(command: str, dirty: bool) -> None:
    """Note whether this is the live preview; refuse --dirty.

    A dirty build leaves out pages that have not changed, and those are complete already.
    """
    # MkDocs has no configuration yet that could carry the value to the other events.
    global is_preview  # noqa: PLW0603
    is_preview = command == "serve"
    if dirty:
        raise PluginError(
            "--dirty: a part of the site cannot be completed. Build it whole, without --dirty."
        )


@contextmanager
def _plugin_errors() -> Iterator[None]:
    """Raise a named error meanwhile as a PluginError."""
    try:
        yield
    except ArchiveError as error:
        raise PluginError(str(error)) from None


@_plugin_errors()
def on_pre_build(config: MkDocsConfig) -> None:
    """Bring docs/ up to date before MkDocs reads it."""
    site = SiteSettings.of(config)
    edition = convert(Archive(Path(config.config_file_path).parent)).edition
    secret = withheld_briefs(edition.library, today())
    config.extra["finisher"] = Finisher(edition, site, live=is_preview, noindex=bool(secret))
    for words in filter(None, (*site.notices, notice(secret, is_public=False))):
        log.info(words)


def on_files(files: Files, config: MkDocsConfig) -> Files:  # noqa: ARG001 (see on_serve)
    """Leave out of the site what systems and editors left in docs/."""
    return Files(file for file in files if is_published(file.abs_src_path or ""))


@_plugin_errors()
def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Complete a page that MkDocs has made; write the exports of its brief."""
    finisher: Finisher = config.extra["finisher"]
    return finisher.complete(output, finisher.task(page.file.src_uri, page.file.content_string))


@_plugin_errors()
def on_post_build(config: MkDocsConfig) -> None:
    """Finish the site in the folder where MkDocs built it: a temporary one for `mkdocs serve`."""
    finisher: Finisher = config.extra["finisher"]
    finisher.finish()
    with Cache(Path(config.config_file_path).parent, writing=True) as cache:
        write_index(finisher.library, Path(config.site_dir), cache)


def on_serve(
    server: Any,  # whose class has no types
    *,
    config: MkDocsConfig,
    builder: Callable[..., None],  # noqa: ARG001
) -> None:
    """Refuse an address that is taken: MkDocs would end with a traceback.

    Let the server answer with the error of the last build, if it had one: MkDocs would keep
    browsers waiting, and would not print an error that it has printed before.
    """
    host, port = config.dev_addr
    try:
        _try_to_bind(host, port)
    except OSError as error:
        raise PluginError(
            f"--dev-addr: {host}:{port} cannot be used ({error.strerror}). "
            f"Choose another port: make serve PORT={_try_to_bind('127.0.0.1', 0)}."
        ) from None
    # It keeps what has been printed from being printed again.
    logging.getLogger("mkdocs.commands.build").filters.clear()
    build, problems = server.builder, list[str]()

    def build_or_note() -> None:
        try:
            build()
            problems.clear()
        except Exception as error:
            problems[:] = [str(error.__context__ or error)]
            if not isinstance(error, Abort):  # which MkDocs has printed
                log.error(problems[0], exc_info=not isinstance(error, MkDocsException))

    def answer(environ: dict[str, Any], start: StartResponse) -> Any:
        if not problems or environ["PATH_INFO"].startswith("/livereload/"):
            return server.serve_request(environ, start)
        start("500 Internal Server Error", [("Content-Type", "text/html; charset=utf-8")])
        page = _ERROR_PAGE.format(escape(problems[0])).encode()
        return [server._inject_js_into_html(page, server._visible_epoch)]

    server.builder = build_or_note
    server.set_app(answer)


def _try_to_bind(host: str, port: int) -> int:
    """Bind for a moment, as MkDocs will; return the port, a free one for 0. Raises OSError."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])
