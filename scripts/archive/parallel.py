"""Share work between as many processes as the machine has cores.

Work is a function of a module, or a `functools.partial` of one. Its arguments and results can be
pickled, since processes share no memory; they share the disk with the archive. So any
`concurrent.futures.Executor` could take the place of the processes of this machine.
"""

import gc
import os
import pickle
import secrets
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager, nullcontext
from contextvars import ContextVar
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from archive.errors import ArchiveError

T = TypeVar("T")
R = TypeVar("R")

# Work on fewer briefs takes less than a second, which other processes and a cache hardly shorten.
MANY = 100
# Shares of the work for each process: few, since each costs a file and a message, but enough that
# no process waits long for the others at the end.
_SHARES_PER_PROCESS = 4


def cores() -> int:
    """Count the cores that this process may use, up to eight: each works in memory of its own."""
    return min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8
    )


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait meanwhile; processes that are started never get them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def workers() -> Iterator[None]:
    """Let every `map` within use one set of processes, which starts with the first."""
    shared = _current.get()
    with nullcontext(shared) if shared else closing(_Pool()) as pool:
        token = _current.set(pool)
        try:
            yield
        finally:
            _current.reset(token)


def map(work: Callable[[T], R], things: Sequence[T]) -> Iterator[R]:
    """Yield what `work` returns for each thing, in order; raise what it raises.

    Fewer things than MANY are done in this process. When the caller stops early, by an error
    or by choice, the processes end before anything else is done.
    """
    if len(things) < MANY or cores() == 1:
        yield from (work(thing) for thing in things)
        return
    shared = _current.get()
    with nullcontext(shared) if shared else closing(_Pool()) as pool:
        yield from pool.map(work, things)


class _Pool:
    """The processes, and the folder through which they get work and return results.

    Only the names of files go through pipes, since those are written at once. A process that is
    killed while it writes a long message leaves half of it, and the standard library would wait for
    the rest for ever.
    """

    def __init__(self) -> None:
        self._executor: Executor | None = None
        self._folder = Path(tempfile.gettempdir(), f"briefs-{secrets.token_hex(8)}")
        self._at_end = ExitStack()

    def _start(self) -> Executor:
        end, lifeline = Pipe(duplex=False)
        # Spawned, not forked: this process may have threads, whose locks a fork would inherit.
        executor = ProcessPoolExecutor(
            cores(), get_context("spawn"), _begin, (end, self._folder, gc.get_threshold())
        )
        # Where the program is only being imported by a process, this raises RuntimeError. So the
        # folder is made after it: nobody would remove it there.
        with uninterrupted():
            executor.submit(int)
        self._folder.mkdir(mode=0o700)
        # The last is called first: without their lifeline, processes end even at work.
        self._at_end.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._at_end.callback(executor.shutdown, cancel_futures=True)
        self._at_end.callback(lifeline.close)
        return executor

    def close(self) -> None:
        """End the processes, even at work, and remove the folder."""
        self._at_end.close()
        self._executor = None

    def map(self, work: Callable[[T], R], things: Sequence[T]) -> Iterator[R]:
        """Yield what `work` returns for each thing, in order; raise what it raises."""
        self._executor = self._executor or self._start()
        size = -(-len(things) // (_SHARES_PER_PROCESS * cores()))
        futures = {}
        try:
            for first in range(0, len(things), size):
                share = self._folder / secrets.token_hex(8)
                share.write_bytes(pickle.dumps((work, things[first : first + size])))
                with uninterrupted():
                    futures[share] = self._executor.submit(_do, share)
            for share, future in futures.items():
                future.result()
                results, error = _load(share)
                share.unlink()
                yield from results
                if error:
                    raise error
        except BaseException as raised:  # also when the caller stops early
            self.close()
            if not isinstance(raised, BrokenExecutor):
                raise
            raise ArchiveError(
                "this machine",
                "memory",
                "a process that shared the work was ended",
                "Close other programs, so that there is memory for it, and run the command again.",
            ) from None


# The processes of the running command.
_current: ContextVar[_Pool | None] = ContextVar("_current", default=None)


def _begin(lifeline: Connection, folder: Path, threshold: tuple[int, int, int]) -> None:
    """Prepare a process to end when its parent ends or closes the other end of `lifeline`."""

    def end_with_parent() -> None:
        lifeline.poll(None)
        # Another process, or the other thread of this one, may be writing a result meanwhile.
        for _ in range(100):
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    # The parent gets Ctrl-C too, and ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    gc.set_threshold(*threshold)


def _do(share: Path) -> None:
    """Do a share of the work; write the results, up to the first error, into its file."""
    (work, things), results, error = _load(share), [], None
    try:
        for thing in things:
            results.append(work(thing))
    except Exception as raised:
        error = raised
    share.write_bytes(pickle.dumps((results, error)))


def _load(file: Path) -> Any:
    return pickle.loads(file.read_bytes())  # noqa: S301 (this command wrote it, in its own folder)
