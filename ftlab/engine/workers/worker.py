"""One host's part of a run, done in a worker: a process beside the parent, or a Dask worker.

Nothing but the host travels with it. What is the same for all hosts a worker asks its parent
for once; whatever only one process of a run may do, it asks the parent to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from typing import Any

from ftlab.engine.connecting import Reach
from ftlab.engine.hosts.timeline import Timeline
from ftlab.engine.job import Job
from ftlab.engine.recorder import Settled
from ftlab.engine.sessions import Sessions
from ftlab.engine.terms.terms import Terms
from ftlab.engine.workers.known_hosts import KnownHostsCopies
from ftlab.engine.wrappers.trace import Trace
from ftlab.fleet.workers.rpc import CURRENT, Link
from ftlab.frozen import frozen
from ftlab.model import Change, Host, Outcome
from ftlab.version import VERSION


@frozen
class WorkerSetup:
    """What a worker does with each host. ``sealed``: what it says to its parent and hears from it
    cannot be read on the way, so that passwords may travel. ``known_hosts`` are the texts of
    files that a worker elsewhere would not find, by name.
    """

    job: Job
    terms: Terms
    reach: Reach
    sealed: bool
    known_hosts: Mapping[str, str] = field(default_factory=dict)


@frozen
class ParentRecorder:
    """An ``engine.recorder.Recorder`` that has the parent write."""

    link: Link
    host: str

    def intend(self, changes: Sequence[Change], extra: Mapping[str, Any]) -> list[int]:
        return list(self.link.ask("intend", self.host, list(changes), dict(extra)))

    def settle(self, entries: Sequence[Settled]) -> None:
        self.link.ask("settle", self.host, list(entries))

    def resolve(self, idents: Sequence[int]) -> None:
        self.link.ask("resolve", self.host, list(idents))


def on_worker(host: Host) -> Outcome:
    """Do what the worker's setup says on one host. Raises ``Lost`` where the parent is gone."""
    link = CURRENT.get()
    with link.lock:
        if link.kept is None:
            link.kept = WorkerRun(link, link.ask("setup"))
        worker_run: WorkerRun = link.kept
    return worker_run.do(host)


def version() -> str:
    """Parent and workers must agree on it."""
    return VERSION


class WorkerRun:
    """What a worker shares between its hosts: connections to jump hosts, keys, known_hosts."""

    def __init__(self, link: Link, setup: WorkerSetup) -> None:
        from ftlab.engine.workers.secrets import FleetCanaries, secrets_of

        self._job = setup.job
        self._timeline = Timeline()
        self._files = KnownHostsCopies(setup.known_hosts)
        secrets = secrets_of(link, sealed=setup.sealed)
        self._connector = replace(setup.reach, ssh=self._files.instead(setup.reach.ssh)).connector(
            secrets, FleetCanaries(link, sealed=setup.sealed)
        )
        told = partial(link.ask, "traced")  # asked, not just said: it is out before the outcome is
        self._sessions = Sessions(
            self._connector.connect,
            setup.terms,
            recorder=lambda host: ParentRecorder(link, host),
            say=lambda text: link.notify("say", text),
            trace=Trace(told, setup.terms.trace, lambda: secrets.told),
            working=self._timeline.working,
        )

    def do(self, host: Host) -> Outcome:
        """The job on one host; whatever happens becomes its outcome."""
        local = self._files.local(host.known_hosts)
        outcome = self._sessions.do(self._job, replace(host, known_hosts=local))
        worked = self._timeline.taken(host.name)
        return replace(outcome, internal=(*outcome.internal, worked))

    def close(self) -> None:
        """Hang up. Safe to repeat."""
        self._sessions.close()
        self._connector.close()
        self._files.close()
