"""Logging in: which credentials are used, how often, and what a refusal says."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ssh_bench import Client, Keys, Launch
from ssh_servers import PASSPHRASE, PASSWORD, Server, keygen

from ftlab.errors import Unreachable
from ftlab.model import Command, Secret
from ftlab.ssh.connector import Connector
from ftlab.ssh.login.passwords import SecretSource
from ftlab.ssh.paramiko_ext.auth_handler import LoginHandler, MoreAsked
from ftlab.ssh.session import SshSession

TALK = {"UsePAM": "yes", "KbdInteractiveAuthentication": "yes"}
PLAIN = {"PasswordAuthentication": "yes"}


def works(session: SshSession) -> bool:
    return session.run(Command(("true",))).ok


def refused(client: Client, server: Server, **fields: Any) -> Unreachable:
    client.trust(server)
    with pytest.raises(Unreachable) as caught:
        client.connect(client.host(server.port, **fields))
    return caught.value


def attempts(server: Server, method: str) -> int:
    """How many times the server says that a method failed, once all connections have ended."""
    return server.log_at_rest().count(f"Failed {method}")


def test_a_locked_key_opens_with_its_passphrase(client: Client, keys: Keys, sshd: Server) -> None:
    client.environment["FTLAB_PASSPHRASE"] = PASSPHRASE
    assert works(client.enter(sshd, key_file=str(keys.locked)))


def test_a_passphrase_may_have_bytes_that_are_not_utf_8(
    client: Client, keys: Keys, sshd: Server, tmp_path: Path
) -> None:
    locked = tmp_path / "latin1"
    shutil.copy(keys.locked, locked)
    change = ["ssh-keygen", "-q", "-p", "-f", locked, "-P", PASSPHRASE, "-N", b"gr\xfcn"]
    subprocess.run(change, check=True, capture_output=True)
    client.environment["FTLAB_PASSPHRASE"] = os.fsdecode(b"gr\xfcn")
    assert works(client.enter(sshd, key_file=str(locked)))


@pytest.mark.parametrize("given", [None, "wrong"])
def test_a_locked_key_without_its_passphrase_is_an_error_of_its_own(
    client: Client, keys: Keys, sshd: Server, given: str | None
) -> None:
    if given:
        client.environment["FTLAB_PASSPHRASE"] = given
    error = refused(client, sshd, key_file=str(keys.locked))
    assert error.kind == "auth.key"
    assert str(keys.locked) in error.message
    assert "FTLAB_PASSPHRASE" in error.hint


@pytest.mark.parametrize("text", [None, "", "no key at all\n"])
def test_a_key_file_that_is_no_key(
    client: Client, sshd: Server, tmp_path: Path, text: str | None
) -> None:
    file = tmp_path / "id"
    if text is not None:
        file.write_text(text)
    error = refused(client, sshd, key_file=str(file), password=Secret(PASSWORD))
    assert error.kind == "auth.key"
    assert str(file) in error.message


def test_a_refused_key_is_offered_once(client: Client, keys: Keys, launch: Launch) -> None:
    server = launch()
    error = refused(client, server, key_file=str(keys.stranger))
    assert error.kind == "auth.refused"
    assert str(keys.stranger) in error.message
    assert "it accepts publickey" in error.message
    assert error.evidence["accepts"] == ["publickey"]
    assert attempts(server, "publickey") == 1


def test_without_any_credential(client: Client, sshd: Server, tmp_path: Path, home: Path) -> None:
    error = refused(client, sshd, key_file=None)
    assert error.kind == "auth.refused"
    assert "no key and no password" in error.message


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, so that no key of the machine's own is offered."""
    folder = tmp_path / "home"
    (folder / ".ssh").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    return folder


def test_the_users_own_key_files_are_offered(
    client: Client, keys: Keys, sshd: Server, home: Path
) -> None:
    shutil.copy(keys.stranger, home / ".ssh" / "id_ed25519")
    shutil.copy(keys.user_rsa, home / ".ssh" / "id_rsa")
    assert works(client.enter(sshd, key_file=None))


@pytest.fixture
def agent(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: Client
) -> Iterator[str]:
    """An ssh agent with the user's RSA key."""
    place = tmp_path / "agent.sock"
    process = subprocess.Popen(
        ["ssh-agent", "-D", "-a", place], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    environment = {**os.environ, "SSH_AUTH_SOCK": str(place)}
    try:
        for _ in range(200):
            added = subprocess.run(
                ["ssh-add", keys.user_rsa], env=environment, capture_output=True, check=False
            )
            if added.returncode == 0:
                break
        monkeypatch.setenv("SSH_AUTH_SOCK", str(place))
        yield str(place)
    finally:
        process.terminate()
        process.wait()


def test_the_agents_keys_are_offered(client: Client, sshd: Server, home: Path, agent: str) -> None:
    assert works(client.enter(sshd, key_file=None))


def test_a_named_key_keeps_the_agent_out(
    client: Client, keys: Keys, launch: Launch, agent: str
) -> None:
    server = launch()
    assert refused(client, server, key_file=str(keys.stranger)).kind == "auth.refused"
    assert attempts(server, "publickey") == 1


def test_five_refused_keys_leave_room_for_the_password(
    client: Client, launch: Launch, shadow: str, tmp_path: Path, home: Path, agent: str
) -> None:
    for number in range(5):
        stranger = keygen(tmp_path / f"stranger{number}")
        subprocess.run(["ssh-add", "-q", stranger], check=True)
    subprocess.run(["ssh-add", "-q", "-d", client.keys.user_rsa], check=True)
    server = launch(PLAIN, shadow=shadow)
    client.trust(server)
    connector = Connector(client.settings, SecretSource({}, lambda _: PASSWORD))
    client.opened.append(connector)
    session = connector.connect(client.host(server.port, key_file=None))
    client.opened.append(session)
    assert works(session)


@pytest.mark.parametrize("options", [PLAIN, TALK], ids=["password", "keyboard-interactive"])
class TestPassword:
    def test_from_the_inventory(
        self, client: Client, launch: Launch, shadow: str, options: dict[str, str]
    ) -> None:
        server = launch(options, shadow=shadow)
        session = client.enter(server, key_file=None, password=Secret(PASSWORD))
        assert works(session)
        session.close()
        assert attempts(server, "publickey") == 0

    def test_a_wrong_one_is_sent_once(
        self, client: Client, launch: Launch, shadow: str, options: dict[str, str]
    ) -> None:
        server = launch(options, shadow=shadow)
        error = refused(client, server, key_file=None, password=Secret("wrong guess"))
        assert error.kind == "auth.refused"
        assert "wrong guess" not in repr(error.__reduce__())
        assert attempts(server, "password") + attempts(server, "keyboard-interactive/pam") == 1

    def test_after_a_refused_key(
        self, client: Client, keys: Keys, launch: Launch, shadow: str, options: dict[str, str]
    ) -> None:
        server = launch(options, shadow=shadow)
        stranger = str(keys.stranger)
        assert works(client.enter(server, key_file=stranger, password=Secret(PASSWORD)))


def test_both_key_and_password_where_the_host_wants_both(
    client: Client, launch: Launch, shadow: str
) -> None:
    both = {**PLAIN, "AuthenticationMethods": "publickey,password"}
    server = launch(both, shadow=shadow)
    assert works(client.enter(server, password=Secret(PASSWORD)))


def test_a_host_that_takes_no_password(client: Client, launch: Launch) -> None:
    server = launch()
    error = refused(client, server, key_file=None, password=Secret(PASSWORD))
    assert error.kind == "auth.refused"
    assert "it accepts publickey" in error.message
    assert attempts(server, "password") == 0


def test_a_password_that_has_expired() -> None:
    """A question after a password is the wish for a new one."""
    handler = LoginHandler.__new__(LoginHandler)
    handler.auth_method = "password"
    with pytest.raises(MoreAsked, match="more than the password: a new password"):
        handler._parse_userauth_info_request(None)
