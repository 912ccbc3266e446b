"""`briefs add` and `remove`: texts that several institutes issued."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from added_archive import add, remove
from archive.cli import main
from archive.commands.add import propose_all
from archive.commands.proposal import Answers, Holdings, Proposal
from archive.reading.vocabulary import part_institutes
from archive.records.authority import load_authority
from archive.records.library import load_library
from archive.store import Archive
from repository import cases, tree
from small_archive import make_small

CASES: dict[str, Any] = cases("several_institutes")
AUTHOR = ["--set", "author=Kim, Jiyoon"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = make_small(tmp_path / "archive")
    authority = folder / "briefs/authority/institutes.yml"
    authority.write_text(authority.read_text() + CASES["institutes"], encoding="utf-8")
    return folder


def text(folder: Path, line: str) -> Path:
    file = folder / "text.txt"
    file.write_text(
        f"{line}\n\nA title of its own\n\nKim Jiyoon\n\n2021-02-03\n\n"
        "Some words of the text stand here, and they are about a summit of the two.\n".lstrip(),
        encoding="utf-8",
    )
    return file


def new_record(root: Path) -> dict[str, Any]:
    (file,) = (root / "briefs").glob("2021-*.yml")
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize(
    "case", CASES["added"], ids=lambda case: " ".join([case["line"], *case.get("options", ())])
)
def test_all_that_issued_it_are_in_the_record(
    case: dict[str, Any], root: Path, tmp_path: Path
) -> None:
    result = add(root, text(tmp_path, case["line"]), *AUTHOR, *case.get("options", ()))
    assert result.exit_code == 0, result.output
    assert case.get("says", "") in result.output
    record = new_record(root)
    assert record["institute"] == case["institute"]
    assert record.get("basis", {}).get("institute") == case.get("basis")
    assert record.get("series") == case.get("series")
    reasons = [correction["reason"] for correction in record.get("corrections", ())]
    assert [reason.partition(",")[0] for reason in reasons] == [
        case[key] for key in ("correction",) if key in case
    ]
    institutes = load_authority(Archive(root)).institutes
    for id, body in institutes.items():
        known = yaml.safe_load(CASES["institutes"]).get(id, {}).get("names", ())
        names = [name["name"] for name in known]
        assert [other.name for other in body.names] == case.get("names", {}).get(id, names)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES["added"] if "names" in case or "harbour" in case["institute"]],
    ids=lambda case: " ".join(case["options"]),
)
def test_what_came_with_it_is_removed(case: dict[str, Any], root: Path, tmp_path: Path) -> None:
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "All"]):
        git = ["git", "-C", str(root), "-c", "user.name=A", "-c", "user.email=a@briefs.example"]
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    before = tree(root / "briefs")
    file = text(tmp_path, case["line"])
    assert add(root, file, *AUTHOR, *case["options"]).exit_code == 0
    result = remove(root, new_record(root)["id"])
    assert result.exit_code == 0, result.output
    assert tree(root / "briefs") == before


@pytest.mark.parametrize(
    "case", CASES["asked"], ids=lambda case: " ".join([case["line"], *case["answer"]])
)
def test_it_is_asked_and_the_answer_is_enough(
    case: dict[str, Any], root: Path, tmp_path: Path
) -> None:
    before, file = tree(root), text(tmp_path, case["line"])
    result = add(root, file, *AUTHOR, *case["options"])
    assert result.exit_code == 2
    assert case["says"] in result.output
    assert tree(root) == before
    result = add(root, file, *AUTHOR, *case["options"], *case["answer"])
    assert result.exit_code == 0, result.output
    assert new_record(root)["institute"] == case["institute"]


@pytest.mark.parametrize(
    "case", CASES["typed"], ids=lambda case: " ".join([case["line"], *case["replies"]])
)
def test_a_reply_at_a_terminal_is_enough(case: dict[str, Any], root: Path, tmp_path: Path) -> None:
    held, replies = Holdings.of(load_library(Archive(root))), list(case["replies"])
    answers = Answers("2021-03-04", authors=("Kim, Jiyoon",), institutes=tuple(case["options"]))
    file = text(tmp_path, case["line"])
    told = []

    def reply(proposal: Proposal) -> str | None:
        told.append(proposal.questions[0].problem)
        return replies.pop(0) if replies else None

    (outcome,) = propose_all(held, [file], answers, reply)
    assert outcome.brief, outcome.fault
    ids = outcome.brief.record.institutes
    assert case["institute"] == (list(ids) if ids[1:] else ids[0])
    assert not replies
    assert case.get("told", "") in " ".join(told)


@pytest.mark.parametrize("pieces", CASES["parted"], ids="".join)
def test_a_line_is_parted_into_names(pieces: list[str], tmp_path: Path) -> None:
    line, names = "".join(pieces), pieces[::2]
    assert part_institutes(line) == names
    result = CliRunner().invoke(main, ["inspect", str(text(tmp_path, line)), "--json"])
    content = json.loads(result.output)
    if content["institute"]:
        assert content["institute"] == names[0]
        assert content.get("institutes", [names[0]]) == names


@pytest.mark.parametrize("case", CASES["twice"], ids=lambda case: case["says"])
def test_what_is_given_twice_is_refused(case: dict[str, Any], root: Path, tmp_path: Path) -> None:
    before = tree(root)
    result = add(root, text(tmp_path, ""), *AUTHOR, "--set", "institute=asan", *case["options"])
    assert result.exit_code == 2
    assert case["says"] in result.output
    assert tree(root) == before
