"""paramiko's Transport with ftlab's limits, order of algorithms and way of hanging up.

What it relies on in paramiko is pinned by ``tests/ssh/test_ssh_library_pins.py``.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import paramiko
from paramiko.common import cMSG_GLOBAL_REQUEST

from ftlab.frozen import frozen
from ftlab.ssh.deadline import Deadline
from ftlab.ssh.paramiko_ext.algorithms import (
    CIPHERS,
    CURVE25519,
    FIRST_KEX,
    LAST_KEX,
    first,
    host_key_type,
    last,
)
from ftlab.ssh.paramiko_ext.auth_handler import LoginHandler
from ftlab.ssh.paramiko_ext.channel_lock import HANDLERS
from ftlab.ssh.paramiko_ext.openings import Openings
from ftlab.ssh.paramiko_ext.packets import Packets, Violation

# Without a handler, logging's last resort would print paramiko's errors to the user's stderr.
logging.getLogger("paramiko").addHandler(logging.NullHandler())

HANGUP_GRACE = 2.0
MOST_EXTENSIONS = 1024  # as OpenSSH; RFC 8308 has four
SIGN_OF_LIFE = "keepalive@openssh.com"  # a server that does not know it answers that it does not


class Stalled(paramiko.SSHException):
    """The peer stopped in the middle; ``stage`` says of what."""

    def __init__(self, stage: str) -> None:
        super().__init__(f"no answer during {stage}")
        self.stage = stage


@frozen(slots=True)
class Keepalive:
    """After ``every`` seconds without a byte the server is asked for a sign of life; after
    ``count`` such silences in a row the connection is given up."""

    every: float = 15.0
    count: int = 4

    @property
    def limit(self) -> float:
        """Seconds of silence that end a connection."""
        return self.every * self.count


class LabTransport(Openings):
    """One connection. ``deadline`` bounds everything up to and including the login.

    ``entered_with`` says what the login was done with, ``farewell`` what the server, or
    ftlab, said when it ended the connection.
    ``known_types`` are the host key types on record for this server: they are asked for
    first, so that a server with several keys shows the one that can be compared.
    """

    _preferred_ciphers = first(CIPHERS, paramiko.Transport._preferred_ciphers)
    _preferred_kex = last(
        LAST_KEX, first(FIRST_KEX, (*paramiko.Transport._preferred_kex, CURVE25519))
    )
    _kex_info = {  # noqa: RUF012 (paramiko's own shape)
        **paramiko.Transport._kex_info,
        CURVE25519: paramiko.Transport._kex_info[f"{CURVE25519}@libssh.org"],
    }

    def __init__(
        self,
        sock: Any,
        *,
        deadline: Deadline,
        known_types: Sequence[str] = (),
        keepalive: Keepalive = Keepalive(),  # noqa: B008 - it is frozen
        disabled_algorithms: Any = None,
    ) -> None:
        super().__init__(sock, disabled_algorithms=disabled_algorithms, packetizer_class=Packets)
        # How long the reader sleeps in the kernel. It need not be short, since close() wakes
        # it: at paramiko's 0.1 s, 300 idle connections cost 7 % of a core.
        self.packetizer.listen_for(keepalive.every)
        self.packetizer.on_silence = self._on_silence
        self.keepalive = keepalive
        self.deadline = deadline
        self.known_types = tuple(known_types)
        self.farewell = ""
        self.entered_with = ""
        self.may_log_in = False
        self.offered: dict[str, list[str]] = {}

    @property
    def preferred_keys(self) -> tuple[str, ...]:
        """Host key algorithms, those on record first. No certificates are asked for."""
        plain = self._filter_algorithm("keys")
        return first([name for name in plain if host_key_type(name) in self.known_types], plain)

    @property
    def greeting(self) -> str:
        """What the peer says that has not shown an SSH banner."""
        return "" if self.remote_version else self.packetizer.greeting

    @property
    def stage(self) -> str:
        """What is under way before the login has succeeded."""
        if not self.remote_version:
            return "banner"
        return "authentication" if self.initial_kex_done else "key exchange"

    def start_client(self, event: Any = None, timeout: Any = None) -> None:  # noqa: ARG002
        """Negotiate, within the deadline. Waits for the end without polling.

        :raises Stalled: the deadline passed; the socket is closed and the thread has ended.
        """
        self.completion_event = done = threading.Event()
        self.active = True
        self.start()
        if not done.wait(self.deadline.left):
            stage = self.stage
            self.close()
            raise Stalled(stage)
        if not self.active:
            raise self.get_exception() or paramiko.SSHException("Negotiation failed.")

    def run(self) -> None:
        try:
            super().run()
        finally:  # paramiko tells who waits for a channel, unless one is just being opened
            self.forget_openings()

    def auth_none(self, username: str) -> Any:
        return self._attempt(lambda one, answered: one.auth_none(username, answered))

    def auth_publickey(self, username: str, key: Any) -> Any:
        return self._attempt(lambda one, answered: one.auth_publickey(username, key, answered))

    def auth_password(self, username: str, password: str) -> Any:
        return self._attempt(lambda one, answered: one.auth_password(username, password, answered))

    def auth_interactive(self, username: str, handler: Any, submethods: str = "") -> Any:
        return self._attempt(
            lambda one, answered: one.auth_interactive(username, handler, answered, submethods)
        )

    def _attempt(self, begin: Callable[[LoginHandler, threading.Event], None]) -> Any:
        """The methods still wanted after an attempt: none once logged in.

        :raises paramiko.AuthenticationException: refused, or no answer by the deadline.
        """
        if not (self.active and self.initial_kex_done):
            raise paramiko.SSHException("the connection is not there any more")
        self.auth_handler = attempt = LoginHandler(self)
        answered = threading.Event()
        begin(attempt, answered)
        return attempt.wait_for_response(answered)

    def send(self, message: paramiko.Message) -> None:
        """Send a message of a channel; while keys are exchanged, it waits for the end of that."""
        self._send_user_message(message)

    def stop_thread(self) -> None:
        """Wake the reader by shutting the socket down, and wait for its end."""
        self.active = False
        if self.auth_handler is not None:
            self.auth_handler.abort()
        self.forget_openings()
        hang_up(self.sock)
        if self.is_alive() and self is not threading.current_thread():
            self.join(HANGUP_GRACE)
        self.packetizer.close()

    def _on_silence(self, times: int) -> None:
        """Called by the reader. A long command is silent too, but its server answers this."""
        if not self.is_authenticated():
            return  # the deadline's business
        left = self.keepalive.count - times
        if left > 0 and (self.in_kex or self._asked_for_life(left * self.keepalive.every)):
            return
        self.farewell = f"no sign of life for {self.keepalive.limit:g} s"
        raise EOFError

    def _asked_for_life(self, limit: float) -> bool:
        """Whether the question went out within ``limit`` seconds."""
        message = paramiko.Message()
        message.add_byte(cMSG_GLOBAL_REQUEST)
        message.add_string(SIGN_OF_LIFE)
        message.add_boolean(True)
        self.packetizer.write_until(time.monotonic() + limit)
        try:
            self._send_message(message)
        except EOFError:
            return False
        finally:
            self.packetizer.write_until(None)
        return True

    def _really_parse_kex_init(self, m: Any, ignore_first_byte: bool = False) -> Any:
        """Keep what the server offers; only our own offer comes with its first byte."""
        parsed = super()._really_parse_kex_init(m, ignore_first_byte)
        if not ignore_first_byte:
            self.offered = parsed
        return parsed

    def _parse_ext_info(self, m: Any) -> None:
        """:raises Violation: more extensions are announced than can follow."""
        if (count := m.get_int()) > MOST_EXTENSIONS:
            raise Violation(f"it announces {count} protocol extensions")
        m.rewind()
        super()._parse_ext_info(m)

    def _filter_algorithm(self, type_: str) -> tuple[str, ...]:
        """Asked sixteen times a login, mostly with nothing to filter."""
        if self.disabled_algorithms:
            return super()._filter_algorithm(type_)
        preferred: tuple[str, ...] = getattr(self, f"_preferred_{type_}")
        return preferred

    def _parse_debug(self, m: Any) -> None:
        """What sshd says of a key's options: made fit for a log letter by letter, if for one."""
        if self.logger.isEnabledFor(logging.DEBUG):
            super()._parse_debug(m)

    def _parse_disconnect(self, m: Any) -> None:
        m.get_int()
        self.farewell = m.get_text()

    _channel_handler_table = {  # noqa: RUF012 (paramiko's own shape)
        **paramiko.Transport._channel_handler_table,
        **HANDLERS,
    }


def hang_up(sock: Any) -> None:
    """End both directions, which wakes whoever reads or writes; the reader then closes it."""
    with contextlib.suppress(OSError):
        if isinstance(sock, socket.socket):
            sock.shutdown(socket.SHUT_RDWR)
        else:
            sock.close()
