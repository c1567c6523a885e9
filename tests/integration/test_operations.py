"""Every operation through the real command, against real OpenSSH with BusyBox's real ash."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openssh_front import openssh_lab

from ftlab.sim import PairSpec, RunningLab
from ftlab.sim.ft.spec import STREAM_OPTION

KEYS = ("replay.supported", "replay.allowFT", "replay.allowBTOnly")


class Real:
    """A lab, and the command with its JSON."""

    def __init__(self, lab: RunningLab, home: Path) -> None:
        self.lab, self.home = lab, home

    def __call__(self, *argv: str, code: int = 0) -> dict[str, Any]:
        env = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.home),
            "FTLAB_INVENTORY": str(self.lab.inventory),
        }
        done = subprocess.run(
            [sys.executable, "-m", "ftlab", *argv, "--json"],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, (argv, done.returncode, done.stdout, done.stderr)
        return dict(json.loads(done.stdout)["hosts"])

    def file(self, host: str, name: str) -> Path:
        return self.lab.sim[host].vms.named(name).file


@pytest.fixture(scope="module")
def shared(openssh, tmp_path_factory) -> Iterator[Real]:
    """One lab for all: hosts of four ages, each test on a host or VM of its own."""
    with openssh_lab(4, versions=("4.1", "5.5", "6.7", "8.0"), pairs=0) as lab:
        yield Real(lab, tmp_path_factory.mktemp("home"))


def test_hosts_are_reached_and_known_for_what_they_are(shared) -> None:
    found = shared("hosts.check")
    assert [host["facts"]["version"] for host in found.values()] == [
        "4.1.0", "5.5.0", "6.7.0", "8.0.3",
    ]  # fmt: skip


def test_the_vms_are_listed_as_they_are(shared) -> None:
    for name, host in shared("vm.list").items():
        assert {(vm["vmid"], vm["name"], vm["path"]) for vm in host["facts"]["vms"]} == {
            (vm.vmid, vm.name, vm.place) for vm in shared.lab.sim[name].vms
        }


def test_an_option_is_set_read_back_and_reset(shared) -> None:
    hosts = ("-l", "vesxi01:vesxi02")
    changed = shared("advopt.set", STREAM_OPTION, "1", "-y", *hosts)
    assert all(host["changes"][0]["verified"] for host in changed.values())
    for name in ("vesxi01", "vesxi02"):
        options = shared.lab.sim[name].options
        assert options.value(options.find(STREAM_OPTION)) == "1"
    assert all(
        not h["changes"] for h in shared("advopt.set", STREAM_OPTION, "1", "-y", *hosts).values()
    )
    shared("advopt.reset", STREAM_OPTION, "-y", *hosts)
    assert all(
        host["facts"]["options"][0]["value"] == 0
        for host in shared("advopt.get", STREAM_OPTION, *hosts).values()
    )


def test_vft_is_enabled_once_and_undone_to_the_byte(shared) -> None:
    file = shared.file("vesxi02", "app01")
    old, mode = file.read_bytes(), file.stat().st_mode
    where = ("--vm", "app01", "-l", "vesxi02")
    shared("vft.enable", *where, "-n", code=3)
    assert file.read_bytes() == old
    shared("vft.enable", *where, "--stream", "1", "-y")
    assert file.stat().st_mode == mode
    assert shared("vmx.get", *where, *(w for k in KEYS for w in ("--key", k)))["vesxi02"]["facts"][
        "vmx"
    ] == {"app01": dict.fromkeys(KEYS, "true")}
    inode = file.stat().st_ino
    assert not shared("vft.enable", *where, "--stream", "1", "-y")["vesxi02"]["changes"]
    assert file.stat().st_ino == inode
    beside = sorted(p.name for p in file.parent.iterdir() if "ftlab" in p.name)
    assert len(beside) == 1, "one backup, nothing else"
    assert (file.parent / beside[0]).read_bytes() == old
    shared("vft.disable", *where, "-y")
    assert file.read_bytes() == old


def test_a_key_is_set_and_removed_whatever_the_shell_would_make_of_it(shared) -> None:
    file = shared.file("vesxi03", "app01")
    old = file.read_bytes()
    where = ("--vm", "app01", "-l", "vesxi03", "-y")
    value = 'it\'s "quoted" $HOME `id` \\ | ü ;&'
    shared("vmx.set", *where, "--set", f"guestinfo.note={value}")
    assert shared("vmx.get", *where[:4], "--key", "guestinfo.note")["vesxi03"]["facts"]["vmx"] == {
        "app01": {"guestinfo.note": value}
    }
    shared("vmx.unset", *where, "--key", "guestinfo.note")
    assert file.read_bytes() == old


def test_power_goes_on_and_off(shared) -> None:
    where = ("--vm", "app01", "-l", "vesxi04")
    vm = shared.lab.sim["vesxi04"].vms.named("app01")
    shared("vm.power-on", *where, "-y")
    assert vm.power == "poweredOn"
    refused = shared("vmx.set", *where, "--set", "a.b=c", "-y", code=5)["vesxi04"]["error"]
    assert refused["kind"] == "vm.powered_on"
    assert "app01" in refused["message"]
    assert "--power-cycle" in refused["hint"]
    shared("vm.power-off", *where, "-y")
    assert vm.power == "poweredOff"
    shared("vm.reload", *where, "-y")


def test_a_command_keeps_its_words_status_and_streams(shared) -> None:
    line = "echo \"a  b\"; echo 'c' >&2; exit 3"
    found = shared("fleet.run", line, "-l", "vesxi02", "--read-only", code=5)
    assert found["vesxi02"]["facts"] == {"exit": 3, "stdout": "a  b\n", "stderr": "c\n"}


@pytest.mark.parametrize(("cure", "start", "code"), [(1, 0, 0), (0, 1, 0), (None, 0, 5)])
def test_the_secondary_comes_up_or_everything_is_put_back(
    openssh, tmp_path, cure, start, code
) -> None:
    pair = PairSpec("db01", "vesxi01", "vesxi02", cure=cure, ready=True, host_starts_secondary=True)
    with openssh_lab(2, versions=("5.0", "5.0"), pairs=[pair]) as lab:
        hosts = [lab.sim[name] for name in ("vesxi01", "vesxi02")]
        for host in hosts:
            host.options.set(host.options.find(STREAM_OPTION), str(start))
        found = Real(lab, tmp_path)(
            "vft.power-on-secondary", "--vm", "db01", "-y", "--wait", "10", code=code
        )
        values = {host.options.value(host.options.find(STREAM_OPTION)) for host in hosts}
        if cure is None:
            assert values == {str(start)}
            assert "keepalive" in json.dumps(found)
        else:
            assert values == {str(cure)}
            assert lab.sim.pairs[0].phase == "running"


def test_a_run_is_undone_where_the_host_still_has_what_it_left(openssh, tmp_path) -> None:
    with openssh_lab(1, versions=("5.5",), pairs=0) as lab:
        real = Real(lab, tmp_path)
        file = real.file("vesxi01", "app01")
        old = file.read_bytes()
        real("vmx.set", "--vm", "app01", "--set", "a.b=1", "-y")
        real("lab.undo", "last", "-y")
        assert file.read_bytes() == old
        real("vmx.set", "--vm", "app01", "--set", "a.b=2", "-y")
        file.write_bytes(file.read_bytes().replace(b'a.b = "2"', b'a.b = "3"'))
        refused = real("lab.undo", "last", "-y", code=5)["vesxi01"]["error"]
        assert refused["kind"] == "undo.changed"
        assert b'a.b = "3"' in file.read_bytes()
