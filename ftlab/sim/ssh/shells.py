"""Which shell answers a client: the small one in this process, or BusyBox in a jail."""

from __future__ import annotations

import threading
from collections.abc import Awaitable
from typing import Literal

from ftlab.sim.jail.jail import Jail
from ftlab.sim.shell.run import takes
from ftlab.sim.ssh.jailed import serve_jailed
from ftlab.sim.ssh.session import Session
from ftlab.sim.ssh.small import serve_small

ShellChoice = Literal["auto", "small", "busybox"]


class Shells:
    """``choice`` ``auto``: sessions, and what the small shell refuses, go to the ``jail`` where
    there is one; ``small`` and ``busybox``: everything goes to that."""

    def __init__(self, choice: ShellChoice = "small", jail: Jail | None = None) -> None:
        self._choice, self._jail = choice, jail
        self.edits = jail is None
        """Whether a person's session is the small shell's, which knows no keys."""
        self.closing = threading.Event()
        """Set at the end of the lab."""

    def serve(self, session: Session) -> Awaitable[None]:
        """Answer one request: a command, or a session."""
        host, command = session.connection.host, session.request
        if self._jail is not None:
            small = self._choice != "busybox" and command is not None and takes(host, command)
            if not small:
                return serve_jailed(session, self._jail)
        return serve_small(session, self.closing)
