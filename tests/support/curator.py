"""What curators run in an archive: the command `briefs`, and git."""

from __future__ import annotations

import subprocess
from pathlib import Path

from click.testing import CliRunner, Result

from archive.cli import main


def briefs(root: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["--root", str(root), *map(str, arguments)])


def git(root: Path, *arguments: str, fails: bool = False) -> str:
    identity = ["-c", "user.name=A Curator", "-c", "user.email=desk@briefs.example"]
    result = subprocess.run(
        ["git", "-C", str(root), *identity, *arguments], check=False, capture_output=True, text=True
    )
    assert (result.returncode != 0) == fails, result.stdout + result.stderr
    return result.stdout


def publish(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "Publish")
