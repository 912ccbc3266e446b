"""The walls of the house: a wing imports only from itself and wings above it, and stays small."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from repository import ROOT

PACKAGE = ROOT / "scripts" / "archive"
# In the order of the data: a wing may import from those before it.
WINGS = (
    "text",
    "sources",
    "reading",
    "readers",
    "records",
    "exports",
    "pages",
    "site",
    "commands",
)
# Every wing may import these modules; only commands may import the drivers.
SHARED = ("errors", "store", "cache", "parallel", "progress")
DRIVERS = ("convert", "build")
FILES_IN_A_WING, MODULES_OUTSIDE = 11, 8
# A function fits on a screen.
LINES_IN_A_FUNCTION = 50
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def imported(source: str, module: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Return the parts of each module of the package that `module` imports anywhere in it."""
    targets: set[tuple[str, ...]] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ["archive", *module][: len(module) + 1 - node.level] if node.level else []
            stem = [*base, *(node.module.split(".") if node.module else [])]
            names = [[*stem, alias.name] for alias in node.names]
        else:
            continue
        targets |= {tuple(name[1:]) for name in names if name[0] == "archive" and name[1:]}
    return targets


def may_import(importer: str, target: str) -> bool:
    """Whether a wing, or a module outside of them, may import from another."""
    if importer == "cli" or importer == target or target in SHARED:
        return importer not in SHARED or target in SHARED
    if importer in SHARED or target == "cli":
        return False
    if target in DRIVERS:
        return importer == "commands" or importer in DRIVERS
    if importer in DRIVERS:
        return target != "commands"
    return WINGS.index(target) <= WINGS.index(importer)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.as_posix())
def test_a_wing_imports_only_from_those_above_it(path: Path) -> None:
    module = path.with_suffix("").parts
    if module in {("__init__",), ("__main__",)}:
        return
    source = (PACKAGE / path).read_text(encoding="utf-8")
    wrong = [
        ".".join(target)
        for target in imported(source, module)
        if not may_import(module[0], target[0])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        ("from archive.pages.links import count", {("pages", "links", "count")}),
        ("import archive.site.page", {("site", "page")}),
        ("def later():\n    from archive import convert", {("convert",)}),
        ("from . import verify", {("records", "verify")}),
        ("from ..pages import links", {("pages", "links")}),
        ("from .. import build as b", {("build",)}),
        ("import json, archive", set()),
    ],
)
def test_every_form_of_an_import_counts(source: str, targets: set[tuple[str, ...]]) -> None:
    assert imported(source, ("records", "library")) == targets


@pytest.mark.parametrize(
    ("importer", "target", "expected"),
    [
        ("text", "reading", False),
        ("reading", "text", True),
        ("records", "readers", True),
        ("readers", "records", False),
        ("site", "convert", False),
        ("commands", "convert", True),
        ("convert", "commands", False),
        ("build", "site", True),
        ("pages", "cache", True),
        ("cache", "pages", False),
        ("cache", "parallel", True),
        ("site", "cli", False),
        ("cli", "commands", True),
    ],
)
def test_the_rule(importer: str, target: str, expected: bool) -> None:
    assert may_import(importer, target) is expected


def test_every_file_is_in_a_known_wing() -> None:
    outside = {path.stem for path in MODULES if len(path.parts) == 1} - {"__init__", "__main__"}
    assert outside == {*SHARED, *DRIVERS, "cli"}
    assert len(outside) <= MODULES_OUTSIDE
    inside = [path.parts[0] for path in MODULES if len(path.parts) > 1 and path.stem != "__init__"]
    assert set(inside) == set(WINGS)
    assert {
        wing: inside.count(wing) for wing in WINGS if inside.count(wing) > FILES_IN_A_WING
    } == {}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.as_posix())
def test_no_function_is_long(path: Path) -> None:
    tree = ast.parse((PACKAGE / path).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    assert {name: length for name, length in lengths.items() if length > LINES_IN_A_FUNCTION} == {}
