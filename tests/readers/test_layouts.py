"""Pages as a person copies them: little is claimed, and what is claimed is right.

tests/cases/layouts.yml holds their texts and what each says about itself.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.readers import read
from archive.reading import footer
from archive.reading.fidelity import account
from archive.reading.header import RULES, TITLE_LAYOUTS, Header
from archive.reading.model import Kind
from archive.reading.sheet import Sheet
from archive.reading.vocabulary import FURNITURE, furniture_rule
from archive.sources.source import Source
from archive.text.normal_forms import normalise
from repository import cases

LAYOUTS: list[dict[str, Any]] = cases("layouts")
FIELDS = ("title", "authors", "date", "institute", "series", "number")


def fold(value: Any) -> list[str]:
    """Return the letters and figures of a value, or of each of several, in any order."""
    values = value if isinstance(value, list) else [value]
    return sorted(re.sub(r"\W", "", normalise(one)).casefold() for one in values)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout["name"])
def test_nothing_wrong_is_stated_and_no_line_of_the_text_left_out(layout: dict[str, Any]) -> None:
    reading = read(Source.from_bytes(layout["text"].encode(), Path("page.txt")))
    assert account(reading).faults == ()
    stated: dict[str, Any] = {
        field: statement.value for field, statement in reading.statements() if field in FIELDS
    }
    if reading.authors:
        stated["authors"] = [author.value for author in reading.authors]
    right = {
        field: [fold(value), *map(fold, layout.get("accept", {}).get(field, []))]
        for field, value in layout["says"].items()
    }
    assert {
        field: value for field, value in stated.items() if fold(value) not in right.get(field, [])
    } == {}
    assert [field for field in FIELDS if field in right and field not in stated] == layout.get(
        "missed", []
    )
    left_out = {
        " ".join(reading.source[line].split())
        for block in reading.blocks
        if block.kind is Kind.FURNITURE
        for line in range(block.lines[0], block.lines[1] + 1)
    }
    assert left_out <= set(layout.get("furniture", []))
    assert [line for line in layout.get("furniture", []) if line not in left_out] == layout.get(
        "stays", []
    )


@pytest.mark.parametrize(("rule", "example"), RULES, ids=lambda rule: getattr(rule, "__name__", ""))
def test_a_rule_of_the_header_finds_its_example_before_the_others(rule: Any, example: str) -> None:
    header = Header(Sheet(Source.from_bytes(example.encode(), Path("page.txt"))), [])
    found = [other for other, _ in RULES if other(header, 1, example)]
    assert found[:1] == [rule]
    assert header.sheet.unclaimed() == [1]


@pytest.mark.parametrize("rules", [footer.RULES, footer.ABOUT_RULES])
def test_a_rule_of_the_footer_finds_its_example_before_the_others(rules: Any) -> None:
    found = [[other for other, _ in rules if other(1, line)][:1] for _, line in rules]
    assert found == [[rule] for rule, _ in rules]


@pytest.mark.parametrize(("layout", "example"), TITLE_LAYOUTS)
def test_a_layout_of_the_title_fits_its_example_before_the_others(
    layout: str, example: str
) -> None:
    assert [other for other, _ in TITLE_LAYOUTS if re.search(other, example)][:1] == [layout]


@pytest.mark.parametrize(("rule", "example"), [(rule, line) for rule, _, line in FURNITURE])
def test_a_rule_of_furniture_leaves_out_its_example(rule: str, example: str) -> None:
    assert furniture_rule(normalise(example)) == rule


@pytest.mark.parametrize(
    "line",
    [
        "Research on publications about ports",
        "Next steps",
        "다음 세 가지 과제",
        "Home rule and its enemies",
        "Prices without markets > costs",
        "Share prices in 1998",
        "The main search",
        "Print and power in the harbor",
        "Top officials meet again",
        "Topics for the next round",
        "관련 쟁점",
        "Save the ferries",
        "Contact between the two fleets",
    ],
)
def test_a_heading_of_a_text_is_no_furniture(line: str) -> None:
    assert furniture_rule(normalise(line)) == ""


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*(line for *_, line in FURNITURE), "Related", "목록", "2021"])))
def test_nothing_between_two_paragraphs_is_left_out(lines: list[str]) -> None:
    prose = (
        "Harbors are dredged for ships that may never come, and the sand has to go somewhere, "
        "usually to the place where it does most harm to those who live there."
    )
    text = "\n\n".join([prose, *lines, prose])
    reading = read(Source.from_bytes(text.encode(), Path("page.txt")))
    assert [block.text for block in reading.blocks if block.kind is Kind.FURNITURE] == []
