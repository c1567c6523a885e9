"""``vim-cmd`` on a VM's power, its tasks and its questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.vimcmd.tasks import begin, end
from ftlab.sim.vms import power
from ftlab.sim.vms.dumps import Array, Ref, dump
from ftlab.sim.vms.faults import VimFault
from ftlab.sim.vms.tasks import Task
from ftlab.sim.vms.vm import Question, SimVM

_WORDS = {"poweredOn": "Powered on", "poweredOff": "Powered off", "suspended": "Suspended"}


def getstate(host: SimHost, args: Sequence[str]) -> Answer:
    vm = host.vms.find(args[0])
    return say(f"Retrieved runtime info\n{_WORDS[vm.power]}\n")


def _step(
    act: Callable[[SimHost, SimVM], None], operation: str, first: str, verb: str
) -> Callable[[SimHost, Sequence[str]], Answer]:
    """A power command: its first line comes out whatever follows, and hostd keeps its task."""

    def command(host: SimHost, args: Sequence[str]) -> Answer:
        vm = host.vms.find(args[0])
        task = begin(host, vm, operation)
        try:
            act(host, vm)
        except VimFault as fault:
            end(host, task, fault)
            return fault.of_power(host.release, first, verb)
        if vm.question is not None and vm.power != "poweredOn":
            return Answer(pending=lambda: _once_answered(host, vm, task))
        end(host, task)
        return say(f"{first}\n")

    return command


def _once_answered(host: SimHost, vm: SimVM, task: Task) -> Answer | None:
    """What ``power.on`` says in the end: it does not return while a question is pending."""
    with host.lab.lock:
        host.lab.tick()
        if vm.question is not None:
            return None
        if vm.power == "poweredOn":
            end(host, task)
            return say("Powering on VM:\n")
        cancelled = VimFault("vmodl.fault.RequestCanceled", "The task was canceled by a user.")
        end(host, task, cancelled)
        return cancelled.of_power(host.release, "Powering on VM:", "Power on")


on = _step(power.power_on, "powerOn", "Powering on VM:", "Power on")
off = _step(power.power_off, "powerOff", "Powering off VM:", "Power off")
suspend = _step(power.suspend, "suspend", "Suspending VM:", "Suspend")
reset = _step(power.reset, "reset", "Reset VM:", "Reset")


def shutdown(host: SimHost, args: Sequence[str]) -> Answer:
    """Says nothing when the guest was asked."""
    power.shutdown(host, host.vms.find(args[0]))
    return say()


def reboot(host: SimHost, args: Sequence[str]) -> Answer:
    vm = host.vms.find(args[0])
    power.ask_guest(vm)
    power.reset(host, vm)
    return say()


def tasklist(host: SimHost, args: Sequence[str]) -> Answer:
    tasks = tuple(Ref(f"vim.Task:{task}") for task in host.vms.find(args[0]).tasks)
    return Answer(stdout=dump(Array("ManagedObjectReference", tasks), old=True))


def message(host: SimHost, args: Sequence[str]) -> Answer:
    """Show the pending question, or answer it: ``message VMID QUESTION CHOICE``."""
    vm = host.vms.find(args[0])
    if vm.question is None:
        return say("No message.\n")
    if len(args) < 3:
        return say(_shown(vm.question))
    _answer(vm, vm.question, args[1], args[2])
    return say()


def _shown(question: Question) -> str:
    lines = [f"   {number}. {label.lstrip('_')} ({label})" for number, label
             in enumerate(question.choices)]  # fmt: skip
    lines[question.default] += " [default]"
    head = f"Virtual machine message {question.id}: {question.key}:{question.text}\n\n"
    return head + "".join(f"{line}\n" for line in lines)


def _answer(vm: SimVM, question: Question, id: str, choice: str) -> None:
    if id != question.id:
        raise _wrong("questionId")
    if not choice.isdecimal() or int(choice) >= len(question.choices):
        raise _wrong("answerChoice")
    vm.question = None
    question.answered(int(choice))


def _wrong(parameter: str) -> VimFault:
    text = "A specified parameter was not correct."
    return VimFault("vmodl.fault.InvalidArgument", text, invalidProperty=parameter)
