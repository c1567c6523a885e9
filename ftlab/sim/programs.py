"""The commands of a host that its model answers, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from ftlab.sim.esxcli import command as esxcli
from ftlab.sim.model.host import Program
from ftlab.sim.model.versions import Release
from ftlab.sim.settings import host, hostd, kernel, names, network, services
from ftlab.sim.vimcmd import command as vimcmd
from ftlab.sim.vimcmd import power, snapshot, vms

TOLD_BY = (host, hostd, kernel, names, network, services, power, snapshot, vms)
"""The modules whose functions are the commands of ``esxcli`` and ``vim-cmd``."""
_EVERYWHERE: Mapping[str, Program] = {
    "esxcli": esxcli.run,
    "esxcfg-advcfg": kernel.advcfg,
    "vmware": names.vmware,
    "uname": names.uname,
    "hostname": names.hostname,
}
_SCRIPTS: Mapping[str, Program] = {
    f"/etc/init.d/{name}": partial(services.script, name) for name in services.SCRIPTS
}


def programs_of(release: Release) -> Mapping[str, Program]:
    """``vim-cmd`` came with 4.1, which still had ``vmware-vim-cmd``, and of whose scripts only that
    of ``ntpd`` is published; the HA agent of today came with 5.0."""
    found = dict(_EVERYWHERE)
    if release.number < (5, 0, 0):
        found["vmware-vim-cmd"] = vimcmd.run
    if release.number < (4, 1, 0):
        return found
    found |= {"vim-cmd": vimcmd.run, "chkconfig": services.chkconfig}
    if release.number < (5, 0, 0):
        return found | {"/etc/init.d/ntpd": _SCRIPTS["/etc/init.d/ntpd"]}
    return {
        **found,
        **_SCRIPTS,
        "/etc/init.d/vmware-fdm": services.ha_agent,
        "openssl": names.openssl,
        "generate-certificates": names.generate_certificates,
    }
