"""`briefs build --public` as a whole: nothing of a withheld text is anywhere in what it makes, and every link still lands.

What is looked for is looked for in the same way in the ordinary build, which has it: so the search for it works.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bibtexparser
import feedparser
import pytest
import rispy
from lxml import html
from playwright.sync_api import Browser, ConsoleMessage, Page

from archive.convert import plan
from archive.reading.model import Kind, Voice
from archive.records.library import Brief, load_library
from browser_windows import listening, violations, window
from repository import ROOT, copy_archive, tree
from site_pages import page, serve, settled, until
from withheld_archive import (
    EMBARGOED,
    JAPANESE,
    KOREAN,
    NO_AUTHORS_WORDS,
    OLD_ADDRESS,
    OVER,
    RESTRICTED,
    SECONDS,
    WITHHELD,
    found,
    make_archive,
    secret,
    tokens,
)


@dataclass(frozen=True)
class Both:
    """An archive, built for its own desk and for the public."""

    root: Path
    desk: Path
    public: Path
    said: dict[str, str]
    briefs: dict[str, Brief]

    def secret(self, id: str) -> set[str]:
        return secret(self.briefs[id], shown(self.briefs[id]))


def shown(brief: Brief) -> str:
    """The first 40 words of the author's own text, counted by hand: letters where Japanese has no spaces."""
    own = [
        b.text
        for b in brief.reading.shown
        if b.voice is Voice.AUTHOR and b.kind in (Kind.PARAGRAPH, Kind.POINT, Kind.KEY_POINT)
    ]
    if not own:
        return ""
    return " ".join(tokens(own[0])[:40] if brief.record.language == "ja" else own[0].split()[:40])


def run(root: Path, *command: str, seconds: str = SECONDS) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": seconds,
        "NO_MKDOCS_2_WARNING": "1",
        "PYTHONWARNINGS": "",
    }
    result = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result


def build(root: Path, name: str, *options: str, seconds: str = SECONDS) -> tuple[Path, str]:
    folder = root.parent / name
    result = run(
        root,
        "archive",
        "--root",
        str(root),
        "build",
        "--site-dir",
        str(folder),
        *options,
        seconds=seconds,
    )
    return folder, result.stdout


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    root = make_archive(tmp_path_factory.mktemp("public") / "archive")
    (desk, of_desk), (public, of_public) = build(root, "desk"), build(root, "open", "--public")
    briefs = {brief.id: brief for brief in load_library(root).briefs}
    return Both(root, desk, public, {"desk": of_desk, "public": of_public}, briefs)


@pytest.fixture(scope="module")
def base(both: Both) -> Iterator[str]:
    yield from serve(both.public)


def files(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*") if path.is_file())


# ---- No word is left


@pytest.mark.parametrize("id", WITHHELD)
def test_no_ten_words_in_a_row_are_left_in_any_file(id: str, both: Both) -> None:
    wanted = both.secret(id)
    assert len(wanted) > (10 if id == NO_AUTHORS_WORDS else 300)
    built = files(both.public)
    assert len(built) > 150
    assert {
        ".html",
        ".md",
        ".txt",
        ".json",
        ".xml",
        ".bib",
        ".ris",
        ".csv",
        ".pf_fragment",
        ".pf_index",
        ".gz",
    } <= {path.suffix for path in built}
    assert {path: left for path in built if (left := found(wanted, path))} == {}


@pytest.mark.parametrize("id", WITHHELD)
def test_the_ordinary_build_has_all_of_them(id: str, both: Both) -> None:
    """The control: found in the page, the source text, the index of the search, and some in a dossier."""
    wanted = both.secret(id)
    assert found(wanted, both.desk / "briefs" / f"{id}.txt") == wanted
    in_page = found(wanted, both.desk / "briefs" / id / "index.html")
    in_markdown = found(wanted, both.desk / "briefs" / f"{id}.md")
    in_index = set.union(*(found(wanted, path) for path in both.desk.glob("pagefind/fragment/*")))
    shares = [len(part) / len(wanted) for part in (in_page, in_markdown, in_index)]
    assert min(shares) > 0.8, (
        shares
    )  # but for furniture, and ten words that run from one block into the next
    if both.briefs[id].passages:
        assert any(found(wanted, path) for path in both.desk.glob("themes/*/index.html"))


def test_the_shown_words_are_there_and_are_at_most_forty(both: Both) -> None:
    for id in WITHHELD:
        text = page(both.public, f"/briefs/{id}/").xpath("//*[@data-text]")
        if id == NO_AUTHORS_WORDS:
            assert not text
            continue
        assert tokens(text[0].text_content()) == tokens(shown(both.briefs[id]))
        assert len(text[0].text_content().split()) <= 40
        assert "…" not in text[0].text_content()
    assert " ".join(
        page(both.public, f"/briefs/{RESTRICTED}/")
        .xpath("//*[@data-text]")[0]
        .text_content()
        .split()
    ) == (
        "I think it is commendable at this time to have a frank exchange of opinions regarding many aspects of Japan-South Korea "
        "relations. However, it is regrettable that there has not been sufficient debate about how to overcome the hurdles that"
    )


def test_words_that_stand_nowhere_else_are_not_in_the_index(both: Both) -> None:
    """The index itself has single words, as Pagefind shortens them."""

    def indexed(site: Path) -> str:
        parts = [
            gzip.decompress(path.read_bytes())
            for path in sorted(site.glob("pagefind/**/*"))
            if path.suffix.startswith(".pf_")
        ]
        assert parts
        return b"".join(parts).decode("utf-8", errors="replace")

    rare = ["leukemia", "akiyama", "murayama", "gyeongju", "camel"]
    desk, public = indexed(both.desk).casefold(), indexed(both.public).casefold()
    assert "commend" in public
    assert [word for word in rare if word in desk] == rare
    assert [word for word in rare if word in public] == []


def test_markdown_and_text_hold_the_record_and_the_notice(both: Both) -> None:
    for name in (f"briefs/{RESTRICTED}", OLD_ADDRESS.strip("/")):
        text = (both.public / f"{name}.txt").read_text(encoding="utf-8")
        assert text.splitlines()[0].startswith(
            "Masao Okonogi. Japan and South Korea should share a strategy"
        )
        assert (
            "Restricted: The publisher does not allow this text to be passed on. The text is withheld."
            in text
        )
        assert "Not available for redistribution" in text
        assert "The original: https://en.taejaefci.org/research/48" in text
        assert len(text.splitlines()) == 5
        markdown = (both.public / f"{name}.md").read_text(encoding="utf-8")
        assert (
            'title: "Japan and South Korea should share a strategy to open a new era"' in markdown
        )
        assert "The text is withheld." in markdown
        assert not found(
            {" ".join(tokens(shown(both.briefs[RESTRICTED]))[-10:])}, both.public / f"{name}.md"
        )


def test_what_is_shared_is_at_most_forty_words(both: Both) -> None:
    for id in WITHHELD:
        tree_ = page(both.public, f"/briefs/{id}/")
        said = [
            *tree_.xpath(
                "//meta[@name='description' or @property='og:description' or @name='citation_abstract']/@content"
            )
        ]
        assert len(said) >= 2
        assert all(len(text.split()) <= 40 for text in said)
        assert all(len(tokens(text)) <= 41 for text in said if id == JAPANESE)
    own = page(both.public, f"/briefs/{RESTRICTED}/").xpath(
        "//meta[@property='og:description']/@content"
    )
    assert own == [both.briefs[RESTRICTED].description]
    assert own[0].startswith("I think it is commendable")


def test_the_pages_that_are_committed_stay_whole(both: Both) -> None:
    assert plan(both.root).differences == []
    markdown = (both.root / "docs" / "briefs" / f"{RESTRICTED}.md").read_text(encoding="utf-8")
    assert "leukemia" in markdown


def test_what_is_not_withheld_is_as_it_was(both: Both) -> None:
    assert found(secret(both.briefs[OVER], ""), both.public / "briefs" / f"{OVER}.txt")
    for name in (
        "briefs/2022-asan-choi.txt",
        "briefs/2022-asan-choi.md",
        "briefs/2022-asan-choi.bib",
        "about/index.html",
    ):
        desk = (both.desk / name).read_text(encoding="utf-8")
        assert desk.replace('<meta name="robots" content="noindex">\n', "") == (
            both.public / name
        ).read_text(encoding="utf-8")
    assert sorted(
        path.relative_to(both.public) for path in files(both.public) if "pagefind" not in path.parts
    ) == sorted(
        path.relative_to(both.desk) for path in files(both.desk) if "pagefind" not in path.parts
    )


# ---- What builds say, and search engines are told


def test_the_desks_build_says_so_on_one_line_and_is_not_for_search_engines(both: Both) -> None:
    newest_first = [EMBARGOED, RESTRICTED, JAPANESE, KOREAN, NO_AUTHORS_WORDS]
    lines = [line for line in both.said["desk"].splitlines() if "desk" in line]
    assert lines == [
        f"5 briefs are embargoed or restricted ({', '.join(newest_first)}): this build is for the "
        "archive's own desk, and all its pages are marked noindex; `briefs build --public` "
        "withholds the words",
        f"The site is in {both.desk}",
    ]
    pages = [path for path in files(both.desk) if path.suffix == ".html"]
    assert len(pages) > 40
    for path in pages:
        assert html.parse(str(path)).xpath("//head/meta[@name='robots']/@content") == ["noindex"], (
            path
        )


def test_the_public_build_says_how_many_and_is_for_search_engines(both: Both) -> None:
    assert "The words of 5 briefs are withheld (" in both.said["public"]
    assert len(both.said["public"].splitlines()) == 2
    pages = [path for path in files(both.public) if path.suffix == ".html"]
    marked = {
        path.relative_to(both.public).as_posix()
        for path in pages
        if b'name="robots"' in path.read_bytes()
    }
    assert marked == {
        "404.html",
        f"{OLD_ADDRESS.strip('/')}/index.html",
    }  # as always: they are no pages to be found


def test_mkdocs_itself_says_so_too(archive: Path) -> None:
    result = run(archive, "mkdocs", "build")
    assert (
        result.stderr.count(
            f"1 brief is restricted ({RESTRICTED}): this build is for the archive's own desk"
        )
        == 1
    )
    assert (
        b'<meta name="robots" content="noindex">'
        in (archive / "site" / "about" / "index.html").read_bytes()
    )


# ---- Every link lands


def test_every_anchor_is_there_and_empty_but_for_the_shown_words(both: Both) -> None:
    for id in WITHHELD:
        tree_, brief = page(both.public, f"/briefs/{id}/"), both.briefs[id]
        empty = 0
        for anchor in brief.anchors:
            (target,) = tree_.xpath(f"//*[@id='{anchor}']")
            if target.xpath("ancestor::*[@data-text]"):
                continue
            empty += 1
            assert not target.text_content()
            assert target.getnext().text_content() == f"Paragraph {anchor[1:]} is withheld."
        assert empty == len(brief.anchors) - (id != NO_AUTHORS_WORDS)
        assert tree_.xpath("//*[@id='cite']")
        assert tree_.xpath("//*[@id='related-briefs']")
    numbers = [
        target.get("id")
        for target in page(both.public, f"/briefs/{RESTRICTED}/").xpath("//span[@id][not(text())]")
    ]
    assert [number for number in numbers if re.fullmatch(r"p\d+", number or "")] == [
        f"p{n}" for n in range(1, 23) if n != 8
    ]


def test_a_dossier_lists_it_without_its_passages(both: Both) -> None:
    (entry,) = page(both.public, "/themes/export-controls/").xpath(
        f"//div[@class='dossier-brief'][h3/@id='{RESTRICTED}']"
    )
    assert (
        "Its passages are withheld. The publisher does not allow this text to be passed on."
        in " ".join(entry.text_content().split())
    )
    assert not entry.xpath(".//blockquote")
    assert page(both.desk, "/themes/export-controls/").xpath(
        f"//div[@class='dossier-brief'][h3/@id='{RESTRICTED}']//blockquote"
    )
    assert page(both.public, "/themes/export-controls/").xpath("//blockquote")


def test_the_notice_says_what_may_be_done(both: Both) -> None:
    def notice(site: Path, id: str) -> str:
        (found_,) = page(site, f"/briefs/{id}/").xpath(
            "//div[@class='brief-head']/div[@class='notice']"
        )
        return " ".join(found_.text_content().split())

    for site, says in (
        (
            both.desk,
            "Here, at the archive's own desk, it may be read and cited, but not copied, mailed or put on another site.",
        ),
        (both.public, "Only its record and its first 40 words are shown."),
    ):
        assert notice(site, RESTRICTED) == (
            f"Restricted: The publisher does not allow this text to be passed on. {says} The text says: “< Copyright holder © "
            "TAEJAE FUTURE CONSENSUS INSTITUTE, Not available for redistribution >”. The original: "
            "https://en.taejaefci.org/research/48"
        )
    until_then = "Embargoed until 2026-12-16: The text may be shown to the public from 2026-12-16 on, and not before."
    assert (
        notice(both.public, EMBARGOED)
        == f"{until_then} Only its record and its first 40 words are shown."
    )
    assert notice(both.desk, EMBARGOED).startswith(
        f"{until_then} Until then: here, at the archive's own desk"
    )
    assert notice(both.public, NO_AUTHORS_WORDS).endswith("Only its record is shown.")
    assert notice(both.public, JAPANESE).endswith(
        "Only its record and its first 40 letters are shown."
    )
    assert page(both.public, f"/briefs/{OVER}/").xpath("//*[@id='p6'][ancestor::*[@data-text]]")
    assert not page(both.public, "/briefs/2022-asan-choi/").xpath("//div[@class='notice']")


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    faults: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            faults.append(message.text)

    with (
        window(browser, 1280, 900) as page,
        listening(page, console=console, pageerror=lambda error: faults.append(str(error))),
    ):
        yield page
        assert faults == []


def said(reader: Page) -> list[str]:
    """What is seen of what is said of paragraphs."""
    return [one.inner_text() for one in reader.locator(".said").all() if one.is_visible()]


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_link_to_a_paragraph_shows_that_it_is_withheld(
    browser: Browser, base: str, width: int, scripts: bool
) -> None:
    with window(browser, width, 844, java_script_enabled=scripts) as reader:
        _shows_that_it_is_withheld(reader, base)


def _shows_that_it_is_withheld(reader: Page, base: str) -> None:
    reader.goto(f"{base}/briefs/{RESTRICTED}/")
    assert reader.locator(".said").count() == 21
    assert said(reader) == []
    reader.goto(f"{base}/briefs/{RESTRICTED}/#p17")
    assert said(reader) == ["Paragraph 17 is withheld."]
    box = reader.locator("#p17 + .said").bounding_box()
    assert box
    assert 100 < box["y"] < 800
    excerpt = reader.locator("#p8").bounding_box()
    assert excerpt
    assert excerpt["y"] + excerpt["height"] > 60  # the shown words, or their end, are in sight too
    reader.goto(f"{base}/briefs/{RESTRICTED}/#p8")
    assert said(reader) == []


def test_scripts_run_without_trouble_and_the_shown_words_can_be_cited(
    reader: Page, base: str
) -> None:
    for id in (RESTRICTED, NO_AUTHORS_WORDS, KOREAN):
        reader.goto(f"{base}/briefs/{id}/?mark=withheld#p2")
        reader.wait_for_timeout(200)
        assert reader.locator(".cite-copy button").count() == 3
    reader.goto(f"{base}/briefs/{RESTRICTED}/#p17")
    reader.locator("#p8 > a.number").click()
    until(reader, "() => document.querySelector('#passage:popover-open')")
    assert reader.locator("#passage strong").inner_text() == "p8"
    mail = reader.locator("#passage a").get_attribute("href")
    assert mail
    assert "hurdles%20that%E2%80%9D" in mail  # the quotation ends with the last word that is shown


def test_axe_finds_nothing_on_the_page(reader: Page, base: str) -> None:
    for address in (f"/briefs/{RESTRICTED}/#p17", "/themes/export-controls/"):
        reader.goto(base + address)
        assert violations(reader, address) == []


def results(reader: Page, base: str, query: str) -> list[str]:
    reader.goto(f"{base}/search/?{query}")
    settled(reader)
    ids: list[str] = reader.eval_on_selector_all(
        "[data-brief]", "all => all.map(one => one.dataset.brief)"
    )
    return ids


def test_it_is_found_by_its_record_and_the_shown_words_and_by_no_other(
    reader: Page, base: str, both: Both
) -> None:
    assert RESTRICTED in results(reader, base, "q=strategy+new+era")
    assert results(reader, base, "q=Okonogi") == [RESTRICTED]
    assert results(reader, base, "q=commendable") == [RESTRICTED]
    assert RESTRICTED in results(reader, base, "theme=export-controls")
    assert results(
        reader, base, "author=okonogi-masao&institute=yeosijae&year=2021&series=looking-ahead"
    ) == [RESTRICTED]
    assert set(WITHHELD) <= set(results(reader, base, ""))
    assert NO_AUTHORS_WORDS in results(reader, base, "q=%22no+words+of+its+author%22")
    assert EMBARGOED in results(reader, base, "q=GSOMIA")
    hidden = [
        "leukemia",
        "Gyeongju",
        "%22strategic+patience%22",
        "Murayama",
        "1040",
        "%ED%88%AC%EC%98%81",
    ]
    assert [
        query for query in hidden if set(WITHHELD) & set(results(reader, base, f"q={query}"))
    ] == []
    for desk in serve(both.desk):
        assert [
            query
            for query in hidden[:5]
            if not set(WITHHELD) & set(results(reader, desk, f"q={query}"))
        ] == []


# ---- What programs read


def test_feeds_and_exports_can_be_read_and_name_it(both: Both) -> None:
    folder = both.public / "briefs"
    feed = feedparser.parse((folder / "feed.xml").read_bytes())
    assert not feed.bozo
    assert len(feed.entries) == len(both.briefs)
    listed: list[dict[str, Any]] = json.loads((folder / "feed.json").read_text(encoding="utf-8"))[
        "items"
    ]
    assert len(listed) == len(both.briefs)
    assert {
        one["id"] for one in json.loads((folder / "briefs.json").read_text(encoding="utf-8"))
    } == set(both.briefs)
    assert len(
        bibtexparser.parse_string((folder / "briefs.bib").read_text(encoding="utf-8")).entries
    ) == len(both.briefs)
    assert len(rispy.loads((folder / "briefs.ris").read_text(encoding="utf-8"))) == len(both.briefs)
    with (both.public / "catalog.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert (rows[EMBARGOED]["access"], rows[EMBARGOED]["embargoed_until"]) == (
        "embargoed",
        "2026-12-16",
    )
    assert (rows[RESTRICTED]["access"], rows[RESTRICTED]["embargoed_until"]) == ("restricted", "")
    catalog = {
        one["id"]: one
        for one in json.loads((both.public / "catalog.json").read_text(encoding="utf-8"))["briefs"]
    }
    assert catalog[RESTRICTED]["anchors"] == [f"p{n}" for n in range(1, 23)]
    assert catalog[RESTRICTED]["tags"] == ["Forced labor", "Export controls"]
    assert f"/briefs/{RESTRICTED}/</loc>" in (both.public / "sitemap.xml").read_text(
        encoding="utf-8"
    )


# ---- Days, other archives, other folders


def test_an_embargo_ends_on_its_day(both: Both) -> None:
    day_after = str(int(SECONDS) + 86400)
    site, output = build(both.root, "day-after", "--public", seconds=day_after)
    assert "The words of 4 briefs are withheld (" in output
    wanted = both.secret(EMBARGOED)
    assert found(wanted, site / "briefs" / f"{EMBARGOED}.txt") == wanted
    assert not page(site, f"/briefs/{EMBARGOED}/").xpath("//*[@class='said']")


def test_where_nothing_is_withheld_both_builds_are_the_same(tmp_path: Path) -> None:
    root = copy_archive(tmp_path / "archive")
    record = root / "briefs" / f"{RESTRICTED}.yml"
    record.write_text(
        record.read_text(encoding="utf-8").replace('access: "restricted"', 'access: "full"'),
        encoding="utf-8",
    )
    (desk, output), (public, of_public) = build(root, "desk"), build(root, "open", "--public")
    assert tree(desk) == tree(public)
    assert len(output.splitlines()) == len(of_public.splitlines()) == 1
    assert b'name="robots"' not in (desk / "index.html").read_bytes()


def test_a_public_build_leaves_nothing_of_an_ordinary_one_in_its_folder(tmp_path: Path) -> None:
    root = copy_archive(tmp_path / "archive")
    site, _ = build(root, "site")
    for name in (".index-broken/site/briefs/x/index.html", ".page.part"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("a text, whole", encoding="utf-8")
    again, _ = build(root, "site", "--public")
    fresh, _ = build(root, "fresh", "--public")
    assert tree(again) == tree(fresh)


def test_a_day_that_is_none_is_a_named_error(archive: Path) -> None:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "tomorrow"}
    command = [sys.executable, "-m", "archive", "--root", str(archive), "build", "--public"]
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert (
        "environment: SOURCE_DATE_EPOCH: 'tomorrow' is not a number of seconds since 1970"
        in result.stderr
    )
    assert not (archive / "site").exists()
