"""A journal that can no longer be written when a run ends: the report comes out all the same."""

from __future__ import annotations

import pytest
from cli_place import Bench, Place
from lab_bench import TIMEOUT, near, profile

from ftlab.errors import StateError
from ftlab.journal import Journal

FULL = "the journal cannot be used: disk full"


def full(*_: object, **__: object) -> None:
    raise StateError(FULL)


@pytest.fixture
def place(bench: Bench) -> Place:
    return near(bench())


@pytest.mark.parametrize("broken", ["finish", "host_done"])
@pytest.mark.parametrize("flags", [(), ("-q",)])
def test_outcomes_come_out_and_a_warning_with_them(place: Place, monkeypatch, broken, flags):
    with monkeypatch.context() as patch:
        patch.setattr(Journal, broken, full)
        told = place.cli.json("advopt.set", TIMEOUT, "33", "-y", *flags).expect(0)
    assert told.statuses == {"vesxi01": "changed", "vesxi02": "changed"}
    assert FULL in told.err
    assert told.run in told.err
    [run] = place.cli.json("lab.history").document["runs"]
    assert run["status"] == "unfinished"
    place.cli("lab.undo", told.run, "-y").expect(0)
    assert place.option("vesxi01", TIMEOUT) == "20"


def test_a_host_that_failed_is_still_exit_5(place: Place, monkeypatch):
    monkeypatch.setattr(Journal, "finish", full)
    told = place.cli.json("advopt.set", TIMEOUT, "999999", "-y").expect(5)
    assert told.error("vesxi01")["kind"] == "value.range"


def test_old_runs_that_cannot_be_forgotten_cost_no_report(place: Place, monkeypatch):
    file = profile(place.cli, f'[[state]]\nadvopt = {{ "{TIMEOUT}" = 33 }}')
    place.cli("advopt.set", TIMEOUT, "22", "-y").expect(0)
    monkeypatch.setattr(Journal, "forget", full)
    told = place.cli.json("lab.apply", "--profile", file, "-y", "--keep-runs", "1").expect(0)
    assert told.statuses == {"vesxi01": "changed", "vesxi02": "changed"}
    assert FULL in told.err


def test_before_any_host_is_contacted_it_is_still_exit_2(place: Place, monkeypatch):
    monkeypatch.setattr(Journal, "begin", full)
    place.cli.json("advopt.set", TIMEOUT, "33", "-y").expect(2)
    assert place.seen("vesxi01", "esxcli") == 0


def test_a_change_that_cannot_be_recorded_is_not_made(place: Place, monkeypatch):
    monkeypatch.setattr(Journal, "intend", full)
    told = place.cli.json("advopt.set", TIMEOUT, "33", "-y").expect(5)
    assert told.error("vesxi01")["kind"] == "state"
    assert place.option("vesxi01", TIMEOUT) == "20"
