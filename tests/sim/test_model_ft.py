"""Fault Tolerance pairs: keys, curing values, failures, states over time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from model_lab import Clock, ask, field, out, vim

from ftlab.sim import PairSpec, SimLab
from ftlab.sim.ft.pair import FtPair
from ftlab.sim.ft.spec import LEGACY_KEY, REPLAY_KEYS, SIGNATURES, STREAM_OPTION
from ftlab.sim.model.answer import Answer
from ftlab.sim.vms.vm import SimVM


@pytest.fixture
def clock() -> Clock:
    return Clock()


def lab_with(tmp_path: Path, clock: Clock, version: str = "5.0", **spec: object) -> SimLab:
    spec = {"ready": True, "host_starts_secondary": True} | spec
    pair = PairSpec(**spec)  # type: ignore[arg-type]
    return SimLab(tmp_path, hosts=2, versions=[version] * 2, pairs=[pair], clock=clock, vms=0)


def start(pair: FtPair) -> Answer:
    return ask(pair.secondary_host, f"vim-cmd vmsvc/power.on {pair.secondary.vmid}")


def state(pair: FtPair, half: str) -> tuple[str, str, str, str]:
    host, vm = pair.side(half)
    dump = vim(host, "get.runtime", vm.vmid)
    names = ("powerState", "faultToleranceState", "recordReplayState", "needSecondaryReason")
    found = [field(dump, name) for name in names]
    return found[0], found[1], found[2], found[3]


def log(vm: SimVM) -> str:
    return (vm.file.parent / "vmware.log").read_text("utf-8")


def stream(lab: SimLab, *values: str) -> None:
    for host, value in zip(lab.hosts.values(), values, strict=True):
        out(host, f"esxcli system settings advanced set -o {STREAM_OPTION} -i {value}")


def test_the_road_to_running(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, failure=None).pairs
    assert state(pair, "primary") == ("poweredOn", "needSecondary", "inactive", "initializing")
    assert state(pair, "secondary") == ("poweredOff", "enabled", "inactive", "<unset>")
    assert start(pair) == Answer(stdout=b"Powering on VM:\n")
    assert state(pair, "primary") == ("poweredOn", "starting", "inactive", "<unset>")
    assert state(pair, "secondary") == ("poweredOn", "starting", "inactive", "<unset>")
    clock.now += pair.spec.start_seconds
    assert state(pair, "primary") == ("poweredOn", "running", "recording", "<unset>")
    assert state(pair, "secondary") == ("poweredOn", "running", "replaying", "<unset>")


def test_the_secondary_stopped_and_the_primary_stopped(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, failure=None).pairs
    start(pair)
    clock.now += 5
    vim(pair.secondary_host, "power.off", pair.secondary.vmid)
    assert state(pair, "primary") == ("poweredOn", "needSecondary", "inactive", "userAction")
    start(pair)
    vim(pair.primary_host, "power.off", pair.primary.vmid)
    clock.now += 60
    assert state(pair, "primary")[:2] == ("poweredOff", "enabled")
    assert state(pair, "secondary")[:2] == ("poweredOff", "enabled")


@pytest.mark.parametrize(
    ("cure", "values", "cured"),
    [
        (1, ("1", "1"), True),
        (1, ("1", "0"), False),
        (1, ("0", "1"), False),
        (1, ("0", "0"), False),
        (0, ("0", "0"), True),
        (0, ("1", "1"), False),
        (None, ("0", "0"), False),
        (None, ("1", "1"), False),
    ],
)
def test_only_the_curing_value_on_both_hosts_cures(
    tmp_path: Path, clock: Clock, cure: int | None, values: tuple[str, str], cured: bool
) -> None:
    lab = lab_with(tmp_path, clock, cure=cure)
    (pair,) = lab.pairs
    stream(lab, *values)
    assert start(pair).exit == (0 if cured else 1)
    clock.now += 10
    assert state(pair, "primary")[1] == ("running" if cured else "needSecondary")


@pytest.mark.parametrize("version", ["4.1", "5.0", "6.0"])
def test_the_keepalive_failure_is_in_all_logs(tmp_path: Path, clock: Clock, version: str) -> None:
    (pair,) = lab_with(tmp_path, clock, version).pairs
    answer = start(pair)
    assert answer.exit == 1
    assert answer.stdout.startswith(b"Powering on VM:\n")
    assert (b"Power on failed" in answer.stdout) == (version == "6.0")
    kernel = "/var/log/messages" if version == "4.1" else "/var/log/vmkernel.log"
    for half in ("primary", "secondary"):
        host, vm = pair.side(half)
        lines = log(vm).splitlines()[-3:]
        assert "[vob.vmotion.stream.keepalive.read.fail]" in lines[0]
        assert "[msg.checkpoint.precopyfailure]" in lines[1]
        assert "0xbad003f" in lines[1]
        assert "Migrate: secondary failure during migration" in lines[2]
        assert "stream keepalive" in host.path(kernel).read_text("utf-8")
    assert state(pair, "primary")[1:] == ("needSecondary", "inactive", "other")


def test_a_failure_that_comes_after_a_yes(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, fails="late").pairs
    assert start(pair).exit == 0
    assert state(pair, "secondary")[:2] == ("poweredOn", "starting")
    assert "precopyfailure" not in log(pair.secondary)
    clock.now += pair.spec.late_seconds
    pair.primary_host.path("/var/log/vmkernel.log")  # looking is enough for time to pass
    assert "precopyfailure" in log(pair.secondary)
    assert state(pair, "secondary")[:2] == ("poweredOff", "enabled")
    assert state(pair, "primary")[1] == "needSecondary"


@pytest.mark.parametrize("half", ["primary", "secondary"])
@pytest.mark.parametrize("key", REPLAY_KEYS)
def test_each_key_must_be_loaded_in_both_halves(
    tmp_path: Path, clock: Clock, key: str, half: str
) -> None:
    (pair,) = lab_with(tmp_path, clock, failure=None).pairs
    pair.side(half)[1].loaded.set(key, "FALSE")
    assert start(pair).exit == 1
    assert f"not allowed for this virtual machine: {key} not set" in log(pair.secondary)


def test_keys_in_the_file_do_not_count_before_the_reload(tmp_path: Path, clock: Clock) -> None:
    lab = lab_with(tmp_path, clock, failure=None, ready=False)
    (pair,) = lab.pairs
    for host, vm in (pair.side("primary"), pair.side("secondary")):
        data = vm.file.read_bytes().replace(b'replay.supported = "FALSE"\n', b"")
        vm.file.write_bytes(data + b"".join(f'{key} = "true"\n'.encode() for key in REPLAY_KEYS))
        if vm is pair.primary:
            vim(host, "reload", vm.vmid)
    vim(pair.primary_host, "power.on", pair.primary.vmid)
    assert start(pair).exit == 1
    vim(pair.secondary_host, "reload", pair.secondary.vmid)
    assert start(pair).exit == 0


def test_6_0_wants_legacy_ft_asked_for(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, "6.0", failure=None).pairs
    pair.secondary.loaded.set(LEGACY_KEY, "FALSE")
    assert start(pair).exit == 1
    assert LEGACY_KEY in log(pair.secondary)
    pair.secondary.loaded.set(LEGACY_KEY, "true")
    assert start(pair).exit == 0


def test_from_6_5_on_the_keys_do_nothing(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, "6.7", failure=None, ready=False).pairs
    vim(pair.primary_host, "power.on", pair.primary.vmid)
    assert start(pair).exit == 0
    clock.now += 5
    assert state(pair, "primary") == ("poweredOn", "running", "inactive", "<unset>")


def test_no_option_no_cure(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, "7.0 U3").pairs
    assert start(pair).exit == 1


def test_the_primary_must_be_on(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, failure=None).pairs
    vim(pair.primary_host, "power.off", pair.primary.vmid)
    assert start(pair).exit == 1
    assert "no primary to follow" in log(pair.secondary)


def test_hosts_of_different_builds(tmp_path: Path, clock: Clock) -> None:
    pairs = [PairSpec(failure=None, ready=True, host_starts_secondary=True)]
    lab = SimLab(tmp_path, hosts=2, versions=["5.0", "5.1"], pairs=pairs, clock=clock)
    assert start(lab.pairs[0]).exit == 1
    assert "build 469512 against 799733" in log(lab.pairs[0].secondary)


FAILING = sorted(name for name, signature in SIGNATURES.items() if signature.kind == "fails")


@pytest.mark.parametrize("name", FAILING)
def test_every_failing_signature_leaves_its_traces_and_ends(
    tmp_path: Path, clock: Clock, name: str
) -> None:
    (pair,) = lab_with(tmp_path, clock, failure=name, cure=None, times=1).pairs
    assert start(pair).exit == 1
    halves = {half: pair.side(half) for half in ("primary", "secondary")}
    for trace in SIGNATURES[name].traces:
        marker = trace.text.split("{")[0]
        for half, (host, vm) in halves.items():
            if trace.half not in (half, "both"):
                continue
            text = log(vm) if trace.log == "vmware" else host.path(
                f"/var/log/{trace.log}.log").read_text("utf-8")  # fmt: skip
            assert marker in text
            assert not re.search(r"\{(mig|ip|vm|disk|why)\}", text)
    assert start(pair).exit == 0
    clock.now += 5
    assert state(pair, "primary")[1] == "running"


def test_a_question_holds_the_secondary_up(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, failure="question", times=1).pairs
    assert start(pair).exit == 0
    clock.now += 100
    assert state(pair, "primary")[1] == "starting"
    host, vm = pair.side("secondary")
    shown = vim(host, "message", vm.vmid)
    assert "msg.hbacommon.outofspace:" in shown
    id = shown.split()[3].rstrip(":")
    assert id.startswith("_vmx")
    vim(host, "message", vm.vmid, id, "0")
    clock.now += pair.spec.start_seconds
    assert state(pair, "primary")[1] == "running"


def test_a_question_cancelled(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, "4.1", failure="question").pairs
    start(pair)
    host, vm = pair.side("secondary")
    id = vim(host, "message", vm.vmid).split()[3].rstrip(":")
    assert id.isdecimal()
    vim(host, "message", vm.vmid, id, "1")
    assert state(pair, "secondary")[:2] == ("poweredOff", "enabled")


def test_powered_on_but_never_running(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, failure="never-running").pairs
    assert start(pair).exit == 0
    clock.now += 10_000
    assert state(pair, "secondary")[:2] == ("poweredOn", "starting")


def test_busy_twice_then_fine(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, failure="busy", times=2).pairs
    vm = pair.secondary
    for _ in range(2):
        answer = start(pair)
        assert answer.exit == 1
        assert b"(vim.fault.TaskInProgress)" in answer.stdout
        assert "powerOn" in vim(pair.secondary_host, "get.tasklist", vm.vmid)
        clock.now += pair.spec.late_seconds
        assert "[]" in vim(pair.secondary_host, "get.tasklist", vm.vmid)
    assert start(pair).exit == 0


def test_the_host_reboots_in_between(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, failure="reboot", times=1, late_seconds=30.0).pairs
    host = pair.secondary_host
    boots = host.boots
    assert start(pair).cut
    assert not host.up
    assert host.boots == boots + 1
    struck = host.fault("connect")
    assert struck is not None
    assert struck.what == "cut"
    assert ask(host, "vim-cmd vmsvc/getallvms").cut
    clock.now += 30
    assert host.fault("connect") is None
    assert start(pair).exit == 0


def test_a_running_pair_fails_over(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, failure=None).pairs
    old, new = pair.primary, pair.secondary
    start(pair)
    clock.now += 5
    pair.primary_host.reboot(10)
    assert (pair.primary, pair.secondary) == (new, old)
    assert state(pair, "primary") == ("poweredOn", "needSecondary", "inactive", "lostConnection")
    clock.now += 10
    assert old.power == "poweredOff"
    assert field(vim(pair.secondary_host, "get.summary", old.vmid), "role") == "2"


def test_both_halves_name_the_group(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock).pairs
    dumps = {
        half: vim(host, "get.config", vm.vmid)
        for half, (host, vm) in {h: pair.side(h) for h in ("primary", "secondary")}.items()
    }
    for dump in dumps.values():
        assert '"[shared] db01/db01.vmx", \n         "[shared] db01_1/db01.vmx"\n' in dump
        assert "instanceUuids = (string) [" in dump
    assert "ftInfo = (vim.vm.FaultTolerancePrimaryConfigInfo) {" in dumps["primary"]
    assert field(dumps["primary"], "role") == "1"
    assert "ftInfo = (vim.vm.FaultToleranceSecondaryConfigInfo) {" in dumps["secondary"]
    assert field(dumps["secondary"], "role") == "2"
    assert field(dumps["primary"], "uuid") == field(dumps["secondary"], "uuid")
    assert field(dumps["primary"], "instanceUuid") != field(dumps["secondary"], "instanceUuid")


def test_an_invalid_half_does_not_hide_the_other(tmp_path: Path, clock: Clock) -> None:
    (pair,) = lab_with(tmp_path, clock, ready=False).pairs
    pair.primary.file.unlink()
    assert ask(pair.primary_host, f"vim-cmd vmsvc/reload {pair.primary.vmid}").exit == 1
    assert field(vim(pair.secondary_host, "get.config", pair.secondary.vmid), "role") == "2"
    assert start(pair).exit == 1


def test_twelve_pairs_on_six_hosts(tmp_path: Path, clock: Clock) -> None:
    lab = SimLab(tmp_path, hosts=6, versions=["5.0"] * 6, pairs=12, vms=0, clock=clock)
    assert [len(list(host.vms)) for host in lab.hosts.values()] == [4] * 6
    assert len({pair.spec.vm for pair in lab.pairs}) == 12
    assert {(p.primary_host.name, p.secondary_host.name) for p in lab.pairs} == {
        ("vesxi01", "vesxi02"), ("vesxi03", "vesxi04"), ("vesxi05", "vesxi06"),
    }  # fmt: skip
