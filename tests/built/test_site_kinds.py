"""One page of every kind in a wide and a narrow window, checked for everything at once.

Colours, motion and width change while the page is open, and the page is checked again. The slow
tests of test_site_access, test_site_browser and test_site_reading open a fresh window for each,
and have all five briefs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from browser_windows import (
    CONTRAST,
    SHIFTS,
    SIZES,
    WATCH,
    darken,
    is_dark,
    kept,
    listening,
    rest,
    show,
    troubles,
    violations,
    window,
)

# All their elements are in the two other briefs, or on the pages of these that axe checks with the
# bar open in test_site_cite.
SLOW_KINDS = ("brief: prose", "brief: no series", "brief: voices")
# The faults by question; each fault begins with the kind of page.
Faults = defaultdict[str, list[str]]


def visit_every_kind(
    browser: Browser, kinds: dict[str, str], width: int, check: Callable[..., None]
) -> Faults:
    """Open one page of every kind and check it; return the faults."""
    faults: Faults = defaultdict(list)
    requested: list[str] = []
    with (
        window(browser, width, scripts=(WATCH, SHIFTS)) as page,
        listening(page, request=lambda request: requested.append(request.url)),
    ):
        for kind in kinds.keys() - SLOW_KINDS:
            address = kinds[kind]
            with troubles(page) as errors:
                show(page, address)
                check(page, kind, faults)
            # The browser reports the 404 of the missing page, which is meant to be missing.
            faults["trouble"] += [
                f"{kind}: {line}" for line in errors if kind != "no page" or "404" not in line
            ]
            page.emulate_media(
                color_scheme="light", reduced_motion="no-preference", forced_colors="none"
            )
            page.set_viewport_size({"width": width, "height": 800})
    assert len(requested) > len(kinds)
    hosts = tuple({address.rpartition(":")[0] for address in kinds.values()})
    faults["other host"] = [
        url for url in requested if not url.startswith((*hosts, "data:", "blob:"))
    ]
    return faults


def check_width(page: Page, kind: str, faults: Faults, width: int) -> None:
    """Note a page that is wider than its window."""
    page.set_viewport_size({"width": width, "height": 800})
    page_width = page.evaluate("document.documentElement.scrollWidth")
    faults["wide"] += [f"{kind}: {page_width} at {width}"] if page_width > width else []


def jumps(page: Page, kind: str) -> list[str]:
    """Return what moved since the page was opened in this window; reports of that come late."""
    page.wait_for_timeout(100)
    return [f"{kind}: {shift}" for shift in page.evaluate("globalThis.shifts ?? []")]


def check_desktop(page: Page, kind: str, faults: Faults) -> None:
    check_width(page, kind, faults, 1280)
    faults["axe"] += violations(page, kind)
    faults["small"] += [f"{kind}: {fault}" for fault in page.evaluate("questions.small()")]
    faults["kept"] += [f"{kind}: {fault}" for fault in kept(page)]
    faults["jumps"] += jumps(page, kind)
    if kind != "moved":
        darken(page)
        if not is_dark(page):
            faults["axe in the dark"].append(f"{kind}: it is not dark")
    faults["axe in the dark"] += violations(page, kind, CONTRAST)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme, forced_colors="active")
        rest(page)
        faults["faded"] += [
            f"{kind}, {scheme}: {fault}" for fault in page.evaluate("questions.faded()")
        ]
    page.emulate_media(forced_colors="none")
    check_width(page, kind, faults, 768)


def check_phone(page: Page, kind: str, faults: Faults) -> None:
    check_width(page, kind, faults, 390)
    faults["small"] += [f"{kind}: {fault}" for fault in page.evaluate("questions.small()")]
    page.emulate_media(reduced_motion="reduce")
    faults["moving"] += [f"{kind}: {fault}" for fault in page.evaluate("questions.moving()")]
    faults["jumps"] += jumps(page, kind)
    check_width(page, kind, faults, 360)
    faults["axe"] += violations(page, kind, SIZES)
    faults["kept"] += [f"{kind}: {fault}" for fault in kept(page)]
    # 1280 × 1024 at 400 %.
    page.set_viewport_size({"width": 320, "height": 256})
    faults["large"] += faults_at_400_percent(page, kind)


def faults_at_400_percent(page: Page, kind: str) -> Iterator[str]:
    """Yield faults at 400 %: lines that scroll sideways, a header out of reach or too large."""
    if page.evaluate("document.documentElement.scrollWidth") > 320:
        yield f"{kind}: a line needs scrolling"
    page.evaluate("scrollTo(0, 400)")
    if page.evaluate("questions.covered()") > 0.5:
        yield f"{kind}: more than half is covered"
    within = "header :is(a, button, input, label[for])"
    yield from (f"{kind}: {fault}" for fault in page.evaluate(f"questions.outOfReach({within!r})"))


@pytest.fixture(scope="module")
def desktop(browser: Browser, kinds: dict[str, str]) -> Faults:
    return visit_every_kind(browser, kinds, 1280, check_desktop)


@pytest.fixture(scope="module")
def phone(browser: Browser, kinds: dict[str, str]) -> Faults:
    return visit_every_kind(browser, kinds, 390, check_phone)


ON_DESKTOP = ["axe", "axe in the dark", "small", "faded"]
ON_PHONE = ["axe", "small", "moving", "large"]
ANYWHERE = ["wide", "jumps", "kept", "trouble", "other host"]


@pytest.mark.parametrize("question", [*ON_DESKTOP, *ANYWHERE])
def test_on_a_desktop_no_page_has_a_fault(desktop: Faults, question: str) -> None:
    assert not desktop[question], "\n".join(desktop[question])


@pytest.mark.parametrize("question", [*ON_PHONE, *ANYWHERE])
def test_on_a_phone_no_page_has_a_fault(phone: Faults, question: str) -> None:
    assert not phone[question], "\n".join(phone[question])


def test_every_question_has_its_test(desktop: Faults, phone: Faults) -> None:
    assert desktop.keys() == {*ON_DESKTOP, *ANYWHERE}
    assert phone.keys() == {*ON_PHONE, *ANYWHERE}


def test_axe_finds_nothing_in_the_menu_of_a_narrow_window(
    browser: Browser, kinds: dict[str, str]
) -> None:
    with window(browser, 360) as page:
        show(page, kinds["brief: prose"])
        page.locator("button[popovertarget=site-menu]").click()
        page.locator("#site-menu").wait_for()
        assert violations(page, "menu") == []
        assert [fault for fault in page.evaluate("questions.small()") if "menu" in fault] == []
