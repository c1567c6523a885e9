"""The parent's side, asked by workers that are only links: no process, no host."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from ftlab.engine.connecting import Reach
from ftlab.engine.recorder import Settled
from ftlab.engine.sessions import Sessions
from ftlab.engine.terms.terms import Terms
from ftlab.engine.workers.parent import ParentService
from ftlab.engine.workers.secrets import FleetCanaries, secrets_of
from ftlab.engine.workers.worker import ParentRecorder, WorkerSetup
from ftlab.errors import Lost, NotTried, Unreachable
from ftlab.fleet.workers.rpc import Link, attempt
from ftlab.model import Change, Host, Outcome, Secret
from ftlab.ops.hosts.check import CheckHost
from ftlab.session import Session
from ftlab.ssh.login.passwords import SecretSource

CHANGE = Change("advopt", 0, 1, path="/Migrate/NetTimeout")
PASSWORD = Secret("secret")


@dataclass
class Book:
    """A recorder that remembers."""

    lines: list[tuple[Any, ...]] = field(default_factory=list)

    def intend(self, changes: Sequence[Change], extra: Mapping[str, Any]) -> list[int]:
        self.lines.append(("intend", *changes, dict(extra)))
        return [len(self.lines)]

    def settle(self, entries: Sequence[Settled]) -> None:
        self.lines.append(("settle", *entries))


@dataclass
class ParentSide:
    """The parent's side, its recorder, and workers that ask it."""

    service: ParentService
    book: Book
    said: list[str]

    def worker(self, place: str) -> Link:
        """Whose questions are pickled both ways, as on any real link."""

        def send(message: bytes) -> None:
            _kind, number, words = pickle.loads(message)  # noqa: S301
            result = attempt(self.service, place, *words)
            link.answered(number, pickle.loads(pickle.dumps(result)))  # noqa: S301

        link = Link(send, place)
        return link


def _nobody(host: Host) -> Session:
    raise Unreachable(f"{host.name} is not asked here")


def parent_side(monkeypatch: pytest.MonkeyPatch, *, sealed: bool = True) -> ParentSide:
    monkeypatch.delenv("FTLAB_PASSWORD", raising=False)
    book, said = Book(), []
    setup = WorkerSetup(CheckHost(), Terms("run"), reach=Reach(), sealed=sealed)
    hosts = {"h1": Host("h1", password=PASSWORD)}
    sessions = Sessions(_nobody, Terms("run"), lambda _host: book, said.append)
    service = ParentService(setup, sessions, hosts, SecretSource({}))
    return ParentSide(service, book, said)


def test_orders_are_the_same_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    service = parent_side(monkeypatch)
    assert service.worker("a").ask("setup") == service.worker("b").ask("setup")


def test_a_change_is_in_the_book_before_the_worker_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    here = parent_side(monkeypatch)
    recorder = ParentRecorder(here.worker("a"), "h1")
    idents = recorder.intend([CHANGE], {"backup": "x"})
    assert here.book.lines == [("intend", CHANGE, {"backup": "x"})]
    recorder.settle([(idents[0], "verified", CHANGE)])
    assert here.book.lines[1:] == [("settle", (1, "verified", CHANGE))]


def test_a_host_that_was_given_up_is_changed_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    here = parent_side(monkeypatch)
    recorder = ParentRecorder(here.worker("a"), "h1")
    idents = recorder.intend([CHANGE], {})
    here.service.close(Outcome("h1", "failed"))
    with pytest.raises(Lost, match="does not wait"):
        recorder.intend([CHANGE], {})
    recorder.settle([(idents[0], "verified", CHANGE)])  # what was begun is still told
    assert [line[0] for line in here.book.lines] == ["intend", "settle"]


def test_messages_reach_whoever_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    here = parent_side(monkeypatch)
    here.worker("a").notify("say", "h1: waiting")
    assert here.said == ["h1: waiting"]


@pytest.mark.parametrize("verb", ["__init__", "close", "_given", "eval"])
def test_nothing_else_can_be_asked_for(monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    with pytest.raises(ValueError, match="no worker may ask"):
        parent_side(monkeypatch).worker("a").ask(verb)


def test_passwords_come_from_the_parent_where_nobody_listens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secrets = secrets_of(parent_side(monkeypatch).worker("a"), sealed=True)
    assert secrets.given(Host("h1"), "root") == PASSWORD
    assert secrets.given(Host("h2"), "root") is None


def test_and_from_nobody_where_somebody_may(monkeypatch: pytest.MonkeyPatch) -> None:
    link = parent_side(monkeypatch, sealed=False).worker("a")
    for question in (("given", Host("h1"), "root"), ("asked", "h1", "root"), ("passphrase", "key")):
        with pytest.raises(ValueError, match="no secret"):
            link.ask(*question)
    own = secrets_of(link, sealed=False)
    assert own.given(Host("h1"), "root") is None
    assert own.asked("h1", "root") is None


def test_a_refused_password_is_not_tried_by_another_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    here = parent_side(monkeypatch)
    one, other = (FleetCanaries(here.worker(place), sealed=True) for place in "ab")
    with pytest.raises(Unreachable), one.turn("h1", "root", PASSWORD, None):
        raise Unreachable("no", kind="auth.refused")
    for canaries in (other, other, one):
        with pytest.raises(NotTried) as caught, canaries.turn("h2", "root", PASSWORD, None):
            pytest.fail("tried")
        assert caught.value.evidence["refused_by"] == "h1"
    with other.turn("h2", "root", Secret("another"), None):
        pass


def test_unsealed_a_refusal_counts_for_every_password_of_that_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = parent_side(monkeypatch, sealed=False)
    one, other = (FleetCanaries(here.worker(place), sealed=False) for place in "ab")
    with pytest.raises(Unreachable), one.turn("h1", "root", PASSWORD, None):
        raise Unreachable("no", kind="auth.refused")
    with pytest.raises(NotTried), other.turn("h2", "root", Secret("another"), None):
        pytest.fail("tried")


def test_a_worker_waits_for_another_ones_canary_and_then_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = parent_side(monkeypatch)
    one, other = (FleetCanaries(here.worker(place), sealed=True) for place in "ab")
    trying, order = threading.Event(), []

    def second() -> None:
        assert trying.wait(10)
        with other.turn("h2", "root", PASSWORD, None):
            order.append("h2")

    thread = threading.Thread(target=second)
    thread.start()
    with one.turn("h1", "root", PASSWORD, None):
        trying.set()
        thread.join(0.1)
        order.append("h1")
    thread.join(10)
    assert order == ["h1", "h2"]


def test_a_lost_workers_canary_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    here = parent_side(monkeypatch)
    assert here.worker("a").ask("first_password", "h1", ("root", PASSWORD), 1.0)
    done = threading.Event()

    def second() -> None:
        with FleetCanaries(here.worker("b"), sealed=True).turn("h2", "root", PASSWORD, None):
            done.set()

    thread = threading.Thread(target=second, daemon=True)
    thread.start()
    here.service("a", "lost")
    assert done.wait(10)
    assert not here.worker("a").ask("first_password", "h1", ("root", Secret("new")), 1.0)
