"""paramiko's Packetizer with reads in one gulp and writes that cannot stand still for ever."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from paramiko.packet import NeedRekeyException, Packetizer
from paramiko.ssh_exception import SSHException

from ftlab.ssh.greeting import OTHER

WRITE_STALL = 30.0
GULP = 1 << 16
LARGEST_PACKET = 1 << 18  # bytes, as OpenSSH has it
LONGEST_MAC = 64
LONGEST_LINE = 8192
LONGEST_GREETING = 300
LAST_MOMENT = 0.5  # seconds
QUICKACK = getattr(socket, "TCP_QUICKACK", None)
LONGEST_POLL = 2**31 - 1  # milliseconds, as poll(2) takes them
SHORTEST_SLEEP = 0.001  # seconds; to the kernel, none at all means for ever


class Violation(SSHException):
    """The peer breaks the protocol in a way that would cost us memory or time without bound."""


class Packets(Packetizer):
    """Reads whatever has arrived and hands it out packet by packet: paramiko asks the kernel
    twice for each packet, and lets go of the interpreter each time.

    A peer that stops reading would hold its writer for ever. The writing thread's own limit is
    set with :meth:`write_until`; other writes (the transport's replies) may stand still for
    ``WRITE_STALL`` seconds. After that the connection is of no use, since half a packet may be
    out, and ``EOFError`` says so.

    ``on_silence`` is told by the reading thread how many times in a row the time of
    :meth:`listen_for` has passed without a byte; what it raises ends the connection.
    """

    def __init__(self, sock: Any) -> None:
        super().__init__(sock)
        self._sock = sock
        self._limit = threading.local()
        self._writing = threading.Lock()
        self._gathered = bytearray()
        self._unread = bytearray()
        self._before_banner = b""
        self._greeted = False
        self._incoming: select.poll | None = None
        self._silences = 0
        self.on_silence: Callable[[int], None] = lambda times: None  # noqa: ARG005

    def listen_for(self, seconds: float) -> None:
        """How long the reader sleeps in the kernel before it looks around.

        A socket with a timeout of Python's asks the kernel whether it may before each call, and
        lets go of the interpreter twice; with one of the kernel's it does so once.
        """
        if isinstance(self._sock, socket.socket):
            self._sock.settimeout(None)
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(seconds))
            self._incoming = select.poll()
            self._incoming.register(self._sock, select.POLLIN)
        else:
            self._sock.settimeout(seconds)

    def start_handshake(self, timeout: float) -> None:
        """Start no timer thread: the transport's deadline covers the handshake."""

    def readline(self, timeout: float) -> str:  # noqa: ARG002 - the deadline covers it
        """A line before the key exchange, cut where it is longer than any that SSH has.

        :raises EOFError: another protocol begins like this.
        """
        while (end := self._unread.find(b"\n")) < 0 and len(self._unread) < LONGEST_LINE:
            if OTHER.match(self._unread):
                break
            self._receive()
        if OTHER.match(self._unread):
            self._await_end()
            raise EOFError
        size = end + 1 if 0 <= end < LONGEST_LINE else LONGEST_LINE
        line = self._take(size)
        self._greeted = line.startswith(b"SSH-")
        self._before_banner = (self._before_banner + line)[:LONGEST_GREETING]
        return line.rstrip(b"\r\n").decode("utf-8", "replace")

    @property
    def greeting(self) -> str:
        """What the peer said where the SSH banner was to be."""
        said = self._before_banner + bytes(self._unread[:LONGEST_GREETING])
        return said[:LONGEST_GREETING].decode("utf-8", "replace")

    def read_all(self, n: int, check_rekey: bool = False) -> bytes:
        """The next ``n`` bytes.

        :raises EOFError: the connection ended first.
        :raises NeedRekeyException: nothing comes, and new keys are due (``check_rekey``).
        :raises Violation: no packet is that long: whoever claims it would have us wait for up
            to 4 GiB, and keep them.
        """
        if not 0 <= n <= LARGEST_PACKET + LONGEST_MAC:
            raise Violation(f"it announces a packet that SSH does not allow (rest: {n} bytes)")
        while len(self._unread) < n:
            silent = not self._receive()
            if silent and check_rekey and not self._unread and self.need_rekey():
                raise NeedRekeyException
        return self._take(n)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._unread[:size])
        del self._unread[:size]
        return taken

    def _receive(self) -> bool:
        """Wait for more bytes; False where none came in time."""
        try:
            data = self._sock.recv(GULP)
        except (BlockingIOError, TimeoutError):
            data = None
        except OSError:
            if self.closed:
                raise EOFError from None
            if not self._greeted:
                self._keep_last_words()
            raise
        if data is None:
            self._silences += 1
            if self.closed:
                raise EOFError
            self.on_silence(self._silences)
            return False
        if not data:
            raise EOFError
        self._silences = 0
        self._unread += data
        return True

    def write_until(self, at: float | None) -> None:
        """Bound this thread's writes by the monotonic time ``at``; ``None`` lifts it."""
        self._limit.at = at

    @contextlib.contextmanager
    def one_write(self) -> Iterator[None]:
        """What this thread sends within goes out in one write, at the end or with whatever another
        thread sends meanwhile: each write lets go of the interpreter, and wakes the host.

        :raises EOFError: as :meth:`write_all`.
        """
        self._limit.gathers = True
        try:
            yield
        finally:
            self._limit.gathers = False
            self.write_all(b"")

    def write_all(self, out: bytes) -> None:
        """Send it all. :raises EOFError: it cannot be sent, or not in time."""
        with self._writing:
            self._gathered += out  # in the order in which they were encrypted
            if self._gathered and not getattr(self._limit, "gathers", False):
                gathered, self._gathered = self._gathered, bytearray()
                self._write_or_listen(gathered)

    def _write_or_listen(self, out: bytes | bytearray) -> None:
        try:
            self._write_all(out)
        except (EOFError, OSError):
            if not self._greeted:
                self._keep_last_words()
            raise

    def _await_end(self) -> None:
        """A moment for a proxy command that has told why it fails, and is about to end."""
        until = time.monotonic() + LAST_MOMENT
        while self._incoming and self._incoming.poll(max(0.0, until - time.monotonic()) * 1000):
            if not self._sock.recv(GULP):
                return

    def _keep_last_words(self) -> None:
        """What a peer has said that did not wait for us to introduce ourselves."""
        if isinstance(self._sock, socket.socket):
            with contextlib.suppress(OSError):
                self._unread += self._sock.recv(LONGEST_GREETING, socket.MSG_DONTWAIT)
                self._await_end()

    def _write_all(self, out: bytes | bytearray) -> None:
        at = getattr(self._limit, "at", None) or time.monotonic() + WRITE_STALL
        rest = memoryview(out)
        if self._incoming is not None:  # mostly there is room
            rest = rest[self._send(rest) :]
        while rest:
            if not self.await_room(at):
                raise EOFError
            rest = rest[self._send(rest) :]

    def await_room(self, at: float) -> bool:
        """Wait for room to send; False where the monotonic time ``at`` came first. Safe to call
        from several threads, as the connections through a jump host do."""
        if not isinstance(self._sock, socket.socket):
            return bool(self._sock.await_room(at))
        descriptor = self._sock.fileno()
        if descriptor < 0:
            return False
        poll = select.poll()
        poll.register(descriptor, select.POLLOUT)
        left = max(0.0, at - time.monotonic())
        return bool(poll.poll(min(left * 1000, LONGEST_POLL)))

    def _send(self, rest: memoryview) -> int:
        """How many bytes went out: none where there was no room after all."""
        try:
            if isinstance(self._sock, socket.socket):
                sent = self._sock.send(rest, socket.MSG_DONTWAIT)
            else:
                sent = int(self._sock.send(rest))
        except (TimeoutError, BlockingIOError):
            return 0
        except OSError as error:
            raise EOFError from error
        if not sent:
            raise EOFError
        self._acknowledge_at_once()
        return sent

    def _acknowledge_at_once(self) -> None:
        """sshd leaves Nagle on: it holds an answer back until its last one is acknowledged.

        Linux delays that by 40 ms, unless told otherwise again and again (tcp(7)).
        """
        if QUICKACK is not None and isinstance(self._sock, socket.socket):
            with contextlib.suppress(OSError):
                self._sock.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)


def _timeval(seconds: float) -> bytes:
    """As the kernel takes a time: whole seconds and millionths."""
    whole, rest = divmod(max(seconds, SHORTEST_SLEEP), 1)
    return struct.pack("ll", int(whole), int(rest * 1_000_000))
