"""The applets and builtins of the small shell, by name."""

from __future__ import annotations

from ftlab.sim.shell.applets.copy import COPIERS
from ftlab.sim.shell.applets.files import FILES
from ftlab.sim.shell.applets.grep import GREP
from ftlab.sim.shell.applets.listing import LISTERS
from ftlab.sim.shell.applets.options import Applet
from ftlab.sim.shell.applets.sed import SED
from ftlab.sim.shell.applets.shell import SHELL
from ftlab.sim.shell.applets.sums import SUMS
from ftlab.sim.shell.applets.system import SYSTEM
from ftlab.sim.shell.applets.test import TESTS
from ftlab.sim.shell.applets.text import TEXTS

APPLETS: dict[str, Applet] = {
    applet.name: applet
    for applet in (*COPIERS, *FILES, GREP, SED, *LISTERS, *SUMS, *SYSTEM, *TEXTS)
}
"""Programs of the host, which are recorded when they run."""
BUILTINS: dict[str, Applet] = {applet.name: applet for applet in (*SHELL, *TESTS)}
"""What the shell does itself."""
