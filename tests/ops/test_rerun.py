"""A run that is cut anywhere, and then the same command: what there is in the end is what one run
without a cut leaves."""

from __future__ import annotations

import itertools
import os
import random
from dataclasses import replace

import pytest
from direct_session import DirectSession
from nightly_lab import the_lab
from reruns import (
    KINDS,
    NEVER_UNDONE,
    PLACE,
    STORIES,
    Cut,
    End,
    counted,
    cut_run,
    different,
    end_of,
    prepared,
    ready,
    told,
    unplaced,
)

from ftlab.engine.report import exit_code
from ftlab.errors import Lost
from ftlab.model import Command, Completed
from ftlab.ops.recovery.fleet import recover
from ftlab.ops.undo.fleet import undo_run
from ftlab.ops.vft.keys import EnableVft
from ftlab.vmx import VmxDocument

SOME = 12


def moments(story: str, count: int) -> list[tuple[str, int]]:
    """Every kind of cut at every command, with ``WHOLE_MATRIX=1`` in the environment; else some of
    them, the same ones every time."""
    every = [(kind, after) for kind in KINDS for after in range(count)]
    if os.environ.get("WHOLE_MATRIX"):
        return every
    return random.Random(story).sample(every, min(SOME, len(every)))  # noqa: S311


def twice(story: str, count: int) -> list[tuple[str, int, int]]:
    """Two cuts, each pair of moments once with ``WHOLE_MATRIX=1``; else some of them."""
    dice = random.Random(story)  # noqa: S311 - the same ones every time
    if os.environ.get("WHOLE_MATRIX"):
        pairs = itertools.product(range(count), repeat=2)
        return [(dice.choice(KINDS), first, second) for first, second in pairs]
    return [(dice.choice(KINDS), dice.randrange(count), dice.randrange(count)) for _ in range(SOME)]


@pytest.mark.parametrize("story", STORIES)
def test_a_rerun_ends_where_one_run_does(story: str) -> None:
    count, clean = counted(story)
    wrong: list[str] = []
    for kind, after in moments(story, count):
        with the_lab() as lab:
            end, report = told(lab, story, Cut(after, kind))
            code = exit_code(report)
            if (end, code) != (clean, 0):
                said = f"exit {code} {report.outcomes[0].error} {different(end, clean)}"
                wrong.append(f"{kind} after {after}: {said}")
            with lab.open_journal() as journal:
                if left := journal.left(["vesxi01"]):
                    wrong.append(f"{kind} after {after}: left {left}")
    assert not wrong, "\n".join([f"of {count} commands:", *wrong])


LOADED = [
    name
    for name in STORIES
    if name.startswith(("undo", "reset")) and not name.endswith(("copy", "settings", "option"))
]


@pytest.mark.parametrize("story", LOADED)
def test_equal_bytes_are_not_enough(story: str) -> None:
    """Without a word of the journal on what was cut: a rename, and no reload after it."""
    _, clean = counted(story)
    steps, task = STORIES[story]
    with the_lab() as lab:
        lab.recovery = None
        lab.sim.lab.shutdown_seconds = 0.0
        prepared(lab, *steps)
        lab.session = Forgetful
        task(lab)
        assert end_of(lab).loaded != clean.loaded
        lab.session = DirectSession
        report = task(lab)
        assert exit_code(report) == 0, report
        assert end_of(lab).loaded == clean.loaded


class Forgetful(DirectSession):
    """The connection dies once the new VMX is in its place."""

    def run(self, command: Command) -> Completed:
        if command.argv[:2] == ("vim-cmd", "vmsvc/reload"):
            raise Lost("the connection died", in_flight=[str(command)])
        return super().run(command)


UNDONE = [name for name in STORIES if name not in NEVER_UNDONE]


def without_copies(end: End) -> End:
    """Backups stay with their runs, and an answer stays given."""
    files = [(name, data) for name, data in end.files if not name.endswith("ftlab-RUN")]
    return unplaced(replace(end, files=files))


@pytest.mark.parametrize("story", UNDONE)
def test_an_undo_of_a_cut_run_leads_back_to_before_it(story: str) -> None:
    count, _ = counted(story)
    wrong: list[str] = []
    for kind, after in moments(story, count):
        with the_lab() as lab:
            task = ready(lab, story)
            before = without_copies(end_of(lab))
            cut_run(lab, task, Cut(after, kind))
            with lab.open_journal() as journal:
                run = journal.runs()[0].run
            report = undo_run(lab, run)
            end = without_copies(end_of(lab))
            code = exit_code(report)
            if (end, code) != (before, 0):
                said = f"exit {code} {report.outcomes[0].error} {different(end, before)}"
                wrong.append(f"{kind} after {after}: {said}")
    assert not wrong, "\n".join([f"of {count} commands:", *wrong])


@pytest.mark.parametrize("story", STORIES)
def test_a_run_that_is_cut_twice_ends_there_too(story: str) -> None:
    count, clean = counted(story)
    for kind, first, second in twice(story, count):
        with the_lab() as lab:
            task = ready(lab, story)
            for after in (first, second):
                cut_run(lab, task, Cut(after, kind))
            report = task(lab)
            assert exit_code(report) == 0, (kind, first, second, report)
            end = end_of(lab)
            assert end == clean, (kind, first, second, different(end, clean))


@pytest.mark.parametrize(("story", "first"), [("set", 6), ("copy over another", 5)])
def test_a_stray_whose_removal_is_cut_short_is_still_left(story: str, first: int) -> None:
    _, clean = counted(story)
    for second in range(first, first + 4):
        with the_lab() as lab:
            task = ready(lab, story)
            for after in (first, second):
                cut_run(lab, task, Cut(after, "lost"))
            assert exit_code(task(lab)) == 0, second
            end = end_of(lab)
            assert end == clean, (second, different(end, clean))


@pytest.mark.parametrize("stream", ["1", None])
def test_an_undo_that_is_cut_twice_has_the_vm_on_again(stream: str | None) -> None:
    """The first run ends with the VM down. The second may end between the old VMX, with which all
    is undone, and the power, which the first one owes."""
    job = EnableVft(("app01",), stream, power_cycle=True)
    for after in range(30):
        with the_lab() as lab:
            lab.sim.lab.shutdown_seconds = 0.0
            prepared(lab, "on")
            run = lab.run("vft.enable", job).run
            for cut in (Cut(9, "killed"), Cut(after, "killed")):
                cut_run(lab, lambda lab, run=run: undo_run(lab, run), cut)
            report = undo_run(lab, run)
            assert (exit_code(report), lab.vm.power) == (0, "poweredOn"), after
            with lab.open_journal() as journal:
                assert journal.left(["vesxi01"]) == {}, after


@pytest.mark.parametrize("story", STORIES)
def test_a_recovery_leaves_nothing_half_done(story: str) -> None:
    """Whatever the run was about: a VM is as it was, or as the run meant it, hostd has what is in
    its file, and beside it is nothing that nobody needs."""
    count, clean = counted(story)
    for kind, after in moments(story, count):
        with the_lab() as lab:
            task = ready(lab, story)
            before = end_of(lab)
            cut_run(lab, task, Cut(after, kind))
            report = recover(lab)
            if lab.vm.question is not None:  # nobody but a person may answer it
                assert exit_code(report) in {0, 5}, (kind, after, report)
                continue
            assert exit_code(report) == 0, (kind, after, report)
            end = unplaced(end_of(lab))
            assert end.power in {before.power, clean.power}, (kind, after)
            assert not [name for name, _ in end.files if name.endswith(".tmp")], (kind, after)
            names = {name for name, _ in (*before.files, *clean.files)}
            assert {name for name, _ in end.files} <= names, (kind, after)
            file = VmxDocument.parse(lab.vm.file.read_bytes())
            in_file = {key: value for key, value in file.items() if key != PLACE}
            assert dict(end.loaded) == in_file, (kind, after)
            with lab.open_journal() as journal:
                assert journal.left(["vesxi01"]) == {}, (kind, after)


def test_an_answer_that_fails_leaves_the_power_on_in_doubt() -> None:
    """The host has the power-on by then, and goes on with it: the undo takes it back."""
    with the_lab() as lab:
        task = ready(lab, "power on and answer")
        cut_run(lab, task, Cut(ANSWERED, "error"))
        with lab.open_journal() as journal:
            run = journal.runs()[0].run
            assert journal.changes(run)[0].state == "intended"
        assert lab.vm.power == "poweredOn"
        assert exit_code(undo_run(lab, run)) == 0
        assert lab.vm.power == "poweredOff"


ANSWERED = 6
"""The look after the answer to the question."""
