"""Long work reports its steps here; `briefs` shows them to a person at a terminal."""

import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")

# Work of less than so many seconds is not worth a word, nor is a word more often than that.
_SHORT, _PAUSE = 1.0, 0.1


class Meter:
    """Shows on stderr how far the running command is, in a line that is overwritten.

    `options` are those of the command: "verbose" prints each step in a line of its own, "quiet"
    shows none. `steps` are those that it has begun.
    """

    def begin(self, options: Mapping[str, object]) -> None:
        """Begin with a command."""
        self.options, self.steps = options, list[str]()
        self._begun, self._drawn = time.monotonic(), 0.0

    def show(self, step: str, done: int = 0, total: int = 0) -> None:
        """Show that a step is at work, and how many of its things are done."""
        now, is_verbose = time.monotonic() - self._begun, self.options.get("verbose")
        if step not in self.steps[-1:]:
            self.steps.append(step)
            if is_verbose:
                print(f"{now:6.1f} s  {step}{f' ({total:,})' if total else ''}", file=sys.stderr)
        if now > max(_SHORT, self._drawn + _PAUSE) and not (
            self.options.get("quiet") or is_verbose
        ):
            self._drawn = now
            self.draw(f"{step}: {done:,} of {total:,}" if total else step)

    def draw(self, words: str = "") -> None:
        """Write a line that the next one overwrites; without words, clear the last one."""
        if self._drawn and sys.stderr.isatty():
            width = shutil.get_terminal_size().columns - 1
            print(words[:width].ljust(width), end="\r", file=sys.stderr, flush=True)

    def track(self, step: str, things: Iterable[T], total: int) -> Iterator[T]:
        """Yield things; show before the first and after each how many are done."""
        self.show(step, 0, total)
        for done, thing in enumerate(things, 1):
            yield thing
            self.show(step, done, total)


# That of this process. Where no command has begun, as in a process that helps, it is quiet.
meter = Meter()
meter.begin({"quiet": True})
