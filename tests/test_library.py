from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from archive.cli import main
from archive.library import Library, load_library, newest_first
from archive.reading import Voice
from conftest import CASES, ROOT, cases, tree

ERRORS = sorted((CASES / "errors").glob("*.yml"))
FACTS: dict[str, Any] = cases("facts")


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(ROOT)


def change(root: Path, step: dict[str, Any]) -> None:
    """Do to a copy of the archive what a curator may do by mistake."""
    path = root / step["file"]
    if "write" in step:
        path.write_text(step["write"], encoding="utf-8")
    elif "bytes" in step:
        path.write_bytes(bytes.fromhex(step["bytes"]))
    elif "append" in step:
        path.write_text(path.read_text(encoding="utf-8") + step["append"], encoding="utf-8")
    elif "copy" in step:
        shutil.copy(root / step["copy"], path)
    elif "remove_line" in step:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(f"{step['remove_line']}:")]
        assert len(kept) == len(lines) - 1
        path.write_text("".join(kept), encoding="utf-8")
    elif "replace" in step:
        old, new = step["replace"]
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    else:
        assert step["delete"]
        path.unlink()


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_bad_input_gets_a_named_error_and_nothing_is_written(path: Path, archive: Path) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    for step in case["change"]:
        change(archive, step)
    before = tree(archive)
    for command in (["convert"], ["convert", "--check"], ["check"], ["build", "--site-dir", str(archive / "site")]):
        result = CliRunner().invoke(main, ["--root", str(archive), *command])
        assert (command, result.exit_code) == (command, 2), result.output
        assert isinstance(result.exception, SystemExit)
        file, field, says = (str(case["error"][key]) for key in ("file", "field", "says"))
        assert f"{archive / file}: {field}: " in result.output
        assert says in result.output
        assert len(result.output.strip().splitlines()) == 1
    assert tree(archive) == before


@pytest.mark.parametrize("id", FACTS)
def test_the_records_say_what_a_person_read(id: str, library: Library) -> None:
    fact = FACTS[id]
    (brief,) = [brief for brief in library.briefs if brief.id == id]
    record = brief.record
    basis = {field: record.basis[field].kind if field in record.basis else "printed" for field in ("title", "institute", "date")}
    assert record.title == fact["title"]["value"]
    assert [
        {"id": c.id, "family": a.family, "given": a.given, "printed": c.printed}
        for c in record.authors
        for a in [library.authority.authors[c.id]]
    ] == fact["authors"]
    assert {"id": brief.institute.id, "name": brief.institute_name} == {key: fact["institute"][key] for key in ("id", "name")}
    assert (brief.series.name if brief.series else None, record.number) == (fact["series"], fact["number"])
    assert record.date == fact["date"]["value"]
    assert basis == {field: fact[field]["basis"] for field in basis}
    assert sorted(brief.passages) == sorted(fact["themes"])
    assert record.access == fact["access"]


def test_order_is_newest_first_by_what_is_known(library: Library) -> None:
    assert [brief.id for brief in library.briefs] == [
        "2023-sejong-jin",
        "2022-asan-choi",
        "2022-ifes-cho",
        "2021-yeosijae-okonogi",
        "2019-sejong-park",
    ]


@pytest.mark.parametrize("case", cases("order"), ids=lambda case: " ".join(map(str, case["dates"])))
def test_order(case: dict[str, list[str | None]], library: Library) -> None:
    base = library.briefs[0].record
    records = [replace(base, id=f"r{n}", date=date) for n, date in enumerate(case["dates"])]
    assert [record.date for record in newest_first(records)] == case["ordered"]


def test_variants_resolve_to_one_person(library: Library) -> None:
    (author,) = [a for a in library.authors() if "JIN Chang Soo" in a.variants]
    assert (author.id, author.family, author.given, author.filed) == ("jin-changsoo", "Jin", "Changsoo", "Jin, Changsoo")
    assert {"Jin ChangSoo", "Changsoo Jin"} <= set(author.variants)


def test_an_institute_under_its_other_names(library: Library) -> None:
    body = library.authority.institutes["yeosijae"]
    assert "TAEJAE FUTURE CONSENSUS INSTITUTE" in [name.name for name in body.names]
    assert body.name_at("2021-01-11") == "Yeosijae"


def test_relations_are_kept(library: Library) -> None:
    relations = {brief.id: [relation.kind for relation in brief.record.relations] for brief in library.briefs}
    assert relations["2022-asan-choi"] == ["summary-of"]
    assert relations["2021-yeosijae-okonogi"] == ["first-published-in", "translation-of", "part-of"]


def test_descriptions_are_the_authors_own_words(library: Library) -> None:
    for brief in library.briefs:
        own = [block.text for block in brief.reading.shown if block.voice is Voice.AUTHOR]
        assert any(text.startswith(brief.description) for text in own)
    assert {brief.id: brief.description[:22] for brief in library.briefs} == {
        "2023-sejong-jin": "Exchanges between Kore",
        "2022-asan-choi": "Since the inauguration",
        "2022-ifes-cho": "During the Korea-U.S. ",
        "2021-yeosijae-okonogi": "I think it is commenda",
        "2019-sejong-park": "Recently, Korea-Japan ",
    }
