"""`make bench`: what the archive costs with 100, 1,000 and 10,000 briefs, stage by stage, and its rivals on the same pages.

Each stage is a process of its own, ours and the rivals' in turn, so that what else the machine does hits all. Medians of several
runs stand on stdout as Markdown, progress on stderr; `--write` puts the tables and the chart into docs/scaling.md.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import bench_report
from bench_rivals import HUGO, PAGEFIND, SEARCH, Rival, missing, pagefind, rivals

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PYTHON = sys.executable
SIZES = (100, 1000, 10000)
# A stage that takes longer than these seconds is broken off.
LIMIT = 1800
# How often the memory of a stage is looked at, in seconds.
_INTERVAL = 0.2


# -- one process ------------------------------------------------------------------------------------------------------------


@dataclass
class Cost:
    """What one run of a stage cost: seconds; bytes of memory of all its processes together, and of the largest; bytes written."""

    seconds: float
    memory: int
    largest: int
    written: int = 0
    said: dict[str, Any] = field(default_factory=dict)


class Failed(Exception):
    """A stage ended with an error, or not in time."""


def measured(command: tuple[str, ...], folder: Path) -> Cost:
    """Run a command in a session of its own. A JSON object on its last line may have its own count of seconds."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONWARNINGS": ""}
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
            start_new_session=True,
        )
        over = threading.Timer(LIMIT, _end, [process.pid])
        over.start()
        try:
            with _watched(process.pid) as most:
                _, status, used = os.wait4(process.pid, 0)
                seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        except BaseException:
            _end(process.pid)
            raise
        finally:
            over.cancel()
        if process.returncode:
            complained.seek(0)
            last = complained.read().decode(errors="replace").strip().splitlines()[-12:]
            raise Failed(f"{' '.join(command)}: exit code {process.returncode}\n" + "\n".join(last))
        said.seek(0)
        printed = said.read().decode(errors="replace").strip().rpartition("\n")[2]
    told = json.loads(printed) if printed.startswith("{") else {}
    largest = used.ru_maxrss * 1024
    # The largest process counts what it shares with others, and its peak may lie between two looks.
    return Cost(told.pop("seconds", seconds), max(*most, largest), largest, said=told)


def _end(session: int) -> None:
    """End the processes of a session that was begun here."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)


@contextlib.contextmanager
def _watched(session: int) -> Iterator[list[int]]:
    """Meanwhile the memory of a session's processes is looked at again and again; what was seen is in the list."""
    seen = [0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_INTERVAL):
            seen.append(sum(map(_memory, _processes(session))))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def _processes(session: int) -> Iterator[Path]:
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with contextlib.suppress(OSError):
                # Behind the name, which may hold anything: state, parent, group, session.
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == session:
                    yield process


def _memory(process: Path) -> int:
    """The bytes that a process takes, its share of what it shares with others (PSS)."""
    with contextlib.suppress(OSError, StopIteration):
        lines = (process / "smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024
    return 0


def size(*paths: Path) -> int:
    """The bytes of all files in folders."""
    return sum(file.stat().st_size for path in paths for file in path.rglob("*") if file.is_file())


# -- an archive and its rivals ----------------------------------------------------------------------------------------------


class Bench:
    """The archive of one size, with its rivals, in a folder of its own."""

    def __init__(self, folder: Path, briefs: int, runs: int, leave_out: set[str]) -> None:
        """Make the archive, and convert it once: its ledger is there then, as it is in git, and the rivals have their pages."""
        self.briefs, self.folder = briefs, folder
        self.root, self.site, self.parts = (
            folder / "archive",
            folder / "archive" / "site",
            folder / "parts",
        )
        self.costs: dict[str, list[Cost]] = {}
        self.weight: dict[str, Any] = {}
        self.incremental = False
        told(f"{briefs:,} briefs: making them")
        made = measured(
            (PYTHON, str(HERE / "bench_stages.py"), "make", str(folder), str(briefs), str(runs)),
            ROOT,
        )
        self.ids: list[str] = made.said["ids"]
        self.by_hand = set((self.root / "docs").rglob("*"))
        measured(self._briefs("convert"), self.root)
        found = [] if "rivals" in leave_out else rivals(self.root, folder / "rivals", briefs)
        self.rivals = [one for one in found if one.name not in leave_out]

    def _briefs(self, *arguments: str) -> tuple[str, ...]:
        return (PYTHON, "-m", "archive", "--root", str(self.root), *arguments)

    def _stage(self, name: str) -> tuple[str, ...]:
        return (PYTHON, str(HERE / "bench_stages.py"), name, str(self.root), str(self.parts))

    def _run(
        self, name: str, command: tuple[str, ...], folder: Path, written: Callable[[], int]
    ) -> Cost:
        """Run a stage, and keep what it cost."""
        before = written()
        cost = measured(command, folder)
        cost.written = written() - before
        self.costs.setdefault(name, []).append(cost)
        told(f"{self.briefs:,} briefs: {name}: {cost.seconds:.1f} s, {cost.memory / 1e6:,.0f} MB")
        return cost

    def reset(self) -> None:
        """Leave what people wrote, and the ledger: nothing that a command made for itself."""
        for made in (self.root / ".cache", self.site, self.parts):
            shutil.rmtree(made, ignore_errors=True)
        for path in sorted(set((self.root / "docs").rglob("*")) - self.by_hand, reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()

    def run(self, number: int) -> None:
        """Every stage once, ours and the rivals' in turn."""
        docs = self.root / "docs"
        self.reset()
        self._run(bench_report.COLD, self._briefs("convert"), self.root, lambda: size(docs))
        self._run(bench_report.UNCHANGED, self._briefs("convert"), self.root, lambda: size(docs))
        record = self.root / "briefs" / f"{self.ids[0]}.yml"
        content = record.read_text(encoding="utf-8")
        record.write_text(
            content.replace("checked_by: null", 'checked_by: "A second person"'), encoding="utf-8"
        )
        self._run(bench_report.CHANGED, self._briefs("convert"), self.root, lambda: 0)
        for place, rival in enumerate(self.rivals):
            self._rival(rival)
            for stage in ("build", "index", "finish")[place : place + 1]:
                self._run(stage, self._stage(stage), self.root, lambda: size(self.parts))
        for stage in ("build", "index", "finish")[len(self.rivals) :]:
            self._run(stage, self._stage(stage), self.root, lambda: size(self.parts))
        record.write_text(content, encoding="utf-8")
        self.reset()
        self._run(
            bench_report.WHOLE,
            self._briefs("build"),
            self.root,
            lambda: size(self.site) if self.site.exists() else 0,
        )
        if not self.weight:
            self._weigh()
        self._one_more(number)

    def _rival(self, rival: Rival) -> None:
        rival.reset()
        try:
            self._run(rival.name, rival.command, rival.folder, lambda: size(rival.site))
            if rival.with_pagefind:
                self._run(
                    f"{rival.name}: {PAGEFIND}",
                    pagefind(rival.site),
                    rival.folder,
                    lambda: size(rival.site),
                )
        except Failed as failed:
            told(f"{self.briefs:,} briefs: {rival.name}: {failed}")

    def _one_more(self, number: int) -> None:
        """One more brief, from the saved file to a site in which it is found; then all is put back."""
        answers = json.loads((self.folder / "new" / f"{number}.json").read_text(encoding="utf-8"))
        self.incremental = self._is_incremental()
        again = ("build", "--incremental") if self.incremental else ("build",)
        if self.incremental:
            # It begins with what the build before it kept, with the same option.
            self._run(bench_report.KEEPING, self._briefs(*again), self.root, lambda: 0)
        briefs = self.root / "briefs"
        kept = {
            path: path.read_bytes()
            for path in [briefs / "ledger" / "addresses.tsv", *(briefs / "authority").iterdir()]
        }
        before = set(briefs.rglob("*"))
        addresses = briefs / "ledger" / "addresses.tsv"
        self._run(
            bench_report.ADD,
            self._briefs("add", str(self.folder / "new" / f"{number}.txt"), *answers),
            self.root,
            lambda: 0,
        )
        added = set(briefs.rglob("*")) - before
        id = next(path.stem for path in added if path.suffix == ".txt")
        # As if text and record had been saved by hand: there are no pages of it yet, nor lines in the ledger.
        for path in (self.root / "docs" / "briefs" / f"{id}.md", briefs / "ledger" / f"{id}.tsv"):
            path.unlink()
        addresses.write_bytes(kept[addresses])
        self._run(bench_report.AGAIN, self._briefs(*again), self.root, lambda: 0)
        self._prove_found(id)
        for path in added:
            path.unlink()
        for path, content in kept.items():
            path.write_bytes(content)

    def _is_incremental(self) -> bool:
        """Whether this version can build what changed only; else it builds everything again."""
        said = subprocess.run(
            self._briefs("build", "--help"),
            capture_output=True,
            text=True,
            check=False,
            cwd=self.root,
        )
        return "--incremental" in said.stdout

    def _prove_found(self, id: str) -> None:
        """A brief has a page, and the search knows it."""
        columns = json.loads((self.site / "search" / "briefs.json").read_text(encoding="utf-8"))[
            "briefs"
        ]
        ends = [one for one in columns["id"] if id.endswith(one)]
        if (
            not (self.site / "briefs" / id / "index.html").is_file()
            or not ends
            or len(columns["id"]) != self.briefs + 1
        ):
            raise Failed(f"{id} was added, and is not in the site")

    def _weigh(self) -> None:
        """What readers load of our site, and of Material's with its own search."""
        sites = {
            "ours": self.site,
            "stock": next((one.site for one in self.rivals if one.name == SEARCH), None),
        }
        for kind, site in sites.items():
            if site and site.exists():
                told(f"{self.briefs:,} briefs: what a reader loads ({kind})")
                command = (
                    PYTHON,
                    str(HERE / "measure_search.py"),
                    "weigh",
                    str(site),
                    kind,
                    *self.ids,
                )
                try:
                    self.weight[kind] = measured(command, ROOT).said
                except Failed as failed:
                    told(f"{self.briefs:,} briefs: the browser gave up: {failed}")

    def results(self) -> dict[str, Any]:
        """All that was measured."""
        costs = {name: [asdict(cost) for cost in costs] for name, costs in self.costs.items()}
        return {"costs": costs, "weight": self.weight, "incremental": self.incremental}


def told(line: str) -> None:
    """Say how far it is."""
    print(f"{datetime.now(tz=UTC):%H:%M:%S} {line}", file=sys.stderr, flush=True)


# -- the whole ------------------------------------------------------------------------------------------------------------------


def machine() -> dict[str, str]:
    """What this was measured on, and with."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    memory = Path("/proc/meminfo").read_text(encoding="utf-8").split()[1]
    names = {
        "mkdocs": "MkDocs",
        "mkdocs-material": "Material",
        "pagefind": PAGEFIND,
        "zensical": "Zensical",
    }
    versions = []
    for package, name in names.items():
        with contextlib.suppress(ModuleNotFoundError):
            versions.append(f"{name} {version(package)}")
    if HUGO not in missing():
        said = subprocess.run(
            ("hugo", "version"), capture_output=True, text=True, check=False
        ).stdout.split()
        versions.append(f"Hugo {said[1].lstrip('v').partition('+')[0]}")
    return {
        "processor": next(
            (line.partition(":")[2].strip() for line in info if line.startswith("model name")),
            platform.machine(),
        ),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{int(memory) / 1024**2:.0f}",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "versions": ", ".join(versions),
    }


def runs_of(briefs: int, given: int | None) -> int:
    """How often each stage is run: the median of small times needs more."""
    return given or (3 if briefs <= 1000 else 1)


def bench(options: argparse.Namespace) -> dict[str, Any]:
    """Measure all sizes, from the smallest on."""
    leave_out = set(filter(None, options.without.split(",")))
    for name, remedy in missing().items():
        told(f"{name} is not on this machine and is left out: {remedy}")
    results: dict[str, Any] = {
        "date": f"{datetime.now(tz=UTC):%Y-%m-%d}",
        "machine": machine(),
        "sizes": {},
    }
    started = time.monotonic()
    for briefs in sorted(options.sizes):
        with tempfile.TemporaryDirectory(dir=options.folder, prefix="bench-") as folder:
            one = Bench(Path(folder), briefs, runs_of(briefs, options.runs), leave_out)
            for number in range(runs_of(briefs, options.runs)):
                one.run(number)
            results["sizes"][str(briefs)] = one.results()
            told(f"{briefs:,} briefs: removing them")
        if options.results:
            options.results.write_text(json.dumps(results, indent=1), encoding="utf-8")
    told(f"done in {(time.monotonic() - started) / 60:.0f} minutes")
    return results


def main() -> int:
    """Measure, or take what was measured; print; exit 1 when a bar is not met."""
    parser = argparse.ArgumentParser(
        prog="make bench", description=(__doc__ or "").partition("\n\n")[0]
    )
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(one) for one in text.split(",")],
        default=list(SIZES),
        metavar="N,N",
    )
    parser.add_argument(
        "--runs", type=int, help="runs of each stage (default: 3, but 1 for more than 1,000 briefs)"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        help="where the archives are made, and removed (default: for temporary files)",
    )
    parser.add_argument(
        "--without",
        default="",
        metavar="NAME,…",
        help=f"leave out: rivals (all of them), or {SEARCH!r} …",
    )
    parser.add_argument(
        "--results", type=Path, metavar="FILE", help="keep all that was measured, as JSON"
    )
    parser.add_argument(
        "--from",
        dest="earlier",
        type=Path,
        metavar="FILE",
        help="measure nothing: take such a file",
    )
    parser.add_argument(
        "--write", nargs="?", type=Path, const=ROOT / "docs" / "scaling.md", metavar="PAGE"
    )
    options = parser.parse_args()
    try:
        results = (
            json.loads(options.earlier.read_text(encoding="utf-8"))
            if options.earlier
            else bench(options)
        )
    except Failed as failed:
        told(f"broken off: {failed}")
        return 2
    print(bench_report.tables(results))
    if options.write:
        bench_report.write(options.write, results)
    return 0 if all(bar.met is not False for bar in bench_report.bars(results)) else 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
