"""Links to paragraphs as people paste them lead to the paragraph, or say that there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from browser_windows import every_look, troubles, violations, window
from hostile_archive import MOVED, WITHDRAWN
from repository import cases
from site_pages import serve, until

CHOI = "/briefs/2022-asan-choi/"
ANCHORS = cases("anchors")
FORMS = (("to p10", "#p10"), ("to ?utm_source=mail#p10", "?utm_source=mail#p10"))
NOTICE = ".no-paragraph"
# Follows links on the page itself, each from the same place; returns those after which the target,
# the anchor in the address and the number of notices are not as wanted.
FOLLOW = """async (links) => {
    const until = async (holds) => {
        for (const end = Date.now() + 5000; !holds() && Date.now() < end;) {
            await new Promise((resolve) => setTimeout(resolve, 5));
        }
    };
    const target = () => document.querySelector(":target")?.id;
    const wrong = [];
    for (const [asked, anchor, id] of links) {
        location.hash = "#title";
        await until(() => target() === "title");
        await new Promise((resolve) => {
            addEventListener("hashchange", resolve, { once: true });
            location.hash = asked;
        });
        await until(() => location.hash === anchor && (!id || target() === id));
        const notices = document.querySelectorAll(".no-paragraph").length;
        if (location.hash !== anchor || (id && target() !== id) || notices) {
            wrong.push([asked, location.hash, target(), notices]);
        }
    }
    return wrong;
}"""


def is_followed(asked: str) -> bool:
    """Tell whether a link changes only the anchor, and all of it is left to the page."""
    return asked.startswith("#") and asked != "#" and ":~:" not in asked


def sample(forms: list[str], every: int) -> list[Any]:
    """Return the forms of a link as parameters; most are slow tests, because each opens a page.

    The page is always opened with those that it cannot follow on itself; the others are followed in
    `test_all_forms_are_followed_on_the_page_itself`.
    """
    return [
        pytest.param(
            asked, marks=[pytest.mark.slow] if is_followed(asked) and place % every else []
        )
        for place, asked in enumerate(forms)
    ]


LED = [
    pytest.param(*asked.values, to, marks=asked.marks)
    for key, to in FORMS
    for asked in sample(ANCHORS[key], 19)
]


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
    assert page.url == "about:blank"  # where the test began: no step is added to the history


@pytest.mark.parametrize("asked", sample(ANCHORS["as they are"], 4))
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


# The browser takes at most two hundred steps in ten seconds from a page.
@pytest.mark.parametrize("part", [0, 1])
def test_all_forms_are_followed_on_the_page_itself(page: Page, base: str, part: int) -> None:
    """The same script puts the address right as where a page is opened with it."""
    page.goto(base + CHOI)
    forms, others = (
        [asked for asked in ANCHORS[key] if is_followed(asked)] for key in ("to p10", "as they are")
    )
    assert len(forms) > 60
    assert len(others) > 15
    links = [[asked, "#p10", "p10"] for asked in forms]
    links += [[asked, asked, ""] for asked in others]
    assert page.evaluate(FOLLOW, links[part::2]) == []


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
