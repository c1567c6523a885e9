"""A run that is cut short in the middle of a remedy, and then the same command: the remedy's value
is never taken for the host's own."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from direct_session import DirectSession
from nightly_lab import in_memory
from vft_bench import Gone, option, set_option
from vft_fleet import make_fleet

from ftlab.engine.report import exit_code
from ftlab.errors import Lost
from ftlab.journal import Journal
from ftlab.model import Command, Completed
from ftlab.ops.recovery.recover import Recover
from ftlab.sim import PairSpec, SimHost
from ftlab.sim.ft.pair import FtPair
from ftlab.sim.ft.spec import STREAM_OPTION

SEED = 20260101


class Killed(BaseException):
    """The controller is gone: nothing more is sent, or written down."""


class Cut:
    """After so many commands, counted over all hosts, the last of which nobody hears of."""

    def __init__(self, after: int, kind: str) -> None:
        self.left, self.kind = after, kind

    def session(self, model: SimHost) -> DirectSession:
        return CutSession(model, self)


class CutSession(Gone):
    def __init__(self, model: SimHost, cut: Cut) -> None:
        super().__init__(model)
        self.cut = cut

    def run(self, command: Command) -> Completed:
        self.cut.left -= 1
        if self.cut.left == 0:
            super().run(command)
        if self.cut.left <= 0:
            raise Killed if self.cut.kind == "killed" else Lost("cut", in_flight=[str(command)])
        return super().run(command)


@pytest.fixture
def folder() -> Iterator[Path]:
    with in_memory() as opened:
        yield opened


SPECS: dict[str, dict[str, Any]] = {
    "host": {"host_starts_secondary": True},
    "primary": {"gives_up_after": None},  # once for each power-on of the primary
    "vcenter": {},
}


class Story:
    """A pair of hosts with the option at ``start``; ``cure`` is what helps, if anything does."""

    def __init__(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        trigger: str,
        start: int,
        cure: int | None,
    ):
        spec = PairSpec("db01", ready=True, cure=cure, **SPECS[trigger])
        self.cut, self.trigger = Cut(10**6, "killed"), trigger
        self.fleet = make_fleet(folder, monkeypatch, [spec], session=self._session)
        self.fleet.lab.recovery = Recover()
        for host in self.fleet.sim.hosts.values():
            set_option(host, STREAM_OPTION, str(start))
        if trigger == "vcenter":  # it gives up at once; somebody resumes once the remedy is there
            self.fleet.time.sleep(2)
            self.fleet.sim.tick()
            self.pair.vcenter.resume_once(lambda: self.values == [str(cure)] * 2)

    def _session(self, model: SimHost) -> DirectSession:
        return self.cut.session(model)

    def run(self, cut: Cut) -> int:
        self.cut = cut
        wanted = {"trigger": self.trigger, "guest_wait": 0}
        report = self.fleet.power_on("db01", **wanted)
        errors = [one.error for one in report.outcomes if one.error is not None]
        assert not [e for e in errors if e.kind == "internal" and Killed.__name__ not in e.message]
        return exit_code(report)

    @property
    def pair(self) -> FtPair:
        return self.fleet.sim.pairs[0]

    @property
    def values(self) -> list[str]:
        return [option(host, STREAM_OPTION) for host in self.fleet.sim.hosts.values()]

    @property
    def end(self) -> tuple[list[str], str, str]:
        self.fleet.sim.tick()
        return self.values, self.pair.primary.power, self.pair.secondary.power


@pytest.mark.parametrize("kind", ["killed", "lost"])
@pytest.mark.parametrize(
    ("trigger", "start", "cure"),
    [
        *(("host", start, cure) for start, cure in ((0, None), (1, None), (0, 1), (1, 0))),
        ("primary", 0, 1),
        ("vcenter", 0, 1),
    ],
)
def test_the_rerun_ends_where_one_run_does(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    trigger: str,
    start: int,
    cure: int | None,
    kind: str,
) -> None:
    clean = Story(folder / "clean", monkeypatch, trigger, start, cure)
    code = clean.run(Cut(10**6, kind))
    count = 10**6 - clean.cut.left
    assert clean.values == [str(start if cure is None else cure)] * 2
    assert (code == 0) == (cure is not None)
    every = range(1, count)
    wrong = []
    most = len(every) if os.environ.get("WHOLE_MATRIX") else 6
    for after in random.Random(SEED + start).sample(every, most):  # noqa: S311
        with monkeypatch.context() as patched:
            story = Story(folder / str(after), monkeypatch, trigger, start, cure)
            if kind == "killed":  # nor is the end of anything written down
                patched.setattr(Journal, "host_done", lambda *_: None)
                patched.setattr(Journal, "finish", lambda *_: None)
            story.run(Cut(after, kind))
        ended = story.run(Cut(10**6, kind))
        if (ended, story.end) != (code, clean.end):
            wrong.append(f"cut after {after}: exit {ended} not {code}, {story.end}")
    assert not wrong, "\n".join([f"of {count} commands, to be {clean.end}:", *wrong])


def test_a_remedy_that_came_to_be_on_one_host_alone_is_finished(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failure in the logs was seen before it, yet nobody has tried it: vCenter's next start,
    which somebody asks for once it is on both, would never come."""
    for after in range(25, 40):
        story = Story(folder / str(after), monkeypatch, "vcenter", 0, 1)
        story.run(Cut(after, "lost"))
        if len(set(story.values)) == 2:
            break
    else:
        pytest.fail("no cut was between the two hosts")
    assert story.run(Cut(10**6, "lost")) == 0
    assert story.end == (["1", "1"], "poweredOn", "poweredOn")


def test_a_remedy_of_a_run_that_was_cut_short_may_help_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run takes none itself: the first start, with what is left there, succeeds."""
    cut = 0
    for after in range(20, 80):
        story = Story(folder / str(after), monkeypatch, "host", 0, 1)
        story.run(Cut(after, "killed"))
        if story.values == ["1", "1"] and story.pair.secondary.power == "poweredOff":
            cut += 1
            assert story.run(Cut(10**6, "killed")) == 0
            assert story.end == (["1", "1"], "poweredOn", "poweredOn")
    assert cut
