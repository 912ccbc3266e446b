"""archive.records.decisions: curators overrule a reader, and page, history and check show it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from archive.commands.check import check
from archive.convert import compare
from archive.reading.fidelity import account
from archive.records.library import Brief, load_library
from archive.store import Archive
from curator import briefs
from repository import cases, tree
from small_archive import ID, make_small

CASES = cases("decisions")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_small(tmp_path / "archive")


def correct(root: Path, text: str | None = None, **fields: Any) -> None:
    """Write fields into the record, and replace the text if one is given."""
    record = root / "briefs" / f"{ID}.yml"
    content = yaml.safe_load(record.read_text(encoding="utf-8")) | fields
    if text is not None:
        record.with_suffix(".txt").write_text(text, encoding="utf-8")
        content["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    record.write_text(
        yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )


def brief(root: Path) -> Brief:
    return load_library(Archive(root)).find(ID)


def page(root: Path) -> str:
    return (root / "docs" / "briefs" / f"{ID}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES["good"], ids=lambda case: case["name"])
def test_a_decision_holds(case: dict[str, Any], root: Path) -> None:
    ledger = (root / "briefs" / "ledger" / f"{ID}.tsv").read_bytes()
    correct(root, **case["fields"])
    result = briefs(root, "convert")
    assert result.exit_code == 0, result.output
    decided = brief(root)
    blocks = dict(zip(decided.anchors, decided.reading.shown, strict=True))
    assert list(blocks) == ["p1", "p2", "p3", "p4", "p5", "p6"]
    for anchor, (kind, voice, words) in case["blocks"].items():
        block = blocks[anchor]
        assert (block.kind.value, block.voice.value) == (kind, voice)
        assert block.text.startswith(words) if words != "-" else block.text == ""
    assert list(decided.passages) == case.get("themes", ["gsomia"])
    assert account(decided.reading).faults == ()
    # Neither the ledger nor the page loses an anchor.
    assert (root / "briefs" / "ledger" / f"{ID}.tsv").read_bytes() == ledger
    for anchor in blocks:
        assert f"#{anchor} }}" in page(root) or f'id="{anchor}"' in page(root), anchor
    table = briefs(root, "check").output
    for words in case.get("page", []):
        assert words in page(root)
    assert ("**Changed" not in page(root)) == case.get("unchanged", case["fields"] == {})
    for line in case.get("history", []):
        assert f"- **Changed 30 November 2026:** {line}\n" in page(root)
        assert f"  {ID}: {line} (2026-11-30)\n" in table
    assert ("Nothing is decided by hand." in table) == (not decided.record.decisions)
    assert check(load_library(Archive(root)), "2026-11-21").faults == ()


@pytest.mark.parametrize("case", CASES["bad"], ids=lambda case: case["name"])
def test_a_decision_that_cannot_be_is_a_named_error(case: dict[str, Any], root: Path) -> None:
    correct(root, case.get("text"), **case["fields"])
    if "text" in case:
        (root / "briefs" / "ledger" / f"{ID}.tsv").write_text("", encoding="utf-8")
    before = tree(root)
    for command in (["convert"], ["convert", "--check"], ["check"]):
        result = briefs(root, *command)
        assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output
        assert f"{ID}.yml: " in result.output
        assert case["says"] in result.output
        assert case["remedy"] in result.output
    assert tree(root) == before
    correct(root, **case["better"])
    compare(Archive(root))


def test_furniture_of_a_new_text_gets_no_number(tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text(
        "A title of its own\n\nSome words of the text stand here.\n\n"
        "A line that is none.\n\nMore words.\n",
        encoding="utf-8",
    )
    root = make_small(tmp_path / "archive")
    result = briefs(root, "add", str(file), "--set", "institute=asan", "--mark", "5=furniture")
    assert result.exit_code == 0, result.output
    assert "  line 5: A line that is none.  (left out by the archive)\n" in result.output
    (new,) = [brief for brief in load_library(Archive(root)).briefs if brief.id != ID]
    assert dict(zip(new.anchors, (block.text for block in new.reading.shown), strict=True)) == {
        "p1": "Some words of the text stand here.",
        "p2": "More words.",
    }
    assert account(new.reading).furniture == len("Alinethatisnone.")
    # Without the range, the line gets the next free number, and the other anchors stay.
    record = new.record.path
    content = yaml.safe_load(record.read_text(encoding="utf-8"))
    del content["ranges"]
    record.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    assert briefs(root, "convert").exit_code == 0
    assert load_library(Archive(root)).find(new.id).anchors == ("p1", "p3", "p2")


def test_a_range_taken_back_gives_an_anchor_its_words_again(root: Path) -> None:
    before = tree(root)
    fields = yaml.safe_load((root / "briefs" / f"{ID}.yml").read_text(encoding="utf-8"))
    record = (root / "briefs" / f"{ID}.yml").read_bytes()
    correct(root, ranges=[{"lines": "3", "as": "furniture", "date": "2026-11-30", "reason": "x"}])
    assert briefs(root, "convert").exit_code == 0
    assert "Tokyo waited" not in page(root)
    assert "ranges" not in fields
    (root / "briefs" / f"{ID}.yml").write_bytes(record)
    assert briefs(root, "convert").exit_code == 0
    assert tree(root) == before


def test_a_date_in_place_of_the_one_that_the_reader_reads(tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text(
        "A title of its own\n\n2021-02-04\n\nSome words of 2021-02-03 stand here, and so on.\n",
        encoding="utf-8",
    )
    root = make_small(tmp_path / "archive")
    given = [
        "--set",
        "institute=asan",
        "--set",
        "date=2021-02-03",
        "--because",
        "date=the day of the talk",
    ]
    result = briefs(root, "add", str(file), *given)
    assert result.exit_code == 0, result.output
    assert "  date       2021-02-03  (given, in place of “2021-02-04” on line 3)\n" in result.output
    (new,) = [brief for brief in load_library(Archive(root)).briefs if brief.id != ID]
    assert [(correction.field, correction.reason) for correction in new.record.corrections] == [
        ("date", "the day of the talk")
    ]
    # The text prints this date, but not as its own: the page marks it as supplied.
    assert (new.record.basis["date"].kind, new.record.basis["date"].evidence) == (
        "supplied",
        "the day of the talk",
    )
    assert f"  {new.id}: date: the day of the talk (" in briefs(root, "check").output
    # No field holds the line that the reader took, so it is shown.
    assert "2021-02-04" in [block.text for block in new.reading.shown]
    # Without a basis, the record disagrees with the reader.
    record = new.record.path
    content = yaml.safe_load(record.read_text(encoding="utf-8"))
    del content["basis"]["date"]
    record.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    result = briefs(root, "check")
    assert result.exit_code == 2
    assert "date: '2021-02-03' is not printed in the text" in result.output


def test_the_check_says_what_nobody_has_looked_at(root: Path) -> None:
    assert "Each brief was checked by a second person.\n" in briefs(root, "check").output
    correct(root, checked_by=None)
    assert f"Not yet checked by a second person: {ID}\n" in briefs(root, "check").output
