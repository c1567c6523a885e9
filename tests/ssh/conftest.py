"""Fixtures: a real sshd, keys, and sessions that are closed at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from ssh_servers import PASSPHRASE, SSHD, Server, can_have_passwords, keygen, start_openssh

from ftlab.model import Host
from ftlab.ssh.connect import Connector
from ftlab.ssh.passwords import SecretSource
from ftlab.ssh.session import SshSession
from ftlab.ssh.settings import SshSettings

# openssl passwd -6 -salt ftlabtest 'correct horse'
CRYPTED = (
    "$6$ftlabtest$1xAYgDQwGY8qYc.OyttfPBDtpqEAD7EtOJJtnrxUdwZHkT/Ibd5MPqIpnMucct9m"
    "/oh6luIsXs9.KlL0i2C.f."
)
SHADOW = f"root:{CRYPTED}:19000:0:99999:7:::\nsshd:!:19000::::::\n"


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


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("keys")
    made = Keys(
        folder,
        user=keygen(folder / "user"),
        user_rsa=keygen(folder / "user_rsa", "rsa"),
        locked=keygen(folder / "locked", passphrase=PASSPHRASE),
        stranger=keygen(folder / "stranger"),
        host=keygen(folder / "host"),
        host_rsa=keygen(folder / "host_rsa", "rsa"),
        authorized=folder / "authorized_keys",
    )
    accepted = (made.user, made.user_rsa, made.locked)
    made.authorized.write_text("".join(key.with_suffix(".pub").read_text() for key in accepted))
    return made


Launch = Callable[..., Server]


def _launcher(keys: Keys, folder: Path, running: list[Server]) -> Launch:
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


@pytest.fixture(scope="session")
def sshd(keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One OpenSSH with an ed25519 host key, for all tests that do not change it."""
    running: list[Server] = []
    yield _launcher(keys, tmp_path_factory.mktemp("sshd"), running)()
    for server in running:
        server.stop()


@pytest.fixture
def launch(keys: Keys, tmp_path: Path) -> Iterator[Launch]:
    """Start an OpenSSH of one's own; ``options`` are sshd_config lines."""
    running: list[Server] = []
    yield _launcher(keys, tmp_path, running)
    for server in running:
        server.stop()


@pytest.fixture
def shadow() -> str:
    """A shadow file with root's password, for servers that take passwords."""
    if not can_have_passwords():
        pytest.skip("needs root and mount namespaces, to give root a password of the test's own")
    return SHADOW


@pytest.fixture
def settings(tmp_path: Path) -> SshSettings:
    return SshSettings(
        connect_timeout=10,
        command_timeout=10,
        known_hosts=(tmp_path / "known_hosts",),
        ssh_config=None,
    )


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
        return Host("box", address="127.0.0.1", port=port, user="root", **fields)

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


@pytest.fixture
def client(settings: SshSettings, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    made = Client(settings, keys, {}, [])
    yield made
    for thing in reversed(made.opened):
        thing.close()


@pytest.fixture
def session(client: Client, sshd: Server) -> SshSession:
    """A session on the shared OpenSSH."""
    return client.enter(sshd)
