"""The rules of a run: for every order of finishing hosts no host is started that a rule forbids,
none is lost, none is counted twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ftlab.fleet.limits import Limits, Share
from ftlab.fleet.schedule import Schedule, in_batches
from ftlab.model import STATUSES, Failure, Host, Outcome

BAD = ("failed", "unreachable")


def hosts(count: int, physical: int = 0) -> list[Host]:
    return [
        Host(f"h{n}", physical_host=f"p{n % physical}" if physical else None) for n in range(count)
    ]


def names(started: list[Host]) -> list[str]:
    return [host.name for host in started]


def ends(schedule: Schedule, name: str, status: str = "ok", kind: str = "") -> list[str]:
    schedule.finish(Outcome(name, status, error=Failure("x", "") if kind else None))  # type: ignore[arg-type]
    return names(schedule.start())


def test_no_more_than_parallel_at_once_in_inventory_order() -> None:
    schedule = Schedule(hosts(4), Limits(parallel=2))
    assert names(schedule.start()) == ["h0", "h1"]
    assert ends(schedule, "h1") == ["h2"]
    assert ends(schedule, "h0") == ["h3"]


def test_a_host_given_twice_is_visited_once_at_its_first_place() -> None:
    a, b = hosts(2)
    assert names(Schedule([a, b, a, b], Limits()).start()) == ["h0", "h1"]


def test_the_next_batch_waits_for_the_whole_one_before() -> None:
    schedule = Schedule(hosts(6), Limits(batch=(Share(1), Share(2))))
    assert names(schedule.start()) == ["h0"]
    assert ends(schedule, "h0") == ["h1", "h2"]
    assert ends(schedule, "h2") == []
    assert ends(schedule, "h1") == ["h3", "h4"]
    assert ends(schedule, "h3") == []
    assert ends(schedule, "h4") == ["h5"]


def test_max_fail_holds_back_the_rest_and_says_so() -> None:
    schedule = Schedule(hosts(4), Limits(parallel=1, max_fail=Share(2)))
    schedule.start()
    assert ends(schedule, "h0", "failed") == ["h1"]
    assert ends(schedule, "h1", "unreachable") == []
    assert schedule.over
    assert schedule.stopped == "max_fail"
    assert names(list(schedule.waiting)) == ["h2", "h3"]


def test_max_fail_that_held_nobody_back_did_not_stop_the_run() -> None:
    schedule = Schedule(hosts(2), Limits(max_fail=Share(1)))
    schedule.start()
    ends(schedule, "h0", "failed")
    ends(schedule, "h1", "failed")
    assert schedule.over
    assert schedule.stopped is None


def test_a_skipped_host_is_no_failure() -> None:
    schedule = Schedule(hosts(2), Limits(parallel=1, fail_fast=True))
    schedule.start()
    assert ends(schedule, "h0", "skipped") == ["h1"]


def test_a_physical_host_at_its_cap_lets_others_pass() -> None:
    a, b, c = hosts(3, physical=1)
    other = Host("other", physical_host="q")
    schedule = Schedule([a, b, c, other], Limits(per_physical=1))
    assert names(schedule.start()) == ["h0", "other"]
    assert ends(schedule, "other") == []
    assert ends(schedule, "h0") == ["h1"]


def test_the_deadline_counts_from_the_start_and_stops_only_what_is_not_over() -> None:
    schedule = Schedule(hosts(2), Limits(parallel=1, deadline=10), now=100)
    schedule.start()
    assert schedule.seconds_left(104) == 6
    schedule.tick(109.9)
    assert schedule.stopped is None
    schedule.tick(110)
    assert schedule.stopped == "deadline"
    assert names(schedule.cut()) == ["h0"]
    assert schedule.over

    done = Schedule(hosts(1), Limits(deadline=10), now=0)
    done.start()
    ends(done, "h0")
    done.tick(99)
    assert done.stopped is None


def test_the_stronger_reason_is_kept() -> None:
    schedule = Schedule(hosts(3), Limits(parallel=2, fail_fast=True, deadline=5))
    schedule.start()
    ends(schedule, "h0", "failed")
    schedule.interrupt()
    schedule.tick(99)
    assert schedule.stopped == "interrupted"


def test_a_host_that_does_not_run_cannot_end() -> None:
    schedule = Schedule(hosts(1), Limits())
    with pytest.raises(KeyError):
        schedule.finish(Outcome("h0", "ok"))


shares = st.builds(Share, st.integers(1, 7)) | st.builds(Share, st.integers(1, 100), st.just(True))


@given(st.integers(0, 60), st.lists(shares, max_size=4))
def test_batches_hold_every_place_once_in_order(count: int, sizes: list[Share]) -> None:
    batches = in_batches(count, sizes)
    assert [place for batch in batches for place in batch] == list(range(count))
    assert all(batches)


limits = st.builds(
    Limits,
    parallel=st.integers(1, 6),
    batch=st.lists(shares, max_size=3).map(tuple),
    max_fail=st.none() | shares,
    deadline=st.none() | st.floats(1, 20),
    fail_fast=st.booleans(),
    per_physical=st.integers(1, 3),
)


class AnyOrder(RuleBasedStateMachine):
    """Hosts end in any order with any status, time passes, Ctrl-C comes: the rules hold."""

    @initialize(limits=limits, count=st.integers(0, 20), physical=st.integers(0, 4))
    def begin(self, limits: Limits, count: int, physical: int) -> None:
        self.limits, self.hosts, self.now = limits, hosts(count, physical), 0.0
        self.schedule = Schedule(self.hosts, limits, self.now)
        self.batches = in_batches(count, limits.batch)
        self.started: list[str] = []
        self.ended: dict[str, str] = {}

    @rule()
    def start(self) -> None:
        stopped = self.schedule.stopped
        begun = self.schedule.start()
        assert not (begun and stopped), "started after the run was stopped"
        for host in begun:
            self._check_allowed(host)
            self.started.append(host.name)

    def _check_allowed(self, host: Host) -> None:
        assert host.name not in self.started, "started twice"
        failed = sum(status in BAD for status in self.ended.values())
        allowed = self.limits.failures_allowed(len(self.hosts))
        assert allowed is None or failed < allowed, "started past --max-fail"
        place = int(host.name[1:])
        mine = next(n for n, batch in enumerate(self.batches) if place in batch)
        before = {f"h{p}" for batch in self.batches[:mine] for p in batch}
        assert before <= self.ended.keys(), "started before the batch before it had ended"

    @precondition(lambda self: self.schedule.running)
    @rule(data=st.data(), status=st.sampled_from(STATUSES))
    def finish(self, data: st.DataObject, status: str) -> None:
        name = data.draw(st.sampled_from(self.schedule.running))
        self.ended[name] = status
        self.schedule.finish(Outcome(name, status, error=Failure("x", "")))  # type: ignore[arg-type]

    @rule(seconds=st.floats(0, 5))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.schedule.tick(self.now)

    @precondition(lambda self: len(self.started) > 3)
    @rule()
    def interrupt(self) -> None:
        self.schedule.interrupt()

    @precondition(lambda self: self.schedule.stopped in ("deadline", "interrupted"))
    @rule()
    def cut(self) -> None:
        running = self.schedule.running
        assert tuple(names(self.schedule.cut())) == running
        self.ended |= dict.fromkeys(running, "failed")
        assert self.schedule.over

    @invariant()
    def every_host_is_in_one_place(self) -> None:
        running, waiting = self.schedule.running, names(list(self.schedule.waiting))
        assert sorted([*running, *waiting, *self.ended]) == sorted(h.name for h in self.hosts)
        assert set(running) == set(self.started) - self.ended.keys()

    @invariant()
    def the_caps_hold(self) -> None:
        running = set(self.schedule.running)
        assert len(running) <= self.limits.parallel
        busy = [host.physical_host for host in self.hosts if host.name in running]
        assert all(p is None or busy.count(p) <= self.limits.per_physical for p in busy)

    @invariant()
    def a_run_that_is_not_over_goes_on(self) -> None:
        if self.schedule.over or self.schedule.running or self.schedule.stopped:
            return
        self.start()
        assert self.schedule.running, "hosts wait, nothing runs, nothing starts: for ever"


TestAnyOrder = AnyOrder.TestCase
