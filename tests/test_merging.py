"""Two curators: what each has done on a branch of their own is merged by git, and brought right."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import yaml
from click.testing import Result

from added_archive import add
from archive.records.library import Brief, load_library
from archive.store import Archive
from curator import briefs, each_question_to_git_once, git, publish
from repository import ROOT, tree
from small_archive import ID, make_small

LEDGER = f"briefs/ledger/{ID}.tsv"
RECORD = f"briefs/{ID}.yml"
TEXT = f"briefs/{ID}.txt"


def done(result: Result) -> None:
    assert result.exit_code == 0, result.output


@pytest.fixture(autouse=True, scope="module")
def git_once() -> Iterator[None]:
    """Otherwise most of the time of these tests would go into processes of git."""
    with each_question_to_git_once():
        yield


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small archive that is published, with the attributes of this repository."""
    root = make_small(tmp_path_factory.mktemp("start") / "archive")
    for name in (".gitattributes", ".gitignore"):
        shutil.copy(ROOT / name, root)
    git(root, "init", "--quiet", "--initial-branch", "main")
    publish(root)
    return root


@pytest.fixture
def root(start: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(start, tmp_path / "archive"))


def add_text(root: Path, title: str, author: str, *arguments: str, year: str = "2021") -> None:
    file = root.parent / f"{title}.txt"
    file.write_text(
        f"{title}\n\n{author}\n\n{year}-02-03\n\n{title} is a text of its own on a summit, and is "
        f"unlike any other.\n\nIt has a second paragraph, which {author} wrote.\n",
        encoding="utf-8",
    )
    done(add(root, file, *(arguments or ("--set", "institute=asan"))))


def on_both(root: Path, first: Callable[[], object], second: Callable[[], object]) -> None:
    """Do one thing on the branch main, and the other on a branch that began with it."""
    git(root, "checkout", "--quiet", "-b", "other")
    second()
    publish(root)
    git(root, "checkout", "--quiet", "main")
    first()
    publish(root)


def find(root: Path, id: str) -> Brief:
    return load_library(Archive(root)).find(id)


def finish(root: Path, *published: str) -> None:
    """Convert after a merge: all is right then, and what was on main stays."""
    done(briefs(root, "convert"))
    for command in (["convert", "--check"], ["check"]):
        done(briefs(root, *command))
    publish(root)
    for ref in ("HEAD~1", *published):
        done(briefs(root, "check", "--since", ref))


PEOPLE = {
    "two authors": ("Kim Jiyoon", ["author=Kim, Jiyoon"], "Lee Sang", ["author=Lee, Sang"]),
    "two of one family": ("Kim Jiyoon", ["author=Kim, Jiyoon"], "Kim Ah", ["author=Kim, Ah"]),
    "one new author": ("Kim Jiyoon", ["author=Kim, Jiyoon"], "Kim Jiyoon", ["author=Kim, Jiyoon"]),
    "a known author": ("Lee Mina", [], "Mina Lee", ["author=lee-mina"]),
    "two series": ("Lee Mina", ["series=Notes"], "Lee Mina", ["series=Papers"]),
}


@pytest.mark.parametrize("case", PEOPLE)
@pytest.mark.parametrize("ours", ["main", "other"])
def test_a_brief_is_added_on_each_branch(root: Path, case: str, ours: str) -> None:
    one, of_one, two, of_two = PEOPLE[case]
    sets = [
        ["--set", "institute=asan", *(f"--set={given}" for given in of)] for of in (of_one, of_two)
    ]
    on_both(
        root,
        lambda: add_text(root, "Alpha", one, *sets[0]),
        lambda: add_text(root, "Beta", two, *sets[1], year="2022"),
    )
    before = {id: find(root, id).lines for id in [b.id for b in load_library(Archive(root)).briefs]}
    git(root, "checkout", "--quiet", ours)
    git(root, "merge", "--quiet", "--no-edit", "main" if ours == "other" else "other")
    finish(root, "main" if ours == "other" else "HEAD~2")
    after = load_library(Archive(root))
    assert len(after.briefs) == 3
    assert {id: after.find(id).lines for id in before} == before
    assert {brief.record.year for brief in after.briefs} == {"2020", "2021", "2022"}


def test_institutes_that_both_branches_add(root: Path) -> None:
    on_both(
        root,
        lambda: add_text(root, "Alpha", "Lee Mina", "--new-institute", "neu=New Institute"),
        lambda: add_text(root, "Beta", "Lee Mina", "--new-institute", "alt=Old Institute"),
    )
    git(root, "merge", "--quiet", "--no-edit", "other")
    finish(root, "HEAD~2")
    assert load_library(Archive(root)).authority.institutes.keys() == {"asan", "neu", "alt"}


@pytest.mark.parametrize("ours", ["main", "other"])
def test_an_anchor_that_both_branches_gave_moves_on_the_branch_that_is_not_main(
    root: Path, ours: str
) -> None:
    def correct(lines: str, kind: str) -> Callable[[], None]:
        return lambda: done(
            briefs(root, "correct", ID, "--mark", f"{lines}={kind}", "--reason", "x")
        )

    on_both(root, correct("1-3", "quote"), correct("7-9", "quote"))
    assert find(root, ID).lines[-1].anchor == "p7"
    words = find(root, ID).lines[-1].digest
    git(root, "checkout", "--quiet", ours)
    git(root, "merge", "--quiet", "main" if ours == "other" else "other", fails=True)
    result = briefs(root, "convert")
    assert f"{RECORD}: lines " in result.output
    assert "git left a merge conflict here. Keep the lines that are right" in result.output
    keep_both(root, RECORD)
    finish(root, "main" if ours == "other" else "HEAD~2")
    after = find(root, ID)
    assert [(line.anchor, line.digest == words) for line in after.lines[6:]] == [
        ("p7", True),
        ("p8", False),
    ]
    assert set(after.anchors) == {"p7", "p3", "p8", "p6"}


MARKERS = ("<<<<<<<", "=======", ">>>>>>>")
EVENTS = "briefs/authority/events.yml"
CITED = f'talks: {{date: "2019-08-22", label: "Talks", passages: ["{ID}#p7"], basis: "the desk"}}\n'


def keep_both(root: Path, name: str) -> None:
    """Resolve the conflicts in a file: the lines of both branches stay, each once."""
    lines = (root / name).read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(dict.fromkeys(line for line in lines if line[:7] not in MARKERS))
    (root / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", [RECORD, EVENTS])
@pytest.mark.parametrize("meant", ["p7", "p8"])
def test_a_passage_that_a_branch_cites_is_not_moved_to_other_words(
    root: Path, name: str, meant: str
) -> None:
    def correct(*arguments: str) -> None:
        done(briefs(root, "correct", ID, *arguments, "--reason", "x"))

    def cite() -> None:
        correct("--mark", "1-3=quote")
        if name == RECORD:
            publish(root)
            correct("--set", "theme=forced-labor:p7")
        else:
            (root / EVENTS).write_text(CITED, encoding="utf-8")
            done(briefs(root, "convert"))

    on_both(root, lambda: correct("--mark", "7-9=quote"), cite)
    git(root, "merge", "--quiet", "other", fails=True)
    keep_both(root, RECORD)
    if meant == "p8":  # git commits a merge at once where no file is in conflict
        publish(root)
    result = briefs(root, "convert")
    assert (
        "two branches gave p7: the words on main keep it, and the others have p8. Write that, if "
        "those words are meant. If not, take this out, run `briefs convert`, and write it again."
    ) in result.output
    cited = (root / name).read_text(encoding="utf-8")
    if meant == "p7":
        without = [line for line in cited.splitlines(keepends=True) if "p7" not in line]
        (root / name).write_text("".join(without), encoding="utf-8")
        done(briefs(root, "convert"))
    (root / name).write_text(cited.replace("p7", meant), encoding="utf-8")
    finish(root, "HEAD~2")


@pytest.mark.parametrize("is_committed", [False, True])
def test_one_id_on_both_branches(root: Path, is_committed: bool) -> None:
    on_both(
        root,
        lambda: add_text(root, "Alpha", "Lee Mina"),
        lambda: add_text(root, "Beta", "Lee Mina"),
    )
    git(root, "merge", "--quiet", "other", fails=True)
    if is_committed:
        publish(root)
    id = "2021-asan-lee"
    text, record = root / f"briefs/{id}.txt", root / f"briefs/{id}.yml"
    result = briefs(root, "convert")
    digest = hashlib.sha256(text.read_bytes()).hexdigest()
    assert f'Two texts have this id. {id}.txt is that of sha256: "{digest}"' in result.output
    assert f"The other text: git show other:briefs/{id}.txt > other.txt." in result.output
    keep_first(record)
    done(briefs(root, "convert"))
    other = git(root, "show", f"other:briefs/{id}.txt")
    (root.parent / "other.txt").write_text(other, encoding="utf-8")
    done(add(root, root.parent / "other.txt", "--set", "institute=asan"))
    finish(root, "HEAD~1")
    assert find(root, id).record.title == "Alpha"
    assert find(root, f"{id}-2").record.title == "Beta"


def keep_first(file: Path) -> None:
    """Resolve the conflicts in a file: the lines of the first branch stay."""
    text = file.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^<{7} .*\n((?:.*\n)*?)={7}\n(?:.*\n)*?>{7} .*\n", r"\1", text)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("copied", [None, "main", "other"])
def test_two_corrections_of_a_text_or_a_new_copy_of_it_are_no_second_text(
    root: Path, copied: str | None
) -> None:
    """The branch `copied` has a new copy, and not a mark; the corrections of the other one stay."""
    copy = root.parent / "copy.txt"
    copy.write_text((root / TEXT).read_text("utf-8") + "\nMore on it.\n", "utf-8")

    def change(branch: str, lines: str) -> Callable[[], None]:
        what = ["replace", ID, str(copy)]
        what = what if branch == copied else ["correct", ID, "--mark", f"{lines}=note"]
        return lambda: done(briefs(root, *what, "--reason", f"on {branch}"))

    # `briefs add` writes marks above the digest; changes stand at the end.
    record = root / RECORD
    (digest,) = re.findall('sha256: ".+"\n', record.read_text("utf-8"))
    mark = '  - {lines: "11", as: "note", date: "2026-11-21", reason: "x"}\n'
    text = record.read_text("utf-8").replace(digest, "")
    record.write_text(f"{text}ranges:\n{mark}{digest}", encoding="utf-8")
    done(briefs(root, "convert"))
    publish(root)
    on_both(root, change("main", "1"), change("other", "3"))
    git(root, "merge", "--quiet", "other", fails=True)
    result = briefs(root, "convert")
    assert "git left a merge conflict here" in result.output
    assert ("Two texts have this id" in result.output) == bool(copied)
    assert ("The other text:" in result.output) == (copied == "main")
    # What belongs to the text that is there, and the mark of the other branch.
    marked = "main" if copied == "other" else "other"
    (added,) = re.findall(f".*as: .*on {marked}.*\n", git(root, "show", f"{marked}:{RECORD}"))
    text = git(root, "show", f"{copied or 'main'}:{RECORD}")
    record.write_text(text.replace(mark, mark + added), encoding="utf-8")
    finish(root)
    assert {change.reason for change in find(root, ID).record.history} == {"on main", "on other"}


COPIES = {
    "other paragraphs": [("GSOMIA was", "The pact was"), ("A note of the", "One note of the")],
    "one paragraph": [("GSOMIA was", "The pact was"), ("GSOMIA was", "It was")],
    "one is gone on main": [("1. What follows\n\n", ""), ("GSOMIA was", "It was")],
    "one is gone on the other": [("GSOMIA was", "The pact was"), ("1. What follows\n\n", "")],
    "gone and changed": [
        ("A note of the editors: this text was first read aloud.", ""),
        ("A note of the", "One note of the"),
    ],
}


@pytest.mark.parametrize("case", COPIES)
def test_two_new_copies_of_a_text(root: Path, case: str) -> None:
    def bring(words: tuple[str, str]) -> None:
        copy = root.parent / "copy.txt"
        copy.write_text((root / TEXT).read_text("utf-8").replace(*words), "utf-8")
        done(briefs(root, "replace", ID, copy, "--reason", "x"))

    on_both(root, *(partial(bring, words) for words in COPIES[case]))
    git(root, "merge", "--quiet", "other", fails=True)
    assert "The other text: git show other:" in briefs(root, "convert").output
    git(root, "checkout", "--quiet", "--ours", RECORD)
    before = find(root, ID)
    finish(root)
    for name in (LEDGER, LEDGER.replace(".tsv", ".replaced")):
        assert (root / name).read_text("utf-8") == git(root, "show", f"HEAD~1:{name}")
    assert find(root, ID).anchors == before.anchors
    other = root.parent / "other.txt"
    other.write_text(git(root, "show", f"other:{TEXT}"), "utf-8")
    done(briefs(root, "replace", ID, other))
    finish(root)
    assert (root / TEXT).read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        RECORD,
        "briefs/home.md",
        "briefs/authority/authors.yml",
        "briefs/authority/themes.yml",
        "briefs/redirects.yml",
        "docs/about.md",
    ],
)
def test_a_conflict_is_named_with_its_lines_and_the_remedy_works(root: Path, name: str) -> None:
    file = root / name
    whole = file.read_text(encoding="utf-8") if file.exists() else "# None.\n"
    ours, theirs = "# ours\n", "# theirs\n"
    conflict = f"<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> other\n"
    file.write_text(f"{whole}{conflict}", encoding="utf-8")
    first = whole.count("\n") + 1
    before = tree(root / "briefs")
    for command in (["convert"], ["convert", "--check"], ["check"]):
        result = briefs(root, *command)
        assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output
        assert (
            f"{name}: lines {first}-{first + 4}: git left a merge conflict here." in result.output
        )
    assert tree(root / "briefs") == before
    file.write_text(f"{whole}{ours}{theirs}", encoding="utf-8")
    done(briefs(root, "convert"))


def test_a_conflict_in_a_ledger_and_in_generated_pages_is_brought_right(root: Path) -> None:
    for name in (LEDGER, "briefs/ledger/addresses.tsv", f"docs/briefs/{ID}.md", "docs/index.md"):
        file = root / name
        whole = file.read_text(encoding="utf-8")
        first, *rest = whole.splitlines(keepends=True)
        file.write_text(
            f"<<<<<<< HEAD\n{first}=======\n{first}>>>>>>> other\n{''.join(rest)}", encoding="utf-8"
        )
        done(briefs(root, "convert"))
        assert file.read_text(encoding="utf-8") == whole


def test_an_entry_that_both_branches_have_in_other_words_is_named_with_both_lines(
    root: Path,
) -> None:
    file = root / "briefs/authority/authors.yml"
    whole = file.read_text(encoding="utf-8")
    entry = 'kim-ah: {{family: "Kim", given: "Ah", variants: ["{}"]}}\n'
    file.write_text(f"{whole}{entry.format('Kim Ah')}{entry.format('Ah Kim')}", encoding="utf-8")
    last = whole.count("\n") + 2
    result = briefs(root, "check")
    assert (
        f"authors.yml: line {last}: unreadable YAML: the key 'kim-ah' occurs twice, first on line "
        f"{last - 1}. Keep one of the two, with what both say." in result.output
    )
    assert yaml.safe_load(whole).keys() == {"lee-mina"}
