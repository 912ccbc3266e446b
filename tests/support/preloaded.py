"""Run the command `briefs` in processes that have its modules already.

To load them takes a process 0.3 s, and most commands take less than that. So one process loads
them, and forks for each command. Each command still has a process of its own, with its arguments,
folder, environment, stdin, stdout and stderr.

This file is also the program that forks. For each command the program `briefs`, which Preloaded
writes, connects to its socket and waits for the exit code. Commands run one after another.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Self

# Started without the site packages and variables of Python, it takes 0.02 s.
_CLIENT = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    order = [sys.argv[1:], os.getcwd(), dict(os.environ)]
    socket.send_fds(server, [json.dumps(order).encode()], [0, 1, 2])
    server.shutdown(socket.SHUT_WR)
    answer = server.recv(10)
sys.exit(int(answer))
"""


class Preloaded:
    """The program `briefs` in a new `folder`, with the modules that an environment names.

    Changes of the modules after its start have no effect.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        # The path of a socket may have 107 bytes, so it is not in the folder of a test.
        self._temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self._temporary.name)
        address = str(self.folder / "socket")
        self.command = self.folder / "briefs"
        self.command.write_text(
            _CLIENT.format(python=sys.executable, address=address), encoding="utf-8"
        )
        self.command.chmod(0o755)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            listener.listen()
            number = listener.fileno()
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(number)],
                stdin=subprocess.PIPE,  # the program ends when this is closed
                env=environment,
                pass_fds=[number],
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()
        self._temporary.cleanup()


def _serve(listener: socket.socket) -> list[str] | None:
    """Fork for each command. Returns its arguments in the new process, and None at the end."""
    while listener in select.select([listener, sys.stdin], [], [])[0]:
        with listener.accept()[0] as client:
            data, files, _, _ = socket.recv_fds(client, 65536, 3)
            while more := client.recv(65536):
                data += more
            child = os.fork()
            if child == 0:
                listener.close()
                return _take_over(data, files)
            for file in files:
                os.close(file)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            client.sendall(str(code if code >= 0 else 128 - code).encode())
    return None


def _take_over(order: bytes, files: list[int]) -> list[str]:
    """Take the folder, the environment and the files of a command. Returns its arguments."""
    arguments: list[str]
    arguments, folder, environment = json.loads(order)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.stdout.reconfigure(line_buffering=os.isatty(1))  # type: ignore[union-attr]
    return arguments


if __name__ == "__main__":
    import archive.build  # with MkDocs
    import archive.cli  # noqa: F401 (loaded for later)
    from archive.__main__ import main

    given = _serve(socket.socket(fileno=int(sys.argv[1])))
    if given is not None:
        sys.argv = ["briefs", *given]
        main()
