"""`briefs withdraw`: the text goes; the page, record and anchors stay; errors change nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import html

from archive import store
from archive.cli import main
from archive.commands import withdraw as module
from archive.convert import compare, convert
from archive.errors import ArchiveError
from archive.records.library import load_library
from archive.store import Archive
from repository import copy_archive, tree
from site_pages import build, page

ID = "2022-asan-choi"


def withdraw(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--root", str(root), "withdraw", *arguments])


@pytest.fixture(scope="module")
def gone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive after one withdrawal, built."""
    root = copy_archive(tmp_path_factory.mktemp("withdrawn") / "archive")
    reason = 'The publisher asked for it: "rights" & <more>'
    result = withdraw(
        root, ID, "--reason", reason, "--date", "2026-11-25", "--instead", "2022-ifes-cho"
    )
    assert result.exit_code == 0, result.output
    build(root)
    return root


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_the_text_is_gone_and_the_rest_is_kept(gone: Path) -> None:
    assert not (gone / "briefs" / f"{ID}.txt").exists()
    assert (gone / "briefs" / "ledger" / f"{ID}.tsv").is_file()
    library = load_library(Archive(gone))
    assert [brief.id for brief in library.withdrawn] == [ID]
    assert len(library.briefs) == 4
    assert compare(Archive(gone)) == []


def test_the_page_says_what_it_was_when_and_why_it_went_and_how_to_cite_it(gone: Path) -> None:
    shown = page(gone / "site", f"/briefs/{ID}/")
    article = words(shown.xpath("//article")[0])
    assert words(shown.xpath("//h1")[0]).startswith("[Japan's external strategy")
    assert "Choi Eunmi" in words(shown.xpath("//p[@class='byline']")[0])
    assert 'Withdrawn 25 November 2026: The publisher asked for it: "rights" & <more>' in article
    assert "Instead: [ROK–Japan security cooperation" in article
    assert shown.xpath("//a[contains(@href, '2022-ifes-cho')]")
    cited = words(shown.xpath("//p[@class='cite-form']")[0])
    assert cited.endswith(f"[2022]. Withdrawn 2026-11-25. https://briefs.example/briefs/{ID}/")
    assert "GSOMIA" not in article
    assert not shown.xpath("//*[@data-text]")


def test_all_of_its_anchors_are_empty_targets(gone: Path) -> None:
    shown = page(gone / "site", f"/briefs/{ID}/")
    for number in range(1, 18):
        (target,) = shown.xpath(f"//*[@id='p{number}']")
        assert not target.text_content()


def test_its_words_are_nowhere_in_the_site(gone: Path) -> None:
    """Not in lists, dossiers, feeds, exports or the index of the search."""
    for file in (gone / "site").rglob("*"):
        if file.suffix in (".html", ".json", ".xml", ".bib", ".ris", ".csv", ".md", ".txt"):
            content = file.read_text(encoding="utf-8")
            assert "sufficient discussions with experts" not in content, file
            assert "Kishida has not shown the leadership" not in content, file
    assert ID not in (gone / "site" / "briefs" / "index.html").read_text(encoding="utf-8")
    assert ID not in (gone / "site" / "briefs" / "feed.xml").read_text(encoding="utf-8")
    assert ID not in (gone / "site" / "sitemap.xml").read_text(encoding="utf-8")
    table = json.loads((gone / "site" / "search" / "briefs.json").read_text(encoding="utf-8"))
    assert len(table["briefs"]["id"]) == 4
    assert (
        json.loads((gone / "site" / "pagefind" / "pagefind-entry.json").read_text())["languages"][
            "en"
        ]["page_count"]
        == 4
    )


def test_the_pages_that_had_it_changed_on_that_day(gone: Path) -> None:
    sitemap = (gone / "site" / "sitemap.xml").read_text(encoding="utf-8")
    days = dict(
        re.findall("<loc>https://briefs.example([^<]*)</loc><lastmod>([^<]*)</lastmod>", sitemap)
    )
    had = [
        "/",
        "/briefs/",
        "/authors/",
        "/authors/choi-eunmi/",
        "/institutes/asan/",
        "/themes/gsomia/",
        "/years/2022/",
    ]
    assert {days[address] for address in had} == {"2026-11-25"}
    never = [
        "/briefs/2022-ifes-cho/",
        "/authors/cho-jin-goo/",
        "/institutes/ifes/",
        "/themes/camp-david/",
        "/years/2019/",
    ]
    assert {days[address] for address in never} == {"2026-11-21"}
    for address in ("briefs", "authors/choi-eunmi", "themes/gsomia"):
        feed = (gone / "site" / address / "feed.xml").read_text(encoding="utf-8")
        assert "<updated>2026-11-25T00:00:00+00:00</updated>" in feed.split("<entry>")[0]


def test_its_exports_stay_and_say_so(gone: Path) -> None:
    for end in ("bib", "ris", "json", "md", "txt"):
        assert "2026-11-25" in (gone / "site" / "briefs" / f"{ID}.{end}").read_text(
            encoding="utf-8"
        ), end
    assert "410!" in (gone / "site" / "_redirects").read_text(encoding="utf-8")
    catalog = json.loads((gone / "site" / "catalog.json").read_text(encoding="utf-8"))
    records = {record["id"]: record for record in catalog["briefs"]}
    assert records[ID]["withdrawn"]["instead"] == "2022-ifes-cho"
    assert "withdrawn" not in records["2022-ifes-cho"]


def test_what_it_alone_gave_an_address_keeps_it(gone: Path) -> None:
    """Its author, its series and the theme that no other brief bears."""
    assert "No briefs at present" in words(
        page(gone / "site", "/authors/choi-eunmi/").xpath("//article")[0]
    )
    assert page(gone / "site", "/institutes/asan/").xpath("//*[@id='asan-issue-brief']")
    assert "The archive has no brief on this theme yet" in words(
        page(gone / "site", "/themes/gsomia/").xpath("//article")[0]
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["2022-asan-cho", "--reason", "x"], "there is no brief with this id. Give one of: "),
        (
            ["nothing-like-it", "--reason", "x"],
            "there is no brief with this id. Give one of: 2023-sejong-jin, ",
        ),
        ([ID, "--reason", " "], "reason: it has no words"),
        ([ID, "--reason", "x", "--date", "yesterday"], "--date: day: 'yesterday' is not a date"),
        ([ID, "--reason", "x", "--date", "2131-01-01"], "2131-01-01 has not come yet"),
        ([ID, "--undo", "--reason", "x", "--date", "2131-01-01"], "2131-01-01 has not come yet"),
        (
            [ID, "--reason", "x", "--date", "2026-11-20"],
            "withdrawn.date: 2026-11-20 is before the day it came into the archive",
        ),
        ([ID, "--reason", "x", "--date", "2026"], "--date: day: a whole day is expected"),
        (
            [ID, "--reason", "x", "--instead", "2022-asan"],
            "withdrawn.instead: no brief has the id '2022-asan'",
        ),
        ([ID, "--reason", "x", "--instead", ID], f"withdrawn.instead: '{ID}' is withdrawn itself"),
        (
            [ID, "--reason", "a bell: \a"],
            "withdrawn.reason: it contains a line break or a character that cannot be displayed",
        ),
    ],
)
def test_after_an_error_all_is_as_it_was(archive: Path, arguments: list[str], says: str) -> None:
    before = tree(archive)
    result = withdraw(archive, *arguments)
    assert result.exit_code == 2
    assert says in result.output
    assert tree(archive) == before


@pytest.mark.parametrize(
    "broken", [KeyboardInterrupt, ArchiveError("x", "file", "cannot be written", "Make room")]
)
def test_cancelled_half_way_all_is_as_it_was(
    archive: Path, monkeypatch: pytest.MonkeyPatch, broken: BaseException
) -> None:
    record = archive / "briefs" / f"{ID}.yml"
    record.write_bytes(record.read_bytes().replace(b"\n", b"\r\n"))
    before = tree(archive)

    write, left = store._write_part, iter(range(4))

    def some(path: Path, content: bytes) -> None:
        if next(left, None) is None:
            raise broken
        write(path, content)

    monkeypatch.setattr(store, "_write_part", some)
    with pytest.raises(type(broken) if isinstance(broken, ArchiveError) else KeyboardInterrupt):
        module.withdraw(Archive(archive), ID, "2026-11-25", "x", None)
    assert tree(archive) == before


def test_a_text_that_was_withdrawn_may_come_back_under_another_id(archive: Path) -> None:
    folder = archive / "briefs"
    text, record = (
        (folder / f"{ID}.txt").read_bytes(),
        (folder / f"{ID}.yml").read_text(encoding="utf-8"),
    )
    assert withdraw(archive, ID, "--reason", "x").exit_code == 0
    (folder / "2022-asan-again.txt").write_bytes(text)
    (folder / "2022-asan-again.yml").write_text(
        record.replace(f'"{ID}"', '"2022-asan-again"'), encoding="utf-8"
    )
    convert(Archive(archive))
    assert load_library(Archive(archive)).find("2022-asan-again").anchors[-1] == "p17"


def test_a_record_that_cannot_be_added_to_is_left_as_it_was(archive: Path) -> None:
    record = archive / "briefs" / f"{ID}.yml"
    record.write_text("{" + record.read_text(encoding="utf-8") + "}", encoding="utf-8")
    before = tree(archive)
    assert withdraw(archive, ID, "--reason", "x").exit_code == 2
    assert tree(archive) == before


def test_what_is_withdrawn_cannot_be_withdrawn_again(gone: Path) -> None:
    result = withdraw(gone, ID, "--reason", "x")
    assert result.exit_code == 2
    assert "withdrawn: it was withdrawn on 2026-11-25" in result.output


def test_what_stands_in_the_place_of_another_is_named_when_it_goes(gone: Path) -> None:
    result = withdraw(gone, "2022-ifes-cho", "--reason", "x")
    assert result.exit_code == 2
    assert f"{ID}.yml: withdrawn.instead: '2022-ifes-cho' is withdrawn itself" in result.output
    assert (gone / "briefs" / "2022-ifes-cho.txt").is_file()


def test_the_day_is_today_unless_it_is_given(archive: Path) -> None:
    assert withdraw(archive, ID, "--reason", "x").exit_code == 0
    record = load_library(Archive(archive)).withdrawn[0].record
    assert record.withdrawn
    assert len(record.withdrawn.date) == 10
    assert record.last_change == max(record.added, record.withdrawn.date)
