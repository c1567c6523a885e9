"""Fixtures: a real sshd, keys, and sessions that are closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ssh_bench import Client, Keys, Launch, launcher
from ssh_servers import PASSPHRASE, Server, can_have_passwords, keygen

from ftlab.ssh.session import SshSession
from ftlab.ssh.settings import SshSettings

# openssl passwd -6 -salt ftlabtest 'correct horse'
CRYPTED = (
    "$6$ftlabtest$1xAYgDQwGY8qYc.OyttfPBDtpqEAD7EtOJJtnrxUdwZHkT/Ibd5MPqIpnMucct9m"
    "/oh6luIsXs9.KlL0i2C.f."
)
SHADOW = f"root:{CRYPTED}:19000:0:99999:7:::\nsshd:!:19000::::::\n"


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


@pytest.fixture(scope="session")
def sshd(keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One OpenSSH with an ed25519 host key, for all tests that do not change it."""
    running: list[Server] = []
    yield launcher(keys, tmp_path_factory.mktemp("sshd"), running)()
    for server in running:
        server.stop()


@pytest.fixture
def launch(keys: Keys, tmp_path: Path) -> Iterator[Launch]:
    """Start an OpenSSH of one's own; ``options`` are sshd_config lines."""
    running: list[Server] = []
    yield launcher(keys, tmp_path, running)
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
        connect_timeout=30,
        command_timeout=30,
        known_hosts=(tmp_path / "known_hosts",),
        ssh_config=None,
    )


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
