"""A command that nobody waits for any more is not sent, and a connection that ends wakes all."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import paramiko
import pytest
from ssh_bench import Client, Launch

from ftlab.errors import CommandTimeout
from ftlab.model import Command, Host
from ftlab.ssh.channels.batch import Batch
from ftlab.ssh.channels.exchange import Exchange
from ftlab.ssh.channels.slots import Slots
from ftlab.ssh.paramiko_ext.transport import LabTransport


class Late:
    """A host whose channel comes just after the command was given up."""

    packetizer = SimpleNamespace(write_until=lambda _at: None)

    def __init__(self) -> None:
        self.batch: Batch | None = None
        self.channel = paramiko.Channel(1)
        self.channel.close = lambda: None

    def open_session(self, timeout: float) -> Any:
        assert timeout > 0
        assert self.batch is not None
        self.batch.give_up()
        return self.channel


def test_a_command_that_was_given_up_before_it_had_a_channel_is_not_sent() -> None:
    host = Late()
    host.batch = Batch(Host("esx"), host, Slots(1), 60.0)
    exchange = Exchange(Command(("vim-cmd", "vmsvc/power.on", "1")), "line", b"", 1000)
    with pytest.raises(CommandTimeout) as caught:
        host.batch.run([exchange])
    assert "was not sent" in caught.value.message
    assert not exchange.sent


def test_the_end_of_a_connection_wakes_who_waits_for_a_channel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where paramiko trips over one that is just being opened."""

    def trips(_self: Any) -> None:
        raise RuntimeError("dictionary changed size during iteration")

    monkeypatch.setattr(paramiko.Transport, "run", trips)
    opened = threading.Event()
    transport = LabTransport.__new__(LabTransport)
    transport.channel_events = {1: opened}
    with pytest.raises(RuntimeError):
        transport.run()
    assert opened.is_set()


def test_a_limit_of_thousands_of_years_is_no_error(client: Client, launch: Launch) -> None:
    session = client.enter(launch())
    assert session.run(Command(("echo", "one"), timeout=1e12)).out == "one\n"
