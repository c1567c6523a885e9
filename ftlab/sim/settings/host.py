"""The host as a whole: its hardware, product, licence, datastores and running VMs; and maintenance
mode, by ``esxcli system maintenanceMode`` from 5.1 on and by ``vim-cmd`` on every release.

``vim-cmd`` gives its task at once (seen on 4.1 and 5.0) and the host enters maintenance mode once
no VM runs; ``esxcli`` waits for that, with ``--timeout`` so many seconds. To enter or leave twice
is an error by the documents, whose words are repeated. No VM is powered on meanwhile.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial

from ftlab.sim.data import page_of
from ftlab.sim.esxcli.command import EsxcliError, NotSimulated, Options, esxcli, tells
from ftlab.sim.esxcli.records import Moment
from ftlab.sim.model.answer import Answer, only, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.versions import V40, V50, V51
from ftlab.sim.vimcmd.command import dumped, vim_cmd
from ftlab.sim.vms.api import filled, stamp, vim_fault

_DAYS_LEFT = 60


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


@esxcli("system maintenanceMode get", since=V51)
def maintenance(host: SimHost, _options: Options) -> str:
    return "Enabled\n" if host.in_maintenance else "Disabled\n"


@esxcli("system maintenanceMode set", "-e|--enable= -t|--timeout= -m|--vsanmode=", since=V51)
def set_maintenance(host: SimHost, options: Options) -> Answer | None:
    options.required("enable")
    wanted = options.boolean("enable")
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


def _task(operation: str, maintenance: bool, host: SimHost, _args: Sequence[str]) -> str:
    if maintenance is host.config.maintenance:
        raise vim_fault("not-allowed")
    host.config.maintenance = maintenance
    return f"'vim.Task:haTask-ha-host-vim.HostSystem.{operation}-{host.lab.serial()}'\n"


vim_cmd("hostsvc/maintenance_mode_enter")(partial(_task, "enterMaintenanceMode", True))
vim_cmd("hostsvc/maintenance_mode_exit")(partial(_task, "exitMaintenanceMode", False))


def _get(name: str, told: str, title: str = "", note: str = "") -> None:
    """``hostsvc/NAME`` is a dump, after a ``title``; ``note`` says what of the real one's many
    fields is simulated."""

    @vim_cmd(f"hostsvc/{name}")
    def act(host: SimHost, _args: Sequence[str]) -> Answer:
        shown = dumped(host, filled(told, host.release, host=host))
        only = f"This simulated host shows of its {name} only: {note}\n" if note else ""
        return Answer(stdout=title.encode() + shown, stderr=only.encode())


_get("runtimeinfo", "hostruntime", note="state and maintenance mode")
_get("hosthardware", "hosthardware")
_get("hostsummary", "hostsummary", title="Host summary:\n")
_get("hostconfig", "hostconfig", note="service")


@vim_cmd("vimsvc/license")
def licence(host: SimHost, args: Sequence[str]) -> Answer:
    if list(args) != ["--show"]:
        return only("vimsvc/license --show", exit=255)
    now, licence = host.lab.now(), host.licence
    evaluated = licence.key.startswith(("eval", "esx.eval"))
    expires = evaluated and stamp(now + timedelta(days=_DAYS_LEFT))
    return say(page_of(
        "settings/data/licence.txt", licence=licence, release=host.release, now=stamp(now),
        hours=24 * _DAYS_LEFT, expires=expires,
    ))  # fmt: skip
