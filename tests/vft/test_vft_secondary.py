"""The state machine of a rising secondary, on simulated hosts and without waiting."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from direct_session import DirectSession
from vft_bench import Bench, Gone, make_bench, set_option

from ftlab.errors import CommandTimeout, HostFailed, Lost, Refused, Unreachable
from ftlab.model import Command, Completed
from ftlab.ops.vft.secondary.request import WAIT
from ftlab.sim import Fault, SimLab
from ftlab.sim.ft.spec import STREAM_OPTION

STREAM = "/Migrate/VMotionStreamDisable"


def failing(bench: Bench) -> HostFailed:
    with pytest.raises(HostFailed) as caught:
        bench.pair_run.run()
    return caught.value


def at(value: str) -> Any:
    def prepare(lab: SimLab) -> None:
        for host in lab.hosts.values():
            set_option(host, STREAM_OPTION, value)

    return prepare


# -- the article's story -------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["4.1", "5.0", "5.5", "6.0"])
@pytest.mark.parametrize("fails", ["command", "late"])
def test_the_cure_is_1(tmp_path: Path, version: str, fails: str) -> None:
    bench = make_bench(tmp_path, version, cure=1, fails=fails)
    bench.pair_run.run()
    assert bench.power_ons == 2
    assert bench.stream() == ["1", "1"]
    assert bench.causes == ["stream-keepalive", None]
    assert [one.remedy for one in bench.pair_run.log.made] == [f"{STREAM} = 1", None]
    assert bench.changes == [
        ("vesxi01", "advopt", 0, 1, True),
        ("vesxi02", "advopt", 0, 1, True),
        ("vesxi02", "power", "off", "on", True),
    ]
    assert "failed to read stream keepalive" in bench.notes


def test_the_cure_is_the_published_0_where_hosts_have_1(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, cure=0, prepare=at("1"))
    bench.pair_run.run()
    assert bench.power_ons == 2
    assert bench.stream() == ["0", "0"]


def test_a_pair_with_two_values_is_made_equal_first(tmp_path: Path) -> None:
    def prepare(lab: SimLab) -> None:
        set_option(lab["vesxi01"], STREAM_OPTION, "1")

    bench = make_bench(tmp_path, cure=0, prepare=prepare)
    bench.pair_run.run()
    assert bench.changes[0] == ("vesxi01", "advopt", 1, 0, True)
    assert bench.power_ons == 2


@pytest.mark.parametrize(("before", "power_ons"), [("0", 2), ("1", 3)])
def test_nothing_cures(tmp_path: Path, before: str, power_ons: int) -> None:
    bench = make_bench(tmp_path, cure=None, prepare=at(before))
    error = failing(bench)
    assert bench.power_ons == power_ons
    assert bench.stream() == [before, before]
    assert error.kind == "vft.stream-keepalive"
    assert "CPU" in error.hint
    assert "put back" in error.message
    assert bench.pair.secondary.power == "poweredOff"


def test_the_net_timeout_goes_first_and_back_before_the_next_step(tmp_path: Path) -> None:
    from ftlab.ops.vft.secondary.remedies import NET_TIMEOUT_OPTION

    bench = make_bench(tmp_path, cure=1, net_timeout=60)
    bench.pair_run.run()
    assert bench.power_ons == 3
    remedies = [one.remedy for one in bench.pair_run.log.made]
    assert remedies == [f"{NET_TIMEOUT_OPTION} = 60", f"{STREAM} = 1", None]
    mine = [(t, b, a) for host, t, b, a, _ in bench.changes if host == "vesxi01"]
    assert mine == [("advopt", 20, 60), ("advopt", 60, 20), ("advopt", 0, 1)]


def test_a_build_without_the_option_has_no_remedy(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, "7.0 U3")
    error = failing(bench)
    assert bench.power_ons == 1
    assert "not to be had" in error.message
    assert "7.0.3" in error.message


def test_without_remedies_it_only_diagnoses(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, remedies=False)
    error = failing(bench)
    assert (bench.power_ons, bench.stream()) == (1, ["0", "0"])
    assert error.kind == "vft.stream-keepalive"


# -- what the logs can say ------------------------------------------------------------------------

VERDICTS = {
    "checkpoint-too-big": ("vft.checkpoint-too-big", 1),
    "low-memory": ("vft.destination-low-memory", 5),
    "locked": ("vft.disk-locked", 1),
    "question": ("vm.question", 1),
    "cpu-incompatible": ("vft.cpu-cannot-replay", 1),
    "thumbprint": ("vft.certificate", 1),
    "busy": ("vft.task-in-progress", 5),
    "never-running": ("vft.not_running", 1),
}


@pytest.mark.parametrize("version", ["4.1", "5.0", "6.0"])
@pytest.mark.parametrize("failure", VERDICTS)
def test_each_failure_gets_its_verdict(tmp_path: Path, version: str, failure: str) -> None:
    bench = make_bench(tmp_path, version, failure=failure)
    kind, power_ons = VERDICTS[failure]
    assert failing(bench).kind == kind
    assert bench.power_ons == power_ons
    assert bench.stream() == ["0", "0"]
    assert len(bench.pair_run.log.made) == power_ons


@pytest.mark.parametrize("failure", [*VERDICTS, "keepalive"])
@pytest.mark.parametrize("dice", [0.0, 0.999])
@pytest.mark.parametrize("cure", [0, 1, None])
def test_the_ladder_ends_within_thirty_seconds(
    tmp_path: Path, failure: str, dice: float, cure: int | None
) -> None:
    bench = make_bench(tmp_path, failure=failure, cure=cure, fails="late", dice=lambda: dice)
    with suppress(HostFailed):
        bench.pair_run.run()
    assert bench.time.now - 1000.0 < 30


def test_waits_double_from_one_second(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure="low-memory")
    failing(bench)
    assert bench.time.naps == [1, 2, 4, 8]


def test_missing_keys_and_differing_builds(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    bench = make_bench(tmp_path / "a", failure=None, prepare=_forget_a_key)
    assert failing(bench).kind == "vft.keys-missing"
    (tmp_path / "b").mkdir()
    bench = make_bench(tmp_path / "b", versions=("5.0", "5.1"), failure=None)
    assert failing(bench).kind == "vft.build-differs"
    assert bench.power_ons == 1


def _forget_a_key(lab: SimLab) -> None:
    vm = lab.pairs[0].secondary
    assert vm.config is not None
    vm.config.set("replay.allowFT", "FALSE")


def test_a_passing_trouble_passes(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure="low-memory", times=2)
    bench.pair_run.run()
    assert bench.power_ons == 3
    assert bench.causes == ["destination-low-memory", "destination-low-memory", None]
    assert any("next in 1 s" in line for line in bench.said)


def test_the_question_is_shown_with_its_choices_and_left_standing(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure="question")
    error = failing(bench)
    assert isinstance(error, Refused)
    assert "no more space" in error.message
    assert "Retry" in error.message
    assert f"vmid:{bench.pair.secondary.vmid}" in error.hint
    assert bench.pair.secondary.question is not None
    assert bench.pair.secondary.power == "poweredOn"


def test_an_unknown_failure_shows_the_lines_and_is_tried_to_the_end(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure="locked", signatures=())
    error = failing(bench)
    assert bench.power_ons == 5
    assert "Failed to lock the file" in bench.notes
    assert error.kind == "fault.FileLocked"


def test_a_failure_of_few_words_and_no_log(tmp_path: Path) -> None:
    def prepare(lab: SimLab) -> None:
        lab["vesxi02"].faults.append(
            Fault("vim-cmd vmsvc/power.on", times=None, what="lie", stdout=b"Power on failed\n")
        )

    bench = make_bench(tmp_path, "6.0", failure=None, prepare=prepare)
    error = failing(bench)
    assert bench.power_ons == 5
    assert (error.kind, "the answer: Power on failed" in bench.notes) == ("power.failed", True)


def test_a_refused_start_is_looked_at_once_more_and_no_longer(tmp_path: Path) -> None:
    def prepare(lab: SimLab) -> None:
        lab["vesxi02"].faults.append(
            Fault("vim-cmd vmsvc/power.on", times=None, what="lie", stdout=b"Power on failed\n")
        )

    bench = make_bench(tmp_path, "6.0", failure=None, prepare=prepare, attempts=1)
    failing(bench)
    assert bench.time.naps == [0.5]


def test_an_accepted_power_on_that_never_shows(tmp_path: Path) -> None:
    def prepare(lab: SimLab) -> None:
        lab["vesxi02"].faults.append(
            Fault("vim-cmd vmsvc/power.on", times=None, what="lie", stdout=b"Powering on VM:\n")
        )

    bench = make_bench(tmp_path, failure=None, prepare=prepare)
    error = failing(bench)
    assert error.kind == "vft.not_running"
    assert "its power off" in error.message


def test_a_host_that_says_failed_of_a_vm_that_comes_up(tmp_path: Path) -> None:
    def prepare(lab: SimLab) -> None:
        lab["vesxi02"].faults.append(
            Fault("vim-cmd vmsvc/power.on", what="lie", stdout=b"Power on failed\n", runs=True)
        )

    bench = make_bench(tmp_path, "6.0", failure=None, prepare=prepare)
    bench.pair_run.run()
    assert bench.power_ons == 1


def test_a_stuck_secondary_whose_log_names_a_failure_is_not_waited_for(tmp_path: Path) -> None:
    class Writes(DirectSession):
        def run(self, command: Command) -> Completed:
            done = super().run(command)
            if "vmsvc/power.on" in command.argv:
                vm = self.model.lab.pairs[0].secondary
                self.model.vms.log(vm, "reason = (vim.fault.FaultToleranceCpuIncompatible)")
            return done

    bench = make_bench(tmp_path, failure="never-running", session=Writes)
    assert failing(bench).kind == "vft.cpu-cannot-replay"
    assert 3 <= bench.time.now - 1000 < 5


def test_a_log_that_comes_a_moment_after_the_answer_is_waited_for(tmp_path: Path) -> None:
    class Lags(DirectSession):
        """The log line is there at the second look only."""

        looks = 0

        def run(self, command: Command) -> Completed:
            if "vmsvc/get.runtime" in command.argv and self.model.name == "vesxi02":
                Lags.looks += 1
                if Lags.looks == 3:
                    vm = self.model.lab.pairs[0].secondary
                    self.model.vms.log(vm, "reason = (vim.fault.FaultToleranceCpuIncompatible)")
            return super().run(command)

    def prepare(lab: SimLab) -> None:
        lab["vesxi02"].faults.append(
            Fault("vim-cmd vmsvc/power.on", times=None, what="lie", stdout=b"Power on failed\n")
        )

    bench = make_bench(tmp_path, "6.0", failure=None, prepare=prepare, session=Lags)
    assert failing(bench).kind == "vft.cpu-cannot-replay"
    assert bench.power_ons == 1


# -- where it begins ------------------------------------------------------------------------------


def test_a_running_secondary_is_left_alone(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure=None, prepare=_running)
    bench.pair_run.run()
    assert (bench.power_ons, bench.changes) == (0, [])


def _running(lab: SimLab) -> None:
    lab.pairs[0].start_secondary()
    lab.clock.sleep(5)  # type: ignore[attr-defined]
    lab.tick()


def test_a_starting_secondary_is_only_watched(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure=None, prepare=lambda lab: lab.pairs[0].start_secondary())
    bench.pair_run.run()
    assert bench.power_ons == 0
    assert bench.changes == [("vesxi02", "ft", "starting", "running", True)]


def test_a_primary_that_is_off(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, ready=False, failure=None)
    error = failing(bench)
    assert error.kind == "vft.primary_off"
    assert bench.power_ons == 0


def test_a_primary_that_is_off_is_started_on_request(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure=None, prepare=_primary_off, start_primary=True)
    bench.pair_run.run()
    assert ("vesxi01", "power", "off", "on", True) in bench.changes


def _primary_off(lab: SimLab) -> None:
    from ftlab.sim.vms.power import power_off

    power_off(lab.pairs[0].primary_host, lab.pairs[0].primary)


def test_a_check_sends_nothing(tmp_path: Path) -> None:
    bench = make_bench(tmp_path)
    bench.contexts[0].check = bench.contexts[1].check = True
    bench.pair_run.run()
    assert bench.power_ons == 0
    remedy = [(host, "advopt", 0, 1, None) for host in ("vesxi01", "vesxi02")]
    power = [("vesxi02", "power", "off", "on", None), ("vesxi02", "power", "on", "off", None)]
    ft = [("vesxi02", "ft", "enabled", "running", None)]
    assert sorted(map(str, bench.changes)) == sorted(map(str, [*remedy, *power, *ft]))
    certain = [each for c in bench.contexts for each in c.changes if not each.possible]
    assert [(each.target, each.after) for each in certain] == [("power", "on")]


# -- hosts that go away ---------------------------------------------------------------------------


def redial(context: Any) -> None:
    if not context.session.model.up:
        raise Unreachable(f"{context.host}: no answer", kind="unreachable.refused")
    context.session = Gone(context.session.model)


def test_a_host_that_reboots_in_between_is_met_again(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure="reboot", times=1, session=Gone, reconnect=redial)
    bench.pair_run.run()
    assert bench.power_ons == 2
    assert "lost" in bench.pair_run.log.made[0].result
    assert bench.pair_run.log.made[-1].result == "running"


def test_a_host_that_stays_away(tmp_path: Path) -> None:
    bench = make_bench(
        tmp_path, failure="reboot", times=1, late_seconds=500, session=Gone, reconnect=redial
    )
    error = failing(bench)
    assert bench.power_ons == 1
    assert len(bench.pair_run.log.made) == 5
    assert error.kind == "unreachable.refused"


def test_a_refused_login_is_never_repeated(tmp_path: Path) -> None:
    tried: list[str] = []

    def refused(context: Any) -> None:
        tried.append(context.host)
        raise Unreachable("no", kind="auth.refused")

    bench = make_bench(tmp_path, failure="reboot", session=Gone, reconnect=refused)
    assert failing(bench).kind == "auth.refused"
    assert tried == ["vesxi01"]


def test_a_lost_host_without_a_way_back_is_one_attempt(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure="reboot", session=Gone)
    assert failing(bench).kind == "lost"
    assert bench.power_ons == 1


def test_a_primary_gone_with_its_host(tmp_path: Path) -> None:
    class Both(Gone):
        def run(self, command: Command) -> Completed:
            if "vmsvc/power.on" in command.argv:
                self.model.lab["vesxi01"].reboot(0)
            return super().run(command)

    bench = make_bench(tmp_path, failure="reboot", times=1, session=Both, reconnect=redial)
    error = failing(bench)
    assert error.kind == "vft.primary_off"
    assert "went away" in error.message


def test_old_values_come_back_over_a_new_connection(tmp_path: Path) -> None:
    class Dies(DirectSession):
        """Loses its connection at the second power.on."""

        def run(self, command: Command) -> Completed:
            done = super().run(command)
            if self.model.commands.count(command.argv) == 2 and "vmsvc/power.on" in command.argv:
                self.lives = 0
                raise Lost("the connection died", in_flight=[str(command)])
            return done

    def once_more(context: Any) -> None:
        context.session = DirectSession(context.session.model)

    bench = make_bench(tmp_path, cure=None, session=Dies, reconnect=once_more, attempts=2)
    failing(bench)
    assert bench.stream() == ["0", "0"]


def test_old_values_come_back_after_any_other_error(tmp_path: Path) -> None:
    class Breaks(DirectSession):
        def run(self, command: Command) -> Completed:
            if self.model.commands.count(command.argv) == 1 and "vmsvc/power.on" in command.argv:
                raise RuntimeError("a fault of ours")
            return super().run(command)

    bench = make_bench(tmp_path, cure=None, session=Breaks)
    with pytest.raises(RuntimeError):
        bench.pair_run.run()
    assert bench.stream() == ["0", "0"]


def test_an_option_that_cannot_be_put_back_is_told(tmp_path: Path) -> None:
    def prepare(lab: SimLab) -> None:
        lab["vesxi02"].faults.append(
            Fault("esxcli system settings advanced set", times=None, skip=1, stdout=b"busy\n")
        )

    bench = make_bench(tmp_path, cure=None, prepare=prepare)
    error = failing(bench)
    assert "not put back" in error.message
    assert "lab.undo" in bench.notes
    assert bench.stream() == ["0", "1"]


def test_a_power_on_that_outlives_its_limit_is_watched(tmp_path: Path) -> None:
    class Slow(DirectSession):
        def run(self, command: Command) -> Completed:
            done = super().run(command)
            if "vmsvc/power.on" in command.argv:
                raise CommandTimeout("too long", argv=command.argv)
            return done

    bench = make_bench(tmp_path, failure=None, session=Slow)
    bench.pair_run.run()
    assert bench.power_ons == 1


def test_a_host_agent_that_is_down_for_a_moment(tmp_path: Path) -> None:
    def prepare(lab: SimLab) -> None:
        lab["vesxi02"].faults.append(
            Fault("vim-cmd vmsvc/get.runtime", skip=1, stdout=b"Connection failure\n")
        )

    bench = make_bench(tmp_path, failure=None, prepare=prepare)
    bench.pair_run.run()
    assert bench.pair_run.log.made[0].result == "hostd does not answer"


@pytest.mark.parametrize(
    ("word", "instead"), [(b"faultToleranceState = ", b""), (b'"running"', b'"starting"')]
)
def test_the_primarys_word_counts_for_the_pair(tmp_path: Path, word: bytes, instead: bytes) -> None:
    class Shy(DirectSession):
        """The secondary's host leaves the FT state out, or is late with it."""

        def run(self, command: Command) -> Completed:
            done = super().run(command)
            if "vmsvc/get.runtime" not in command.argv or self.model.name != "vesxi02":
                return done
            lines = done.stdout.splitlines(keepends=True)
            told = [x.replace(word, instead) if instead else x for x in lines]
            kept = [x for x in told if instead or word not in x]
            return Completed(command, done.exit, b"".join(kept), done.stderr)

    bench = make_bench(tmp_path, failure=None, session=Shy)
    bench.pair_run.run()
    assert bench.power_ons == 1


def test_the_default_patience_is_the_documented_one() -> None:
    assert WAIT == 25.0


def test_ft_disabled_in_vcenter_is_noted(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure=None, prepare=lambda lab: lab.pairs[0].set_enabled(False))
    bench.pair_run.run()
    assert "as vCenter leaves it" in bench.notes
    assert "Resume Fault Tolerance" in bench.notes


def test_a_connection_lost_while_the_remedy_is_set_costs_no_step(tmp_path: Path) -> None:
    class Dies(DirectSession):
        """The secondary's host is gone at the first ``set``."""

        def run(self, command: Command) -> Completed:
            if self.model.name == "vesxi02" and "set" in command.argv:
                self.lives = 0
            return super().run(command)

    def once_more(context: Any) -> None:
        context.session = DirectSession(context.session.model)

    bench = make_bench(tmp_path, cure=1, session=Dies, reconnect=once_more)
    bench.pair_run.run()
    assert bench.causes == ["stream-keepalive", "stream-keepalive", None]
    assert [one.remedy for one in bench.pair_run.log.made] == [None, f"{STREAM} = 1", None]
    assert bench.stream() == ["1", "1"]


def test_a_log_kept_elsewhere_is_read_there(tmp_path: Path) -> None:
    class Elsewhere(DirectSession):
        """The secondary's log is in another directory, and only the configuration says so."""

        def run(self, command: Command) -> Completed:
            done = super().run(command)
            vm = self.model.lab.pairs[0].secondary
            other = vm.file.parent.parent / "logs"
            if "vmsvc/power.on" in command.argv:
                other.mkdir(exist_ok=True)
                with (other / "vmware.log").open("a") as log:
                    log.write("reason = (vim.fault.FaultToleranceCpuIncompatible)\n")
            named = vm.place.rpartition("/")[0].encode()
            other_name = named.rpartition(b"] ")[0] + b"] logs"
            old, new = (b'logDirectory = "%s"' % name for name in (named, other_name))
            return Completed(command, done.exit, done.stdout.replace(old, new), done.stderr)

    def prepare(lab: SimLab) -> None:
        lab["vesxi02"].faults.append(
            Fault("vim-cmd vmsvc/power.on", times=None, what="lie", stdout=b"Power on failed\n")
        )

    bench = make_bench(tmp_path, "6.0", failure=None, prepare=prepare, session=Elsewhere)
    assert failing(bench).kind == "vft.cpu-cannot-replay"


def test_logs_that_are_not_there_are_named(tmp_path: Path) -> None:
    class Bare(DirectSession):
        def run(self, command: Command) -> Completed:
            if command.argv[0] == "stat":
                return Completed(command, 1, b"", b"stat: No such file or directory\n")
            return super().run(command)

    bench = make_bench(tmp_path, "6.0", failure="locked", signatures=(), session=Bare)
    error = failing(bench)
    assert "the answer: " in bench.notes
    assert "the logs: no new log lines" in bench.notes
    assert "not read: no /vmfs/volumes/" in bench.notes
    assert "vft.diagnose" not in error.hint
