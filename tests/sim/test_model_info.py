"""What hosts tell about their VMs and themselves: devices, guests, files, network, processors."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_lab import Clock, ask, extra, field, out, vim

from ftlab.sim import VERSIONS, SimHost, SimLab
from ftlab.sim.vms.vm import SimVM


@pytest.fixture(scope="module")
def shared_lab(tmp_path_factory: pytest.TempPathFactory) -> SimLab:
    directory = tmp_path_factory.mktemp("lab")
    return SimLab(directory, hosts=len(VERSIONS), versions=VERSIONS, pairs=0, clock=Clock())


@pytest.fixture
def host(tmp_path: Path) -> SimHost:
    return SimLab(tmp_path, hosts=1, versions=["5.5"], pairs=0, clock=Clock())["vesxi01"]


@pytest.fixture
def vm(host: SimHost) -> SimVM:
    return host.vms.named("app01")


def of(lab: SimLab, version: str) -> SimHost:
    return next(host for host in lab.hosts.values() if host.release.name == version)


def devices(host: SimHost, vm: SimVM, **keys: str) -> str:
    """The device list after some VMX keys were loaded (``__`` for a dot, ``_to_`` for a colon)."""
    for key, value in keys.items():
        vm.loaded.set(key.replace("__", ".").replace("_to_", ":"), value)
    return vim(host, "device.getdevices", vm.vmid)


def test_the_plain_devices(host: SimHost, vm: SimVM) -> None:
    found = devices(host, vm)
    for kind in ("VirtualLsiLogicController", "VirtualDisk", "VirtualE1000"):
        assert found.count(f"(vim.vm.device.{kind}) {{") == 1
    assert field(found, "fileName") == "[datastore1] app01/app01.vmdk"
    assert field(found, "thinProvisioned") == "false"
    assert field(found, "eagerlyScrub") == "<unset>"
    assert field(found, "sharedBus") == "noSharing"
    assert "VirtualFloppy" not in found


@pytest.mark.parametrize(
    ("keys", "type"),
    [
        ({"floppy0__present": "TRUE"}, "VirtualFloppy"),
        ({"usb__present": "TRUE"}, "VirtualUSBController"),
        ({"ehci__present": "true"}, "VirtualUSBXHCIController"),
        ({"sound__present": "TRUE"}, "VirtualSoundCard"),
        ({"serial0__present": "TRUE"}, "VirtualSerialPort"),
        ({"parallel0__present": "TRUE"}, "VirtualParallelPort"),
        ({"pciPassthru0__present": "TRUE"}, "VirtualPCIPassthrough"),
        ({"sata0__present": "TRUE"}, "VirtualAHCIController"),
        ({"ethernet1__present": "TRUE", "ethernet1__virtualDev": "vlance"}, "VirtualPCNet32"),
        ({"scsi1__present": "TRUE", "scsi1__virtualDev": "pvscsi"}, "ParaVirtualSCSIController"),
        ({"ide1_to_0__present": "TRUE", "ide1_to_0__deviceType": "cdrom-image"},
         "VirtualCdrom.IsoBackingInfo"),
        ({"ide1_to_0__present": "TRUE", "ide1_to_0__deviceType": "atapi-cdrom"},
         "VirtualCdrom.AtapiBackingInfo"),
        ({"ide1_to_0__present": "TRUE", "ide1_to_0__deviceType": "cdrom-remote"},
         "VirtualCdrom.RemotePassthroughBackingInfo"),
    ],
)  # fmt: skip
def test_devices_that_fault_tolerance_minds(
    host: SimHost, vm: SimVM, keys: dict[str, str], type: str
) -> None:
    assert f"(vim.vm.device.{type}) {{" not in devices(host, vm)
    assert f"(vim.vm.device.{type}) {{" in devices(host, vm, **keys)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('createType="vmfs"\nddb.thinProvisioned = "1"', ("thinProvisioned", "true")),
        ('createType="vmfsRawDeviceMap"', ("compatibilityMode", "virtualMode")),
        ('createType="vmfsPassthroughRawDeviceMap"', ("compatibilityMode", "physicalMode")),
    ],
)
def test_disks_as_their_descriptors_say(
    host: SimHost, vm: SimVM, text: str, wanted: tuple[str, str]
) -> None:
    vm.file.with_suffix(".vmdk").write_text(text)
    assert field(devices(host, vm), wanted[0]) == wanted[1]


def test_a_disk_without_a_descriptor_is_still_a_disk(host: SimHost, vm: SimVM) -> None:
    vm.file.with_suffix(".vmdk").unlink()
    assert "(vim.vm.device.VirtualDisk) {" in devices(host, vm)


@pytest.mark.parametrize("version", VERSIONS)
def test_dumps_of_every_release(shared_lab: SimLab, version: str) -> None:
    host = of(shared_lab, version)
    vmid = host.vms.named("app02").vmid
    old = host.release.number <= (6, 0, 0)
    titles = {
        "get.config": "Configuration:",
        "get.summary": "Listsummary:",
        "get.guest": "Guest information:",
        "get.networks": "Networks:",
    }
    for command, title in titles.items():
        text = vim(host, command, vmid)
        blank = " " if version == "5.0" else ""
        assert text.startswith(f"{title}\n{blank}\n(vim.")
        assert ("dynamicType" in text) == old
        assert text.endswith("}\n")
        assert text.count("{") == text.count("}")
    runtime = vim(host, "get.runtime", vmid)
    assert runtime.startswith("Runtime information\n(vim.vm.RuntimeInfo) {\n")
    assert ("onlineStandby" in runtime) == (host.release.number >= (5, 0, 0))
    assert ("featureRequirement" in runtime) == (host.release.number >= (5, 5, 0))
    assert field(runtime, "powerState") == "poweredOn"
    assert field(runtime, "faultToleranceState") == "notConfigured"


def test_5_0_prints_garbage_counts_in_get_config_only(shared_lab: SimLab) -> None:
    host = of(shared_lab, "5.0")
    vmid = host.vms.named("app01").vmid
    config, summary = vim(host, "get.config", vmid), vim(host, "get.summary", vmid)
    assert (field(config, "numCPU"), field(config, "memoryMB")) == ("419", "192786044")
    assert (field(summary, "numCpu"), field(summary, "memorySizeMB")) == ("1", "1024")
    assert extra(config, "replay.supported") == "false"
    assert extra(vim(of(shared_lab, "5.1"), "get.config", "[datastore1] app01/app01.vmx"),
                 "replay.supported") == "FALSE"  # fmt: skip


def test_properties_are_not_extra_config(shared_lab: SimLab) -> None:
    text = vim(of(shared_lab, "6.0"), "get.config", "[datastore1] app01/app01.vmx")
    assert extra(text, "displayName") is None
    assert extra(text, "memSize") is None
    assert extra(text, "migrate.hostlog") is not None


def test_guest_tools(host: SimHost, vm: SimVM) -> None:
    assert field(vim(host, "get.guest", vm.vmid), "toolsStatus") == "toolsNotRunning"
    running = host.vms.named("app02")
    assert field(vim(host, "get.guest", running.vmid), "toolsStatus") == "toolsOk"
    running.guest = "none"
    assert field(vim(host, "get.guest", running.vmid), "toolsStatus") == "toolsNotInstalled"
    assert field(vim(host, "get.summary", running.vmid), "toolsStatus") == "toolsNotInstalled"


def test_datastores_and_files(host: SimHost, vm: SimVM) -> None:
    rows = vim(host, "get.datastores", vm.vmid).splitlines()
    assert rows[0] == "name                 datastore1"
    assert rows[1] == f"url                  /vmfs/volumes/{host.datastores['datastore1']}"
    layout = vim(host, "get.filelayoutex", vm.vmid)
    for name, kind in (("app01.vmx", "config"), ("app01.vmdk", "diskDescriptor"),
                       ("vmware.log", "log")):  # fmt: skip
        assert f'name = "[datastore1] app01/{name}", \n         type = "{kind}", ' in layout


def test_running_processes(host: SimHost) -> None:
    listed = out(host, "esxcli vm process list")
    assert listed.startswith("app02\n   World ID: ")
    assert "   Display Name: app02\n" in listed
    uuid = host.datastores["datastore1"]
    assert f"   Config File: /vmfs/volumes/{uuid}/app02/app02.vmx\n" in listed
    assert "app01" not in listed
    vim(host, "power.on", host.vms.named("app01").vmid)
    both = out(host, "esxcli vm process list").split("\n\n")
    assert [block.splitlines()[0] for block in both] == ["app01", "app02"]


def test_network_interfaces(host: SimHost) -> None:
    listed = out(host, "esxcli network ip interface list")
    assert listed.startswith("vmk0\n   Name: vmk0\n   MAC Address: 00:50:56:")
    assert listed.count("   Portgroup: ") == 3
    table = out(host, "esxcli network ip interface ipv4 get").splitlines()
    assert len(table) == 5
    one = out(host, "esxcli network ip interface ipv4 get -i vmk1").splitlines()
    assert [line.split()[0] for line in one] == ["Name", "----", "vmk1"]
    tags = [out(host, f"esxcli network ip interface tag get -i vmk{n}") for n in range(3)]
    assert tags == [f"   Tags: {t}\n" for t in ("Management", "VMotion", "faultToleranceLogging")]
    host.nics[0].tags.append("VMotion")
    assert out(host, "esxcli network ip interface tag get --interface-name=vmk0") == (
        "   Tags: Management, VMotion\n"
    )
    assert ask(host, "esxcli network ip interface tag get -i vmk9").exit == 1
    assert ask(host, "esxcli network ip interface tag get").exit == 1


def test_processors_and_memory(shared_lab: SimLab) -> None:
    host = of(shared_lab, "5.5")
    listed = out(host, "esxcli hardware cpu list")
    assert listed.startswith("CPU: 0\n   Id: 0\n")
    assert listed.count("   Family: 6\n   Model: 45\n") == 2
    capable = {
        version: "HV Replay Capable: true" in out(of(shared_lab, version), CPU_GLOBAL)
        for version in ("5.5", "8.0")
    }
    assert capable == {"5.5": True, "8.0": False}
    assert "   Physical Memory: 17179869184 Bytes\n" in out(host, "esxcli hardware memory get")
    assert out(host, "esxcli system maintenanceMode get") == "Disabled\n"
    hardware = out(host, "vim-cmd hostsvc/hosthardware")
    assert field(hardware, "memorySize") == "17179869184"
    assert field(hardware, "vendor") == "VMware, Inc."


CPU_GLOBAL = "esxcli hardware cpu global get"


def test_host_name(host: SimHost) -> None:
    assert out(host, "esxcli system hostname get") == (
        "   Domain Name: \n   Fully Qualified Domain Name: vesxi01\n   Host Name: vesxi01\n"
    )
    assert host.release.banner.startswith("SSH-2.0-OpenSSH_")


def test_empty_tables(tmp_path: Path) -> None:
    host = SimLab(tmp_path, hosts=1, versions=["8.0"], pairs=0, vms=0)["vesxi01"]
    assert out(host, "vim-cmd vmsvc/getallvms") == (
        "Vmid   Name   File   Guest OS   Version   Annotation\n"
    )
    assert out(host, "esxcli vm process list") == ""
    assert out(host, "esxcli --formatter=csv vm process list") == ""
