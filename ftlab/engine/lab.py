"""``Lab``: open an inventory, select hosts, run an operation, get a report.

from ftlab import Lab

lab = Lab.open("hosts.ini", limit="vesxi")
report = lab.run("advopt.get", GetOption("/Migrate/NetTimeout"))
for outcome in report.outcomes:
    print(outcome.host, outcome.status, outcome.facts)
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ftlab.engine.connecting import Reach
from ftlab.engine.context import Job
from ftlab.engine.events import Events, not_yet, settled
from ftlab.engine.inventory_files import open_inventory
from ftlab.engine.lent import Lent
from ftlab.engine.options import Options, find_inventory, state_home
from ftlab.engine.report import Report
from ftlab.engine.runner import Purpose, Runner
from ftlab.engine.terms.approval import Plans
from ftlab.engine.terms.leftovers import Recovery
from ftlab.engine.unmatched import failed_if_unmatched
from ftlab.errors import InventoryError, UsageError
from ftlab.inventory import Inventory, fold
from ftlab.journal import Journal
from ftlab.model import Host, Outcome
from ftlab.session import Session
from ftlab.ssh.network.idle_options import idle_options
from ftlab.user_files import read_text

if TYPE_CHECKING:
    from ftlab.ssh.connector import Connector
    from ftlab.ssh.login.passwords import SecretSource
    from ftlab.ssh.login.prompt import Prompt
    from ftlab.ssh.network.targets import Targets
    from ftlab.ssh.plain_connection import PlainConnection

Approve = Callable[[Report], bool]
"""Shown the plan of an interactive run; whether to go on."""

Conclude = Callable[[tuple[Outcome, ...]], Sequence[Outcome]]
"""What a whole fleet's outcomes mean together."""


class Lab:
    """One inventory and the way runs are done on it. Reads files when first needed, never
    contacts a host before :meth:`run`.

    ``recovery`` sees to what earlier runs have left (see ``ftlab.engine.terms.leftovers``).
    """

    recovery: Recovery | None = None

    def __init__(self, options: Options, *, say: Callable[[str], None] = lambda _: None) -> None:
        self.options = options
        self.listeners = Events(say, warn=say)
        self.approve: Approve | None = None
        self.begin: Callable[[], None] = lambda: None
        self.asking: Callable[[], AbstractContextManager[None]] = nullcontext
        self.approved_plans: Plans | None = None
        self.left_of: str | None = None
        self._making = threading.RLock()
        self._lent = Lent()
        self._connector: Connector | None = None
        self._secrets: SecretSource | None = None
        self._prompt: Prompt | None = None

    @classmethod
    def open(cls, inventory: str | None = None, **options: Any) -> Lab:
        """A lab by its inventory file (``None``: found as the command line finds it).

        ``options`` are fields of :class:`~ftlab.engine.options.Options`. Raises
        ``InventoryError`` where there is no such file.
        """
        options.setdefault("state_dir", state_home(os.environ))
        return cls(Options(inventory=find_inventory(inventory, os.environ), **options))

    @cached_property
    def inventory(self) -> Inventory:
        """The parsed file. Raises ``InventoryError`` with file and line."""
        return open_inventory(self.options.inventory)

    @cached_property
    def hosts(self) -> tuple[Host, ...]:
        """The selected hosts in inventory order. Raises ``InventoryError`` for none."""
        selected = self.inventory.select(
            self.options.limit,
            self.options.exclude,
            sets=self._named_sets(),
            read_file=read_text,
            warn=self.listeners.warn,
        )
        if self.options.hosts is not None:
            selected = self.inventory.among(selected, self.options.hosts)
        if self.options.retry_failed is not None:
            again = set(self._failed(self.options.retry_failed))
            selected = tuple(host for host in selected if host.name in again)
            if not selected:
                raise UsageError(f"run {self.options.retry_failed}: no failed host is selected")
        self.inventory.check(selected, self.listeners.say)
        for note in idle_options(selected):
            self.listeners.say(note)
        return selected

    def spell(self, hosts: Iterable[str]) -> str:
        """A short pattern that selects exactly these hosts; their folded names where there is no
        inventory to select from."""
        try:
            return self.inventory.spell(hosts)
        except InventoryError:
            return fold(hosts)

    def only(self, names: Container[str], otherwise: str) -> None:
        """Keep only the selected hosts of these names. Raises ``UsageError`` for none."""
        kept = tuple(host for host in self.hosts if host.name in names)
        if not kept:
            raise UsageError(otherwise, hint="ftlab lab.history shows the runs and their hosts")
        self.hosts = kept

    def _failed(self, run: str) -> list[str]:
        """The names of a run's failed hosts. A run that is named may have been on another
        inventory: it only selects hosts, of this one."""
        with self.open_journal() as journal:
            record = journal.run(run)
            if record.inventory != self.options.real_inventory:
                self.listeners.say(f"run {record.run} was on another inventory, {record.inventory}")
            return journal.failed_hosts(record.run)

    def _named_sets(self) -> Mapping[str, Sequence[str]]:
        """``@failed`` is what failed in the inventory's newest run that changed anything."""
        pattern = f"{self.options.limit} {self.options.exclude}"
        if "@failed" not in pattern or not self.options.journal.exists():
            return {}
        return {"failed": self._failed("last")}

    def open_journal(self) -> Journal:
        """The journal of the earlier runs on this inventory. Raises ``StateError``."""
        return Journal.open_to_read(self.options.journal, self.options.real_inventory)

    @cached_property
    def targets(self) -> Targets:
        """Where the hosts are and as whom they are entered. Raises ``UsageError`` where that
        cannot be said of one of the selected ones."""
        targets = self.reach.targets()
        targets.check(self.hosts)
        return targets

    def connect(self, host: Host) -> Session:
        """A logged-in session. Raises ``Unreachable``."""
        return self.connector.connect(host)

    def connection(self, host: str) -> PlainConnection:
        """A ``fabric.Connection`` to one of the selected hosts, for whatever ftlab does not do
        itself. Its host key is verified, and it is logged in as the inventory says. Close it, or
        use it in a ``with``; :meth:`close` closes those that are left.

        Raises ``InventoryError`` for a name that is no selected host's, and ``Unreachable``.
        """
        [found] = self.inventory.among(self.hosts, (host,))
        return self._lent.note(self.connector.lend(found))

    @property
    def connector(self) -> Connector:
        """What opens sessions; made, and paramiko loaded, when the first host is contacted. Many
        threads ask for it first: it must be one, since it knows which password was refused."""
        with self._making:
            if self._connector is None:
                self._connector = self.reach.connector(self.secrets, targets=self.targets)
            return self._connector

    @property
    def secrets(self) -> SecretSource:
        """Passwords and passphrases, for this process and for the workers of a run. It asks on
        the terminal, if there is one; :attr:`asking` is entered around each question."""
        from ftlab.ssh.login.passwords import SecretSource
        from ftlab.ssh.login.prompt import terminal_prompt

        with self._making:
            if self._secrets is None:
                self._prompt = terminal_prompt(self.asking)
                self._secrets = SecretSource(ask=self._prompt)
            return self._secrets

    def stop_asking(self) -> None:
        """No question for a password from here on. An open one ends, and the terminal echoes
        again. Safe to repeat."""
        with self._making:  # making it now keeps another thread from making one that still asks
            prompt = self._prompt if self.secrets else None
        if prompt is not None:
            prompt.close()

    @property
    def reach(self) -> Reach:
        """What it takes to reach the inventory's hosts, from here or elsewhere."""
        own = (self.options.known_hosts, *self.options.ssh.known_hosts)
        ssh = replace(self.options.ssh, known_hosts=own)
        return Reach(ssh, {host.name: host for host in self.inventory.hosts})

    def close(self) -> None:
        """Close the prompt and what :meth:`connection` gave, then hang up jump hosts. Safe to
        repeat."""
        self._lent.close()
        if self._prompt is not None:
            self._prompt.close()
        if self._connector is not None:
            self._connector.close()
        self._connector = self._secrets = self._prompt = None

    def runner(
        self,
        task: str,
        args: Any = None,
        *,
        changes: bool,
        check: bool = False,
        apart: bool = False,
    ) -> Runner:
        """A run in the making, for operations that span hosts (see
        ``ftlab.ops.vft.secondary.fleet``) and, ``apart``, for those whose hosts have nothing
        to do with each other."""
        self.targets  # noqa: B018 - a host whose way cannot be followed: nobody is contacted
        approved = None if check else self.approved_plans
        recovery = self.recovery, self.left_of
        purpose = Purpose(task, args, changes, check, apart, approved, *recovery)
        return Runner(self.options, self.hosts, purpose, self, self.listeners)

    def run(
        self,
        task: str,
        job: Job,
        args: Any = None,
        conclude: Conclude = failed_if_unmatched,
    ) -> Report:
        """Do ``job`` on every selected host.

        Where the run changes hosts, is neither a check nor approved beforehand (``yes``), the
        plan is made first and :attr:`approve` decides; without it, ``UsageError``.
        """
        final = settled if conclude is failed_if_unmatched else not_yet

        def once(*, check: bool) -> Report:
            with self.runner(task, args, changes=job.changes, check=check, apart=True) as run:
                result = run.fan_out(job, final=final)
                return run.report(conclude(result.outcomes), result.stopped)

        return self.approved(once, changes=job.changes)

    def approved(self, once: Callable[..., Report], *, changes: bool) -> Report:
        """Call ``once(check=…)``: for real, as a check, or as a check and then for real. Then what
        the check showed is done, host by host, or nothing: see ``ftlab.engine.terms.approval``."""
        self.targets  # noqa: B018 - a wrong inventory or pattern is an error before all others
        try:
            if self.options.check or not changes or self.options.yes:
                self.begin()
                return once(check=self.options.check)
            if self.approve is None:
                raise UsageError(
                    "this task changes hosts and needs a confirmation, but there is no terminal",
                    hint="add --yes to go ahead, or --check to see the plan",
                )
            self.begin()
            with self.listeners.rehearsing():
                plan = once(check=True)
            try:
                agreed = not plan.stopped and self.approve(plan)
            except KeyboardInterrupt:
                return replace(plan, stopped="interrupted")
            if not agreed:
                return plan
            self.begin()
            self.approved_plans = {outcome.host: outcome.changes for outcome in plan.outcomes}
            return once(check=False)
        finally:
            self.approved_plans = None
            if not self._lent.in_use:  # else jump hosts and secrets are still needed
                self.close()
