"""The table of requirements: each rule by itself, then whole hosts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from captures import capture
from direct_session import DirectSession

from ftlab.engine.context import Context
from ftlab.errors import HostdDown, ParseError
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.host import cpu, ft_version, ha_agent, licence, tables, uplinks, vmknic
from ftlab.esxi.host.licence import Licence
from ftlab.esxi.host.version import Version
from ftlab.esxi.vm import ft_devices
from ftlab.esxi.vm.config import VmConfig, parse_config
from ftlab.esxi.vm.ft_devices import Disk, FtDevice, FtHardware
from ftlab.esxi.vm.runtime import Runtime
from ftlab.model import Outcome
from ftlab.ops.vft.keys import KEYS
from ftlab.ops.vft.pairs import Half, Pair, pair_up
from ftlab.ops.vft.requirements.check import _judged
from ftlab.ops.vft.requirements.facts import HostFacts, Inspected, VftFacts, VmFacts
from ftlab.ops.vft.requirements.host_rules import HOST_RULES, PAIR_RULES, HalfFacts, check_pair
from ftlab.ops.vft.requirements.networks import Networks, NetworkService
from ftlab.ops.vft.requirements.rules import Check, judged, kind_of
from ftlab.ops.vft.requirements.vm_rules import VM_RULES, check_vm
from ftlab.sim import Fault, PairSpec, SimHost, SimLab


def version(text: str, build: int = 1) -> Version:
    return Version("VMware ESXi", text, build)


NETWORKS = Networks(NetworkService(("vmk1",)), NetworkService(("vmk2",)), {"vmnic1": 10000})
GOOD_HOST = HostFacts(
    "a", version("5.0.0"), NETWORKS, "GenuineIntel family 6", (True, ""), 3, "5.0.0", 1, 1,
    Licence("Evaluation Mode", True, 8), True,
)  # fmt: skip
GOOD_CONFIG = VmConfig(
    name="db01", version="vmx-08", cpu_hot_add=False, memory_hot_add=False,
    extra=dict.fromkeys(KEYS, "true"),
)  # fmt: skip
GOOD_HARDWARE = FtHardware(
    disks=(Disk("[shared] db01/db01.vmdk", thin=False, eager=True),),
    gear=(FtDevice("VirtualE1000", "Network adapter 1"),
          FtDevice("VirtualCdrom", "CD/DVD drive 1", "IsoBackingInfo")),
    datastores=("/vmfs/volumes/1234",), firmware="bios",
)  # fmt: skip
ENTRY = VmEntry(3, "db01", "[shared] db01/db01.vmx", "otherGuest", "vmx-08", "")
GOOD_VM = VmFacts(Half("a", ENTRY, Runtime(), GOOD_CONFIG), GOOD_HARDWARE, 0, 1, 4096)


def table(vm: VmFacts = GOOD_VM, here: HostFacts = GOOD_HOST) -> dict[str, Check]:
    return {check.requirement: check for check in check_vm(vm, here)}


def with_config(**about: Any) -> VmFacts:
    return replace(GOOD_VM, half=replace(GOOD_VM.half, config=replace(GOOD_CONFIG, **about)))


def with_gear(type: str, backing: str | None = None) -> VmFacts:
    gear = (*GOOD_HARDWARE.gear, FtDevice(type, f"a {type}", backing))
    return replace(GOOD_VM, hardware=replace(GOOD_HARDWARE, gear=gear))


def with_disk(**about: Any) -> VmFacts:
    disk = replace(GOOD_HARDWARE.disks[0], **about)
    return replace(GOOD_VM, hardware=replace(GOOD_HARDWARE, disks=(disk,)))


def test_a_good_vm_passes_everything() -> None:
    found = {name: check.verdict for name, check in table().items()}
    assert found.pop("host-verdict") == "unknown"
    assert set(found.values()) == {"pass"}


@pytest.mark.parametrize(
    ("requirement", "vm", "verdict"),
    [
        ("vcpus", replace(GOOD_VM, cpus=2), "fail"),
        ("vcpus", replace(GOOD_VM, cpus=None), "unknown"),
        ("hardware-version", with_config(version="vmx-04"), "fail"),
        ("hardware-version", with_config(version=None), "unknown"),
        ("snapshots", replace(GOOD_VM, snapshots=1), "fail"),
        ("snapshots", replace(GOOD_VM, snapshots=None), "unknown"),
        ("linked-clone", with_disk(parent="[other] base/base.vmdk"), "fail"),
        ("linked-clone", with_disk(file="[shared] db01/db01-000002.vmdk"), "fail"),
        ("linked-clone", replace(GOOD_VM, hardware=None), "unknown"),
        ("disks", with_disk(thin=True, eager=None), "fail"),
        ("disks", with_disk(eager=None), "unknown"),
        ("disks", with_disk(thin=None, eager=None, rdm="virtualMode"), "pass"),
        ("physical-rdm", with_disk(rdm="physicalMode"), "fail"),
        ("physical-rdm", with_disk(rdm="virtualMode"), "pass"),
        ("usb", with_gear("VirtualUSBController"), "fail"),
        ("usb", with_gear("VirtualUSBXHCIController"), "fail"),
        ("sound", with_gear("VirtualHdAudioCard"), "fail"),
        ("sound", with_gear("VirtualEnsoniq1371"), "fail"),
        ("serial-port", with_gear("VirtualSerialPort"), "fail"),
        ("parallel-port", with_gear("VirtualParallelPort"), "fail"),
        ("passthrough", with_gear("VirtualPCIPassthrough"), "fail"),
        ("vlance", with_gear("VirtualPCNet32"), "fail"),
        ("cd-floppy", with_gear("VirtualCdrom", "AtapiBackingInfo"), "fail"),
        ("cd-floppy", with_gear("VirtualCdrom", "RemotePassthroughBackingInfo"), "fail"),
        ("cd-floppy", with_gear("VirtualFloppy", "DeviceBackingInfo"), "fail"),
        ("cd-floppy", with_gear("VirtualFloppy", "ImageBackingInfo"), "pass"),
        ("memory", replace(GOOD_VM, memory_mb=65537), "fail"),
        ("memory", replace(GOOD_VM, memory_mb=65536), "pass"),
        ("memory", replace(GOOD_VM, memory_mb=None), "unknown"),
        ("hot-plug", with_config(cpu_hot_add=True), "fail"),
        ("hot-plug", with_config(memory_hot_add=None), "unknown"),
        ("video-3d", replace(GOOD_VM, hardware=replace(GOOD_HARDWARE, video_3d=True)), "fail"),
        ("npiv", replace(GOOD_VM, hardware=replace(GOOD_HARDWARE, npiv=True)), "fail"),
        ("nested-hv", replace(GOOD_VM, hardware=replace(GOOD_HARDWARE, nested_hv=True)), "fail"),
        ("replay-keys", with_config(extra={**dict.fromkeys(KEYS, "TRUE")}), "pass"),
        ("replay-keys", with_config(extra={KEYS[0]: "true"}), "fail"),
        ("replay-keys", with_config(name=None, extra={}), "unknown"),
    ],
)  # fmt: skip
def test_each_requirement_of_a_vm(requirement: str, vm: VmFacts, verdict: str) -> None:
    found = table(vm)
    assert found[requirement].verdict == verdict
    others = {check.verdict for name, check in found.items() if name != requirement}
    assert "fail" not in others


def test_what_is_unknown_says_where_to_look() -> None:
    nothing = VmFacts(Half("a", ENTRY, Runtime(), VmConfig()))
    for check in table(nothing).values():
        assert check.verdict == "unknown"
        assert "vCenter" in check.found or "vmx.get" in check.found or "host says" in check.found


def test_the_kinds_of_ft_by_version() -> None:
    assert [kind_of(version(text)) for text in ("4.1.0", "5.5.0", "6.0.0", "6.5.0", "6.7.0")] == [
        "legacy", "legacy", "smp", "smp", "smp8",
    ]  # fmt: skip
    assert kind_of(version("6.0.0"), asks_for_legacy=True) == "legacy"
    assert kind_of(version("6.5.0"), asks_for_legacy=True) == "smp"
    assert kind_of(None) == "legacy"
    assert kind_of(version("7.0.3")) == "smp8"


def test_60_is_judged_by_what_the_vm_asks_for() -> None:
    """vSphere API: record/replay FT only where ``vm.useLegacyFt`` is true."""
    here = replace(GOOD_HOST, version=version("6.0.0"))
    smp = table(replace(GOOD_VM, cpus=4), here)
    assert (smp["legacy-key"].verdict, smp["vcpus"].verdict) == ("pass", "pass")
    assert "SMP-FT" in smp["legacy-key"].found
    assert "SMP-FT has no use" in smp["replay-keys"].found
    assert "disks" not in smp
    for value, kind in (("TRUE", "legacy"), ("false", "smp")):
        keys = {**dict.fromkeys(KEYS, "true"), "vm.uselegacyft": value}
        found = table(replace(with_config(extra=keys), cpus=2), here)
        assert found["vcpus"].verdict == ("fail" if kind == "legacy" else "pass")
        assert ("disks" in found) == (kind == "legacy")
    assert "legacy-key" not in table()
    nobody = table(with_config(name=None, extra={}), here)
    assert nobody["legacy-key"].verdict == "unknown"


SMP_HOST = replace(GOOD_HOST, version=version("7.0.3"))


@pytest.mark.parametrize(
    ("requirement", "about", "here", "verdict"),
    [
        ("template", {"template": True}, SMP_HOST, "fail"),
        ("firmware", {"firmware": "efi"}, SMP_HOST, "unknown"),
        ("firmware", {"firmware": "efi"}, replace(GOOD_HOST, version=version("6.0.0")), "fail"),
        ("firmware", {"firmware": None}, SMP_HOST, "unknown"),
        ("encryption", {"encrypted": True}, SMP_HOST, "pass"),
        ("encryption", {"encrypted": True}, replace(SMP_HOST, version=version("6.7.0")), "fail"),
        ("flash-cache", {"flash_cache": True}, SMP_HOST, "fail"),
        ("vbs", {"vbs": True}, SMP_HOST, "fail"),
    ],
)
def test_what_smp_ft_does_not_take(
    requirement: str, about: dict[str, Any], here: HostFacts, verdict: str
) -> None:
    vm = replace(GOOD_VM, hardware=replace(GOOD_HARDWARE, **about))
    assert table(vm, here)[requirement].verdict == verdict


@pytest.mark.parametrize(("licensed", "verdict"), [(2, "fail"), (4, "pass"), (None, "pass")])
def test_as_many_vcpus_as_the_licence_takes(licensed: int | None, verdict: str) -> None:
    here = replace(SMP_HOST, licence=Licence("Standard", True, licensed))
    assert table(replace(GOOD_VM, cpus=4), here)["vcpus"].verdict == verdict


def test_the_hosts_own_verdict_is_shown_as_it_says_it() -> None:
    shown = table(replace(GOOD_VM, host_verdict="(vmodl.MethodFault) []"))["host-verdict"]
    assert shown.found == "the host says: (vmodl.MethodFault) []"


def test_after_60_legacy_ft_is_gone_and_smp_ft_takes_more() -> None:
    here = replace(GOOD_HOST, version=version("7.0.3"))
    found = table(replace(GOOD_VM, cpus=8, memory_mb=131072), here)
    assert (found["vcpus"].verdict, found["memory"].verdict) == ("pass", "pass")
    assert "do nothing" in found["replay-keys"].found
    assert "disks" not in found
    older = table(replace(GOOD_VM, cpus=8), replace(here, version=version("6.5.0")))
    assert older["vcpus"].verdict == "fail"
    nothing = table(with_config(extra={}), here)["replay-keys"]
    assert (nothing.verdict, nothing.found.startswith("not set")) == ("pass", True)


def host_table(here: HostFacts) -> dict[str, Check]:
    checks = judged(HOST_RULES, here, {kind_of(here.version)})
    return {check.requirement: check for check in checks}


def networks(**about: Any) -> dict[str, Any]:
    return {"networks": replace(NETWORKS, **about)}


@pytest.mark.parametrize(
    ("requirement", "about", "verdict"),
    [
        ("ft-vms-per-host", {"ft_vms": 5}, "fail"),
        ("ft-vms-per-host", {"ft_vms": None}, "unknown"),
        ("vmotion-nic", networks(vmotion=NetworkService(())), "fail"),
        ("vmotion-nic", networks(vmotion=NetworkService()), "unknown"),
        ("vmotion-nic", networks(vmotion=NetworkService(None, "vmk4")), "pass"),
        ("vmotion-nic", networks(vmotion=NetworkService(("vmk1",), "vmk4")), "unknown"),
        ("vmotion-nic", networks(vmotion=NetworkService(("vmk1", "vmk4"), "vmk4")), "pass"),
        ("vmotion-nic", networks(vmotion=NetworkService(("vmk1",), "")), "pass"),
        ("ft-logging-nic", networks(ft_logging=NetworkService((), "")), "fail"),
        ("ft-logging-nic", networks(ft_logging=NetworkService((), "vmk4")), "unknown"),
        ("cpu-replay", {"replay": (False, "nested")}, "unknown"),
        ("cpu-replay", {"replay": None}, "unknown"),
        ("licence", {"licence": None}, "unknown"),
        ("licence", {"licence": Licence("Essentials Plus", False)}, "fail"),
        ("licence", {"licence": Licence("x", True, None)}, "pass"),
        ("ha-cluster", {"ha_agent": False}, "fail"),
        ("ha-cluster", {"ha_agent": None}, "unknown"),
    ],
)
def test_each_requirement_of_a_host(requirement: str, about: dict[str, Any], verdict: str) -> None:
    assert host_table(replace(GOOD_HOST, **about))[requirement].verdict == verdict


@pytest.mark.parametrize(
    ("requirement", "about", "verdict"),
    [
        ("ft-vcpus-per-host", {"ft_vcpus": 9}, "fail"),
        ("ft-vcpus-per-host", {"ft_vcpus": 8}, "pass"),
        ("ft-vcpus-per-host", {"ft_vcpus": None}, "unknown"),
        ("ft-uplink", networks(speeds={"vmnic1": 10000, "vmnic2": 1000}), "fail"),
        ("ft-uplink", networks(speeds={}), "fail"),
        ("ft-uplink", networks(speeds=None), "unknown"),
        ("cpu-hv", {"hv": 3}, "pass"),
        ("cpu-hv", {"hv": 2}, "fail"),
        ("cpu-hv", {"hv": 0}, "fail"),
        ("cpu-hv", {"hv": None}, "unknown"),
    ],
)
def test_what_smp_ft_wants_of_a_host(requirement: str, about: dict[str, Any], verdict: str) -> None:
    assert host_table(replace(SMP_HOST, **about))[requirement].verdict == verdict
    assert requirement not in host_table(GOOD_HOST)


def test_tags_and_options_that_disagree_are_both_shown() -> None:
    here = replace(GOOD_HOST, **networks(ft_logging=NetworkService(("vmk2",), "vmk7")))
    assert host_table(here)["ft-logging-nic"].found == "tagged: vmk2; /FT/Vmknic: vmk7"


def test_a_good_host_leaves_only_what_vcenter_knows() -> None:
    unknown = {n for n, check in host_table(GOOD_HOST).items() if check.verdict != "pass"}
    assert unknown == {"host-certificates"}
    assert "cpu-replay" not in host_table(replace(GOOD_HOST, version=version("6.5.0")))


def pair_table(here: HostFacts, there: HostFacts, **vm: Any) -> dict[str, str]:
    other = replace(GOOD_VM, half=replace(GOOD_VM.half, host="b"), **vm)
    checks = check_pair(HalfFacts(GOOD_VM, here), HalfFacts(other, there))
    return {check.requirement: check.verdict for check in checks}


B = replace(GOOD_HOST, host="b")


@pytest.mark.parametrize(
    ("requirement", "there", "vm", "verdict"),
    [
        ("shared-datastore", B, {}, "pass"),
        ("shared-datastore", B,
         {"hardware": replace(GOOD_HARDWARE, datastores=("/vmfs/volumes/9",))}, "fail"),
        ("shared-datastore", B, {"hardware": None}, "unknown"),
        ("same-build", B, {}, "pass"),
        ("same-build", replace(B, version=version("5.0.0", 2)), {}, "pass"),
        ("same-build", replace(B, version=version("5.0.0", 2), ft_version=None), {}, "fail"),
        ("same-build", replace(B, version=None), {}, "unknown"),
        ("ft-version", B, {}, "pass"),
        ("ft-version", replace(B, ft_version="4.1.0"), {}, "fail"),
        ("ft-version", replace(B, ft_version=None), {}, "unknown"),
        ("cpu-family", replace(B, cpu="AuthenticAMD family 16"), {}, "fail"),
        ("cpu-family", replace(B, cpu=None), {}, "unknown"),
    ],
)  # fmt: skip
def test_each_requirement_across_the_pair(
    requirement: str, there: HostFacts, vm: dict[str, Any], verdict: str
) -> None:
    assert pair_table(GOOD_HOST, there, **vm)[requirement] == verdict


def test_smp_ft_takes_what_vmotion_takes() -> None:
    here = replace(GOOD_HOST, version=version("7.0.3", 1), ft_version=None)
    found = pair_table(here, replace(here, host="b", version=version("7.0.3", 2)))
    assert found["same-build"] == "unknown"
    assert "cpu-family" not in found
    assert "shared-datastore" not in found  # each half has its own disks


def test_a_vm_alone_has_nothing_to_be_compared_with() -> None:
    checks = check_pair(HalfFacts(GOOD_VM, GOOD_HOST), None)
    assert {check.verdict for check in checks} == {"unknown"}
    assert len(checks) == 4


def test_every_rule_has_a_source_and_says_what_is_wanted() -> None:
    for rule in (*HOST_RULES, *VM_RULES, *PAIR_RULES):
        assert rule.source
        assert rule.wanted


# -- whole hosts ----------------------------------------------------------------------------------


def lab_of(folder: Path, release: str, **spec: Any) -> SimLab:
    pair = PairSpec(**{"ready": True, "failure": None, **spec})
    return SimLab(folder, hosts=2, versions=[release] * 2, pairs=[pair], vms=1)


def checked(lab: SimLab) -> dict[str, Outcome]:
    outcomes = []
    for host in lab.hosts.values():
        context = Context(DirectSession(host))
        found = VftFacts(("db01",)).on(context)
        outcomes.append(Outcome(host.name, "ok", internal=(found.internal,)))
    return {outcome.host: outcome for outcome in _judged(tuple(outcomes))}


def verdicts(outcome: Outcome) -> dict[str, str]:
    return {check["requirement"]: check["verdict"] for check in outcome.facts["checks"]}


NOT_SSH = {"host-certificates", "host-verdict"}


@pytest.mark.parametrize("release", ["4.1", "5.0", "5.1", "5.5", "6.0", "6.7", "7.0 U3", "8.0"])
def test_a_ready_pair_of_every_age(tmp_path: Path, release: str) -> None:
    for outcome in checked(lab_of(tmp_path, release)).values():
        assert outcome.status == "ok"
        found = verdicts(outcome)
        assert "fail" not in found.values()
        unknown = {name for name, verdict in found.items() if verdict == "unknown"}
        may = {"disks", "cpu-replay"} | ({"ha-cluster"} if release < "5.0" else set())
        assert unknown <= NOT_SSH | may
        notes = " ".join(outcome.facts.get("notes", ()))
        assert ("SMP-FT" in notes) == (release >= "6.7")


def test_missing_keys_fail_with_the_table_there(tmp_path: Path) -> None:
    found = checked(lab_of(tmp_path, "5.0", ready=False))
    for outcome in found.values():
        assert outcome.status == "failed"
        assert outcome.error is not None
        assert outcome.error.kind == "vft.requirements"
        assert "replay-keys" in outcome.error.message
        assert verdicts(outcome)["replay-keys"] == "fail"


def test_hosts_that_differ(tmp_path: Path) -> None:
    lab = lab_of(tmp_path, "5.0")
    lab["vesxi02"].cpu_family = (16, 9, "AuthenticAMD")
    lab["vesxi01"].nics[2].tags.clear()
    found = checked(lab)
    assert verdicts(found["vesxi01"])["cpu-family"] == "fail"
    assert verdicts(found["vesxi02"])["cpu-family"] == "fail"


def test_a_host_that_answers_almost_nothing(tmp_path: Path) -> None:
    lab = lab_of(tmp_path, "5.5")
    for command in ("esxcli", "esxcfg-advcfg", "vim-cmd hostsvc", "vim-cmd vmsvc/get.",
                    "vim-cmd vmsvc/snapshot", "vim-cmd vmsvc/query", "vim-cmd vimsvc",
                    "/etc/init.d", "vmware"):  # fmt: skip
        lab["vesxi01"].faults.append(Fault(command, times=None, stdout=b"?\n"))
    found = checked(lab)["vesxi01"]
    assert found.status == "ok"
    assert set(verdicts(found).values()) == {"unknown"}


def test_a_host_agent_that_is_down_is_no_unknown(tmp_path: Path) -> None:
    lab = lab_of(tmp_path, "5.5")
    lab["vesxi01"].faults.append(
        Fault("vim-cmd vmsvc/get.config", times=None, stdout=b"Connection failure\n")
    )
    with pytest.raises(HostdDown):
        VftFacts(("db01",)).on(Context(DirectSession(lab["vesxi01"])))


def test_before_51_the_options_name_the_interfaces(tmp_path: Path) -> None:
    lab = lab_of(tmp_path, "5.0")
    option = lab["vesxi01"].options.find("/FT/Vmknic")
    assert option is not None
    lab["vesxi01"].options.set(option, "")
    assert verdicts(checked(lab)["vesxi01"])["ft-logging-nic"] == "fail"


def test_an_interface_on_the_vmotion_stack_carries_vmotion() -> None:
    text = "vmk0\n   Name: vmk0\n   MTU: 1500\nvmk3\n   Name: vmk3\n   Netstack Instance: vmotion\n"
    assert [(n.name, n.stack) for n in vmknic.parse_interfaces(text)] == [
        ("vmk0", None), ("vmk3", "vmotion"),
    ]  # fmt: skip


def test_an_outcome_without_facts_stays_as_it_is() -> None:
    lost = Outcome("x", "unreachable")
    assert list(_judged((lost,))) == [lost]


def test_halves_are_paired_once_for_all_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def counted(halves: Iterable[Half]) -> list[Pair]:
        calls.append(1)
        return pair_up(halves)

    monkeypatch.setattr("ftlab.ops.vft.requirements.check.pair_up", counted)
    _judged(tuple(
        Outcome(name, "ok", internal=(Inspected(replace(GOOD_HOST, host=name), (GOOD_VM,)),))
        for name in "abc"
    ))  # fmt: skip
    assert len(calls) == 1


# -- the answers it reads -------------------------------------------------------------------------


def test_tags_in_any_case_and_in_any_number() -> None:
    assert vmknic.parse_tags("   Tags: Management, VMotion\n") == {"management", "vmotion"}
    assert vmknic.parse_tags("   Tags: \n") == frozenset()


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (vmknic.parse_tags, "Error: Unknown command or namespace\n"),
        (vmknic.parse_interfaces, ""),
        (cpu.parse_cpus, "CPU: 0\n   Id: 0\n"),
        (cpu.parse_hardware, "(vim.host.HardwareInfo) {\n}\n"),
        (cpu.parse_replay, "   CPU Packages: 1\n"),
        (cpu.parse_hv, "   HV Support: maybe\n"),
        (licence.parse_licence, "[200] End of report.\n"),
        (licence.parse_licence, "   name: Evaluation Mode\n     [ProductName] = x\n"),
        (ha_agent.parse_status, "sh: /etc/init.d/vmware-fdm: not found\n"),
        (uplinks.parse_speeds, "Name\nvmnic0\n"),
        (uplinks.parse_speeds, "Name    Speed\n------  -----\nvmnic0  fast\n"),
        (uplinks.parse_uplinks, ""),
        (tables.parse_columns, "----\n"),
        (ft_devices.parse_hardware, "nothing"),
        (ft_version.parse_ft_version, "nothing"),
    ],
)
def test_an_answer_that_says_nothing_is_an_error(parse: Any, text: str) -> None:
    with pytest.raises(ParseError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('   name: Evaluation Mode\n     [feature] = ft:4 ("vSphere FT (up to 4 virtual CPUs)")\n',
         Licence("Evaluation Mode", True, 4)),
        ('   name: vSphere 6 Essentials Plus\n     [feature] = das ("vSphere HA")\n',
         Licence("vSphere 6 Essentials Plus", False)),
        ('     [feature] = ft ("FT")\n', Licence("a licence without a name", True)),
    ],
)  # fmt: skip
def test_the_licence_as_a_host_tells_it(text: str, found: Licence) -> None:
    assert licence.parse_licence(text) == found


@pytest.mark.parametrize(
    ("text", "runs"),
    [("vmware-fdm is running\n", True), ("vmware-fdm is not running\n", False),
     ("x\nVMware-fdm (pid 4) is running.\n", True)],
)  # fmt: skip
def test_the_ha_agent_as_a_host_tells_it(text: str, runs: bool) -> None:
    assert ha_agent.parse_status(text) is runs


def test_a_table_under_dashes() -> None:
    text = (
        "Name    PCI Device    Link Status  Speed  Description\n"
        "------  ------------  -----------  -----  --------------------------\n"
        "vmnic0  0000:0b:00.0  Up           10000  VMware Inc. vmxnet3 Virtual\n"
        "vmnic1  0000:13:00.0  Down             0  a card\n"
    )
    assert uplinks.parse_speeds(text) == {"vmnic0": 10000, "vmnic1": 0}
    rows = tables.parse_columns(text)
    assert rows[0]["Description"] == "VMware Inc. vmxnet3 Virtual"
    assert rows[1]["Link Status"] == "Down"


def test_no_ft_version_is_told_before_41() -> None:
    text = (
        "(vim.host.Summary) {\n   config = (vim.host.Summary.ConfigSummary) {\n"
        "      featureVersion = (vim.host.FeatureVersionInfo) [\n"
        '         (vim.host.FeatureVersionInfo) {\n            key = "faultTolerance", \n'
        '            value = "", \n         }\n      ], \n   }, \n}\n'
    )
    assert ft_version.parse_ft_version(text) is None


def test_replay_and_its_reasons() -> None:
    text = "   HV Replay Capable: false\n   HV Replay Disabled Reasons: no VPID\n"
    assert cpu.parse_replay(text) == (False, "no VPID")


def test_the_captured_configuration() -> None:
    text = capture("get.config-101-esxi50-letters-restored")
    found = ft_devices.parse_hardware(text)
    assert found.datastores == ("/vmfs/volumes/1aa0f495-8d26507e-f6d0-0ee0fa02a63a",)
    assert (found.npiv, found.nested_hv, found.video_3d) == (False, False, False)
    assert parse_config(text).cpu_hot_add is False


def test_disks_as_hostd_shows_them() -> None:
    disk = "(vim.vm.device.VirtualDisk) {{\n key = 2000, \n backing = ({}) {{\n{} }}, \n}}"
    kind = "vim.vm.device.VirtualDisk.RawDiskMappingVer1BackingInfo"
    text = (
        "(vim.vm.ConfigInfo) {\n hardware = (vim.vm.VirtualHardware) {\n"
        " device = (vim.vm.device.VirtualDevice) [\n"
        + disk.format(kind, '  compatibilityMode = "physicalMode", \n')
        + "\n ], \n }, \n}\n"
    )
    (found,) = ft_devices.parse_hardware(text).disks
    assert found.rdm == "physicalMode"
    bare = text.replace("backing = ", "noBacking = ")
    assert ft_devices.parse_hardware(bare).disks == (Disk(),)


def test_a_host_is_seen_without_its_vms(tmp_path: Path) -> None:
    from ftlab.ops.vft.requirements.facts import read_host

    host: SimHost = lab_of(tmp_path, "5.5")["vesxi01"]
    seen = read_host(Context(DirectSession(host)))
    assert seen.networks.vmotion.tagged == ("vmk1",)
    assert seen.networks.ft_logging.tagged == ("vmk2",)
    host.faults.append(Fault("esxcli network ip interface tag get -i vmk2", times=None))
    seen = read_host(Context(DirectSession(host)))
    services = seen.networks.vmotion, seen.networks.ft_logging
    assert [service.tagged for service in services] == [("vmk1",), None]  # vmk2 may carry it
    assert (seen.ft_vms, seen.ft_version) == (1, "5.5.0")
