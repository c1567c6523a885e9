"""The scripts in ``/etc/init.d``, as far as this lab has them. Their exit status is assumed."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost

HA_AGENT = "/etc/init.d/vmware-fdm"


def ha_agent(host: SimHost, args: Sequence[str]) -> Answer:
    """``status`` of vSphere HA's agent."""
    if list(args) != ["status"]:
        return say(stderr="This simulated host has only: vmware-fdm status\n", exit=1)
    running = "is running" if host.ha_agent else "is not running"
    return say(f"vmware-fdm {running}\n", exit=0 if host.ha_agent else 3)
