"""Services: what runs, and what starts with the host; and what NTP, one of them, is set to.

``/etc/init.d`` scripts speak as a 5.x host's did when it restarted them all; the words and the
exit status of ``status`` are taken from other scripts (``memscrubd is not running``), those of
``ntpd`` from others' ``stopped``. ``chkconfig NAME on|off`` and ``--list`` are those of public
runbooks. ``vim-cmd`` calls the shells otherwise on 4.1; there its scripts are not published.

NTP is set by ``esxcli system ntp`` from 7.0 on, and by ``/etc/ntp.conf`` alone before. The fields
of ``get`` are those that public documents name, the last three since 7.0 U3, which also takes the
file from its own store; their order is assumed, and nothing is ever in sync here. ``set`` replaces
the whole list of servers. ``config get`` was published with its lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from ftlab.sim.data import table_of
from ftlab.sim.esxcli.command import EsxcliError, NotSimulated, Options, esxcli, tells
from ftlab.sim.esxcli.records import Moment
from ftlab.sim.model.answer import Answer, only, say
from ftlab.sim.model.config import Service
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.versions import END, V41, V50, V70
from ftlab.sim.vimcmd.command import vim_cmd

_WORDS = table_of("settings/data/words.toml")
SCRIPTS: dict[str, list[str]] = _WORDS["scripts"]
"""Services with a script, and what it says to start and stop."""
_SHELLS = (
    ("ssh", "SSH", V50, END),
    ("esx_shell", "ESXShell", V50, END),
    ("remote_tsm", "SSH", V41, V50),
)


def script(name: str, host: SimHost, args: Sequence[str]) -> Answer:
    """``start``, ``stop``, ``restart`` and ``status`` of one service."""
    service = host.config.services[name]
    started, stopped = SCRIPTS[name]
    match list(args):
        case ["start" | "stop" | "restart" as verb]:
            service.running = verb != "stop"
            said = {"start": [started], "stop": [stopped]}.get(verb, [stopped, started])
            return say("".join(f"{line}\n" for line in said))
        case ["status"]:
            return _status(name, running=service.running)
    return only(f"/etc/init.d/{name} start|stop|restart|status")


def ha_agent(host: SimHost, args: Sequence[str]) -> Answer:
    """``status`` of vSphere HA's agent; its exit status is assumed."""
    if list(args) != ["status"]:
        return only("vmware-fdm status")
    return _status("vmware-fdm", running=host.ha_agent)


def _status(name: str, *, running: bool) -> Answer:
    return say(f"{name} is {'' if running else 'not '}running\n", exit=0 if running else 3)


def chkconfig(host: SimHost, args: Sequence[str]) -> Answer:
    """``chkconfig NAME on|off``, and ``--list [NAME]``."""
    services = host.config.services
    match list(args):
        case ["--list"]:
            return say("".join(map(_line, services.values())))
        case ["--list", name] if name in services:
            return say(_line(services[name]))
        case [name, "on" | "off" as policy] if name in services:
            services[name].policy = policy
            return say()
    return only(f"chkconfig --list [NAME], chkconfig NAME on|off ({', '.join(services)})")


def _line(service: Service) -> str:
    return f"{service.name:<24}{service.policy}\n"


def _put(name: str, field: str, value: object, host: SimHost, _args: Sequence[str]) -> None:
    setattr(host.config.services[name], field, value)


for _word, _name, *_releases in _SHELLS:
    for _verb, _field, _value in (
        ("enable", "policy", "on"), ("disable", "policy", "off"),
        ("start", "running", True), ("stop", "running", False),
    ):  # fmt: skip
        vim_cmd(f"hostsvc/{_verb}_{_word}", 0, *_releases)(partial(_put, _name, _field, _value))


@tells("ntp", "system ntp get", since=V70)
def ntp(host: SimHost, _options: Options) -> Iterator[Moment]:
    service = host.config.services["ntpd"]
    words = [line.split() for line in _ntp_lines(host)]
    yield {
        "enabled": service.policy == "on",
        "pid": 2100532 if service.running else "",
        "seconds": 60 if service.running else "",
        "servers": [each[1] for each in words if len(each) > 1 and each[0] == "server"],
        "provider": "ntpd" if service.running else "",
    }


@esxcli("system ntp set", "-e|--enabled= -l|--loglevel= -r|--reset -s|--server=+", since=V70)
def set_ntp(host: SimHost, options: Options) -> None:
    if not options:
        raise EsxcliError("Error: nothing to set")
    if options.get("loglevel", "warning") not in _WORDS["ntp_levels"]:
        raise NotSimulated(f"has the log levels {', '.join(_WORDS['ntp_levels'])}")
    if not all(options.get("server", "any").split("\n")):
        raise NotSimulated("takes the name of a server for --server; --reset leaves none")
    enabled, reset = options.boolean("enabled"), "reset" in options
    if reset or "server" in options:
        _write_ntp_servers(host, options.get("server", "").splitlines())
    host.config.ntp_level = options.get("loglevel", "warning" if reset else host.config.ntp_level)
    if enabled is not None or reset:
        service = host.config.services["ntpd"]
        service.running, service.policy = bool(enabled), "on" if enabled else "off"


@tells("ntp_file", "system ntp config get", since=V70)
def ntp_file(host: SimHost, _options: Options) -> Iterator[Moment]:
    yield from ({"line": line} for line in _ntp_lines(host) if line.strip())


def _ntp_lines(host: SimHost) -> list[str]:
    return host.path("/etc/ntp.conf").read_text("utf-8").splitlines()


def _write_ntp_servers(host: SimHost, names: list[str]) -> None:
    """The file with these servers in place of its own."""
    kept = [line for line in _ntp_lines(host) if line.split()[:1] != ["server"]]
    text = "".join(f"{line}\n" for line in (*kept, *(f"server {name}" for name in names)))
    host.path("/etc/ntp.conf").write_text(text, "utf-8")
