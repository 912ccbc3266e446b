"""archive.site.page: what is added to a built page."""

from __future__ import annotations

import pytest
from lxml import html

from archive.site.page import with_addresses
from repository import cases


@pytest.mark.parametrize(("link", "words", "expected"), cases("links"))
def test_paper_shows_where_a_link_leads(link: str, words: str, expected: str | None) -> None:
    page = with_addresses(
        f"<p>before {link}{words}</a> after</p>", "https://briefs.example/themes/gsomia/"
    )
    tree = html.fragment_fromstring(page)
    (element,) = tree.xpath("//a")
    assert element.get("data-address") == expected
    assert tree.text_content() == f"before {words} after"
