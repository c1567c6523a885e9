"""The FT side of every VM of one host: what ``vft.status`` shows and pairs are found from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from ftlab.engine.context import Context
from ftlab.engine.job import Found
from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report
from ftlab.engine.unmatched import failed_if_unmatched
from ftlab.errors import CommandFailed, ParseError
from ftlab.esxi import faults
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.getallvms.selector import is_named
from ftlab.esxi.vm import config, runtime
from ftlab.esxi.vm.config import VmConfig
from ftlab.esxi.vm.runtime import Runtime
from ftlab.facts.vms import FtStatusFacts, FtVmFact
from ftlab.fleet.outcomes import not_started
from ftlab.fleet.pool import FleetResult
from ftlab.frozen import frozen
from ftlab.model import Completed, Host, Outcome, internal_of
from ftlab.ops.vft.pairs import Half, Pair, pair_up
from ftlab.ops.vms.listing import about, find_vms, list_vms

T = TypeVar("T")

_ABSENT = frozenset({"fault.NotFound", "fault.ManagedObjectNotFound"})


def read_halves(context: Context, vms: Sequence[VmEntry]) -> list[Half]:
    """Runtime and configuration of each VM, all read at the same time. Raises for the first VM
    that cannot be read, by its name."""
    found = _read(context, vms)
    for _, error in found:
        if error is not None:
            raise error
    return [half for half, _ in found]


def read_known_halves(
    context: Context, vms: Sequence[VmEntry], named: Sequence[str] = ()
) -> list[Half]:
    """The same, with a note on a VM that cannot be read: it may have been unregistered meanwhile,
    or its files may be out of reach. Raises for one that ``named`` names, and where the answers
    for all VMs are of an unknown kind."""
    found = _read(context, vms)
    failed = [(half.vm, error) for half, error in found if error is not None]
    strange = len(failed) == len(found) and any(not _is_absent(error) for _, error in failed)
    for vm, error in failed:
        if strange or is_named(vm, named):
            raise error
    context.notes.extend(f"{error}: its part in FT is not known" for _, error in failed)
    return [half for half, _ in found]


Unread = CommandFailed | ParseError


def _read(context: Context, vms: Sequence[VmEntry]) -> list[tuple[Half, Unread | None]]:
    """Each VM as far as it can be read, and why it cannot be read whole."""
    asked = [runtime.build_runtime(vm.vmid) for vm in vms]
    asked += [config.build_config(vm.vmid) for vm in vms]
    answers = context.session.run_all(asked)
    found = []
    for vm, running, having in zip(vms, answers, answers[len(vms) :], strict=False):
        now, first = _parsed(vm, running, runtime.parse_runtime, Runtime())
        known, second = _parsed(vm, having, config.parse_config, VmConfig())
        found.append((Half(context.host, vm, now, known), first or second))
    return found


def _parsed(
    vm: VmEntry, done: Completed, parse: Callable[[str], T], nothing: T
) -> tuple[T, Unread | None]:
    """A failure of hostd itself is raised: it is none of this VM."""
    try:
        return parse(faults.check(done).out), None
    except (CommandFailed, ParseError) as error:
        return nothing, about(vm.name, error)


def _is_absent(error: Unread) -> bool:
    """Whether the host says that it has no such VM, or nothing of it, now."""
    return bool(error.evidence.get("null")) or error.kind in _ABSENT


@frozen
class Halves:
    """The FT side of the VMs of one host."""

    each: tuple[Half, ...]


@frozen
class FtStatus:
    """``vft.status`` on one host, with the halves for pairing across the fleet."""

    vm: tuple[str, ...] = ()
    changes = False

    def on(self, context: Context) -> Found:
        vms = find_vms(context, self.vm) if self.vm else list_vms(context).vms
        halves = read_known_halves(context, sorted(vms, key=lambda vm: vm.vmid), self.vm)
        facts: FtStatusFacts = {"vms": [half.facts() for half in halves]}
        return Found(facts, Halves(tuple(halves)))


def halves_of(outcomes: Sequence[Outcome]) -> list[Half]:
    """Every VM that the hosts told of."""
    return [half for o in outcomes for told in internal_of(o, Halves) for half in told.each]


def with_pairs(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Each host's facts get the pairs it has a half of."""
    pairs = by_host(pair_up(halves_of(outcomes)))
    judged = failed_if_unmatched(outcomes)
    return tuple(_host_with_pairs(each, pairs.get(each.host, ())) for each in judged)


def by_host(pairs: Iterable[Pair]) -> Mapping[str, Sequence[Pair]]:
    """The pairs that each host has a half of, in their order."""
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        for host in dict.fromkeys(pair.hosts):
            found.setdefault(host, []).append(pair)
    return found


def _host_with_pairs(each: Outcome, pairs: Sequence[Pair]) -> Outcome:
    """``pairs`` are those that the host has a half of."""
    if "vms" not in each.facts:
        return each
    facts: FtStatusFacts = {
        "vms": [_vm_facts(half, pairs) for half in halves_of([each])],
        "pairs": [pair.facts() for pair in pairs],
    }
    return replace(each, facts={**each.facts, **facts})


def _vm_facts(half: Half, pairs: Sequence[Pair]) -> FtVmFact:
    """A half that does not tell its role has the one its pair leaves it."""
    roles = (pair.role_of(half) for pair in pairs if half in pair.halves)
    return {**half.facts(), "role": next(roles, half.role)}


def only_seen(found: FleetResult) -> tuple[Outcome, ...]:
    """The outcomes of a run that was stopped when it had only looked: *ok* would say that its
    work was done."""
    return tuple(
        replace(not_started(Host(each.host), found.stopped), seconds=each.seconds, facts=each.facts)
        if each.status == "ok"
        else each
        for each in with_pairs(found.outcomes)
    )


def status(lab: OpenLab, vm: tuple[str, ...] = ()) -> Report:
    """``vft.status``: every VM's FT side, and the pairs found across the selected hosts."""
    return lab.run("vft.status", FtStatus(vm), conclude=with_pairs)
