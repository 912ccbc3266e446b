"""The built site in a real Chromium: layout, links, hostile texts and wrong addresses."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from browser_windows import SHIFTS, listening, window
from repository import cases, copy_archive
from site_pages import KINDS, build, serve

TITLE = (
    "\"A\" & <b>B</b> </script><script>document.title='taken'</script> "
    "<img src=x onerror=\"document.title='taken'\"> {x} *y* 'z'"
)
WORDS = (
    "<script>document.title='taken'</script> & \"quoted\" *text* GSOMIA "
    "</div></section> {{ page }} {% raw %}"
)


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_pages_fit_the_screen_and_request_nothing_from_other_hosts(
    browser: Browser, base: str, width: int
) -> None:
    requested: list[str] = []
    errors: list[str] = []
    with (
        window(browser, width) as page,
        listening(
            page,
            request=lambda request: requested.append(request.url),
            pageerror=lambda error: errors.append(str(error)),
        ),
    ):
        for address in KINDS.values():
            page.goto(base + address, wait_until="load")
            page_width = page.evaluate("document.documentElement.scrollWidth")
            assert page_width <= width, f"{address} is {page_width} pixels wide"
        assert len(requested) > len(KINDS)
        assert [url for url in requested if not url.startswith((base, "data:"))] == []
        assert errors == []


def test_a_brief_can_be_read_without_javascript(browser: Browser, base: str) -> None:
    with window(browser, 390, java_script_enabled=False) as page:
        page.goto(f"{base}/briefs/2022-asan-choi/#p10")
        for anchor in ("p1", "p10", "p17"):
            assert page.locator(f"#{anchor}").is_visible()
        assert page.locator(".byline").is_visible()
        page.goto(f"{base}/themes/export-controls/")
        # A brief with a single passage shows the paragraph around it; other paragraphs are folded.
        assert page.get_by_text("Moreover, due to time-bound legal procedures").first.is_visible()
        folded = page.locator("details.around").nth(1)
        assert not folded.locator("p").is_visible()
        folded.locator("summary").click()
        assert folded.locator("p").is_visible()


def test_keyboard_reachable_links_lead_from_home_to_a_passage(browser: Browser, base: str) -> None:
    with window(browser, 1280) as page:
        page.goto(f"{base}/")
        page.get_by_role("link", name="4 passages").click()
        page.wait_for_url("**/briefs/2022-asan-choi/#p12")
        page.get_by_role("link", name="Export controls").first.click()
        page.wait_for_url("**/themes/export-controls/")
        page.get_by_role("link", name="¶ p10").click()
        page.wait_for_url("**/briefs/2021-yeosijae-okonogi/#p10")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an archive with a brief full of Markdown, HTML, YAML and Jinja markup."""
    root = copy_archive(tmp_path_factory.mktemp("hostile") / "archive")
    text = f"{WORDS}\n\n{WORDS}\n".encode()
    (root / "briefs" / "2020-asan-hostile.txt").write_bytes(text)
    yaml_title = TITLE.replace("'", "''")
    (root / "briefs" / "2020-asan-hostile.yml").write_text(
        f"""
id: "2020-asan-hostile"
title: '{yaml_title}'
authors: [{{id: "choi-eunmi", printed: "Choi Eunmi", affiliation: '{yaml_title}'}}]
institute: "asan"
number: '{yaml_title}'
date: "2020"
language: "en"
access: "full"
added: "2026-11-21"
sha256: "{hashlib.sha256(text).hexdigest()}"
basis:
  title: {{kind: "supplied", evidence: '{yaml_title}'}}
  authors: {{kind: "supplied", evidence: "invented"}}
  institute: {{kind: "supplied", evidence: "invented"}}
  number: {{kind: "supplied", evidence: "invented"}}
  date: {{kind: "supplied", evidence: "invented"}}
""",
        encoding="utf-8",
    )
    yield from serve(build(root))


def test_signs_in_titles_and_texts_are_harmless(browser: Browser, hostile: str) -> None:
    with window(browser, 320) as page:
        for address in (
            "/",
            "/briefs/",
            "/briefs/2020-asan-hostile/",
            "/themes/gsomia/",
            "/authors/choi-eunmi/",
            "/institutes/asan/",
            "/years/2020/",
        ):
            page.goto(hostile + address, wait_until="load")
            assert "taken" not in page.title().replace("document.title='taken'", "")
            assert (
                page.evaluate("document.querySelectorAll('img[src=x], article script').length") == 0
            )
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        _check_page(page, hostile)
        _check_search(page, hostile)


def _check_search(page: Page, hostile: str) -> None:
    """A search finds the hostile brief by its words and its title, and shows both as text."""
    for query in ("GSOMIA", TITLE, WORDS, '"' + TITLE.replace('"', " ") + '"'):
        page.goto(f"{hostile}/search/?{urlencode({'q': query})}")
        page.wait_for_selector(
            "[data-brief='2020-asan-hostile'] .found, #nothing p, "
            "[data-brief='2020-asan-hostile'] .entry-facts"
        )
        page.wait_for_load_state("networkidle")
        assert page.locator("[data-brief='2020-asan-hostile'] h2").inner_text() == TITLE
        assert page.locator("#search-app :is(img, script, b)").count() == 0
        assert page.title().endswith("Search - Korea–Japan Policy Briefs")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto(f"{hostile}/search/?{urlencode({'q': 'GSOMIA'})}")
    item = page.locator("[data-brief='2020-asan-hostile']")
    item.locator("h2").wait_for()
    item.scroll_into_view_if_needed()
    expect(item.locator(".found")).to_have_count(2)
    assert [
        p.evaluate("p => p.textContent.slice(p.firstChild.textContent.length + 1)")
        for p in item.locator(".found").all()
    ] == [WORDS] * 2
    item.locator(".found a").first.click()
    page.wait_for_url("**/briefs/2020-asan-hostile/#p1")
    assert page.locator("#p1 mark").all_inner_texts() == ["GSOMIA"]
    marks = urlencode({"mark": ["(", "document.title", "quoted", "[a-z]+", "\\"]}, doseq=True)
    page.goto(f"{hostile}/briefs/2020-asan-hostile/?{marks}#p1")
    assert page.locator("#p1").text_content() == WORDS
    assert page.locator("#p1 mark").all_inner_texts() == ["document.title", "quoted"]


def _check_page(page: Page, hostile: str) -> None:
    page.goto(f"{hostile}/briefs/2020-asan-hostile/", wait_until="load")
    assert page.title().startswith(f"Choi Eunmi 2020: {TITLE} - ")
    assert page.locator("h1").first.inner_text() == TITLE
    assert (
        page.locator("meta[name=description]").get_attribute("content")
        == page.locator("#p1").text_content()
    )
    assert [page.locator(f"#p{n}").text_content() for n in (1, 2)] == [WORDS, WORDS]
    assert page.locator("[data-text] > *").count() == 2


@pytest.mark.parametrize("case", cases("missing"), ids=lambda case: case["asked"])
def test_the_page_for_a_wrong_address_suggests_the_most_similar_ones(
    browser: Browser, base: str, case: dict[str, Any]
) -> None:
    with window(browser) as page:
        page.goto(base + case["asked"])
        expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
        links = page.locator("#nearest a")
        if case["first"]:
            expect(links.first).to_have_attribute("href", case["first"])
            links.first.click()
            page.wait_for_url(base + case["first"])
            assert page.locator("h1").inner_text() != "Page not found"
        else:
            page.wait_for_load_state("networkidle")
            assert links.count() == 0


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.slow)])
@pytest.mark.parametrize("asked", ["/briefs/2022-asan/", "/zzz/qqq/", "/no/sitemap/"])
def test_suggestions_leave_no_hole_and_move_little(
    browser: Browser, base: str, asked: str, width: int
) -> None:
    def answer_late(route: Route) -> None:
        time.sleep(0.5)
        route.abort() if asked == "/no/sitemap/" else route.continue_()

    with window(browser, width, scripts=(SHIFTS,)) as page:
        page.route("**/sitemap.xml", answer_late)
        page.goto(base + asked)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        shown = page.locator("#nearest").inner_text()
        assert shown.startswith(
            {"/briefs/2022-asan/": "Did you mean", "/zzz/qqq/": "The archive has no"}.get(asked, "")
        )
        above, form = page.locator("article h1 + p"), page.locator("article form")
        gap = form.evaluate("form => form.getBoundingClientRect().top") - above.evaluate(
            "above => above.getBoundingClientRect().bottom"
        )
        words = page.locator("#nearest").evaluate(
            "nearest => { const range = document.createRange(); range.selectNodeContents(nearest);"
            " return range.getBoundingClientRect().height; }"
        )
        assert gap - words <= (48 if shown else 72)
        assert sum(shift[0] for shift in page.evaluate("globalThis.shifts ?? []")) < 0.1


def test_the_page_for_wrong_addresses_searches_and_needs_no_javascript(
    browser: Browser, base: str
) -> None:
    with window(browser, java_script_enabled=False) as page:
        page.goto(f"{base}/deep/in/nothing/")
        page.locator("article").get_by_role("link", name="All briefs").click()
        page.wait_for_url(f"{base}/briefs/")
        page.goto(f"{base}/deep/in/nothing/")
        page.locator("article").get_by_role("searchbox").fill("GSOMIA")
        page.locator("article").get_by_role("button", name="Search").click()
        page.wait_for_url(f"{base}/search/?q=GSOMIA")
