"""``vim-cmd vmsvc/queryftcompat``: what stands in the way of Fault Tolerance on this VM.

The command is listed by hosts of 5.1 to 6.7; what it prints is not published. The API's method of
that name gives faults, so a list of them is printed here, and all releases have the command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftlab.sim.model.answer import Answer
from ftlab.sim.model.host import SimHost
from ftlab.sim.vms.dumps import Array, dump
from ftlab.sim.vms.facts import cpu_count
from ftlab.sim.vms.faults import VimFault
from ftlab.sim.vms.vm import SimVM


def query(host: SimHost, args: Sequence[str]) -> Answer:
    vm = host.vms.find(args[0])
    faults = tuple(fault.node(host.release) for fault in _faults(host, vm))
    return Answer(stdout=dump(Array("vmodl.MethodFault", faults), old=host.release.old_dumps))


def _faults(host: SimHost, vm: SimVM) -> Iterator[VimFault]:
    most = most_cpus(host)
    if cpu_count(vm) > most:
        text = f"The virtual machine has {cpu_count(vm)} virtual CPUs; the host supports {most}."
        yield VimFault("vim.fault.NumVirtualCpusIncompatible", text, maxSupportedNumCpus=most)
    if vm.snapshots:
        text = "The virtual machine has one or more snapshots."
        yield VimFault("vim.fault.VmFaultToleranceConfigIssue", text, reason="hasSnapshots")


def most_cpus(host: SimHost) -> int:
    """Virtual CPUs that Fault Tolerance takes: one with record/replay, else as licensed."""
    number = host.release.number
    return 1 if number < (6, 0, 0) else 4 if number < (6, 7, 0) else 8
