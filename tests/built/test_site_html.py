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
    """One message of the checker, with the page, line and tag that it is about."""

    page: str
    line: int
    message: str
    tag: str

    @property
    def is_materials(self) -> bool:
        return MATERIAL.get(self.tag) == self.message

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.message} {self.tag}"


def check_html(folder: Path) -> list[Error]:
    """Run the checker on the pages of a folder; return its errors without its warnings."""
    options = ["--errors-only", "--skip-non-html", "--stdout", "--format", "json"]
    command = [str(find("java")), "-Xss4m", "-jar", str(JAR), *options, str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.stdout, result.stderr
    errors = []
    for message in json.loads(result.stdout)["messages"]:
        start = message.get("hiliteStart", 0)
        # The highlighted part sometimes begins with the white space before the tag.
        tag = message.get("extract", "")[start : start + message.get("hiliteLength", 0)].strip()
        page = Path(unquote(urlsplit(message["url"]).path)).relative_to(folder).as_posix()
        errors.append(Error(page, message.get("lastLine", 0), message["message"], tag))
    assert result.returncode == (1 if errors else 0), result.stderr
    return errors


@pytest.fixture(scope="module", params=["site", "hostile_site"])
def errors(request: pytest.FixtureRequest) -> list[Error]:
    return check_html(request.getfixturevalue(request.param))


def test_every_page_is_valid_html(errors: list[Error]) -> None:
    ours = [str(error) for error in errors if not error.is_materials]
    assert not ours, "\n".join(ours)


def test_we_let_pass_nothing_that_material_no_longer_writes(errors: list[Error]) -> None:
    assert {error.tag for error in errors if error.is_materials} == set(MATERIAL)


def test_only_the_error_deep_in_a_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "index.html").write_text(VALID.format("<p>Valid"), encoding="utf-8")
    (tmp_path / "a" / "b" / "index.html").write_text(
        VALID.format("\n<p id=x></p><p id=x></p>"), encoding="utf-8"
    )
    assert check_html(tmp_path) == [Error("a/b/index.html", 2, "Duplicate ID “x”.", "<p id=x>")]


def test_we_let_pass_only_the_known_error_of_a_material_tag(tmp_path: Path) -> None:
    known = next(iter(MATERIAL))
    pages = {"once": known, "twice": known + known, "mine": known.replace("__drawer", "mine")}
    for name, tags in pages.items():
        (tmp_path / f"{name}.html").write_text(VALID.format(tags), encoding="utf-8")
    errors = check_html(tmp_path)
    assert [error.is_materials for error in errors if error.page == "once.html"] == [True]
    assert [
        error.message for error in errors if error.page == "twice.html" and not error.is_materials
    ] == ["Duplicate ID “__drawer”."]
    assert [error.is_materials for error in errors if error.page == "mine.html"] == [False]
