"""Settings of a host by their names: shown, set, planned, undone, with no code for any of them."""

from __future__ import annotations

import pytest
from cli_place import Place
from lab_bench import near, profile

REGISTERED = "registered.[datastore1] app01/app01.vmx"


@pytest.fixture
def place(bench) -> Place:
    return near(bench(hosts=2, versions=("6.7", "5.0")))


def registered(place: Place, host: str) -> bool:
    return any(vm.name == "app01" for vm in place.lab.sim[host].vms)


def test_a_setting_is_shown_set_and_undone(place: Place) -> None:
    shown = place.cli.json("setting.get", REGISTERED).expect(0)
    assert shown.hosts["vesxi01"]["facts"] == {"settings": [{"path": REGISTERED, "value": True}]}
    set_ = place.cli.json("setting.set", REGISTERED, "false", "--yes").expect(0)
    assert set_.hosts["vesxi01"]["changes"] == [
        {"target": "setting", "path": REGISTERED, "before": True, "after": False, "verified": True}
    ]
    assert not registered(place, "vesxi01")
    place.cli("lab.undo", "last", "--yes").expect(0)
    assert registered(place, "vesxi01")


def test_a_profile_plans_applies_and_resets_settings(place: Place) -> None:
    text = f'[[state]]\nsetting = {{ "{REGISTERED}" = false }}\n'
    file = profile(place.cli, text)
    plan = place.cli.json("lab.plan", "--profile", file).expect(3)
    assert plan.hosts["vesxi01"]["facts"]["settings"] == [
        {"target": "setting", "path": REGISTERED, "now": True, "wanted": False, "differs": True}
    ]
    told = place.cli("lab.plan", "--profile", file).expect(3)
    assert "vesxi  2 hosts" in told.out
    assert REGISTERED in told.out
    assert registered(place, "vesxi01")
    place.cli("lab.apply", "--profile", file, "--yes").expect(0)
    assert not registered(place, "vesxi01")
    place.cli("lab.plan", "--profile", file).expect(0)
    nothing = profile(place.cli, "[[state]]\n", "nothing.toml")
    place.cli("lab.reset", "--profile", nothing, "--yes").expect(0)
    assert registered(place, "vesxi01")


def test_tables_within_tables_are_names_with_dots(place: Place) -> None:
    file = profile(place.cli, "[[state]]\n[state.setting.hostd.Migrate]\nNetTimeout = 60\n")
    plan = place.cli.json("lab.plan", "--profile", file).expect(3)
    [change] = plan.hosts["vesxi01"]["changes"]
    assert (change["path"], change["before"], change["after"]) == (
        "hostd.Migrate.NetTimeout",
        20,
        60,
    )


def test_what_is_wrong_is_said_before_any_host_is_asked(place: Place) -> None:
    cases = {
        '"hostnam" = "a"': "did you mean 'hostname'",
        '"maintenance" = "on"': "maintenance takes true or false, not 'on'",
        '"hostname" = "{{ nobody }}"': "has no variable 'nobody'",
        '"dns.servers" = [1]': "a list is of texts",
        '"hostname" = 1.5': "'hostname' has a float",
    }
    for wrong, words in cases.items():
        file = profile(place.cli, f"[[state]]\nsetting = {{ {wrong} }}\n")
        told = place.cli("lab.plan", "--profile", file).expect(2)
        assert words in told.err
        assert "[[state]] 1: " in told.err
    place.cli("setting.get", "nonsense").expect(2)
    assert "advopt.get" in place.cli("setting.get", "/Migrate/NetTimeout").expect(2).err
    place.cli("setting.set", "maintenance", "maybe", "--yes").expect(2)


def test_the_list_says_what_each_is_and_where_it_exists(place: Place) -> None:
    told = place.cli("setting.list", "tags").expect(0)
    assert "vmknic.{vmknic}.tags" in told.out
    assert "5.1 and later" in told.out
    listed = place.cli.json("setting.list").expect(0).document["settings"]
    assert all(each["source"] and each["what"] for each in listed)


def test_a_release_without_it_is_skipped_with_its_version(place: Place) -> None:
    told = place.cli.json("setting.get", "vmknic.vmk0.tags").expect(0)
    assert told.statuses == {"vesxi01": "ok", "vesxi02": "skipped"}
    error = told.error("vesxi02")
    assert error["kind"] == "not_applicable"
    assert "vmknic.vmk0.tags does not exist on VMware ESXi 5.0.0" in error["message"]


def test_snapshots_are_made_and_removed_by_name(place: Place) -> None:
    """What a removed one held is gone: that is said, and not undone."""
    name = "snapshot.[datastore1] app01/app01.vmx.before 1.5"
    table = '[[state]]\n[state.setting.snapshot."[datastore1] app01/app01.vmx"]\n'
    file = profile(place.cli, f'{table}"before 1.5" = true\n')
    told = place.cli.json("lab.apply", "--profile", file, "--yes").expect(0)
    assert [change["path"] for change in told.hosts["vesxi01"]["changes"]] == [name]
    assert [each.name for each in place.vm("vesxi02", "app01").snapshots] == ["before 1.5"]
    place.cli("lab.plan", "--profile", file).expect(0)
    place.cli("lab.undo", "last", "--yes").expect(0)
    assert place.vm("vesxi02", "app01").snapshots == []

    place.cli("lab.apply", "--profile", file, "--yes").expect(0)
    place.cli("setting.set", name, "false", "--yes").expect(0)
    assert place.vm("vesxi01", "app01").snapshots == []
    undone = place.cli.json("lab.undo", "last", "--yes").expect(0)
    assert place.vm("vesxi01", "app01").snapshots == []
    [note] = undone.hosts["vesxi01"]["facts"]["notes"]
    assert "what was there before is gone for good" in note


def test_a_star_stands_for_all_that_the_host_lists(place: Place) -> None:
    told = place.cli.json("setting.get", "vmknic.*.tags", "-l", "vesxi01").expect(0)
    settings = told.hosts["vesxi01"]["facts"]["settings"]
    assert [each["path"] for each in settings] == [f"vmknic.vmk{n}.tags" for n in range(3)]
    refused = place.cli("setting.set", "vmknic.*.tags", "VMotion", "--yes").expect(2)
    assert "name one, such as vmknic.NAME.tags" in refused.err
    place.cli("setting.get", "hostd.*").expect(2)


def test_lists_are_in_plan_history_and_undo(place: Place) -> None:
    """A port group's own policies go back to none at all, not to what its vSwitch says."""
    group = "portgroup.VM Network.security"
    value = "allow-promiscuous=true,allow-mac-change=false"
    set_ = place.cli.json("setting.set", group, value, "--yes").expect(0)
    [change] = set_.hosts["vesxi01"]["changes"]
    assert (change["before"], change["after"]) == ([], sorted(value.split(",")))
    told = place.cli.json("lab.history", set_.run).expect(0)
    assert told.hosts["vesxi02"]["changes"][0]["after"] == sorted(value.split(","))
    assert place["vesxi02"].config.group_security["VM Network"]
    place.cli("lab.undo", set_.run, "--yes").expect(0)
    shown = place.cli.json("setting.get", group).expect(0)
    assert [host["facts"]["settings"][0]["value"] for host in shown.hosts.values()] == [[], []]
    assert not place["vesxi02"].config.group_security["VM Network"]


def test_what_a_host_does_not_take_is_its_failure_and_nothing_is_claimed(place: Place) -> None:
    told = place.cli.json("setting.get", "vmknic.vmk9.tags", "-l", "vesxi01").expect(5)
    assert told.error("vesxi01")["kind"] == "command.failed"
    told = place.cli.json("setting.set", "hostd.Migrate.NetTimeout", "soon", "--yes").expect(5)
    assert told.error("vesxi01")["kind"] == "value.type"
    assert "takes an integer here, not 'soon'" in told.error("vesxi01")["message"]
