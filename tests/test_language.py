"""archive.language: which language a text is in."""

from __future__ import annotations

import pytest

from archive.language import language_of
from conftest import ROOT, cases


@pytest.mark.parametrize(("text", "expected"), cases("language"))
def test_language(text: str, expected: str | None) -> None:
    assert language_of(text) == expected


@pytest.mark.parametrize("brief", cases("facts"))
def test_the_five_texts_are_english(brief: str) -> None:
    assert language_of((ROOT / "briefs" / f"{brief}.txt").read_text(encoding="utf-8")) == "en"
