"""The commands of all settings, by tool."""

from __future__ import annotations

from ftlab.sim.esxcli.entry import EsxcliEntry
from ftlab.sim.settings import hostd_options, names
from ftlab.sim.vimcmd.entry import VimCmdEntry

ESXCLI: dict[str, EsxcliEntry] = {**names.ESXCLI, **hostd_options.ESXCLI}
VIM_CMD: dict[str, VimCmdEntry] = {**hostd_options.VIM_CMD}
