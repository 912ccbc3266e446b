"""Authors of every kind in every export: bodies, people of one name, suffixes, former names."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rispy

from archive.convert import convert
from archive.errors import ArchiveError
from archive.exports.catalog import front_matter, row
from archive.exports.citation import cite
from archive.exports.page_head import brief_head
from archive.exports.references import bibtex, csl_json, ris
from archive.records.authority import AUTHORS, Author, load_authority
from archive.records.library import load_library
from archive.records.record import Credit
from archive.site.search import table
from archive.store import Archive
from archive.text.dates import parse_edtf
from repository import ROOT, cases
from small_archive import AUTHORS as KNOWN
from small_archive import make_small

CASES: dict[str, Any] = cases("authors")
LIBRARY = load_library(Archive(ROOT))
BRIEF = LIBRARY.find("2022-asan-choi")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return Archive(make_small(tmp_path_factory.mktemp("authors") / "archive"))


def load_entry(archive: Archive, entry: dict[str, Any]) -> Author:
    """Load an entry of authors.yml; a JSON text is YAML too."""
    text = f"{KNOWN}x: {json.dumps(entry, ensure_ascii=False)}\n"
    return load_authority(archive.stage({AUTHORS: text.encode()})).authors["x"]


@pytest.mark.parametrize("case", CASES["entries"], ids=lambda case: case["name"])
def test_an_author_is_named_alike_in_all_exports(case: dict[str, Any], archive: Archive) -> None:
    author = load_entry(archive, case["entry"])
    printed = author.all_names[0]
    record = replace(
        BRIEF.record,
        date=parse_edtf(case.get("date", "2022")),
        authors=(Credit("x", printed, None),),
    )
    brief = replace(BRIEF, record=record)
    authority = replace(LIBRARY.authority, authors={"x": author})
    citation = cite(replace(LIBRARY, authority=authority), brief)
    head = brief_head(citation, "https://briefs.example/", [])
    report = json.loads(head.split('<script type="application/ld+json">')[1].split("</script>")[0])
    (schema,) = report["@graph"][0]["author"]
    assert schema.pop("@id") == "https://briefs.example/authors/x/"
    (entry,) = json.loads(csl_json(citation))
    said = {
        "listed": row(brief, citation)["authors"],
        "bibtex": bibtex(citation).split("author = {")[1].split("},\n")[0],
        "ris": rispy.loads(ris(citation))[0]["authors"][0],
        "highwire": head.split('name="citation_author" content="')[1].split('"')[0],
        "csl": entry["author"][0],
        "schema": schema,
        "names": list(author.all_names),
    }
    assert {field: said[field] for field in case if field in said} == {
        field: value for field, value in case.items() if field in said
    }
    (credit,) = front_matter(brief, citation)["authors"]
    now = author.at(record.date)
    assert (credit["family"], credit["given"]) == (now.family, now.given)


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["says"])
def test_an_entry_is_refused(case: dict[str, Any], archive: Archive) -> None:
    with pytest.raises(ArchiveError) as error:
        load_entry(archive, case["entry"])
    assert case["says"] in str(error.value)


def test_a_renamed_series_keeps_the_name_of_the_time_everywhere(tmp_path: Path) -> None:
    root = make_small(tmp_path / "archive")
    institutes = root / "briefs/authority/institutes.yml"
    institutes.write_text(
        institutes.read_text("utf-8").replace(
            '{name: "Asan Issue Brief"}',
            '{name: "Asan Insight", names: [{name: "Asan Issue Brief", until: "2021", '
            'basis: "its covers"}]}',
        ),
        encoding="utf-8",
    )
    record = root / "briefs/2020-asan-lee.yml"
    record.write_text(
        record.read_text("utf-8").replace(
            'date: "2020"', 'date: "2020"\nseries: "asan-issue-brief"'
        )
        + '  series: {kind: "supplied", evidence: "x"}\n',
        encoding="utf-8",
    )
    convert(Archive(root))
    library = load_library(Archive(root))
    citation = cite(library, library.briefs[0])
    assert citation.series == "Asan Issue Brief"
    page = (root / "docs/briefs/2020-asan-lee.md").read_text("utf-8")
    assert "[Asan Issue Brief](../institutes/asan.md#asan-issue-brief)" in page
    assert "Asan Insight" not in page
    body = (root / "docs/institutes/asan.md").read_text("utf-8")
    assert "## Asan Insight { #asan-issue-brief }" in body
    assert "- **Also:** Asan Issue Brief (until 2021; its covers)" in body
    content = table(library, {"2020-asan-lee": "f"})
    ((_, place),) = content["briefs"]["series"]
    assert content["series"] == [["asan-issue-brief", "Asan Insight", "Asan Issue Brief"]]
    assert content["series"][0][1:][place] == "Asan Issue Brief"
