"""`briefs check --since`: what was given out is still there, word for word and in its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.cli import main
from archive.commands.check import lost_since
from archive.errors import ArchiveError
from archive.store import Archive
from curator import git

LEDGER = Path("briefs", "ledger")


@pytest.fixture
def committed(archive: Path) -> Path:
    """The archive in a repository of its own, committed."""
    git(archive, "init", "--quiet")
    git(archive, "add", ".")
    git(archive, "commit", "--quiet", "-m", "Begin")
    return archive


def check(root: Path, ref: str = "HEAD") -> Result:
    return CliRunner().invoke(main, ["--root", str(root), "check", "--since", ref])


def edit(root: Path, name: str, old: str, new: str) -> None:
    file = root / LEDGER / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_nothing_lost(committed: Path) -> None:
    result = check(committed)
    assert (result.exit_code, result.output.splitlines()[-1]) == (
        0,
        "every line of the ledger at HEAD is still there",
    )


def test_lines_that_were_added_are_no_loss(committed: Path) -> None:
    with (committed / LEDGER / "addresses.tsv").open("a", encoding="utf-8") as file:
        file.write("/years/2030/\t2026-11-22\n")
    with (committed / LEDGER / "2019-sejong-park.tsv").open("a", encoding="utf-8") as file:
        file.write("p6\tffffffffffffffff\t2026-11-22\n")
    assert lost_since(Archive(committed), "HEAD") == []


def test_addresses_have_no_order(committed: Path) -> None:
    file = committed / LEDGER / "addresses.tsv"
    file.write_text(
        "".join(sorted(file.read_text(encoding="utf-8").splitlines(keepends=True), reverse=True)),
        encoding="utf-8",
    )
    assert lost_since(Archive(committed), "HEAD") == []


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("addresses.tsv", "/about/\t", "/abouts/\t", "/about/: the line is gone"),
        (
            "addresses.tsv",
            "/about/\t2026-11-21",
            "/about/\t2026-11-20",
            "/about/: the line was changed",
        ),
        ("2022-asan-choi.tsv", "p3\t", "p30\t", "p3: the line is gone"),
        ("2022-asan-choi.tsv", "2026-11-21\np4", "2026-11-20\np4", "p3: the line was changed"),
    ],
)
def test_a_line_that_is_gone_or_changed_is_named(
    committed: Path, name: str, old: str, new: str, says: str
) -> None:
    edit(committed, name, old, new)
    assert lost_since(Archive(committed), "HEAD") == [f"briefs/ledger/{name}: {says}"]


def test_lines_that_changed_places_are_named(committed: Path) -> None:
    file = committed / LEDGER / "2022-asan-choi.tsv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join([lines[1], lines[0], *lines[2:]]), encoding="utf-8")
    assert lost_since(Archive(committed), "HEAD") == [
        "briefs/ledger/2022-asan-choi.tsv: p1: the line is out of its place",
        "briefs/ledger/2022-asan-choi.tsv: p2: the line is out of its place",
    ]


def test_of_a_line_that_is_gone_those_below_are_out_of_their_places(committed: Path) -> None:
    file = committed / LEDGER / "2019-sejong-park.tsv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join([*lines[:3], *lines[4:]]), encoding="utf-8")
    assert lost_since(Archive(committed), "HEAD") == [
        "briefs/ledger/2019-sejong-park.tsv: p4: the line is gone",
        "briefs/ledger/2019-sejong-park.tsv: p5: the line is out of its place",
    ]


def test_an_anchor_may_get_other_words_again(archive: Path) -> None:
    file = archive / LEDGER / "2019-sejong-park.replaced"
    row = "p1\tffffffffffffffff\t2026-11-22\n"
    file.write_text(row, encoding="utf-8")
    git(archive, "init", "--quiet")
    git(archive, "add", ".")
    git(archive, "commit", "--quiet", "-m", "Begin")
    file.write_text(f"{row}p1\teeeeeeeeeeeeeeee\t2026-11-23\n", encoding="utf-8")
    assert lost_since(Archive(archive), "HEAD") == []
    file.write_text("p1\teeeeeeeeeeeeeeee\t2026-11-23\n", encoding="utf-8")
    assert lost_since(Archive(archive), "HEAD") == [
        "briefs/ledger/2019-sejong-park.replaced: p1: the line was changed"
    ]


def test_a_whole_ledger_that_is_gone_is_named_line_by_line(committed: Path) -> None:
    (committed / LEDGER / "2019-sejong-park.tsv").unlink()
    lost = lost_since(Archive(committed), "HEAD")
    assert lost == [
        f"briefs/ledger/2019-sejong-park.tsv: p{n}: the line is gone" for n in range(1, 6)
    ]


def test_the_command_names_them_and_exits_with_1(committed: Path) -> None:
    edit(committed, "addresses.tsv", "/years/2019/\t2026-11-21", "/years/2019/\t2026-11-22")
    result = check(committed)
    assert result.exit_code == 1
    assert "briefs/ledger/addresses.tsv: /years/2019/: the line was changed" in result.output
    assert "still there" not in result.output


@pytest.mark.parametrize("ref", ["nowhere", "HEAD~7", "--help", ""])
def test_a_commit_that_is_unknown_is_refused(committed: Path, ref: str) -> None:
    with pytest.raises(ArchiveError, match="git knows no commit") as error:
        lost_since(Archive(committed), ref)
    assert error.value.field == "--since"
    assert check(committed, ref).exit_code == 2


def test_a_series_that_is_gone_is_named(committed: Path) -> None:
    """Its place on the page of its institute is an address too."""
    for name in ("authority/institutes.yml", "2022-asan-choi.yml"):
        file = committed / "briefs" / name
        file.write_text(
            file.read_text(encoding="utf-8").replace("asan-issue-brief", "asan-brief"),
            encoding="utf-8",
        )
    result = check(committed)
    assert result.exit_code == 1
    assert (
        "institutes.yml: asan.series.asan-issue-brief: it is gone, and its place on the page"
        in result.output
    )


def test_a_series_may_move_with_its_institute_alone(committed: Path) -> None:
    file = committed / "briefs" / "authority" / "institutes.yml"
    whole = file.read_text(encoding="utf-8")
    series = '    sejong-focus: {name: "Sejong Focus"}\n'
    assert series in whole
    file.write_text(
        whole.replace(series, "").replace(
            "    asan-issue-brief:", f"{series}    asan-issue-brief:"
        ),
        encoding="utf-8",
    )
    named = (
        "briefs/authority/institutes.yml: sejong.series.sejong-focus: "
        "it is gone, and its place on the page"
    )
    assert lost_since(Archive(committed), "HEAD") == [named]
    file.write_text(whole.replace("\nsejong:\n", "\nsejonginst:\n"), encoding="utf-8")
    assert len(lost_since(Archive(committed), "HEAD")) == 2
    redirects = (
        '/institutes/sejong/: {to: /institutes/sejonginst/, date: "2026-12-01", reason: "x"}\n'
    )
    (committed / "briefs" / "redirects.yml").write_text(redirects, encoding="utf-8")
    assert lost_since(Archive(committed), "HEAD") == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("asan: text\n", None),
        ("asan: [\n", "HEAD:briefs/authority/institutes.yml: line"),
        (None, None),
    ],
)
def test_institutes_that_cannot_be_read_at_that_commit(
    committed: Path, content: str | None, says: str | None
) -> None:
    file = committed / "briefs" / "authority" / "institutes.yml"
    whole = file.read_text(encoding="utf-8")
    file.write_text(content, encoding="utf-8") if content else file.unlink()
    git(committed, "commit", "--quiet", "-a", "-m", "Break")
    file.write_text(whole, encoding="utf-8")
    if says is None:
        assert lost_since(Archive(committed), "HEAD") == []
    else:
        with pytest.raises(ArchiveError, match=says):
            lost_since(Archive(committed), "HEAD")


def test_outside_a_repository_and_at_a_commit_without_a_ledger(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(archive.parent))
    result = check(archive, "main")
    assert (result.exit_code, len(result.output.splitlines())) == (2, 1)
    git(archive, "init", "--quiet")
    git(archive, "add", "mkdocs.yml")
    git(archive, "commit", "--quiet", "-m", "Begin")
    with pytest.raises(ArchiveError, match="HEAD has no ledger"):
        lost_since(Archive(archive), "HEAD")


def test_the_archive_may_be_a_part_of_a_repository(archive: Path) -> None:
    git(archive.parent, "init", "--quiet")
    git(archive.parent, "add", ".")
    git(archive.parent, "commit", "--quiet", "-m", "Begin")
    assert lost_since(Archive(archive), "HEAD") == []
    edit(archive, "addresses.tsv", "/about/\t", "/abouts/\t")
    assert lost_since(Archive(archive), "HEAD") == [
        "briefs/ledger/addresses.tsv: /about/: the line is gone"
    ]


def test_without_git(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ArchiveError, match="git is not installed"):
        lost_since(Archive(archive), "HEAD")
