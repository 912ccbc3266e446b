"""Run the guide for curators in a copy of the archive: write its files, run its commands.

A fenced block of `console` holds commands ("$ …", continued in lines of "> …"), each with its
output. In one of `console-error` the last command ends with another exit code than 0, as the page
has announced; any other that does is a mistake of the page. A fenced block after "Write `path`:" is
the content of that file. A fenced block after "Add to `path`:" is appended to it.

    python tests/support/guide.py --write    updates the output that docs/guide/ shows
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from preloaded import Preloaded

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "guide").glob("*.md"))
# The inbox of the copy holds an invented text, page and PDF, and two of the harder texts.
INBOX = {
    "roe.txt": "guide/roe.txt",
    "lim.html": "guide/lim.html",
    "tanaka.pdf": "guide/tanaka.pdf",
    "kim.txt": "texts/11_asan_korea-japan-2014.txt",
    "lee.txt": "texts/02_sejong_focus-2023-02-01-indo-pacific.txt",
}
_FENCE = re.compile(
    r"(?:(?P<verb>Write|Add to) `(?P<path>[\w./-]+)`:\n\n)?"
    r"^```(?P<kind>[\w-]+)\n(?P<content>.*?)^```$",
    re.M | re.S,
)
_COMMAND = re.compile(r"^\$ (?P<line>.*\n(?:> .*\n)*)(?P<shown>(?:(?!\$ ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A command of a page. Its output stands at `start` to `end` of the page.

    `fails` tells whether the page has announced an error.
    """

    line: str
    shown: str
    start: int
    end: int
    fails: bool


@dataclass(frozen=True)
class File:
    """A file that the page tells the reader to write, or to append to."""

    path: str
    content: str
    appended: bool


def parse_steps(page: str) -> Iterator[Command | File]:
    """Yield the steps of a page, in order."""
    for fence in _FENCE.finditer(page):
        if fence["verb"]:
            yield File(fence["path"], fence["content"], fence["verb"] == "Add to")
        elif fence["kind"] in {"console", "console-error"}:
            commands = list(_COMMAND.finditer(fence["content"]))
            for number, match in enumerate(commands, 1):
                start, end = (fence.start("content") + at for at in match.span("shown"))
                yield Command(
                    match["line"].replace("\n> ", "\n").strip(),
                    match["shown"],
                    start,
                    end,
                    fails=fence["kind"] == "console-error" and number == len(commands),
                )


def make_archive(folder: Path) -> Path:
    """Copy the archive into `folder`, put texts into its inbox, and commit it to git.

    A copy of the folder is such an archive too.
    """
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", "npm")
    for name in ("briefs", "docs", "overrides", "scripts", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("mkdocs.yml", "pyproject.toml", ".gitignore", ".gitattributes"):
        shutil.copy(ROOT / name, folder)
    (folder / "inbox").mkdir()
    for name, source in INBOX.items():
        shutil.copy(ROOT / "tests" / "cases" / source, folder / "inbox" / name)
    # An address of its own, so that no page shows that of the archive itself.
    config = folder / "mkdocs.yml"
    config.write_text(
        config.read_text(encoding="utf-8").replace(
            "https://briefs.example/", "https://desk.example/"
        ),
        encoding="utf-8",
    )
    environment = curator_environment(folder)
    # Compiled once, the package is loaded in half the time.
    compile_all = [sys.executable, "-m", "compileall", "-q", "scripts"]
    convert = [sys.executable, "-m", "archive", "convert"]
    for command in (compile_all, convert):
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    git = ["git", "-c", "user.name=Desk", "-c", "user.email=desk@briefs.example"]
    for arguments in (
        ["init", "-q", "-b", "main"],
        ["add", "briefs", "docs", "scripts"],
        ["commit", "-qm", "The archive"],
        ["gc", "-q"],  # few files, so copies of the folder are made sooner
    ):
        subprocess.run([*git, *arguments], cwd=folder, check=True, capture_output=True)
    return folder


def curator_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a curator who works in `folder`, on a fixed day."""
    own = {
        "PYTHONPATH": str(folder / "scripts"),
        "SOURCE_DATE_EPOCH": "1795305600",
        "NO_MKDOCS_2_WARNING": "1",
        "COLUMNS": "200",
    }
    author = {
        f"GIT_{who}_{what}": "desk@briefs.example"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, **own, **author, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


def run_page(folder: Path, page: str) -> Iterator[tuple[Command, str, int]]:
    """Carry out the steps of a page in the copy `folder`.

    Yields each command, its output and its exit code.
    """
    environment = curator_environment(folder)
    with ExitStack() as programs:
        briefs = programs.enter_context(Preloaded(environment))
        for step in parse_steps(page):
            if isinstance(step, File):
                _write(folder, step)
                if step.path.startswith("scripts/"):  # other modules are to be loaded
                    briefs = programs.enter_context(Preloaded(environment))
                continue
            result = subprocess.run(
                ["bash", "-c", step.line],
                cwd=folder,
                env={**environment, "PATH": f"{briefs.folder}{os.pathsep}{environment['PATH']}"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            output = (
                result.stdout
                if not result.stdout or result.stdout.endswith("\n")
                else f"{result.stdout}\n"
            )
            yield step, output.replace(f"{folder}/", ""), result.returncode


def _write(folder: Path, file: File) -> None:
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        (path.read_text(encoding="utf-8") if file.appended else "") + file.content,
        encoding="utf-8",
    )


def main() -> None:
    """Update the output that the pages show."""
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            results = list(run_page(make_archive(Path(folder)), page))
        for command, output, _ in reversed(results):
            if not matches(command.shown, output):
                page = page[: command.start] + output + page[command.end :]
        path.write_text(page, encoding="utf-8")


def matches(shown: str, output: str) -> bool:
    """Tell whether `shown` is the output of a command; a line "…" stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in shown.splitlines()
    )
    return re.fullmatch(pattern, output) is not None


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("python tests/support/guide.py --write")
    main()
