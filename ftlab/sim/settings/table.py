"""The commands of all settings, by tool."""

from __future__ import annotations

from collections.abc import Sequence

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
_PROGRAMS = ("chkconfig", "hostname", "openssl", "uname", "/etc/init.d/")


def asks_for_a_setting(words: Sequence[str]) -> bool:
    """Whether a command line is a question whose answer follows what is set here."""
    line = " ".join(words)
    tool, _, rest = line.partition(" ")
    if tool == "esxcli":
        return any(rest == name or rest.startswith(f"{name} ") for name in ESXCLI)
    if tool in ("vim-cmd", "vmware-vim-cmd"):
        return rest.split()[:1] != [] and rest.split()[0] in {*VIM_CMD, "hostsvc/hostsummary"}
    return line.startswith(_PROGRAMS)
