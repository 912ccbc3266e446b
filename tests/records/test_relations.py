"""Relations between briefs of the archive, and what corrections show: pages, exports, feeds."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.cli import main
from archive.commands.withdraw import withdraw
from archive.convert import convert
from archive.errors import ArchiveError
from archive.exports.catalog import catalog_json
from archive.exports.citation import Citation, cite
from archive.exports.feeds import feed_files
from archive.exports.page_head import brief_head
from archive.exports.references import files
from archive.records.library import Library, load_library
from archive.store import Archive
from repository import cases
from small_archive import ID, make_small

CASES = cases("relations")
ERRATUM = "2021-asan-erratum"
TEXT = "The agreement was prolonged by half a year, not by a year.\n\nWe regret the error.\n"
BASE = "https://briefs.example/"
CORRECTION = 'relations: [{kind: "corrects", brief: "2020-asan-lee"}]'


def make(folder: Path, records: dict[str, str]) -> Archive:
    """Make the archive of the two briefs, with lines added to their records."""
    briefs = make_small(folder) / "briefs"
    record = (briefs / f"{ID}.yml").read_text(encoding="utf-8")
    for old, new in (
        (ID, ERRATUM),
        ("[A year more]", "[An erratum]"),
        ('date: "2020"', 'date: "2021-21"'),
        ("2026-11-21", "2026-12-01"),
        (
            hashlib.sha256((briefs / f"{ID}.txt").read_bytes()).hexdigest(),
            hashlib.sha256(TEXT.encode()).hexdigest(),
        ),
    ):
        assert old in record
        record = record.replace(old, new)
    (briefs / f"{ERRATUM}.txt").write_text(TEXT, encoding="utf-8")
    (briefs / f"{ERRATUM}.yml").write_text(record, encoding="utf-8")
    for id, lines in records.items():
        with (briefs / f"{id}.yml").open("a", encoding="utf-8") as file:
            file.write(f"{lines}\n")
    return Archive(folder)


@pytest.mark.parametrize("case", CASES["shown"], ids=lambda case: case["name"])
def test_both_briefs_know_of_a_relation(case: dict[str, Any], tmp_path: Path) -> None:
    archive = make(tmp_path / "a", case["records"] if "moved" not in case else {})
    if "moved" in case:
        convert(archive)
        for old, new in case["moved"].items():
            ledger = archive.root / "briefs" / "ledger"
            (ledger / f"{old}.tsv").write_bytes((ledger / f"{new}.tsv").read_bytes())
            with (ledger / "addresses.tsv").open("a", encoding="utf-8") as file:
                file.write(f"/briefs/{old}/\t2026-11-21\n")
            (archive.root / "briefs" / "redirects.yml").write_text(
                f'"/briefs/{old}/": {{to: "/briefs/{new}/", date: "2026-12-01", reason: "x"}}\n',
                encoding="utf-8",
            )
        for id, lines in case["records"].items():
            with (archive.root / "briefs" / f"{id}.yml").open("a", encoding="utf-8") as file:
                file.write(f"{lines}\n")
    convert(archive)
    if "withdrawn" in case:
        withdraw(archive, case["withdrawn"], "2026-12-02", "It was wrong itself.", None)
    records = {entry.id: entry.record for entry in load_library(archive).every}
    assert {
        id: [
            [[one.kind, one.brief, one.title, one.note] for one in record.relations],
            record.last_change,
        ]
        for id, record in records.items()
    } == case["says"]
    for id, record in records.items():
        page = (archive.root / "docs" / "briefs" / f"{id}.md").read_text(encoding="utf-8")
        is_notice = '<div class="notice" markdown="1">' in page
        assert is_notice is any("correct" in one.kind for one in record.relations)
        for one in record.relations:
            if one.brief and not record.withdrawn:
                assert f"]({one.brief}.md)" in page


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["name"])
def test_a_relation_that_cannot_be_is_refused(case: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        load_library(make(tmp_path / "a", case["records"]))
    assert caught.value.file.endswith(case["file"])
    assert (caught.value.field, case["says"]) == (
        case["field"],
        caught.value.problem[-len(case["says"]) :],
    )
    for number, (words, records) in enumerate(case["remedies"].items()):
        assert words in caught.value.remedy
        load_library(make(tmp_path / str(number), records))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    archive = make(tmp_path_factory.mktemp("erratum"), {ERRATUM: CORRECTION})
    convert(archive)
    return load_library(archive)


@pytest.fixture
def citations(library: Library) -> dict[str, Citation]:
    return {entry.id: cite(library, entry).at(BASE) for entry in library.every}


SAYS = {
    ID: f"Corrected by: [An erratum], Spring 2021, {BASE}briefs/{ERRATUM}/",
    ERRATUM: f"Corrects: [A year more], 2020, {BASE}briefs/{ID}/",
}


@pytest.mark.parametrize("id", SAYS)
def test_every_export_says_what_corrects_what(id: str, citations: dict[str, Citation]) -> None:
    assert SAYS[id] in citations[id].note
    exports = files(citations[id])
    assert SAYS[id] in json.loads(exports["json"])[0]["note"]
    assert f"N1  - {citations[id].note}\r\n" in exports["ris"]
    assert SAYS[id] in exports["bib"]
    for content in feed_files(
        "All", [citations[id]], BASE, home=BASE, id=BASE, updated="2026-12-01"
    ).values():
        assert SAYS[id] in content
        # The day on which the erratum came.
        assert "<updated>2026-12-01" in content.split("<entry>")[-1] or (
            '"date_modified": "2026-12-01' in content
        )


def test_the_catalog_has_the_relation_of_both(
    library: Library, citations: dict[str, Citation]
) -> None:
    catalog = json.loads(catalog_json((entry, citations[entry.id]) for entry in library.every))
    relations = {brief["id"]: brief["relations"] for brief in catalog["briefs"]}
    assert [(one["kind"], one["brief"]) for one in relations[ID]] == [("corrected-by", ERRATUM)]
    assert [(one["kind"], one["address"]) for one in relations[ERRATUM]] == [
        ("corrects", f"{BASE}briefs/{ID}/")
    ]


def test_json_ld_has_the_correction(citations: dict[str, Citation]) -> None:
    head = brief_head(citations[ID], BASE, [])
    assert f'"correction":["{BASE}briefs/{ERRATUM}/"]' in head
    head = brief_head(citations[ERRATUM], BASE, [])
    corrected = {
        "@type": "CreativeWork",
        "name": "[A year more]",
        "inLanguage": "en",
        "url": f"{BASE}briefs/{ID}/",
    }
    assert f'"citation":[{json.dumps(corrected, separators=(",", ":"))}]' in head


def test_machines_that_know_no_seasons_get_the_year(
    library: Library, citations: dict[str, Citation]
) -> None:
    head = brief_head(citations[ERRATUM], BASE, [])
    assert '<meta name="citation_publication_date" content="2021">' in head
    assert '"datePublished":"2021"' in head
    page = library.archive.text(f"docs/briefs/{ERRATUM}.md")
    assert '<time datetime="2021">Spring 2021</time>' in page
    assert 'date: "2021-21"' in page


def test_a_list_says_which_brief_is_corrected(library: Library) -> None:
    page = library.archive.text("docs/years/2020.md")
    assert "· corrected</span>" in page
    assert "corrected" not in library.archive.text("docs/years/2021.md")


def test_an_erratum_is_added_with_what_it_corrects(tmp_path: Path) -> None:
    archive = Archive(make_small(tmp_path / "a"))
    (tmp_path / "erratum.txt").write_text(f"An Erratum\n\nLee Mina\n\n{TEXT}", encoding="utf-8")
    options = ["institute=asan", "date=Spring 2021", "author=lee-mina", f"corrects={ID}"]
    arguments = ["add", str(tmp_path / "erratum.txt"), *(f"--set={one}" for one in options)]
    wrong = CliRunner().invoke(
        main, ["--root", str(archive.root), *arguments[:-1], "--set=corrects=2020-x"]
    )
    assert (wrong.exit_code, wrong.output.count("there is no brief with this id")) == (2, 1)
    result = CliRunner().invoke(main, ["--root", str(archive.root), *arguments])
    assert result.exit_code == 0, result.output
    assert f"  corrects   [A year more] ({ID})  (given)" in result.output
    record = {entry.id: entry.record for entry in load_library(archive).every}["2021-asan-lee"]
    assert str(record.date) == "2021-21"
    assert [(one.kind, one.brief) for one in record.relations] == [("corrects", ID)]
