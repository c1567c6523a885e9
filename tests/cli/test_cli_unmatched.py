"""A ``--vm`` that no host has, beside others that some have."""

from __future__ import annotations

import json

import pytest
from cli_place import Bench, Place
from lab_bench import near, profile

from ftlab.sim import Fault, PairSpec
from ftlab.sim.model.lab import add_vm

HERE = ("--vm", "app01")
NOWHERE = ("--vm", "ap02")


@pytest.fixture
def place(bench: Bench) -> Place:
    """Two hosts; ``only2`` is on the second alone."""
    made = near(bench())
    add_vm(made["vesxi02"], "[datastore1] only2/only2.vmx", "only2")
    return made


def test_it_fails_the_hosts_and_what_was_done_is_in_the_report(place: Place):
    line = ("vm.power-on", *HERE, *NOWHERE, "-l", "vesxi01", "-y")
    assert place.cli.json(*line, "-n").expect(5).statuses == {"vesxi01": "failed"}
    told = place.cli.json(*line).expect(5)
    assert told.error("vesxi01")["kind"] == "vm.notfound"
    assert told.error("vesxi01")["message"] == "no host has a VM that matches ap02"
    assert told.error("vesxi01")["hint"].startswith("did you mean 'app02'")
    assert [each["vm"] for each in told.hosts["vesxi01"]["changes"]] == ["app01"]
    assert "unmatched" not in told.hosts["vesxi01"]["facts"]
    assert place.vm("vesxi01", "app01").power == "poweredOn"
    place.cli("lab.undo", "last", "-y").expect(0)
    assert place.vm("vesxi01", "app01").power == "poweredOff"


@pytest.mark.parametrize("task", ["vmx.get", "vm.list", "vft.status", "vft.check"])
def test_tasks_that_read_fail_alike_and_show_the_others(place: Place, task):
    told = place.cli.json(task, *HERE, *NOWHERE).expect(5)
    assert told.statuses == {"vesxi01": "failed", "vesxi02": "failed"}
    assert "ap02" in told.error("vesxi01")["message"]
    assert "app01" in json.dumps(told.hosts["vesxi01"]["facts"])


def test_a_word_that_one_host_has_is_enough(place: Place):
    told = place.cli.json("vmx.get", *HERE, "--vm", "only2").expect(0)
    assert list(told.hosts["vesxi01"]["facts"]["vmx"]) == ["app01"]
    assert sorted(told.hosts["vesxi02"]["facts"]["vmx"]) == ["app01", "only2"]
    assert "unmatched" not in told.out
    alone = place.cli.json("vmx.get", "--vm", "only2").expect(0)
    assert alone.statuses == {"vesxi01": "skipped", "vesxi02": "ok"}
    assert "unmatched" not in alone.out


def test_a_host_that_could_not_be_asked_may_have_it(place: Place):
    place["vesxi02"].faults.append(
        Fault("vim-cmd vmsvc/getallvms", what="error", exit=1, stderr=b"out of order\n", times=None)
    )
    told = place.cli.json("vmx.get", *HERE, *NOWHERE).expect(5)
    assert told.statuses == {"vesxi01": "ok", "vesxi02": "failed"}


def test_a_line_of_json_is_final(place: Place):
    told = place.cli("vmx.get", *HERE, *NOWHERE, "--jsonl").expect(5)
    *hosts, _end = [json.loads(line) for line in told.out.splitlines()]
    assert [(each["host"], each["status"]) for each in hosts] == [
        ("vesxi01", "failed"),
        ("vesxi02", "failed"),
    ]


def test_beside_a_profile_it_counts_too(place: Place):
    file = profile(place.cli, '[[state]]\nvm = "app*"\npower = "off"\n')
    told = place.cli.json("lab.plan", "--profile", file, *HERE, *NOWHERE).expect(5)
    assert "ap02" in told.error("vesxi01")["message"]
    place.cli("lab.plan", "--profile", file, *HERE, "--vm", "only2").expect(0)


def test_hosts_whose_tables_name_no_vm_do_not_hide_it(place: Place):
    option = '[[state]]\nadvopt = { "/Migrate/NetTimeout" = 44 }\n'
    file = profile(place.cli, option + '[[state]]\nhosts = "vesxi01"\nvm = "app*"\npower = "off"\n')
    told = place.cli.json("lab.apply", "--profile", file, *NOWHERE, "-y").expect(5)
    assert told.statuses == {"vesxi01": "failed", "vesxi02": "changed"}
    assert told.error("vesxi01")["message"] == "no host has a VM that matches ap02"
    place.cli("lab.apply", "--profile", file, *HERE, "-y").expect(0)
    alone = place.cli("lab.apply", "--profile", profile(place.cli, option), *HERE, "-y", "-q")
    assert "--vm has no effect: profile " in alone.expect(0).err


def test_beside_a_pair_that_comes_up_it_counts_too(bench: Bench):
    place = near(bench(pairs=[PairSpec("db01", "vesxi01", "vesxi02", failure=None, ready=True)]))
    line = ("vft.power-on-secondary", "--vm", "db01", *NOWHERE, "-y")
    told = place.cli.json(*line).expect(5)
    assert told.statuses == {"vesxi01": "failed", "vesxi02": "failed"}
    assert "ap02" in told.error("vesxi02")["message"]
    assert [pair["state"] for pair in told.hosts["vesxi02"]["facts"]["pairs"]] == ["running"]
