"""archive.text.sentences: finds where sentences begin and end."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.text.sentences import sentences
from repository import cases

TEXTS = st.one_of(st.text(), st.text(alphabet='aA1 .!?…"“”‘’()[]「」。\n\u00a0가'))


@pytest.mark.parametrize("case", cases("sentences"), ids=lambda case: case["name"])
def test_sentences(case: dict[str, Any]) -> None:
    text = case["text"]
    assert [text[start:end] for start, end in sentences(text)] == case["sentences"]


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_sentences_hold_all_words_in_order(text: str) -> None:
    spans = sentences(text)
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert edges == sorted(edges)
    assert all(text[start:end].strip() for start, end in spans)
    gaps = pairwise([(0, 0), *spans, (len(text), len(text))])
    assert not "".join(text[end:start] for (_, end), (start, _) in gaps).strip()
