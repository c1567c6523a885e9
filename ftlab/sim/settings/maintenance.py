"""Maintenance mode: ``esxcli system maintenanceMode`` from 5.1 on, ``vim-cmd`` on every release.

``vim-cmd`` gives its task at once (seen on 4.1 and 5.0) and the host enters once no VM runs;
``esxcli`` waits for that, with ``--timeout`` so many seconds. To enter or leave twice is an error
by the documents, whose words are repeated. No VM is powered on meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ftlab.sim.esxcli.entry import V51, EsxcliEntry
from ftlab.sim.esxcli.options import EsxcliError, NotSimulated, Options, boolean, required
from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.vimcmd.entry import VimCmdEntry
from ftlab.sim.vms.dumps import Obj, dump
from ftlab.sim.vms.faults import not_allowed


def get(host: SimHost, _options: Options) -> str:
    return "Enabled\n" if host.in_maintenance else "Disabled\n"


def set_mode(host: SimHost, options: Options) -> str | Answer:
    required(options, "enable")
    wanted = boolean(options, "enable")
    if not (timeout := options.get("timeout", "0")).isdecimal():
        raise NotSimulated(f"takes seconds for --timeout, not {timeout!r}")
    if wanted is host.config.maintenance:
        raise EsxcliError(f"Maintenance mode is already {'enabled' if wanted else 'disabled'}.")
    host.config.maintenance = bool(wanted)
    if not wanted or host.in_maintenance:
        return ""
    end = host.lab.clock() + int(timeout) if int(timeout) else None
    return Answer(pending=lambda: _once_in(host, end))


def _once_in(host: SimHost, end: float | None) -> Answer | None:
    with host.lab.lock:
        host.lab.tick()
        if host.in_maintenance:
            return say()
        if end is None or host.lab.clock() < end:
            return None
        host.config.maintenance = False
        return say("The operation timed out: virtual machines are powered on.\n", exit=1)


def _task(operation: str, *, enter: bool) -> Callable[[SimHost, Sequence[str]], Answer]:
    def act(host: SimHost, _args: Sequence[str]) -> Answer:
        if enter is host.config.maintenance:
            raise not_allowed()
        host.config.maintenance = enter
        key = f"haTask-ha-host-vim.HostSystem.{operation}-{host.lab.serial()}"
        return say(f"'vim.Task:{key}'\n")

    return act


def runtime(host: SimHost) -> Obj:
    """The host's runtime information, as far as it is simulated."""
    return Obj("vim.host.RuntimeInfo", {
        "connectionState": "connected",
        "powerState": "poweredOn",
        "inMaintenanceMode": host.in_maintenance,
    })  # fmt: skip


def runtime_info(host: SimHost, _args: Sequence[str]) -> Answer:
    told = b"This simulated host shows of its runtimeinfo only: state and maintenance mode\n"
    return Answer(stdout=dump(runtime(host), old=host.release.old_dumps), stderr=told)


ESXCLI = {
    "system maintenanceMode get": EsxcliEntry(get, {}, since=V51),
    "system maintenanceMode set": EsxcliEntry(
        set_mode, {"e": "enable", "t": "timeout", "m": "vsanmode"}, since=V51
    ),
}
VIM_CMD = {
    "hostsvc/maintenance_mode_enter": VimCmdEntry(_task("enterMaintenanceMode", enter=True), 0),
    "hostsvc/maintenance_mode_exit": VimCmdEntry(_task("exitMaintenanceMode", enter=False), 0),
    "hostsvc/runtimeinfo": VimCmdEntry(runtime_info, 0),
}
