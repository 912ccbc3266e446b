from __future__ import annotations

from typing import Any

import frontmatter
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from archive.pages.blocks import heading, page, paragraph, points, slugs
from archive.reading.model import Block, Kind
from archive.text.escaping import Write, escape, escape_attribute, link
from rendered_markdown import TRAPS, collapse_spaces, element_by_id, render, texts, words


@pytest.mark.parametrize("text", TRAPS)
def test_each_trap_in_every_place(text: str) -> None:
    every_place_says(text)


@given(texts)
def test_any_text_in_every_place(text: str) -> None:
    every_place_says(text)


def every_place_says(text: str) -> None:
    tree = render(
        [
            *paragraph(text, "p1"),
            *heading(text, 2, "p2", "slug"),
            *heading(text, 3, "p3"),
            *paragraph("after", "p4"),
            link(text, "x.md"),
        ]
    )
    assert (
        words(element_by_id(tree, "p1"))
        == words(element_by_id(tree, "p2"))
        == words(element_by_id(tree, "p3"))
        == words(tree.xpath("//a")[0])
        == collapse_spaces(text)
    )
    assert [element_by_id(tree, anchor).tag for anchor in ("p1", "p2", "p3", "p4")] == [
        "p",
        "h2",
        "h3",
        "p",
    ]
    assert len(tree.xpath("//div[@data-text]/*")) == 5
    assert tree.xpath("//a/@href") == ["x.md"]


@given(texts, texts)
def test_lines_of_the_source_stay_lines(first: str, second: str) -> None:
    tree = render(paragraph(f"{collapse_spaces(first)}\n{collapse_spaces(second)}", "p1"))
    assert words(element_by_id(tree, "p1")) == f"{collapse_spaces(first)} {collapse_spaces(second)}"
    assert len(tree.xpath("//p/br")) == 1


@st.composite
def lists(draw: st.DrawFn) -> list[Block]:
    """Draw a list: marks and pages may begin it at any level, or go down several at a time.

    A point may have further paragraphs, and the point that one belongs to may be left out.
    """
    blocks: list[Block] = []
    for _ in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from([Kind.POINT, Kind.POINT, Kind.PARAGRAPH]))
        mark = "" if kind is Kind.PARAGRAPH else draw(st.sampled_from(["", "❍", "-", "•", "*"]))
        level = draw(st.integers(int(kind is Kind.PARAGRAPH), 4))
        blocks.append(Block(kind, (), draw(texts), level=level, mark=mark))
    return blocks


def _plainly(_: Block) -> Write:
    return escape


@given(lists())
def test_any_list(blocks: list[Block]) -> None:
    tree = render(
        [
            *points([(block, f"p{n}") for n, block in enumerate(blocks, 1)], _plainly),
            *paragraph("after", "p99"),
        ]
    )
    depth = 0
    for number, block in enumerate(blocks, 1):
        element = element_by_id(tree, f"p{number}")
        assert words(element) == collapse_spaces(f"{block.mark} {block.text}")
        # A point is at most one level below the point before it, a paragraph in no deeper one.
        depth = min(block.level or 1, depth + (block.kind is Kind.POINT))
        assert len(element.xpath("ancestor-or-self::li")) == depth
    assert len(tree.xpath("//li")) == sum(block.kind is Kind.POINT for block in blocks)
    assert not tree.xpath("//ol")
    assert element_by_id(tree, "p99").getparent().tag == "div"
    assert [element.get("id") for element in tree.xpath("//*[@id]")] == [
        f"p{n}" for n in range(1, len(blocks) + 1)
    ] + ["p99"]


def test_an_item_of_two_paragraphs_followed_by_another_item() -> None:
    item = Block(Kind.POINT, (), "one", level=1, mark="❍")
    more = Block(Kind.PARAGRAPH, (), "goes on", level=1)
    tree = render(points([(item, "p1"), (more, "p2"), (item, "p3")], _plainly))
    assert [[words(p) for p in li.xpath("p")] for li in tree.xpath("//li")] == [
        ["❍ one", "goes on"],
        ["❍ one"],
    ]
    assert len(tree.xpath("//ul")) == 1


@given(texts)
def test_attributes(text: str) -> None:
    (element,) = html.fragments_fromstring(f'<p title="{escape_attribute(text)}"></p>')
    assert element.get("title") == collapse_spaces(text)


def test_slugs_are_unique_and_never_an_anchor() -> None:
    assert list(slugs(["Its Significance", "Its significance", "P7", "핵심 요약", "…"])) == [
        "its-significance",
        "its-significance_1",
        "p7-",
        "핵심-요약",
        "",
    ]


def test_slugs_leave_the_pages_own_ids_alone() -> None:
    assert list(slugs(["Related briefs", "Title"], {"related-briefs", "title"})) == [
        "related-briefs_1",
        "title_1",
    ]


def test_slugs_of_many_like_headings_take_no_more_time_each() -> None:
    assert list(slugs(["Trade"] * 20_000))[-1] == "trade_19999"


values = st.recursive(
    st.none() | st.booleans() | texts,
    lambda part: st.lists(part) | st.dictionaries(st.sampled_from("abc"), part),
)


@given(st.dictionaries(st.sampled_from(["title", "date", "tags", "basis"]), values))
def test_front_matter_comes_back_as_it_went_in(meta: dict[str, Any]) -> None:
    assert frontmatter.loads(page(meta, ["text"])).metadata == meta


def test_front_matter_quotes_every_string_and_nothing_else() -> None:
    written = page(
        {"date": "2022", "number": None, "ok": True, "tags": ["no", "2022-07-10"]}, ["text"]
    )
    assert (
        written
        == '---\ndate: "2022"\nnumber: null\nok: true\ntags:\n- "no"\n- "2022-07-10"\n---\n\ntext\n'
    )
    assert yaml.safe_load(written.split("---")[1])["date"] == "2022"


def test_front_matter_writes_a_value_out_wherever_it_stands() -> None:
    tags = ["GSOMIA"]
    written = page({"tags": tags, "labels": tags}, ["text"])
    assert written == '---\ntags:\n- "GSOMIA"\nlabels:\n- "GSOMIA"\n---\n\ntext\n'


def test_escaping_leaves_plain_prose_alone() -> None:
    prose = (
        "“Reconciliation and Healing Foundation” (2015) – the U.S.-Japan summit, "
        "39% of Japanese; that’s it: see “A”!"
    )
    assert escape(prose) == prose
