"""``esxcli system settings kernel``: what the kernel is started with.

The table (``model/data/kernel.tsv``: name, default, builds) was read out of real hosts from 6.0 on
and holds the settings of yes and no, the one type whose answer was published (on 5.5 and 8.0, with
the columns in another order); of the others, and of what a host says to a wrong name or value,
nothing is. 5.x has the table of 6.0. What is configured counts from the next start on.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from ftlab.sim.esxcli.entry import EsxcliEntry
from ftlab.sim.esxcli.formats import Record, Records
from ftlab.sim.esxcli.options import NotSimulated, Options, required

if TYPE_CHECKING:
    from ftlab.sim.model.host import SimHost

_WORDS = {
    "iovDisableIR": "Disable Interrrupt Routing in the IOMMU",
    "vga": "Enable/Disable VGA support.",
}
"""Descriptions that were published with an answer; others are the name in words."""


@cache
def _table(name: str) -> dict[str, tuple[str, str]]:
    """Names and defaults by the name in small letters, as hosts find them in any case."""
    text = files("ftlab.sim.model").joinpath("data/kernel.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {
        row[0].lower(): (row[0], row[1])
        for row in rows
        if row[2] == "*" or name in row[2].split(",")
    }


def list_settings(host: SimHost, options: Options) -> Records:
    known = _table(host.release.table)
    chosen = [_find(host, options["option"])] if "option" in options else list(known.values())
    records = [_record(host, name, default) for name, default in chosen]
    return Records("SettingsKernel", "columns", records)


def _find(host: SimHost, name: str) -> tuple[str, str]:
    found = _table(host.release.table).get(name.lower())
    if found is None:
        raise NotSimulated(
            f"has the kernel's settings of yes and no; {name} is not one of its release"
        )
    return found


def _record(host: SimHost, name: str, default: str) -> Record:
    configured = host.config.kernel.get(name, default)
    runtime = host.config.booted_kernel.get(name, default).upper()
    words = _WORDS.get(name) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).capitalize()
    values: Record = {"Configured": configured, "Runtime": runtime, "Default": default}
    if host.release.number < (6, 0, 0):
        return {"Name": name, "Type": "Bool", "Description": words, **values}
    return {"Name": name, "Type": "Bool", **values, "Description": words}


def set_setting(host: SimHost, options: Options) -> str:
    name, _ = _find(host, required(options, "setting"))
    value = required(options, "value")
    if value.upper() not in ("TRUE", "FALSE"):
        raise NotSimulated(f"sets {name} to TRUE or FALSE, not to {value}")
    host.config.kernel[name] = value
    return ""


ESXCLI = {
    "system settings kernel list": EsxcliEntry(list_settings, {"o": "option"}),
    "system settings kernel set": EsxcliEntry(set_setting, {"s": "setting", "v": "value"}),
}
