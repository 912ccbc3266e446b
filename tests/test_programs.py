"""Tests that need a program which is missing are skipped, with one line that says what to install; in CI they fail."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from programs import find
from repository import ROOT

CHROMIUM = "The browser tests need Chromium: install Debian's package chromium, or set CHROMIUM to its path."
CHECKER = (
    "The HTML checker needs Java: install Debian's package default-jre-headless. "
    "The HTML checker and Lighthouse come by npm: install Debian's package npm."
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
    environment = {**os.environ, "PATH": "", "CHROMIUM": "", "COLUMNS": "300", "CI": ci}
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    skipped = [line for line in result.stdout.splitlines() if line.startswith("SKIPPED")]
    if ci == "true":
        assert (result.returncode, skipped) == (1, []), result.stdout
        assert why in result.stdout
    else:
        assert (result.returncode, len(skipped)) == (0, 1), result.stdout
        assert skipped[0].endswith(why)


def test_the_browser_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CHROMIUM", "nowhere")
    assert find("chromium") is None
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert find("chromium") == sys.executable
