"""Which shell answers a client: the small one in this process, or BusyBox in a jail."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

from paramiko import Channel

from ftlab.sim.jail.jail import Jail
from ftlab.sim.model.host import SimHost
from ftlab.sim.shell.run import takes
from ftlab.sim.ssh.exec import Exec
from ftlab.sim.ssh.jailed import Jailed, JailedTerminal
from ftlab.sim.ssh.terminal import Terminal

ShellChoice = Literal["auto", "small", "busybox"]
Job = Exec | Jailed


@dataclass(frozen=True, slots=True)
class TerminalRequest:
    """What a client says of its terminal: its kind, and its columns and rows."""

    term: bytes
    size: tuple[int, int]


class Shells:
    """``choice`` ``auto``: sessions, and what the small shell refuses, go to the ``jail`` where
    there is one; ``small`` and ``busybox``: everything goes to that."""

    def __init__(self, choice: ShellChoice = "small", jail: Jail | None = None) -> None:
        self._choice, self._jail = choice, jail

    def job(
        self,
        host: SimHost,
        channel: Channel,
        command: bytes | None,
        closing: threading.Event,
        terminal: TerminalRequest | None,
    ) -> Job:
        """A thread that serves one request: a command, or with None a session."""
        if self._jail is not None and not self._is_small(host, command):
            parts = (self._jail, host, channel, command, closing)
            if terminal is None:
                return Jailed(*parts)
            return JailedTerminal(*parts, term=terminal.term, size=terminal.size)
        if command is None and terminal is not None:
            return Terminal(host, channel, closing)
        return Exec(host, channel, command, closing, terminal=terminal is not None)

    def _is_small(self, host: SimHost, command: bytes | None) -> bool:
        return self._choice != "busybox" and command is not None and takes(host, command)
