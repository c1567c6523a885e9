"""``vim-cmd``: finding the command and turning its faults into the release's own form."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.settings.table import VIM_CMD as SETTINGS
from ftlab.sim.vimcmd import ft_compat, licence, tasks
from ftlab.sim.vimcmd import host as vimcmd_host
from ftlab.sim.vimcmd import info as vimcmd_info
from ftlab.sim.vimcmd import power as vimcmd_power
from ftlab.sim.vimcmd import register as vimcmd_register
from ftlab.sim.vimcmd import snapshot as vimcmd_snapshot
from ftlab.sim.vimcmd.entry import VimCmdEntry
from ftlab.sim.vms.faults import VimFault

COMMANDS: dict[str, VimCmdEntry] = {
    "vmsvc/getallvms": VimCmdEntry(vimcmd_register.getallvms, 0),
    "vmsvc/reload": VimCmdEntry(vimcmd_register.reload),
    "vmsvc/unregister": VimCmdEntry(vimcmd_register.unregister),
    "vmsvc/destroy": VimCmdEntry(vimcmd_register.destroy),
    "vmsvc/createdummyvm": VimCmdEntry(vimcmd_register.create_dummy, 2),
    "solo/registervm": VimCmdEntry(vimcmd_register.register),
    "vmsvc/power.getstate": VimCmdEntry(vimcmd_power.getstate),
    "vmsvc/power.on": VimCmdEntry(vimcmd_power.on),
    "vmsvc/power.off": VimCmdEntry(vimcmd_power.off),
    "vmsvc/power.suspend": VimCmdEntry(vimcmd_power.suspend),
    "vmsvc/power.reset": VimCmdEntry(vimcmd_power.reset),
    "vmsvc/power.shutdown": VimCmdEntry(vimcmd_power.shutdown),
    "vmsvc/power.reboot": VimCmdEntry(vimcmd_power.reboot),
    "vmsvc/message": VimCmdEntry(vimcmd_power.message),
    "vmsvc/get.tasklist": VimCmdEntry(vimcmd_power.tasklist),
    "vmsvc/get.config": VimCmdEntry(vimcmd_info.config),
    "vmsvc/get.runtime": VimCmdEntry(vimcmd_info.runtime),
    "vmsvc/get.summary": VimCmdEntry(vimcmd_info.summary),
    "vmsvc/get.guest": VimCmdEntry(vimcmd_info.guest),
    "vmsvc/get.networks": VimCmdEntry(vimcmd_info.networks),
    "vmsvc/get.datastores": VimCmdEntry(vimcmd_info.datastores),
    "vmsvc/get.filelayoutex": VimCmdEntry(vimcmd_info.file_layout),
    "vmsvc/device.getdevices": VimCmdEntry(vimcmd_info.devices),
    "vmsvc/snapshot.get": VimCmdEntry(vimcmd_snapshot.get),
    "vmsvc/snapshot.create": VimCmdEntry(vimcmd_snapshot.create),
    "vmsvc/snapshot.revert": VimCmdEntry(vimcmd_snapshot.revert),
    "vmsvc/snapshot.remove": VimCmdEntry(vimcmd_snapshot.remove),
    "vmsvc/snapshot.removeall": VimCmdEntry(vimcmd_snapshot.remove_all),
    "vmsvc/queryftcompat": VimCmdEntry(ft_compat.query),
    "vimsvc/license": VimCmdEntry(licence.show, 0),
    "vimsvc/task_info": VimCmdEntry(tasks.info),
    "hostsvc/hosthardware": VimCmdEntry(vimcmd_host.hardware, 0),
    "hostsvc/hostsummary": VimCmdEntry(vimcmd_host.summary, 0),
    **SETTINGS,
}


def run(host: SimHost, args: Sequence[str]) -> Answer:
    """Answer one call. A wrong command line has exit status 255."""
    if args and args[0] in ("help", "-h"):
        return say(_HELP)
    known = {name: each for name, each in COMMANDS.items() if _has(host, each)}
    entry = known.get(args[0].strip("/")) if args else None
    if entry is None:
        return _listing(args[0] if args else "/", known)
    if len(args) - 1 < entry.needs:
        usage = vimcmd_snapshot.usage(host, args[0].strip("/"))
        return say(stderr=f"Insufficient arguments.\n{usage}", exit=255)
    try:
        return entry.act(host, args[1:])
    except VimFault as fault:
        return fault.answer(host.release)


_HELP = """Usage: vim-cmd [options] command [arguments]
   vim-cmd, or vim-cmd GROUP/, lists the commands that this simulated host has.
"""


def _has(host: SimHost, entry: VimCmdEntry) -> bool:
    return entry.since <= host.release.number < entry.until


def _listing(under: str, known: Collection[str]) -> Answer:
    """The commands of a group, its groups first, in columns. The words for a command that is not
    there are not published: these say what they mean here."""
    head = under.strip("/")
    group = f"{head}/" if head else ""
    names = {_child(name, group) for name in known if name.startswith(group)}
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
