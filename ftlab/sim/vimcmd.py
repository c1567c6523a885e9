"""``vim-cmd``: finding the command and turning its faults into the release's own form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftlab.sim import vimcmd_host, vimcmd_info, vimcmd_power, vimcmd_register, vimcmd_snapshot
from ftlab.sim.answer import Answer, say
from ftlab.sim.vimfault import VimFault

if TYPE_CHECKING:
    from ftlab.sim.host import SimHost


@dataclass(frozen=True, slots=True)
class Entry:
    """One command, and how many arguments it needs at least."""

    act: Callable[[SimHost, Sequence[str]], Answer]
    needs: int = 1


COMMANDS: dict[str, Entry] = {
    "vmsvc/getallvms": Entry(vimcmd_register.getallvms, 0),
    "vmsvc/reload": Entry(vimcmd_register.reload),
    "vmsvc/unregister": Entry(vimcmd_register.unregister),
    "vmsvc/destroy": Entry(vimcmd_register.destroy),
    "vmsvc/createdummyvm": Entry(vimcmd_register.create_dummy, 2),
    "solo/registervm": Entry(vimcmd_register.register),
    "vmsvc/power.getstate": Entry(vimcmd_power.getstate),
    "vmsvc/power.on": Entry(vimcmd_power.on),
    "vmsvc/power.off": Entry(vimcmd_power.off),
    "vmsvc/power.suspend": Entry(vimcmd_power.suspend),
    "vmsvc/power.reset": Entry(vimcmd_power.reset),
    "vmsvc/power.shutdown": Entry(vimcmd_power.shutdown),
    "vmsvc/power.reboot": Entry(vimcmd_power.reboot),
    "vmsvc/message": Entry(vimcmd_power.message),
    "vmsvc/get.tasklist": Entry(vimcmd_power.tasklist),
    "vmsvc/get.config": Entry(vimcmd_info.config),
    "vmsvc/get.runtime": Entry(vimcmd_info.runtime),
    "vmsvc/get.summary": Entry(vimcmd_info.summary),
    "vmsvc/get.guest": Entry(vimcmd_info.guest),
    "vmsvc/get.networks": Entry(vimcmd_info.networks),
    "vmsvc/get.datastores": Entry(vimcmd_info.datastores),
    "vmsvc/get.filelayoutex": Entry(vimcmd_info.file_layout),
    "vmsvc/device.getdevices": Entry(vimcmd_info.devices),
    "vmsvc/snapshot.get": Entry(vimcmd_snapshot.get),
    "vmsvc/snapshot.create": Entry(vimcmd_snapshot.create),
    "vmsvc/snapshot.revert": Entry(vimcmd_snapshot.revert),
    "vmsvc/snapshot.remove": Entry(vimcmd_snapshot.remove),
    "vmsvc/snapshot.removeall": Entry(vimcmd_snapshot.remove_all),
    "hostsvc/advopt/view": Entry(vimcmd_host.advanced_option),
    "hostsvc/hosthardware": Entry(vimcmd_host.hardware, 0),
    "hostsvc/hostsummary": Entry(vimcmd_host.summary, 0),
}


def run(host: SimHost, args: Sequence[str]) -> Answer:
    """Answer one call. A wrong command line has exit status 255."""
    if not args or args[0] == "help" or args[0].endswith("/"):
        return say(_listing(args[0] if args and args[0] != "help" else "/"))
    entry = COMMANDS.get(args[0].strip("/"))
    if entry is None:
        return say(stderr=f"Invalid command '{args[0]}'.\n", exit=255)
    if len(args) - 1 < entry.needs:
        return say(stderr="Insufficient arguments.\n", exit=255)
    try:
        return entry.act(host, args[1:])
    except VimFault as fault:
        return fault.answer(host.release)


def _listing(under: str) -> str:
    head = under.strip("/")
    names = sorted({_child(name, head) for name in COMMANDS if name.startswith(head)})
    return f"Commands available under {under}:\n" + "".join(f"{name}\n" for name in names)


def _child(name: str, head: str) -> str:
    first, slash, _ = name.removeprefix(head).lstrip("/").partition("/")
    return first + slash
