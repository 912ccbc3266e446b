"""The HTML of every page, by the Nu HTML checker: of the archive as committed, and of one full of what HTML finds hard."""

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
# What Material itself writes, and we let pass rather than copy its template: the tag, and all that may be said of it.
MATERIAL = {
    # base.html, the two checkboxes that open the drawer and the search: Firefox would keep them as they were without it.
    f'<input class="md-toggle" data-md-toggle="{name}" type="checkbox" id="__{name}" autocomplete="off">': (
        "Attribute “autocomplete” is only allowed when the input type is “color”, “date”, “datetime-local”, “email”, “hidden”, "
        "“month”, “number”, “password”, “range”, “search”, “tel”, “text”, “time”, “url”, or “week”."
    )
    for name in ("drawer", "search")
}
SOUND = "<!doctype html><html lang=en><title>A page</title>{}"


@dataclass(frozen=True)
class Error:
    """One message of the checker: the page and line it is on, what it says, and the tag it is about."""

    page: str
    line: int
    message: str
    tag: str

    @property
    def is_materials(self) -> bool:
        return MATERIAL.get(self.tag) == self.message

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.message} {self.tag}"


def errors(folder: Path) -> list[Error]:
    """What the checker says of the pages of a folder; warnings are left out."""
    options = ["--errors-only", "--skip-non-html", "--stdout", "--format", "json"]
    command = [str(find("java")), "-Xss4m", "-jar", str(JAR), *options, str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.stdout, result.stderr
    found = []
    for one in json.loads(result.stdout)["messages"]:
        start = one.get("hiliteStart", 0)
        # The mark begins a place early now and then, on the white space before the tag.
        tag = one.get("extract", "")[start : start + one.get("hiliteLength", 0)].strip()
        page = Path(unquote(urlsplit(one["url"]).path)).relative_to(folder).as_posix()
        found.append(Error(page, one.get("lastLine", 0), one["message"], tag))
    assert result.returncode == (1 if found else 0), result.stderr
    return found


@pytest.fixture(scope="module", params=["site", "hostile_site"])
def found(request: pytest.FixtureRequest) -> list[Error]:
    return errors(request.getfixturevalue(request.param))


def test_every_page_is_sound_html(found: list[Error]) -> None:
    ours = [str(error) for error in found if not error.is_materials]
    assert not ours, "\n".join(ours)


def test_nothing_is_let_pass_that_material_no_longer_writes(found: list[Error]) -> None:
    assert {error.tag for error in found if error.is_materials} == set(MATERIAL)


def test_an_error_deep_in_a_folder_is_found_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "index.html").write_text(SOUND.format("<p>Sound"), encoding="utf-8")
    (tmp_path / "a" / "b" / "index.html").write_text(
        SOUND.format("\n<p id=x></p><p id=x></p>"), encoding="utf-8"
    )
    assert errors(tmp_path) == [Error("a/b/index.html", 2, "Duplicate ID “x”.", "<p id=x>")]


def test_of_a_tag_only_what_material_has_wrong_is_let_pass(tmp_path: Path) -> None:
    known = next(iter(MATERIAL))
    pages = {"once": known, "twice": known + known, "mine": known.replace("__drawer", "mine")}
    for name, tags in pages.items():
        (tmp_path / f"{name}.html").write_text(SOUND.format(tags), encoding="utf-8")
    found = errors(tmp_path)
    assert [error.is_materials for error in found if error.page == "once.html"] == [True]
    assert [
        error.message for error in found if error.page == "twice.html" and not error.is_materials
    ] == ["Duplicate ID “__drawer”."]
    assert [error.is_materials for error in found if error.page == "mine.html"] == [False]
