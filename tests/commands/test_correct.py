"""`briefs correct`: every field of a brief, added or published, by command or by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

from added_archive import add
from archive.commands.correct import edit_record
from archive.records.library import Brief, load_library
from archive.store import Archive
from curator import briefs, each_question_to_git_once, git, publish
from repository import cases, tree
from small_archive import make_small

CASES = cases("corrections")
ADDED = "2021-asan-kim"
RECORD = f"briefs/{ADDED}.yml"
FILES = (RECORD, "briefs/authority/authors.yml", "briefs/authority/institutes.yml")
NEW = ["--set", "author=Kim, Jiyoon", "--set", "institute=asan"]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A small archive with a brief that was added to it: not published yet, and published."""
    folder = tmp_path_factory.mktemp("archives")
    root = make_small(folder / "added")
    git(root, "init", "--quiet", "--initial-branch", "main")
    publish(root)
    (folder / "text.txt").write_text(CASES["text"], encoding="utf-8")
    result = add(root, folder / "text.txt", *NEW)
    assert result.exit_code == 0, result.output
    shutil.copytree(root, folder / "published")
    publish(folder / "published")
    made = {"added": root, "published": folder / "published"}
    for path in made.values():
        git(path, "gc", "--quiet")  # few files, so each test has its copy sooner
    return made


@pytest.fixture(autouse=True, scope="module")
def git_once() -> Iterator[None]:
    """Otherwise half the time of these tests would go into processes of git, 55 in each test."""
    with each_question_to_git_once():
        yield


@pytest.fixture(autouse=True)
def the_day_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796083200")


@pytest.fixture(params=["added", "published"])
def root(request: pytest.FixtureRequest, archives: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of one of these archives, in a folder of its name."""
    return Path(shutil.copytree(archives[request.param], tmp_path / request.param))


def correct(root: Path, *arguments: str, reason: str = "a misprint") -> Result:
    return briefs(root, "correct", ADDED, *arguments, "--reason", reason)


def find(root: Path, id: str = ADDED) -> Brief:
    return load_library(Archive(root)).find(id)


def page(root: Path) -> str:
    return (root / f"docs/briefs/{ADDED}.md").read_text(encoding="utf-8")


def converted(root: Path) -> dict[str, str]:
    """Return what a conversion writes."""
    return tree(root / "docs") | tree(root / "briefs/ledger")


def assert_sound(root: Path, before: Brief) -> None:
    # With --since, the command finds all that it finds without.
    for command in (["convert", "--check"], ["check", "--since", "main"]):
        result = briefs(root, *command)
        assert result.exit_code == 0, result.output
    after = find(root)
    anchors = before.anchors if root.name == "published" else after.anchors
    for anchor in anchors:
        assert f"#{anchor} }}" in page(root) or f'id="{anchor}"' in page(root), anchor
    if root.name == "added":
        assert after.anchors == tuple(f"p{n}" for n in range(1, len(after.anchors) + 1))
        assert after.record.changes == ()


@pytest.mark.parametrize("case", CASES["fields"], ids=lambda case: case["name"])
def test_a_field_is_corrected_by_one_command_and_by_one_edit(
    case: dict[str, Any], root: Path
) -> None:
    before, old = find(root), {name: (root / name).read_bytes() for name in FILES}
    result = correct(root, *case["arguments"])
    assert result.exit_code == 0, result.output
    assert result.output.endswith(f"{ADDED} is corrected.\n")
    record = yaml.load((root / RECORD).read_text(encoding="utf-8"), yaml.BaseLoader)
    for name, value in case["record"].items():
        assert without_days(record.get(name, "")) == without_days(value), name
    for words in case.get("page", []):
        assert words in page(root), words
    assert_sound(root, before)
    if root.name == "published":
        assert "**Changed 1 December 2026:**" in page(root)
        assert "a misprint" in page(root)
    if not any(argument.startswith("--new") for argument in case["arguments"]):
        assert correct(root, *case["arguments"]).output == "Nothing changes.\n"
    # One edit of the files by hand does the same.
    after, edited = converted(root), {name: (root / name).read_bytes() for name in FILES}
    restore(root, old)
    assert briefs(root, "convert").exit_code == 0
    restore(root, edited)
    result = briefs(root, "convert")
    assert result.exit_code == 0, result.output
    assert converted(root) == after
    if root.name == "added":
        assert briefs(root, "remove", ADDED).exit_code == 0
        assert briefs(root, "check", "--since", "main").exit_code == 0


def without_days(value: Any) -> Any:
    """Return the value of a field without the days on which curators decided."""
    return (
        [{**one, "date": ""} if "reason" in one else one for one in value]
        if isinstance(value, list)
        else value
    )


def restore(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (root / name).write_bytes(data)


@pytest.mark.parametrize(
    "case", CASES["wrong_authors"]["cases"], ids=lambda case: ", ".join(case["given"])
)
def test_a_list_of_authors_is_the_one_that_is_given(
    case: dict[str, Any], root: Path, tmp_path: Path
) -> None:
    wrong = CASES["wrong_authors"]
    (tmp_path / "text.txt").write_text(wrong["text"], encoding="utf-8")
    result = add(root, tmp_path / "text.txt", *wrong["added"])
    assert result.exit_code == 0, result.output
    if root.name == "published":
        publish(root)
    given = [part for author in case["given"] for part in ("--set", f"author={author}")]
    for says in (f"{wrong['id']} is corrected.\n", "Nothing changes.\n"):
        result = briefs(root, "correct", wrong["id"], *given, "--reason", "a slip")
        assert (result.exit_code, result.output.endswith(says)) == (0, True), result.output
    authors = find(root, wrong["id"]).record.authors
    assert [[author.id, author.printed] for author in authors] == case["authors"]
    assert briefs(root, "check").exit_code == 0


@pytest.fixture
def published(archives: dict[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(archives["published"], tmp_path / "published"))


@pytest.mark.parametrize("case", CASES["undone"], ids=lambda case: case["name"])
def test_a_correction_is_undone_by_one_command(case: dict[str, Any], published: Path) -> None:
    before, record = find(published), yaml_of(published)
    for arguments in (case["first"], case["then"]):
        result = correct(published, *arguments)
        assert result.exit_code == 0, result.output
        publish(published)
    after = yaml_of(published)
    assert {name for name in after if after[name] != record.get(name)} <= {
        "changes",
        *case.get("but", []),
    }
    assert_sound(published, before)
    assert page(published).count("**Changed 1 December 2026:**") >= 2


def yaml_of(root: Path) -> dict[str, Any]:
    """Return the fields of the record that have a value."""
    fields = yaml.safe_load((root / RECORD).read_text(encoding="utf-8"))
    return {name: value for name, value in fields.items() if value}


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["name"])
def test_a_refusal_names_what_works(case: dict[str, Any], root: Path) -> None:
    before = tree(root / "briefs") | tree(root / "docs")
    result = correct(root, *case["arguments"])
    assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output
    assert case["says"] in result.output
    assert tree(root / "briefs") | tree(root / "docs") == before
    if "remedy" in case:
        result = correct(root, *case["remedy"])
        assert result.exit_code == 0, result.output


def test_what_is_corrected_again_and_again_can_be_withdrawn_and_removed(root: Path) -> None:
    before = find(root)
    for author in ("lee-mina", "", "Park, Jin", "kim-jiyoon=", "lee-mina"):
        correct(root, "--set", f"author={author}")
        assert_sound(root, before)
    result = briefs(root, "withdraw", ADDED, "--reason", "x")
    assert result.exit_code == 0, result.output
    result = briefs(root, "remove", ADDED)
    assert result.exit_code == (0 if root.name == "added" else 2), result.output
    assert briefs(root, "check", "--since", "main").exit_code == 0


@pytest.mark.parametrize("broken", ["record", "no record", "text", "no text", "ledger", "others"])
def test_a_brief_that_cannot_be_read_is_removed(
    broken: str, archives: dict[str, Path], tmp_path: Path
) -> None:
    root = Path(shutil.copytree(archives["added"], tmp_path / "added"))
    file = root / {"text": f"briefs/{ADDED}.txt", "no text": f"briefs/{ADDED}.txt"}.get(
        broken, f"briefs/ledger/{ADDED}.tsv" if broken == "ledger" else RECORD
    )
    file.unlink() if broken.startswith("no ") else file.write_text("x", encoding="utf-8")
    other = root / "briefs/2020-asan-lee.yml"
    whole = other.read_text(encoding="utf-8")
    if broken == "others":
        other.write_text("x", encoding="utf-8")
    result = briefs(root, "remove", ADDED)
    assert result.exit_code == 0, result.output
    assert [name for name in tree(root / "briefs") if ADDED in name] == []
    other.write_text(whole, encoding="utf-8")
    assert briefs(root, "convert").exit_code == 0
    assert briefs(root, "check", "--since", "main").exit_code == 0


def test_without_git_every_brief_counts_as_published(tmp_path: Path) -> None:
    root = make_small(tmp_path / "archive")
    (tmp_path / "text.txt").write_text(CASES["text"], encoding="utf-8")
    assert add(root, tmp_path / "text.txt", *NEW).exit_code == 0
    addresses = (root / "briefs/ledger/addresses.tsv").read_text(encoding="utf-8")
    before = find(root)
    assert correct(root, "--set", "author=lee-mina").exit_code == 0
    assert correct(root, "--set", "theme=gsomia:", reason="only a name").exit_code == 0
    assert "a misprint" in page(root)
    assert "only a name" in page(root)
    assert (root / "briefs/ledger/addresses.tsv").read_text(encoding="utf-8") == addresses
    assert set(before.anchors) < set(find(root).anchors)


def test_a_line_that_prints_what_is_given_is_taken_out_of_the_text(root: Path) -> None:
    before = find(root)
    title = "Others stand below them, in a paragraph of their own, finished on 1 March 2021."
    result = correct(root, "--set", f"title={title}")
    assert result.exit_code == 0, result.output
    assert find(root).record.ranges[0].lines == "12"
    assert_sound(root, before)
    assert title not in [block.text for block in find(root).reading.shown]


@pytest.mark.parametrize("command", ["correct", "withdraw", "replace"])
def test_a_reason_has_words(command: str, published: Path) -> None:
    file = [str(published / f"briefs/{ADDED}.txt")] if command == "replace" else []
    result = briefs(published, command, ADDED, *file, "--reason", " ")
    assert (result.exit_code, result.output.count("--reason: reason: it has no words")) == (2, 1)


def test_another_line_of_the_head_that_becomes_the_title_is_named_once(root: Path) -> None:
    for line in ("also_printed=Senior Fellow", "title=Senior Fellow"):
        assert correct(root, "--set", line).exit_code == 0
    assert (yaml_of(root)["title"], yaml_of(root).get("also_printed")) == ("Senior Fellow", None)


def test_an_author_whom_a_new_copy_prints_is_corrected_around_it(
    root: Path, tmp_path: Path
) -> None:
    new = CASES["text"].replace("Kim Jiyoon", "Kim Jihye")
    (tmp_path / "new.txt").write_text(new, encoding="utf-8")
    replace = ("replace", ADDED, str(tmp_path / "new.txt"), "--reason", "a misprint")
    assert "author: of the new copy, 'Kim Jiyoon' is not printed in the text" in (
        briefs(root, *replace).output
    )
    given = ["--set", "author=Kim, Jihye"]
    result = correct(root, *given, "--set", "author=Kim Jiyoon=")
    assert result.exit_code == 0, result.output
    assert "authors" in find(root).record.basis
    assert briefs(root, *replace).exit_code == 0
    result = correct(root, *given)
    assert result.exit_code == 0, result.output
    record = find(root).record
    assert [author.id for author in record.authors] == ["kim-jihye"]
    assert "authors" not in record.basis


def test_a_basis_that_goes_leaves_the_value_of_its_field() -> None:
    text = 'source: "a"\nsaved: null\nbasis:\n  source: {kind: "supplied", evidence: "x"}\n'
    edited = edit_record(Path("x.yml"), text, {"source": "b", "saved": None, "basis": {}})
    assert edited == 'source: "b"\nsaved: null\n'


@pytest.mark.parametrize("case", CASES["histories"], ids=lambda case: case["name"])
def test_a_history_begins_when_a_brief_is_published(case: dict[str, Any], tmp_path: Path) -> None:
    root = make_small(tmp_path / "published")
    git(root, "init", "--quiet", "--initial-branch", "main")
    (tmp_path / "text.txt").write_text(case["text"], encoding="utf-8")
    result = add(root, tmp_path / "text.txt", *case["add"])
    assert result.exit_code == 0, result.output
    publish(root)
    (id,) = set(tree(root / "docs/briefs")) - {"index.md", "2020-asan-lee.md"}
    before = find(root, id.removesuffix(".md"))
    for arguments in case["corrections"]:
        result = briefs(root, "correct", before.id, *arguments, "--reason", "a misprint")
        assert result.exit_code == 0, result.output
    after = find(root, before.id)
    assert [{"field": change.field} for change in after.record.changes] == case["changes"]
    assert {line.anchor for line in after.lines} >= set(before.anchors)
    posts = [credit.affiliation for credit in after.record.authors]
    assert posts == case.get("posts", [None] * len(posts))
    assert briefs(root, "check", "--since", "main").exit_code == 0


@pytest.mark.parametrize("case", CASES["copies"], ids=lambda case: case["name"])
def test_a_new_copy_brings_what_it_prints(case: dict[str, Any], root: Path) -> None:
    before, files = find(root), tree(root / "briefs")
    copy = root.parent / "copy.txt"
    copy.write_text(CASES["text"].replace(*case["words"]), encoding="utf-8")
    for arguments in ([], ["--dry-run"]):
        result = briefs(root, "replace", ADDED, str(copy), *arguments)
        assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output
        assert case["says"] in result.output
        assert tree(root / "briefs") == files
    result = briefs(root, "replace", ADDED, str(copy), *case["arguments"])
    assert result.exit_code == 0, result.output
    assert "\nnew  " not in f"\n{result.output}"
    for name, value in case["record"].items():
        assert yaml_of(root)[name] == value
    assert find(root).record.basis.keys() == {"institute"}
    assert find(root).anchors == before.anchors
    assert_sound(root, before)
