"""Find programs that pip cannot install, or install them from Debian, and print their paths."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
]

MINI_BROWSER = "/usr/lib/*/webkit2gtk-4.1/MiniBrowser"


@dataclass(frozen=True)
class Program:
    """A program that tests need, and how to find or install it.

    `names` are the commands that may run it, `packages` Debian's packages. The environment variable
    `variable` may hold its path. `beside` has what it needs beside it, each with its package:
    commands, patterns of files, and libraries, which only Linux needs.
    """

    purpose: str
    names: tuple[str, ...]
    packages: tuple[str, ...]
    variable: str | None = None
    beside: dict[str, str] = field(default_factory=dict)


PROGRAMS = {
    "chromium": Program(
        "The browser tests need Chromium, driven by Playwright",
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        ("chromium", "fonts-noto-cjk"),
        "CHROMIUM",
        # The Node.js of Playwright needs it; Chromium does not.
        {"libatomic.so.1": "libatomic1"},
    ),
    "firefox": Program(
        "Some browser tests need Firefox", ("firefox-esr", "firefox"), ("firefox-esr",), "FIREFOX"
    ),
    "java": Program("The HTML checker needs Java", ("java",), ("default-jre-headless",)),
    # Debian puts nginx into a folder that is only in the PATH of root.
    "nginx": Program(
        "The tests of the server's sample need nginx", ("nginx", "/usr/sbin/nginx"), ("nginx",)
    ),
    "npm": Program("The HTML checker and Lighthouse are installed by npm", ("npm",), ("npm",)),
    "webkit": Program(
        "Some browser tests need WebKit, the engine of Safari, and a screen in memory",
        ("WebKitWebDriver",),
        ("webkit2gtk-driver",),
        beside={
            MINI_BROWSER: "libwebkit2gtk-4.1-0",
            "Xvfb": "xvfb",
            # The driver cannot print, so the tests do it from Python.
            "/usr/lib/*/girepository-1.0/WebKit2-4.1.typelib": "gir1.2-webkit2-4.1",
            "/usr/lib/python3/dist-packages/gi": "python3-gi",
        },
    ),
}


def find(name: str) -> str | None:
    """Return the path of a program, or None if it or what it needs beside it is missing."""
    program = PROGRAMS[name]
    return None if _missing_beside(program) else _path(program)


def remedy(name: str) -> str:
    """Return what to do about a missing program, as a sentence."""
    program = PROGRAMS[name]
    path = _path(program)
    packages = ([] if path else [program.packages[0]]) + _missing_beside(program)
    setting = f", or set {program.variable} to its path" if program.variable and not path else ""
    noun = "packages" if len(packages) > 1 else "package"
    return f"{program.purpose}: install Debian's {noun} {' and '.join(packages)}{setting}."


def _path(program: Program) -> str | None:
    configured = os.environ.get(program.variable) if program.variable else None
    return (
        configured
        if configured and shutil.which(configured)
        else next(filter(None, map(shutil.which, program.names)), None)
    )


def _missing_beside(program: Program) -> list[str]:
    """Return Debian's packages of what is missing beside a program."""
    return [package for name, package in program.beside.items() if beside(name) is None]


def beside(name: str) -> str | None:
    """Return where a library, a file or a command is, or None if it is missing."""
    if ".so" in name:
        return name if sys.platform != "linux" or _can_load(name) else None
    if name.startswith("/"):
        return next((str(path) for path in Path("/").glob(name[1:])), None)
    return shutil.which(name)


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install(packages: list[str]) -> None:
    """Install Debian's packages as root, or with a sudo that needs no password.

    Does nothing if neither is available.
    """
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
    """Find each program, and install those that are missing. Print each path, or what to do.

    Returns the exit code: 1 if a program is still missing.
    """
    paths = {name: find(name) for name in names}
    missing = [name for name, path in paths.items() if path is None]
    if missing:
        install(
            [
                package
                for name in missing
                for package in (*PROGRAMS[name].packages, *PROGRAMS[name].beside.values())
            ]
        )
        paths = {name: find(name) for name in names}
    for name, path in paths.items():
        print(path or remedy(name), file=sys.stdout if path else sys.stderr)
    return int(None in paths.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
