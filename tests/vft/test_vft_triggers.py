"""Who starts the secondary: its host, its primary's host, or vCenter; on simulated hosts that leave
it to vCenter, and without waiting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from direct_session import DirectSession
from vft_bench import Bench, make_bench, set_option

from ftlab.errors import HostFailed
from ftlab.model import Command, Completed
from ftlab.sim import SimLab
from ftlab.sim.ft.spec import STREAM_OPTION

STREAM = "/Migrate/VMotionStreamDisable"
LOCKED = "AIOGNRC: Failed to open 'db01.vmdk' : Failed to lock the file (400000003) (0x2013)."


def bench_of(folder: Path, version: str = "5.0", **knobs: Any) -> Bench:
    """vCenter has made its first start, and given up, by the time the run begins."""
    given = {"host_starts_secondary": False, "prepare": passed(2.0), **knobs}
    return make_bench(folder, version, **given)


def passed(seconds: float, *more: Callable[[SimLab], None]) -> Callable[[SimLab], None]:
    def prepare(lab: SimLab) -> None:
        lab.clock.sleep(seconds)  # type: ignore[attr-defined]
        lab.tick()
        for each in more:
            each(lab)

    return prepare


def failing(bench: Bench) -> HostFailed:
    with pytest.raises(HostFailed) as caught:
        bench.pair_run.run()
    return caught.value


def sent(bench: Bench, verb: str, half: str = "secondary") -> int:
    host, vm = bench.pair.side(half)
    return host.commands.count(("vim-cmd", f"vmsvc/{verb}", str(vm.vmid)))


def triggers(bench: Bench) -> list[tuple[str, str | None, str | None]]:
    return [(one.trigger, one.cause, one.remedy) for one in bench.pair_run.log.made]


class Presses(DirectSession):
    """Somebody presses *Resume* in vCenter a moment after both hosts have the remedy."""

    def run(self, command: Command) -> Completed:
        done = super().run(command)
        lab, pair = self.model.lab, self.model.lab.pairs[0]
        values = {str(h.options.value(h.options.find(STREAM_OPTION))) for h in lab.hosts.values()}
        if values == {"1"} and not pair.enabled:
            pair.vcenter.resume()
        return done


# -- auto: the host is asked once ------------------------------------------------------------------


@pytest.mark.parametrize("version", ["4.1", "5.0", "6.0", "6.5", "7.0 U1"])
def test_a_host_that_leaves_it_to_vcenter_is_asked_once(tmp_path: Path, version: str) -> None:
    bench = bench_of(tmp_path, version, cure=1)
    error = failing(bench)
    assert error.kind == "vft.vcenter"
    assert "Resume Fault Tolerance" in error.hint
    assert "ftlab vft.status --vm db01 --watch" in error.hint
    assert (sent(bench, "power.on"), sent(bench, "power.off")) == (1, 0)
    assert bench.stream() == ["1", "1"]
    assert f"{STREAM} = 1 (which stays for its next start)" in error.message
    assert triggers(bench)[0] == ("vcenter", "stream-keepalive", f"{STREAM} = 1")
    assert "leaves the start of a secondary to vCenter" in bench.notes
    assert "InvalidOperationOnSecondaryVm" in bench.notes
    assert "failed to read stream keepalive" in bench.notes
    assert [target for _, target, *_ in bench.changes] == ["advopt", "advopt"]
    assert any("Resume Fault Tolerance" in line for line in bench.said)
    assert bench.time.now - 1002 < 30


class SaysItByTheCause(DirectSession):
    """The host wraps the reason into a general fault."""

    def run(self, command: Command) -> Completed:
        done = super().run(command)
        if command.argv[1:2] != ("vmsvc/power.on",):
            return done
        wrapped = (
            "Power on failed: (vim.fault.GenericVmConfigFault) {\n"
            "   faultCause = (vim.fault.InvalidOperationOnSecondaryVm) {\n"
            "      faultCause = (vmodl.MethodFault) null, \n"
            '      instanceUuid = "52"\n      msg = ""\n   }, \n'
            '   reason = "no"\n   msg = "The operation is not allowed."\n}\n'
        )
        return Completed(command, 1, b"Powering on VM:\n", wrapped.encode())


def test_a_reason_within_a_general_fault_is_heard(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, "7.0 U1", cure=1, session=SaysItByTheCause)
    assert failing(bench).kind == "vft.vcenter"
    assert sent(bench, "power.on") == 1


def test_resumed_in_vcenter_meanwhile_it_comes_to_run(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, cure=1, session=Presses)
    bench.pair_run.run()
    assert sent(bench, "power.on") == 1
    assert bench.stream() == ["1", "1"]
    assert bench.changes[-1] == ("vesxi02", "ft", "disabled", "running", True)
    assert triggers(bench) == [
        ("vcenter", "stream-keepalive", f"{STREAM} = 1"),
        ("vcenter", None, None),
    ]


def test_where_the_next_start_fails_again_the_old_value_comes_back(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, cure=None, session=Presses)
    error = failing(bench)
    assert error.kind == "vft.stream-keepalive"
    assert "CPU" in error.hint
    assert f"tried {STREAM} = 1 (put back)" in error.message
    assert bench.stream() == ["0", "0"]
    assert [cause for _, cause, _ in triggers(bench)] == ["stream-keepalive", "stream-keepalive"]
    assert sent(bench, "power.on") == 1


def test_from_1_both_values_are_tried(tmp_path: Path) -> None:
    def at_one(lab: SimLab) -> None:
        for host in lab.hosts.values():
            set_option(host, STREAM_OPTION, "1")

    class Resumes(DirectSession):
        def run(self, command: Command) -> Completed:
            done = super().run(command)
            if "set" in command.argv and self.model.name == "vesxi02":
                self.model.lab.pairs[0].vcenter.resume()
            return done

    bench = bench_of(tmp_path, cure=None, session=Resumes, prepare=passed(2.0, at_one))
    assert failing(bench).kind == "vft.stream-keepalive"
    assert [remedy for *_, remedy in triggers(bench)] == [f"{STREAM} = 0", f"{STREAM} = 1", None]
    assert bench.stream() == ["1", "1"]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [("locked", "vft.disk-locked"), ("unlicensed", "vft.not-licensed")],
)
def test_what_vcenters_start_failed_of_ends_it_where_nothing_helps(
    tmp_path: Path, failure: str, kind: str
) -> None:
    bench = bench_of(tmp_path, failure=failure)
    error = failing(bench)
    assert error.kind == kind
    assert "then in vCenter press" in error.hint
    assert bench.stream() == ["0", "0"]
    assert sent(bench, "power.on") == 1
    assert bench.time.now - 1002 < 5


def test_a_passing_failure_of_vcenters_is_waited_out(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, failure="low-memory", times=1, resume_seconds=10)
    bench.pair_run.run()
    assert [cause for _, cause, _ in triggers(bench)] == ["destination-low-memory", None]
    assert sent(bench, "power.on") == 1


def test_without_any_failure_it_is_only_watched(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, failure=None, prepare=lambda lab: lab.pairs[0].set_enabled(False))
    error = failing(bench)
    assert error.kind == "vft.vcenter"
    assert "FT is disabled, as vCenter leaves it" in error.message
    assert "no remedy was tried" in error.message
    assert "the wait of 25 s is over" in error.message
    assert bench.changes == []


def test_an_older_failure_does_not_outrank_the_newest(tmp_path: Path) -> None:
    def locked_before(lab: SimLab) -> None:
        secondary = lab.pairs[0].secondary
        lab["vesxi02"].vms.log(secondary, LOCKED)
        lab.clock.sleep(120)  # type: ignore[attr-defined]

    bench = make_bench(
        tmp_path, host_starts_secondary=False, vcenter_seconds=0.5, cure=1, session=Presses,
        prepare=lambda lab: (lab.pairs[0].vcenter.resume(), locked_before(lab),
                             lab.pairs[0].vcenter.resume(), passed(1)(lab)),
    )  # fmt: skip
    bench.pair_run.run()
    assert triggers(bench)[0][1] == "stream-keepalive"


def test_without_remedies_the_newest_failure_is_only_named(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, remedies=False)
    assert failing(bench).kind == "vft.stream-keepalive"
    assert bench.stream() == ["0", "0"]
    assert bench.changes == []


def test_no_time_at_all_still_sets_the_remedy(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, trigger="vcenter", wait=0, attempts=1)
    error = failing(bench)
    assert error.kind == "vft.vcenter"
    assert bench.stream() == ["1", "1"]


# -- host ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["5.0", "6.5", "8.0"])
def test_a_host_that_was_asked_for_says_no_once(tmp_path: Path, version: str) -> None:
    bench = bench_of(tmp_path, version, trigger="host")
    error = failing(bench)
    assert error.kind == "vft.vcenter"
    assert "--trigger vcenter" in error.hint
    assert sent(bench, "power.on") == 1
    assert bench.changes == []


# -- vcenter ---------------------------------------------------------------------------------------


def test_vcenter_powers_on_nothing(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, trigger="vcenter", session=Presses)
    bench.pair_run.run()
    assert (sent(bench, "power.on"), sent(bench, "power.on", "primary")) == (0, 0)
    assert bench.changes[-1][1:4] == ("ft", "disabled", "running")


def test_a_failure_seen_meanwhile_is_an_attempt_like_any_other(tmp_path: Path) -> None:
    bench = bench_of(
        tmp_path, trigger="vcenter", cure=1, prepare=lambda lab: None, vcenter_seconds=4.0,
        gives_up_after=2, ready=False,
    )  # fmt: skip
    bench.lab.pairs[0].set_enabled(True)
    host, vm = bench.pair.side("primary")
    for half in ("primary", "secondary"):
        _, one = bench.pair.side(half)
        for key in ("replay.supported", "replay.allowFT", "replay.allowBTOnly"):
            one.loaded.set(key, "true")
    bench.pair_run.wanted = _with(bench.pair_run.wanted, start_primary=True)
    bench.pair_run.run()
    assert vm.power == "poweredOn"
    assert triggers(bench) == [
        ("vcenter", "stream-keepalive", f"{STREAM} = 1"),
        ("vcenter", None, None),
    ]
    assert sent(bench, "power.on", "primary") == 1
    assert sent(bench, "power.on") == 0
    assert host.name == "vesxi01"


def _with(wanted: Any, **changes: Any) -> Any:
    from dataclasses import replace

    return replace(wanted, **changes)


# -- primary ---------------------------------------------------------------------------------------


def test_the_primary_is_restarted_and_its_host_starts_the_secondary(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, trigger="primary", cure=1, gives_up_after=None)
    bench.pair_run.run()
    assert sent(bench, "power.on") == 0
    assert sent(bench, "power.on", "primary") == 2
    assert sent(bench, "power.shutdown", "primary") == 2
    power = [(host, b, a, v) for host, target, b, a, v in bench.changes if target == "power"]
    assert power == [("vesxi01", "on", "off", True), ("vesxi01", "off", "on", True)] * 2
    assert triggers(bench) == [
        ("primary", "stream-keepalive", f"{STREAM} = 1"),
        ("primary", None, None),
    ]


def test_a_primary_that_is_off_is_only_powered_on(tmp_path: Path) -> None:
    def off(lab: SimLab) -> None:
        from ftlab.sim.vms.power import power_off

        power_off(lab.pairs[0].primary_host, lab.pairs[0].primary)

    bench = bench_of(tmp_path, trigger="primary", failure=None, prepare=passed(2.0, off))
    bench.pair_run.run()
    assert (sent(bench, "power.on", "primary"), sent(bench, "power.off", "primary")) == (1, 0)


def test_a_disabled_pair_costs_no_restart(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, trigger="primary", cure=1)
    error = failing(bench)
    assert error.kind == "vft.vcenter"
    assert sent(bench, "power.on", "primary") == 0
    assert bench.stream() == ["1", "1"]


def test_once_vcenter_has_given_up_the_primary_is_left_on(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, trigger="primary", gives_up_after=2, prepare=passed(0.0))
    error = failing(bench)
    assert error.kind == "vft.vcenter"
    assert sent(bench, "power.on", "primary") == 1
    assert bench.stream() == ["1", "1"]


def test_hosts_that_start_secondaries_do_so_for_their_primary_only_if_somebody_does(
    tmp_path: Path,
) -> None:
    bench = make_bench(tmp_path, trigger="primary", host_starts_secondary=True, failure=None)
    error = failing(bench)
    assert error.kind == "vft.vcenter"
    assert sent(bench, "power.on", "primary") == 1


# -- the plan --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trigger", "certain"),
    [("auto", [("power", "on")]), ("host", [("power", "on")]), ("vcenter", []),
     ("primary", [("power", "off"), ("power", "on")])],
)  # fmt: skip
def test_the_plan_of_each_trigger(tmp_path: Path, trigger: str, certain: list[Any]) -> None:
    bench = bench_of(tmp_path, trigger=trigger, gives_up_after=None)
    for context in bench.contexts:
        context.check = True
    bench.pair_run.run()
    changes = [each for c in bench.contexts for each in c.changes]
    assert [(each.target, each.after) for each in changes if not each.possible] == certain
    possible = {(each.target, each.after) for each in changes if each.possible}
    assert ("advopt", 1) in possible
    assert ("ft", "running") in possible
    assert sent(bench, "power.on") == sent(bench, "power.on", "primary") == 0
