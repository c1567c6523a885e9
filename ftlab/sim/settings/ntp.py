"""NTP: ``esxcli system ntp`` from 7.0 on, ``/etc/ntp.conf`` alone before.

The fields of ``get`` are those that public documents name, the last three since 7.0 U3, which also
takes the file from its own store; their order is assumed, and nothing is ever in sync here. ``set``
replaces the whole list of servers. ``config get`` was published with its lines.
"""

from __future__ import annotations

from ftlab.sim.esxcli.entry import V70, EsxcliEntry
from ftlab.sim.esxcli.formats import Record, Records
from ftlab.sim.esxcli.options import EsxcliError, NotSimulated, Options, boolean
from ftlab.sim.model.host import SimHost

_LEVELS = ("critical", "error", "warning", "info", "debug")


def get(host: SimHost, _options: Options) -> Records:
    service, config = host.config.services["ntpd"], host.config
    record: Record = {
        "Enabled": service.policy == "on",
        "Loglevel": config.ntp_level,
        "PID": 2100532 if service.running else "",
        "Runtime Seconds": 60 if service.running else "",
        "Servers": ", ".join(servers(host)),
    }
    if host.release.number >= (7, 0, 3):
        record |= {
            "Service Providing Kernel Time": "ntpd" if service.running else "",
            "Time Service Enabled": service.policy == "on",
            "Time Synchronized": False,
        }
    return Records("NtpGet", "get", [record])


def set_ntp(host: SimHost, options: Options) -> str:
    if not options:
        raise EsxcliError("Error: nothing to set")
    if options.get("loglevel", "warning") not in _LEVELS:
        raise NotSimulated(f"has the log levels {', '.join(_LEVELS)}")
    if not all(options.get("server", "any").split("\n")):
        raise NotSimulated("takes the name of a server for --server; --reset leaves none")
    enabled, reset = boolean(options, "enabled"), "reset" in options
    if reset or "server" in options:
        write_servers(host, options.get("server", "").splitlines())
    host.config.ntp_level = options.get("loglevel", "warning" if reset else host.config.ntp_level)
    if enabled is None and reset:
        enabled = False
    if enabled is not None:
        service = host.config.services["ntpd"]
        service.running, service.policy = enabled, "on" if enabled else "off"
    return ""


def show_file(host: SimHost, _options: Options) -> Records:
    lines = host.path("/etc/ntp.conf").read_text("utf-8").splitlines()
    return Records("NtpConfig", "columns", [{"Command": line} for line in lines if line.strip()])


def servers(host: SimHost) -> list[str]:
    """Those of the file."""
    words = [line.split() for line in host.path("/etc/ntp.conf").read_text("utf-8").splitlines()]
    return [each[1] for each in words if len(each) > 1 and each[0] == "server"]


def write_servers(host: SimHost, names: list[str]) -> None:
    """The file with these servers in place of its own."""
    file = host.path("/etc/ntp.conf")
    kept = [line for line in file.read_text("utf-8").splitlines() if line.split()[:1] != ["server"]]
    lines = [*kept, *(f"server {name}" for name in names)]
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")


ESXCLI = {
    "system ntp get": EsxcliEntry(get, {}, since=V70),
    "system ntp set": EsxcliEntry(
        set_ntp, {"e": "enabled", "l": "loglevel", "r": "reset", "s": "server"}, "r", V70,
        repeats="s",
    ),
    "system ntp config get": EsxcliEntry(show_file, {}, since=V70),
}  # fmt: skip
