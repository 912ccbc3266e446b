"""Fixtures that tests in several folders use."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from added_archive import Added, make_added
from archive.records.authority import Authority, load_authority
from archive.store import Archive
from hostile_archive import MOVED, WITHDRAWN, make_hostile
from large_archive import make_archive
from programs import CHROMIUM_FLAGS, find, remedy
from repository import ROOT, copy_archive
from session_folders import make_once
from site_pages import KINDS, build, serve
from webdriver import WATCH, RemoteWindow, firefox, webkit

# The machines that run the tests are shared, so the time that an example takes means nothing.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


@pytest.fixture(scope="session")
def authority() -> Authority:
    return load_authority(Archive(ROOT))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A copy of the archive that a test may change."""
    return copy_archive(tmp_path / "archive")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site of the archive as committed."""

    def build_it(folder: Path) -> None:
        build(copy_archive(folder / "archive"))

    return make_once(tmp_path_factory, "built", build_it) / "archive" / "site"


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site of the hostile archive, which stands in the folder above it.

    Its texts are full of characters with a meaning in some format. One brief is withdrawn, and
    some addresses have moved.
    """

    def build_it(folder: Path) -> None:
        build(make_hostile(folder / "archive"))

    return make_once(tmp_path_factory, "hostile", build_it) / "archive" / "site"


@pytest.fixture(
    scope="session",
    params=[205, pytest.param(1000, marks=pytest.mark.slow)],
    ids="{} briefs".format,
)
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A large archive after a build. No test changes it.

    From 100 briefs on, results are cached and MkDocs runs in several processes; above 200, a list
    is split. So 205 briefs are enough for all of this, and build within seconds.
    """
    return make_large(tmp_path_factory, request.param)


@pytest.fixture(scope="session")
def large_205(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of 205 briefs of `large`, also in slow tests."""
    return make_large(tmp_path_factory, 205)


def make_large(tmp_path_factory: pytest.TempPathFactory, size: int) -> Path:
    """Make and build an archive of this size, once a session."""

    def build_it(folder: Path) -> None:
        build(make_archive(ROOT, folder / "archive", size))

    return make_once(tmp_path_factory, f"large-{size}", build_it) / "archive"


@pytest.fixture(scope="session")
def added(tmp_path_factory: pytest.TempPathFactory) -> Added:
    """The archive with the harder and the hostile texts, added by `briefs add`; not built."""
    return make_added(tmp_path_factory.mktemp("added") / "archive")


@pytest.fixture(scope="session")
def base(site: Path) -> Iterator[str]:
    """The address of the served site, without a slash at its end."""
    yield from serve(site)


@pytest.fixture(scope="session")
def kinds(base: str, hostile_site: Path) -> Iterator[dict[str, str]]:
    """The absolute address of one page of each kind, by kind."""
    for hostile in serve(hostile_site):
        kinds = {kind: base + address for kind, address in KINDS.items()}
        yield {**kinds, "withdrawn": f"{hostile}/briefs/{WITHDRAWN}/", "moved": hostile + MOVED}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as `make test` found or installed it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find("chromium"), args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def watched(site: Path) -> Iterator[str]:
    """The address of the served site whose pages note what goes wrong in them."""
    yield from serve(site, script=WATCH)


@pytest.fixture(
    scope="session",
    params=[
        pytest.param(open_window, marks=pytest.mark.needs(open_window.__name__))
        for open_window in (firefox, webkit)
    ],
    ids=lambda open_window: open_window.__name__,
)
def other_browser(request: pytest.FixtureRequest, watched: str) -> Iterator[RemoteWindow]:
    """A window of Firefox or WebKit, as wide as a desk's."""
    with request.param() as window:
        window.goto(f"{watched}/about/")
        window.set_size(1200, 900)
        window.wait_until("innerWidth > 1100")
        yield window


@pytest.fixture
def window(other_browser: RemoteWindow) -> Iterator[RemoteWindow]:
    """The same window for a test, in the end of which nothing may have gone wrong."""
    yield other_browser
    assert other_browser.troubles() == []


def pytest_configure() -> None:
    # Programs that a shell starts in the background ignore Ctrl-C, and so would those they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs a missing program which pip cannot install.

    All are skipped in one line of code, so that pytest reports each missing program once.
    """
    needed = [mark.args for mark in item.iter_markers("needs")]
    if isinstance(item, pytest.Function) and "browser" in item.fixturenames:
        needed.append(("chromium",))
    for names in needed:
        missing = [remedy(name) for name in names if find(name) is None]
        if missing:
            pytest.skip(" ".join(missing))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Report a skipped test as failed in CI."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
    return report
