"""The commands of ``vim-cmd``: what each does, and the releases that have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.versions import ReleaseNumber
from ftlab.sim.vms.dumps import Array, Obj, dump
from ftlab.sim.vms.vm import SimVM

VimCmdAnswer = Answer | Obj | Array | str | None
"""An object is dumped; None is success in silence."""
VimCmdAct = Callable[[SimHost, Sequence[str]], VimCmdAnswer]
ActOnVm = Callable[[SimHost, SimVM, Sequence[str]], VimCmdAnswer]


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
    name: str, needs: int = 0, since: ReleaseNumber = (4, 0, 0), until: ReleaseNumber = (99, 0, 0)
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


def dumped(host: SimHost, node: Obj | Array) -> bytes:
    """In the way of the host's release."""
    return dump(node, old=host.release.old_dumps)


def answer(host: SimHost, told: VimCmdAnswer) -> Answer:
    """What is printed for it."""
    if isinstance(told, Answer):
        return told
    if isinstance(told, Obj | Array):
        return Answer(stdout=dumped(host, told))
    return say(told or "")
