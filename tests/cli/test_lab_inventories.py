"""Several labs with one state directory: runs on one inventory are nothing to another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli_place import Bench, Place
from lab_bench import TIMEOUT, connections, near, profile, vmx

from ftlab.sim import Fault

ON_VM = '[[state]]\nvm = "app01"\n'


@pytest.fixture
def place(bench: Bench) -> Place:
    return near(bench())


@pytest.fixture
def other(place: Place, tmp_path: Path) -> Path:
    """An inventory of another lab, whose hosts have the same names. (They are the same hosts
    here, so that whatever is wrongly taken for its own can be seen on them.)"""
    return Path(shutil.copy(place.lab.inventory, tmp_path / "other.ini"))


def set_timeout(place: Place, value: str = "44") -> str:
    """Change an option on all hosts; the run's name."""
    return place.cli.json("advopt.set", TIMEOUT, value, "--yes").expect(0).run


def test_a_run_on_another_inventory_is_refused(place: Place, other: Path):
    run = set_timeout(place)
    lines = (
        ("lab.undo", "last"),
        ("lab.undo", run),
        ("lab.undo", run[:-1], "--force"),
        ("advopt.set", TIMEOUT, "50", "--retry-failed", "last"),
        ("advopt.set", TIMEOUT, "50", "-l", "@failed"),
    )
    with connections(place) as seen:
        for line in lines:
            told = place.cli(*line, "-i", str(other), "--yes").expect(2)
            assert str(place.lab.inventory.resolve()) in told.err
            assert "-i" in told.err or "--moved-from" in told.err
    assert set(seen.values()) == {0}
    assert place.option("vesxi01", TIMEOUT) == "44"
    place.cli("lab.undo", run, "--yes").expect(0)


def test_the_failed_hosts_of_a_named_run_are_known_by_name(place: Place, other: Path):
    """A corrected inventory may be a file of its own."""
    place["vesxi01"].faults.append(
        Fault("esxcli system settings", what="error", exit=1, times=None)
    )
    run = place.cli.json("advopt.set", TIMEOUT, "44", "--yes").expect(5).run
    place["vesxi01"].faults.clear()
    again = ("advopt.set", TIMEOUT, "44", "--retry-failed", run, "-i", str(other), "--yes")
    told = place.cli.json(*again).expect(0)
    assert told.statuses == {"vesxi01": "changed"}
    assert f"run {run} was on another inventory" in told.err


def test_last_is_the_last_on_this_inventory(place: Place, other: Path):
    run = set_timeout(place)
    line = ("vmx.set", "--vm", "app01", "--set", "a.b=1", "-i", str(other), "--yes")
    later = place.cli.json(*line).expect(0).run
    assert place.cli.json("lab.history", "last").document["of"]["run"] == run
    place.cli("lab.undo", "last", "--yes").expect(0)
    assert place.option("vesxi01", TIMEOUT) == "20"
    assert place.vm("vesxi01", "app01").loaded.get("a.b") == "1"
    place.cli("lab.undo", later, "-i", str(other), "--yes").expect(0)
    assert not place.vm("vesxi01", "app01").loaded.has("a.b")


def test_history_lists_the_inventorys_runs_and_knows_of_others(place: Place, other: Path):
    run = set_timeout(place)
    told = place.cli.json("lab.history", "-i", str(other)).expect(0)
    assert told.document["runs"] == []
    assert "1 run on other inventories" in told.err
    assert str(place.lab.inventory.resolve()) in told.err
    own = place.cli.json("lab.history").expect(0)
    assert [each["run"] for each in own.document["runs"]] == [run]
    assert own.err == ""
    one = place.cli.json("lab.history", run, "-i", str(other)).expect(0)
    assert one.document["of"]["run"] == run
    assert "on another inventory" in one.err


def test_without_an_inventory_all_runs_are_listed(place: Place, monkeypatch, tmp_path):
    run = set_timeout(place)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(place.cli.env, "FTLAB_INVENTORY")
    told = place.cli.json("lab.history").expect(0)
    assert [each["run"] for each in told.document["runs"]] == [run]
    assert told.err == ""


def test_a_reset_goes_back_to_no_other_labs_past(place: Place, other: Path):
    set_timeout(place)
    place.cli("lab.apply", "--profile", "vft", "--vm", "app01", "--yes").expect(0)
    before = vmx(place.vm("vesxi01", "app01"))
    line = ("lab.reset", "--profile", profile(place.cli, ON_VM), "--yes")
    assert place.cli.json(*line, "-i", str(other)).expect(0).statuses == {
        "vesxi01": "ok",
        "vesxi02": "ok",
    }
    assert place.option("vesxi01", TIMEOUT) == "44"
    assert vmx(place.vm("vesxi01", "app01")) == before
    place.cli(*line).expect(0)
    assert place.option("vesxi01", TIMEOUT) == "20"


def test_vft_disable_puts_back_no_other_labs_values(place: Place, other: Path):
    place.cli("vft.enable", "--vm", "app01", "--yes").expect(0)
    place.cli("vft.disable", "--vm", "app01", "-i", str(other), "--yes").expect(0)
    assert not place.vm("vesxi01", "app01").loaded.has("replay.supported")


def test_keep_runs_forgets_no_other_labs_runs(place: Place, other: Path):
    runs = [set_timeout(place, value) for value in ("44", "45")]
    line = ("lab.apply", "--profile", profile(place.cli, ON_VM + 'power = "off"'), "--yes")
    for _ in range(2):
        place.cli(*line, "-i", str(other), "--keep-runs", "1").expect(0)
    kept = place.cli.json("lab.history").document["runs"]
    assert [each["run"] for each in kept] == runs[::-1]
    assert len(place.cli.json("lab.history", "-i", str(other)).document["runs"]) == 1


def test_a_link_to_the_inventory_is_the_inventory(place: Place, tmp_path: Path):
    run = set_timeout(place)
    link = tmp_path / "link.ini"
    link.symlink_to(place.lab.inventory)
    assert place.cli.json("lab.history", "last", "-i", str(link)).document["of"]["run"] == run
    place.cli("lab.undo", "last", "-i", str(link), "--yes").expect(0)


def test_a_moved_inventory_takes_its_runs_along(place: Place, tmp_path: Path):
    run = set_timeout(place)
    old = place.lab.inventory
    new = tmp_path / "moved" / "hosts.ini"
    new.parent.mkdir()
    shutil.copy(old, new)
    here = ("-i", str(new))
    assert "--moved-from" in place.cli("lab.undo", "last", "--yes", *here).expect(2).err
    told = place.cli("lab.history", "--moved-from", str(old), *here).expect(2)
    assert "still there" in told.err
    old.unlink()
    assert (
        "--check" in place.cli("lab.history", "--moved-from", str(old), "-n", *here).expect(2).err
    )
    told = place.cli.json("lab.history", "--moved-from", str(old), *here).expect(0)
    assert [each["run"] for each in told.document["runs"]] == [run]
    place.cli("lab.undo", "last", "--yes", *here).expect(0)
    assert place.option("vesxi01", TIMEOUT) == "20"
    told = place.cli("lab.history", "--moved-from", str(old), *here).expect(2)
    assert "no run on it is recorded" in told.err
    new.rename(old)


def test_a_link_may_stay_where_the_moved_inventory_was(place: Place, tmp_path: Path):
    run = set_timeout(place)
    old, new = place.lab.inventory.resolve(), tmp_path / "moved.ini"
    old.rename(new)
    old.symlink_to(new)
    told = place.cli.json("lab.history", "--moved-from", str(old)).expect(0)
    assert [each["run"] for each in told.document["runs"]] == [run]
