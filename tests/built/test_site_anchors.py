"""Links to paragraphs as people paste them lead to the paragraph, or say that there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser_windows import every_look, troubles, violations, window
from hostile_archive import MOVED, WITHDRAWN
from repository import cases
from site_pages import serve, until

CHOI = "/briefs/2022-asan-choi/"
ANCHORS = cases("anchors")
# Each opens a page, so three forms of four are slow tests.
LED = [
    pytest.param(asked, to, marks=[pytest.mark.slow] if place % 4 else [])
    for key, to in (("to p10", "#p10"), ("to ?utm_source=mail#p10", "?utm_source=mail#p10"))
    for place, asked in enumerate(ANCHORS[key])
]
NOTICE = ".no-paragraph"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser) as page:
        yield page


@pytest.fixture(scope="module")
def hostile(hostile_site: Path) -> Iterator[str]:
    """The address of the served site with moved and withdrawn briefs."""
    yield from serve(hostile_site)


def target(page: Page) -> str | None:
    """Return the id of the block that is marked as the target of the address."""
    found: str | None = page.evaluate("document.querySelector(':target')?.id")
    return found


@pytest.mark.parametrize(("asked", "to"), LED)
def test_a_pasted_link_leads_to_its_paragraph(page: Page, base: str, asked: str, to: str) -> None:
    page.goto(f"{base}/about/")
    with troubles(page) as errors:
        page.goto(base + CHOI + asked)
        page.wait_for_url(base + CHOI + to)
        until(page, "document.querySelector(':target')?.id === 'p10'")
    # The page of a wrong address is reported by the browser.
    assert [error for error in errors if "404" not in error] == []
    top = page.locator("#p10").evaluate("block => block.getBoundingClientRect().top")
    assert 0 < top < 400
    ground = "block => getComputedStyle(block).backgroundColor"
    assert page.locator("#p10").evaluate(ground) != page.locator("#p1").evaluate(ground)
    assert page.locator(NOTICE).count() == 0
    page.go_back()
    assert page.url == f"{base}/about/"


@pytest.mark.parametrize("asked", ANCHORS["as they are"])
def test_any_other_anchor_is_left_as_it_is(page: Page, base: str, asked: str) -> None:
    # The scripts that put an address right have run when the page is loaded. Only the page itself
    # knows its address at once; the words to be highlighted, after :~:, are kept from it.
    page.goto(base + CHOI + asked)
    shown, meant = page.evaluate(
        "address => [location.href, new URL(address).href.replace(/#?:~:.*/, '')]",
        base + CHOI + asked,
    )
    assert shown == meant
    assert page.locator(NOTICE).count() == 0


@pytest.mark.parametrize(("asked", "id"), ANCHORS["no paragraph"])
def test_a_brief_says_that_it_has_no_such_paragraph(
    page: Page, base: str, asked: str, id: str
) -> None:
    page.goto(base + CHOI + asked)
    notice = page.get_by_role("status").and_(page.locator(NOTICE))
    expect(notice).to_have_text(f"This brief has no paragraph {id}. The last one is p17.")
    expect(notice).to_be_in_viewport(ratio=1)
    page.locator("#p1 > a.number").click()
    expect(notice).to_be_hidden()


def test_a_link_followed_on_the_page_itself_is_put_right_too(page: Page, base: str) -> None:
    page.goto(base + CHOI)
    for asked, id in (("#p3)", "p3"), ("#p99", None), ("#P12", "p12")):
        page.evaluate("hash => { location.hash = hash; }", asked)
        until(page, f"document.querySelectorAll('{NOTICE}').length === {0 if id else 1}")
        assert target(page) == id
    page.go_back()
    page.go_back()
    assert page.url == f"{base}{CHOI}#p3"
    expect(page.locator(NOTICE)).to_have_count(0)


def test_searched_words_are_marked_in_the_paragraph_of_a_pasted_link(page: Page, base: str) -> None:
    for asked in ("?mark=GSOMIA#p10)", "?mark=GSOMIA%23p10"):
        page.goto(base + CHOI + asked)
        expect(page.locator("#p10 mark").first).to_have_text("GSOMIA")
        assert page.url == f"{base}{CHOI}#p10"


def test_a_link_without_its_last_slash_leads_there(page: Page, base: str) -> None:
    page.goto(f"{base}{CHOI.rstrip('/')}%23p10,")
    page.wait_for_url(f"{base}{CHOI}#p10")


def test_no_link_leads_to_another_host(page: Page, base: str) -> None:
    """A path that begins with two slashes would be another host's address."""
    host = base.removeprefix("http://")
    page.goto(f"{base}//{host}{CHOI}%23p10")
    page.wait_for_url(f"{base}//{host}{CHOI}#p10")
    expect(page.locator("#nearest a").first).to_have_attribute("href", f"{CHOI}#p10")


@pytest.mark.parametrize("asked", ["#p3", "#p3)", "#P3에서", "?%23p3", "?utm_source=mail%23p3"])
def test_a_moved_address_keeps_the_paragraph(page: Page, hostile: str, asked: str) -> None:
    page.goto(f"{hostile}{MOVED}{asked}")
    until(page, "document.querySelector('[data-text] :target')?.id === 'p3'")
    assert page.url.endswith("#p3")
    assert MOVED not in page.url


def test_a_withdrawn_brief_knows_its_paragraphs(page: Page, hostile: str) -> None:
    page.goto(f"{hostile}/briefs/{WITHDRAWN}/#p2)")
    page.wait_for_url(f"{hostile}/briefs/{WITHDRAWN}/#p2")
    page.goto(f"{hostile}/briefs/{WITHDRAWN}/#p99")
    expect(page.locator(NOTICE)).to_contain_text("This brief has no paragraph p99.")


@every_look
def test_the_notice_is_accessible(
    browser: Browser, base: str, width: int, scheme: str, rules: list[str]
) -> None:
    with window(browser, width, color_scheme=scheme) as page:
        page.goto(f"{base}{CHOI}#p99")
        expect(page.locator(NOTICE)).to_be_in_viewport(ratio=1)
        assert violations(page, "no paragraph", rules) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
