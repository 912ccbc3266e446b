"""One command at a time, and what it takes to undo one that was broken off.

Before a file is touched, what it holds is put into briefs/.undo/, which appears whole, by one
renaming, and goes by another when all is done. So a run that fails or is killed leaves either
nothing or a whole .undo/, from which the next one puts everything back. That is a rollback
journal, as databases keep one (https://sqlite.org/atomiccommit.html).
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ArchiveError
from archive.files import write_atomically

_UNDO, _LIST = ".undo", "files.json"


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the archive for one command that writes, and first put back what a broken-off one left.

    Waits for another to end. The lock goes with the process, however that ends. Raises ArchiveError
    when there is no archive.
    """
    with _locked(root, fcntl.LOCK_EX):
        put_back(root)
        yield


@contextmanager
def _locked(root: Path, how: int) -> Iterator[None]:
    folder = root / "briefs"
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise ArchiveError(
            folder,
            "folder",
            f"cannot be read ({error.strerror})",
            "Give the archive's folder: --root.",
        ) from None
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def settle(root: Path, *, dry: bool = False) -> None:
    """Put back what a broken-off command left, or raise ArchiveError.

    It raises when nothing is to be written (`dry`).

    For commands that first show what they would do: what they read has to be whole.
    """
    if dry:
        refuse_unfinished(root)
    else:
        with alone(root):
            pass


def refuse_unfinished(root: Path) -> None:
    """Raise ArchiveError when a broken-off command left something to put back.

    For commands that write nothing. Waits for one that is still at work.
    """
    undo = root / "briefs" / _UNDO
    with _locked(root, fcntl.LOCK_SH):
        unfinished = undo.exists()
    if unfinished:
        remedy = (
            "Run `briefs convert`: it puts back what was there, and brings the pages up to date."
        )
        raise ArchiveError(undo, "folder", "a command was broken off while it wrote", remedy)


def put_back(root: Path) -> None:
    """Give the files of a broken-off command the content that they had.

    Does nothing when there is none.
    """
    folder = root / "briefs"
    undo = folder / _UNDO
    try:
        for part in folder.glob(f"{_UNDO}-*"):  # it was not whole, so nothing had been touched
            shutil.rmtree(part)
        for half in (
            *folder.rglob(".*.part"),
            *(root / "docs").rglob(".*.part"),
        ):  # files.write_atomically was broken off
            half.unlink(missing_ok=True)
        if not undo.exists():
            return
        for name, kept in json.loads((undo / _LIST).read_text(encoding="utf-8")).items():
            file = root / name
            if kept is None:
                file.unlink(missing_ok=True)
            elif not file.exists() or file.read_bytes() != (undo / kept).read_bytes():
                write_atomically(file, (undo / kept).read_bytes())
    except OSError as error:
        remedy = "Make room or give yourself the right to write there, then run the command again."
        raise ArchiveError(
            undo, "folder", f"it cannot be put back ({error.strerror})", remedy
        ) from None
    except (ValueError, AttributeError, TypeError):
        remedy = "Restore briefs/ as committed, then remove this folder."
        raise ArchiveError(
            undo / _LIST, "file", "somebody has changed it: it does not say what was there", remedy
        ) from None
    forget(root)


def keep(root: Path, paths: Iterable[Path]) -> None:
    """Keep what the files `paths` hold, or that they are not there.

    To be called before they are touched.
    """
    undo = root / "briefs" / _UNDO
    folder = undo
    try:
        folder = (
            undo if undo.exists() else Path(tempfile.mkdtemp(dir=undo.parent, prefix=f"{_UNDO}-"))
        )
        kept: dict[str, str | None] = (
            json.loads((undo / _LIST).read_text(encoding="utf-8")) if folder == undo else {}
        )
        for path in paths:
            name = path.relative_to(root).as_posix()
            if name not in kept:
                kept[name] = str(len(kept)) if path.exists() else None
                if path.exists():
                    shutil.copyfile(path, folder / str(kept[name]))
        write_atomically(folder / _LIST, json.dumps(kept))
        if folder != undo:
            folder.rename(undo)
    except BaseException as error:
        if folder != undo:
            shutil.rmtree(folder, ignore_errors=True)
        if not isinstance(error, OSError):
            raise
        remedy = "Make room or give yourself the right to write there, then run the command again."
        raise ArchiveError(
            undo, "folder", f"cannot be written ({error.strerror})", remedy
        ) from None


def forget(root: Path) -> None:
    """Drop what was kept, as all is done: first its name, in one step."""
    undo = root / "briefs" / _UNDO
    try:
        done = Path(tempfile.mkdtemp(dir=undo.parent, prefix=f"{_UNDO}-"))
        undo.replace(done)
        shutil.rmtree(done)
    except OSError as error:
        remedy = "Make room or give yourself the right to write there, then run `briefs convert`."
        raise ArchiveError(
            undo, "folder", f"cannot be removed ({error.strerror})", remedy
        ) from None
