"""Prepare and build the site generators that `make bench` compares with the archive.

Each rival gets a folder of its own with the Markdown that `briefs convert` wrote.
"""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

BENCH_FOLDER = Path(__file__).parent
MATERIAL_CONFIG = (
    "site_name: Stock\nsite_url: https://briefs.example/\ntheme: {name: material}\nplugins: [%s]\n"
    "nav: [index.md]\nmarkdown_extensions: [attr_list, md_in_html, sane_lists, tables]\n"
)
MKDOCS = "MkDocs + Material"
MATERIAL_SEARCH = "MkDocs + Material with its search"
ZENSICAL = "Zensical"
HUGO = "Hugo"
PAGEFIND = "Pagefind"
# Zensical takes minutes for a larger archive.
ZENSICAL_MAX_BRIEFS = 1000


@dataclass(frozen=True)
class Rival:
    """A site generator: its folder, the command that builds there, and the site it makes."""

    name: str
    folder: Path
    command: tuple[str, ...]
    site: Path
    with_pagefind: bool = False

    def reset(self) -> None:
        """Remove the output and caches of earlier builds."""
        for path in (self.site, self.folder / ".cache", self.folder / "resources"):
            shutil.rmtree(path, ignore_errors=True)


def missing_rivals() -> dict[str, str]:
    """Return the rivals that are not installed, each with how to install it."""
    has_zensical = Path(sys.executable).with_name("zensical").exists()
    return {
        **({} if shutil.which("hugo") else {HUGO: "install Debian's package hugo"}),
        **({} if has_zensical else {ZENSICAL: "install it into .venv with pip"}),
    }


def prepare_rivals(archive: Path, to: Path, briefs: int) -> list[Rival]:
    """Copy an archive's pages into the new folder `to`, once for each rival that is installed."""
    missing = missing_rivals()
    mkdocs = (sys.executable, "-m", "mkdocs", "build", "--quiet")
    zensical = (str(Path(sys.executable).with_name("zensical")), "build")
    folder = prepare_material(archive, to / "plain", search=False)
    rivals = [Rival(MKDOCS, folder, mkdocs, folder / "site", with_pagefind=True)]
    folder = prepare_material(archive, to / "search", search=True)
    rivals.append(Rival(MATERIAL_SEARCH, folder, mkdocs, folder / "site"))
    if HUGO not in missing:
        folder = prepare_hugo(archive, to / "hugo")
        command = ("hugo", "--quiet")
        rivals.append(Rival(HUGO, folder, command, folder / "public", with_pagefind=True))
    if ZENSICAL not in missing and briefs <= ZENSICAL_MAX_BRIEFS:
        folder = prepare_material(archive, to / "zensical", search=True)
        rivals.append(Rival(ZENSICAL, folder, zensical, folder / "site"))
    return rivals


def pagefind_command(site: Path) -> tuple[str, ...]:
    """Return the command that adds Pagefind's index to a site."""
    return (sys.executable, "-m", "pagefind", "--site", str(site), "--silent")


def prepare_material(archive: Path, to: Path, *, search: bool) -> Path:
    """Copy the pages for Material with its default settings, with or without its search."""
    shutil.copytree(archive / "docs", to / "docs")
    config = MATERIAL_CONFIG % ("search" if search else "")
    (to / "mkdocs.yml").write_text(config, encoding="utf-8")
    return to


def prepare_hugo(archive: Path, to: Path) -> Path:
    """Copy the pages for Hugo, where the page of a folder is called _index.md."""
    shutil.copytree(BENCH_FOLDER / "hugo", to)
    docs = archive / "docs"
    for path in sorted(docs.rglob("*")):
        if path.suffix == ".md":
            page = to / "content" / path.relative_to(docs)
            page = page.with_name("_index.md") if page.name == "index.md" else page
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(_adapt_to_hugo(path.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.copytree(docs / "assets", to / "static" / "assets")
    return to


def _adapt_to_hugo(page: str) -> str:
    """Rewrite a page's front matter for Hugo's lists, and remove the attributes of links.

    Hugo builds its lists of authors and institutes from strings, so these get their ids.
    The date is renamed, because Hugo cannot parse EDTF.
    """
    header, rule, body = page.partition("\n---\n")
    authors = re.search(r"^authors:\n((?:[- ] .*\n)*)", header, re.MULTILINE)
    institute = re.search(r'^institute:\n  id: ("[^"]*")', header, re.MULTILINE)
    taxonomies = ""
    if authors:
        author_ids = re.findall(r"^- id: (.*)", authors[1], re.MULTILINE)
        taxonomies += f"\nby-author: [{', '.join(author_ids)}]"
    if institute:
        taxonomies += f"\nby-institute: [{institute[1]}]"
    # Hugo knows attributes of blocks only and would print those of links.
    body = re.sub(r"(?<=\))\{ \.[a-z-]+ \}", "", body)
    return re.sub(r"^date: ", "edtf: ", header, flags=re.MULTILINE) + taxonomies + rule + body
