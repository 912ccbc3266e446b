"""archive.parallel: results in order, faults as raised, and no process that is left behind."""

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

# Processes import this module to find what they are to do.
pytestmark = pytest.mark.filterwarnings("error::DeprecationWarning")
# Two maps: the processes are busy with the second when its first result is printed.
RUN = """
from archive import parallel
with parallel.workers():
    list(parallel.map(abs, range(300)))
    for one in parallel.map({work}, [{thing}] * 300): print(1, flush=True)
"""


def squared(number: int) -> int:
    return number * number


def process(_: int) -> int:
    return os.getpid()


def refused(number: int) -> int:
    if number in (7, 8):
        raise ArchiveError(f"{number}.yml", "date", "it is none", "Write one.")
    return number


def killed(at: int, size: int, number: int) -> bytes:
    if number == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return bytes(size)


def touched(folder: Path, number: int) -> None:
    (folder / str(number)).touch()


def slow(seconds: float, number: int) -> int:
    time.sleep(seconds)
    return number


def children(pid: int | str = "self") -> set[str]:
    """The processes that a process has started to share its work."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    found = {
        one for task in tasks for one in (task / "children").read_text(encoding="utf-8").split()
    }
    return {one for one in found if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()}


def ended(pids: set[str], within: float) -> bool:
    deadline = time.monotonic() + within
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for work; at the end it must be empty, and no child process left."""
    folder = tmp_path / "handed"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(parallel, "cores", lambda: 2)
    yield folder
    assert not children()
    assert list(folder.iterdir()) == []


@pytest.fixture(params=[False, True], ids=["by itself", "within others"])
def within(request: pytest.FixtureRequest) -> Iterator[None]:
    """Map by itself, and in processes that have been at work before."""
    if not request.param:
        yield
        return
    with parallel.workers():
        list(parallel.map(squared, range(MANY)))
        yield


@pytest.mark.parametrize("number", [0, 1, MANY - 1, MANY, 3 * MANY + 1])
def test_results_come_in_order(number: int, within: None) -> None:
    assert list(parallel.map(squared, range(number))) == [one * one for one in range(number)]


def test_a_share_each_where_there_are_few() -> None:
    assert list(parallel.map(squared, [1, 2], fewest=2)) == [1, 4]
    assert len(set(parallel.map(partial(slow, 0.3), [1, 2], fewest=2))) == 2


def test_many_things_are_done_by_other_processes() -> None:
    pids = set(parallel.map(process, range(MANY)))
    assert os.getpid() not in pids
    assert 1 <= len(pids) <= parallel.cores()
    assert set(parallel.map(process, range(MANY - 1))) == {os.getpid()}


def test_one_set_of_processes_serves_a_whole_command() -> None:
    with parallel.workers():
        list(parallel.map(partial(slow, 0.01), range(MANY)))
        pids = children()
        with parallel.workers():
            list(parallel.map(partial(slow, 0.01), range(MANY)))
        assert children() == pids
        assert len(pids) == parallel.cores()
    assert not children()


def test_a_small_archive_starts_none() -> None:
    with parallel.workers():
        list(parallel.map(squared, range(MANY - 1)))
        assert not children()


@pytest.mark.parametrize("number", [10, 2 * MANY])
def test_the_first_fault_in_order_is_raised_with_all_that_it_says(
    number: int, within: None
) -> None:
    done = []
    with pytest.raises(ArchiveError) as raised:
        for one in parallel.map(refused, range(number)):
            done.append(one)
    error = raised.value
    assert (error.file, error.field, error.problem, error.remedy) == (
        "7.yml",
        "date",
        "it is none",
        "Write one.",
    )
    assert str(error) == "7.yml: date: it is none. Write one."
    assert done == list(range(7))


@pytest.mark.parametrize("size", [0, 1_000_000])
def test_a_process_that_is_ended_is_a_named_error(size: int, within: None) -> None:
    with pytest.raises(ArchiveError, match="memory: a process that shared the work was ended"):
        list(parallel.map(partial(killed, MANY, size), range(2 * MANY)))


def test_one_that_is_ended_from_outside_is_a_named_error(within: None) -> None:
    results = parallel.map(partial(slow, 0.02), range(5 * MANY))
    next(results)
    os.kill(int(min(children())), signal.SIGKILL)
    with pytest.raises(ArchiveError, match="memory: a process that shared the work was ended"):
        list(results)


def test_after_a_fault_work_goes_on() -> None:
    with parallel.workers():
        with pytest.raises(ArchiveError):
            list(parallel.map(refused, range(MANY)))
        assert list(parallel.map(squared, range(MANY)))[-1] == (MANY - 1) ** 2


def test_what_is_written_is_there(tmp_path: Path) -> None:
    to = tmp_path / "to"
    to.mkdir()
    list(parallel.map(partial(touched, to), range(2 * MANY)))
    assert {path.name for path in to.iterdir()} == {str(one) for one in range(2 * MANY)}


def test_nobody_is_left_when_nobody_reads_on(within: None) -> None:
    results = parallel.map(partial(slow, 0.05), range(5 * MANY))
    next(results)
    working = children()
    assert len(working) == parallel.cores()
    begun = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert not children()
    assert time.monotonic() - begun < 2  # what they were at takes longer


@pytest.mark.parametrize(
    ("work", "thing"),
    [
        ("bytes", "1_000_000"),
        ("__import__('time').sleep", "0.01"),
        ("__import__('time').sleep", "60"),
    ],
    ids=["results", "short", "long"],
)
def test_the_processes_of_a_killed_run_end_by_themselves(
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
    # All that it has started, the standard library's resource tracker too.
    started = set(Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split())
    assert len(children(program.pid)) >= 2
    os.kill(program.pid, signal.SIGKILL)
    program.wait()
    program.stdout.close()
    assert ended(started, within=5)


def test_an_interrupted_run_ends_at_once_and_its_processes_say_nothing() -> None:
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
    os.killpg(program.pid, signal.SIGINT)  # as a terminal does: to all of them
    _, said = program.communicate(timeout=5)
    assert said.count("Traceback") == 1
    assert "KeyboardInterrupt" in said
    assert ended(started, within=1)


@pytest.mark.parametrize(
    ("guard", "code"), [("if __name__ == '__main__':", 0), ("if True:", 1)], ids=["guarded", "not"]
)
def test_a_program_does_its_work_once(guard: str, code: int, tmp_path: Path) -> None:
    """Processes import the program too: one that works while it is imported is refused."""
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
        assert list(parallel.map(squared, range(MANY)))[3] == 9
    finally:
        waiting.set()
        thread.join()


def test_any_executor_can_take_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        parallel, "ProcessPoolExecutor", lambda workers, *_: ThreadPoolExecutor(workers)
    )
    assert list(parallel.map(squared, range(MANY)))[3] == 9
    assert set(parallel.map(process, range(MANY))) == {os.getpid()}


@pytest.mark.parametrize("work", [lambda one: one, partial(operator.add, threading.Lock())])
def test_what_cannot_be_sent_is_refused_at_once(work: Callable[[int], int]) -> None:
    with pytest.raises((AttributeError, TypeError, Exception), match="pickle"):
        list(parallel.map(work, range(MANY)))


def test_two_can_be_read_in_turn() -> None:
    with parallel.workers():
        one, other = (parallel.map(squared, range(MANY)) for _ in range(2))
        with closing(one), closing(other):  # type: ignore[type-var]
            assert list(zip(one, other, strict=True))[-1] == ((MANY - 1) ** 2,) * 2
