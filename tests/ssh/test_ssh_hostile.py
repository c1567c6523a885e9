"""Servers that mean harm, or are broken: what they send costs neither memory nor time without end,
and each has an error of its own."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import paramiko
import pytest
from paramiko.common import (
    MSG_CHANNEL_OPEN_FAILURE,
    MSG_EXT_INFO,
    MSG_USERAUTH_INFO_REQUEST,
)
from ssh_bench import Client, Keys
from ssh_oldserver import OldServer

from ftlab.errors import HostFailed, Lost, Unreachable
from ftlab.model import Command, Secret
from ftlab.ssh.paramiko_ext.packets import LARGEST_PACKET

PW = "a word"
Serve = Callable[..., OldServer]
ENDLESS = 0xFFFF_FFFF


@pytest.fixture
def serve(keys: Keys, client: Client) -> Iterator[Serve]:
    running: list[OldServer] = []

    def start(kind: type[paramiko.Transport] = paramiko.Transport, **login: Any) -> OldServer:
        server = OldServer(
            keys.host_rsa, kind, **{"methods": ["password"], "password": PW, **login}
        )
        running.append(server)
        with client.settings.known_hosts[0].open("a") as file:
            file.write(server.known_line)
        return server

    yield start
    for server in running:
        server.close()


def enter(client: Client, server: OldServer) -> Any:
    return client.connect(client.host(server.port, key_file=None, password=Secret(PW)))


def refused(client: Client, server: OldServer) -> Unreachable:
    began = time.monotonic()
    with pytest.raises(Unreachable) as caught:
        enter(client, server)
    assert time.monotonic() - began < client.settings.connect_timeout / 2
    return caught.value


@pytest.mark.parametrize("size", [LARGEST_PACKET + 4100, 0x7FFF_FFFC, 0xFFFF_FFFC, 12, 4, 1, 0])
def test_a_packet_of_any_size_before_the_login(client: Client, size: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            sock, _ = listener.accept()
            with sock, contextlib.suppress(ConnectionError):
                sock.sendall(b"SSH-2.0-big\r\n" + size.to_bytes(4, "big") + bytes(1 << 16))
                while sock.recv(1 << 16):
                    pass

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        began = time.monotonic()
        with pytest.raises(Unreachable) as caught:
            client.connect(client.host(listener.getsockname()[1]))
        thread.join(5)
    assert time.monotonic() - began < client.settings.connect_timeout / 2
    assert caught.value.kind == "unreachable.protocol"


def test_a_packet_of_2_gib_after_the_login(client: Client, serve: Serve) -> None:
    server = serve()
    session = enter(client, server)
    server.transports[0].sock.sendall(b"\x7f\xff\xff\xff" + bytes(1 << 16))
    with pytest.raises(Lost, match="a packet that SSH does not allow"):
        session.run(Command(("hello",)))


def test_more_output_than_there_is_room_for(client: Client, serve: Serve) -> None:
    """Nobody reads; the server goes on all the same."""
    server = serve()
    transport = enter(client, server).connection.transport
    ours = transport.open_session()
    [theirs] = server.transports[0]._channels.values()
    theirs.out_window_size = 1 << 40
    with pytest.raises((OSError, EOFError)):  # which one: whether the end or a reset comes first
        theirs.sendall(bytes(1 << 26))
    transport.join(10)
    assert len(ours.in_buffer) < 1 << 22
    assert "more than it was given room for" in str(transport.saved_exception)


class ManyQuestions(paramiko.Transport):
    """Announces more questions than memory can hold."""

    def _send_message(self, data: Any) -> None:
        if data.asbytes()[0] == MSG_USERAUTH_INFO_REQUEST:
            data = paramiko.Message(data.asbytes()[:1] + bytes(12) + ENDLESS.to_bytes(4, "big"))
        super()._send_message(data)


class ManyExtensions(paramiko.Transport):
    def _send_message(self, data: Any) -> None:
        if data.asbytes()[0] == MSG_EXT_INFO:
            data = paramiko.Message(data.asbytes()[:1] + ENDLESS.to_bytes(4, "big"))
        super()._send_message(data)


def test_a_login_with_four_billion_questions(client: Client, serve: Serve) -> None:
    server = serve(ManyQuestions, methods=["keyboard-interactive"], rounds=[["Password: "]])
    error = refused(client, server)
    assert error.kind == "auth.refused"
    assert "4294967295 questions" in error.message


def test_a_login_that_never_comes_to_the_question(client: Client, serve: Serve) -> None:
    server = serve(methods=["keyboard-interactive"], rounds=[[]] * 5000)
    assert "0 questions in round 21" in refused(client, server).message


def test_four_billion_extensions(client: Client, serve: Serve) -> None:
    error = refused(client, serve(ManyExtensions))
    assert (error.kind, "4294967295 protocol extensions" in error.message) == (
        "unreachable.protocol",
        True,
    )


def test_refusals_of_channels_that_nobody_asked_for_are_not_kept(
    client: Client, serve: Serve
) -> None:
    server = serve()
    session = enter(client, server)
    for number in range(1000, 3000):
        message = paramiko.Message(bytes([MSG_CHANNEL_OPEN_FAILURE]))
        message.packet.seek(1)
        message.add_int(number)
        message.add_int(1)
        message.add_string("no" * 1000)
        message.add_string("")
        server.transports[0]._send_message(message)
    assert session.run(Command(("hello",))).ok
    assert session.connection.transport._refused == {}


class HangsUp(paramiko.Transport):
    """At the password, without a word."""

    def _send_message(self, data: Any) -> None:
        if data.asbytes()[0] in {51, 52}:
            self.sock.close()
            raise EOFError
        super()._send_message(data)


def test_a_login_that_is_cut_is_no_refusal(client: Client, serve: Serve) -> None:
    """Nor does it keep the others with this password from being tried."""
    cut, sound = serve(HangsUp, methods=["password"]), serve()
    connector = client.connector()
    hosts = [
        client.host(one.port, name=name, key_file=None, password=Secret(PW))
        for name, one in (("cut", cut), ("sound", sound))
    ]
    with pytest.raises(Unreachable) as caught:
        connector.connect(hosts[0])
    assert caught.value.kind == "unreachable.login"
    assert "hung up during the login" in caught.value.message
    session = connector.connect(hosts[1])
    client.opened.append(session)
    assert session.run(Command(("hello",))).ok


def test_half_an_answer_is_never_read_as_a_whole_one(client: Client, serve: Serve) -> None:
    session = client.connect(
        client.host(serve().port, key_file=None, password=Secret(PW)), output_cap=100
    )
    long = "x" * 200
    with pytest.raises(HostFailed, match="wrote more than 100 bytes") as caught:
        session.run(Command((long,)))
    assert caught.value.kind == "output.cap"
    assert session.run(Command((long,), typed=True)).truncated


@pytest.mark.parametrize("kind", ["auth-agent@openssh.com", "x11", "forwarded-tcpip", "session"])
def test_it_is_let_in_nowhere(client: Client, serve: Serve, kind: str) -> None:
    """Not to an agent, a display or a port of ours."""
    server = serve()
    session = enter(client, server)
    place = ("127.0.0.1", 22)
    with pytest.raises(paramiko.ChannelException):
        server.transports[0].open_channel(kind, place, place, timeout=10)
    assert session.run(Command(("hello",))).ok
