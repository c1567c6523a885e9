"""Every reader of what others have written, with sound texts to begin from: what hosts answer is
taken from the recorded ones of every release."""

from __future__ import annotations

import json
import lzma
import shlex
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fake_machine import FakeMachine

from ftlab.cli.settings.file import read_settings
from ftlab.errors import FtlabError
from ftlab.esxi import faults, files
from ftlab.esxi.dumps.reader import parse_dump
from ftlab.esxi.getallvms.listing import parse_list
from ftlab.esxi.host import (
    clock,
    cpu,
    ft_version,
    ha_agent,
    licence,
    sockets,
    tables,
    uplinks,
    version,
    vmknic,
)
from ftlab.esxi.logs.entries import entries
from ftlab.esxi.logs.signature_file import parse_signatures
from ftlab.esxi.logs.signatures import around_trouble, findings
from ftlab.esxi.options import advcfg, esxcli
from ftlab.esxi.vm import (
    config,
    ft_devices,
    power,
    power_task,
    questions,
    runtime,
    snapshots,
    summary,
)
from ftlab.inventory import parse_inventory
from ftlab.inventory.parse import parse_host_list
from ftlab.inventory.variables.ssh_args import parse_ssh_args
from ftlab.journal.rows import change_in, run_in
from ftlab.model import Command, Completed
from ftlab.profile.load import load_profile
from ftlab.sim.replay.recording import read_recording
from ftlab.sim.serve.fault_file import read_faults
from ftlab.ssh.channels.command_group import parse_group
from ftlab.ssh.config.reader import File, Files
from ftlab.ssh.config.resolve import Query, resolve
from ftlab.ssh.hostkeys.hostkey import HostKey
from ftlab.ssh.hostkeys.known_hosts import KnownHosts, parse
from ftlab.vmx import VmxDocument
from ftlab.vmx.validity import why_no_vmx

RECORDED = Path(__file__).parents[1] / "recordings/every-release.json.xz"
NONCE = "0123456789abcdef"
KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIHVzZXIgaGVyZSBpcyBhIGtleSB3aXRoIDMyIGJ5dGVz"


@dataclass(frozen=True)
class Reader:
    """``read`` gets bytes; it may raise ``errors`` (documented ones), and nothing else.
    ``commands`` begin the command lines whose recorded answers are sound, ``seeds`` are others."""

    read: Callable[[bytes], Any]
    commands: tuple[str, ...] = ()
    seeds: tuple[bytes, ...] = ()
    errors: tuple[type[Exception], ...] = (FtlabError,)

    def sound(self) -> list[bytes]:
        return [*self.seeds, *answers(self.commands)] or [b""]


@cache
def answers(beginnings: tuple[str, ...]) -> tuple[bytes, ...]:
    """At most a dozen recorded outputs of such commands, all different."""
    if not beginnings:
        return ()
    found: dict[bytes, None] = {}
    for host in _recorded():
        for answer in host["answers"]:
            words = " ".join(shlex.split(answer["command"]))
            if words.removeprefix("vmware-").startswith(beginnings):
                found[answer["stdout"].encode("utf-8", "surrogateescape")[:20_000]] = None
    return tuple(found)[:12]


@cache
def _recorded() -> list[dict[str, Any]]:
    with lzma.open(RECORDED) as file:
        hosts: list[dict[str, Any]] = json.load(file)["hosts"]
    return hosts


def of_text(read: Callable[[str], Any]) -> Callable[[bytes], Any]:
    """Bytes that are not UTF-8 arrive as a session passes them on."""
    return lambda data: read(data.decode("utf-8", "surrogateescape"))


def of_file(read: Callable[[Path], Any], name: str = "file") -> Callable[[bytes], Any]:
    def call(data: bytes) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / name
            file.write_bytes(data)
            return read(file)

    return call


def vmx(data: bytes) -> None:
    document = VmxDocument.parse(data)
    assert document.to_bytes() == data
    why_no_vmx(document)
    dict(document.items())
    for key, value in (("a.b", "1"), ("displayName", "x|y")):
        document = document.set(key, value)
    assert document.get("a.b") == "1"
    assert document.unset("a.b").get("a.b") is None


def known_hosts(data: bytes) -> None:
    file = Path("known_hosts")
    known = KnownHosts()
    for line in parse(data.decode("utf-8", "surrogateescape"), file):
        known.add(line)
    known.lines("esx1.lab", 22)
    known.trusts("10.0.0.1", 2222, HostKey("ssh-ed25519", b"x"))
    known.revocation("esx1.lab", 22, HostKey("ssh-ed25519", b"x"))


def group(data: bytes) -> list[Completed]:
    commands = [Command(("a",)), Command(("b",)), Command(("c",), ok=(0, 1))]
    half = len(data) // 2
    return parse_group(commands, NONCE, data[:half], data[half:])


def log(text: str) -> None:
    lines = text.splitlines()
    list(entries(lines))
    findings(lines)
    around_trouble(lines)


def pattern(text: str) -> Any:
    inventory = parse_inventory("[lab]\nvesxi[01:12]\n[rack]\ndb[1:3].x ansible_port=2\n")
    return inventory.select(text, "vesxi03")


def ssh_config(text: str) -> None:
    files = {"/home/me/.ssh/config": text}
    found = resolve(
        Query("esx1", "root"), Files(FakeMachine(files)), [File("/home/me/.ssh/config")]
    )
    assert (found.port, found.user, found.hop, found.proxy_line()) is not None


def settings(file: Path) -> Any:
    return read_settings({"XDG_CONFIG_HOME": str(file.parent.parent)})


def in_home(data: bytes) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ftlab/ftlab.toml"
        file.parent.mkdir()
        file.write_bytes(data)
        return settings(file)


def profile(data: bytes) -> Any:
    return load_profile("x.toml", lambda _name: data.decode("utf-8"))


def answered(text: str) -> Any:
    return faults.check(Completed(Command(("vim-cmd", "x")), 1, text.encode("utf-8", "replace")))


CHANGE = b'{"target": "vmx", "before": null, "after": "1", "path": "[d] a/a.vmx", "key": "a.b"}'
RUN = b'{"inventory": "/x", "started": "2026-01-01T00:00:00+00:00", "args": {}, "user": "u",\
 "controller": "c", "version": "1"}'
INI = b"""[lab]
vesxi[01:03] ansible_host=10.0.0.1 ansible_port=22
10.0.0.[1:9:2]:2222 ansible_user=root  # a comment
[lab:vars]
ansible_ssh_common_args='-o ProxyJump=gate'
[all:children]
lab
"""
YAML = b"""all:
  hosts: {a: {ansible_host: 10.0.0.1}, 'b[1:3]': null}
  children: {lab: {hosts: {a: }, vars: {ansible_port: 022, x: !unsafe '{{ y }}'}}}
"""
SSH = b"""Host esx* !esx9
  HostName %h.lab
  Port 2222
  IdentityFile ~/.ssh/%r@%h
  ProxyJump root@gate:22,b
Match host esx1 user root
  ProxyCommand nc %h %p
Include *.conf
"""
KNOWN = f"""esx1.lab,10.0.0.1 ssh-ed25519 {KEY} comment
|1|AAAAAAAAAAAAAAAAAAAAAAAAAAA=|AAAAAAAAAAAAAAAAAAAAAAAAAAA= ssh-ed25519 {KEY}
@revoked * ssh-ed25519 {KEY}
[a]:2222,!b*,c? ssh-ed25519 {KEY}
""".encode()
PROFILE = b"""description = "x"
[[state]]
hosts = "vesxi:!spare"
advopt = { "/Migrate/NetTimeout" = 60 }
advopt_default = ["/Net/X"]
[[state]]
vm = "db*"
vmx = { "a.b" = "true" }
vmx_absent = ["c"]
power = "off"
[state.setting]
hostname = "x"
"""
SIGNATURE = b"""[[signature]]
name = "x"
pattern = "link (down|up)+"
kind = "transient"
meaning = "y"
"""
FAULT = b'[[fault]]\nhost = "*"\nwhere = "vim-cmd"\nwhat = "error"\ntimes = 1\nseconds = 0.5\n'
VMX = b'.encoding = "UTF-8"\nconfig.version = "8"\nmemSize = "512" # x\nk = v\nnvram = "a|22b"\n'
GROUP = f"out\n{NONCE}:0:0\n\n{NONCE}:1:0\n\n{NONCE}:2:1\n".encode() * 2
LOG = b"2026-01-01T00:00:00.000Z| vmx| Migrate: x 0xbad003f\n--> (x)\n  vob.vmotion.stream failed\n"
RECORDING = (
    b'{"ftlab-recording": 1, "hosts": [{"name": "a", "answers": [{"command": "vmware -v", "exit": '
    b'0, "stdout": "VMware ESXi 5.0.0 build-1", "stderr": ""}], "vms": [{"vmid": 1, "name": "v", '
    b'"path": "[d] v/v.vmx", "vmx": "", "power": "poweredOn"}]}]}'
)
DUMP = ("vim-cmd vmsvc/get.", "vim-cmd hostsvc/")
TABLE = ("esxcli network", "esxcli storage", "esxcli system")
VALUE = (ValueError,)

READERS: dict[str, Reader] = {
    "vmx": Reader(vmx, seeds=(VMX,)),
    "dump": Reader(of_text(parse_dump), DUMP),
    "vm config": Reader(of_text(config.parse_config), ("vim-cmd vmsvc/get.config",)),
    "vm runtime": Reader(of_text(runtime.parse_runtime), ("vim-cmd vmsvc/get.runtime",)),
    "vm summary": Reader(of_text(summary.parse_summary), ("vim-cmd vmsvc/get.summary",)),
    "vm devices": Reader(of_text(ft_devices.parse_hardware), ("vim-cmd vmsvc/get.config",)),
    "vm power": Reader(of_text(power.parse_state), ("vim-cmd vmsvc/power.getstate",)),
    "power task": Reader(of_text(power_task.parse_task_error), seeds=(
        b'(vim.TaskInfo) {\n   key = "x",\n   error = (vim.fault.InvalidPowerState) {\n'
        b'      msg = "a"\n   },\n   state = "error"\n}\n',)),
    "snapshots": Reader(of_text(snapshots.parse_snapshots), ("vim-cmd vmsvc/snapshot.get",)),
    "question": Reader(
        of_text(questions.parse_message), ("vim-cmd vmsvc/message",),
        (b"Virtual machine message 1:\nmsg.uuid.altered:x\n0. Cancel (Cancel)\n1. I _Moved It\n",)),
    "list of VMs": Reader(of_text(parse_list), ("vim-cmd vmsvc/getallvms",)),
    "fault": Reader(of_text(answered), ("vim-cmd vmsvc/get.config 9", "vim-cmd ftlab")),
    "columns": Reader(
        of_text(tables.parse_columns), TABLE, (b"Name  Device\n----  ------\nvmk0  a b\n",)),
    "blocks": Reader(of_text(tables.parse_blocks), TABLE),
    "options": Reader(of_text(esxcli.parse_options), ("esxcli system settings advanced",)),
    "advcfg list": Reader(of_text(advcfg.parse_list), ("esxcfg-advcfg -l",)),
    "advcfg get": Reader(
        of_text(lambda t: advcfg.parse_get(t, "/A/B")), ("esxcfg-advcfg -g",),
        (b"Value of B is 20\n",)),
    "vmknics": Reader(of_text(vmknic.parse_interfaces), ("esxcli network ip interface",)),
    "tags": Reader(of_text(vmknic.parse_tags), seeds=(b"   Tags: Management, VMotion\n",)),
    "uplinks": Reader(of_text(uplinks.parse_uplinks), ("esxcli network vswitch",)),
    "speeds": Reader(of_text(uplinks.parse_speeds), ("esxcli network nic",)),
    "sockets": Reader(of_text(sockets.parse_waiting), ("esxcli network ip connection",)),
    "cpus": Reader(of_text(cpu.parse_cpus), ("esxcli hardware cpu",)),
    "hardware": Reader(of_text(cpu.parse_hardware), ("vim-cmd hostsvc/hosthardware",)),
    "replay": Reader(of_text(cpu.parse_replay), ("esxcli hardware cpu global",)),
    "hv": Reader(of_text(cpu.parse_hv), ("esxcli hardware cpu",), (b"   HV Support: 3\n",)),
    "licence": Reader(of_text(licence.parse_licence), ("vim-cmd vimsvc/license",)),
    "version": Reader(of_text(version.parse_version), ("vmware -v",)),
    "ft version": Reader(of_text(ft_version.parse_ft_version), ("vim-cmd hostsvc/hostconfig",)),
    "ha agent": Reader(of_text(ha_agent.parse_status), ("/etc/init.d",)),
    "clock": Reader(of_text(clock.parse_clock), seeds=(b"1767225600\n",)),
    "stat": Reader(of_text(files.parse_stat), seeds=(b"12 345 644 /var/log/a b.log\n",)),
    "checksums": Reader(of_text(files.parse_checksums), seeds=(b"0" * 64 + b"  /a b\n",)),
    "verified": Reader(of_text(files.parse_verified), seeds=(b"/a: OK\n/b: FAILED\n",)),
    "log": Reader(of_text(log), seeds=(LOG,)),
    "group": Reader(group, seeds=(GROUP,)),
    "inventory INI": Reader(of_text(parse_inventory), seeds=(INI,)),
    "inventory YAML": Reader(of_text(lambda t: parse_inventory(t, "x.yml")), seeds=(YAML,)),
    "host list": Reader(of_text(lambda t: parse_host_list(t, "-i")), seeds=(b"a,b:22,[::1]:22,",)),
    "pattern": Reader(of_text(pattern), seeds=(b"lab:&rack:!vesxi01", b"vesxi[01-03,05],~db.*")),
    "ssh args": Reader(
        of_text(lambda t: parse_ssh_args(t, "x")), seeds=(b"-o ProxyJump=a -p 22 -J b",),
        errors=(ValueError, FtlabError)),
    "ssh config": Reader(of_text(ssh_config), seeds=(SSH,)),
    "known_hosts": Reader(known_hosts, seeds=(KNOWN,)),
    "profile": Reader(profile, seeds=(PROFILE,)),
    "settings": Reader(in_home, seeds=(b'parallel = 5\nlimit = "a"\njson = true\n',)),
    "signatures": Reader(of_text(lambda t: parse_signatures(t, "x")), seeds=(SIGNATURE,)),
    "faults": Reader(of_file(read_faults), seeds=(FAULT,), errors=VALUE),
    "recording": Reader(of_file(read_recording), seeds=(RECORDING,), errors=VALUE),
    "journal change": Reader(
        of_text(lambda t: change_in((1, "r", "h", t, "verified", "{}"))), seeds=(CHANGE,)),
    "journal extra": Reader(
        of_text(lambda t: change_in((1, "r", "h", CHANGE, "verified", t))), seeds=(b'{"at": 1}',)),
    "journal run": Reader(
        of_text(lambda t: run_in(("r", "t", t, 1.0, "ok", 0), ())), seeds=(RUN,)),
}  # fmt: skip

NASTY: Sequence[bytes] = (
    b"\0", b"\n", b"\r\n", b"\r", b"\t", b'"', b"'", b"\\", b"|", b"[", b"]", b"{", b"}", b"(",
    b")", b"=", b":", b",", b"#", b"!", b"&", b"~", b"*", b"?", b"%", b"$", b"-", b"<unset>",
    b"null",
    b"9" * 30, b"9" * 5000, b"-1", b"0x", b"1e999", b"nan", b"\xff\xfe", b"\xed\xa0\x80",
    "é\u2028\u202e\x85".encode(), b"[" * 2000, b"{" * 2000, b"(" * 2000, b"a" * 70000, b" " * 3000,
    b"\n-->", b"---\n", b"<<: *a", b"&a *a", b"${x}", b"%h%%", b"!vault x", b"\x1b[2J",
)  # fmt: skip
"""What readers stumble over."""
