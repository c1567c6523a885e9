"""``ProxyCommand``: a program that brings the bytes there, as the far end of a real socket.

paramiko's own reads it byte for byte until it has all it asked for, and spins once the program
has ended. A socket has time limits and an end, and everything that works on one works here.
"""

from __future__ import annotations

import socket
import subprocess
import tempfile
import threading
from typing import Any

from ftlab.frozen import frozen
from ftlab.ssh.deadline import Deadline
from ftlab.ssh.network.this_machine import user_shell
from ftlab.ssh.printable import printable
from ftlab.ssh.process_group import KillGroup, end_group, start_group

GRACE = 2.0  # seconds
TAIL = 2000  # bytes of stderr that are kept
MOST_WORDS = 400
NOT_FOUND = 127  # what shells say


@frozen(slots=True)
class ProxyEnd:
    """How the program ended: ``status`` as :mod:`subprocess` has it, ``None`` if it had to be
    ended; ``stderr`` is the end of what it said there."""

    status: int | None
    stderr: str

    @property
    def failed(self) -> bool:
        return self.status not in (None, 0)

    def __str__(self) -> str:
        said = printable(self.stderr, TAIL)
        said = said if len(said) <= MOST_WORDS else f"…{said[-MOST_WORDS:]}"
        return f"the proxy command {self._how()}" + (f"; it says: {said}" if said else "")

    def _how(self) -> str:
        if self.status is None:
            return "was still running"
        if self.status < 0:
            return f"was ended by signal {-self.status}"
        what = " (no such command)" if self.status == NOT_FOUND else ""
        return f"ended with exit status {self.status}{what}"


class ProxySocket(socket.socket):
    """One end of a socket pair; the program has the other as its stdin and stdout.

    Closing ends the program, with all that it has started; ``ended`` then says how.
    """

    _program: subprocess.Popen[bytes] | None = None
    _stderr: Any = None
    _closing: threading.Lock
    _at_end = False
    _end: KillGroup | None = None
    """Ends the program if nobody closes the socket before this process ends."""
    ended: ProxyEnd | None = None

    def recv(self, *args: Any) -> bytes:
        try:
            data = super().recv(*args)
        except ConnectionResetError:  # it has not read what we sent; its own words come next
            self._at_end = True
            raise
        self._at_end |= not data
        return data

    def close(self) -> None:
        """Safe to repeat, and from any thread."""
        super().close()
        with self._closing:
            program, self._program = self._program, None
            if program is not None:
                self.ended = ProxyEnd(_status(program, self._at_end), _tail(self._stderr))
                end_group(program, GRACE)
            if self._end is not None:
                self._end.detach()


def start_proxy(command: str) -> ProxySocket:
    """Start ``command`` (its tokens are filled in) as ssh does: by the user's shell, replaced
    by the program itself.

    :raises OSError: there is no shell to start it.
    """
    near, far = socket.socketpair()
    stderr = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with the socket
    try:
        program, end = _start([user_shell(), "-c", f"exec {command}"], far, stderr)
    except OSError:
        near.close()
        stderr.close()
        raise
    finally:
        far.close()
    proxy = ProxySocket(near.family, near.type, near.proto, near.detach())
    proxy._closing = threading.Lock()
    proxy._program, proxy._stderr, proxy._end = program, stderr, end
    return proxy


class NoSocket(ConnectionError):
    """A program that was to pass a connection on (``ProxyUseFdpass``) has not."""

    def __init__(self, proxy: ProxySocket) -> None:
        super().__init__("the proxy command did not pass a connection on")
        self.proxy = proxy


def passed_socket(proxy: ProxySocket, deadline: Deadline) -> socket.socket:
    """The connection that the program has made; the program itself is not needed any more.

    :raises NoSocket: it made none.
    :raises TimeoutError: nor has it ended by the deadline.
    """
    proxy.settimeout(deadline.left)
    try:
        data, descriptors, _, _ = socket.recv_fds(proxy, 1, 1)
    except BaseException:
        proxy.close()
        raise
    if not descriptors:
        proxy._at_end = not data
        raise NoSocket(proxy)
    proxy.close()
    made = socket.socket(fileno=descriptors[0])
    if made.family in (socket.AF_INET, socket.AF_INET6):
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def proxy_end(sock: Any) -> ProxyEnd | None:
    """How the program behind a socket ended, if there is one. Closes the socket."""
    if not isinstance(sock, ProxySocket):
        return None
    sock.close()
    return sock.ended


def _start(
    argv: list[str], far: socket.socket, stderr: Any
) -> tuple[subprocess.Popen[bytes], KillGroup]:
    try:
        return start_group(argv, stdin=far.fileno(), stdout=far.fileno(), stderr=stderr)
    except OSError as error:
        why = f"$SHELL, {argv[0]}, cannot be started: {error.strerror}"
        raise OSError(error.errno, why) from None


def _status(program: subprocess.Popen[bytes], at_end: bool) -> int | None:
    """A program that has closed its end is about to be over."""
    if not at_end:
        return program.poll()
    try:
        return program.wait(GRACE)
    except subprocess.TimeoutExpired:
        return None


def _tail(stderr: Any) -> str:
    with stderr:
        size = stderr.seek(0, 2)
        stderr.seek(max(0, size - TAIL))
        return str(stderr.read(TAIL).decode("utf-8", "replace"))
