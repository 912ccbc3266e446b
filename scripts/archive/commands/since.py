"""`briefs check --since`: proof that no line of the ledger is lost since a commit.

No line as it was at the commit is gone, changed or out of its place. Nor is any series gone: the
pages of institutes have a place for each.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from archive.errors import ArchiveError
from archive.files import read_text
from archive.records.ledger import ADDRESSES
from archive.records.redirects import REDIRECTS, load_redirects
from archive.records.yamlfile import load_yaml

_LEDGER = "briefs/ledger"


def lost_since(root: Path, ref: str) -> list[str]:
    """What each lost line was, one a line, empty when nothing is lost.

    Raises ArchiveError when git has no such commit. A brief's lines say in which order its blocks
    stand, so those of the commit have to come first, as they were. Addresses have no order, and may
    be given a redirect: that is for convert to see to.
    """
    commit = _git(root, ref, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").strip()
    # Paths are as git sees them from the archive's folder, which may be a part of the repository.
    folder = f"./{_LEDGER}/"
    if not _git(root, ref, "ls-tree", "--name-only", commit, folder):
        raise ArchiveError(
            root / _LEDGER, "--since", f"{ref} has no ledger", "Name a commit of this archive."
        )
    changed = _git(
        root,
        ref,
        "diff",
        "--name-only",
        "--no-renames",
        "--diff-filter=a",
        "-z",
        "--relative",
        commit,
        "--",
        folder,
    )
    lost = []
    for path in filter(None, changed.split("\0")):
        old = _git(root, ref, "show", f"{commit}:./{path}").splitlines()
        file = root / path
        new = read_text(file).splitlines() if file.exists() else []
        lost += [
            f"{path}: {fault}"
            for fault in (_addresses if file.name == ADDRESSES else _blocks)(old, new)
        ]
    return lost + _series(root, ref, commit)


def committed(root: Path, path: str) -> str | None:
    """The content of a file of the archive as it is published.

    That is on the branch main, here or where it came from; without such a branch, in the last
    commit. None when it is not there, or when the archive is in no repository. Raises ArchiveError
    when it is in one that git cannot read: then nothing tells what is published.
    """
    folders = [root.resolve(), *root.resolve().parents]
    if "GIT_DIR" not in os.environ and not any((folder / ".git").exists() for folder in folders):
        return None
    try:
        _git(root, "HEAD", "rev-parse", "--git-dir")
    except ArchiveError as error:
        remedy = "Mend that first: only git tells what is published."
        raise ArchiveError(root, "git", f"it cannot be asked: {error.problem}", remedy) from None
    for refs in (("main", "origin/main"), ("HEAD",)):
        known = [
            ref
            for ref in refs
            if _try_git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        ]
        contents = (_try_git(root, "show", f"{ref}:./{path}") for ref in known)
        if known:
            return next((content for content in contents if content is not None), None)
    return None


def _try_git(root: Path, *arguments: str) -> str | None:
    """What git prints; None when it knows no such thing."""
    try:
        return _git(root, arguments[-1], *arguments)
    except ArchiveError:
        return None


def _series(root: Path, ref: str, commit: str) -> list[str]:
    """Series that are gone.

    /institutes/<id>/#<series> is an address too, which no page of its own stands for.
    """
    path = "briefs/authority/institutes.yml"
    if not _git(root, ref, "ls-tree", "--name-only", commit, f"./{path}"):
        return []
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder, "institutes.yml")
        old.write_text(_git(root, ref, "show", f"{commit}:./{path}"), encoding="utf-8")
        try:
            before = _series_in(old)
        except ArchiveError as error:
            raise ArchiveError(
                f"{ref}:{path}",
                error.field,
                error.problem,
                "Name a commit at which it can be read.",
            ) from None
    now, redirects = _series_in(root / path), load_redirects(root / "briefs" / REDIRECTS)
    gone = []
    for body, series in sorted(before - now):
        moved = redirects.get(f"/institutes/{body}/")
        if moved is None or (moved.new.split("/")[2], series) not in now:
            gone.append(f"{path}: {body}.series.{series}: it is gone, and its place on the page")
    return gone


def _series_in(path: Path) -> set[tuple[str, str]]:
    """The institutes and series of an authority file, by their ids."""
    bodies = {
        body: fields.get("series")
        for body, fields in load_yaml(path).items()
        if isinstance(fields, dict)
    }
    return {
        (body, series)
        for body, listed in bodies.items()
        if isinstance(listed, dict)
        for series in listed
    }


def _addresses(old: list[str], new: list[str]) -> list[str]:
    now = dict(row.partition("\t")[::2] for row in new)
    return [
        _fault(*row.partition("\t")[::2], now)
        for row in old
        if now.get(row.partition("\t")[0]) != row.partition("\t")[2]
    ]


def _blocks(old: list[str], new: list[str]) -> list[str]:
    now = dict(row.partition("\t")[::2] for row in new)
    return [
        _fault(*row.partition("\t")[::2], now)
        for place, row in enumerate(old)
        if new[place : place + 1] != [row]
    ]


def _fault(key: str, rest: str, now: dict[str, str]) -> str:
    if key not in now:
        return f"{key}: the line is gone"
    return (
        f"{key}: the line was changed"
        if now[key] != rest
        else f"{key}: the line is out of its place"
    )


def _git(root: Path, ref: str, *arguments: str) -> str:
    """What git prints. Raises ArchiveError when git is missing or does not know the commit."""
    try:
        command = ["git", "-C", str(root), *arguments]
        result = subprocess.run(  # noqa: S603 (no shell)
            command, capture_output=True, encoding="utf-8", errors="replace", check=False
        )
    except FileNotFoundError:
        raise ArchiveError(
            root, "--since", "git is not installed", "Install git, or check without --since."
        ) from None
    if result.returncode:
        said = result.stderr.strip()
        problem = f"git knows no commit {ref!r} here{f' ({said})' if said else ''}"
        raise ArchiveError(
            root,
            "--since",
            problem,
            "Name a commit, branch or tag of this repository, such as main.",
        )
    return result.stdout
