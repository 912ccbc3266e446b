"""Searches in a large archive: bytes, order, facets, and no influence of earlier searches."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect
from test_site_search import change_state, facet_values, read_counts, result_ids, search

from archive.records.library import Library, load_library
from archive.store import Archive
from browser_windows import show, violations, window
from measure_search import QUERIES, serve_and_record, visit
from site_pages import settled, until

MAX_PAGE_BYTES, MAX_SEARCH_BYTES = 90_000, 200_000


@pytest.fixture(scope="module")
def host(large: Path) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    with serve_and_record(large / "site") as site:
        yield site


@pytest.fixture(scope="module")
def library(large: Path) -> Library:
    return load_library(Archive(large))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser) as page:
        yield page


# Every second query is a slow test, because all searches cost about as much.
@pytest.mark.parametrize(
    "query",
    [
        pytest.param(query, marks=[pytest.mark.slow] if place % 2 else [])
        for place, query in enumerate(QUERIES)
    ],
)
def test_a_search_costs_few_bytes_and_a_page_without_one_loads_no_index(
    query: str, browser: Browser, host: tuple[str, list[tuple[str, int]]], library: Library
) -> None:
    base, sent = host
    cost = visit(browser, base, sent, f"/briefs/{library.briefs[0].id}/", query)
    assert cost.page_bytes <= MAX_PAGE_BYTES
    assert [path for path in cost.page_paths if "pagefind" in path or "search" in path] == []
    assert 100_000 < cost.search_bytes <= MAX_SEARCH_BYTES, cost.search_responses


def test_results_are_shown_in_steps_of_twenty(
    page: Page, host: tuple[str, list[tuple[str, int]]], library: Library
) -> None:
    base, _ = host
    newest_first = [brief.id for brief in library.briefs]
    assert search(page, base) == newest_first[:20]
    for step in (40, 60):
        page.locator("#more").focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"[data-brief]:nth-child({step - 19}) h2 a")).to_be_focused()
        assert result_ids(page) == newest_first[:step]
    expect(page.locator("#more")).to_have_text(f"Show 20 more of {len(library.briefs) - 60}")
    expect(page.locator("#status")).to_have_text(f"{len(library.briefs):,} briefs, newest first")


def test_results_by_date_are_in_the_order_of_the_records(
    page: Page, host: tuple[str, list[tuple[str, int]]], library: Library
) -> None:
    base, _ = host
    ids = search(page, base, "counterattack", sort="date")
    order = [brief.id for brief in library.briefs]
    assert len(ids) == 20
    assert ids == sorted(ids, key=order.index)
    assert ids != change_state(page, base, "counterattack")


def test_titles_themes_and_authors_that_match_come_first(
    page: Page, host: tuple[str, list[tuple[str, int]]], library: Library
) -> None:
    base, _ = host
    titles = {brief.id: brief.record.title.lower() for brief in library.briefs}
    # This word is in some titles, and in the texts of many briefs.
    ids = change_state(page, base, "confrontation")
    in_title = sum("confrontation" in title for title in titles.values())
    assert in_title > 0
    assert all("confrontation" in titles[id] for id in ids[: min(in_title, 20)])
    for query in ("지소미아", "GSOMIA", "General Security of Military Information Agreement"):
        most = sorted(-len(brief.passages.get("gsomia", ())) for brief in library.briefs)[:20]
        passages = {brief.id: len(brief.passages.get("gsomia", ())) for brief in library.briefs}
        assert [-passages[id] for id in change_state(page, base, query)] == most
    author = next(iter(library.authors()))
    own = {brief.id for brief in library.briefs_on("authors", author.id)}
    assert set(change_state(page, base, f"{author.given} {author.family}")[: len(own)]) == own


def test_going_back_returns_to_the_place_in_the_list(
    page: Page, host: tuple[str, list[tuple[str, int]]], library: Library
) -> None:
    base, _ = host
    search(page, base, "Japan")
    page.locator("#more").click()
    entry = page.locator("[data-brief]:nth-child(30)")
    entry.scroll_into_view_if_needed()
    # Passages of the results in sight appear a moment later and push the rest of the list down.
    until(
        page,
        """() => [...document.querySelectorAll("[data-brief]")].filter((brief) => {
            const { top, bottom } = brief.getBoundingClientRect();
            return bottom > 0 && top < innerHeight;
        }).every((brief) => brief.querySelector(".found"))""",
    )
    entry.scroll_into_view_if_needed()
    id = entry.get_attribute("data-brief")
    entry.locator("h2 a").click()
    page.wait_for_url("**/briefs/**")
    page.go_back()
    settled(page)
    assert len(result_ids(page)) == 40
    expect(page.locator(f"[data-brief='{id}']")).to_be_in_viewport()


def test_a_long_query_does_not_stop_the_page(
    page: Page, host: tuple[str, list[tuple[str, int]]]
) -> None:
    base, _ = host
    for query in (
        "a " * 150,
        "Japan-" * 50,
        "한 " * 150,
        "the of and to in a is that for on as with by it at from this be",
    ):
        started = time.monotonic()
        search(page, base, query)
        assert time.monotonic() - started < 10, query


def test_facet_counts_match_the_records(
    page: Page, host: tuple[str, list[tuple[str, int]]], library: Library
) -> None:
    base, _ = host
    chosen = [brief for brief in library.briefs if brief.record.year in ("2010", "2011")]
    search(page, base, year=["2010", "2011"], theme="gsomia")
    with_theme = [brief for brief in chosen if "gsomia" in brief.passages]
    expect(page.locator("#status")).to_have_text(f"{len(with_theme)} briefs, newest first")
    for facet, briefs in (("author", with_theme), ("institute", with_theme), ("theme", chosen)):
        shown = read_counts(page)[facet]
        assert sum(shown.values()) == sum(len(facet_values(brief)[facet]) for brief in briefs)
        assert all(
            count == sum(value in facet_values(brief)[facet] for brief in briefs)
            for value, count in shown.items()
        )


def test_a_long_facet_has_the_most_frequent_values_first_and_scrolls(
    page: Page, host: tuple[str, list[tuple[str, int]]], library: Library
) -> None:
    base, _ = host
    search(page, base)
    authors, years = (
        page.locator("#facets [data-facet=author]"),
        page.locator("#facets [data-facet=year]"),
    )
    many = sorted(
        -len(library.briefs_on("authors", author.id))
        for author in library.authors()
        if library.briefs_on("authors", author.id)
    )
    counts = authors.locator("li:visible .count").all_inner_texts()
    assert [-int(count) for count in counts] == many
    assert len(many) > min(200, len(library.briefs) // 2)
    assert authors.locator("ul").evaluate("list => list.clientHeight") < 320
    labels = years.locator("li:visible label span:first-of-type").all_inner_texts()
    assert labels == [*sorted(labels[:-1], reverse=True), "Undated"]
    assert page.locator("#facets [data-facet=theme] .narrow").count() == 0


def test_a_long_facet_can_be_narrowed(page: Page, host: tuple[str, list[tuple[str, int]]]) -> None:
    base, _ = host
    search(page, base)
    authors = page.locator("#facets [data-facet=author]")
    narrow = authors.get_by_label("Narrow the list: Author")
    narrow.fill("zz")
    expect(authors.get_by_text("Nothing in this list matches.")).to_be_visible()
    narrow.fill("TANAKA, a")
    names = authors.locator("li:visible label span:first-of-type").all_inner_texts()
    assert 0 < len(names) < 50
    assert all(name.startswith("Tanaka, ") for name in names)
    last = authors.locator("li:visible input").last
    value = last.get_attribute("value")
    last.focus()
    page.keyboard.press("Space")
    settled(page)
    assert 0 < len(result_ids(page)) <= 20
    expect(last).to_be_focused()
    # A chosen value stays visible, whatever the words match.
    for words in ("", "zz"):
        narrow.fill(words)
        expect(authors.locator(f"input[value={value}]")).to_be_visible()
    narrow.fill("")
    assert authors.locator("li:visible").count() > 11


@pytest.mark.parametrize("width", [1280, 390])
def test_long_facets_are_accessible(
    browser: Browser, host: tuple[str, list[tuple[str, int]]], width: int
) -> None:
    base, _ = host
    with window(browser, width) as page:
        show(page, f"{base}/search/?q=Japan")
        if width < 1000:
            page.locator("#open-facets").click()
        assert violations(page, "facets") == []
        assert page.evaluate("questions.small()") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_page_grows_with_the_archive(large: Path, library: Library) -> None:
    site = large / "site"
    pages = {
        file.parent.relative_to(site).as_posix(): file.stat().st_size
        for file in site.rglob("index.html")
    }
    assert {page: size for page, size in pages.items() if size > 300_000} == {}
    assert any(page.startswith("themes/forced-labor/20") for page in pages)
    assert (
        len(json.loads((site / "briefs" / "feed.json").read_text(encoding="utf-8"))["items"]) == 50
    )
    assert (site / "authors" / "index.html").read_text(encoding="utf-8").count(
        'class="entry-title"'
    ) == len(library.authors())


@pytest.mark.slow
def test_results_do_not_depend_on_earlier_searches(
    browser: Browser, host: tuple[str, list[tuple[str, int]]]
) -> None:
    base, _ = host
    queries = [
        "Japan",
        "Japanese",
        "cooperation",
        "coop",
        "forced labour",
        "in",
        "defence ministers",
        "normal",
        "norma",
        '"supply chains"',
    ]
    with window(browser) as typing_page:
        search(typing_page, base)
        answers = {}
        for query in queries:
            # Letter by letter, so that the index loads what it needs each time.
            for letters in range(1, len(query)):
                typing_page.evaluate(
                    "text => { query.value = text; query.dispatchEvent(new Event('input')); }",
                    query[:letters],
                )
                typing_page.wait_for_timeout(20)
            typing_page.evaluate(
                "text => { query.value = text; query.dispatchEvent(new Event('input')); }", query
            )
            typing_page.wait_for_url(f"**/search/?q={quote(query).replace('%20', '+')}")
            settled(typing_page)
            answers[query] = (result_ids(typing_page), read_counts(typing_page))
    for query in queries:
        with window(browser) as page:
            assert (search(page, base, query), read_counts(page)) == answers[query], query
            assert answers[query][0] or query == "in"
