"""``vim-cmd``: finding the command and turning its faults into the release's own form."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.settings import hostd_options, maintenance, services, tags
from ftlab.sim.vimcmd import host as host_commands
from ftlab.sim.vimcmd import info, power, register, snapshot, tasks
from ftlab.sim.vimcmd.entry import COMMANDS, answer
from ftlab.sim.vms.faults import VimFault

TOLD_BY = (
    host_commands, hostd_options, info, maintenance, power, register, services, snapshot, tags,
    tasks,
)  # fmt: skip
"""The modules whose functions are the commands."""
_HELP = """Usage: vim-cmd [options] command [arguments]
   vim-cmd, or vim-cmd GROUP/, lists the commands that this simulated host has.
"""
_WIDTH = 80


def run(host: SimHost, args: Sequence[str]) -> Answer:
    """Answer one call. A wrong command line has exit status 255."""
    if args and args[0] in ("help", "-h"):
        return say(_HELP)
    known = {n: e for n, e in COMMANDS.items() if e.since <= host.release.number < e.until}
    name = args[0] if args else "/"
    entry = known.get(name.strip("/"))
    if entry is None:
        return _listing(name, known)
    if len(args) - 1 < entry.needs:
        usage = snapshot.usage(host, name.strip("/"))
        return say(stderr=f"Insufficient arguments.\n{usage}", exit=255)
    try:
        return answer(host, entry.act(host, args[1:]))
    except VimFault as fault:
        return fault.answer(host.release)


def _listing(under: str, known: Collection[str]) -> Answer:
    """The commands of a group, its groups first, in columns. The words for a command that is not
    there are not published: these say what they mean here."""
    head = under.strip("/")
    group = f"{head}/" if head else ""
    parts = (n.removeprefix(group).partition("/") for n in known if n.startswith(group))
    names = {first + slash for first, slash, _ in parts} | (set() if head else {"help"})
    if not names or not under.endswith("/"):
        missing = f"Invalid command '{under}', or one that this simulated host does not have.\n"
        return say(stderr=missing, exit=255)
    shown = sorted(names, key=lambda name: (not name.endswith("/"), name))
    return say(f"Commands available under {under}:\n" + "".join(in_columns(shown)))


def in_columns(names: Sequence[str]) -> Iterator[str]:
    """Lines of names, read downwards, in as many columns as fit; each cell is as wide as the
    longest name and two blanks."""
    cell = max(map(len, names)) + 2
    rows = -(-len(names) // max(1, _WIDTH // cell))
    for row in range(rows):
        yield "".join(name.ljust(cell) for name in names[row::rows]) + "\n"
