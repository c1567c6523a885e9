"""``esxcli system settings kernel``: what the kernel is started with.

The table (``model/data/kernel.tsv``: name, default, builds) was read out of real hosts from 6.0 on
and holds the settings of yes and no, the one type whose answer was published (on 5.5 and 8.0, with
the columns in another order); of the others, and of what a host says to a wrong name or value,
nothing is. 5.x has the table of 6.0. What is configured counts from the next start on.
"""

from __future__ import annotations

from ftlab.sim.esxcli.entry import NotSimulated, Options, esxcli, required
from ftlab.sim.esxcli.formats import Records
from ftlab.sim.esxcli.records import told
from ftlab.sim.model.config import KernelSetting
from ftlab.sim.model.host import SimHost


@esxcli("system settings kernel list", "-o|--option=")
def list_settings(host: SimHost, options: Options) -> Records:
    known, config = host.config.kernel_table.values(), host.config
    moments = []
    for each in [_find(host, options["option"])] if "option" in options else known:
        runtime = config.booted_kernel.get(each.name, each.default)
        moments.append({
            "setting": each,
            "configured": config.kernel.get(each.name, each.default),
            "runtime": runtime.upper() if each.type == "Bool" else runtime,
        })  # fmt: skip
    return told("kernel5" if host.release.number < (6, 0, 0) else "kernel", host, *moments)


def _find(host: SimHost, name: str) -> KernelSetting:
    found = host.config.kernel_table.get(name.lower())
    if found is None:
        raise NotSimulated(f"does not have the kernel setting {name}")
    return found


@esxcli("system settings kernel set", "-s|--setting= -v|--value=")
def set_setting(host: SimHost, options: Options) -> None:
    setting = _find(host, required(options, "setting"))
    value = required(options, "value")
    if setting.type == "Bool" and value.upper() not in ("TRUE", "FALSE"):
        raise NotSimulated(f"sets {setting.name} to TRUE or FALSE, not to {value}")
    host.config.kernel[setting.name] = value
