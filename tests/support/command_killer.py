"""Run commands of the archive in processes that are killed.

This file is also a program: it reads an order from each line of its input, and answers with a line
of JSON. An order has the `arguments` of a command and at most one of two further keys. `copies` is
a folder for a copy of the archive before each change of a file. `after` is the seconds after which
the process is killed. The answer is the exit code, or null if the process was killed.

A copy before a change is what a process that is killed there leaves behind: what it has not written
yet is nowhere in the archive. So one run gives all of them.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

# Audit events that change files (https://docs.python.org/3/library/audit_events.html).
_CHANGE_EVENTS = {"os.rename", "os.remove", "os.rmdir", "os.truncate"}
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def _is_change(event: str, details: tuple[Any, ...], root: str) -> bool:
    path = os.fspath(details[0]) if details and isinstance(details[0], (str, os.PathLike)) else ""
    # Relative paths come from shutil.rmtree, which uses file descriptors of folders.
    if not path or (path.startswith("/") and not path.startswith(root)):
        return False
    if event == "open":
        return isinstance(details[2], int) and bool(details[2] & _WRITE_FLAGS)
    return event in _CHANGE_EVENTS or (event == "os.mkdir" and not Path(path).exists())


class Killer:
    """A running copy of the program, to which a test sends orders."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(
        self, root: Path, *arguments: str, copies: Path | None = None, after: float | None = None
    ) -> int | None:
        """Run a command on the archive in `root`.

        Returns its exit code, or None if it was killed.
        """
        assert self._process.stdin
        assert self._process.stdout
        order = {
            "arguments": ["--root", str(root), *arguments],
            "copies": str(copies) if copies else None,
            "after": after,
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        code: int | None = json.loads(self._process.stdout.readline())
        return code

    def close(self) -> None:
        """End the program."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def _run(arguments: list[str]) -> int:
    """Run a command, and return its exit code."""
    from archive.cli import main  # noqa: PLC0415 (only the program needs it, not the tests)

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            main(arguments)
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _copy_before_each_change(root: str, to: Path) -> None:
    """From now on, copy `root` into the folder `to` before each change of one of its files.

    A file that is half written counts as a change of its own.
    """
    write_bytes, is_copying = Path.write_bytes, False

    def copy() -> None:
        nonlocal is_copying
        is_copying = True
        shutil.copytree(root, to / str(len([*to.iterdir()])))
        is_copying = False

    def hook(event: str, details: tuple[Any, ...]) -> None:
        if not is_copying and _is_change(event, details, root):
            copy()

    def write_half_first(path: Path, data: bytes) -> int:
        write_bytes(path, data[: len(data) // 2])
        copy()
        return write_bytes(path, data)

    sys.addaudithook(hook)
    Path.write_bytes = write_half_first  # type: ignore[method-assign,assignment]


def _serve() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        arguments, copies, after = order["arguments"], order["copies"], order["after"]
        if copies is None and after is None:  # not forked, so later forks find its modules loaded
            print(json.dumps(_run(arguments)), flush=True)
            continue
        child = os.fork()
        if child == 0:
            if copies is not None:
                _copy_before_each_change(arguments[1], Path(copies))
            os._exit(_run(arguments))
        if after is not None:
            time.sleep(after)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(json.dumps(os.WEXITSTATUS(status) if os.WIFEXITED(status) else None), flush=True)


if __name__ == "__main__":
    _serve()
