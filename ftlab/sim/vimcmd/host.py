"""The few ``vim-cmd hostsvc/`` commands that tell about a host's options and hardware."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftlab.sim.esxcli.facts import MEMORY
from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.options import Option
from ftlab.sim.vms.dumps import Array, Node, Obj, dump
from ftlab.sim.vms.facts import api_uuid
from ftlab.sim.vms.faults import VimFault
from ftlab.sim.vms.new_vm import identifier
from ftlab.sim.vms.templates import filled

if TYPE_CHECKING:
    from ftlab.sim.model.host import SimHost


_OF_HOSTD = (
    "Annotations.",
    "Config.",
    "Hpp.",
    "LPage.",
    "ScratchConfig.",
    "Syslog.",
    "VSAN.",
    "Vpx.",
)
"""Beginnings of options that hostd has and the kernel has not."""


def advanced_option(host: SimHost, args: Sequence[str]) -> Answer:
    """``advopt/view Migrate.NetTimeout``: the API writes the path with dots."""
    option = host.options.find("/" + args[0].replace(".", "/"))
    if option is None and args[0].startswith(_OF_HOSTD):
        return say(stderr=f"This simulated host does not have the option {args[0]}\n", exit=255)
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
    package = filled("package", host.release, {
        "vendor": "intel" if brand == "GenuineIntel" else "amd",
        "cpu": f"{brand} family {family} model {model}",
    })  # fmt: skip
    found = filled("hardware", host.release, {
        "uuid": api_uuid(identifier(host.name, "bios")),
        "packages": Array("vim.host.CpuPackage", (package,)),
        "memory": MEMORY,
    })  # fmt: skip
    return Answer(stdout=dump(found, old=host.release.old_dumps))


def summary(host: SimHost, _args: Sequence[str]) -> Answer:
    """``hostsummary``: of the real one's many fields those about product and features. A version
    of FT is told from 4.1 on, as three numbers (vSphere API); which ones is not published."""
    release = host.release
    version = ".".join(map(str, (*release.number[:2], 0)))
    feature = Obj("vim.host.FeatureVersionInfo", {"key": "faultTolerance", "value": version})
    found = filled("hostsummary", release, {
        "name": host.name,
        "product": release.product,
        "version": release.version,
        "build": str(release.build),
        "features": Array("vim.host.FeatureVersionInfo", (feature,)),
    })  # fmt: skip
    return Answer(stdout=b"Host summary:\n" + dump(found, old=release.old_dumps))
