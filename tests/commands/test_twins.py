"""The commands know words in another form (tests/support/other_forms.py), and store what came."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from added_archive import TEXTS, Added, add, remove
from archive.cli import main
from archive.commands.check import check
from archive.records.library import Brief, load_library
from archive.site.search import table
from archive.store import Archive
from archive.text.normal_forms import normalise
from other_forms import FORMS
from repository import CASES, tree
from small_archive import ID, TEXT, make_small

WORDS = f"""{TEXT}
The official talks were defined at Camp David, and the joint-venture firms waited for its end.

한국 정부는 군사정보보호협정을 조건부로 연장했고, 일본 정부는 수출 규제를 유지했다. 그 뒤에도
양국의 협의는 계속되고 있으며 결론은 아직 없다.

キャンプ・デービッドの首脳会合で、三か国はデータとセキュリティの協力を決めた。ガイドラインはまだなく、
三か国の会合はつづいている。
"""
HARDER = [text for text in TEXTS if text["id"].startswith(("2020-sejong", "nd-ssdp", "2021-iseas"))]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_small(tmp_path / "archive", WORDS)


def brief(root: Path, id: str = ID) -> Brief:
    return load_library(Archive(root)).find(id)


def file_of(root: Path, text: str) -> Path:
    file = root.parent / "text.txt"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("form", FORMS)
def test_a_twin_in_another_form_is_a_duplicate(form: str, root: Path) -> None:
    before, twin = tree(root), file_of(root, FORMS[form](WORDS))
    assert twin.read_text(encoding="utf-8") != WORDS
    result = add(root, twin, "--set", "title=[Again]", "--set", "institute=asan")
    assert result.exit_code == 2
    assert f"  duplicate  MISSING: 100% of its longer paragraphs stand in {ID}\n" in result.output
    assert tree(root) == before


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_in_another_form_keeps_all_anchors(form: str, root: Path) -> None:
    before, copy = brief(root), file_of(root, FORMS[form](WORDS))
    arguments = ["--root", str(root), "replace", ID, str(copy), "--date", "2026-11-25"]
    result = CliRunner().invoke(main, [*arguments, "--reason", "a copy in another form"])
    assert result.exit_code == 0, result.output
    after = brief(root)
    assert after.anchors == before.anchors
    assert [normalise(block.text) for block in after.reading.shown] == [
        normalise(block.text) for block in before.reading.shown
    ]
    assert after.source_text == FORMS[form](WORDS).removeprefix("\ufeff")
    assert check(load_library(Archive(root)), "2026-11-21").faults == ()


def proposed(result: Result) -> list[tuple[str, str, str]]:
    """Return the fields shown, each with where it is from, and the address."""
    assert result.exit_code == 0, result.output
    rows = re.findall(r"^  (\w+)  +(.*?)  \((.*)\)$", result.output.split("\n\n")[1], re.MULTILINE)
    # An invisible sign is shown as a question mark, and a long value is cut.
    return [
        (field, normalise(value.replace("\ufffd", ""))[:20], re.sub(r"\W+", " ", normalise(where)))
        for field, value, where in [*rows, ("address", result.output.split()[-1], "")]
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", HARDER, ids=lambda text: text["id"])
def test_a_text_in_another_form_gets_the_same_record(
    text: dict[str, Any], form: str, added: Added, tmp_path: Path
) -> None:
    root = added.root
    assert remove(root, text["id"]).exit_code in (0, 2)
    words = (CASES / "texts" / text["file"]).read_text(encoding="utf-8")
    expected, other = (
        add(root, file_of(tmp_path, written), *text["arguments"], "--anyway", "--dry-run")
        for written in (words, FORMS[form](words))
    )
    assert proposed(other) == proposed(expected)


def test_a_name_in_another_form_is_known_and_stored_as_printed(root: Path) -> None:
    text = "A title of its own\n\nBy {}\n\n2021-02-03\n\nSome of the words of the {}.\n"
    given = ["--set", "institute=asan"]
    for name, words in (("Jin-goo Cho", "summit"), ("Jin\u2011goo\u00a0C\u00adho", "talks")):
        result = add(root, file_of(root, text.format(name, words)), *given, "--anyway")
        assert result.exit_code == 0, result.output
    record = yaml.safe_load((root / "briefs" / "2021-asan-cho-2.yml").read_text(encoding="utf-8"))
    assert record["authors"] == [{"id": "cho-jin-goo", "printed": "Jin\u2011goo Cho"}]
    library = load_library(Archive(root))
    columns = table(library, {brief.id: "" for brief in library.briefs})["briefs"]
    assert dict(zip(columns["id"], columns["authors"], strict=True))["-cho-2"] == [0, 1]
    # The form that is known stays as long as a brief prints it in any form.
    assert remove(root, "2021-asan-cho").exit_code == 0
    assert brief(root, "2021-asan-cho-2").record.authors[0].printed == "Jin\u2011goo Cho"
    authors = (root / "briefs" / "authority" / "authors.yml").read_text(encoding="utf-8")
    assert authors.count("Jin-goo Cho") == 1
    assert "Jin\u2011goo" not in authors
