"""``vft.enable`` and ``vft.disable``: three keys, proven, once, and back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from cli_place import Bench, Place
from cli_runner import Ran, contents, tree
from lab_bench import near

from ftlab.sim import Fault, PairSpec

KEYS = ("replay.supported", "replay.allowFT", "replay.allowBTOnly")
STREAM = "/Migrate/VMotionStreamDisable"


@dataclass
class Told:
    """One call, and the lab's files before and after it."""

    ran: Ran
    before: dict
    after: dict


class Story:
    """``vft.enable`` checked, done, done again, and taken back, on a VM whose VMX the host
    itself has given ``replay.supported = "FALSE"``."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.vm = place.vm("vesxi01", "app01")
        self.file = str(self.vm.file.resolve().relative_to(place.lab.directory))
        host = place["vesxi01"]
        self.check = self._told("--check")
        self.loads = place.seen("vesxi01", "vim-cmd", "vmsvc/reload")
        self.enable = self._told("--yes")
        self.commands = list(host.commands)
        self.loaded = dict(self.vm.loaded)
        self.again = self._told("--yes")
        self.disable = self._told("--yes", task="vft.disable")
        self.unloaded = dict(self.vm.loaded)

    def _told(self, *flags: str, task: str = "vft.enable") -> Told:
        before = tree(self.place.lab.directory)
        ran = self.place.cli.json(task, "--vm", "app01", "--limit", "vesxi01", *flags)
        return Told(ran, before, tree(self.place.lab.directory))

    def lines(self, files: dict) -> list[bytes]:
        return files[self.file][0].splitlines(keepends=True)


@pytest.fixture(scope="module")
def story(module_bench: Bench) -> Story:
    return Story(module_bench())


def test_a_check_exits_3_and_changes_nothing(story):
    story.check.ran.expect(3)
    assert story.check.after == story.check.before
    assert story.loads == 0
    changes = story.check.ran.hosts["vesxi01"]["changes"]
    assert [(c["key"], c["before"], c["after"]) for c in changes] == [
        ("replay.supported", "FALSE", "true"),
        ("replay.allowFT", None, "true"),
        ("replay.allowBTOnly", None, "true"),
    ]
    assert not any("verified" in change for change in changes)


def test_exactly_the_three_keys_change(story):
    story.enable.ran.expect(0)
    before, after = story.lines(story.enable.before), story.lines(story.enable.after)
    assert before.count(b'replay.supported = "FALSE"\n') == 1
    replaced = [line.replace(b'"FALSE"', b'"true"') if b"replay.supported" in line else line
                for line in before]  # fmt: skip
    assert after == [
        *replaced, b'replay.allowFT = "true"\n', b'replay.allowBTOnly = "true"\n'
    ]  # fmt: skip


def test_nothing_but_the_vmx_and_its_backup_is_touched(story):
    before, after = (
        {name: value for name, value in files.items() if not name.endswith(".log")}
        for files in (story.enable.before, story.enable.after)
    )
    backup = f"{story.file}.ftlab-{story.enable.ran.run}"
    assert after.keys() - before.keys() == {backup}
    assert before.keys() <= after.keys()
    assert [name for name in before if before[name] != after[name]] == [story.file]
    assert after[backup][0] == before[story.file][0]
    assert after[story.file][3] == before[story.file][3]  # the mode


def test_the_keys_are_proven_by_what_hostd_loaded(story):
    assert {key: story.loaded[key] for key in KEYS} == dict.fromkeys(KEYS, "true")
    changes = story.enable.ran.hosts["vesxi01"]["changes"]
    assert [(c["key"], c["verified"]) for c in changes] == [(key, True) for key in KEYS]
    assert {c["path"] for c in changes} == {"[datastore1] app01/app01.vmx"}
    assert {c["vmid"] for c in changes} == {story.vm.vmid}
    verbs = [argv[1] for argv in story.commands if argv[0] == "vim-cmd"]
    assert "vmsvc/get.config" in verbs[verbs.index("vmsvc/reload") :]


def test_a_second_run_writes_nothing(story):
    story.again.ran.expect(0)
    assert story.again.ran.statuses == {"vesxi01": "ok"}
    assert story.again.ran.hosts["vesxi01"]["changes"] == []
    assert story.again.after == story.again.before  # bytes, mtime, inode; no new backup


def test_disable_brings_the_bytes_back(story):
    story.disable.ran.expect(0)
    assert story.disable.after[story.file][0] == story.enable.before[story.file][0]
    assert story.unloaded["replay.supported"] == "FALSE"
    assert not {"replay.allowFT", "replay.allowBTOnly"} & story.unloaded.keys()


def test_a_host_that_only_claims_to_reload_is_not_believed(bench: Bench):
    place = near(bench())
    place["vesxi01"].faults.append(Fault("vim-cmd vmsvc/reload", what="lie", times=None))
    ran = place.cli.json("vft.enable", "--vm", "app01", "-l", "vesxi01", "-y").expect(5)
    assert ran.error("vesxi01")["kind"] == "not_proven"
    assert not any(change["verified"] for change in ran.hosts["vesxi01"]["changes"])


def test_a_powered_on_vm_is_refused_by_name_with_the_way_out(bench: Bench):
    place = near(bench())
    before = contents(place.lab.directory)
    ran = place.cli.json("vft.enable", "--vm", "app02", "-l", "vesxi01", "-y").expect(5)
    error = ran.error("vesxi01")
    assert error["kind"] == "vm.powered_on"
    assert "app02" in error["message"]
    assert "--power-cycle" in error["hint"]
    assert contents(place.lab.directory) == before
    assert place.vm("vesxi01", "app02").power == "poweredOn"


def test_power_cycle_takes_it_down_and_up_again(bench: Bench):
    place = near(bench())
    vm = place.vm("vesxi01", "app02")
    ran = place.cli.json(
        "vft.enable", "--vm", "app02", "-l", "vesxi01", "-y", "--power-cycle"
    ).expect(0)
    assert vm.power == "poweredOn"
    assert all(vm.loaded.true(key) for key in KEYS)
    assert vm.file.read_bytes().count(b"replay.") == 4  # the host has replay.filename, too
    changes = ran.hosts["vesxi01"]["changes"]
    assert [c["after"] for c in changes if c["target"] == "power"] == ["off", "on"]
    assert all(change["verified"] for change in changes)


def test_both_halves_of_a_pair_in_one_run_and_the_option_with_them(bench: Bench):
    place = near(bench(pairs=[PairSpec("db01")]))
    ran = place.cli.json("vft.enable", "--vm", "db01", "--stream", "1", "-y").expect(0)
    assert ran.statuses == {"vesxi01": "changed", "vesxi02": "changed"}
    for name in ("vesxi01", "vesxi02"):
        assert all(place.vm(name, "db01").loaded.true(key) for key in KEYS)
        assert place.option(name, STREAM) == "1"
        targets = [change["target"] for change in ran.hosts[name]["changes"]]
        assert sorted(targets) == ["advopt", "vmx", "vmx", "vmx"]
    back = place.cli.json("vft.disable", "--vm", "db01", "-y").expect(0)
    assert back.statuses == {"vesxi01": "changed", "vesxi02": "changed"}
    assert [place.option(name, STREAM) for name in ("vesxi01", "vesxi02")] == ["0", "0"]
    place.set_option("vesxi01", STREAM, "1")  # by somebody, for another reason
    again = place.cli.json("vft.disable", "--vm", "db01", "-y").expect(0)
    assert again.statuses == {"vesxi01": "ok", "vesxi02": "ok"}
    assert place.option("vesxi01", STREAM) == "1"


def test_disable_removes_the_keys_where_the_journal_knows_nothing(bench: Bench):
    place = near(bench(hosts=1, versions=("8.0",)))
    vm = place.vm("vesxi01", "app01")
    before = vm.file.read_bytes()
    vm.file.write_bytes(before + b"".join(f'{key} = "TRUE"\n'.encode() for key in KEYS))
    vm.config = type(vm.loaded)(vm.file.read_bytes())
    place.cli.json("vft.disable", "--vm", "app01", "-y").expect(0)
    assert vm.file.read_bytes() == before
    again = place.cli.json("vft.disable", "--vm", "app01", "-y").expect(0)
    assert again.statuses == {"vesxi01": "ok"}


def test_disable_leaves_what_a_host_has_written_by_itself(bench: Bench):
    """``replay.supported = "FALSE"`` is in most files; enable writes none of the keys on 6.5 and
    later, so there is nothing to take away."""
    place = near(bench(hosts=1, versions=("7.0 U1",)))
    vm = place.vm("vesxi01", "app01")
    own = b'replay.supported = "FALSE"\n'
    before = vm.file.read_bytes().replace(own, b"") + own
    vm.file.write_bytes(before)
    vm.config = type(vm.loaded)(before)
    assert place.cli.json("vft.disable", "--vm", "app01", "-y").expect(0).statuses == {
        "vesxi01": "ok"
    }
    place.cli.json("vft.enable", "--vm", "app01", "-y").expect(0)
    place.cli.json("vft.disable", "--vm", "app01", "-y").expect(0)
    assert vm.file.read_bytes() == before


def test_legacy_ft_is_said_to_be_for_hosts_of_6_0(bench: Bench):
    place = near(bench(hosts=1, versions=("5.0",)))
    ran = place.cli.json("vft.enable", "--vm", "app01", "--legacy-ft", "-n").expect(3)
    assert any("--legacy-ft is for 6.0" in n for n in ran.hosts["vesxi01"]["facts"]["notes"])
    assert len(ran.hosts["vesxi01"]["changes"]) == len(KEYS)


@pytest.mark.parametrize("key", ["Replay.Supported", "MemSize"])
def test_a_duplicate_key_is_reported_and_not_multiplied(bench: Bench, key: str):
    """Any: the host calls the VM invalid as soon as it loads the file again."""
    place = near(bench(hosts=1, versions=("5.0",)))
    vm = place.vm("vesxi01", "app01")
    vm.file.write_bytes(vm.file.read_bytes() + f'{key} = "TRUE"\n'.encode())
    before = contents(place.lab.directory)
    ran = place.cli.json("vft.enable", "--vm", "app01", "--stream", "1", "-y").expect(5)
    assert ran.error("vesxi01")["kind"] == "vmx.duplicate"
    assert place.option("vesxi01", STREAM) == "0"
    assert f"{key} is there 2 times".lower() in ran.error("vesxi01")["message"].lower()
    assert contents(place.lab.directory) == before


def test_hosts_without_the_vm_are_skipped(bench: Bench):
    place = near(bench(hosts=3, versions=("5.0",) * 3, pairs=[PairSpec("db01")]))
    ran = place.cli.json("vft.enable", "--vm", "db01", "-n").expect(3)
    assert ran.statuses == {
        "vesxi01": "would_change", "vesxi02": "would_change", "vesxi03": "skipped",
    }  # fmt: skip
    assert ran.error("vesxi03")["kind"] == "vm.notfound"


def test_a_vm_that_no_host_has_is_a_failure(mixed: Place):
    ran = near(mixed).cli.json("vft.enable", "--vm", "no-such-vm", "-n").expect(5)
    assert set(ran.statuses.values()) == {"failed"}
    assert "no-such-vm" in ran.error("vesxi01")["message"]


def test_where_the_keys_do_nothing_that_is_said(mixed: Place):
    ran = near(mixed).cli.json("vft.enable", "--vm", "app01", "--stream", "1", "-n").expect(3)
    notes = {name: " ".join(host["facts"].get("notes", [])) for name, host in ran.hosts.items()}
    silent = {name for name, text in notes.items() if "do nothing" not in text}
    assert silent == {"vesxi01", "vesxi02", "vesxi03"}  # 4.1 and 5.0
    assert {name for name, text in notes.items() if STREAM in text} == {"vesxi05", "vesxi06"}
