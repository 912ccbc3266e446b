"""Print the path of Chromium: $CHROMIUM, or one on the PATH, or Debian's, installed when this user may do so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The Chromium that is there."""
    named = os.environ.get("CHROMIUM")
    return named if named and shutil.which(named) else next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """Install Debian's package, as root or with sudo that asks for no password. Does nothing where neither is to be had."""
    if not shutil.which("apt-get"):
        return
    sudo: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode:
            return
        sudo = ["sudo", "-n"]
    print("installing chromium …", file=sys.stderr)
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"]):
        subprocess.run(
            [*sudo, "apt-get", *command], stdout=sys.stderr, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        )


def main() -> int:
    """Find it, or install and find it, or say what to do."""
    path = find()
    if path is None:
        install()
        path = find()
    if path is None:
        print("The browser tests need Chromium: install Debian's package chromium, or set CHROMIUM to its path.", file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
