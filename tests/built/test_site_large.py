"""Lists and drawings of a large archive: forty institutes, twenty-five years, long names."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from archive.records.library import load_library
from archive.store import Archive
from browser_windows import SHIFTS, show, violations, window
from site_pages import KINDS, serve

# A first page at a slow place should not cost more than a picture.
MAX_HOME_BYTES = 20_000


@pytest.fixture(scope="module")
def addresses(large: Path) -> Iterator[list[str]]:
    """The pages on which everything is listed or drawn."""
    library = load_library(Archive(large))
    author = max(library.authors(), key=lambda one: len(library.briefs_on("authors", one.id)))
    body = max(library.institutes(), key=lambda one: len(library.briefs_on("institutes", one.id)))
    lists = [
        *("", "briefs/", "themes/", "authors/", "institutes/", "years/"),
        *(f"themes/{theme.id}/" for theme in library.themes),
        *(f"authors/{author.id}/", f"institutes/{body.id}/", "years/2009/"),
    ]
    for base in serve(large / "site"):
        yield [f"{base}/{path}" for path in lists]


@pytest.mark.parametrize("widths", [(1280,), (390, 360)], ids=["desktop", "phone"])
def test_a_page_never_scrolls_sideways_and_a_drawing_only_on_a_phone(
    browser: Browser, addresses: list[str], widths: tuple[int, ...]
) -> None:
    faults = []
    width = widths[0]
    with window(browser, width, scripts=(SHIFTS,)) as page:
        for address in addresses:
            page.set_viewport_size({"width": width, "height": 800})
            show(page, address)
            frames = page.evaluate(
                "[...document.querySelectorAll('.chart-frame, .table-frame')]"
                ".map(frame => frame.scrollWidth - frame.clientWidth)"
            )
            faults += [f"{address}: a frame by {by}" for by in frames if by > 0 and width == 1280]
            faults += [f"{address}: {shift}" for shift in page.evaluate("globalThis.shifts ?? []")]
            names = page.evaluate(
                "[...document.querySelectorAll('.bands .name')]"
                ".filter(name => name.getBBox().width > name.ownerSVGElement.clientWidth)"
                ".map(name => name.textContent)"
            )
            faults += [f"{address}: “{name}” is cut" for name in names]
            for narrow in widths:
                page.set_viewport_size({"width": narrow, "height": 800})
                wide = page.evaluate("document.documentElement.scrollWidth")
                faults += [f"{address}: {wide} at {narrow}"] if wide > narrow else []
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("width", [1280, 390])
def test_marks_are_targets_that_axe_and_the_keyboard_find(
    browser: Browser, addresses: list[str], width: int
) -> None:
    faults = []
    with window(browser, width, reduced_motion="reduce") as page:
        for address in (addresses[0], addresses[8]):
            show(page, address)
            page.evaluate("questions.rest()")
            marks = page.locator(".bands a")
            assert marks.count() > 20
            faults += violations(page, address)
            faults += page.evaluate("questions.small()")
            marks.first.focus()
            for _ in range(12):
                page.keyboard.press("Tab")
                assert page.evaluate("document.activeElement.matches('.bands a')")
                element, fault = page.evaluate("questions.focused()")
                faults += [f"{element} {fault}"] if fault else []
    assert not faults, "\n".join(faults)


def test_the_home_page_is_light_and_has_the_newest_before_all(large: Path) -> None:
    text = (large / "site" / "index.html").read_bytes()
    assert len(gzip.compress(text)) <= MAX_HOME_BYTES
    words = text.decode()
    assert words.index('id="newest"') < words.index('id="over-time"')
    assert words.count("entry-title") == 5
    assert "<table" not in words


def test_a_mark_has_the_role_and_the_name_of_a_link(browser: Browser, base: str) -> None:
    with window(browser) as page:
        show(page, base + KINDS["home"])
        drawing = page.get_by_role("group", name="Briefs by theme and year")
        link = drawing.get_by_role(
            "link",
            name="Jin-goo Cho 2022: [ROK–Japan security cooperation under the Yoon "
            "administration], 1 passage on Forced labor",
            exact=True,
        )
        link.press("Enter")
        page.wait_for_url("**/briefs/2022-ifes-cho/#p4")
