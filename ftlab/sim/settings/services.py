"""Services: what runs, and what starts with the host.

``/etc/init.d`` scripts speak as a 5.x host's did when it restarted them all; the words and the
exit status of ``status`` are taken from other scripts (``memscrubd is not running``), those of
``ntpd`` from others' ``stopped``. ``chkconfig NAME on|off`` and ``--list`` are those of public
runbooks. ``vim-cmd`` calls the shells otherwise on 4.1; there its scripts are not published.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.config import Service
from ftlab.sim.model.host import SimHost
from ftlab.sim.vimcmd.entry import dumped, vim_cmd
from ftlab.sim.vms.dumps import Array, Obj
from ftlab.sim.vms.templates import filled

SCRIPTS = {
    "SSH": ("SSH login enabled", "SSH login disabled"),
    "ESXShell": ("ESXi shell login enabled", "ESXi shell login disabled"),
    "ntpd": ("ntpd started", "ntpd stopped"),
}
"""Services with a script, and what it says to start and stop."""
_V41, _V50, _END = (4, 1, 0), (5, 0, 0), (99, 0, 0)
_SHELLS = (
    ("ssh", "SSH", _V50, _END),
    ("esx_shell", "ESXShell", _V50, _END),
    ("remote_tsm", "SSH", _V41, _V50),
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
        case ["status"] if service.running:
            return say(f"{name} is running\n")
        case ["status"]:
            return say(f"{name} is not running\n", exit=3)
    text = f"This simulated host has only: /etc/init.d/{name} start|stop|restart|status\n"
    return say(stderr=text, exit=1)


def ha_agent(host: SimHost, args: Sequence[str]) -> Answer:
    """``status`` of vSphere HA's agent; its exit status is assumed."""
    if list(args) != ["status"]:
        return say(stderr="This simulated host has only: vmware-fdm status\n", exit=1)
    running = "is running" if host.ha_agent else "is not running"
    return say(f"vmware-fdm {running}\n", exit=0 if host.ha_agent else 3)


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
    known = ", ".join(services)
    text = f"This simulated host has only: chkconfig --list [NAME], chkconfig NAME on|off ({known})"
    return say(stderr=f"{text}\n", exit=1)


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


@vim_cmd("hostsvc/hostconfig")
def host_config(host: SimHost, _args: Sequence[str]) -> Answer:
    """Of the real one's many parts the services, and it says so."""
    services = tuple(
        filled("service", host.release, vars(each)) for each in host.config.services.values()
    )
    found = Obj("vim.host.ServiceInfo", {"service": Array("vim.host.Service", services)})
    shown = dumped(host, Obj("vim.host.ConfigInfo", {"service": found}))
    told = b"This simulated host shows of its hostconfig only: service\n"
    return Answer(stdout=shown, stderr=told)
