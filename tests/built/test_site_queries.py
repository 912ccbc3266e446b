"""What people type into the search, and what they do with the results, in Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from test_site_search import change_state, read_counts, result_ids, search

from archive.records.library import Library, load_library
from archive.store import Archive
from browser_windows import listening, window
from repository import ROOT, cases
from site_pages import serve, settled, until


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser, 1280, 900) as page:
        yield page


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Iterator[Page]:
    """One window for many queries."""
    with window(browser, 1280, 900) as page:
        yield page


def messages(page: Page) -> str:
    return page.locator("#messages").inner_text()


def chips(page: Page) -> list[str]:
    """Return the labels of the filters in use, without the button that removes all."""
    labels = page.locator("#chips li").all_inner_texts()
    return [label.split("\n")[-1] for label in labels if "all filters" not in label]


def type_into(page: Page, text: str, *, composing: bool = False) -> None:
    """Put a text into the box as one event, which may be a step of an input method."""
    page.locator("#query").evaluate(
        """(box, [text, isComposing]) => {
            box.value = text;
            box.dispatchEvent(new InputEvent("input", { isComposing }));
        }""",
        [text, composing],
    )


# ---- What is found


# Every second need is a slow test.
@pytest.mark.parametrize(
    "need",
    [
        pytest.param(need, marks=[pytest.mark.slow] if place % 2 else [], id=need["q"])
        for place, need in enumerate(cases("needs"))
    ],
)
def test_a_need_leads_to_its_brief_and_its_passage(
    need: dict[str, Any], reader: Page, base: str
) -> None:
    ids = change_state(reader, base, need["q"])
    assert ids[:1] == [need["brief"]]
    first = reader.locator("[data-brief]").first.locator(".found a").first
    assert urlsplit(first.get_attribute("href") or "").fragment in need["passages"]


@pytest.mark.parametrize("case", cases("queries"), ids=lambda case: case["q"])
def test_a_query_is_understood_or_said(case: dict[str, Any], reader: Page, base: str) -> None:
    ids = change_state(reader, base, case["q"])
    if "said" in case:
        assert messages(reader) == case["said"]
    if "chips" in case:
        assert chips(reader) == case["chips"]
    if "results" in case:
        assert ids == case["results"]
    lacking = reader.locator("[data-brief]").first.locator("s").all_inner_texts()
    assert lacking == case.get("lacking", [])


def test_a_filter_in_the_query_is_taken_off_by_its_chip(page: Page, base: str) -> None:
    search(page, base, "Korea before 2021 -hydrogen", institute="sejong")
    assert result_ids(page) == ["2019-sejong-park"]
    page.get_by_role("button", name="Remove filter before 2021").click()
    page.wait_for_url("**/search/?q=Korea+-hydrogen&institute=sejong")
    settled(page)
    assert page.input_value("#query") == "Korea -hydrogen"
    page.get_by_role("button", name="Remove filter Without “hydrogen”").click()
    page.wait_for_url("**/search/?q=Korea&institute=sejong")
    settled(page)
    assert set(result_ids(page)) == {"2019-sejong-park", "2023-sejong-jin"}


def test_the_first_passage_of_the_first_brief_has_the_words_together(
    browser: Browser, large_205: Path
) -> None:
    library = load_library(Archive(large_205))
    blocks = [
        block.text.split()
        for brief in library.briefs[::25]
        for block in brief.reading.shown
        if len(block.text.split()) > 20
    ]
    with window(browser, 1280, 900) as page:
        for base in serve(large_205 / "site"):
            for words in blocks[:12]:
                wanted = [word for word in words[5:20] if word.isalpha() and len(word) > 5][:4]
                ids = change_state(page, base, " ".join(wanted))
                assert ids, wanted
                passage = page.locator("[data-brief]").first.locator(".found").first
                expect(passage.locator("mark").first).to_be_visible()
                marked = {mark.lower() for mark in passage.locator("mark").all_inner_texts()}
                shown = " ".join(marked)
                assert [word for word in wanted if word.lower()[:4] not in shown] == [], wanted


# ---- Misspelt words


def test_the_vocabulary_is_loaded_only_for_an_unknown_word(page: Page, base: str) -> None:
    requested: list[str] = []
    with listening(page, request=lambda request: requested.append(urlsplit(request.url).path)):
        for query in ("hydrogen", "forced labour", "Kishida Biden summit", '"zzzz"', "-zzzz korea"):
            change_state(page, base, query)
            assert "/search/words.txt" not in requested, query
        change_state(page, base, "hydrogin")
    assert requested.count("/search/words.txt") == 1
    assert result_ids(page) == ["2023-sejong-jin"]


def test_the_vocabulary_has_the_words_of_the_texts_and_records(site: Path) -> None:
    words = (site / "search" / "words.txt").read_text(encoding="utf-8").split(" ")
    assert len(words) == len(set(words)) > 1000
    assert {"missile", "semiconductor", "kishida", "gsomia", "hydrogen"} < set(words)
    assert all(word.isalpha() and len(word) >= 4 and word == word.lower() for word in words)


# ---- Typing


def test_the_box_is_there_before_the_table_and_keeps_what_is_typed(page: Page, base: str) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/search/briefs.json", hold)
    page.goto(f"{base}/search/", wait_until="commit")
    page.locator("#query").click()
    page.keyboard.type("hydrogen")
    until(
        page,
        "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('page.js'))",
    )
    expect(page.locator("#query")).to_have_value("hydrogen")
    held.pop().continue_()
    page.wait_for_url("**/search/?q=hydrogen")
    settled(page)
    assert result_ids(page) == ["2023-sejong-jin"]
    expect(page.locator("#query")).to_have_value("hydrogen")


def test_the_engine_is_loaded_while_the_page_is_idle(page: Page, base: str) -> None:
    requested: list[str] = []
    with listening(page, request=lambda request: requested.append(urlsplit(request.url).path)):
        page.goto(f"{base}/search/", wait_until="networkidle")
    assert any(path.startswith("/pagefind/wasm") for path in requested)
    assert not any(path.startswith("/pagefind/fragment") for path in requested)


def test_nothing_flickers_while_an_input_method_composes(page: Page, base: str) -> None:
    search(page, base)
    shown: list[str] = page.evaluate(
        """() => {
            globalThis.seen = [];
            new MutationObserver(() => seen.push(document.querySelector("#status").textContent))
                .observe(document.querySelector("#status"), { childList: true });
            return seen;
        }"""
    )
    assert shown == []
    for letters in ("ㅈ", "지", "지ㅅ", "지소ㅁ", "지소미ㅇ"):
        type_into(page, letters, composing=True)
        page.wait_for_timeout(300)
    assert "No brief found" not in page.evaluate("seen")
    assert result_ids(page), "the list before stays"
    page.locator("#query").evaluate(
        """box => {
            box.value = "지소미아";
            box.dispatchEvent(new CompositionEvent("compositionend"));
        }"""
    )
    page.wait_for_url("**/search/?q=%EC%A7%80%EC%86%8C%EB%AF%B8%EC%95%84")
    settled(page)
    assert result_ids(page) == ["2022-asan-choi"]
    assert "No brief found" not in page.evaluate("seen")


def test_the_state_comes_from_the_address_and_not_from_the_box(page: Page, base: str) -> None:
    search(page, base, "cooperation")
    # A browser may empty or fill the box when it restores a page.
    page.evaluate("document.querySelector('#query').value = ''")
    page.locator("#facets").get_by_label("Asan Institute for Policy Studies").check()
    page.wait_for_url("**/search/?q=cooperation&institute=asan")


# ---- Keyboard


def test_the_arrow_keys_walk_the_results(page: Page, base: str) -> None:
    search(page, base, "cooperation")
    titles = page.locator("#results h2 a")
    page.locator("#query").focus()
    page.keyboard.press("ArrowDown")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(titles.nth(1)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#query")).to_be_focused()
    page.locator("#facets input").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#facets input").first).to_be_focused()


def test_a_link_leads_past_the_filters(page: Page, base: str) -> None:
    search(page, base, "cooperation")
    past = page.get_by_role("link", name="Skip the filters")
    past.focus()
    expect(past).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#results h2 a").first).to_be_focused()


# ---- Years and order


def test_a_range_of_years_stands_beside_the_years(page: Page, base: str) -> None:
    search(page, base)
    page.locator("#range input[name=from]").fill("2021")
    page.locator("#range input[name=to]").fill("2022")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?from=2021&to=2022")
    settled(page)
    assert result_ids(page) == ["2022-asan-choi", "2022-ifes-cho", "2021-yeosijae-okonogi"]
    assert set(read_counts(page)["year"]) == {"2022", "2021"}
    assert chips(page) == ["From 2021", "To 2022"]
    page.get_by_role("button", name="Remove filter To 2022").click()
    page.wait_for_url("**/search/?from=2021")
    settled(page)
    assert len(result_ids(page)) == 4
    page.goto(f"{base}/search/?from=soon&to=2019")
    settled(page)
    assert result_ids(page) == ["2019-sejong-park"]
    assert messages(page) == "Parts of the address that were ignored: from=soon."


def test_the_oldest_first(page: Page, base: str) -> None:
    newest = search(page, base)
    assert change_state(page, base, sort="oldest") == newest[::-1]
    expect(page.locator("#status")).to_have_text("5 briefs, oldest first")
    expect(page.locator("#sort")).to_have_value("oldest")
    ids = change_state(page, base, "cooperation", sort="oldest")
    assert ids == [id for id in newest[::-1] if id in ids]
    page.locator("#sort").select_option("relevance")
    page.wait_for_url("**/search/?q=cooperation")


# ---- A search is a thing to keep


def test_the_address_of_a_search_is_copied_and_mailed(
    browser: Browser, base: str, library: Library
) -> None:
    address = "https://briefs.example/search/?q=hydrogen+OR+leukemia&institute=sejong"
    with window(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        search(page, base, "hydrogen OR leukemia", institute="sejong")
        page.get_by_role("button", name="Copy its address").click()
        expect(page.locator("#actions [role=status]")).to_have_text("Copied.")
        assert page.evaluate("navigator.clipboard.readText()") == address
        mail = page.get_by_role("link", name="E-mail it")
        mail.focus()
        fields = parse_qs(urlsplit(mail.get_attribute("href") or "").query)
        assert fields == {
            "subject": ["hydrogen OR leukemia – Search - Korea–Japan Policy Briefs"],
            "body": [address],
        }


def test_a_search_is_shared_where_the_browser_can(browser: Browser, base: str) -> None:
    script = "navigator.share = async (shared) => { globalThis.shared = shared; };"
    with window(browser, scripts=(script,)) as page:
        search(page, base, "hydrogen")
        page.get_by_role("button", name="Share").click()
        assert page.evaluate("shared.url") == "https://briefs.example/search/?q=hydrogen"
    with window(browser, scripts=("navigator.share = undefined;",)) as page:
        search(page, base, "hydrogen")
        expect(page.get_by_role("button", name="Share")).to_have_count(0)


@pytest.mark.parametrize("kind", ["bib", "ris", "csv"])
def test_the_results_are_saved_as_a_list(
    kind: str, browser: Browser, base: str, site: Path, library: Library
) -> None:
    with window(browser, accept_downloads=True) as page:
        ids = search(page, base, "summit", sort="oldest")
        assert len(ids) == 4
        with page.expect_download() as download:
            page.get_by_role(
                "button", name={"bib": "BibTeX", "ris": "RIS", "csv": "CSV"}[kind]
            ).click()
        assert download.value.suggested_filename == f"briefs.{kind}"
        saved = Path(download.value.path()).read_bytes().decode()
    whole = (site / "briefs" / f"briefs.{kind}").read_bytes().decode()
    each = [(site / "briefs" / f"{id}.{kind}").read_bytes().decode() for id in ids if kind != "csv"]
    if kind == "csv":
        head, *rows = whole.splitlines()
        each = [head, *(next(row for row in rows if row.startswith(f"{id},")) for id in ids)]
        assert saved.splitlines() == each
    else:
        assert [part.strip() for part in each] == [
            part.strip() for part in saved.strip().replace("\r\n", "\n").split("\n\n")
        ] or "".join("".join(each).split()) == "".join(saved.split())


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(Archive(ROOT))


def test_a_list_that_cannot_be_loaded_says_so(page: Page, base: str) -> None:
    search(page, base, "hydrogen")
    page.route("**/briefs/briefs.ris", lambda route: route.abort())
    page.get_by_role("button", name="RIS").click()
    expect(page.locator("#actions [role=status]")).to_have_text("The list could not be loaded.")
    assert json.loads(page.evaluate("JSON.stringify(location.hash)")) == ""
    assert unquote(page.url).endswith("/search/?q=hydrogen")
