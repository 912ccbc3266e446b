"""archive.text.normal_forms: forms in which words are compared, and words in an address."""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records.authority import ID, LONGEST_ID
from archive.text.normal_forms import align, fold, normalise, normalise_words, slug
from other_forms import FORMS
from repository import cases

TEXTS = st.one_of(
    st.text(),
    st.text("ab e\u0301\u0327 \u3000\u200b\ufeff\u00ad-\u2011ﬁﬃ가\u1100\u1161\u11a8ｶﾞＡ“’"),
)
WORDS = (
    "The official Korea-Japan talks at Camp David: 강제동원 문제, 日韓のキャンプ・デービッド会合."
)


@pytest.mark.parametrize(("text", "normal"), cases("normal_forms"))
def test_normal_form(text: str, normal: str) -> None:
    assert normalise(text) == normal


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_normal_form_of_other_forms(form: Callable[[str], str]) -> None:
    assert form(WORDS) != WORDS
    assert normalise(form(WORDS)) == normalise(WORDS)
    assert fold(form(WORDS)) == fold(WORDS)
    assert slug(form(WORDS)) == slug(WORDS)


@given(TEXTS)
def test_a_text_has_one_normal_form(text: str) -> None:
    normal = normalise(text)
    assert normal == normalise(normal)
    assert normal == normalise(normalize("NFD", text)) == normalise(normalize("NFC", text))
    assert normalise(normalise_words(text)) == normal


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_its_own_normal_form(text: str) -> None:
    assert normalise(text) == text
    assert align(text) == (text, range(len(text) + 1))


@given(TEXTS)
def test_each_letter_of_the_normal_form_has_its_place(text: str) -> None:
    normal, places = align(text)
    assert normal == normalise(text)
    assert len(places) == len(normal) + 1
    assert list(places) == sorted(places)
    assert (places[0] >= 0, places[-1]) == (True, len(text))
    words = [match.span() for match in re.finditer(r"\S+", normal)]
    received = [text[places[start] : places[end]] for start, end in words]
    assert [normalise(word).split() for word in received] == [
        [normal[start:end]] for start, end in words
    ]
    # Nothing but white space is between the words.
    if words:
        assert "".join("".join(received).split()) == "".join(text.split())


@given(TEXTS)
def test_signs_between_words_stay_as_received(text: str) -> None:
    signs = re.compile(r"[“”‘’（）\u3000\u2011]")
    assert signs.findall(normalise_words(text)) == signs.findall(text)


@given(st.text())
def test_an_id_is_one_or_nothing(text: str) -> None:
    id = slug(text, LONGEST_ID)
    assert id == "" or (ID.fullmatch(id) and len(id) <= LONGEST_ID)
    assert slug(id) == id
