"""archive.parallel: results, errors and processes of work that is spread over processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive import parallel
from archive.errors import ArchiveError


@pytest.mark.parametrize("number", [0, 1, parallel.MANY - 1, parallel.MANY, 3 * parallel.MANY + 1])
def test_results_come_in_order(number: int) -> None:
    assert list(parallel.map(lambda item: item * item, range(number))) == [
        item * item for item in range(number)
    ]


def test_many_things_are_done_by_as_many_processes_as_there_are_cores() -> None:
    assert len(set(parallel.map(lambda _: os.getpid(), range(parallel.MANY)))) == parallel.cores()
    assert set(parallel.map(lambda _: os.getpid(), range(parallel.MANY - 1))) == {os.getpid()}


@pytest.mark.parametrize("number", [10, 2 * parallel.MANY])
def test_the_first_error_in_order_is_raised_with_all_its_fields(number: int) -> None:
    def work(item: int) -> int:
        if item in (7, 8):
            raise ArchiveError(f"{item}.yml", "date", "it is missing", "Write it.")
        return item

    done = []
    with pytest.raises(ArchiveError) as raised:
        done += list(parallel.map(work, range(number)))
    error = raised.value
    assert (error.file, error.field, error.problem, error.remedy) == (
        "7.yml",
        "date",
        "it is missing",
        "Write it.",
    )
    assert str(error) == "7.yml: date: it is missing. Write it."


def test_a_killed_process_is_a_named_error() -> None:
    def work(item: int) -> int:
        if item == parallel.MANY:
            os.kill(os.getpid(), signal.SIGKILL)
        return item

    with pytest.raises(ArchiveError, match="memory: a process that shared the work was ended"):
        list(parallel.map(work, range(2 * parallel.MANY)))


def test_run_does_the_work_for_each_item(tmp_path: Path) -> None:
    parallel.run(lambda item: (tmp_path / str(item)).touch(), range(2 * parallel.MANY))
    assert {path.name for path in tmp_path.iterdir()} == {
        str(item) for item in range(2 * parallel.MANY)
    }


def test_no_process_is_left_when_results_are_not_read_to_the_end() -> None:
    def children() -> set[str]:
        return set(
            Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
            .read_text(encoding="utf-8")
            .split()
        )

    # An earlier test may have left the browser's driver running as another child.
    others = children()
    results = parallel.map(
        lambda item: b"x" * 100_000 + bytes(item % 256), range(5 * parallel.MANY)
    )
    next(results)
    working = children() - others
    results.close()  # type: ignore[attr-defined]
    assert len(working) == parallel.cores()
    assert not working & children()


def test_the_forks_of_a_killed_run_end_by_themselves() -> None:
    code = (
        "from archive import parallel\n"
        "for _ in parallel.map(lambda _: b'x' * 100_000, range(10_000)): print(1, flush=True)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    forks = (
        Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8").split()
    )
    assert len(forks) == parallel.cores()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{fork}").exists() for fork in forks):
        assert time.monotonic() < deadline
        time.sleep(0.1)
