"""What a vmknic carries: ``esxcli network ip interface tag``, ``vim-cmd hostsvc/vmotion``.

Tags came with 5.1; before, the options ``/Migrate/Vmknic`` and ``/FT/Vmknic`` name the one
interface of each (seen on 5.0). Names of tags are those of public documents; the host's words for a
wrong one are not published. ``netconfig_get`` is known by the lines that public scripts look for.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.esxcli.entry import V51, EsxcliEntry
from ftlab.sim.esxcli.formats import Records
from ftlab.sim.esxcli.options import EsxcliError, NotSimulated, Options, required
from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.network import Nic
from ftlab.sim.vimcmd.entry import VimCmdEntry
from ftlab.sim.vms.dumps import UNSET, Array, Node, Obj, Ref, dump
from ftlab.sim.vms.faults import VimFault

NAMES = (
    "Management", "VMotion", "faultToleranceLogging", "vSphereReplication",
    "vSphereReplicationNFC", "vSphereProvisioning", "VSAN",
)  # fmt: skip
_KEY = "VMotionConfig.vmotion.key-vim.host.VirtualNic-"


def get(host: SimHost, options: Options) -> Records:
    return Records("Tags", "get", [{"Tags": ", ".join(_named(host, options).tags)}])


def add(host: SimHost, options: Options) -> str:
    """Success prints nothing, also where the tag is there."""
    nic, tag = _named(host, options), required(options, "tagname")
    if tag not in NAMES:
        raise NotSimulated(f"has no tag {tag}; it has {', '.join(NAMES)}")
    if tag not in nic.tags:
        nic.tags.append(tag)
    return ""


def remove(host: SimHost, options: Options) -> str:
    nic, tag = _named(host, options), required(options, "tagname")
    if tag not in nic.tags:
        raise NotSimulated(
            f"has no tag {tag} on {nic.name}; what a real one says to that is not published"
        )
    nic.tags.remove(tag)
    return ""


def _named(host: SimHost, options: Options) -> Nic:
    wanted = required(options, "interface-name")
    for nic in host.nics:
        if nic.name == wanted:
            return nic
    raise EsxcliError(f"Unable to find the interface {wanted}")


def carries_vmotion(host: SimHost, nic: Nic) -> bool:
    """Whether vMotion listens there."""
    if host.release.number >= V51:
        return "VMotion" in nic.tags
    option = host.options.find("/Migrate/Vmknic")
    return option is not None and host.options.value(option) == nic.name


def vnic_set(host: SimHost, args: Sequence[str]) -> Answer:
    return _use(host, args[0], args[0])


def vnic_unset(host: SimHost, args: Sequence[str]) -> Answer:
    return _use(host, args[0], "")


def _use(host: SimHost, name: str, value: str) -> Answer:
    nic = next((nic for nic in host.nics if nic.name == name), None)
    if nic is None:
        text = "A specified parameter was not correct."
        raise VimFault("vmodl.fault.InvalidArgument", text, invalidProperty="device")
    option = host.options.find("/Migrate/Vmknic")
    if host.release.number < V51:
        if option is not None and (value or carries_vmotion(host, nic)):
            host.options.set(option, value)
    elif value and "VMotion" not in nic.tags:
        nic.tags.append("VMotion")
    elif not value and "VMotion" in nic.tags:
        nic.tags.remove("VMotion")
    return say()


def netconfig(host: SimHost, _args: Sequence[str]) -> Answer:
    """Candidates and the one selected: the first, where there are several."""
    selected = next((nic for nic in host.nics if carries_vmotion(host, nic)), None)
    found = Obj("vim.host.VMotionSystem.NetConfig", {
        "candidateVnic": Array("vim.host.VirtualNic", tuple(map(_candidate, host.nics))),
        "selectedVnic": Ref(f"vim.host.VirtualNic:{_KEY}{selected.name}") if selected else UNSET,
    })  # fmt: skip
    return Answer(stdout=dump(found, old=host.release.old_dumps))


def _candidate(nic: Nic) -> Node:
    fields: dict[str, Node] = {
        "device": nic.name,
        "key": f"{_KEY}{nic.name}",
        "portgroup": nic.portgroup,
    }
    return Obj("vim.host.VirtualNic", fields)


_INTERFACE = {"i": "interface-name"}
_TAG = {**_INTERFACE, "t": "tagname"}
ESXCLI = {
    "network ip interface tag get": EsxcliEntry(get, _INTERFACE, since=V51),
    "network ip interface tag add": EsxcliEntry(add, _TAG, since=V51),
    "network ip interface tag remove": EsxcliEntry(remove, _TAG, since=V51),
}
VIM_CMD = {
    "hostsvc/vmotion/netconfig_get": VimCmdEntry(netconfig, 0),
    "hostsvc/vmotion/vnic_set": VimCmdEntry(vnic_set),
    "hostsvc/vmotion/vnic_unset": VimCmdEntry(vnic_unset),
}
