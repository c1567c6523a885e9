"""The read-only ``esxcli`` commands whose records follow what is on the host just now."""

from __future__ import annotations

import shutil

from ftlab.sim.esxcli.entry import ESX4, V50, Options, esxcli
from ftlab.sim.esxcli.formats import Records
from ftlab.sim.esxcli.records import told
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.network import Socket


@esxcli("vm process list")
@esxcli("vms vm list", since=ESX4, until=V50)
def processes(host: SimHost, _options: Options) -> Records:
    """The running VMs."""
    running = [vm for vm in host.vms if vm.power == "poweredOn"]
    return told("process", host, *(
        {
            "vm": vm,
            "uuid": vm.loaded.get("uuid.bios"),
            "store": host.datastores[vm.store],
            "inside": vm.place.removeprefix(f"[{vm.store}] "),
            "cartel": 34000 + 7 * vm.vmid,
            "world": 34001 + 7 * vm.vmid,
        }
        for vm in running
    ))  # fmt: skip


@esxcli("storage filesystem list")
def filesystems(host: SimHost, _options: Options) -> Records:
    usage = shutil.disk_usage(host.root)
    kind = "VMFS-6" if host.release.number >= (6, 5, 0) else "VMFS-5"
    stores = host.datastores.items()
    shown = ({"name": name, "uuid": uuid, "kind": kind, "usage": usage} for name, uuid in stores)
    return told("filesystem", host, *shown)


@esxcli("hardware cpu list")
def cpus(host: SimHost, _options: Options) -> Records:
    return told("cpu", host, *({"number": number} for number in range(2)))


@esxcli("network ip interface list", "-N|--netstack=")
def interfaces(host: SimHost, _options: Options) -> Records:
    nics = enumerate(host.nics)
    return told("interface", host, *({"nic": nic, "port": 33554436 + at} for at, nic in nics))


@esxcli("network ip interface ipv4 get", "-i|--interface-name= -N|--netstack=")
def addresses(host: SimHost, options: Options) -> Records:
    wanted = options.get("interface-name")
    nics = [nic for nic in host.nics if wanted in (None, nic.name)]
    networks = (".".join(nic.address.split(".")[:2]) for nic in nics)
    moments = zip(nics, networks, strict=True)
    return told("address", host, *({"nic": nic, "network": network} for nic, network in moments))


@esxcli("network nic list")
def uplinks(host: SimHost, _options: Options) -> Records:
    return told("uplink", host, *(
        {
            "uplink": uplink,
            "bus": 0x0B + 8 * number,
            "link": "Up" if uplink.speed else "Down",
            "duplex": "Full" if uplink.speed else "Half",
        }
        for number, uplink in enumerate(host.uplinks)
    ))  # fmt: skip


@esxcli("network vswitch standard list", "-v|--vswitch-name=")
def switches(host: SimHost, _options: Options) -> Records:
    return told("switch", host, *(
        {
            "name": name,
            "kind": "cswitch" if host.release.number >= (7, 0, 0) else "etherswitch",
            "uplinks": [each.name for each in host.uplinks if each.switch == name],
            "groups": [group for group, on in host.port_groups.items() if on == name],
        }
        for name in dict.fromkeys(uplink.switch for uplink in host.uplinks)
    ))  # fmt: skip


@esxcli("network ip connection list", "-N|--netstack= -t|--type=")
def connections(host: SimHost, _options: Options) -> Records:
    here = host.nics[0].address
    shown = [
        Socket("0.0.0.0:22", "0.0.0.0:0", "LISTEN", "sshd"),
        Socket("127.0.0.1:8307", "0.0.0.0:0", "LISTEN", "hostd-worker"),
        Socket(f"{here}:22", "10.10.0.9:51022", "ESTABLISHED", "sshd"),
        *(Socket(f"{nic.address}:8000", "0.0.0.0:0", "LISTEN", "vmotionServer")
          for nic in host.nics if host.carries_vmotion(nic)),
        *host.sockets,
    ]  # fmt: skip
    moments = ({"socket": each, "world": 34000 + at} for at, each in enumerate(shown))
    return told("socket", host, *moments)
