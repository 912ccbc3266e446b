"""archive.text.language: detects the language of a text and words of another in it."""

from __future__ import annotations

import pytest

from archive.text.language import foreign_runs, language_of
from repository import ROOT, cases


@pytest.mark.parametrize(("text", "expected"), cases("language"))
def test_language(text: str, expected: str | None) -> None:
    assert language_of(text) == expected


@pytest.mark.parametrize(("text", "expected"), cases("runs"))
def test_words_of_another_language(text: str, expected: list[list[str]]) -> None:
    assert [[text[start:end], code] for start, end, code in foreign_runs(text, "en")] == expected
    assert foreign_runs(text, "ko") == [run for run in foreign_runs(text, "en") if run[2] != "ko"]


@pytest.mark.parametrize("brief", cases("facts"))
def test_the_five_texts_are_english(brief: str) -> None:
    assert language_of((ROOT / "briefs" / f"{brief}.txt").read_text(encoding="utf-8")) == "en"
