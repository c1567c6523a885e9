"""``vim-cmd``: finding the command and turning its faults into the release's own form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.vimcmd import ft_compat, licence, tasks
from ftlab.sim.vimcmd import host as vimcmd_host
from ftlab.sim.vimcmd import info as vimcmd_info
from ftlab.sim.vimcmd import power as vimcmd_power
from ftlab.sim.vimcmd import register as vimcmd_register
from ftlab.sim.vimcmd import snapshot as vimcmd_snapshot
from ftlab.sim.vms.faults import VimFault

if TYPE_CHECKING:
    from ftlab.sim.model.host import SimHost


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
    "vmsvc/queryftcompat": Entry(ft_compat.query),
    "vimsvc/license": Entry(licence.show, 0),
    "vimsvc/task_info": Entry(tasks.info),
    "hostsvc/advopt/view": Entry(vimcmd_host.advanced_option),
    "hostsvc/hosthardware": Entry(vimcmd_host.hardware, 0),
    "hostsvc/hostsummary": Entry(vimcmd_host.summary, 0),
}


def run(host: SimHost, args: Sequence[str]) -> Answer:
    """Answer one call. A wrong command line has exit status 255."""
    if args and args[0] in ("help", "-h"):
        return say(_HELP)
    entry = COMMANDS.get(args[0].strip("/")) if args else None
    if entry is None:
        return _listing(args[0] if args else "/")
    if len(args) - 1 < entry.needs:
        return say(stderr="Insufficient arguments.\n", exit=255)
    try:
        return entry.act(host, args[1:])
    except VimFault as fault:
        return fault.answer(host.release)


_HELP = """Usage: vim-cmd [options] command [arguments]
   vim-cmd, or vim-cmd GROUP/, lists the commands that this simulated host has.
"""


def _listing(under: str) -> Answer:
    """The commands of a group, its groups first, in columns. The words for a command that is not
    there are not published: these say what they mean here."""
    head = under.strip("/")
    group = f"{head}/" if head else ""
    names = {_child(name, group) for name in COMMANDS if name.startswith(group)}
    names |= set() if head else {"help"}
    if not names or not under.endswith("/"):
        missing = f"Invalid command '{under}', or one that this simulated host does not have.\n"
        return say(stderr=missing, exit=255)
    shown = sorted(names, key=lambda name: (not name.endswith("/"), name))
    return say(f"Commands available under {under}:\n" + "".join(in_columns(shown)))


_WIDTH = 80


def in_columns(names: Sequence[str]) -> Iterator[str]:
    """Lines of names, read downwards, in as many columns as fit; each cell is as wide as the
    longest name and two blanks."""
    cell = max(map(len, names)) + 2
    rows = -(-len(names) // max(1, _WIDTH // cell))
    for row in range(rows):
        yield "".join(name.ljust(cell) for name in names[row::rows]) + "\n"


def _child(name: str, head: str) -> str:
    first, slash, _ = name.removeprefix(head).partition("/")
    return first + slash
