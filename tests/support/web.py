"""A web for tests: one server on this machine, and a resolver that knows public hosts."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import pytest

# An address that is public, and to which nobody connects.
PUBLIC = "93.184.216.34"


@dataclass(frozen=True)
class Answer:
    """What a server sends; `raw` instead of a status, headers and body. It may drip and not end."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: bytes | None = None
    drips: bool = False

    @property
    def content(self) -> bytes:
        rows = [f"HTTP/1.1 {self.status} A reason", *(f"{n}: {v}" for n, v in self.headers.items())]
        return "\r\n".join([*rows, "", ""]).encode("latin-1") + self.body


class Web:
    """What each path is answered, and what was asked for.

    `hosts` has the addresses of each host; None: a host of any name has PUBLIC, and numbers are
    what they say. `reached` are the addresses to which somebody would have connected.
    """

    def __init__(self, server: socket.socket) -> None:
        self.answers: dict[str, Answer] = {}
        self.hosts: dict[str, list[str]] | None = None
        self.asked: list[str] = []
        self.reached: list[str] = []
        self.requests: list[str] = []
        self._server, self._threads = server, list[Thread]()

    def run(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                self._threads.append(Thread(target=self._serve, args=(connection,)))
                self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(10)
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(65536)
            self.requests.append(request.decode("latin-1"))
            answer = self.answers[self.requests[-1].split(" ")[1]]
            connection.sendall(answer.content if answer.raw is None else answer.raw)
            while answer.drips:
                connection.sendall(b"a")
                time.sleep(0.05)

    def wait(self) -> None:
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()


@contextmanager
def served(patch: pytest.MonkeyPatch) -> Iterator[Web]:
    """Serve a web, where all public addresses lead to one server on this machine."""
    look_up, connect = socket.getaddrinfo, socket.create_connection
    with socket.create_server(("127.0.0.1", 0)) as server:
        web, place = Web(server), server.getsockname()

        def find(host: str, port: int, *rest: Any, **options: Any) -> Any:
            if host[:1].isdigit() or ":" in host:
                return look_up(host, port, *rest, **options)
            web.asked.append(host)
            known = {host: [PUBLIC]} if web.hosts is None else web.hosts
            if host not in known:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return [(0, 0, 0, "", (ip, port)) for ip in known[host]]

        def reach(to: tuple[str, int], *rest: Any) -> socket.socket:
            web.reached.append(to[0])
            if to[0] != PUBLIC:
                raise OSError(101, "Network is unreachable")
            return connect(place, *rest)

        patch.setattr(socket, "getaddrinfo", find)
        patch.setattr(socket, "create_connection", reach)
        Thread(target=web.run, daemon=True).start()
        yield web
        web.wait()
