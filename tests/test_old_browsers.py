"""Browsers that are two years old know all that pages need (tests/cases/browsers.yml)."""

from __future__ import annotations

import re

import pytest

from repository import ROOT, cases

FILES = {
    "css": [*(ROOT / "docs" / "assets").glob("*.css")],
    "js": [*(ROOT / "docs" / "assets").rglob("*.js")],
    "html": [
        *(ROOT / "overrides").rglob("*.html"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "docs" / "assets").rglob("*.js"),
    ],
}
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//.*?$|\{#.*?#\}", re.DOTALL | re.MULTILINE)


def find(feature: dict[str, str]) -> list[str]:
    """Return the files that use a feature."""
    pattern = re.compile(feature["pattern"])
    return [
        path.relative_to(ROOT).as_posix()
        for path in FILES[feature["in"]]
        if pattern.search(COMMENT.sub("", path.read_text(encoding="utf-8")))
    ]


@pytest.mark.parametrize("feature", cases("browsers")["forbidden"], ids=lambda case: case["since"])
def test_nothing_is_used_without_which_a_page_breaks_in_an_older_browser(
    feature: dict[str, str],
) -> None:
    assert find(feature) == [], feature["older"]


@pytest.mark.parametrize("feature", cases("browsers")["harmless"], ids=lambda case: case["pattern"])
def test_each_newer_feature_that_is_said_to_be_used_is_used(feature: dict[str, str]) -> None:
    assert find(feature) != []


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("css", "a { text-decoration: underline var(--accent) 1px; }"),
        ("css", "a { text-decoration: underline dotted }"),
        ("css", "details:open { color: red }"),
        ("css", "p { if(media(print): 1) }"),
        ("js", "for (const one of map.values().map((value) => value.id)) {}"),
        ("js", "const found = /(?i:a)b/;"),
        ("js", "requestIdleCallback(() => load());"),
        ("html", '<button commandfor="menu" command="toggle-popover">'),
        ("html", '<input type="search" name="q" autocomplete="off">'),
    ],
)
def test_the_patterns_find_what_they_forbid(kind: str, line: str) -> None:
    patterns = [case["pattern"] for case in cases("browsers")["forbidden"] if case["in"] == kind]
    assert any(re.search(pattern, line) for pattern in patterns)
