"""What ftlab.ssh relies on inside paramiko, and the simulator inside asyncssh. A failure here names
what a new version moved."""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import socket
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from types import ModuleType

import asyncssh
import paramiko
import pytest
from asyncssh.stream import SSHStreamSession
from fabric import Connection
from paramiko import kex_group14
from paramiko.auth_handler import AuthHandler
from paramiko.buffered_pipe import BufferedPipe
from paramiko.channel import Channel
from paramiko.packet import Packetizer

from ftlab.ssh.paramiko_ext.algorithms import CURVE25519
from ftlab.ssh.paramiko_ext.legacy import KexGroup14Sha1, LegacyTransport, Sha1RsaKey
from ftlab.ssh.paramiko_ext.transport import LabTransport
from ftlab.ssh.plain_connection import PlainConnection, plain_config

PACKAGE = Path(__file__).parents[2] / "ftlab"
LIBRARIES = ("asyncssh.", "paramiko.", "fabric.", "invoke.")
Served, Channels = asyncssh.SSHServerConnection, asyncssh.SSHServerChannel


Transport, Agent = paramiko.Transport, paramiko.agent.AgentSSH

PINS: list[tuple[type, str, list[str] | None]] = [
    # what is called or replaced: with its parameters
    (Transport, "_send_message", ["self", "data"]),
    (Transport, "_send_user_message", ["self", "data"]),
    (Transport, "_parse_disconnect", ["self", "m"]),
    (Transport, "_parse_debug", ["self", "m"]),
    (Transport, "_parse_ext_info", ["self", "msg"]),
    (Transport, "_parse_channel_open_failure", ["self", "m"]),
    (Transport, "_next_channel", ["self"]),
    (Transport, "_really_parse_kex_init", ["self", "m", "ignore_first_byte"]),
    (Transport, "_filter_algorithm", ["self", "type_"]),
    (Transport, "start_client", ["self", "event", "timeout"]),
    (Transport, "stop_thread", ["self"]),
    (Transport, "get_exception", ["self"]),
    (Transport, "auth_none", ["self", "username"]),
    (Transport, "auth_publickey", ["self", "username", "key", "event"]),
    (Transport, "auth_interactive", ["self", "username", "handler", "submethods"]),
    (AuthHandler, "_request_auth", ["self"]),
    (AuthHandler, "_parse_service_accept", ["self", "m"]),
    (AuthHandler, "_parse_userauth_info_request", ["self", "m"]),
    (AuthHandler, "_parse_userauth_failure", ["self", "m"]),
    (AuthHandler, "wait_for_response", ["self", "event"]),
    (AuthHandler, "auth_publickey", ["self", "username", "key", "event"]),
    (AuthHandler, "auth_password", ["self", "username", "password", "event"]),
    (AuthHandler, "auth_interactive", ["self", "username", "handler", "event", "submethods"]),
    (Packetizer, "read_all", ["self", "n", "check_rekey"]),
    (Packetizer, "readline", ["self", "timeout"]),
    (Packetizer, "write_all", ["self", "out"]),
    (Packetizer, "start_handshake", ["self", "timeout"]),
    (Channel, "_feed", ["self", "m"]),
    (Channel, "_feed_extended", ["self", "m"]),
    (Channel, "_handle_close", ["self", "m"]),
    (Channel, "_handle_request", ["self", "m"]),
    (Channel, "_request_failed", ["self", "m"]),
    (Channel, "_set_transport", ["self", "transport"]),
    (Channel, "_set_window", ["self", "window_size", "max_packet_size"]),
    (BufferedPipe, "set_event", ["self", "event"]),
    (Agent, "_connect", ["self", "conn"]),
    (Agent, "_send_message", ["self", "msg"]),
    (Connection, "_remote_runner", ["self"]),
    # the simulator's, on the server side
    (Served, "process_packet", ["self", "pkttype", "pktid", "packet"]),
    (Served, "send_packet", ["self", "pkttype", "args", "handler"]),
    (Served, "send_userauth_failure", ["self", "partial_success"]),
    (Served, "reload_config", ["self"]),
    (Served, "_process_kexinit", ["self", "_pkttype", "_pktid", "packet"]),
    (Served, "_get_extra_kex_algs", ["self"]),
    (Channels, "_start_session", ["self", "command", "subsystem"]),
    (Channels, "_process_exec_request", ["self", "packet"]),
    (Channels, "_report_response", ["self", "result"]),
    (asyncssh.SSHServerProcess, "feed_data", ["self", "data", "datatype"]),
    (asyncssh.SSHServerProcess, "add_cleanup_task", ["self", "task"]),
    (SSHStreamSession, "resume_writing", ["self"]),
    # values
    (Transport, "_preferred_ciphers", None),
    (Transport, "_preferred_kex", None),
    (Transport, "_preferred_keys", None),
    (Transport, "_preferred_macs", None),
    (Transport, "_preferred_pubkeys", None),
    (Transport, "_key_info", None),
    (Transport, "_kex_info", None),
    (Transport, "_channel_handler_table", None),
    (Transport, "_active_check_timeout", None),
    (Transport, "open_channel", None),
    (Transport, "preferred_keys", None),
    (Transport, "preferred_pubkeys", None),
]


@pytest.mark.parametrize(("owner", "name", "parameters"), PINS, ids=lambda each: str(each)[:40])
def test_what_is_used_inside_keeps_its_shape(
    owner: type, name: str, parameters: list[str] | None
) -> None:
    found = getattr(owner, name)
    if parameters is not None:
        assert list(inspect.signature(found).parameters) == parameters


# Those that only an instance has are looked at below.
OF_INSTANCES = {"_channels", "_closed", "_buffer", "_server_host_keys", "_writers"}
ROOMS = (PACKAGE / "ssh", PACKAGE / "sim" / "ssh")
SOURCES = [file for room in ROOMS for file in room.rglob("*.py")]


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_every_private_name_of_the_ssh_libraries_is_pinned(source: Path) -> None:
    """Those that a class of ours replaces, and those that are touched and not made here."""
    pinned = {name for _, name, _ in PINS} | OF_INSTANCES
    module = importlib.import_module(
        ".".join(("ftlab", *source.relative_to(PACKAGE).with_suffix("").parts))
    )
    assert replaced_by(module) | foreign_names(source) <= pinned


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_they_are_used_in_one_place(source: Path) -> None:
    if PACKAGE / "ssh" in source.parents and source.parent.name != "paramiko_ext":
        assert foreign_names(source) == set()


def replaced_by(module: ModuleType) -> set[str]:
    """Private names of paramiko's or Fabric's classes that the module's own classes have, too."""
    found: set[str] = set()
    for ours in vars(module).values():
        if inspect.isclass(ours) and ours.__module__ == module.__name__:
            theirs = [base for base in ours.__mro__ if base.__module__.startswith(LIBRARIES)]
            names = {name for base in theirs for name in vars(base)}
            found |= {name for name in vars(ours) if is_private(name)} & names
    return found


def foreign_names(source: Path) -> set[str]:
    """Private names that are touched here, and that nothing in the same room defines."""
    tree = ast.parse(source.read_text("utf-8"))
    touched = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    room = next(room for room in ROOMS if room in source.parents)
    return {name for name in touched if is_private(name)} - names_of_our_own(room)


@cache
def names_of_our_own(room: Path) -> set[str]:
    found: set[str] = {"_fields_"}  # ctypes'
    for file in room.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                found.add(node.attr)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
    return found


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def test_a_transport_has_what_is_read_of_it() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        transport = Transport(ours)
        assert transport.in_kex is False
        assert transport.initial_kex_done is False
        assert transport.server_extensions == {}
        assert transport.host_key_type is None
        assert transport.remote_version == ""
        assert len(transport._channels.values()) == 0
        transport.close()


def test_asyncssh_has_what_the_simulator_reads_and_sets_of_it() -> None:
    key = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
    options = asyncssh.SSHServerConnectionOptions(server_host_keys=[key], login_timeout=0)

    async def made() -> asyncssh.SSHServerConnection:
        return asyncssh.SSHServerConnection(asyncio.get_running_loop(), options)

    names = {"_can_send_ext_info", "_next_service", "_strict_kex"}
    names |= {"_server_host_key_algs", "_server_host_keys"}
    assert names <= vars(asyncio.run(made())).keys()
    session = asyncssh.SSHServerProcess(lambda _process: None, None, 3, False)
    assert {"_encoding", "_writers"} <= vars(session).keys()
    assert key.all_sig_algorithms >= set(key.sig_algorithms)


def test_a_buffer_says_that_it_is_closed_and_how_much_it_holds() -> None:
    buffer = BufferedPipe()
    buffer.feed(b"abc")
    assert (buffer._closed, len(buffer._buffer)) == (False, 3)
    buffer.close()
    assert buffer._closed


def test_a_channel_has_the_parts_that_wake_a_thread() -> None:
    channel = Channel(1)
    assert isinstance(channel.out_buffer_cv, threading.Condition)
    assert isinstance(channel.in_buffer, BufferedPipe)
    assert isinstance(channel.in_stderr_buffer, BufferedPipe)
    assert isinstance(channel.status_event, threading.Event)
    assert channel.exit_status == -1
    assert channel.in_window_size == channel.out_window_size == 0
    assert channel.remote_chanid == 0
    assert not channel.closed
    assert not channel.eof_received


def test_dropping_sha1_is_still_what_needs_mending() -> None:
    """Once paramiko takes ``ssh-rsa`` back, or moves it, LegacyTransport is to be looked at."""
    assert "ssh-rsa" not in paramiko.Transport._key_info
    assert "ssh-rsa" not in paramiko.RSAKey.HASHES
    assert kex_group14.KexGroup14SHA256.hash_algo is not KexGroup14Sha1.hash_algo
    assert "self.HASHES[algorithm]" in inspect.getsource(paramiko.RSAKey.sign_ssh_data)
    assert "preferred_pubkeys" in inspect.getsource(AuthHandler._finalize_pubkey_algorithm)
    assert "self._key_info[self.host_key_type]" in inspect.getsource(paramiko.Transport._verify_key)


def test_the_legacy_set_only_adds() -> None:
    assert LegacyTransport._preferred_keys[:-1] == LabTransport._preferred_keys
    assert LegacyTransport._preferred_kex[:-2] == LabTransport._preferred_kex
    assert set(LabTransport._preferred_ciphers) == set(paramiko.Transport._preferred_ciphers)
    assert set(LabTransport._preferred_kex) == {*paramiko.Transport._preferred_kex, CURVE25519}
    assert CURVE25519 not in paramiko.Transport._kex_info, "paramiko knows it now: take ours out"
    assert LabTransport._preferred_ciphers[0] == "aes128-gcm@openssh.com"


def test_a_sha1_signature_is_verified() -> None:
    key = Sha1RsaKey(key=paramiko.RSAKey.generate(2048).key)
    signature = key.sign_ssh_data(b"data", "ssh-rsa")
    signature.rewind()
    assert key.verify_ssh_sig(b"data", signature)
    signature.rewind()
    assert not key.verify_ssh_sig(b"date", signature)
    signature.rewind()
    assert not paramiko.RSAKey(data=key.asbytes()).verify_ssh_sig(b"data", signature)


def test_a_connection_leaves_the_shared_configuration_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Several threads make connections with one configuration at the same time."""
    config = plain_config()

    def changed(*_: object, **__: object) -> None:
        raise AssertionError("the configuration is written to")

    for name in ("merge", "_modify", "_remove", "_set"):
        monkeypatch.setattr(type(config), name, changed)
    made = PlainConnection("10.0.0.1", user="root", port=22, config=config, gateway=False)
    assert (made.host, made.user, made.port, made.gateway) == ("10.0.0.1", "root", 22, False)
    made.user = "other"
    assert made.user == "other"


def test_only_the_connector_loads_paramiko() -> None:
    program = "import sys, ftlab.ssh; print('paramiko' in sys.modules, 'fabric' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_gcm_is_what_todays_openssh_gets(session: object) -> None:
    transport = session._transport  # type: ignore[attr-defined]
    assert transport.local_cipher == transport.remote_cipher == "aes128-gcm@openssh.com"


def test_a_transport_keeps_what_ended_it_and_who_waits_for_a_channel() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        transport = paramiko.Transport(ours)
        assert transport.saved_exception is None
        assert transport.channel_events == {}
        transport.close()


def test_every_packet_is_read_by_read_all_alone() -> None:
    """It is where their size is limited."""
    source = inspect.getsource(Packetizer.read_message)
    assert "self.read_all(" in source
    assert "__socket" not in source
