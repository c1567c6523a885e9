"""A lab's life with a profile, by the command line: made so, drifted by hand, seen, mended, taken
back, reset. On the simulated lab, and behind a real OpenSSH with BusyBox's shell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from cli_place import Place, a_place
from lab_bench import STREAM, near, profile, vmx, write_by_hand
from openssh_front import behind_openssh, missing

HOSTS = {False: 12, True: 9}
"""Fewer behind real servers, each of which takes its time to start."""
DRIFTED = ("vesxi02", "vesxi05", "vesxi09")
NIGHT = """
include = ["vft"]

[[state]]
vm = "app01"
power = "on"
"""


def fronts() -> list:
    reason = missing()
    real = [pytest.mark.integration, pytest.mark.skipif(bool(reason), reason=reason)]
    return [pytest.param(False, id="simulated"), pytest.param(True, id="openssh", marks=real)]


@pytest.fixture(params=fronts())
def place(request, tmp_path) -> Iterator[Place]:
    """Hosts with one VM each, that is off."""
    with ExitStack() as stack:
        made = a_place(
            tmp_path,
            stack,
            hosts=HOSTS[request.param],
            versions=("5.0",) * HOSTS[request.param],
            serve=behind_openssh if request.param else None,
            vms=1,
        )
        yield near(made)


def everything(place: Place) -> dict[str, tuple[bytes, str]]:
    return {name: (vmx(place.vm(name, "app01")), place.option(name, STREAM))
            for name in place.lab.sim.hosts}  # fmt: skip


def test_a_lab_and_its_profile(place):
    at_first = everything(place)

    done = place.cli.json("lab.apply", "--profile", "vft", "--yes").expect(0)
    assert set(done.statuses.values()) == {"changed"}
    place.cli("lab.plan", "--profile", "vft").expect(0)
    as_wished = everything(place)

    for name in DRIFTED:
        place.set_option(name, STREAM, "1")
        write_by_hand(place[name], place.vm(name, "app01"), 'allowFT = "true"', 'allowFT = "no"')
    drifted = everything(place)
    seen = place.cli.json("lab.plan", "--profile", "vft").expect(3)
    assert {n for n, s in seen.statuses.items() if s == "would_change"} == set(DRIFTED)
    text = place.cli("lab.plan", "--profile", "vft").expect(3).out
    assert "vesxi[02,05,09]" in text
    assert everything(place) == drifted

    mended = place.cli.json("lab.apply", "--profile", "vft", "--yes").expect(0)
    assert {n for n, s in mended.statuses.items() if s == "changed"} == set(DRIFTED)
    assert everything(place) == as_wished

    undone = place.cli.json("lab.undo", mended.run, "--yes").expect(0)
    assert set(undone.hosts) >= set(DRIFTED)
    assert everything(place) == drifted

    night = profile(place.cli, NIGHT)
    place.cli("lab.reset", "--profile", night, "--yes").expect(0)
    place.cli("lab.plan", "--profile", night).expect(0)
    assert {vm.power for host in place.lab.sim.hosts.values() for vm in host.vms} == {"poweredOn"}
    assert everything(place) == as_wished
    place.cli("lab.reset", "--profile", night, "--yes", "-q").expect(0)

    bare = profile(place.cli, '[[state]]\nvm = "app01"\npower = "off"\n')
    place.cli("lab.reset", "--profile", bare, "--yes").expect(0)
    assert everything(place) == at_first
