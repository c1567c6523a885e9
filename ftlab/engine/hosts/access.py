"""How the hosts of a lab are reached: one connector, one source of secrets, and what was lent."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from ftlab.engine.connecting import Reach
from ftlab.engine.hosts.lent import Lent
from ftlab.engine.hosts.selection import Selection
from ftlab.engine.options import Options
from ftlab.engine.ui import Ui
from ftlab.model import Host
from ftlab.session import Session

if TYPE_CHECKING:
    from ftlab.ssh.connector import Connector
    from ftlab.ssh.login.passwords import SecretSource
    from ftlab.ssh.login.prompt import Prompt
    from ftlab.ssh.network.targets import Targets
    from ftlab.ssh.plain_connection import PlainConnection


class Access(Selection):
    """The selected hosts, and the way to each. Nobody is contacted before the first connection."""

    def __init__(self, options: Options, ui: Ui) -> None:
        super().__init__(options, ui)
        self._making = threading.RLock()
        self._lent = Lent()
        self._connector: Connector | None = None
        self._secrets: SecretSource | None = None
        self._prompt: Prompt | None = None

    @cached_property
    def targets(self) -> Targets:
        """Where the hosts are and as whom they are entered. Raises ``UsageError`` where that
        cannot be said of one of the selected ones."""
        targets = self.reach.targets()
        targets.check(self.hosts)
        return targets

    def connect(self, host: Host) -> Session:
        """A logged-in session. Raises ``Unreachable``."""
        return self.connector.connect(host)

    def connection(self, host: str) -> PlainConnection:
        """A ``fabric.Connection`` to one of the selected hosts, for whatever ftlab does not do
        itself. Its host key is verified, and it is logged in as the inventory says. Close it, or
        use it in a ``with``; :meth:`close` closes those that are left.

        Raises ``InventoryError`` for a name that is no selected host's, and ``Unreachable``.
        """
        [found] = self.inventory.among(self.hosts, (host,))
        return self._lent.note(self.connector.lend(found))

    @property
    def connector(self) -> Connector:
        """What opens sessions; made, and paramiko loaded, when the first host is contacted. Many
        threads ask for it first: it must be one, since it knows which password was refused."""
        with self._making:
            if self._connector is None:
                self._connector = self.reach.connector(self.secrets, targets=self.targets)
                self._connector.waiting = self.ui.waiting
            return self._connector

    @property
    def secrets(self) -> SecretSource:
        """Passwords and passphrases, for this process and for the workers of a run. It asks on
        the terminal, if there is one; ``ui.asking`` is entered around each question."""
        from ftlab.ssh.login.passwords import SecretSource
        from ftlab.ssh.login.prompt import terminal_prompt

        with self._making:
            if self._secrets is None:
                self._prompt = terminal_prompt(self.ui.asking)
                self._secrets = SecretSource(ask=self._prompt)
            return self._secrets

    def stop_asking(self) -> None:
        """No question for a password from here on. An open one ends, and the terminal echoes
        again. Safe to repeat."""
        with self._making:  # making it now keeps another thread from making one that still asks
            prompt = self._prompt if self.secrets else None
        if prompt is not None:
            prompt.close()

    @property
    def reach(self) -> Reach:
        """What it takes to reach the inventory's hosts, from here or elsewhere."""
        own = (self.options.known_hosts, *self.options.ssh.known_hosts)
        ssh = replace(self.options.ssh, known_hosts=own)
        return Reach(ssh, {host.name: host for host in self.inventory.hosts})

    def close(self) -> None:
        """Close the prompt and what :meth:`connection` gave, then hang up jump hosts. Safe to
        repeat."""
        self._lent.close()
        if self._prompt is not None:
            self._prompt.close()
        if self._connector is not None:
            self._connector.close()
        self._connector = self._secrets = self._prompt = None
