"""Power, questions and tasks of simulated VMs, in each release's own form."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_lab import Clock, ask, out, vim

from ftlab.sim import VERSIONS, SimLab
from ftlab.sim.vms.vm import Question


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lab(tmp_path: Path, clock: Clock) -> SimLab:
    return SimLab(tmp_path, hosts=len(VERSIONS), versions=VERSIONS, pairs=0, clock=clock)


def host_of(lab: SimLab, version: str):  # type: ignore[no-untyped-def]
    return next(host for host in lab.hosts.values() if host.release.name == version)


@pytest.mark.parametrize("version", VERSIONS)
def test_on_off_and_the_state_between(lab: SimLab, version: str) -> None:
    host = host_of(lab, version)
    vmid = host.vms.named("app01").vmid
    assert vim(host, "power.getstate", vmid) == "Retrieved runtime info\nPowered off\n"
    assert vim(host, "power.on", vmid) == "Powering on VM:\n"
    assert vim(host, "power.getstate", vmid) == "Retrieved runtime info\nPowered on\n"
    assert vim(host, "power.off", vmid) == "Powering off VM:\n"
    assert vim(host, "power.getstate", vmid) == "Retrieved runtime info\nPowered off\n"


DUMP = """Powering on VM:
(vim.fault.InvalidPowerState) {
   dynamicType = <unset>, 
   faultCause = (vmodl.MethodFault) null, 
   requestedState = "poweredOn", 
   existingState = "poweredOn", 
   msg = "The attempted operation cannot be performed in the current state (Powered On).", 
}
"""  # noqa: W291 - the blanks are the host's
INLINE = """Power on failed: (vim.fault.InvalidPowerState) {
   faultCause = (vmodl.MethodFault) null, 
   faultMessage = <unset>, 
   requestedState = "poweredOn", 
   existingState = "poweredOn"
   msg = "The attempted operation cannot be performed in the current state (Powered On)."
}
"""  # noqa: W291


@pytest.mark.parametrize(
    ("version", "stdout", "stderr"),
    [
        ("4.1", DUMP, ""),
        ("5.5", DUMP, ""),
        ("6.0", "Powering on VM:\nPower on failed\n", ""),
        ("6.7", "Powering on VM:\nPower on failed\n", ""),
        ("7.0 U1", "Powering on VM:\n", INLINE),
        ("8.0", "Powering on VM:\n", INLINE),
    ],
)
def test_the_three_shapes_of_a_failed_power_on(
    lab: SimLab, version: str, stdout: str, stderr: str
) -> None:
    host = host_of(lab, version)
    vmid = host.vms.named("app02").vmid
    answer = ask(host, f"vim-cmd vmsvc/power.on {vmid}")
    assert answer.exit == 1
    assert (answer.stdout.decode(), answer.stderr.decode()) == (stdout, stderr)


def test_power_off_of_a_vm_that_is_off(lab: SimLab) -> None:
    host = host_of(lab, "6.0")
    answer = ask(host, "vim-cmd vmsvc/power.off", str(host.vms.named("app01").vmid))
    assert (answer.exit, answer.stdout) == (1, b"Powering off VM:\nPower off failed\n")


def test_suspend_and_resume(lab: SimLab) -> None:
    host = host_of(lab, "6.0")
    vmid = host.vms.named("app02").vmid
    assert vim(host, "power.suspend", vmid) == "Suspending VM:\n"
    assert vim(host, "power.getstate", vmid).endswith("Suspended\n")
    refused = ask(host, f"vim-cmd vmsvc/power.suspend {vmid}")
    assert refused.stdout == b"Suspending VM:\nSuspend failed\n"
    assert vim(host, "power.on", vmid) == "Powering on VM:\n"
    assert vim(host, "power.reset", vmid) == "Reset VM:\n"


def test_the_guest_goes_down_a_moment_after_it_was_asked(lab: SimLab, clock: Clock) -> None:
    host = host_of(lab, "6.7")
    vmid = host.vms.named("app02").vmid
    assert vim(host, "power.shutdown", vmid) == ""
    assert "Powered on" in vim(host, "power.getstate", vmid)
    clock.now += lab.shutdown_seconds
    assert "Powered off" in vim(host, "power.getstate", vmid)


def test_a_guest_asked_before_a_restart_does_not_go_down_after_it(
    lab: SimLab, clock: Clock
) -> None:
    host = host_of(lab, "6.7")
    vmid = host.vms.named("app02").vmid
    vim(host, "power.shutdown", vmid)
    vim(host, "power.off", vmid)
    clock.now += lab.shutdown_seconds / 2
    vim(host, "power.on", vmid)
    clock.now += lab.shutdown_seconds
    assert "Powered on" in vim(host, "power.getstate", vmid)


def test_guests_that_cannot_or_will_not_shut_down(lab: SimLab, clock: Clock) -> None:
    host = host_of(lab, "8.0")
    vm = host.vms.named("app02")
    vm.guest = "none"
    answer = ask(host, f"vim-cmd vmsvc/power.shutdown {vm.vmid}")
    assert answer.exit == 1
    assert b"(vim.fault.ToolsUnavailable)" in answer.stderr
    vm.guest = "stubborn"
    assert vim(host, "power.shutdown", vm.vmid) == ""
    clock.now += 3600
    assert "Powered on" in vim(host, "power.getstate", vm.vmid)


def test_a_pending_question_is_shown_and_answered(lab: SimLab) -> None:
    host = host_of(lab, "5.5")
    vm = host.vms.named("app02")
    assert vim(host, "message", vm.vmid) == "No message.\n"
    choices = ("_Cancel", "I _moved it", "I _copied it")
    vm.question = Question("_vmx1", "msg.uuid.altered", "Moved or copied?", choices, default=2)
    assert vim(host, "message", vm.vmid) == (
        "Virtual machine message _vmx1: msg.uuid.altered:Moved or copied?\n"
        "\n"
        "   0. Cancel (_Cancel)\n"
        "   1. I _moved it (I _moved it)\n"
        "   2. I _copied it (I _copied it) [default]\n"
    )
    assert 'id = "_vmx1"' in vim(host, "get.runtime", vm.vmid)
    for wrong in (("_vmx2", "0"), ("_vmx1", "3"), ("_vmx1", "x")):
        answer = ask(host, f"vim-cmd vmsvc/message {vm.vmid}", *wrong)
        assert answer.exit == 1
        assert b"vmodl.fault.InvalidArgument" in answer.stdout
    assert vim(host, "message", vm.vmid, "_vmx1", "1") == ""
    assert vim(host, "message", vm.vmid) == "No message.\n"


def test_every_power_on_begins_a_new_log(lab: SimLab) -> None:
    host = host_of(lab, "5.0")
    vm = host.vms.named("app01")
    log = vm.file.parent / "vmware.log"
    first = log.read_bytes()
    inode = log.stat().st_ino
    for _ in range(8):
        vim(host, "power.on", vm.vmid)
        vim(host, "power.off", vm.vmid)
    kept = sorted(path.name for path in vm.file.parent.glob("vmware*.log"))
    assert kept == [*(f"vmware-{n}.log" for n in range(3, 9)), "vmware.log"]
    assert log.stat().st_ino != inode
    assert log.read_bytes() != first


@pytest.mark.parametrize(
    ("version", "pattern"),
    [
        ("4.1", r"[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d\.\d{3}: vmx\| Log for VMware ESX"),
        ("5.0", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\| vmx\| Log for VMware ESX"),
        ("5.5", r"\d{4}-\S+Z\| vmx\| I120: Log for VMware ESX"),
        ("7.0 U3", r"\d{4}-\S+Z\| vmx\| \| I005: Log for VMware ESX"),
        ("8.0", r"\d{4}-\S+Z In\(05\) vmx - Log for VMware ESX"),
    ],
)
def test_log_lines_have_the_form_of_their_time(lab: SimLab, version: str, pattern: str) -> None:
    log = host_of(lab, version).vms.named("app01").file.parent / "vmware.log"
    import re

    assert re.match(pattern, log.read_text("utf-8"))


def test_a_vm_is_found_by_path_as_well_as_by_id(lab: SimLab) -> None:
    host = host_of(lab, "6.0")
    for way in (
        "[datastore1] app02/app02.vmx",
        "/vmfs/volumes/datastore1/app02/app02.vmx",
        f"/vmfs/volumes/{host.datastores['datastore1']}/app02/app02.vmx",
    ):
        assert vim(host, "power.getstate", way).endswith("Powered on\n")


@pytest.mark.parametrize("command", ["power.getstate", "power.on", "reload", "get.config"])
def test_an_unknown_vm(lab: SimLab, command: str) -> None:
    answer = ask(host_of(lab, "5.1"), f"vim-cmd vmsvc/{command} 77")
    assert answer.exit == 1
    assert answer.stdout.decode() == (
        "(vim.fault.NotFound) {\n"
        "   dynamicType = <unset>, \n"
        "   faultCause = (vmodl.MethodFault) null, \n"
        '   msg = "Unable to find a VM corresponding to "77"", \n'
        "}\n"
    )


def test_wrong_command_lines(lab: SimLab) -> None:
    host = host_of(lab, "6.7")
    assert ask(host, "vim-cmd vmsvc/power.fly 1").exit == 255
    assert ask(host, "vim-cmd vmsvc/power.on").exit == 255
    assert "power.on" in out(host, "vim-cmd vmsvc/")
    assert ask(host, "vim-cmd").exit == 0
    assert out(host, "vim-cmd").splitlines()[:2] == [
        "Commands available under /:", "hostsvc/  solo/     vimsvc/   vmsvc/    help      ",
    ]  # fmt: skip
    assert "vim-cmd GROUP/" in out(host, "vim-cmd help")
    assert "advopt/" in out(host, "vim-cmd hostsvc/")
    for unknown in ("nosuch/", "vmsv/", "vmsvc", "vmsvc/get.", "''"):
        told = ask(host, f"vim-cmd {unknown}")
        assert (told.exit, told.stdout) == (255, b"")
        assert b"does not have" in told.stderr
    assert ask(host, "vmware-vim-cmd vmsvc/getallvms").exit == 127
    assert ask(host_of(lab, "4.1"), "vmware-vim-cmd vmsvc/getallvms").exit == 0
