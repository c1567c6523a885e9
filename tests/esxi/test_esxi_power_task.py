"""The fault behind a power-on of which a host said only that it failed."""

from __future__ import annotations

import pytest

from ftlab.errors import ParseError
from ftlab.esxi.vm.power_task import build_task_info, find_power_on, parse_task_error

KEY = "haTask-496-vim.VirtualMachine.powerOn-3072"
CANCELED = """\
(vim.TaskInfo) {
   dynamicType = <unset>,\x20
   key = "haTask-496-vim.VirtualMachine.powerOn-3072",\x20
   state = "error",\x20
   error = (vmodl.fault.RequestCanceled) {
      dynamicType = <unset>,\x20
      faultCause = (vmodl.MethodFault) null,\x20
      msg = "The task was canceled by a user.",\x20
   },\x20
   result = <unset>,\x20
}
"""


def test_the_fault_of_a_task() -> None:
    assert parse_task_error(CANCELED) == ("RequestCanceled", "The task was canceled by a user.")
    secondary = CANCELED.replace("vmodl.fault.RequestCanceled", "vim.fault.InvalidX")
    assert (parse_task_error(secondary) or ("",))[0] == "InvalidX"


def test_a_task_without_one() -> None:
    start, end = CANCELED.index("error = ("), CANCELED.index("   result")
    good = CANCELED[:start] + "error = (vmodl.MethodFault) null, \n" + CANCELED[end:]
    assert parse_task_error(good) is None
    with pytest.raises(ParseError):
        parse_task_error("(vim.vm.RuntimeInfo) {\n   x = 1\n}\n")


def test_the_newest_power_on_of_this_vm_is_meant() -> None:
    lines = [
        f"2026-11-29T17:31:39.314Z info hostd[1] Task Created : {KEY}",
        f"2026-11-29T17:32:39.314Z info hostd[1] Task Created : {KEY[:-4]}4000",
        "2026-11-29T17:33:39.314Z Task Created : haTask-49-vim.VirtualMachine.powerOn-5",
        "2026-11-29T17:33:39.314Z Task Created : haTask-496-vim.VirtualMachine.reload-6",
    ]
    assert find_power_on(496, lines) == f"{KEY[:-4]}4000"
    assert find_power_on(7, lines) is None
    assert build_task_info(KEY).argv == ("vim-cmd", "vimsvc/task_info", KEY)
