"""NTP: ``esxcli system ntp`` from 7.0 on, ``/etc/ntp.conf`` alone before.

The fields of ``get`` are those that public documents name, the last three since 7.0 U3, which also
takes the file from its own store; their order is assumed, and nothing is ever in sync here. ``set``
replaces the whole list of servers. ``config get`` was published with its lines.
"""

from __future__ import annotations

from ftlab.sim.esxcli.entry import V70, EsxcliError, NotSimulated, Options, boolean, esxcli
from ftlab.sim.esxcli.formats import Record, Records
from ftlab.sim.esxcli.records import told
from ftlab.sim.model.host import SimHost

_LEVELS = ("critical", "error", "warning", "info", "debug")


@esxcli("system ntp get", since=V70)
def get(host: SimHost, _options: Options) -> Records:
    service = host.config.services["ntpd"]
    words = [line.split() for line in _lines(host)]
    return told("ntp", host, {
        "enabled": service.policy == "on",
        "pid": 2100532 if service.running else "",
        "seconds": 60 if service.running else "",
        "servers": [each[1] for each in words if len(each) > 1 and each[0] == "server"],
        "provider": "ntpd" if service.running else "",
    })  # fmt: skip


@esxcli("system ntp set", "-e|--enabled= -l|--loglevel= -r|--reset -s|--server=+", since=V70)
def set_ntp(host: SimHost, options: Options) -> None:
    if not options:
        raise EsxcliError("Error: nothing to set")
    if options.get("loglevel", "warning") not in _LEVELS:
        raise NotSimulated(f"has the log levels {', '.join(_LEVELS)}")
    if not all(options.get("server", "any").split("\n")):
        raise NotSimulated("takes the name of a server for --server; --reset leaves none")
    enabled, reset = boolean(options, "enabled"), "reset" in options
    if reset or "server" in options:
        _write_servers(host, options.get("server", "").splitlines())
    host.config.ntp_level = options.get("loglevel", "warning" if reset else host.config.ntp_level)
    if enabled is not None or reset:
        service = host.config.services["ntpd"]
        service.running, service.policy = bool(enabled), "on" if enabled else "off"


@esxcli("system ntp config get", since=V70)
def show_file(host: SimHost, _options: Options) -> Records:
    lines: list[Record] = [{"Command": line} for line in _lines(host) if line.strip()]
    return Records("NtpConfig", "columns", lines)


def _lines(host: SimHost) -> list[str]:
    return host.path("/etc/ntp.conf").read_text("utf-8").splitlines()


def _write_servers(host: SimHost, names: list[str]) -> None:
    """The file with these servers in place of its own."""
    kept = [line for line in _lines(host) if line.split()[:1] != ["server"]]
    text = "".join(f"{line}\n" for line in (*kept, *(f"server {name}" for name in names)))
    host.path("/etc/ntp.conf").write_text(text, "utf-8")
