"""One command on one channel, moved on without ever blocking.

Several exchanges share one :class:`~ftlab.ssh.paramiko_ext.channel_lock.WakeUp`: whatever arrives
on any of their channels sets it, so a single thread waits for all of them, without polling and
without a thread per stream.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import paramiko
from paramiko.common import cMSG_CHANNEL_REQUEST

from ftlab.model import Command, Completed
from ftlab.ssh.deadline import Deadline
from ftlab.ssh.paramiko_ext.channel_lock import WakeUp, make_nonblocking

CHUNK = 65536
RECEIVE = 1 << 20
ROUNDS = 8
QUIET = 0.5
"""Seconds without output, after which nobody waits for more once the status is there: a process
that the command left behind holds it open. What was on its way has arrived by then."""


class Exchange:
    """:meth:`open`, :meth:`begin`, then :meth:`pump` at each wake-up, until it is True."""

    def __init__(
        self,
        command: Command,
        line: str,
        stdin: bytes,
        cap: int,
        progress: Callable[[Exchange], None] | None = None,
    ) -> None:
        """``progress`` is called by :meth:`pump` whatever there is to hear."""
        self.command = command
        self._progress = progress
        self._line = line
        self._unsent = memoryview(stdin)
        self.cap = cap
        self._channel: Any = None
        self._wake_up = WakeUp()
        self._send_lock = threading.RLock()
        self._out = bytearray()
        self._err = bytearray()
        self._ended = False
        self._last_heard = 0.0
        self._status_seen = False
        self._input_closed = False
        self.sent = False
        self.truncated = False
        self.started = time.monotonic()
        self.deadline = Deadline(0)

    def open(self, transport: Any, deadline: Deadline, wake_up: WakeUp) -> None:
        """Open a channel for the command.

        :raises paramiko.SSHException: the host gives no channel, or not in time.
        """
        self.deadline = deadline
        self._wake_up = wake_up
        self.started = self._last_heard = time.monotonic()
        self._channel = transport.open_session(timeout=deadline.left)
        self._send_lock = make_nonblocking(
            self._channel, wake_up, each_piece=self._progress is not None
        )

    def begin(self, transport: Any) -> None:
        """Send the command, without waiting for the answer to it."""
        with self._send_lock, transport.packetizer.one_write():
            self.sent = True  # from here on nobody knows for certain that it has not run
            transport.send(self._request())
            self._send()

    def pump(self) -> bool:
        """Move what can be moved now; True once the command has ended."""
        if not self._ended:
            self._ended = self._is_over()  # before reading: what came until here is then read
            with self._send_lock:
                self._send()
                self._drain(self._channel.recv, self._out)
                self._drain(self._channel.recv_stderr, self._err)
            if self._progress is not None:
                self._progress(self)
            self._ended = self._ended or self._left_alone()
        return self._ended

    @property
    def wake_at(self) -> float:
        """The monotonic time by which :meth:`pump` is to be called even if nothing arrives."""
        if self._has_status and not self._ended:
            return min(self.deadline.at, self._last_heard + QUIET)
        return self.deadline.at

    @property
    def _has_status(self) -> bool:
        channel = self._channel
        return channel is not None and channel.status_event.is_set() and self.status is not None

    def _left_alone(self) -> bool:
        """The command is over, and only somebody else could still write: a process that it has
        left behind. That is not waited for, nor is the end of what it writes."""
        if not self._has_status:
            return False
        if not self._status_seen:  # what is said along with it comes a moment later
            self._status_seen, self._last_heard = True, time.monotonic()
        return self.deadline.passed or time.monotonic() >= self._last_heard + QUIET

    @property
    def status(self) -> int | None:
        """The exit status (128+n for signal n); ``None`` if the channel ended without one."""
        status = self._channel.exit_status
        return None if status < 0 else int(status)

    @property
    def refused(self) -> bool:
        """Whether the host declined to run any command."""
        return bool(getattr(self._channel, "request_refused", False))

    @property
    def stdout(self) -> bytes:
        return bytes(self._out)

    @property
    def stderr(self) -> bytes:
        return bytes(self._err)

    def said(self, out: int, err: int) -> tuple[bytes, bytes]:
        """What has come of both by now, from these places on; also from another thread: a slice is
        one step of the interpreter's."""
        return bytes(self._out[out:]), bytes(self._err[err:])

    def completed(self, status: int) -> Completed:
        seconds = time.monotonic() - self.started
        return Completed(
            self.command,
            status,
            self.stdout,
            self.stderr,
            seconds,
            truncated=self.truncated,
            left_open=not self._is_over(),
        )

    def close(self) -> None:
        """Give the channel up. What runs over there may go on."""
        if self._channel is not None:
            with self._send_lock:
                self._channel.close()

    def _request(self) -> paramiko.Message:
        message = paramiko.Message()
        message.add_byte(cMSG_CHANNEL_REQUEST)
        message.add_int(self._channel.remote_chanid)
        message.add_string("exec")
        message.add_boolean(True)
        message.add_string(self._line.encode("utf-8", "surrogateescape"))
        return message

    def _is_over(self) -> bool:
        channel = self._channel
        return bool(channel.closed or (channel.eof_received and channel.status_event.is_set()))

    def _send(self) -> None:
        """Send stdin as far as the host has room for it, then its end."""
        if self._input_closed or self._channel.closed:
            return
        try:
            while self._unsent:
                sent = self._channel.send(self._unsent[:CHUNK])
                self._unsent = self._unsent[sent:]
        except TimeoutError:
            return  # the window is full; that it opens is a wake-up
        except OSError:
            pass  # the host closed the channel: it will say why
        self._input_closed = True
        self._channel.wants_room = False
        self._channel.shutdown_write()

    def _drain(self, receive: Any, kept: bytearray) -> None:
        """Read what has arrived. Beyond the cap it is thrown away, so the command can end."""
        rounds = 0
        try:
            while data := receive(RECEIVE):
                room = max(0, self.cap - len(kept))
                kept += data[:room]
                self._last_heard = time.monotonic()
                self.truncated |= len(data) > room
                rounds += 1
                if rounds >= ROUNDS and not self._ended:
                    self._wake_up.set()  # others get their turn, and then there is more
                    return
        except TimeoutError:
            return
