"""The repository's folder, its test cases, and copies of its archive."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import yaml

from archive.cache import FOLDER, Cache
from archive.pages import Edition, all_pages
from archive.records.library import Library

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"


def cases(name: str) -> Any:
    """Return the content of tests/cases/<name>.yml."""
    return yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))


def made_pages(library: Library) -> dict[str, str]:
    """Return the Markdown pages of a library by their paths in docs/, all made now."""
    with Cache(Path("/no/archive")) as cache:
        return dict(all_pages(Edition.of(library), cache))


def tree(root: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder, by its path; equal if nothing changed.

    The cache does not count: a command may keep there what it found out before it failed.
    """
    files = sorted(
        path for path in root.rglob("*") if path.is_file() and root / FOLDER not in path.parents
    )
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def copy_archive(to: Path) -> Path:
    """Copy what a build needs. The package is left out because it is installed."""
    for name in ("briefs", "docs", "overrides"):
        shutil.copytree(ROOT / name, to / name)
    shutil.copy(ROOT / "mkdocs.yml", to)
    (to / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "mkdocs_hooks.py", to / "scripts")
    return to
