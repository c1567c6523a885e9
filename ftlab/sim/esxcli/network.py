"""``esxcli network``: interfaces, uplinks, switches and sockets, to be read only.

The tables of uplinks and sockets were seen on 5.5 and later; before, the link is taken to be one
column, as in the list of SR-IOV cards, and sockets to end at the world.
"""

from __future__ import annotations

from ftlab.sim.esxcli.formats import Record, Records
from ftlab.sim.esxcli.options import Options
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.network import Socket
from ftlab.sim.settings.tags import carries_vmotion

_WIDE = (5, 5, 0)


def interfaces(host: SimHost, _options: Options) -> Records:
    records: list[Record] = [
        {
            "Name": nic.name,
            "MAC Address": nic.mac,
            "Enabled": True,
            "Portset": "vSwitch0",
            "Portgroup": nic.portgroup,
            "VDS Name": "N/A",
            "VDS UUID": "N/A",
            "VDS Port": "N/A",
            "VDS Connection": -1,
            "MTU": nic.mtu,
            "TSO MSS": 65535,
            "Port ID": 33554436 + number,
        }
        for number, nic in enumerate(host.nics)
    ]
    return Records("NetworkInterface", "titled", records, "{Name}")


def addresses(host: SimHost, options: Options) -> Records:
    wanted = options.get("interface-name")
    records: list[Record] = [
        {
            "Name": nic.name,
            "IPv4 Address": nic.address,
            "IPv4 Netmask": "255.255.0.0",
            "IPv4 Broadcast": f"{nic.address.rpartition('.')[0].rpartition('.')[0]}.255.255",
            "Address Type": "STATIC",
            "DHCP DNS": False,
        }
        for nic in host.nics
        if wanted in (None, nic.name)
    ]
    return Records("IPv4Interface", "columns", records)


def uplinks(host: SimHost, _options: Options) -> Records:
    records: list[Record] = []
    for number, uplink in enumerate(host.uplinks):
        link = "Up" if uplink.speed else "Down"
        state: Record = {"Admin Status": "Up", "Link Status": link}
        records.append({
            "Name": uplink.name,
            "PCI Device": f"0000:{0x0B + 8 * number:02x}:00.0",
            "Driver": uplink.driver,
            **(state if host.release.number >= _WIDE else {"Link": link}),
            "Speed": uplink.speed,
            "Duplex": "Full" if uplink.speed else "Half",
            "MAC Address": uplink.mac,
            "MTU": uplink.mtu,
            "Description": "VMware Inc. vmxnet3 Virtual Ethernet Controller",
        })  # fmt: skip
    return Records("Nic", "columns", records)


def switches(host: SimHost, _options: Options) -> Records:
    names = dict.fromkeys(uplink.switch for uplink in host.uplinks)
    records: list[Record] = [
        {
            "Name": name,
            "Class": "cswitch" if host.release.number >= (7, 0, 0) else "etherswitch",
            "Num Ports": 128,
            "Used Ports": 8,
            "Configured Ports": 128,
            "MTU": 1500,
            "CDP Status": "listen",
            "Beacon Enabled": False,
            "Beacon Interval": 1,
            "Beacon Threshold": 3,
            "Beacon Required By": "",
            "Uplinks": ", ".join(u.name for u in host.uplinks if u.switch == name),
            "Portgroups": ", ".join(group for group, on in host.port_groups.items() if on == name),
        }
        for name in names
    ]
    return Records("VirtualSwitch", "titled", records, "{Name}")


def connections(host: SimHost, _options: Options) -> Records:
    here = host.nics[0].address
    shown = [
        Socket("0.0.0.0:22", "0.0.0.0:0", "LISTEN", "sshd"),
        Socket("127.0.0.1:8307", "0.0.0.0:0", "LISTEN", "hostd-worker"),
        Socket(f"{here}:22", "10.10.0.9:51022", "ESTABLISHED", "sshd"),
        *(Socket(f"{nic.address}:8000", "0.0.0.0:0", "LISTEN", "vmotionServer")
          for nic in host.nics if carries_vmotion(host, nic)),
        *host.sockets,
    ]  # fmt: skip
    return Records("IpConnection", "columns", [_socket(host, n, s) for n, s in enumerate(shown)])


def _socket(host: SimHost, number: int, socket: Socket) -> Record:
    record: Record = {
        "Proto": "tcp",
        "Recv Q": socket.received,
        "Send Q": 0,
        "Local Address": socket.local,
        "Foreign Address": socket.foreign,
        "State": socket.state,
        "World ID": 34000 + number,
    }
    wide: Record = {"CC Algo": "newreno", "World Name": socket.world}
    return record | (wide if host.release.number >= _WIDE else {})
