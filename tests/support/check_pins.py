"""Check that every pin installs on the oldest Python that is promised, and on the newest that was tried.

Whichever Python runs this, pip looks for the pinned releases that each of those two takes, on a machine like this one. It does so
with --no-deps: which requirements of a package hold (its markers), it would decide by the Python that runs it. They are followed
here instead, with the markers as that Python has them: what is required has to be pinned, at a version that fits.

Nothing is installed, but the package index is asked. Each package that does not install is named, with the reason. Exit codes:
0 all do; 1 some do not; 2 pip could not tell.
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
# Packages without a wheel, and why that is let pass. Their sources are taken, and checked for what Python they require.
WITHOUT_WHEEL = {
    "jstyleson": "it has never had one; it is of Python alone, and only tests use it (extruct requires it)"
}


class PipFailedError(Exception):
    """What pip said when it could not tell of any package that it does not install."""


def read_pins(constraints: str) -> Pins:
    """The version of each package in constraints.txt; a line that pins nothing is an error."""
    lines = [
        line.split("==") for line in constraints.splitlines() if line and not line.startswith("#")
    ]
    return {canonicalize_name(name): version for name, version in lines}


def direct_requirements(pyproject: str) -> tuple[list[str], list[str]]:
    """What the project requires itself, with all its extras; and what it is built with."""
    read = tomllib.loads(pyproject)
    extras = [one for extra in read["project"]["optional-dependencies"].values() for one in extra]
    return [*read["project"]["dependencies"], *extras], read["build-system"]["requires"]


def parse_pip_error(said: str) -> tuple[str, str]:
    """The package that pip found nothing to install for, as "name==version", and why."""
    found = re.search(
        r"^ERROR: No matching distribution found for ([\w.-]+==(\S+))", said, re.MULTILINE
    )
    # Without an answer of the index, pip says that of every package.
    if found is None or "Retrying" in said:
        raise PipFailedError(said)
    asked = re.search(rf"[ ;]{re.escape(found[2])} Requires-Python ([^;\n]+)", said)
    return (
        found[1],
        f"requires Python {asked[1]}"
        if asked
        else "no release of it fits that Python and a machine like this one",
    )


def look_up(python: str, pins: Iterable[str]) -> list[dict[str, Any]]:
    """The metadata of what pip would install."""
    with tempfile.TemporaryDirectory() as folder:
        report, machine = (
            Path(folder, "report.json"),
            [f"--platform={tag}" for tag in platform_tags()],
        )
        formats = ["--only-binary=:all:", f"--no-binary={','.join(WITHOUT_WHEEL)}"]
        # It is pip that demands a target for another Python.
        how = [
            "--dry-run",
            "--no-deps",
            "--progress-bar=off",
            f"--target={folder}/none",
            f"--report={report}",
        ]
        target = ["--implementation=cp", f"--python-version={python}", *machine]
        command = [sys.executable, "-m", "pip", "install", *how, *formats, *target, *pins]
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
        return [
            one["metadata"] for one in json.loads(report.read_text(encoding="utf-8"))["install"]
        ]


def unmet_requirements(
    python: str, wanted: Iterable[str], pins: Pins, requires: dict[NormalizedName, list[str]]
) -> list[str]:
    """What is required on that Python, by pyproject.toml or by a package, and has no pin that fits."""
    version = {
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
        "implementation_version": python,
    }
    environment = {**{key: str(value) for key, value in default_environment().items()}, **version}
    queue = [("pyproject.toml", one, "") for one in wanted]
    found: list[str] = []
    for by, line, extra in queue:  # which grows
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({**environment, "extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        if name not in pins:
            found.append(f"{by} requires {line}: no pin")
        elif not requirement.specifier.contains(pins[name], prereleases=True):
            found.append(f"{by} requires {line}: the pin is {pins[name]}")
        else:
            new = [
                (name, one, extra)
                for extra in ("", *sorted(requirement.extras))
                for one in requires.get(name, [])
            ]
            queue += [one for one in new if one not in queue]
    return list(dict.fromkeys(found))


def find_failures(
    python: str, pins: Pins, wanted: Iterable[str], build: Iterable[str]
) -> Iterator[str]:
    """Each package that does not install on that Python, and why; where all do, what they require without a pin that fits."""
    left = [*(f"{name}=={version}" for name, version in pins.items()), *build]
    sound = True
    while True:
        try:
            found = look_up(python, left)
            break
        except PipFailedError as failed:
            pin, why = parse_pip_error(str(failed))
            yield f"{pin}: {why}"
            left.remove(pin)
            sound = False
    if sound:
        requires = {canonicalize_name(one["name"]): one.get("requires_dist", []) for one in found}
        yield from unmet_requirements(python, wanted, pins, requires)


def main() -> int:
    """Check both Pythons."""
    wanted, build = direct_requirements((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pins = read_pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    failed = False
    for python in PYTHONS:
        try:
            for trouble in find_failures(python, pins, wanted, build):
                print(f"Python {python}: {trouble}", file=sys.stderr)
                failed = True
        except PipFailedError as error:
            print(f"{error}\npip could not tell what installs on Python {python}", file=sys.stderr)
            return 2
    if not failed:
        print(f"All {len(pins) + len(build)} pins install on Python {' and '.join(PYTHONS)}.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
