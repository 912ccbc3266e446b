"""The publishing workflow: its files exist, and its guard comes first and stops what it must."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from archive.cli import main
from archive.commands.check import privacy_warning
from archive.commands.withdraw import withdraw
from archive.records.library import load_library
from archive.store import Archive
from repository import ROOT

FILE = ROOT / ".github" / "workflows" / "publish.yml"
# With the base loader `on` stays a word: YAML 1.1 takes it for true.
WORKFLOW: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
JOBS: dict[str, Any] = WORKFLOW["jobs"]
STEPS: list[dict[str, Any]] = JOBS["build"]["steps"]
GUARD = next(step for step in STEPS if step.get("id") == "guard")
RESTRICTED = "2021-yeosijae-okonogi"


def place(wanted: str) -> int:
    """Return the index of the step that runs or uses something."""
    (index,) = [
        index
        for index, step in enumerate(STEPS)
        if wanted in step.get("run", "") + step.get("uses", "")
    ]
    return index


# ---- What it says


def test_it_runs_on_main_and_by_hand_and_nowhere_else() -> None:
    assert WORKFLOW["on"] == {"push": {"branches": ["main"]}, "workflow_dispatch": ""}


def test_nothing_is_tested_built_or_deployed_before_the_guard() -> None:
    guard = STEPS.index(GUARD)
    before = [step.get("run") or step["uses"].split("@")[0] for step in STEPS[:guard]]
    assert before == ["actions/checkout", "actions/setup-python", "make .venv/.site"]
    order = [
        guard,
        place(".ci/run"),
        place("--since"),
        place("briefs build"),
        place("upload-pages-artifact"),
    ]
    assert order == sorted(order)
    assert order[-1] == len(STEPS) - 1
    assert not any(key in GUARD for key in ("if", "continue-on-error"))
    assert not any("continue-on-error" in step for step in STEPS)
    assert list(JOBS) == ["build", "deploy"]
    assert JOBS["deploy"]["needs"] == "build"


def test_what_is_published_is_for_the_public_at_the_address_of_the_repositorys_variable() -> None:
    step = STEPS[place("briefs build")]
    assert '.venv/bin/briefs build --public --site-url "$SITE_URL"' in step["run"]
    assert step["env"] == {"SITE_URL": "${{ vars.SITE_URL }}"}
    assert STEPS[place("upload-pages-artifact")]["with"] == {"path": "site"}


def test_it_may_do_no_more_than_it_has_to() -> None:
    assert WORKFLOW["permissions"] == {}
    assert JOBS["build"]["permissions"] == {"contents": "read"}
    assert JOBS["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert STEPS[0]["with"] == {"fetch-depth": "0", "persist-credentials": "false"}
    assert all(int(job["timeout-minutes"]) <= 60 for job in JOBS.values())
    assert WORKFLOW["concurrency"] == {"group": "publish", "cancel-in-progress": "false"}


def test_actions_are_githubs_own_at_one_commit_each() -> None:
    used = re.findall(
        r"uses: (\S+) # (v\d+\.\d+\.\d+)$", FILE.read_text(encoding="utf-8"), re.MULTILINE
    )
    steps = [step for job in JOBS.values() for step in job["steps"] if "uses" in step]
    assert [action for action, _ in used] == [step["uses"] for step in steps]
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action) for action, _ in used)


def test_what_github_fills_in_never_stands_in_a_script() -> None:
    """It would be run as part of it."""
    assert not any("${{" in step.get("run", "") for job in JOBS.values() for step in job["steps"])


def test_every_command_that_it_runs_is_there() -> None:
    seen = set()
    for step in STEPS:
        script = step.get("run", "")
        assert subprocess.run(["bash", "-n", "-c", script], check=False).returncode == 0
        for line in re.findall(
            r"(?:^|[!(;&] *)((?:\.venv/bin/|\.ci/|make )[^;)|]*)", script, re.MULTILINE
        ):
            words = shlex.split(re.sub(r"\d?>\S+", "", line))
            seen.add(" ".join(words[:2]))
            if words[0] == "make":
                assert re.search(
                    rf"^{re.escape(words[1])}:",
                    (ROOT / "Makefile").read_text(encoding="utf-8"),
                    re.MULTILINE,
                )
            elif words[0] == ".venv/bin/briefs":
                options = {name for option in options_of(words[1]) for name in option.opts}
                assert {word for word in words if word.startswith("--")} <= options, line
            else:
                assert os.access(ROOT / words[0], os.X_OK)
    assert seen == {
        "make .venv/.site",
        ".venv/bin/briefs check",
        ".ci/run",
        ".venv/bin/briefs build",
    }


def options_of(command: str) -> list[click.Parameter]:
    """The options that a command of the archive has."""
    return main.commands[command].params


# ---- The guard as it stands in the file


def guard(root: Path, private: str) -> subprocess.CompletedProcess[str]:
    """Run the guard's script as GitHub does, in an archive."""
    assert GUARD["env"] == {"PRIVATE": "${{ github.event.repository.private }}"}
    command = root / ".venv" / "bin" / "briefs"
    command.parent.mkdir(parents=True, exist_ok=True)
    # The real command works on the repository that it is installed from: this one on the copy.
    command.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m archive --root . "$@"\n',
        encoding="utf-8",
    )
    command.chmod(0o755)
    bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", GUARD["run"]]
    return subprocess.run(
        bash,
        cwd=root,
        env={**os.environ, "PRIVATE": private},
        capture_output=True,
        text=True,
        check=False,
    )


def free(root: Path, id: str = RESTRICTED) -> None:
    """Say in a record that everyone may read its text."""
    record = root / "briefs" / f"{id}.yml"
    text = record.read_text(encoding="utf-8")
    assert 'access: "restricted"' in text
    record.write_text(text.replace('access: "restricted"', 'access: "full"'), encoding="utf-8")


@pytest.mark.parametrize("private", ["false", "", "True", "null"])
def test_a_public_repository_with_a_restricted_text_stops_and_says_why(
    archive: Path, private: str
) -> None:
    result = guard(archive, private)
    assert result.returncode == 1
    (line,) = result.stdout.splitlines()
    assert line.startswith(
        "::error title=Nothing is published::This archive must not be in a public repository"
    )
    assert f"{RESTRICTED} is restricted." in line
    assert result.stderr == ""


def test_a_private_repository_goes_on(archive: Path) -> None:
    result = guard(archive, "true")
    assert (result.returncode, result.stdout) == (0, "The repository is private.\n")


def test_a_public_repository_in_which_all_is_free_goes_on(archive: Path) -> None:
    free(archive)
    result = guard(archive, "false")
    assert (result.returncode, result.stdout) == (
        0,
        "The repository is public, and every text in it may be.\n",
    )


def test_a_public_repository_whose_records_cannot_be_read_stops(archive: Path) -> None:
    free(archive)
    (archive / "briefs" / "2022-asan-choi.yml").write_text("id: [", encoding="utf-8")
    result = guard(archive, "false")
    assert result.returncode == 1
    assert "2022-asan-choi.yml" in result.stdout


def test_without_an_address_nothing_is_built(archive: Path) -> None:
    script = STEPS[place("briefs build")]["run"]
    bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    environment = {**os.environ, "SITE_URL": ""}
    result = subprocess.run(
        bash, cwd=archive, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stdout.startswith(
        "::error title=Nothing is published::Set the repository variable SITE_URL"
    )
    assert len(result.stdout.splitlines()) == 1
    assert not (archive / "site").exists()


# ---- The command that it asks


def test_check_says_on_one_line_which_texts_are_not_free(archive: Path) -> None:
    command = ["--root", str(archive), "check"]
    assert CliRunner().invoke(main, command).exit_code == 0
    result = CliRunner().invoke(main, [*command, "--may-be-public"])
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert f": {RESTRICTED} is restricted. Make the repository private" in result.stderr
    free(archive)
    result = CliRunner().invoke(main, [*command, "--may-be-public"])
    assert (result.exit_code, result.stderr) == (0, "")


def test_an_embargo_counts_until_its_day(archive: Path) -> None:
    record = archive / "briefs" / f"{RESTRICTED}.yml"
    text = record.read_text(encoding="utf-8")
    record.write_text(
        text.replace('access: "restricted"', 'access: "embargoed"\nembargoed_until: "2027-01-01"'),
        encoding="utf-8",
    )
    library = load_library(Archive(archive))
    assert f": {RESTRICTED} is embargoed until 2027-01-01. " in (
        privacy_warning(library, "2026-12-31") or ""
    )
    assert privacy_warning(library, "2027-01-01") is None


def test_a_withdrawn_text_counts_since_the_history_has_it(archive: Path) -> None:
    withdraw(Archive(archive), RESTRICTED, "2026-12-01", "x", None)
    assert f"{RESTRICTED} is restricted" in (
        privacy_warning(load_library(Archive(archive)), "2026-12-02") or ""
    )


def test_of_many_the_first_are_named(archive: Path) -> None:
    library = load_library(Archive(archive))
    many = replace(library, briefs=(library.find(RESTRICTED),) * 23)
    message = privacy_warning(many, "2026-12-01") or ""
    assert message.count(f"{RESTRICTED} is restricted") == 20
    assert " and 3 more are not free. " in message
