"""The built pages around the texts: facts, passages, lists, links."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import frontmatter
import pytest
from lxml import html

from archive.pages.links import count
from repository import ROOT, cases
from site_pages import page

FACTS: dict[str, Any] = cases("facts")
PASSAGES: dict[str, Any] = cases("passages")
HOST = "https://briefs.example"
LABELS = {
    "gsomia": "GSOMIA",
    "camp-david": "Camp David",
    "forced-labor": "Forced labor",
    "export-controls": "Export controls",
}


def text_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture(scope="module")
def trees(site: Path) -> dict[str, html.HtmlElement]:
    """Parse every page of the site, by address."""
    return {
        "/" + "".join(f"{part}/" for part in path.relative_to(site).parent.parts): html.parse(
            str(path)
        ).getroot()
        for path in site.rglob("index.html")
    }


def test_every_address_exists(trees: dict[str, html.HtmlElement]) -> None:
    for address in cases("addresses"):
        assert address in trees
    ledger = (ROOT / "briefs" / "ledger" / "addresses.tsv").read_text(encoding="utf-8").split("\n")
    assert set(trees) == {row.split("\t")[0] for row in ledger if row} | {"/about/", "/search/"}


def test_every_link_leads_somewhere(trees: dict[str, html.HtmlElement], site: Path) -> None:
    anchors = {address: {"", *tree.xpath("//@id")} for address, tree in trees.items()}
    followed = 0
    for address, tree in trees.items():
        for target in tree.xpath("//a/@href | //link/@href | //script/@src | //img/@src"):
            parts = urlsplit(urljoin(HOST + address, target))
            if f"{parts.scheme}://{parts.netloc}" != HOST:
                continue
            followed += 1
            if parts.path in anchors:
                assert unquote(parts.fragment) in anchors[parts.path] | {"__skip"}, (
                    address,
                    target,
                )
            else:
                assert (site / unquote(parts.path).lstrip("/")).is_file(), (address, target)
    assert followed > 1000


def test_every_anchor_of_the_ledger_is_on_its_page(trees: dict[str, html.HtmlElement]) -> None:
    checked = 0
    for file in (ROOT / "briefs" / "ledger").glob("20*.tsv"):
        known = {row.split("\t")[0] for row in file.read_text(encoding="utf-8").splitlines()}
        assert known <= set(trees[f"/briefs/{file.stem}/"].xpath("//*[@data-text]//@id"))
        checked += len(known)
    assert checked >= 111


@pytest.mark.parametrize("id", FACTS)
def test_front_matter_has_the_facts_that_a_person_read(id: str) -> None:
    fact = FACTS[id]
    meta: dict[str, Any] = frontmatter.load(str(ROOT / "docs" / "briefs" / f"{id}.md")).metadata
    assert meta["id"] == id
    assert meta["title"] == fact["title"]["value"]
    assert [
        {key: author[key] for key in ("id", "family", "given", "printed")}
        for author in meta["authors"]
    ] == fact["authors"]
    assert meta["institute"] == {"id": fact["institute"]["id"], "name": fact["institute"]["name"]}
    assert (meta["series"]["name"] if meta["series"] else None) == fact["series"]
    assert (meta["number"], meta["date"], meta["access"]) == (
        fact["number"],
        fact["date"]["value"],
        fact["access"],
    )
    assert meta["tags"] == [label for theme, label in LABELS.items() if theme in fact["themes"]]
    assert {field for field in ("title", "institute", "date") if field in meta["basis"]} == {
        field for field in ("title", "institute", "date") if fact[field]["basis"] != "printed"
    }


@pytest.mark.parametrize("id", FACTS)
def test_a_fact_that_is_not_printed_is_marked_in_words(
    id: str, trees: dict[str, html.HtmlElement]
) -> None:
    fact = FACTS[id]
    (header,) = trees[f"/briefs/{id}/"].xpath("//div[@class='brief-head']")
    for field, label in (
        ("title", "Title supplied by the archive:"),
        ("institute", "Institute inferred:"),
        ("date", "Date inferred:"),
    ):
        assert (label in text_of(header)) == (fact[field]["basis"] != "printed"), field
    assert text_of(trees[f"/briefs/{id}/"].xpath("//h1")[0]) == fact["title"]["value"]
    for author in fact["authors"]:
        assert author["printed"] in text_of(header)
    (byline,) = header.xpath(".//p[@class='byline']")
    assert text_of(byline).removesuffix(" (inferred)").endswith(f" · {fact['date']['words']}")
    assert byline.xpath(".//time/@datetime") == [fact["date"]["value"]]
    assert (byline.text_content().endswith("(inferred)")) == (fact["date"]["basis"] == "inferred")


def test_a_year_is_never_turned_into_a_day(trees: dict[str, html.HtmlElement]) -> None:
    wrong = re.compile(
        r"2022-(?!07-10|19\b)\d\d|2022[./]0?1[./]|\b(?:1|01) January 2022|"
        r"January 1,? 2022|Jan(?:uary|\.)? 2022"
    )
    for address, tree in trees.items():
        assert not wrong.search(text_of(tree)), address
        assert not [
            value for value in tree.xpath("//@content | //@datetime") if wrong.search(value)
        ]


def test_mail_addresses_are_not_shown(trees: dict[str, html.HtmlElement]) -> None:
    for address, tree in trees.items():
        assert not re.search(r"\w@\w", text_of(tree)), address


@pytest.mark.parametrize("theme", LABELS)
def test_a_dossier_quotes_the_passages_that_a_person_listed(
    theme: str, trees: dict[str, html.HtmlElement]
) -> None:
    tree = trees[f"/themes/{theme}/"]
    quotations: dict[str, list[tuple[str, str]]] = {}
    for brief in tree.xpath("//div[@class='dossier-brief']"):
        id = brief.xpath("./h3/@id")[0]
        for quote in brief.xpath(".//blockquote/p"):
            (link,) = quote.xpath("./a[@class='where']")
            quoted = text_of(quote).removesuffix(text_of(link)).strip()
            quotations.setdefault(id, []).append((urlsplit(link.get("href")).fragment, quoted))
            under = [item.get("href").split("#")[1] for item in quote.xpath("../ul/li//a")]
            expected = next(
                passage
                for passage in PASSAGES[id][theme]
                if f"p{passage[0]}" == quotations[id][-1][0]
            )
            assert under == [f"p{n}" for n in (expected[2:] or [[]])[0]]
    assert quotations == {
        id: [(f"p{passage[0]}", " ".join(passage[1].split())) for passage in themes[theme]]
        for id, themes in PASSAGES.items()
        if themes.get(theme)
    }


@pytest.mark.parametrize("theme", LABELS)
def test_a_quotation_links_to_its_block_in_the_authors_voice(
    theme: str, trees: dict[str, html.HtmlElement]
) -> None:
    address = f"/themes/{theme}/"
    for quote in trees[address].xpath("//blockquote"):
        for line in quote.xpath("./p | .//li"):
            (link,) = line.xpath("./a[@class='where']")
            target = urlsplit(urljoin(HOST + address, link.get("href")))
            (block,) = trees[target.path].xpath("//*[@data-text]//*[@id=$id]", id=target.fragment)
            assert text_of(line).removesuffix(text_of(link)).strip() in text_of(block)
            assert not block.xpath("ancestor::*[contains(@class, 'voice')]")
        assert all(line.xpath(".//mark") for line in quote.xpath("./p"))


@pytest.mark.parametrize("theme", LABELS)
def test_a_dossier_is_in_order_of_time_and_shows_three_passages_of_a_brief(
    theme: str, trees: dict[str, html.HtmlElement]
) -> None:
    tree = trees[f"/themes/{theme}/"]
    years = [
        text_of(year)
        for year in tree.xpath("//h2[following-sibling::*[1][@class='dossier-brief']]")
    ]
    assert years
    assert years == sorted(years)
    for brief in tree.xpath("//div[@class='dossier-brief']"):
        visible = brief.xpath("./div[@class='passage']/blockquote/p")
        passages = brief.xpath(".//blockquote/p")
        # A fold that hides a single passage saves nothing.
        assert len(visible) == (3 if len(passages) > 4 else len(passages))
        (more,) = brief.xpath("./details[@class='more']/summary") or [None]
        assert (more is None) == (len(passages) <= 4)
        assert more is None or text_of(more) == f"{len(passages) - 3} more passages"


def test_a_theme_page_has_its_names_in_three_languages(trees: dict[str, html.HtmlElement]) -> None:
    tree = trees["/themes/forced-labor/"]
    assert [text_of(name) for name in tree.xpath("//*[@lang='ko']")] == ["강제징용", "강제동원"]
    assert [text_of(name) for name in tree.xpath("//*[@lang='ja']")] == ["徴用工問題", "強制動員"]


def test_an_authors_page_has_the_names_posts_and_biography(
    trees: dict[str, html.HtmlElement],
) -> None:
    page_words = text_of(trees["/authors/choi-eunmi/"].xpath("//article")[0])
    assert "Filed as: Choi, Eunmi" in page_words
    assert "Dr. CHOI Eunmi" in page_words
    assert (
        "research fellow, Asan Institute for Policy Studies (Center for Regional Studies), "
        "in [Japan's external strategy" in page_words
    )
    assert (
        "Dr. CHOI received her M.A. and Ph.D. in Political Science from Korea University."
        in page_words
    )


def test_an_institutes_page_has_its_series_and_its_other_name(
    trees: dict[str, html.HtmlElement],
) -> None:
    tree = trees["/institutes/sejong/"]
    assert tree.xpath("//h2/@id") == ["sejong-policy-brief", "sejong-focus"]
    assert "TAEJAE FUTURE CONSENSUS INSTITUTE" in text_of(trees["/institutes/yeosijae/"])
    assert "supplied by the archive" in text_of(trees["/institutes/yeosijae/"])


def test_home_counts_the_passages_of_each_brief_and_theme(
    trees: dict[str, html.HtmlElement],
) -> None:
    tree = trees["/"]
    drawn = {
        (link.get("href"), link.xpath("./title")[0].text.rpartition(", ")[2])
        for link in tree.xpath("//svg//a[title]")
    }
    assert drawn == {
        (f"briefs/{id}/#p{found[0][0]}", f"{count(len(found), 'passage')} on {LABELS[theme]}")
        for id, themes in PASSAGES.items()
        for theme, found in themes.items()
        if found
    }
    for label in LABELS.values():
        assert label in text_of(tree.xpath("//h2[@id='themes']/following::div[1]")[0])


def test_voices_and_rights_are_named_above_the_text(trees: dict[str, html.HtmlElement]) -> None:
    (header,) = trees["/briefs/2021-yeosijae-okonogi/"].xpath("//div[@class='brief-head']")
    assert (
        "Paragraphs p3 to p7 are by the publisher, Yeosijae, not by the author. This is inferred:"
        in text_of(header)
    )
    assert "Restricted:" in text_of(header)
    assert (
        "Translation of: a text in Japanese (translated from Japanese into English "
        "by Tsutomu Inuzuka, SSDP Associate)" in text_of(header)
    )


def test_a_record_names_the_origin_of_the_text(trees: dict[str, html.HtmlElement]) -> None:
    address = "https://sejong.org/web/boad/22/egoread.php?bd=22&seq=4851"
    footer = text_of(trees["/briefs/2019-sejong-park/"].xpath("//div[@class='brief-foot']")[0])
    assert f"Original: {address} (supplied: found online" in footer
    assert "Text saved: the day is not recorded · added to the archive: 21 November 2026" in footer
    assert "not yet (unchecked)" in footer
    assert "2afb2bbb2e0f42eb3642c74a52e3472419cbd85e52328f9169927bf45fbfaf08" in footer
    assert "All briefs: later Masao Okonogi 2021" in footer
    assert "Forced labor: later Masao Okonogi 2021" in footer


def test_the_head_of_a_page_loads_nothing_from_another_host(
    trees: dict[str, html.HtmlElement],
) -> None:
    for address, tree in trees.items():
        (canonical,) = tree.xpath("//link[@rel='canonical']/@href")
        assert canonical == HOST + address
        assert len(tree.xpath("//head//meta[@name='description']/@content")) == 1
        for loaded in tree.xpath(
            "//link[@rel='stylesheet' or @rel='icon' or @rel='preload' or @rel='preconnect']/@href"
            " | //script/@src | //img/@src"
        ):
            assert not urlsplit(loaded).netloc, (address, loaded)


@pytest.mark.parametrize(
    ("address", "begins"),
    [
        (
            "/briefs/2022-asan-choi/",
            "Choi Eunmi 2022: [Japan's external strategy after the Kishida–Biden U.S.–Japan summit",
        ),
        (
            "/briefs/2023-sejong-jin/",
            "Changsoo Jin 2023: Indo-Pacific Strategy and Korea-Japan cooperation - ",
        ),
        ("/themes/gsomia/", "GSOMIA - Korea–Japan Policy Briefs"),
        ("/glossary/", "Abbreviations - Korea–Japan Policy Briefs"),
        ("/", "Korea–Japan Policy Briefs"),
    ],
)
def test_a_page_title_names_the_page_before_the_site(site: Path, address: str, begins: str) -> None:
    (title,) = page(site, address).xpath("//head/title")
    assert title.text_content().startswith(begins)


def test_the_theme_colour_is_the_colour_of_the_paper(
    site: Path, trees: dict[str, html.HtmlElement]
) -> None:
    css = (site / "assets" / "archive.css").read_text(encoding="utf-8")
    (paper,) = re.findall(r"--paper: light-dark\((#\w+), (#\w+)\)", css)
    for tree in trees.values():
        metas = tree.xpath("//meta[@name='theme-color']")
        assert [(meta.get("media"), meta.get("content")) for meta in metas] == [
            ("(prefers-color-scheme: light)", paper[0]),
            ("(prefers-color-scheme: dark)", paper[1]),
        ]


@pytest.mark.parametrize(
    ("address", "trail", "section"),
    [
        ("/briefs/2022-asan-choi/", ["Home", "Briefs", "2022-asan-choi"], "Briefs"),
        ("/themes/forced-labor/", ["Home", "Themes", "Forced labor"], "Themes"),
        ("/authors/jin-changsoo/", ["Home", "Authors", "Changsoo Jin"], "Authors"),
        ("/institutes/sejong/", ["Home", "Institutes", "Sejong Institute"], "Institutes"),
        ("/years/2022/", ["Home", "Years", "2022"], "Years"),
        ("/themes/", [], "Themes"),
        ("/", [], "Home"),
    ],
)
def test_a_page_has_breadcrumbs_and_marks_its_section(
    site: Path, address: str, trail: list[str], section: str
) -> None:
    tree = page(site, address)
    assert [text_of(part) for part in tree.xpath("//nav[@aria-label='Breadcrumbs']//li")] == trail
    assert [
        text_of(item) for item in tree.xpath("//li[contains(@class, 'md-tabs__item--active')]")
    ] == [section]
    if trail:
        first, second = tree.xpath("//nav[@aria-label='Breadcrumbs']//a/@href")
        assert (site / address.strip("/") / first / "index.html").resolve() == (
            site / "index.html"
        ).resolve()
        assert (site / address.strip("/") / second / "index.html").is_file()


def test_the_first_link_skips_to_the_content(trees: dict[str, html.HtmlElement]) -> None:
    for address, tree in trees.items():
        # archive.css hides Material's own skip link, which leads to the first heading.
        first = tree.xpath("//body//a[@href][not(ancestor::*[@data-md-component='skip'])]")[0]
        assert (first.get("href"), text_of(first)) == ("#__content", "Skip to content"), address
        (target,) = tree.xpath("//*[@id='__content']")
        assert target.xpath("ancestor::main") and not target.xpath("preceding::h1")


@pytest.mark.parametrize("theme", LABELS)
def test_a_dossier_has_links_to_its_years_and_a_chart(
    theme: str, trees: dict[str, html.HtmlElement]
) -> None:
    tree = trees[f"/themes/{theme}/"]
    years = tree.xpath("//h2[following-sibling::*[1][@class='dossier-brief']]/@id")
    year_links = tree.xpath("//nav[@aria-label='Years']//a/@href")
    assert year_links == ([f"#{year}" for year in years] if len(years) > 1 else [])
    contents = tree.xpath("//div[@data-md-type='toc']//a/@href")
    assert [link for link in contents if link[1:] in years] == [f"#{year}" for year in years]
    (drawing,) = tree.xpath("//*[@class='chart']//svg[@role='group']")
    assert drawing.get("aria-label") == f"Briefs on {LABELS[theme]} by institute and year"
    briefs = tree.xpath("//div[@class='dossier-brief']/h3/@id")
    marks = drawing.xpath(".//a[title]/@href")
    assert sorted(urlsplit(mark).path.split("/")[-2] for mark in marks) == sorted(briefs)


def test_home_has_a_card_for_each_theme_with_a_passage(
    trees: dict[str, html.HtmlElement],
) -> None:
    home = trees["/"]
    cards = home.xpath("//section[@class='theme-card']")
    assert [text_of(card.xpath("./h3")[0]) for card in cards] == list(LABELS.values())
    links = {
        text_of(card.xpath("./h3")[0]): card.xpath(".//a[@class='where']/@href") for card in cards
    }
    assert links["GSOMIA"] == ["briefs/2022-asan-choi/#p10"]
    assert links["Forced labor"] == ["briefs/2022-ifes-cho/#p4"]
    assert links["Camp David"] == ["briefs/2023-sejong-jin/#p24"]
    for card in cards:
        (quoted,) = card.xpath("./blockquote/p[1]")
        assert text_of(quoted).endswith((".", ".”"))
    assert "1 of 5 briefs, 3 passages, 2022" in text_of(cards[0])
    assert {"briefs/feed.xml", "briefs/feed.json"} <= set(home.xpath("//article//a/@href"))
    assert home.xpath("//article//form[@action='search/']//input[@name='q']")


def test_the_picture_in_the_readme_is_small() -> None:
    assert "](.github/brief.png)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / ".github" / "brief.png").stat().st_size < 200_000


def test_home_lists_the_events_with_their_passages(trees: dict[str, html.HtmlElement]) -> None:
    listed = [text_of(event) for event in trees["/"].xpath("//*[@class='events']/ol/li")]
    assert len(listed) == len(cases("events"))
    assert listed[1] == (
        "October 2018 Japan stays away from the fleet review at Jeju, over the Rising Sun flag "
        "Jin-goo Cho 2022, ¶ p12, Park Young June 2019, ¶ p1"
    )
    assert listed[-1].endswith("(date supplied: the summit was on 18 August 2023)")
    # The drawing has a line or an area for each.
    assert len(trees["/"].xpath("//svg//*[@class='event']")) == len(listed)


def test_an_entry_of_a_list_has_the_briefs_own_first_words(
    trees: dict[str, html.HtmlElement],
) -> None:
    for id in FACTS:
        described = frontmatter.load(str(ROOT / "docs" / "briefs" / f"{id}.md"))["description"]
        for address in ("/", "/briefs/", f"/years/{id[:4]}/"):
            (entry,) = trees[address].xpath(
                "//*[@class='entries']//li[a[contains(@href, $path)]]", path=f"{id}/"
            )
            (words,) = entry.xpath("./span[@class='teaser']")
            assert str(described).startswith(text_of(words).removesuffix("…"))
            assert 50 < len(text_of(words)) <= 200


def test_the_index_of_years_is_a_chart_of_bars(trees: dict[str, html.HtmlElement]) -> None:
    rows = trees["/years/"].xpath("//div[contains(@class, 'years')]//li")
    assert [
        (text_of(row.xpath("./*")[0]), row.xpath("./a/@href"), row.xpath(".//svg/@width"))
        for row in rows
    ] == [
        ("2023", ["2023/"], ["75"]),
        ("2022", ["2022/"], ["150"]),
        ("2021", ["2021/"], ["75"]),
        ("2020", [], []),
        ("2019", ["2019/"], ["75"]),
    ]


def test_dates_are_in_words_outside_of_citations_and_exports(
    trees: dict[str, html.HtmlElement],
) -> None:
    for address, tree in trees.items():
        if address.startswith(("/guide/", "/scaling/", "/about/")):
            continue
        # What a curator wrote as evidence stays as it is, and so does a citation.
        main = deepcopy(tree.xpath("//main")[0])
        for part in main.xpath(".//*[@id='cite-forms' or @class='remarks']"):
            part.getparent().remove(part)
        assert not re.search(r"\b(?:19|20)\d\d-\d\d-\d\d\b", text_of(main)), address
        for time in tree.xpath("//time"):
            assert text_of(time).endswith(time.get("datetime")[:4])
