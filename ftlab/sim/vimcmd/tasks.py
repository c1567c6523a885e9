"""``vim-cmd vimsvc/task_info``, and what hostd writes when a task begins and ends."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.model.host import SimHost
from ftlab.sim.vimcmd.entry import dumped, vim_cmd
from ftlab.sim.vms.dumps import UNSET, Null, Obj, Ref
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
    text = b"" if fault is None else b"\n" + dumped(host, fault.node(host.release)).rstrip(b"\n")
    why = text.decode("utf-8", "surrogateescape")
    host.log("hostd", f"Task Completed : {task.key} Status {task.state}{why}")


@vim_cmd("vimsvc/task_info", 1)
def info(host: SimHost, args: Sequence[str]) -> Obj:
    """``task_info KEY``."""
    task = host.tasks.find(args[0].removeprefix("vim.Task:"))
    if task is None:
        text = "The object has already been deleted or has not been completely created"
        gone = Ref(f"vim.Task:{args[0]}")
        raise VimFault("vmodl.fault.ManagedObjectNotFound", text, obj=gone)
    return filled("task", host.release, {
        "task": task,
        "reference": Ref(f"vim.Task:{task.key}"),
        "name": f"vim.VirtualMachine.{task.operation}",
        "description": f"VirtualMachine.{task.operation}",
        "entity": Ref(f"vim.VirtualMachine:{task.vmid}"),
        "error": task.error.node(host.release) if task.error else Null("vmodl.MethodFault"),
        "progress": 100 if task.completed else UNSET,
        "begun": stamp(task.queued),
        "completed": stamp(task.completed) if task.completed else UNSET,
        "chain": int(task.key.rpartition("-")[2]),
    })  # fmt: skip
