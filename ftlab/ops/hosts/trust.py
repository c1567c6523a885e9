"""``hosts.trust``: the keys that hosts show, and recording those not known yet.

The way to a host comes first: a jump host whose key is not known is not logged in to before that
key is recorded. Where somebody is asked, each yes is for what was shown: first for the hosts that
can be reached and the first unknown jump hosts, then for what is behind these.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report
from ftlab.engine.terms.approval import Round
from ftlab.errors import FtlabError
from ftlab.facts.hosts import KeysFacts
from ftlab.model import Change, Host, Outcome, Status
from ftlab.ops.hosts.server_keys import SeenServer, look_at, refuse_changed, refuse_other

if TYPE_CHECKING:
    from ftlab.ops.hosts.server_keys import Keys
    from ftlab.ssh.network.target import Target

Place = tuple[str, int]
"""The name and port that a server's keys are recorded under."""


def trust_hosts(lab: OpenLab, *, replace_changed: bool = False) -> Report:
    """Probe every host without logging in; record unknown keys, and with ``replace_changed``
    others too, in the lab's own known_hosts file; those of jump hosts on the way first. Safe to
    repeat.

    Where somebody approves the keys, exactly these are recorded: a host that shows others
    afterwards is refused.
    """
    trusting = _Trusting(lab, replace_changed)
    report = lab.approved(trusting.once, changes=True)
    while trusting.waiting and not (report.check or report.stopped):
        reached = report
        report = lab.approved(trusting.once, changes=True)
        if report.check:  # somebody said no: what was recorded before stays recorded
            return reached
    return report


class _Trusting:
    """A whole call, which may need several rounds of showing and recording. ``waiting`` are the
    outcomes, so far, of hosts behind a jump host whose key was recorded in the last round."""

    def __init__(self, lab: OpenLab, replace_changed: bool) -> None:
        self._lab, self._replace = lab, replace_changed
        self._approved: Mapping[Place, Keys] | None = None
        self._settled: dict[str, Outcome] = {}
        self.waiting: dict[str, Outcome] = {}

    def once(self, round: Round) -> Report:
        """A check only shows."""
        check = round.check
        visit = _Visit(self._lab, self._replace, check=check, approved=self._approved)

        def work(host: Host) -> Outcome:
            if (settled := self._settled.get(host.name)) is not None:
                return Outcome(host.name, "ok") if check else settled
            return visit.on(host)

        def hear(outcome: Outcome) -> None:
            if outcome.host not in self._settled and outcome.host not in visit.waiting:
                run.record_and_show(outcome)

        with self._lab.runner("hosts.trust", changes=False, round=round) as run:
            result = run.over(self._lab.hosts, work, hear)
            outcomes = [self._with_earlier(each, check=check) for each in result.outcomes]
            self._approved = visit.shown if check else None
            if not check:
                self._note(outcomes, visit.waiting)
            return run.report(outcomes, result.stopped)

    def _with_earlier(self, outcome: Outcome, *, check: bool) -> Outcome:
        """With what an earlier round recorded on the way to this host."""
        before = self.waiting.get(outcome.host)
        if before is None or check:
            return outcome
        status = "changed" if outcome.status == "ok" else outcome.status
        return replace(outcome, status=status, changes=before.changes + outcome.changes)

    def _note(self, outcomes: list[Outcome], waiting: set[str]) -> None:
        self._settled = {o.host: o for o in outcomes if o.host not in waiting}
        self.waiting = {o.host: o for o in outcomes if o.host in waiting}


@dataclass
class _Server:
    """What several hosts may lead to or through: one looks at it, and records its keys, at a time.
    As a jump host it is looked at once a round: then it has been ``seen``, or there was a
    ``failure``."""

    turn: threading.RLock = field(default_factory=threading.RLock)
    seen: SeenServer | None = None
    failure: FtlabError | None = None


class _Visit:
    """What is done with each host of one round. Safe to use from several threads. ``shown`` are
    the keys of each server that could be recorded; ``approved`` those of an earlier round.
    ``waiting`` are the hosts whose own keys nobody has been shown yet."""

    def __init__(
        self, lab: OpenLab, replace: bool, *, check: bool, approved: Mapping[Place, Keys] | None
    ) -> None:
        self._lab, self._replace, self._check, self._approved = lab, replace, check, approved
        self._lock = threading.Lock()
        self._servers: dict[Place, _Server] = {}
        self.shown: dict[Place, Keys] = {}
        self.waiting: set[str] = set()

    def on(self, host: Host) -> Outcome:
        """Raises ``Unreachable``, also where a key is revoked, or has changed and is not to be
        replaced, and where a known_hosts file cannot be used; ``Refused`` where a server shows
        other keys than were approved."""
        *hops, target = self._lab.connector.way(host)
        servers: list[SeenServer] = []
        for hop in hops:
            servers.append(self._hop(hop))
            if servers[-1].todo and (self._check or self._approved is not None):
                return self._not_yet(host, servers)
        servers.append(self._trusted(target, host.name, ""))
        return self._outcome(host, servers)

    def _not_yet(self, host: Host, servers: list[SeenServer]) -> Outcome:
        """The host's own keys can be seen once the jump host's are recorded."""
        if not self._check:
            self.waiting.add(host.name)
        found = self._outcome(host, servers)
        note = f"its own keys are shown once those of jump host {servers[-1].label} are recorded"
        return replace(found, facts={**found.facts, "notes": [note]})

    def _outcome(self, host: Host, servers: list[SeenServer]) -> Outcome:
        own = self._lab.options.known_hosts
        verified = None if self._check else True
        changes: list[Change] = []
        for server in servers:
            if server.todo:
                changes += server.changes(own, replace=self._replace, verified=verified)
        facts: KeysFacts = {"keys": [key for server in servers for key in server.facts()]}
        status: Status = "ok" if not changes else "would_change" if self._check else "changed"
        return Outcome(host.name, status, changes=tuple(changes), facts=facts)

    def _hop(self, target: Target) -> SeenServer:
        hop = self._server((target.known_as, target.port))
        with hop.turn:
            if hop.failure is None and hop.seen is None:
                try:
                    hop.seen = self._trusted(target, target.where, target.where)
                except FtlabError as error:
                    hop.failure = error.with_message(f"jump host {error.message}")
        if hop.seen is None:
            assert hop.failure is not None  # noqa: S101 - one of the two is there
            raise hop.failure
        return hop.seen

    def _server(self, place: Place) -> _Server:
        with self._lock:
            return self._servers.setdefault(place, _Server())

    def _trusted(self, target: Target, name: str, label: str) -> SeenServer:
        """What the server shows, recorded where this round is for that."""
        place, lab = (target.known_as, target.port), self._lab
        with self._server(place).turn:
            seen = look_at(lab.connector, target, label)
            if not self._replace:
                refuse_changed(name, seen.todo)
            self.shown[place] = seen.all_keys
            if self._approved is not None:
                refuse_other(name, self._approved.get(place, frozenset()), seen.all_keys)
            if seen.todo and not self._check:
                seen.record(lab.options.known_hosts, lab.connector, replace=self._replace)
        return seen
