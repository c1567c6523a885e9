"""Power operations on one VM: what changes, what is logged, what is refused, and the questions that
hold it up until somebody answers them."""

from __future__ import annotations

import stat

from ftlab.sim.data import table_of
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.machine import rotate
from ftlab.sim.vms.api import invalid_power_state, vim_fault
from ftlab.sim.vms.vm import Power, Question, SimVM
from ftlab.sim.vms.vmx_file import identifier

_QUESTIONS = table_of("vms/data/questions.toml")


def power_on(host: SimHost, vm: SimVM) -> None:
    """Power on or resume; a secondary goes its own way. A question may come first: the VM is on
    once that is answered. Raises ``VimFault``."""
    if vm.power == "poweredOn":
        raise invalid_power_state("poweredOn", vm.power)
    if host.config.maintenance:
        raise vim_fault("not-allowed")
    if vm.ft is not None and vm is vm.ft.secondary:
        vm.ft.start_secondary()
    elif _asks_whence(host, vm):
        question = question_of(host, "moved")
        begin_log(host, vm)
        host.vms.log(vm, f"[{question.key}] {question.text.splitlines()[0]}")
        question.answered = lambda choice: _start(host, vm, moved=True) if choice else None
        vm.question = question
    else:
        _start(host, vm)


def _start(host: SimHost, vm: SimVM, *, moved: bool = False) -> None:
    """``moved``: the question whence the VM comes was answered, and not with the first choice,
    *Cancel*."""
    if moved:
        vm.loaded.set("uuid.location", location(host, vm.place))
    boot(host, vm)
    if vm.ft is not None:
        vm.ft.started(vm)


def location(host: SimHost, place: str) -> str:
    """``uuid.location``: which place on which volume a VMX knows itself to be at."""
    store, _, inside = place[1:].partition("] ")
    path = f"/vmfs/volumes/{host.datastores[store]}/{inside}"
    return identifier(path, "location")


def _asks_whence(host: SimHost, vm: SimVM) -> bool:
    """Whether a VM was moved or copied: its VMX says another place, and no answer to that."""
    config = vm.loaded
    told = config.has("answer.msg.uuid.altered") or config.has("uuid.action")
    here = vm.home or location(host, vm.place)
    return not told and config.get("uuid.location", here) != here


def question_of(host: SimHost, name: str, **words: str) -> Question:
    """One of ``data/questions.toml``, with a number of its own."""
    asked, number = _QUESTIONS[name], host.lab.serial()
    id = str(number) if host.release.number < (5, 0, 0) else f"_vmx{number}"
    return Question(id, **{**asked, "text": asked["text"].format(**words)})


def boot(host: SimHost, vm: SimVM) -> None:
    """The VM's process starts: a new ``vmware.log``, the old ones moved up."""
    begin_log(host, vm)
    vm.power, vm.booted = "poweredOn", host.lab.now()
    host.vms.log(vm, "VMX: transition from state 1 to state 2: powered on")
    host.log("hostd", f"State Transition (VM_STATE_POWERING_ON -> VM_STATE_ON) {vm.place}")


def begin_log(host: SimHost, vm: SimVM) -> None:
    """Rotate the VM's log and write the head of the new one."""
    rotate(vm.file.parent)
    release = host.release
    host.vms.log(vm, f"Log for VMware ESX pid=4637 version={release.version} "
                 f"build=build-{release.build} option=Release")  # fmt: skip
    host.vms.log(vm, f"CONFIG: loaded {vm.place}")


def power_off(host: SimHost, vm: SimVM) -> None:
    """Cut the power. Raises ``VimFault`` where it is off already."""
    if vm.power == "poweredOff":
        raise invalid_power_state("poweredOff", vm.power)
    _leave(host, vm, "poweredOff")


def suspend(host: SimHost, vm: SimVM) -> None:
    if vm.power != "poweredOn":
        raise invalid_power_state("suspended", vm.power)
    _leave(host, vm, "suspended")


def _leave(host: SimHost, vm: SimVM, state: Power) -> None:
    halt(host, vm, state)
    if vm.ft is not None:
        vm.ft.stopped(vm)


def halt(host: SimHost, vm: SimVM, state: Power = "poweredOff") -> None:
    """The VM's process ends and writes its configuration back: what hostd holds replaces
    whatever the file says by now, and hardware 7 to 11 gets its two replay keys."""
    vm.power, vm.booted, vm.question = state, None, None
    host.vms.log(vm, f"VMX: exiting, now {state}")
    if state == "poweredOff":
        _write_back(vm)


def _write_back(vm: SimVM) -> None:
    config = vm.loaded
    if 7 <= vm.hardware <= 11 and not config.has("replay.supported"):
        config.set("replay.supported", "FALSE")
        config.set("replay.filename", "")
    fresh = vm.file.with_name(vm.file.name + "~")
    fresh.write_bytes(config.to_bytes())
    fresh.chmod(stat.S_IMODE(vm.file.stat().st_mode) if vm.file.exists() else 0o755)
    fresh.replace(vm.file)


def shutdown(host: SimHost, vm: SimVM) -> None:
    """Ask the guest to go down, which it does a moment later. Raises ``VimFault``."""
    ask_guest(vm)
    if vm.guest == "stubborn":
        return
    started = vm.booted

    def off() -> None:
        if vm.power == "poweredOn" and vm.booted == started:
            power_off(host, vm)

    host.lab.schedule(host.lab.shutdown_seconds, off)


def ask_guest(vm: SimVM) -> None:
    """Raises the fault of a guest that cannot be asked."""
    if vm.power != "poweredOn":
        raise invalid_power_state("poweredOn", vm.power)
    if vm.guest == "none":
        raise vim_fault("no-tools")


def reset(host: SimHost, vm: SimVM) -> None:
    """Restart without leaving the powered-on state."""
    if vm.power != "poweredOn":
        raise invalid_power_state("poweredOn", vm.power)
    vm.booted = host.lab.now()
    host.vms.log(vm, "VMX: reset")
