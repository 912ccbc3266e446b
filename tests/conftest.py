"""What all tests share: where the repository is, its authority files, and the cases, which are data."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from archive.authority import Authority, load_authority
from programs import find, remedy
from site_pages import build, serve

if TYPE_CHECKING:
    from added_archive import Added

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases"
# The machines that run this are shared and noisy: how long an example took says nothing.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
]


def cases(name: str) -> Any:
    """The content of tests/cases/<name>.yml."""
    return yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def authority() -> Authority:
    return load_authority(ROOT / "briefs" / "authority")


def tree(root: Path) -> dict[str, str]:
    """Every file below a folder with the SHA-256 of its bytes: what a run that wrote nothing leaves as it was."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A copy of the archive that a test may change."""
    return copy_archive(tmp_path / "archive")


def copy_archive(to: Path) -> Path:
    """Copy what a build needs, without the package: it is installed."""
    for name in ("briefs", "docs", "overrides"):
        shutil.copytree(ROOT / name, to / name)
    shutil.copy(ROOT / "mkdocs.yml", to)
    (to / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "mkdocs_hooks.py", to / "scripts")
    return to


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site of the archive as committed."""
    return build(copy_archive(tmp_path_factory.mktemp("built") / "archive"))


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site of an archive full of hard signs, with a withdrawn brief and addresses that moved; its archive is above it."""
    from hostile_archive import make_hostile  # noqa: PLC0415 (it copies the archive as this module does)

    return build(make_hostile(tmp_path_factory.mktemp("hostile") / "archive"))


@pytest.fixture(scope="session")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of a thousand briefs, built such that a further build can begin where this one ended. No test changes it."""
    from large_archive import make_archive  # noqa: PLC0415 (as below)

    root = make_archive(ROOT, tmp_path_factory.mktemp("thousand") / "archive", 1000)
    build(root, "--incremental")
    return root


@pytest.fixture(scope="session")
def added(tmp_path_factory: pytest.TempPathFactory) -> Added:
    """The archive with the harder texts, and a few that mean harm, as `briefs add` wrote them; not built."""
    from added_archive import make_added  # noqa: PLC0415 (as above)

    return make_added(tmp_path_factory.mktemp("added") / "archive")


@pytest.fixture(scope="session")
def base(site: Path) -> Iterator[str]:
    """The address of the served site, without a slash at its end."""
    yield from serve(site)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as `make test` found or installed it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find("chromium"), args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs a program which is missing and which pip cannot install.

    All are skipped in this line, so that pytest says of each program once what to install.
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
    """In CI a test that is skipped is a test that failed."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
    return report
