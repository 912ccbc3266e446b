"""archive.pages.chart: the drawing and the table show equal numbers."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from archive.pages.chart import chart
from archive.pages.links import PageContext
from archive.records.authority import Institute
from archive.records.library import Brief, Library, load_library
from archive.store import Archive
from archive.text.dates import parse_edtf
from rendered_markdown import render
from repository import ROOT

BASE = load_library(Archive(ROOT))
NAMES = ["Institute & <Co>", "한국 연구원", "A very long name of an institute that has to be cut"]


def archive(issued: list[tuple[int, str | None]]) -> Library:
    """Return an archive with a brief for each (institute, year)."""
    bodies = {
        f"i{n}": Institute(f"i{n}", f"{NAMES[n % 3]} {n}", f"{NAMES[n % 3]} {n}", (), {})
        for n in range(20)
    }
    briefs = tuple(brief(n, bodies[f"i{body}"], year) for n, (body, year) in enumerate(issued))
    return replace(BASE, briefs=briefs, authority=replace(BASE.authority, institutes=bodies))


def brief(number: int, body: Institute, year: str | None) -> Brief:
    one = BASE.briefs[0]
    return replace(
        one,
        record=replace(
            one.record, id=f"x-{number}", institute=body.id, date=parse_edtf(year or "")
        ),
        institute=body,
    )


def drawn(library: Library) -> html.HtmlElement:
    return render(chart(PageContext("index.md", library), library.briefs, "in all"))


@given(
    st.lists(
        st.tuples(st.integers(0, 19), st.sampled_from([None, "1999", "2004", "2005", "2022"])),
        min_size=1,
        max_size=60,
    )
)
def test_the_drawing_and_the_table_show_equal_numbers(
    issued: list[tuple[int, str | None]],
) -> None:
    tree = drawn(archive(issued))
    discs = sorted(int(text.text) for text in tree.xpath("//svg/text[@class='number']"))
    rows = tree.xpath("//table/tbody/tr")
    cells = [[int(cell.text or 0) for cell in row.xpath("td")[1:]] for row in rows]
    assert discs == sorted(number for row in cells[:-1] for number in row[:-1] if number)
    assert [sum(row[:-1]) for row in cells] == [row[-1] for row in cells]
    assert cells[-1][-1] == len(issued) == sum(discs)
    assert len(rows) == min(len({body for body, _ in issued}), 12) + 1
    description = tree.xpath("//svg/desc")[0].text
    assert description.count(":") == len(rows) - 1


def test_years_without_a_brief_keep_their_column_and_the_undated_come_last() -> None:
    tree = drawn(archive([(1, "2019"), (1, "2022"), (2, None)]))
    assert tree.xpath("//svg/text[@class='year']/text()") == [
        "2019",
        "2020",
        "2021",
        "2022",
        "n.d.",
    ]
    assert [cell.text_content() for cell in tree.xpath("//th")][1:] == [
        "2019",
        "2020",
        "2021",
        "2022",
        "Undated",
        "All",
    ]


def test_the_drawing_has_a_title_and_a_description_and_stays_inside_its_frame() -> None:
    tree = drawn(archive([(n % 20, str(1995 + n % 26)) for n in range(300)]))
    (svg,) = tree.xpath("//svg")
    assert svg.get("aria-labelledby") == tree.xpath("//svg/title/@id")[0]
    assert svg.get("aria-describedby") == tree.xpath("//svg/desc/@id")[0]
    wide = int(svg.get("width"))
    assert all(
        float(disc.get("cx")) + float(disc.get("r")) <= wide for disc in tree.xpath("//svg/circle")
    )
    assert not tree.xpath("//*[@style]")


def test_without_briefs_there_is_no_chart() -> None:
    assert chart(PageContext("index.md", BASE), [], "on nothing") == []
