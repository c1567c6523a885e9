"""``lab.history`` and ``lab.undo``: what a run did, and taking it back."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from cli_place import Bench, Place
from cli_runner import contents
from lab_bench import STREAM, connections, near, profile

from ftlab.journal import Journal
from ftlab.sim import Fault

TIMEOUT = "/Migrate/NetTimeout"


@pytest.fixture
def place(bench: Bench) -> Place:
    return near(bench())


def enable(place: Place, *flags: str) -> str:
    """``vft.enable`` on one VM of ``vesxi01``; the run's name."""
    return (
        place.cli.json("vft.enable", "--vm", "app01", "-l", "vesxi01", "-y", *flags).expect(0).run
    )


def test_a_vmx_gets_its_bytes_back_and_history_knows(place: Place):
    before = contents(place.lab.directory)
    run = enable(place)
    told, listed = place.cli.json("lab.history", run), place.cli.json("lab.history")
    assert told.document["of"]["run"] == run
    assert told.document["of"]["task"] == "vft.enable"
    assert told.document["of"]["exit"] == 0
    states = [c["state"] for c in told.hosts["vesxi01"]["changes"]]
    assert states == ["verified"] * 3
    assert [(r["run"], r["task"], r["hosts"]) for r in listed.document["runs"]] == [
        (run, "vft.enable", ["vesxi01"])
    ]
    assert place.cli.json("lab.undo", run, "-n").expect(3).statuses == {"vesxi01": "would_change"}
    undone = place.cli.json("lab.undo", run, "-y").expect(0)
    after = contents(place.lab.directory)
    assert {name: after[name] for name in before} == before
    assert place.vm("vesxi01", "app01").loaded.get("replay.supported") == "FALSE"
    told, listed = place.cli.json("lab.history", run), place.cli.json("lab.history")
    assert [c["state"] for c in told.hosts["vesxi01"]["changes"]] == ["undone"] * 3
    assert [r["task"] for r in listed.document["runs"]] == ["lab.undo", "vft.enable"]
    again = place.cli.json("lab.undo", run, "-y").expect(0)
    assert again.statuses == {"vesxi01": "ok"}
    assert undone.run not in {run, again.run}


def test_what_someone_has_changed_since_is_refused(place: Place):
    run = enable(place)
    file = place.vm("vesxi01", "app01").file
    changed = file.read_bytes().replace(b'replay.allowFT = "true"', b'replay.allowFT = "maybe"')
    file.write_bytes(changed)
    ran = place.cli.json("lab.undo", run, "-y").expect(5)
    assert ran.error("vesxi01")["kind"] == "undo.changed"
    assert "replay.allowFT" in ran.error("vesxi01")["message"]
    assert "--force" in ran.error("vesxi01")["hint"]
    assert file.read_bytes() == changed
    place.cli.json("lab.undo", run, "-y", "--force").expect(0)
    assert b"replay.allowFT" not in file.read_bytes()
    assert b'replay.supported = "FALSE"' in file.read_bytes()


def test_keys_that_others_added_survive_an_undo(place: Place):
    run = enable(place)
    file = place.vm("vesxi01", "app01").file
    file.write_bytes(file.read_bytes() + b'someone.else = "was here"\n')
    place.cli.json("lab.undo", run, "-y").expect(0)
    data = file.read_bytes()
    assert data.endswith(b'someone.else = "was here"\n')
    assert b"replay.allowFT" not in data


def test_each_host_gets_its_own_old_value_back(place: Place):
    place.set_option("vesxi01", TIMEOUT, "30")
    run = place.cli.json("advopt.set", TIMEOUT, "60", "-y").expect(0).run
    place.set_option("vesxi02", TIMEOUT, "99")
    ran = place.cli.json("lab.undo", "last", "-y").expect(5)
    assert ran.statuses == {"vesxi01": "changed", "vesxi02": "failed"}
    assert ran.error("vesxi02")["kind"] == "undo.changed"
    assert place.option("vesxi01", TIMEOUT) == "30"
    assert place.option("vesxi02", TIMEOUT) == "99"
    place.cli.json("lab.undo", run, "-y", "--force").expect(0)
    assert place.option("vesxi02", TIMEOUT) == "20"


def test_power_steps_can_be_taken_back_too(place: Place):
    vm = place.vm("vesxi01", "app01")
    run = place.cli.json("vm.power-on", "--vm", "app01", "-l", "vesxi01", "-y").expect(0).run
    assert vm.power == "poweredOn"
    place.cli.json("lab.undo", run, "-y").expect(0)
    assert vm.power == "poweredOff"


def test_a_running_vm_is_not_edited_by_an_undo_either(place: Place):
    run = enable(place)
    place.cli.json("vm.power-on", "--vm", "app01", "-l", "vesxi01", "-y").expect(0)
    before = place.vm("vesxi01", "app01").file.read_bytes()
    ran = place.cli.json("lab.undo", run, "-y").expect(5)
    assert "app01" in ran.error("vesxi01")["message"]
    assert place.vm("vesxi01", "app01").file.read_bytes() == before


def test_only_runs_that_may_change_something_are_remembered(place: Place):
    for reading in (("vm.list",), ("advopt.get", TIMEOUT), ("advopt.set", TIMEOUT, "60", "-n")):
        place.cli.json(*reading)
    ran = place.cli.json("lab.history").expect(0)
    assert ran.document["runs"] == []


def test_a_known_run_with_nothing_to_take_back_is_a_success(place: Place):
    idle = place.cli.json("advopt.set", TIMEOUT, "20", "-y").expect(0).run
    refused = place.cli.json("advopt.set", TIMEOUT, "999999", "-y").expect(5).run
    for run in (idle, refused):
        with connections(place) as seen:
            told = place.cli.json("lab.undo", run, "-y").expect(0)
        assert told.statuses == {"vesxi01": "ok", "vesxi02": "ok"}
        assert "nothing to undo" in told.hosts["vesxi01"]["facts"]["notes"][0]
        assert not any(seen.values())
        assert "nothing to undo" in place.cli("lab.undo", run, "-y").expect(0).out
        place.cli("lab.undo", run, "-n").expect(0)
    run = place.cli.json("advopt.set", TIMEOUT, "60", "-l", "vesxi01", "-y").expect(0).run
    elsewhere = place.cli.json("lab.undo", run, "-l", "vesxi02", "-y").expect(0)
    assert elsewhere.statuses == {"vesxi02": "ok"}
    assert place.option("vesxi01", TIMEOUT) == "60"


def test_a_killed_run_that_changed_nothing_is_not_said_to_have_something_to_take_back(
    place: Place, monkeypatch
):
    monkeypatch.setattr(Journal, "finish", lambda *_: None)
    monkeypatch.setattr(Journal, "host_done", lambda *_: None)
    idle = place.cli.json("advopt.set", TIMEOUT, "20", "-y").run
    busy = place.cli.json("advopt.set", TIMEOUT, "60", "-y").run
    told = place.cli.json("lab.history", idle).expect(0).error("vesxi01")
    assert "lab.undo" not in told["hint"]
    assert "lab.undo" in place.cli.json("lab.history", busy).error("vesxi01")["hint"]


def test_history_shows_as_text_what_was_undone(place: Place):
    run = place.cli.json("advopt.set", TIMEOUT, "60", "-y").expect(0).run
    assert "to undo it" in place.cli("lab.history", run).expect(0).out
    place.cli("lab.undo", run, "-l", "vesxi01", "-y").expect(0)
    told = place.cli("lab.history", run).expect(0).out
    assert told.count("undone since") == 1
    assert "to undo it" in told
    assert "ok, partly undone" in place.cli("lab.history").out
    place.cli("lab.undo", run, "-y").expect(0)
    told = place.cli("lab.history", run).expect(0).out
    assert "undone since" in told
    assert "to undo it" not in told
    assert "ok, undone" in place.cli("lab.history").out


def test_which_changes_of_a_host_were_undone_is_said(place: Place):
    file = profile(
        place.cli, f'[[state]]\nadvopt = {{ "{TIMEOUT}" = 60 }}\n[[state]]\nvm = "app01"\n'
        'vmx = { "c.d" = "1" }\n'
    )  # fmt: skip
    run = place.cli.json("lab.apply", "--profile", file, "-l", "vesxi01", "-y").expect(0).run
    place.set_option("vesxi01", TIMEOUT, "99")
    place.cli("lab.undo", run, "-y").expect(5)
    told = place.cli("lab.history", run).expect(0).out
    assert "undone since: c.d" in told
    assert "to undo it" in told


def test_a_run_that_only_read_is_not_recorded_and_that_is_said(place: Place):
    place.cli("advopt.set", TIMEOUT, "60", "-y").expect(0)
    run = place.cli.json("hosts.check").run
    for line in (("lab.undo", run, "-y"), ("hosts.check", "--retry-failed", run)):
        told = place.cli(*line).expect(2)
        assert f"no run {run} is recorded" in told.err
        assert "only runs that change something are recorded" in told.err
    assert "did you mean" not in place.cli("lab.undo", "20200101T000000-0000", "-y").err


def test_there_is_nothing_to_undo_in_a_run_that_nobody_knows(typed, tmp_path):
    assert typed("lab.history").expect(0).out == "no runs yet\n"
    typed("lab.history", "--moved-from", "old.ini").expect(2)
    typed("lab.undo", "20200101", "-y", "--json").expect(2)
    typed("lab.undo", "last", "-y", "--json").expect(2)
    typed("lab.history", "20200101", "--json").expect(2)
    assert not (tmp_path / ".local").exists()


@pytest.mark.parametrize("kind", ["damaged", "newer"])
def test_a_journal_that_cannot_be_read_is_left_alone(typed, tmp_path, kind):
    journal = tmp_path / ".local/state/ftlab/journal.db"
    journal.parent.mkdir(parents=True)
    if kind == "damaged":
        journal.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    else:
        with sqlite3.connect(journal) as database:
            database.execute("CREATE TABLE runs (run TEXT)")
            database.execute("PRAGMA user_version = 9999")
        database.close()
    before = journal.read_bytes()
    assert "journal" in typed("lab.history", "--json").expect(2).err
    typed("vft.enable", "--vm", "db01", "-y", "--json").expect(2)
    assert journal.read_bytes() == before


def test_a_suspended_vm_that_was_powered_off_stays_off_and_the_journal_says_so(place: Place):
    vm = place.vm("vesxi01", "app01")
    one = ("--vm", "app01", "-l", "vesxi01", "-y")
    place.cli("vm.power-on", *one).expect(0)
    place["vesxi01"].answer(("vim-cmd", "vmsvc/power.suspend", str(vm.vmid)))
    plan = place.cli.json("vm.power-off", *one, "-n").expect(3)
    assert "discards its memory" in " ".join(plan.hosts["vesxi01"]["facts"]["notes"])
    off = place.cli("vm.power-off", *one).expect(0)
    assert "discards its memory" in off.out
    assert "lab.undo" not in off.out
    undone = place.cli.json("lab.undo", "last", "-y").expect(0)
    assert "VM app01 stays off" in " ".join(undone.hosts["vesxi01"]["facts"]["notes"])
    assert undone.statuses == {"vesxi01": "ok"}
    assert vm.power == "poweredOff"
    run = place.cli.json("lab.history").document["runs"][1]["run"]
    told = place.cli.json("lab.history", run)
    assert [c["state"] for c in told.hosts["vesxi01"]["changes"]] == ["verified"]


def test_last_is_the_last_run_that_changed_something(bench: Bench) -> None:
    place = bench()
    change = place.cli.json("advopt.set", "/Migrate/NetTimeout", "61", "--yes").expect(0).run
    again = place.cli.json("advopt.set", "/Migrate/NetTimeout", "61", "--yes").expect(0).run
    assert place.cli.json("lab.history", "last").document["of"]["run"] == change
    place.cli("lab.undo", "last", "--yes").expect(0)
    assert place.option("vesxi01", "/Migrate/NetTimeout") != "61"
    listed = {run["run"]: run for run in place.cli.json("lab.history").document["runs"]}
    assert (listed[change]["changed"], listed[again]["changed"]) == (2, 0)
    assert listed[change]["args"] == {"path": "/Migrate/NetTimeout", "value": "61"}
    assert listed[change]["user"]
    assert listed[change]["controller"]


def test_the_end_of_a_runs_id_is_enough(bench: Bench) -> None:
    place = bench()
    run = place.cli.json("advopt.set", "/Migrate/NetTimeout", "61", "--yes").expect(0).run
    shown = place.cli("lab.history", run[-4:]).expect(0).out
    assert shown.startswith(f"run {run}  advopt.set")
    assert "path=/Migrate/NetTimeout, value=61" in shown.splitlines()[1]


def test_last_of_a_retry_passes_over_runs_without_a_failure_or_a_change(bench: Bench) -> None:
    place = bench()
    no = Fault("esxcli system settings advanced", what="error", exit=1, stderr=b"no\n", times=None)
    place["vesxi02"].faults += [no, replace(no, where="esxcfg-advcfg")]
    failed = place.cli.json("advopt.set", "/Migrate/NetTimeout", "61", "--yes")
    assert failed.statuses["vesxi02"] == "failed", failed
    place["vesxi02"].faults.clear()
    place.cli("advopt.set", "/Migrate/NetTimeout", "61", "-l", "vesxi01", "--yes").expect(0)
    again = ("advopt.set", "/Migrate/NetTimeout", "61", "--yes", "--retry-failed", "last")
    assert place.cli.json(*again).expect(0).statuses == {"vesxi02": "changed"}


def test_hosts_to_which_the_same_was_done_are_one_whatever_was_quicker_there(place: Place):
    """Work on a host goes on at the same time, and the journal has it as it was begun."""
    text = f'[[state]]\nadvopt = {{ "{TIMEOUT}" = 60, "{STREAM}" = 1 }}\n'
    told = place.cli.json("lab.apply", "--profile", profile(place.cli, text), "-y").expect(0)
    with sqlite3.connect(next(place.cli.home.rglob("journal.db"))) as journal:
        rows = journal.execute("SELECT id, change FROM changes WHERE host = 'vesxi02'").fetchall()
        (first, one), (second, two) = rows
        journal.executemany(
            "UPDATE changes SET change = ? WHERE id = ?", [(two, first), (one, second)]
        )
    assert "2 hosts  changed" in place.cli("lab.history", told.run).expect(0).out
    past = place.cli.json("lab.history", told.run).hosts["vesxi02"]["changes"]
    assert [each["path"] for each in past] == [
        each["path"] for each in told.hosts["vesxi02"]["changes"]
    ]
