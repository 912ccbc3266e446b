"""archive.readers: each reader reads the texts of its publisher.

A case of tests/cases/readers is one file: a text and the expected fields, any of reader, title,
authors, institute, series, number, date, language and themes. The blocks, all but metadata, are
given as [kind, level, start] or [kind, voice, level, start]. tests/cases/sources holds all blocks
of the five texts, read by a person.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.commands.inspect import as_json
from archive.errors import ArchiveError
from archive.readers import LAST_RANK, Reader, in_order, read, readers
from archive.reading.sheet import Sheet
from archive.records.authority import Authority
from archive.sources.source import Source
from repository import CASES, ROOT, cases

READER_CASES = sorted(path.stem for path in (CASES / "readers").glob("*.yml"))
BRIEFS = sorted(path.stem for path in (CASES / "sources").glob("*.yml"))


def inspect(text: str, authority: Authority, path: str = "brief.txt") -> dict[str, Any]:
    return as_json(read(Source.from_bytes(text.encode(), Path(path))), authority.themes.values())


def matches(block: dict[str, Any], row: list[Any]) -> bool:
    kind, *voice, level, start = row
    return (
        (block["kind"], block["level"]) == (kind, level)
        and voice in ([], [block["voice"]])
        and " ".join(block["text"].split()).startswith(start)
    )


@pytest.mark.parametrize("name", READER_CASES)
def test_reader(name: str, authority: Authority) -> None:
    case = cases(f"readers/{name}")
    result = inspect(case["text"], authority)
    expected = {field: value for field, value in case["expected"].items() if field != "blocks"}
    assert {field: result[field] for field in expected} == expected
    assert result["unaccounted"] == []
    rows = case["expected"].get("blocks", case.get("blocks"))
    if rows is not None:
        blocks = [
            [block["kind"], block["voice"], block["level"], block["text"]]
            for block in result["blocks"]
        ]
        assert len(blocks) == len(rows), blocks
        wrong = [
            (block, row)
            for block, row in zip(result["blocks"], rows, strict=True)
            if not matches(block, row)
        ]
        assert not wrong


@pytest.mark.parametrize("brief", BRIEFS)
def test_source(brief: str, authority: Authority) -> None:
    case = cases(f"sources/{brief}")
    reading = read(Source.load(ROOT / "briefs" / f"{brief}.txt"))
    result = as_json(reading, authority.themes.values())
    metadata = {field: value for field, value in case.items() if field != "blocks"}
    assert {field: result[field] for field in metadata} == metadata
    assert len(reading.blocks) == len(case["blocks"])
    number = 0
    for block, row in zip(reading.blocks, case["blocks"], strict=True):
        number += block.shown
        text = " ".join(block.text.split())
        first, last = row[5:7]
        assert [
            number if block.shown else None,
            block.kind,
            block.voice,
            block.level,
            block.mark,
            block.rule,
        ] == [
            *row[:5],
            row[7],
        ], text
        assert text.startswith(first)
        assert text.endswith(last)


@pytest.mark.parametrize("brief", BRIEFS)
def test_a_printed_fact_is_read(brief: str) -> None:
    case, facts = cases(f"sources/{brief}"), cases("facts")[brief]
    printed = {
        field: facts[field]["value"]
        for field in ("title", "date")
        if facts[field]["basis"] == "printed"
    }
    assert {field: case[field] for field in ("title", "date")} == {
        "title": None,
        "date": None,
    } | printed
    assert case["authors"] == [author["printed"] for author in facts["authors"]]
    assert {field: case[field] for field in ("series", "number", "themes")} == {
        field: facts[field] for field in ("series", "number", "themes")
    }


@pytest.mark.parametrize(
    "name",
    ["2023-sejong-jin.txt", "asan.txt", "/tmp/ifes/yeosijae", "000_7d00f2fb154a224e.txt", "-"],
)
@pytest.mark.parametrize("brief", BRIEFS)
def test_the_file_name_does_not_matter(brief: str, name: str, authority: Authority) -> None:
    text = (ROOT / "briefs" / f"{brief}.txt").read_text(encoding="utf-8")
    assert inspect(text, authority, name) == inspect(text, authority, "brief.txt")


@pytest.mark.parametrize("brief", BRIEFS)
def test_line_ends_do_not_matter(brief: str, authority: Authority) -> None:
    text = (ROOT / "briefs" / f"{brief}.txt").read_text(encoding="utf-8")
    assert (
        inspect(text.replace("\n", "\r\n"), authority)
        == inspect("\ufeff" + text, authority)
        == inspect(text, authority)
    )


def ranked(**ranks: int) -> list[Reader]:
    return [
        Reader(name, knows=lambda _: True, read=lambda _: None, rank=rank)
        for name, rank in ranks.items()
    ]


def test_the_rank_of_a_reader_decides_and_not_its_name() -> None:
    ordered = in_order(ranked(generic=LAST_RANK, asan=3, yeosijae=1, interview=2))
    assert [reader.name for reader in ordered] == ["yeosijae", "interview", "asan", "generic"]
    names = [reader.name for reader in readers()]
    assert names != sorted(names)
    ranks = [reader.rank for reader in readers()]
    assert ranks == sorted(set(ranks))


def test_a_text_that_two_readers_know_is_read_by_the_lower_rank() -> None:
    labels = "Date 2019-06-20 View 2,142 Writer JIN Chang Soo"
    text = f"{labels}\nA Plan\nThe Asan Institute for Policy Studies agreed.\nAbout the Author\n"
    source = Source.from_bytes(text.encode(), Path("brief.txt"))
    assert [reader.name for reader in readers() if reader.knows(Sheet(source))] == [
        "sejong",
        "asan",
        "generic",
    ]
    assert read(source).reader == "sejong"


@pytest.mark.parametrize(
    "ranks", [{"harbour": 50, "tide": 50}, {"generic": LAST_RANK, "tide": LAST_RANK + 1}]
)
def test_a_shared_rank_and_one_behind_the_generic_reader_are_refused(ranks: dict[str, int]) -> None:
    with pytest.raises(ArchiveError, match=r"^readers/tide\.py: rank: readers/\w+\.py has rank"):
        in_order(ranked(**ranks))


def test_the_generic_reader_comes_last_and_knows_every_text() -> None:
    *publishers, last = readers()
    source = Source.from_bytes(b"Seoul agreed.", Path("brief.txt"))
    assert last.name == "generic"
    assert last.knows(Sheet(source))
    assert {"asan", "ifes", "sejong", "yeosijae"} <= {reader.name for reader in publishers}
    assert not any(reader.knows(Sheet(source)) for reader in publishers)


@pytest.mark.parametrize("brief", BRIEFS)
def test_only_one_reader_knows_a_text(brief: str) -> None:
    source = Source.load(ROOT / "briefs" / f"{brief}.txt")
    *publishers, _ = readers()
    assert [reader.name for reader in publishers if reader.knows(Sheet(source))] == [
        cases(f"sources/{brief}")["reader"]
    ]
