from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import SeparateCoAuthors
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string
from pylatexenc.latex2text import LatexNodes2Text

from archive.exports.catalog import COLUMNS, row, table
from archive.exports.citation import Citation, Name, cite
from archive.exports.references import bibtex, csl_json, ris
from archive.records.authority import Author
from archive.records.library import load_library
from repository import ROOT

LIBRARY = load_library(ROOT)
BASE = cite(LIBRARY, LIBRARY.find("2022-asan-choi"), "https://briefs.example/")
# The signs that mean something to a format, each alone and unpaired too.
signs = st.text(
    st.sampled_from("\"'`&%_#{}$~^\\<>|-,;:!?@=/[]()*.aB 한日é“”…"), min_size=1, max_size=30
)
titles = signs.map(lambda text: " ".join(text.split())).filter(bool)


def titled(title: str) -> Citation:
    return replace(BASE, title=title, abstract=title, number=title)


def plain(tex: str) -> str:
    """What TeX prints; pylatexenc gives a circumflex as its modifier letter."""
    return str(
        LatexNodes2Text(keep_comments=True, strict_latex_spaces=True).latex_to_text(tex)
    ).replace("ˆ", "^")


def first(content: str) -> dict[str, str]:
    """The fields of the first entry; both parsers agree on them, and see a second entry behind it."""
    both = content + "\n" + bibtex([replace(BASE, id="other")])
    library = bibtexparser.parse_string(both)
    assert (len(library.entries), len(library.failed_blocks)) == (2, 0)
    mine = {field.key: field.value for field in library.entries[0].fields}
    other = parse_string(both, "bibtex").entries
    assert list(other) == [BASE.id, "other"]
    theirs = dict(other[BASE.id].fields.items())
    assert {field: value for field, value in mine.items() if field != "author"} == theirs
    return mine


@given(titles)
def test_any_title_comes_back_from_bibtex(title: str) -> None:
    fields = first(bibtex([titled(title)]))
    assert fields["title"].startswith("{")
    assert fields["title"].endswith("}")
    assert plain(fields["title"][1:-1]) == title
    assert plain(fields["number"]) == title


@given(titles)
def test_any_title_comes_back_from_ris(title: str) -> None:
    (record,) = rispy.loads(ris([titled(title)]))
    assert record["title"] == record["abstract"] == record["number"] == title


@given(titles, titles)
def test_any_title_comes_back_from_csl_and_csv(title: str, other: str) -> None:
    found = json.loads(csl_json([titled(title), titled(other)]))
    assert [one["title"] for one in found] == [title, other]
    written = {**dict.fromkeys(COLUMNS, ""), "title": title, "rights": other}
    (back,) = csv.DictReader(io.StringIO(table([written]), newline=""))
    assert back == written


def named(family: str, given: str | None) -> Name:
    return Name(Author("a", family, given, ()), family, None)


NAMES = [
    (named("Choi", "Eunmi"), "Choi, Eunmi", (["Choi"], ["Eunmi"])),
    (named("Van Dyke", "Mary Ann"), "Van Dyke, Mary Ann", (["Van", "Dyke"], ["Mary", "Ann"])),
    (named("de la Cruz", "Ana"), "{de la Cruz}, Ana", (["{de la Cruz}"], ["Ana"])),
    (
        named("Cruz de la Torre", "Ana"),
        "{Cruz de la Torre}, Ana",
        (["{Cruz de la Torre}"], ["Ana"]),
    ),
    (named("Sturm AND Drang", "Bob"), "{Sturm AND Drang}, Bob", (["{Sturm AND Drang}"], ["Bob"])),
    (named("Bread and Roses", None), "{Bread and Roses}", (["{Bread and Roses}"], [])),
    (
        named("Institute of Peace, Seoul", None),
        "{Institute of Peace, Seoul}",
        (["{Institute of Peace, Seoul}"], []),
    ),
    (named("Kim", "Jr., Min"), "Kim, {Jr., Min}", (["Kim"], ["{Jr., Min}"])),
]


@pytest.mark.parametrize(
    ("name", "written", "parts"), NAMES, ids=[written for _, written, _ in NAMES]
)
def test_names_stay_apart_and_whole(
    name: Name, written: str, parts: tuple[list[str], list[str]]
) -> None:
    content = bibtex([replace(BASE, authors=(name, BASE.authors[0]))])
    assert f"author = {{{written} and Choi, Eunmi}}" in content
    people = parse_string(content, "bibtex").entries[BASE.id].persons["author"]
    assert (
        people[0].prelast_names + people[0].last_names,
        people[0].first_names + people[0].middle_names,
    ) == parts
    (entry,) = bibtexparser.parse_string(content, append_middleware=[SeparateCoAuthors()]).entries
    assert entry["author"] == [written, "Choi, Eunmi"]


@pytest.mark.parametrize(
    ("date", "parts", "ris_date"),
    [
        ("2022", [2022], "2022//"),
        ("2022-07", [2022, 7], "2022/07/"),
        ("2022-07-10", [2022, 7, 10], "2022/07/10"),
        (None, None, None),
    ],
)
def test_dates_are_of_the_precision_known(
    date: str | None, parts: list[int] | None, ris_date: str | None
) -> None:
    citation = replace(BASE, date=date)
    (one,) = json.loads(csl_json([citation]))
    assert one.get("issued") == (None if parts is None else {"date-parts": [parts]})
    (record,) = rispy.loads(ris([citation]))
    assert (record.get("date"), record.get("year")) == (ris_date, date and date[:4])
    fields = first(bibtex([citation]))
    assert (fields.get("date"), fields.get("year")) == (date, date and date[:4])


def test_what_is_not_known_is_left_out() -> None:
    bare = replace(
        BASE,
        authors=(),
        series=None,
        series_id=None,
        number=None,
        date=None,
        themes=(),
        abstract="",
        language="th",
    )
    assert sorted(first(bibtex([bare]))) == ["institution", "title", "type", "url"]
    (one,) = json.loads(csl_json([bare]))
    assert sorted(one) == ["URL", "genre", "id", "language", "publisher", "title", "type"]
    assert all(
        line.split("  - ")[1]
        for line in ris([bare]).splitlines()
        if line and not line.startswith("ER")
    )


def test_a_withdrawn_brief_says_so_everywhere() -> None:
    gone = replace(BASE, withdrawn="2026-12-02", date_is_printed=True)
    assert first(bibtex([gone]))["note"] == "Withdrawn 2026-12-02"
    assert json.loads(csl_json([gone]))[0]["note"] == "Withdrawn 2026-12-02"
    assert rispy.loads(ris([gone]))[0]["notes"] == ["Withdrawn 2026-12-02"]


def test_a_date_that_is_not_printed_is_said_to_be_so() -> None:
    for citation, note in (
        (BASE, "Date not printed in the text"),
        (replace(BASE, date_is_printed=True), None),
    ):
        assert first(bibtex([citation])).get("note") == note
        assert json.loads(csl_json([citation]))[0].get("note") == note
        assert rispy.loads(ris([citation]))[0].get("notes") == (note and [note])


def test_nothing_to_cite_is_an_empty_file_of_its_kind() -> None:
    assert bibtex([]) == ""
    assert rispy.loads(ris([])) == []
    assert json.loads(csl_json([])) == []
    assert list(csv.DictReader(io.StringIO(table([])))) == []


def test_rows_have_all_columns_and_say_where_the_date_is_from() -> None:
    found = {
        one.id: row(one, cite(LIBRARY, one, "https://briefs.example/")) for one in LIBRARY.briefs
    }
    assert {tuple(one) for one in found.values()} == {tuple(COLUMNS)}
    assert [
        found["2022-asan-choi"][column] for column in ("date", "date_basis", "authors", "themes")
    ] == [
        "2022",
        "inferred",
        "Choi, Eunmi",
        "gsomia;forced-labor;export-controls",
    ]
    assert found["2023-sejong-jin"]["date_basis"] == "printed"
