"""Reading and writing the archive's own files."""

from __future__ import annotations

from pathlib import Path

from archive.errors import ArchiveError

_READABLE = 0o644


def read_text(path: Path) -> str:
    """The text of a file that curators or convert wrote.

    Raises ArchiveError when it is missing or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ArchiveError(
            path, "file", f"cannot be read ({error.strerror})", "Restore the file."
        ) from None
    except UnicodeDecodeError as error:
        raise ArchiveError(
            path, f"byte {error.start}", "this is not UTF-8 text", "Save the file in UTF-8."
        ) from None


def write_atomically(path: Path, content: str | bytes) -> None:
    """Put `content` at `path` in one step: a reader sees the old file or the new one, never a part.

    Raises ArchiveError when the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # What a killed run leaves has the name under which the next one writes the same file.
        part = path.with_name(f".{path.name}.part")
        try:
            part.write_bytes(content.encode() if isinstance(content, str) else content)
            if (
                part.stat().st_mode & 0o777 != _READABLE
            ):  # whatever the umask: a server has to read it
                part.chmod(_READABLE)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        remedy = "Make room or give yourself the right to write there, then run the command again."
        raise ArchiveError(path, "file", f"cannot be written ({error.strerror})", remedy) from None


def remove(path: Path) -> None:
    """Remove a file. Raises ArchiveError when the disk refuses."""
    try:
        path.unlink()
    except OSError as error:
        remedy = "Give yourself the right to write there, then run the command again."
        raise ArchiveError(path, "file", f"cannot be removed ({error.strerror})", remedy) from None
