"""``lab.history`` and ``lab.undo``: what a run did, and taking it back."""

from __future__ import annotations

import sqlite3

import pytest
from cli_place import Bench, Place
from cli_runner import contents
from lab_bench import near

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


def test_there_is_nothing_to_undo_in_a_run_that_nobody_knows(typed):
    typed("lab.undo", "20200101", "-y", "--json").expect(2)
    typed("lab.undo", "last", "-y", "--json").expect(2)
    typed("lab.history", "20200101", "--json").expect(2)


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
