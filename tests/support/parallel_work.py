"""Functions for workers to run.

Each worker imports the module of its function, so this one imports nothing that takes time.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from archive.errors import ArchiveError


def square(number: int) -> int:
    return number * number


def process_id(_: int) -> int:
    return os.getpid()


def refuse(number: int) -> int:
    if number in (7, 8):
        raise ArchiveError(f"{number}.yml", "date", "it is missing", "Write it.")
    return number


def kill_process(at: int, size: int, number: int) -> bytes:
    if number == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return bytes(size)


def touch(folder: Path, number: int) -> None:
    (folder / str(number)).touch()


def sleep(seconds: float, number: int) -> int:
    time.sleep(seconds)
    return number
