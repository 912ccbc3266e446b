"""archive.site.search: what Pagefind indexes, and the table. test_site_search tries the search."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.cache import Cache
from archive.errors import ArchiveError
from archive.records.library import Library, load_library
from archive.site.search import EVERY, compounds, indexed, searchable_fields, separate, write_index
from archive.store import Archive
from pagefind_words import original, words
from repository import ROOT, cases, tree
from small_archive import make_small


@pytest.mark.parametrize("case", cases("search"), ids=lambda case: case["name"])
def test_separate(case: dict[str, Any]) -> None:
    assert words(separate(case["text"])) == case["words"]
    assert compounds(case["text"]) == sorted(case.get("compounds", []))


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]))
    | st.text("ab A.,-–“’`&❍한カ 1\u0301Ａ１ｶﾞﬁ\u200b\u00ad\u1112\u1161")
)
def test_nothing_is_lost_in_the_index(text: str) -> None:
    line = " ".join(text.split())
    assert original(separate(line)) == line


def test_the_index_has_the_text_and_the_record_apart() -> None:
    library = load_library(Archive(ROOT))
    brief = library.find("2022-asan-choi")
    page, long_words = indexed((brief, searchable_fields(library, brief)))
    head, body = page.split("</head>")
    fields = dict(re.findall(r'data-pagefind-meta="(\w+)\[content\]" content="([^"]*)"', head))
    assert fields["affiliation"].startswith("research fellow, Asan Institute")
    assert "Eunmi Choi" in fields["authors"]
    assert original(unescape(fields["series"])) == "Asan Issue Brief · Issue Briefs · No. 2022-19"
    assert fields["every"] == EVERY
    assert "GSOMIA" in fields["themes"]
    assert body.count("<author") == body.count("</author") == 14
    assert '<author.gsomia id="p10"></author.gsomia>' in body
    assert (
        '<biographer id="p17"></biographer><span data-pagefind-weight="0.3">Dr. CHOI Eunmi is'
        in body
    )
    assert "About the record" not in page
    assert {"gsomia", "choi", "extension"} < set(long_words)
    assert all(word.isalpha() and len(word) >= 4 for word in long_words)


def test_the_index_has_words_in_normal_form(tmp_path: Path) -> None:
    text = "ＧＳＯＭＩＡ（“oﬃcial pol\u00adicy”） of ｳｸﾗｲﾅ, cafe\u0301, Korea\u2011Japan talks.\n"
    library = load_library(Archive(make_small(tmp_path / "archive", text)))
    (brief,) = library.briefs
    page, long_words = indexed((brief, searchable_fields(library, brief)))
    head, body = page.split("</head>")
    shown = original(unescape(re.sub("<[^>]*>", "", body)))
    assert shown.split() == text.split()
    found = words(unescape(re.sub("<[^>]*>", "", body)))
    assert found == "gsomia official policy of ウ ク ラ イ ナ cafe korea japan talks".split()
    assert {"gsomia", "official", "policy"} < set(long_words)
    assert re.search(r'compounds\[content\]" content="[^"]*KoreaJapan', head)


def write(library: Library, site: Path) -> None:
    with Cache(site / "no cache") as cache:
        write_index(library, site, cache)


def test_when_pagefind_gives_up_the_old_index_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = load_library(Archive(ROOT))
    write(library, tmp_path)
    before = tree(tmp_path)
    assert len(before) > 8

    popen = subprocess.Popen

    def gives_up(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        return popen([sys.executable, "-c", "import sys; sys.exit('out of memory')"], **options)

    monkeypatch.setattr("archive.site.search.subprocess.Popen", gives_up)
    with pytest.raises(ArchiveError, match="search index: Pagefind gave up: out of memory"):
        write(library, tmp_path)
    assert tree(tmp_path) == before


def test_when_the_disk_refuses_the_old_index_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = load_library(Archive(ROOT))
    write(library, tmp_path)
    before = tree(tmp_path)

    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(
        ArchiveError, match=r"search index: cannot be written \(No space left on device\)"
    ):
        write(library, tmp_path)
    assert tree(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
