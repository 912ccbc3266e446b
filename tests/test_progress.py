"""archive.progress: what a person sees of long work, and how it ends when it is cancelled."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from archive import progress
from archive.cli import main
from archive.progress import Meter
from archive.store import Archive
from repository import tree
from small_archive import ID, make_small


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of 20 columns in place of stderr, for work that takes long at once."""
    opened = Terminal()
    monkeypatch.setattr(progress, "_SHORT", -1.0)
    monkeypatch.setattr(progress, "_PAUSE", -1.0)
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=opened))
    monkeypatch.setenv("COLUMNS", "20")
    return opened


def metered(**options: bool) -> list[str]:
    """Run one long step and a short one with a new meter; return the things of the first."""
    meter = Meter()
    meter.begin(options)
    things = list(meter.track("reading texts", ["a", "b"], 2))
    meter.show("waiting for the search index")
    meter.draw()
    assert meter.steps == ["reading texts", "waiting for the search index"]
    return things


def test_a_terminal_shows_the_step_in_one_line_that_is_cleared(terminal: Terminal) -> None:
    assert metered() == ["a", "b"]
    lines = terminal.getvalue().split("\r")
    assert lines[:2] == ["reading texts: 0 of", "reading texts: 1 of"]
    assert lines[-2:] == [" " * 19, ""]
    assert {len(line) for line in lines[:-1]} == {19}


def test_nothing_is_shown_outside_of_a_terminal_or_with_quiet(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    metered(quiet=True)
    assert terminal.getvalue() == ""
    monkeypatch.setattr(Terminal, "isatty", lambda _: False)
    metered()
    assert terminal.getvalue() == ""


def test_short_work_is_not_worth_a_word(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_SHORT", 1.0)
    metered()
    assert terminal.getvalue() == ""


def test_verbose_prints_each_step_with_its_time(terminal: Terminal) -> None:
    metered(verbose=True)
    first, second = terminal.getvalue().splitlines()
    assert first.split() == ["0.0", "s", "reading", "texts", "(2)"]
    assert second.split("  ")[-1] == "waiting for the search index"


def test_verbose_names_the_files_that_change(tmp_path: Path) -> None:
    root = make_small(tmp_path / "archive")
    (root / "docs" / "glossary.md").write_text("stale", encoding="utf-8")
    result = CliRunner().invoke(main, ["--root", str(root), "convert", "-v"])
    assert result.stdout == "written: docs/glossary.md\n1 written, 0 removed\n"


# -- cancelled -------------------------------------------------------------------------------------


@contextmanager
def running(root: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a process group of its own; leave no process behind."""
    with subprocess.Popen(
        [sys.executable, "-m", "archive", "--root", str(root), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_cancelled_has_written_nothing(
    tmp_path: Path, number: signal.Signals
) -> None:
    root = make_small(tmp_path / "archive")
    (root / "docs" / "glossary.md").write_text("stale", encoding="utf-8")
    before = tree(root)
    with (root / "briefs" / f"{ID}.yml").open(encoding="utf-8"):
        handle = os.open(root / "briefs", os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)  # the command waits for this lock
        with running(root, "convert") as process:
            wait_for_lock(process.pid)
            process.send_signal(number)
            out, error = process.communicate(timeout=20)
        os.close(handle)
    assert (process.returncode, out) == (130, "")
    assert error == "\nbriefs: cancelled; nothing was written\n"
    assert tree(root) == before


def test_a_command_that_is_cancelled_while_it_starts_says_the_same(tmp_path: Path) -> None:
    """Its modules take a fifth of a second to read."""
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt", encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "archive", "list"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (130, "")
    assert result.stderr == "\nbriefs: cancelled; nothing was written\n"


def at_terminal(*arguments: str, typed: bytes = b"", **environment: str) -> tuple[int, str]:
    """Run a command with a terminal of its own, and type once it waits for something."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(environment)
        os.execv(sys.executable, [sys.executable, "-m", "archive", *arguments])
    output, deadline = b"", time.monotonic() + 30
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.5)[0]:
            try:
                output += os.read(terminal, 4096)
            except OSError:  # the other end is closed
                break
        elif typed and b": " in output:
            os.write(terminal, typed)
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), output.decode()


def test_a_question_can_be_cancelled(tmp_path: Path) -> None:
    root = make_small(tmp_path / "archive")
    text = tmp_path / "new.txt"
    text.write_text("A title\n\nSome words stand here, about a summit.\n", encoding="utf-8")
    before = tree(root)
    code, output = at_terminal("--root", str(root), "add", str(text), typed=b"\x03")
    assert code == 130, output
    assert output.endswith("\r\nbriefs: cancelled; nothing was written\r\n")
    assert "Traceback" not in output
    assert tree(root) == before


def test_colour_is_for_terminals_that_want_it() -> None:
    assert at_terminal("inspect", "nowhere")[1].startswith("\x1b[31mbriefs:\x1b[0m nowhere: ")
    assert at_terminal("inspect", "nowhere", NO_COLOR="1")[1].startswith("briefs: nowhere: ")
    with running(Path(), "inspect", "nowhere") as process:
        assert process.communicate()[1].startswith("briefs: nowhere: ")


def wait_for_lock(pid: int) -> None:
    """Wait until a process waits for a lock, as Linux tells."""
    deadline = time.monotonic() + 20
    while f" {pid} " not in waiting_for_locks():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def waiting_for_locks() -> str:
    rows = Path("/proc/locks").read_text(encoding="utf-8").splitlines()
    return "".join(f"{row} \n" for row in rows if "->" in row)


def test_a_commit_that_has_begun_is_completed_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_small(tmp_path / "archive")
    page = root / "docs" / "glossary.md"
    good = page.read_bytes()
    page.write_text("stale", encoding="utf-8")
    complete = Archive._complete

    def interrupt_first(self: Archive) -> None:
        if (self.root / "briefs" / ".commit").exists():
            signal.raise_signal(signal.SIGINT)  # to this thread: pytest-xdist has others
        complete(self)

    monkeypatch.setattr(Archive, "_complete", interrupt_first)
    result = CliRunner().invoke(main, ["--root", str(root), "convert"])
    assert result.exit_code == 130
    assert "cancelled; what was written is whole\n" in result.stderr
    assert page.read_bytes() == good


SHARED = """
import sys, time
from archive import parallel
from archive.cli import main
def wait(_):
    print("at work", flush=True)
    time.sleep(60)
if __name__ == "__main__":
    parallel.cores = lambda: 2
    parallel.MANY = 2
    main.commands["check"].callback = lambda **_: list(parallel.map(wait, range(2)))
    main(["check"])
"""


def test_processes_that_share_the_work_end_without_a_trace(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(SHARED, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "at work\n"
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C at a terminal does
        _, error = process.communicate(timeout=20)  # ends when no process holds the pipes
    assert (process.returncode, error) == (130, "\nbriefs: cancelled; nothing was written\n")
