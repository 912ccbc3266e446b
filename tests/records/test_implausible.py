"""Days and numbers that cannot be are said; long quotations of a restricted text are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from archive.cli import main
from archive.errors import ArchiveError
from archive.records.library import load_library
from archive.records.verify import implausible_days
from archive.store import Archive
from repository import cases, copy_archive, tree
from small_archive import ID, make_small

CASE: dict[str, Any] = cases("implausible")
RECORD = f"briefs/{ID}.yml"
LONG = CASE["quoted"][0]["words"]
FAULT = "it quotes more than 10 words in a row of a text that is restricted"


def briefs(root: Path, *arguments: str | Path) -> Result:
    runner = CliRunner(env={"SOURCE_DATE_EPOCH": "1795219200"})  # 21 November 2026
    return runner.invoke(main, ["--root", str(root), *map(str, arguments)])


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive of one restricted brief; its text has the words that may not be quoted."""
    root = make_small(tmp_path / "archive", CASE["text"])
    edit(root, RECORD, 'access: "full"', 'access: "restricted"')
    return root


def say(root: Path, field: str, words: str) -> None:
    """Let a curator say `words` in a field."""
    where = CASE["fields"][field]
    if "add" in where:
        path = root / file_of(field)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(f"{text}{where['add'].replace('QUOTE', words)}\n", encoding="utf-8")
    else:
        edit(root, file_of(field), where["sed"], where["by"].replace("QUOTE", words))


def file_of(field: str) -> str:
    return f"briefs/{CASE['fields'][field].get('file', ID)}.yml"


@pytest.mark.parametrize("case", CASE["days"], ids=lambda case: str(case["days"]))
def test_days(case: dict[str, Any]) -> None:
    assert implausible_days(case["days"], CASE["today"]) == case["says"]


@pytest.mark.parametrize("case", CASE["quoted"], ids=lambda case: case["name"])
def test_quotations_of_a_restricted_text(case: dict[str, Any], root: Path) -> None:
    say(root, "basis.title.evidence", case["words"])
    result = briefs(root, "convert")
    assert (result.exit_code, FAULT in result.output) == (
        (2, True) if case["refused"] else (0, False)
    )


@pytest.mark.parametrize("field", CASE["fields"])
def test_wherever_curators_say_something(field: str, root: Path) -> None:
    before = tree(root)
    say(root, field, LONG)
    with pytest.raises(ArchiveError, match=FAULT) as error:
        load_library(Archive(root))
    assert (error.value.file, error.value.field) == (str(root / file_of(field)), field)
    assert tree(root).keys() - before.keys() <= {file_of(field)}


def test_another_brief_may_not_quote_it_either(tmp_path: Path) -> None:
    root, case = copy_archive(tmp_path / "archive"), CASE["elsewhere"]
    before = tree(root)
    given = ["correct", case["id"], "--set", "saved=2026-11-02", "--reason"]
    result = briefs(root, *given, case["words"])
    assert f"{case['id']}.yml: changes[1].reason: {FAULT} (2021-yeosijae-okonogi)" in result.output
    assert tree(root) == before
    assert briefs(root, *given, "seen by the archive").exit_code == 0


def test_the_remedy_and_a_text_that_everyone_may_read(root: Path) -> None:
    say(root, "basis.title.evidence", LONG)
    assert briefs(root, "convert").exit_code == 2
    edit(root, RECORD, LONG, LONG.rpartition(" ")[0])
    assert briefs(root, "convert").exit_code == 0
    edit(root, RECORD, 'access: "restricted"', 'access: "embargoed"\nembargoed_until: "2027-01-01"')
    say(root, "changes[1].reason", LONG)
    assert "of a text that is embargoed" in briefs(root, "check").output
    edit(root, RECORD, 'access: "embargoed"\nembargoed_until: "2027-01-01"', 'access: "full"')
    assert briefs(root, "convert").exit_code == 0


@pytest.mark.parametrize("line", CASE["rights"])
def test_a_line_on_rights_is_published_in_any_case(line: str, root: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(f"Words of a text of its own are here.\n\n{line}\n", "utf-8")
    given = ["--set", "institute=asan", "--set", "access=restricted", "--set", f"rights={line}"]
    result = briefs(root, "add", text, "--set", "title=[Words]", *given)
    assert result.exit_code == 0, result.output


def test_a_title_is_published_in_any_case(root: Path) -> None:
    title = "GSOMIA was prolonged by a year, and nobody in Seoul was happy with it."
    edit(root, RECORD, '"[A year more]"', f'"{title}"')
    say(root, "basis.title.evidence", title)
    assert briefs(root, "convert").exit_code == 0


def test_the_reason_of_a_withdrawal_is_published_too(root: Path) -> None:
    before = tree(root)
    result = briefs(root, "withdraw", ID, "--reason", f"The editors took “{LONG}” back.")
    assert f"{ID}.yml: withdrawn.reason: {FAULT}" in result.output
    assert tree(root) == before
    assert briefs(root, "withdraw", ID, "--reason", "The editors took it back.").exit_code == 0


def test_a_brief_with_a_long_quotation_is_not_added(root: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(f"Words of another text.\n\n{LONG} happy.\n", encoding="utf-8")
    given = ["--set", "title=[Words]", "--set", "institute=asan", "--set", "access=restricted"]
    before = tree(root)
    result = briefs(root, "add", text, *given, "--because", f"institute=it says {LONG}")
    assert f"its record, basis.institute.evidence: {FAULT}" in result.output
    assert (result.exit_code, tree(root)) == (2, before)
    assert briefs(root, "add", text, *given, "--because", "institute=a letter").exit_code == 0


def test_add_and_check_say_what_is_implausible(root: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("On Koreaâ€™s plan\n\nWords of another text are here.\n", encoding="utf-8")
    given = ["--set", "institute=asan", "--set", "series=asan-issue-brief", "--set", "number=7"]
    for day in ("2031", "2020"):
        own = ["--set", f"id={day}-asan-plan", "--set", f"date={day}"]
        result = briefs(root, "add", text, *given, *own, "--anyway")
        assert result.exit_code == 0, result.output
        text.write_text("On a plan\n\nQuite other words are in this text.\n", encoding="utf-8")
        if day == "2031":
            assert "\n  line 1: “On Koreaâ€™s plan” is UTF-8 read as W" in result.output
            assert "\n  date: 2031 has not come yet\n" in result.output
    assert "\n  number: 2031-asan-plan has 7 of this series too\n" in result.output
    edit(root, "briefs/2020-asan-plan.yml", "saved: null", 'saved: "2019-05-06"')
    result = briefs(root, "check")
    assert result.exit_code == 0
    shown = " ".join(result.output.split())
    assert (
        "Implausible: 2031-asan-plan: line 1: “On Koreaâ€™s plan” is UTF-8 read as "
        "Windows-1252; try another copy of the text "
        "2031-asan-plan: date: 2031 has not come yet "
        "2031-asan-plan: number: 2020-asan-plan has 7 of this series too "
        "2020-asan-plan: saved: 2019-05-06 is before 2020, the date of the text "
        "2020-asan-plan: number: 2031-asan-plan has 7 of this series too "
    ) in shown
