"""Check that every pin installs on the oldest supported Python and on the newest tested one.

For each of the two, pip looks for the pinned releases that fit that Python on this platform. It
runs with --no-deps, because it evaluates markers for the Python that runs it. This module follows
the requirements itself, with the markers of the target Python. Every requirement must have a pin
that fits.

Nothing is installed, but the package index is queried. Each package that does not install is
printed with the reason. Exit codes: 0 all install; 1 some do not; 2 pip gave no answer.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.tags import platform_tags
from packaging.utils import NormalizedName, canonicalize_name

Pins = dict[NormalizedName, str]
ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("3.11.0", "3.13.0")
# Packages without a wheel, and why each is allowed. pip downloads their sources, and checks which
# Python those require.
WITHOUT_WHEEL = {"jstyleson": "it never had a wheel; it is pure Python, and extruct uses it"}


class PipFailedError(Exception):
    """pip failed without naming a package that does not install; holds its output."""


def read_pins(constraints: str) -> Pins:
    """Return the version of each package in constraints.txt.

    Raises ValueError for a line that is not a pin.
    """
    lines = [
        line.split("==") for line in constraints.splitlines() if line and not line.startswith("#")
    ]
    return {canonicalize_name(name): version for name, version in lines}


def direct_requirements(pyproject: str) -> tuple[list[str], list[str]]:
    """Return the requirements of the project with all its extras, and those of its build."""
    settings = tomllib.loads(pyproject)
    project = settings["project"]
    extras = [line for extra in project["optional-dependencies"].values() for line in extra]
    return [*project["dependencies"], *extras], settings["build-system"]["requires"]


def parse_pip_error(output: str) -> tuple[str, str]:
    """Return the pin for which pip found no release, as "name==version", and the reason.

    Raises PipFailedError if the output names no such pin.
    """
    error = re.search(
        r"^ERROR: No matching distribution found for ([\w.-]+==(\S+))", output, re.MULTILINE
    )
    # If the index does not answer, pip prints this error for every package.
    if error is None or "Retrying" in output:
        raise PipFailedError(output)
    required = re.search(rf"[ ;]{re.escape(error[2])} Requires-Python ([^;\n]+)", output)
    return (
        error[1],
        f"requires Python {required[1]}"
        if required
        else "no release of it fits that Python on this platform",
    )


def look_up(python: str, pins: Iterable[str]) -> list[dict[str, Any]]:
    """Return the metadata of the packages that pip would install.

    Raises PipFailedError if pip fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        platforms = [f"--platform={tag}" for tag in platform_tags()]
        formats = ["--only-binary=:all:", f"--no-binary={','.join(WITHOUT_WHEEL)}"]
        # pip demands a --target when it resolves for another Python.
        options = [
            "--dry-run",
            "--no-deps",
            "--progress-bar=off",
            f"--target={folder}/none",
            f"--report={report}",
        ]
        target = ["--implementation=cp", f"--python-version={python}", *platforms]
        command = [sys.executable, "-m", "pip", "install", *options, *formats, *target, *pins]
        result = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if result.returncode:
            raise PipFailedError(result.stdout)
        packages = json.loads(report.read_text(encoding="utf-8"))["install"]
        return [package["metadata"] for package in packages]


def unmet_requirements(
    python: str, wanted: Iterable[str], pins: Pins, requires: dict[NormalizedName, list[str]]
) -> list[str]:
    """Return the requirements on that Python that have no pin that fits.

    `wanted` are the requirements in pyproject.toml, `requires` those of each package.
    """
    version = {
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
        "implementation_version": python,
    }
    environment = {**{key: str(value) for key, value in default_environment().items()}, **version}
    queue = [("pyproject.toml", line, "") for line in wanted]
    faults: list[str] = []
    for by, line, extra in queue:  # grows while it is read
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({**environment, "extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        if name not in pins:
            faults.append(f"{by} requires {line}: no pin")
        elif not requirement.specifier.contains(pins[name], prereleases=True):
            faults.append(f"{by} requires {line}: the pin is {pins[name]}")
        else:
            new = [
                (name, required, extra)
                for extra in ("", *sorted(requirement.extras))
                for required in requires.get(name, [])
            ]
            queue += [entry for entry in new if entry not in queue]
    return list(dict.fromkeys(faults))


def find_failures(
    python: str, pins: Pins, wanted: Iterable[str], build: Iterable[str]
) -> Iterator[str]:
    """Yield each package that does not install on that Python, with the reason.

    If all install, yield each requirement that has no pin that fits.
    """
    left = [*(f"{name}=={version}" for name, version in pins.items()), *build]
    all_install = True
    while True:
        try:
            packages = look_up(python, left)
            break
        except PipFailedError as failed:
            pin, reason = parse_pip_error(str(failed))
            yield f"{pin}: {reason}"
            left.remove(pin)
            all_install = False
    if all_install:
        requires = {
            canonicalize_name(package["name"]): package.get("requires_dist", [])
            for package in packages
        }
        yield from unmet_requirements(python, wanted, pins, requires)


def main() -> int:
    """Check both Pythons, and return the exit code."""
    wanted, build = direct_requirements((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pins = read_pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    failed = False
    for python in PYTHONS:
        try:
            for failure in find_failures(python, pins, wanted, build):
                print(f"Python {python}: {failure}", file=sys.stderr)
                failed = True
        except PipFailedError as error:
            print(f"{error}\npip gave no answer for Python {python}", file=sys.stderr)
            return 2
    if not failed:
        print(f"All {len(pins) + len(build)} pins install on Python {' and '.join(PYTHONS)}.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
