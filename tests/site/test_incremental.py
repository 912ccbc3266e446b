"""archive.site.incremental: the pages kept from one build for the next are those that would be
the same, and no others.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mkdocs.config import load_config

from archive.build import build
from archive.cache import FOLDER
from archive.convert import convert
from archive.errors import ArchiveError
from archive.records.library import load_library
from archive.site import engines, incremental
from archive.site import finish as finishing
from archive.store import Archive
from repository import copy_archive, tree

DAY = "2026-11-22"
EXTRA = "guide/extra/index.html"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive with a page more, built."""
    root = copy_archive(tmp_path_factory.mktemp("incremental") / "archive")
    (root / "docs" / "guide" / "extra.md").write_text(
        "# One more\n\nSee [the guide](index.md).\n", encoding="utf-8"
    )
    build(root, DAY, incremental=True)
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """A copy of that, which a test may change."""
    return Path(shutil.copytree(built, tmp_path / "archive"))


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What MkDocs, and then `finish`, are asked to do again."""
    done: list[str] = []
    run, text = engines.run_mkdocs, finishing._text

    def noted_run(config: Any, without: Any) -> None:
        docs = Path(config.docs_dir)
        done.extend(
            sorted({path.relative_to(docs).as_posix() for path in docs.rglob("*.md")} - without)
        )
        run(config, without)

    def noted_text(one: Any, citation: Any) -> str:
        done.append(f"{one.id}.txt")
        return text(one, citation)

    monkeypatch.setattr(incremental, "run_mkdocs", noted_run)
    monkeypatch.setattr(finishing, "_text", noted_text)
    return done


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def build_both_ways(root: Path, again: list[str], **options: Any) -> None:
    """Build on what there is; then from nothing. Both sites must be the same."""
    build(root, DAY, incremental=True, **options)
    done = list(again)
    build(root, DAY, root / "clean", **options)
    assert tree(root / "site") == tree(root / "clean")
    again[:] = done


def touch(root: Path) -> None:
    """Times play no part: neither those of the sources nor those of what is kept."""
    for number, path in enumerate(root.rglob("*")):
        os.utime(path, (number * 1e6, number * 1e6))


def say_who_checked(root: Path) -> None:
    change(root / "briefs" / "2022-asan-choi.yml", "checked_by: null", 'checked_by: "A. Reader"')


def write_more(root: Path) -> None:
    change(root / "docs" / "guide" / "extra.md", "See", "Do see")


@pytest.mark.parametrize(
    ("edit", "built_again"),
    [
        pytest.param(lambda _: None, [], marks=pytest.mark.slow),
        pytest.param(touch, [], marks=pytest.mark.slow),
        (say_who_checked, ["briefs/2022-asan-choi.md", "2022-asan-choi.txt"]),
        pytest.param(write_more, ["guide/extra.md"], marks=pytest.mark.slow),
    ],
)
def test_only_what_changed_is_built(
    edit: Callable[[Path], None], built_again: list[str], root: Path, again: list[str]
) -> None:
    edit(root)
    build_both_ways(root, again)
    assert again == built_again


def new_template(root: Path) -> None:
    change(root / "overrides" / "partials" / "logo.html", "<svg", "<svg data-new")


def new_setting(root: Path) -> None:
    change(root / "mkdocs.yml", "site_description: Think", "site_description: Of think")


def new_page(root: Path) -> None:
    (root / "docs" / "guide" / "new.md").write_text("# New\n", encoding="utf-8")


def all_pages(root: Path) -> list[str]:
    return sorted(
        path.relative_to(root / "docs").as_posix() for path in (root / "docs").rglob("*.md")
    )


def pages(again: list[str]) -> list[str]:
    return [name for name in again if name.endswith(".md")]


def keys(root: Path, **given: str) -> dict[str, str]:
    """The digest of each page, as the next build has it."""
    convert(Archive(root))
    return incremental._keys(load_config(str(root / "mkdocs.yml"), hooks=[], **given))


# What is changed, and whose digest is another then: builds that take what is kept by these are
# slow, but for three.
DIGESTS: dict[str, tuple[Callable[[Path], None], list[str] | None]] = {
    "nothing": (lambda _: None, []),
    "times": (touch, []),
    "a record": (say_who_checked, ["briefs/2022-asan-choi.md"]),
    "a page by hand": (write_more, ["guide/extra.md"]),
    "a template": (new_template, None),
    "a setting": (new_setting, None),
}


@pytest.mark.parametrize(("edit", "others"), DIGESTS.values(), ids=DIGESTS.keys())
def test_the_digest_of_a_page_is_another_when_what_it_is_made_of_is(
    edit: Callable[[Path], None], others: list[str] | None, root: Path
) -> None:
    before = keys(root)
    edit(root)
    after = keys(root)
    changed = sorted(page for page in after if after[page] != before[page])
    assert changed == (all_pages(root) if others is None else others)


def test_a_page_more_that_people_wrote_gives_every_page_another_digest(root: Path) -> None:
    before = keys(root)
    new_page(root)
    after = keys(root)
    assert sorted(page for page in after if after[page] != before.get(page)) == all_pages(root)


def test_so_does_another_version_of_our_code_or_another_address(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keys(root)
    moved = keys(root, site_url="https://other.example/")
    monkeypatch.setattr(incremental, "code_digest", lambda: "other")
    newer = keys(root)
    for page in all_pages(root):
        assert len({before[page], moved[page], newer[page]}) == 3, page


@pytest.mark.slow
@pytest.mark.parametrize("edit", [new_template, new_setting, new_page])
def test_a_change_that_may_concern_every_page_builds_all(
    edit: Callable[[Path], None], root: Path, again: list[str]
) -> None:
    edit(root)
    build_both_ways(root, again)
    assert pages(again) == all_pages(root)


@pytest.mark.slow
def test_so_does_another_version_of_our_code_or_of_any_package(
    root: Path, again: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incremental, "code_digest", lambda: "other")
    build_both_ways(root, again)
    assert pages(again) == all_pages(root)


@pytest.mark.slow
def test_so_does_another_address_of_the_site(root: Path, again: list[str]) -> None:
    build_both_ways(root, again, site_url="https://other.example/")
    assert pages(again) == all_pages(root)
    assert len(again) == len(all_pages(root)) + 5


def test_a_contact_concerns_no_page_of_mkdocs_but_all_briefs(root: Path, again: list[str]) -> None:
    change(root / "mkdocs.yml", "  contact:", "  contact: desk@briefs.example  #")
    build_both_ways(root, again)
    assert [name for name in again if name.endswith(".txt")] == [
        f"{brief.id}.txt" for brief in load_library(Archive(root)).briefs
    ]


def test_a_page_that_is_gone_goes(root: Path, again: list[str]) -> None:
    assert (root / "site" / EXTRA).is_file()
    (root / "docs" / "guide" / "extra.md").unlink()
    addresses = root / "briefs" / "ledger" / "addresses.tsv"
    lines = addresses.read_text(encoding="utf-8").splitlines(keepends=True)
    addresses.write_text(
        "".join(line for line in lines if "/guide/extra/" not in line), encoding="utf-8"
    )
    kept = len(list((root / FOLDER / "pages").iterdir()))
    build_both_ways(root, again)
    assert not (root / "site" / EXTRA).exists()
    assert len(list((root / FOLDER / "pages").iterdir())) == kept - 1


def test_a_public_build_takes_no_words_from_the_desks_own(root: Path, again: list[str]) -> None:
    words = load_library(Archive(root)).find("2021-yeosijae-okonogi").reading.shown[-3].text
    build_both_ways(root, again, for_public=True)
    assert words not in (
        root / "site" / "briefs" / "2021-yeosijae-okonogi" / "index.html"
    ).read_text(encoding="utf-8")
    assert words not in (root / "site" / "briefs" / "2021-yeosijae-okonogi.txt").read_text(
        encoding="utf-8"
    )


def test_what_somebody_wrote_into_the_site_is_not_taken_for_what_was_kept(
    root: Path, again: list[str]
) -> None:
    build(root, DAY, root / "linked", incremental=True)
    again.clear()
    for name in ("briefs/2022-asan-choi.txt", "briefs/2022-ifes-cho/index.html"):
        file = root / "linked" / name
        assert file.stat().st_nlink == 2  # what is kept is the very same file
        with file.open("a", encoding="utf-8") as lines:
            lines.write("More.")
    build(root, DAY, root / "linked", incremental=True)
    assert sorted(again) == ["2022-asan-choi.txt", "2022-ifes-cho.txt"]
    assert tree(root / "linked") == tree(root / "site")


def test_a_build_that_fails_keeps_no_page(root: Path, again: list[str]) -> None:
    before = {page.name for page in (root / FOLDER / "pages").iterdir()}
    change(root / "docs" / "guide" / "extra.md", "(index.md)", "(no-such-page.md)")
    with pytest.raises(ArchiveError, match="MkDocs gave up"):
        build(root, DAY, incremental=True)
    assert {page.name for page in (root / FOLDER / "pages").iterdir()} == before
    change(root / "docs" / "guide" / "extra.md", "(no-such-page.md)", "(index.md)")
    again.clear()
    build_both_ways(root, again)
    assert again == []


def test_another_engine_cannot(root: Path) -> None:
    with pytest.raises(
        ArchiveError, match="--incremental: zensical cannot build a part of the pages"
    ):
        build(root, DAY, engine="zensical", incremental=True)
