from __future__ import annotations

from dataclasses import replace
from math import inf
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.pages.related import RelatedIndex, explain_relation
from archive.records.library import Brief, Library, load_library
from archive.store import Archive
from archive.text.dates import parse_edtf
from repository import ROOT, cases

LIBRARY = load_library(Archive(ROOT))
LABEL = attrgetter("label")


def related_to(library: Library, brief: Brief) -> list[tuple[str, str]]:
    """Return the ids of the related briefs and why each is related."""
    return [
        (other.id, explain_relation(library, brief, other, LABEL))
        for other in RelatedIndex(library).of(brief)
    ]


def test_the_five() -> None:
    found = {brief.id: related_to(LIBRARY, brief) for brief in LIBRARY.briefs}
    assert found["2021-yeosijae-okonogi"][0] == (
        "2022-asan-choi",
        "also on Export controls and Forced labor · 1 year later",
    )
    assert found["2019-sejong-park"][0] == (
        "2023-sejong-jin",
        "also on Forced labor · same institute · 4 years later",
    )
    assert found["2022-asan-choi"][1] == ("2022-ifes-cho", "also on Forced labor · same year")
    assert all(len(ones) == 4 for ones in found.values())


def brief(id: str, spec: dict[str, Any]) -> Brief:
    """A brief with just the fields that RelatedIndex reads."""
    base = next(one for one in LIBRARY.briefs if one.id == "2022-asan-choi")
    shown = base.passages["gsomia"]
    credits = tuple(
        replace(base.record.authors[0], id=author) for author in spec.get("authors", [f"of-{id}"])
    )
    issuers = tuple(spec.get("institutes", [f"at-{id}"]))
    record = replace(
        base.record,
        id=id,
        path=Path(id),
        authors=credits,
        institutes=issuers,
        date=parse_edtf(spec.get("date") or ""),
    )
    return replace(
        base,
        record=record,
        institutes=tuple(replace(base.institutes[0], id=issuer) for issuer in issuers),
        passages=dict.fromkeys(spec.get("themes", []), shown),
    )


@pytest.mark.parametrize("case", cases("related"), ids=lambda case: case["name"])
def test_ranking(case: dict[str, Any]) -> None:
    briefs = [brief(id, spec or {}) for id, spec in case["briefs"].items()]
    library: Library = replace(LIBRARY, briefs=tuple(briefs))
    assert related_to(library, briefs[0]) == list((case["related"] or {}).items())


def by_comparing_all(library: Library, brief: Brief) -> list[str]:
    """Rank by comparing every pair: the plain definition, which RelatedIndex has to match."""
    authors = {credit.id for credit in brief.record.authors}
    ranked = []
    for other in library.briefs:
        shared = brief.passages.keys() & other.passages.keys()
        other_author = authors.isdisjoint(credit.id for credit in other.record.authors)
        other_institute = {*brief.record.institutes}.isdisjoint(other.record.institutes)
        if other is brief or (not shared and other_author and other_institute):
            continue
        rarest = min((library.theme_counts[theme] for theme in shared), default=inf)
        dates = brief.record.date, other.record.date
        months = (
            abs(dates[0].middle_in_months - dates[1].middle_in_months)
            if dates[0] and dates[1]
            else inf
        )
        ranked.append((rarest, -len(shared), other_author, other_institute, months, other.id))
    return [id for *_, id in sorted(ranked)][:4]


SPECS = st.fixed_dictionaries(
    {
        "themes": st.lists(st.sampled_from(["gsomia", "camp-david", "forced-labor"]), unique=True),
        "authors": st.lists(st.sampled_from("xyz"), unique=True, max_size=2),
        "institutes": st.lists(st.sampled_from("ijk"), unique=True, min_size=1, max_size=2),
        "date": st.sampled_from(
            [None, "2019", "2020", "2020-06", "2020-07-01", "2021", "2021-01-31", "2022-12"]
        ),
    }
)


@given(st.lists(SPECS, min_size=1, max_size=12))
@settings(max_examples=200)
def test_the_index_finds_what_comparing_every_pair_finds(specs: list[dict[str, Any]]) -> None:
    briefs = [brief(f"b{number}", spec) for number, spec in enumerate(specs)]
    library: Library = replace(LIBRARY, briefs=tuple(briefs))
    related_index = RelatedIndex(library)
    for one in briefs:
        assert [other.id for other in related_index.of(one)] == by_comparing_all(library, one)
