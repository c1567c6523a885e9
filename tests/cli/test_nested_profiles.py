"""The built-in profiles for nested hosts, on hosts of several releases."""

from __future__ import annotations

import re

import pytest
from cli_place import Place
from lab_bench import near, profile

VERSIONS = ("5.5", "6.7", "7.0 U3", "8.0")


@pytest.fixture
def place(bench) -> Place:
    return near(bench(hosts=4, versions=VERSIONS))


@pytest.mark.parametrize("name", ["nested-host", "smp-ft-host", "quiet-lab"])
def test_one_is_applied_planned_as_nothing_and_undone(place: Place, name: str) -> None:
    planned = place.cli.json("lab.plan", "--profile", name).expect(3)
    built = place.cli.json("lab.apply", "--profile", name, "--yes").expect(0)
    for host, entry in built.hosts.items():
        assert entry["status"] == "changed"
        assert all(change["verified"] for change in entry["changes"])
        assert len(entry["changes"]) == len(planned.hosts[host]["changes"])
    place.cli("lab.plan", "--profile", name).expect(0)
    place.cli("lab.undo", "last", "--yes").expect(0)
    again = place.cli.json("lab.plan", "--profile", name).expect(3)
    assert [h["changes"] for h in again.hosts.values()] == [
        h["changes"] for h in planned.hosts.values()
    ]


def test_a_clone_gets_a_name_and_an_identifier_of_its_own_and_keeps_it(place: Place) -> None:
    place.cli("lab.plan", "--profile", "nested-clone").expect(2)
    inventory = place.lab.inventory.read_text()
    for number in range(1, 5):
        uuid = f"4ff5b3c2-0c5c-a0b0-2b3c-00505600000{number}"
        inventory = re.sub(rf"^(vesxi0{number}\b.*)$", rf"\1 system_uuid={uuid}", inventory,
                           count=1, flags=re.MULTILINE)  # fmt: skip
    place.lab.inventory.write_text(inventory)
    told = place.cli.json("lab.apply", "--profile", "nested-clone", "--yes").expect(0)
    assert set(told.statuses.values()) == {"changed"}
    conf = place["vesxi02"].path("/etc/vmware/esx.conf")
    assert '/system/uuid = "4ff5b3c2-0c5c-a0b0-2b3c-005056000002"' in conf.read_text()
    assert any(
        "once the host has been restarted" in n for n in told.hosts["vesxi02"]["facts"]["notes"]
    )
    place.cli("lab.plan", "--profile", "nested-clone").expect(0)
    undone = place.cli.json("lab.undo", "last", "--yes").expect(0)
    assert "005056000002" in conf.read_text()
    assert any("system.uuid stays" in note for note in undone.hosts["vesxi02"]["facts"]["notes"])


def test_another_vmknic_is_named_in_the_inventory_or_in_a_profile(place: Place) -> None:
    text = 'include = ["smp-ft-host"]\n[variables]\nft_vmknic = "vmk2"\n[[state]]\n'
    planned = place.cli.json("lab.plan", "--profile", profile(place.cli, text)).expect(3)
    paths = {change["path"] for change in planned.hosts["vesxi02"]["changes"]}
    assert paths == {"vmknic.vmk2.tag.VMotion"}
