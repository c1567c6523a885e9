"""What a recorded host was set to, taken up by its model: so that the model goes on from there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ftlab.sim.model.config import KernelSetting, Service
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.network import Nic, Uplink
from ftlab.sim.replay.recording import Recording

_FIELD = re.compile(r"^ {3}([^:\n]+): ?(.*?) *$", re.MULTILINE)
_SERVICE = re.compile(r"\(vim\.host\.Service\) \{(.*?)\}", re.DOTALL)
_IN_DUMP = re.compile(r"^\s*(\w+) = (?:\"(.*)\"|(\S+?)),? *$", re.MULTILINE)
_SCRIPTS = {"TSM": "ESXShell", "TSM-SSH": "SSH"}
_CERTIFICATE = "openssl x509 -noout -subject -in /etc/vmware/ssl/rui.crt"
_ALLOW = {
    "Allow Promiscuous": "allow-promiscuous",
    "Allow MAC Address Change": "allow-mac-change",
    "Allow Forged Transmits": "allow-forged-transmits",
}


def take_up(host: SimHost, recording: Recording) -> None:
    """What was not recorded stays as in a new host."""
    _names(host, recording)
    _hostd(host, recording)
    _services(host, recording)
    _network(host, recording)
    _kernel(host, recording)
    host.config.maintenance = (
        _told(recording, *_esxcli("system maintenanceMode get")) == "Enabled\n"
    )
    for path in ("/etc/ntp.conf", "/etc/resolv.conf"):
        if text := _told(recording, "cat", path):
            host.path(path).write_text(text, "utf-8")


def _told(recording: Recording, *argv: str) -> str:
    """What was answered without an error."""
    found = recording.answer(argv)
    return recording.text(*argv) if found is not None and found.exit == 0 else ""


def _esxcli(line: str) -> tuple[str, ...]:
    return ("esxcli", *line.split())


def _fields(recording: Recording, *argv: str) -> dict[str, str]:
    return dict(_FIELD.findall(_told(recording, *argv)))


def _names(host: SimHost, recording: Recording) -> None:
    config = host.config
    found = _fields(recording, *_esxcli("system hostname get"))
    if {"Host Name", "Domain Name"} <= found.keys():
        config.hostname, config.domain = found["Host Name"], found["Domain Name"]
    elif name := _told(recording, "hostname").strip():
        config.hostname, _, config.domain = name.partition(".")
    for line, title, known in (
        ("server", "DNSServers", config.dns_servers),
        ("search", "DNSSearch Domains", config.dns_search),
    ):
        text = _fields(recording, *_esxcli(f"network ip dns {line} list")).get(title, "")
        known[:] = [each for each in text.split(", ") if each]
    subject = _told(recording, *_CERTIFICATE.split())
    if certified := re.search(r"CN ?= ?([^/,\n]+)", subject):
        config.certificate = certified[1]
    if uuid := _told(recording, *_esxcli("system uuid get")).strip():
        host.path("/etc/vmware/esx.conf").write_text(f'/system/uuid = "{uuid}"\n', "utf-8")
        config.boot()


def _hostd(host: SimHost, recording: Recording) -> None:
    hostd = host.config.hostd
    for name in hostd:
        told = _told(recording, "vim-cmd", "hostsvc/advopt/view", name)
        found = {key: text or word for key, text, word in _IN_DUMP.findall(told)}
        if found.get("key") == name and "value" in found:
            hostd[name] = _typed(found["value"], like=hostd[name])
    if message := _told(recording, *_esxcli("system welcomemsg get")):
        hostd["Annotations.WelcomeMessage"] = message.removesuffix("\n")
    logs = _fields(recording, *_esxcli("system syslog config get"))
    if "Remote Host" in logs and "Syslog.global.logHost" in hostd:
        hostd["Syslog.global.logHost"] = logs["Remote Host"].replace("<none>", "")


def _typed(text: str, like: str | int | bool) -> str | int | bool:
    if isinstance(like, bool):
        return text == "true"
    return int(text) if isinstance(like, int) and text.isdecimal() else text


def _services(host: SimHost, recording: Recording) -> None:
    services = host.config.services
    for body in _SERVICE.findall(_told(recording, "vim-cmd", "hostsvc/hostconfig")):
        told = {key: text or word for key, text, word in _IN_DUMP.findall(body)}
        if not {"key", "running", "policy"} <= told.keys():
            continue
        name = _SCRIPTS.get(told["key"], told["key"])
        services[name] = Service(
            name, told["key"], told.get("label", name), told["running"] == "true", told["policy"]
        )
    ntp = _fields(recording, *_esxcli("system ntp get"))
    host.config.ntp_level = ntp.get("Loglevel", host.config.ntp_level)


def _network(host: SimHost, recording: Recording) -> None:
    nics = list(_blocks(_told(recording, *_esxcli("network ip interface list"))))
    addresses = {
        row["Name"]: row["IPv4 Address"]
        for row in _rows(_told(recording, *_esxcli("network ip interface ipv4 get")))
    }
    if nics:
        host.nics[:] = [_nic(each, addresses, recording) for each in nics]
    groups: dict[str, str] = {}
    for each in _blocks(_told(recording, *_esxcli("network vswitch standard list"))):
        groups |= dict.fromkeys(filter(None, each.get("Portgroups", "").split(", ")), each["Name"])
        _policy(host.config.security, each["Name"], "policy security get -v", recording)
    if groups:
        host.port_groups = groups
    for name in groups:
        _policy(host.config.group_security, name, "portgroup policy security get -p", recording)
    cards = [
        Uplink(each, "00:0c:29:00:00:00", "unknown", switch["Name"])
        for switch in _blocks(_told(recording, *_esxcli("network vswitch standard list")))
        for each in switch.get("Uplinks", "").split(", ")
    ]
    host.uplinks[:] = cards or host.uplinks


def _nic(fields: Mapping[str, str], addresses: Mapping[str, str], recording: Recording) -> Nic:
    name = fields["Name"]
    tags = _fields(recording, *_esxcli("network ip interface tag get -i"), name).get("Tags", "")
    return Nic(
        name, fields.get("Portgroup", ""), fields.get("MAC Address", ""), addresses.get(name, ""),
        [tag for tag in tags.split(", ") if tag], int(fields.get("MTU", "1500")),
    )  # fmt: skip


def _policy(known: dict[str, dict[str, bool]], name: str, line: str, recording: Recording) -> None:
    told = _fields(recording, *_esxcli(f"network vswitch standard {line}"), name)
    overridden = {
        option: told[field] == "true"
        for field, option in _ALLOW.items()
        if field in told and told.get(f"Override Vswitch {field}", "true") == "true"
    }
    if told:
        known[name] = overridden


def _kernel(host: SimHost, recording: Recording) -> None:
    rows = list(_rows(_told(recording, *_esxcli("system settings kernel list"))))
    if not rows:
        return
    config = host.config
    config.kernel_table = {
        row["Name"].lower(): KernelSetting(
            row["Name"], row["Default"], row["Type"], row["Description"]
        )
        for row in rows
    }
    config.kernel = {
        row["Name"]: row["Configured"] for row in rows if row["Configured"] != row["Default"]
    }
    config.booted_kernel = {
        row["Name"]: row["Runtime"] for row in rows if row["Runtime"] != row["Default"]
    }


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """Titled records."""
    for block in text.split("\n\n"):
        if "   Name: " in block:
            yield dict(_FIELD.findall(block))


def _rows(text: str) -> Iterator[dict[str, str]]:
    """The rows of a table, by the places of its dashes."""
    head, dashes, *rows = [*text.splitlines(), "", ""][: text.count("\n") or 2]
    spans = [(found.start(), found.end()) for found in re.finditer(r"-+", dashes)]
    if not spans or set(dashes) - {"-", " "}:
        return
    starts = [start for start, _ in spans]
    ends: list[int | None] = [*starts[1:], None]
    for row in rows:
        yield {
            head[start:end].strip(): row[start:end].strip()
            for start, end in zip(starts, ends, strict=True)
        }
