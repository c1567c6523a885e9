"""Who starts the secondary, through the command: on hosts that leave it to vCenter, and how often
each host was told to power something on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cli_place import Bench, Place
from cli_runner import Ran
from lab_bench import near

from ftlab.sim import PairSpec

STREAM = "/Migrate/VMotionStreamDisable"
ONE, TWO = "vesxi01", "vesxi02"
ASK = ("vft.power-on-secondary", "--vm", "db01", "-y")


def lab_of(bench: Bench, **spec: Any) -> Place:
    """vCenter has made its first start by the time the lab is there."""
    given = {"ready": True, "host_starts_secondary": False, "start_seconds": 0.2, **spec}
    return near(bench(pairs=[PairSpec("db01", ONE, TWO, **given)]))


def power_ons(place: Place) -> tuple[int, int]:
    """Of the primary's host, and of the secondary's."""
    return tuple(place.seen(host, "vim-cmd", "vmsvc/power.on") for host in (ONE, TWO))  # type: ignore[return-value]


def options(place: Place) -> list[str]:
    return [place.option(host, STREAM) for host in (ONE, TWO)]


def attempts(ran: Ran) -> list[tuple[str, str | None, str | None]]:
    found = ran.hosts[TWO]["facts"]["attempts"]
    return [(one["trigger"], one["cause"], one["remedy"]) for one in found]


def resume(place: Place) -> None:
    """Somebody presses *Resume Fault Tolerance* in vCenter."""
    with place.lab.sim.lock:
        place.lab.sim.tick()
        place.lab.sim.pairs[0].vcenter.resume()


def a_year_ago(place: Place) -> None:
    """Make all that the logs hold a year older."""
    year = datetime.now(UTC).year
    for host in (ONE, TWO):
        own = place.vm(host, "db01").file.parent.glob("vmware*.log")
        for log in (
            *own,
            *(place[host].path(f"/var/log/{name}.log") for name in ("vmkernel", "hostd")),
        ):
            log.write_bytes(log.read_bytes().replace(b"%d-" % year, b"%d-" % (year - 1)))


def test_auto_asks_the_host_once_and_leaves_the_remedy_to_vcenter(bench: Bench) -> None:
    place = lab_of(bench, cure=1)
    ran = place.cli.json(*ASK, "--wait", "1").expect(5)
    error = ran.error(TWO)
    assert error["kind"] == "vft.vcenter"
    assert "Resume Fault Tolerance" in error["hint"]
    assert "ftlab vft.status --vm db01 --watch" in error["hint"]
    assert power_ons(place) == (0, 1)
    assert options(place) == ["1", "1"]
    assert attempts(ran)[0] == ("vcenter", "stream-keepalive", f"{STREAM} = 1")

    told = place.cli.json("lab.history", ran.run).expect(0).hosts[TWO]["changes"]
    assert [change["target"] for change in told] == ["advopt"]  # a declined power-on is no change
    assert "undone" not in place.cli("lab.history").expect(0).out

    again = place.cli.json(*ASK, "--wait", "1").expect(5)
    assert again.error(TWO)["kind"] == "vft.vcenter"
    assert options(place) == ["1", "1"]  # what was seen with 0 says nothing of 1
    assert "seen with other values" in " ".join(again.hosts[TWO]["facts"]["notes"])
    assert power_ons(place) == (0, 2)

    resume(place)
    last = place.cli.json(*ASK, "--wait", "10").expect(0)
    assert {pair["state"] for pair in last.hosts[TWO]["facts"]["pairs"]} == {"running"}
    assert power_ons(place)[0] == 0


def test_a_remedy_that_did_not_help_is_put_back_by_the_run_that_sees_it(bench: Bench) -> None:
    place = lab_of(bench, cure=None, vcenter_seconds=0.1)
    first = place.cli.json(*ASK, "--trigger", "vcenter", "--wait", "1").expect(5)
    assert options(place) == ["1", "1"]
    resume(place)
    place.cli("vft.status", "--watch", "--deadline", "1")
    second = place.cli.json(*ASK, "--trigger", "vcenter", "--wait", "1").expect(5)
    error = second.error(TWO)
    assert error["kind"] == "vft.stream-keepalive"
    assert f"tried {STREAM} = 1 (put back)" in error["message"]
    assert options(place) == ["0", "0"]
    assert power_ons(place) == (0, 0)
    assert first.run != second.run


def test_an_option_set_by_hand_since_the_failure_is_left_alone(bench: Bench) -> None:
    place = lab_of(bench, cure=1)
    a_year_ago(place)
    place.cli("vft.stream", "--value", "1", "-y").expect(0)
    ran = place.cli.json(*ASK, "--trigger", "vcenter", "--wait", "0.5").expect(5)
    assert ran.error(TWO)["kind"] == "vft.vcenter"
    assert options(place) == ["1", "1"]


def test_after_an_undo_the_old_failure_counts_again(bench: Bench) -> None:
    place = lab_of(bench, cure=1)
    first = place.cli.json(*ASK, "--trigger", "vcenter", "--wait", "0.5").expect(5)
    place.cli("lab.undo", first.run, "-y").expect(0)
    assert options(place) == ["0", "0"]
    again = place.cli.json(*ASK, "--trigger", "vcenter", "--wait", "0.5").expect(5)
    assert attempts(again)[0] == ("vcenter", "stream-keepalive", f"{STREAM} = 1")
    assert options(place) == ["1", "1"]


def test_vcenter_powers_on_nothing_and_sees_it_run(bench: Bench) -> None:
    place = lab_of(bench, cure=1, resume_seconds=3.0)
    ran = place.cli.json(*ASK, "--trigger", "vcenter").expect(0)
    assert power_ons(place) == (0, 0)
    assert attempts(ran)[-1] == ("vcenter", None, None)
    (change,) = [c for c in ran.hosts[TWO]["changes"] if c["target"] == "ft"]
    assert (change["after"], change["verified"]) == ("running", True)


def test_the_primary_is_restarted_and_undo_knows_of_it(bench: Bench) -> None:
    place = lab_of(bench, cure=1, gives_up_after=None)
    ran = place.cli.json(*ASK, "--trigger", "primary").expect(0)
    assert power_ons(place) == (2, 0)
    assert place.seen(ONE, "vim-cmd", "vmsvc/power.shutdown") == 2
    steps = [(c["before"], c["after"]) for c in ran.hosts[ONE]["changes"] if c["target"] == "power"]
    assert steps == [("on", "off"), ("off", "on")] * 2
    told = place.cli.json("lab.history", ran.run).expect(0)
    states = {c["state"] for c in told.hosts[ONE]["changes"]}
    assert states == {"verified"}
    place.cli("lab.undo", ran.run, "-y").expect(0)
    assert options(place) == ["0", "0"]
    assert place.vm(ONE, "db01").power == "poweredOn"


def test_a_primary_that_was_off_is_off_again_after_the_undo(bench: Bench) -> None:
    place = lab_of(bench, failure=None, ready=False)
    place.cli("vft.enable", "--vm", "db01", "-y").expect(0)
    ran = place.cli.json(*ASK, "--trigger", "primary").expect(0)
    assert power_ons(place) == (1, 0)
    place.cli("lab.undo", ran.run, "-y").expect(0)
    assert place.vm(ONE, "db01").power == "poweredOff"


def test_the_host_alone_says_no_once(bench: Bench) -> None:
    place = lab_of(bench)
    ran = place.cli.json(*ASK, "--trigger", "host").expect(5)
    error = ran.error(TWO)
    assert error["kind"] == "vft.vcenter"
    assert "--trigger vcenter" in error["hint"]
    assert "--trigger primary" in error["hint"]
    assert power_ons(place) == (0, 1)
    assert options(place) == ["0", "0"]


@pytest.mark.parametrize("trigger", ["auto", "vcenter"])
def test_what_ends_it_ends_it(bench: Bench, trigger: str) -> None:
    place = lab_of(bench, failure="locked", noise=True)
    ran = place.cli.json(*ASK, "--trigger", trigger).expect(5)
    assert ran.error(TWO)["kind"] == "vft.disk-locked"
    assert options(place) == ["0", "0"]
    assert power_ons(place) == (0, int(trigger == "auto"))


def test_others_noise_does_not_keep_the_remedy_from_vcenters_failure(bench: Bench) -> None:
    place = lab_of(bench, cure=1, noise=True)
    place.cli.json(*ASK, "--wait", "0.5").expect(5)
    assert options(place) == ["1", "1"]
    assert power_ons(place) == (0, 1)


def test_a_question_of_the_secondary_is_answered_as_said(bench: Bench) -> None:
    place = lab_of(bench, failure="question", host_starts_secondary=True)
    asked = place.cli.json(*ASK, "--answer", "msg.other=0").expect(5)
    assert asked.error(TWO)["kind"] == "vm.question"
    assert power_ons(place) == (0, 1)
    place.cli("vm.power-off", "--vm", "db01", "-l", TWO, "-y", "--guest-wait", "0").expect(0)
    ran = place.cli.json(*ASK, "--answer", "msg.hbacommon.outofspace=0").expect(0)
    assert {pair["state"] for pair in ran.hosts[TWO]["facts"]["pairs"]} == {"running"}
    assert power_ons(place) == (0, 2)


def test_people_are_told_what_to_press(bench: Bench) -> None:
    place = lab_of(bench, cure=1)
    ran = place.cli(*ASK, "--wait", "3").expect(5)
    out = " ".join(ran.out.split())
    assert "in vCenter press 'Resume Fault Tolerance' for db01" in out
    assert "which stays for its next start" in out
    assert "Resume Fault Tolerance" in ran.err


@pytest.mark.parametrize("argv", [("--trigger", "nobody"), ("--guest-wait", "x")])
def test_a_wrong_trigger_contacts_nobody(typed, argv: tuple[str, ...]) -> None:
    typed("vft.power-on-secondary", "--vm", "db01", "-y", *argv).expect(2)
