"""Build, serve and read a site in tests."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import html
from playwright.sync_api import Page

# One page of each kind; all five briefs, because their texts differ most.
KINDS = {
    "home": "/",
    "about": "/about/",
    "glossary": "/glossary/",
    "guide": "/guide/adding/",
    "briefs": "/briefs/",
    "brief: outline": "/briefs/2023-sejong-jin/",
    "brief: prose": "/briefs/2022-asan-choi/",
    "brief: no series": "/briefs/2022-ifes-cho/",
    "brief: voices": "/briefs/2021-yeosijae-okonogi/",
    "brief: key points": "/briefs/2019-sejong-park/",
    "themes": "/themes/",
    "theme": "/themes/forced-labor/",
    "authors": "/authors/",
    "author": "/authors/cho-jin-goo/",
    "institutes": "/institutes/",
    "institute": "/institutes/yeosijae/",
    "years": "/years/",
    "year": "/years/2022/",
    "search: all": "/search/",
    "search: results": "/search/?q=forced+labour",
    "search: nothing": "/search/?q=zzyzx",
    "no page": "/no-such-page/",
}


def run(root: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module as a command in the archive's folder."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONWARNINGS": "", **environment}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def build(root: Path, *options: str, **environment: str) -> Path:
    """Build the site of an archive, and return its folder."""
    result = run(root, "archive", "--root", str(root), "build", *options, **environment)
    assert result.returncode == 0, result.stderr
    return root / "site"


def page(site: Path, address: str) -> html.HtmlElement:
    """Return the parsed page at an address of the site."""
    return html.parse(str(site / address.strip("/") / "index.html")).getroot()


def drawn(line: str) -> str:
    """Return the words of a line of a table.

    Its pipes and the rule under its head are drawn on the page, so they are not words.
    """
    return "" if not line.strip("|-+:= ") else line.replace("|", " ")


def fragment(markup: str) -> html.HtmlElement:
    """Parse a piece of HTML into an element of its own."""
    element: html.HtmlElement = html.fragment_fromstring(markup, create_parent=True)
    return element


def until(page: Page, condition: str) -> None:
    """Wait until a condition holds in a page.

    Playwright's `wait_for_function` needs `unsafe-eval`, which the site's policy forbids.
    """
    deadline = time.monotonic() + 15
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(50)


def settled(page: Page) -> None:
    """Wait until the search page shows the results of the last query."""
    page.wait_for_selector("#search-app:not(.coming) #results[aria-busy=false]", state="attached")


@functools.lru_cache(maxsize=256)
def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, 6, mtime=0)


CHARSET = b'<meta charset="utf-8">'


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a site gzipped and with ETags, as a careful host does.

    `script` is put into each page, before the policy that would stop it.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(
        self, *args: Any, sent: list[tuple[str, int]], script: str, **options: Any
    ) -> None:
        self.sent = sent
        self.script = f"<script>{script}</script>".encode() if script else b""
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if self.path.split("?")[0].endswith("/") else file
        served = file if file.is_file() else Path(self.directory, "404.html")
        if not served.is_file():
            self.send_error(404)
            return
        tag = f'"{served.stat().st_mtime_ns:x}"'
        if served is file and self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.end_headers()
            return
        content = served.read_bytes()
        if served.suffix == ".html":
            content = content.replace(CHARSET, CHARSET + self.script, 1)
        # Pagefind's files are compressed already.
        body = (
            _gzipped(content)
            if served.suffix in (".html", ".css", ".js", ".json", ".svg")
            else content
        )
        self.sent.append((self.path, len(body)))
        self.send_response(200 if served is file else 404)
        self.send_header("Content-Type", self.guess_type(str(served)))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", tag)
        if body is not content:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # a browser that has left the page
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def serve(
    folder: Path, *, sent: list[tuple[str, int]] | None = None, script: str = ""
) -> Iterator[str]:
    """Serve a folder on this machine until the fixture ends, and yield the address.

    `sent` receives the path and the size in bytes of each response; `script` is put into each page.
    """
    sent = [] if sent is None else sent
    handler = functools.partial(_Handler, directory=str(folder), sent=sent, script=script)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
