"""archive.records.redirects: renamed and merged pages keep old addresses and anchors working."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.commands.withdraw import withdraw
from archive.convert import convert
from archive.errors import ArchiveError
from archive.records.ledger import load_addresses, load_lines
from archive.records.library import load_library
from archive.records.redirects import Redirect, check_redirects, load_redirects
from archive.store import Archive
from archive.text.addresses import Address
from curator_edits import new_copy, replace_text, write_redirects
from repository import ROOT
from site_pages import build, page

NEW = "2022-asan-choe"


def rename(root: Path, old: str = "2022-asan-choi", new: str = NEW) -> None:
    """Give a brief another id, as a curator would."""
    for end in ("txt", "yml"):
        (root / "briefs" / f"{old}.{end}").rename(root / "briefs" / f"{new}.{end}")
    replace_text(root / "briefs" / f"{new}.yml", f'id: "{old}"', f'id: "{new}"')


def redirects_of(root: Path) -> dict[Address, Redirect]:
    archive = Archive(root)
    return load_redirects(archive, load_addresses(archive))


def test_the_shipped_file_is_there_and_empty() -> None:
    assert load_library(Archive(ROOT)).redirects == {}


def test_a_renamed_brief_keeps_its_anchors_also_those_given_out_later(archive: Path) -> None:
    ledger = archive / "briefs" / "ledger"
    old = ledger / "2022-asan-choi.tsv"
    # As if p5 had been given out later, between p4 and p6.
    lines = old.read_text(encoding="utf-8").splitlines()
    moved = [*lines[:4], "p6" + lines[5][2:] + "\tp4", *lines[6:], "p5" + lines[4][2:] + "\tp4"]
    old.write_text("\n".join(moved) + "\n", encoding="utf-8")
    before = load_library(Archive(archive)).find("2022-asan-choi")
    rename(archive)
    write_redirects(archive, briefs__2022_asan_choi=f"/briefs/{NEW}/")
    kept = old.read_bytes()
    convert(Archive(archive))
    after = load_library(Archive(archive)).find(NEW)
    assert after.anchors == before.anchors
    assert after.lines == before.lines == load_lines(Archive(archive), NEW)
    assert old.read_bytes() == kept
    assert f"/briefs/{NEW}/" in load_addresses(Archive(archive))


def test_a_renamed_brief_without_a_redirect_is_refused(archive: Path) -> None:
    rename(archive)
    with pytest.raises(
        ArchiveError,
        match=r"addresses.tsv: /briefs/2022-asan-choi/: no page has this address any more",
    ):
        convert(Archive(archive))


def test_a_renamed_brief_whose_old_ledger_is_gone_is_refused(archive: Path) -> None:
    rename(archive)
    ledger = archive / "briefs" / "ledger"
    (ledger / "2022-asan-choi.tsv").rename(ledger / f"{NEW}.tsv")
    write_redirects(archive, briefs__2022_asan_choi=f"/briefs/{NEW}/")
    with pytest.raises(
        ArchiveError,
        match=r"2022-asan-choi.tsv: file: the ledger of /briefs/2022-asan-choi/ is gone",
    ):
        convert(Archive(archive))


def test_a_withdrawn_brief_can_be_renamed_too(archive: Path) -> None:
    withdraw(Archive(archive), "2022-asan-choi", "2026-12-01", "x", None)
    (archive / "briefs" / "2022-asan-choi.yml").rename(archive / "briefs" / f"{NEW}.yml")
    replace_text(archive / "briefs" / f"{NEW}.yml", 'id: "2022-asan-choi"', f'id: "{NEW}"')
    write_redirects(archive, briefs__2022_asan_choi=f"/briefs/{NEW}/")
    convert(Archive(archive))
    assert len(load_library(Archive(archive)).withdrawn[0].lines) == 17
    assert convert(Archive(archive)).committed.written == ()


def test_an_author_and_an_institute_with_withdrawn_briefs_only_can_be_renamed(
    archive: Path,
) -> None:
    withdraw(Archive(archive), "2021-yeosijae-okonogi", "2026-12-01", "x", None)
    authority, record = (
        archive / "briefs" / "authority",
        archive / "briefs" / "2021-yeosijae-okonogi.yml",
    )
    replace_text(authority / "authors.yml", "okonogi-masao:", "okonogi-m:")
    replace_text(record, "okonogi-masao", "okonogi-m")
    replace_text(authority / "institutes.yml", "\nyeosijae:", "\ntaejae:")
    replace_text(record, 'institute: "yeosijae"', 'institute: "taejae"')
    write_redirects(
        archive,
        authors__okonogi_masao="/authors/okonogi-m/",
        institutes__yeosijae="/institutes/taejae/",
    )
    convert(Archive(archive))
    site = build(archive)
    assert (
        "No briefs at present"
        in page(site, "/authors/okonogi-m/").xpath("//article")[0].text_content()
    )
    assert page(site, "/institutes/taejae/").xpath("//*[@id='looking-ahead']")


def test_a_brief_renamed_and_renamed_back_keeps_the_anchors_it_got_meanwhile(archive: Path) -> None:
    rename(archive)
    write_redirects(archive, briefs__2022_asan_choi=f"/briefs/{NEW}/")
    convert(Archive(archive))
    text = archive / "briefs" / f"{NEW}.txt"
    for words in ("Second, it is important", "First, the summit was held"):
        new_copy(
            archive,
            NEW,
            text.read_text(encoding="utf-8-sig").replace(
                words, f"A new paragraph before “{words}”.\n\n{words}"
            ),
        )
        convert(Archive(archive))
    before = load_library(Archive(archive)).find(NEW)
    assert sorted(before.anchors) == sorted(f"p{number}" for number in range(1, 20))
    rename(archive, NEW, "2022-asan-choi")
    write_redirects(archive, briefs__2022_asan_choe="/briefs/2022-asan-choi/")
    convert(Archive(archive))
    after = load_library(Archive(archive)).find("2022-asan-choi")
    assert (after.anchors, after.lines) == (before.anchors, before.lines)
    assert convert(Archive(archive)).committed.written == ()


def test_a_renamed_brief_keeps_its_id_in_feeds_and_an_old_id_its_search(archive: Path) -> None:
    rename(archive)
    write_redirects(archive, briefs__2022_asan_choi=f"/briefs/{NEW}/")
    site = build(archive)
    feed = json.loads((site / "authors" / "choi-eunmi" / "feed.json").read_text(encoding="utf-8"))
    (entry,) = feed["items"]
    assert entry["id"] == "https://briefs.example/briefs/2022-asan-choi/"
    assert entry["url"] == f"https://briefs.example/briefs/{NEW}/"
    assert f"<id>{entry['id']}</id>" in (site / "briefs" / "feed.xml").read_text(encoding="utf-8")
    assert (site / "briefs" / "2022-asan-choi.bib").read_bytes() == (
        site / "briefs" / f"{NEW}.bib"
    ).read_bytes()


def test_a_brief_renamed_twice_leads_straight_to_its_last_name(archive: Path) -> None:
    rename(archive)
    write_redirects(archive, briefs__2022_asan_choi=f"/briefs/{NEW}/")
    convert(Archive(archive))
    rename(archive, NEW, "2022-asan-c")
    write_redirects(
        archive,
        briefs__2022_asan_choi=f"/briefs/{NEW}/",
        briefs__2022_asan_choe="/briefs/2022-asan-c/",
    )
    with pytest.raises(ArchiveError, match=r'leads elsewhere\. Write to: "/briefs/2022-asan-c/"'):
        convert(Archive(archive))
    write_redirects(
        archive,
        briefs__2022_asan_choi="/briefs/2022-asan-c/",
        briefs__2022_asan_choe="/briefs/2022-asan-c/",
    )
    convert(Archive(archive))
    assert load_library(Archive(archive)).find("2022-asan-c").anchors[-1] == "p17"


def test_merged_authors_and_a_renamed_theme_lead_on_and_their_feeds_go_on(archive: Path) -> None:
    authority = archive / "briefs" / "authority"
    replace_text(authority / "authors.yml", "okonogi-masao:", "okonogi-m:")
    replace_text(archive / "briefs" / "2021-yeosijae-okonogi.yml", "okonogi-masao", "okonogi-m")
    replace_text(authority / "themes.yml", "camp-david:", "camp-david-summit:")
    replace_text(
        archive / "docs" / "about.md", "themes/camp-david.md", "themes/camp-david-summit.md"
    )
    write_redirects(
        archive,
        authors__okonogi_masao="/authors/okonogi-m/",
        themes__camp_david="/themes/camp-david-summit/",
    )
    site = build(archive)
    for old, new in (
        ("/authors/okonogi-masao/", "/authors/okonogi-m/"),
        ("/themes/camp-david/", "/themes/camp-david-summit/"),
    ):
        stub = page(site, old)
        assert stub.xpath("//link[@rel='canonical']/@href") == [f"https://briefs.example{new}"]
        assert stub.xpath("//meta[@http-equiv='refresh']/@content") == [
            f"0; url=../{new.split('/')[2]}/"
        ]
        assert stub.xpath("//p/a/@href") == [f"../{new.split('/')[2]}/"]
        assert stub.xpath("//p/a")[0].text_content() == f"https://briefs.example{new}"
        assert "renamed" in stub.xpath("//p")[0].text_content()
        names = [
            file.name for file in (site / new.strip("/")).iterdir() if file.name != "index.html"
        ]
        assert len(names) == 6
        for name in names:
            assert (site / old.strip("/") / name).read_bytes() == (
                site / new.strip("/") / name
            ).read_bytes()
    feed = (site / "themes" / "camp-david-summit" / "feed.xml").read_text(encoding="utf-8")
    assert "<id>https://briefs.example/themes/camp-david/</id>" in feed
    table = json.loads((site / "search" / "briefs.json").read_text(encoding="utf-8"))
    assert table["moved"] == {
        "author": {"okonogi-masao": "okonogi-m"},
        "theme": {"camp-david": "camp-david-summit"},
    }
    rules = (site / "_redirects").read_text(encoding="utf-8").splitlines()
    assert rules[1:] == [
        "/authors/okonogi-masao/ /authors/okonogi-m/ 301!",
        "/authors/okonogi-masao/ /authors/okonogi-m/ 301",
        "/themes/camp-david/ /themes/camp-david-summit/ 301!",
        "/themes/camp-david/ /themes/camp-david-summit/ 301",
    ]


def test_what_was_renamed_back_shadows_its_redirect_and_is_refused(archive: Path) -> None:
    rename(archive)
    write_redirects(archive, briefs__2022_asan_choi=f"/briefs/{NEW}/")
    convert(Archive(archive))
    rename(archive, NEW, "2022-asan-choi")
    with pytest.raises(
        ArchiveError, match="/briefs/2022-asan-choi/: there is a page at this address"
    ):
        convert(Archive(archive))
    write_redirects(archive, briefs__2022_asan_choe="/briefs/2022-asan-choi/")
    convert(Archive(archive))


def test_the_years_of_a_list_that_leads_elsewhere_lead_to_the_same_years(archive: Path) -> None:
    ledger = archive / "briefs" / "ledger" / "addresses.tsv"
    given_out = [
        "/authors/a/",
        "/authors/a/2022/",
        "/authors/a/2022/07/",
        "/authors/ab/2022/",
        "/institutes/b/",
        "/institutes/b/2022/",
    ]
    ledger.write_text(
        "".join(f"{address}\t2026-11-21\n" for address in given_out), encoding="utf-8"
    )
    write_redirects(archive, authors__a="/authors/b/", institutes__b="/authors/b/")
    made = redirects_of(archive)
    assert {old: one.new for old, one in made.items()} == {
        "/authors/a/": "/authors/b/",
        "/institutes/b/": "/authors/b/",
        "/authors/a/2022/": "/authors/b/2022/",
        "/authors/a/2022/07/": "/authors/b/2022/07/",
        "/institutes/b/2022/": "/authors/b/",  # not a list of the same kind
    }
    assert all(
        (old, one.date, one.reason) == (one.old, "2026-11-22", "renamed")
        for old, one in made.items()
    )
    write_redirects(archive, authors__a="/authors/b/", authors__a__2022="/years/2022/")
    assert redirects_of(archive)[Address("/authors/a/2022/")].new == "/years/2022/"


def test_of_a_list_that_moved_twice_the_line_to_mend_is_named_not_its_years(archive: Path) -> None:
    ledger = archive / "briefs" / "ledger" / "addresses.tsv"
    ledger.write_text(
        "".join(f"/authors/{id}/{year}\t2026-11-21\n" for id in "abc" for year in ("", "2022/")),
        encoding="utf-8",
    )
    file = archive / "briefs" / "redirects.yml"
    for to, problem in (
        ("/authors/c/", "which leads elsewhere"),
        ("/authors/a/", "in a circle"),
    ):
        write_redirects(archive, authors__a="/authors/b/", authors__b=to)
        with pytest.raises(ArchiveError, match=f"/authors/a/: it leads .*{problem}"):
            check_redirects(
                file,
                redirects_of(archive),
                [Address("/authors/c/"), Address("/authors/c/2022/")],
                load_addresses(Archive(archive)),
            )
    write_redirects(archive, authors__a="/authors/c/")
    with pytest.raises(ArchiveError, match="/authors/a/2022/: there is a page at this address"):
        check_redirects(
            file,
            redirects_of(archive),
            [Address("/authors/a/2022/"), Address("/authors/c/")],
            load_addresses(Archive(archive)),
        )
