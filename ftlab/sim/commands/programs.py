"""The commands of a host that its model answers, by name."""

from __future__ import annotations

from collections.abc import Mapping

from ftlab.sim.commands import identity, services
from ftlab.sim.esxcli import advcfg
from ftlab.sim.esxcli import command as esxcli
from ftlab.sim.model.host import Program
from ftlab.sim.model.versions import Release
from ftlab.sim.settings import services as settings
from ftlab.sim.vimcmd import command as vimcmd

_PROGRAMS: Mapping[str, Program] = {
    "vim-cmd": vimcmd.run,
    "vmware-vim-cmd": vimcmd.run,
    "esxcli": esxcli.run,
    "esxcfg-advcfg": advcfg.run,
    "vmware": identity.vmware,
    "uname": identity.uname,
    "hostname": identity.hostname,
    services.HA_AGENT: services.ha_agent,
}


def programs_of(release: Release) -> Mapping[str, Program]:
    """``vim-cmd`` came with 4.1, which still had ``vmware-vim-cmd``; the HA agent of today came
    with 5.0."""
    missing = {"vmware-vim-cmd"}
    if release.number < (5, 0, 0):
        missing = {services.HA_AGENT, *(["vim-cmd"] if release.number < (4, 1, 0) else [])}
    here = {**_PROGRAMS, **settings.programs(release)}
    return {name: program for name, program in here.items() if name not in missing}
