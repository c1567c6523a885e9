"""The questions of ``hosts.record``: all of them only read, wrong ones included.

They are what ftlab asks in the course of its tasks, what the simulator has to answer, and what is
not published: how a host speaks of an option, a namespace, a VM that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ftlab.model import Command

NOWHERE = "/Ftlab/NoSuchOption"
_NOBODY = "999999"
_STREAM = "/Migrate/VMotionStreamDisable"
_POLICY = "network vswitch standard"
_NO_NETWORK = "FtlabNoSuch"
_ESXCLI = (
    "system version get",
    "system hostname get",
    "system settings advanced list",
    "system settings advanced list -d",
    f"system settings advanced list -o {_STREAM}",
    f"system settings advanced list -o {NOWHERE}",
    "system settings advanced",
    "system settings kernel list",
    "system settings kernel list -o FtlabNoSuch",
    "system maintenanceMode get",
    "system ntp get",
    "system ntp config get",
    "system syslog config get",
    "system uuid get",
    "system welcomemsg get",
    "vm process list",
    "storage filesystem list",
    "network ip interface list",
    "network ip interface ipv4 get",
    "network ip connection list",
    "network nic list",
    "network vswitch standard list",
    "network vswitch standard portgroup list",
    f"{_POLICY} policy security get -v {_NO_NETWORK}",
    f"{_POLICY} portgroup policy security get -p {_NO_NETWORK}",
    "network ip dns search list",
    "network ip dns server list",
    "network ip interface tag get -i vmk999",
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
    "hostsvc/hostconfig",
    "hostsvc/runtimeinfo",
    "hostsvc/vmotion/netconfig_get",
    "hostsvc/advopt/view Migrate.NetTimeout",
    "hostsvc/advopt/view Annotations.WelcomeMessage",
    "hostsvc/advopt/view Config.HostAgent.plugins.solo.enableMob",
    "hostsvc/advopt/view Syslog.global.logHost",
    "hostsvc/advopt/view Ftlab.NoSuchOption",
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
    "/etc/init.d/ESXShell status",
    "/etc/init.d/SSH status",
    "/etc/init.d/ntpd status",
    "chkconfig --list",
    "hostname",
    "openssl x509 -noout -subject -in /etc/vmware/ssl/rui.crt",
    "cat /etc/ntp.conf",
    "cat /etc/resolv.conf",
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


def of_networks(switches: Iterable[str], groups: Iterable[str]) -> list[Command]:
    """The security policies of standard switches and their port groups."""
    words = ("esxcli", *_POLICY.split())
    found = [_asking(*words, "policy", "security", "get", "-v", name) for name in switches]
    return found + [
        _asking(*words, "portgroup", "policy", "security", "get", "-p", name) for name in groups
    ]


def of_vm(vmid: int) -> list[Command]:
    """What is asked for each VM."""
    return [_asking("vim-cmd", f"vmsvc/{each}", str(vmid)) for each in _OF_VM]


def _asking(*argv: str) -> Command:
    return Command(argv, repeatable=True)
