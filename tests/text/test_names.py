"""archive.text.names: recognises names of people, posts and mail addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.names import MAIL, ROLE, bare_name, byline_names, is_person, people
from archive.text.normal_forms import normalise
from repository import cases

CASES = cases("names")


@pytest.mark.parametrize(("text", "expected"), CASES["person"])
def test_is_person(text: str, expected: bool) -> None:
    assert is_person(text) is expected


@pytest.mark.parametrize(("printed", "expected"), CASES["bare_name"])
def test_bare_name(printed: str, expected: str) -> None:
    assert bare_name(printed) == expected


@pytest.mark.parametrize(("line", "expected"), CASES["people"])
def test_people(line: str, expected: list[str]) -> None:
    assert people(line) == expected


@pytest.mark.parametrize(("line", "expected"), CASES["byline"])
def test_byline_names(line: str, expected: list[str]) -> None:
    assert byline_names(normalise(line)) == expected


@pytest.mark.parametrize(("line", "expected"), CASES["role"])
def test_role(line: str, expected: bool) -> None:
    assert bool(ROLE.search(line)) is expected


@pytest.mark.parametrize(("line", "expected"), CASES["mail"])
def test_mail(line: str, expected: str | None) -> None:
    match = MAIL.search(line)
    assert (match[0] if match else None) == expected


@pytest.mark.parametrize(
    "variant",
    [name for brief in cases("facts").values() for name in brief["authors"]],
    ids=lambda name: name["printed"],
)
def test_the_authors_of_the_archive_are_people(variant: dict[str, str]) -> None:
    assert people(variant["printed"]) == [variant["printed"]]


@given(st.text(alphabet="AaBb .,·&Dr가진"))
def test_people_are_names_in_the_line(line: str) -> None:
    for name in people(line):
        assert is_person(name)
        assert name in " ".join(line.split())
