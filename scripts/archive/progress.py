"""Long work reports its steps here; `briefs` shows them to a person at a terminal."""

import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

# Work of less than so many seconds is not worth a word, nor is a word more often than that.
_SHORT, _PAUSE = 1.0, 0.1


class Meter:
    """Shows on stderr how far the running command is, in a line that is overwritten.

    `options` are those of the command: "verbose" prints each step in a line of its own, "quiet"
    prints none. `steps` are those that it has begun.
    """

    def __init__(self) -> None:
        self.options: Mapping[str, object] = {}
        self.steps: list[str] = []
        self._begun, self._drawn = time.monotonic(), 0.0

    def show(self, step: str, done: int, total: int) -> None:
        """Show that a step is at work, and how many of its things are done."""
        now = time.monotonic() - self._begun
        is_new = step not in self.steps[-1:]
        self.steps += [step] if is_new else []
        if self.options.get("verbose"):
            number = f" ({total:,})" if total else ""
            print(f"{now:6.1f} s  {step}{number}\n" if is_new else "", end="", file=sys.stderr)
        elif now > max(_SHORT, self._drawn + _PAUSE) and not self.options.get("quiet"):
            self._drawn = now
            self.draw(f"{step}: {done:,} of {total:,}" if total else step)

    def draw(self, words: str = "") -> None:
        """Write a line that the next one overwrites; without words, clear the last one."""
        if self._drawn and sys.stderr.isatty():
            width = shutil.get_terminal_size().columns - 1
            print(words[:width].ljust(width), end="\r", file=sys.stderr, flush=True)


# The meter of the running command. Elsewhere, as in other processes, there is none.
meter: ContextVar[Meter | None] = ContextVar("meter", default=None)


def report(step: str, done: int = 0, total: int = 0) -> None:
    """Report that a step is at work, and how many of its things are done."""
    if shown := meter.get():
        shown.show(step, done, total)


def track(step: str, things: Iterable[T], total: int) -> Iterator[T]:
    """Yield things; report before the first and after each how many are done."""
    report(step, 0, total)
    for done, thing in enumerate(things, 1):
        yield thing
        report(step, done, total)
