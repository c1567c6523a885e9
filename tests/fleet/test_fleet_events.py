"""Whole runs in any order of events: hosts end one way or another, time passes, Ctrl-C comes.
No thread and no waiting: what happens next is drawn whenever the fleet looks at the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ftlab.errors import CommandFailed, Unreachable
from ftlab.fleet.limits import Limits, Share
from ftlab.fleet.pool import Engine, FleetResult, run_fleet
from ftlab.model import Host, Outcome

ENDS = ("ok", "changed", "skipped", "failed", "raised", "unreachable")
STATUS = {"raised": "failed"}


@dataclass
class World:
    """Executor, clock and keyboard of one run."""

    data: st.DataObject
    now: float = 0.0
    presses: int = 0
    submitted: list[str] = field(default_factory=list)
    noticed: bool = False
    running: dict[str, Future[Any]] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    press: Callable[[], None] = lambda: None

    def clock(self) -> float:
        """Looked at before every wait, so something that ends the wait has to happen now."""
        if self.running and not any(future.done() for future in self.running.values()):
            self.now += self.data.draw(st.floats(0, 10), "seconds pass")
            if self.data.draw(st.integers(0, 5), "Ctrl-C on 0") == 0:
                self.presses += 1
                self.press()
            self._end(self.data.draw(st.sampled_from(sorted(self.running)), "host ends"))
        return self.now

    def _end(self, name: str) -> None:
        how = self.data.draw(st.sampled_from(ENDS), "how")
        future = self.running.pop(name)
        self.ended[name] = STATUS.get(how, how)
        if how == "raised":
            future.set_exception(CommandFailed("no"))
        elif how == "unreachable":
            future.set_exception(Unreachable("no"))
        else:
            future.set_result(Outcome(name, how))  # type: ignore[arg-type]

    def notice(self, _running: tuple[str, ...]) -> None:
        self.noticed = True

    @contextmanager
    def keyboard(self, notify: Callable[[], None]) -> Iterator[None]:
        self.press = notify
        yield


class Hand(Executor):
    """Work that ends when the world says so."""

    def __init__(self, world: World) -> None:
        self._world = world

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        (host,) = args
        world = self._world
        world.submitted.append(host.name)
        assert not world.noticed, "started after Ctrl-C"
        future: Future[Any] = Future()
        world.running[host.name] = future
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        pass


shares = st.builds(Share, st.integers(1, 5)) | st.builds(Share, st.integers(1, 100), st.just(True))
limits = st.builds(
    Limits,
    parallel=st.integers(1, 5),
    batch=st.lists(shares, max_size=2).map(tuple),
    max_fail=st.none() | shares,
    deadline=st.none() | st.floats(1, 40),
    per_physical=st.integers(1, 3),
)


@settings(max_examples=150, deadline=None)
@given(st.data(), limits, st.integers(0, 12), st.integers(0, 3))
def test_every_host_has_one_outcome_whatever_the_order(
    data: st.DataObject, limits: Limits, count: int, physical: int
) -> None:
    world, heard = World(data), []
    hosts = [Host(f"h{n}", physical_host=f"p{n % physical}" if physical else None)
             for n in range(count)]  # fmt: skip
    engine = Engine(lambda _room: Hand(world), world.clock, world.keyboard, world.notice)
    result = run_fleet(hosts, lambda _: None, limits, on_outcome=heard.append, engine=engine)  # type: ignore[arg-type,return-value]

    names = [host.name for host in hosts]
    assert not [o for o in heard if o.error and o.error.kind == "internal"]
    assert [outcome.host for outcome in result.outcomes] == names
    assert sorted(outcome.host for outcome in heard) == sorted(names), "told once each"
    assert len(set(world.submitted)) == len(world.submitted), "started twice"
    for outcome in result.outcomes:
        check(outcome, world, result)
    if result.stopped is None:
        assert set(world.submitted) == set(names)


def check(outcome: Outcome, world: World, result: FleetResult) -> None:
    kind = outcome.error.kind if outcome.error else ""
    if outcome.host not in world.submitted:
        assert (outcome.status, kind) == ("skipped", "not_started")
        assert result.stopped is not None
    elif kind in ("interrupted", "deadline"):
        assert outcome.status == "failed"
        assert kind == result.stopped
        assert kind == "deadline" or world.presses > 1, "the first Ctrl-C cuts nobody"
    else:
        assert outcome.status == world.ended[outcome.host]
