"""What the contexts of many hosts share (nothing), and whose error an outcome has."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from ftlab.engine.context import Context
from ftlab.engine.sessions import Sessions
from ftlab.errors import QuestionPending, Refused
from ftlab.model import Command, Completed, Host

LIMIT = 20.0


class Asked:
    """A host that tells its version once somebody else was asked for theirs, or ``LIMIT`` seconds
    have passed."""

    def __init__(self, name: str, mine: threading.Event, other: threading.Event) -> None:
        self.host = Host(name)
        self._mine, self._other = mine, other
        self.met = False

    def run(self, command: Command) -> Completed:
        self._mine.set()
        self.met = self._other.wait(LIMIT)
        return Completed(command, 0, b"VMware ESXi 5.5.0 build-1331820\n", b"")


def test_no_host_waits_for_the_version_of_another() -> None:
    one, other = threading.Event(), threading.Event()
    hosts = [Asked("a", one, other), Asked("b", other, one)]
    contexts = [Context(host) for host in hosts]  # type: ignore[arg-type]
    threads = [threading.Thread(target=lambda each=each: each.version) for each in contexts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [host.met for host in hosts] == [True, True]
    assert contexts[0].version.version == "5.5.0"


class Owing:
    """An earlier run's work that cannot be finished."""

    def before(self, context: Context) -> None:
        """Nothing."""

    def after(self, context: Context) -> None:
        raise QuestionPending(f"a VM of {context.host} asks something")


class Refusing:
    changes = True

    def on(self, context: Context) -> dict[str, object]:
        raise Refused(f"{context.host}: the key is another one now")


def test_the_error_of_the_job_is_told_and_not_that_of_what_was_left_before_it() -> None:
    context = Context(SimpleNamespace(host=Host("a")))  # type: ignore[arg-type]
    context.left = [SimpleNamespace(id=1)]  # type: ignore[list-item]
    terms = SimpleNamespace(recovery=Owing())
    sessions = SimpleNamespace(terms=terms, recover=lambda _context: None)
    with pytest.raises(Refused, match="another one now"):
        Sessions._carried_out(sessions, Refusing(), context)  # type: ignore[arg-type]
    assert context.notes == ["nor was an earlier run's work finished: a VM of a asks something"]
