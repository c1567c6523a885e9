"""Channels of one connection: ours, and the host's ``MaxSessions``."""

from __future__ import annotations

import pytest
from ssh_bench import Client, Launch

from ftlab.errors import HostFailed
from ftlab.model import Command
from ftlab.ssh.channels.slots import Slots

WORK = [Command(("sh", "-c", f"sleep 0.2; echo {number}")) for number in range(6)]
ANSWERS = [f"{number}\n" for number in range(6)]


@pytest.mark.parametrize("sessions", ["1", "2"])
def test_a_host_that_allows_few(client: Client, launch: Launch, sessions: str) -> None:
    session = client.enter(launch({"MaxSessions": sessions}))
    assert [done.out for done in session.run_all(WORK)] == ANSWERS


@pytest.mark.parametrize("sessions", ["1", "2"])
def test_threads_that_share_them(client: Client, launch: Launch, sessions: str) -> None:
    session = client.enter(launch({"MaxSessions": sessions}))
    calls = [lambda one=one: session.run(one).out for one in WORK]
    assert session.together(*calls) == ANSWERS
    assert session.together(*calls) == ANSWERS


def test_a_host_that_allows_none(client: Client, launch: Launch) -> None:
    session = client.enter(launch({"MaxSessions": "0"}))
    with pytest.raises(HostFailed) as caught:
        session.run(Command(("true",)))
    assert caught.value.kind == "channel.refused"


def test_the_last_slot_is_never_taken_away() -> None:
    slots = Slots(3)
    assert [slots.acquire(0) for _ in range(4)] == [True, True, True, False]
    assert slots.refused()
    assert not slots.acquire(0)
    slots.release()
    slots.release()
    assert slots.acquire(0)
    assert [slots.refused() and slots.acquire(0) for _ in range(3)] == [True, True, False]
    assert slots.acquire(0)


def test_commands_one_after_another(client: Client, launch: Launch) -> None:
    session = client.enter(launch({"MaxSessions": "1"}))
    for _ in range(30):
        session.run(Command(("true",)))
