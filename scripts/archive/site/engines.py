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
from logging.handlers import BufferingHandler
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

import yaml
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader
from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.structure.files import File, Files, get_files
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler
from mkdocs.utils.meta import get_data
from mkdocs.utils.yaml import yaml_load

from archive.errors import ArchiveError
from archive.store import is_foreign, is_printable, write_file
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


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """The HTML of the page at a path in docs/, and what has to be compared with other pages.

    `anchors` are the ids in its text, and `links` its links to anchors: the docs path of the other
    page, the anchor, and the link as written. `warnings` are MkDocs' about this page.
    """

    path: str
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

    def render(self, path: str, source: str, linked: Iterable[str]) -> RenderedPage:
        """Render the page at a path in docs/ from its Markdown, with links to other files there."""
        config, environment = _load_mkdocs(self)
        navigation = _load_navigation(self, path if path in dict(self.navigation) else "")
        page = next(
            (page for page in navigation.pages if page.file.src_uri == path),
            Page(None, File(path, *_PLACES), config),
        )
        page.file.content_string = source
        files = Files([page.file, *map(_linked_file, linked)])
        with warnings_to(collector := BufferingHandler(sys.maxsize)):
            page.read_source(config)
            page.render(config, files)
            page.active = True
            template = environment.get_template(page.meta.get("template", "main.html"))
            html = template.render(get_context(navigation, files, config, page))
        return RenderedPage(
            path,
            html,
            tuple(sorted(page.present_anchor_ids or ())),
            tuple(
                (to.src_uri, *link)
                for to, found in (page.links_to_anchors or {}).items()
                for link in found.items()
            ),
            tuple(record.getMessage() for record in collector.buffer),
        )


@lru_cache(maxsize=1)
def _load_mkdocs(mkdocs: MkDocs) -> tuple[MkDocsConfig, Environment]:
    # MkDocs wants folders, but it reads and writes none.
    config = load_config(
        BytesIO(mkdocs.settings.encode()),
        config_file_path="",
        docs_dir=str(Path(__file__).parent),
        site_dir=os.devnull,
    )
    environment = config.theme.get_env()
    environment.loader = ChoiceLoader(
        [DictLoader(dict(mkdocs.templates)), FileSystemLoader(config.theme.dirs)]
    )
    return config, environment


@lru_cache(maxsize=1)
def _load_navigation(mkdocs: MkDocs, current: str) -> Navigation:
    """Load the navigation, with a page of it that is to be rendered, or "" for another page."""
    config, titles = _load_mkdocs(mkdocs)[0], dict(mkdocs.navigation)
    with warnings_to(logging.NullHandler()):  # `start_mkdocs` has given those of all pages
        navigation = get_navigation(Files(File(path, *_PLACES) for path in titles), config)
    for page in navigation.pages:
        if page.file.src_uri != current:
            page.title = titles[page.file.src_uri]
    return navigation


@cache
def _linked_file(path: str) -> File:
    return File(path, *_PLACES)


def is_published(path: str) -> bool:
    """Whether a file of docs/ belongs to the site: it is a file, and not a foreign one."""
    return Path(path).is_file() and not is_foreign(Path(path).name, ".md")


def unpublished(folder: str, names: Iterable[str]) -> set[str]:
    """Return the names in a folder of docs/ that `shutil.copytree` is to leave out."""
    return {
        name
        for name in names
        if not is_printable(name)
        or not (Path(folder, name).is_dir() or is_published(f"{folder}/{name}"))
    }


def docs_files(config: MkDocsConfig) -> Files:
    """Return the files of docs/ that belong to the site."""
    return Files(
        file
        for file in get_files(config)
        if is_published(file.abs_src_path or "") and is_printable(file.src_uri)
    )


def start_mkdocs(config: MkDocsConfig) -> MkDocs:
    """Write all but the pages into the folder of the site; return what renders these."""
    files, environment = docs_files(config), config.theme.get_env()
    files.add_files_from_theme(environment, config)
    navigation = get_navigation(files, config)
    files.copy_static_files()
    context = get_context(navigation, files, config, base_url=urlsplit(config.site_url or "/").path)
    write_file(
        Path(config.site_dir, "404.html"), environment.get_template("404.html").render(context)
    )
    for page in navigation.pages:
        page.read_source(config)  # which may have the title
    settings = _settings(config)
    folder = Path(config.config_file_path).parent / settings["theme"].pop("custom_dir")
    templates = tuple(
        (file.relative_to(folder).as_posix(), file.read_text(encoding="utf-8", errors="replace"))
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    )
    return MkDocs(
        yaml.dump(settings, sort_keys=False),
        templates,
        navigation=tuple((page.file.src_uri, page.title) for page in navigation.pages),
    )


@dataclass(frozen=True, slots=True)
class Zensical:
    """Gives the pages that Zensical has built into a folder."""

    folder: Path

    def render(self, path: str, source: str, linked: Iterable[str]) -> RenderedPage:  # noqa: ARG002
        """Return the page at a path in docs/. Raises OSError when Zensical has left it out."""
        file = self.folder / Address.of_page(PurePosixPath(path))[1:] / "index.html"
        return RenderedPage(path, file.read_text(encoding="utf-8"))


def start_zensical(config: MkDocsConfig) -> Zensical:
    """Build all pages with Zensical, in a process of its own, into the folder of the site.

    Zensical reads and writes only below the folder of mkdocs.yml, so it works on a copy of the
    pages. Raises ArchiveError when it gives up (for one that is missing, see `refuse_missing`).
    """
    with tempfile.TemporaryDirectory(prefix="briefs-") as folder:
        project = Path(folder)
        docs, site = project / "docs", project / "site"
        shutil.copytree(config.docs_dir, docs, ignore=unpublished)
        for page in filter(Path.is_file, docs.rglob("*.md")):
            page.write_text(_for_zensical(page.read_text(encoding="utf-8")), encoding="utf-8")
        settings = yaml.safe_dump(_zensical_settings(config), allow_unicode=True, sort_keys=False)
        (project / "mkdocs.yml").write_text(settings, encoding="utf-8")
        _call_zensical(project, config)
        for page in site.rglob("*.html"):
            page.write_text(_as_mkdocs_writes(page.read_text(encoding="utf-8")), encoding="utf-8")
        (site / "search.json").unlink(missing_ok=True)
        shutil.rmtree(site / "assets" / "stylesheets" / "modern", ignore_errors=True)
        shutil.copytree(site, config.site_dir, dirs_exist_ok=True, copy_function=shutil.move)
    return Zensical(Path(config.site_dir))


def linked_files(path: str, source: str, files: Files) -> tuple[str, ...]:
    """Return the files of docs/ to which the Markdown at a path there has links."""
    folder, links = posixpath.dirname(path), set(_LINK.findall(source))
    names = {posixpath.normpath(posixpath.join(folder, unquote(link))) for link in links}
    return tuple(sorted(names & files.src_uris.keys()))


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
        return {
            **yaml_load(file),
            "site_url": config.site_url,
            "docs_dir": "docs",
            "site_dir": "site",
            # Zensical ignores these without a warning.
            "hooks": [],
            "watch": [],
        }


def _zensical_settings(config: MkDocsConfig) -> dict[str, Any]:
    """Return the settings with which Zensical reads Markdown as MkDocs does."""
    settings = _settings(config)
    folder = Path(config.config_file_path).parent.resolve() / settings["theme"]["custom_dir"]
    return {
        **settings,
        "theme": {**settings["theme"], "custom_dir": str(folder)},
        # MkDocs reads fences with fenced_code, which is not among Zensical's defaults. Zensical
        # appends superfences, which reads some fences differently and colours them. Named first,
        # superfences is replaced by fenced_code.
        "markdown_extensions": [
            *("pymdownx.superfences", "fenced_code"),
            *settings.get("markdown_extensions", []),
        ],
    }


def _for_zensical(page: str) -> str:
    """Return a Markdown page in which Zensical sees the links that MkDocs sees, and no others.

    Zensical also looks for links in the front matter, so brackets there are escaped. The front
    matter is JSON: Zensical reads YAML 1.2, MkDocs YAML 1.1, and JSON means the same in both.
    """
    body, meta = get_data(page)
    head = _JSON_STRING.sub(
        lambda found: found[0].replace("[", "\\u005b").replace("<", "\\u003c"),
        json.dumps(meta, ensure_ascii=False, default=str),
    )
    return f"---\n{head}\n---\n\n" + _RAW_LINK.sub(rf"\1{_AS_WRITTEN}\2=", body)


def _call_zensical(project: Path, config: MkDocsConfig) -> None:
    """Run Zensical in `project` and print its warnings.

    Raises ArchiveError when it fails, or when `strict` turns a warning into an error.
    """
    result = subprocess.run(  # noqa: S603 (fixed words)
        [sys.executable, "-m", "zensical", "build", *(["--strict"] if config.strict else [])],
        cwd=project,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    stderr = result.stderr.replace("No issues found", "")
    said, _, trace = map(str.strip, stderr.partition("Traceback (most recent call last):\n"))
    if said:
        print(said, file=sys.stderr)
    if result.returncode:
        last_line = (trace or said).rpartition("\n")[2].removeprefix("RuntimeError: ")
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
ENGINES: dict[str, Callable[[MkDocsConfig], Engine]] = {
    "mkdocs": start_mkdocs,
    "zensical": start_zensical,
}


@contextmanager
def strict(file: Path) -> Iterator[None]:
    """Print MkDocs' warnings meanwhile.

    Raises ArchiveError about `file` at the end, if there were any, or when MkDocs gives up.
    """
    printer, counter = logging.StreamHandler(sys.stderr), CountHandler()
    printer.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    try:
        with warnings_to(printer, counter):
            yield
        if counts := [f"{number} {level.lower()}s" for level, number in counter.get_counts()]:
            raise Abort(f"Aborted with {', '.join(counts)} in strict mode!")
    except (SystemExit, MkDocsException) as error:
        raise ArchiveError(
            file, "build", f"MkDocs gave up: {error}", "See its messages above."
        ) from None


@contextmanager
def warnings_to(*handlers: logging.Handler) -> Iterator[None]:
    """Give MkDocs' warnings to these handlers meanwhile, and to no others."""
    logger = logging.getLogger("mkdocs")
    before = logger.handlers, logger.propagate
    for handler in handlers:
        handler.setLevel(logging.WARNING)
    logger.handlers, logger.propagate = list(handlers), False
    try:
        yield
    finally:
        logger.handlers, logger.propagate = before
