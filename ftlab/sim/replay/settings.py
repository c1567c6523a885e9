"""What a recorded host was set to, taken up by its model: so that the model goes on from there."""

from __future__ import annotations

import re

from ftlab.sim.model.config import Nic, Service, Uplink
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.options import Option
from ftlab.sim.replay.recording import Recording

_SERVICE = re.compile(r"\(vim\.host\.Service\) \{(.*?)\}", re.DOTALL)
_IN_DUMP = re.compile(r"^\s*(\w+) = (?:\"(.*)\"|(\S+?)),? *$", re.MULTILINE)
_SCRIPTS = {"TSM": "ESXShell", "TSM-SSH": "SSH"}
_CERTIFICATE = "openssl x509 -noout -subject -in /etc/vmware/ssl/rui.crt"


def take_up(host: SimHost, told: Recording) -> None:
    """What was not recorded stays as in a new host."""
    _names(host, told)
    _hostd(host, told)
    _services(host, told)
    _network(host, told)
    _kernel(host, told)
    host.config.maintenance = told.text("esxcli system maintenanceMode get") == "Enabled\n"
    for path in ("/etc/ntp.conf", "/etc/resolv.conf"):
        if text := told.text("cat", path):
            host.path(path).write_text(text, "utf-8")


def _in_dump(text: str) -> dict[str, str]:
    return {key: quoted or word for key, quoted, word in _IN_DUMP.findall(text)}


def _names(host: SimHost, told: Recording) -> None:
    config = host.config
    found = told.fields("esxcli system hostname get")
    if {"Host Name", "Domain Name"} <= found.keys():
        config.hostname, config.domain = found["Host Name"], found["Domain Name"]
    elif name := told.text("hostname").strip():
        config.hostname, _, config.domain = name.partition(".")
    for line, title, known in (
        ("server", "DNSServers", config.dns_servers),
        ("search", "DNSSearch Domains", config.dns_search),
    ):
        text = told.fields(f"esxcli network ip dns {line} list").get(title, "")
        known[:] = [each for each in text.split(", ") if each]
    if certified := re.search(r"CN ?= ?([^/,\n]+)", told.text(_CERTIFICATE)):
        config.certificate = certified[1]
    if uuid := told.text("esxcli system uuid get").strip():
        host.path("/etc/vmware/esx.conf").write_text(f'/system/uuid = "{uuid}"\n', "utf-8")
        config.boot()


def _hostd(host: SimHost, told: Recording) -> None:
    hostd = host.config.hostd
    for name, like in hostd.items():
        found = _in_dump(told.text("vim-cmd hostsvc/advopt/view", name))
        if found.get("key") == name and "value" in found:
            text = found["value"]
            number = type(like) is int and text.isdecimal()
            hostd[name] = (
                text == "true" if isinstance(like, bool) else int(text) if number else text
            )
    if message := told.text("esxcli system welcomemsg get"):
        hostd["Annotations.WelcomeMessage"] = message.removesuffix("\n")
    logs = told.fields("esxcli system syslog config get")
    if "Remote Host" in logs and "Syslog.global.logHost" in hostd:
        hostd["Syslog.global.logHost"] = logs["Remote Host"].replace("<none>", "")


def _services(host: SimHost, told: Recording) -> None:
    config = host.config
    for body in _SERVICE.findall(told.text("vim-cmd hostsvc/hostconfig")):
        found = _in_dump(body)
        if {"key", "running", "policy"} <= found.keys():
            key, running = found["key"], found["running"] == "true"
            name = _SCRIPTS.get(key, key)
            label = found.get("label", name)
            config.services[name] = Service(name, key, label, running, found["policy"])
    ntp = told.fields("esxcli system ntp get")
    config.ntp_level = ntp.get("Loglevel", config.ntp_level)


def _network(host: SimHost, told: Recording) -> None:
    rows = told.rows("esxcli network ip interface ipv4 get")
    addresses = {row["Name"]: row["IPv4 Address"] for row in rows}
    nics = [_nic(each, addresses, told) for each in told.blocks("esxcli network ip interface list")]
    host.nics[:] = nics or host.nics
    groups: dict[str, str] = {}
    cards: list[Uplink] = []
    for each in told.blocks("esxcli network vswitch standard list"):
        name = each["Name"]
        groups |= dict.fromkeys(filter(None, each.get("Portgroups", "").split(", ")), name)
        cards += [Uplink(card, "00:0c:29:00:00:00", "unknown", name)
                  for card in each.get("Uplinks", "").split(", ")]  # fmt: skip
        _policy(host.config.security, name, "policy security get -v", told)
    for name in groups:
        _policy(host.config.group_security, name, "portgroup policy security get -p", told)
    host.port_groups = groups or host.port_groups
    host.uplinks[:] = cards or host.uplinks


def _nic(fields: dict[str, str], addresses: dict[str, str], told: Recording) -> Nic:
    name = fields["Name"]
    tags = told.fields("esxcli network ip interface tag get -i", name).get("Tags", "")
    return Nic(
        name, fields.get("Portgroup", ""), fields.get("MAC Address", ""), addresses.get(name, ""),
        [tag for tag in tags.split(", ") if tag], int(fields.get("MTU", "1500")),
    )  # fmt: skip


def _policy(known: dict[str, dict[str, bool]], name: str, line: str, told: Recording) -> None:
    """``Allow MAC Address Change`` is what ``--allow-mac-change`` sets."""
    if found := told.fields(f"esxcli network vswitch standard {line}", name):
        known[name] = {
            field.lower().replace(" address", "").replace(" ", "-"): value == "true"
            for field, value in found.items()
            if field.startswith("Allow") and found.get(f"Override Vswitch {field}") != "false"
        }


def _kernel(host: SimHost, told: Recording) -> None:
    config = host.config
    rows = list(told.rows("esxcli system settings kernel list"))
    if rows:
        config.kernel_table = {
            row["Name"].lower(): Option(
                row["Name"], row["Type"], row["Default"], words=row["Description"]
            )
            for row in rows
        }
        config.kernel, config.booted_kernel = (
            {row["Name"]: row[column] for row in rows if row[column] != row["Default"]}
            for column in ("Configured", "Runtime")
        )
