"""Ansible's inventories at the command line: what is listed, skipped, refused, never contacted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cli_place import Bench, Place
from lab_bench import TIMEOUT, connections, near

MIXED = """\
[windows]
192.0.2.100

[windows:vars]
ansible_user=svc
ansible_password="{{ vault }}"
ansible_port=5985
ansible_connection=winrm

[here]
localhost ansible_connection=local

[esxi]
172.16.6.11

[esxi:vars]
ansible_connection=ssh
"""


@pytest.fixture
def place(bench: Bench) -> Place:
    return near(bench())


def test_hosts_that_are_not_for_ssh_are_listed_as_skipped(typed, tmp_path: Path):
    (tmp_path / "hosts.ini").write_text(MIXED)
    ran = typed("hosts.list", "--json").expect(0)
    assert ran.statuses == {"192.0.2.100": "skipped", "localhost": "skipped", "172.16.6.11": "ok"}
    assert ran.error("192.0.2.100")["kind"] == "not_ssh"
    assert "winrm" in ran.error("192.0.2.100")["message"]


def test_hosts_that_are_not_for_ssh_are_never_contacted(place: Place):
    """Whatever the task: reading, changing, running a command, trusting a key."""
    text = place.lab.inventory.read_text()
    place.lab.inventory.write_text(f"{text}\n[vesxi:vars]\nansible_connection=local\n")
    marker = place.cli.home / "ran"
    calls = (
        ("hosts.check",),
        ("advopt.set", TIMEOUT, "44", "--yes"),
        ("fleet.run", f"touch {marker}", "--yes"),
        ("hosts.trust", "--yes"),
        ("vft.status",),
        ("hosts.check", "--executor", "processes"),
    )
    with connections(place) as seen:
        for call in calls:
            ran = place.cli.json(*call).expect(0)
            assert set(ran.statuses.values()) == {"skipped"}, ran
            assert {ran.error(host)["kind"] for host in ran.hosts} == {"not_ssh"}
    assert set(seen.values()) == {0}
    assert not marker.exists()


def test_a_jump_host_that_is_not_for_ssh(typed, tmp_path: Path):
    (tmp_path / "hosts.ini").write_text("gw ansible_connection=local\nh ftlab_jump=gw\n")
    assert "hosts.ini:2: ftlab_jump names gw" in typed("hosts.list", "-l", "h").expect(2).err


@pytest.mark.parametrize(
    "text", [b"# H\xf4te\n[esxi]\nesx1\n; caf\xe9\nesx2\n", b"[esxi]\nesx1   # caf\xe9\nesx2\n"]
)
def test_a_comment_need_not_be_utf_8(typed, tmp_path: Path, text: bytes):
    (tmp_path / "hosts.ini").write_bytes(text)
    assert list(typed("hosts.list", "--json").expect(0).hosts) == ["esx1", "esx2"]


def test_a_name_or_a_value_that_counts_has_to_be(typed, tmp_path: Path):
    for line in (b"caf\xe9", b"h ansible_user=caf\xe9"):
        (tmp_path / "hosts.ini").write_bytes(b"[g]\n" + line + b"\n")
        assert "hosts.ini:2: " in typed("hosts.list").expect(2).err
    (tmp_path / "hosts.ini").write_bytes(b"h note=caf\xe9\n")
    typed("hosts.list").expect(0)


def test_a_yaml_inventory_with_files_beside_it(typed, tmp_path: Path):
    (tmp_path / "lab.yml").write_text(
        "all:\n  children:\n    esxi:\n      hosts:\n        e[1:2]:\n"
    )
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "esxi.yml").write_text("ansible_port: 2222\nansible_user: admin\n")
    ran = typed("hosts.list", "-i", "lab.yml", "--json").expect(0)
    assert {h["facts"]["port"] for h in ran.hosts.values()} == {2222}
    assert {h["facts"]["user"] for h in ran.hosts.values()} == {"admin"}
    (tmp_path / "lab.yml").write_text("all:\n  hosts: [e1]\n")
    wrong = typed("hosts.list", "-i", "lab.yml").expect(2).err
    assert "lab.yml:2: hosts: expected KEY: VALUE" in wrong


def test_hosts_on_the_command_line(typed):
    ran = typed("hosts.list", "-i", "b,a:2222,::1,", "--json").expect(0)
    assert list(ran.hosts) == ["b", "a", "::1"]
    assert ran.hosts["a"]["facts"]["port"] == 2222
    assert "names no host" in typed("hosts.list", "-i", "a;b,c").expect(2).err
    assert "no inventory" in typed("hosts.list", "-i", "a").expect(2).err
    assert "lists no hosts" in typed("hosts.list", "-i", ",").expect(2).err


def test_the_journal_knows_a_list_of_hosts(place: Place):
    """It has no variables: the key is that of ~/.ssh/config."""
    config = place.cli.home / ".ssh" / "config"
    config.parent.mkdir(mode=0o700)
    config.write_text(f"IdentityFile {place.lab.key_file}\n")
    hosts = ("-i", f"127.0.0.1:{place.lab.front.ports['vesxi01']},")
    place.cli("hosts.trust", *hosts, "--yes").expect(0)
    place.cli("advopt.set", TIMEOUT, "44", *hosts, "--yes").expect(0)
    assert place.option("vesxi01", TIMEOUT) == "44"
    assert "there are runs on" in place.cli("lab.undo", "last", "--yes").expect(2).err
    place.cli("lab.undo", "last", *hosts, "--yes").expect(0)
    assert place.option("vesxi01", TIMEOUT) == "20"


def test_nothing_of_an_inventory_is_executed(typed, tmp_path: Path):
    marker = tmp_path / "executed"
    for line in (
        f"h ansible_host='$(touch {marker})' ansible_ssh_common_args='-oProxyCommand=\"nc %h 22\"'",
        f"h ansible_user='$(touch {marker})'",
        f"'$(touch {marker})'",
    ):
        (tmp_path / "hosts.ini").write_text(f"{line}\n")
        assert "hosts.ini:1: " in typed("hosts.check").expect(2).err
    assert not marker.exists()


@pytest.mark.parametrize("flag", [("-i",), ("-l",), ("--profile",), ("--signatures",)])
@pytest.mark.parametrize("kind", ["fifo", "zero", "big", "folder"])
def test_what_is_no_regular_file_is_refused_at_once(typed, tmp_path: Path, flag, kind: str):
    path = tmp_path / "thing"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "zero":
        path = Path("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        with path.open("wb") as file:
            file.truncate(17 * 1024 * 1024)
    task = {"--profile": ("lab.plan",), "--signatures": ("vft.diagnose", "--vm", "x")}.get(
        flag[0], ("hosts.list",)
    )
    value = f"@{path}" if flag == ("-l",) else str(path)
    ran = typed(*task, *flag, value).expect(2)
    words = {"big": "larger than 16 MiB", "folder": "directory"}.get(kind, "regular file")
    assert words in ran.err or "not a regular file" in ran.err


@pytest.mark.parametrize("flag", ["--html", "--run-log"])
@pytest.mark.parametrize("kind", ["fifo", "device", "folder", "-", ""])
def test_what_is_no_regular_file_is_no_target(typed, tmp_path: Path, flag: str, kind: str):
    path = tmp_path / "thing"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    name = {"fifo": str(path), "folder": str(path), "device": os.devnull}.get(kind, kind)
    told = typed("lab.plan", "--profile", "vft", flag, name).expect(2).err
    assert f"{flag} {name}: cannot be written: " in told


def test_the_state_is_private_from_its_first_moment(place: Place):
    """Also its own folder, not only what is in it."""
    place.cli("advopt.set", TIMEOUT, "44", "--yes", env={"XDG_STATE_HOME": ""}).expect(0)
    made = place.cli.home / ".local" / "state" / "ftlab"
    assert {oct(path.stat().st_mode & 0o777) for path in (made, made / "locks")} == {"0o700"}
    made.chmod(0o777)
    told = place.cli("advopt.set", TIMEOUT, "45", "--yes", env={"XDG_STATE_HOME": ""}).expect(2)
    assert "everybody may write there" in told.err


def test_options_of_ssh_that_change_nothing_are_said_once(typed, tmp_path: Path):
    text = "[g]\na\nb\n[g:vars]\nansible_ssh_args=-C -o ControlMaster=auto -o ProxyJump=gw -4\n"
    (tmp_path / "hosts.ini").write_text(text)
    ran = typed("hosts.list", "--json").expect(0)
    note = "hosts.ini:5: ansible_ssh_args: without effect here: -C, -o ControlMaster\n"
    assert ran.err == note
    assert {host["facts"]["via"] for host in ran.hosts.values()} == {"gw"}


@pytest.mark.parametrize("option", ["-o Nosuch=1", "-o PKCS11Provider=x.so", "-B eth0", "-I x.so"])
def test_options_of_ssh_that_cannot_be_followed(typed, tmp_path: Path, option: str):
    (tmp_path / "hosts.ini").write_text(f"h ansible_ssh_common_args='{option}'\n")
    assert "hosts.ini:1: ansible_ssh_common_args: -" in typed("hosts.check").expect(2).err
