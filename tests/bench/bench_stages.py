"""Run one stage of `make bench` that no command of the archive runs alone.

`python bench_stages.py STAGE ARGUMENT…` prints one JSON object. Its "seconds" are the time of the
stage without what has to be loaded first.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.config import load_config

from archive.build import make_pages
from archive.cache import Cache
from archive.convert import convert
from archive.site.finish import Finisher
from archive.site.search import write_index
from archive.site.settings import SiteSettings
from archive.store import Archive
from large_archive import Inventor, ids, make_archive

# A folder without a cache: a stage is measured as if nothing had been done before.
NO_CACHE = Path("/no/archive")
ROOT = Path(__file__).resolve().parents[2]
# The numbers of the briefs that are weighed: one of each layout, the same five at every size.
WEIGHED = range(5)


def make(to: str, briefs: str, more: str) -> dict[str, Any]:
    """Make an archive in `to`, and in new/ the texts of `more` further briefs.

    Beside each text stands a JSON list of the options with which `briefs add` takes it.
    """
    archive = make_archive(ROOT, Path(to, "archive"), int(briefs))
    inventor = Inventor(ROOT)
    folder = Path(to, "new")
    folder.mkdir()
    for number in range(int(more)):
        brief = inventor.invent_brief(int(briefs) + number)
        (folder / f"{number}.txt").write_text(brief.text, encoding="utf-8")
        fields = {
            "title": brief.details.title,
            "institute": brief.details.institute.id,
            "date": brief.details.date,
        }
        options = [f"--set={name}={value}" for name, value in fields.items() if value]
        content = json.dumps([*options, "--anyway"])
        (folder / f"{number}.json").write_text(content, encoding="utf-8")
    return {"ids": ids(archive, WEIGHED)}


def build(root: str, site: str) -> dict[str, Any]:
    """Time the pages: Markdown to complete HTML, and the exports of briefs."""
    return {"seconds": _make_pages(root, site)[1]}


def index(root: str, site: str) -> dict[str, Any]:
    """Time the search index of a site that is already built."""
    library = convert(Archive(Path(root))).edition.library
    with Cache(NO_CACHE) as cache:
        started = time.perf_counter()
        write_index(library, Path(site), cache)
        return {"seconds": time.perf_counter() - started}


def finish(root: str, site: str) -> dict[str, Any]:
    """Time everything that finishes a site except its pages and its search index."""
    finisher, _ = _make_pages(root, site)
    started = time.perf_counter()
    finisher.finish()
    return {"seconds": time.perf_counter() - started}


def _make_pages(root: str, site: str) -> tuple[Finisher, float]:
    """Convert, make all pages as if none were cached, and return how many seconds they took."""
    config = load_config(str(Path(root, "mkdocs.yml")), site_dir=site, hooks=[])
    edition = convert(Archive(Path(root))).edition
    finisher = Finisher(edition, SiteSettings.of(config))
    with Cache(NO_CACHE) as cache:
        started = time.perf_counter()
        make_pages(config, "mkdocs", finisher, cache)
        return finisher, time.perf_counter() - started


STAGES: dict[str, Callable[..., dict[str, Any]]] = {
    "make": make,
    "build": build,
    "index": index,
    "finish": finish,
}

if __name__ == "__main__":
    print(json.dumps(STAGES[sys.argv[1]](*sys.argv[2:])))
