"""One channel's turn to speak, so that nothing is ever sent on a channel that is closed.

paramiko decides under a lock whether a channel may still send, but sends after letting go of
it. When the host's close is answered in between, the message refers to a channel that is gone,
and the server hangs up on the whole connection: with quick commands that happens within a few
dozen of them. Here whoever sends holds the channel's ``send_lock`` lock meanwhile, and so does the
transport's thread while it answers a close.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from paramiko.common import (
    MSG_CHANNEL_CLOSE,
    MSG_CHANNEL_DATA,
    MSG_CHANNEL_EXTENDED_DATA,
    MSG_CHANNEL_FAILURE,
    MSG_CHANNEL_REQUEST,
)

from ftlab.ssh.paramiko_ext.packets import Violation


def signal_status(name: str) -> int:
    """A shell's status for a process killed by a signal (``TERM`` → 143); 128 if unknown."""
    try:
        return 128 + int(signal.Signals["SIG" + name])
    except KeyError:
        return 128


LONGEST_WAIT = threading.TIMEOUT_MAX  # seconds, as the system counts them
FULL = 1 << 16  # bytes of an answer that are worth looking at; far below a channel's window


class WakeUp:
    """Something happened. Stands in for the event of paramiko's buffers, which clear it
    whenever one of them runs empty: that says nothing about the others, so it is ignored.

    :meth:`set` wakes one thread: where several wait, it is for each to pass it on. A lock is all
    that takes, at a tenth of what an event costs."""

    def __init__(self) -> None:
        self._nothing = threading.Lock()  # held while nothing has happened
        self._nothing.acquire()

    def set(self) -> None:
        with contextlib.suppress(RuntimeError):  # set already: most pieces come in a heap
            self._nothing.release()

    def clear(self) -> None:
        """Only :meth:`wait` clears it."""

    def wait(self, seconds: float | None) -> None:
        """Return at once if it was set since the last wait, else when it is, or time is up."""
        self._nothing.acquire(timeout=-1 if seconds is None else min(seconds, LONGEST_WAIT))


class _WhenFull:
    """Stands in for the event of one of paramiko's buffers, but wakes only where it has ended or
    fills up. Nobody can use the pieces of an answer, and each wake-up takes a thread, which then
    competes with all others for the interpreter."""

    def __init__(self, buffer: Any, wake_up: WakeUp) -> None:
        self._buffer = buffer
        self._wake_up = wake_up

    def set(self) -> None:
        """Called with the buffer's lock held."""
        if self._buffer._closed or len(self._buffer._buffer) >= FULL:
            self._wake_up.set()

    def clear(self) -> None:
        """Only :meth:`WakeUp.wait` clears it."""


class _WakingCondition(threading.Condition):
    """A channel's window condition that also wakes: there is room to send more. A host gives room
    for every command, also where there is nothing to send."""

    def __init__(self, channel: Any, wake_up: WakeUp) -> None:
        super().__init__(channel.lock)
        self._channel = channel
        self._wake_up = wake_up

    def notify_all(self) -> None:
        super().notify_all()
        if self._channel.wants_room:
            self._wake_up.set()


def make_nonblocking(channel: Any, wake_up: WakeUp, *, each_piece: bool = False) -> threading.RLock:
    """Make a channel non-blocking and set ``wake_up`` when its answer has ended or fills its
    buffers (or with ``each_piece`` whenever a piece of it arrives), when its exit status is there,
    and, unless its ``wants_room`` is set to False, when there is room to send more.

    Returns its ``send_lock`` lock, which must be held by whoever sends, receives or closes.
    """
    channel.send_lock = threading.RLock()
    channel.wake_up = wake_up
    channel.wants_room = True
    channel.settimeout(0.0)
    channel.out_buffer_cv = _WakingCondition(channel, wake_up)
    for buffer in (channel.in_buffer, channel.in_stderr_buffer):
        buffer.set_event(wake_up if each_piece else _WhenFull(buffer, wake_up))
    return channel.send_lock


def _turn(channel: Any) -> AbstractContextManager[Any]:
    return getattr(channel, "send_lock", None) or nullcontext()


def _on_close(channel: Any, message: Any) -> None:
    with _turn(channel):
        channel._handle_close(message)


def _on_failure(channel: Any, message: Any) -> None:
    """Tell a refused request from a connection that died: paramiko closes both alike."""
    channel.request_refused = True
    with _turn(channel):
        channel._request_failed(message)


def _on_request(channel: Any, message: Any) -> None:
    """Take note of ``exit-signal``, which paramiko passes over; hand on the rest."""
    start = message.packet.tell()
    if message.get_text() == "exit-signal":
        message.get_boolean()
        channel.exit_status = signal_status(message.get_text())
        channel.status_event.set()
    else:
        message.packet.seek(start)
        channel._handle_request(message)
    if channel.status_event.is_set() and (wake_up := getattr(channel, "wake_up", None)) is not None:
        wake_up.set()


def _on_data(channel: Any, message: Any) -> None:
    channel._feed(message)
    _refuse_more_than_asked_for(channel)


def _on_extended_data(channel: Any, message: Any) -> None:
    channel._feed_extended(message)
    _refuse_more_than_asked_for(channel)


def _refuse_more_than_asked_for(channel: Any) -> None:
    """What is kept unread is at most the window that we gave, unless the host passes over it:
    paramiko would keep whatever comes.

    :raises Violation: ends the connection.
    """
    unread = len(channel.in_buffer._buffer) + len(channel.in_stderr_buffer._buffer)
    if unread > channel.in_window_size:
        raise Violation(f"it sends more than it was given room for ({channel.in_window_size})")


HANDLERS = {
    MSG_CHANNEL_DATA: _on_data,
    MSG_CHANNEL_EXTENDED_DATA: _on_extended_data,
    MSG_CHANNEL_CLOSE: _on_close,
    MSG_CHANNEL_FAILURE: _on_failure,
    MSG_CHANNEL_REQUEST: _on_request,
}
