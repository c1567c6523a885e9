"""Several pairs on several hosts in one run."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from direct_session import DirectSession
from vft_bench import option, power_ons
from vft_fleet import Fleet, attempts, by_host, make_fleet, states

from ftlab.engine.concurrency import Exclusive, joined
from ftlab.engine.report import exit_code
from ftlab.errors import HostFailed, Lost, NotApplicable
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.vm.config import FtInfo, VmConfig
from ftlab.esxi.vm.runtime import Runtime
from ftlab.fleet.limits import Limits, parse_max_fail
from ftlab.journal import Journal
from ftlab.ops.vft.pairs import Half, pair_up
from ftlab.ops.vft.secondary.request import pair_problems
from ftlab.sim import Fault, PairSpec
from ftlab.sim.ft.spec import STREAM_OPTION


def spec(vm: str = "db01", **about: Any) -> PairSpec:
    return PairSpec(vm, **{"ready": True, "cure": 1, "host_starts_secondary": True, **about})


def ring(hosts: int, count: int, broken: dict[int, str]) -> list[PairSpec]:
    """Pairs whose hosts overlap all around."""
    return [
        spec(
            f"db{n:02}",
            primary=f"vesxi{n % hosts + 1:02}",
            secondary=f"vesxi{(n + 1) % hosts + 1:02}",
            failure=broken.get(n, "keepalive"),
        )
        for n in range(count)
    ]


def test_twelve_pairs_on_six_hosts_two_of_them_broken(tmp_path: Path, monkeypatch) -> None:
    broken = {3: "cpu-incompatible", 8: "locked"}
    fleet = make_fleet(tmp_path, monkeypatch, ring(6, 12, broken), hosts=6)
    report = fleet.power_on("*")
    assert exit_code(report) == 5
    found = states(report)
    assert len(found) == 12
    for number, pair in enumerate(fleet.sim.pairs):
        name = f"db{number:02}"
        made = attempts(report, name)
        if number in broken:
            assert [one["result"] for one in made] == ["failed"]
            assert power_ons(pair) == 1
            assert found[name] == "needSecondary"
        else:
            assert made[-1]["result"] == "running"
            assert power_ons(pair) == len(made) <= 2
            assert found[name] == "running"
    failed = {name: o.error for name, o in by_host(report).items() if o.error}
    assert set(failed) == {"vesxi05", "vesxi04"}
    kinds = {name: error.kind for name, error in failed.items() if error}
    assert kinds == {"vesxi05": "vft.cpu-cannot-replay", "vesxi04": "vft.disk-locked"}
    assert "db03" in failed["vesxi05"].message  # type: ignore[union-attr]


def test_what_has_brought_one_pair_up_is_not_taken_back_for_another(
    tmp_path: Path, monkeypatch
) -> None:
    """The ladder begins with the published 0, but 1 is this run's own, and the first pair's."""
    pairs = [spec("db01"), spec("db02", cure=None)]
    fleet = make_fleet(tmp_path, monkeypatch, pairs)
    report = fleet.power_on("*")
    assert states(report) == {"db01": "running", "db02": "needSecondary"}
    assert [one["remedy"] for one in attempts(report, "db01")] == [f"{STREAM_OPTION} = 1", None]
    assert [one["remedy"] for one in attempts(report, "db02")] == [None]
    assert [option(host, STREAM_OPTION) for host in fleet.sim.hosts.values()] == ["1", "1"]


def test_two_broken_pairs_of_one_host_are_both_told(tmp_path: Path, monkeypatch) -> None:
    pairs = [spec("db01", failure="cpu-incompatible"), spec("db02", failure="locked")]
    report = make_fleet(tmp_path, monkeypatch, pairs).power_on("db*")
    error = by_host(report)["vesxi02"].error
    assert error is not None
    assert "db01" in error.message
    assert "db02" in error.message


def test_a_named_vm_without_ft_is_refused_beside_a_good_one(tmp_path: Path, monkeypatch) -> None:
    fleet = make_fleet(tmp_path, monkeypatch, [spec(failure=None)])
    report = fleet.power_on("db01", "app01")
    found = by_host(report)
    assert {o.error.kind for o in found.values() if o.error} == {"vft.not_configured"}
    assert states(report) == {"db01": "running"}


def test_a_glob_may_meet_vms_without_ft(tmp_path: Path, monkeypatch) -> None:
    report = make_fleet(tmp_path, monkeypatch, [spec(failure=None)]).power_on("*")
    assert exit_code(report) == 0


def test_half_a_pair_names_the_host_that_was_not_reached(tmp_path: Path, monkeypatch) -> None:
    fleet = make_fleet(tmp_path, monkeypatch, [spec(failure=None)])
    fleet.absent.add("vesxi01")
    report = fleet.power_on("db01")
    found = by_host(report)
    assert found["vesxi01"].status == "unreachable"
    error = found["vesxi02"].error
    assert error is not None
    assert error.kind == "vft.half_pair"
    assert "vesxi01" in error.message


def test_roles_that_nobody_tells(tmp_path: Path, monkeypatch) -> None:
    class Mute(DirectSession):
        """A host that leaves ftInfo out."""

        def run(self, command: Any) -> Any:
            from dataclasses import replace

            done = super().run(command)
            kinds = (b"FaultTolerancePrimaryConfigInfo", b"FaultToleranceSecondaryConfigInfo")
            out = done.stdout
            for kind in kinds:
                start = out.find(b"ftInfo = (vim.vm." + kind)
                if start >= 0:
                    end = out.index(b"\n   }", start)
                    tail = out.index(b"\n", end + 1)
                    null = b"ftInfo = (vim.vm.FaultToleranceConfigInfo) null, "
                    out = out[:start] + null + out[tail:]
            return replace(done, stdout=out)

    fleet = make_fleet(tmp_path, monkeypatch, [spec(ready=False)], session=Mute)
    report = fleet.power_on("db01")
    error = by_host(report)["vesxi01"].error
    assert error is not None
    assert error.kind == "vft.roles_unclear"
    (tmp_path / "b").mkdir()
    ready = make_fleet(tmp_path / "b", monkeypatch, [spec(cure=1)], session=Mute)
    assert states(ready.power_on("db01")) == {"db01": "running"}


def test_max_fail_counts_pairs(tmp_path: Path, monkeypatch) -> None:
    pairs = [spec(f"db{n:02}", failure="cpu-incompatible") for n in range(1, 5)]
    limits = Limits(parallel=1, max_fail=parse_max_fail("2"))
    fleet = make_fleet(tmp_path, monkeypatch, pairs, limits=limits)
    report = fleet.power_on("*")
    assert exit_code(report) == 6
    assert [power_ons(pair) for pair in fleet.sim.pairs] == [1, 1, 0, 0]
    error = by_host(report)["vesxi02"].error
    assert error is not None
    assert "db03: not started" in error.message


def test_a_fault_of_ours_is_told_at_the_pair(tmp_path: Path, monkeypatch) -> None:
    class Breaks(DirectSession):
        def run(self, command: Any) -> Any:
            if "vmsvc/power.on" in command.argv:
                raise RuntimeError("a fault of ours")
            return super().run(command)

    fleet = make_fleet(tmp_path, monkeypatch, [spec()], session=Breaks)
    error = by_host(fleet.power_on("db01"))["vesxi02"].error
    assert error is not None
    assert (error.kind, "a fault of ours" in error.message) == ("internal", True)


def test_a_host_that_reboots_is_met_again(tmp_path: Path, monkeypatch) -> None:
    pairs = [spec(failure="reboot", times=1, late_seconds=1.5)]
    fleet = make_fleet(tmp_path, monkeypatch, pairs)
    report = fleet.power_on("db01")
    assert exit_code(report) == 0
    assert attempts(report, "db01")[0]["result"].endswith("lost")
    assert attempts(report, "db01")[-1]["result"] == "running"


def test_a_host_that_reboots_for_long(tmp_path: Path, monkeypatch) -> None:
    fleet = make_fleet(tmp_path, monkeypatch, [spec(failure="reboot", late_seconds=900.0)])
    report = fleet.power_on("db01")
    error = by_host(report)["vesxi02"].error
    assert error is not None
    assert error.kind == "unreachable.refused"
    assert exit_code(report) == 5
    notes = "\n".join(by_host(report)["vesxi02"].facts["notes"])
    assert "db01: its state is the one before the attempts" in notes
    assert "read after them: the connection died" in notes


def test_every_change_is_in_the_journal(tmp_path: Path, monkeypatch) -> None:
    fleet = make_fleet(tmp_path, monkeypatch, [spec(cure=None)])
    report = fleet.power_on("db01")
    with Journal.open(fleet.lab.options.journal) as journal:
        changes = journal.changes(report.run)
    seen = [(c.host, c.change.target, c.change.after, c.state) for c in changes]
    assert ("vesxi01", "advopt", 1, "verified") in seen
    assert ("vesxi02", "advopt", 0, "verified") in seen
    assert ("vesxi02", "power", "on", "failed") in seen
    assert [option(h, STREAM_OPTION) for h in fleet.sim.hosts.values()] == ["0", "0"]


def test_the_journal_is_read_once_for_all_hosts(tmp_path: Path, monkeypatch) -> None:
    fleet = make_fleet(tmp_path, monkeypatch, [spec(), spec("db02")], hosts=4)
    changes, read = Journal.changes, []
    monkeypatch.setattr(Journal, "changes", lambda *run: read.append(run) or changes(*run))
    assert exit_code(fleet.power_on()) == 0
    assert len(read) == 1


def test_a_run_stopped_at_the_first_look_powers_nothing_on(tmp_path: Path, monkeypatch) -> None:
    limits = Limits(parallel=1, fail_fast=True)
    fleet = make_fleet(tmp_path, monkeypatch, [spec()], limits=limits)
    fleet.absent.add("vesxi01")
    assert exit_code(fleet.power_on("db01")) == 6
    assert power_ons(fleet.sim.pairs[0]) == 0


def test_a_host_that_was_only_looked_at_is_not_called_done(tmp_path: Path, monkeypatch) -> None:
    limits = Limits(parallel=1, fail_fast=True)
    fleet = make_fleet(tmp_path, monkeypatch, [spec()], hosts=3, limits=limits)
    fleet.absent.add("vesxi02")
    found = by_host(fleet.power_on("db01"))
    assert [found[f"vesxi0{n}"].status for n in (1, 2, 3)] == ["skipped", "unreachable", "skipped"]
    first = found["vesxi01"]
    assert first.error is not None
    assert first.error.kind == "not_started"
    assert first.facts["pairs"][0]["primary"] == "vesxi01"


def test_errors_told_together() -> None:
    skip, bad = NotApplicable("one", kind="not_started"), HostFailed("two", kind="vft.x")
    both = joined([skip, bad])
    assert (both.kind, both.message) == ("vft.x", "one; two")
    assert joined([skip]) is skip


def test_turns_keep_two_from_one_host() -> None:
    exclusive, inside, most = Exclusive(["a", "b", "c"]), [], []

    def work(*hosts: str) -> None:
        for _ in range(50):
            with exclusive.on(*hosts):
                inside.extend(hosts)
                most.append(max(inside.count(host) for host in hosts))
                for host in hosts:
                    inside.remove(host)

    threads = [threading.Thread(target=work, args=hosts)
               for hosts in (("a", "b"), ("b", "a"), ("c", "a"), ("b", "c"))]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert set(most) == {1}
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.parametrize("deadline", [0.2])
def test_a_deadline_leaves_a_pair_and_says_so(tmp_path: Path, monkeypatch, deadline: float) -> None:
    blocked = threading.Event()

    class Hangs(DirectSession):
        def run(self, command: Any) -> Any:
            if "vmsvc/power.on" in command.argv:
                blocked.wait(20)
            return super().run(command)

    fleet: Fleet = make_fleet(
        tmp_path, monkeypatch, [spec()], session=Hangs, limits=Limits(deadline=deadline)
    )
    try:
        report = fleet.power_on("db01")
        assert exit_code(report) == 8
        error = by_host(report)["vesxi02"].error
        assert error is not None
        assert error.kind == "deadline"
    finally:
        blocked.set()


def test_a_pair_that_waited_for_its_turn_at_the_deadline_says_so(
    tmp_path: Path, monkeypatch
) -> None:
    release = threading.Event()

    class Hangs(DirectSession):
        def run(self, command: Any) -> Any:
            if "vmsvc/power.on" in command.argv:
                release.wait(20)
            return super().run(command)

    both = [spec("db01"), spec("db02")]
    fleet = make_fleet(tmp_path, monkeypatch, both, session=Hangs, limits=Limits(deadline=1.0))
    try:
        report = fleet.power_on("*")
    finally:
        release.set()
    assert exit_code(report) == 8
    error = by_host(report)["vesxi02"].error
    assert error is not None
    begun, waited = sorted(error.message.split("; ", 1), key=lambda words: "turn" in words)
    assert begun.endswith("the deadline passed in attempt 1")
    assert waited.endswith("had their turn; nothing was done for it")


def test_a_pair_with_a_half_too_many_is_refused() -> None:
    vm = VmEntry(7, "db01", "[shared] db01/db01.vmx", "otherGuest", "vmx-08", "")

    def claims(host: str, role: int) -> Half:
        config = VmConfig(ft=FtInfo(role, ("uuid-1", "uuid-2")))
        return Half(host, vm, Runtime(power="off", ft_state="enabled"), config)

    pairs = pair_up([claims("a", 1), claims("b", 2), claims("c", 2)])
    [(host, error)] = pair_problems(("db01",), [], pairs)
    assert (host, error.kind) == ("a", "vft.roles_unclear")
    assert "secondary vmid:7 on b, secondary vmid:7 on c" in error.message
    assert "--exclude" in error.hint


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [(("vmid:7",), "--vm db01 names both halves; or widen --limit"),
     (("[shared] db01/db01.vmx",), "--vm db01 names both halves; or widen --limit"),
     (("vmid:7", "db*"), "widen --limit"), (("db01",), "widen --limit")],
)  # fmt: skip
def test_half_a_pair_that_a_vmid_left_alone(wanted: tuple[str, ...], hint: str) -> None:
    vm = VmEntry(7, "db01", "[shared] db01/db01.vmx", "otherGuest", "vmx-08", "")
    config = VmConfig(ft=FtInfo(2, ("uuid-1", "uuid-2")))
    pairs = pair_up([Half("b", vm, Runtime(power="off", ft_state="enabled"), config)])
    [(host, error)] = pair_problems(wanted, [], pairs)
    assert (host, error.kind) == ("b", "vft.half_pair")
    assert error.message == "the primary of db01 is not among the VMs of this run"
    assert error.hint.startswith(hint)


def test_a_deadline_in_mid_ladder_keeps_what_was_done(tmp_path: Path, monkeypatch) -> None:
    blocked, waits = threading.Event(), threading.Event()

    class Hangs(DirectSession):
        """The second power-on does not come back before the deadline."""

        def run(self, command: Any) -> Any:
            if "vmsvc/power.on" in command.argv and self.model.commands.count(command.argv) == 1:
                waits.set()
                blocked.wait(20)
                raise Lost("the connection is lost", in_flight=[str(command)])
            return super().run(command)

    fleet = make_fleet(
        tmp_path, monkeypatch, [spec(cure=None)], session=Hangs, limits=Limits(deadline=1.5)
    )
    try:
        report = fleet.power_on("db01")
        assert waits.is_set()
        assert exit_code(report) == 8
        one, two = by_host(report)["vesxi01"], by_host(report)["vesxi02"]
        assert one.status == "changed"
        assert [(c.before, c.after) for c in one.changes] == [(0, 1)]
        assert [(c.target, c.after, c.verified) for c in two.changes] == [
            ("advopt", 1, True),
            ("power", "on", False),
        ]
        made = attempts(report, "db01")
        assert [a["cause"] for a in made] == ["stream-keepalive", None]
        assert "cut short" in made[-1]["result"]
        assert [p["name"] for p in two.facts["pairs"]] == ["db01"]
        assert two.error is not None
        assert (two.error.kind, f"lab.undo {report.run}" in two.error.hint) == ("deadline", True)
        assert two.error.message == "db01: the deadline passed in attempt 2"
        assert two.seconds > 1
        said = list(fleet.said)
    finally:
        blocked.set()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.name.startswith("ftlab"):
            thread.join(5)
    assert fleet.said == said


def test_half_a_pair_beside_a_host_that_failed(tmp_path: Path, monkeypatch) -> None:
    fleet = make_fleet(tmp_path, monkeypatch, [spec(failure=None)], session=DirectSession)
    fleet.sim["vesxi02"].faults.append(
        Fault("vim-cmd vmsvc", times=None, stdout=b"Connection failure\n")
    )
    found = by_host(fleet.power_on("db01"))
    error, other = found["vesxi01"].error, found["vesxi02"].error
    assert error is not None
    assert other is not None
    assert (error.kind, other.kind) == ("vft.half_pair", "hostd.down")
    assert f"vesxi02 ({other.message})" in error.message
    assert "--limit" not in error.hint
    assert "vesxi02" in error.hint


def test_the_seconds_of_a_host_are_all_that_was_spent_on_it(tmp_path: Path, monkeypatch) -> None:
    class Slow(DirectSession):
        def run(self, command: Any) -> Any:
            if "vmsvc/power.on" in command.argv:
                threading.Event().wait(0.3)
            return super().run(command)

    fleet = make_fleet(tmp_path, monkeypatch, [spec(failure=None)], session=Slow)
    found = by_host(fleet.power_on("db01"))
    assert all(0.3 < each.seconds < 5 for each in found.values())
