"""Which VMs a host has, and which of them a user means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from ftlab.engine.context import Context
from ftlab.engine.unmatched import NOT_FOUND, Absent
from ftlab.errors import CommandTimeout, FtlabError, NotApplicable, ParseError, Refused
from ftlab.esxi import faults
from ftlab.esxi.getallvms import listing
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.getallvms.listing import VmList
from ftlab.esxi.getallvms.selector import select
from ftlab.esxi.vm import summary
from ftlab.esxi.vm.ft_role import ft_role
from ftlab.esxi.vm.summary import Summary
from ftlab.frozen import frozen
from ftlab.model import Change, Completed

if TYPE_CHECKING:
    from ftlab.facts.vms import VmFact, VmsFacts


E = TypeVar("E", bound=FtlabError)


def about(vm: str, error: E) -> E:
    """The same error with the VM's name in front, once."""
    name = f"VM {vm}: "
    return error.with_message(name + error.message.removeprefix(name))


@contextmanager
def naming(vm: str) -> Iterator[None]:
    """What the VMX document cannot read or refuses to write, with the VM's name."""
    try:
        yield
    except (Refused, ParseError) as error:
        raise about(vm, error) from error


def change_of(vm: VmEntry, target: str, before: Any, after: Any, key: str | None = None) -> Change:
    """A change to this VM, under all its names."""
    return Change(target, before, after, path=vm.path, key=key, vm=vm.name, vmid=vm.vmid)


def list_vms(context: Context, answer: Completed | None = None) -> VmList:
    """Every registered VM. A VM that the host calls invalid is noted, not hidden.

    ``answer`` is the host's to ``build_list``, where it was asked before.
    """
    listed = read_list(context, answer)
    for vmid in listed.invalid:
        context.notes.append(
            f"VM {vmid} is registered but invalid: the host cannot read its VMX "
            "(a duplicate key or a missing file does that); once that is mended: "
            f"ftlab vm.reload --vm vmid:{vmid} --limit {context.host}"
        )
    return listed


def read_list(context: Context, answer: Completed | None = None) -> VmList:
    """The same without a word on invalid VMs."""
    done = context.ask(listing.build_list()) if answer is None else faults.check(answer)
    return listing.parse_list(done.out, done.err)


def find_vms(
    context: Context, wanted: Sequence[str], answer: Completed | None = None
) -> list[VmEntry]:
    """The VMs that any of ``wanted`` names (name, glob, ``[ds] path.vmx``, ``vmid:12``).

    Raises ``NotApplicable`` (kind ``vm.notfound``) where the host has none of them: on a fleet
    most hosts have not, and ``Refused`` (kind ``vm.ambiguous``) for two VMs of one name.
    """
    return among(context, wanted, list_vms(context, answer).vms)


def among(context: Context, wanted: Sequence[str], vms: Sequence[VmEntry]) -> list[VmEntry]:
    """The same of VMs that were listed before."""
    found = {vm.vmid: vm for each in wanted for vm in select(vms, each)}
    note_unmatched(context, wanted, vms)
    context.in_hand.update(vm.path for vm in found.values())
    if not found:
        raise NotApplicable(f"no VM here matches {', '.join(wanted)}", kind=NOT_FOUND)
    return list(found.values())


def note_unmatched(context: Context, wanted: Sequence[str], vms: Sequence[VmEntry]) -> list[str]:
    """Tell the run which of ``wanted`` name no VM here, and return them. One host does not know
    whether another has them."""
    words = [each for each in dict.fromkeys(wanted) if not select(vms, each)]
    names = tuple(vm.name for vm in vms)
    paths = tuple(vm.path for vm in vms)
    context.absent.extend(
        Absent("vm", word, paths if word.startswith("[") else names) for word in words
    )
    return words


@frozen
class ListVms:
    """``vm.list``: all VMs of the host, or the ones named, with power and FT role."""

    vm: tuple[str, ...] = ()
    changes = False

    def on(self, context: Context) -> VmsFacts:
        vms = find_vms(context, self.vm) if self.vm else list_vms(context).vms
        ordered = sorted(vms, key=lambda vm: vm.vmid)
        states = _states(context, ordered)
        return {"vms": [_facts(vm, state) for vm, state in zip(ordered, states, strict=True)]}


def _states(context: Context, vms: Sequence[VmEntry]) -> Sequence[Summary | None]:
    """What each VM is at, as far as the host says: the list is worth having without, too."""
    try:
        answers = context.session.run_all([summary.build_summary(vm.vmid) for vm in vms])
    except CommandTimeout as error:
        context.notes.append(f"which VMs are on is not known: {error.message}")
        return [None] * len(vms)
    return [_summary(done) for done in answers]


def _summary(done: Completed) -> Summary | None:
    try:
        return summary.parse_summary(faults.check(done).out)
    except FtlabError:
        return None


def _facts(vm: VmEntry, state: Summary | None) -> VmFact:
    """``power`` stands beside the name, as it is looked for first."""
    return {
        "vmid": vm.vmid,
        "name": vm.name,
        "power": state.runtime.power if state else None,
        "role": ft_role(state.runtime, state.ft, state.instance_uuid) if state else None,
        "path": vm.path,
        "guest": vm.guest,
        "version": vm.version,
        "annotation": vm.annotation,
    }
