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
from archive.text.tables import (
    aligned_rows,
    is_rule,
    parse,
    row_spans,
    table_length,
    table_text,
)
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


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\tb\nc\td", 2),
        ("\t2019\nSeoul | Busan\t2\nc", 2),
        ("a\tb\n\t\nc\td", 3),
        ("a\tb\nc\td\te", 0),
        ("a\tb", 0),
        (f"a\t{'b ' * 200}\nc\td", 2),
        ("a\n b", 0),
        ("\t".join("a" * 200) + "\n" + "\t".join("a" * 200), 0),
    ],
)
def test_where_a_table_with_tabs_ends(text: str, lines: int) -> None:
    assert table_length(text.split("\n"), "\t") == lines


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "Port    1990  2020\nUpper      4  1,204\nOld Quay         9",
            ["Port\t1990\t2020", "Upper\t4\t1,204", "Old Quay\t\t9"],
        ),
        (
            "      1990   2020\na        1      2\nb              20\nThat is all.",
            ["\t1990\t2020", "a\t1\t2", "b\t\t20"],
        ),
        (
            "항구      년도\n위        1990\n아래      2020",
            ["항구\t년도", "위\t1990", "아래\t2020"],
        ),
        ("a  b\nc  d", []),
        ("It rained.  It snowed.\nSo it was.  It hailed then.\nIt was cold then.  It is.", []),
        (f"{'a ' * 20} {'b ' * 20}\n" * 3, []),
        ("a  b\n" * 2 + "  ".join("a" * 200), []),
    ],
)
def test_aligned_columns(text: str, rows: list[str]) -> None:
    assert aligned_rows(text.split("\n")) == rows
    assert table_text(text.split("\n")[: len(rows)]) == "\n".join(rows)


@given(
    st.lists(st.lists(texts, min_size=2, max_size=2), min_size=2, max_size=3),
    st.lists(texts, min_size=2, max_size=2),
)
def test_any_words_stand_between_tabs(rows: list[list[str]], first: list[str]) -> None:
    rows = [[collapse_spaces(cell) for cell in row] for row in [first, *rows]]
    # Two rules are not a table, and a pipe at a tab may belong to a table with pipes.
    assume(not any(is_rule(normalise("\t".join(row))) for row in rows))
    assume(not any(cell[:1] == "|" or cell[-1:] == "|" for row in rows for cell in row))
    text = table_text("\t".join(row) for row in rows)
    assert [list(row) for row in parse(text).rows] == rows
    shown = [
        [collapse_spaces(cell.text_content()) for cell in row.xpath("./th | ./td")]
        for row in element_by_id(render(table(text, "p1")), "p1").xpath(".//tr")
    ]
    assert shown == rows


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
