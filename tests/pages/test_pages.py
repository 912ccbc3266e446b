"""Pages of a larger archive: lists stay short and link to the rest."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from archive.pages import pages_of_lists
from archive.pages.listing import all_lists
from archive.records.library import Brief, Library, load_library
from archive.store import Archive
from archive.text.dates import parse_edtf
from repository import ROOT, made_pages

BASE = load_library(Archive(ROOT))


def brief(number: int, year: int) -> Brief:
    one = next(one for one in BASE.briefs if one.id == "2022-asan-choi")
    return replace(
        one,
        record=replace(
            one.record, id=f"{year}-asan-b{number}", date=parse_edtf(f"{year}-{number % 12 + 1:02}")
        ),
    )


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    made = (brief(number, 2000 + number % 5) for number in range(250))
    briefs = tuple(sorted(made, key=lambda one: one.record.date_parts, reverse=True))
    library: Library = replace(BASE, briefs=briefs, addresses={})
    return made_pages(library)


def entries(page: str) -> int:
    return page.count("{ .entry-title }")


@pytest.mark.parametrize("path", ["briefs/index.md", "authors/choi-eunmi.md"])
def test_a_long_list_shows_the_newest_and_the_way_to_the_rest(
    pages: dict[str, str], path: str
) -> None:
    assert entries(pages[path]) == 50
    assert re.findall(r"\[(\d+)\]\(.*/\d+.md\)\{ #y\d+ \} (\d+)", pages[path]) == [
        (str(2004 - n), "50") for n in range(5)
    ]


def test_a_year_has_all_of_its_briefs(pages: dict[str, str]) -> None:
    assert entries(pages["years/2003.md"]) == 50
    assert "The newest" not in pages["years/2003.md"]


def test_home_stays_short_and_has_the_newest_before_all(pages: dict[str, str]) -> None:
    newest, drawn = pages["index.md"].partition("## Newest briefs")[2].split("## Themes over time")
    assert entries(newest) == 5
    assert "| --- |" not in pages["index.md"]
    # Three themes of five years each, at fifty briefs a year.
    assert re.findall(r'href="(themes/[^/"]*/[^"]+)"><title>50 briefs on ', drawn) == [
        f"themes/{theme}/{year}/"
        for theme in ("gsomia", "forced-labor", "export-controls")
        for year in range(2000, 2005)
    ]
    assert len(pages["index.md"]) < 20_000


def test_numbers_of_four_digits_have_a_comma_and_years_have_none() -> None:
    briefs = tuple(brief(number, 2003) for number in range(1234))
    library = replace(BASE, briefs=briefs, addresses={})
    pages = dict(pages_of_lists(library, all_lists(library)))
    for path, words in {
        "index.md": "1,234 briefs",
        "briefs/index.md": "1,234 briefs, newest first",
        "authors/index.md": "1,234 briefs, [2003]",
        "authors/choi-eunmi.md": "[2003](choi-eunmi/2003.md){ #y2003 } 1,234",
        "institutes/asan.md": "The newest 50 of 1,234. ",
        "themes/gsomia.md": "1,234 of 1,234 briefs, 3,702 passages, [2003]",
        "years/index.md": "1,234 briefs",
    }.items():
        assert words in pages[path], path
        # A date, an address, or a part of a number or a word.
        rest = re.sub(r"[\w.#/-]*\b(?:19|20)\d\d\b[\w./-]*|[\d,]*,\d{3}\b", "", pages[path])
        assert re.findall(r"(?<![\w.#/-])\d{4,}(?= \w|[.|]| $)", rest) == [], path


def test_a_small_list_is_whole() -> None:
    page = made_pages(BASE)["briefs/index.md"]
    assert entries(page) == 5
    assert "The newest" not in page


@pytest.mark.parametrize(
    ("there", "at_once", "folded"), [(1, 1, None), (4, 4, None), (5, 3, "2 more passages")]
)
def test_a_dossier_folds_what_is_more_than_a_few(
    there: int, at_once: int, folded: str | None
) -> None:
    one = next(one for one in BASE.briefs if one.id == "2023-sejong-jin")
    found = tuple(
        replace(one.passages["forced-labor"][0], number=number) for number in range(1, there + 1)
    )
    library = replace(BASE, briefs=(replace(one, passages={"forced-labor": found}),))
    shown, fold, rest = made_pages(library)["themes/forced-labor.md"].partition(
        '<details class="more"'
    )
    assert shown.count('<div class="passage"') == at_once
    assert rest.count('<div class="passage"') == there - at_once
    assert (f"<summary>{folded}</summary>" in rest) if folded else not fold
