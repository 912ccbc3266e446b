"""Texts that the readers were not written for.

The readers find what a person found in each (tests/cases/texts/truth.yml), and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest

from archive.commands.inspect import as_json
from archive.readers import read
from archive.reading.fidelity import account
from archive.records.authority import Authority
from archive.sources.source import Source
from repository import CASES, ROOT, cases

TRUTH: list[dict[str, Any]] = cases("texts/truth")["documents"]
# Names that share no word with the one that truth.yml gives.
ALSO = {"SSDP": "society of security and diplomatic policy studies"}


def fold(text: str | None) -> str:
    """Return letters and figures only, without case, signs and a leading article."""
    plain = unicodedata.normalize("NFKC", text or "").casefold().replace("’", "'")
    return re.sub(r"^the ", "", " ".join(re.sub(r"[^\w가-힣]+", " ", plain).split()))


def person(name: str) -> list[str]:
    """Return the letters of a name, whatever its order and hyphens."""
    return sorted(fold(name).replace(" ", ""))


@pytest.mark.parametrize("document", TRUTH, ids=lambda document: document["file"][:2])
def test_what_a_person_found(document: dict[str, Any], authority: Authority) -> None:
    reading = read(Source.load(CASES / "texts" / document["file"]))
    result = as_json(reading, authority.themes.values())
    assert account(reading).faults == ()
    assert fold(result["title"]) in {
        fold(title) for title in [document["title"], *document.get("title_variants_printed", [])]
    }
    assert sorted(map(person, result["authors"])) == sorted(map(person, document["authors"]))
    assert (result["date"], result["language"]) == (document["date"], document["language"])
    assert set(result["themes"]) == set(document["themes"])
    for field in ("institute", "series", "number"):
        printed, true = fold(result[field]), fold(document[field])
        assert bool(printed) == bool(true), field
        assert printed in true or true in printed or printed == ALSO.get(document[field]), field


def test_they_are_not_in_the_archive() -> None:
    ours = {Source.load(path).sha256 for path in (ROOT / "briefs").glob("*.txt")}
    theirs = {Source.load(CASES / "texts" / document["file"]).sha256 for document in TRUTH}
    assert len(theirs) == len(TRUTH)
    assert not ours & theirs
