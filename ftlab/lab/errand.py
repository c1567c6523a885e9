"""One host's part of a run, done in a worker: a process beside the parent, or a Dask worker.

Nothing but the host travels with it. What is the same for all hosts a worker asks its parent
for once; whatever only one process of a run may do, it asks the parent to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import ftlab
from ftlab.fleet.line import HERE, Line
from ftlab.lab.carried import Carried
from ftlab.lab.crew import Crew
from ftlab.lab.reach import Reach
from ftlab.model import Change, Host, Outcome
from ftlab.ops.context import Job, Settled


@dataclass(frozen=True)
class Orders:
    """What a worker does with each host. ``sealed``: what it says to its parent and hears from it
    cannot be read on the way, so that passwords may travel. ``known_hosts`` are the texts of
    files that a worker elsewhere would not find, by name.
    """

    job: Job
    run: str
    check: bool
    reach: Reach
    sealed: bool
    known_hosts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LineRecorder:
    """An ``ops.context.Recorder`` that has the parent write."""

    line: Line
    host: str

    def intend(self, changes: Sequence[Change], extra: Mapping[str, Any]) -> list[int]:
        return list(self.line.ask("intend", self.host, list(changes), dict(extra)))

    def settle(self, entries: Sequence[Settled]) -> None:
        self.line.ask("settle", self.host, list(entries))


def errand(host: Host) -> Outcome:
    """Do what the worker's orders say on one host. Raises ``Lost`` where the parent is gone."""
    line = HERE.get()
    with line.lock:
        if line.kept is None:
            line.kept = Station(line, line.ask("orders"))
        station: Station = line.kept
    return station.do(host)


def version() -> str:
    """Parent and workers must agree on it."""
    return ftlab.__version__


class Station:
    """What a worker shares between its hosts: connections to jump hosts, keys, known_hosts."""

    def __init__(self, line: Line, orders: Orders) -> None:
        from ftlab.lab.borrowed import FleetCanaries, secrets_of

        self._job = orders.job
        self._files = Carried(orders.known_hosts)
        self._connector = replace(
            orders.reach, ssh=self._files.instead(orders.reach.ssh)
        ).connector(
            secrets_of(line, sealed=orders.sealed), FleetCanaries(line, sealed=orders.sealed)
        )
        self._crew = Crew(
            self._connector.connect,
            orders.run,
            orders.check,
            recorder=lambda host: LineRecorder(line, host),
            say=lambda text: line.tell("say", text),
        )

    def do(self, host: Host) -> Outcome:
        """The job on one host; whatever happens becomes its outcome."""
        local = self._files.local(host.known_hosts)
        return self._crew.do(self._job, replace(host, known_hosts=local))

    def close(self) -> None:
        """Hang up. Safe to repeat."""
        self._crew.close()
        self._connector.close()
        self._files.close()
