"""Turn Markdown pages into HTML with an engine: MkDocs with Material, or Zensical.

MkDocs renders each page alone, so pages can be made by several processes and be cached. Zensical
builds all at once, and its pages are then read. Both take their settings from mkdocs.yml.
"""

import json
import logging
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

import yaml
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader
from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler
from mkdocs.utils.meta import get_data
from mkdocs.utils.yaml import yaml_load

from archive.errors import ArchiveError
from archive.store import write_file
from archive.text.addresses import Address

# Unless this is set, Material prints a banner about its end of life when its theme is loaded.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

INSTALL_ENGINES = ".venv/bin/pip install --constraint constraints.txt --editable '.[engines]'"
# MkDocs reads a link in raw HTML as relative to the page. Zensical reads it as relative to the
# Markdown file, and rewrites it: so its attribute has another name while Zensical runs.
_AS_WRITTEN = "data-as-written-"
_RAW_LINK = re.compile(r"(<[a-z]+\s[^<>]*?)\b(href|src)=", re.IGNORECASE)
_KEPT = re.compile(rf"{_AS_WRITTEN}(href|src)=", re.IGNORECASE)
# The path of a link in Markdown: [words](path#anchor), [name]: path
_LINK = re.compile(r"\][(:]\s*<?([^\s)>#?]+)")
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


# Where files are that MkDocs knows, and which addresses they get: docs/, site/, /page/.
_PLACES = None, os.devnull, True
log = logging.getLogger("mkdocs.archive")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The HTML of a page, and what has to be compared with other pages.

    `anchors` are the ids in its text, and `links` its links to anchors: the docs path of the other
    page, the anchor, and the link as written. `warnings` are MkDocs' about this page.
    """

    html: str
    anchors: tuple[str, ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MkDocs:
    """Renders one page at a time with MkDocs, from nothing but these values and its arguments.

    `settings` is mkdocs.yml, `templates` has the files of theme.custom_dir by name, `navigation`
    the docs paths and titles of the pages in the navigation. MkDocs itself, the theme and the
    extensions are in the key of every cached result (cache.code_digest).
    """

    settings: str
    templates: tuple[tuple[str, str], ...]
    navigation: tuple[tuple[str, str | None], ...]

    def render(self, path: str, source: str, linked: Iterable[str]) -> Rendered:
        """Render the page at a docs path from its Markdown, which has links to files of docs/."""
        config, environment = _load_mkdocs(self)
        navigation = _load_navigation(self, path if path in dict(self.navigation) else "")
        in_navigation = [page for page in navigation.pages if page.file.src_uri == path]
        page = in_navigation[0] if in_navigation else Page(None, File(path, *_PLACES), config)
        page.file.content_string = source
        files = Files([page.file, *map(_linked_file, linked)])
        with _collected_warnings() as warnings:
            page.read_source(config)
            page.render(config, files)
            page.active = True
            template = environment.get_template(page.meta.get("template", "main.html"))
            html = template.render(get_context(navigation, files, config, page))
        links = (page.links_to_anchors or {}).items()
        return Rendered(
            html,
            tuple(sorted(page.present_anchor_ids or ())),
            tuple((to.src_uri, *link) for to, found in links for link in found.items()),
            tuple(warnings),
        )


@lru_cache(maxsize=1)
def _load_mkdocs(mkdocs: MkDocs) -> tuple[MkDocsConfig, Environment]:
    # MkDocs wants folders, but it reads and writes none.
    folders = {"docs_dir": str(Path(__file__).parent), "site_dir": _PLACES[1]}
    config = load_config(BytesIO(mkdocs.settings.encode()), config_file_path="", **folders)
    environment = config.theme.get_env()
    own, theme = DictLoader(dict(mkdocs.templates)), FileSystemLoader(config.theme.dirs)
    environment.loader = ChoiceLoader([own, theme])
    return config, environment


@lru_cache(maxsize=1)
def _load_navigation(mkdocs: MkDocs, current: str) -> Navigation:
    """Load the navigation for its page `current`, which MkDocs changes, or for all other pages."""
    config, titles = _load_mkdocs(mkdocs)[0], dict(mkdocs.navigation)
    with _collected_warnings():  # about all pages: `start_mkdocs` gives them
        navigation = get_navigation(Files(File(path, *_PLACES) for path in titles), config)
    for page in navigation.pages:
        if page.file.src_uri != current:
            page.title = titles[page.file.src_uri]
    return navigation


@cache
def _linked_file(path: str) -> File:
    return File(path, *_PLACES)


def start_mkdocs(config: MkDocsConfig, files: Files, pages: Iterable[tuple[str, str]]) -> MkDocs:  # noqa: ARG001 (Zensical's)
    """Write all but the pages into the folder of the site; return what renders these."""
    environment = config.theme.get_env()
    files.add_files_from_theme(environment, config)
    navigation = get_navigation(files, config)
    files.copy_static_files()
    base = urlsplit(config.site_url or "/").path
    context = get_context(navigation, files, config, base_url=base)
    not_found = environment.get_template("404.html").render(context)
    write_file(Path(config.site_dir, "404.html"), not_found)
    for page in navigation.pages:
        page.read_source(config)  # which may have the title
    settings = _settings(config)
    settings["theme"].pop("custom_dir", None)
    own = Path(config.theme.custom_dir) if config.theme.custom_dir else None
    templates = {
        file.relative_to(own).as_posix(): file.read_text(encoding="utf-8", errors="replace")
        for file in (sorted(own.rglob("*")) if own else ())
        if own and file.is_file()
    }
    titles = tuple((page.file.src_uri, page.title) for page in navigation.pages)
    return MkDocs(yaml.dump(settings, sort_keys=False), tuple(templates.items()), titles)


def linked_files(path: str, source: str, files: Files) -> tuple[str, ...]:
    """Return the files of docs/ to which the Markdown at a docs path has links."""
    folder, links = posixpath.dirname(path), set(_LINK.findall(source))
    names = {posixpath.normpath(posixpath.join(folder, unquote(link))) for link in links}
    return tuple(sorted(names & files.src_uris.keys()))


class Validation:
    """Gives the warnings of pages that were rendered one by one, and compares their anchors."""

    def __init__(self, config: MkDocsConfig) -> None:
        self._level = config.validation.links.anchors
        self._anchors: dict[str, tuple[str, ...]] = {}
        self._links: list[tuple[str, str, str, str]] = []

    def add(self, path: str, page: Rendered) -> None:
        """Give the warnings about a page, and note its anchors and links."""
        for warning in page.warnings:
            log.warning(warning)
        self._anchors[path] = tuple(map(sys.intern, page.anchors))
        self._links += [(path, *link) for link in page.links]

    def finish(self) -> None:
        """Give a warning about each link to an anchor that its page has not, in MkDocs' words."""
        for path, to, anchor, link in self._links:
            if anchor not in self._anchors.get(to, (anchor,)):
                where = "there is no such anchor on this page"
                if to != path:
                    where = f"the doc '{to}' does not contain an anchor '#{anchor}'"
                log.log(self._level, f"Doc file '{path}' contains a link '{link}', but {where}.")


@dataclass(frozen=True, slots=True)
class Zensical:
    """Gives the pages that Zensical has built into a folder."""

    folder: Path

    def render(self, path: str, source: str, linked: Iterable[str]) -> Rendered:  # noqa: ARG002
        """Return the page at a docs path. Raises ArchiveError when Zensical has left it out."""
        file = self.folder / Address.of_page(PurePosixPath(path))[1:] / "index.html"
        if not file.is_file():
            problem, remedy = "the engine has not built this page", "See its messages above."
            raise ArchiveError(file, "page", problem, remedy)
        return Rendered(file.read_text(encoding="utf-8"))


def start_zensical(
    config: MkDocsConfig, files: Files, pages: Iterable[tuple[str, str]]
) -> Zensical:
    """Build all pages with Zensical, in a process of its own, into the folder of the site.

    Zensical reads and writes only below the folder of mkdocs.yml, so it works on a copy of the
    pages. Raises ArchiveError when it is not installed or gives up.
    """
    refuse_missing("zensical")
    with tempfile.TemporaryDirectory(prefix="briefs-") as folder:
        project = Path(folder)
        docs, site = project / "docs", project / "site"
        for file in files:
            if not file.is_documentation_page() and file.abs_src_path:
                (docs / file.src_uri).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file.abs_src_path, docs / file.src_uri)
        for path, source in pages:
            write_file(docs / path, _for_zensical(source))
        settings = yaml.safe_dump(_zensical_settings(config), allow_unicode=True, sort_keys=False)
        (project / "mkdocs.yml").write_text(settings, encoding="utf-8")
        _call_zensical(project, config)
        for page in site.rglob("*.html"):
            page.write_text(_as_mkdocs_writes(page.read_text(encoding="utf-8")), encoding="utf-8")
        (site / "search.json").unlink(missing_ok=True)
        shutil.rmtree(site / "assets" / "stylesheets" / "modern", ignore_errors=True)
        shutil.copytree(site, config.site_dir, dirs_exist_ok=True, copy_function=shutil.move)
    return Zensical(Path(config.site_dir))


def refuse_missing(engine: str) -> None:
    """Raise ArchiveError, which says what to install, when Zensical is chosen and missing."""
    if engine == "zensical" and find_spec("zensical") is None:
        raise ArchiveError(
            "briefs build",
            "--engine",
            "zensical is not installed",
            f"In the archive's folder run: {INSTALL_ENGINES}",
        )


def _settings(config: MkDocsConfig) -> dict[str, Any]:
    """Return the settings of mkdocs.yml for pages in another folder, at the site's address."""
    with Path(config.config_file_path).open("rb") as file:
        settings = yaml_load(file)
    for key in ("hooks", "watch"):  # Zensical ignores them without a warning
        settings.pop(key, None)
    return {**settings, "site_url": config.site_url, "docs_dir": "docs", "site_dir": "site"}


def _zensical_settings(config: MkDocsConfig) -> dict[str, Any]:
    """Return the settings with which Zensical reads Markdown as MkDocs does."""
    settings = _settings(config)
    # MkDocs reads fences with fenced_code, which is not among Zensical's defaults. Zensical appends
    # superfences, which reads some fences differently and colours them. Named first, superfences is
    # replaced by fenced_code.
    extensions = ["pymdownx.superfences", "fenced_code", *settings.get("markdown_extensions", [])]
    folder = Path(config.config_file_path).parent.resolve() / settings["theme"]["custom_dir"]
    theme = {**settings["theme"], "custom_dir": str(folder)}
    return {**settings, "theme": theme, "markdown_extensions": extensions}


def _for_zensical(page: str) -> str:
    """Return a Markdown page in which Zensical sees the links that MkDocs sees, and no others.

    Zensical also looks for links in the front matter, so brackets there are escaped. The front
    matter is JSON: Zensical reads YAML 1.2, MkDocs YAML 1.1, and JSON means the same in both.
    """
    body, meta = get_data(page)

    def hidden(found: re.Match[str]) -> str:
        return found[0].replace("[", "\\u005b").replace("<", "\\u003c")

    head = _JSON_STRING.sub(hidden, json.dumps(meta, ensure_ascii=False, default=str))
    marked = _RAW_LINK.sub(rf"\1{_AS_WRITTEN}\2=", body)
    return f"---\n{head}\n---\n\n{marked}"


def _call_zensical(project: Path, config: MkDocsConfig) -> None:
    """Run Zensical in `project` and print its warnings.

    Raises ArchiveError when it fails, or when `strict` turns a warning into an error.
    """
    command = [sys.executable, "-m", "zensical", "build", *(["--strict"] if config.strict else [])]
    environment = {**os.environ, "NO_COLOR": "1"}
    result = subprocess.run(  # noqa: S603 (fixed words)
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    said, _, trace = result.stderr.partition("Traceback (most recent call last):\n")
    said = said.replace("No issues found", "").strip()
    if said:
        print(said, file=sys.stderr)
    if result.returncode:
        last_line = (trace or said).strip().rpartition("\n")[2].removeprefix("RuntimeError: ")
        raise ArchiveError(
            config.config_file_path,
            "build",
            f"Zensical gave up: {last_line or f'exit code {result.returncode}'}",
            "See its messages above.",
        )


def _as_mkdocs_writes(page: str) -> str:
    """Return a page of Zensical with links in raw HTML, and slashes, as MkDocs writes them.

    MiniJinja escapes slashes in addresses. Browsers read both forms alike; other programs may not.
    """
    return _KEPT.sub(r"\1=", page).replace("&#x2f;", "/")


Engine: TypeAlias = MkDocs | Zensical
ENGINES: dict[str, Callable[[MkDocsConfig, Files, Iterable[tuple[str, str]]], Engine]] = {
    "mkdocs": start_mkdocs,
    "zensical": start_zensical,
}


@contextmanager
def shown_warnings(file: Path) -> Iterator[CountHandler]:
    """Print and count MkDocs' warnings meanwhile.

    Raises ArchiveError about `file` when MkDocs gives up.
    """
    handler, counter = logging.StreamHandler(sys.stderr), CountHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    try:
        with _handlers(handler, counter):
            yield counter
    except (SystemExit, MkDocsException) as error:
        raise ArchiveError(
            file, "build", f"MkDocs gave up: {error}", "See its messages above."
        ) from None


def refuse_warnings(counter: CountHandler) -> None:
    """Raise MkDocs' Abort when there were warnings, as MkDocs does in its strict mode."""
    if counts := counter.get_counts():
        words = ", ".join(f"{number} {level.lower()}s" for level, number in counts)
        raise Abort(f"Aborted with {words} in strict mode!")


class _Collector(logging.Handler):
    """Keeps the messages of warnings."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _collected_warnings() -> Iterator[list[str]]:
    """Collect MkDocs' warnings meanwhile, instead of printing and counting them."""
    collector = _Collector()
    with _handlers(collector):
        yield collector.messages


@contextmanager
def _handlers(*handlers: logging.Handler) -> Iterator[None]:
    """Give MkDocs' warnings to these handlers and no others meanwhile."""
    logger = logging.getLogger("mkdocs")
    before = logger.handlers, logger.propagate
    for handler in handlers:
        handler.setLevel(logging.WARNING)
    logger.handlers, logger.propagate = list(handlers), False
    try:
        yield
    finally:
        logger.handlers, logger.propagate = before
