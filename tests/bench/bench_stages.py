"""The stages that `make bench` measures and that no command runs alone, each in a process of its own.

`python bench_stages.py STAGE ARGUMENT…` prints one JSON object; "seconds" is the time of the stage without what it needs to begin.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from archive.convert import plan
from archive.site.engines import ENGINES
from archive.site.finish import finish as complete
from archive.site.search import write_index
from archive.site.settings import SiteSettings
from large_archive import Invention, ids, make_archive

ROOT = Path(__file__).resolve().parents[2]
# The same briefs are weighed in every archive: one of each layout.
WEIGHED = range(5)


def make(to: str, briefs: str, more: str) -> dict[str, Any]:
    """Make an archive, and beside it in new/ the texts of `more` further briefs, each with what a curator would say of it."""
    archive = make_archive(ROOT, Path(to, "archive"), int(briefs))
    invented = Invention(ROOT)
    folder = Path(to, "new")
    folder.mkdir()
    for place in range(int(more)):
        brief = invented.brief(int(briefs) + place)
        (folder / f"{place}.txt").write_text(brief.text, encoding="utf-8")
        said = {
            "title": brief.imprint.title,
            "institute": brief.imprint.body.id,
            "date": brief.imprint.date,
        }
        options = [f"--set={name}={value}" for name, value in said.items() if value]
        (folder / f"{place}.json").write_text(json.dumps([*options, "--anyway"]), encoding="utf-8")
    return {"ids": ids(archive, WEIGHED)}


def build(root: str, site: str) -> dict[str, Any]:
    """Only the engine: HTML of the pages in docs/."""
    config = _config(root, site)
    started = time.perf_counter()
    ENGINES["mkdocs"](config)
    return {"seconds": time.perf_counter() - started}


def index(root: str, site: str) -> dict[str, Any]:
    """Only the search index of a site that is built."""
    library = plan(Path(root)).library
    started = time.perf_counter()
    write_index(library, Path(site))
    return {"seconds": time.perf_counter() - started}


def finish(root: str, site: str) -> dict[str, Any]:
    """All that completes a site but its search index."""
    made = SiteSettings.of(_config(root, site))
    library = plan(Path(root)).library
    with patch("archive.site.finish.write_index"):
        started = time.perf_counter()
        complete(library, made)
        return {"seconds": time.perf_counter() - started}


def _config(root: str, site: str) -> MkDocsConfig:
    return load_config(str(Path(root, "mkdocs.yml")), site_dir=site, hooks=[])


STAGES: dict[str, Callable[..., dict[str, Any]]] = {
    "make": make,
    "build": build,
    "index": index,
    "finish": finish,
}

if __name__ == "__main__":
    print(json.dumps(STAGES[sys.argv[1]](*sys.argv[2:])))
