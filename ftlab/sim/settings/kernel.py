"""``esxcli system settings kernel``: what the kernel is started with.

The table (``model/data/kernel.tsv``: name, default, builds) was read out of real hosts from 6.0 on
and holds the settings of yes and no, the one type whose answer was published (on 5.5 and 8.0, with
the columns in another order); of the others, and of what a host says to a wrong name or value,
nothing is. 5.x has the table of 6.0. What is configured counts from the next start on.
"""

from __future__ import annotations

import re

from ftlab.sim.esxcli.entry import EsxcliEntry
from ftlab.sim.esxcli.formats import Record, Records
from ftlab.sim.esxcli.options import NotSimulated, Options, required
from ftlab.sim.model.config import KernelSetting
from ftlab.sim.model.host import SimHost

_WORDS = {
    "iovDisableIR": "Disable Interrrupt Routing in the IOMMU",
    "vga": "Enable/Disable VGA support.",
}
"""Descriptions that were published with an answer; others are the name in words."""


def list_settings(host: SimHost, options: Options) -> Records:
    known = host.config.kernel_table
    chosen = [_find(host, options["option"])] if "option" in options else list(known.values())
    return Records("SettingsKernel", "columns", [_record(host, each) for each in chosen])


def _find(host: SimHost, name: str) -> KernelSetting:
    found = host.config.kernel_table.get(name.lower())
    if found is None:
        raise NotSimulated(f"does not have the kernel setting {name}")
    return found


def _record(host: SimHost, setting: KernelSetting) -> Record:
    name, default = setting.name, setting.default
    configured = host.config.kernel.get(name, default)
    runtime = host.config.booted_kernel.get(name, default)
    words = setting.words or _WORDS.get(name)
    words = words or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).capitalize()
    values: Record = {
        "Configured": configured,
        "Runtime": runtime.upper() if setting.type == "Bool" else runtime,
        "Default": default,
    }
    if host.release.number < (6, 0, 0):
        return {"Name": name, "Type": setting.type, "Description": words, **values}
    return {"Name": name, "Type": setting.type, **values, "Description": words}


def set_setting(host: SimHost, options: Options) -> str:
    setting = _find(host, required(options, "setting"))
    value = required(options, "value")
    if setting.type == "Bool" and value.upper() not in ("TRUE", "FALSE"):
        raise NotSimulated(f"sets {setting.name} to TRUE or FALSE, not to {value}")
    host.config.kernel[setting.name] = value
    return ""


ESXCLI = {
    "system settings kernel list": EsxcliEntry(list_settings, {"o": "option"}),
    "system settings kernel set": EsxcliEntry(set_setting, {"s": "setting", "v": "value"}),
}
