"""The rivals of `make bench`, on the Markdown that `briefs convert` wrote: how their folders are made, and what builds them."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
MATERIAL = (
    "site_name: Stock\nsite_url: https://briefs.example/\ntheme: {name: material}\nplugins: [%s]\n"
    "nav: [index.md]\nmarkdown_extensions: [attr_list, md_in_html, sane_lists, tables]\n"
)
MKDOCS, SEARCH, ZENSICAL, HUGO = (
    "MkDocs + Material",
    "MkDocs + Material with its search",
    "Zensical",
    "Hugo",
)
PAGEFIND = "Pagefind"
# Zensical takes minutes for more than these.
ZENSICAL_MOST = 1000


@dataclass(frozen=True)
class Rival:
    """A site generator in a folder of its own: the command that builds there, and where its site is then."""

    name: str
    folder: Path
    command: tuple[str, ...]
    site: Path
    with_pagefind: bool = False

    def reset(self) -> None:
        """Remove what an earlier build left."""
        for left in (self.site, self.folder / ".cache", self.folder / "resources"):
            shutil.rmtree(left, ignore_errors=True)


def missing() -> dict[str, str]:
    """The rivals that are not on this machine, each with what to do."""
    zensical = Path(sys.executable).with_name("zensical").exists()
    return {
        **({} if shutil.which("hugo") else {HUGO: "install Debian's package hugo"}),
        **({} if zensical else {ZENSICAL: "install it into .venv with pip"}),
    }


def rivals(archive: Path, to: Path, briefs: int) -> list[Rival]:
    """Copy the pages of an archive for each rival that is there, into the new folder `to`."""
    absent = missing()
    mkdocs = (sys.executable, "-m", "mkdocs", "build", "--quiet")
    zensical = (str(Path(sys.executable).with_name("zensical")), "build")
    found = [
        Rival(
            MKDOCS,
            material(archive, to / "plain", search=False),
            mkdocs,
            to / "plain" / "site",
            with_pagefind=True,
        ),
        Rival(
            SEARCH, material(archive, to / "search", search=True), mkdocs, to / "search" / "site"
        ),
    ]
    if HUGO not in absent:
        folder = hugo(archive, to / "hugo")
        found.append(
            Rival(HUGO, folder, ("hugo", "--quiet"), folder / "public", with_pagefind=True)
        )
    if ZENSICAL not in absent and briefs <= ZENSICAL_MOST:
        folder = material(archive, to / "zensical", search=True)
        found.append(Rival(ZENSICAL, folder, zensical, folder / "site"))
    return found


def pagefind(site: Path) -> tuple[str, ...]:
    """The command that puts Pagefind's index into a site."""
    return (sys.executable, "-m", "pagefind", "--site", str(site), "--silent")


def material(archive: Path, to: Path, *, search: bool) -> Path:
    """The archive's pages with Material as it comes out of the box, with its own search or none."""
    shutil.copytree(archive / "docs", to / "docs")
    (to / "mkdocs.yml").write_text(MATERIAL % ("search" if search else ""), encoding="utf-8")
    return to


def hugo(archive: Path, to: Path) -> Path:
    """The archive's pages for Hugo, which calls the page of a folder _index.md and wants the names of its lists as strings."""
    shutil.copytree(HERE / "hugo", to)
    docs = archive / "docs"
    for path in sorted(docs.rglob("*")):
        if path.suffix == ".md":
            page = to / "content" / path.relative_to(docs)
            page = page.with_name("_index.md") if page.name == "index.md" else page
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(_for_hugo(path.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.copytree(docs / "assets", to / "static" / "assets")
    return to


def _for_hugo(page: str) -> str:
    """A page whose front matter has its authors and its institute by their ids, and its date under another name."""
    head, rule, body = page.partition("\n---\n")
    authors = re.search(r"^authors:\n((?:[- ] .*\n)*)", head, re.MULTILINE)
    institute = re.search(r'^institute:\n  id: ("[^"]*")', head, re.MULTILINE)
    more = (
        f"\nby-author: [{', '.join(re.findall(r'^- id: (.*)', authors[1], re.MULTILINE))}]"
        if authors
        else ""
    )
    more += f"\nby-institute: [{institute[1]}]" if institute else ""
    # Hugo takes attributes for blocks only; those of links would be printed.
    body = re.sub(r"(?<=\))\{ \.[a-z-]+ \}", "", body)
    return re.sub(r"^date: ", "edtf: ", head, flags=re.MULTILINE) + more + rule + body
