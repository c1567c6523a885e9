"""What is advised after a run: commands that can be typed as they stand."""

from __future__ import annotations

import shlex

from ftlab.engine.report import Report
from ftlab.model import Change, Failure, Outcome
from ftlab.report.layout.view import View
from ftlab.report.terminal.next_steps import next_steps

CHANGED = Outcome("a", "changed", changes=(Change("advopt", 1, 2, path="/Migrate/X"),))
FAILED = Outcome("b", "failed", error=Failure("command.failed", "no"))
LOST = Outcome("c", "unreachable", error=Failure("unreachable.timeout", "no"))
WRONG = Outcome("d", "failed", error=Failure("value.range", "no"))


def advised(*outcomes: Outcome, typed: str, check: bool = False) -> list[str]:
    words = shlex.split(typed)
    report = Report(words[0], "20260102T030405-ab12", check, "", 1.0, outcomes)
    return list(next_steps(report, View(typed=tuple(words))))


def test_undo_knows_the_lab_and_the_rest_is_as_typed():
    lines = advised(
        CHANGED, FAILED, LOST,
        typed="advopt.set /Migrate/X 2 -i 'my lab.ini' -l a,b,c --retry-failed=last --yes",
    )  # fmt: skip
    assert lines == [
        "to undo it: ftlab lab.undo 20260102T030405-ab12 -i 'my lab.ini'",
        "to see what keeps ftlab out: ftlab hosts.check -l c -i 'my lab.ini'",
        "to read more: ftlab explain unreachable.timeout",
        "to try again there: ftlab advopt.set /Migrate/X 2 -i 'my lab.ini' --yes -l b,c",
    ]


def test_a_command_behind_two_dashes_keeps_its_words_and_has_no_more():
    typed = "fleet.run -i lab.ini -l a,c -- ls -l -x /tmp -i"
    assert advised(LOST, typed=typed) == [
        "to see what keeps ftlab out: ftlab hosts.check -l c -i lab.ini",
        "to read more: ftlab explain unreachable.timeout",
        "to try again there: ftlab fleet.run -i lab.ini -l c -- ls -l -x /tmp -i",
    ]
    would = Outcome("a", "would_change", changes=(Change("command", None, "head -n 3 /x"),))
    lines = advised(would, typed="fleet.run -n -- head -n 3 /x", check=True)
    assert lines == ["to do it: ftlab fleet.run -- head -n 3 /x"]


def test_a_failed_secondary_is_diagnosed_by_its_name():
    lines = advised(FAILED, typed="vft.power-on-secondary --vm db01 -y")
    assert lines == [
        "to see why: ftlab vft.diagnose --vm db01",
        "to try again: ftlab vft.power-on-secondary --vm db01 -y",
    ]


def test_the_two_halves_of_a_pair_stay_together_whichever_way_the_vm_was_named():
    lines = advised(FAILED, typed="vft.power-on-secondary db01 -l a,b -i lab.ini --retry-failed r1")
    assert lines == [
        "to see why: ftlab vft.diagnose db01 -l a,b -i lab.ini",
        "to try again: ftlab vft.power-on-secondary db01 -l a,b -i lab.ini",
    ]


def test_a_check_names_the_real_thing():
    would = Outcome("a", "would_change", changes=(Change("advopt", 1, 2, path="/Migrate/X"),))
    lines = advised(would, typed="advopt.set /Migrate/X 2 -n -l a", check=True)
    assert lines == ["to do it: ftlab advopt.set /Migrate/X 2 -l a"]


def test_what_a_terminal_would_obey_is_written_out_for_a_shell():
    would = Outcome("a", "would_change", changes=(Change("advopt", "", "x", path="/FT/Vmknic"),))
    text = "a'\\\x1b[31m\udcff\u202e\té\n"
    typed = shlex.join(["advopt.set", "/FT/Vmknic", text, "-n"])
    [line] = advised(would, typed=typed, check=True)
    written = line.removeprefix("to do it: ftlab advopt.set /FT/Vmknic ")
    assert written == r"""$'a\'\\\x1b[31m\xff\xe2\x80\xae\x09é\x0a'"""
    [line] = advised(would, typed="advopt.set /FT/Vmknic 'a\nb' -n", check=True)
    assert line == "to do it: ftlab advopt.set /FT/Vmknic 'a\nb'"


def test_a_plan_names_what_makes_it_true():
    would = Outcome("a", "would_change", changes=(Change("advopt", 1, 2, path="/Migrate/X"),))
    lines = advised(would, typed="lab.plan --profile vft --vm db01 --html p.html -l a", check=True)
    assert lines == ["to do it: ftlab lab.apply --profile vft --vm db01 -l a"]


def test_hosts_that_a_stopped_run_did_not_get_to_are_the_rest():
    held_back = Outcome("e", "skipped", error=Failure("not_started", "the run was stopped"))
    lines = advised(FAILED, held_back, typed="advopt.set /Migrate/X 2 -y --max-fail 1")
    assert lines == ["to try again there: ftlab advopt.set /Migrate/X 2 -y --max-fail 1 -l b,e"]


def test_what_fails_again_is_not_advised():
    lines = advised(WRONG, typed="advopt.set /Migrate/X 99")
    assert lines == ["to read more: ftlab explain value.range"]
    unmet = Outcome("d", "failed", error=Failure("vft.requirements", "no"))
    lines = advised(unmet, typed="vft.check --vm db01")
    assert lines == ["to read more: ftlab explain vft.requirements"]


def test_the_pages_of_the_kinds_of_most_hosts_are_named_each_once():
    kinds = ["a.b", "value.range", "value.range", "lost", "auth.refused", "failed", "failed"]
    bad = [Outcome(str(n), "failed", error=Failure(kind, "no")) for n, kind in enumerate(kinds)]
    lines = [each for each in advised(*bad, typed="vm.list") if "explain" in each]
    assert [line.split()[-1] for line in lines] == ["value.range", "a.b", "lost"]


def failed_after(*changes: Change) -> Outcome:
    return Outcome("b", "failed", changes=changes, error=Failure("value.range", "no"))


def test_what_a_failed_or_lost_host_holds_can_be_undone_too():
    done = Change("advopt", 1, 2, path="/Migrate/X", verified=True)
    undo = "to undo it: ftlab lab.undo 20260102T030405-ab12"
    lost = Outcome("c", "unreachable", changes=(done,), error=Failure("value.range", "no"))
    for outcome in (failed_after(done), lost):
        assert advised(outcome, typed="lab.apply")[0] == undo
    assert undo not in advised(failed_after(done), typed="lab.apply", check=True)


def test_what_a_failed_host_does_not_hold_needs_no_undo():
    """Not sent or not seen to hold, put back by the run itself, or nothing that can be undone."""
    tried = Change("advopt", 1, 2, path="/Migrate/X", verified=False)
    there = Change("advopt", 0, 1, path="/Migrate/X", verified=True)
    back = Change("advopt", 1, 0, path="/migrate/x", verified=True)
    said = Change("command", None, "touch /x", verified=True)
    for changes in [(tried,), (there, back), (said,)]:
        lines = advised(failed_after(*changes), typed="lab.apply")
        assert lines == ["to read more: ftlab explain value.range"]


def test_under_another_program_only_undo_is_known():
    report = Report("advopt.set", "r1", False, "", 1.0, (CHANGED, FAILED))
    assert list(next_steps(report, View())) == ["to undo it: ftlab lab.undo r1"]
