"""Every published address and anchor still resolves, in at most one hop."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from archive import cache as caching
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
from archive.store import Archive
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
# What the archive held when it was first published. These numbers can only grow.
ADDRESSES, ANCHORS = 30, 111


def count_hops(site: Path, address: str, anchor: str = "") -> int:
    """Count the hops from an address to the page with the anchor; fail if there is none."""
    for hop in range(2):
        file = site / address.strip("/") / "index.html"
        assert file.is_file(), address
        tree = page(site, address)
        refresh = tree.xpath("//meta[@http-equiv='refresh']/@content")
        if not refresh:
            is_there = not anchor or len(tree.xpath(f"//*[@id='{anchor}']")) == 1
            assert is_there, f"{address}#{anchor}"
            return hop
        (target,) = re.findall(r"url=(\S+)", refresh[0])
        address = urlsplit(urljoin(address, target)).path
    raise AssertionError(f"{address} takes more than one hop")


def load_ledger(root: Path) -> tuple[list[str], dict[str, tuple[Line, ...]]]:
    """Load the whole ledger: the addresses, and the lines of each brief by its id."""
    archive, folder = Archive(root), root / "briefs" / "ledger"
    lines = {
        file.stem: load_lines(archive, file.stem)
        for file in folder.glob("*.tsv")
        if file.stem != "addresses"
    }
    return list(load_addresses(archive)), lines


def test_every_entry_of_the_ledger_resolves(site: Path) -> None:
    addresses, lines = load_ledger(ROOT)
    assert len(addresses) >= ADDRESSES
    assert sum(map(len, lines.values())) >= ANCHORS
    assert set(FIVE) <= set(lines)
    for address in addresses:
        assert count_hops(site, address) == 0
    for id, anchors in lines.items():
        for line in anchors:
            assert count_hops(site, f"/briefs/{id}/", line.anchor) == 0


def test_every_anchor_is_on_the_block_with_its_words(site: Path) -> None:
    """The ledger holds a digest of the words, so the block can be checked."""
    _, lines = load_ledger(ROOT)
    for id, anchors in lines.items():
        tree = page(site, f"/briefs/{id}/")
        for line in anchors:
            (block,) = tree.xpath(f"//*[@data-text]//*[@id='{line.anchor}']")
            own = [text for text in block.xpath(".//text()") if find_block(text) is block]
            assert digest("".join(own)) == line.digest


def find_block(text: Any) -> html.HtmlElement:
    """Return the innermost numbered block around a text; a point may contain other points."""
    parent = text.getparent()
    return next(
        element
        for element in (parent, *parent.iterancestors())
        if re.fullmatch(r"p\d+", element.get("id") or "")
    )


@pytest.fixture(scope="module")
def moved_archive(hostile_site: Path) -> tuple[Path, Path]:
    """Return an archive with redirects and a withdrawn brief, and its site."""
    return hostile_site.parent, hostile_site


def test_a_moved_address_takes_one_hop_and_a_withdrawn_one_none(
    moved_archive: tuple[Path, Path],
) -> None:
    root, site = moved_archive
    addresses, lines = load_ledger(root)
    assert set(REDIRECTS) <= set(addresses)
    assert {WITHDRAWN, "2022-asan-choy"} <= set(lines)
    for address in addresses:
        assert count_hops(site, address) == (1 if address in REDIRECTS else 0)
    for id, anchors in lines.items():
        for line in anchors:
            assert count_hops(site, f"/briefs/{id}/", line.anchor) == (
                1 if id == "2022-asan-choy" else 0
            )


def error_of_damaged_site(root: Path, site: Path, harm: Callable[[Path], object]) -> str:
    """Return the error of a build after `harm` has removed something from its site."""
    harm(site)
    with pytest.raises(ArchiveError) as error:
        prove(
            load_library(Archive(root)),
            SiteSettings(site, "https://briefs.example/", "x", "", None),
        )
    return str(error.value)


def test_a_build_that_leaves_something_out_is_refused_by_name(archive: Path) -> None:
    site = build(archive)
    prove(
        load_library(Archive(archive)), SiteSettings(site, "https://briefs.example/", "x", "", None)
    )
    file = site / "briefs" / "2022-asan-choi" / "index.html"
    content = file.read_text(encoding="utf-8")
    error = error_of_damaged_site(
        archive, site, lambda _: file.write_text(content.replace(' id="p7"', ""), encoding="utf-8")
    )
    assert error.endswith(
        "lead nowhere: /briefs/2022-asan-choi/#p7. Check which pages the engine left out."
    )
    error = error_of_damaged_site(
        archive, site, lambda folder: (folder / "years" / "2019" / "index.html").unlink()
    )
    assert "lead nowhere: /years/2019/, /briefs/2022-asan-choi/#p7." in error
    assert "/briefs/2022-asan-choi/, " in error_of_damaged_site(
        archive, site, lambda _: file.unlink()
    )


# ---- Changes that come with a better reader, a new record or a new copy of a text


@pytest.fixture
def rereading(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, Callable[[Reading], Reading]], Library]:
    """Return a function that loads the archive with the reading of one brief changed."""

    def reread(id: str, change: Callable[[Reading], Reading]) -> Library:
        sha256 = load_library(Archive(archive)).find(id).record.sha256
        # Another reader is other code, so nothing that the cache has is its.
        monkeypatch.setattr(caching, "code_digest", lambda: repr(change))
        monkeypatch.setattr(
            library_module,
            "read",
            lambda source: change(read(source)) if source.sha256 == sha256 else read(source),
        )
        return load_library(Archive(archive))

    return reread


def split_block(reading: Reading, anchor: int, at: str) -> Reading:
    """Return the reading with a shown block split in two before the words `at`."""
    blocks: list[Block] = []
    for number, block in reading.numbered:
        if number != anchor:
            blocks.append(block)
            continue
        (span,) = block.spans
        line = reading.source[span.line]
        index = line.index(at)
        spans = (Span(span.line, span.start, index - 1), Span(span.line, index, span.end))
        blocks += [
            replace(block, spans=(half,), text=line[half.start : half.end]) for half in spans
        ]
    return replace(reading, blocks=tuple(blocks))


def test_a_better_reader_that_splits_a_paragraph_moves_no_anchor(
    rereading: Callable[[str, Callable[[Reading], Reading]], Library], archive: Path
) -> None:
    before = load_library(Archive(archive)).find("2022-asan-choi")
    library = rereading(
        "2022-asan-choi",
        lambda reading: split_block(reading, 7, "Outside of the U.S.-Japan summit"),
    )
    after = library.find("2022-asan-choi")
    assert after.anchors == (*before.anchors[:7], "p18", *before.anchors[7:])
    assert after.reading.shown[7 - 1].text.startswith("Third, discussions on strengthening")
    assert after.reading.shown[8 - 1].text.startswith("Outside of the U.S.-Japan summit")
    ledger = archive / "briefs" / "ledger" / "2022-asan-choi.tsv"
    lines_before = ledger.read_text(encoding="utf-8")
    convert(Archive(archive))
    assert ledger.read_text(encoding="utf-8").startswith(lines_before)
    assert convert(Archive(archive)).committed.written == ()
    assert load_library(Archive(archive)).find("2022-asan-choi").anchors == after.anchors


def test_a_reader_that_joins_paragraphs_is_refused_by_name(
    rereading: Callable[[str, Callable[[Reading], Reading]], Library],
) -> None:
    def join(reading: Reading) -> Reading:
        first, second = reading.shown[4], reading.shown[5]
        joined = replace(
            first, spans=first.spans + second.spans, text=f"{first.text} {second.text}"
        )
        return replace(
            reading,
            blocks=tuple(
                joined if block is first else block
                for block in reading.blocks
                if block is not second
            ),
        )

    with pytest.raises(ArchiveError, match="p5, p6: the words of this address are gone or changed"):
        rereading("2022-asan-choi", join)


def test_blocks_with_another_kind_and_voice_keep_their_anchors(
    rereading: Callable[[str, Callable[[Reading], Reading]], Library], archive: Path
) -> None:
    """Kind and voice are not part of an address, so an introduction may turn out shorter."""

    def shorten(reading: Reading) -> Reading:
        blocks = tuple(
            replace(block, kind=Kind.PARAGRAPH, voice=Voice.AUTHOR) if number in (6, 7) else block
            for number, block in reading.numbered
        )
        return replace(reading, blocks=blocks)

    before = load_library(Archive(archive)).find("2021-yeosijae-okonogi")
    assert before.reading.shown[7 - 1].kind is Kind.INTRODUCTION
    after = rereading("2021-yeosijae-okonogi", shorten).find("2021-yeosijae-okonogi")
    assert after.reading.shown[7 - 1].kind is Kind.PARAGRAPH
    assert (after.anchors, after.lines) == (before.anchors, before.lines)
    convert(Archive(archive))
    page_file = archive / "docs" / "briefs" / "2021-yeosijae-okonogi.md"
    assert "[p3](#p3) to [p5](#p5)" in page_file.read_text(encoding="utf-8")


def test_a_paragraph_that_is_printed_twice_keeps_both_anchors(archive: Path) -> None:
    brief = load_library(Archive(archive)).find("2022-ifes-cho")
    anchors: dict[str, list[str]] = {}
    for number, anchor in enumerate(brief.anchors, 1):
        anchors.setdefault(brief.reading.shown[number - 1].text, []).append(anchor)
    assert [twice for twice in anchors.values() if len(twice) > 1] == [["p3", "p19"]]
    text = (archive / "briefs" / "2022-ifes-cho.txt").read_text(encoding="utf-8-sig")
    last = brief.reading.shown[19 - 1].text
    assert text.count(last) == 2
    before, after = text.rsplit(last, 1)
    new_copy(archive, "2022-ifes-cho", f"{before}A paragraph between.\n{last}{after}")
    again = load_library(Archive(archive)).find("2022-ifes-cho")
    assert (again.reading.shown[3 - 1].text, again.anchor(3)) == (last, "p3")
    assert (again.reading.shown[20 - 1].text, again.anchor(20), again.anchor(19)) == (
        last,
        "p19",
        f"p{len(brief.anchors) + 1}",
    )


def test_a_new_copy_of_a_text_may_add_blocks_but_not_lose_any(archive: Path) -> None:
    file = archive / "briefs" / "2019-sejong-park.txt"
    text = file.read_text(encoding="utf-8-sig")
    before = load_library(Archive(archive)).find("2019-sejong-park")
    last = before.reading.shown[len(before.anchors) - 1].text
    assert text.count(last) == 1
    new_copy(
        archive,
        "2019-sejong-park",
        text.replace(last, f"This paragraph is new in this copy of the text.\n\n{last}"),
    )
    after = load_library(Archive(archive)).find("2019-sejong-park")
    assert after.anchors == (*before.anchors[:-1], "p6", before.anchors[-1])
    new_copy(archive, "2019-sejong-park", text.replace(last, last.replace("the", "a")))
    with pytest.raises(
        ArchiveError, match=rf"{before.anchors[-1]}: the words of this address are gone or changed"
    ):
        convert(Archive(archive))
