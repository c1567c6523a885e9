"""The few ``vim-cmd hostsvc/`` commands that tell about a host's options and hardware."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftlab.sim.esxcli.facts import MEMORY
from ftlab.sim.model.answer import Answer
from ftlab.sim.model.options import Option
from ftlab.sim.vms.dumps import Array, Node, Obj, dump
from ftlab.sim.vms.faults import VimFault

if TYPE_CHECKING:
    from ftlab.sim.model.host import SimHost


def advanced_option(host: SimHost, args: Sequence[str]) -> Answer:
    """``advopt/view Migrate.NetTimeout``: the API writes the path with dots."""
    option = host.options.find("/" + args[0].replace(".", "/"))
    if option is None:
        raise VimFault("vim.fault.InvalidName", f"The name '{args[0]}' is not valid.",
                       name=args[0])  # fmt: skip
    value = Obj("vim.option.OptionValue", {"key": args[0], "value": _value(host, option)})
    found = Array("vim.option.OptionValue", (value,))
    return Answer(stdout=dump(found, old=host.release.old_dumps))


def _value(host: SimHost, option: Option) -> Node:
    text = host.options.value(option)
    return int(text) if option.type == "integer" else text


def hardware(host: SimHost, _args: Sequence[str]) -> Answer:
    family, model, brand = host.cpu_family
    vendor = "intel" if brand == "GenuineIntel" else "amd"
    system = Obj(
        "vim.host.SystemInfo", {"vendor": "VMware, Inc.", "model": "VMware Virtual Platform"}
    )
    package = Obj("vim.host.CpuPackage", {
        "index": 0, "vendor": vendor, "hz": 2_600_000_000, "busHz": 66_000_000,
        "description": f"{brand} family {family} model {model}",
    })  # fmt: skip
    cpu = Obj("vim.host.CpuInfo", {"numCpuPackages": 1, "numCpuCores": 2, "numCpuThreads": 2})
    fields: dict[str, Node] = {
        "systemInfo": system,
        "cpuInfo": cpu,
        "cpuPkg": Array("vim.host.CpuPackage", (package,)),
        "memorySize": MEMORY,
    }
    found = Obj("vim.host.HardwareInfo", fields)
    return Answer(stdout=dump(found, old=host.release.old_dumps))


def summary(host: SimHost, _args: Sequence[str]) -> Answer:
    """``hostsummary``: of the real one's many fields those about product and features. A version
    of FT is told from 4.1 on, as three numbers (vSphere API); which ones is not published."""
    release = host.release
    product = Obj("vim.AboutInfo", {
        "name": "VMware ESXi", "version": release.version, "build": str(release.build),
    })  # fmt: skip
    version = ".".join(map(str, (*release.number[:2], 0)))
    feature = Obj("vim.host.FeatureVersionInfo", {"key": "faultTolerance", "value": version})
    config = Obj("vim.host.Summary.ConfigSummary", {
        "name": host.name, "port": 443, "product": product, "vmotionEnabled": True,
        "faultToleranceEnabled": True,
        "featureVersion": Array("vim.host.FeatureVersionInfo", (feature,)),
    })  # fmt: skip
    found = Obj("vim.host.Summary", {"config": config, "rebootRequired": False})
    return Answer(stdout=b"Host summary:\n" + dump(found, old=release.old_dumps))
