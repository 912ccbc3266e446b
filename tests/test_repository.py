"""The README, CONTRIBUTING, forms and checks of the repository agree with the code."""

from __future__ import annotations

import ast
import dataclasses
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from archive.cli import main
from archive.convert import convert
from archive.records.record import Record
from archive.store import Archive
from repository import ROOT, tree

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PROSE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "briefs/README.md")


def parsed(path: str) -> Any:
    """Parse a YAML file; the base loader keeps `on` as a word."""
    return yaml.load((ROOT / path).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def test_the_readme_is_read_in_one_sitting() -> None:
    assert len(README.splitlines()) <= 100


@pytest.mark.parametrize("name", PROSE)
def test_each_link_to_a_file_leads_to_one(name: str) -> None:
    targets = re.findall(r"\]\(([^):#]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert targets
    assert [path for path in targets if not (ROOT / name).parent.joinpath(path).exists()] == []


def test_the_site_has_at_most_1500_lines_of_javascript() -> None:
    """The limit of the design: a feature replaces code."""
    scripts = (ROOT / "docs" / "assets").rglob("*.js")
    assert 1000 < sum(len(script.read_text("utf-8").splitlines()) for script in scripts) <= 1500


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in main.commands if f"briefs {name}" not in README] == []


@pytest.mark.parametrize("name", PROSE)
def test_each_make_command_that_is_named_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert named - targets == set()


def test_the_invented_brief_is_added_and_removed_as_the_readme_says(archive: Path) -> None:
    convert(Archive(archive))
    before = tree(archive)
    commands = re.findall(r"^briefs ((?:add|remove) .*)$", README, re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["add", "remove"]
    for command in commands:
        words = [
            str(ROOT / word) if word.startswith("examples/") else word
            for word in shlex.split(command)
        ]
        result = CliRunner().invoke(main, ["--root", str(archive), *words])
        assert result.exit_code == 0, result.output
        added = (archive / "briefs" / "2024-harbor-roe.yml").exists()
        assert added is command.startswith("add")
    assert tree(archive) == before


def test_every_field_of_a_record_is_explained_to_curators() -> None:
    page = (ROOT / "briefs" / "README.md").read_text(encoding="utf-8")
    own = {"path", "title_language"}  # of the record in memory, not of its file
    fields = {field.metadata.get("key", field.name) for field in dataclasses.fields(Record)} - own
    assert [name for name in sorted(fields) if f"`{name}`" not in page] == []


def test_the_way_of_a_text_names_functions_that_exist() -> None:
    named = re.findall(r"`([a-z_/]+\.py)` `([\w.]+)`", CONTRIBUTING)
    assert len(named) >= 12
    for path, name in named:
        module = ast.parse((ROOT / "scripts" / "archive" / path).read_text(encoding="utf-8"))
        body = module.body
        for part in name.split("."):
            (node,) = [node for node in body if getattr(node, "name", None) == part]
            body = getattr(node, "body", [])


def test_the_plan_of_the_house_has_every_wing_and_module() -> None:
    package = ROOT / "scripts" / "archive"
    wings = {f"{path.name}/" for path in package.iterdir() if (path / "__init__.py").exists()}
    modules = {path.name for path in package.glob("*.py") if not path.name.startswith("__")}
    assert [name for name in sorted(wings | modules) if f"`{name}`" not in CONTRIBUTING] == []


def test_ci_and_a_commit_run_the_same_checks() -> None:
    (repository,) = parsed(".pre-commit-config.yaml")["repos"]
    (hook,) = repository["hooks"]
    assert (repository["repo"], hook["entry"], hook["language"]) == (
        "local",
        "make check",
        "system",
    )
    assert "make check\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_workflow_runs_what_a_developer_runs() -> None:
    workflow = parsed(".github/workflows/ci.yml")
    assert {"push", "pull_request", "schedule"} <= set(workflow["on"])
    runs = {step["run"]: step["if"] for step in workflow["jobs"]["test"]["steps"] if "run" in step}
    assert runs == {
        ".ci/run": "github.event_name != 'schedule'",
        ".ci/run test-all": "github.event_name == 'schedule'",
    }
    pinned = [step["uses"] for step in workflow["jobs"]["test"]["steps"] if "uses" in step]
    assert [step for step in pinned if not re.search(r"@[0-9a-f]{40}$", step)] == []


@pytest.mark.parametrize("form", ["error-in-a-record", "brief-to-add"])
def test_a_form_asks_for_what_a_curator_needs(form: str) -> None:
    content = parsed(f".github/ISSUE_TEMPLATE/{form}.yml")
    assert content["name"]
    assert content["description"]
    ids = [field["id"] for field in content["body"]]
    assert len(ids) == len(set(ids))
    required = [
        field["id"]
        for field in content["body"]
        if field.get("validations", {}).get("required") == "true"
    ]
    assert "address" in required


def test_the_citation_of_the_software_is_complete() -> None:
    citation = parsed("CITATION.cff")
    for key in ("cff-version", "message", "title", "authors", "version", "license"):
        assert citation[key]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{citation["version"]}"' in project
