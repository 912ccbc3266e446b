"""Plain `mkdocs build` and `mkdocs serve`, which run the archive through its hook."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from repository import tree
from site_pages import run

BUILDS = "Building documentation"
POLICY = 'http-equiv="Content-Security-Policy"'


def test_plain_mkdocs_build_converts_first_without_warnings(archive: Path) -> None:
    (archive / "docs" / "briefs" / "2019-sejong-park.md").unlink()
    result = run(archive, "mkdocs", "build", "--strict")
    assert result.returncode == 0, result.stderr
    assert "WARNING" not in result.stderr
    page = (archive / "site" / "briefs" / "2019-sejong-park" / "index.html").read_text(
        encoding="utf-8"
    )
    assert POLICY in page


def test_plain_mkdocs_build_shows_a_named_error_without_a_trace_and_changes_nothing(
    archive: Path,
) -> None:
    assert run(archive, "mkdocs", "build").returncode == 0
    record = archive / "briefs" / "2019-sejong-park.yml"
    record.write_text(
        record.read_text(encoding="utf-8").replace('date: "2019-06-20"', 'date: "2019-06-31"'),
        encoding="utf-8",
    )
    before = tree(archive)
    result = run(archive, "mkdocs", "build")
    assert result.returncode == 1
    assert f"{record}: date: '2019-06-31' is not a date." in result.stderr
    assert "Traceback" not in result.stderr + result.stdout
    assert tree(archive) == before


def test_mkdocs_build_refuses_to_build_a_part_of_the_site(archive: Path) -> None:
    result = run(archive, "mkdocs", "build", "--dirty")
    assert result.returncode == 1
    assert "Build it whole, without --dirty." in result.stderr
    assert "Traceback" not in result.stderr


def test_a_port_that_is_taken_is_a_plain_error(archive: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run(archive, "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}")
    assert result.returncode == 1
    assert f"127.0.0.1:{port} cannot be used (Address already in use)" in result.stderr
    assert re.search(r"Choose another port: make serve PORT=\d+\.", result.stderr)
    assert "Traceback" not in result.stderr


def test_serve_settles_after_a_change_and_names_errors(archive: Path) -> None:
    record = archive / "briefs" / "2019-sejong-park.yml"
    good = record.read_text(encoding="utf-8")
    with serving(archive) as (address, log):
        assert log().count(BUILDS) == 1
        record.write_text(
            good.replace("checked_by: null", 'checked_by: "A. Librarian"'), encoding="utf-8"
        )
        wait_until(lambda: "A. Librarian" in get(f"{address}briefs/2019-sejong-park/"))
        wait_until_quiet(log)
        assert "Directions for the ROK-Japan" in get(f"{address}search/briefs.json")
        # MkDocs inserts a script that reloads the page; the policy would stop it.
        assert POLICY not in get(f"{address}briefs/2019-sejong-park/")
        assert 'name="citation_title"' in get(f"{address}briefs/2019-sejong-park/")
        assert f"url = {{{address}briefs/2019-sejong-park/}}" in get(
            f"{address}briefs/2019-sejong-park.bib"
        )
        assert "<entry>" in get(f"{address}briefs/feed.xml")
        assert "pagefind_version" in get(f"{address}pagefind/pagefind.js")
        assert '"page_count":5' in get(f"{address}pagefind/pagefind-entry.json")
        # The change, and what convert wrote for it; then nothing more.
        assert 2 <= log().count(BUILDS) <= 3
        builds = log().count(BUILDS)
        for times in (1, 2):  # an error that occurs again is printed and shown again
            date = f'date: "June"  # {times}'
            record.write_text(good.replace('date: "2019-06-20"', date), encoding="utf-8")
            wait_until(partial(prints, log, "'June' is not a date", times))
            wait_until_quiet(log)
            assert "Traceback" not in log()
            code, page = answer(f"{address}briefs/2019-sejong-park/")
            assert code == 500
            assert f"{record}: date: &#x27;June&#x27; is not a date." in page
            assert "livereload(" in page  # loads the page again once it is mended
        record.write_text(good, encoding="utf-8")
        wait_until(lambda: answer(f"{address}briefs/2019-sejong-park/")[0] == 200)
        assert "A. Librarian" not in get(f"{address}briefs/2019-sejong-park/")
        assert log().count(BUILDS) > builds
    page = (archive / "docs" / "briefs" / "2019-sejong-park.md").read_text(encoding="utf-8")
    assert "checked_by: null" in page


@contextmanager
def serving(root: Path) -> Iterator[tuple[str, Callable[[], str]]]:
    """Run `mkdocs serve`; yield its address and a function that reads its output so far."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = root / "serve.log"
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONUNBUFFERED": "1"}
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "serve",
        "--livereload",
        "--dev-addr",
        f"127.0.0.1:{port}",
    ]
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, cwd=root, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            wait_until(lambda: bool(re.search(r"Serving on", log.read_text(encoding="utf-8"))))
            yield f"http://127.0.0.1:{port}/", lambda: log.read_text(encoding="utf-8")
        finally:
            process.terminate()
            process.wait(20)


def prints(log: Callable[[], str], words: str, times: int) -> bool:
    """Whether the log has these words so many times."""
    return log().count(words) == times


def get(address: str) -> str:
    code, body = answer(address)
    assert code == 200
    return body


def answer(address: str) -> tuple[int, str]:
    """Return the code and the body of an answer."""
    try:
        with urllib.request.urlopen(address, timeout=20) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until `holds` returns true; fail after a minute."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "the condition did not hold within a minute"
        time.sleep(0.1)


def wait_until_quiet(log: Callable[[], str]) -> None:
    """Wait until nothing is printed for four seconds; a loop would build several times in that."""
    deadline = time.monotonic() + 60
    size, since = len(log()), time.monotonic()
    while time.monotonic() - since < 4:
        assert time.monotonic() < deadline, "mkdocs serve keeps printing"
        time.sleep(0.1)
        if len(log()) != size:
            size, since = len(log()), time.monotonic()
