"""The sessions of a run, and a host that is given up while it is being logged in to."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ftlab.engine.sessions import Sessions
from ftlab.engine.terms.terms import Terms
from ftlab.errors import Unreachable
from ftlab.model import Host

HOST = Host("h0")


class SlowConnect:
    """Opens sessions, and does something else meanwhile."""

    def __init__(self) -> None:
        self.meanwhile = lambda: None
        self.opened = self.closed = 0

    def __call__(self, host: Host) -> SimpleNamespace:
        self.opened += 1
        self.meanwhile()
        return SimpleNamespace(host=host, close=self.close)

    def close(self) -> None:
        self.closed += 1


def test_a_host_given_up_during_its_login_gets_no_command() -> None:
    connect = SlowConnect()
    sessions = Sessions(connect, Terms("run"))
    answers: list[bool] = []
    connect.meanwhile = lambda: answers.append(sessions.give_up("h0"))
    with pytest.raises(Unreachable, match="does not wait"):
        sessions.context(HOST)
    assert answers == [False]
    assert (connect.opened, connect.closed) == (1, 1)
    with pytest.raises(Unreachable):
        sessions.context(HOST)  # and it is not even logged in to any more
    assert connect.opened == 1


def test_after_the_login_a_command_may_have_been_sent() -> None:
    sessions = Sessions(SlowConnect(), Terms("run"))
    sessions.context(HOST)
    assert sessions.give_up("h0")
    sessions.dismiss("h0")
    assert sessions.give_up("h0")
    assert not sessions.give_up("h1")
