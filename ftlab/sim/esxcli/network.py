"""``esxcli network``: interfaces, uplinks, switches and sockets, to be read only."""

from __future__ import annotations

from ftlab.sim.esxcli.formats import Records
from ftlab.sim.esxcli.options import Options
from ftlab.sim.esxcli.records import told
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.network import Socket
from ftlab.sim.settings.tags import carries_vmotion


def interfaces(host: SimHost, _options: Options) -> Records:
    nics = enumerate(host.nics)
    return told("interface", host, *({"nic": nic, "port": 33554436 + at} for at, nic in nics))


def addresses(host: SimHost, options: Options) -> Records:
    wanted = options.get("interface-name")
    nics = [nic for nic in host.nics if wanted in (None, nic.name)]
    networks = (".".join(nic.address.split(".")[:2]) for nic in nics)
    moments = zip(nics, networks, strict=True)
    return told("address", host, *({"nic": nic, "network": network} for nic, network in moments))


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


def switches(host: SimHost, _options: Options) -> Records:
    names = dict.fromkeys(uplink.switch for uplink in host.uplinks)
    return told("switch", host, *(
        {
            "name": name,
            "kind": "cswitch" if host.release.number >= (7, 0, 0) else "etherswitch",
            "uplinks": ", ".join(each.name for each in host.uplinks if each.switch == name),
            "groups": ", ".join(group for group, on in host.port_groups.items() if on == name),
        }
        for name in names
    ))  # fmt: skip


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
    moments = ({"socket": each, "world": 34000 + at} for at, each in enumerate(shown))
    return told("socket", host, *moments)
