"""archive.site.settings: what a build says of an mkdocs.yml that is not complete yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.site.settings import NO_ADDRESS, NO_CONTACT, SiteSettings


@pytest.mark.parametrize(
    ("url", "contact", "notices"),
    [
        ("https://briefs.example/", None, [NO_CONTACT, NO_ADDRESS]),
        ("https://briefs.example/", "desk@briefs.example", [NO_ADDRESS]),
        ("https://briefs.example.org/", None, [NO_CONTACT]),
        ("https://briefs.example/sub/", "desk@briefs.example", []),
    ],
)
def test_an_archive_without_a_home_is_told_so(
    url: str, contact: str | None, notices: list[str]
) -> None:
    assert SiteSettings(Path("site"), url, "x", "", contact).notices == notices
