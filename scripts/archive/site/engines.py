"""Run the engine that turns docs/ into HTML: MkDocs with Material, or Zensical.

Both read mkdocs.yml and leave their pages in the folder of the site. `finish` does the rest.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.utils.meta import get_data
from mkdocs.utils.yaml import yaml_load

from archive import parallel
from archive.errors import ArchiveError
from archive.text.addresses import OWNED

# Unless this is set, Material prints a banner about its end of life when its theme is loaded.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

INSTALL_ENGINES = ".venv/bin/pip install --constraint constraints.txt --editable '.[engines]'"
# MkDocs reads a link in raw HTML as relative to the page. Zensical reads it as relative to the
# Markdown file, and rewrites it: so its attribute has another name while Zensical runs.
_AS_WRITTEN = "data-as-written-"
_RAW_LINK = re.compile(r"(<[a-z]+\s[^<>]*?)\b(href|src)=", re.IGNORECASE)
_KEPT = re.compile(rf"{_AS_WRITTEN}(href|src)=", re.IGNORECASE)
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def run_mkdocs(config: MkDocsConfig, without: Set[str] = frozenset()) -> None:
    """Build the pages of `config.docs_dir` into the empty `config.site_dir` with MkDocs.

    `without` has the pages to leave out, by their paths in docs/. Of many pages, several processes
    build a share each. Links to anchors are then checked only between the pages that people wrote,
    and between the pages of a share. Raises what MkDocs raises when it gives up.
    """
    pages = sorted(
        path.relative_to(config.docs_dir).as_posix() for path in Path(config.docs_dir).rglob("*.md")
    )
    wanted = [page for page in pages if page not in without]
    if len(wanted) == len(pages) < parallel.MANY:
        mkdocs_build(config)
        return
    processes = parallel.cores() if len(wanted) >= parallel.MANY else 1
    by_hand = [page for page in wanted if page.partition("/")[0] not in OWNED]
    made = [page for page in wanted if page.partition("/")[0] in OWNED]
    shares = [{*made[place::processes], *(() if place else by_hand)} for place in range(processes)]
    if processes == 1:
        _build_some(config, set(pages) - shares[0])
        return
    options = {name: config[name] for name in ("docs_dir", "site_dir", "site_url", "strict")}
    work = partial(_build_share, config.config_file_path, options)
    for _ in parallel.map(work, [set(pages) - share for share in shares], fewest=2):
        pass


def _build_share(file: str, options: dict[str, Any], without: Set[str]) -> None:
    """Build some pages in a process that has nothing of the configuration but its file."""
    with shown_warnings(Path(file)):
        _build_some(load_config(file, hooks=[], **options), without)


def _build_some(config: MkDocsConfig, without: Set[str]) -> None:
    """Use MkDocs' dirty build, but choose the pages here: it would go by the times of files."""
    config.plugins["archive-share"] = _Share(without)
    log = logging.getLogger("mkdocs.commands.build")
    log.addFilter(_is_no_warning_of_dirt)
    try:
        mkdocs_build(config, dirty=True)
    finally:
        log.removeFilter(_is_no_warning_of_dirt)


def _is_no_warning_of_dirt(record: logging.LogRecord) -> bool:
    return "'dirty' build" not in record.getMessage()


class _Share(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """Tells MkDocs which pages to leave out."""

    def __init__(self, without: Set[str]) -> None:
        self._without = without

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:  # noqa: ARG002 (MkDocs')
        for file in files.documentation_pages():
            if file.src_uri in self._without:
                setattr(file, "is_modified", lambda: False)  # noqa: B010 (a method of MkDocs')
        return files


def run_zensical(config: MkDocsConfig) -> None:
    """Build all pages with Zensical, in a process of its own.

    Zensical reads and writes only below the folder of mkdocs.yml, so it works on a copy of the
    pages. Raises ArchiveError when it is not installed or gives up.
    """
    refuse_missing("zensical")
    with tempfile.TemporaryDirectory(prefix="briefs-") as folder:
        project = Path(folder)
        docs, site = project / "docs", project / "site"
        shutil.copytree(config.docs_dir, docs)
        for page in docs.rglob("*.md"):
            page.write_text(_for_zensical(page.read_text(encoding="utf-8")), encoding="utf-8")
        settings = yaml.safe_dump(_zensical_settings(config), allow_unicode=True, sort_keys=False)
        (project / "mkdocs.yml").write_text(settings, encoding="utf-8")
        _call_zensical(project, config)
        for page in site.rglob("*.html"):
            page.write_text(_as_mkdocs_writes(page.read_text(encoding="utf-8")), encoding="utf-8")
        (site / "search.json").unlink(missing_ok=True)
        shutil.rmtree(site / "assets" / "stylesheets" / "modern", ignore_errors=True)
        shutil.copytree(site, config.site_dir, dirs_exist_ok=True, copy_function=shutil.move)


def refuse_missing(engine: str) -> None:
    """Raise ArchiveError, which says what to install, when Zensical is chosen and missing."""
    if engine == "zensical" and find_spec("zensical") is None:
        remedy = f"In the archive's folder run: {INSTALL_ENGINES}"
        raise ArchiveError("briefs build", "--engine", "zensical is not installed", remedy)


def _zensical_settings(config: MkDocsConfig) -> dict[str, Any]:
    """Return the settings of mkdocs.yml for a copy of docs/, with Markdown as MkDocs reads it."""
    with Path(config.config_file_path).open("rb") as file:
        settings = yaml_load(file)
    # MkDocs reads fences with fenced_code, which is not among Zensical's defaults. Zensical appends
    # superfences, which reads some fences differently and colours them. Named first, superfences is
    # replaced by fenced_code.
    extensions = ["pymdownx.superfences", "fenced_code", *settings.get("markdown_extensions", [])]
    theme = {
        **settings["theme"],
        "custom_dir": str(
            Path(config.config_file_path).parent.resolve() / settings["theme"]["custom_dir"]
        ),
    }
    for key in ("hooks", "watch"):  # Zensical ignores them without a warning
        settings.pop(key, None)
    own = {
        "site_url": config.site_url,
        "docs_dir": "docs",
        "site_dir": "site",
        "theme": theme,
        "markdown_extensions": extensions,
    }
    return {**settings, **own}


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
        problem = f"Zensical gave up: {last_line or f'exit code {result.returncode}'}"
        raise ArchiveError(config.config_file_path, "build", problem, "See its messages above.")


def _as_mkdocs_writes(page: str) -> str:
    """Return a page of Zensical with links in raw HTML, and slashes, as MkDocs writes them.

    MiniJinja escapes slashes in addresses. Browsers read both forms alike; other programs may not.
    """
    return _KEPT.sub(r"\1=", page).replace("&#x2f;", "/")


ENGINES: dict[str, Callable[[MkDocsConfig], None]] = {
    "mkdocs": run_mkdocs,
    "zensical": run_zensical,
}


@contextmanager
def shown_warnings(file: Path) -> Iterator[None]:
    """Print MkDocs' warnings meanwhile; raise ArchiveError about `file` when MkDocs gives up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.getLogger("mkdocs").addHandler(handler)
    try:
        yield
    except (SystemExit, MkDocsException) as error:
        raise ArchiveError(
            file, "build", f"MkDocs gave up: {error}", "See its messages above."
        ) from None
    finally:
        logging.getLogger("mkdocs").removeHandler(handler)
