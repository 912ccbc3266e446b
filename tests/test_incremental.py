"""archive.incremental: the pages kept from one build for the next are those that would be the same, and no others."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive import incremental
from archive.build import build
from archive.errors import ArchiveError
from archive.kept import FOLDER
from conftest import copy_archive

DAY = "2026-11-22"
MARK = "<!-- kept -->"
BRIEF, EXTRA = "briefs/2022-asan-choi/index.html", "guide/extra/index.html"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive with a page more, built; each page that is kept is marked: one with the mark has not been built again."""
    root = copy_archive(tmp_path_factory.mktemp("incremental") / "archive")
    (root / "docs" / "guide" / "extra.md").write_text("# One more\n\nSee [the guide](index.md).\n", encoding="utf-8")
    build(root, DAY, incremental=True)
    for page in (root / FOLDER / "pages").iterdir():
        content = page.read_text(encoding="utf-8")
        page.unlink()  # the site may have the very same file
        page.write_text(content.replace("</article>", f"{MARK}</article>"), encoding="utf-8")
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """A copy of that, which a test may change."""
    return Path(shutil.copytree(built, tmp_path / "archive"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def pages(site: Path) -> dict[str, str]:
    return {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")}


def built_again(root: Path) -> set[str]:
    """Build both ways; the pages that the incremental build did not take from what was kept. Both sites must be the same."""
    build(root, DAY, incremental=True)
    site = pages(root / "site")
    build(root, DAY, root / "clean")
    assert {path: page.replace(MARK, "") for path, page in site.items()} == pages(root / "clean")
    return {path for path, page in site.items() if MARK not in page} - {"404.html"}


def touch(root: Path) -> None:
    """Times play no part: neither those of the sources nor those of what is kept."""
    for number, path in enumerate(root.rglob("*")):
        os.utime(path, (number * 1e6, number * 1e6))


def say_who_checked(root: Path) -> None:
    change(root / "briefs" / "2022-asan-choi.yml", "checked_by: null", 'checked_by: "A. Reader"')


def write_more(root: Path) -> None:
    change(root / "docs" / "guide" / "extra.md", "See", "Do see")


@pytest.mark.parametrize(
    ("edit", "again"), [(lambda _: None, set()), (touch, set()), (say_who_checked, {BRIEF}), (write_more, {EXTRA})]
)
def test_only_what_changed_is_built(edit: Callable[[Path], None], again: set[str], root: Path) -> None:
    edit(root)
    assert built_again(root) == again


def new_template(root: Path) -> None:
    change(root / "overrides" / "partials" / "logo.html", "<svg", "<svg data-new")


def new_setting(root: Path) -> None:
    change(root / "mkdocs.yml", "site_description: Think", "site_description: Of think")


def new_page(root: Path) -> None:
    (root / "docs" / "guide" / "new.md").write_text("# New\n", encoding="utf-8")


@pytest.mark.parametrize("edit", [new_template, new_setting, new_page])
def test_a_change_that_may_concern_every_page_builds_all(edit: Callable[[Path], None], root: Path) -> None:
    edit(root)
    assert built_again(root) == set(pages(root / "clean")) - {"404.html"}


@pytest.mark.parametrize("name", ["distributions", "code"])
def test_so_does_another_version_of_any_package_or_of_ours(name: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = {"distributions": lambda: [SimpleNamespace(name="mkdocs-material", version="99")], "code": lambda: "other"}
    monkeypatch.setattr(incremental, name, others[name])
    assert built_again(root) == set(pages(root / "clean")) - {"404.html"}


def test_so_does_another_address_of_the_site(root: Path) -> None:
    build(root, DAY, site_url="https://other.example/", incremental=True)
    assert all(MARK not in page for page in pages(root / "site").values())


def test_a_page_that_is_gone_goes(root: Path) -> None:
    assert (root / "site" / EXTRA).is_file()
    (root / "docs" / "guide" / "extra.md").unlink()
    addresses = root / "briefs" / "ledger" / "addresses.tsv"
    lines = addresses.read_text(encoding="utf-8").splitlines(keepends=True)
    addresses.write_text("".join(line for line in lines if "/guide/extra/" not in line), encoding="utf-8")
    kept = len(list((root / FOLDER / "pages").iterdir()))
    built_again(root)
    assert not (root / "site" / EXTRA).exists()
    assert len(list((root / FOLDER / "pages").iterdir())) == kept - 1


def test_a_public_build_takes_no_words_from_the_desks_own(root: Path) -> None:
    build(root, DAY, incremental=True, for_public=True)
    assert "Japan-ROK relations" not in (root / "site" / "briefs" / "2021-yeosijae-okonogi" / "index.html").read_text("utf-8")
    build(root, DAY, root / "clean", for_public=True)
    assert {path: page.replace(MARK, "") for path, page in pages(root / "site").items()} == pages(root / "clean")


def test_a_build_that_fails_keeps_no_page(root: Path) -> None:
    before = {page.name for page in (root / FOLDER / "pages").iterdir()}
    change(root / "docs" / "guide" / "extra.md", "(index.md)", "(no-such-page.md)")
    with pytest.raises(ArchiveError, match="MkDocs gave up"):
        build(root, DAY, incremental=True)
    assert {page.name for page in (root / FOLDER / "pages").iterdir()} == before
    change(root / "docs" / "guide" / "extra.md", "(no-such-page.md)", "(index.md)")
    assert built_again(root) == set()


def test_another_engine_cannot(root: Path) -> None:
    with pytest.raises(ArchiveError, match="--incremental: zensical cannot build a part of the pages"):
        build(root, DAY, engine="zensical", incremental=True)
