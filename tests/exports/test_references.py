from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import SeparateCoAuthors
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string
from pylatexenc.latex2text import LatexNodes2Text

from archive.exports.catalog import COLUMNS, row, table
from archive.exports.citation import Citation, cite
from archive.exports.references import bibtex, concatenate, csl_json, files, ris
from archive.records.authority import Author
from archive.records.library import load_library
from archive.records.record import Withdrawal
from archive.store import Archive
from archive.text.dates import parse_edtf
from repository import ROOT

LIBRARY = load_library(Archive(ROOT))
BASE = cite(LIBRARY, LIBRARY.find("2022-asan-choi")).at("https://briefs.example/")
# The characters that are special in a format, each alone and unpaired too.
signs = st.text(
    st.sampled_from("\"'`&%_#{}$~^\\<>|-,;:!?@=/[]()*.aB 한日é“”…"), min_size=1, max_size=30
)
titles = signs.map(lambda text: " ".join(text.split())).filter(bool)


def with_record(citation: Citation, **changes: Any) -> Citation:
    return replace(citation, record=replace(citation.record, **changes))


def with_title(title: str) -> Citation:
    return with_record(replace(BASE, abstract=title), title=title, number=title)


def printed(tex: str) -> str:
    """Return what TeX prints; pylatexenc turns a circumflex into its modifier letter."""
    return str(
        LatexNodes2Text(keep_comments=True, strict_latex_spaces=True).latex_to_text(tex)
    ).replace("ˆ", "^")


def parse_first(content: str) -> dict[str, str]:
    """Return the fields of the first of two entries, on which both parsers agree."""
    both = content + "\n" + bibtex(with_record(BASE, id="other"))
    library = bibtexparser.parse_string(both)
    assert (len(library.entries), len(library.failed_blocks)) == (2, 0)
    mine = {field.key: field.value for field in library.entries[0].fields}
    other = parse_string(both, "bibtex").entries
    assert list(other) == [BASE.record.id, "other"]
    theirs = dict(other[BASE.record.id].fields.items())
    assert {field: value for field, value in mine.items() if field != "author"} == theirs
    return mine


@given(titles)
def test_any_title_comes_back_from_bibtex(title: str) -> None:
    fields = parse_first(bibtex(with_title(title)))
    assert fields["title"].startswith("{")
    assert fields["title"].endswith("}")
    assert printed(fields["title"][1:-1]) == title
    assert printed(fields["number"]) == title


@given(titles)
def test_any_title_comes_back_from_ris(title: str) -> None:
    (record,) = rispy.loads(ris(with_title(title)))
    assert record["title"] == record["abstract"] == record["number"] == title


@given(titles, titles)
def test_any_title_comes_back_from_csl_and_csv(title: str, other: str) -> None:
    content = concatenate(files(with_title(text)) for text in (title, other))
    entries = json.loads(content["json"])
    assert [entry["title"] for entry in entries] == [title, other]
    written = {**dict.fromkeys(COLUMNS, ""), "title": title, "rights": other}
    (back,) = csv.DictReader(io.StringIO(table([written]), newline=""))
    assert back == written


@given(st.lists(titles, max_size=3))
def test_a_list_is_read_back_in_each_format(wanted: list[str]) -> None:
    citations = [with_record(with_title(title), id=f"b{n}") for n, title in enumerate(wanted)]
    content = concatenate(map(files, citations))
    assert len(bibtexparser.parse_string(content["bib"]).entries) == len(wanted)
    assert [record["title"] for record in rispy.loads(content["ris"])] == wanted
    assert [entry["title"] for entry in json.loads(content["json"])] == wanted


def author_name(family: str, given: str | None) -> Author:
    return Author("a", family, given, ())


NAMES = [
    (author_name("Choi", "Eunmi"), "Choi, Eunmi", (["Choi"], ["Eunmi"])),
    (author_name("Van Dyke", "Mary Ann"), "Van Dyke, Mary Ann", (["Van", "Dyke"], ["Mary", "Ann"])),
    (author_name("de la Cruz", "Ana"), "{de la Cruz}, Ana", (["{de la Cruz}"], ["Ana"])),
    (
        author_name("Cruz de la Torre", "Ana"),
        "{Cruz de la Torre}, Ana",
        (["{Cruz de la Torre}"], ["Ana"]),
    ),
    (
        author_name("Sturm AND Drang", "Bob"),
        "{Sturm AND Drang}, Bob",
        (["{Sturm AND Drang}"], ["Bob"]),
    ),
    (author_name("Bread and Roses", None), "{Bread and Roses}", (["{Bread and Roses}"], [])),
    (
        author_name("Institute of Peace, Seoul", None),
        "{Institute of Peace, Seoul}",
        (["{Institute of Peace, Seoul}"], []),
    ),
    (author_name("Kim", "Jr., Min"), "Kim, {Jr., Min}", (["Kim"], ["{Jr., Min}"])),
]


@pytest.mark.parametrize(
    ("name", "written", "parts"), NAMES, ids=[written for _, written, _ in NAMES]
)
def test_names_stay_apart_and_whole(
    name: Author, written: str, parts: tuple[list[str], list[str]]
) -> None:
    content = bibtex(replace(BASE, authors=(name, BASE.authors[0])))
    assert f"author = {{{written} and Choi, Eunmi}}" in content
    people = parse_string(content, "bibtex").entries[BASE.record.id].persons["author"]
    assert (
        people[0].prelast_names + people[0].last_names,
        people[0].first_names + people[0].middle_names,
    ) == parts
    (entry,) = bibtexparser.parse_string(content, append_middleware=[SeparateCoAuthors()]).entries
    assert entry["author"] == [written, "Choi, Eunmi"]


@pytest.mark.parametrize(
    ("date", "issued", "ris_date"),
    [
        ("2022", {"date-parts": [[2022]]}, "2022//"),
        ("2022-07", {"date-parts": [[2022, 7]]}, "2022/07/"),
        ("2022-07-10", {"date-parts": [[2022, 7, 10]]}, "2022/07/10"),
        ("2021-21", {"date-parts": [[2021]], "season": 1}, "2021///Spring"),
        (
            "2020-12/2021-01",
            {"date-parts": [[2020, 12], [2021, 1]]},
            "2020/12//December 2020–January 2021",
        ),
        (
            "2021-22/2021-23",
            {"date-parts": [[2021, 22], [2021, 23]]},
            "2021///Summer–Autumn",
        ),
        (None, None, None),
    ],
)
def test_dates_are_of_the_precision_known(
    date: str | None, issued: dict[str, Any] | None, ris_date: str | None
) -> None:
    citation = with_record(BASE, date=parse_edtf(date or ""))
    (entry,) = json.loads(csl_json(citation))
    assert entry.get("issued") == issued
    (record,) = rispy.loads(ris(citation))
    assert (record.get("date"), record.get("year")) == (ris_date, date and date[:4])
    fields = parse_first(bibtex(citation))
    assert (fields.get("date"), fields.get("year")) == (date, date and date[:4])


def test_what_is_not_known_is_left_out() -> None:
    bare = with_record(
        replace(BASE, authors=(), series=None, themes=(), abstract=""),
        authors=(),
        series=None,
        number=None,
        date=None,
        language="th",
    )
    assert sorted(parse_first(bibtex(bare))) == ["institution", "title", "type", "url"]
    (entry,) = json.loads(csl_json(bare))
    assert sorted(entry) == ["URL", "genre", "id", "language", "publisher", "title", "type"]
    assert all(
        line.split("  - ")[1]
        for line in ris(bare).splitlines()
        if line and not line.startswith("ER")
    )


def test_a_withdrawn_brief_says_so_everywhere() -> None:
    gone = with_record(BASE, withdrawn=Withdrawal("2026-12-02", "", None, 1, ()), basis={})
    assert parse_first(bibtex(gone))["note"] == "Withdrawn 2026-12-02"
    assert json.loads(csl_json(gone))[0]["note"] == "Withdrawn 2026-12-02"
    assert rispy.loads(ris(gone))[0]["notes"] == ["Withdrawn 2026-12-02"]


def test_a_date_that_is_not_printed_is_said_to_be_so() -> None:
    for citation, note in (
        (BASE, "Date not printed in the text"),
        (with_record(BASE, basis={}), None),
    ):
        assert parse_first(bibtex(citation)).get("note") == note
        assert json.loads(csl_json(citation))[0].get("note") == note
        assert rispy.loads(ris(citation))[0].get("notes") == (note and [note])


def test_nothing_to_cite_is_an_empty_file_of_its_kind() -> None:
    content = concatenate([])
    assert content["bib"] == ""
    assert rispy.loads(content["ris"]) == []
    assert json.loads(content["json"]) == []
    assert list(csv.DictReader(io.StringIO(table([])))) == []


def test_rows_have_all_columns_and_say_where_the_date_is_from() -> None:
    rows = {
        brief.id: row(brief, cite(LIBRARY, brief).at("https://briefs.example/"))
        for brief in LIBRARY.briefs
    }
    assert {tuple(columns) for columns in rows.values()} == {tuple(COLUMNS)}
    assert [
        rows["2022-asan-choi"][column] for column in ("date", "date_basis", "authors", "themes")
    ] == [
        "2022",
        "inferred",
        "Choi, Eunmi",
        "gsomia;forced-labor;export-controls",
    ]
    assert rows["2023-sejong-jin"]["date_basis"] == "printed"
