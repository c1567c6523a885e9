"""vSphere 4: ``vmware-vim-cmd`` only on ESX 4.0, SHA-1 only, and a dropbear of that age."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cli_place import Place, a_place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with ExitStack() as stack:
        versions = ("4.0", "5.0")
        yield a_place(tmp_path_factory.mktemp("esx40"), stack, versions=versions)


@pytest.fixture
def dropbear(tmp_path: Path) -> Iterator[Place]:
    """ESX 4.0 with OpenSSH of its age, and ESXi 4.1 with a dropbear that has one key exchange."""
    with ExitStack() as stack:
        yield a_place(tmp_path, stack, versions=("4.0", "4.1"), legacy=True)


def names_used(place: Place, host: str) -> set[str]:
    return {argv[0] for argv in place.lab.sim[host].commands if "vim-cmd" in argv[0]}


def power_ons(place: Place, host: str) -> int:
    """Under either name of the command."""
    return [argv[1:2] for argv in place.lab.sim[host].commands].count(("vmsvc/power.on",))


def test_the_vms_of_esx_40_are_listed_and_changed(place: Place) -> None:
    listed = place.cli.json("vm.list").expect(0)
    assert [vm["name"] for vm in listed.hosts["vesxi01"]["facts"]["vms"]][:1] == ["app01"]
    changed = place.cli.json("vft.enable", "--vm", "app01", "-y").expect(0)
    assert all(change["verified"] for change in changed.hosts["vesxi01"]["changes"])
    place.cli("lab.undo", "last", "-y").expect(0)


def test_the_name_is_found_out_once_per_connection(place: Place) -> None:
    place.lab.sim["vesxi01"].commands.clear()
    place.cli("vm.list").expect(0)
    asked = [argv[0] for argv in place.lab.sim["vesxi01"].commands]
    assert asked.count("vmware-vim-cmd") >= 1
    assert names_used(place, "vesxi02") == {"vim-cmd"}


def test_a_dropbear_of_2010_works_with_the_mark_and_only_with_it(dropbear: Place) -> None:
    checked = dropbear.cli.json("hosts.check").expect(0)
    assert [host["facts"]["version"] for host in checked.hosts.values()] == ["4.0.0", "4.1.0"]
    assert "ftlab_legacy_ssh=true" in dropbear.lab.inventory.read_text()
    changed = dropbear.cli.json("vft.enable", "--vm", "app01", "-y").expect(0)
    assert set(changed.statuses.values()) == {"changed"}
    dropbear.cli("lab.undo", "last", "-y").expect(0)
    dropbear.cli("vm.power-on", "--vm", "app01", "-y").expect(0)
    assert {host: power_ons(dropbear, host) for host in checked.hosts} == {
        "vesxi01": 1,
        "vesxi02": 1,
    }

    plain = dropbear.lab.inventory.with_name("plain.ini")
    plain.write_text(dropbear.lab.inventory.read_text().replace(" ftlab_legacy_ssh=true", ""))
    refused = dropbear.cli.json("hosts.check", "-i", str(plain)).expect(4)
    for host in ("vesxi01", "vesxi02"):
        error = refused.error(host)
        assert "ftlab_legacy_ssh=true" in error["message"] + error["hint"]
    told = refused.error("vesxi02")
    assert "diffie-hellman-group1-sha1" in told["message"]
    assert "sshd_config" not in told["message"] + told["hint"]
