"""A login shell that runs each command in BusyBox's ash and writes down what came of it, for
``light.c`` to answer the same. ``record_shell.py -c COMMAND``; it writes one file per command."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path("/vmfs/recorded")
_SHELL = "/vmfs/bin/ash"
_BLOCK = 65536
STDIN, STREAMS = 0, (1, 2)
"""The client's side."""


class Recorded:
    """The events of one command, and how much of its stdin had come by then."""

    def __init__(self) -> None:
        self.events: list[bytes] = []
        self._since, self._needed, self._eof = time.monotonic(), 0, False

    def heard(self, data: bytes) -> None:
        self._needed += len(data)
        self._eof = self._eof or not data
        self._since = time.monotonic()

    def said(self, stream: int, value: int, data: bytes = b"") -> None:
        now = time.monotonic()
        delay, self._since = round((now - self._since) * 1e6), now
        head = f"event {stream} {delay} {self._needed} {int(self._eof)} {value}\n"
        self.events.append(head.encode() + data + b"\n")


def follow(process: subprocess.Popen[bytes], recorded: Recorded) -> None:
    """Pass everything on until the command has closed both its streams."""
    assert process.stdout is not None  # noqa: S101 - they are pipes
    assert process.stderr is not None  # noqa: S101
    places = {process.stdout.fileno(): 1, process.stderr.fileno(): 2}
    with selectors.DefaultSelector() as ready:
        for file in (STDIN, *places):
            ready.register(file, selectors.EVENT_READ)
        while set(places) & set(ready.get_map()):
            for key, _ in ready.select():
                data = os.read(key.fd, _BLOCK)
                if not data:
                    ready.unregister(key.fd)
                if key.fd in places and data:
                    os.write(STREAMS[places[key.fd] - 1], data)
                    recorded.said(places[key.fd], len(data), data)
                elif key.fd == STDIN:
                    recorded.heard(data)
                    _pass_on(process, data)


def _pass_on(process: subprocess.Popen[bytes], data: bytes) -> None:
    assert process.stdin  # noqa: S101 - it is a pipe
    with contextlib.suppress(BrokenPipeError):  # it reads no more: as with any command
        process.stdin.write(data) if data else process.stdin.close()


def main() -> int:
    """The command's own exit status."""
    command, began, recorded = sys.argv[2], time.monotonic_ns(), Recorded()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([_SHELL, "-c", command], bufsize=0, **pipes) as process:  # type: ignore[call-overload]
        follow(process, recorded)
        status = process.wait()
    recorded.said(0, status)
    text = command.encode()
    head = f"exec {len(text)} {len(recorded.events)}\n".encode()
    (FOLDER / f"{began:020}-{os.getpid()}").write_bytes(
        head + text + b"\n" + b"".join(recorded.events)
    )
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
