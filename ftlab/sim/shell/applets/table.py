"""Which BusyBox applets the simulated hosts have, by name.

The set follows the applet list published for a 5.x host: there is no ``id``, ``tr``,
``base64``, ``flock``, ``nc``, ``comm`` or ``tac``, and here they do not exist either.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from ftlab.sim.shell.applets.copy import COPIERS
from ftlab.sim.shell.applets.files import FILES
from ftlab.sim.shell.applets.grep import GREPS
from ftlab.sim.shell.applets.list import LISTERS
from ftlab.sim.shell.applets.print import PRINTERS
from ftlab.sim.shell.applets.sed import SEDS
from ftlab.sim.shell.applets.stat import STATS
from ftlab.sim.shell.applets.sums import SUMS
from ftlab.sim.shell.applets.system import SYSTEM
from ftlab.sim.shell.applets.test import TESTS
from ftlab.sim.shell.applets.text import TEXTS
from ftlab.sim.shell.call import Call

APPLETS: MappingProxyType[str, Callable[[Call], int]] = MappingProxyType(
    {
        **COPIERS, **FILES, **GREPS, **LISTERS, **PRINTERS, **SEDS, **STATS, **SUMS, **SYSTEM,
        **TESTS, **TEXTS,
    }
)  # fmt: skip


def applet_named(name: str) -> Callable[[Call], int] | None:
    """The applet called ``name``, or None where hosts have none."""
    return APPLETS.get(name)
