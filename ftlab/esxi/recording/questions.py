"""The questions of ``hosts.record``: all of them only read, wrong ones included.

They are what ftlab asks in the course of its tasks, what the simulator has to answer, and what is
not published: how a host speaks of an option, a namespace, a VM that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ftlab.model import Command

NOWHERE = "/Ftlab/NoSuchOption"
_NOBODY = "999999"
_STREAM = "/Migrate/VMotionStreamDisable"
_ESXCLI = (
    "system version get",
    "system hostname get",
    "system settings advanced list",
    "system settings advanced list -d",
    f"system settings advanced list -o {_STREAM}",
    f"system settings advanced list -o {NOWHERE}",
    "system settings advanced",
    "vm process list",
    "storage filesystem list",
    "network ip interface list",
    "network ip interface ipv4 get",
    "network ip connection list",
    "network nic list",
    "network vswitch standard list",
    "hardware cpu global get",
    "hardware cpu list",
    "hardware memory get",
    "ftlab nosuch get",
)
_VIM_CMD = (
    "",
    "help",
    "vmsvc/",
    "hostsvc/",
    "vmsvc/getallvms",
    "hostsvc/hostsummary",
    "hostsvc/hosthardware",
    "hostsvc/advopt/view Migrate.NetTimeout",
    "vimsvc/license --show",
    "ftlabsvc/nosuch",
    f"vmsvc/power.getstate {_NOBODY}",
    f"vmsvc/get.config {_NOBODY}",
)
_OTHERS = (
    "vmware -v",
    "vmware -vl",
    "uname -a",
    f"esxcfg-advcfg -g {_STREAM}",
    f"esxcfg-advcfg -g {NOWHERE}",
    f"esxcfg-advcfg -q -V {_STREAM}",
    f"esxcfg-advcfg -q -V {NOWHERE}",
    "esxcfg-advcfg -l",
    "/etc/init.d/vmware-fdm status",
    "cat /etc/ssh/sshd_config",
    "ls /etc/ssh",
    "ls /nosuch-ftlab",
    "/usr/lib/vmware/busybox/bin/busybox",
)
_APPLETS = ("cp", "dd", "diff", "head", "ls", "mv", "rm", "sha256sum", "stat", "tail", "timeout")
_OF_VM = (
    "get.config", "get.summary", "get.runtime", "get.guest", "get.filelayoutex", "get.tasklist",
    "snapshot.get", "message", "power.getstate", "queryftcompat",
)  # fmt: skip


def of_host() -> list[Command]:
    """What is asked once per host."""
    lines = [*_OTHERS, *(f"esxcli {each}" for each in _ESXCLI)]
    lines += [f"vim-cmd {each}".rstrip() for each in _VIM_CMD]
    lines += [f"/usr/lib/vmware/busybox/bin/busybox {applet} --help" for applet in _APPLETS]
    return [_asking(*line.split()) for line in lines]


def of_interfaces(names: Iterator[str]) -> list[Command]:
    """The services of each kernel interface."""
    command = ("esxcli", "network", "ip", "interface", "tag", "get", "-i")
    return [_asking(*command, name) for name in names]


def of_vm(vmid: int) -> list[Command]:
    """What is asked for each VM."""
    return [_asking("vim-cmd", f"vmsvc/{each}", str(vmid)) for each in _OF_VM]


def _asking(*argv: str) -> Command:
    return Command(argv, repeatable=True)
