"""What ``esxcli`` commands tell, field by field, from ``data/records.toml``; and the commands that
only tell, whose records follow what is on the host just now."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from string import Formatter
from typing import Any

from ftlab.sim.data import table_of
from ftlab.sim.esxcli.command import Options, esxcli
from ftlab.sim.esxcli.formats import Record, Records
from ftlab.sim.model.config import Socket
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.versions import END, V40, V50, V70, ReleaseNumber

Moment = Mapping[str, object]
Tell = Callable[[SimHost, Options], Iterable[Moment]]
_KINDS = table_of("esxcli/data/records.toml")


def tells(
    kind: str,
    command: str,
    options: str = "",
    *,
    since: ReleaseNumber = V50,
    until: ReleaseNumber = END,
) -> Callable[[Tell], Tell]:
    """``esxcli COMMAND`` tells records of this kind, one for each moment that the decorated
    function gives."""

    def register(tell: Tell) -> Tell:
        @esxcli(command, options, since=since, until=until)
        def act(host: SimHost, given: Options) -> Records:
            return told(kind, host, *tell(host, given))

        return tell

    return register


def told(name: str, host: SimHost, *moments: Moment) -> Records:
    """One record for each of ``moments``, by what its fields are filled with; ``host`` is among
    that."""
    kind = _KINDS[name]
    records = [_record(kind["fields"], host, {"host": host, **each}) for each in moments]
    return Records(kind["type"], kind["layout"], records, kind.get("title", ""))


def _record(fields: Mapping[str, Any], host: SimHost, moment: Moment) -> Record:
    found: Record = {}
    for name, value in fields.items():
        limits = value if isinstance(value, dict) else {"value": value}
        if _number(limits, "since", "0") <= host.release.number < _number(limits, "until", "99"):
            found[name] = _filled(limits["value"], moment)
    return found


def _number(limits: Mapping[str, str], which: str, default: str) -> tuple[int, ...]:
    return tuple(map(int, limits.get(which, default).split(".")))


def _filled(value: Any, moment: Moment) -> Any:
    if not isinstance(value, str):
        return value
    if not value.startswith("$"):
        return value.format_map(moment)
    found, _ = Formatter().get_field(value[1:], (), moment)
    return ", ".join(found) if isinstance(found, list) else found


def _only_text(command: str, text: str) -> None:
    esxcli(command)(lambda host, _options: text.format(host=host))


for _name, _kind in _KINDS.items():  # commands that have one thing to tell, and nothing else
    if "text" in _kind:
        _only_text(_kind["command"], _kind["text"])
    elif "command" in _kind:
        tells(_name, _kind["command"], _kind.get("options", ""))(lambda _host, _options: ({},))


@tells("process", "vm process list")
@tells("process", "vms vm list", since=V40, until=V50)
def processes(host: SimHost, _options: Options) -> Iterator[Moment]:
    """The running VMs."""
    for vm in host.vms:
        if vm.power == "poweredOn":
            yield {
                "vm": vm,
                "uuid": vm.loaded.get("uuid.bios"),
                "store": host.datastores[vm.store],
                "inside": vm.place.removeprefix(f"[{vm.store}] "),
                "cartel": 34000 + 7 * vm.vmid,
                "world": 34001 + 7 * vm.vmid,
            }


@tells("filesystem", "storage filesystem list")
def filesystems(host: SimHost, _options: Options) -> Iterator[Moment]:
    usage = shutil.disk_usage(host.root)
    kind = "VMFS-6" if host.release.number >= (6, 5, 0) else "VMFS-5"
    for name, uuid in host.datastores.items():
        yield {"name": name, "uuid": uuid, "kind": kind, "usage": usage}


@tells("cpu", "hardware cpu list")
def cpus(_host: SimHost, _options: Options) -> Iterator[Moment]:
    yield from ({"number": number} for number in range(2))


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


@tells("switch", "network vswitch standard list", "-v|--vswitch-name=")
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
