"""archive.text.tables: tables drawn with pipes."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archive.pages.blocks import table
from archive.reading.model import Block, Kind
from archive.records.authority import Authority
from archive.records.themes import passages
from archive.text.normal_forms import normalise
from archive.text.tables import is_rule, parse, row_spans, table_length
from rendered_markdown import collapse_spaces, element_by_id, render, texts

RULED = "| Year | Views |\n|:-----|------:|\n| 2019 | 2,142 |"
DRAWN = "+------+\n| Year | Views |\n+======+\n| 2019 | 2,142 |\n+------+"


@pytest.mark.parametrize(
    ("text", "rows", "head"),
    [
        (RULED, (("Year", "Views"), ("2019", "2,142")), True),
        (DRAWN, (("Year", "Views"), ("2019", "2,142")), True),
        ("Year | Views\n2019 | 2,142", (("Year", "Views"), ("2019", "2,142")), False),
        ("Year | Views\n-----\n2019 | 2,142", (("Year", "Views"), ("2019", "2,142")), True),
        ("| Year | Views | Note |\n| 2019 |", (("Year", "Views", "Note"), ("2019", "", "")), False),
        (
            "｜Ｙｅａｒ｜Ｖｉｅｗｓ｜\n｜－－｜－－｜\n\u200b｜２０１９｜２，１４２｜",
            (("Ｙｅａｒ", "Ｖｉｅｗｓ"), ("２０１９", "２，１４２")),
            True,
        ),
        (" | 2019\nSeoul | 2,142", (("", "2019"), ("Seoul", "2,142")), False),
        (
            "| - | 2019 |\n| a |  |\n|---|---|\n| b | c |",
            (("-", "2019"), ("a", ""), ("b", "c")),
            False,
        ),
    ],
)
def test_cells(text: str, rows: tuple[tuple[str, ...], ...], head: bool) -> None:
    assert table_length(normalise(text).split("\n")) == text.count("\n") + 1
    assert (parse(text).rows, parse(text).has_header_row) == (rows, head)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Seoul | Tokyo", 0),
        ("| Seoul | Tokyo |", 0),
        ("| Seoul |\n| Tokyo |", 0),
        ("Seoul | Tokyo\n---------", 0),
        ("Seoul | Tokyo\nSeoul | Tokyo | Washington", 0),
        ("Seoul | Tokyo\n---------\n---------\nSeoul | Tokyo", 0),
        ("---------\nSeoul | Tokyo\nSeoul | Tokyo", 0),
        ("Seoul | Tokyo\nSeoul | Tokyo\n---------\nSeoul talks.", 2),
        ("Seoul | Tokyo\nSeoul | Tokyo\n| Seoul | Tokyo |", 2),
        (f"Seoul | {'a' * 200}\nTokyo | {'a' * 200}", 0),
        ("|\n|", 0),
    ],
)
def test_where_a_table_ends(text: str, lines: int) -> None:
    assert table_length(text.split("\n")) == lines


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("|---|---|", True),
        ("-----", True),
        ("|:-:|", True),
        ("+===+", True),
        ("| - | - |", False),
        ("|  |", False),
        ("-3 | --", False),
    ],
)
def test_rules(line: str, expected: bool) -> None:
    assert is_rule(line) is expected


def test_the_row_of_a_table_is_what_is_quoted() -> None:
    assert [RULED[start:end] for start, end in row_spans(RULED)] == ["Year | Views", "2019 | 2,142"]


@given(st.lists(st.text(alphabet="ab |-+", max_size=12), min_size=1, max_size=6))
def test_no_word_is_lost_or_invented(lines: list[str]) -> None:
    size = table_length(lines)
    text = "\n".join(" ".join(line.split()) for line in lines[:size])
    if size:
        words = " ".join(cell for row in parse(text).rows for cell in row)
        printed = " ".join(line for line in text.split("\n") if not is_rule(line))
        assert words.split() == printed.replace("|", " ").split()
        assert (
            " ".join(text[start:end] for start, end in row_spans(text)).replace("|", " ").split()
            == words.split()
        )
        assert len({len(row) for row in parse(text).rows}) == 1


@given(
    st.lists(
        st.lists(texts.map(lambda text: text.replace("|", " ")), min_size=2, max_size=2),
        min_size=2,
        max_size=3,
    ),
    st.booleans(),
)
def test_any_words_stand_in_their_cell(rows: list[list[str]], ruled: bool) -> None:
    lines = [f"| {' | '.join(map(collapse_spaces, row))} |" for row in rows]
    lines[1:1] = ["|---|---|"] * ruled
    # A row of dashes alone is a rule, and two rules are not a table.
    assume(table_length(lines) == len(lines))
    text = "\n".join(lines)
    made = parse(text)
    tree = render(table(text, "p1"))
    shown = [
        [collapse_spaces(cell.text_content()) for cell in row.xpath("./th | ./td")]
        for row in element_by_id(tree, "p1").xpath(".//tr")
    ]
    assert shown == [list(row) for row in made.rows]
    assert len(tree.xpath("//th")) == 2 * made.has_header_row


def test_the_passage_of_a_table_is_its_row(authority: Authority) -> None:
    block = Block(Kind.TABLE, (), "| Pact | Year |\n|---|---|\n| GSOMIA | 2016 |\n| ACSA | – |")
    (passage,) = passages((block,), authority.themes["gsomia"])
    assert (passage.number, passage.text, passage.marks) == (1, "GSOMIA | 2016", ((0, 6),))


def test_a_note_gives_no_theme(authority: Authority) -> None:
    assert (
        passages(
            (Block(Kind.NOTE, (), "[1] On the GSOMIA, see above."),), authority.themes["gsomia"]
        )
        == ()
    )
