"""archive.commands.authors: ids of new authors, and who may be somebody known."""

from __future__ import annotations

import pytest

from archive.commands.authors import known_author, propose_id, similar_authors
from archive.records.authority import Author
from repository import cases

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
