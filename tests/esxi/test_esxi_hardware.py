"""What FT asks of hosts and VMs: processors, interfaces, devices, the FT version."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import ParseError
from ftlab.esxi.host import cpu, ft_version, vmknic
from ftlab.esxi.host.vmknic import Vmknic
from ftlab.esxi.vm import ft_devices
from ftlab.esxi.vm.ft_devices import Disk, FtDevice, FtHardware
from ftlab.model import Command


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (cpu.build_cpus(), "esxcli hardware cpu list"),
        (cpu.build_abilities(), "esxcli hardware cpu global get"),
        (cpu.build_hardware(), "vim-cmd hostsvc/hosthardware"),
        (ft_version.build_summary(), "vim-cmd hostsvc/hostsummary"),
        (vmknic.build_interfaces(), "esxcli network ip interface list"),
        (vmknic.build_tags("vmk1"), "esxcli network ip interface tag get -i vmk1"),
    ],
)
def test_the_commands_change_nothing(command: Command, words: str) -> None:
    assert str(command) == words
    assert command.repeatable is True


# -- processors -----------------------------------------------------------------------------------

CPU = """CPU:0
   Id: 0
   Package Id: 0
   Family: 6
   Model: 45
   Type: 0
   Stepping: 7
   Brand: GenuineIntel
   Core Speed: 2593750000
   L2 Cache Size: 262144
"""


def test_the_first_processor_stands_for_the_host() -> None:
    second = CPU.replace("CPU:0", "CPU:1").replace("Family: 6", "Family: 15")
    for text in (CPU, CPU + "\n" + second, CPU.replace("\n", "\r\n"), "motd\n" + CPU):
        assert cpu.parse_cpus(text) == "GenuineIntel family 6 model 45"


@pytest.mark.parametrize("missing", ["Brand", "Family", "Model"])
def test_a_processor_without_its_kind_is_an_error(missing: str) -> None:
    with pytest.raises(ParseError, match=r"^no brand, family and model in the answer \(line"):
        cpu.parse_cpus(CPU.replace(missing, "Other"))


HARDWARE = """(vim.host.HardwareInfo) {
   cpuInfo = (vim.host.CpuInfo) {
      numCpuPackages = 2,
   },
   cpuPkg = (vim.host.CpuPackage) [
      (vim.host.CpuPackage) {
         index = 0,
         description = "Intel(R) Xeon(R) CPU           E5-2670 0 @ 2.60GHz ",
      },
      (vim.host.CpuPackage) {
         index = 1,
         description = "another",
      }
   ],
}
"""


def test_4x_tells_the_processor_in_its_hardware() -> None:
    assert cpu.parse_hardware(HARDWARE) == "Intel(R) Xeon(R) CPU E5-2670 0 @ 2.60GHz"


@pytest.mark.parametrize(
    "text",
    [
        "(vim.host.HardwareInfo) {\n}\n",
        HARDWARE.replace("description", "words"),
        HARDWARE.replace("cpuPkg", "cpu"),
        '(vim.host.HardwareInfo) {\n cpuPkg = (T) [\n (T) {\n description = "",\n }\n ],\n}\n',
    ],
)
def test_hardware_without_a_processor_is_an_error(text: str) -> None:
    with pytest.raises(ParseError, match=r"^no processor in the answer \(line 1"):
        cpu.parse_hardware(text)


def test_the_hardware_of_something_else_is_an_error() -> None:
    with pytest.raises(ParseError):
        cpu.parse_hardware(HARDWARE.replace("HardwareInfo", "Summary"))


GLOBAL = """   CPU Packages: 2
   HV Support: 3
   HV Replay Capable: {}
   HV Replay Disabled Reasons: {}
"""


@pytest.mark.parametrize(
    ("capable", "reasons", "found"),
    [
        ("true", "", (True, "")),
        ("True", "", (True, "")),
        ("false", "no VPID, no EPT ", (False, "no VPID, no EPT")),
        ("FALSE", "hypervisor", (False, "hypervisor")),
    ],
)
def test_whether_the_processors_can_replay(
    capable: str, reasons: str, found: tuple[bool, str]
) -> None:
    assert cpu.parse_replay(GLOBAL.format(capable, reasons)) == found


def test_reasons_may_be_missing_and_the_ability_may_not() -> None:
    assert cpu.parse_replay("   HV Replay Capable: true\n") == (True, "")
    for text in ("", "   CPU Packages: 2\n", GLOBAL.format("maybe", ""), GLOBAL.format("", "")):
        with pytest.raises(ParseError, match=r"^nothing about HV replay in the answer \(line 1"):
            cpu.parse_replay(text)


# -- interfaces -----------------------------------------------------------------------------------

INTERFACES = """vmk0
   Name: vmk0
   MAC Address: 00:50:56:60:00:01
   Enabled: true
   Portset: vSwitch0
   Portgroup: Management Network
   Netstack Instance: defaultTcpipStack
   VDS Name: N/A
   MTU: 1500

vmk1
   Name: vmk1
   Portgroup: Name: of a group
   Netstack Instance: vmotion

vmk2
   Name: vmk2
   MTU: 9000
"""


def test_interfaces_and_their_stacks() -> None:
    wanted = [
        Vmknic("vmk0", "defaultTcpipStack", "vSwitch0"), Vmknic("vmk1", "vmotion"), Vmknic("vmk2"),
    ]  # fmt: skip
    assert vmknic.parse_interfaces(INTERFACES) == wanted
    assert vmknic.parse_interfaces("   MTU: 1\n" + INTERFACES.replace("\n", "\r\n")) == wanted
    assert Vmknic("vmk2").stack is None


def test_an_answer_without_interfaces_is_an_error() -> None:
    for text in ("", "vmk0\n   MTU: 1500\n", "name: vmk0\n", "Error: Unknown command\n"):
        with pytest.raises(ParseError, match=r"^no network interface in the answer \(line 1"):
            vmknic.parse_interfaces(text)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("   Tags: Management\n", {"management"}),
        ("   Tags: Management, VMotion,faultToleranceLogging\r\n",
         {"management", vmknic.VMOTION, vmknic.FT_LOGGING}),
        ("Tags:\n", set()),
        ("   Tags: , \n", set()),
        ("motd\n   Tags: VMotion\n   Tags: other\n", {"vmotion"}),
    ],
)  # fmt: skip
def test_tags(text: str, tags: set[str]) -> None:
    assert vmknic.parse_tags(text) == tags


def test_an_answer_without_tags_is_an_error() -> None:
    for text in ("", "   Tag: VMotion\n", "Unable to find the interface vmk9\n"):
        with pytest.raises(ParseError, match=r"^no tags in the answer \(line 1"):
            vmknic.parse_tags(text)


def test_before_tags_two_options_name_the_interfaces() -> None:
    assert vmknic.VMOTION_OPTION == "/Migrate/Vmknic"
    assert vmknic.FT_LOGGING_OPTION == "/FT/Vmknic"


# -- the FT version -------------------------------------------------------------------------------


def summary(*features: tuple[str, str]) -> str:
    rows = ",\n".join(
        f'(vim.host.FeatureVersionInfo) {{\n key = "{key}",\n value = "{value}",\n }}'
        for key, value in features
    )
    return (
        "(vim.host.Summary) {\n config = (vim.host.Summary.ConfigSummary) {\n"
        f" featureVersion = (vim.host.FeatureVersionInfo) [\n{rows}\n ],\n }},\n}}\n"
    )


@pytest.mark.parametrize(
    ("features", "version"),
    [
        ([("faultTolerance", "4.1.0-build")], "4.1.0-build"),
        ([("other", "1"), ("faultTolerance", "2.0")], "2.0"),
        ([("faultTolerance", ""), ("faultTolerance", "3")], "3"),
        ([("other", "1")], None),
        ([("faultTolerance", "")], None),
        ([], None),
    ],
)
def test_the_ft_version(features: list[tuple[str, str]], version: str | None) -> None:
    assert ft_version.parse_ft_version(summary(*features)) == version


def test_a_summary_without_features_tells_no_version() -> None:
    for text in ("(vim.host.Summary) {\n}\n", summary().replace("featureVersion", "other")):
        assert ft_version.parse_ft_version(text) is None


# -- devices --------------------------------------------------------------------------------------


def config(*devices: str, more: str = "") -> str:
    rows = ",\n".join(devices)
    return (
        "(vim.vm.ConfigInfo) {\n hardware = (vim.vm.VirtualHardware) {\n"
        f" device = (vim.vm.device.VirtualDevice) [\n{rows}\n ],\n }},\n{more}}}\n"
    )


def device(kind: str, body: str = "") -> str:
    return f"(vim.vm.device.{kind}) {{\n key = 2000,\n{body}}}"


def backed(kind: str, backing: str, fields: str = "", label: str = "") -> str:
    about = f' deviceInfo = (vim.Description) {{\n label = "{label}",\n }},\n' if label else ""
    type_ = f"vim.vm.device.{kind}.{backing}"
    return device(kind, f"{about} backing = ({type_}) {{\n{fields}}},\n")


FLAT = "FlatVer2BackingInfo"
RAW = "RawDiskMappingVer1BackingInfo"
FILE = ' fileName = "[ds] a/a.vmdk",\n'


@pytest.mark.parametrize(
    ("text", "disk"),
    [
        (backed("VirtualDisk", FLAT, FILE), Disk("[ds] a/a.vmdk")),
        (backed("VirtualDisk", FLAT, FILE + " thinProvisioned = false,\n eagerlyScrub = true,\n"),
         Disk("[ds] a/a.vmdk", thin=False, eager=True)),
        (backed("VirtualDisk", FLAT, " thinProvisioned = true,\n eagerlyScrub = <unset>,\n"),
         Disk(thin=True)),
        (backed("VirtualDisk", FLAT, FILE + ' parent = (T) {\n fileName = "[b] b.vmdk",\n },\n'),
         Disk("[ds] a/a.vmdk", parent="[b] b.vmdk")),
        (backed("VirtualDisk", FLAT, " parent = (T) null,\n compatibilityMode = \"x\",\n"), Disk()),
        (backed("VirtualDisk", RAW, ' compatibilityMode = "virtualMode",\n'),
         Disk(rdm="virtualMode")),
        (backed("VirtualDisk", RAW), Disk(rdm="")),
        (device("VirtualDisk"), Disk()),
    ],
)  # fmt: skip
def test_a_disk_as_hostd_tells_it(text: str, disk: Disk) -> None:
    assert ft_devices.parse_hardware(config(text)) == FtHardware(disks=(disk,))


def test_what_a_host_does_not_say_of_a_disk_is_none() -> None:
    nothing = Disk()
    assert {nothing.file, nothing.thin, nothing.eager, nothing.rdm, nothing.parent} == {None}
    assert FtDevice("a", "b").backing is None


def test_other_devices_by_type_label_and_backing() -> None:
    text = config(
        backed("VirtualCdrom", "IsoBackingInfo", FILE, label="CD/DVD drive 1"),
        backed("VirtualDisk", FLAT, FILE),
        device("VirtualPCNet32"),
    )
    found = ft_devices.parse_hardware(text)
    assert found.gear == (
        FtDevice("VirtualCdrom", "CD/DVD drive 1", "IsoBackingInfo"),
        FtDevice("VirtualPCNet32", "VirtualPCNet32", None),
    )
    assert found.disks == (Disk("[ds] a/a.vmdk"),)


URLS = """ datastoreUrl = (vim.vm.ConfigInfo.DatastoreUrlPair) [
 (vim.vm.ConfigInfo.DatastoreUrlPair) {
 name = "a",
 url = "/vmfs/volumes/1-2/",
 },
 (vim.vm.ConfigInfo.DatastoreUrlPair) {
 url = "/vmfs/volumes/NFSX",
 },
 (vim.vm.ConfigInfo.DatastoreUrlPair) {
 url = "",
 },
 (vim.vm.ConfigInfo.DatastoreUrlPair) {
 name = "d",
 }
 ],
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (config(), FtHardware()),
        (config(more=URLS), FtHardware(datastores=("/vmfs/volumes/1-2", "/vmfs/volumes/NFSX"))),
        (config(more=" npivNodeWorldWideName = (long) [ 12, ],\n"), FtHardware(npiv=True)),
        (config(more=" npivPortWorldWideName = (long) [ 12, ],\n"), FtHardware(npiv=True)),
        (config(more=" npivPortWorldWideName = (long) [ ],\n"), FtHardware()),
        (config(more=" npivNodeWorldWideName = <unset>,\n"), FtHardware()),
        (config(more=' npivNodeWorldWideName = "",\n'), FtHardware()),
        (config(more=' npivNodeWorldWideName = "x",\n'), FtHardware()),
        (config(more=" nestedHVEnabled = true,\n"), FtHardware(nested_hv=True)),
        (config(more=" nestedHVEnabled = false,\n"), FtHardware()),
        (config(more=" nestedHVEnabled = <unset>,\n"), FtHardware()),
    ],
)
def test_the_rest_of_a_configuration(text: str, found: FtHardware) -> None:
    assert ft_devices.parse_hardware(text) == found


@pytest.mark.parametrize(("written", "on"), [("true", True), ("false", False), ("<unset>", False)])
def test_3d_is_a_flag_of_the_video_card(written: str, on: bool) -> None:
    card = device("VirtualVideoCard", f" enable3DSupport = {written},\n")
    assert ft_devices.parse_hardware(config(device("VirtualKeyboard"), card)).video_3d is on


def test_nothing_is_assumed_of_a_vm() -> None:
    assert FtHardware() == FtHardware((), (), (), False, False, False)


def test_only_a_configuration_has_devices() -> None:
    with pytest.raises(ParseError):
        ft_devices.parse_hardware("(vim.vm.Summary) {\n}\n")


@given(st.text())
def test_any_text_is_read_or_a_parse_error(
    error_of: Callable[..., ParseError | None], text: str
) -> None:
    for parse in (
        cpu.parse_cpus, cpu.parse_hardware, cpu.parse_replay, ft_devices.parse_hardware,
        ft_version.parse_ft_version, vmknic.parse_interfaces, vmknic.parse_tags,
    ):  # fmt: skip
        error = error_of(parse, text)
        assert error is None or error.evidence["line"] >= 1


def test_a_backing_without_fields_is_one_all_the_same() -> None:
    text = """(vim.vm.ConfigInfo) {
   hardware = (vim.vm.VirtualHardware) {
      device = (vim.vm.device.VirtualDevice) [
         (vim.vm.device.VirtualCdrom) {
            key = 3000,
            backing = (vim.vm.device.VirtualCdrom.AtapiBackingInfo) {
            },
         },
      ],
   },
}
"""
    [gear] = ft_devices.parse_hardware(text).gear
    assert gear.backing == "AtapiBackingInfo"
