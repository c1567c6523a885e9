"""``hosts.record`` and ``sim.serve --like``: a lab's answers as a file, and played again."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cli_place import Place, a_place
from cli_runner import Cli
from fidelity import unlike, unread

from ftlab.cli.like import read_like
from ftlab.esxi.recording.private_words import PrivateWords
from ftlab.sim import VERSIONS, Fault, PairSpec, RunningLab, running_lab
from ftlab.sim.replay.recording import read_recording
from ftlab.sim.serve.command import LabVCenter

SECRETS = ("vesxi0", "app0", "db01", "Leo", "moved on", "lab.invalid")
CALLER = "10.10.0.9"
"""Who is logged in to a simulated host, as it lists its connections."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Two hosts of a pair with awkward VMs, and one of 8.0."""
    with ExitStack() as stack:
        yield a_place(
            tmp_path_factory.mktemp("home"), stack, hosts=3, versions=("5.0", "5.0", "8.0"),
            pairs=[PairSpec("db01")], nasty=True, vms=2,
        )  # fmt: skip


@pytest.fixture(scope="module")
def recorded(place: Place) -> Path:
    told = place.cli.json("hosts.record", "--out", "rec.json", "--yes").expect(0)
    assert set(told.statuses.values()) == {"ok"}
    for facts in (host["facts"] for host in told.hosts.values()):
        assert facts["answers"] > 60
        assert facts["file"].endswith("rec.json")
    return Path(place.cli.home) / "rec.json"


def test_nothing_private_is_left(place: Place, recorded: Path) -> None:
    text = json.loads(recorded.read_text())
    every = json.dumps(text, ensure_ascii=False)
    for secret in SECRETS:  # not "db01" in the middle of another identifier
        assert not re.search(rf"(?<![0-9a-f]){re.escape(secret)}", every), secret
    for host in place.lab.sim.hosts.values():
        for vm in host.vms:
            assert vm.config is not None
            for key in ("uuid.bios", "vc.uuid"):
                plain = re.sub(r"[^0-9a-f]", "", vm.config.get(key))
                assert plain not in re.sub(r"[^0-9a-f]", "", every)
        for private in {each for nic in host.nics for each in (nic.address, nic.mac)} | {CALLER}:
            assert not re.search(rf"(?<![\d.]){re.escape(private)}(?![\d.])", every), private
        assert not any(uuid in every for uuid in host.datastores.values())


USERDATA = "I2Nsb3VkLWNvbmZpZwpwYXNzd29yZDogaHVudGVyMg=="
"""``#cloud-config`` with a password, as cloud-init takes it in base64."""
OVF = '<?xml version="1.0"?>\n<Property key="root" value="hunter2"/>\n'


def test_what_a_guest_is_told_is_left_out_of_file_and_dump() -> None:
    """cloud-init, Ignition and OVF properties hand passwords to a guest in ``guestinfo.*``; they
    and the parts of an encrypted VM have names that do not say so."""
    words = PrivateWords("salt", lambda name: name)
    escaped = OVF.replace('"', "|22").replace("\n", "|0A")
    vmx = (
        f'guestinfo.userdata = "{USERDATA}"\nguestinfo.userdata.encoding = "base64"\n'
        f'guestInfo.ovfEnv = "{escaped}"\nmachine.id = "root=hunter2"\n'
        f'encryption.data = "{USERDATA}"\nvtpm.ekCRT = "{USERDATA}"\nmemSize = "512"\n'
    )
    dump = "".join(
        f'      (vim.option.OptionValue) {{\n         key = "{key}", \n'
        f'         value = {kind}"{value}"{end}\n      }}, \n'
        for key, value in (("guestinfo.userdata", USERDATA), ("guestinfo.ovfEnv", OVF))
        for kind, end in (("", ""), ("(string) ", ""), ("", ", "))
    )
    kept = (
        '      (vim.option.OptionValue) {\n         key = "a.b",\n         value = "512"\n      }\n'
    )
    told = words.replaced(vmx + dump + kept)
    assert USERDATA not in told
    assert "hunter2" not in told
    assert 'memSize = "512"\n' in told
    assert told.endswith(kept)
    assert len(told) == len(vmx + dump + kept)
    assert told.count("|22") == vmx.count("|22")


def test_what_was_one_word_is_one_word(recorded: Path) -> None:
    one, two, _ = read_recording(recorded)
    halves = [[vm for vm in each.vms if vm.role] for each in (one, two)]
    assert [[vm.role for vm in half] for half in halves] == [[1], [2]]
    assert halves[0][0].name == halves[1][0].name
    assert f'displayName = "{halves[0][0].name}"'.encode() in halves[0][0].vmx
    listed = one.text("vim-cmd", "vmsvc/getallvms")
    assert all(f" {vm.name} " in listed for vm in one.vms)
    assert re.search(rb'uuid.bios = "([0-9a-f -]+)"', halves[0][0].vmx)


def test_parsers_and_simulator_agree_with_it(recorded: Path) -> None:
    for recording in read_recording(recorded):
        assert list(unread(recording)) == []
        assert list(unlike(recording)) == []


def test_a_check_writes_nothing_and_no_terminal_asks_in_vain(place: Place) -> None:
    place.cli.json("hosts.record", "--out", "none.json", "--check").expect(3)
    refused = place.cli("hosts.record", "--out", "none.json").expect(2)
    assert "--yes" in refused.err
    assert not (Path(place.cli.home) / "none.json").exists()
    assert "--out FILE is missing" in place.cli("hosts.record", "--yes").expect(2).err
    assert "its folder" in place.cli("hosts.record", "--out", "no/x.json", "--yes").expect(2).err


def test_it_changes_nothing_and_is_not_in_the_history(place: Place, recorded: Path) -> None:
    assert recorded.exists()
    assert place.cli.json("lab.history").expect(0).document["runs"] == []


@pytest.fixture
def again(recorded: Path, tmp_path: Path) -> Iterator[tuple[RunningLab, Cli]]:
    with running_lab(directory=tmp_path, **read_like(str(recorded))) as lab:
        yield lab, Cli(tmp_path / "home", lab.inventory)


def test_a_recording_plays_the_core_scenario(again: tuple[RunningLab, Cli]) -> None:
    lab, cli = again
    LabVCenter(resume_seconds=1.0).take_over(lab)
    (pair,) = lab.sim.pairs
    before = [vm.file.read_bytes() for vm in (pair.primary, pair.secondary)]
    name = pair.spec.vm
    assert cli.json("vft.status").expect(0).hosts.keys() == {"host01", "host02", "host03"}
    runs = [
        cli.json("vft.enable", "--vm", name, "--yes").expect(0).run,
        cli.json("vft.power-on-secondary", "--vm", name, "--start-primary", "--yes").expect(0).run,
    ]
    assert pair.phase == "running"
    for run in reversed(runs):
        cli("lab.undo", run, "--yes").expect(0)
    assert [vm.file.read_bytes() for vm in (pair.primary, pair.secondary)] == before


def test_what_was_not_touched_is_told_word_for_word(
    again: tuple[RunningLab, Cli], recorded: Path
) -> None:
    lab, cli = again
    recording = read_recording(recorded)[2]
    host = lab.sim["host03"]
    for line, answer in recording.answers.items():
        if line.split()[0] in host.tools:
            assert host.answer(shlex.split(line)) == answer
    cli("advopt.set", "/Migrate/NetTimeout", "60", "--limit", "host03", "--yes").expect(0)
    line = "esxcli system settings advanced list -o /Migrate/NetTimeout"
    told = host.answer(line.split())
    assert b"Int Value: 60" in told.stdout
    licence = host.answer(("vim-cmd", "vimsvc/license", "--show"))
    assert licence == recording.answers["vim-cmd vimsvc/license --show"]


def set_by_hand(place: Place) -> None:
    """The last host as its owner has it."""
    host = place.lab.sim.hosts["vesxi03"]
    for line in (
        "esxcli system hostname set --fqdn=esx-lab7.lab.invalid",
        "esxcli network ip dns server add -s 10.10.0.53",
        "esxcli network ip dns search add -d corp.lab.invalid",
        "esxcli system syslog config set --loghost=tcp://logsink.lab.invalid:1514",
        "esxcli system ntp set -s clock1.lab.invalid -e 1",
        "esxcli system welcomemsg set -m 'ask Leo before you reboot'",
        "esxcli network ip interface tag add -i vmk0 -t vSphereReplication",
        "esxcli network vswitch standard policy security set -v vSwitch0 -o true",
        "esxcli system settings kernel set -s vga -v FALSE",
        "vim-cmd hostsvc/advopt/update Config.HostAgent.plugins.solo.enableMob bool true",
        "vim-cmd hostsvc/enable_esx_shell",
        "generate-certificates",
    ):
        assert host.answer(shlex.split(line)).exit == 0, line


def test_a_replayed_host_s_settings_are_its_own_and_can_be_changed(tmp_path: Path) -> None:
    with ExitStack() as stack:
        (tmp_path / "a").mkdir()
        place = a_place(tmp_path / "a", stack, hosts=3, versions=("8.0",), pairs=0)
        set_by_hand(place)
        place.cli("hosts.record", "--out", "rec.json", "--yes").expect(0)
        file = Path(place.cli.home) / "rec.json"
    text = file.read_text()
    for secret in ("esx-lab7", "lab.invalid", "10.10.0.53", "logsink", "clock1", "Leo"):
        assert secret not in text, secret
    recording = read_recording(file)[2]
    assert list(unlike(recording)) == []
    with running_lab(directory=tmp_path, **read_like(str(file))) as lab:
        host = lab.sim["host03"]
        for line in recording.answers:
            if line.split()[0] in host.tools:
                assert host.answer(shlex.split(line)) == recording.answers[line], line

        def told(line: str) -> str:
            return host.answer(shlex.split(line)).stdout.decode()

        server = told("esxcli network ip dns server list").split()[-1]
        told("esxcli network ip dns server add -s 192.0.2.7")
        assert told("esxcli network ip dns server list") == f"   DNSServers: {server}, 192.0.2.7\n"
        told(f"esxcli network ip dns server remove -s {server}")
        assert told("esxcli network ip dns server list") == "   DNSServers: 192.0.2.7\n"
        policy = "esxcli network vswitch standard policy security"
        told(f"{policy} set -v vSwitch0 -f false")
        assert told(f"{policy} get -v vSwitch0") == (
            "   Allow Promiscuous: true\n   Allow MAC Address Change: true\n"
            "   Allow Forged Transmits: false\n"
        )
        tags = "esxcli network ip interface tag"
        told(f"{tags} add -i vmk0 -t VMotion")
        assert told(f"{tags} get -i vmk0") == "   Tags: Management, vSphereReplication, VMotion\n"
        assert told("esxcli system settings kernel list -o vga").split()[14:17] == [
            "FALSE", "TRUE", "TRUE"
        ]  # fmt: skip
        assert "ESXShell" in told("chkconfig --list")
        told("chkconfig ESXShell off")
        assert "ESXShell                off\n" in told("chkconfig --list")
        subject = "openssl x509 -noout -subject -in /etc/vmware/ssl/rui.crt"
        assert f"/CN={told('hostname').strip()}/" in told(subject)
        told("esxcli system hostname set --fqdn=new.example")
        told("/sbin/generate-certificates")
        assert "/CN=new.example/" in told(subject)
        licence = "vim-cmd vimsvc/license --show"
        assert told(licence) == recording.text(licence)


@pytest.mark.parametrize("version", VERSIONS)
def test_hosts_of_every_release_are_recorded_and_played(tmp_path: Path, version: str) -> None:
    with ExitStack() as stack:
        (tmp_path / "a").mkdir()
        place = a_place(tmp_path / "a", stack, hosts=1, versions=(version,), pairs=0)
        place.cli("hosts.record", "--out", "rec.json", "--yes").expect(0)
        file = Path(place.cli.home) / "rec.json"
    (recording,) = read_recording(file)
    assert list(unread(recording)) == []
    assert list(unlike(recording)) == []
    with running_lab(directory=tmp_path, **read_like(str(file))) as lab:
        cli = Cli(tmp_path / "home", lab.inventory)
        (facts,) = (host["facts"] for host in cli.json("hosts.check").expect(0).hosts.values())
        assert facts["version"] == lab.sim["host01"].release.version
        vm = next(vm.name for vm in lab.sim["host01"].vms if vm.power == "poweredOff")
        cli("vmx.set", "--vm", vm, "--set", "a.b=c", "--yes").expect(0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"ftlab-recording": 2, "hosts": []}', "a recording of a later ftlab"),
        ('{"ftlab-recording": 1', "is no recording of hosts.record"),
        ('{"ftlab-recording": 1, "hosts": [{"name": "x"}]}', "is no recording of hosts.record"),
    ],
)
def test_a_damaged_recording_is_a_usage_error(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/rec.json").write_text(text)
    assert why in Cli(tmp_path / "home")("sim.serve", "--like", "rec.json").expect(2).err


OWN = """
[edge]
esx-a.lab.example ansible_host=192.0.2.1 rack=3
[core]
esx[01:02] ansible_port=2222 ftlab_physical_host=big "note=two words"
[site:children]
edge
core
[all:vars]
ansible_user=admin
ansible_password=secret
profile=night
"""


def test_ones_own_inventory_gives_names_groups_and_variables(tmp_path: Path) -> None:
    own = tmp_path / "hosts.ini"
    own.write_text(OWN)
    with running_lab(directory=tmp_path, versions=("6.7",), pairs=0, **read_like(str(own))) as lab:
        text = lab.inventory.read_text()
        assert "192.0.2.1" not in text
        assert "secret" not in text
        cli = Cli(tmp_path / "home", lab.inventory)
        told = cli.json("hosts.check", "--limit", "site:!edge").expect(0)
        assert list(told.hosts) == ["esx01", "esx02"]
        line = "echo {{ note }} {{ profile }}"
        said = cli.json("fleet.run", line, "--read-only", "-l", "esx01").expect(0)
        assert said.hosts["esx01"]["facts"]["stdout"] == "two words night\n"


@pytest.mark.parametrize("how", ["--yes", "--check"])
def test_a_run_that_was_cut_replaces_no_whole_recording(place: Place, how: str) -> None:
    """Some of the hosts are no recording of the lab."""
    file = Path(place.cli.home) / "whole.json"
    file.write_text("whole")
    away = Fault("auth", times=None)
    place["vesxi02"].faults.append(away)
    limits = ("--batch", "1", "--max-fail", "1")
    told = place.cli.json("hosts.record", "--out", str(file), how, *limits).expect(6)
    place["vesxi02"].faults.remove(away)
    assert list(told.statuses.values()) == ["ok", "unreachable", "skipped"]
    assert told.hosts["vesxi01"]["facts"].keys() == {"answers", "vms"}
    assert "whole.json is not written" in told.err
    assert file.read_text() == "whole"
