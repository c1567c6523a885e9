"""What ftlab.ssh relies on inside paramiko. A failure here names what a new version moved."""

from __future__ import annotations

import inspect
import socket
import subprocess
import sys
import threading

import paramiko
import pytest
from paramiko import kex_group14
from paramiko.auth_handler import AuthHandler
from paramiko.buffered_pipe import BufferedPipe
from paramiko.channel import Channel
from paramiko.packet import Packetizer

from ftlab.ssh.paramiko_ext.legacy import KexGroup14Sha1, LegacyTransport, Sha1RsaKey
from ftlab.ssh.paramiko_ext.transport import CURVE25519, LabTransport
from ftlab.ssh.plain_connection import PlainConnection, plain_config


@pytest.mark.parametrize(
    "name",
    [
        "_preferred_ciphers",
        "_preferred_kex",
        "_preferred_keys",
        "_preferred_pubkeys",
        "_key_info",
        "_kex_info",
        "_channel_handler_table",
        "_filter_algorithm",
        "_really_parse_kex_init",
        "_parse_disconnect",
        "_send_user_message",
        "start_client",
        "stop_thread",
        "get_exception",
        "open_channel",
        "preferred_keys",
        "preferred_pubkeys",
        "auth_publickey",
        "auth_none",
        "auth_interactive",
    ],
)
def test_transport_has(name: str) -> None:
    assert hasattr(paramiko.Transport, name)


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (paramiko.Transport, "_send_message", ["self", "data"]),
        (paramiko.Transport, "_parse_disconnect", ["self", "m"]),
        (paramiko.Transport, "start_client", ["self", "event", "timeout"]),
        (paramiko.Transport, "_really_parse_kex_init", ["self", "m", "ignore_first_byte"]),
        (paramiko.Transport, "_filter_algorithm", ["self", "type_"]),
        (paramiko.SSHConfig, "_tokenize", ["self", "config", "target_hostname", "key", "value"]),
        (AuthHandler, "_request_auth", ["self"]),
        (AuthHandler, "_parse_service_accept", ["self", "m"]),
        (AuthHandler, "wait_for_response", ["self", "event"]),
        (AuthHandler, "auth_publickey", ["self", "username", "key", "event"]),
        (AuthHandler, "auth_password", ["self", "username", "password", "event"]),
        (AuthHandler, "auth_interactive", ["self", "username", "handler", "event", "submethods"]),
        (Packetizer, "read_all", ["self", "n", "check_rekey"]),
        (Packetizer, "readline", ["self", "timeout"]),
        (Packetizer, "write_all", ["self", "out"]),
        (Packetizer, "start_handshake", ["self", "timeout"]),
        (paramiko.Transport, "_parse_channel_open_failure", ["self", "m"]),
        (paramiko.Transport, "_next_channel", ["self"]),
        (paramiko.Transport, "_parse_ext_info", ["self", "msg"]),
        (AuthHandler, "_parse_userauth_info_request", ["self", "m"]),
        (AuthHandler, "_parse_userauth_failure", ["self", "m"]),
        (Channel, "_feed", ["self", "m"]),
        (Channel, "_feed_extended", ["self", "m"]),
        (Channel, "_handle_close", ["self", "m"]),
        (Channel, "_handle_request", ["self", "m"]),
        (Channel, "_request_failed", ["self", "m"]),
        (BufferedPipe, "set_event", ["self", "event"]),
        (paramiko.Agent, "_send_message", ["self", "msg"]),
    ],
)
def test_what_is_overridden_keeps_its_shape(owner: type, name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


def test_a_channel_has_the_parts_that_ring_the_bell() -> None:
    channel = Channel(1)
    assert isinstance(channel.out_buffer_cv, threading.Condition)
    assert isinstance(channel.in_buffer, BufferedPipe)
    assert isinstance(channel.in_stderr_buffer, BufferedPipe)
    assert isinstance(channel.status_event, threading.Event)
    assert channel.exit_status == -1
    assert channel.in_window_size == 0
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
