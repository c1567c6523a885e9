"""``vim-cmd``: its commands, finding one, and turning its faults into the release's own form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from ftlab.sim.data import table_of
from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.versions import END, V40, V50, ReleaseNumber
from ftlab.sim.vms.api import Shown, VimFault, dump
from ftlab.sim.vms.vm import SimVM

VimCmdAnswer = Answer | Shown | str | None
"""An object is dumped; None is success in silence."""
VimCmdAct = Callable[[SimHost, Sequence[str]], VimCmdAnswer]
ActOnVm = Callable[[SimHost, SimVM, Sequence[str]], VimCmdAnswer]
_USAGES = table_of("vimcmd/data/usages.toml")
"""What too few words are answered with, where that is published, and its help."""
_WIDTH = 80


@dataclass(frozen=True, slots=True)
class VimCmdEntry:
    """What it does, how many arguments it needs at least, and the releases that have it (``since``
    ≤ release < ``until``)."""

    act: VimCmdAct
    needs: int
    since: ReleaseNumber
    until: ReleaseNumber


COMMANDS: dict[str, VimCmdEntry] = {}


def vim_cmd(
    name: str, needs: int = 0, since: ReleaseNumber = V40, until: ReleaseNumber = END
) -> Callable[[VimCmdAct], VimCmdAct]:
    """The decorated function is what ``vim-cmd NAME`` does."""

    def register(act: VimCmdAct) -> VimCmdAct:
        COMMANDS[name] = VimCmdEntry(act, needs, since, until)
        return act

    return register


def of_vm(name: str) -> Callable[[ActOnVm], ActOnVm]:
    """The same for ``vim-cmd vmsvc/NAME VMID``, of a valid VM; the function gets the VM, and the
    arguments after it."""

    def register(act: ActOnVm) -> ActOnVm:
        @vim_cmd(f"vmsvc/{name}", 1)
        def on_vm(host: SimHost, args: Sequence[str]) -> VimCmdAnswer:
            return act(host, host.vms.find(args[0]), args[1:])

        return act

    return register


def dumped(host: SimHost, told: Shown) -> bytes:
    """In the way of the host's release."""
    return dump(told, old=host.release.old_dumps)


def run(host: SimHost, args: Sequence[str]) -> Answer:
    """Answer one call. A wrong command line has exit status 255."""
    if args and args[0] in ("help", "-h"):
        return say(_USAGES["help"])
    known = {n: e for n, e in COMMANDS.items() if e.since <= host.release.number < e.until}
    name = args[0] if args else "/"
    entry = known.get(name.strip("/"))
    if entry is None:
        return _listing(name, known)
    if len(args) - 1 < entry.needs:
        return _too_few(host, name.strip("/").removeprefix("vmsvc/"))
    try:
        found = entry.act(host, args[1:])
    except VimFault as fault:
        return fault.answer(host.release)
    if isinstance(found, Shown):
        return Answer(stdout=dumped(host, found))
    return found if isinstance(found, Answer) else say(found or "")


def _too_few(host: SimHost, command: str) -> Answer:
    form = _USAGES["since_5" if host.release.number >= V50 else "of_4"].get(command)
    usage = f"Usage: {command} {form}\n" if form else ""
    return say(stderr=f"Insufficient arguments.\n{usage}", exit=255)


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
