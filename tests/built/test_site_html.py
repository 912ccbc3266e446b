"""The Nu HTML checker on every page of the committed archive and of the hostile one."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from programs import find
from repository import ROOT

JAR = ROOT / ".venv" / "npm" / "vnu-jar" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
FETCHED = JAR.is_file() or not (find("java") and find("npm"))
pytestmark = [
    pytest.mark.needs("java", "npm"),
    pytest.mark.skipif(
        not FETCHED, reason="The HTML checker is not in .venv: `make test` has npm fetch it."
    ),
]
# Errors of Material that we let pass rather than copy its template: each tag and its message.
MATERIAL = {
    # The two checkboxes in base.html open the drawer and the search. Without `autocomplete`,
    # Firefox would restore their earlier state.
    f'<input class="md-toggle" data-md-toggle="{name}" type="checkbox" '
    f'id="__{name}" autocomplete="off">': (
        "Attribute “autocomplete” is only allowed when the input type is “color”, “date”, "
        "“datetime-local”, “email”, “hidden”, “month”, “number”, “password”, “range”, “search”, "
        "“tel”, “text”, “time”, “url”, or “week”."
    )
    for name in ("drawer", "search")
}
VALID = "<!doctype html><html lang=en><title>A page</title>{}"


@dataclass(frozen=True)
class Error:
    """One message of the checker, with the folder, page, line and tag that it is about."""

    folder: Path
    page: str
    line: int
    message: str
    tag: str

    @property
    def is_materials(self) -> bool:
        return MATERIAL.get(self.tag) == self.message

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.message} {self.tag}"


def check_html(*folders: Path) -> list[Error]:
    """Run the checker on the pages of folders; return its errors without its warnings."""
    # It runs for seconds, so what Java would do for a program that runs for hours only takes time.
    java = [str(find("java")), "-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    options = ["--errors-only", "--skip-non-html", "--stdout", "--format", "json"]
    command = [*java, "-jar", str(JAR), *options, *map(str, folders)]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.stdout, result.stderr
    errors = []
    for message in json.loads(result.stdout)["messages"]:
        start = message.get("hiliteStart", 0)
        # The highlighted part sometimes begins with the white space before the tag.
        tag = message.get("extract", "")[start : start + message.get("hiliteLength", 0)].strip()
        file = Path(unquote(urlsplit(message["url"]).path))
        (folder,) = (folder for folder in folders if file.is_relative_to(folder))
        page = file.relative_to(folder).as_posix()
        errors.append(Error(folder, page, message.get("lastLine", 0), message["message"], tag))
    assert result.returncode == (1 if errors else 0), result.stderr
    return errors


@dataclass(frozen=True)
class Examples:
    """Two folders of pages, each with errors that the checker has to find."""

    deep: Path
    known: Path


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    deep, known = (tmp_path_factory.mktemp(name) for name in ("deep", "known"))
    (deep / "a" / "b").mkdir(parents=True)
    (deep / "a" / "index.html").write_text(VALID.format("<p>Valid"), encoding="utf-8")
    (deep / "a" / "b" / "index.html").write_text(
        VALID.format("\n<p id=x></p><p id=x></p>"), encoding="utf-8"
    )
    tag = next(iter(MATERIAL))
    pages = {"once": tag, "twice": tag + tag, "mine": tag.replace("__drawer", "mine")}
    for name, tags in pages.items():
        (known / f"{name}.html").write_text(VALID.format(tags), encoding="utf-8")
    return Examples(deep, known)


@pytest.fixture(scope="module")
def all_errors(site: Path, hostile_site: Path, examples: Examples) -> list[Error]:
    """Check everything in one run, because Java is slow to begin."""
    return check_html(site, hostile_site, examples.deep, examples.known)


@pytest.fixture(params=["site", "hostile_site"])
def errors(request: pytest.FixtureRequest, all_errors: list[Error]) -> list[Error]:
    folder = request.getfixturevalue(request.param)
    return [error for error in all_errors if error.folder == folder]


def test_every_page_is_valid_html(errors: list[Error]) -> None:
    ours = [str(error) for error in errors if not error.is_materials]
    assert not ours, "\n".join(ours)


def test_we_let_pass_nothing_that_material_no_longer_writes(errors: list[Error]) -> None:
    assert {error.tag for error in errors if error.is_materials} == set(MATERIAL)


def test_only_the_error_deep_in_a_folder_is_found(
    all_errors: list[Error], examples: Examples
) -> None:
    assert [error for error in all_errors if error.folder == examples.deep] == [
        Error(examples.deep, "a/b/index.html", 2, "Duplicate ID “x”.", "<p id=x>")
    ]


def test_we_let_pass_only_the_known_error_of_a_material_tag(
    all_errors: list[Error], examples: Examples
) -> None:
    errors = [error for error in all_errors if error.folder == examples.known]
    assert [error.is_materials for error in errors if error.page == "once.html"] == [True]
    assert [
        error.message for error in errors if error.page == "twice.html" and not error.is_materials
    ] == ["Duplicate ID “__drawer”."]
    assert [error.is_materials for error in errors if error.page == "mine.html"] == [False]
