"""In one build each source is read once, and each citation and each list is made once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from repository import copy_archive

# Builds an archive, and prints how often each source was opened, and each citation and the lists
# were made.
PROGRAM = """
import collections, json, sys
from pathlib import Path
from archive import build, pages

root, done = Path(sys.argv[1]), collections.Counter()

def count_opened(event, arguments):
    name = str(arguments[0]) if event == "open" else ""
    if name.startswith(f"{root}/briefs/") and name.endswith((".txt", ".yml", ".md")):
        done[name.removeprefix(f"{root}/briefs/")] += 1

def counted(function, name):
    def call(*arguments):
        done[name(*arguments)] += 1
        return function(*arguments)
    return call

sys.addaudithook(count_opened)
pages.cite = counted(pages.cite, lambda library, entry: f"citation of {entry.id}")
pages.all_lists = counted(pages.all_lists, lambda library: "lists")
build.build(root, "2026-11-22", for_public="public" in sys.argv)
print(json.dumps(done))
"""


def count(root: Path, *options: str) -> dict[str, int]:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(root), *options],
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    counts: dict[str, int] = json.loads(result.stdout)
    return counts


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_archive(tmp_path_factory.mktemp("once") / "archive")


@pytest.mark.parametrize("build", ["the first", "the next"])
def test_each_thing_is_done_once(build: str, root: Path) -> None:
    sources = [
        path.relative_to(root / "briefs").as_posix()
        for path in (root / "briefs").rglob("*")
        if path.suffix in (".txt", ".yml", ".md") and path.name != "README.md"
    ]
    citations = [f"citation of {path.stem}" for path in (root / "briefs").glob("*.txt")]
    assert len(sources) > 10
    assert count(root) == dict.fromkeys([*sources, *citations, "lists"], 1), build


def test_a_public_build_makes_the_lists_and_what_is_withheld_once_more(root: Path) -> None:
    counts = count(root, "public")
    assert {name: number for name, number in counts.items() if number != 1} == {
        "lists": 2,
        "citation of 2021-yeosijae-okonogi": 2,
    }
