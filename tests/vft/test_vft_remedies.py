"""The ladder by itself, and what ``vft.enable`` and ``vft.disable`` do on hosts of 6.0."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from direct_session import DirectSession
from vft_bench import option, set_option

from ftlab.engine.context import Context
from ftlab.errors import Lost, NotApplicable, Refused
from ftlab.model import Command, Completed
from ftlab.ops.vft.keys import KEYS, LEGACY_KEY, STREAM_OPTION, DisableVft, EnableVft
from ftlab.ops.vft.secondary.remedies import (
    NET_TIMEOUT_OPTION,
    STREAM_STEPS,
    Remedies,
    Step,
    _set_one,
    steps,
)
from ftlab.sim import SimLab


@pytest.fixture
def lab(tmp_path: Path) -> SimLab:
    return SimLab(tmp_path, hosts=2, versions=["5.5"] * 2, pairs=0, vms=1)


def ladder(lab: SimLab, **knobs: Any) -> Remedies:
    return Remedies([Context(DirectSession(host)) for host in lab.hosts.values()], **knobs)


def values(lab: SimLab, path: str = STREAM_OPTION) -> list[str]:
    return [option(host, path) for host in lab.hosts.values()]


def test_a_step_that_changes_nothing_is_passed_over(lab: SimLab) -> None:
    mine = ladder(lab)
    assert mine.take_next() == Step(STREAM_OPTION, 1)
    assert mine.take_next() is None
    assert [str(step) for step in mine.tried] == [f"{STREAM_OPTION} = 1"]


def test_each_host_gets_its_own_old_value_back(lab: SimLab) -> None:
    set_option(lab["vesxi01"], STREAM_OPTION, "1")
    mine = ladder(lab)
    assert mine.take_next() == Step(STREAM_OPTION, 0)
    assert mine.take_next() == Step(STREAM_OPTION, 1)
    mine.back()
    assert values(lab) == ["1", "0"]
    mine.back()
    assert values(lab) == ["1", "0"]


def test_nothing_taken_nothing_put_back(lab: SimLab) -> None:
    mine = ladder(lab)
    mine.back()
    assert all(not context.changes for context in mine.contexts)


def test_the_named_remedy_is_off_unless_asked_for() -> None:
    assert steps() == STREAM_STEPS
    assert steps(60)[0] == Step(NET_TIMEOUT_OPTION, 60)


def test_a_host_without_the_option(tmp_path: Path) -> None:
    lab = SimLab(tmp_path, hosts=2, versions=["5.5", "8.0"], pairs=0, vms=0)
    with pytest.raises(NotApplicable):
        ladder(lab).take_next()
    assert option(lab["vesxi01"], STREAM_OPTION) == "0"


def test_an_option_without_a_value(lab: SimLab) -> None:
    from ftlab.esxi.options.option import AdvancedOption

    context = Context(DirectSession(lab["vesxi01"]))
    with pytest.raises(NotApplicable, match="no value"):
        _set_one(context, AdvancedOption("/A/B", "string", None), None)


def test_a_host_that_does_not_answer_keeps_nobody_from_going_back(lab: SimLab) -> None:
    class Dies(DirectSession):
        def run(self, command: Command) -> Completed:
            if self.model.name == "vesxi01" and option(self.model, STREAM_OPTION) == "1":
                self.lives = 0
            return super().run(command)

    mine = Remedies([Context(Dies(host)) for host in lab.hosts.values()])
    mine.contexts[0].session.lives = 3  # type: ignore[attr-defined]
    with pytest.raises(Lost):
        mine.take_next()
    assert option(lab["vesxi02"], STREAM_OPTION) == "1"
    with pytest.raises(Lost):
        mine.back()
    assert option(lab["vesxi02"], STREAM_OPTION) == "0"


def test_a_step_that_was_cut_short_is_taken_again(lab: SimLab) -> None:
    class Dies(DirectSession):
        def run(self, command: Command) -> Completed:
            if self.model.name == "vesxi02" and "set" in command.argv:
                self.lives = 0
            return super().run(command)

    one, two = lab.hosts.values()
    mine = Remedies([Context(DirectSession(one)), Context(Dies(two))])
    with pytest.raises(Lost):
        mine.take_next()
    assert (values(lab), mine.tried, mine.touched) == (["1", "0"], [], {STREAM_OPTION})
    mine.contexts[1].session = DirectSession(two)
    assert mine.take_next() == Step(STREAM_OPTION, 1)
    assert values(lab) == ["1", "1"]
    assert mine.take_next() is None
    mine.back()
    assert values(lab) == ["0", "0"]


def test_a_step_whose_answers_were_lost_on_both_hosts_is_no_tried_one(lab: SimLab) -> None:
    class Deaf(DirectSession):
        def run(self, command: Command) -> Completed:
            done = super().run(command)
            if "set" in command.argv:
                raise Lost("the connection died", in_flight=[str(command)])
            return done

    mine = Remedies([Context(Deaf(host)) for host in lab.hosts.values()])
    with pytest.raises(Lost):
        mine.take_next()
    assert (values(lab), mine.tried) == (["1", "1"], [])
    for context, host in zip(mine.contexts, lab.hosts.values(), strict=True):
        context.session = DirectSession(host)
    assert mine.take_next() == Step(STREAM_OPTION, 1)
    assert mine.tried == [Step(STREAM_OPTION, 1)]


# -- the keys of 6.0 ------------------------------------------------------------------------------


def vm_lab(folder: Path, version: str) -> SimLab:
    return SimLab(folder, hosts=1, versions=[version], pairs=0, vms=1)


def keys_of(lab: SimLab) -> dict[str, str | None]:
    vm = next(iter(lab["vesxi01"].vms))
    assert vm.config is not None
    return {key: vm.config.get(key) or None for key in (*KEYS, LEGACY_KEY)}


@pytest.mark.parametrize(
    ("version", "legacy", "has_key", "noted"),
    [
        ("6.0", True, True, False),
        ("6.0", False, False, True),
        ("5.5", True, False, True),
    ],
)
def test_the_fourth_key_is_for_60_and_on_request(
    tmp_path: Path, version: str, legacy: bool, has_key: bool, noted: bool
) -> None:
    lab = vm_lab(tmp_path, version)
    context = Context(DirectSession(lab["vesxi01"]))
    EnableVft(("app01",), legacy=legacy).on(context)
    found = keys_of(lab)
    assert (found[LEGACY_KEY] == "true") == has_key
    assert [found[key] for key in KEYS] == ["true"] * 3
    assert bool(context.notes) == noted


def test_no_key_is_written_where_none_does_anything(tmp_path: Path) -> None:
    lab = vm_lab(tmp_path, "7.0 U3")
    before = keys_of(lab)
    with pytest.raises(NotApplicable, match="the replay keys do nothing here"):
        EnableVft(("app01",), legacy=True).on(Context(DirectSession(lab["vesxi01"])))
    assert keys_of(lab) == before


def test_disable_takes_the_fourth_key_only_where_enable_set_it(tmp_path: Path) -> None:
    lab = vm_lab(tmp_path, "6.0")
    vm = next(iter(lab["vesxi01"].vms))
    EnableVft(("app01",), legacy=True).on(Context(DirectSession(lab["vesxi01"])))
    DisableVft(("app01",)).on(Context(DirectSession(lab["vesxi01"])))
    assert keys_of(lab)[LEGACY_KEY] == "true"
    originals = {"vesxi01": {(vm.place, LEGACY_KEY): None}}
    DisableVft(("app01",), originals).on(Context(DirectSession(lab["vesxi01"])))
    assert keys_of(lab) == dict.fromkeys((*KEYS, LEGACY_KEY))


def test_enable_with_stream_and_back(tmp_path: Path) -> None:
    lab = vm_lab(tmp_path, "5.5")
    EnableVft(("app01",), stream="1").on(Context(DirectSession(lab["vesxi01"])))
    assert values(lab) == ["1"]
    originals = {"vesxi01": {(STREAM_OPTION, None): 0}}
    DisableVft(("app01",), originals).on(Context(DirectSession(lab["vesxi01"])))
    assert values(lab) == ["0"]


def test_a_build_without_the_option_is_told(tmp_path: Path) -> None:
    lab = vm_lab(tmp_path, "8.0")
    context = Context(DirectSession(lab["vesxi01"]))
    with pytest.raises(NotApplicable):  # neither the option nor the keys do anything there
        EnableVft(("app01",), stream="1").on(context)
    assert any("left out" in note for note in context.notes)
    with pytest.raises(Refused):
        EnableVft(("app01",), stream="7").on(
            Context(DirectSession(vm_lab(_sub(tmp_path), "5.5")["vesxi01"]))
        )


def _sub(folder: Path) -> Path:
    (folder / "other").mkdir()
    return folder / "other"
