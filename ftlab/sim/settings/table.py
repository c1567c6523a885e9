"""The commands of all settings, by tool."""

from __future__ import annotations

from ftlab.sim.esxcli.entry import EsxcliEntry
from ftlab.sim.settings import (
    hostd_options,
    kernel,
    maintenance,
    names,
    ntp,
    security,
    services,
    syslog,
    tags,
)
from ftlab.sim.vimcmd.entry import VimCmdEntry

ESXCLI: dict[str, EsxcliEntry] = {
    **names.ESXCLI, **hostd_options.ESXCLI, **tags.ESXCLI, **ntp.ESXCLI, **syslog.ESXCLI,
    **security.ESXCLI, **kernel.ESXCLI, **maintenance.ESXCLI,
}  # fmt: skip
VIM_CMD: dict[str, VimCmdEntry] = {
    **hostd_options.VIM_CMD, **services.VIM_CMD, **tags.VIM_CMD, **maintenance.VIM_CMD,
}  # fmt: skip
