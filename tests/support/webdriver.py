"""Windows of Firefox and WebKit, driven by WebDriver without a library.

Firefox takes WebDriver's commands over a socket of its own (Marionette), and WebKit's driver takes
them over HTTP.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from programs import MINI_BROWSER, beside, find

SECONDS = 30
# The name that WebDriver gives to an element in its answers.
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
# What each command is over HTTP; Marionette takes the same names and parameters.
ROUTES = {
    "Back": ("POST", "/back"),
    "ElementClick": ("POST", "/element/{id}/click"),
    "ExecuteScript": ("POST", "/execute/sync"),
    "FindElement": ("POST", "/element"),
    "Forward": ("POST", "/forward"),
    "Navigate": ("POST", "/url"),
    "PerformActions": ("POST", "/actions"),
    "Refresh": ("POST", "/refresh"),
    "SetWindowRect": ("POST", "/window/rect"),
    "TakeScreenshot": ("GET", "/screenshot"),
}
KEYS = {"Control": "\ue009", "Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004"}
# Firefox takes a free port, and asks nothing of other hosts: its proxy is a port where nothing is.
# It fetches no page ahead, because a fetch that is cut off looks like an error of the page.
PREFERENCES = {
    "marionette.port": 0,
    "network.prefetch-next": False,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}
SCREEN = "1280x1024x24"
# Only pages of this machine are opened, and a container has no room for a second sandbox.
WEBKIT = {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "NO_AT_BRIDGE": "1", "LC_ALL": "C.UTF-8"}
# Put into each page, it notes what goes wrong there, also when another page of the site follows. To
# a page with ?no-clipboard it gives what browsers give to pages without https: no clipboard.
WATCH = """{
  const note = (text) => {
    sessionStorage.troubles = `${sessionStorage.troubles ?? ""}${location.pathname}: ${text}\\n`;
  };
  // This is no error: the theme hears of a change of size one frame later.
  const isNotice = (message) => /^ResizeObserver loop completed/.test(message);
  addEventListener("error", ({ message, target }) =>
    isNotice(message) || note(message ?? `not loaded: ${target.src ?? target.href}`), true);
  addEventListener("unhandledrejection", ({ reason }) => note(reason));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    note(`stopped by the policy: ${violatedDirective} ${blockedURI}`));
  console.error = (...words) => note(words.join(" "));
  const { parse } = JSON;
  // A test asks for faults of Pagefind's program, as they happen in WebKit.
  JSON.parse = (text, ...rest) => {
    if (sessionStorage.faults > 0 && String(text).includes("unfiltered_total")) {
      sessionStorage.faults -= 1;
      throw new WebAssembly.RuntimeError("Out of bounds memory access");
    }
    return parse(text, ...rest);
  };
  if (location.search === "?no-clipboard") {
    Object.defineProperty(navigator, "clipboard", { value: undefined });
  }
}"""


class RemoteWindow:
    """A window of a browser. `send` sends it a command of WebDriver and returns the answer."""

    def __init__(self, send: Callable[[str, dict[str, Any]], Any]) -> None:
        self.send = send

    def goto(self, address: str) -> None:
        self.send("Navigate", {"url": address})

    def back(self) -> None:
        self.send("Back", {})

    def forward(self) -> None:
        self.send("Forward", {})

    def reload(self) -> None:
        self.send("Refresh", {})

    def evaluate(self, expression: str, *arguments: Any) -> Any:
        """Return the value of an expression, in which the arguments are called `given`."""
        script = f"const given = arguments; return ({expression});"
        return self.send("ExecuteScript", {"script": script, "args": arguments})

    def wait_until(self, condition: str, *arguments: Any) -> None:
        deadline = time.monotonic() + SECONDS
        while not self.evaluate(condition, *arguments):
            assert time.monotonic() < deadline, condition
            time.sleep(0.02)

    def click(self, selector: str) -> None:
        """Click with the mouse on the first element that a selector of CSS finds."""
        element = self.send("FindElement", {"using": "css selector", "value": selector})
        self.send("ElementClick", {"id": element[ELEMENT]})

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        for sign in text:
            self.press(sign)

    def press(self, *keys: str) -> None:
        """Press keys together, each a sign or a name in `KEYS`."""
        values = [KEYS.get(key, key) for key in keys]
        strokes = [{"type": "keyDown", "value": value} for value in values]
        strokes += [{"type": "keyUp", "value": value} for value in reversed(values)]
        actions = [{"type": "key", "id": "keyboard", "actions": strokes}]
        self.send("PerformActions", {"actions": actions})

    def troubles(self) -> list[str]:
        """Return what `WATCH` noted in the pages since this was last asked."""
        noted = self.evaluate("[sessionStorage.troubles ?? '', delete sessionStorage.troubles][0]")
        return str(noted).splitlines()

    def set_size(self, width: int, height: int) -> None:
        """Set the size of the window; neither browser makes it narrower than 450 pixels."""
        self.send("SetWindowRect", {"width": width, "height": height})

    def screenshot(self) -> bytes:
        return base64.b64decode(self.send("TakeScreenshot", {"full": False}))

    def print_pdf(self) -> bytes:
        """Print the page on A4."""
        paper = {"width": 21, "height": 29.7}
        return base64.b64decode(self.send("Print", {"page": paper, "background": True}))


@contextmanager
def firefox() -> Iterator[RemoteWindow]:
    """Open a window of Firefox with a profile of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        settings = (f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items())
        Path(profile, "user.js").write_text("\n".join(settings))
        command = [find("firefox"), "--headless", "--marionette", "--profile", profile]
        with _running(command), _Marionette(Path(profile, "MarionetteActivePort")) as wire:
            wire.send("NewSession", {"capabilities": {}})
            yield RemoteWindow(wire.send)


class _Marionette:
    def __init__(self, port: Path) -> None:
        _wait(lambda: port.is_file() and port.read_text())
        self.socket = socket.create_connection(("127.0.0.1", int(port.read_text())), SECONDS)
        self.answers = self.socket.makefile("rb")
        self._receive()  # what Firefox is

    def __enter__(self) -> _Marionette:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, command: str, parameters: dict[str, Any]) -> Any:
        message = json.dumps([0, 1, f"WebDriver:{command}", parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, answer = self._receive()
        assert error is None, (command, parameters, error)
        return answer.get("value", answer)

    def _receive(self) -> Any:
        size = b"".join(iter(lambda: self.answers.read(1), b":"))
        return json.loads(self.answers.read(int(size)))


@contextmanager
def webkit() -> Iterator[RemoteWindow]:
    """Open a window of WebKit's MiniBrowser on a screen in memory."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        webkit_environment() as environment,
        _running([find("webkit"), f"--port={port}"], env=environment),
    ):
        _wait(lambda: _request(port, "GET", "/status", {})["ready"])
        browser = {"binary": beside(MINI_BROWSER), "args": ["--automation"]}
        wanted = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": browser}
        answer = _request(port, "POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        session = f"/session/{answer['sessionId']}"

        def send(command: str, parameters: dict[str, Any]) -> Any:
            if command == "Print":  # the driver cannot
                return _print(environment, _request(port, "GET", f"{session}/url", {}))
            method, path = ROUTES[command]
            return _request(port, method, session + path.format(**parameters), parameters)

        yield RemoteWindow(send)
        _request(port, "DELETE", session, {})


def _print(environment: dict[str, str], address: str) -> bytes:
    """Print a page with WebKit, by a program that Debian's Python runs."""
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder, "page.pdf")
        program = str(Path(__file__).with_name("webkit_print.py"))
        command = ["/usr/bin/python3", program, address, str(pdf)]
        subprocess.run(command, env=environment, timeout=SECONDS, capture_output=True, check=True)
        return base64.b64encode(pdf.read_bytes())


def _request(port: int, method: str, path: str, parameters: dict[str, Any]) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    body = json.dumps(parameters) if method == "POST" else None
    connection.request(method, path, body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer = json.loads(response.read())["value"]
    assert response.status == 200, (path, parameters, answer)
    return answer


@contextmanager
def webkit_environment() -> Iterator[dict[str, str]]:
    """Yield the environment of a program that shows pages with WebKit on a screen in memory."""
    command = [beside("Xvfb"), "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]
    with _running(command, stdout=subprocess.PIPE, text=True) as screen:
        yield {**os.environ, **WEBKIT, "DISPLAY": f":{screen.stdout.readline().strip()}"}


@contextmanager
def _running(command: list[Any], **options: Any) -> Iterator[Any]:
    """Run a program; in the end, end it and all that it started, also if this process is killed."""
    if shutil.which("setpriv"):
        command = ["setpriv", "--pdeathsig", "KILL", *command]
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
    with subprocess.Popen(command, start_new_session=True, **options) as process:
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def _wait(holds: Callable[[], Any]) -> None:
    """Wait until something that is starting is there."""
    deadline = time.monotonic() + SECONDS
    while True:
        with contextlib.suppress(OSError):
            if holds():
                return
        assert time.monotonic() < deadline
        time.sleep(0.05)
