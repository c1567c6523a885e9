"""Starts ``ftlab`` as a copy of a process that has everything loaded: loading takes longer than all
the rest of a short call. A copy is a process like any other, with arguments, environment, streams,
working folder, signals and an end of its own.
"""

from __future__ import annotations

import array
import contextlib
import fcntl
import importlib
import json
import os
import pkgutil
import runpy
import select
import selectors
import signal
import socket
import subprocess
import sys
import termios
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


class Copy:
    """A call under way, as :class:`subprocess.Popen` has it."""

    def __init__(self, argv: tuple[str, ...], told: Any) -> None:
        self.argv = argv
        self._told = told
        self._read = b""
        self._over = False

    def poll(self) -> int | None:
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Its code, once it has ended."""
        ends = None if timeout is None else time.monotonic() + timeout
        while not self._over:
            left = None if ends is None else max(0.0, ends - time.monotonic())
            if not select.select([self._told], [], [], left)[0]:
                raise subprocess.TimeoutExpired(list(self.argv), timeout or 0)
            self._listen()
        _, _, code = self._read.decode().partition(" ")
        assert code, "the process that starts ftlab is gone"
        return int(code)

    def kill(self) -> None:
        """It is told who it is before anything else."""
        while b" " not in self._read and not self._over:
            self._listen()
        pid = self._read.split(b" ")[0]
        if pid and self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)

    def close(self) -> None:
        self._told.close()

    def _listen(self) -> None:
        more = os.read(self._told.fileno(), 64)
        self._read += more
        self._over = not more


class Nursery:
    """The process that is copied. It is started by the first call and ends with :meth:`close`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def call(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, timeout: float) -> Ended:
        """Run ``ftlab`` with nothing to read, to its end; else :class:`TimeoutExpired`."""
        with contextlib.ExitStack() as stack:
            (out, out_end), (err, err_end) = _pipe(stack), _pipe(stack)
            nothing = os.open(os.devnull, os.O_RDONLY)
            stack.callback(os.close, nothing)
            copy = self.start(argv, env, cwd, (nothing, out_end.fileno(), err_end.fileno()))
            stack.callback(copy.close)
            out_end.close()
            err_end.close()
            return _to_the_end(copy, out, err, time.monotonic() + timeout)

    def start(
        self,
        argv: Sequence[str],
        env: Mapping[str, str],
        cwd: Path,
        streams: Sequence[int],
        *,
        terminal: bool = False,
    ) -> Copy:
        """Begin a call with these three files; ``terminal``: they are one, and it is its own."""
        words = {"argv": argv, "env": dict(env), "cwd": str(cwd), "terminal": terminal}
        request = json.dumps(words).encode()
        told, told_end = os.pipe()
        try:
            with self._lock:
                self._send(request, (*streams, told_end))
        finally:
            os.close(told_end)
        return Copy(tuple(argv), os.fdopen(told, "rb", 0))

    def close(self) -> None:
        """End it; what it started has ended by then, or was given up."""
        with self._lock:
            if self._line is not None and self._process is not None:
                self._line.close()
                self._process.wait(10)
            self._line = self._process = None

    def _send(self, request: bytes, files: Sequence[int]) -> None:
        if self._line is None:
            self._line = self._started()
        socket.send_fds(self._line, [len(request).to_bytes(8)], files)
        self._line.sendall(request)

    def _started(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        lasting = ("PATH", "TMPDIR", "COVERAGE")
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env={k: v for k, v in os.environ.items() if k.startswith(lasting)},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        return ours


nursery = Nursery()


def _pipe(stack: contextlib.ExitStack) -> tuple[Any, Any]:
    read, write = os.pipe()
    return stack.enter_context(os.fdopen(read, "rb", 0)), stack.enter_context(
        os.fdopen(write, "wb", 0)
    )


def _to_the_end(copy: Copy, out: Any, err: Any, ends: float) -> Ended:
    read: dict[Any, bytes] = {out: b"", err: b""}
    with selectors.DefaultSelector() as selector:
        for each in read:
            selector.register(each, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0.0, ends - time.monotonic()))
            if not ready and time.monotonic() >= ends:
                copy.kill()
                raise subprocess.TimeoutExpired(list(copy.argv), 0, read[out], read[err])
            for key, _ in ready:
                more = os.read(key.fd, 65536)
                read[key.fileobj] += more
                if not more:
                    selector.unregister(key.fileobj)
    code = copy.wait(max(0.0, ends - time.monotonic()))
    return Ended(code, _text(read[out]), _text(read[err]))


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
    if request["terminal"]:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
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
