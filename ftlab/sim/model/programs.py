"""The commands of a host that its model answers, by name."""

from __future__ import annotations

from collections.abc import Mapping

from ftlab.sim.esxcli import advcfg
from ftlab.sim.esxcli import command as esxcli
from ftlab.sim.model import identity
from ftlab.sim.model.host import Program
from ftlab.sim.vimcmd import command as vimcmd

PROGRAMS: Mapping[str, Program] = {
    "vim-cmd": vimcmd.run,
    "vmware-vim-cmd": vimcmd.run,
    "esxcli": esxcli.run,
    "esxcfg-advcfg": advcfg.run,
    "vmware": identity.vmware,
    "uname": identity.uname,
}
