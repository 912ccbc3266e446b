"""`briefs withdraw --undo`: the text, the record and the anchors are as they were."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive import cli
from archive.cli import main
from archive.convert import compare
from archive.records.library import load_library
from archive.store import Archive
from curator import git
from repository import tree
from small_archive import ID, make_small


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--root", str(root), "withdraw", ID, *arguments])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive whose brief is committed on main."""
    root = make_small(tmp_path / "archive")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-qm", "The archive")
    return root


def files(root: Path) -> dict[str, str]:
    return {name: data for name, data in tree(root).items() if not name.startswith(".git")}


def test_a_withdrawal_that_is_not_published_leaves_no_trace(root: Path) -> None:
    before = files(root)
    assert run(root, "--reason", "at the publisher's request").exit_code == 0
    result = run(root, "--undo", "--reason", "a mistake")
    assert result.exit_code == 0, result.output
    assert files(root) == before


def test_a_published_withdrawal_is_undone_and_the_page_says_so(root: Path) -> None:
    before = load_library(Archive(root)).find(ID)
    run(root, "--reason", "at the publisher's request", "--date", "2026-11-25")
    git(root, "add", ".")
    git(root, "commit", "-qm", "Withdraw it")
    result = run(root, "--undo", "--reason", "the publisher agrees", "--date", "2026-11-27")
    assert (result.exit_code, result.output.splitlines()[0]) == (
        0,
        f"{ID} is back: its text, record and anchors are as they were. Commit this to publish it.",
    )
    after = load_library(Archive(root)).find(ID)
    assert (after.source_text, after.anchors) == (before.source_text, before.anchors)
    assert [(one.date, one.field, one.reason) for one in after.record.changes] == [
        ("2026-11-27", "withdrawal undone", "the publisher agrees")
    ]
    assert compare(Archive(root)) == []


def test_one_published_withdrawal_is_undone_once(root: Path) -> None:
    def undone() -> list[str | None]:
        return [change.reason for change in load_library(Archive(root)).find(ID).record.changes]

    for published in ("a", "e"):
        run(root, "--reason", published)
        git(root, "add", ".")
        git(root, "commit", "-qm", "Withdraw it")
        for again in ("b", "d"):
            result = run(root, "--undo", "--reason", published + again)
            assert result.exit_code == 0, result.output
            assert undone() == ["ab", "eb"][: 1 + (published == "e")]
            run(root, "--reason", "c")
        run(root, "--undo", "--reason", "f")
        assert undone() == ["ab", "eb"][: 1 + (published == "e")]
        git(root, "add", ".")
        git(root, "commit", "-qm", "Undo that")


def test_the_text_can_come_from_a_file(tmp_path: Path) -> None:
    root = make_small(tmp_path / "archive")
    text = root / "briefs" / f"{ID}.txt"
    (tmp_path / "copy.txt").write_bytes(text.read_bytes())
    (tmp_path / "other.txt").write_bytes(text.read_bytes() + b"\n")
    run(root, "--reason", "x")
    gone = tree(root)
    for arguments in ([], ["--text", str(tmp_path / "other.txt")]):
        result = run(root, "--undo", "--reason", "x", *arguments)
        assert result.exit_code == 2
        assert "sha256: there is no text with the record's SHA-256" in result.output
        assert tree(root) == gone
    result = run(root, "--undo", "--reason", "x", "--text", str(tmp_path / "copy.txt"))
    assert result.exit_code == 0, result.output
    assert text.read_bytes() == (tmp_path / "copy.txt").read_bytes()


def test_only_what_is_withdrawn_is_brought_back(root: Path) -> None:
    result = run(root, "--undo", "--reason", "x")
    assert result.exit_code == 2
    assert f"{ID}.yml: withdrawn: it is not withdrawn" in result.output


def test_the_error_of_a_withdrawn_brief_names_the_way_back(root: Path) -> None:
    run(root, "--reason", "x")
    result = run(root, "--reason", "x")
    assert result.exit_code == 2
    assert f"`briefs withdraw {ID} --undo --reason WORDS` brings it back" in result.output
    assert run(root, "--undo", "--reason", "WORDS").exit_code == 0


def test_a_withdrawal_is_asked_about_at_a_terminal(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(root)
    monkeypatch.setattr(cli, "_is_at_terminal", lambda: True)
    result = CliRunner().invoke(
        main, ["--root", str(root), "withdraw", ID, "--reason", "x"], input="n\n"
    )
    assert f"Withdraw {ID}, and remove its text? [y/N]: n" in result.output
    assert files(root) == before
