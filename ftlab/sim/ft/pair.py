"""Fault Tolerance pairs: two halves on two hosts, their states over time, and their vCenter.

The vSphere API says that a secondary "is started when the primary is powered on" or when it is
enabled; the Availability guide, that vCenter disables Fault Tolerance after a failed start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from ftlab.sim.ft.spec import Halves, PairSpec, Side, Signature, obstacle, starve, tell
from ftlab.sim.vms import power
from ftlab.sim.vms.api import VimFault, vim_fault
from ftlab.sim.vms.vm import SimVM
from ftlab.sim.vms.vmx_file import api_uuid

_GLANCE = 0.2
"""Seconds between two looks of somebody who waits to press a button."""
Phase = Literal["apart", "starting", "running"]


class FtPair(Halves):
    """One pair of halves, with what happens to it."""

    def __init__(self, spec: PairSpec, primary: Side, secondary: Side) -> None:
        super().__init__(spec, primary, secondary)
        self.primary.ft = self.secondary.ft = self
        self.identities = {vm.place: vm.loaded.get("vc.uuid") for _, vm in (primary, secondary)}
        self.phase: Phase = "apart"
        self.reason = "initializing"
        """``needSecondaryReason``, where the state calls for one."""
        self.enabled = True
        self.vcenter = VCenter(self)
        self._turn = 0

    def state(self, vm: SimVM) -> str:
        """``faultToleranceState`` of one half, as the vSphere API defines it."""
        if self.phase != "apart":
            return self.phase
        if not self.enabled:
            return "disabled"
        alone = vm is self.primary and vm.power == "poweredOn"
        return "needSecondary" if alone else "enabled"

    def started(self, vm: SimVM) -> None:
        """One half was powered on."""
        if vm is self.primary:
            self.reason = "initializing"
            self.vcenter.primary_is_on()

    def set_enabled(self, enabled: bool) -> None:
        """vCenter enables or disables the secondary, which stops one that is on; the host agents
        write how the states change."""
        if not enabled and self.secondary.power == "poweredOn":
            power.halt(self.secondary_host, self.secondary)
            self._part("userAction")
        before = [self.state(vm) for _, vm in self.sides]
        self.enabled = enabled
        for (host, vm), old in zip(self.sides, before, strict=True):
            seen = f"{vm.name} on host {host.name} in ha-datacenter changed from {old}"
            new = self.state(vm)
            host.log("hostd", f"Event 107 : Fault Tolerance state of {seen} to {new}")

    def stopped(self, vm: SimVM) -> None:
        """One half was powered off on purpose; a primary takes its secondary along."""
        self._part("userAction")
        if vm is self.primary and self.secondary.power == "poweredOn":
            power.halt(self.secondary_host, self.secondary)

    def lost(self, vm: SimVM) -> None:
        """One half's host went down. A running pair fails over: a lost primary's secondary goes
        on as the primary, and needs a secondary of its own."""
        if vm is self.primary and self.phase == "running":
            self._fail_over()
        elif vm is self.primary and self.secondary.power == "poweredOn":
            power.halt(self.secondary_host, self.secondary)
        self._part("lostConnection")

    def _fail_over(self) -> None:
        old, new = self.sides
        (self.primary_host, self.primary), (self.secondary_host, self.secondary) = new, old
        self.primary_host.vms.log(self.primary, "FT: the primary is gone; this VM goes live")

    def start_secondary(self) -> None:
        """``power.on`` of the secondary. Raises the fault of a failure that is told at once, and
        of a host that leaves secondaries to vCenter; its words are not published."""
        if not self.spec.host_starts_secondary:
            identity = api_uuid(self.identities[self.secondary.place])
            raise vim_fault("on-secondary", instanceUuid=identity)
        self.bring_up()

    def bring_up(self) -> None:
        """Start the secondary. Raises the fault of a failure that is told at once."""
        found = obstacle(self)
        if found is None:
            self._bring_up()
            self._later(self.spec.start_seconds, self._run)
            return
        signature, why = found
        if signature.name == "starvation":
            starve(self)
        _WAYS[signature.kind](self, signature, why)

    def _bring_up(self) -> None:
        power.boot(self.secondary_host, self.secondary)
        self.phase = "starting"
        self._turn += 1

    def _run(self) -> None:
        self.phase = "running"
        for host, vm in self.sides:
            host.vms.log(vm, "FT: state change: starting -> running")

    def _part(self, reason: str) -> None:
        self.phase, self.reason = "apart", reason
        self._turn += 1

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        """Do it then, unless something else has happened to the pair by that time."""
        turn = self._turn
        self.lab.schedule(seconds, lambda: action() if self._turn == turn else None)

    def _fail(self, signature: Signature, why: str) -> None:
        if self.spec.fails == "late":
            self._bring_up()
            self._later(self.spec.late_seconds, lambda: self._collapse(signature, why))
            return
        power.begin_log(self.secondary_host, self.secondary)
        tell(self, signature, why)
        self.reason = "other"
        text = signature.message.format(why=why)
        raise VimFault(signature.fault, text, reason=text)

    def _collapse(self, signature: Signature, why: str) -> None:
        tell(self, signature, why)
        power.halt(self.secondary_host, self.secondary)
        self._part("other")
        self.vcenter.failed()

    def _ask(self, signature: Signature, why: str) -> None:
        self._bring_up()
        tell(self, signature, why)
        question = power.question_of(self.secondary_host, "space", disk=self.disk)

        def answered(choice: int) -> None:
            if choice == 0:
                self._later(self.spec.start_seconds, self._run)
            else:
                self._collapse(signature, "")

        question.answered = answered
        self.secondary.question = question

    def _stick(self, signature: Signature, why: str) -> None:
        self._bring_up()
        tell(self, signature, why)

    def _refuse(self, signature: Signature, why: str) -> None:
        tell(self, signature, why)
        vm = self.secondary
        task = f"haTask-{vm.vmid}-vim.VirtualMachine.powerOn-{self.lab.serial()}"
        vm.tasks.append(task)
        self.lab.schedule(self.spec.late_seconds, lambda: vm.tasks.remove(task))
        raise VimFault(signature.fault, signature.message, task=f"vim.Task:{task}")

    def _reboot(self, _signature: Signature, _why: str) -> None:
        self.secondary_host.reboot(self.spec.late_seconds)
        self.vcenter.failed()


_WAYS: dict[str, Callable[[FtPair, Signature, str], None]] = {
    "fails": FtPair._fail,
    "asks": FtPair._ask,
    "stuck": FtPair._stick,
    "busy": FtPair._refuse,
    "reboots": FtPair._reboot,
}


class VCenter:
    """vCenter, as far as one pair knows it: it starts the secondary, gives up, and is told to
    resume; it does nothing while hosts start secondaries themselves."""

    def __init__(self, pair: FtPair) -> None:
        self._pair = pair
        self.starts = 0
        """How often it has tried to start the secondary."""
        self._failures = 0

    @property
    def _rules(self) -> bool:
        return not self._pair.spec.host_starts_secondary

    def primary_is_on(self) -> None:
        """The primary was powered on: start its secondary in a moment."""
        self._failures = 0
        self._start_soon()

    def _start_soon(self) -> None:
        if self._rules:
            self._pair.lab.schedule(self._pair.spec.vcenter_seconds, self.start)

    def start(self) -> None:
        """Start the secondary, if the pair is still in need of one."""
        if self._pair.state(self._pair.primary) != "needSecondary":
            return
        self.starts += 1
        try:
            self._pair.bring_up()
        except VimFault:
            self.failed()

    def failed(self) -> None:
        """A secondary that it had started did not get to run."""
        limit = self._pair.spec.gives_up_after
        if not self._rules or limit is None:
            return
        self._failures += 1
        if self._failures < limit:
            self._start_soon()
            return
        self._pair.set_enabled(False)
        if (seconds := self._pair.spec.resume_seconds) is not None:
            self._pair.lab.schedule(seconds, self.resume)

    def resume(self) -> None:
        """Somebody presses *Resume Fault Tolerance* (*Enable*): it starts the secondary anew."""
        self._failures = 0
        self._pair.set_enabled(True)
        self._start_soon()

    def resume_once(self, ready: Callable[[], bool]) -> None:
        """Somebody looks now and then, and resumes as soon as it is ``ready``."""
        if ready():
            self.resume()
        else:
            self._pair.lab.schedule(_GLANCE, lambda: self.resume_once(ready))
