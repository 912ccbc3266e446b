"""Measure what the archive costs with 100, 1,000 and 10,000 briefs, beside its rivals.

`make bench` runs each stage as a process of its own. Stages of the archive and of the rivals
alternate, so that other load on the machine hits all of them. Medians of several runs go to stdout
as Markdown and progress goes to stderr; `--write` puts tables and chart into docs/scaling.md.
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
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import bench_report
from bench_rivals import (
    HUGO,
    MATERIAL_SEARCH,
    PAGEFIND,
    Rival,
    missing_rivals,
    pagefind_command,
    prepare_rivals,
)

BENCH_FOLDER = Path(__file__).parent
ROOT = BENCH_FOLDER.parents[1]
PYTHON = sys.executable
SIZES = (100, 1000, 10000)
# The stages that bench_stages.py runs, beside those that a command of the archive runs.
SEPARATE_STAGES = ("build", "index", "finish")
# A stage that takes longer than half an hour is cancelled.
_TIMEOUT_SECONDS = 1800
# How often the memory of a stage is sampled.
_SAMPLING_SECONDS = 0.2


# Running one process


@dataclass
class Cost:
    """What one run of a stage cost.

    `memory` is the peak of all its processes together and `largest` the peak of the largest one,
    in bytes. `written` is in bytes too. `output` is what the stage printed as JSON.
    """

    seconds: float
    memory: int
    largest: int
    written: int = 0
    output: dict[str, Any] = field(default_factory=dict)


class StageError(Exception):
    """A stage ended with an error or was cancelled after `_TIMEOUT_SECONDS`."""


def measure(command: tuple[str, ...], folder: Path) -> Cost:
    """Run a command in a session of its own and measure what it costs.

    If its last line is a JSON object with "seconds", these replace the time of the whole process.
    Raises StageError if it fails.
    """
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONWARNINGS": ""}
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        timeout = threading.Timer(_TIMEOUT_SECONDS, _kill_session, [process.pid])
        timeout.start()
        try:
            with _sample_memory(process.pid) as samples:
                _, status, usage = os.wait4(process.pid, 0)
                seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        except BaseException:
            _kill_session(process.pid)
            raise
        finally:
            timeout.cancel()
        if process.returncode:
            stderr.seek(0)
            last_lines = stderr.read().decode(errors="replace").strip().splitlines()[-12:]
            raise StageError(
                f"{' '.join(command)}: exit code {process.returncode}\n" + "\n".join(last_lines)
            )
        stdout.seek(0)
        last_line = stdout.read().decode(errors="replace").strip().rpartition("\n")[2]
    output = json.loads(last_line) if last_line.startswith("{") else {}
    largest = usage.ru_maxrss * 1024
    # The peak of the largest process may exceed all samples: it counts shared memory whole, and it
    # may lie between two samples.
    return Cost(output.pop("seconds", seconds), max(*samples, largest), largest, output=output)


def _kill_session(session: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)


@contextlib.contextmanager
def _sample_memory(session: int) -> Iterator[list[int]]:
    """Sample the memory of a session's processes while the block runs.

    Yields the list to which the samples are added, in bytes; it begins with a zero.
    """
    samples = [0]
    done = threading.Event()

    def sample() -> None:
        while not done.wait(_SAMPLING_SECONDS):
            samples.append(sum(map(_memory_share, _session_processes(session))))

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    try:
        yield samples
    finally:
        done.set()
        sampler.join()


def _session_processes(session: int) -> Iterator[Path]:
    """Yield the folder in /proc of each process of a session."""
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with contextlib.suppress(OSError):
                # After the name, which may contain any sign: state, parent, group, session.
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == session:
                    yield process


def _memory_share(process: Path) -> int:
    """Return a process's memory in bytes, with its share of shared memory (PSS)."""
    with contextlib.suppress(OSError, StopIteration):
        lines = (process / "smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024
    return 0


def folder_size(folder: Path) -> int:
    """Return the bytes of all files in a folder; 0 if it does not exist."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


# An archive and its rivals


class Bench:
    """The archive of one size, with its rivals, in a folder of its own."""

    def __init__(self, folder: Path, briefs: int, runs: int, leave_out: set[str]) -> None:
        """Make the archive and convert it once.

        Then it has a ledger, as an archive in git has, and the rivals have pages to build.
        """
        self.briefs, self.folder = briefs, folder
        self.root, self.site = folder / "archive", folder / "archive" / "site"
        self.separate_site = folder / "separate-site"
        self.costs: dict[str, list[Cost]] = {}
        self.weight: dict[str, Any] = {}
        self._log("creating the archive")
        arguments = ("make", str(folder), str(briefs), str(runs))
        creation = measure((PYTHON, str(BENCH_FOLDER / "bench_stages.py"), *arguments), ROOT)
        self.ids: list[str] = creation.output["ids"]
        self.handwritten = set((self.root / "docs").rglob("*"))
        measure(self._briefs_command("convert"), self.root)
        rivals = (
            [] if "rivals" in leave_out else prepare_rivals(self.root, folder / "rivals", briefs)
        )
        self.rivals = [rival for rival in rivals if rival.name not in leave_out]

    def _log(self, message: str) -> None:
        log(f"{self.briefs:,} briefs: {message}")

    def _briefs_command(self, *arguments: str) -> tuple[str, ...]:
        return (PYTHON, "-m", "archive", "--root", str(self.root), *arguments)

    def _run_stage(
        self,
        name: str,
        command: tuple[str, ...],
        folder: Path,
        *,
        output: Path | None = None,
    ) -> None:
        """Run a stage and record what it cost.

        `output` is the folder whose growth counts as bytes written.
        """
        size_before = folder_size(output) if output else 0
        cost = measure(command, folder)
        cost.written = folder_size(output) - size_before if output else 0
        self.costs.setdefault(name, []).append(cost)
        self._log(f"{name}: {cost.seconds:.1f} s, {cost.memory / 1e6:,.0f} MB")

    def _run_briefs(self, name: str, *arguments: str, output: Path | None = None) -> None:
        self._run_stage(name, self._briefs_command(*arguments), self.root, output=output)

    def _run_separate_stage(self, name: str) -> None:
        script = str(BENCH_FOLDER / "bench_stages.py")
        command = (PYTHON, script, name, str(self.root), str(self.separate_site))
        self._run_stage(name, command, self.root, output=self.separate_site)

    def reset(self) -> None:
        """Remove everything that a command generated, except the ledger."""
        for folder in (self.root / ".cache", self.site, self.separate_site):
            shutil.rmtree(folder, ignore_errors=True)
        generated = set((self.root / "docs").rglob("*")) - self.handwritten
        for path in sorted(generated, reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()

    def run(self, number: int) -> None:
        """Run every stage once; those of the archive and of the rivals alternate.

        `number` says which of the further briefs is added.
        """
        docs = self.root / "docs"
        self.reset()
        self._run_briefs(bench_report.CONVERT_COLD, "convert", output=docs)
        self._run_briefs(bench_report.CONVERT_UNCHANGED, "convert", output=docs)
        record = self.root / "briefs" / f"{self.ids[0]}.yml"
        content = record.read_text(encoding="utf-8")
        changed = content.replace("checked_by: null", 'checked_by: "A second person"')
        record.write_text(changed, encoding="utf-8")
        self._run_briefs(bench_report.CONVERT_CHANGED, "convert")
        for place, rival in enumerate(self.rivals):
            self._run_rival(rival)
            for stage in SEPARATE_STAGES[place : place + 1]:
                self._run_separate_stage(stage)
        for stage in SEPARATE_STAGES[len(self.rivals) :]:
            self._run_separate_stage(stage)
        record.write_text(content, encoding="utf-8")
        self.reset()
        self._run_briefs(bench_report.FULL_BUILD, "build", output=self.site)
        if not self.weight:
            self._weigh_sites()
        self._add_brief(number)

    def _run_rival(self, rival: Rival) -> None:
        rival.reset()
        try:
            self._run_stage(rival.name, rival.command, rival.folder, output=rival.site)
            if rival.with_pagefind:
                name, command = f"{rival.name}: {PAGEFIND}", pagefind_command(rival.site)
                self._run_stage(name, command, rival.folder, output=rival.site)
        except StageError as error:
            self._log(f"{rival.name}: {error}")

    def _add_brief(self, number: int) -> None:
        """Add a brief, publish it, check that it is found, and restore the archive."""
        options = json.loads((self.folder / "new" / f"{number}.json").read_text(encoding="utf-8"))
        self._run_briefs(bench_report.BUILD_UNCHANGED, "build")
        briefs = self.root / "briefs"
        addresses = briefs / "ledger" / "addresses.tsv"
        backup = {
            path: path.read_bytes() for path in [addresses, *(briefs / "authority").iterdir()]
        }
        files_before = set(briefs.rglob("*"))
        text = str(self.folder / "new" / f"{number}.txt")
        self._run_briefs(bench_report.ADD_BRIEF, "add", text, *options)
        added = set(briefs.rglob("*")) - files_before
        id = next(path.stem for path in added if path.suffix == ".txt")
        # As if text and record had been saved by hand: no page and no lines in the ledger yet.
        for path in (self.root / "docs" / "briefs" / f"{id}.md", briefs / "ledger" / f"{id}.tsv"):
            path.unlink()
        addresses.write_bytes(backup[addresses])
        self._run_briefs(bench_report.PUBLISH_BRIEF, "build")
        self._check_published(id)
        for path in added:
            path.unlink()
        for path, content in backup.items():
            path.write_bytes(content)

    def _check_published(self, id: str) -> None:
        """Raise StageError unless an added brief has a page and is in the search index."""
        index = (self.site / "search" / "briefs.json").read_text(encoding="utf-8")
        # Most ids stand in the index without their beginning: "-choi" for "2022-asan-choi".
        indexed_ids = json.loads(index)["briefs"]["id"]
        if (
            not (self.site / "briefs" / id / "index.html").is_file()
            or not any(id.endswith(indexed) for indexed in indexed_ids)
            or len(indexed_ids) != self.briefs + 1
        ):
            raise StageError(f"{id} was added but is not on the site")

    def _weigh_sites(self) -> None:
        """Count what readers load of this archive's site, and of Material's with its search."""
        stock = next((rival.site for rival in self.rivals if rival.name == MATERIAL_SEARCH), None)
        for kind, site in {"ours": self.site, "stock": stock}.items():
            if site and site.exists():
                self._log(f"what a reader loads ({kind})")
                script = str(BENCH_FOLDER / "measure_search.py")
                command = (PYTHON, script, "weigh", str(site), kind, *self.ids)
                try:
                    self.weight[kind] = measure(command, ROOT).output
                except StageError as error:
                    self._log(f"the measurement in the browser failed: {error}")

    def results(self) -> dict[str, Any]:
        """Return everything that was measured, for JSON."""
        costs = {stage: [asdict(cost) for cost in runs] for stage, runs in self.costs.items()}
        return {"costs": costs, "weight": self.weight}


def log(message: str) -> None:
    """Print a line of progress with the time of day in UTC."""
    print(f"{datetime.now(tz=UTC):%H:%M:%S} {message}", file=sys.stderr, flush=True)


# All sizes


def describe_machine() -> dict[str, str]:
    """Return the machine and the versions of the programs that are measured."""
    cpu_lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    memory_kib = Path("/proc/meminfo").read_text(encoding="utf-8").split()[1]
    packages = {
        "mkdocs": "MkDocs",
        "mkdocs-material": "Material",
        "pagefind": PAGEFIND,
        "zensical": "Zensical",
    }
    versions = []
    for package, name in packages.items():
        with contextlib.suppress(ModuleNotFoundError):
            versions.append(f"{name} {version(package)}")
    if HUGO not in missing_rivals():
        words = subprocess.run(
            ("hugo", "version"), capture_output=True, text=True, check=False
        ).stdout.split()
        versions.append(f"Hugo {words[1].lstrip('v').partition('+')[0]}")
    return {
        "processor": next(
            (line.partition(":")[2].strip() for line in cpu_lines if line.startswith("model name")),
            platform.machine(),
        ),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{int(memory_kib) / 1024**2:.0f}",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "versions": ", ".join(versions),
    }


def number_of_runs(briefs: int, option: int | None) -> int:
    """Return how often each stage is run: short times vary more, so their median needs 3 runs."""
    return option or (3 if briefs <= 1000 else 1)


def run_benchmark(options: argparse.Namespace) -> dict[str, Any]:
    """Measure all sizes, the smallest first.

    After each size the results so far are written to the file of `--results`.
    """
    leave_out = set(filter(None, options.without.split(",")))
    for name, remedy in missing_rivals().items():
        log(f"{name} is not installed and is left out: {remedy}")
    results: dict[str, Any] = {
        "date": f"{datetime.now(tz=UTC):%Y-%m-%d}",
        "machine": describe_machine(),
        "sizes": {},
    }
    started = time.monotonic()
    for briefs in sorted(options.sizes):
        runs = number_of_runs(briefs, options.runs)
        with tempfile.TemporaryDirectory(dir=options.folder, prefix="bench-") as folder:
            bench = Bench(Path(folder), briefs, runs, leave_out)
            for number in range(runs):
                bench.run(number)
            results["sizes"][str(briefs)] = bench.results()
            log(f"{briefs:,} briefs: removing the archive")
        if options.results:
            options.results.write_text(json.dumps(results, indent=1), encoding="utf-8")
    log(f"done in {(time.monotonic() - started) / 60:.0f} minutes")
    return results


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description=(__doc__ or "").partition("\n\n")[0]
    )
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(size) for size in text.split(",")],
        default=list(SIZES),
        metavar="N,N",
        help="numbers of briefs (default: 100,1000,10000)",
    )
    parser.add_argument(
        "--runs", type=int, help="runs of each stage (default: 3, but 1 for more than 1,000 briefs)"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        help="where the archives are created and removed again (default: among temporary files)",
    )
    parser.add_argument(
        "--without",
        default="",
        metavar="NAME,…",
        help=f"leave out all rivals (rivals) or some of them by name ({MATERIAL_SEARCH!r} …)",
    )
    parser.add_argument(
        "--results", type=Path, metavar="FILE", help="write everything measured to FILE, as JSON"
    )
    parser.add_argument(
        "--from",
        dest="earlier",
        type=Path,
        metavar="FILE",
        help="measure nothing: report on a FILE of --results",
    )
    parser.add_argument(
        "--write",
        nargs="?",
        type=Path,
        const=ROOT / "docs" / "scaling.md",
        metavar="PAGE",
        help="write tables and chart into PAGE (docs/scaling.md)",
    )
    return parser.parse_args()


def main() -> int:
    """Print and write the report.

    Returns 0 if no measured bar is missed, 1 if one is, 2 if a stage failed.
    """
    options = _parse_options()
    try:
        results = (
            json.loads(options.earlier.read_text(encoding="utf-8"))
            if options.earlier
            else run_benchmark(options)
        )
    except StageError as error:
        log(f"cancelled: {error}")
        return 2
    print(bench_report.tables(results))
    if options.write:
        bench_report.write(options.write, results)
    return 0 if all(bar.met is not False for bar in bench_report.bars(results)) else 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
