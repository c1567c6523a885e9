"""The network: what is there just now, and what is set of it: security policies of switches and
port groups, and what a vmknic carries (``esxcli network ip interface tag``, ``vim-cmd
hostsvc/vmotion``).

A policy's fields were published for switches; a port group's ``Override Vswitch …`` are known by
their names in other formats, their order is assumed. What a host says to a name that is not there
is not published. A switch accepts new MAC addresses and forged transmits until told otherwise.

Tags came with 5.1; before, the options ``/Migrate/Vmknic`` and ``/FT/Vmknic`` name the one
interface of each (seen on 5.0). Names of tags are those of public documents; the host's words for a
wrong one are not published. ``netconfig_get`` is known by the lines that public scripts look for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from ftlab.sim.data import table_of
from ftlab.sim.esxcli.command import EsxcliError, NotSimulated, Options, esxcli, tells
from ftlab.sim.esxcli.records import Moment
from ftlab.sim.model.config import Nic, Socket
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.versions import V51, V70
from ftlab.sim.vimcmd.command import vim_cmd
from ftlab.sim.vms.api import Shown, filled, vim_fault

Policy = dict[str, bool]
"""By the name of the option that sets it."""
_WORDS = table_of("settings/data/words.toml")
_DEFAULT: Policy = _WORDS["policy"]
_HERE = "network vswitch standard"
_ALLOW = "-f|--allow-forged-transmits= -m|--allow-mac-change= -o|--allow-promiscuous="
TAGS: list[str] = _WORDS["vmknic_tags"]
_TAG = "-i|--interface-name= -t|--tagname="


@tells("interface", "network ip interface list", "-N|--netstack=")
def interfaces(host: SimHost, _options: Options) -> Iterator[Moment]:
    yield from ({"nic": nic, "port": 33554436 + at} for at, nic in enumerate(host.nics))


@tells("address", "network ip interface ipv4 get", "-i|--interface-name= -N|--netstack=")
def addresses(host: SimHost, options: Options) -> Iterator[Moment]:
    for nic in host.nics:
        if options.get("interface-name", nic.name) == nic.name:
            yield {"nic": nic, "network": ".".join(nic.address.split(".")[:2])}


@tells("uplink", "network nic list")
def uplinks(host: SimHost, _options: Options) -> Iterator[Moment]:
    for number, uplink in enumerate(host.uplinks):
        link, duplex = ("Up", "Full") if uplink.speed else ("Down", "Half")
        yield {"uplink": uplink, "bus": 0x0B + 8 * number, "link": link, "duplex": duplex}


@tells("switch", f"{_HERE} list", "-v|--vswitch-name=")
def switches(host: SimHost, _options: Options) -> Iterator[Moment]:
    for name in dict.fromkeys(uplink.switch for uplink in host.uplinks):
        yield {
            "name": name,
            "kind": "cswitch" if host.release.number >= V70 else "etherswitch",
            "uplinks": [each.name for each in host.uplinks if each.switch == name],
            "groups": [group for group, on in host.port_groups.items() if on == name],
        }


@tells("socket", "network ip connection list", "-N|--netstack= -t|--type=")
def connections(host: SimHost, _options: Options) -> Iterator[Moment]:
    listening = [("0.0.0.0:22", "sshd"), ("127.0.0.1:8307", "hostd-worker")]
    shown = [Socket(local, "0.0.0.0:0", "LISTEN", world) for local, world in listening]
    shown.append(Socket(f"{host.nics[0].address}:22", "10.10.0.9:51022", "ESTABLISHED", "sshd"))
    shown += [Socket(f"{nic.address}:8000", "0.0.0.0:0", "LISTEN", "vmotionServer")
              for nic in host.nics if host.carries_vmotion(nic)]  # fmt: skip
    for at, each in enumerate([*shown, *host.sockets]):
        yield {"socket": each, "world": 34000 + at}


@tells("group", f"{_HERE} portgroup list")
def port_groups(host: SimHost, _options: Options) -> Iterator[Moment]:
    used = {nic.portgroup for nic in host.nics}
    running = sum(vm.power == "poweredOn" for vm in host.vms)
    for name, switch in sorted(host.port_groups.items()):
        yield {"name": name, "switch": switch, "clients": int(name in used) or running}


@tells("policy", f"{_HERE} policy security get", "-v|--vswitch-name=")
def of_switch(host: SimHost, options: Options) -> Iterator[Moment]:
    yield _switch(host, options.required("vswitch-name"))


@esxcli(f"{_HERE} policy security set", f"{_ALLOW} -v|--vswitch-name=")
def set_switch(host: SimHost, options: Options) -> None:
    name = options.required("vswitch-name")
    _switch(host, name)
    host.config.security.setdefault(name, {}).update(_given(options))


def _switch(host: SimHost, name: str) -> Policy:
    if name not in {*(uplink.switch for uplink in host.uplinks), *host.port_groups.values()}:
        raise EsxcliError(f"Unable to find the virtual switch {name}")
    return _DEFAULT | host.config.security.get(name, {})


def _given(options: Options) -> Policy:
    found = {option: options.boolean(option) for option in _DEFAULT}
    return {option: value for option, value in found.items() if value is not None}


@tells("group_policy", f"{_HERE} portgroup policy security get", "-p|--portgroup-name=")
def of_group(host: SimHost, options: Options) -> Iterator[Moment]:
    """What holds for it, and which of that is its own."""
    switch, own = _group(host, options.required("portgroup-name"))
    yield {**_switch(host, switch), **own, "own": {option: option in own for option in _DEFAULT}}


@esxcli(f"{_HERE} portgroup policy security set",
        f"{_ALLOW} -p|--portgroup-name= -u|--use-vswitch")  # fmt: skip
def set_group(host: SimHost, options: Options) -> None:
    """``--use-vswitch`` forgets the group's own policy before the rest is set."""
    name = options.required("portgroup-name")
    _, own = _group(host, name)
    own = {} if "use-vswitch" in options else own
    host.config.group_security[name] = own | _given(options)


def _group(host: SimHost, name: str) -> tuple[str, Policy]:
    if name not in host.port_groups:
        raise EsxcliError(f"Unable to find the port group {name}")
    return host.port_groups[name], host.config.group_security.get(name, {})


@tells("tags", "network ip interface tag get", "-i|--interface-name=", since=V51)
def tags(host: SimHost, options: Options) -> Iterator[Moment]:
    yield {"nic": _named(host, options)}


@esxcli("network ip interface tag add", _TAG, since=V51)
def add_tag(host: SimHost, options: Options) -> None:
    """Success prints nothing, also where the tag is there."""
    nic, tag = _named(host, options), options.required("tagname")
    if tag not in TAGS:
        raise NotSimulated(f"has no tag {tag}; it has {', '.join(TAGS)}")
    nic.carry(tag, there=True)


@esxcli("network ip interface tag remove", _TAG, since=V51)
def remove_tag(host: SimHost, options: Options) -> None:
    nic, tag = _named(host, options), options.required("tagname")
    if tag not in nic.tags:
        unknown = "what a real one says to that is not published"
        raise NotSimulated(f"has no tag {tag} on {nic.name}; {unknown}")
    nic.carry(tag, there=False)


def _named(host: SimHost, options: Options) -> Nic:
    wanted = options.required("interface-name")
    if (nic := host.nic(wanted)) is None:
        raise EsxcliError(f"Unable to find the interface {wanted}")
    return nic


def _vmotion(there: bool, host: SimHost, args: Sequence[str]) -> None:
    name = args[0]
    if (nic := host.nic(name)) is None:
        raise vim_fault("argument", invalidProperty="device")
    option = host.options.find("/Migrate/Vmknic")
    if host.release.number >= V51:
        nic.carry("VMotion", there=there)
    elif option is not None and (there or host.carries_vmotion(nic)):
        host.options.set(option, name if there else "")


vim_cmd("hostsvc/vmotion/vnic_set", 1)(partial(_vmotion, True))
vim_cmd("hostsvc/vmotion/vnic_unset", 1)(partial(_vmotion, False))


@vim_cmd("hostsvc/vmotion/netconfig_get")
def netconfig(host: SimHost, _args: Sequence[str]) -> Shown:
    """Candidates and the one selected: the first, where there are several."""
    selected = next((nic for nic in host.nics if host.carries_vmotion(nic)), None)
    return filled("netconfig", host.release, host=host, selected=selected)
