"""Services: what runs, and what starts with the host.

``/etc/init.d`` scripts speak as a 5.x host's did when it restarted them all; the words and the
exit status of ``status`` are taken from other scripts (``memscrubd is not running``), those of
``ntpd`` from others' ``stopped``. ``chkconfig NAME on|off`` and ``--list`` are those of public
runbooks. ``vim-cmd`` calls the shells otherwise on 4.1; there its scripts are not published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.config import Service
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.versions import Release
from ftlab.sim.settings.certificate import PROGRAMS
from ftlab.sim.vimcmd.entry import VimCmdEntry
from ftlab.sim.vms.dumps import Array, Node, Obj, dump

ServiceScript = Callable[["SimHost", Sequence[str]], Answer]
_WORDS: Mapping[str, tuple[str, str]] = {
    "SSH": ("SSH login enabled", "SSH login disabled"),
    "ESXShell": ("ESXi shell login enabled", "ESXi shell login disabled"),
    "ntpd": ("ntpd started", "ntpd stopped"),
}
_V50 = (5, 0, 0)


def _script(name: str) -> ServiceScript:
    """``start``, ``stop``, ``restart`` and ``status`` of one service."""

    def run(host: SimHost, args: Sequence[str]) -> Answer:
        service = host.config.services[name]
        started, stopped = _WORDS[name]
        match list(args):
            case ["start"]:
                service.running = True
                return say(f"{started}\n")
            case ["stop"]:
                service.running = False
                return say(f"{stopped}\n")
            case ["restart"]:
                service.running = True
                return say(f"{stopped}\n{started}\n")
            case ["status"] if service.running:
                return say(f"{name} is running\n")
            case ["status"]:
                return say(f"{name} is not running\n", exit=3)
        text = f"This simulated host has only: /etc/init.d/{name} start|stop|restart|status\n"
        return say(stderr=text, exit=1)

    return run


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


def _run(name: str, *, running: bool) -> Callable[[SimHost, Sequence[str]], Answer]:
    def act(host: SimHost, _args: Sequence[str]) -> Answer:
        host.config.services[name].running = running
        return say()

    return act


def _keep(name: str, policy: str) -> Callable[[SimHost, Sequence[str]], Answer]:
    def act(host: SimHost, _args: Sequence[str]) -> Answer:
        host.config.services[name].policy = policy
        return say()

    return act


def host_config(host: SimHost, _args: Sequence[str]) -> Answer:
    """``hostconfig``: of the real one's many parts the services, and it says so."""
    services = tuple(_service(each) for each in host.config.services.values())
    found = Obj("vim.host.ServiceInfo", {"service": Array("vim.host.Service", services)})
    shown = dump(Obj("vim.host.ConfigInfo", {"service": found}), old=host.release.old_dumps)
    told = b"This simulated host shows of its hostconfig only: service\n"
    return Answer(stdout=shown, stderr=told)


def _service(service: Service) -> Node:
    return Obj("vim.host.Service", {
        "key": service.key,
        "label": service.label,
        "required": False,
        "uninstallable": False,
        "running": service.running,
        "policy": service.policy,
    })  # fmt: skip


def _shell_commands(word: str, name: str) -> dict[str, VimCmdEntry]:
    since, until = ((4, 1, 0), _V50) if word.endswith("tsm") else (_V50, (99, 0, 0))
    acts = {
        "enable": _keep(name, "on"), "disable": _keep(name, "off"),
        "start": _run(name, running=True), "stop": _run(name, running=False),
    }  # fmt: skip
    return {
        f"hostsvc/{verb}_{word}": VimCmdEntry(act, 0, since, until) for verb, act in acts.items()
    }


VIM_CMD: dict[str, VimCmdEntry] = {
    **_shell_commands("ssh", "SSH"),
    **_shell_commands("esx_shell", "ESXShell"),
    **_shell_commands("remote_tsm", "SSH"),
    "hostsvc/hostconfig": VimCmdEntry(host_config, 0),
}


def programs(release: Release) -> dict[str, ServiceScript]:
    """4.0 is no ESXi; of 4.1's scripts only that of ``ntpd`` is published."""
    if release.number < (4, 1, 0):
        return {}
    names = ("ntpd",) if release.number < _V50 else tuple(_WORDS)
    scripts = {f"/etc/init.d/{name}": _script(name) for name in names}
    return {"chkconfig": chkconfig, **scripts, **(PROGRAMS if release.number >= _V50 else {})}
