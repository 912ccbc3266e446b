"""Lists that are split: by one rule, for good, with no page that grows without end, and no way
that leads nowhere.

The limit is lowered, so that the archive as committed has split lists, and a few hundred copies of
a brief make a large one.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from archive.build import build
from archive.commands.withdraw import withdraw
from archive.convert import compare, convert
from archive.exports.citation import cite
from archive.exports.feeds import feed_files
from archive.pages import links as parts
from archive.pages import listing, lists, pages_of_lists
from archive.pages.listing import Listing, all_lists
from archive.records.library import Brief, Library, load_library
from archive.store import Archive
from archive.text.addresses import Address
from archive.text.dates import parse_edtf
from curator_edits import replace_text, write_redirects
from repository import ROOT, copy_archive
from site_pages import page

BASE = load_library(Archive(ROOT))
URL = "https://briefs.example"
ASAN, SEJONG = Address("/institutes/asan/"), Address("/institutes/sejong/")
GSOMIA = Address("/themes/gsomia/")


def brief(number: int, date: str | None, **more: Any) -> Brief:
    """A copy of a brief under another id and date."""
    one = next(one for one in BASE.briefs if one.id == "2022-asan-choi")
    return replace(
        one, record=replace(one.record, id=f"x-asan-b{number}", date=parse_edtf(date or ""), **more)
    )


def holding(*dates: str | None, addresses: tuple[str, ...] = ()) -> Library:
    """The archive with copies of one brief at these dates, newest first, and with these addresses
    given out.
    """
    briefs = sorted(
        (brief(n, date) for n, date in enumerate(dates)),
        key=lambda one: one.record.date_parts,
        reverse=True,
    )
    return replace(
        BASE, briefs=tuple(briefs), addresses=dict.fromkeys(map(Address, addresses), "2026-11-21")
    )


def lowered(monkeypatch: pytest.MonkeyPatch, longest: int, newest: int) -> None:
    monkeypatch.setattr(listing, "NEWEST", newest)
    for module in (listing, parts, lists):
        monkeypatch.setattr(module, "LONGEST", longest)


def outline(listing: Listing) -> dict[str, object]:
    """The names of the parts of a list, with theirs or the number of their briefs."""
    return {
        part.label: outline(part) if part.children else len(part.briefs)
        for part in listing.children
    }


def entries(page: str) -> int:
    return page.count("{ .entry-title }")


# ---- The rule


def test_two_hundred_are_whole_and_one_more_is_split() -> None:
    dates = [f"{2000 + n % 4}-01" for n in range(201)]
    whole = all_lists(holding(*dates[:200]))[ASAN]
    assert (whole.children, len(whole.shown)) == ((), 200)
    split = all_lists(holding(*dates))[ASAN]
    assert outline(split) == {"2003": 50, "2002": 50, "2001": 50, "2000": 51}
    assert len(split.shown) == 50
    assert split.children[0].address == "/institutes/asan/2003/"


def test_a_year_is_split_into_months_and_what_has_no_date_or_month_stands_apart() -> None:
    dates = [
        *["2022-07-01"] * 150,
        *["2022-06"] * 40,
        *["2022"] * 20,
        *["2021"] * 10,
        *[None] * 250,
    ]
    asan = all_lists(holding(*dates))[ASAN]
    assert outline(asan) == {
        "2022": {"July": 150, "June": 40, "Month not known": 20},
        "2021": 10,
        "Undated": 250,
    }
    said = {
        str(one.address): (one.step[0], one.anchor)
        for one in (*asan.children, *asan.children[0].children)
    }
    assert said["/institutes/asan/2022/07/"] == ("July 2022", "m07")
    assert said["/institutes/asan/2022/undated/"] == ("2022, month not known", "undated")
    assert said["/institutes/asan/undated/"] == ("undated", "undated")
    assert said["/institutes/asan/2022/"] == ("2022", "y2022")
    years = all_lists(holding(*dates))
    assert outline(years[Address("/years/2022/")]) == {
        "July": 150,
        "June": 40,
        "Month not known": 20,
    }
    assert years[Address("/years/2021/")].children == ()
    assert years[Address("/years/undated/")].children == ()


def test_in_a_dossier_each_passage_counts_too() -> None:
    one = brief(0, "2022")
    found = one.passages["gsomia"][0]
    briefs = tuple(
        replace(brief(n, f"20{n:02}"), passages={"gsomia": (found,) * 9}) for n in range(21, 0, -1)
    )
    assert not all_lists(replace(BASE, briefs=briefs[:20]))[GSOMIA].children
    split = all_lists(replace(BASE, briefs=briefs))[GSOMIA]
    assert (len(split.children), len(split.shown)) == (21, 5)


def test_what_was_split_stays_split() -> None:
    given_out = (
        "/institutes/asan/",
        "/institutes/asan/2020/",
        "/institutes/asan/2020/03/",
        "/institutes/asan/undated/",
        "/years/2020/",
        "/years/undated/",
    )
    asan = all_lists(holding("2021", addresses=given_out))[ASAN]
    assert outline(asan) == {"2021": 1, "2020": {"March": 0}, "Undated": 0}
    assert len(asan.shown) == 1
    pages = dict(
        pages_of_lists(library := holding("2021", addresses=given_out), all_lists(library))
    )
    assert "No briefs at present." in pages["institutes/asan/2020/03.md"]
    assert all_lists(holding(addresses=given_out))[ASAN].shown == []


def test_what_cannot_be_split_says_less_of_each_brief() -> None:
    library = holding(*["2022"] * 201)
    page = dict(pages_of_lists(library, all_lists(library)))["years/2022/undated.md"]
    assert entries(page) == 201
    assert "entry-facts" not in page
    dossier = dict(pages_of_lists(library, all_lists(library)))["themes/gsomia/2022/undated.md"]
    assert entries(dossier) == 201
    assert 'class="passage"' not in dossier


# ---- The pages


@pytest.fixture(scope="module")
def large() -> Library:
    """1,250 briefs of one institute, author and theme in 25 years."""
    return holding(*(f"{2001 + n % 25}-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(1250)))


def test_the_index_of_briefs_leads_to_the_years_of_all(large: Library) -> None:
    page = dict(pages_of_lists(large, all_lists(large)))["briefs/index.md"]
    assert entries(page) == 50
    assert "[2001](../years/2001.md){ #y2001 } 50" in page
    assert (
        page.index("{ #y2001 }")
        < page.index("## Newest { #newest }")
        < page.index("{ .entry-title }")
    )


def test_an_institute_shows_the_newest_of_each_series_and_leads_to_its_years(
    large: Library,
) -> None:
    page = dict(pages_of_lists(large, all_lists(large)))["institutes/asan.md"]
    assert "[2001](asan/2001.md){ #y2001 } 50" in page
    series = page.partition("{ #asan-issue-brief }")[2]
    assert "The newest 50 of 1,250" in series
    assert 'href="../../search/?series=asan-issue-brief"' in series
    assert entries(series) == 50


def test_a_split_page_is_small_at_any_size(large: Library) -> None:
    lists = all_lists(large)
    pages = dict(pages_of_lists(large, lists))
    assert {
        "authors/choi-eunmi/2001.md",
        "institutes/asan/2001.md",
        "themes/gsomia/2001.md",
    } <= pages.keys()
    sizes = {path: len(text.encode()) for path, text in pages.items()}
    assert {path: size for path, size in sizes.items() if size > 150_000} == {}


def test_posts_and_biographies_that_repeat_stand_once(large: Library) -> None:
    page = dict(pages_of_lists(large, all_lists(large)))["authors/choi-eunmi.md"]
    credit = large.briefs[0].record.authors[0]
    assert credit.affiliation
    assert page.count(f"- {credit.affiliation}") == 1


def test_an_index_of_many_names_has_letters_and_names_few_institutes() -> None:
    one = BASE.authority.authors["choi-eunmi"]
    people = {
        f"x{n}": replace(one, id=f"x{n}", family=name, given="X")
        for n, name in enumerate(["Ahn", "Éa", "Eb", "박"] * 15)
    }
    base = replace(BASE, authority=replace(BASE.authority, authors=people))
    credit = brief(0, "2022").record.authors[0]
    library = replace(
        base,
        briefs=tuple(
            brief(n, "2022", authors=(replace(credit, id=key),)) for n, key in enumerate(people)
        ),
    )
    page = dict(pages_of_lists(library, all_lists(library)))["authors/index.md"]
    assert re.findall(r"^## (.*)", page, re.M) == [
        "A { #letter-a }",
        "E { #letter-e }",
        '<span lang="ko">박</span> { #letter-bc15 }',
    ]
    assert page.count("](#letter-") == 3
    assert entries(page) == 60


# ---- Feeds, and what a site says of the pages to machines


def test_a_feed_holds_the_fifty_that_changed_last() -> None:
    added = [f"2027-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(300)]
    citation = cite(BASE, BASE.briefs[0])
    files = feed_files(
        "All",
        [replace(citation, record=replace(citation.record, added=day)) for day in added],
        f"{URL}/",
        home=f"{URL}/briefs/",
        id=f"{URL}/briefs/",
        updated="2027-12-28",
    )
    days = sorted(added, reverse=True)[:50]
    assert [item["date_modified"][:10] for item in json.loads(files["feed.json"])["items"]] == days
    assert re.findall("<updated>(.{10})", files["feed.xml"])[1:] == days


def test_pages_of_years_are_listed_with_their_trail_and_an_honest_day() -> None:
    given_out = {
        Address(f"/institutes/asan/2022/{month}"): "2026-12-24" for month in ("", "07/", "undated/")
    }
    library = replace(BASE, addresses={**BASE.addresses, **given_out})
    known = all_lists(library)
    month, year = (known[Address(f"/institutes/asan/2022/{month}")] for month in ("07/", ""))
    assert [name for name, _ in month.trail] == [
        "Home",
        "Institutes",
        "Asan Institute for Policy Studies",
        "2022",
    ]
    assert month.trail[-1][1] == "/institutes/asan/2022/"
    assert month.title == "Asan Institute for Policy Studies, July 2022"
    assert (year.changed(library.addresses), year.is_exported) == ("2026-12-24", False)
    assert (len(year.briefs), month.briefs) == (1, [])
    assert known[ASAN].is_exported


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The archive as committed, its lists split beyond one entry, and built."""
    with pytest.MonkeyPatch.context() as patched:
        lowered(patched, 1, 1)
        root = copy_archive(tmp_path_factory.mktemp("split") / "archive")
        build(root, "2026-11-21")
        yield root


# Parts, each with its year.
PARTS = {
    "/institutes/sejong/2019/": "2019",
    "/themes/gsomia/2022/": "2022",
    "/themes/gsomia/2022/undated/": "2022",
    "/themes/forced-labor/2023/10/": "2023",
    "/years/2022/undated/": "2022",
}


@pytest.mark.parametrize(("address", "year"), PARTS.items())
def test_a_part_has_a_way_up_a_form_for_its_year_and_one_trail(
    split: Path, address: str, year: str
) -> None:
    tree = page(split / "site", address)
    crumbs = [crumb.text_content() for crumb in tree.xpath("//nav[@class='breadcrumbs']//li")]
    (script,) = tree.xpath("//script[@type='application/ld+json']/text()")
    graph = json.loads(script)["@graph"]
    steps = next(one for one in graph if one["@type"] == "BreadcrumbList")["itemListElement"]
    assert [step["name"] for step in steps] == crumbs
    assert [step["item"] for step in steps][-1] == URL + address
    assert len(crumbs) == address.count("/")
    above = tree.xpath("//p[@class='kicker']/a/@href")
    assert above[-1] == "../"
    assert tree.xpath("//form[@class='search-within']/input[@name='year']/@value") == [year]


def test_no_link_of_a_split_archive_is_dead_and_the_sitemap_has_all_pages(split: Path) -> None:
    site = split / "site"
    sitemap = etree.parse(str(site / "sitemap.xml"))
    days = {one.findtext("{*}loc"): one.findtext("{*}lastmod") for one in sitemap.getroot()}
    assert all(days[URL + address] for address in PARTS)
    trees = {file: html.parse(str(file)).getroot() for file in site.rglob("index.html")}
    ids = {file: {*tree.xpath("//@id"), ""} for file, tree in trees.items()}
    dead = []
    for file, tree in trees.items():
        for href in tree.xpath("//main//a/@href"):
            path, _, anchor = href.partition("#")
            if re.match(r"[a-z]+:", href) or "?" in path:
                continue
            target = (file.parent / path).resolve() if path else file.parent
            target = target / "index.html" if target.is_dir() else target
            if not target.exists() or (target in ids and anchor not in ids[target]):
                dead.append(f"{file.relative_to(site)}: {href}")
    assert dead == []


def test_years_that_were_given_out_stay_when_the_list_is_short_again_or_a_brief_goes(
    split: Path, tmp_path: Path
) -> None:
    root = tmp_path / "archive"
    shutil.copytree(split, root, ignore=shutil.ignore_patterns("site"))
    assert listing.LONGEST == 1  # the fixture's
    with pytest.MonkeyPatch.context() as patched:
        lowered(patched, 200, 50)
        assert convert(Archive(root)).committed.removed == ()
        withdraw(Archive(root), "2019-sejong-park", "2026-12-01", "x", None)
        convert(Archive(root))
        assert "No briefs at present." in (root / "docs/institutes/sejong/2019.md").read_text(
            encoding="utf-8"
        )
        assert "[2019](sejong/2019.md){ #y2019 } 0" in (
            root / "docs/institutes/sejong.md"
        ).read_text(encoding="utf-8")
        library = load_library(Archive(root))
        years = {part.label: part for part in all_lists(library)[SEJONG].children}
        assert years["2019"].changed(library.addresses) == "2026-12-01"
        assert years["2023"].changed(library.addresses) < "2026-12-01"


def test_the_years_of_an_institute_that_moves_move_along(split: Path, tmp_path: Path) -> None:
    root = tmp_path / "archive"
    shutil.copytree(split, root, ignore=shutil.ignore_patterns("site"))
    replace_text(root / "briefs/authority/institutes.yml", "\nsejong:", "\nsejongx:")
    for id in ("2019-sejong-park", "2023-sejong-jin"):
        replace_text(root / f"briefs/{id}.yml", 'institute: "sejong"', 'institute: "sejongx"')
    write_redirects(root, institutes__sejong="/institutes/sejongx/")
    build(root, "2026-11-21")
    for below in ("", "2019/", "2023/"):
        stub = page(root / "site", f"/institutes/sejong/{below}")
        assert stub.xpath("//link[@rel='canonical']/@href") == [f"{URL}/institutes/sejongx/{below}"]
    rules = (root / "site" / "_redirects").read_text(encoding="utf-8")
    assert "/institutes/sejong/2019/ /institutes/sejongx/2019/ 301\n" in rules
    assert "/institutes/sejong/2019/" not in (root / "site" / "sitemap.xml").read_text(
        encoding="utf-8"
    )
    assert compare(Archive(root)) == []
