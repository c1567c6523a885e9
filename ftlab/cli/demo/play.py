"""``ftlab demo``: the story of a nested FT pair on a simulated lab, told with the very commands
a user would type, each run for real in a process of its own."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

from ftlab.cli.demo.pair_state import PairState, pair_state, resume_once_remedied
from ftlab.cli.demo.stage import Stage
from ftlab.cli.demo.story import PAIR, STORY, StoryStep
from ftlab.errors import UsageError
from ftlab.report.layout.style import Paint, wants_color
from ftlab.report.write import emit_text
from ftlab.sim import RunningLab, running_lab

_FEWEST_HOSTS = 2
_INDENT = "  "
_WIDEST, _NARROWEST = 100, 20
_WARNING = "Nested FT is supported by nobody, VMware least of all: for labs only."
_END = "The lab is as it was, and gone. Next: README, 'Point it at your own hosts'."


def run_story(hosts: int = 8) -> int:
    """Run the story; 0 only if every step did what it says and the lab ended as it began.

    Raises ``UsageError`` for a lab too small for an FT pair.
    """
    if hosts < _FEWEST_HOSTS:
        raise UsageError(f"--hosts {hosts}: an FT pair needs {_FEWEST_HOSTS} hosts")
    color, width = wants_color(os.environ, sys.stdout.isatty()), _columns()
    with (
        tempfile.TemporaryDirectory(prefix="ftlab-demo-") as folder,
        running_lab(hosts, Path(folder) / "lab.ini", pairs=[PAIR]) as lab,
    ):
        stage = Stage(lab, Path(folder), color, width - len(_INDENT))
        return 1 if Play(stage, Paint(color), width).to_the_end() else 0


def _columns() -> int:
    """As wide as the terminal, within reason; a terminal may not know its width."""
    return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns))


class Play:
    """The story on a stage. ``width`` is that of its own words."""

    def __init__(self, stage: Stage, paint: Paint, width: int) -> None:
        self._stage, self._paint, self._width = stage, paint, width
        self._runs: dict[int, str] = {}

    def to_the_end(self) -> list[str]:
        """Tell all of it. Returns what was not as it should be."""
        lab = self._stage.lab
        before = _everything(lab)
        self._say("bold", f"A simulated lab of {len(lab.sim.hosts)} vESXi hosts is up.")
        self._say("", _WARNING)
        wrong = [each for number, step in enumerate(STORY, 1) for each in self._step(number, step)]
        if _everything(lab) != before:
            wrong.append("db01 and its hosts are not what they were at the start")
        for line in wrong:
            self._say("failed", f"not as it should be: {line}")
        if not wrong:
            self._say("ok", _END)
        return wrong

    def _step(self, number: int, step: StoryStep) -> Iterator[str]:
        """Show one step; yields what was wrong with it. Ids of runs come from the journal."""
        command = step.command.replace("RUN", self._runs.get(step.undoes, "RUN"))
        emit_text("\n")
        self._say("bold", f"{number}. {step.words}")
        emit_text(f"{self._paint('dim', '$')} ftlab {command}\n")
        earlier, _ = self._stage.newest_run()
        if step.resumed:
            resume_once_remedied(self._stage.lab)
        ran = self._stage.run(command)
        emit_text(textwrap.indent(ran.shown.rstrip("\n"), _INDENT) + "\n")
        self._runs[number], changes = self._stage.newest_run()
        changed = changes and self._runs[number] != earlier
        yield from _wrong(number, step, ran.exit, changed, pair_state(self._stage.lab))

    def _say(self, style: str, words: str) -> None:
        for line in textwrap.wrap(words, self._width, break_on_hyphens=False):
            emit_text(self._paint(style, line) + "\n")


def _wrong(
    number: int, step: StoryStep, code: int, changed: bool, left: PairState
) -> Iterator[str]:
    name = f"step {number} (ftlab {step.command})"
    if code != step.exit:
        yield f"{name}: exit {code}, not {step.exit}"
    if changed != step.changes:
        yield f"{name}: the journal has {'a' if changed else 'no'} change of it"
    if left != step.leaves:
        yield f"{name}: it left {left}"


def _everything(lab: RunningLab) -> list[tuple[bytes, str, PairState]]:
    """The VMX files of all FT halves as they are on the lab's disks, their power, their state."""
    state = pair_state(lab)
    halves = [vm for pair in lab.sim.pairs for vm in (pair.primary, pair.secondary)]
    return [(vm.file.read_bytes(), vm.power, state) for vm in halves]
