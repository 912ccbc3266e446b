"""`briefs remove`: everything is as it was before `briefs add`, while the brief is unpublished."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from added_archive import Added, add, remove
from archive.cli import main
from archive.pages import listing
from archive.records.library import load_library
from archive.store import Archive
from curator import git
from curator_edits import replace_text
from repository import tree
from small_archive import AUTHORS, ID, INSTITUTES, make_small

TEXT = (
    "A title of its own\n\nKim Jiyoon\n\n2021-02-03\n\n"
    "Some words of the text stand here, and they are about a summit.\n"
)
NEW = [
    "--set",
    "author=Kim, Jiyoon",
    "--new-institute",
    "neu=New Institute",
    "--set",
    "series=Notes",
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_small(tmp_path / "archive")


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "text.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_all_that_was_added_is_removed_without_a_trace(added: Added, tmp_path: Path) -> None:
    root = tmp_path / "archive"
    shutil.copytree(added.root, root, ignore=shutil.ignore_patterns("site"))
    ids = list(added.results)
    for id in [*ids[1::2], *reversed(ids[::2])]:  # not in the order in which they came
        result = remove(root, id)
        assert result.exit_code == 0, result.output
        assert f"removed: briefs/{id}.txt, .yml and its ledger\n" in result.output
    assert tree(root) == added.before


def test_what_it_says_and_what_others_need_stays(root: Path, text: Path, tmp_path: Path) -> None:
    assert add(root, text, *NEW).exit_code == 0
    after_one = tree(root)
    other = tmp_path / "other.txt"
    other.write_text(
        TEXT.replace("Some words", "Other words").replace("A title", "Another title"),
        encoding="utf-8",
    )
    assert add(root, other, "--set", "institute=neu", "--set", "series=Notes").exit_code == 0
    assert remove(root, "2021-neu-kim-2").output == "".join(
        f"removed: {gone}\n"
        for gone in ("briefs/2021-neu-kim-2.txt, .yml and its ledger", "/briefs/2021-neu-kim-2/")
    )
    assert tree(root) == after_one
    gone = remove(root, "2021-neu-kim").output.splitlines()
    assert gone[1:] == [
        "removed: /authors/kim-jiyoon/",
        "removed: /briefs/2021-neu-kim/",
        "removed: /institutes/neu/",
        "removed: /years/2021/",
        "removed: author kim-jiyoon",
        "removed: institute neu",
    ]
    assert (root / "briefs" / "authority" / "authors.yml").read_text(encoding="utf-8") == AUTHORS
    assert (root / "briefs" / "authority" / "institutes.yml").read_text(
        encoding="utf-8"
    ) == INSTITUTES


def test_a_list_that_it_made_too_long_is_whole_again(
    root: Path, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "LONGEST", 2)
    assert add(root, text, "--set", "author=Kim, Jiyoon", "--set", "institute=asan").exit_code == 0
    before = tree(root)
    text.write_text(
        TEXT.replace("A title", "Another title").replace("Some words", "Other words"),
        encoding="utf-8",
    )
    assert add(root, text, "--set", "author=Kim, Jiyoon", "--set", "institute=asan").exit_code == 0
    assert (root / "docs" / "institutes" / "asan" / "2021.md").is_file()
    assert remove(root, "2021-asan-kim-2").exit_code == 0
    assert tree(root) == before


def test_with_crlf_and_without_a_last_line_end(root: Path, text: Path) -> None:
    for name, content in (("authors", AUTHORS), ("institutes", INSTITUTES)):
        (root / "briefs" / "authority" / f"{name}.yml").write_bytes(
            content.rstrip().replace("\n", "\r\n").encode()
        )
    before = tree(root)
    assert add(root, text, *NEW).exit_code == 0
    assert remove(root, "2021-neu-kim").exit_code == 0
    assert tree(root) == before


def test_a_published_brief_stays(root: Path, text: Path) -> None:
    assert add(root, text, *NEW).exit_code == 0
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "Begin")
    before = tree(root / "briefs") | tree(root / "docs")
    for id in ("2021-neu-kim", ID):
        result = remove(root, id)
        assert (result.exit_code, result.output.count("\n")) == (2, 1)
        assert "this brief is published. Its address was given out." in result.output
        assert f"Use `briefs withdraw {id} --reason" in result.output
    # On a branch that nobody merged it is not published; who and what was published stays.
    git(root, "checkout", "--quiet", "-b", "more")
    other = text.with_name("other.txt")
    other.write_text(
        TEXT.replace("Some words", "Other words").replace("2021", "2022").replace("A title", "B"),
        encoding="utf-8",
    )
    assert add(root, other, "--set", "institute=neu", "--set", "series=Notes").exit_code == 0
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "More")
    assert remove(root, "2022-neu-kim").exit_code == 0
    assert tree(root / "briefs") | tree(root / "docs") == before


def test_what_is_not_there_is_named(root: Path) -> None:
    before = tree(root)
    for id in ("2021-neu-kim", "../x", "", ID[:-1]):
        result = remove(root, id)
        assert (result.exit_code, result.output.count("\n")) == (2, 1)
        assert f"there is no brief with this id. Give one of: {ID}." in result.output
    assert tree(root) == before


def test_what_another_brief_leads_to_is_kept_whole(root: Path, text: Path) -> None:
    """A brief in whose place it stands would lose what it points to: nothing is written."""
    assert add(root, text, *NEW).exit_code == 0
    withdrawn = ["--root", str(root), "withdraw", ID, "--reason", "x", "--instead", "2021-neu-kim"]
    assert CliRunner().invoke(main, withdrawn).exit_code == 0
    before = tree(root)
    result = remove(root, "2021-neu-kim")
    assert result.exit_code == 2
    assert "withdrawn.instead: no brief has the id '2021-neu-kim'" in result.output
    assert tree(root) == before
    assert [brief.id for brief in load_library(Archive(root)).briefs] == ["2021-neu-kim"]
    assert "Write the id of a brief in the archive, or leave the field out." in result.output
    replace_text(root / "briefs" / f"{ID}.yml", '  instead: "2021-neu-kim"\n', "")
    assert remove(root, "2021-neu-kim").exit_code == 0


def test_a_repository_that_git_cannot_read_is_no_leave_to_remove(
    root: Path, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert add(root, str(text), *NEW).exit_code == 0
    before = tree(root)
    monkeypatch.setenv("GIT_DIR", str(root / "nowhere"))
    result = remove(root, "2021-neu-kim")
    assert result.exit_code == 2
    assert tree(root) == before
    monkeypatch.delenv("GIT_DIR")
    (root / ".git").mkdir()
    monkeypatch.setenv("PATH", "/nowhere")
    result = remove(root, "2021-neu-kim")
    assert (result.exit_code, "git is not installed" in result.output) == (2, True)


def test_a_form_that_was_published_without_quotation_marks_stays(
    root: Path, tmp_path: Path
) -> None:
    authors = root / "briefs" / "authority" / "authors.yml"
    authors.write_text(AUTHORS.replace('["Lee Mina"]', "[Lee Mina, Mina Lee]"), encoding="utf-8")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "briefs")
    git(root, "commit", "-qm", "x")
    published = authors.read_bytes()
    file = tmp_path / "text.txt"
    file.write_text(
        "A title of its own\n\nBy Mina Lee\n\n2021-02-03\n\n"
        "Some words stand here, and so on to the end.\n",
        encoding="utf-8",
    )
    assert add(root, str(file), "--set", "institute=asan").exit_code == 0
    assert remove(root, "2021-asan-lee").exit_code == 0
    assert authors.read_bytes() == published


def test_a_brief_that_tells_of_an_event_is_not_removed(root: Path, text: Path) -> None:
    assert add(root, text, *NEW).exit_code == 0
    events = root / "briefs" / "authority" / "events.yml"
    events.write_text(
        'x: {date: "2020", label: "A year more", passages: ["2021-neu-kim#p1"]}\n',
        encoding="utf-8",
    )
    before = tree(root)
    result = remove(root, "2021-neu-kim")
    assert result.exit_code == 2
    assert (
        "events.yml: x.passages[1]: no brief has the id '2021-neu-kim'. "
        "Name one of 2020-asan-lee, or remove this passage. An event without any goes, too."
        in result.output
    )
    assert tree(root) == before
    events.unlink()
    assert remove(root, "2021-neu-kim").exit_code == 0
