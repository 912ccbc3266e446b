"""One page of every kind, opened once at a desk and once in the hand, and asked all that is asked of every kind of page.

What a window can change while a page is open (colours, motion, width) is changed there, and the page is asked again. Windows that
are like that from the start, one for each question: the slow tests of test_site_access, test_site_browser and test_site_reading.
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
    is_dark,
    kept,
    listening,
    show,
    troubles,
    violations,
    window,
)
from site_pages import KINDS, until

# What is at fault, by what was asked, each with the kind of page.
Faults = defaultdict[str, list[str]]


def tour(browser: Browser, kinds: dict[str, str], width: int, ask: Callable[..., None]) -> Faults:
    """Open one page of every kind, and ask each."""
    faults: Faults = defaultdict(list)
    asked: list[str] = []
    with (
        window(browser, width, scripts=(SHIFTS, WATCH)) as page,
        listening(page, request=lambda request: asked.append(request.url)),
    ):
        for kind, address in kinds.items():
            with troubles(page) as found:
                show(page, address)
                ask(page, kind, faults)
            # The page that is not there is meant to be missing.
            faults["trouble"] += [
                f"{kind}: {one}" for one in found if kind != "no page" or "404" not in one
            ]
            page.emulate_media(
                color_scheme="light", reduced_motion="no-preference", forced_colors="none"
            )
            page.set_viewport_size({"width": width, "height": 800})
    assert len(asked) > len(kinds)
    hosts = tuple({address.rpartition(":")[0] for address in kinds.values()})
    faults["other host"] = [one for one in asked if not one.startswith((*hosts, "data:", "blob:"))]
    return faults


def wide(page: Page, kind: str, faults: Faults, width: int) -> None:
    """Whether a page fits a width."""
    page.set_viewport_size({"width": width, "height": 800})
    seen = page.evaluate("document.documentElement.scrollWidth")
    faults["wide"] += [f"{kind}: {seen} at {width}"] if seen > width else []


def at_rest(page: Page, kind: str, faults: Faults) -> None:
    """What jumped since the page was opened, and what it has kept; what was to come late has come."""
    page.wait_for_timeout(600)
    if kind in KINDS:
        faults["jumps"] += [f"{kind}: {one}" for one in page.evaluate("globalThis.shifts ?? []")]
    faults["kept"] += [f"{kind}: {one}" for one in kept(page)]


def ask_at_the_desk(page: Page, kind: str, faults: Faults) -> None:
    wide(page, kind, faults, 1280)
    faults["axe"] += violations(page, kind)
    faults["small"] += [f"{kind}: {one}" for one in page.evaluate("questions.small()")]
    at_rest(page, kind, faults)
    page.emulate_media(color_scheme="dark")
    show(page, page.url)
    if kind != "moved" and not is_dark(page):
        faults["axe in the dark"].append(f"{kind}: it is not dark")
    faults["axe in the dark"] += violations(page, kind, CONTRAST)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme, forced_colors="active")
        until(page, "document.getAnimations().every(one => one.playState !== 'running')")
        faults["faded"] += [
            f"{kind}, {scheme}: {one}" for one in page.evaluate("questions.faded()")
        ]
    page.emulate_media(forced_colors="none")
    wide(page, kind, faults, 768)


def ask_in_the_hand(page: Page, kind: str, faults: Faults) -> None:
    wide(page, kind, faults, 390)
    faults["small"] += [f"{kind}: {one}" for one in page.evaluate("questions.small()")]
    at_rest(page, kind, faults)
    page.emulate_media(reduced_motion="reduce")
    faults["moving"] += [f"{kind}: {one}" for one in page.evaluate("questions.moving()")]
    wide(page, kind, faults, 360)
    faults["axe"] += violations(page, kind, SIZES)
    # 1280 × 1024 at 400 %.
    page.set_viewport_size({"width": 320, "height": 256})
    faults["large"] += four_times_as_large(page, kind)


def four_times_as_large(page: Page, kind: str) -> Iterator[str]:
    """No line needs scrolling, the header can be used and leaves room to read."""
    if page.evaluate("document.documentElement.scrollWidth") > 320:
        yield f"{kind}: a line needs scrolling"
    page.evaluate("scrollTo(0, 400)")
    if page.evaluate("questions.covered()") > 0.5:
        yield f"{kind}: more than half is covered"
    within = "header :is(a, button, input, label[for])"
    yield from (f"{kind}: {one}" for one in page.evaluate(f"questions.outOfReach({within!r})"))


@pytest.fixture(scope="module")
def desk(browser: Browser, kinds: dict[str, str]) -> Faults:
    return tour(browser, kinds, 1280, ask_at_the_desk)


@pytest.fixture(scope="module")
def hand(browser: Browser, kinds: dict[str, str]) -> Faults:
    return tour(browser, kinds, 390, ask_in_the_hand)


AT_THE_DESK = ["axe", "axe in the dark", "small", "faded"]
IN_THE_HAND = ["axe", "small", "moving", "large"]
ANYWHERE = ["wide", "jumps", "kept", "trouble", "other host"]


@pytest.mark.parametrize("question", [*AT_THE_DESK, *ANYWHERE])
def test_at_a_desk_nothing_is_at_fault(desk: Faults, question: str) -> None:
    assert not desk[question], "\n".join(desk[question])


@pytest.mark.parametrize("question", [*IN_THE_HAND, *ANYWHERE])
def test_in_the_hand_nothing_is_at_fault(hand: Faults, question: str) -> None:
    assert not hand[question], "\n".join(hand[question])


def test_every_question_has_its_test(desk: Faults, hand: Faults) -> None:
    assert desk.keys() == {*AT_THE_DESK, *ANYWHERE}
    assert hand.keys() == {*IN_THE_HAND, *ANYWHERE}


def test_the_menu_of_a_narrow_window(browser: Browser, kinds: dict[str, str]) -> None:
    with window(browser, 360) as page:
        show(page, kinds["brief: prose"])
        page.locator("button[popovertarget=site-menu]").click()
        page.locator("#site-menu").wait_for()
        assert violations(page, "menu") == []
        assert [one for one in page.evaluate("questions.small()") if "menu" in one] == []
