"""The guide for curators is run as it stands, in a copy of the archive: what it tells to write is written, each command run.

A fenced block of `console` holds commands ("$ …", going on in lines of "> …") with the output that each has. A fenced block behind
"Write `path`:" is that file; one behind "Add to `path`:" stands at its end.

    python tests/support/guide.py --write    puts the output that the commands have now into docs/guide/
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "guide").glob("*.md"))
# What lies in the inbox of the copy: the page of another site in HTML, an invented text, and three of the harder texts.
INBOX = {
    "roe.txt": "guide/roe.txt",
    "ahn.txt": "texts/23_nbr_ahn-forced-labor-2023-04-17.txt",
    "kim.txt": "texts/11_asan_korea-japan-2014.txt",
    "lee.txt": "texts/02_sejong_focus-2023-02-01-indo-pacific.txt",
}
HTML = "<!doctype html>\n<html><head><title>A brief</title></head><body><p>Seoul and Tokyo agreed.</p></body></html>\n"
_FENCE = re.compile(
    r"(?:(?P<verb>Write|Add to) `(?P<path>[\w./-]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<content>.*?)^```$",
    re.M | re.S,
)


@dataclass(frozen=True)
class Command:
    """A command of a page with the output that the page shows, which stands at `start` to `end` of it."""

    line: str
    shown: str
    start: int
    end: int


@dataclass(frozen=True)
class File:
    """A file that the page tells to write, or to add to."""

    path: str
    content: str
    added: bool


def parse_steps(page: str) -> Iterator[Command | File]:
    """What a page tells to do, in order."""
    for fence in _FENCE.finditer(page):
        if fence["verb"]:
            yield File(fence["path"], fence["content"], fence["verb"] == "Add to")
        elif fence["kind"] == "console":
            for found in re.finditer(
                r"^\$ (?P<line>.*\n(?:> .*\n)*)(?P<shown>(?:(?!\$ ).*\n)*)", fence["content"], re.M
            ):
                line = found["line"].replace("\n> ", "\n").strip()
                yield Command(
                    line,
                    found["shown"],
                    *(fence.start("content") + at for at in found.span("shown")),
                )


def make_archive(folder: Path) -> Path:
    """A copy of the archive, in git, with texts in its inbox."""
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", "npm")
    for name in ("briefs", "docs", "overrides", "scripts", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("mkdocs.yml", "pyproject.toml", ".gitignore"):
        shutil.copy(ROOT / name, folder)
    (folder / "inbox").mkdir()
    for name, source in INBOX.items():
        shutil.copy(ROOT / "tests" / "cases" / source, folder / "inbox" / name)
    (folder / "inbox" / "page.txt").write_text(HTML, encoding="utf-8")
    # An address of its own, so that no page shows that of the archive itself.
    config = folder / "mkdocs.yml"
    config.write_text(
        config.read_text(encoding="utf-8").replace(
            "https://briefs.example/", "https://desk.example/"
        ),
        encoding="utf-8",
    )
    convert = [sys.executable, "-m", "archive", "convert"]
    subprocess.run(
        convert, cwd=folder, env=curator_environment(folder), check=True, capture_output=True
    )
    git = ["git", "-c", "user.name=Desk", "-c", "user.email=desk@briefs.example"]
    for arguments in (
        ["init", "-q", "-b", "main"],
        ["add", "briefs", "docs", "scripts"],
        ["commit", "-qm", "The archive"],
    ):
        subprocess.run([*git, *arguments], cwd=folder, check=True, capture_output=True)
    return folder


def curator_environment(folder: Path) -> dict[str, str]:
    """That of a curator in the copy: its own commands first, and a day that stands still."""
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


def run_page(folder: Path, page: str) -> Iterator[tuple[Command, str]]:
    """Do what a page tells to, in the copy `folder`; each command with the output that it has."""
    for step in parse_steps(page):
        if isinstance(step, File):
            path = folder / step.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                (path.read_text(encoding="utf-8") if step.added else "") + step.content,
                encoding="utf-8",
            )
            continue
        result = subprocess.run(
            ["bash", "-c", step.line],
            cwd=folder,
            env=curator_environment(folder),
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
        yield step, output.replace(f"{folder}/", "")


def main() -> None:
    """Put the output that the commands have now into the pages."""
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            done = list(run_page(make_archive(Path(folder)), page))
        for command, output in reversed(done):
            if not matches(command.shown, output):
                page = page[: command.start] + output + page[command.end :]
        path.write_text(page, encoding="utf-8")


def matches(shown: str, output: str) -> bool:
    """Whether a page shows the output of a command; a line "…" stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in shown.splitlines()
    )
    return re.fullmatch(pattern, output) is not None


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("python tests/support/guide.py --write")
    main()
