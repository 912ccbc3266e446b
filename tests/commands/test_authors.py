"""archive.commands.authors: who wrote a text, ids of new authors, and who may be somebody known."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from added_archive import add, remove
from archive.commands.authors import known_author, propose_id, similar_authors
from archive.convert import convert
from archive.records.authority import AUTHORS, Author
from archive.store import Archive
from repository import cases, tree
from small_archive import AUTHORS as KNOWN
from small_archive import make_small

CASES = cases("people")


def author(name: str, id: str = "x-y") -> Author:
    family, _, given = name.partition(" ")
    return Author(id, family, given, (name,))


@pytest.mark.parametrize(("family", "given_name", "id"), CASES["ids"])
def test_propose_id(family: str, given_name: str, id: str) -> None:
    assert propose_id(family, given_name) == id


@pytest.mark.parametrize(("name", "printed", "expected"), CASES["similar"])
def test_similar_authors(name: str, printed: str, expected: bool) -> None:
    people = similar_authors(printed, [author(name)])
    assert [person.id for person in people] == (["x-y"] if expected else [])


def test_a_known_author_is_one_person_under_that_very_name() -> None:
    lee, namesake, kim = (
        author("Lee Mina", "lee-mina"),
        author("Lee Mina", "lee-mina-2"),
        author("Kim Jiyoon", "kim-jiyoon"),
    )
    assert known_author("Lee Mina", [lee, kim]) is lee
    assert known_author("Lee Mina", [lee, namesake, kim]) is None
    assert known_author("LEE Mina", [lee, kim]) is None


TEXT = (
    "A title of its own words\n\n{}\n\n2021-02-03\n\nSome words of the text stand here, and they "
    "are about a summit of the two, which met again in the autumn of the year before.\n"
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_small(tmp_path_factory.mktemp("who") / "archive")


@pytest.fixture
def root(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "archive")


@pytest.mark.parametrize("case", cases("who_wrote"), ids=lambda case: case["name"])
def test_who_wrote_a_text(case: dict[str, Any], root: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(TEXT.format(case["line"]), encoding="utf-8")
    (root / AUTHORS).write_text(KNOWN + case.get("known", "") + "\n", encoding="utf-8")
    convert(Archive(root))
    before, known = tree(root), load_yaml(root / AUTHORS)
    result = add(root, text, "--set", "institute=asan", *case.get("arguments", []))
    for words in case.get("says", []):
        assert words in result.output
    for words in case.get("unsaid", []):
        assert words not in result.output
    if "credits" not in case:
        assert result.exit_code == 2
        assert tree(root) == before
        return
    assert result.exit_code == 0, result.output
    assert load_yaml(root / f"briefs/{case['id']}.yml").get("authors") == case["credits"]
    now = load_yaml(root / AUTHORS)
    assert {id: now[id] for id in now if now[id] != known.get(id)} == case.get("entries", {})
    assert remove(root, case["id"]).exit_code == 0
    assert (tree(root) == before) != case.get("is_left", False)


def load_yaml(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return content
