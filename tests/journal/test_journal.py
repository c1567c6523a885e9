"""The journal: what is written comes back, and runs are found by name."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ftlab.errors import FtlabError, UsageError
from ftlab.journal import UNFINISHED, HostRecord, Journal, RunInfo
from ftlab.model import Change, Failure, Outcome

VMX = Change("vmx", "FALSE", "true", path="[ds] db01/db01.vmx", key="replay.supported", vm="db01")
OPTION = Change("advopt", 1, 0, path="/Migrate/VMotionStreamDisable")


def run_info(run: str, **fields: Any) -> RunInfo:
    given: dict[str, Any] = {
        "task": "vft.enable",
        "args": {"vm": "db01"},
        "started": "2026-11-21T01:00:00+00:00",
        "inventory": "/lab/hosts.ini",
        "user": "root",
        "controller": "box",
        "version": "0.1.0",
    }
    return RunInfo(run, **given | fields)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    with Journal.open(tmp_path / "journal.db") as opened:
        yield opened


def test_files_are_private(tmp_path: Path) -> None:
    path = tmp_path / "a" / "state" / "journal.db"
    with Journal.open(path) as journal:
        journal.begin(run_info("r1"))
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
        assert set(modes.values()) == {0o600}, modes
        assert len(modes) > 1, "the write-ahead log is there too"
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_run_from_its_beginning_to_its_end(journal: Journal) -> None:
    journal.begin(run_info("r1", hosts=("b", "a")))
    begun = journal.run("r1")
    assert (begun.status, begun.exit, begun.seconds) == (UNFINISHED, None, None)
    assert begun.hosts == ("b", "a")
    assert (begun.task, begun.args, begun.started) == (
        "vft.enable",
        {"vm": "db01"},
        "2026-11-21T01:00:00+00:00",
    )
    assert (begun.inventory, begun.user, begun.controller, begun.version) == (
        "/lab/hosts.ini",
        "root",
        "box",
        "0.1.0",
    )
    failure = Failure("vmx.duplicate", "twice", "remove one")
    journal.host_done("r1", Outcome("a", "failed", 1.5, error=failure))
    journal.host_done("r1", Outcome("c", "changed", 0.5))
    assert journal.outcomes("r1") == [
        HostRecord("b", UNFINISHED),
        HostRecord("a", "failed", failure, 1.5),
        HostRecord("c", "changed", None, 0.5),
    ]
    journal.finish("r1", "failed", 5, 2.5)
    ended = journal.run("r1")
    assert (ended.status, ended.exit, ended.seconds) == ("failed", 5, 2.5)
    assert ended.hosts == ("b", "a", "c")
    assert journal.runs() == [ended]


def test_changes_come_back_in_order_with_their_values(journal: Journal) -> None:
    journal.begin(run_info("r1"))
    journal.begin(run_info("r2"))
    first = journal.intend("r1", "a", VMX, {"file": "/vmfs/volumes/ds/db01/db01.vmx"})
    second = journal.intend("r1", "b", OPTION)
    third = journal.intend("r1", "a", Change("vmx", None, "x \udce9", key="k"))
    journal.intend("r2", "a", OPTION)
    changes = journal.changes("r1")
    assert [change.id for change in changes] == [first, second, third]
    assert changes[0].change == VMX
    assert changes[0].extra == {"file": "/vmfs/volumes/ds/db01/db01.vmx"}
    assert changes[1].change == OPTION
    assert changes[1].extra == {}
    assert (changes[2].change.before, changes[2].change.after) == (None, "x \udce9")
    assert {change.state for change in changes} == {"intended"}
    assert {change.run for change in changes} == {"r1"}
    assert [change.host for change in changes] == ["a", "b", "a"]
    assert journal.run("r1").hosts == ("a", "b")


@pytest.mark.parametrize(
    ("state", "verified"), [("applied", False), ("verified", True), ("failed", False)]
)
def test_settling_tells_how_far_a_change_came(journal: Journal, state: str, verified: bool) -> None:
    journal.begin(run_info("r1"))
    entry = journal.intend("r1", "a", OPTION, {"sha_before": "1", "backup": "x"})
    other = journal.intend("r1", "a", VMX)
    for _ in range(2):
        journal.settle(entry, state, replace(OPTION, verified=verified))
    change, untouched = journal.changes("r1")
    assert (change.state, change.change) == (state, replace(OPTION, verified=verified))
    assert change.extra == {"sha_before": "1", "backup": "x"}
    assert (untouched.id, untouched.state, untouched.change.verified) == (other, "intended", None)


@pytest.mark.parametrize("after", [None, "seen", 7])
def test_settling_may_correct_the_value(journal: Journal, after: Any) -> None:
    journal.begin(run_info("r1"))
    entry = journal.intend("r1", "a", OPTION)
    journal.settle(entry, "verified", replace(OPTION, after=after, verified=True))
    journal.settle(entry, "undone")
    [change] = journal.changes("r1")
    assert (change.state, change.change.verified, change.change.after) == ("undone", True, after)


def test_settling_what_does_not_exist(journal: Journal) -> None:
    journal.begin(run_info("r1"))
    entry = journal.intend("r1", "a", OPTION)
    with pytest.raises(ValueError, match="done"):
        journal.settle(entry, "done")
    with pytest.raises(LookupError, match=str(entry + 1)):
        journal.settle(entry + 1, "applied")
    assert journal.changes("r1")[0].state == "intended"


def test_an_intent_needs_its_run(journal: Journal) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY") as caught:
        journal.intend("r1", "a", OPTION)
    assert not isinstance(caught.value, FtlabError), "a fault of ours is not the user's"
    journal.begin(run_info("r1"))
    journal.intend("r1", "a", OPTION)
    with pytest.raises(Exception, match="UNIQUE"):
        journal.begin(run_info("r1"))
    assert len(journal.changes("r1")) == 1


def test_runs_are_named_by_id_beginning_or_last(journal: Journal) -> None:
    for run in ("20261121-aa", "20261121-ab", "20261121-a", "20261120-zz"):
        journal.begin(run_info(run))
    assert [run.run for run in journal.runs()] == [
        "20261120-zz",
        "20261121-a",
        "20261121-ab",
        "20261121-aa",
    ]
    assert journal.run("last").run == "20261120-zz"
    assert journal.run("20261121-a").run == "20261121-a", "a full id wins over beginnings"
    assert journal.run("20261121-aa").run == "20261121-aa"
    assert journal.run("20261120").run == "20261120-zz"
    with pytest.raises(UsageError, match=r"3 runs begin with 20261121: .+-ab") as caught:
        journal.run("20261121")
    assert caught.value.hint
    with pytest.raises(UsageError, match="no run 20261121-ax") as caught:
        journal.changes("20261121-ax")
    assert "20261121-aa" in caught.value.hint
    with pytest.raises(UsageError, match="no run 20991231-qq") as caught:
        journal.outcomes("20991231-qq")
    assert "did you mean" not in caught.value.hint
    assert "only runs that change something are recorded" in caught.value.hint
    with pytest.raises(UsageError):
        journal.failed_hosts("")


@pytest.mark.parametrize("run", ["last", "", "x", "\udcff"])
def test_an_empty_journal_has_no_run(journal: Journal, run: str) -> None:
    assert journal.runs() == []
    with pytest.raises(UsageError, match="no run is recorded") as caught:
        journal.run(run)
    assert caught.value.exit_code == 2


def test_failed_hosts_are_those_worth_another_try(journal: Journal) -> None:
    statuses = ["ok", "changed", "would_change", "skipped", "failed", "unreachable"]
    journal.begin(run_info("r1", hosts=(*statuses, "never")))
    for status in statuses:
        journal.host_done("r1", Outcome(status, status))  # type: ignore[arg-type]
    assert journal.failed_hosts("last") == ["failed", "unreachable", "never"]
    journal.host_done("r1", Outcome("failed", "ok"))
    assert journal.failed_hosts("r1") == ["unreachable", "never"]


ON = Change("advopt", 0, 1, path="/A/B", verified=True)
OFF = Change("advopt", 1, 0, path="/a/b", verified=True)


def told(journal: Journal, *runs: tuple[str, str, list[tuple[Change, str]]]) -> None:
    """Runs on host ``a``: task (of an undo with the run that it took back), changes, states."""
    for run, task, changes in runs:
        name, _, undone = task.partition(" ")
        journal.begin(run_info(run, task=name, args={"run": undone}))
        for change, state in changes:
            entry = journal.intend(run, "a", change)
            if state != "intended":
                journal.settle(entry, state, change)


def before(journal: Journal, *tasks: str) -> list[tuple[str, Any]]:
    """The values to go back to, each with the run that replaced it."""
    found = journal.outstanding(["a"], tasks or None).get("a")
    listed = () if found is None else found.last_replaced() if tasks else found.first()
    return [(entry.run, entry.change.before) for entry in listed]


@pytest.mark.parametrize("state", ["intended", "applied", "verified", "failed"])
def test_the_value_before_the_runs_is_known_however_far_the_change_came(
    journal: Journal, state: str
) -> None:
    change = replace(ON, verified=state == "verified")
    told(journal, ("r1", "vft.enable", [(change, state)]), ("r2", "advopt.set", [(ON, "verified")]))
    assert before(journal) == [("r1", 0)]
    assert before(journal, "vft.enable") == [("r1", 0)]
    assert before(journal, "advopt.set") == [("r2", 0)]
    assert before(journal, "lab.apply") == []
    assert journal.outstanding(["b"]) == {}


def test_what_was_undone_is_nothing_to_go_back_to_until_that_is_undone(journal: Journal) -> None:
    told(journal, ("r1", "vft.enable", [(ON, "undone")]), ("r2", "lab.undo r1", [(OFF, "undone")]))
    assert before(journal) == []
    told(journal, ("r3", "lab.undo r2", [(ON, "verified")]))
    assert before(journal) == [("r3", 0)]
    assert before(journal, "vft.enable") == [("r3", 0)]


def test_an_outstanding_setting_step_by_step(journal: Journal) -> None:
    """The example of ``Outstanding``."""
    steps = [
        ("r1", "vmx.set", "a", "b", [("r1", "a")]),
        ("r2", "vmx.set", "b", "c", [("r1", "a")]),
        ("r3", "lab.undo r2", "c", "b", [("r1", "a")]),
        ("r4", "lab.undo r1", "b", "a", []),
        ("r5", "lab.undo r4", "a", "b", [("r5", "a")]),
    ]
    for run, task, old, new, expected in steps:
        change = Change("vmx", old, new, path="[ds] a/a.vmx", key="k", verified=True)
        told(journal, (run, task, [(change, "verified")]))
        assert before(journal) == expected, run


def test_an_undo_that_had_nothing_to_send_puts_back_too(journal: Journal) -> None:
    told(journal, ("r1", "advopt.set", [(ON, "undone")]))
    assert before(journal) == []


def test_a_change_that_another_task_took_back_still_counts_for_a_reset(journal: Journal) -> None:
    told(
        journal,
        ("r1", "vft.enable", [(ON, "undone")]),
        ("r2", "vft.disable", [(OFF, "verified")]),
        ("r3", "lab.reset", [(Change("advopt", 5, 0, path="/A/B", verified=True), "verified")]),
        ("r4", "lab.reset", [(Change("advopt", 7, 8, path="/C/D", verified=True), "verified")]),
    )
    assert before(journal) == [("r1", 0)]
    assert before(journal, "vft.enable") == [("r1", 0)]


@pytest.mark.parametrize("task", ["vft.disable", "advopt.set", "lab.reset"])
def test_an_undo_that_is_undone_makes_no_change_that_of_another_task(
    journal: Journal, task: str
) -> None:
    told(
        journal,
        ("r1", task, [(OFF, "undone")]),
        ("r2", "lab.undo r1", [(ON, "undone")]),
        ("r3", "lab.undo r2", [(OFF, "verified")]),
    )
    assert before(journal, "vft.enable") == []


def test_an_undo_of_a_forgotten_run_that_is_undone_makes_it_stand_again(journal: Journal) -> None:
    told(
        journal,
        ("r2", "lab.undo r1", [(OFF, "undone")]),
        ("r3", "lab.undo r2", [(ON, "verified")]),
    )
    assert before(journal) == [("r3", 0)]
    assert before(journal, "vft.enable") == [("r3", 0)]


def test_an_undo_that_failed_ends_nothing(journal: Journal) -> None:
    failed = replace(OFF, verified=False)
    told(
        journal,
        ("r1", "vft.enable", [(ON, "verified")]),
        ("r2", "lab.undo r1", [(failed, "failed")]),
    )
    assert before(journal) == [("r1", 0)]


def test_prune_keeps_the_newest_and_what_may_be_at_work(journal: Journal) -> None:
    for day in range(1, 7):
        run = f"r{day}"
        journal.begin(run_info(run, started=f"2026-11-{day:02}T00:00:00+00:00", hosts=("a",)))
        journal.intend(run, "a", OPTION)
        if day not in (2, 6):
            journal.finish(run, "ok", 0, 1.0)
    assert journal.prunable() == []
    assert journal.prunable(keep=0) == ["r1", "r3", "r4", "r5"]
    assert journal.prunable(keep=3) == ["r1", "r3"]
    assert journal.prunable(older_than="2026-11-03") == ["r1", "r2"]
    assert journal.prunable(older_than="2026-11-03T00:00:01Z") == ["r1", "r2", "r3"]
    assert journal.prunable(older_than="2026-11-03T01:00:00+01:00") == ["r1", "r2"]
    assert journal.prunable(older_than="2027-01-01") == ["r1", "r2", "r3", "r4", "r5"]
    found = journal.prunable(keep=4, older_than="2026-11-02T12:00:00+00:00")
    assert found == ["r1", "r2"]
    journal.forget(found)
    assert [run.run for run in journal.runs()] == ["r6", "r5", "r4", "r3"]
    assert [run.hosts for run in journal.runs()] == [("a",)] * 4
    with pytest.raises(UsageError):
        journal.changes("r1")
    journal.begin(run_info("r1"))
    assert journal.changes("r1") == []
    with pytest.raises(UsageError, match="ISO 8601"):
        journal.prunable(older_than="yesterday")


def test_threads_share_it(journal: Journal) -> None:
    journal.begin(run_info("r1"))
    start = threading.Barrier(8)

    def work(host: str) -> None:
        start.wait()
        for number in range(10):
            entry = journal.intend("r1", host, Change("advopt", 0, number, path="/A/B"))
            journal.settle(entry, "verified")
        journal.host_done("r1", Outcome(host, "changed"))

    threads = [threading.Thread(target=work, args=(f"h{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(journal.changes("r1")) == 80
    for number in range(8):
        mine = [entry for entry in journal.changes("r1") if entry.host == f"h{number}"]
        assert [entry.change.after for entry in mine] == list(range(10))
        assert {entry.state for entry in mine} == {"verified"}
    assert {record.status for record in journal.outcomes("r1")} == {"changed"}


def test_two_openers_see_each_others_runs(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(path) as one, Journal.open(path) as other:
        one.begin(run_info("r1"))
        other.begin(run_info("r2"))
        one.intend("r2", "a", OPTION)
        assert [run.run for run in other.runs()] == ["r2", "r1"]
        assert len(other.changes("r2")) == 1
    one.close()


def test_only_the_runs_on_its_inventory_count(tmp_path: Path) -> None:
    path, here, there = tmp_path / "journal.db", "/lab/a.ini", "/lab/\udce9.ini"
    with Journal.open(path) as journal:
        for run, inventory in (("r1", here), ("r2", there), ("r3", here), ("r4", there)):
            journal.begin(run_info(run, inventory=inventory, hosts=("a",)))
            journal.intend(run, "a", VMX)
    with Journal.open(path, here) as journal:
        assert [run.run for run in journal.runs()] == ["r3", "r1"]
        assert journal.resolve("last") == "r3"
        assert [each.run for each in journal.outstanding(["a"])["a"].first()] == ["r1"]
        assert [each.run for each in journal.since("r1")] == ["r3"]
        assert journal.prunable(keep=0, older_than="2027-01-01") == ["r1"]
        assert journal.elsewhere() == {there: 2}
        assert journal.own("r1").inventory == here
        assert journal.run("r2").inventory == there
        with pytest.raises(UsageError, match="another inventory"):
            journal.own("r2")
    with Journal.open(path, "/lab/new.ini") as journal:
        with pytest.raises(UsageError, match=r"no run on /lab/new\.ini is recorded"):
            journal.resolve("last")
        assert journal.moved(there, "/lab/new.ini") == 2
        assert journal.moved(there, "/lab/new.ini") == 0
        assert journal.resolve("last") == "r4"
        assert journal.elsewhere() == {here: 2}


def test_the_beginning_of_a_name_means_a_run_on_the_own_inventory_first(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(path) as journal:
        for run, inventory in (("20a1", "/a"), ("20a2", "/b"), ("20b1", "/b")):
            journal.begin(run_info(run, inventory=inventory))
    with Journal.open(path, "/a") as journal:
        assert journal.resolve("20") == "20a1"
        assert journal.resolve("20a2") == "20a2"
        assert journal.resolve("20b") == "20b1"
    with Journal.open(path) as journal, pytest.raises(UsageError, match="2 runs begin with 20a"):
        journal.resolve("20a")
