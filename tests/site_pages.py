"""How site tests build, serve and read the site."""

from __future__ import annotations

import functools
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from lxml import html


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a person would, in the archive's folder."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONWARNINGS": ""}
    return subprocess.run([sys.executable, "-m", *command], cwd=root, env=environment, capture_output=True, text=True, check=False)


def build(root: Path) -> Path:
    """Build the site of an archive; returns its folder."""
    result = run(root, "archive", "--root", str(root), "build")
    assert result.returncode == 0, result.stderr
    return root / "site"


def page(site: Path, address: str) -> html.HtmlElement:
    """A page of the site by its address."""
    return html.parse(str(site / address.strip("/") / "index.html")).getroot()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine until the fixture ends."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
