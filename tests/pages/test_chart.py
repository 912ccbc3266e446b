"""archive.pages.chart: bands of briefs by year, with marks that are links and never overlap."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from archive.pages.chart import institute_bands, theme_bands
from archive.pages.links import PageContext
from archive.records.authority import Event
from archive.records.library import Brief, Library, load_library
from archive.store import Archive
from archive.text.dates import parse_edtf
from rendered_markdown import render
from repository import ROOT, cases

BASE = load_library(Archive(ROOT))
ONE = BASE.find("2022-asan-choi")
THEMES = [theme.id for theme in BASE.themes]
# The width of the home page, and of a theme's page beside its contents, in a window of 1280 pixels.
HOME, BESIDE_CONTENTS = 1000, 627


def brief(number: int, theme: str, date: str | None, **more: Any) -> Brief:
    """A brief on one theme. Its id says its date, by which a test knows its mark."""
    passage = ONE.passages["gsomia"][0]
    record = replace(ONE.record, id=f"{date or 'undated'}-b{number}", date=parse_edtf(date or ""))
    return replace(ONE, record=record, passages={theme: (passage,)}, **more)


def holding(briefs: Iterable[Brief]) -> Library:
    return replace(BASE, briefs=tuple(briefs))


def events(dates: Iterable[str]) -> list[Event]:
    found = [parse_edtf(date) for date in dates]
    return [Event(f"e{n}", date, f"Event {n}", (), None) for n, date in enumerate(found) if date]


def marks(row: list[html.HtmlElement]) -> list[str]:
    """What the links of a band lead to, in the words of the cases."""
    found = []
    for link in row:
        if link.xpath("./text[@class='number']"):
            found.append(f"{link.xpath('./text')[0].text} at {link.get('href').split('#')[1]}")
            continue
        date = re.findall(r"briefs/(.*)-b\d+/#p10$", link.get("href"))[0]
        is_ring = bool(link.xpath("./circle[@class='brief year-only']"))
        found.append(f"({date})" if is_ring else date)
    return found


def bands(tree: html.HtmlElement) -> dict[str, list[html.HtmlElement]]:
    """The links of each band, in their order, by the name of the band."""
    rows: dict[str, list[html.HtmlElement]] = {}
    for part in tree.xpath("//svg[@class='bands']/*[self::g[text[@class='name']] or self::a]"):
        if name := part.xpath("./text[@class='name']"):
            row = rows.setdefault(name[0].text, [])
        else:
            row.append(part)
    return rows


def least_width(tree: html.HtmlElement) -> int:
    return int(tree.xpath("//svg[@height='0']/@width")[0])


def place(link: html.HtmlElement, width: float) -> float:
    """The middle of a mark in a drawing of that width."""
    moved = float((re.findall(r"[-\d.]+", link.get("transform") or "") or [0])[0])
    return float(link.xpath("./circle/@cx")[0].rstrip("%")) / 100 * width + moved


@pytest.mark.parametrize("case", cases("bands"), ids=lambda case: case["name"])
def test_briefs_are_drawn_by_theme_and_year(case: dict[str, Any]) -> None:
    made = []
    for theme, dates in case["briefs"].items():
        if isinstance(dates, dict):
            dates = [f"{dates['year']}-{n % 12 + 1:02}" for n in range(dates["times"])]
        made += [brief(n, theme, date) for n, date in enumerate(dates)]
    context = PageContext("index.md", holding(made))
    if "theme" in case:
        context = PageContext(f"themes/{case['theme']}.md", holding(made))
        lines = institute_bands(context, BASE.authority.themes[case["theme"]])
    else:
        lines = theme_bands(context, events(case.get("events", ())))
    if not made:
        assert lines == []
        return
    tree = render(lines)
    above = tree.xpath("//svg/g/text[@y='13']/text()")
    assert tree.xpath("//svg/g/text[@class='year' and not(@y='13')]/text()") == case["years"]
    assert least_width(tree) == case["width"]
    assert above == case.get("numbers", [])
    for shape, number in (("line", "lines"), ("rect", "areas")):
        assert len(tree.xpath(f"//*[@id='event-lines']/{shape}")) == case.get(number, 0)
    found = {name: marks(links) for name, links in bands(tree).items() if links}
    labels = {id: theme.label for id, theme in BASE.authority.themes.items()}
    assert found == {labels.get(name, name): row for name, row in case["marks"].items()}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(THEMES),
            st.one_of(
                st.none(),
                st.dates().map(lambda day: f"20{day.year % 40:02}-{day.month:02}-{day.day:02}"),
                st.integers(1950, 2049).map(str),
            ).filter(lambda date: date is None or parse_edtf(date) is not None),
        ),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(["home", "theme"]),
)
def test_every_brief_has_a_mark_and_no_mark_is_on_another(
    dated: list[tuple[str, str | None]], where: str
) -> None:
    made = [brief(n, theme, date) for n, (theme, date) in enumerate(dated)]
    if where == "theme":
        made = [replace(one, passages={"gsomia": ONE.passages["gsomia"]}) for one in made]
    context = PageContext("index.md", holding(made))
    tree = render(
        theme_bands(context, [])
        if where == "home"
        else institute_bands(context, BASE.authority.themes["gsomia"])
    )
    least = least_width(tree)
    assert least <= (HOME if where == "home" else BESIDE_CONTENTS)
    rows = bands(tree)
    shown = Counter(
        {
            name: sum(int((link.xpath("./text/text()") or ["1"])[0]) for link in row)
            for name, row in rows.items()
        }
    )
    label = {id: theme.label for id, theme in BASE.authority.themes.items()}
    wanted = Counter(label[theme] for theme, _ in dated)
    assert +shown == (wanted if where == "home" else {"Asan Institute": len(made)})
    for width in (least, 390, HOME):
        for row in rows.values():
            places = [place(link, max(width, least)) for link in row]
            assert all(b - a > 23.9 for a, b in pairwise(places))
            assert all(11.9 < x < max(width, least) - 11.9 for x in places)


def test_a_mark_is_named_after_its_brief_and_leads_to_the_first_passage() -> None:
    library = replace(BASE, briefs=(ONE, replace(brief(1, "camp-david", "2021"), is_withheld=True)))
    library.briefs[1].passages["camp-david"] = ()
    rows = bands(render(theme_bands(PageContext("index.md", library), [])))
    (link,) = rows["GSOMIA"]
    assert link.get("href") == "briefs/2022-asan-choi/#p10"
    assert link.xpath("./title")[0].text == (
        f"Choi Eunmi 2022: {ONE.record.title}, 3 passages on GSOMIA"
    )
    (withheld,) = rows["Camp David"]
    assert withheld.get("href") == "briefs/2021-b1/"
    assert withheld.xpath("./title")[0].text.endswith(", withheld passages on Camp David")


def test_a_number_says_of_what_it_is() -> None:
    made = [brief(n, "gsomia", "2022") for n in range(9)]
    context = PageContext("themes/gsomia.md", holding(made))
    tree = render(institute_bands(context, BASE.authority.themes["gsomia"]))
    (link,) = bands(tree)["Asan Institute"]
    assert link.xpath("./title")[0].text == "9 briefs on GSOMIA, Asan Institute, 2022"
    assert link.get("href") == "#y2022"


def issued(number: int, *ids: str, short: str = "{}") -> Brief:
    """A brief of institutes with these ids; `short` is the form of their names."""
    bodies = (replace(ONE.institutes[0], id=id, short=short.format(id.upper())) for id in ids)
    made = brief(number, "gsomia", "2022-07", institutes=tuple(bodies))
    return replace(made, record=replace(made.record, institutes=ids))


def drawn_by_institute(briefs: list[Brief]) -> html.HtmlElement:
    """The drawing of briefs in an archive that knows their institutes."""
    institutes = {body.id: body for one in briefs for body in one.institutes}
    authority = replace(BASE.authority, institutes=institutes)
    context = PageContext("themes/gsomia.md", replace(holding(briefs), authority=authority))
    return render(institute_bands(context, BASE.authority.themes["gsomia"]))


def test_a_long_name_is_cut_between_words_and_whole_in_its_title() -> None:
    name = "Center for the Study of a Very Long Name and of Everything around the Two Countries"
    made = [issued(n, f"i{n}", short=f"{name} {{}}" if n == 1 else "{}") for n in range(20)]
    tree = drawn_by_institute([*made, *made])
    names = tree.xpath("//svg//text[@class='name']/text()")
    assert len(names) == 12
    assert names[-1] == "9 others"
    (cut,) = [one for one in names if one.endswith("…")]
    assert name.startswith(cut.removesuffix("…") + " ")
    assert f"{name} I1" in tree.xpath("//svg/g/title/text()")


def test_a_drawing_has_a_name_and_no_style_and_hides_what_the_links_say() -> None:
    tree = render(theme_bands(PageContext("index.md", BASE), events(["2022-05"])))
    (svg,) = tree.xpath("//svg[@class='bands']")
    assert (svg.get("role"), svg.get("aria-label")) == ("group", "Briefs by theme and year")
    assert not tree.xpath("//*[@style]")
    assert tree.xpath("//svg/g[@aria-hidden='true']/g[@id='event-lines']/line")
    assert len(tree.xpath("//svg/g/use[@href='#event-lines']")) == len(THEMES) - 1
    names = tree.xpath("//svg//a/title/text()")
    assert len(set(names)) == len(names) == 9


def test_a_brief_of_several_institutes_is_in_the_band_of_each_and_once_among_the_others() -> None:
    few = [issued(1, "a", "b"), issued(2, "b")]
    drawn = bands(drawn_by_institute(few))
    assert {name: len(links) for name, links in drawn.items()} == {"B": 2, "A": 1}
    many = [issued(0, *(f"i{n}" for n in range(20)))]
    drawn = bands(drawn_by_institute(many))
    assert {name: len(links) for name, links in drawn.items()} == {
        **dict.fromkeys(list(drawn)[:11], 1),
        "9 others": 1,
    }
