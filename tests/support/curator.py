"""What curators run in an archive: the command `briefs`, and git."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.cli import main
from archive.store import Archive


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


@contextmanager
def each_question_to_git_once() -> Iterator[None]:
    """Remember what git answers to an archive: it says the same wherever the commits are the same.

    An archive asks only for what is committed.
    """
    ask, answers = Archive._git, dict[object, bytes]()

    def ask_once(archive: Archive, ref: str, *arguments: str, given: str = "") -> bytes:
        question = (_refs(archive.root / ".git"), arguments, given)
        if question not in answers:
            answers[question] = ask(archive, ref, *arguments, given=given)
        return answers[question]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Archive, "_git", ask_once)
        yield


def _refs(repository: Path) -> tuple[tuple[str, bytes], ...]:
    """Return all names of commits in a repository; a commit is named by its content."""
    files = [repository / "HEAD", repository / "packed-refs", *(repository / "refs").rglob("*")]
    return tuple((str(f.relative_to(repository)), f.read_bytes()) for f in files if f.is_file())
