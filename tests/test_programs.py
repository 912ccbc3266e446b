"""Tests that need a missing program are skipped, and say what to install; in CI they fail."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from programs import PROGRAMS, find, remedy
from repository import ROOT

CHROMIUM = (
    "need Chromium, driven by Playwright: install Debian's packages? chromium( and libatomic1)?, "
    "or set CHROMIUM to its path."
)
FIREFOX = "need Firefox: install Debian's package firefox-esr, or set FIREFOX to its path."
WEBKIT = (
    "need WebKit, the engine of Safari, and a screen in memory: "
    "install Debian's packages webkit2gtk-driver .*and xvfb.*."
)
CHECKER = (
    "needs Java: install Debian's package default-jre-headless. .+ "
    "are installed by npm: install Debian's package npm."
)


# For each program, a file of tests, some that need the program, and the reason if it is missing.
NEEDS = {
    "chromium": ("test_site_browser.py", "keyboard or wrong", CHROMIUM),
    "firefox": ("test_site_browsers.py", "underlined and firefox", FIREFOX),
    "webkit": ("test_site_browsers.py", "underlined and webkit", WEBKIT),
    "checker": ("test_site_html.py", "let_pass", CHECKER),
}


@pytest.fixture(scope="module", params=["false", "true"])
def ci_and_result(
    request: pytest.FixtureRequest,
) -> tuple[str, subprocess.CompletedProcess[str]]:
    """Whether it is CI, and what pytest says of all these tests without their programs."""
    files = sorted({f"tests/built/{file}" for file, _, _ in NEEDS.values()})
    tests = " or ".join(f"({tests})" for _, tests, _ in NEEDS.values())
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *files, "-k", tests]
    environment = {
        **os.environ,
        "PATH": "",
        "CHROMIUM": "",
        "FIREFOX": "",
        "COLUMNS": "300",
        "CI": request.param,
        "PYTEST_ADDOPTS": "",
    }
    return request.param, subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("reason", [reason for *_, reason in NEEDS.values()], ids=NEEDS)
def test_a_test_without_its_program_is_skipped_with_one_line_as_the_reason(
    reason: str, ci_and_result: tuple[str, subprocess.CompletedProcess[str]]
) -> None:
    ci, result = ci_and_result
    skipped = [line for line in result.stdout.splitlines() if line.startswith("SKIPPED")]
    if ci == "true":
        assert (result.returncode, skipped) == (1, []), result.stdout
        assert re.search(reason, result.stdout)
    else:
        assert (result.returncode, len(skipped)) == (0, len(NEEDS)), result.stdout
        assert len([line for line in skipped if re.search(f"{reason}$", line)]) == 1


@pytest.mark.parametrize(
    ("chromium", "library", "missing"),
    [
        (sys.executable, None, None),
        (sys.executable, "libnone.so.1", "package libnone1."),
        ("nowhere", None, "package chromium, or set CHROMIUM to its path."),
        ("", "libnone.so.1", "packages chromium and libnone1, or set CHROMIUM to its path."),
    ],
)
def test_the_browser_may_be_set_by_a_variable_and_its_library_may_be_missing(
    monkeypatch: pytest.MonkeyPatch, chromium: str, library: str | None, missing: str | None
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CHROMIUM", chromium)
    beside = {library: "libnone1"} if library else {}
    monkeypatch.setitem(PROGRAMS, "chromium", replace(PROGRAMS["chromium"], beside=beside))
    assert find("chromium") == (None if missing else chromium)
    if missing:
        assert (
            remedy("chromium")
            == f"The browser tests need Chromium, driven by Playwright: install Debian's {missing}"
        )
