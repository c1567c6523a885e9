"""What a logged-in host is to everything above: a ``Session``. Nobody talks to a host otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ftlab.model import Command, Completed, Host

Heard = Callable[[Completed], None]


class StartedCommand(Protocol):
    """A command under way on a host."""

    @property
    def alone(self) -> bool:
        """Whether the connection has room for nothing else meanwhile (dropbear on ESXi 4.x)."""

    def wait(self, seconds: float) -> Completed | None:
        """Its answer, if it ends within so many seconds. Raises what :meth:`Session.run` does."""

    def said(self, out: int, err: int) -> tuple[bytes, bytes]:
        """What it has printed by now on stdout and stderr, without so many bytes of each."""


class Session(Protocol):
    """One host, logged in. All methods raise :class:`~ftlab.errors.HostError` subclasses:
    ``Lost`` when the connection dies, ``CommandTimeout`` when a command outlives its limit.
    A non-zero exit status is an answer, never an exception."""

    host: Host

    @property
    def server(self) -> Mapping[str, str]:
        """What is known of its SSH server (``banner``, ``host_key``, ``cipher``, ``login``); empty
        where nothing is."""

    def run(self, command: Command) -> Completed:
        """Run one command and wait for its end."""

    def started(self, command: Command) -> AbstractContextManager[StartedCommand]:
        """Send one command, for a caller that looks at the host while it lasts. Left before its
        end it is given up: not sent any more if it waits for a channel, else its channel is
        closed, but what runs over there may go on."""

    def run_all(self, commands: Sequence[Command]) -> list[Completed]:
        """Run independent commands at the same time; answers come in the order given."""

    def run_chain(self, commands: Sequence[Command], heard: Heard | None = None) -> list[Completed]:
        """Run quick commands one after the other in one exec, each with its own status and
        output. Stops after the first whose status is not in its ``ok``: the list is then
        shorter. Of several ``stdin`` all but one must be lines of ASCII. ``heard`` gets each answer
        as soon as it is whole, in the calling thread; it must not wait."""

    def together(self, *work: Callable[[], Any]) -> list[Any]:
        """Call independent pieces of work at the same time on this connection, wait for all of
        them, and return their results in order; the first error (in order) is raised after
        every one has ended."""

    def read(self, path: str) -> bytes:
        """A remote file's bytes. Raises ``CommandFailed`` where it cannot be read."""

    def write(self, path: str, data: bytes) -> None:
        """Write a remote file's bytes in place (an existing file keeps its mode). Not atomic:
        ``ftlab.ops.vmx.edit`` is what replaces a VMX safely."""

    def close(self) -> None:
        """Hang up. Safe to repeat."""
