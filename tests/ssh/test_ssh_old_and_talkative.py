"""Servers that are very old, and logins that ask more than a password."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import paramiko
import pytest
from ssh_bench import Client, Keys
from ssh_oldserver import OldServer, OldTransport

from ftlab.errors import HostFailed, Lost, Unreachable
from ftlab.model import Command, Secret

PW = "a word"
Serve = Callable[..., OldServer]


@pytest.fixture
def serve(keys: Keys, client: Client) -> Iterator[Serve]:
    running: list[OldServer] = []

    def start(kind: type[paramiko.Transport] = OldTransport, **login: Any) -> OldServer:
        server = OldServer(keys.host_rsa, kind, **login)
        running.append(server)
        with client.settings.known_hosts[0].open("a") as file:
            file.write(server.known_line)
        return server

    yield start
    for server in running:
        server.close()


def test_an_rsa_key_signs_with_sha1_where_the_server_lists_nothing(
    client: Client, keys: Keys, serve: Serve
) -> None:
    server = serve(key=paramiko.RSAKey.from_private_key_file(str(keys.user_rsa)))
    host = client.host(server.port, key_file=str(keys.user_rsa), legacy_ssh=True)
    assert client.connect(host).run(Command(("hello",))).stdout == b"hello\n"
    assert server.login.attempts == ["publickey"]


@pytest.mark.parametrize("method", ["password", "keyboard-interactive"])
def test_a_password_on_a_legacy_host(client: Client, serve: Serve, method: str) -> None:
    server = serve(methods=[method], password=PW, rounds=[["Password: "]])
    host = client.host(server.port, key_file=None, password=Secret(PW), legacy_ssh=True)
    assert client.connect(host).run(Command(("hello",))).ok
    assert server.login.attempts == [method]


def test_unmarked_the_error_names_what_is_offered_and_the_line_to_add(
    client: Client, serve: Serve
) -> None:
    server = serve()
    with pytest.raises(Unreachable) as caught:
        client.connect(client.host(server.port))
    assert caught.value.kind == "algorithms"
    assert "host keys ssh-rsa" in caught.value.message
    assert "Add ftlab_legacy_ssh=true to its line" in caught.value.hint
    assert server.login.attempts == []


def talk(client: Client, server: OldServer, password: str = PW) -> Any:
    host = client.host(server.port, key_file=None, password=Secret(password))
    return client.connect(host)


def test_rounds_without_a_question_are_answered_with_nothing(client: Client, serve: Serve) -> None:
    server = serve(
        paramiko.Transport,
        methods=["keyboard-interactive"],
        password=PW,
        rounds=[[], ["Password: "], []],
    )
    talk(client, server)
    assert server.login.answers == [[], [PW], []]


@pytest.mark.parametrize("rounds", [[["Password: "], ["New password: "]], [["Name: ", "Code: "]]])
def test_more_questions_are_not_guessed_at(
    client: Client, serve: Serve, rounds: list[list[str]]
) -> None:
    server = serve(paramiko.Transport, methods=["keyboard-interactive"], password=PW, rounds=rounds)
    with pytest.raises(
        Unreachable, match=f"more than the password: {rounds[-1][-1]}".strip()
    ) as no:
        talk(client, server)
    assert no.value.kind == "auth.refused"
    assert server.connections == 1


def test_a_locked_account_says_so_where_the_host_does(client: Client, serve: Serve) -> None:
    server = serve(
        paramiko.Transport,
        methods=["keyboard-interactive"],
        password=PW + "!",
        rounds=[["Password: "]],
        words="Account locked due to 6 failed logins\x1b[2J",
    )
    with pytest.raises(Unreachable) as caught:
        talk(client, server)
    assert caught.value.kind == "auth.locked"
    assert "900 s" in caught.value.hint
    assert "\x1b" not in caught.value.message
    assert server.login.attempts == ["keyboard-interactive"]


@pytest.fixture
def spoken(client: Client, serve: Serve) -> Any:
    return talk(client, serve(paramiko.Transport, methods=["password"], password=PW))


def test_a_host_that_runs_no_commands(spoken: Any) -> None:
    with pytest.raises(HostFailed) as caught:
        spoken.run(Command(("refuse",)))
    assert caught.value.kind == "command.refused"


def test_a_channel_that_ends_without_a_status_is_a_loss(spoken: Any) -> None:
    with pytest.raises(Lost, match="no exit status"):
        spoken.run(Command(("no-status",)))
    assert spoken.run(Command(("fine",))).ok
