"""A run that is cut short in the middle of a remedy, and then the same command: the remedy's value
is never taken for the host's own."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from direct_session import DirectSession
from vft_bench import Gone, option, set_option
from vft_fleet import make_fleet

from ftlab.engine.report import exit_code
from ftlab.errors import Lost
from ftlab.journal import Journal
from ftlab.model import Command, Completed
from ftlab.ops.recovery.recover import Recover
from ftlab.sim import PairSpec, SimHost
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


class Story:
    """A pair of hosts with the option at ``start``; ``cure`` is what helps, if anything does."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, start: int, cure: int | None):
        spec = PairSpec("db01", ready=True, cure=cure, host_starts_secondary=True)
        self.cut = Cut(10**6, "killed")
        self.fleet = make_fleet(folder, monkeypatch, [spec], session=self._session)
        self.fleet.lab.recovery = Recover()
        for host in self.fleet.sim.hosts.values():
            set_option(host, STREAM_OPTION, str(start))

    def _session(self, model: SimHost) -> DirectSession:
        return self.cut.session(model)

    def run(self, cut: Cut) -> int:
        self.cut = cut
        return exit_code(self.fleet.power_on("db01"))

    @property
    def values(self) -> list[str]:
        return [option(host, STREAM_OPTION) for host in self.fleet.sim.hosts.values()]


@pytest.mark.parametrize("kind", ["killed", "lost"])
@pytest.mark.parametrize(("start", "cure"), [(0, None), (1, None), (0, 1), (1, 0)])
def test_the_rerun_ends_where_one_run_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: int, cure: int | None, kind: str
) -> None:
    clean = Story(tmp_path / "clean", monkeypatch, start, cure)
    code = clean.run(Cut(10**6, kind))
    count = 10**6 - clean.cut.left
    assert clean.values == [str(start if cure is None else cure)] * 2
    every = range(1, count)
    wrong = []
    most = len(every) if os.environ.get("WHOLE_MATRIX") else 6
    for after in random.Random(SEED + start).sample(every, most):  # noqa: S311
        with monkeypatch.context() as patched:
            story = Story(tmp_path / str(after), monkeypatch, start, cure)
            if kind == "killed":  # nor is the end of anything written down
                patched.setattr(Journal, "host_done", lambda *_: None)
                patched.setattr(Journal, "finish", lambda *_: None)
            story.run(Cut(after, kind))
        for _ in range(2):  # the second one may find a secondary that the first left on
            ended = story.run(Cut(10**6, kind))
        if (ended, story.values) != (code, clean.values):
            wrong.append(f"cut after {after}: exit {ended} not {code}, option {story.values}")
    assert not wrong, "\n".join([f"of {count} commands, to be {clean.values}:", *wrong])
