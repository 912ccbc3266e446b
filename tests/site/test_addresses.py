"""archive.site.addresses: the maps of moved and withdrawn addresses. test_site_nginx runs nginx."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive.exports.page_head import CITATIONS, LIST_FILES, TEXTS
from archive.site.addresses import gone_map, redirects_map
from hostile_archive import REDIRECTS, WITHDRAWN

ADDRESS = re.compile(r"/[a-z0-9./-]+")


@pytest.mark.parametrize(
    ("base", "root"), [("https://briefs.example/", ""), ("https://other.example/a/b/", "/a/b")]
)
def test_a_page_is_redirected_with_and_without_its_slash_a_file_once(base: str, root: str) -> None:
    moves = {
        "/briefs/2022-asan-choy/": "/briefs/2022-asan-choi/",
        "/briefs/2022-asan-choy.bib": "/briefs/2022-asan-choi.bib",
    }
    assert redirects_map(moves, base).splitlines()[1:] == [
        f"{root}/briefs/2022-asan-choy/ {root}/briefs/2022-asan-choi/;",
        f"{root}/briefs/2022-asan-choy {root}/briefs/2022-asan-choi/;",
        f"{root}/briefs/2022-asan-choy.bib {root}/briefs/2022-asan-choi.bib;",
    ]
    assert gone_map(["2018-asan-gone"], base).splitlines()[1:] == [
        f"{root}/briefs/2018-asan-gone/ 1;",
        f"{root}/briefs/2018-asan-gone.md 1;",
        f"{root}/briefs/2018-asan-gone.txt 1;",
    ]


def test_an_archive_in_which_nothing_moved_has_maps_too(site: Path) -> None:
    """nginx does not start when a file to include is missing."""
    for name in ("redirects", "gone"):
        (line,) = (site / "nginx" / f"{name}.map").read_text(encoding="utf-8").splitlines()
        assert line.startswith("# ")


def test_the_maps_of_a_site_have_all_that_moved_and_no_address_twice(hostile_site: Path) -> None:
    moved, gone = (
        entries(hostile_site / "nginx" / f"{name}.map") for name in ("redirects", "gone")
    )
    assert {old: moved[old] for old in REDIRECTS} == REDIRECTS
    assert moved["/briefs/2022-asan-choy.md"] == "/briefs/2022-asan-choi.md"
    assert moved["/authors/choi-eun-mi/feed.xml"] == "/authors/choi-eunmi/feed.xml"
    # Four pages, each with and without its slash; the files beside three lists and one brief.
    assert len(moved) == 2 * len(REDIRECTS) + 3 * len(LIST_FILES) + len(CITATIONS) + len(TEXTS)
    assert not moved.keys() & moved.values()
    assert set(gone) == {
        f"/briefs/{WITHDRAWN}/",
        f"/briefs/{WITHDRAWN}.md",
        f"/briefs/{WITHDRAWN}.txt",
    }
    for address in (*moved.values(), *gone):
        file = hostile_site / address[1:]
        assert (file / "index.html" if address.endswith("/") else file).is_file(), address


def entries(file: Path) -> dict[str, str]:
    """Return a map as a dict; fail on a line that is not a plain address with its value."""
    values: dict[str, str] = {}
    about, *lines = file.read_text(encoding="utf-8").splitlines()
    assert about.startswith("# ")
    for line in lines:
        key, value = line.removesuffix(";").split(" ")
        assert line.endswith(";")
        assert ADDRESS.fullmatch(key)
        assert key not in values
        values[key] = value
    return values
