"""Print the paths of programs that pip cannot install: those that are there, or Debian's, installed when this user may do so."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
]


@dataclass(frozen=True)
class Program:
    """What it is needed for, the names it goes by, Debian's packages of it, and the variable that may hold its path.

    On Linux, libraries that are needed beside it, each with Debian's package.
    """

    purpose: str
    names: tuple[str, ...]
    packages: tuple[str, ...]
    variable: str | None = None
    libraries: dict[str, str] = field(default_factory=dict)


PROGRAMS = {
    "chromium": Program(
        "The browser tests need Chromium, driven by Playwright",
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        ("chromium", "fonts-noto-cjk"),
        "CHROMIUM",
        {
            "libatomic.so.1": "libatomic1"
        },  # of the Node.js that Playwright brings; Chromium itself does without
    ),
    "java": Program("The HTML checker needs Java", ("java",), ("default-jre-headless",)),
    # Debian puts it where only root looks for programs.
    "nginx": Program(
        "The tests of the server's sample need nginx", ("nginx", "/usr/sbin/nginx"), ("nginx",)
    ),
    "npm": Program("The HTML checker and Lighthouse come by npm", ("npm",), ("npm",)),
}


def find(name: str) -> str | None:
    """The path of the program that is there, with all that it needs."""
    program = PROGRAMS[name]
    return None if _missing_libraries(program) else _path(program)


def remedy(name: str) -> str:
    """What a person is told where the program is missing."""
    program = PROGRAMS[name]
    there = _path(program)
    packages = ([] if there else [program.packages[0]]) + _missing_libraries(program)
    path = f", or set {program.variable} to its path" if program.variable and not there else ""
    return f"{program.purpose}: install Debian's package{'s' * (len(packages) > 1)} {' and '.join(packages)}{path}."


def _path(program: Program) -> str | None:
    named = os.environ.get(program.variable) if program.variable else None
    return (
        named
        if named and shutil.which(named)
        else next(filter(None, map(shutil.which, program.names)), None)
    )


def _missing_libraries(program: Program) -> list[str]:
    """Debian's packages of those libraries that are not there."""
    return [
        package
        for library, package in program.libraries.items()
        if sys.platform == "linux" and not _loads(library)
    ]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install(packages: list[str]) -> None:
    """Install Debian's packages, as root or with sudo that asks for no password. Does nothing where neither is to be had."""
    if not shutil.which("apt-get"):
        return
    sudo: list[str] = []
    if os.geteuid() != 0:
        if (
            not shutil.which("sudo")
            or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
        ):
            return
        sudo = ["sudo", "-n"]
    print(f"installing {', '.join(packages)} …", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        subprocess.run(
            [*sudo, "apt-get", *command], stdout=sys.stderr, check=False, env=environment
        )


def main(names: list[str]) -> int:
    """Find each, or install and find it, or say what to do."""
    paths = {name: find(name) for name in names}
    missing = [name for name, path in paths.items() if path is None]
    if missing:
        install(
            [
                package
                for name in missing
                for package in (*PROGRAMS[name].packages, *PROGRAMS[name].libraries.values())
            ]
        )
        paths = {name: find(name) for name in names}
    for name, path in paths.items():
        print(path or remedy(name), file=sys.stdout if path else sys.stderr)
    return int(None in paths.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
