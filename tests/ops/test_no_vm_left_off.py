"""A host that answers one command with an error, anywhere in a run that has a running VM down for a
while: in the end the VM runs, or the report says that it does not."""

from __future__ import annotations

import pytest
from nightly_lab import the_lab
from reruns import NEVER, Cut, cut_run, ready

RUNNING = [
    "enable a running VM",
    "disable a running VM",
    "set a running VM's",
    "apply to a running VM",
    "reset a running VM",
    "reset with a key",
    "undo a power cycle",
]


@pytest.mark.parametrize("story", RUNNING)
def test_a_vm_is_not_off_without_a_word(story: str) -> None:
    with the_lab() as lab:
        task = ready(lab, story)
        assert lab.vm.power == "poweredOn"
        cut = Cut(NEVER, "error")
        cut_run(lab, task, cut)
        count = NEVER - cut.after
    silent: list[int] = []
    for after in range(count):
        with the_lab() as lab:
            report = cut_run(lab, ready(lab, story), Cut(after, "error"))
            assert report is not None
            [outcome] = report.outcomes
            said = f"{outcome.facts} {outcome.error}"
            if lab.vm.power != "poweredOn" and "power.on" not in said and "off now" not in said:
                silent.append(after)
    assert not silent
