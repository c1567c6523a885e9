"""paramiko's Transport with ftlab's limits, algorithm order and manners at hang-up.

What it relies on in paramiko is pinned by ``tests/ssh/test_ssh_paramiko_pins.py``.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Sequence
from typing import Any

import paramiko

from ftlab.ssh.deadline import Deadline
from ftlab.ssh.packets import Packets
from ftlab.ssh.talk import HANDLERS

# Without a handler, logging's last resort would print paramiko's errors to the user's stderr.
logging.getLogger("paramiko").addHandler(logging.NullHandler())

# Cheapest first among equals: AES-GCM needs no separate MAC, which paramiko compares in a
# Python loop; elliptic curves come before the finite fields (about 20 ms for group14).
CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
LAST_KEX = (
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group16-sha512",
)
HANGUP_GRACE = 2.0


def _first(wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    front = tuple(name for name in wanted if name in known)
    return front + tuple(name for name in known if name not in front)


def _last(unwanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    back = tuple(name for name in unwanted if name in known)
    return tuple(name for name in known if name not in back) + back


class Stalled(paramiko.SSHException):
    """The peer stopped in the middle; ``stage`` says of what."""

    def __init__(self, stage: str) -> None:
        super().__init__(f"no answer during {stage}")
        self.stage = stage


class LabTransport(paramiko.Transport):
    """One connection. ``deadline`` bounds everything up to and including the login.

    ``known_types`` are the host key types on record for this server: they are asked for
    first, so that a server with several keys shows the one that can be compared.
    """

    # How long the reader sleeps in the kernel. It need not be short, since close() wakes it:
    # at paramiko's 0.1 s, 300 idle connections cost 7 % of a core.
    _active_check_timeout = 5.0
    _preferred_ciphers = _first(CIPHERS, paramiko.Transport._preferred_ciphers)
    _preferred_kex = _last(LAST_KEX, paramiko.Transport._preferred_kex)

    def __init__(
        self,
        sock: Any,
        *,
        deadline: Deadline,
        known_types: Sequence[str] = (),
        disabled_algorithms: Any = None,
    ) -> None:
        super().__init__(sock, disabled_algorithms=disabled_algorithms, packetizer_class=Packets)
        self.deadline = deadline
        self.known_types = tuple(known_types)
        self.farewell = ""
        self.offered: dict[str, list[str]] = {}
        # The deadline is ours alone to keep: a second clock would only blur the message.
        self.banner_timeout = deadline.limit + self._active_check_timeout
        if not isinstance(sock, socket.socket):
            sock.settimeout(1.0)

    @property
    def preferred_keys(self) -> tuple[str, ...]:
        """Host key algorithms, those on record first. No certificates are asked for."""
        plain = self._filter_algorithm("keys")
        return _first([name for name in plain if host_key_type(name) in self.known_types], plain)

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

    def stop_thread(self) -> None:
        """Wake the reader by shutting the socket down, and wait for its end."""
        self.active = False
        hang_up(self.sock)
        if self.is_alive() and self is not threading.current_thread():
            self.join(HANGUP_GRACE)
        self.packetizer.close()

    def _parse_kex_init(self, m: Any) -> None:
        start = m.packet.tell()
        self.offered = self._really_parse_kex_init(m)
        m.packet.seek(start)
        super()._parse_kex_init(m)

    def _parse_disconnect(self, m: Any) -> None:
        m.get_int()
        self.farewell = m.get_text()

    _channel_handler_table = {  # noqa: RUF012 (paramiko's own shape)
        **paramiko.Transport._channel_handler_table,
        **HANDLERS,
    }


def host_key_type(algorithm: str) -> str:
    """The known_hosts type behind a host key algorithm: all RSA variants are ``ssh-rsa``."""
    return "ssh-rsa" if algorithm.startswith("rsa-sha2-") else algorithm


def hang_up(sock: Any) -> None:
    """End both directions, which wakes whoever reads or writes; the reader then closes it."""
    with contextlib.suppress(OSError):
        if isinstance(sock, socket.socket):
            sock.shutdown(socket.SHUT_RDWR)
        else:
            sock.close()
