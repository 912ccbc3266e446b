"""archive.text.family_names: which word of a printed name is the family name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.family_names import family_and_given, split_by_id, split_suffix
from repository import cases

CASES = cases("people")


@pytest.mark.parametrize(("name", "expected"), CASES["family_and_given"])
def test_family_and_given(name: str, expected: list[str] | None) -> None:
    assert family_and_given(name) == (tuple(expected) if expected else None)


@pytest.mark.parametrize(("name", "id", "expected"), CASES["split_by_id"])
def test_split_by_id(name: str, id: str, expected: list[str] | None) -> None:
    assert split_by_id(name, id) == (tuple(expected) if expected else None)


@given(st.text())
def test_a_name_is_told_apart_into_what_it_has(name: str) -> None:
    for part, _ in map(split_suffix, family_and_given(name) or ()):
        assert part
        assert "".join(part.casefold().split()) in "".join(name.casefold().split())
