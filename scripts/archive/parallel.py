"""Work on many things in as many processes as the machine has cores."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO, TypeVar

from archive.errors import ArchiveError

T = TypeVar("T")
R = TypeVar("R")

# So many briefs take a second, more than it costs to have help: below that, all is done in one process, and nothing kept.
MANY = 100


def cores() -> int:
    """How many cores this process may use; no more than eight, since each works in memory of its own."""
    allowed = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return min(allowed, 8)


def map(work: Callable[[T], R], things: Sequence[T], *, fewest: int = MANY) -> Iterator[R]:
    """What `work` makes of each thing, in order; raises what it raises. Fewer than `fewest` are not worth a process.

    The processes are forks: `work` may use whatever there is in memory, and only what it returns is passed on, pickled. A fork
    takes every so-manieth thing and dies when nobody reads on, so none is left behind by a run that is killed. (The standard
    library's pools wait for ever then.)
    """
    forks = cores()
    if len(things) < fewest or forks == 1:
        yield from (work(thing) for thing in things)
        return
    pipes = [_forked(work, things[first::forks]) for first in range(min(forks, len(things)))]
    try:
        for place in range(len(things)):
            try:
                made = pickle.load(pipes[place % len(pipes)][1])  # noqa: S301 (our own fork wrote it)
            except EOFError:
                remedy = "Close other programs, so that there is memory for it, and run the command again."
                raise ArchiveError(
                    "this machine", "memory", "a process that shared the work was ended", remedy
                ) from None
            if isinstance(made, BaseException):
                raise made
            yield made
    finally:
        for process, pipe in pipes:
            pipe.close()
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def run(work: Callable[[T], None], things: Sequence[T]) -> None:
    """Do `work` on each thing, for what it writes to the disk; raises what it raises."""
    for _ in map(work, things):
        pass


def _forked(work: Callable[[T], R], things: Sequence[T]) -> tuple[int, BinaryIO]:
    """A process that does its share, and the pipe from which the results can be read."""
    read, write = os.pipe()
    if process := os.fork():
        os.close(write)
        return process, os.fdopen(read, "rb")
    try:
        os.close(read)
        with os.fdopen(write, "wb") as pipe:
            for thing in things:
                try:
                    made: R | BaseException = work(thing)
                except Exception as error:  # the one who reads raises it again
                    made = error
                pickle.dump(made, pipe, pickle.HIGHEST_PROTOCOL)
                if isinstance(made, BaseException):
                    break
    finally:
        os._exit(0)
