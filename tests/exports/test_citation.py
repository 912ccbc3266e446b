from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.exports.citation import (
    Citation,
    as_html,
    as_markdown,
    cite,
    mail_brief,
    mail_error,
    mailto,
    plain,
    reference,
)
from archive.pages.links import PageContext
from archive.reading.model import Kind, Voice
from archive.records.authority import Author
from archive.records.library import load_library
from archive.records.record import Credit, Withdrawal
from archive.store import Archive
from archive.text.dates import parse_edtf
from repository import ROOT, cases
from site_pages import fragment

LIBRARY = load_library(Archive(ROOT))
BASE = "https://briefs.example/"


def make_citation(case: dict[str, Any]) -> Citation:
    citation = cite(LIBRARY, LIBRARY.find(case["brief"])).at(BASE)
    changes: dict[str, Any] = {field: case[field] for field in ("title", "date") if field in case}
    if "date" in changes:
        changes["date"] = parse_edtf(changes["date"] or "")
    if "withdrawn" in case:
        changes["withdrawn"] = Withdrawal(case["withdrawn"], "", None, 1, ())
    if "authors" in case:
        changes["authors"] = tuple(Credit("x", printed, None) for printed, _, _ in case["authors"])
        authors = tuple(Author("x", family, given, ()) for _, family, given in case["authors"])
        citation = replace(citation, authors=authors)
    return replace(citation, record=replace(citation.record, **changes))


@pytest.mark.parametrize("case", cases("citations"), ids=lambda case: case["name"])
def test_reference(case: dict[str, Any]) -> None:
    citation = make_citation(case)
    if "voice" in case:
        words = reference(citation, Voice(case["voice"]), Kind(case["kind"]))
        assert f"{words.removesuffix('.')}. {citation.url}" == case["plain"]
        return
    assert plain(citation) == case["plain"]
    shown = fragment(as_html(citation))
    assert shown.text_content() == case["plain"]
    assert shown.xpath("./a/@href") == [citation.url]
    assert [title.text_content() for title in shown.xpath("./cite")] == [citation.record.title]
    assert fragment(markdown.markdown(as_markdown(citation))).text_content() == case["plain"]


@pytest.mark.parametrize(
    "case", [case for case in cases("citations") if "listed" in case], ids=lambda case: case["name"]
)
def test_authors_are_told_apart_in_titles_and_lists(case: dict[str, Any]) -> None:
    brief = replace(LIBRARY.find(case["brief"]), record=make_citation(case).record)
    assert brief.cited_as == case["cited_as"]
    links = PageContext("index.md", LIBRARY).authors(brief)
    assert fragment(markdown.markdown(links)).text_content().strip() == case["listed"]


def test_the_address_stands_last_and_nothing_follows_it() -> None:
    for brief in LIBRARY.briefs:
        citation = cite(LIBRARY, brief).at(BASE)
        assert plain(citation).split()[-1] == citation.url
        assert len(citation.url) + len("#p999") <= 70
        assert citation.url.isascii()


def parse_mail_link(link: str) -> tuple[str, str, str]:
    """Return the address, subject and body of a mail link."""
    split = urlsplit(link)
    fields = parse_qs(split.query, strict_parsing=True)
    assert (split.scheme, sorted(fields)) == ("mailto", ["body", "subject"])
    return unquote(split.path), fields["subject"][0], fields["body"][0]


@given(
    st.text(min_size=1),
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1), min_size=1
    ),
)
def test_whatever_is_mailed_arrives(subject: str, body: list[str]) -> None:
    link = mailto(subject, body, "a+b@x.example")
    assert link.isascii()
    assert not set(link) & set(' "<>&\n') - {"&"}
    assert link.count("&") == 1
    assert parse_mail_link(link) == ("a+b@x.example", subject, "\r\n".join(body))


@pytest.mark.parametrize("case", cases("citations"), ids=lambda case: case["name"])
def test_a_brief_is_mailed_with_its_address_on_a_line_of_its_own(case: dict[str, Any]) -> None:
    citation = make_citation(case)
    to, subject, body = parse_mail_link(mail_brief(citation))
    assert to == ""
    assert citation.record.title in subject
    lines = body.split("\r\n")
    assert lines[-1] == citation.url
    assert f"{' '.join(lines[:-1]).strip()} {citation.url}" == plain(citation)


def test_an_error_is_reported_with_id_and_title() -> None:
    citation = make_citation({"brief": "2022-asan-choi"})
    to, subject, body = parse_mail_link(mail_error(citation, "desk@x.example"))
    assert to == "desk@x.example"
    assert subject == f"Error in 2022-asan-choi: {citation.record.title}"
    assert citation.record.id in body
    assert citation.record.title in body
    assert citation.url in body.split("\r\n")
