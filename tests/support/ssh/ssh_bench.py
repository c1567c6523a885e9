"""What the SSH tests share: keys, a way to start servers, a client that cleans up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from ssh_servers import SSHD, Server, start_openssh

from ftlab.model import Host
from ftlab.ssh.connector import Connector
from ftlab.ssh.login.passwords import SecretSource
from ftlab.ssh.session import SshSession
from ftlab.ssh.settings import SshSettings


@dataclass(frozen=True)
class Keys:
    """Key pairs made once for all tests."""

    folder: Path
    user: Path
    user_rsa: Path
    locked: Path
    stranger: Path
    host: Path
    host_rsa: Path
    authorized: Path


Launch = Callable[..., Server]


def launcher(keys: Keys, folder: Path, running: list[Server]) -> Launch:
    def launch(
        options: dict[str, str] | None = None,
        host_keys: list[Path] | None = None,
        shadow: str = "",
    ) -> Server:
        if SSHD is None:
            pytest.skip("no sshd: install openssh-server")
        server = start_openssh(
            folder, host_keys or [keys.host], keys.authorized, options or {}, shadow
        )
        running.append(server)
        return server

    return launch


@dataclass
class Client:
    """Connects as the tests want, and closes everything at the end."""

    settings: SshSettings
    keys: Keys
    environment: dict[str, str]
    opened: list[Any]

    def trust(self, server: Server, index: int = 0) -> None:
        with self.settings.known_hosts[0].open("a") as file:
            file.write(server.known_hosts_line(index))

    def host(self, port: int, **fields: Any) -> Host:
        fields.setdefault("key_file", str(self.keys.user))
        fields.setdefault("name", "box")
        return Host(address="127.0.0.1", port=port, user="root", **fields)

    def connector(self, jump_hosts: dict[str, Host] | None = None, **changes: Any) -> Connector:
        source = SecretSource(self.environment, ask=None)
        made = Connector(replace(self.settings, **changes), source, jump_hosts=jump_hosts)
        self.opened.append(made)
        return made

    def connect(self, host: Host, **changes: Any) -> SshSession:
        session = self.connector(**changes).connect(host)
        self.opened.append(session)
        return session

    def enter(self, server: Server, **fields: Any) -> SshSession:
        """Trust the server and log in with the test's key."""
        self.trust(server)
        return self.connect(self.host(server.port, **fields))
