"""Every capture of a real host that one of our commands could meet: who reads it, and as what."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from captures import CAPTURES, PUBLISHED

from ftlab.errors import HostdDown, VimFault
from ftlab.esxi import faults
from ftlab.esxi.dumps.reader import UNSET, Dump, Moref, parse_dump
from ftlab.esxi.getallvms import listing
from ftlab.esxi.host import version
from ftlab.esxi.host.version import Version
from ftlab.esxi.options import advcfg, esxcli
from ftlab.esxi.options.option import AdvancedOption
from ftlab.esxi.vm import power, questions, snapshots
from ftlab.esxi.vm.config import parse_config
from ftlab.esxi.vm.questions import Question
from ftlab.esxi.vm.runtime import parse_runtime
from ftlab.esxi.vm.snapshots import Snapshot
from ftlab.esxi.vm.summary import parse_summary
from ftlab.model import Command, Completed

Capture = Callable[[str], str]


def vms(text: str) -> list[tuple[Any, ...]]:
    return [(v.vmid, v.name, v.path, v.guest, v.version) for v in listing.parse_list(text).vms]


def fault(text: str, exit_status: int = 1) -> tuple[str, str]:
    answer = Completed(Command(("vim-cmd", "vmsvc/x")), exit_status, text.encode())
    found = faults.find_fault(answer)
    assert found is not None
    return found.kind, found.evidence["words"]


def no_fault(text: str) -> None:
    assert faults.find_fault(Completed(Command(("vim-cmd", "x")), 0, text.encode())) is None


def dump(*paths: str) -> Callable[[str], tuple[Any, ...]]:
    def read(text: str) -> tuple[Any, ...]:
        value = parse_dump(text)
        assert isinstance(value, Dump)
        return (value.type, len(value), *(value.get(path) for path in paths))

    return read


def runtime(text: str) -> tuple[Any, ...]:
    r = parse_runtime(text)
    return (r.power, r.connection, r.ft_state, r.record_replay_state, r.question)


def summary(text: str) -> tuple[Any, ...]:
    s = parse_summary(text)
    return (
        s.name, s.path, s.uuid, s.instance_uuid, s.num_cpu, s.memory_mb,
        s.ft, s.runtime.power, s.runtime.ft_state,
    )  # fmt: skip


def config(text: str) -> tuple[Any, ...]:
    c = parse_config(text)
    return (
        c.name, c.version, c.ft, len(c.extra),
        c.extra_get("REPLAY.Supported"), c.extra_get("migrate.hostlogstate"),
        c.extra_get("replay.filename"), c.extra_get("replay.allowFT"),
    )  # fmt: skip


def option(path: str) -> Callable[[str], AdvancedOption | None]:
    def read(text: str) -> AdvancedOption | None:
        found = esxcli.parse_options(text)
        return next((one for one in found if one.path == path), None)

    return read


def advcfg_list(text: str) -> tuple[Any, ...]:
    found = advcfg.parse_list(text)
    by_path = {one.path: one for one in found}
    return len(found), by_path["/Migrate/VMotionStreamDisable"].type, by_path["/FT/Vmknic"].type


DAMAGED = "Test2.0Wiki_192.168.0.149"

TABLE: dict[str, tuple[Callable[[str], Any], Any]] = {
    # vim-cmd vmsvc/getallvms, 4.x to 8.x
    "getallvms-colon-in-datastore-name": (vms, [
        (40, "builds-vmware-iso",
         "[east-rack-01:datastore1] builds-vmware-iso/builds-vmware-iso.vmx",
         "ubuntu64Guest", "vmx-08"),
    ]),
    "getallvms-datastore-with-space-and-parens": (vms, [
        (1424, "web-router", "[datastore1 (4)] web-router/win2k8x64.vmx",
         "winLonghorn64Guest", "vmx-07"),
        (1440, "GAT-3.250", "[datastore1 (4)] GAT/win2k8x64.vmx", "winLonghorn64Guest", "vmx-07"),
    ]),
    "getallvms-dummyvm-nested-55": (vms, [
        (1, "testVM", "[LocalDatastore_001] testVM/testVM.vmx", "otherGuest", "vmx-10"),
    ]),
    "getallvms-empty-list-esxi8": (vms, []),
    "getallvms-esx4x-collapsed-blog": (vms, [
        (112, "VM-1", "[Datastore] VM-3/VM-3.vmx", "winLonghornGuest", "vmx-04"),
        (128, "VM-2", "[Datastore] VM-3/VM-3.vmx", "winXPProGuest", "vmx-04"),
        (144, "VM-3", "[Datastore] VM-3/VM-3.vmx", "winNetStandardGuest", "vmx-04"),
    ]),
    "getallvms-esxi55-two-vms": (vms, [
        (1, "VM1", "[datastore1] VM1/VM1.vmx", "rhel6_64Guest", "vmx-08"),
        (2, "VM2", "[datastore1] VM2/VM2.vmx", "windows7Server64Guest", "vmx-08"),
    ]),
    "getallvms-esxi80-spaces-in-name-and-path": (vms, [
        (10, "_solaris11.4lab.50", "[192.168.2.203_nvme_nfs] solaris11.4lab/solaris11.4lab.vmx",
         "solaris11_64Guest", "vmx-19"),
        (25, "test.lab.47", "[nfs2] test/test.vmx", "solaris11_64Guest", "vmx-14"),
        (5, "start delay", "[local_datastore] start delay/start delay.vmx",
         "otherLinuxGuest", "vmx-20"),
        (8, "filesan-203", "[local_datastore] filesan/filesan.vmx",
         "solaris11_64Guest", "vmx-20"),
    ]),
    "getallvms-four-vms-55": (vms, [
        (13, "fileboxes-3810-esxi-1.1",
         "[Storeblock] fileboxes-3810-esxi/fileboxes-3810-esxi.vmx",
         "other26xLinux64Guest", "vmx-09"),
        (14, "fileboxes-3810-esxi-1.1-test",
         "[Storeblock] fileboxes-3810-esxi-test/fileboxes-3810-esxi-test.vmx",
         "other26xLinux64Guest", "vmx-09"),
        (15, "fileboxes-dsm5b-test", "[Storeblock] fileboxes-dsm5-test/fileboxes-dsm5-test.vmx",
         "other26xLinux64Guest", "vmx-09"),
        (4, "desktop-neo", "[Storeblock] desktop-neo/desktop-neo.vmx", "ubuntu64Guest", "vmx-08"),
    ]),
    "getallvms-grep-gen-65": (vms, [
        (7, "gen", "[datastore1] gen/gen.vmx", "otherLinux64Guest", "vmx-13"),
    ]),
    "getallvms-grep-one-line-55": (vms, [
        (6, "VM1", "[datastore1] VM1/VM1.vmx", "debian6_64Guest", "vmx-08"),
    ]),
    "getallvms-multiline-annotation-utf8-esxi50": (
        lambda text: {v.name: v.annotation for v in listing.parse_list(text).vms}, {
            "test_192.168.0.70": "",
            "Test2.0_192.168.0.148": "Creator：Ada\nemanders/Team：area one\n"
            "Host IP：192.168.0.148\nVM pp：AnSql5.0\nProject：Test2.0\n"
            "Summary：Test2.0实验虚拟机器；保留时间2020年1月11日至2020年12月31日\n",
            DAMAGED: "Creator：Ada\nemanders/Team：area one\nHost IP：192.168.0.149\nVM pp：\n"
            "Project：Test2.0\n"
            "Summary：Test2.0用Wiki主机；保留时间2020年1月11日至2020年12月31日",
            "myNightlab_192.168.0.25": "",
            "myNightlab_192.168.0.27": "",
            "ABC_192.168.0.31": "",
        }),
    "getallvms-name-with-space-jump-box": (vms, [
        (12, "debian12-base-image", "[dataStorage] debian12-base-image/debian12-base-image.vmx",
         "otherLinux64Guest", "vmx-14"),
        (13, "kv1", "[vmStorage] kv1/debian12-base-image.vmx", "otherLinux64Guest", "vmx-14"),
        (2, "Jump Box", "[vmStorage] Jump Box/Jump Box.vmx", "debian10_64Guest", "vmx-14"),
    ]),
    "getallvms-names-with-spaces-and-brackets-7x": (vms, [
        (1, "AB_ESXI_050", "[datastore_050] AB_ESXI/AB_ESXI.vmx", "ubuntu64Guest", "vmx-11"),
        (24, "Test Test [Test] [Test]", "[datastore_050_vmfs6] Test/Test.vmx",
         "otherGuest64", "vmx-17"),
    ]),
    "getallvms-nested-esxi-localdatastore_001": (vms, [
        (2, "CentosTest", "[LocalDatastore_001] CentosTest/CentosTest.vmx",
         "otherLinuxGuest", "vmx-10"),
    ]),
    "getallvms-one-vm-esxi8": (vms, [
        (1, "x8", "[lab-esx] x8/x8.vmx", "centos9_64Guest", "vmx-20"),
    ]),
    "getallvms-seven-vms-after-deploy-65": (vms, [
        (10, "centos-00", "[ds-00-das] centos-00/centos-00.vmx", "centos7_64Guest", "vmx-13"),
        (11, "centos-01", "[ds-00-das] centos-01/centos-01.vmx", "centos7_64Guest", "vmx-13"),
        (20, "centos-02", "[ds-00-das] centos-02/centos-02.vmx", "centos7_64Guest", "vmx-11"),
        (21, "repo-00", "[ds-00-das] repo-00/repo-00.vmx", "centos7_64Guest", "vmx-11"),
        (6, "firewall-00", "[ds-00-das] firewall-00/firewall-00.vmx", "freebsd64Guest", "vmx-13"),
        (8, "stor-00", "[ds-00-das] stor-00/stor-00.vmx", "solaris11_64Guest", "vmx-13"),
        (9, "stor-01", "[ds-00-das] stor-01/stor-01.vmx", "solaris11_64Guest", "vmx-13"),
    ]),
    "getallvms-short-single-esxi5": (vms, [
        (1, "test1", "[datastore1] test1/test1.vmx", "winXPProGuest", "vmx-08"),
    ]),
    "getallvms-single-windows7-60": (vms, [
        (1, "lab-tester1", "[datastore1] lab-tester1/lab-tester1.vmx", "windows7Guest", "vmx-11"),
    ]),
    "getallvms-skipping-invalid-vm-65": (
        lambda text: ([v.vmid for v in listing.parse_list(text).vms],
                      listing.parse_list(text).invalid),
        ([1, 11, 2, 3], ("6",)),
    ),
    "getallvms-vcl-parens-in-name-4x": (vms, [
        (496, "vm-lab-east-9 (nonpersistent: vmwarewinxp-base234-v12)",
         "[nfs-datastore] vm-lab-east-9_234-v12/vm-lab-east-9_234-v12.vmx",
         "winXPProGuest", "vmx-04"),
        (512, "vm-lab-east-10 (nonpersistent: vmwarelinux-centosbase1617-v1)",
         "[nfs-datastore] vm-lab-east-10_1617-v1/vm-lab-east-10_1617-v1.vmx",
         "otherLinuxGuest", "vmx-04"),
    ]),
    # vim-cmd vmsvc/get.*
    "get.config-101-esxi50-letters-restored": (config, (
        "test_192.168.0.70", "vmx-08", None, 49, "false", "none", "", None)),
    "get.config-101-esxi50-as-published": (
        dump("name", "hardware.numCPU", "npivOnNonRdmisks", "consolePreferences"),
        ("vim.vm.ConfigInfo", 50, "test_192.168.0.70", 419, UNSET, None)),
    "get.summary-101-esxi50-letters-restored": (summary, (
        "test_192.168.0.70", "[datastore1] test_192.168.0.70/test_192.168.0.70.vmx",
        "564d426c-8581-c9d6-fccd-7af487f94da3", "52020280-a328-6c83-641f-a74106d0c35b",
        2, 4096, None, "off", "notConfigured")),
    "get.summary-101-esxi50-as-published": (
        dump("runtime.powerState", "vm"),
        ("vim.vm.Summary", 8, "poweredOff", Moref("vim.VirtualMachine", "101"))),
    "get.summary-496-esxi4x": (summary, (
        "vm-lab-east-9 (nonpersistent: vmwarewinxp-base234-v12)",
        "[nfs-datastore] vm-lab-east-9_234-v12/vm-lab-east-9_234-v12.vmx",
        "564d45eb-5699-e60f-3b8b-c57579f15884", None, 1, 1024, None,
        "on", "notConfigured")),
    "get.runtime-1-nested-esxi55": (runtime, (
        "on", "connected", "notConfigured", "inactive", None)),
    "get.guest-esxi8-no-tools": (
        dump("screen.height", "guestState", "customizationInfo.errorMsg", "toolsUpdateStatus"),
        ("vim.vm.GuestInfo", 20, 768, "running", UNSET, None)),
    "get.networks-101-esxi50": (
        dump("network", "accessible"),
        ("vim.Network.Summary", 5, Moref("vim.Network", "HaNetwork-VM Network"), True)),
    "get.filelayoutex-simple-fixture": (
        lambda text: [node.number("size") for node in parse_dump(text).nodes("file")],
        [3285, 0, 17179869184, 12345]),
    "hostd-log-eventex-dump-51": (
        dump("host.host", "eventTypeId", "fault"),
        ("vim.event.EventEx", 22, Moref("vim.HostSystem", "ha-host"),
         "esx.problem.visorfs.ramdisk.inodetable.full", None)),
    "hostsvc-advopt-view-ScratchConfig": (
        lambda text: [(node.text("key"), node.text("value")) for node in parse_dump(text)],
        [("ScratchConfig.ConfiguredScratchLocation",
          "/vmfs/volumes/82302723-14b2f373-d7f3-d9ce5b676e7e/.locker")]),
    # power steps and faults
    "power.getstate-off-65": (power.parse_state, "off"),
    "power.getstate-notfound-67-new-syntax": (
        fault, ("fault.NotFound", 'Unable to find a VM corresponding to "2"')),
    "power.on-ok-55": (no_fault, None),
    "power.on-ok-nested-55": (no_fault, None),
    "power.off-ok-nested-55": (no_fault, None),
    "power.shutdown-ok-65-empty-output": (no_fault, None),
    "reload-ok-empty-output-55": (no_fault, None),
    "power.on-already-on-4x5x-InvalidPowerState": (fault, (
        "fault.InvalidPowerState",
        "The attempted operation cannot be performed in the current state (Powered On).")),
    "power.on-already-on-60-65": (fault, ("power.failed", "Power on failed")),
    "power.off-already-off-60-65": (fault, ("power.failed", "Power off failed")),
    "power.suspend-failed-6x": (fault, ("power.failed", "Suspend failed")),
    "power.on-failed-GenericVmConfigFault-esxi9": (fault, (
        "fault.GenericVmConfigFault", "This host does not support AMD-V.")),
    "create-vm-notfound-alreadyexists-55-trailing-comma-space": (fault, (
        "fault.NotFound", 'Unable to find a VM corresponding to "(vim.fault.AlreadyExists)"')),
    "unregister-notfound-16-5x": (
        fault, ("fault.NotFound", 'Unable to find a VM corresponding to "16"')),
    "unregister-notfound-quotes-in-quotes-4x": (fault, (
        "fault.NotFound",
        'Unable to find a VM corresponding to "/vmfs/volumes/nfs-datastore/'
        'vm-lab-east-9_234-v12/vm-lab-east-9_234-v12.vmx"')),
    "task_info-managedobjectnotfound-4x": (fault, (
        "fault.ManagedObjectNotFound",
        "The object has already been deleted or has not been completely created")),
    "vimcmd-bad_alloc-abort": (fault, (
        "hostd.down", "terminate called after throwing an instance of 'std::bad_alloc'")),
    # snapshots, questions
    "snapshot.get-none": (snapshots.parse_snapshots, []),
    "snapshot.get-nested-child-esxi7": (snapshots.parse_snapshots, [
        Snapshot("snap1", 0, 1, "Snapshot #1", "10/4/2026 19:0:52", "powered off"),
        Snapshot("Baselinux running", 1, 2, "", "10/4/2026 19:22:55", "powered on"),
    ]),
    "message-none": (questions.parse_message, None),
    "message-80-uuid-altered-markdown-mangled": (questions.parse_message, Question(
        "12",
        "msg.uuid.altered:This virtual machine may have been moved or copied.\n\n"
        "To configure certain management and networking features VMware ESX needs to know "
        "which.\n\nDid you move this virtual machine, or did you copy it? If you don't know, "
        'answer "I copied it".',
        (("0", "Cancel"), ("1", "I _moved it"), ("2", "I _copied it")),
        "2")),
    # advanced options
    "esxcli-adv-list-o-TcpipDefLROEnabled-60": (option("/Net/TcpipDefLROEnabled"), AdvancedOption(
        "/Net/TcpipDefLROEnabled", "integer", 0, 1, 0, 1, "LRO enabled for TCP/IP")),
    "esxcli-adv-list-excerpt-ESXiShellTimeOut-60": (
        lambda text: option("/UserVars/ESXiShellTimeOut")(re.sub(r" +\.\.\.\r?\n", "", text)),
        AdvancedOption(
            "/UserVars/ESXiShellTimeOut", "integer", 0, 0, 0, 86400,
            "Time before automatically disabling local and remote shell access (in seconds, "
            "0 disables).  Takes effect after the services are restarted.")),
    "esxcli-adv-set-ok-60-empty-output": (no_fault, None),
    "esxcli-unknown-namespace-esxi9": (esxcli.parse_options, []),
    "esxcli-adv-list-usage": (esxcli.parse_options, []),
    "esxcli-adv-set-usage": (esxcli.parse_options, []),
    "esxcfg-advcfg-s-silent-and-g-BindToVmknic-50": (
        lambda text: advcfg.parse_get(text, "/Migrate/BindToVmknic"), 1),
    "esxcfg-advcfg-l-grep-ESXiShell-50": (advcfg.parse_list, [
        advcfg.ListedOption("/UserVars/ESXiShellTimeOut", "integer",
                            "Timeout for local and remote shell access (in seconds)"),
    ]),
    "esxcfg-advcfg-l-full-65": (advcfg_list, (46, "integer", "string")),
    # versions
    "vmware-v-esxi41-702113": (version.parse_version, Version("VMware ESXi", "4.1.0", 702113)),
    "vmware-v-esxi703": (version.parse_version, Version("VMware ESXi", "7.0.3", 19193900)),
    "vmware-v-esxi800": (version.parse_version, Version("VMware ESXi", "8.0.0", 20513097)),
    "vmware-lv-esxi41u1-348481": (
        version.parse_version, Version("VMware ESXi", "4.1.0", 348481, "Update 1")),
    "vmware-vl-esxi50-ga-469512": (
        version.parse_version, Version("VMware ESXi", "5.0.0", 469512, "GA")),
    "vmware-vl-esxi50u1-623860": (
        version.parse_version, Version("VMware ESXi", "5.0.0", 623860, "Update 1")),
    "vmware-vl-esxi51-ga-799733": (
        version.parse_version, Version("VMware ESXi", "5.1.0", 799733, "GA")),
    "vmware-vl-esxi55u1-1623387": (
        version.parse_version, Version("VMware ESXi", "5.5.0", 1623387, "Update 1")),
    "vmware-vl-esxi60-ga-2809209": (
        version.parse_version, Version("VMware ESXi", "6.0.0", 2809209, "GA")),
    "uname-a-and-vmware-v-esxi802-plink": (
        version.parse_version, Version("VMware ESXi", "8.0.2", 22380479)),
}  # fmt: skip

OTHER_COMMANDS = {
    "esxcli-system-version-get-55u3": "not called",
    "esxcli-system-version-get-esxi802": "not called",
    "esxcli-system-version-get-esxi9": "not called",
    "get.tasklist-empty": "not called",
    "get.tasklist-three-powerOn": "not called",
    "tasklist-one-createSnapshot": "not called",
    "uname-a-55-1331820-hostname-with-dot": "not called",
    "uname-a-55-3248547": "not called",
    "uname-a-65-8294253": "not called",
    "uname-a-67-8169922": "not called",
    "uname-a-700-16324942": "not called",
    "busybox-applets-5x-2014": "says which applets files.py may use",
    "createdummyvm-55": "ftlab registers no VM",
    "esxcfg-advcfg-help-65": "help text: the source of advcfg.py's flags",
    "esxcfg-info-help-55": "not called",
    "esxcli-formatter-csv-firewall-ruleset-list": "no command uses a formatter",
    "esxcli-formatter-keyvalue-network-nic-list-80-excerpt": "no command uses a formatter",
    "esxcli-formatter-xml-vm-process-list-50-excerpt": "no command uses a formatter",
    "esxcli-nmp-device-list-esx41": "storage is not asked for",
    "esxcli-system-help-55": "help text",
    "esxcli-system-hostname-get-55-empty-domain": "not called",
    "esxcli-usage-namespaces-50-remote": "help text",
    "esxcli-vm-process-list-55": "not called",
    "esxcli-vm-process-list-65": "not called",
    "get.datastores-nested-55": "not called",
    "hostsvc-hosthardware-grep-uuid": "not called, and damaged by its page",
    "snapshot.create-67": "ftlab takes no snapshot",
    "task_info-powerOn-error-canceled": "not called, and cut",
    "vdf-h-ramdisks-4x": "not called",
    "vim-cmd-help-and-command-lists-6x": "help text: says which commands there are",
    "vim-cmd-help-top-50": "help text",
}
OTHER_LAYERS = (
    "esxconf-", "firewall-", "ls-", "ssh", "vmkernel-log", "vmware-log",
)  # fmt: skip


REWORDED = {
    "esxcfg-advcfg-l-full-65", "esxcli-adv-list-usage", "esxcli-adv-set-usage",
    "power.on-failed-GenericVmConfigFault-esxi9", "vim-cmd-help-and-command-lists-6x",
    "vmkernel-log-vmotionrecv-lowmem-50", "vmware-log-failed-to-lock-file",
}  # fmt: skip
"""Long ones, of which only a part is here, and explanations, which are in words of our own."""


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_capture_says_what_its_host_meant(name: str, capture: Capture) -> None:
    read, expected = TABLE[name]
    assert read(capture(name)) == expected


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_terminal_changes_nothing(name: str, capture: Capture) -> None:
    read, expected = TABLE[name]
    text = capture(name)
    assert read("Login of today\r\n\r\n" + text.replace("\n", "\r\n")) == expected


def test_no_capture_is_left_out() -> None:
    names = {path.stem for path in _published().glob("*.txt")}
    others = {name for name in names if name.startswith(OTHER_LAYERS)}
    assert names - others == set(TABLE) | set(OTHER_COMMANDS)


def test_ours_have_the_form_of_what_was_published() -> None:
    """Letter for letter and figure for figure; only which ones differs."""
    for name, ours in CAPTURES.items():
        if name not in REWORDED:
            text = (_published() / f"{name}.txt").read_text("utf-8").partition("\n")[2]
            assert re.sub(r"\w", "x", ours) == re.sub(r"\w", "x", text), name


def _published() -> Path:
    folder = PUBLISHED / "transcripts"
    if not folder.is_dir():
        pytest.skip("the captures as they were published are not beside this checkout")
    return folder


def test_a_cut_dump_is_an_error_even_where_its_beginning_is_good(capture: Capture) -> None:
    text = capture("task_info-powerOn-error-canceled")
    answer = Completed(Command(("vim-cmd", "x")), 0, text.encode())
    assert faults.find_fault(answer) is None, "the error of a task is data"
    with pytest.raises(Exception, match="expected a field"):
        parse_dump(text)


def test_hostd_errors_have_their_class(capture: Capture) -> None:
    for name, kind in (
        ("vimcmd-bad_alloc-abort", HostdDown),
        ("power.getstate-notfound-67-new-syntax", VimFault),
    ):
        answer = Completed(Command(("vim-cmd", "x")), 1, b"", capture(name).encode())
        with pytest.raises(kind):
            faults.check(answer)
