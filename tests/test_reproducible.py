"""Equal archives give equal sites, byte for byte, on any machine and after any earlier build."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path

import pytest

from large_archive import make_archive
from repository import ROOT
from site_pages import build, run

TEXT = (
    "A fresh look at GSOMIA\n\nBy Hana Park\n\n"
    "The agreement on military information, GSOMIA, was signed in 2016, "
    "and nobody in Tokyo or Seoul has ended it since.\n\n"
    "What the two governments made of it is another matter, "
    "and export controls are a part of that.\n"
)
HERE = {
    "TZ": "Asia/Tokyo",
    "LC_ALL": "C.UTF-8",
    "PYTHONHASHSEED": "1",
    "SOURCE_DATE_EPOCH": "1795305600",
}
THERE = {
    "TZ": "America/St_Johns",
    "LC_ALL": "C",
    "LANG": "tr_TR",
    "PYTHONHASHSEED": "2",
    "SOURCE_DATE_EPOCH": "1795305600",
}


@pytest.fixture(params=[40, pytest.param(205, marks=pytest.mark.slow)], ids="{} briefs".format)
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An archive after a build, which the test may change.

    That of 205 briefs has split lists, and several processes build it. Whether several build the
    same site as one, tests/test_build.py shows in little.
    """
    if request.param == 205:
        return Path(shutil.copytree(request.getfixturevalue("large_205"), tmp_path / "here"))
    root = make_archive(ROOT, tmp_path / "here", request.param)
    build(root)
    return root


def compare(first: Path, second: Path, *, least: int) -> list[str]:
    """Return the files that only one of two folders has, or that differ in a byte.

    At least so many are equal.
    """
    files = [
        {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        for folder in (first, second)
    ]
    same, different, odd = filecmp.cmpfiles(first, second, files[0] & files[1], shallow=False)
    assert len(same) > least
    return sorted([*(files[0] ^ files[1]), *different, *odd])


def briefs(root: Path, *command: str) -> None:
    result = run(root, "archive", "--root", str(root), *command, **HERE)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_build_on_an_older_one_equals_one_from_nothing_elsewhere(
    older: Path, tmp_path: Path
) -> None:
    here, there = older, tmp_path / "another folder, of a longer name" / "그곳"
    text = tmp_path / "text.txt"
    text.write_text(TEXT, encoding="utf-8")
    fields = ("author=Park, Hana", "institute=inst3", "date=2014-05-06")
    briefs(here, "add", str(text), *(word for field in fields for word in ("--set", field)))
    withdrawn = min((here / "briefs").glob("2014-*.yml")).stem
    briefs(here, "withdraw", withdrawn, "--reason", "It was taken back.", "--date", "2026-11-22")
    there.mkdir(parents=True)
    for name in ("briefs", "docs", "overrides", "scripts"):
        shutil.copytree(here / name, there / name)
    shutil.copy(here / "mkdocs.yml", there)
    shutil.rmtree(there / "docs" / "briefs")
    build(here, **HERE)
    build(there, **THERE)
    count = len(list((here / "briefs").glob("*.yml")))
    least = 300 if count > 200 else 150
    assert compare(here / "docs", there / "docs", least=least) == []
    assert compare(here / "site", there / "site", least=300) == []
    built = [path for path in (here / "site").rglob("*") if path.is_file()]
    assert len(built) > 5 * count
    assert (
        (here / "site" / "briefs" / f"{withdrawn}.txt")
        .read_text(encoding="utf-8")
        .startswith("Withdrawn 2026-11-22")
    )
    assert (here / "site" / "briefs" / "2014-inst3-park" / "index.html").is_file()
