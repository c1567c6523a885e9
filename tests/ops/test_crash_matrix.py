"""Whatever breaks, wherever: hangs, errors, full disks, halves of files, reboots, and a journal
that dies at any of its commits. Straight after it the VMX is the old one or the new one, byte for
byte, and the old one is there; after the same command again all is as one run would leave it."""

from __future__ import annotations

import os
import random
import zlib
from dataclasses import replace

import pytest
from nightly_lab import Nightly, the_lab
from reruns import (
    COMMITS,
    MORE_KINDS,
    NEVER_UNDONE,
    STORIES,
    Cut,
    End,
    counted,
    cut_run,
    different,
    end_of,
    ready,
    unplaced,
)

from ftlab.engine.report import exit_code
from ftlab.ops.undo.fleet import undo_run
from ftlab.vmx import VmxDocument

SOME = 3
"""Cuts of each story; all of them with ``WHOLE_MATRIX=1`` in the environment."""


def moments(story: str, kinds: tuple[str, ...], count: int) -> list[tuple[str, int]]:
    every = [(kind, after) for kind in kinds for after in range(count)]
    if os.environ.get("WHOLE_MATRIX"):
        return every
    return random.Random(zlib.crc32(story.encode())).sample(every, min(SOME, len(every)))  # noqa: S311


def torn(lab: Nightly, before: bytes, clean: bytes) -> str:
    """What is wrong with the VMX straight after a cut; empty where nothing is."""
    now = lab.vm.file.read_bytes()
    if now not in {before, clean}:
        return "the VMX is neither the old one nor the new one"
    if VmxDocument.parse(now).get("config.version") is None:
        return "the VMX is none"
    beside = [file.read_bytes() for file in lab.vm.file.parent.glob(f"{lab.vm.file.name}*")]
    return "" if before in beside else "the old VMX is lost"


def but_for_backups(end: End, *of: bytes) -> End:
    """A run that failed after its rename keeps its backup, and so does the next one that writes."""
    files = [pair for pair in end.files if not (pair[0].endswith("ftlab-RUN") and pair[1] in of)]
    return replace(end, files=files)


def compared(kind: str, end: End, clean: End) -> str:
    """In what they differ. A host that went down has taken its VMs, their questions and its
    services with it."""
    if kind.startswith("reboot"):
        end, clean = unplaced(end), unplaced(clean)
        running = clean.settings[3]
        end = replace(
            end, power=clean.power, settings=[*end.settings[:3], running, *end.settings[4:]]
        )
    return "" if end == clean else different(end, clean)


@pytest.mark.parametrize("kinds", [MORE_KINDS, COMMITS], ids=["commands", "commits"])
@pytest.mark.parametrize("story", STORIES)
def test_a_rerun_ends_where_one_run_does(story: str, kinds: tuple[str, ...]) -> None:
    count, clean = counted(story, kinds[0])
    wrong: list[str] = []
    for kind, after in moments(story, kinds, count):
        with the_lab() as lab:
            task = ready(lab, story)
            before = lab.vm.file.read_bytes()
            cut_run(lab, task, Cut(after, kind))
            said = torn(lab, before, vmx_of(clean, lab))
            report = task(lab)
            vmx = (before, vmx_of(clean, lab))
            end = but_for_backups(end_of(lab), *vmx)
            said = said or compared(kind, end, but_for_backups(clean, *vmx))
            if exit_code(report) != 0:
                said += f" exit {exit_code(report)} {report.outcomes[0].error}"
            with lab.open_journal() as journal:
                if left := journal.left(["vesxi01"]):
                    said += f" left {left}"
        if said:
            wrong.append(f"{kind} after {after}: {said}")
    assert not wrong, "\n".join([f"of {count}:", *wrong])


def vmx_of(end: End, lab: Nightly) -> bytes:
    return dict(end.files)[lab.vm.file.name]


@pytest.mark.parametrize("story", [name for name in STORIES if name not in NEVER_UNDONE])
def test_an_undo_leads_back_to_before_it(story: str) -> None:
    """Where the run was so cut that it is not known, nothing has happened."""
    count, _ = counted(story)
    wrong: list[str] = []
    for kind, after in moments(f"undo {story}", MORE_KINDS, count)[: None if WHOLE else 2]:
        with the_lab() as lab:
            task = ready(lab, story)
            before = without_copies(lab)
            known = runs_of(lab)
            cut_run(lab, task, Cut(after, kind))
            for run in [run for run in runs_of(lab) if run not in known]:
                undo_run(lab, run)
            said = compared(kind, without_copies(lab), before)
        if said:
            wrong.append(f"{kind} after {after}: {said}")
    assert not wrong, "\n".join([f"of {count}:", *wrong])


WHOLE = bool(os.environ.get("WHOLE_MATRIX"))


def runs_of(lab: Nightly) -> list[str]:
    with lab.open_journal() as journal:
        return [record.run for record in journal.runs()]


def without_copies(lab: Nightly) -> End:
    """Backups stay with their runs, and an answer stays given."""
    end = end_of(lab)
    end.files = [(name, data) for name, data in end.files if not name.endswith("ftlab-RUN")]
    return unplaced(end)
