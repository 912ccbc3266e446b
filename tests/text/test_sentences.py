"""archive.text.sentences: finds where sentences begin and end."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.text.sentences import is_whole, sentences, shorten
from repository import cases

TEXTS = st.one_of(st.text(), st.text(alphabet='aA1 .!?…"“”‘’()[]「」。\n\u00a0가'))


@pytest.mark.parametrize("case", cases("sentences"), ids=lambda case: case["name"])
def test_sentences(case: dict[str, Any]) -> None:
    text = case["text"]
    assert [text[start:end] for start, end in sentences(text)] == case["sentences"]


@pytest.mark.parametrize(("text", "expected"), cases("whole_sentences"))
def test_a_whole_sentence_ends_with_a_full_stop(text: str, expected: bool) -> None:
    assert is_whole(text) is expected


@pytest.mark.parametrize(("text", "length", "left"), cases("shorten"))
def test_shorten(text: str, length: int, left: str) -> None:
    assert shorten(text, length) == left


@given(TEXTS, st.integers(2, 30))
def test_a_shortened_text_is_no_longer_than_it_may_be(text: str, length: int) -> None:
    shortened = shorten(text, length)
    assert len(shortened) <= length
    assert text.startswith(shortened.removesuffix("…"))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_sentences_hold_all_words_in_order(text: str) -> None:
    spans = sentences(text)
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert edges == sorted(edges)
    assert all(text[start:end].strip() for start, end in spans)
    gaps = pairwise([(0, 0), *spans, (len(text), len(text))])
    assert not "".join(text[end:start] for (_, end), (start, _) in gaps).strip()
