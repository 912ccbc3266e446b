"""archive.records.themes: the words that show a theme, the blocks that count, the passages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.readers import read
from archive.reading.model import Block, Kind, Voice
from archive.records.authority import Authority
from archive.records.themes import (
    Passage,
    Theme,
    _Phrases,
    choose_quotation,
    passages,
    phrase_pattern,
)
from archive.sources.source import Source, Span
from archive.text.normal_forms import normalise
from other_forms import FORMS
from repository import ROOT, cases

THEMES = cases("themes")
FACTS = cases("facts")
PASSAGES = cases("passages")


def block(kind: str, voice: str, level: int, text: str) -> Block:
    return Block(Kind(kind), (Span(1, 0, len(text)),), text, Voice(voice), level)


@pytest.mark.parametrize("case", THEMES["texts"], ids=lambda case: case["text"])
def test_words(case: dict[str, str], authority: Authority) -> None:
    text = case["text"].replace("⟦", "").replace("⟧", "")
    marked = {
        theme.id: [text[start:end] for start, end in theme.find_spans(text)]
        for theme in authority.themes.values()
    }
    expected = {theme: [] for theme in authority.themes} | {
        case["theme"]: re.findall(r"⟦([^⟧]*)⟧", case["text"])
    }
    expected.pop("none", None)
    assert marked == expected


@pytest.mark.parametrize("form", FORMS)
def test_words_in_another_form(form: str, authority: Authority) -> None:
    for case in THEMES["texts"]:
        text, words = re.sub("[⟦⟧]", "", case["text"]), re.findall(r"⟦([^⟧]*)⟧", case["text"])
        other = FORMS[form](text)
        for theme in authority.themes.values():
            marked = [other[start:end] for start, end in theme.find_spans(other)]
            expected = words if theme.id == case["theme"] else []
            assert [normalise(mark).split() for mark in marked] == [
                normalise(word).split() for word in expected
            ], text


def test_a_theme_in_another_form() -> None:
    theme = Theme(
        "x",
        "X",
        "A scope.",
        {},
        ("Ｊａｐａｎ’ｓ ﾎﾜｲﾄ国", "de\ufb01ned"),
        ("it‘s",),
        (),
        Path("themes.yml"),
    )
    text = "Japan's ホワイト国 is defined, it’s “Japan”s ホワイト国."
    assert [text[start:end] for start, end in theme.find_spans(text)] == [
        "Japan's ホワイト国",
        "defined",
        "it’s",
    ]


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)+b", "a*a*a*a*b"])
def test_a_pattern_cannot_hang(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.records.themes._MOST_SECONDS", 0.05)
    theme = Theme("x", "X", "A scope.", {}, ("x",), (pattern,), (), Path("themes.yml"))
    with pytest.raises(ArchiveError, match=r"themes.yml: x.patterns: they took more than"):
        theme.find_spans("a" * 5000)
    assert theme.find_spans("aab") == [(0, 3)]


@pytest.mark.parametrize(
    "case", THEMES["blocks"], ids=lambda case: f"{case['kind']} {case['voice']} {case['text']}"
)
def test_kinds_and_voices(case: dict[str, Any], authority: Authority) -> None:
    blocks = (block(case["kind"], case["voice"], 1, case["text"]),)
    assert [theme.id for theme in authority.themes.values() if passages(blocks, theme)] == case[
        "themes"
    ]


@pytest.mark.parametrize("case", THEMES["passages"], ids=lambda case: case["name"])
def test_passages(case: dict[str, Any], authority: Authority) -> None:
    found = passages(tuple(block(*row) for row in case["blocks"]), authority.themes[case["theme"]])
    assert [
        [passage.number, passage.text, [n for n, _ in passage.under]] for passage in found
    ] == case["passages"]


def test_marks_are_the_words_in_the_passage(authority: Authority) -> None:
    text = "Seoul waits. All of GSOMIA, and GSOMIA alone, was at stake."
    (passage,) = passages((block("paragraph", "author", 0, text),), authority.themes["gsomia"])
    assert passage.text == "All of GSOMIA, and GSOMIA alone, was at stake."
    assert passage.marks == ((7, 13), (19, 25))


@pytest.mark.parametrize("brief", FACTS)
def test_passages_of_the_five_texts(brief: str, authority: Authority) -> None:
    reading = read(Source.load(ROOT / "briefs" / f"{brief}.txt"))
    found = {theme.id: passages(reading.shown, theme) for theme in authority.themes.values()}
    listed = {
        theme: [
            [
                passage.number,
                passage.text,
                *([[n for n, _ in passage.under]] if passage.under else []),
            ]
            for passage in rows
        ]
        for theme, rows in found.items()
        if rows
    }
    assert listed == PASSAGES[brief]
    assert list(listed) == FACTS[brief]["themes"]


WORDS = st.sampled_from(
    "gsomia GSOMIAs forced labor labour “labor” FORCED-LABOR export exports controls white list "
    "İ ß 지소미아는 徴用工 - .".split()
)


@given(st.lists(st.tuples(WORDS, st.sampled_from(["", " ", "-", ", "]))))
def test_looking_at_first_words_only_finds_the_same_as_looking_everywhere(
    words: list[tuple[str, str]],
) -> None:
    text = "".join(f"{word}{sign}" for word, sign in words)
    phrases = (
        "forced lab*",
        "forced labor",
        "export control*",
        "export controls",
        "gsomia",
        "white list*",
        "지소미아",
        "徴用工",
    )
    everywhere = re.compile(
        "|".join(map(phrase_pattern, sorted(phrases, key=len, reverse=True))), re.IGNORECASE
    )
    assert _Phrases(phrases).find_spans(text, text.lower()) == [
        match.span() for match in everywhere.finditer(text)
    ]


@pytest.mark.parametrize("case", cases("quotations"), ids=lambda case: case["name"])
def test_the_passage_that_is_quoted_alone_is_the_longest_sentence(case: dict[str, Any]) -> None:
    shown = []
    for number, (kind, text) in enumerate(case["passages"], 1):
        if isinstance(text, dict):
            text = f"{'ruling ' * text['ruling']}."
        shown.append(Passage("x", number, text, (), block(kind, "author", 0, text)))
    quoted = choose_quotation(shown)
    assert (quoted and quoted.number) == case["quoted"]
