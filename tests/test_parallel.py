"""archive.parallel: results in order, errors as raised, and no process left behind."""

from __future__ import annotations

import operator
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from archive import parallel
from archive.errors import ArchiveError
from archive.parallel import MANY
from parallel_work import kill_process, process_id, refuse, sleep, square, touch

pytestmark = pytest.mark.filterwarnings("error::DeprecationWarning")
# A program that maps twice. When it prints its first line, its workers are at the second map.
# Tests that run in the background of a shell inherit that interrupts are ignored.
RUN = """
import signal
from archive import parallel
signal.signal(signal.SIGINT, signal.default_int_handler)
with parallel.workers():
    list(parallel.map(abs, range(300)))
    for _ in parallel.map({work}, [{thing}] * 300): print(1, flush=True)
"""


def read_file_of_process(path: Path) -> str:
    """Read a file of /proc; a thread or process that has ended meanwhile has none."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def children(pid: int | str = "self") -> set[str]:
    """Return the ids of the workers that a process has started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    pids = {child for task in tasks for child in read_file_of_process(task / "children").split()}
    return {
        pid for pid in pids if "spawn_main" in read_file_of_process(Path(f"/proc/{pid}/cmdline"))
    }


def have_ended(pids: set[str], within: float) -> bool:
    deadline = time.monotonic() + within
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder through which work is handed over. After each test it must be empty.

    No worker may be left either.
    """
    folder = tmp_path / "handed"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(parallel, "cores", lambda: 2)
    yield folder
    assert not children()
    assert list(folder.iterdir()) == []


@pytest.fixture(params=[False, True], ids=["no workers yet", "workers running"])
def workers_or_none(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run the test once without workers, and once with workers that have already started."""
    if not request.param:
        yield
        return
    with parallel.workers():
        list(parallel.map(square, range(MANY)))
        yield


@pytest.mark.parametrize("number", [0, 1, MANY - 1, MANY, 3 * MANY + 1])
def test_results_come_in_order(number: int, workers_or_none: None) -> None:
    assert list(parallel.map(square, range(number))) == [item * item for item in range(number)]


def test_many_things_are_done_by_other_processes() -> None:
    pids = set(parallel.map(process_id, range(MANY)))
    assert os.getpid() not in pids
    assert 1 <= len(pids) <= parallel.cores()
    assert set(parallel.map(process_id, range(MANY - 1))) == {os.getpid()}


def test_a_command_uses_one_set_of_workers() -> None:
    with parallel.workers():
        list(parallel.map(partial(sleep, 0.01), range(MANY)))
        pids = children()
        with parallel.workers():
            list(parallel.map(partial(sleep, 0.01), range(MANY)))
        assert children() == pids
        assert len(pids) == parallel.cores()
    assert not children()


def test_a_small_archive_starts_no_workers() -> None:
    with parallel.workers():
        list(parallel.map(square, range(MANY - 1)))
        assert not children()


@pytest.mark.parametrize("number", [10, 2 * MANY])
def test_the_first_error_in_order_is_raised_with_all_its_fields(
    number: int, workers_or_none: None
) -> None:
    done = []
    with pytest.raises(ArchiveError) as raised:
        for result in parallel.map(refuse, range(number)):
            done.append(result)
    error = raised.value
    assert (error.file, error.field, error.problem, error.remedy) == (
        "7.yml",
        "date",
        "it is missing",
        "Write it.",
    )
    assert str(error) == "7.yml: date: it is missing. Write it."
    assert done == list(range(7))


@pytest.mark.parametrize("size", [0, 1_000_000])
def test_a_worker_that_kills_itself_is_a_named_error(size: int, workers_or_none: None) -> None:
    with pytest.raises(ArchiveError, match="memory: a process that shared the work was ended"):
        list(parallel.map(partial(kill_process, MANY, size), range(2 * MANY)))


def test_a_worker_killed_from_outside_is_a_named_error(workers_or_none: None) -> None:
    results = parallel.map(partial(sleep, 0.02), range(5 * MANY))
    next(results)
    os.kill(int(min(children())), signal.SIGKILL)
    with pytest.raises(ArchiveError, match="memory: a process that shared the work was ended"):
        list(results)


def test_after_an_error_work_goes_on() -> None:
    with parallel.workers():
        with pytest.raises(ArchiveError):
            list(parallel.map(refuse, range(MANY)))
        assert list(parallel.map(square, range(MANY)))[-1] == (MANY - 1) ** 2


def test_workers_write_files(tmp_path: Path) -> None:
    to = tmp_path / "to"
    to.mkdir()
    list(parallel.map(partial(touch, to), range(2 * MANY)))
    assert {path.name for path in to.iterdir()} == {str(number) for number in range(2 * MANY)}


def test_no_worker_is_left_when_results_are_not_read_to_the_end(workers_or_none: None) -> None:
    results = parallel.map(partial(sleep, 0.05), range(3 * MANY))
    next(results)
    working = children()
    assert len(working) == parallel.cores()
    begun = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert not children()
    assert time.monotonic() - begun < 2  # their work takes longer


@pytest.mark.parametrize(
    ("work", "thing"),
    [
        ("bytes", "1_000_000"),
        ("__import__('time').sleep", "0.01"),
        ("__import__('time').sleep", "60"),
    ],
    ids=["results", "short", "long"],
)
def test_the_workers_of_a_killed_program_end_by_themselves(
    work: str, thing: str, folder: Path
) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", RUN.format(work=work, thing=thing)], stdout=subprocess.PIPE
    )
    assert program.stdout is not None
    if thing == "60":
        while len(children(program.pid)) < parallel.cores() or len(list(folder.rglob("*"))) < 5:
            time.sleep(0.05)
        time.sleep(0.5)
    else:
        program.stdout.readline()
    # All its child processes, including the standard library's resource tracker.
    started = set(Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split())
    assert len(children(program.pid)) >= 2
    os.kill(program.pid, signal.SIGKILL)
    program.wait()
    program.stdout.close()
    assert have_ended(started, within=5)


def test_an_interrupted_program_ends_at_once_and_its_workers_print_nothing() -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", RUN.format(work="__import__('time').sleep", thing="0.01")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    assert program.stdout is not None
    program.stdout.readline()
    started = children(program.pid)
    os.killpg(program.pid, signal.SIGINT)  # a terminal also interrupts the whole group
    _, output = program.communicate(timeout=5)
    assert output.count("Traceback") == 1
    assert "KeyboardInterrupt" in output
    assert have_ended(started, within=1)


@pytest.mark.parametrize(
    ("guard", "code"), [("if __name__ == '__main__':", 0), ("if True:", 1)], ids=["guarded", "not"]
)
def test_a_program_does_its_work_once(guard: str, code: int, tmp_path: Path) -> None:
    """Workers import the program, so one that maps while it is imported is refused."""
    script = tmp_path / "script.py"
    work = "print(sum(parallel.map(abs, range(300))))"
    script.write_text(f"from archive import parallel\n{guard}\n    {work}\n", encoding="utf-8")
    result = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (result.returncode, result.stdout) == (code, "" if code else "44850\n")
    assert ("if __name__ == '__main__':" in result.stderr) == bool(code)


def test_nothing_is_forked_while_this_process_has_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fork() -> int:
        raise AssertionError("it was forked")

    monkeypatch.setattr(os, "fork", fork)
    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait)
    thread.start()
    try:
        assert list(parallel.map(square, range(MANY)))[3] == 9
    finally:
        waiting.set()
        thread.join()


def test_any_executor_can_replace_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        parallel, "ProcessPoolExecutor", lambda workers, *_: ThreadPoolExecutor(workers)
    )
    assert list(parallel.map(square, range(MANY)))[3] == 9
    assert set(parallel.map(process_id, range(MANY))) == {os.getpid()}


@pytest.mark.parametrize("work", [lambda item: item, partial(operator.add, threading.Lock())])
def test_work_that_cannot_be_pickled_is_refused_at_once(work: Callable[[int], int]) -> None:
    with pytest.raises((AttributeError, TypeError, Exception), match="pickle"):
        list(parallel.map(work, range(MANY)))


def test_two_maps_can_be_read_in_turn() -> None:
    with parallel.workers():
        first, second = (parallel.map(square, range(MANY)) for _ in range(2))
        with closing(first), closing(second):  # type: ignore[type-var]
            assert list(zip(first, second, strict=True))[-1] == ((MANY - 1) ** 2,) * 2
