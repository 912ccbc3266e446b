"""archive.cli: what commands print, and their exit codes."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from archive import __version__
from archive.cli import main
from archive.commands.check import format_list, table_lines
from archive.reading.fidelity import Account
from archive.records import library as libraries
from archive.store import Archive
from repository import ROOT, tree
from small_archive import ID, make_small


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

    def list_names(self: Archive, folder: str, *endings: str) -> list[str]:
        handle = os.open(self.root / "briefs", os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            locked.append(False)
        except BlockingIOError:
            locked.append(True)
        finally:
            os.close(handle)
        return names(self, folder, *endings)

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
    assert "briefs.example" not in result.output
    (archive / "docs" / "about.md").write_text("[nowhere](nowhere.md)", encoding="utf-8")
    result = briefs("--root", str(archive), "build", "--site-dir", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "MkDocs gave up" in result.output


# -- what all commands know ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one brief that no test changes."""
    return make_small(tmp_path_factory.mktemp("small") / "archive")


def run(
    root: Path, *arguments: str, text: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, with `text` on its stdin."""
    return subprocess.run(
        [sys.executable, "-m", "archive", "--root", str(root), *arguments],
        input=text,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_command_has_the_common_options_and_examples_that_can_be_parsed() -> None:
    for name, command in main.commands.items():
        options = {option for param in command.params for option in param.opts}
        assert options >= {"-q", "--quiet", "-v", "--verbose", "--version"}, name
        examples = (command.epilog or "").splitlines()
        assert examples[:2] == ["\b", "Examples:"], name
        for example in examples[2:]:
            _, called, *words = shlex.split(example.rpartition("|")[2])
            assert called == name
            command.make_context(name, words)
        assert briefs(name, "--version").output == briefs("--version").output


def test_help_groups_the_commands_by_workflow() -> None:
    output = briefs("-h").output
    headings = [f"\n{heading}:\n" for heading in ("Add", "Correct", "Publish", "Look")]
    assert sorted(headings, key=output.index) == headings
    assert [name for name in main.commands if f"\n  {name} " not in output] == []


def test_the_version_is_that_of_the_project() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'\nversion = "{__version__}"\n' in project
    assert briefs("--version").output == f"briefs {__version__}\n"


@pytest.mark.parametrize("arguments", [["-q", "check"], ["check", "-q"], ["convert", "--quiet"]])
def test_quiet_prints_errors_only(small: Path, arguments: list[str]) -> None:
    result = briefs("--root", str(small), *arguments)
    assert (result.exit_code, result.output) == (0, "")
    result = briefs("-q", "--root", str(small), "remove", "nothing")
    assert (result.exit_code, result.output[:8]) == (2, "briefs: ")


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (["check"], ["briefs", "remarks", "faults"]),
        (["convert"], ["written", "removed"]),
        (["list"], ["briefs"]),
        (["convert", "--check"], ["differences"]),
    ],
    ids=" ".join,
)
def test_json_is_one_document(small: Path, arguments: list[str], keys: list[str]) -> None:
    result = briefs("--root", str(small), *arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert list(json.loads(result.stdout)) == keys


def test_check_in_json_has_what_the_table_has(small: Path) -> None:
    (brief,) = json.loads(briefs("--root", str(small), "check", "--json").stdout)["briefs"]
    assert brief["id"] == ID
    assert brief["text"] + brief["metadata"] + brief["furniture"] == pytest.approx(1)
    assert brief["themes"] == {"gsomia": 1}
    assert brief["not_printed"]["title"] == "supplied"


def test_add_in_json_tells_of_each_file(small: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        text = f"A title for {name}\n\nSome words of {name} stand here, about a summit.\n"
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"")
    given = ("--set", "institute=asan", "--dry-run", "--json")
    result = briefs("--root", str(small), "add", str(tmp_path), *given)
    assert result.exit_code == 3
    bad, one, two = json.loads(result.stdout)["files"]
    assert [bad["result"], bad["id"], bad["error"]["field"]] == ["not added", None, "file"]
    assert [one["result"], two["result"]] == ["would be added"] * 2
    assert one["address"] == f"https://briefs.example/briefs/{one['id']}/"
    assert {"field": "title", "value": "A title for one", "where": "line 1"} in one["fields"]
    asked = json.loads(
        briefs("--root", str(small), "add", str(tmp_path / "one.txt"), "--json").stdout
    )["files"][0]["questions"]
    assert [question["field"] for question in asked] == ["institute"]


@pytest.mark.parametrize(
    ("arguments", "file", "field"),
    [
        (["inspect", "nowhere.txt"], "nowhere.txt", "file"),
        (["add", "nowhere.txt"], "nowhere.txt", "file"),
        (["check", "--frobnicate"], "briefs check", "usage"),
        (["replace", ID], "briefs replace", "usage"),
        (["chekc"], "briefs", "usage"),
        (["add", "x.txt", "--set", "nofield=1"], "--set", "nofield=1"),
    ],
    ids=" ".join,
)
def test_an_error_has_one_form_in_words_and_in_json(
    small: Path, arguments: list[str], file: str, field: str
) -> None:
    result = briefs("--root", str(small), *arguments)
    assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output
    assert result.output.startswith("briefs: ")
    result = briefs("--root", str(small), *arguments, "--json")
    error = json.loads(result.stdout)["error"]
    assert list(error) == ["file", "field", "problem", "remedy"]
    assert [error["file"], error["field"]] == [file, field]
    assert all(error[key] in result.stderr for key in error)


def test_answers_come_on_stdin_too(small: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Words of a text, on other things.\n", encoding="utf-8")
    arguments = ["--root", str(small), "add", str(file), "--answers", "-", "--dry-run"]
    answers = 'a.txt: {title: "A title", institute: asan, date: "2021", author: ""}'
    result = CliRunner().invoke(main, arguments, input=answers)
    assert result.exit_code == 0, result.output
    assert "A title" in result.output
    for command in ("add", "replace", "withdraw"):
        help_of = " ".join(CliRunner().invoke(main, [command, "--help"]).output.split())
        assert "stdin" in help_of.replace("(or all *.txt of a folder, or stdin: -)", "")


def test_a_dash_is_stdin(small: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(small, tmp_path / "archive"))
    text = "A title of its own\n\nGSOMIA holds, as some words of a text say here.\n"
    assert json.loads(run(root, "inspect", "-", "--json", text=text).stdout)["title"] == (
        "A title of its own"
    )
    result = run(root, "add", "-", "--set", "institute=asan", text=text)
    assert result.returncode == 0, result.stderr
    id = result.stdout.strip().rpartition("/briefs/")[2].strip("/")
    assert (root / "briefs" / f"{id}.txt").read_text(encoding="utf-8") == text
    new = text.replace("say here", "say there")
    assert run(root, "replace", id, "-", text=new).returncode == 0
    assert (root / "briefs" / f"{id}.txt").read_text(encoding="utf-8") == new
    result = run(root, "inspect", "-")
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "stdin: file: the text is empty" in result.stderr


def test_a_reader_of_the_output_may_stop_reading(small: Path) -> None:
    command = f"{sys.executable} -m archive --root {small} check | head -n 1"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert (len(result.stdout.splitlines()), result.stderr) == (1, "")


def test_the_ids_of_briefs_are_completed(small: Path) -> None:
    words = f"briefs --root {small} replace 2020-"
    environment = {"_BRIEFS_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": "4"}
    command = [sys.executable, "-c", "from archive.cli import main; main(prog_name='briefs')"]
    result = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    assert result.stdout == f"plain,{ID}\n"


def test_check_fits_100_columns_whatever_the_archive_holds() -> None:
    row = {
        "id": "2022-yeosijaexy-longname",
        "reader": "transcript",
        "blocks": 1234,
        **dict.fromkeys(("text", "metadata", "furniture"), 1.0),
        "unaccounted": 0,
        "themes": dict.fromkeys(("export-controls", "gsomia", "camp-david"), 3),
        "not_printed": dict.fromkeys(("introduction", "institute", "title", "date"), "supplied"),
    }
    lines = table_lines([row, {**row, "themes": {}, "not_printed": {}}])
    assert max(map(len, lines)) <= 100
    assert lines[1].split()[-3:] == ["3", "title,", "date"] or "+" in lines[1]
    assert all(len(line) <= 100 for line in briefs("check").output.splitlines())


def test_list_has_each_brief_in_the_width_of_the_terminal() -> None:
    wide_lines, narrow_lines = (
        run(ROOT, "list", COLUMNS=str(columns)).stdout.splitlines() for columns in (120, 80)
    )
    assert [line.split()[0] for line in wide_lines[:2]] == ["brief", "2023-sejong-jin"]
    assert len(wide_lines) == 6
    assert all(wide(line) <= 120 for line in wide_lines)
    assert "Japan and South Korea" in wide_lines[4]
    assert all(wide(line) <= 80 for line in narrow_lines)
    assert narrow_lines[7].startswith("2021-yeosijae-okonogi")
    assert narrow_lines[8].startswith("  Japan and South Korea should")


def test_list_cuts_no_title_in_a_pipe() -> None:
    listed, environment = json.loads(run(ROOT, "list", "--json").stdout), {"COLUMNS": ""}
    output = run(ROOT, "list", **environment).stdout
    assert [brief for brief in listed["briefs"] if brief["title"] not in output] == []
    assert len(listed["briefs"]) == 5


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"]], ids=" ".join)
def test_a_full_disk_behind_stdout_is_a_named_error(arguments: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        result = subprocess.run(
            [sys.executable, "-m", "archive", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert result.returncode == 2
    says = "briefs: the disk: file: No space left on device. Mend that, and run the command again."
    assert result.stderr.splitlines() == [says]


def wide(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, ["checked"]),
        ({'checked_by: "A. Reader"': "checked_by: null"}, ["unchecked"]),
        ({'access: "full"': 'access: "restricted"'}, ["restricted", "checked"]),
        (
            {'access: "full"': 'access: "embargoed"\nembargoed_until: "2099-01-01"'},
            ["embargoed until 2099-01-01", "checked"],
        ),
        (
            {'access: "full"': 'access: "embargoed"\nembargoed_until: "2020-01-01"'},
            ["checked"],
        ),
    ],
)
def test_list_tells_the_state(tmp_path: Path, changes: dict[str, str], state: list[str]) -> None:
    root = make_small(tmp_path / "archive")
    record = root / "briefs" / f"{ID}.yml"
    text = record.read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    record.write_text(text, encoding="utf-8")
    assert listed(root) == {
        "id": ID,
        "date": "2020",
        "institutes": ["asan"],
        "title": "[A year more]",
        "state": state,
    }


def test_list_tells_what_is_not_published_and_what_is_withdrawn(tmp_path: Path) -> None:
    root = make_small(tmp_path / "archive")
    git = ["git", "-c", "user.name=Desk", "-c", "user.email=desk@briefs.example", "-C", str(root)]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    assert listed(root)["state"] == ["checked", "unpublished"]
    subprocess.run([*git, "add", "briefs"], check=True)
    subprocess.run([*git, "commit", "-qm", "All"], check=True)
    assert listed(root)["state"] == ["checked"]
    assert briefs("--root", str(root), "withdraw", ID, "--reason", "x").exit_code == 0
    assert listed(root)["state"] == ["withdrawn"]


def listed(root: Path) -> dict[str, Any]:
    result = briefs("--root", str(root), "list", "--json")
    (brief,) = json.loads(result.stdout)["briefs"]
    assert isinstance(brief, dict)
    return brief


def test_titles_of_wide_letters_are_cut_to_the_terminal() -> None:
    brief = {"id": "a", "date": None, "institutes": ["b"], "state": ["c"], "title": "기시다" * 9}
    lines = format_list([brief], 60).splitlines()
    assert lines[1].split()[:4] == ["a", "undated", "b", "c"]
    assert 58 <= wide(lines[1]) <= 60
    assert format_list([brief], 200).endswith("기시다")
