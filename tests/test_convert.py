"""archive.convert writes what has changed, and nothing else."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive.cache import FOLDER
from archive.commands.withdraw import withdraw
from archive.convert import compare, convert
from archive.errors import ArchiveError
from archive.pages.links import KICKER
from archive.reading.fidelity import Account
from archive.records import library as libraries
from archive.store import Archive
from archive.text.addresses import OWNED
from repository import ROOT, copy_archive, tree


def test_what_is_committed_is_up_to_date() -> None:
    assert compare(Archive(ROOT)) == []


def test_equal_archives_give_equal_pages(tmp_path: Path) -> None:
    trees = []
    for name in ("first", "second"):
        root = copy_archive(tmp_path / name)
        shutil.rmtree(root / "docs")
        shutil.rmtree(root / "briefs" / "ledger")
        convert(Archive(root))
        trees.append(tree(root))
    assert trees[0] == trees[1]
    assert {path for path in trees[0] if path.startswith("docs/")} <= set(
        tree(copy_archive(tmp_path / "third"))
    )


def test_a_second_run_writes_nothing(archive: Path) -> None:
    shutil.rmtree(archive / "docs" / "briefs")
    assert convert(Archive(archive)).committed.written

    def times() -> dict[Path, int]:
        paths = [path for path in archive.rglob("*") if FOLDER not in path.parts]
        return {path: path.stat().st_mtime_ns for path in paths if path != archive / FOLDER}

    before = times()
    assert not convert(Archive(archive)).committed.written
    assert times() == before


def test_only_what_changed_is_written(archive: Path) -> None:
    record = archive / "briefs" / "2019-sejong-park.yml"
    record.write_text(
        record.read_text(encoding="utf-8").replace(
            "checked_by: null", 'checked_by: "A. Librarian"'
        ),
        encoding="utf-8",
    )
    assert convert(Archive(archive)).committed.written == ("docs/briefs/2019-sejong-park.md",)


def test_check_names_what_is_stale_missing_and_left_over(archive: Path) -> None:
    """What is left over may come from another branch: the ledger does not know it."""
    (archive / "docs" / "briefs" / "2019-sejong-park.md").write_text(
        "edited by hand", encoding="utf-8"
    )
    (archive / "docs" / "index.md").unlink()
    years = archive / "docs" / "years"
    shutil.copy(years / "2019.md", years / "1999.md")
    before = tree(archive)
    assert compare(Archive(archive)) == [
        "stale: docs/briefs/2019-sejong-park.md",
        "missing: docs/index.md",
        "left over: docs/years/1999.md",
    ]
    assert tree(archive) == before
    convert(Archive(archive))
    assert tree(archive / "docs") == tree(copy_archive(archive.parent / "fresh") / "docs")


def test_each_page_that_may_be_left_over_is_known_as_one_of_convert(archive: Path) -> None:
    withdraw(Archive(archive), "2019-sejong-park", "2026-11-22", "The author asked for it.", None)
    pages = [
        page
        for folder in OWNED
        for page in (archive / "docs" / folder).glob("*.md")
        if page.stem != "index"
    ]
    assert len(pages) > 20
    assert [page for page in pages if KICKER not in page.read_text("utf-8").splitlines()] == []


def test_pages_written_by_hand_are_left_alone(archive: Path) -> None:
    about = archive / "docs" / "about.md"
    about.write_text("mine", encoding="utf-8")
    convert(Archive(archive))
    assert about.read_text(encoding="utf-8") == "mine"


def test_lost_characters_are_refused_before_anything_is_written(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        libraries, "account", lambda _: Account(1, 0, 0, ("line 3: unaccounted: word",))
    )
    shutil.rmtree(archive / "docs" / "briefs")
    before = tree(archive)
    with pytest.raises(ArchiveError, match="line 3: unaccounted: word"):
        convert(Archive(archive))
    assert tree(archive) == before


def test_an_edited_text_keeps_its_anchors_and_gets_new_ones(archive: Path) -> None:
    """The new copy of the text repeats one paragraph and has a new one."""
    text = archive / "briefs" / "2022-ifes-cho.txt"
    lines = text.read_text(encoding="utf-8").split("\n")
    lines.insert(8, "A paragraph that is new, put in between two others of this text.")
    lines.insert(5, lines[21])
    old_digest = hashlib.sha256(text.read_bytes()).hexdigest()
    text.write_text("\n".join(lines), encoding="utf-8")
    record = text.with_suffix(".yml")
    record.write_text(
        record.read_text(encoding="utf-8").replace(
            old_digest, hashlib.sha256(text.read_bytes()).hexdigest()
        ),
        encoding="utf-8",
    )
    ledger = archive / "briefs" / "ledger" / "2022-ifes-cho.tsv"
    before = ledger.read_text(encoding="utf-8")
    convert(Archive(archive))
    assert ledger.read_text(encoding="utf-8").startswith(before)
    added = [
        row.split("\t") for row in ledger.read_text(encoding="utf-8")[len(before) :].splitlines()
    ]
    assert [(row[0], row[3]) for row in added] == [("p21", "p3"), ("p22", "p6")]
    page = (archive / "docs" / "briefs" / "2022-ifes-cho.md").read_text(encoding="utf-8")
    assert page.count("{ #p19 }") == page.count("{ #p21 }") == page.count("{ #p22 }") == 1
    assert page.index("{ #p3 }") < page.index("{ #p21 }") < page.index("{ #p4 }")
    assert not convert(Archive(archive)).committed.written


def test_neither_the_seed_nor_the_time_zone_matters(tmp_path: Path) -> None:
    trees = []
    for seed, zone in (("1", "Asia/Seoul"), ("2", "America/Los_Angeles")):
        root = copy_archive(tmp_path / seed)
        shutil.rmtree(root / "docs")
        shutil.rmtree(root / "briefs" / "ledger")
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        subprocess.run(
            [sys.executable, "-m", "archive", "--root", str(root), "convert"],
            env=environment,
            check=True,
        )
        trees.append(tree(root))
    assert trees[0] == trees[1]


def test_a_ledger_whose_last_line_end_was_lost_is_added_to_on_a_new_line(archive: Path) -> None:
    ledger = archive / "briefs" / "ledger" / "addresses.tsv"
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(text.replace("/years/2019/\t2026-11-21\n", "").rstrip("\n"), encoding="utf-8")
    convert(Archive(archive))
    assert ledger.read_text(encoding="utf-8").splitlines()[-1] == "/years/2019/\t2026-11-21"


def test_new_lines_of_a_ledger_are_dated_with_the_records_last_change(archive: Path) -> None:
    record = archive / "briefs" / "2019-sejong-park.yml"
    text = record.read_text(encoding="utf-8")
    changes = 'changes: [{date: "2027-02-03", field: "text", reason: "a new copy"}]\naccess:'
    record.write_text(text.replace("access:", changes), encoding="utf-8")
    file = archive / "briefs" / "ledger" / "2019-sejong-park.tsv"
    file.write_text(
        "".join(file.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8"
    )
    convert(Archive(archive))
    assert [row.split("\t")[2] for row in file.read_text(encoding="utf-8").splitlines()] == [
        "2026-11-21"
    ] * 4 + ["2027-02-03"]
    page = (archive / "docs" / "briefs" / "2019-sejong-park.md").read_text(encoding="utf-8")
    assert "- **Changed 3 February 2027:** text: a new copy" in page
