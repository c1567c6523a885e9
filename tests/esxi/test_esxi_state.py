"""What a virtual machine is and does: power, runtime, summary, configuration, FT."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import ParseError
from ftlab.esxi.vm import config, power, runtime, summary
from ftlab.esxi.vm.config import FtInfo, VmConfig, parse_config
from ftlab.esxi.vm.power import parse_state
from ftlab.esxi.vm.questions import Question
from ftlab.esxi.vm.runtime import Runtime, parse_runtime
from ftlab.esxi.vm.summary import Summary, parse_summary


@pytest.mark.parametrize(
    ("line", "state"), [("Powered on", "on"), ("Powered off", "off"), ("Suspended", "suspended")]
)
def test_the_power_state(line: str, state: str) -> None:
    for text in (
        f"Retrieved runtime info\n{line}\n",
        f"motd\r\n {line} \r\n",
        line,
        f"{line}\n{line}",
    ):
        assert parse_state(text) == state


@pytest.mark.parametrize(
    "text",
    ["", "Retrieved runtime info\n", "powered off", "Powered off?", "Powered on\nPowered off\n",
     "(vim.fault.NotFound) {\n}\n", "Power off failed"],
)  # fmt: skip
def test_an_unknown_state_is_never_off(text: str) -> None:
    with pytest.raises(ParseError, match=r"^not exactly one power state in the answer \(line"):
        parse_state(text)


@given(st.text())
def test_any_text_is_a_state_or_a_parse_error(
    error_of: Callable[..., ParseError | None], text: str
) -> None:
    for parse in (parse_state, parse_runtime, parse_summary, parse_config):
        error = error_of(parse, text)
        assert error is None or error.evidence["line"] == 1


def test_what_vim_cmd_is_told() -> None:
    for build, words, repeatable in (
        (power.build_get_state, "power.getstate", True),
        (power.build_on, "power.on", False),
        (power.build_off, "power.off", False),
        (power.build_shutdown, "power.shutdown", False),
        (power.build_reload, "reload", True),
        (runtime.build_runtime, "get.runtime", True),
        (summary.build_summary, "get.summary", True),
        (config.build_config, "get.config", True),
    ):
        assert str(build(7)) == f"vim-cmd vmsvc/{words} 7"
        assert build(7).repeatable is repeatable


RUNTIME = """\
(vim.vm.RuntimeInfo) {
   connectionState = "connected",
   powerState = "poweredOn",
   faultToleranceState = "needSecondary",
   bootTime = "2015-02-04T00:28:55.507435Z",
   question = (vim.vm.QuestionInfo) {
      id = "_vmx1",
      text = "msg.uuid.altered:Did you "move" it?
Or copy it?",
      choice = (vim.option.ChoiceOption) {
         valueIsReadonly = <unset>,
         choiceInfo = (vim.option.ElementDescription) [
            (vim.option.ElementDescription) {
               label = "button.uuid.movedTheVM",
               summary = "I Moved It",
               key = "1"
            },
            (vim.option.ElementDescription) {
               label = "I Copied It",
               summary = "I Copied It",
               key = "2"
            }
         ],
         defaultIndex = 1
      },
      message = <unset>
   },
   recordReplayState = "recording",
   needSecondaryReason = "divergence",
   consolidationNeeded = true
}
"""
QUESTION = Question(
    "_vmx1",
    'msg.uuid.altered:Did you "move" it?\nOr copy it?',
    (("1", "I Moved It"), ("2", "I Copied It")),
    "2",
)


def test_the_runtime_state_with_a_question() -> None:
    assert parse_runtime("Runtime information\n" + RUNTIME) == Runtime(
        power="on",
        connection="connected",
        ft_state="needSecondary",
        need_secondary_reason="divergence",
        record_replay_state="recording",
        question=QUESTION,
    )


@pytest.mark.parametrize(
    ("written", "state"),
    [('"poweredOff"', "off"), ('"suspended"', "suspended"), ('"other"', None), ("<unset>", None),
     ('"on"', None), ("1", None)],
)  # fmt: skip
def test_a_power_state_in_a_dump(written: str, state: str | None) -> None:
    assert parse_runtime(RUNTIME.replace('"poweredOn"', written)).power == state


@pytest.mark.parametrize(
    ("written", "default"),
    [("defaultIndex = 0", "1"), ("defaultIndex = 2", None), ("defaultIndex = -1", None),
     ("defaultIndex = <unset>", None)],
)  # fmt: skip
def test_the_default_choice(written: str, default: str | None) -> None:
    question = parse_runtime(RUNTIME.replace("defaultIndex = 1", written)).question
    assert question is not None
    assert question.default == default


def test_every_field_of_a_dump_is_optional() -> None:
    assert parse_runtime("(vim.vm.RuntimeInfo) {\n}\n") == Runtime()
    assert parse_summary("(vim.vm.Summary) {\n}\n") == Summary(Runtime())
    assert parse_config("(vim.vm.ConfigInfo) {\n}\n") == VmConfig()
    empty = "(vim.vm.RuntimeInfo) {\n   question = (vim.vm.QuestionInfo) {\n   },\n}\n"
    assert parse_runtime(empty).question == Question("", "", ())
    nameless = RUNTIME.replace('               key = "1"\n', "               x = 1\n")
    nameless = nameless.replace('label = "I Copied It"', "label = <unset>")
    question = parse_runtime(nameless).question
    assert question is not None
    assert question.choices == (("", "I Moved It"), ("2", ""))


@pytest.mark.parametrize("parse", [parse_runtime, parse_summary, parse_config])
def test_another_object_is_an_error(parse: object) -> None:
    with pytest.raises(ParseError, match=r"answered vim\.fault\.NotFound"):
        parse("(vim.fault.NotFound) {\n}\n")  # type: ignore[operator]


NESTED = RUNTIME.rstrip().replace("\n ", "\n    ").replace("\n}", "\n   }")
SUMMARY = f"""\
(vim.vm.Summary) {{
   vm = 'vim.VirtualMachine:3',
   runtime = {NESTED},
   config = (vim.vm.Summary.ConfigSummary) {{
      name = "db01",
      vmPathName = "[ds] db01/db01.vmx",
      memorySizeMB = 2048,
      numCpu = 1,
      numVirtualDisks = 2,
      uuid = "u-1",
      instanceUuid = "",
      guestId = "otherGuest",
      annotation = "one
two",
      ftInfo = (vim.vm.FaultTolerancePrimaryConfigInfo) {{
         role = 1,
         instanceUuids = (string) [
            "i-1",
            "i-2"
         ],
         configPaths = (string) [
            "[ds] db01/db01.vmx",
            "[ds] db01_1/db01.vmx"
         ],
         orphaned = false,
         secondaries = (vim.VirtualMachine) [
            'vim.VirtualMachine:4'
         ]
      }}
   }}
}}
"""


def test_the_summary_of_a_primary() -> None:
    found = parse_summary("Listsummary:\n\n" + SUMMARY)
    assert found == Summary(
        runtime=parse_runtime(RUNTIME),
        name="db01",
        path="[ds] db01/db01.vmx",
        uuid="u-1",
        instance_uuid=None,
        num_cpu=1,
        memory_mb=2048,
        ft=FtInfo(1, ("i-1", "i-2")),
    )


def test_an_instance_uuid_that_is_there() -> None:
    text = SUMMARY.replace('instanceUuid = ""', 'instanceUuid = "i-1"')
    assert parse_summary(text).instance_uuid == "i-1"


def ft_of(type_: str, role: str) -> FtInfo | None:
    text = f"(vim.vm.ConfigInfo) {{\n   ftInfo = (vim.vm.{type_}) {{\n{role}   }},\n}}\n"
    return parse_config(text).ft


@pytest.mark.parametrize(
    ("type_", "role", "expected"),
    [
        ("FaultTolerancePrimaryConfigInfo", "", 1),
        ("FaultToleranceSecondaryConfigInfo", "", 2),
        ("FaultToleranceConfigInfo", "", None),
        ("FaultToleranceConfigInfo", "      role = 1,\n", 1),
        ("FaultToleranceConfigInfo", "      role = 2,\n", 2),
        ("FaultToleranceSecondaryConfigInfo", "      role = 3,\n", 3),
    ],
)
def test_the_halves_of_a_pair(type_: str, role: str, expected: int | None) -> None:
    assert ft_of(type_, role) == FtInfo(expected, ())


def test_no_pair() -> None:
    text = "(vim.vm.ConfigInfo) {\n   ftInfo = (vim.vm.FaultToleranceConfigInfo) null,\n}\n"
    assert parse_config(text).ft is None


CONFIG = """\
(vim.vm.ConfigInfo) {
   name = "db01",
   version = "vmx-13",
   uuid = "u-1",
   instanceUuid = "i-1",
   guestId = "otherGuest",
   annotation = "",
   files = (vim.vm.FileInfo) {
      vmPathName = "[ds] db01/db01.vmx",
      logDirectory = "[ds] logs",
   },
   hardware = (vim.vm.VirtualHardware) {
      numCPU = 2,
      memoryMB = 4096,
      device = (vim.vm.device.VirtualDevice) [
         (vim.vm.device.VirtualIDEController) {
            key = 200,
            deviceInfo = (vim.Description) {
               label = "IDE 0",
               summary = "IDE 0"
            },
            backing = (vim.vm.device.VirtualDevice.BackingInfo) null,
         },
         (vim.vm.device.VirtualDisk) {
            key = 2000,
            backing = (vim.vm.device.VirtualDisk.FlatVer2BackingInfo) {
               fileName = "[ds] db01/db01.vmdk",
            },
         }
      ],
   },
   memoryHotAddEnabled = false,
   cpuHotAddEnabled = true,
   extraConfig = (vim.option.OptionValue) [
      (vim.option.OptionValue) {
         key = "Replay.Supported",
         value = "TRUE"
      },
      (vim.option.OptionValue) {
         key = "number",
         value = 5
      },
      (vim.option.OptionValue) {
         key = "yes",
         value = true
      },
      (vim.option.OptionValue) {
         key = "no",
         value = false
      },
      (vim.option.OptionValue) {
         key = "none",
         value = <unset>
      },
      (vim.option.OptionValue) {
         value = "keyless"
      }
   ],
}
"""


def test_the_configuration() -> None:
    found = parse_config("\nConfiguration:\n \n" + CONFIG)
    extra = {"Replay.Supported": "TRUE", "number": "5", "yes": "true", "no": "false", "none": ""}
    assert found == VmConfig(
        name="db01",
        path="[ds] db01/db01.vmx",
        log_directory="[ds] logs",
        version="vmx-13",
        uuid="u-1",
        instance_uuid="i-1",
        cpu_hot_add=True,
        memory_hot_add=False,
        extra=extra,
    )
    assert found.extra_get("replay.supported") == found.extra_get("REPLAY.SUPPORTED") == "TRUE"
    assert found.extra_get("replay.allowFT") is None
