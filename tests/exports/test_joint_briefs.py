"""A brief that several institutes issued is shown with all of them, everywhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import rispy
from pybtex.database import parse_string

from archive.errors import ArchiveError
from archive.exports.catalog import front_matter, row
from archive.exports.citation import Citation, cite, plain
from archive.exports.page_head import brief_head
from archive.exports.references import bibtex, csl_json, ris
from archive.records.library import Brief, Library, load_library
from archive.site.search import searchable_fields, table
from archive.store import Archive
from repository import cases, made_pages
from small_archive import ID, make_small

CASES: dict[str, Any] = cases("several_institutes")
SITE = "https://briefs.example/"


def load(folder: Path, case: dict[str, Any]) -> Library:
    """Load the small archive, whose brief these institutes issued, without an author."""
    root = make_small(folder / "archive")
    authority = root / "briefs/authority/institutes.yml"
    authority.write_text(authority.read_text() + CASES["institutes"], encoding="utf-8")
    record = root / f"briefs/{ID}.yml"
    series = f'\nseries: "{case["series"]}"' if "series" in case else ""
    text = record.read_text().replace('"asan"', f"{case['institute']}{series}", 1)
    text = re.sub(r"authors:\n.*\n", "", text).replace("  authors:", "  series:")
    record.write_text(text, encoding="utf-8")
    return load_library(Archive(root))


@pytest.fixture(params=CASES["shown"], ids=lambda case: case["name"])
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    shown: dict[str, Any] = request.param
    return shown


@pytest.fixture
def library(case: dict[str, Any], tmp_path: Path) -> Library:
    return load(tmp_path, case)


@pytest.fixture
def brief(library: Library) -> Brief:
    return library.find(ID)


@pytest.fixture
def citation(library: Library, brief: Brief) -> Citation:
    return cite(library, brief).at(SITE)


def names(case: dict[str, Any]) -> list[str]:
    return [body["name"] for body in (case["front"], *case.get("others", ()))]


def test_citations_name_all(case: dict[str, Any], brief: Brief, citation: Citation) -> None:
    assert f" {case['words']}, [2020]. {SITE}" in plain(citation)
    assert brief.cited_as == f"{case['short']} 2020"
    assert json.loads(csl_json(citation))[0]["publisher"] == case["words"]
    assert rispy.loads(ris(citation))[0]["publisher"] == case["words"]
    content = bibtex(citation)
    fields = parse_string(content, "bibtex").entries[ID].fields
    assert fields["institution"] == case["bibtex"]


def test_records_as_data_name_all(case: dict[str, Any], brief: Brief, citation: Citation) -> None:
    front, columns = front_matter(brief, citation), row(brief, citation)
    several = [case["front"], *case["others"]] if "others" in case else None
    assert (front["institute"], front.get("institutes")) == (case["front"], several)
    assert [columns["institute"], columns["institute_id"]] == case["csv"]


def test_the_head_of_the_page_names_all(case: dict[str, Any], citation: Citation) -> None:
    head = brief_head(citation, SITE, [])
    tags = re.findall(r'"citation_technical_report_institution" content="([^"]*)"', head)
    assert tags == names(case)
    (report, _) = json.loads(re.findall(r">(\{.*\})<", head)[0])["@graph"]
    bodies = report["publisher"] if "others" in case else [report["publisher"]]
    assert [(body["@id"], body["name"]) for body in bodies] == [
        (f"{SITE}institutes/{id}/", name)
        for id, name in zip(case["pages"], names(case), strict=True)
    ]
    if "series" in case:
        assert report["isPartOf"]["@id"] == f"{SITE}institutes/sejong/#sejong-focus"


def test_it_is_on_the_page_of_each(case: dict[str, Any], library: Library) -> None:
    pages = made_pages(library)
    listed = {path for path, text in pages.items() if f"../briefs/{ID}.md" in text}
    on = {path for path in listed if re.fullmatch(r"institutes/\w+\.md", path)}
    assert on == {f"institutes/{id}.md" for id in case["pages"]}
    page = pages[f"briefs/{ID}.md"]
    for id, name in zip(case["pages"], names(case), strict=True):
        assert f"[{name}](../institutes/{id}.md)" in page
        assert f"institutes/{id}.md" in pages["years/2020.md"]
    if "series" in case:
        assert "[Sejong Focus](../institutes/sejong.md#sejong-focus)" in page
        assert "## Not in a series of its own" in pages["institutes/asan.md"]
        assert "## Not in a series" not in pages["institutes/sejong.md"]


def test_it_is_found_under_each(case: dict[str, Any], library: Library, brief: Brief) -> None:
    content = table(library, {ID: "x"})
    places = content["briefs"]["institutes"][0]
    values = [content["institute"][place] for place in places[::2]]
    assert [value[0] for value in values] == case["pages"]
    shown = [value[1:][n] for value, n in zip(values, places[1::2], strict=True)]
    assert shown == names(case)
    assert all(name in searchable_fields(library, brief)["institute"] for name in names(case))
    assert (content["briefs"]["id"][0] == "-lee") is (case["pages"][0] == "asan")


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["says"])
def test_what_is_refused(case: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as raised:
        load(tmp_path, case)
    assert case["says"] in str(raised.value)
