"""``vft.enable`` where the replay keys do nothing: none is written, and what helps is said."""

from __future__ import annotations

import pytest
from cli_place import Place
from lab_bench import STREAM, TIMEOUT, near, profile, vmx


@pytest.fixture
def place(bench) -> Place:
    return near(bench(hosts=3, versions=("6.5", "8.0", "5.0")))


def test_no_key_is_written_from_6_5_on_and_the_profile_is_offered(place: Place) -> None:
    before = {host: vmx(place.vm(host, "app01")) for host in place.lab.sim.hosts}
    told = place.cli.json("vft.enable", "--vm", "app01", "--yes").expect(0)
    assert told.statuses == {"vesxi01": "skipped", "vesxi02": "skipped", "vesxi03": "changed"}
    error = told.error("vesxi02")
    assert error["kind"] == "not_applicable"
    assert "the replay keys do nothing here" in error["message"]
    assert "--profile smp-ft-host" in error["hint"]
    assert "vft.check" in error["hint"]
    after = {host: vmx(place.vm(host, "app01")) for host in place.lab.sim.hosts}
    assert {host for host in after if after[host] != before[host]} == {"vesxi03"}


def test_an_option_that_is_asked_for_and_there_is_set_all_the_same(place: Place) -> None:
    told = place.cli.json("vft.enable", "--vm", "app01", "--stream", "1", "--yes").expect(0)
    assert told.statuses == {"vesxi01": "changed", "vesxi02": "skipped", "vesxi03": "changed"}
    assert [change["path"] for change in told.hosts["vesxi01"]["changes"]] == [STREAM]
    assert any("smp-ft-host" in note for note in told.hosts["vesxi01"]["facts"]["notes"])


def test_the_offered_profile_does_what_ft_needs(place: Place) -> None:
    told = place.cli.json("lab.apply", "--profile", "smp-ft-host", "--yes").expect(0)
    assert told.statuses == {"vesxi01": "changed", "vesxi02": "changed", "vesxi03": "skipped"}
    shown = place.cli.json("setting.get", "vmknic.vmk0.tags", "-l", "vesxi02").expect(0)
    [tags] = shown.hosts["vesxi02"]["facts"]["settings"]
    assert {"VMotion", "faultToleranceLogging"} <= set(tags["value"])


def test_the_vft_profile_sets_no_keys_there_either(place: Place) -> None:
    before = {host: vmx(place.vm(host, "app01")) for host in place.lab.sim.hosts}
    told = place.cli.json("lab.apply", "--profile", "vft-nostreams", "--yes", "--power-cycle")
    told.expect(0)
    assert told.statuses == {"vesxi01": "changed", "vesxi02": "skipped", "vesxi03": "changed"}
    after = {host: vmx(place.vm(host, "app01")) for host in place.lab.sim.hosts}
    assert {host for host in after if after[host] != before[host]} == {"vesxi03"}
    assert {change["target"] for change in told.hosts["vesxi01"]["changes"]} == {"advopt"}


def test_a_table_counts_on_its_releases_alone(place: Place) -> None:
    text = f"""
[[state]]
since = "6.5"
gone = "8"
advopt = {{ "{TIMEOUT}" = 60 }}
"""
    file = profile(place.cli, text)
    told = place.cli.json("lab.plan", "--profile", file).expect(3)
    assert told.statuses == {"vesxi01": "would_change", "vesxi02": "skipped", "vesxi03": "skipped"}
    assert "says nothing about VMware ESXi 8.0" in told.error("vesxi02")["message"]
    for wrong, words in (('since = "new"', "since is 'new'"), ("gone = 7", "gone has an integer")):
        bad = profile(place.cli, f"[[state]]\n{wrong}\n", "bad.toml")
        assert words in place.cli("lab.plan", "--profile", bad).expect(2).err
