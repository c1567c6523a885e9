"""Security policies of switches and port groups, and the list of port groups.

The fields were published for switches; a port group's ``Override Vswitch …`` are known by their
names in other formats, their order is assumed. What a host says to a name that is not there is not
published. A switch accepts new MAC addresses and forged transmits until told otherwise.
"""

from __future__ import annotations

from ftlab.sim.esxcli.entry import EsxcliError, Options, boolean, esxcli, required
from ftlab.sim.esxcli.formats import Record, Records
from ftlab.sim.esxcli.records import told
from ftlab.sim.model.host import SimHost

Policy = dict[str, bool]
"""By the name of the option that sets it."""
_FIELDS = {
    "allow-promiscuous": "Allow Promiscuous",
    "allow-mac-change": "Allow MAC Address Change",
    "allow-forged-transmits": "Allow Forged Transmits",
}
_DEFAULT: Policy = dict(zip(_FIELDS, (False, True, True), strict=True))
_HERE = "network vswitch standard"
_ALLOW = "-f|--allow-forged-transmits= -m|--allow-mac-change= -o|--allow-promiscuous="


@esxcli(f"{_HERE} portgroup list")
def list_groups(host: SimHost, _options: Options) -> Records:
    used = {nic.portgroup for nic in host.nics}
    running = sum(vm.power == "poweredOn" for vm in host.vms)
    return told("group", host, *(
        {"name": name, "switch": switch, "clients": int(name in used) or running}
        for name, switch in sorted(host.port_groups.items())
    ))  # fmt: skip


@esxcli(f"{_HERE} policy security get", "-v|--vswitch-name=")
def of_switch(host: SimHost, options: Options) -> Records:
    policy = _switch(host, required(options, "vswitch-name"))
    return Records("VirtualSwitchSecurityPolicy", "get", [_record(policy)])


@esxcli(f"{_HERE} policy security set", f"{_ALLOW} -v|--vswitch-name=")
def set_switch(host: SimHost, options: Options) -> None:
    name = required(options, "vswitch-name")
    _switch(host, name)
    host.config.security.setdefault(name, {}).update(_given(options))


def _switch(host: SimHost, name: str) -> Policy:
    if name not in {*(uplink.switch for uplink in host.uplinks), *host.port_groups.values()}:
        raise EsxcliError(f"Unable to find the virtual switch {name}")
    return _DEFAULT | host.config.security.get(name, {})


def _record(policy: Policy) -> Record:
    return {field: policy[option] for option, field in _FIELDS.items()}


def _given(options: Options) -> Policy:
    found = {option: boolean(options, option) for option in _FIELDS}
    return {option: value for option, value in found.items() if value is not None}


@esxcli(f"{_HERE} portgroup policy security get", "-p|--portgroup-name=")
def of_group(host: SimHost, options: Options) -> Records:
    """What holds for it, and which of that is its own."""
    switch, own = _group(host, required(options, "portgroup-name"))
    record = _record(_switch(host, switch) | own)
    record |= {f"Override Vswitch {field}": option in own for option, field in _FIELDS.items()}
    return Records("PortGroupSecurityPolicy", "get", [record])


@esxcli(f"{_HERE} portgroup policy security set",
        f"{_ALLOW} -p|--portgroup-name= -u|--use-vswitch")  # fmt: skip
def set_group(host: SimHost, options: Options) -> None:
    """``--use-vswitch`` forgets the group's own policy before the rest is set."""
    name = required(options, "portgroup-name")
    _, own = _group(host, name)
    own = {} if "use-vswitch" in options else own
    host.config.group_security[name] = own | _given(options)


def _group(host: SimHost, name: str) -> tuple[str, Policy]:
    if name not in host.port_groups:
        raise EsxcliError(f"Unable to find the port group {name}")
    return host.port_groups[name], host.config.group_security.get(name, {})
