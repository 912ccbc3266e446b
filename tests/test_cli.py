"""archive.cli: what commands print, and their exit codes."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.cli import main
from archive.reading.fidelity import Account
from archive.records import library as libraries
from archive.store import Archive
from repository import ROOT, tree


def briefs(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_inspect_works_on_a_text_anywhere_and_writes_nothing(tmp_path: Path) -> None:
    text = tmp_path / "any name.txt"
    text.write_bytes((ROOT / "briefs" / "2019-sejong-park.txt").read_bytes())
    before = tree(tmp_path)
    result = subprocess.run(
        [sys.executable, "-m", "archive", "inspect", str(text), "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    reading = json.loads(result.stdout)
    assert {
        key: reading[key]
        for key in (
            "title",
            "authors",
            "institute",
            "series",
            "number",
            "date",
            "language",
            "themes",
        )
    } == {
        "title": "Directions for the ROK-Japan Diplomatic and Security Cooperation",
        "authors": ["Park Young June"],
        "institute": "Sejong Institute",
        "series": "Sejong Focus",
        "number": "2019-11",
        "date": "2019-06-20",
        "language": "en",
        "themes": ["forced-labor"],
    }
    assert reading["basis"]["date"] == {
        "kind": "printed",
        "line": 5,
        "text": "Date 2019-06-20 View 2,142",
    }
    assert [block["n"] for block in reading["blocks"]] == [None, 1, 2, 3, 4, 5]
    first = reading["blocks"][0]
    assert [first[key] for key in ("n", "kind", "lines", "text", "rule")] == [
        None,
        "furniture",
        [5, 5],
        "View 2,142",
        "view counter",
    ]
    assert sorted(first) == ["kind", "level", "lines", "n", "rule", "text", "voice"]
    assert tree(tmp_path) == before


def test_inspect_prints_null_for_a_field_that_is_not_in_the_text() -> None:
    output = briefs("inspect", str(ROOT / "briefs" / "2022-ifes-cho.txt"), "--json").output
    fields = ("title", "institute", "series", "number", "date")
    assert [json.loads(output)[field] for field in fields] == [None] * 5


def test_inspect_for_people() -> None:
    output = briefs("inspect", str(ROOT / "briefs" / "2022-asan-choi.txt")).output
    assert "title      not in the text" in output
    assert "[name printed twice] Choi Eunmi" in output
    assert "p10  South Korea has already signed a GSOMIA" in output
    assert "9233 text, 44 metadata, 17 furniture, 0 faults" in output


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the text is empty"),
        (b"\xff\xfe\x00", "this is not UTF-16 text"),
        (None, "cannot be read"),
    ],
)
def test_inspect_names_what_is_wrong(tmp_path: Path, content: bytes | None, problem: str) -> None:
    path = tmp_path / "x.txt"
    if content is not None:
        path.write_bytes(content)
    result = briefs("inspect", str(path))
    assert result.exit_code == 2
    assert str(path) in result.output
    assert problem in result.output


def test_convert_check_has_exit_codes(archive: Path) -> None:
    assert briefs("--root", str(archive), "convert", "--check").exit_code == 0
    (archive / "docs" / "index.md").write_text("x", encoding="utf-8")
    result = briefs("--root", str(archive), "convert", "--check")
    assert (result.exit_code, result.output) == (1, "stale: docs/index.md\n")
    assert briefs("--root", str(archive), "convert").output == "1 written, 0 removed\n"


def test_the_script_is_the_command() -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "convert.py"), "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "")


def test_check_prints_the_shares() -> None:
    result = briefs("check")
    assert result.exit_code == 0
    rows = {
        row.split()[0]: row.split() for row in result.output.splitlines() if row.startswith("20")
    }
    assert sorted(rows) == [
        "2019-sejong-park",
        "2021-yeosijae-okonogi",
        "2022-asan-choi",
        "2022-ifes-cho",
        "2023-sejong-jin",
    ]
    for row in rows.values():
        assert abs(sum(float(share.rstrip("%")) for share in row[3:6]) - 100) < 0.2
        assert row[6] == "0"


def test_check_fails_on_one_unaccounted_character(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        libraries, "account", lambda _: Account(9, 0, 0, ("line 1: unaccounted: x",))
    )
    result = briefs("--root", str(archive), "check")
    assert result.exit_code == 1
    assert "2019-sejong-park.txt: line 1: unaccounted: x" in result.output


def test_unknown_commands_and_options_exit_with_2() -> None:
    assert briefs("frobnicate").exit_code == 2
    assert briefs("convert", "--frobnicate").exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["convert"],
        ["convert", "--check"],
        ["add", "--dry-run", "NEW"],
        ["replace", "--dry-run", "2019-sejong-park", "NEW"],
        ["remove", "2019-sejong-park"],
        ["withdraw", "2019-sejong-park", "--reason", "x"],
    ],
    ids=" ".join,
)
def test_no_command_reads_an_archive_while_another_writes_it(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    new = tmp_path / "new.txt"
    new.write_text("Some words.\n\nMore words.\n", encoding="utf-8")
    names, locked = Archive.names, []

    def list_names(self: Archive, folder: str, ending: str) -> list[str]:
        handle = os.open(self.root / "briefs", os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            locked.append(False)
        except BlockingIOError:
            locked.append(True)
        finally:
            os.close(handle)
        return names(self, folder, ending)

    monkeypatch.setattr(Archive, "names", list_names)
    result = briefs("--root", str(archive), *(str(new) if a == "NEW" else a for a in arguments))
    assert result.exit_code in (0, 2), result.output
    assert set(locked) == {True}


@pytest.mark.parametrize("folder", [".", "..", "briefs", "docs/briefs", "other"])
def test_build_refuses_a_folder_that_holds_no_site(archive: Path, folder: str) -> None:
    (archive / "other").mkdir()
    (archive / "other" / "letter.txt").write_text("mine", encoding="utf-8")
    before = tree(archive)
    result = briefs("--root", str(archive), "build", "--site-dir", str(archive / folder))
    assert result.exit_code == 2
    assert "this folder does not hold a site" in result.output
    assert tree(archive) == before


def test_build_takes_an_address_and_a_folder_and_fails_on_a_warning(
    archive: Path, tmp_path: Path
) -> None:
    result = briefs(
        "--root",
        str(archive),
        "build",
        "--site-dir",
        str(tmp_path / "out"),
        "--site-url",
        "https://other.example/a/",
    )
    assert result.exit_code == 0, result.output
    page = (tmp_path / "out" / "briefs" / "2022-asan-choi" / "index.html").read_text(
        encoding="utf-8"
    )
    assert '"https://other.example/a/briefs/2022-asan-choi/"' in page
    (archive / "docs" / "about.md").write_text("[nowhere](nowhere.md)", encoding="utf-8")
    result = briefs("--root", str(archive), "build", "--site-dir", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "MkDocs gave up" in result.output
