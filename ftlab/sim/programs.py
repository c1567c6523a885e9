"""The commands of a host that its model answers, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from ftlab.sim.esxcli import command as esxcli
from ftlab.sim.model.host import Program
from ftlab.sim.model.versions import END, V40, V41, V50, Release, ReleaseNumber
from ftlab.sim.settings import host, hostd, kernel, names, network, services
from ftlab.sim.vimcmd import command as vimcmd
from ftlab.sim.vimcmd import operations, vms

TOLD_BY = (host, hostd, kernel, names, network, services, operations, vms)
"""The modules whose functions are the commands of ``esxcli`` and ``vim-cmd``."""
_SCRIPTS: Mapping[str, Program] = {
    f"/etc/init.d/{name}": partial(services.script, name) for name in services.SCRIPTS
}
_PROGRAMS: Sequence[tuple[ReleaseNumber, ReleaseNumber, Mapping[str, Program]]] = (
    (V40, END, {
        "esxcli": esxcli.run, "esxcfg-advcfg": kernel.advcfg, "vmware": names.vmware,
        "uname": names.uname, "hostname": names.hostname,
    }),
    (V40, V50, {"vmware-vim-cmd": vimcmd.run}),
    (V41, END, {"vim-cmd": vimcmd.run, "chkconfig": services.chkconfig}),
    (V41, V50, {"/etc/init.d/ntpd": _SCRIPTS["/etc/init.d/ntpd"]}),  # the one that is published
    (V50, END, {
        **_SCRIPTS, "/etc/init.d/vmware-fdm": services.ha_agent, "openssl": names.openssl,
        "generate-certificates": names.generate_certificates,
    }),
)  # fmt: skip
"""The first release that has them, the first that has them no more, and the programs."""


def programs_of(release: Release) -> Mapping[str, Program]:
    there = (each for first, end, each in _PROGRAMS if first <= release.number < end)
    return {name: program for programs in there for name, program in programs.items()}
