"""Pairs whose secondary is vCenter's business: refused on the host, started with the primary,
given up after a failure, resumed by a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_lab import Clock, ask, vim
from test_model_ft import log, start, state, stream

from ftlab.sim import PairSpec, SimLab
from ftlab.sim.ft.pair import FtPair


@pytest.fixture
def clock() -> Clock:
    return Clock()


def pair_with(tmp_path: Path, clock: Clock, version: str = "5.0", **spec: object) -> FtPair:
    wanted = {"ready": True, "failure": None} | spec
    pair = PairSpec(**wanted)  # type: ignore[arg-type]
    lab = SimLab(tmp_path, hosts=2, versions=[version] * 2, pairs=[pair], clock=clock, vms=0)
    return lab.pairs[0]


def states(pair: FtPair) -> tuple[str, str]:
    return state(pair, "primary")[1], state(pair, "secondary")[1]


def restart_primary(pair: FtPair) -> None:
    host, vm = pair.side("primary")
    vim(host, "power.off", vm.vmid)
    vim(host, "power.on", vm.vmid)


def test_the_host_refuses_to_power_a_secondary_on(tmp_path: Path, clock: Clock) -> None:
    pair = pair_with(tmp_path, clock, "7.0 U1", failure="keepalive", cure=None)
    answer = start(pair)
    assert (answer.exit, answer.stdout) == (1, b"Powering on VM:\n")
    first, *_, instance, msg, _ = answer.stderr.decode().splitlines()
    assert first == "Power on failed: (vim.fault.InvalidOperationOnSecondaryVm) {"
    assert instance.strip().startswith('instanceUuid = "52a1')
    assert "Secondary" in msg
    assert pair.secondary.power == "poweredOff"


def test_it_starts_with_its_primary(tmp_path: Path, clock: Clock) -> None:
    pair = pair_with(tmp_path, clock)
    clock.now += 1
    assert states(pair) == ("running", "running")
    restart_primary(pair)
    assert states(pair) == ("needSecondary", "enabled")
    clock.now += 0.5
    assert states(pair) == ("starting", "starting")
    clock.now += 1
    assert states(pair) == ("running", "running")
    assert pair.vcenter.starts == 2


def test_vcenter_tries_gives_up_and_disables(tmp_path: Path, clock: Clock) -> None:
    pair = pair_with(tmp_path, clock, failure="keepalive", gives_up_after=3)
    clock.now += 0.5
    assert states(pair) == ("needSecondary", "enabled")
    clock.now += 0.5
    assert states(pair) == ("disabled", "disabled")
    assert pair.vcenter.starts == 3
    assert "failed to read stream keepalive" in log(pair.secondary)
    hostd = pair.primary_host.path("/var/log/hostd.log").read_text("utf-8")
    assert "changed from needSecondary to disabled" in hostd
    clock.now += 3600
    restart_primary(pair)
    clock.now += 3600
    assert (states(pair), pair.vcenter.starts) == (("disabled", "disabled"), 3)


def test_a_start_that_fails_late_is_a_failed_start(tmp_path: Path, clock: Clock) -> None:
    pair = pair_with(tmp_path, clock, failure="keepalive", fails="late")
    assert states(pair) == ("starting", "starting")
    clock.now += 1
    assert states(pair) == ("disabled", "disabled")
    assert state(pair, "secondary")[0] == "poweredOff"


def test_resumed_after_the_remedy_it_runs(tmp_path: Path, clock: Clock) -> None:
    pair = pair_with(tmp_path, clock, failure="keepalive", resume_seconds=10)
    assert states(pair) == ("disabled", "disabled")
    clock.now += 10.5
    assert states(pair) == ("disabled", "disabled")
    assert pair.vcenter.starts == 2
    stream(pair.lab, "1", "1")  # type: ignore[arg-type]
    clock.now += 10
    assert states(pair) == ("needSecondary", "enabled")
    clock.now += 0.5
    assert states(pair) == ("starting", "starting")
    clock.now += 1
    assert states(pair) == ("running", "running")


def test_a_person_may_resume_at_any_time(tmp_path: Path, clock: Clock) -> None:
    pair = pair_with(tmp_path, clock, failure="keepalive", times=1)
    clock.now += 60
    assert states(pair) == ("disabled", "disabled")
    pair.vcenter.resume()
    clock.now += 1.5
    assert states(pair) == ("running", "running")


def test_without_a_limit_each_power_on_of_the_primary_is_one_start(
    tmp_path: Path, clock: Clock
) -> None:
    pair = pair_with(tmp_path, clock, failure="keepalive", gives_up_after=None)
    for starts in (1, 2, 3):
        clock.now += 60
        assert states(pair) == ("needSecondary", "enabled")
        assert pair.vcenter.starts == starts
        restart_primary(pair)


def test_a_primary_that_is_off_again_is_left_alone(tmp_path: Path, clock: Clock) -> None:
    pair = pair_with(tmp_path, clock)
    clock.now += 1
    restart_primary(pair)
    vim(pair.primary_host, "power.off", pair.primary.vmid)
    clock.now += 60
    assert states(pair) == ("enabled", "enabled")
    assert pair.vcenter.starts == 1


def test_where_hosts_start_secondaries_vcenter_keeps_out(tmp_path: Path, clock: Clock) -> None:
    pair = pair_with(tmp_path, clock, host_starts_secondary=True)
    clock.now += 60
    assert (states(pair), pair.vcenter.starts) == (("needSecondary", "enabled"), 0)
    assert start(pair).exit == 0
    clock.now += 1
    assert states(pair) == ("running", "running")
    assert ask(pair.primary_host, "vim-cmd vmsvc/getallvms").exit == 0
