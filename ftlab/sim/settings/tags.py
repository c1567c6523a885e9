"""What a vmknic carries: ``esxcli network ip interface tag``, ``vim-cmd hostsvc/vmotion``.

Tags came with 5.1; before, the options ``/Migrate/Vmknic`` and ``/FT/Vmknic`` name the one
interface of each (seen on 5.0). Names of tags are those of public documents; the host's words for a
wrong one are not published. ``netconfig_get`` is known by the lines that public scripts look for.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.esxcli.entry import V51, EsxcliError, NotSimulated, Options, esxcli, required
from ftlab.sim.esxcli.formats import Records
from ftlab.sim.esxcli.records import told
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.network import Nic
from ftlab.sim.vimcmd.entry import vim_cmd
from ftlab.sim.vms.dumps import UNSET, Array, Obj, Ref
from ftlab.sim.vms.faults import invalid_argument

NAMES = (
    "Management", "VMotion", "faultToleranceLogging", "vSphereReplication",
    "vSphereReplicationNFC", "vSphereProvisioning", "VSAN",
)  # fmt: skip
_KEY = "VMotionConfig.vmotion.key-vim.host.VirtualNic-"
_TAG = "-i|--interface-name= -t|--tagname="


@esxcli("network ip interface tag get", "-i|--interface-name=", since=V51)
def get(host: SimHost, options: Options) -> Records:
    return told("tags", host, {"nic": _named(host, options)})


@esxcli("network ip interface tag add", _TAG, since=V51)
def add(host: SimHost, options: Options) -> None:
    """Success prints nothing, also where the tag is there."""
    nic, tag = _named(host, options), required(options, "tagname")
    if tag not in NAMES:
        raise NotSimulated(f"has no tag {tag}; it has {', '.join(NAMES)}")
    if tag not in nic.tags:
        nic.tags.append(tag)


@esxcli("network ip interface tag remove", _TAG, since=V51)
def remove(host: SimHost, options: Options) -> None:
    nic, tag = _named(host, options), required(options, "tagname")
    if tag not in nic.tags:
        unknown = "what a real one says to that is not published"
        raise NotSimulated(f"has no tag {tag} on {nic.name}; {unknown}")
    nic.tags.remove(tag)


def _named(host: SimHost, options: Options) -> Nic:
    wanted = required(options, "interface-name")
    found = next((nic for nic in host.nics if nic.name == wanted), None)
    if found is None:
        raise EsxcliError(f"Unable to find the interface {wanted}")
    return found


@vim_cmd("hostsvc/vmotion/vnic_set", 1)
def vnic_set(host: SimHost, args: Sequence[str]) -> None:
    _use(host, args[0], args[0])


@vim_cmd("hostsvc/vmotion/vnic_unset", 1)
def vnic_unset(host: SimHost, args: Sequence[str]) -> None:
    _use(host, args[0], "")


def _use(host: SimHost, name: str, value: str) -> None:
    nic = next((nic for nic in host.nics if nic.name == name), None)
    if nic is None:
        raise invalid_argument("device")
    option = host.options.find("/Migrate/Vmknic")
    if host.release.number < V51:
        if option is not None and (value or host.carries_vmotion(nic)):
            host.options.set(option, value)
    elif value and "VMotion" not in nic.tags:
        nic.tags.append("VMotion")
    elif not value and "VMotion" in nic.tags:
        nic.tags.remove("VMotion")


@vim_cmd("hostsvc/vmotion/netconfig_get")
def netconfig(host: SimHost, _args: Sequence[str]) -> Obj:
    """Candidates and the one selected: the first, where there are several."""
    selected = next((nic for nic in host.nics if host.carries_vmotion(nic)), None)
    candidates = tuple(
        Obj("vim.host.VirtualNic",
            {"device": nic.name, "key": f"{_KEY}{nic.name}", "portgroup": nic.portgroup})
        for nic in host.nics
    )  # fmt: skip
    return Obj("vim.host.VMotionSystem.NetConfig", {
        "candidateVnic": Array("vim.host.VirtualNic", candidates),
        "selectedVnic": Ref(f"vim.host.VirtualNic:{_KEY}{selected.name}") if selected else UNSET,
    })  # fmt: skip
