"""``vim-cmd`` on a VM's power, its questions, and tasks: what hostd writes of them, and tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.vimcmd.command import dumped, of_vm, vim_cmd
from ftlab.sim.vms import power
from ftlab.sim.vms.api import POWER_WORDS, UNSET, Array, Obj, Plain, VimFault, filled, vim_fault
from ftlab.sim.vms.vm import Question, SimVM, Task

_KEPT = 100
"""How many tasks hostd remembers."""


@of_vm("power.getstate")
def getstate(_host: SimHost, vm: SimVM, _args: Sequence[str]) -> str:
    return f"Retrieved runtime info\n{POWER_WORDS[vm.power]}\n"


def _step(operation: str, first: str, verb: str, act: Callable[[SimHost, SimVM], None]) -> None:
    """A power command: its first line comes out whatever follows, and hostd keeps its task."""

    @of_vm(f"power.{operation.removeprefix('power').lower()}")
    def command(host: SimHost, vm: SimVM, _args: Sequence[str]) -> Answer:
        task = _begin(host, vm, operation)
        try:
            act(host, vm)
        except VimFault as fault:
            _end(host, task, fault)
            return fault.of_power(host.release, first, verb)
        if vm.question is not None and vm.power != "poweredOn":
            return Answer(pending=lambda: _once_answered(host, vm, task))
        _end(host, task)
        return say(f"{first}\n")


def _once_answered(host: SimHost, vm: SimVM, task: Task) -> Answer | None:
    """What ``power.on`` says in the end: it does not return while a question is pending."""
    with host.lab.lock:
        host.lab.tick()
        if vm.question is not None:
            return None
        if vm.power == "poweredOn":
            _end(host, task)
            return say("Powering on VM:\n")
        cancelled = vim_fault("cancelled")
        _end(host, task, cancelled)
        return cancelled.of_power(host.release, "Powering on VM:", "Power on")


_step("powerOn", "Powering on VM:", "Power on", power.power_on)
_step("powerOff", "Powering off VM:", "Power off", power.power_off)
_step("suspend", "Suspending VM:", "Suspend", power.suspend)
_step("reset", "Reset VM:", "Reset", power.reset)


@of_vm("power.shutdown")
def shutdown(host: SimHost, vm: SimVM, _args: Sequence[str]) -> None:
    """Says nothing when the guest was asked."""
    power.shutdown(host, vm)


@of_vm("power.reboot")
def reboot(host: SimHost, vm: SimVM, _args: Sequence[str]) -> None:
    power.ask_guest(vm)
    power.reset(host, vm)


@of_vm("get.tasklist")
def tasklist(_host: SimHost, vm: SimVM, _args: Sequence[str]) -> Array:
    tasks = tuple(Plain(f"'vim.Task:{task}'") for task in vm.tasks)
    return Array("ManagedObjectReference", tasks)


@of_vm("message")
def message(_host: SimHost, vm: SimVM, args: Sequence[str]) -> str:
    """Show the pending question, or answer it: ``message VMID QUESTION CHOICE``."""
    question = vm.question
    if question is None:
        return "No message.\n"
    if len(args) < 2:
        return _shown(question)
    if args[0] != question.id:
        raise vim_fault("argument", invalidProperty="questionId")
    if not args[1].isdecimal() or int(args[1]) >= len(question.choices):
        raise vim_fault("argument", invalidProperty="answerChoice")
    vm.question = None
    question.answered(int(args[1]))
    return ""


def _shown(question: Question) -> str:
    lines = [f"   {number}. {label.lstrip('_')} ({label})" for number, label
             in enumerate(question.choices)]  # fmt: skip
    lines[question.default] += " [default]"
    head = f"Virtual machine message {question.id}: {question.key}:{question.text}\n\n"
    return head + "".join(f"{line}\n" for line in lines)


def _begin(host: SimHost, vm: SimVM, operation: str) -> Task:
    """A task on a VM, from now on."""
    key = f"haTask-{vm.vmid}-vim.VirtualMachine.{operation}-{host.lab.serial()}"
    task = Task(key, operation, vm.vmid, vm.name, host.lab.now())
    host.tasks[key] = task
    if len(host.tasks) > _KEPT:
        del host.tasks[next(iter(host.tasks))]
    host.log("hostd", f"Task Created : {key}")
    return task


def _end(host: SimHost, task: Task, fault: VimFault | None = None) -> None:
    """It is over, with or without a fault, which stands in the lines after the first."""
    task.completed, task.error = host.lab.now(), fault
    text = b"" if fault is None else b"\n" + dumped(host, fault.node(host.release)).rstrip(b"\n")
    why = text.decode("utf-8", "surrogateescape")
    host.log("hostd", f"Task Completed : {task.key} Status {task.state}{why}")


@vim_cmd("vimsvc/task_info", 1)
def task_info(host: SimHost, args: Sequence[str]) -> Obj:
    """``task_info KEY``."""
    task = host.tasks.get(args[0].removeprefix("vim.Task:"))
    if task is None:
        raise vim_fault("no-task", obj=Plain(f"'vim.Task:{args[0]}'"))
    return filled("task", host.release, {
        "task": task,
        "error": task.error.node(host.release) if task.error else Plain("(vmodl.MethodFault) null"),
        "progress": 100 if task.completed else UNSET,
        "completed": task.completed or UNSET,
        "chain": int(task.key.rpartition("-")[2]),
    })  # fmt: skip
