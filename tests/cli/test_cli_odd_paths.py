"""Paths that cannot be looked at: too long for a name, in a folder that may not be searched, or
links in a circle. A user named them, so it is the user who is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from locked_folder import locked

__all__ = ["locked"]

LONG = "x" * 300
LINE = "v1 ansible_host=127.0.0.1 ansible_port=1\n"
WHO = (
    ("-i", "hosts.list -i {}/hosts.ini"),
    ("FILE", "fleet.copy {}/hosts.ini /etc/x --yes"),
    ("--to", "fleet.fetch /etc/x --to {}/hosts.ini"),
    ("--profile", "lab.plan --profile {}/ftlab.toml"),
    ("--out", "lab.capture --out {}/hosts.ini"),
    ("--out", "hosts.record --out {}/hosts.ini --yes"),
    ("--html", "lab.plan --profile vft --html {}/hosts.ini"),
    ("--log", "vft.diagnose --log {}/hosts.ini"),
    ("--signatures", "vft.diagnose --vm a --signatures {}/ftlab.toml"),
    ("--run-log", "hosts.check --run-log {}/hosts.ini"),
    ("--state-dir", "lab.history --state-dir {}/hosts.ini"),
    ("@failed", "hosts.list -l @failed --state-dir {}"),
    ("@FILE", "hosts.list -l @{}/hosts.ini"),
    ("--moved-from", "lab.history --moved-from {}/hosts.ini"),
    ("--like", "sim.serve --like {}/hosts.ini"),
)


@pytest.mark.parametrize("line", [line for _, line in WHO], ids=[name for name, _ in WHO])
def test_a_name_that_no_file_can_have_is_a_usage_error(typed, line: str):
    ran = typed(*line.format(LONG).split()).expect(2)
    assert (LONG in ran.err) or (line.split()[2] in ran.err)
    assert ran.out == ""


@pytest.mark.parametrize("line", [line for _, line in WHO], ids=[name for name, _ in WHO])
def test_a_folder_that_may_not_be_searched_is_a_usage_error(
    typed, locked: Path, line: str, monkeypatch
):
    monkeypatch.setenv("HOME", str(locked.parent))
    words = line.format(locked).split()
    where = () if "-i" in words else ("-i", "v1,")
    ran = typed(*words, *([] if words[0] == "sim.serve" else where)).expect(2)
    assert str(locked) in ran.err
    assert ran.out == ""


def test_a_list_of_hosts_is_one_however_long(typed):
    hosts = ",".join(f"vesxi{number:02}.lab.example.com" for number in range(1, 20))
    assert len(hosts) > 255
    assert len(typed("hosts.list", "--json", "-i", hosts).expect(0).hosts) == 19


def test_a_list_of_hosts_is_one_where_nothing_can_be_looked_at(typed, locked: Path, monkeypatch):
    """The working folder, too, may be another user's: ``sudo -u`` leaves it as it is."""
    monkeypatch.setenv("HOME", str(locked.parent))
    assert typed("hosts.list", "--json", "-i", "v1,v2").expect(0).hosts.keys() == {"v1", "v2"}


def test_settings_that_nobody_can_see_are_none(typed, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", f"{tmp_path}/{LONG}")
    assert len(typed("hosts.list", "--json").expect(0).hosts) == 3


def test_settings_and_inventories_that_are_there_and_hidden_are_not_passed_over(
    typed, tmp_path: Path, monkeypatch, locked: Path
):
    """Another inventory would be other hosts."""
    me = os.geteuid()
    os.seteuid(os.getuid())
    work = locked.parent / "work"
    work.mkdir(mode=0o755)
    monkeypatch.chdir(work)
    (work / "hosts.ini").symlink_to(locked / "hosts.ini")
    (work / "home/ftlab").mkdir(parents=True)
    (work / "home/ftlab/hosts.ini").write_text(LINE)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(work / "home"))
    os.seteuid(me)
    assert "hosts.ini: cannot be read: Permission denied" in typed("hosts.list").expect(2).err
    os.seteuid(os.getuid())
    (work / "hosts.ini").unlink()
    (work / "ftlab.toml").symlink_to(locked / "ftlab.toml")
    os.seteuid(me)
    assert "ftlab.toml: cannot be read: Permission denied" in typed("hosts.list").expect(2).err


@pytest.mark.parametrize("home", ["/dev/null", "circle", f"/{LONG}"])
def test_a_home_that_is_no_folder_has_no_settings_of_invoke(
    typed, tmp_path: Path, monkeypatch, home: str
):
    """Services' users have ``/dev/null``."""
    (tmp_path / "circle").symlink_to("circle")
    monkeypatch.setenv("HOME", str(tmp_path / home))  # an absolute one is itself
    typed("hosts.example").expect(0)


def test_a_home_of_a_service_keeps_nobody_from_the_hosts(typed, monkeypatch):
    monkeypatch.setenv("HOME", "/dev/null")
    assert typed("hosts.list", "--json", "-i", "v1,").expect(0).hosts


def test_settings_of_invoke_that_are_a_folder(typed, tmp_path: Path):
    (tmp_path / ".invoke.yaml").mkdir()
    told = typed("hosts.example").expect(2)
    assert ".invoke.yaml: cannot be read: Is a directory" in told.err


@pytest.mark.parametrize("name", [".invoke.yaml", ".invoke.yml", ".invoke.json"])
@pytest.mark.parametrize("text", [b"{a: [", b"\xff\xfe{", b"[1]", b'"a"'])
def test_settings_of_invoke_that_are_no_such_text(typed, tmp_path: Path, name: str, text: bytes):
    (tmp_path / name).write_bytes(text)
    told = typed("hosts.example").expect(2)
    assert f"{tmp_path}/{name}: " in told.err


def test_links_in_a_circle(typed, tmp_path: Path):
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "group_vars").mkdir()
    for words in ("hosts.list -i circle", "lab.history --moved-from circle"):
        assert "circle" in typed(*words.split()).expect(2).err


@pytest.mark.parametrize("link", ["group_vars/all", "group_vars/all/more.yml"])
def test_variables_in_a_hidden_place(typed, tmp_path: Path, locked: Path, link: str):
    me = os.geteuid()
    os.seteuid(os.getuid())
    work = locked.parent / "work"
    (work / link).parent.mkdir(parents=True)
    (work / link).symlink_to(locked / "hosts.ini")
    (work / "lab.ini").write_text(LINE)
    os.seteuid(me)
    told = typed("hosts.list", "-i", str(work / "lab.ini")).expect(2)
    assert f"{work / link}: cannot be read: Permission denied" in told.err


def test_a_nul_in_a_path_of_the_settings_file(typed, tmp_path: Path):
    for key in ("run_log", "state_dir"):
        (tmp_path / "ftlab.toml").write_text(f'{key} = "a\\u0000b"\n')
        told = typed("lab.history").expect(2)
        assert "NUL" in told.err
