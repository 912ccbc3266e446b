"""A line of the ledger binds once it is published; others are written anew when records change."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from added_archive import add
from archive.records.library import load_library
from archive.store import Archive
from curator import briefs, git, publish
from small_archive import make_small

ADDED = "2021-asan-kim"
TEXT = (
    "A title of its own\n\nKim Jiyoon\n\n2021-02-03\n\n"
    "Some words of the text stand here, and they are about a summit.\n\n"
    "Others stand below them, in a paragraph of their own.\n"
)
NEW = ["--set", "author=Kim, Jiyoon", "--set", "institute=asan"]
LEDGER = f"briefs/ledger/{ADDED}.tsv"
RECORD = f"briefs/{ADDED}.yml"
NOBODY = ('authors:\n  - {id: "kim-jiyoon", printed: "Kim Jiyoon"}\n', "")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small archive that is published, and a brief that was added to it."""
    root = make_small(tmp_path / "archive")
    git(root, "init", "--quiet", "--initial-branch", "main")
    publish(root)
    file = tmp_path / "text.txt"
    file.write_text(TEXT, encoding="utf-8")
    assert add(root, file, *NEW).exit_code == 0
    return root


def convert(root: Path) -> None:
    result = briefs(root, "convert")
    assert result.exit_code == 0, result.output
    result = briefs(root, "convert", "--check")
    assert result.exit_code == 0, result.output
    assert briefs(root, "check", "--since", "main").exit_code == 0


def edit(root: Path, name: str, old: str, new: str) -> None:
    file = root / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def mark(root: Path, lines: str, kind: str) -> None:
    with (root / RECORD).open("a", encoding="utf-8") as file:
        file.write(
            f'ranges:\n  - {{lines: "{lines}", as: "{kind}", date: "2026-11-30", reason: "x"}}\n'
        )


def unmark(root: Path) -> None:
    text = (root / RECORD).read_text(encoding="utf-8")
    (root / RECORD).write_text(re.sub(r"(?s)ranges:\n.*", "", text), encoding="utf-8")


def blocks(root: Path) -> dict[str, str]:
    """Return the first words of each block of the brief that was added, by anchor."""
    brief = load_library(Archive(root)).find(ADDED)
    return {
        anchor: block.text[:10]
        for anchor, block in zip(brief.anchors, brief.reading.shown, strict=True)
    }


def page(root: Path) -> str:
    return (root / f"docs/briefs/{ADDED}.md").read_text(encoding="utf-8")


def test_what_is_not_published_is_numbered_anew(root: Path) -> None:
    assert blocks(root) == {"p1": "Some words", "p2": "Others sta"}
    before = (root / LEDGER).read_bytes()
    whole = (root / RECORD).read_text(encoding="utf-8")
    edit(root, RECORD, *NOBODY)
    convert(root)
    assert blocks(root) == {"p1": "Kim Jiyoon", "p2": "Some words", "p3": "Others sta"}
    assert "/authors/kim-jiyoon/" not in (root / "briefs/ledger/addresses.tsv").read_text("utf-8")
    assert not (root / "docs/authors/kim-jiyoon.md").exists()
    (root / RECORD).write_text(whole, encoding="utf-8")
    convert(root)
    assert (root / LEDGER).read_bytes() == before
    assert briefs(root, "remove", ADDED).exit_code == 0


def test_what_is_published_keeps_its_number_and_says_where_its_words_are(root: Path) -> None:
    whole = (root / RECORD).read_text(encoding="utf-8")
    edit(root, RECORD, *NOBODY)
    convert(root)
    publish(root)
    published = (root / LEDGER).read_bytes()
    (root / RECORD).write_text(whole, encoding="utf-8")
    convert(root)
    assert blocks(root) == {"p2": "Some words", "p3": "Others sta"}
    assert (root / LEDGER).read_bytes() == published
    assert 'id="p1"' in page(root)
    assert "Paragraph 1 is no paragraph of its own any more: its words stand in the" in page(root)
    edit(root, RECORD, *NOBODY)
    convert(root)
    assert blocks(root) == {"p1": "Kim Jiyoon", "p2": "Some words", "p3": "Others sta"}


@pytest.mark.parametrize(
    ("lines", "kind", "marked", "says"),
    [
        ("7-9", "quote", {"p3": "Some words"}, "Paragraph 2 is now a part of paragraph 3."),
        ("9", "furniture", {"p1": "Some words", "p2": ""}, "Paragraph 2 was left out"),
        ("7", "introduction", {"p1": "Some words", "p2": "Others sta"}, "by the publisher"),
    ],
)
def test_a_mark_on_what_is_published_can_be_taken_back(
    root: Path, lines: str, kind: str, marked: dict[str, str], says: str
) -> None:
    publish(root)
    before = blocks(root)
    mark(root, lines, kind)
    convert(root)
    assert blocks(root) == marked
    assert says in page(root)
    publish(root)
    unmark(root)
    convert(root)
    assert blocks(root) == before
    for anchor in (*before, *marked):
        assert f"#{anchor} }}" in page(root) or f'id="{anchor}"' in page(root)


def test_what_is_left_out_before_it_is_published_has_no_number(root: Path) -> None:
    mark(root, "7", "furniture")
    convert(root)
    assert blocks(root) == {"p1": "Others sta"}
    assert "was left out" not in page(root)


def test_a_passage_that_is_cited_keeps_its_number(root: Path) -> None:
    (root / "briefs/authority/events.yml").write_text(
        f'x: {{date: "2021", label: "A summit", passages: ["{ADDED}#p1"]}}\n', encoding="utf-8"
    )
    edit(root, RECORD, *NOBODY)
    convert(root)
    assert blocks(root) == {"p3": "Kim Jiyoon", "p1": "Some words", "p2": "Others sta"}


@pytest.mark.parametrize("is_published", [False, True], ids=["added", "published"])
@pytest.mark.parametrize("damage", ["gone", "a row gone", "twice", "no row", "conflict"])
def test_a_ledger_that_is_damaged_is_restored(
    root: Path, *, damage: str, is_published: bool
) -> None:
    if is_published:
        publish(root)
    for name in (LEDGER, "briefs/ledger/addresses.tsv"):
        file, before = root / name, (root / name).read_text(encoding="utf-8")
        first, *rest = before.splitlines(keepends=True)
        damaged = {
            "a row gone": "".join(rest),
            "twice": before + first.replace("2026", "2027"),
            "no row": f"x\n{before}",
            "conflict": f"<<<<<<< HEAD\n{first}=======\n{first}>>>>>>> other\n{''.join(rest)}",
        }
        file.unlink() if damage == "gone" else file.write_text(damaged[damage], encoding="utf-8")
        assert briefs(root, "check").exit_code == 0
        convert(root)
        restored = file.read_text(encoding="utf-8")
        assert sorted(restored.splitlines()) == sorted(before.splitlines())
        assert restored == before or name != LEDGER


def test_a_text_that_was_changed_by_hand_comes_in_again(root: Path, tmp_path: Path) -> None:
    text = root / f"briefs/{ADDED}.txt"
    text.write_text(TEXT.replace("summit", "meeting"), encoding="utf-8")
    assert (
        f"Or save it elsewhere, `briefs remove {ADDED}`, and add it" in briefs(root, "check").output
    )
    copy = Path(text.rename(tmp_path / "copy.txt"))
    assert briefs(root, "remove", ADDED).exit_code == 0
    assert add(root, copy, "--set", "institute=asan").exit_code == 0


def test_one_text_under_two_published_ids_is_withdrawn_under_one(root: Path) -> None:
    other = "2021-asan-title"
    for ending in ("txt", "yml"):
        text = (root / f"briefs/{ADDED}.{ending}").read_text(encoding="utf-8")
        (root / f"briefs/{other}.{ending}").write_text(text.replace(ADDED, other), encoding="utf-8")
    (root / f"briefs/ledger/{other}.tsv").write_bytes((root / LEDGER).read_bytes())
    publish(root)
    remedy = "write into its record: withdrawn: {date, reason, instead, blocks}"
    assert remedy in briefs(root, "check").output
    (root / f"briefs/{other}.txt").unlink()
    with (root / f"briefs/{other}.yml").open("a", encoding="utf-8") as file:
        fields = f'date: "2026-12-01", reason: "added twice", instead: "{ADDED}", blocks: "2"'
        file.write(f"withdrawn: {{{fields}}}\n")
    convert(root)


@pytest.mark.parametrize("ending", ["txt", "yml"])
def test_a_brief_of_which_half_is_gone_is_removed(root: Path, ending: str) -> None:
    (root / f"briefs/{ADDED}.{ending}").unlink()
    result = briefs(root, "check")
    assert f"`briefs remove {ADDED}`" in " ".join(result.output.split())
    assert briefs(root, "remove", ADDED).exit_code == 0
    convert(root)
