"""The words of each built page against its source, without using the program's own readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import html

from hostile_archive import TABLES
from repository import ROOT, cases
from site_pages import drawn, page

CASES: dict[str, Any] = cases("fidelity")


def find_text(site: Path, id: str) -> html.HtmlElement:
    tree = page(site, f"/briefs/{id}/")
    (text,) = tree.xpath("(//article)[1]//*[@data-text]")
    assert len(tree.xpath("//*[@data-text]")) == 1
    return text


def load_text(id: str) -> str:
    """Load a source and remove what a person marked as metadata and furniture, in order."""
    source = (ROOT / "briefs" / f"{id}.txt").read_text(encoding="utf-8")
    start = 0
    for piece in CASES[id]["not_text"]:
        start = source.index(piece, start)
        source = source[:start] + source[start + len(piece) :]
    return source


@pytest.mark.parametrize("id", CASES)
def test_a_page_has_the_words_of_its_source_in_order(id: str, site: Path) -> None:
    assert find_text(site, id).text_content().split() == load_text(id).split()


@pytest.mark.parametrize("id", CASES)
def test_a_page_has_the_structure_of_its_source(id: str, site: Path) -> None:
    text = find_text(site, id)
    counts = {
        name: len(text.xpath(f".//{name}"))
        for name in (
            "h1",
            "h2",
            "h3",
            "h4",
            "p",
            "ul",
            "ol",
            "li",
            "table",
            "pre",
            "blockquote",
            "hr",
        )
    }
    assert {name: count for name, count in counts.items() if count} == CASES[id]["structure"]


@pytest.mark.parametrize("id", CASES)
def test_blocks_are_numbered_in_order(id: str, site: Path) -> None:
    numbered = [
        element.get("id")
        for element in find_text(site, id).xpath(".//*[@id]")
        if element.tag != "span"
    ]
    assert numbered == [f"p{n}" for n in range(1, CASES[id]["blocks"] + 1)]


@pytest.mark.parametrize("id", CASES)
def test_oddities_of_the_source_are_still_there(id: str, site: Path) -> None:
    text = " ".join(find_text(site, id).text_content().split())
    for words in CASES[id]["still_there"]:
        assert words in text


@pytest.mark.parametrize("id", CASES)
def test_voices_and_key_points_are_set_apart(id: str, site: Path) -> None:
    text = find_text(site, id)
    voices = {
        element.get("data-label"): [
            block.get("id")
            for block in element.xpath(".//*[starts-with(@id, 'p') and not(self::span)]")
        ]
        for element in text.xpath(".//*[@data-label]")
    }
    assert voices == CASES[id]["voices"]
    boxes = [
        [block.get("id") for block in box.xpath(".//li")]
        for box in text.xpath(".//div[@class='key-points']")
    ]
    assert boxes == CASES[id]["key_points"]


def test_a_table_has_the_words_of_the_source_without_its_pipes_and_rules(
    hostile_site: Path,
) -> None:
    text = find_text(hostile_site, "2020-asan-signs")
    source = (hostile_site.parent / "briefs" / "2020-asan-signs.txt").read_text(encoding="utf-8")
    before, tables, after = source.partition(TABLES.partition("\n\nIt holds.")[0])
    words = "\n".join(drawn(line) for line in tables.split("\n"))
    assert text.text_content().split() == f"{before}{words}{after}".split()
    ruled, open_ = text.xpath(".//table")
    assert [len(row.xpath("./th")) for row in ruled.xpath(".//tr")] == [3, 0, 0]
    assert [len(row.xpath("./td")) for row in ruled.xpath(".//tr")] == [0, 3, 3]
    assert [len(row.xpath("./td")) for row in open_.xpath(".//tr")] == [3, 3]
    assert [frame.get("id") for frame in text.xpath(".//table/parent::div")] == ["p4", "p5"]


def test_a_note_mark_leads_to_its_own_note(hostile_site: Path) -> None:
    text = find_text(hostile_site, "2020-asan-signs")
    links = text.xpath(".//a[not(@class)]")
    assert [(link.text_content(), link.get("href")) for link in links] == [
        ("[1]", "#p8"),
        ("[1]", "#p8"),
        ("[2]", "#p9"),
    ]
    notes = {
        block.get("id"): block.text_content().split()[0]
        for block in text.xpath(".//p[starts-with(., '[')]")
    }
    assert notes == {"p8": "[1]", "p9": "[2]"}
    assert "and [3]." in text.text_content()
