"""Starts ``ftlab`` as a copy of a process that has everything loaded: loading takes longer than all
the rest of a short call. A copy is a process like any other, with arguments, environment, streams,
working folder, signals and an end of its own.
"""

from __future__ import annotations

import array
import contextlib
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_COUNT = array.array("i", [0, 0, 0, 0])
"""stdin, stdout, stderr, and where to say how it ended."""
_OTHERS = ("ftlab.sim", "ftlab.tasks.demo", "ftlab.cli.demo_story")
"""What hardly any call loads."""
_FRONT_ENDS = {"fabric.main", "invoke.main"}
"""Whether one of these is loaded tells ``ftlab`` how it was called."""


@dataclass(frozen=True)
class Ended:
    """``code`` as in :class:`subprocess.Popen`: the negative number of the signal that ended it."""

    code: int
    out: str
    err: str


class Nursery:
    """The process that is copied. It is started by the first call and ends with :meth:`close`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def call(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, timeout: float) -> Ended:
        """Run ``ftlab`` with nothing to read, to its end; else :class:`TimeoutExpired`."""
        request = json.dumps({"argv": argv, "env": dict(env), "cwd": str(cwd)}).encode()
        with contextlib.ExitStack() as stack:
            reads, writes = zip(*(_pipe(stack) for _ in range(3)), strict=True)
            nothing = os.open(os.devnull, os.O_RDONLY)
            stack.callback(os.close, nothing)
            with self._lock:
                self._send(request, (nothing, *(each.fileno() for each in writes)), env)
            for each in writes:
                each.close()
            return _to_the_end(argv, *reads, time.monotonic() + timeout)

    def close(self) -> None:
        """End it; what it started has ended by then, or was given up."""
        with self._lock:
            if self._line is not None and self._process is not None:
                self._line.close()
                self._process.wait(10)
            self._line = self._process = None

    def _send(self, request: bytes, files: Sequence[int], env: Mapping[str, str]) -> None:
        if self._line is None:
            self._line = self._started(env)
        socket.send_fds(self._line, [len(request).to_bytes(8)], files)
        self._line.sendall(request)

    def _started(self, env: Mapping[str, str]) -> socket.socket:
        ours, theirs = socket.socketpair()
        lasting = {k: v for k, v in env.items() if k.startswith(("PATH", "TMPDIR", "COVERAGE"))}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env=lasting, pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        return ours


nursery = Nursery()


def _pipe(stack: contextlib.ExitStack) -> tuple[Any, Any]:
    read, write = os.pipe()
    return stack.enter_context(os.fdopen(read, "rb", 0)), stack.enter_context(
        os.fdopen(write, "wb", 0)
    )


def _to_the_end(argv: Sequence[str], out: Any, err: Any, told: Any, ends: float) -> Ended:
    read: dict[Any, bytes] = {out: b"", err: b"", told: b""}
    with selectors.DefaultSelector() as selector:
        for each in read:
            selector.register(each, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0.0, ends - time.monotonic()))
            if not ready and time.monotonic() >= ends:
                _kill(told, read[told])
                raise subprocess.TimeoutExpired(list(argv), 0, read[out], read[err])
            for key, _ in ready:
                more = os.read(key.fd, 65536)
                read[key.fileobj] += more
                if not more:
                    selector.unregister(key.fileobj)
    _, _, code = read[told].decode().partition(" ")
    assert code, f"the process that starts ftlab is gone: {read[err].decode(errors='replace')}"
    return Ended(int(code), _text(read[out]), _text(read[err]))


def _kill(told: Any, read: bytes) -> None:
    """It is told who it is before anything else."""
    while b" " not in read:
        more = os.read(told.fileno(), 65536)
        if not more:
            return
        read += more
    pid, _, code = read.decode().partition(" ")
    if not code:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def _text(data: bytes) -> str:
    """As text mode reads it."""
    return data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


# From here on: the process that is copied.


def _load() -> None:
    """Everything a call may load by and by. Nothing of it starts a thread, which a copy would not
    have."""
    program = importlib.import_module("ftlab.program")
    for module in pkgutil.walk_packages([str(Path(program.__file__ or "").parent)], "ftlab."):
        if not module.name.startswith(_OTHERS) and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    assert not _FRONT_ENDS & set(sys.modules)
    assert threading.active_count() == 1


def _requests(line: socket.socket) -> Iterator[tuple[dict[str, Any], list[int]]]:
    while True:
        head, files, _, _ = socket.recv_fds(line, 8, len(_COUNT))
        if not head:
            return
        request = _exactly(line, int.from_bytes(head + _exactly(line, 8 - len(head))))
        yield json.loads(request), files


def _exactly(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += line.recv(size - len(data))
    return data


def _serve(line: socket.socket) -> dict[str, Any] | None:
    """Returns in each copy what that has to do, and here, at the end, nothing."""
    for request, files in _requests(line):
        _bury()
        if os.fork() == 0:
            line.close()
            _wait_beside(files)
            return request
        for file in files:
            os.close(file)
    _bury()
    return None


def _bury() -> None:
    """Take note of copies that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _wait_beside(files: list[int]) -> None:
    """Returns in the copy. Its parent says how it ends, and has nothing else to do."""
    *streams, told = files
    pid = os.fork()
    if pid == 0:
        os.close(told)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        return
    with contextlib.suppress(BrokenPipeError):  # it was given up
        os.write(told, b"%d " % pid)
        for stream in streams:
            os.close(stream)
        _, status = os.waitpid(pid, 0)
        os.write(told, b"%d" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(request: dict[str, Any]) -> None:
    """``python -m ftlab``, with all that it was started with."""
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.path[0] = request["cwd"]
    sys.argv[1:] = request["argv"]
    runpy.run_module("ftlab", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _line = socket.socket(fileno=int(sys.argv[1]))
    _load()
    if (_request := _serve(_line)) is not None:
        _become(_request)
