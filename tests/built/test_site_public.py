"""`briefs build --public`: no file has words of a withheld text, and every link still works.

The ordinary build is the control: the tests find in it what must be missing from the public one.
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
from test_site_search import change_address

from archive.convert import compare
from archive.reading.model import Kind, Voice
from archive.records.library import Brief, load_library
from archive.store import Archive
from browser_windows import listening, violations, window
from repository import ROOT, copy_archive, tree
from site_pages import page, serve, until
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
class Builds:
    """An archive, built for its own desk and for the public."""

    root: Path
    desk: Path
    public: Path
    output: dict[str, str]
    briefs: dict[str, Brief]

    def secret(self, id: str) -> set[str]:
        return secret(self.briefs[id], excerpt(self.briefs[id]))


def excerpt(brief: Brief) -> str:
    """Return the author's first 40 words; for Japanese, which has no spaces, 40 letters."""
    own = [
        block.text
        for block in brief.reading.shown
        if block.voice is Voice.AUTHOR
        and block.kind in (Kind.PARAGRAPH, Kind.POINT, Kind.KEY_POINT)
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
def builds(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    root = make_archive(tmp_path_factory.mktemp("public") / "archive")
    desk, desk_output = build(root, "desk")
    public, public_output = build(root, "open", "--public")
    briefs = {brief.id: brief for brief in load_library(Archive(root)).briefs}
    return Builds(root, desk, public, {"desk": desk_output, "public": public_output}, briefs)


@pytest.fixture(scope="module")
def base(builds: Builds) -> Iterator[str]:
    yield from serve(builds.public)


def list_files(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*") if path.is_file())


# ---- No words are left


@pytest.mark.parametrize("id", WITHHELD)
def test_no_ten_words_in_a_row_are_left_in_any_file(id: str, builds: Builds) -> None:
    wanted = builds.secret(id)
    assert len(wanted) > (10 if id == NO_AUTHORS_WORDS else 300)
    built = list_files(builds.public)
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
def test_the_ordinary_build_has_all_the_words(id: str, builds: Builds) -> None:
    """The control: page, source text and search index have the words, and a dossier some."""
    wanted = builds.secret(id)
    assert found(wanted, builds.desk / "briefs" / f"{id}.txt") == wanted
    in_page = found(wanted, builds.desk / "briefs" / id / "index.html")
    in_markdown = found(wanted, builds.desk / "briefs" / f"{id}.md")
    in_index = set.union(*(found(wanted, path) for path in builds.desk.glob("pagefind/fragment/*")))
    shares = [len(part) / len(wanted) for part in (in_page, in_markdown, in_index)]
    # Furniture is left out, and so are ten words that run across two blocks.
    assert min(shares) > 0.8, shares
    if builds.briefs[id].passages:
        assert any(found(wanted, path) for path in builds.desk.glob("themes/*/index.html"))


def test_the_excerpt_is_shown_and_has_at_most_forty_words(builds: Builds) -> None:
    for id in WITHHELD:
        text = page(builds.public, f"/briefs/{id}/").xpath("//*[@data-text]")
        if id == NO_AUTHORS_WORDS:
            assert not text
            continue
        assert tokens(text[0].text_content()) == tokens(excerpt(builds.briefs[id]))
        assert len(text[0].text_content().split()) <= 40
        assert "…" not in text[0].text_content()
    assert " ".join(
        page(builds.public, f"/briefs/{RESTRICTED}/")
        .xpath("//*[@data-text]")[0]
        .text_content()
        .split()
    ) == (
        "I think it is commendable at this time to have a frank exchange of opinions regarding "
        "many aspects of Japan-South Korea relations. However, it is regrettable that there has "
        "not been sufficient debate about how to overcome the hurdles that"
    )


def test_words_that_only_a_withheld_text_has_are_not_in_the_index(builds: Builds) -> None:
    """The index and the vocabulary have single words, which Pagefind shortens to their stems."""

    def read_index(site: Path) -> str:
        parts = [
            gzip.decompress(path.read_bytes())
            for path in sorted(site.glob("pagefind/**/*"))
            if path.suffix.startswith(".pf_")
        ]
        assert parts
        return b"".join(parts).decode("utf-8", errors="replace")

    rare = ["leukemia", "akiyama", "murayama", "gyeongju", "camel"]
    desk, public = read_index(builds.desk).casefold(), read_index(builds.public).casefold()
    assert "commend" in public
    assert [word for word in rare if word in desk] == rare
    assert [word for word in rare if word in public] == []
    for site, expected in ((builds.desk, rare), (builds.public, [])):
        vocabulary = (site / "search" / "words.txt").read_text(encoding="utf-8").split()
        assert [word for word in rare if word in vocabulary] == expected


def test_markdown_and_text_hold_the_record_and_the_notice(builds: Builds) -> None:
    for name in (f"briefs/{RESTRICTED}", OLD_ADDRESS.strip("/")):
        text = (builds.public / f"{name}.txt").read_text(encoding="utf-8")
        assert text.splitlines()[0].startswith(
            "Masao Okonogi. Japan and South Korea should share a strategy"
        )
        assert (
            "Restricted: The publisher does not allow this text to be passed on. "
            "The text is withheld."
        ) in text
        assert "Not available for redistribution" in text
        assert "The original: https://en.taejaefci.org/research/48" in text
        assert len(text.splitlines()) == 5
        markdown = (builds.public / f"{name}.md").read_text(encoding="utf-8")
        assert (
            'title: "Japan and South Korea should share a strategy to open a new era"' in markdown
        )
        assert "The text is withheld." in markdown
        assert not found(
            {" ".join(tokens(excerpt(builds.briefs[RESTRICTED]))[-10:])},
            builds.public / f"{name}.md",
        )


def test_descriptions_for_sharing_have_at_most_forty_words(builds: Builds) -> None:
    for id in WITHHELD:
        tree_of_page = page(builds.public, f"/briefs/{id}/")
        descriptions = tree_of_page.xpath(
            "//meta[@name='description' or @property='og:description'"
            " or @name='citation_abstract']/@content"
        )
        assert len(descriptions) >= 2
        assert all(len(text.split()) <= 40 for text in descriptions)
        assert all(len(tokens(text)) <= 41 for text in descriptions if id == JAPANESE)
    own = page(builds.public, f"/briefs/{RESTRICTED}/").xpath(
        "//meta[@property='og:description']/@content"
    )
    assert own == [builds.briefs[RESTRICTED].summary.description]
    assert own[0].startswith("I think it is commendable")


def test_the_committed_pages_keep_the_whole_text(builds: Builds) -> None:
    assert compare(Archive(builds.root)) == []
    markdown = (builds.root / "docs" / "briefs" / f"{RESTRICTED}.md").read_text(encoding="utf-8")
    assert "leukemia" in markdown


def test_files_of_other_briefs_do_not_change(builds: Builds) -> None:
    assert found(secret(builds.briefs[OVER], ""), builds.public / "briefs" / f"{OVER}.txt")
    for name in (
        "briefs/2022-asan-choi.txt",
        "briefs/2022-asan-choi.md",
        "briefs/2022-asan-choi.bib",
        "about/index.html",
    ):
        desk = (builds.desk / name).read_text(encoding="utf-8")
        assert desk.replace('<meta name="robots" content="noindex">\n', "") == (
            builds.public / name
        ).read_text(encoding="utf-8")
    assert sorted(
        path.relative_to(builds.public)
        for path in list_files(builds.public)
        if "pagefind" not in path.parts
    ) == sorted(
        path.relative_to(builds.desk)
        for path in list_files(builds.desk)
        if "pagefind" not in path.parts
    )


# ---- What builds print, and the rules for search engines


def test_the_desks_build_prints_one_line_and_marks_every_page_noindex(builds: Builds) -> None:
    newest_first = [EMBARGOED, RESTRICTED, JAPANESE, KOREAN, NO_AUTHORS_WORDS]
    lines = [line for line in builds.output["desk"].splitlines() if "desk" in line]
    assert lines == [
        f"5 briefs are embargoed or restricted ({', '.join(newest_first)}): this build is for the "
        "archive's own desk, and all its pages are marked noindex; `briefs build --public` "
        "withholds the words",
        f"The site is in {builds.desk}",
    ]
    pages = [path for path in list_files(builds.desk) if path.suffix == ".html"]
    assert len(pages) > 40
    for path in pages:
        robots = html.parse(str(path)).xpath("//head/meta[@name='robots']/@content")
        assert robots == ["noindex"], path


def test_the_public_build_prints_the_number_and_is_open_to_search_engines(builds: Builds) -> None:
    assert "The words of 5 briefs are withheld (" in builds.output["public"]
    assert len(builds.output["public"].splitlines()) == 2
    pages = [path for path in list_files(builds.public) if path.suffix == ".html"]
    marked = {
        path.relative_to(builds.public).as_posix()
        for path in pages
        if b'name="robots"' in path.read_bytes()
    }
    # Neither is a page to be found, whatever is withheld.
    assert marked == {"404.html", f"{OLD_ADDRESS.strip('/')}/index.html"}


def test_plain_mkdocs_prints_the_line_of_the_desk_too(archive: Path) -> None:
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


# ---- Every link works


def test_every_anchor_exists_and_only_the_excerpt_has_words(builds: Builds) -> None:
    for id in WITHHELD:
        tree_of_page, brief = page(builds.public, f"/briefs/{id}/"), builds.briefs[id]
        empty = 0
        for anchor in brief.anchors:
            (target,) = tree_of_page.xpath(f"//*[@id='{anchor}']")
            if target.xpath("ancestor::*[@data-text]"):
                continue
            empty += 1
            assert not target.text_content()
            assert target.getnext().text_content() == f"Paragraph {anchor[1:]} is withheld."
        assert empty == len(brief.anchors) - (id != NO_AUTHORS_WORDS)
        assert tree_of_page.xpath("//*[@id='cite']")
        assert tree_of_page.xpath("//*[@id='related-briefs']")
    numbers = [
        target.get("id")
        for target in page(builds.public, f"/briefs/{RESTRICTED}/").xpath(
            "//span[@id][not(text())]"
        )
    ]
    assert [number for number in numbers if re.fullmatch(r"p\d+", number or "")] == [
        f"p{n}" for n in range(1, 23) if n != 8
    ]


def test_a_dossier_lists_a_withheld_brief_without_its_passages(builds: Builds) -> None:
    (entry,) = page(builds.public, "/themes/export-controls/").xpath(
        f"//div[@class='dossier-brief'][h3/@id='{RESTRICTED}']"
    )
    assert (
        "Its passages are withheld. The publisher does not allow this text to be passed on."
        in " ".join(entry.text_content().split())
    )
    assert not entry.xpath(".//blockquote")
    assert page(builds.desk, "/themes/export-controls/").xpath(
        f"//div[@class='dossier-brief'][h3/@id='{RESTRICTED}']//blockquote"
    )
    assert page(builds.public, "/themes/export-controls/").xpath("//blockquote")


def test_the_notice_says_what_a_reader_may_do(builds: Builds) -> None:
    def notice(site: Path, id: str) -> str:
        (element,) = page(site, f"/briefs/{id}/").xpath(
            "//div[@class='brief-head']/div[@class='notice']"
        )
        return " ".join(element.text_content().split())

    for site, permission in (
        (
            builds.desk,
            "Here, at the archive's own desk, it may be read and cited, "
            "but not copied, mailed or put on another site.",
        ),
        (builds.public, "Only its record and its first 40 words are shown."),
    ):
        assert notice(site, RESTRICTED) == (
            f"Restricted: The publisher does not allow this text to be passed on. {permission} "
            "The text says: “< Copyright holder © TAEJAE FUTURE CONSENSUS INSTITUTE, "
            "Not available for redistribution >”. "
            "The original: https://en.taejaefci.org/research/48"
        )
    embargo = (
        "Embargoed until 16 December 2026: "
        "The text may be shown to the public from 16 December 2026 on, and not before."
    )
    assert (
        notice(builds.public, EMBARGOED)
        == f"{embargo} Only its record and its first 40 words are shown."
    )
    assert notice(builds.desk, EMBARGOED).startswith(
        f"{embargo} Until then: here, at the archive's own desk"
    )
    assert notice(builds.public, NO_AUTHORS_WORDS).endswith("Only its record is shown.")
    assert notice(builds.public, JAPANESE).endswith(
        "Only its record and its first 40 letters are shown."
    )
    assert page(builds.public, f"/briefs/{OVER}/").xpath("//*[@id='p6'][ancestor::*[@data-text]]")
    assert not page(builds.public, "/briefs/2022-asan-choi/").xpath("//div[@class='notice']")


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


def visible_notices(reader: Page) -> list[str]:
    """Return the visible notices of withheld paragraphs."""
    return [notice.inner_text() for notice in reader.locator(".said").all() if notice.is_visible()]


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_link_to_a_paragraph_shows_that_it_is_withheld(
    browser: Browser, base: str, width: int, scripts: bool
) -> None:
    with window(browser, width, 844, java_script_enabled=scripts) as reader:
        _check_notice_of_paragraph(reader, base)


def _check_notice_of_paragraph(reader: Page, base: str) -> None:
    reader.goto(f"{base}/briefs/{RESTRICTED}/")
    assert reader.locator(".said").count() == 21
    assert visible_notices(reader) == []
    reader.goto(f"{base}/briefs/{RESTRICTED}/#p17")
    assert visible_notices(reader) == ["Paragraph 17 is withheld."]
    box = reader.locator("#p17 + .said").bounding_box()
    assert box
    assert 100 < box["y"] < 800
    # The end of the excerpt is in sight, too.
    excerpt_box = reader.locator("#p8").bounding_box()
    assert excerpt_box
    assert excerpt_box["y"] + excerpt_box["height"] > 60
    reader.goto(f"{base}/briefs/{RESTRICTED}/#p8")
    assert visible_notices(reader) == []


def test_scripts_run_without_errors_and_the_excerpt_can_be_cited(reader: Page, base: str) -> None:
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
    # The quotation ends with the last word of the excerpt.
    assert "hurdles%20that%E2%80%9D" in mail


def test_axe_finds_nothing_on_pages_with_withheld_words(reader: Page, base: str) -> None:
    for address in (f"/briefs/{RESTRICTED}/#p17", "/themes/export-controls/"):
        reader.goto(base + address)
        assert violations(reader, address) == []


def test_a_search_finds_a_withheld_brief_only_by_its_record_and_excerpt(
    reader: Page, base: str, builds: Builds
) -> None:
    assert RESTRICTED in change_address(reader, base, "?q=strategy+new+era")
    assert change_address(reader, base, "?q=Okonogi") == [RESTRICTED]
    assert change_address(reader, base, "?q=commendable") == [RESTRICTED]
    assert RESTRICTED in change_address(reader, base, "?theme=export-controls")
    assert change_address(
        reader, base, "?author=okonogi-masao&institute=yeosijae&year=2021&series=looking-ahead"
    ) == [RESTRICTED]
    assert set(WITHHELD) <= set(change_address(reader, base, ""))
    assert NO_AUTHORS_WORDS in change_address(reader, base, "?q=%22no+words+of+its+author%22")
    assert EMBARGOED in change_address(reader, base, "?q=GSOMIA")
    hidden = [
        "leukemia",
        "Gyeongju",
        "%22strategic+patience%22",
        "Murayama",
        "1040",
        "%ED%88%AC%EC%98%81",
    ]
    assert [
        query
        for query in hidden
        if set(WITHHELD) & set(change_address(reader, base, f"?q={query}"))
    ] == []
    for desk in serve(builds.desk):
        assert [
            query
            for query in hidden[:5]
            if not set(WITHHELD) & set(change_address(reader, desk, f"?q={query}"))
        ] == []


# ---- What programs read


def test_feeds_and_exports_are_valid_and_list_withheld_briefs(builds: Builds) -> None:
    folder = builds.public / "briefs"
    feed = feedparser.parse((folder / "feed.xml").read_bytes())
    assert not feed.bozo
    assert len(feed.entries) == len(builds.briefs)
    listed: list[dict[str, Any]] = json.loads((folder / "feed.json").read_text(encoding="utf-8"))[
        "items"
    ]
    assert len(listed) == len(builds.briefs)
    assert {
        entry["id"] for entry in json.loads((folder / "briefs.json").read_text(encoding="utf-8"))
    } == set(builds.briefs)
    assert len(
        bibtexparser.parse_string((folder / "briefs.bib").read_text(encoding="utf-8")).entries
    ) == len(builds.briefs)
    assert len(rispy.loads((folder / "briefs.ris").read_text(encoding="utf-8"))) == len(
        builds.briefs
    )
    with (builds.public / "catalog.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert (rows[EMBARGOED]["access"], rows[EMBARGOED]["embargoed_until"]) == (
        "embargoed",
        "2026-12-16",
    )
    assert (rows[RESTRICTED]["access"], rows[RESTRICTED]["embargoed_until"]) == ("restricted", "")
    catalog = {
        entry["id"]: entry
        for entry in json.loads((builds.public / "catalog.json").read_text(encoding="utf-8"))[
            "briefs"
        ]
    }
    assert catalog[RESTRICTED]["anchors"] == [f"p{n}" for n in range(1, 23)]
    assert catalog[RESTRICTED]["tags"] == ["Forced labor", "Export controls"]
    assert f"/briefs/{RESTRICTED}/</loc>" in (builds.public / "sitemap.xml").read_text(
        encoding="utf-8"
    )


# ---- Days, other archives, other folders


def test_an_embargo_ends_on_its_day(builds: Builds) -> None:
    day_after = str(int(SECONDS) + 86400)
    site, output = build(builds.root, "day-after", "--public", seconds=day_after)
    assert "The words of 4 briefs are withheld (" in output
    wanted = builds.secret(EMBARGOED)
    assert found(wanted, site / "briefs" / f"{EMBARGOED}.txt") == wanted
    assert not page(site, f"/briefs/{EMBARGOED}/").xpath("//*[@class='said']")


def test_where_nothing_is_withheld_both_kinds_of_build_are_equal(tmp_path: Path) -> None:
    root = copy_archive(tmp_path / "archive")
    record = root / "briefs" / f"{RESTRICTED}.yml"
    record.write_text(
        record.read_text(encoding="utf-8").replace('access: "restricted"', 'access: "full"'),
        encoding="utf-8",
    )
    desk, output = build(root, "desk")
    public, public_output = build(root, "open", "--public")
    assert tree(desk) == tree(public)
    assert len(output.splitlines()) == len(public_output.splitlines()) == 1
    assert b'name="robots"' not in (desk / "index.html").read_bytes()


def test_a_public_build_removes_everything_of_an_ordinary_one_from_its_folder(
    tmp_path: Path,
) -> None:
    root = copy_archive(tmp_path / "archive")
    site, _ = build(root, "site")
    for name in (".index-broken/site/briefs/x/index.html", ".page.part"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("a text, whole", encoding="utf-8")
    again, _ = build(root, "site", "--public")
    fresh, _ = build(root, "fresh", "--public")
    assert tree(again) == tree(fresh)


def test_a_source_date_that_is_not_a_number_is_a_named_error(archive: Path) -> None:
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
