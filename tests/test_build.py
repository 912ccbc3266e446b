"""archive.build: a killed build does no harm, and several processes build one site."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import parallel
from archive.build import build
from archive.errors import ArchiveError
from command_killer import Killer
from repository import tree


@pytest.fixture
def killer() -> Iterator[Killer]:
    program = Killer()
    yield program
    program.close()


def test_a_build_that_is_killed_leaves_the_old_site_or_whole_new_files(
    archive: Path, killer: Killer, tmp_path: Path
) -> None:
    """Processes are forked when all modules are loaded, so each is killed at work."""
    assert killer.run(archive, "build") == 0
    site = archive / "site"
    old = tree(site)
    config = archive / "mkdocs.yml"  # every page has the site's name
    config.write_text(
        config.read_text(encoding="utf-8").replace("site_name: Korea", "site_name: Of Korea"),
        encoding="utf-8",
    )
    begun = time.monotonic()
    assert killer.run(archive, "build", "--site-dir", str(tmp_path / "new")) == 0
    whole = time.monotonic() - begun
    new = tree(tmp_path / "new")
    assert new != old
    for share in (0.2, 0.4, 0.6, 0.8, 0.9, 0.97):
        assert killer.run(archive, "build", after=whole * share) in (0, None)
        for name, content in tree(site).items():
            assert content in (old.get(name), new.get(name)), name
    assert killer.run(archive, "build") == 0
    assert tree(site) == new
    assert not list(archive.glob(".site*"))


def test_several_processes_build_the_same_site_as_one(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(archive, "2026-11-22", archive / "alone")
    monkeypatch.setattr(parallel, "MANY", 1)
    build(archive, "2026-11-22", archive / "together")
    assert tree(archive / "together") == tree(archive / "alone")


def test_an_error_in_one_process_ends_the_build(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "MANY", 1)
    page = archive / "docs" / "about.md"
    page.write_text(
        page.read_text(encoding="utf-8") + "\nSee [this](no-such-page.md).\n", encoding="utf-8"
    )
    with pytest.raises(ArchiveError, match="MkDocs gave up: Aborted with 1 warnings"):
        build(archive, "2026-11-22")
    assert not (archive / "site").exists()
    assert not list(archive.glob(".site.index"))
