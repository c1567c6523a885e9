"""``vim-cmd vimsvc/task_info``, and what hostd writes when a task begins and ends."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.model.answer import Answer
from ftlab.sim.model.host import SimHost
from ftlab.sim.vms.dumps import UNSET, Null, Obj, Ref, dump
from ftlab.sim.vms.facts import stamp
from ftlab.sim.vms.faults import VimFault
from ftlab.sim.vms.tasks import Task
from ftlab.sim.vms.templates import filled
from ftlab.sim.vms.vm import SimVM


def begin(host: SimHost, vm: SimVM, operation: str) -> Task:
    """A task on a VM, from now on."""
    key = f"haTask-{vm.vmid}-vim.VirtualMachine.{operation}-{host.lab.serial()}"
    task = Task(key, operation, vm.vmid, vm.name, host.lab.now())
    host.tasks.add(task)
    host.log("hostd", f"Task Created : {key}")
    return task


def end(host: SimHost, task: Task, fault: VimFault | None = None) -> None:
    """It is over, with or without a fault, which stands in the lines after the first."""
    task.completed, task.error = host.lab.now(), fault
    why = ""
    if fault is not None:
        text = dump(fault.node(host.release), old=host.release.old_dumps)
        why = "\n" + text.decode("utf-8", "surrogateescape").rstrip("\n")
    host.log("hostd", f"Task Completed : {task.key} Status {task.state}{why}")


def info(host: SimHost, args: Sequence[str]) -> Answer:
    """``task_info KEY``."""
    task = host.tasks.find(args[0].removeprefix("vim.Task:"))
    if task is None:
        raise VimFault(
            "vmodl.fault.ManagedObjectNotFound",
            "The object has already been deleted or has not been completely created",
            obj=Ref(f"vim.Task:{args[0]}"),
        )
    return Answer(stdout=dump(_node(host, task), old=host.release.old_dumps))


def _node(host: SimHost, task: Task) -> Obj:
    return filled("task", host.release, {
        "key": task.key,
        "task": Ref(f"vim.Task:{task.key}"),
        "name": f"vim.VirtualMachine.{task.operation}",
        "description": f"VirtualMachine.{task.operation}",
        "entity": Ref(f"vim.VirtualMachine:{task.vmid}"),
        "entity_name": task.name,
        "state": task.state,
        "error": task.error.node(host.release) if task.error else Null("vmodl.MethodFault"),
        "progress": 100 if task.completed else UNSET,
        "begun": stamp(task.queued),
        "completed": stamp(task.completed) if task.completed else UNSET,
        "chain": int(task.key.rpartition("-")[2]),
    })  # fmt: skip
