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
CHECKER = (
    "needs Java: install Debian's package default-jre-headless. .+ "
    "come by npm: install Debian's package npm."
)


@pytest.mark.parametrize(
    ("file", "tests", "why"),
    [
        ("test_site_browser.py", "keyboard or wrong", CHROMIUM),
        ("test_site_html.py", "let_pass", CHECKER),
    ],
    ids=["chromium", "checker"],
)
@pytest.mark.parametrize("ci", ["false", "true"])
def test_what_needs_a_missing_program_is_skipped_and_one_line_says_why(
    file: str, tests: str, why: str, ci: str
) -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        f"tests/built/{file}",
        "-k",
        tests,
    ]
    environment = {
        **os.environ,
        "PATH": "",
        "CHROMIUM": "",
        "COLUMNS": "300",
        "CI": ci,
        "PYTEST_ADDOPTS": "",
    }
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    skipped = [line for line in result.stdout.splitlines() if line.startswith("SKIPPED")]
    if ci == "true":
        assert (result.returncode, skipped) == (1, []), result.stdout
        assert re.search(why, result.stdout)
    else:
        assert (result.returncode, len(skipped)) == (0, 1), result.stdout
        assert re.search(f"{why}$", skipped[0])


@pytest.mark.parametrize(
    ("chromium", "library", "told"),
    [
        (sys.executable, None, None),
        (sys.executable, "libnone.so.1", "package libnone1."),
        ("nowhere", None, "package chromium, or set CHROMIUM to its path."),
        ("", "libnone.so.1", "packages chromium and libnone1, or set CHROMIUM to its path."),
    ],
)
def test_the_browser_may_be_named_and_a_library_is_missed_too(
    monkeypatch: pytest.MonkeyPatch, chromium: str, library: str | None, told: str | None
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CHROMIUM", chromium)
    libraries = {library: "libnone1"} if library else {}
    monkeypatch.setitem(PROGRAMS, "chromium", replace(PROGRAMS["chromium"], libraries=libraries))
    assert find("chromium") == (None if told else chromium)
    if told:
        assert (
            remedy("chromium")
            == f"The browser tests need Chromium, driven by Playwright: install Debian's {told}"
        )
