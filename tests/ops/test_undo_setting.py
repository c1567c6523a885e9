"""Settings of a user's own, shown and set by commands: plan, proof, journal and undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from direct_session import DirectSession
from nightly_lab import Nightly, the_lab

from ftlab.engine.context import Context
from ftlab.engine.report import Report, exit_code
from ftlab.model import Change, Command
from ftlab.ops.command_setting import CommandSetting
from ftlab.ops.undo.fleet import undo_run

FILE = "/etc/motd"
MOTD = CommandSetting(
    "motd",
    read=Command(("cat", FILE)),
    write=lambda text: Command(("dd", f"of={FILE}"), stdin=f"{text}\n".encode()),
)


@dataclass(frozen=True)
class Doing:
    work: Callable[[Context], object]
    changes = True

    def on(self, context: Context) -> Mapping[str, Any]:
        self.work(context)
        return {}


def greeting(*texts: str) -> Doing:
    return Doing(lambda context: [MOTD.set(context, text) for text in texts])


@pytest.fixture
def lab() -> Iterator[Nightly]:
    with the_lab() as opened:
        by_hand(opened, "welcome")
        yield opened


def checked(lab: Nightly, job: Doing) -> Report:
    lab.options = replace(lab.options, check=True)
    try:
        return lab.run("motd", job)
    finally:
        lab.options = replace(lab.options, check=False)


def by_hand(lab: Nightly, text: str) -> None:
    DirectSession(lab.sim).run(Command(("dd", f"of={FILE}"), stdin=f"{text}\n".encode()))


def motd(lab: Nightly) -> str:
    return DirectSession(lab.sim).run(Command(("cat", FILE))).out


def changes(report: Report) -> list[tuple[Any, ...]]:
    [outcome] = report.outcomes
    return [(c.target, c.path, c.before, c.after, c.verified) for c in outcome.changes]


def states(lab: Nightly, run: str) -> list[str]:
    with lab.open_journal() as journal:
        return [entry.state for entry in journal.changes(run)]


def test_it_is_planned_set_proven_and_undone(lab: Nightly) -> None:
    plan = checked(lab, greeting("reserved"))
    assert (exit_code(plan), motd(lab)) == (3, "welcome\n")
    assert changes(plan) == [("setting", "motd", "welcome", "reserved", None)]
    run = lab.run("motd", greeting("reserved"))
    assert changes(run) == [("setting", "motd", "welcome", "reserved", True)]
    assert motd(lab) == "reserved\n"
    assert exit_code(lab.run("motd", greeting("reserved"))) == 0
    undone = undo_run(lab, run.run)
    assert changes(undone) == [("setting", "motd", "reserved", "welcome", True)]
    assert motd(lab) == "welcome\n"
    assert states(lab, run.run) == ["undone"]


def test_the_undo_can_be_undone(lab: Nightly) -> None:
    run = lab.run("motd", greeting("reserved")).run
    undo = undo_run(lab, run).run
    assert exit_code(undo_run(lab, undo)) == 0
    assert motd(lab) == "reserved\n"
    assert exit_code(undo_run(lab, run)) == 0
    assert motd(lab) == "welcome\n"


def test_several_steps_go_back_in_one(lab: Nightly) -> None:
    run = lab.run("motd", greeting("one", "two")).run
    assert changes(undo_run(lab, run)) == [("setting", "motd", "two", "welcome", True)]
    assert motd(lab) == "welcome\n"


def test_what_someone_changed_since_is_refused(lab: Nightly) -> None:
    run = lab.run("motd", greeting("reserved")).run
    by_hand(lab, "mine")
    refused = undo_run(lab, run)
    assert (exit_code(refused), motd(lab)) == (5, "mine\n")
    error = refused.outcomes[0].error
    assert error is not None
    assert error.kind == "undo.changed"
    assert "motd is 'mine' now, the run had left 'reserved'" in error.message


def test_unless_it_is_forced_and_then_that_value_is_lost(lab: Nightly) -> None:
    run = lab.run("motd", greeting("reserved")).run
    by_hand(lab, "mine")
    forced = undo_run(lab, run, force=True)
    assert (exit_code(forced), motd(lab)) == (0, "welcome\n")
    again = undo_run(lab, forced.run)
    assert (exit_code(again), motd(lab)) == (5, "welcome\n")
    assert again.outcomes[0].error is not None
    assert "no command is known that sets 'mine' again" in again.outcomes[0].error.message


def test_a_command_that_fails_and_one_that_does_nothing_are_failures(lab: Nightly) -> None:
    outcomes = []
    for does in ("false", "true"):
        bad = CommandSetting("motd", MOTD.read, lambda _text, does=does: Command((does,)))
        outcomes.append(lab.run("motd", Doing(lambda context, bad=bad: bad.set(context, "new"))))
    failed, unproven = outcomes
    assert [states(lab, run.run) for run in outcomes] == [["failed"], ["failed"]]
    assert [run.outcomes[0].error.kind for run in outcomes] == ["command.failed", "not_proven"]
    for run in (failed, unproven):
        assert exit_code(undo_run(lab, run.run)) == 0
        assert motd(lab) == "welcome\n"


def test_a_change_that_ftlab_knows_nothing_of_stays_and_that_is_said(lab: Nightly) -> None:
    change = Change("colour", "red", "blue", path="lamp")
    job = Doing(lambda context: context.carry_out([change], lambda: None, lambda _: ["blue"]))
    run = lab.run("paint", job).run
    [outcome] = undo_run(lab, run).outcomes
    assert outcome.facts["notes"] == ["lamp stays blue: ftlab cannot undo that"]
    assert states(lab, run) == ["verified"]


def test_two_settings_do_not_get_in_each_others_way(lab: Nightly) -> None:
    other = CommandSetting("other", Command(("cat", "/etc/other")), lambda text: Command(
        ("dd", "of=/etc/other"), stdin=f"{text}\n".encode()))  # fmt: skip
    DirectSession(lab.sim).run(Command(("dd", "of=/etc/other"), stdin=b"1\n"))

    def both(context: Context) -> None:
        MOTD.set(context, "reserved")
        other.set(context, "2")

    run = lab.run("both", Doing(both)).run
    by_hand(lab, "mine")
    refused = undo_run(lab, run)
    assert exit_code(refused) == 5
    assert DirectSession(lab.sim).run(Command(("cat", "/etc/other"))).out == "1\n"
    assert sorted(states(lab, run)) == ["undone", "verified"]
