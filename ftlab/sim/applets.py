"""Which BusyBox applets the simulated hosts have, by name.

The set follows the applet list published for a 5.x host: there is no ``id``, ``tr``,
``base64``, ``flock``, ``nc``, ``comm`` or ``tac``, and here they do not exist either.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from ftlab.sim.applets_copy import COPIERS
from ftlab.sim.applets_files import FILES
from ftlab.sim.applets_grep import GREPS
from ftlab.sim.applets_list import LISTERS
from ftlab.sim.applets_print import PRINTERS
from ftlab.sim.applets_sed import SEDS
from ftlab.sim.applets_stat import STATS
from ftlab.sim.applets_sums import SUMS
from ftlab.sim.applets_system import SYSTEM
from ftlab.sim.applets_test import TESTS
from ftlab.sim.applets_text import TEXTS
from ftlab.sim.shell_call import Call

APPLETS: MappingProxyType[str, Callable[[Call], int]] = MappingProxyType(
    {
        **COPIERS, **FILES, **GREPS, **LISTERS, **PRINTERS, **SEDS, **STATS, **SUMS, **SYSTEM,
        **TESTS, **TEXTS,
    }
)  # fmt: skip


def applet_named(name: str) -> Callable[[Call], int] | None:
    """The applet called ``name``, or None where hosts have none."""
    return APPLETS.get(name)
