"""The harder texts, added with short records, built and compared with their sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from archive.commands.check import check
from archive.reading.model import Kind
from archive.records.library import Library, load_library
from archive.sources.source import Source
from archive.store import Archive
from repository import CASES, ROOT, cases, copy_archive
from site_pages import build, drawn, page

TEXTS = {
    f"nd-more-{document['file'][:2]}": document for document in cases("texts/truth")["documents"]
}


def make_record(id: str, document: dict[str, Any], sha256: str) -> dict[str, Any]:
    """Make a minimal record; every field is inferred, so the text need not print any of them."""
    fields = ("title", "institute", "number")
    return {
        "id": id,
        "title": document["title"] or f"[{id}]",
        "institute": "sejong",
        "number": document["number"],
        "language": document["language"],
        "access": "full",
        "added": "2026-11-21",
        "sha256": sha256,
        "basis": {
            field: {"kind": "inferred", "evidence": "invented for a test"} for field in fields
        },
    }


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    root = copy_archive(tmp_path_factory.mktemp("more") / "archive")
    for id, document in TEXTS.items():
        text = root / "briefs" / f"{id}.txt"
        text.write_bytes((CASES / "texts" / document["file"]).read_bytes())
        content = yaml.safe_dump(
            make_record(id, document, Source.load(text).sha256), allow_unicode=True
        )
        text.with_suffix(".yml").write_text(content, encoding="utf-8")
    build(root)
    return load_library(Archive(root))


def test_check_finds_no_faults_and_undated_briefs_come_last(library: Library) -> None:
    report = check(library, "2026-11-21")
    assert report.faults == ()
    assert len(library.briefs) == len(TEXTS) + 5
    assert {brief.id for brief in library.briefs if brief.record.date is None} == set(TEXTS)
    assert library.briefs[-len(TEXTS)].record.date is None


@pytest.mark.parametrize("id", TEXTS)
def test_the_page_has_the_words_of_the_text(id: str, library: Library) -> None:
    (brief,) = [brief for brief in library.briefs if brief.id == id]
    (text,) = page(library.archive.root / "site", f"/briefs/{id}/").xpath(
        "(//article)[1]//*[@data-text]"
    )
    lines = [list(line) for line in brief.reading.source.lines]
    for block in brief.reading.blocks:
        for span in () if block.shown else block.spans:
            lines[span.line - 1][span.start : span.end] = " " * (span.end - span.start)
        for number in range(block.lines[0], block.lines[1] + 1) if block.kind is Kind.TABLE else ():
            lines[number - 1] = list(drawn("".join(lines[number - 1])))
    assert text.text_content().split() == " ".join("".join(line) for line in lines).split()
    assert [e.get("id") for e in text.xpath(".//*[@id]") if e.tag != "span"] == list(brief.anchors)
    assert len(text.xpath(".//li")) == sum(
        block.kind in (Kind.POINT, Kind.KEY_POINT) for block in brief.reading.shown
    )
    assert text.get("lang") == (None if TEXTS[id]["language"] == "en" else TEXTS[id]["language"])


def test_a_korean_title_is_marked_as_korean(library: Library) -> None:
    site = library.archive.root / "site"
    assert page(site, "/briefs/nd-more-08/").xpath("//h1/span/@lang") == ["ko"]
    assert len(page(site, "/years/undated/").xpath("//a/span[@lang='ko']")) == 2


def test_undated_briefs_can_be_browsed(library: Library) -> None:
    site = library.archive.root / "site"
    assert len(page(site, "/years/undated/").xpath("//div[@class='entries']//li")) == len(TEXTS)
    assert [h2.get("id") for h2 in page(site, "/briefs/").xpath("//h2")][-1] == "undated"
    assert (
        "no date"
        in page(site, "/briefs/nd-more-26/").xpath("//p[@class='byline']")[0].text_content()
    )


def test_the_ledger_of_earlier_briefs_does_not_change(library: Library) -> None:
    for file in (ROOT / "briefs" / "ledger").glob("20*.tsv"):
        assert (
            library.archive.root / "briefs" / "ledger" / file.name
        ).read_bytes() == file.read_bytes()
    before = (ROOT / "briefs" / "ledger" / "addresses.tsv").read_text(encoding="utf-8")
    assert (
        (library.archive.root / "briefs" / "ledger" / "addresses.tsv")
        .read_text(encoding="utf-8")
        .startswith(before)
    )


def test_nothing_is_written_to_the_repository() -> None:
    assert not list(Path(ROOT / "docs").rglob("nd-more-*"))
