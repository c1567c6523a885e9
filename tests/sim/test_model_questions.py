"""A power-on that waits for an answer, its task, and what hostd writes about both."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from model_lab import Clock, ask, field, out, vim

from ftlab.sim import SimHost, SimLab
from ftlab.sim.model.answer import Answer, settled
from ftlab.sim.vms.vm import SimVM


@pytest.fixture
def lab(tmp_path: Path) -> SimLab:
    return SimLab(tmp_path, hosts=3, versions=["4.1", "5.5", "7.0 U3"], pairs=0, clock=Clock())


def copied(host: SimHost) -> SimVM:
    """A VM that was made by copying another one's folder."""
    store = host.path("/vmfs/volumes/datastore1")
    shutil.copytree(store / "app01", store / "copy")
    (store / "copy/app01.vmx").rename(store / "copy/copy.vmx")
    vmid = out(host, "vim-cmd solo/registervm /vmfs/volumes/datastore1/copy/copy.vmx")
    return host.vms[int(vmid)]


def hostd(host: SimHost) -> str:
    place = "/var/log/vmware/hostd.log" if host.release.name == "4.1" else "/var/log/hostd.log"
    return host.path(place).read_text("utf-8")


def never(_seconds: float) -> None:
    raise AssertionError("it waits")


@pytest.mark.parametrize("name", ["vesxi01", "vesxi02", "vesxi03"])
def test_power_on_of_a_copied_vm_waits_for_an_answer(lab: SimLab, name: str) -> None:
    host = lab[name]
    vm = copied(host)
    answer = ask(host, f"vim-cmd vmsvc/power.on {vm.vmid}")
    with pytest.raises(AssertionError, match="it waits"):
        settled(answer, never)
    assert vim(host, "power.getstate", vm.vmid).endswith("Powered off\n")
    shown = vim(host, "message", vm.vmid)
    assert "msg.uuid.altered:This virtual machine may have been moved or copied.\n" in shown
    assert "   2. I _copied it (I _copied it) [default]\n" in shown
    assert vm.question is not None
    vim(host, "message", vm.vmid, vm.question.id, "1")
    assert settled(answer, never) == Answer(stdout=b"Powering on VM:\n")
    assert vim(host, "power.getstate", vm.vmid).endswith("Powered on\n")
    vim(host, "power.off", vm.vmid)
    assert settled(ask(host, f"vim-cmd vmsvc/power.on {vm.vmid}"), never).exit == 0


def test_cancel_leaves_the_vm_off(lab: SimLab) -> None:
    host = lab["vesxi03"]
    vm = copied(host)
    answer = ask(host, f"vim-cmd vmsvc/power.on {vm.vmid}")
    assert vm.question is not None
    vim(host, "message", vm.vmid, vm.question.id, "0")
    told = settled(answer, never)
    assert told.exit == 1
    assert told.stderr.startswith(b"Power on failed: (vmodl.fault.RequestCanceled) {\n")
    assert vim(host, "power.getstate", vm.vmid).endswith("Powered off\n")


def test_a_vmx_that_answers_beforehand_is_not_asked(lab: SimLab) -> None:
    host = lab["vesxi02"]
    vm = copied(host)
    with vm.file.open("a", encoding="utf-8") as file:
        file.write('answer.msg.uuid.altered = "I copied it"\n')
    vim(host, "reload", vm.vmid)
    assert settled(ask(host, f"vim-cmd vmsvc/power.on {vm.vmid}"), never).exit == 0
    assert vim(host, "message", vm.vmid) == "No message.\n"


def test_the_task_of_a_failed_power_on_can_be_read_where_the_command_says_little(
    tmp_path: Path,
) -> None:
    lab = SimLab(tmp_path, hosts=1, versions=["6.0"], pairs=0, clock=Clock())
    (host,) = lab.hosts.values()
    vm = host.vms.named("app02")
    told = ask(host, f"vim-cmd vmsvc/power.on {vm.vmid}")
    assert told.stdout == b"Powering on VM:\nPower on failed\n"
    line = next(line for line in hostd(host).splitlines() if "Status error" in line)
    key = line.split("Task Completed : ")[1].split()[0]
    assert key.startswith(f"haTask-{vm.vmid}-vim.VirtualMachine.powerOn-")
    dump = out(host, f"vim-cmd vimsvc/task_info {key}")
    assert field(dump, "state") == "error"
    assert "error = (vim.fault.InvalidPowerState) {" in dump
    assert '-->    existingState = "poweredOn", ' in hostd(host).splitlines()
    gone = ask(host, "vim-cmd vimsvc/task_info haTask-9-vim.VirtualMachine.powerOn-9")
    assert gone.exit == 1
    assert b"(vmodl.fault.ManagedObjectNotFound) {" in gone.stdout


def test_an_answer_is_waited_for_until_it_is_there() -> None:
    done = threading.Event()
    naps: list[float] = []

    def wait(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            done.set()

    answer = Answer(pending=lambda: Answer(7) if done.is_set() else None)
    assert settled(answer, wait).exit == 7
    assert len(naps) == 3
