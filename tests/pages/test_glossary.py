"""archive.pages.glossary: the page of abbreviations, and links from first uses."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.pages.blocks import paragraph
from archive.pages.glossary import GlossaryLinks, find_first_uses, glossary_page
from archive.pages.links import PageContext
from archive.reading.model import Kind
from archive.records.library import load_library
from archive.store import Archive
from rendered_markdown import collapse_spaces, element_by_id, render, texts, words
from repository import ROOT, cases

LIBRARY = load_library(Archive(ROOT))
FORMS = [form for term in LIBRARY.authority.glossary.values() for form in term.forms]
# Words in capitals that are not abbreviations: names, and a heading set in capitals.
NO_ABBREVIATIONS = {"CHOI", "IT", "US", "USA", "EXPO", "TAEJAE", "FUTURE", "CONSENSUS", "INSTITUTE"}


class BesideGlossary(PageContext):
    """A page whose link to the glossary is g.md."""

    def to(self, path: str, anchor: str = "") -> str:
        return "g.md"


def writer() -> GlossaryLinks:
    return GlossaryLinks(BesideGlossary("x.md", LIBRARY))


@pytest.mark.parametrize("case", cases("glossary"), ids=lambda case: case["name"])
def test_first_uses(case: dict[str, Any]) -> None:
    write = writer()
    assert [write(line) for line in case["lines"]] == case["written"]


@given(
    st.lists(st.one_of(st.sampled_from(FORMS), texts), min_size=1, max_size=6),
    st.sampled_from(["", " ", "-", "!", "!["]),
)
def test_links_and_marks_change_no_word(parts: list[str], between: str) -> None:
    text = between.join(parts)
    tree = render(paragraph(text, "p1", writer()))
    assert words(element_by_id(tree, "p1")) == collapse_spaces(text)
    linked = tree.xpath("//a[@class='term']/text()")
    assert len(linked) == len(set(linked)) and set(linked) <= set(FORMS)


def test_every_abbreviation_of_the_five_texts_is_in_the_glossary() -> None:
    shown = [
        block.text
        for brief in LIBRARY.briefs
        for block in brief.reading.shown
        if block.kind is not Kind.HEADING
    ]
    found = {
        word
        for text in shown
        for word in re.findall(r"(?<!\w)[A-Z]{2,}[\dA-Z]*(?:-[A-Z\d]+)?(?![\w])", text)
    }
    whole = {word if word in FORMS else word.split("-")[0] for word in found}
    assert len(whole) > 15
    assert whole - set(FORMS) - NO_ABBREVIATIONS == set()


def test_the_page_names_who_uses_a_term_first_where() -> None:
    terms = LIBRARY.authority.glossary.values()
    page = glossary_page(LIBRARY, [find_first_uses(brief, terms) for brief in LIBRARY.briefs])
    entry = page.split("## GSOMIA { #gsomia }")[1].split("</section>")[0]
    assert "In 1 brief: [Choi Eunmi 2022, p10](briefs/2022-asan-choi.md#p10)" in entry
    assert re.findall(r"^## (\w)", page, re.M) == sorted(re.findall(r"^## (\w)", page, re.M))


def test_an_archive_without_briefs_or_without_terms_has_a_page() -> None:
    assert "Not used in any brief at present" in glossary_page(replace(LIBRARY, briefs=()), [])
    none = replace(LIBRARY, authority=replace(LIBRARY.authority, glossary={}))
    assert "# Abbreviations" in glossary_page(none, [{} for _ in none.briefs])
    assert GlossaryLinks(PageContext("x.md", none))("GSOMIA") == "GSOMIA"
