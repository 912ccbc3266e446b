from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from archive.library import Brief, Library, load_library
from archive.related import related
from conftest import ROOT, cases

LIBRARY = load_library(ROOT)
LABEL = attrgetter("label")


def test_the_five() -> None:
    found = {brief.id: [(one.brief.id, one.reason(LABEL)) for one in related(LIBRARY, brief)] for brief in LIBRARY.briefs}
    assert found["2021-yeosijae-okonogi"][0] == ("2022-asan-choi", "also on Export controls and Forced labor · 1 year later")
    assert found["2019-sejong-park"][0] == ("2023-sejong-jin", "also on Forced labor · same institute · 4 years later")
    assert found["2022-asan-choi"][1] == ("2022-ifes-cho", "also on Forced labor · same year")
    assert all(len(ones) == 4 for ones in found.values())


def brief(id: str, spec: dict[str, Any]) -> Brief:
    """A brief with just what relatedness looks at."""
    base = next(one for one in LIBRARY.briefs if one.id == "2022-asan-choi")
    shown = base.passages["gsomia"]
    credits = tuple(replace(base.record.authors[0], id=author) for author in spec.get("authors", [f"of-{id}"]))
    record = replace(base.record, id=id, path=Path(id), authors=credits, date=spec.get("date"))
    institute = replace(base.institute, id=spec.get("institute", f"at-{id}"))
    return replace(base, record=record, institute=institute, passages=dict.fromkeys(spec.get("themes", []), shown))


@pytest.mark.parametrize("case", cases("related"), ids=lambda case: case["name"])
def test_ranking(case: dict[str, Any]) -> None:
    briefs = [brief(id, spec or {}) for id, spec in case["briefs"].items()]
    library: Library = replace(LIBRARY, briefs=tuple(briefs))
    assert {one.brief.id: one.reason(LABEL) for one in related(library, briefs[0])} == (case["related"] or {})
    assert [one.brief.id for one in related(library, briefs[0])] == list(case["related"] or {})
