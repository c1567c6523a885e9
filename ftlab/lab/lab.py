"""``Lab``: open an inventory, select hosts, do something on all of them, get a report.

with Lab("hosts.ini", limit="vesxi") as lab:
    report = lab.set_option("/Migrate/NetTimeout", 60)
    for outcome in report.failed:
        print(outcome.host, outcome.error)
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, Unpack

from ftlab.engine.options import Options
from ftlab.lab.host_methods import HostMethods
from ftlab.lab.option_methods import OptionMethods
from ftlab.lab.options import LabOptions, options_of
from ftlab.lab.profile_methods import ProfileMethods
from ftlab.lab.setting_methods import SettingMethods
from ftlab.lab.vft_methods import VftMethods
from ftlab.lab.vm_methods import VmMethods
from ftlab.ops.recovery.recover import Recover


class Lab(HostMethods, OptionMethods, SettingMethods, VmMethods, VftMethods, ProfileMethods):
    """A lab by its inventory; every method that does something returns a ``Report``.

    Nobody is contacted before the first of them. A method raises ``UsageError`` for what cannot
    be meant, ``InventoryError`` among them, and ``LockedError`` while another run is at work on
    the inventory; whatever happens on a host is in its outcome.
    """

    def __init__(self, inventory: str | Path | None = None, **options: Unpack[LabOptions]) -> None:
        """``inventory``: a file, or ``a,b,`` as a list of hosts; ``None``: found as the command
        line finds it. Raises ``InventoryError`` where there is none, and ``UsageError``."""
        super().__init__(options_of(inventory, options), say=options.get("say", _unheard))
        self.approve = options.get("approve")
        self.recovery = Recover()

    @classmethod
    def with_options(cls, options: Options, *, say: Callable[[str], None]) -> Self:
        """The same, from options that the command line has read."""
        lab = cls.__new__(cls)
        super(Lab, lab).__init__(options, say=say)
        lab.recovery = Recover()
        return lab

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _unheard(_line: str) -> None:
    """What would go to a terminal, where nobody asked for it."""
