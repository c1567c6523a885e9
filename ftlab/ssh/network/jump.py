"""Jump hosts: one connection to each, shared by every host behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import field
from typing import Any

import paramiko
from fabric import Connection
from paramiko.common import OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED, OPEN_FAILED_CONNECT_FAILED

from ftlab.errors import Unreachable
from ftlab.frozen import mutable
from ftlab.ssh.deadline import Deadline
from ftlab.ssh.network.target import Target
from ftlab.ssh.network.tunnel import Tunnel
from ftlab.ssh.printable import printable

_WORDS = {
    "timed out": "unreachable.timeout",
    "no route": "unreachable.network",
    "unreachable": "unreachable.network",
    "resolve": "unreachable.dns",
    "name or service": "unreachable.dns",
    "name resolution": "unreachable.dns",
}


@mutable
class _Jump:
    """One jump host: its connection, or the error that ended the attempt to make one."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    connection: Connection | None = None
    failure: Unreachable | None = None


class Jumps:
    """``login`` logs in to a jump host. Its failure is final for the run: a jump host that
    refused a login must not be asked again by each of the hosts behind it."""

    def __init__(self, login: Callable[[Target, float | None], Connection]) -> None:
        self._login = login
        self._lock = threading.Lock()
        self._jumps: dict[tuple[object, ...], _Jump] = {}

    def channel(self, jump: Target, target: Target, deadline: Deadline) -> Tunnel:
        """A way to the target, as good as a socket.

        :raises Unreachable: the jump host cannot be entered, or cannot reach the target.
        """
        transport = self.enter(jump, deadline.at)
        try:
            place = (target.address, target.port)
            return Tunnel(
                transport.open_channel(
                    "direct-tcpip", place, ("127.0.0.1", 0), timeout=deadline.left
                )
            )
        except paramiko.ChannelException as error:
            raise _no_way(error, jump, target) from error
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise _silent(jump, target, deadline) from error

    def close(self) -> None:
        """Hang up on every jump host."""
        with self._lock:
            jumps, self._jumps = list(self._jumps.values()), {}
        for jump in jumps:
            if jump.connection is not None:
                jump.connection.close()

    def enter(self, jump: Target, until: float | None) -> Any:
        """The jump host's transport. Whoever comes first logs in; the others wait for that.

        :raises Unreachable: the jump host cannot be entered.
        """
        with self._lock:
            key = (jump.address, jump.port, jump.user, jump.jump, jump.proxy_line)
            entry = self._jumps.setdefault(key, _Jump())
        with entry.turn:
            if entry.failure is not None:
                raise entry.failure
            if entry.connection is None or not entry.connection.is_connected:
                self._open(entry, jump, until)
            assert entry.connection is not None  # noqa: S101 (for the type checker)
            return entry.connection.transport

    def _open(self, entry: _Jump, jump: Target, until: float | None) -> None:
        try:
            entry.connection = self._login(jump, until)
        except Unreachable as error:
            entry.failure = _behind(jump, error)
            raise entry.failure from error


def _behind(jump: Target, error: Unreachable) -> Unreachable:
    return Unreachable(
        f"jump host {jump.host.name}: {error.message}",
        kind=error.kind,
        hint=error.hint,
        **{**error.evidence, "jump": jump.where},
    )


def _no_way(error: paramiko.ChannelException, jump: Target, target: Target) -> Unreachable:
    forbidden = error.code == OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
    return Unreachable(
        f"jump host {jump.host.name} cannot reach {target.where}: {printable(error.text)}",
        kind=_kind(error),
        hint="allow forwarding on the jump host (AllowTcpForwarding yes)"
        if forbidden
        else "check the address as the jump host sees it, and that SSH is on there",
        jump=jump.where,
    )


def _kind(error: paramiko.ChannelException) -> str:
    """OpenSSH adds the words of the failed system call; other servers may add none."""
    told = (kind for words, kind in _WORDS.items() if words in error.text.lower())
    refused = error.code == OPEN_FAILED_CONNECT_FAILED
    return next(told, "unreachable.refused" if refused else "unreachable.network")


def _silent(jump: Target, target: Target, deadline: Deadline) -> Unreachable:
    return Unreachable(
        f"jump host {jump.host.name} did not open a way to {target.where} in {deadline.limit:g} s",
        kind="unreachable.timeout",
        hint="is the host behind the jump host on? --connect-timeout waits longer",
        jump=jump.where,
    )
