"""``Lab``: open an inventory, select hosts, do something on all of them, get a report.

with Lab("hosts.ini", limit="vesxi") as lab:
    report = lab.set_option("/Migrate/NetTimeout", 60)
    for outcome in report.failed:
        print(outcome.host, outcome.error)
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from ftlab.engine.job import Job
from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report
from ftlab.engine.ui import Ui
from ftlab.lab.host_methods import HostMethods
from ftlab.lab.option_methods import OptionMethods
from ftlab.lab.options import Approve, LabOptions, Say, options_of
from ftlab.lab.profile_methods import ProfileMethods
from ftlab.lab.setting_methods import SettingMethods
from ftlab.lab.vft_methods import VftMethods
from ftlab.lab.vm_methods import VmMethods
from ftlab.model import Host
from ftlab.ops.recovery.at_need import RecoverAtNeed

if TYPE_CHECKING:
    from ftlab.ssh.plain_connection import Connection


class Lab(HostMethods, OptionMethods, SettingMethods, VmMethods, VftMethods, ProfileMethods):
    """A lab by its inventory; every method that does something returns a ``Report``.

    Nobody is contacted before the first of them. A method raises ``UsageError`` for what cannot
    be meant, ``InventoryError`` among them, and ``LockedError`` while another run is at work on
    the inventory; whatever happens on a host is in its outcome.
    """

    def __init__(self, inventory: str | Path | None = None, **options: Unpack[LabOptions]) -> None:
        """``inventory``: a file, or ``a,b,`` as a list of hosts; ``None``: found as the command
        line finds it. Raises ``InventoryError`` where there is none, and ``UsageError``."""
        ui = _Callbacks(options.get("say"), options.get("approve"))
        self._lab = OpenLab(options_of(inventory, options), ui, RecoverAtNeed())

    @property
    def hosts(self) -> tuple[Host, ...]:
        """The selected hosts in inventory order. Raises ``InventoryError`` where there are none."""
        return self._lab.hosts

    def run(self, name: str, job: Job, args: Any = None) -> Report:
        """Do a job of your own on every selected host. The journal has it under ``name``, and
        ``args`` with it where it changes hosts."""
        return self._lab.run(name, job, args)

    def connection(self, host: str) -> Connection:
        """A ``fabric.Connection`` to one of the selected hosts, for whatever ftlab does not do
        itself. Its host key is verified, and it is logged in as the inventory says. Close it, or
        use it in a ``with``; :meth:`close` closes those that are left.

        Raises ``InventoryError`` for a name that is no selected host's, and ``Unreachable``.
        """
        return self._lab.connection(host)

    def close(self) -> None:
        """Hang up, also on the connections that :meth:`connection` gave. Safe to repeat."""
        self._lab.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def lab_on(opened: OpenLab) -> Lab:
    """The same over a lab that is open already, as the command line has it."""
    lab = Lab.__new__(Lab)
    lab._lab = opened
    return lab


class _Callbacks(Ui):
    """The functions that a program has given."""

    def __init__(self, say: Say | None, approve: Approve | None) -> None:
        self._say, self._approve = say, approve
        self.approves = approve is not None

    def say(self, line: str) -> None:
        if self._say is not None:
            self._say(line)

    warn = say

    def approve(self, plan: Report) -> bool:
        return self._approve is not None and self._approve(plan)
