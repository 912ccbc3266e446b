"""The archive's promise: every address and every anchor that was ever given out leads somewhere, in at most one hop."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from archive.convert import convert
from archive.errors import ArchiveError
from archive.readers import read
from archive.reading.model import Block, Kind, Reading, Voice
from archive.records import library as library_module
from archive.records.ledger import Line, digest, load_addresses, load_lines
from archive.records.library import Library, load_library
from archive.site.finish import prove
from archive.site.settings import SiteSettings
from archive.sources.source import Span
from curator_edits import new_copy
from hostile_archive import REDIRECTS, WITHDRAWN
from repository import ROOT
from site_pages import build, page

FIVE = (
    "2019-sejong-park",
    "2021-yeosijae-okonogi",
    "2022-asan-choi",
    "2022-ifes-cho",
    "2023-sejong-jin",
)
# What the archive held when it was first published: there can only be more.
ADDRESSES, ANCHORS = 30, 111


def hops(site: Path, address: str, anchor: str = "") -> int:
    """How many hops it takes from an address to a page that has the anchor. Fails when there is none."""
    for hop in range(2):
        file = site / address.strip("/") / "index.html"
        assert file.is_file(), address
        shown = page(site, address)
        onward = shown.xpath("//meta[@http-equiv='refresh']/@content")
        if not onward:
            assert not anchor or len(shown.xpath(f"//*[@id='{anchor}']")) == 1, (
                f"{address}#{anchor}"
            )
            return hop
        (found,) = re.findall(r"url=(\S+)", onward[0])
        address = urlsplit(urljoin(address, found)).path
    raise AssertionError(f"{address} takes more than one hop")


def entries(root: Path) -> tuple[list[str], dict[str, tuple[Line, ...]]]:
    """The whole ledger: addresses, and the lines of each brief by its id."""
    folder = root / "briefs" / "ledger"
    lines = {
        file.stem: load_lines(file) for file in folder.glob("*.tsv") if file.stem != "addresses"
    }
    return list(load_addresses(folder / "addresses.tsv")), lines


def test_every_entry_of_the_ledger_resolves(site: Path) -> None:
    addresses, lines = entries(ROOT)
    assert len(addresses) >= ADDRESSES
    assert sum(map(len, lines.values())) >= ANCHORS
    assert set(FIVE) <= set(lines)
    for address in addresses:
        assert hops(site, address) == 0
    for id, anchors in lines.items():
        for line in anchors:
            assert hops(site, f"/briefs/{id}/", line.anchor) == 0


def test_every_anchor_is_at_its_words(site: Path) -> None:
    """Not only there: the block that bears it is the one whose words the ledger holds."""
    _, lines = entries(ROOT)
    for id, anchors in lines.items():
        shown = page(site, f"/briefs/{id}/")
        for line in anchors:
            (block,) = shown.xpath(f"//*[@data-text]//*[@id='{line.anchor}']")
            assert (
                digest(
                    "".join(text for text in block.xpath(".//text()") if block_of(text) is block)
                )
                == line.digest
            )


def block_of(text: Any) -> html.HtmlElement:
    """The numbered block that a piece of text is in: a point may have points under it."""
    element = text.getparent()
    return next(
        one
        for one in (element, *element.iterancestors())
        if re.fullmatch(r"p\d+", one.get("id") or "")
    )


@pytest.fixture(scope="module")
def moved(hostile_site: Path) -> tuple[Path, Path]:
    """An archive with redirects and a withdrawn brief, and its site."""
    return hostile_site.parent, hostile_site


def test_what_moved_takes_one_hop_and_what_was_withdrawn_none(moved: tuple[Path, Path]) -> None:
    root, site = moved
    addresses, lines = entries(root)
    assert set(REDIRECTS) <= set(addresses)
    assert {WITHDRAWN, "2022-asan-choy"} <= set(lines)
    for address in addresses:
        assert hops(site, address) == (1 if address in REDIRECTS else 0)
    for id, anchors in lines.items():
        for line in anchors:
            assert hops(site, f"/briefs/{id}/", line.anchor) == (1 if id == "2022-asan-choy" else 0)


def damaged(root: Path, site: Path, harm: Callable[[Path], object]) -> str:
    """What the build says of a site that something is missing from."""
    harm(site)
    with pytest.raises(ArchiveError) as error:
        prove(load_library(root), SiteSettings(site, "https://briefs.example/", "x", "", None))
    return str(error.value)


def test_a_build_that_leaves_something_out_is_refused_by_name(archive: Path) -> None:
    site = build(archive)
    prove(load_library(archive), SiteSettings(site, "https://briefs.example/", "x", "", None))
    file = site / "briefs" / "2022-asan-choi" / "index.html"
    content = file.read_text(encoding="utf-8")
    said = damaged(
        archive, site, lambda _: file.write_text(content.replace(' id="p7"', ""), encoding="utf-8")
    )
    assert said.endswith(
        "lead nowhere: /briefs/2022-asan-choi/#p7. Check which pages the engine left out."
    )
    said = damaged(
        archive, site, lambda folder: (folder / "years" / "2019" / "index.html").unlink()
    )
    assert "lead nowhere: /years/2019/, /briefs/2022-asan-choi/#p7." in said
    assert "/briefs/2022-asan-choi/, " in damaged(archive, site, lambda _: file.unlink())


# ---- Changes that a better reader, a new record or a new copy of a text bring


@pytest.fixture
def rereading(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, Callable[[Reading], Reading]], Library]:
    """Read one brief of a copy of the archive in another way: its library then, or the named error."""

    def reread(id: str, change: Callable[[Reading], Reading]) -> Library:
        sha256 = load_library(archive).find(id).record.sha256
        monkeypatch.setattr(
            library_module,
            "read",
            lambda source: change(read(source)) if source.sha256 == sha256 else read(source),
        )
        return load_library(archive)

    return reread


def cut(reading: Reading, anchor: int, at: str) -> Reading:
    """The reading with a shown block cut in two before the words `at`."""
    blocks: list[Block] = []
    for number, block in reading.numbered:
        if number != anchor:
            blocks.append(block)
            continue
        (span,) = block.spans
        line = reading.source[span.line]
        place = line.index(at)
        parts = (Span(span.line, span.start, place - 1), Span(span.line, place, span.end))
        blocks += [
            replace(block, spans=(part,), text=line[part.start : part.end]) for part in parts
        ]
    return replace(reading, blocks=tuple(blocks))


def test_a_better_reader_that_splits_a_paragraph_moves_no_anchor(
    rereading: Callable[[str, Callable[[Reading], Reading]], Library], archive: Path
) -> None:
    before = load_library(archive).find("2022-asan-choi")
    library = rereading(
        "2022-asan-choi", lambda reading: cut(reading, 7, "Outside of the U.S.-Japan summit")
    )
    after = library.find("2022-asan-choi")
    assert after.anchors == (*before.anchors[:7], "p18", *before.anchors[7:])
    assert after.block(7).text.startswith("Third, discussions on strengthening")
    assert after.block(8).text.startswith("Outside of the U.S.-Japan summit")
    kept = (archive / "briefs" / "ledger" / "2022-asan-choi.tsv").read_text(encoding="utf-8")
    convert(archive)
    assert (
        (archive / "briefs" / "ledger" / "2022-asan-choi.tsv")
        .read_text(encoding="utf-8")
        .startswith(kept)
    )
    assert convert(archive).write == {}
    assert load_library(archive).find("2022-asan-choi").anchors == after.anchors


def test_a_reader_that_runs_paragraphs_together_is_refused_by_name(
    rereading: Callable[[str, Callable[[Reading], Reading]], Library],
) -> None:
    def join(reading: Reading) -> Reading:
        one, other = reading.shown[4], reading.shown[5]
        joined = replace(one, spans=one.spans + other.spans, text=f"{one.text} {other.text}")
        return replace(
            reading,
            blocks=tuple(
                joined if block is one else block for block in reading.blocks if block is not other
            ),
        )

    with pytest.raises(ArchiveError, match="p5, p6: the words of this address are gone or changed"):
        rereading("2022-asan-choi", join)


def test_a_range_that_is_marked_otherwise_keeps_its_anchors(
    rereading: Callable[[str, Callable[[Reading], Reading]], Library], archive: Path
) -> None:
    """Voice and kind are no part of an address: an introduction found to be shorter is cited as others' words, nothing else."""

    def shorter(reading: Reading) -> Reading:
        blocks = tuple(
            replace(block, kind=Kind.PARAGRAPH, voice=Voice.AUTHOR) if number in (6, 7) else block
            for number, block in reading.numbered
        )
        return replace(reading, blocks=blocks)

    before = load_library(archive).find("2021-yeosijae-okonogi")
    assert before.block(7).kind is Kind.INTRODUCTION
    after = rereading("2021-yeosijae-okonogi", shorter).find("2021-yeosijae-okonogi")
    assert after.block(7).kind is Kind.PARAGRAPH
    assert (after.anchors, after.lines) == (before.anchors, before.lines)
    convert(archive)
    made = (archive / "docs" / "briefs" / "2021-yeosijae-okonogi.md").read_text(encoding="utf-8")
    assert "[p3](#p3) to [p5](#p5)" in made


def test_a_paragraph_that_stands_twice_keeps_both_anchors(archive: Path) -> None:
    brief = load_library(archive).find("2022-ifes-cho")
    anchors: dict[str, list[str]] = {}
    for number, anchor in enumerate(brief.anchors, 1):
        anchors.setdefault(brief.block(number).text, []).append(anchor)
    assert [twice for twice in anchors.values() if len(twice) > 1] == [["p3", "p19"]]
    text = (archive / "briefs" / "2022-ifes-cho.txt").read_text(encoding="utf-8-sig")
    last = brief.block(19).text
    assert text.count(last) == 2
    before, after = text.rsplit(last, 1)
    new_copy(archive, "2022-ifes-cho", f"{before}A paragraph between.\n{last}{after}")
    again = load_library(archive).find("2022-ifes-cho")
    assert (again.block(3).text, again.anchor(3)) == (last, "p3")
    assert (again.block(20).text, again.anchor(20), again.anchor(19)) == (
        last,
        "p19",
        f"p{len(brief.anchors) + 1}",
    )


def test_a_new_copy_of_a_text_may_say_more_but_not_less(archive: Path) -> None:
    file = archive / "briefs" / "2019-sejong-park.txt"
    text = file.read_text(encoding="utf-8-sig")
    before = load_library(archive).find("2019-sejong-park")
    last = before.block(len(before.anchors)).text
    assert text.count(last) == 1
    new_copy(
        archive,
        "2019-sejong-park",
        text.replace(last, f"This paragraph is new in this copy of the text.\n\n{last}"),
    )
    after = load_library(archive).find("2019-sejong-park")
    assert after.anchors == (*before.anchors[:-1], "p6", before.anchors[-1])
    new_copy(archive, "2019-sejong-park", text.replace(last, last.replace("the", "a")))
    with pytest.raises(
        ArchiveError, match=rf"{before.anchors[-1]}: the words of this address are gone or changed"
    ):
        convert(archive)
