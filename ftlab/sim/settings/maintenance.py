"""Maintenance mode: ``esxcli system maintenanceMode`` from 5.1 on, ``vim-cmd`` on every release.

``vim-cmd`` gives its task at once (seen on 4.1 and 5.0) and the host enters once no VM runs;
``esxcli`` waits for that, with ``--timeout`` so many seconds. To enter or leave twice is an error
by the documents, whose words are repeated. No VM is powered on meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.esxcli.entry import (
    V51,
    EsxcliError,
    NotSimulated,
    Options,
    boolean,
    esxcli,
    required,
)
from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.vimcmd.entry import dumped, vim_cmd
from ftlab.sim.vms.dumps import Obj
from ftlab.sim.vms.faults import not_allowed
from ftlab.sim.vms.templates import filled


@esxcli("system maintenanceMode get", since=V51)
def get(host: SimHost, _options: Options) -> str:
    return "Enabled\n" if host.in_maintenance else "Disabled\n"


@esxcli("system maintenanceMode set", "-e|--enable= -t|--timeout= -m|--vsanmode=", since=V51)
def set_mode(host: SimHost, options: Options) -> Answer | None:
    required(options, "enable")
    wanted = boolean(options, "enable")
    if not (timeout := options.get("timeout", "0")).isdecimal():
        raise NotSimulated(f"takes seconds for --timeout, not {timeout!r}")
    if wanted is host.config.maintenance:
        raise EsxcliError(f"Maintenance mode is already {'enabled' if wanted else 'disabled'}.")
    host.config.maintenance = bool(wanted)
    if not wanted or host.in_maintenance:
        return None
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


@vim_cmd("hostsvc/maintenance_mode_enter")
def enter(host: SimHost, _args: Sequence[str]) -> str:
    return _task(host, "enterMaintenanceMode", maintenance=True)


@vim_cmd("hostsvc/maintenance_mode_exit")
def leave(host: SimHost, _args: Sequence[str]) -> str:
    return _task(host, "exitMaintenanceMode", maintenance=False)


def _task(host: SimHost, operation: str, *, maintenance: bool) -> str:
    if maintenance is host.config.maintenance:
        raise not_allowed()
    host.config.maintenance = maintenance
    return f"'vim.Task:haTask-ha-host-vim.HostSystem.{operation}-{host.lab.serial()}'\n"


def runtime(host: SimHost) -> Obj:
    """The host's runtime information, as far as it is simulated."""
    return filled("hostruntime", host.release, {"maintenance": host.in_maintenance})


@vim_cmd("hostsvc/runtimeinfo")
def runtime_info(host: SimHost, _args: Sequence[str]) -> Answer:
    told = b"This simulated host shows of its runtimeinfo only: state and maintenance mode\n"
    return Answer(stdout=dumped(host, runtime(host)), stderr=told)
