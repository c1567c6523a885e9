"""Faults: the host's words decide, wherever and with whatever status they come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import CommandFailed, FtlabError, HostdDown, VimFault
from ftlab.esxi.faults import check, find_fault
from ftlab.model import Command, Completed

SPACE = "a datastore or a ramdisk of the host is full: df -h and vdf -h there show which"
POWER_ON = ("vim-cmd", "vmsvc/power.on", "1")
BUSY = """\
(vim.fault.TaskInProgress) {
   dynamicType = <unset>,\x20
   faultCause = (vmodl.MethodFault) null,\x20
   task = 'vim.Task:haTask-1',\x20
   msg = "The operation is not allowed in the current state.",\x20
}
"""


def answer(
    out: str = "", err: str = "", status: int = 0, argv: tuple[str, ...] = POWER_ON
) -> Completed:
    return Completed(Command(argv), status, out.encode(), err.encode())


def found(*args: object, **kwargs: object) -> FtlabError:
    error = find_fault(answer(*args, **kwargs))  # type: ignore[arg-type]
    assert error is not None
    return error


@pytest.mark.parametrize("status", [0, 1])
@pytest.mark.parametrize("prefix", ["", "Powering on VM:\n", "Powering on VM:\nPower on failed: "])
@pytest.mark.parametrize("client", ["vim-cmd", "vmware-vim-cmd", "/bin/vim-cmd", "esxcli"])
def test_a_named_fault_on_either_stream(status: int, prefix: str, client: str) -> None:
    argv = (client, "vmsvc/power.on", "1")
    for out, err in ((prefix + BUSY, ""), ("Powering on VM:\n", prefix + BUSY)):
        error = found(out, err, status, argv)
        assert type(error) is VimFault
        assert error.kind == "fault.TaskInProgress"
        assert error.message == "TaskInProgress: The operation is not allowed in the current state."
        assert error.evidence == {
            "words": "The operation is not allowed in the current state.",
            "cause": None,
            "argv": argv,
            "exit": status,
            "stdout": out,
            "stderr": err,
        }
        assert error.hint == "hostd is still busy with this VM; the step may be tried again"


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        ("vim.fault.NotFound", "NotFound"),
        ("vmodl.fault.ManagedObjectNotFound", "ManagedObjectNotFound"),
        ("vim.fault.vsan.NotFound", "NotFound"),
        ("vmodl.RuntimeFault", "RuntimeFault"),
        ("vim.x.fault.Bad_1", "Bad_1"),
        ("vim.vm.Summary", None),
        ("xvim.fault.NotFound", None),
    ],
)
def test_which_types_are_faults(type_: str, name: str | None) -> None:
    error = find_fault(answer(f'({type_}) {{\n   msg = "m"\n}}\n'))
    assert (error.kind if error else None) == (f"fault.{name}" if name else None)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ('   reason = "r"\n   msg = "m"\n', "m"),
        ('   reason = "r"\n   msg = " "\n', "r"),
        ('   reason = "",\n   msg = ""\n', "X"),
        ("", "X"),
        ('   faultMessage = (m.M) [\n      (m.M) {\n         message = "one"\n      },\n'
         '      (m.M) {\n         message = "two\n"\n      }\n   ],\n   msg = ""\n', "two"),
        ("   msg = ?\n", "(vim.fault.X) {\n   msg = ?\n}"),
    ],
)  # fmt: skip
def test_the_hosts_own_words(fields: str, words: str) -> None:
    assert found(f"(vim.fault.X) {{\n{fields}}}\n").evidence["words"] == words


@pytest.mark.parametrize("status", [0, 1])
@pytest.mark.parametrize(
    "words",
    [
        "Power on failed",
        "Power off failed",
        "Suspend failed",
        "Power on failed: any reason",
        "Reset failed:",
    ],
)
def test_a_failed_step_without_a_dump(words: str, status: int) -> None:
    for out, err in ((f"Powering on VM:\n{words}\r\n", ""), ("Powering on VM:\n", f" {words}\n")):
        error = found(out, err, status)
        assert type(error) is CommandFailed
        assert (error.kind, error.message, error.evidence["words"]) == (
            "power.failed",
            words,
            words,
        )
        assert error.hint == "read the power state, then the VM's vmware.log"
        assert error.evidence["exit"] == status


def test_a_step_that_worked_is_no_fault() -> None:
    for out in ("", "Powering on VM:\n", "Powering on VM:\nPower on failed to nothing\n"):
        assert find_fault(answer(out)) is None
        assert check(answer(out)) == answer(out)


@pytest.mark.parametrize(
    "words",
    [
        "Failed to login: Connection reset by peer",
        "Failed to login: SSL Exception: The SSL handshake timed out local: 127.0.0.1:52713 "
        "peer: 127.0.0.1:443.",
        "Failed to log in to the host",
        "Connect to localhost failed: Connection failure",
        "Error: Connect to localhost failed: Connection failure.",
        "Connection refused",
        "SSL Exception: Unexpected EOF",
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "Aborted",
        "Killed",
        "Segmentation fault (core dumped)",
    ],
)
def test_hostd_is_down(words: str) -> None:
    for error in (found(words + "\n"), found("", f"x\n{words}\n"), found(f"x\n{words}", "", 1)):
        assert type(error) is HostdDown
        assert error.kind == "hostd.down"
        assert (error.message, error.evidence["words"]) == (
            f"hostd does not answer: {words}",
            words,
        )
        assert error.hint == "restart hostd on the host, or free memory there, and try again"


@pytest.mark.parametrize(("status", "down"), [(134, True), (137, True), (139, True), (1, False)])
def test_a_client_that_a_signal_ended(status: int, down: bool) -> None:
    error = found("", "", status)
    assert isinstance(error, HostdDown) is down
    if down:
        assert error.evidence["words"] == f"its client died with exit status {status}"


def test_words_in_an_inventory_are_data() -> None:
    header = "Vmid   Name   File   Guest OS   Version   Annotation\n"
    row = "1      a      [ds] a/a.vmx   g   vmx-08   note\n"
    for said in ("Killed", "Power on failed", BUSY, "Failed to login: x"):
        assert (
            find_fault(answer(header + row + said, "", 0, ("vim-cmd", "vmsvc/getallvms"))) is None
        )
    for asked in ("vmsvc/message", "vmsvc/get.config"):
        argv = ("vim-cmd", asked, "1")
        assert find_fault(answer("x\nPower on failed\n", "", 0, argv)) is None


def test_a_fault_inside_an_object_is_data() -> None:
    task = "(vim.TaskInfo) {\n   error = " + BUSY.replace("\n", "\n   ").rstrip() + ", \n}\n"
    assert find_fault(answer(task)) is None
    assert find_fault(answer("(vmodl.MethodFault) null\n")) is None


def test_other_programs_may_say_anything() -> None:
    for said in (BUSY, "Killed\n", "Power on failed\n"):
        assert find_fault(answer(said, said, 0, ("cat", "/a"))) is None
        assert type(found(said, "", 137, ("cat", "/a"))) is CommandFailed


@pytest.mark.parametrize(
    ("out", "err", "kind", "words"),
    [
        ("out\n", " first \nlast \n\n", "command.failed", "first; last"),
        ("o1\no2\n", "", "command.failed", "o1; o2"),
        ("", "", "command.failed", ""),
        ("", "dd: writing: No space left on device\n", "command.space",
         "dd: writing: No space left on device"),
        ("cp: can't open 'a': Device or resource busy\n", "", "command.lock",
         "cp: can't open 'a': Device or resource busy"),
    ],
)  # fmt: skip
def test_a_status_without_a_known_word(out: str, err: str, kind: str, words: str) -> None:
    error = found(out, err, 1, ("dd", "of=/a"))
    assert type(error) is CommandFailed
    assert (error.kind, error.evidence["words"]) == (kind, words)
    assert error.message == f"dd of=/a ended with 1: {words or 'it said nothing'}"
    hints = {"command.space": SPACE, "command.failed": ""}
    assert error.hint == hints.get(kind, "another host or process holds a file of this VM")


@pytest.mark.parametrize(
    ("text", "cause", "hint"),
    [
        ("Failed to lock the file", "lock", "another host"),
        ("There is not enough space in the file system", "space", "full"),
        ("There is no more space for virtual disk 'a.vmdk'.", "space", "full"),
        ("something else", None, ""),
    ],
)
def test_the_cause_in_a_fault(text: str, cause: str | None, hint: str) -> None:
    error = found(f'(vim.fault.GenericVmConfigFault) {{\n   msg = "{text}"\n}}\n')
    assert (error.kind, error.evidence["cause"]) == ("fault.GenericVmConfigFault", cause)
    assert hint in error.hint
    assert bool(error.hint) is bool(hint)
    step = found(f"Powering on VM:\nPower on failed: {text}\n")
    assert step.evidence["cause"] == cause
    assert hint in step.hint


@pytest.mark.parametrize("name", ["FileLocked", "NoDiskSpace"])
def test_a_fault_may_name_its_cause(name: str) -> None:
    error = found(f'(vim.fault.{name}) {{\n   msg = "x"\n}}\n')
    assert error.evidence["cause"] == {"FileLocked": "lock", "NoDiskSpace": "space"}[name]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("NotFound", "the VM is not registered on this host (any more)"),
        ("InvalidPowerState", "read the power state: the VM may already be where it was wanted"),
        ("Other", ""),
    ],
)
def test_a_fault_says_what_to_do(name: str, hint: str) -> None:
    assert found(f"(vim.fault.{name}) {{\n}}\n").hint == hint


def test_a_status_that_is_meant_is_no_fault() -> None:
    assert find_fault(Completed(Command(("diff", "-q"), ok=(0, 1)), 1, b"differ")) is None


def test_check_raises_what_is_found() -> None:
    with pytest.raises(VimFault):
        check(answer(BUSY))


@given(st.text(), st.text(), st.integers(0, 255))
def test_any_answer_is_judged(out: str, err: str, status: int) -> None:
    error = find_fault(answer(out, err, status))
    assert error is None or isinstance(error, CommandFailed | HostdDown)
    assert status == 0 or error is not None


def test_a_refused_step_on_a_secondary_says_who_starts_it() -> None:
    name = "InvalidOperationOnSecondaryVm"
    error = found(BUSY.replace("TaskInProgress", name).replace("vim.Task:", ""), status=1)
    assert error.kind == f"fault.{name}"
    assert "ftlab vft.power-on-secondary" in error.hint
