"""ESX 4.0: ``vmware-vim-cmd`` only, SHA-1 only, and root's keys in its home directory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from cli_place import Place, a_place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with ExitStack() as stack:
        versions = ("4.0", "5.0")
        yield a_place(tmp_path_factory.mktemp("esx40"), stack, versions=versions)


def names_used(place: Place, host: str) -> set[str]:
    return {argv[0] for argv in place.lab.sim[host].commands if "vim-cmd" in argv[0]}


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
