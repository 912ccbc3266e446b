"""archive.commands.people: family names, ids, and who may be somebody known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.commands.people import alike, author_id, filed, known, of_id, slug
from archive.records.authority import ID, LONGEST_ID, Author
from repository import cases

CASES = cases("people")


def author(name: str, id: str = "x-y") -> Author:
    family, _, given = name.partition(" ")
    return Author(id, family, given, (name,))


@pytest.mark.parametrize(("name", "expected"), CASES["filed"])
def test_filed(name: str, expected: list[str] | None) -> None:
    assert filed(name) == (tuple(expected) if expected else None)


@pytest.mark.parametrize(("name", "id", "expected"), CASES["of_id"])
def test_of_id(name: str, id: str, expected: list[str] | None) -> None:
    assert of_id(name, id) == (tuple(expected) if expected else None)


@pytest.mark.parametrize(("family", "given_name", "id"), CASES["ids"])
def test_author_id(family: str, given_name: str, id: str) -> None:
    assert author_id(family, given_name) == id


@pytest.mark.parametrize(("name", "printed", "expected"), CASES["alike"])
def test_alike(name: str, printed: str, expected: bool) -> None:
    people = alike(printed, [author(name)])
    assert [person.id for person in people] == (["x-y"] if expected else [])


def test_known_is_one_person_under_that_very_name() -> None:
    lee, namesake, kim = (
        author("Lee Mina", "lee-mina"),
        author("Lee Mina", "lee-mina-2"),
        author("Kim Jiyoon", "kim-jiyoon"),
    )
    assert known("Lee Mina", [lee, kim]) is lee
    assert known("Lee Mina", [lee, namesake, kim]) is None
    assert known("LEE Mina", [lee, kim]) is None


@given(st.text())
def test_an_id_is_one_or_nothing(text: str) -> None:
    id = slug(text)
    assert id == "" or (ID.fullmatch(id) and len(id) <= LONGEST_ID)
    assert slug(id) == id


@given(st.text())
def test_a_name_is_told_apart_into_what_it_has(name: str) -> None:
    for part in filed(name) or ():
        assert part
        assert "".join(part.casefold().split()) in "".join(name.casefold().split())
