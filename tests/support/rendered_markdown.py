"""Markdown as a browser gets it, and random texts to render."""

from __future__ import annotations

from functools import cache
from typing import Any

import markdown
from hypothesis import strategies as st
from lxml import html
from mkdocs.config import load_config

from archive.pages.blocks import html_block
from repository import ROOT, cases

TRAPS: list[str] = cases("traps")
# Any text that a source can hold, often with a trap in it. archive.sources.source refuses control
# characters.
characters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
texts = st.one_of(
    st.sampled_from(TRAPS),
    st.lists(
        st.one_of(st.sampled_from(TRAPS), st.text(characters, max_size=12)), min_size=1, max_size=4
    ).map(" ".join),
    st.lists(
        st.one_of(st.sampled_from(TRAPS), st.text("*_`#<>&[](){}|\\=~-+!:1.) ab", max_size=8)),
        min_size=1,
    ).map("".join),
).filter(str.strip)


@cache
def extensions() -> dict[str, Any]:
    config = load_config(str(ROOT / "mkdocs.yml"), plugins=[], hooks=[])
    return {"extensions": config.markdown_extensions, "extension_configs": config.mdx_configs}


def render(lines: list[str]) -> html.HtmlElement:
    """Return what a browser gets, with the extensions of mkdocs.yml.

    The lines stand in a block of HTML, as on the page of a brief.
    """
    converted = markdown.markdown("\n".join(html_block("div", lines, data_text="")), **extensions())
    return html.fragment_fromstring(converted, create_parent="main")


def words(element: html.HtmlElement) -> str:
    """Return the words of an element, except the words of a list in it."""
    parts = [element.text or ""]
    for child in element:
        parts += ["" if child.tag == "ul" else words(child), child.tail or ""]
    return " ".join("".join(parts).split())


def collapse_spaces(text: str) -> str:
    return " ".join(text.split())


def element_by_id(tree: html.HtmlElement, anchor: str) -> html.HtmlElement:
    (element,) = tree.xpath("//*[@id=$anchor]", anchor=anchor)
    return element
