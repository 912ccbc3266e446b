"""Read what anybody made in a process of its own, with limits of time and memory.

Such a process may crash or be ended. A module that reads so calls `answer` when it is run.
"""

import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Never

from archive.errors import ArchiveError, raise_first

SECONDS, MEGABYTES = 18, 900
DAMAGED = ("the file is damaged", "Get another copy of it, or open it and print it to a new PDF.")


def run_limited(module: str, data: bytes, path: Path, remedy: str) -> Any:
    """Return what a module answers to `data`.

    Raises ArchiveError, which names `path`, when it says so, crashes, or takes too much; then the
    `remedy` is how to give less.
    """
    try:
        done = subprocess.run(  # noqa: S603 (a module of this program)
            [sys.executable, "-P", "-m", module],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ArchiveError(path, "file", "it takes too much time to read", remedy) from None
    raise_first(
        path,
        (done.returncode == os.EX_TEMPFAIL, "file", "it takes too much memory to read", remedy),
        (done.returncode or not done.stdout, "file", *DAMAGED),
    )
    answer = json.loads(done.stdout)
    if "problem" in answer:
        raise ArchiveError(path, "file", **answer)
    return answer["value"]


def answer(read: Callable[[bytes], Any]) -> Never:
    """Write what `read` returns for the bytes on stdin, or the ArchiveError that it raises."""
    threading.Thread(target=_end_when_large, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))  # also without a parent
    try:
        said = {"value": read(sys.stdin.buffer.read())}
    except ArchiveError as error:
        said = {"problem": error.problem, "remedy": error.remedy}
    sys.stdout.write(json.dumps(said))
    sys.stdout.flush()
    os._exit(0)  # to free what was read may take long, or crash


def _end_when_large() -> Never:
    """End this process once it takes too much memory, since macOS has no limit to set."""
    while _memory() < MEGABYTES * 1_000_000:
        time.sleep(0.02)
    os._exit(os.EX_TEMPFAIL)


def _memory() -> int:
    """Return how many bytes of memory this process takes.

    On Linux, the most that it ever took counts what the process took that started it.
    """
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
