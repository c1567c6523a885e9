"""However runs, their undoing and the undoing of that follow each other: ``lab.reset`` and
``vft.disable`` lead back to what was there before ftlab's runs."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from nightly_lab import the_lab

from ftlab.ops.vft.keys import KEYS

UNDO = st.integers(0, 9).map(lambda number: f"undo {number}")
VFT = st.sampled_from(["enable", "deaf enable", "disable", "reset"])
OTHER = st.sampled_from(["set c.d 1", "set c.d 2", "set c.d"])
KEYED = st.sampled_from(
    ["set replay.supported true", "set Replay.Supported maybe", "set replay.allowFT",
     "option 0", "option 1", "deaf set c.d 3"]
)  # fmt: skip


def steps(*kinds: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.one_of(UNDO, *kinds), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(steps(VFT, OTHER, KEYED))
@example(["enable", "disable", "undo 0"])
@example(["enable", "undo 0", "undo 1"])
@example(["enable", "undo 0", "undo 1", "undo 2"])
@example(["deaf enable"])
@example(["enable", "reset", "undo 1"])
def test_a_reset_leads_back_to_before_the_first_run(done: list[str]) -> None:
    with the_lab() as lab:
        before, option = lab.vmx, lab.option
        for step in [*done, "reset"]:
            report = lab.do(step)
        assert report.outcomes[0].error is None, report
        assert lab.vmx == before
        assert lab.option == option


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["enable", "deaf enable"]), steps(VFT, OTHER))
@example("enable", ["disable", "undo 0"])
@example("enable", ["undo 0", "undo 1"])
@example("enable", ["disable", "undo 1"])
@example("enable", ["disable", "disable"])
@example("deaf enable", ["undo 0"])
def test_a_disable_leads_back_to_before_enable(first: str, done: list[str]) -> None:
    """Of all else on the VM nothing is asked here."""
    with the_lab() as lab:
        before, option = lab.vmx, lab.option
        for step in [first, *done, "disable"]:
            lab.do(step)
        assert {key: lab.vmx.get(key) for key in KEYS} == {key: before.get(key) for key in KEYS}
        assert lab.option == option
