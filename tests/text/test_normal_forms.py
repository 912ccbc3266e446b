"""archive.text.normal_forms: words as parts of an address."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.records.authority import ID, LONGEST_ID
from archive.text.normal_forms import slug


@given(st.text())
def test_an_id_is_one_or_nothing(text: str) -> None:
    id = slug(text, LONGEST_ID)
    assert id == "" or (ID.fullmatch(id) and len(id) <= LONGEST_ID)
    assert slug(id) == id
