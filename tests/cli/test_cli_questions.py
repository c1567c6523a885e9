"""Questions that hold a power-on up, through the command: shown at once, and answered where the
user said so beforehand."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from typing import Any

import pytest
from cli_place import Bench, Place
from lab_bench import near

from ftlab.ops.vms import power_on
from ftlab.sim import Fault, SimHost
from ftlab.sim.vms.vm import SimVM

ONE = "vesxi01"
ASKED = "msg.uuid.altered"
VERSIONS = ("4.0", "4.1", "5.5", "7.0 U3")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look for a question comes soon."""
    monkeypatch.setattr(power_on, "LOOK", 0.2)


def copied(host: SimHost, name: str = "copy") -> SimVM:
    """A VM made by copying another one's folder: its power-on asks whether it was moved."""
    store = host.path("/vmfs/volumes/datastore1")
    shutil.copytree(store / "app01", store / name)
    vmx = store / f"{name}/{name}.vmx"
    (store / f"{name}/app01.vmx").rename(vmx)
    vmx.write_bytes(vmx.read_bytes().replace(b'"app01"', f'"{name}"'.encode()))
    return host.vms.register(f"/vmfs/volumes/datastore1/{name}/{name}.vmx")


def lab_of(bench: Bench, version: str = "5.5", **knobs: Any) -> tuple[Place, SimVM]:
    place = near(bench(hosts=1, versions=(version,), **knobs))
    return place, copied(place[ONE])


def seen(place: Place, vm: SimVM) -> int:
    names = ("vim-cmd", "vmware-vim-cmd")
    return sum(place.seen(ONE, name, "vmsvc/power.on", str(vm.vmid)) for name in names)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_power_on_that_waits_ends_at_once_with_the_choices(bench: Bench, version: str) -> None:
    place, vm = lab_of(bench, version)
    began = time.monotonic()
    ran = place.cli.json("vm.power-on", "--vm", "copy", "-y").expect(5)
    assert time.monotonic() - began < 15  # far from the 60 s that a command may take
    error = ran.error(ONE)
    assert error["kind"] == "vm.question"
    assert ASKED in error["message"]
    assert "0 (Cancel), 1 (I _moved it), 2 (I _copied it)" in error["message"]
    assert f"vm.answer --vm vmid:{vm.vmid}" in error["hint"]
    assert f"--answer {ASKED}=N" in error["hint"]
    assert seen(place, vm) == 1
    assert vm.question is not None  # it is left to the user
    place.cli.json("vm.answer", "--vm", "copy", "--choice", "1", "-y").expect(0)
    assert vm.power == "poweredOn"
    assert place.cli.json("vm.power-on", "--vm", "copy", "-y").expect(0).statuses == {ONE: "ok"}


@pytest.mark.parametrize("version", VERSIONS)
def test_an_expected_question_is_answered(bench: Bench, version: str) -> None:
    place, vm = lab_of(bench, version)
    ran = place.cli.json("vm.power-on", "--vm", "copy", "-y", "--answer", f"{ASKED}=2").expect(0)
    assert vm.power == "poweredOn"
    assert seen(place, vm) == 1
    changes = {change["target"]: change for change in ran.hosts[ONE]["changes"]}
    assert changes["power"]["verified"]
    assert (changes["question"]["key"], changes["question"]["after"]) == (ASKED, "2")


def test_the_trace_has_a_power_on_that_nobody_waited_for(bench: Bench) -> None:
    place, vm = lab_of(bench)
    ran = place.cli("vm.power-on", "--vm", "copy", "-y", "-v").expect(5)
    (line,) = [each for each in ran.err.splitlines() if f"power.on {vm.vmid}" in each]
    assert "not waited for any longer" in line
    answered = place.cli(
        "vm.power-on", "--vm", "app01", "-y", "-v", "--answer", f"{ASKED}=2"
    ).expect(0)
    assert len([x for x in answered.err.splitlines() if "power.on " in x]) == 1


def test_the_plan_names_the_answers_as_possible(bench: Bench) -> None:
    place, vm = lab_of(bench)
    ran = place.cli.json("vm.power-on", "--vm", "copy", "-n", "--answer", f"{ASKED}=2").expect(3)
    possible = [c["target"] for c in ran.hosts[ONE]["changes"] if c.get("possible")]
    assert possible == ["question"]
    assert seen(place, vm) == 0


def test_an_answer_to_another_question_is_none(bench: Bench) -> None:
    place, vm = lab_of(bench)
    argv = ("vm.power-on", "--vm", "copy", "-y", "--answer", "msg.hbacommon.outofspace=0")
    assert place.cli.json(*argv).expect(5).error(ONE)["kind"] == "vm.question"
    assert vm.question is not None


def test_a_choice_that_is_not_there(bench: Bench) -> None:
    place, vm = lab_of(bench)
    argv = ("vm.power-on", "--vm", "copy", "-y", "--answer", f"{ASKED}=7")
    error = place.cli.json(*argv).expect(5).error(ONE)
    assert (error["kind"], "1 (I _moved it)" in error["hint"]) == ("value.range", True)
    assert vm.question is not None


def test_a_cancelled_power_on_is_a_failure(bench: Bench) -> None:
    place, vm = lab_of(bench, "7.0 U3")
    argv = ("vm.power-on", "--vm", "copy", "-y", "--answer", f"{ASKED}=0")
    assert place.cli.json(*argv).expect(5).error(ONE)["kind"] == "fault.RequestCanceled"
    assert vm.power == "poweredOff"


def test_a_question_that_comes_again_is_not_answered_for_ever(bench: Bench) -> None:
    place, vm = lab_of(bench)
    host = place[ONE]
    answer = type(host).answer

    def asks_again(argv: Any) -> Any:
        asked = vm.question
        told = answer(host, argv)
        if argv[1:2] == ("vmsvc/message",) and len(argv) > 3 and asked is not None:
            vm.power, vm.question = "poweredOff", replace(asked, id=f"{asked.id}0")
        return told

    host.answer = asks_again  # type: ignore[method-assign]
    argv = ("vm.power-on", "--vm", "copy", "-y", "--answer", f"{ASKED}=2")
    assert place.cli.json(*argv).expect(5).error(ONE)["kind"] == "vm.question"
    given = [argv for argv in host.commands if argv[1:2] == ("vmsvc/message",) and len(argv) > 3]
    assert len(given) == 1


@pytest.mark.parametrize("text", ["msg.uuid.altered", "=2", "msg.uuid.altered=", "a=b"])
def test_a_malformed_answer_contacts_nobody(typed, text: str) -> None:
    ran = typed("vm.power-on", "--vm", "app01", "-y", "--answer", text).expect(2)
    assert "ID=N" in ran.err


def test_tasks_that_power_nothing_on_have_no_such_flag(typed) -> None:
    typed("vm.power-off", "--vm", "app01", "-y", "--answer", "a=1").expect(2)


def test_an_edit_that_powers_on_again_answers_too(bench: Bench) -> None:
    place, vm = lab_of(bench)
    argv = ("vm.power-on", "--vm", "copy", "-y", "--answer", f"{ASKED}=2")
    place.cli.json(*argv).expect(0)
    vm.loaded.set("uuid.location", "56 4d 00 00 00 00 00 00-00 00 00 00 00 00 00 00")
    argv = ("vmx.set", "--vm", "copy", "--set", "a.b=1", "--power-cycle", "-y")
    ran = place.cli.json(*argv, "--answer", f"{ASKED}=2").expect(0)
    assert vm.power == "poweredOn"
    assert any(change["target"] == "question" for change in ran.hosts[ONE]["changes"])


def test_what_was_held_up_may_still_happen_so_the_journal_leaves_it_open(bench: Bench) -> None:
    place, vm = lab_of(bench)
    ran = place.cli.json("vm.power-on", "--vm", "copy", "-y").expect(5)
    told = place.cli.json("lab.history", ran.run).expect(0)
    (change,) = told.hosts[ONE]["changes"]
    assert change["state"] == "intended"
    place.cli.json("vm.answer", "--vm", "copy", "--choice", "2", "-y").expect(0)
    place.cli.json("lab.undo", ran.run, "-y").expect(0)
    assert vm.power == "poweredOff"


def test_a_power_on_that_was_accepted_and_stays_off_names_the_log(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(power_on, "SETTLE", 0.1)
    place = near(bench(hosts=1, versions=("6.0",)))
    host, vm = place[ONE], place.vm(ONE, "app01")
    answer = type(host).answer

    def fails(argv: Any) -> Any:
        told = answer(host, argv)
        if argv[1:2] == ("vmsvc/power.on",):
            vm.power = "poweredOff"
            host.vms.log(vm, "Failed to lock the file (0x2013) app01.vmdk")
        return told

    host.answer = fails  # type: ignore[method-assign]
    error = place.cli.json("vm.power-on", "--vm", "app01", "-y").expect(5).error(ONE)
    assert "was accepted, but it is not on" in error["message"]
    assert "Failed to lock the file" in error["message"]
    assert "vmkfstools" in error["hint"]


def test_a_failure_of_few_words_gets_the_log_lines_too(bench: Bench) -> None:
    place = near(bench(hosts=1, versions=("6.0",)))
    host = place[ONE]
    said = Fault("vim-cmd vmsvc/power.on", what="error", exit=1, stdout=b"Power on failed\n")
    host.faults.append(said)
    host.faults.append(Fault("vim-cmd vmsvc/power.getstate", skip=1, what="error", exit=0,
                             stdout=b"Retrieved runtime info\nPowered off\n"))  # fmt: skip
    answer = type(host).answer

    def writes(argv: Any) -> Any:
        if argv[1:2] == ("vmsvc/power.on",):
            host.vms.log(place.vm(ONE, "app01"), "Failed to lock the file (0x2013) app01.vmdk")
        return answer(host, argv)

    host.answer = writes  # type: ignore[method-assign]
    error = place.cli.json("vm.power-on", "--vm", "app01", "-y").expect(5).error(ONE)
    assert error["kind"] == "power.failed"
    assert "Failed to lock the file" in error["message"]


def test_the_case_from_the_field_is_a_question_with_its_choices() -> None:
    from ftlab.esxi.vm.questions import parse_message

    text = (
        "Virtual machine message _vmx1:\n"
        "msg.uuid.altered:This virtual machine might have been moved or copied.\n"
        "In order to configure certain management and networking features, VMware ESX needs to "
        "know if this virtual machine was moved or copied.\n\n"
        'If you don\'t know, answer "I Co_pied It".\n'
        "   0. button.uuid.cancel (Cancel)\n"
        "   1. button.uuid.movedTheVM (I _Moved It)\n"
        "   2. button.uuid.copiedTheVM (I Co_pied It) [default]\n"
    )
    found = parse_message(text)
    assert found is not None
    assert (found.id, found.message_id, found.default) == ("_vmx1", ASKED, "2")
    assert found.listed == "0 (Cancel), 1 (I _Moved It), 2 (I Co_pied It)"


# -- vm.reload of what a host calls invalid --------------------------------------------------------


def invalid(place: Place) -> tuple[SimVM, bytes]:
    """A VM that its host met with a duplicate key, and the bytes that mend it."""
    vm = place.vm(ONE, "app01")
    good = vm.file.read_bytes()
    vm.file.write_bytes(good + b'memSize = "1"\n')
    place[ONE].vms.crash()
    return vm, good


@pytest.mark.parametrize("version", VERSIONS)
def test_a_reload_brings_an_invalid_vm_back(bench: Bench, version: str) -> None:
    place = near(bench(hosts=1, versions=(version,)))
    vm, good = invalid(place)
    vm.file.write_bytes(good)
    noted = place.cli.json("vm.list").expect(0).hosts[ONE]["facts"]["notes"]
    assert f"vm.reload --vm vmid:{vm.vmid}" in " ".join(noted)
    place.cli.json("vm.reload", "--vm", f"vmid:{vm.vmid}", "-n").expect(3)
    ran = place.cli.json("vm.reload", "--vm", f"vmid:{vm.vmid}", "-y").expect(0)
    (change,) = ran.hosts[ONE]["changes"]
    assert (change["vmid"], change["before"], change["after"]) == (vm.vmid, "invalid", "reloaded")
    assert change["verified"]
    names = [each["name"] for each in place.cli.json("vm.list").hosts[ONE]["facts"]["vms"]]
    assert "app01" in names


def test_a_file_that_is_still_broken_stays_invalid(bench: Bench) -> None:
    place = near(bench(hosts=1))
    vm, _ = invalid(place)
    ran = place.cli.json("vm.reload", "--vm", f"vmid:{vm.vmid}", "-y").expect(5)
    assert ran.error(ONE)["kind"] == "fault.InvalidVmConfig"


def test_a_reload_that_makes_a_vm_invalid_without_a_word(bench: Bench) -> None:
    place = near(bench(hosts=1))
    vm = place.vm(ONE, "app01")
    vm.file.write_bytes(vm.file.read_bytes() + b'memSize = "1"\n')
    place[ONE].faults.append(Fault("vim-cmd vmsvc/reload", what="lie", runs=True))
    ran = place.cli.json("vm.reload", "--vm", "app01", "-y").expect(5)
    assert ran.error(ONE)["kind"] == "not_proven"
    assert "invalid after the reload" in ran.error(ONE)["message"]


def test_an_invalid_vm_is_only_meant_by_its_number(bench: Bench) -> None:
    place = near(bench(hosts=1))
    vm, _ = invalid(place)
    ran = place.cli.json("vm.reload", "--vm", str(vm.vmid), "-y").expect(5)
    assert ran.error(ONE)["kind"] == "vm.notfound"
    both = place.cli.json("vm.reload", "--vm", "app02", "--vm", "vmid:99", "-y").expect(5)
    assert both.error(ONE)["kind"] == "vm.notfound"
