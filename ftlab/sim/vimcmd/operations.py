"""``vim-cmd`` on a VM's power, its questions and tasks, with what hostd writes of them, and on its
snapshots, with the hosts' own misspelling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ftlab.sim.data import page_of
from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.versions import V50
from ftlab.sim.vimcmd.command import of_vm, vim_cmd
from ftlab.sim.vms import power
from ftlab.sim.vms.api import POWER_WORDS, Shown, VimFault, filled, reference, vim_fault
from ftlab.sim.vms.vm import SimVM, Snapshot, Task
from ftlab.sim.vms.vmx_file import VmxFile

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
def tasklist(host: SimHost, vm: SimVM, _args: Sequence[str]) -> Shown:
    return filled("references", host.release, tasks=vm.tasks)


@of_vm("message")
def message(_host: SimHost, vm: SimVM, args: Sequence[str]) -> str:
    """Show the pending question, or answer it: ``message VMID QUESTION CHOICE``."""
    question = vm.question
    if question is None:
        return "No message.\n"
    if len(args) < 2:
        return page_of("vimcmd/data/question.txt", asked=question)
    if args[0] != question.id:
        raise vim_fault("argument", invalidProperty="questionId")
    if not args[1].isdecimal() or int(args[1]) >= len(question.choices):
        raise vim_fault("argument", invalidProperty="answerChoice")
    vm.question = None
    question.answered(int(args[1]))
    return ""


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
    text = b"" if fault is None else b"\n" + fault.dumped(host.release).rstrip(b"\n")
    why = text.decode("utf-8", "surrogateescape")
    host.log("hostd", f"Task Completed : {task.key} Status {task.state}{why}")


@vim_cmd("vimsvc/task_info", 1)
def task_info(host: SimHost, args: Sequence[str]) -> Shown:
    """``task_info KEY``."""
    task = host.tasks.get(args[0].removeprefix("vim.Task:"))
    if task is None:
        raise vim_fault("no-task", obj=reference(f"vim.Task:{args[0]}"))
    fault = task.error.shown(host.release) if task.error else Shown("(vmodl.MethodFault) null")
    return filled("task_info", host.release, task=task, error=fault)


@of_vm("snapshot.get")
def get(host: SimHost, vm: SimVM, _args: Sequence[str]) -> str:
    return _left(host, vm, "Get")


def _left(host: SimHost, vm: SimVM, done: str) -> str:
    """The tree of what is there, after what was done."""
    return page_of(
        "vimcmd/data/snapshots.txt", done=done, level=vm.snapshots, power_words=POWER_WORDS,
        has_id=host.release.number >= V50,
    )  # fmt: skip


@of_vm("snapshot.create")
def create(host: SimHost, vm: SimVM, args: Sequence[str]) -> str:
    """``snapshot.create VMID [NAME] [DESCRIPTION] [MEMORY] [QUIESCE]``; no number comes twice."""
    vm.last_snapshot += 1
    name, description, *_ = (*args, "", "")
    saved = vm.loaded.to_bytes()
    fresh = Snapshot(vm.last_snapshot, name, description, host.lab.now(), vm.power, saved)
    parent = _of_id(vm, vm.current_snapshot)
    (parent.children if parent else vm.snapshots).append(fresh)
    vm.current_snapshot = fresh.id
    return "Create Snapshot:\n"


@of_vm("snapshot.revert")
def revert(host: SimHost, vm: SimVM, args: Sequence[str]) -> str:
    """Configuration and power as saved; with ``suppressPowerOn`` the VM is left off."""
    chosen, stay_off = _chosen(host, vm, args)
    if vm.power != "poweredOff":
        power.power_off(host, vm)
    vm.config = VmxFile(chosen.saved)
    vm.file.write_bytes(chosen.saved)
    vm.current_snapshot = chosen.id
    if chosen.power == "poweredOn" and not stay_off:
        power.power_on(host, vm)
    return _left(host, vm, "Revert")


@of_vm("snapshot.remove")
def remove(host: SimHost, vm: SimVM, args: Sequence[str]) -> str:
    """What is left is shown (seen on 5.x)."""
    gone, with_children = _chosen(host, vm, args)
    parent = next((s for s in _all(vm.snapshots) if gone in s.children), None)
    level = parent.children if parent else vm.snapshots
    place = level.index(gone)
    level[place : place + 1] = [] if with_children else gone.children
    if _of_id(vm, vm.current_snapshot) is None:
        vm.current_snapshot = parent.id if parent else None
    return _left(host, vm, "Remove")


@of_vm("snapshot.removeall")
def remove_all(_host: SimHost, vm: SimVM, _args: Sequence[str]) -> str:
    vm.snapshots.clear()
    vm.current_snapshot = None
    return "Remove All Snapshots:\n"


def _chosen(host: SimHost, vm: SimVM, args: Sequence[str]) -> tuple[Snapshot, bool]:
    """The snapshot and the flag: ``ID [FLAG]`` from 5.0 on; before, ``[FLAG] [LEVEL] [INDEX]``, by
    default the present one."""
    if host.release.number >= V50:
        text, flag, *_ = (*args, "", "")
        found = _of_id(vm, int(text)) if text.isdecimal() else None
    else:
        flag, text, index, *_ = (*args, "", "", "")
        level = vm.snapshots if text.isdecimal() else []
        for _ in range(int(text) if text.isdecimal() else 0):
            level = [child for snapshot in level for child in snapshot.children]
        place = int(index) if index.isdecimal() else 0
        found = level[place] if place < len(level) else None
        found = _of_id(vm, vm.current_snapshot) if not text else found
    if found is None:
        raise vim_fault("no-vm", text)
    return found, flag in ("1", "true")


def _of_id(vm: SimVM, wanted: int | None) -> Snapshot | None:
    return next((s for s in _all(vm.snapshots) if s.id == wanted), None)


def _all(level: list[Snapshot]) -> Iterator[Snapshot]:
    for snapshot in level:
        yield snapshot
        yield from _all(snapshot.children)
