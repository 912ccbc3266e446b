"""check_pins reads the pins and pip's answers correctly. No test runs pip."""

from __future__ import annotations

from typing import Any

import pytest
from packaging.utils import NormalizedName, canonicalize_name

import check_pins
from check_pins import (
    PYTHONS,
    PipFailedError,
    direct_requirements,
    find_failures,
    parse_pip_error,
    read_pins,
    unmet_requirements,
)
from repository import ROOT

PINS = read_pins("# Pinned.\nPy_One==1.2\ntwo==2.0b1\n")
# The output of pip 26, shortened.
TOO_NEW = """ERROR: Ignored the following yanked versions: 3.0, 3.0.1
ERROR: Ignored the following versions that require a different python version: \
4.1 Requires-Python >=3.12; 4.1.2 Requires-Python >=3.11.5
ERROR: Could not find a version that satisfies the requirement soupsieve==4.1.2 \
(from versions: 2.9.2, 2.10)
ERROR: No matching distribution found for soupsieve==4.1.2
"""
NO_WHEEL = """ERROR: Could not find a version that satisfies the requirement jstyleson==0.0.2 \
(from versions: none)
ERROR: No matching distribution found for jstyleson==0.0.2
"""


def test_names_of_pins_are_normalised() -> None:
    assert PINS == {"py-one": "1.2", "two": "2.0b1"}
    with pytest.raises(ValueError):
        read_pins("two>=2\n")


def test_the_pin_without_a_release_is_read_from_pips_output() -> None:
    assert parse_pip_error(TOO_NEW) == ("soupsieve==4.1.2", "requires Python >=3.11.5")
    assert parse_pip_error(NO_WHEEL) == (
        "jstyleson==0.0.2",
        "no release of it fits that Python on this platform",
    )


@pytest.mark.parametrize(
    "output",
    [
        "ERROR: Exception:\n",
        f"WARNING: Retrying (Retry(total=0)) after connection broken\n{NO_WHEEL}",
    ],
)
def test_no_package_is_named_if_pip_got_no_answer(output: str) -> None:
    with pytest.raises(PipFailedError):
        parse_pip_error(output)


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ("py.one>=1", []),
        ("two", []),
        ("py-one>=2", ["pyproject.toml requires py-one>=2: the pin is 1.2"]),
        ("three", ["pyproject.toml requires three: no pin"]),
        ("three; python_version < '3.13'", []),
        (
            "three; python_version >= '3.13'",
            ["pyproject.toml requires three; python_version >= '3.13': no pin"],
        ),
        ("three; python_full_version >= '3.13.1'", []),
        ("two[more]", ["two requires four; extra == 'more': no pin"]),
    ],
)
def test_a_requirement_without_a_pin_that_fits_is_a_fault(line: str, faults: list[str]) -> None:
    requires = requires_of(
        two=["four; extra == 'more'", "py_one", "five; python_version < '3.12'"], py_one=["two"]
    )
    assert unmet_requirements("3.13.0", [line], PINS, requires) == faults


def requires_of(**lines: list[str]) -> dict[NormalizedName, list[str]]:
    return {canonicalize_name(name): requirements for name, requirements in lines.items()}


def test_each_package_that_does_not_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(python: str, pins: list[str]) -> list[dict[str, Any]]:
        for pin in ("two==2.0b1", "build==3"):
            if pin in pins:
                raise PipFailedError(f"ERROR: No matching distribution found for {pin}\n")
        return [{"name": "py_one"}]

    monkeypatch.setattr(check_pins, "look_up", look_up)
    assert [
        one.split(":")[0] for one in find_failures("3.11.0", PINS, ["three"], ["build==3"])
    ] == [
        "two==2.0b1",
        "build==3",
    ]
    assert list(find_failures("3.11.0", read_pins("Py.One==1.2\n"), ["py-one", "three"], [])) == [
        "pyproject.toml requires three: no pin"
    ]


@pytest.mark.parametrize("python", PYTHONS)
def test_what_the_project_requires_is_pinned(python: str) -> None:
    pins = read_pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    wanted, build = direct_requirements((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert unmet_requirements(python, wanted, pins, {}) == []
    assert all("==" in line for line in build)
