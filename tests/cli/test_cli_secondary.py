"""``vft.power-on-secondary``: the article's story with the cure at 1, at 0, and with none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from cli_place import Bench, Place, a_place
from cli_runner import Ran
from lab_bench import near

from ftlab.sim import PairSpec

STREAM = "/Migrate/VMotionStreamDisable"
LINE = "failed to read stream keepalive"
ONE, TWO = "vesxi01", "vesxi02"


@dataclass
class Tale:
    """A pair, what was asked, and what came of it."""

    place: Place
    ran: Ran

    @property
    def attempts(self) -> list[dict[str, Any]]:
        return list(self.ran.hosts[TWO]["facts"]["attempts"])

    @property
    def noted(self) -> str:
        return " ".join(self.ran.hosts[TWO]["facts"]["notes"])

    @property
    def power_ons(self) -> int:
        vmid = str(self.place.vm(TWO, "db01").vmid)
        return self.place.seen(TWO, "vim-cmd", "vmsvc/power.on", vmid)

    @property
    def options(self) -> list[str]:
        return [self.place.option(host, STREAM) for host in (ONE, TWO)]

    @property
    def power(self) -> str:
        return str(self.place.vm(TWO, "db01").power)

    def changes(self, host: str, target: str) -> list[tuple[Any, Any]]:
        found = self.ran.hosts[host]["changes"]
        return [(c["before"], c["after"]) for c in found if c["target"] == target]


@dataclass(frozen=True)
class Plot:
    """A lab and the flags: ``start`` is the option's value on both hosts beforehand."""

    spec: PairSpec
    start: str = "0"
    flags: tuple[str, ...] = ("--yes", "--json")


def ready(**wanted: Any) -> PairSpec:
    given = {"ready": True, "start_seconds": 0.2, "host_starts_secondary": True, **wanted}
    return PairSpec("db01", **given)


ONCE = ("--yes", "--json", "--attempts", "1")
PLOTS = {
    "cure 1": Plot(ready(cure=1)),
    "cure 1, told late": Plot(ready(cure=1, fails="late", late_seconds=0.1)),
    "cure 0": Plot(ready(cure=0), start="1"),
    "no cure": Plot(ready(cure=None)),
    "no cure from 1": Plot(ready(cure=None), start="1"),
    "check": Plot(ready(cure=1), flags=("--check", "--json")),
    "no remedy": Plot(ready(cure=1), flags=("--yes", "--no-remedy", "--json")),
    "in words": Plot(ready(cure=None), flags=("--yes", "--no-remedy")),
    "permanent": Plot(ready(failure="cpu-incompatible")),
    "never runs": Plot(ready(failure="never-running"), flags=(*ONCE, "--wait", "0.5")),
    "healthy": Plot(ready(failure=None)),
    "primary off": Plot(PairSpec("db01", failure=None)),
}


def played(name: str, home: Any, stack: ExitStack) -> Tale:
    plot = PLOTS[name]
    place = a_place(home / name.replace(" ", "-"), stack, pairs=[plot.spec])
    for host in (ONE, TWO):
        place.set_option(host, STREAM, plot.start)
    return Tale(place, place.cli("vft.power-on-secondary", "--vm", "db01", *plot.flags))


@pytest.fixture(scope="module")
def tales(tmp_path_factory):
    """Every plot, played at the same time: their waits overlap."""
    home = tmp_path_factory.mktemp("tales")
    for name in PLOTS:
        (home / name.replace(" ", "-")).mkdir()
    with ExitStack() as stack, ThreadPoolExecutor(4) as pool:
        futures = {name: pool.submit(played, name, home, stack) for name in PLOTS}
        yield {name: future.result() for name, future in futures.items()}


@pytest.mark.parametrize("name", ["cure 1", "cure 1, told late"])
def test_a_lab_whose_cure_is_1_comes_up_at_the_second_attempt(tales, name):
    tale = tales[name]
    tale.ran.expect(0)
    assert tale.power_ons == 2
    assert tale.power == "poweredOn"
    assert tale.options == ["1", "1"]
    assert tale.changes(ONE, "advopt") == tale.changes(TWO, "advopt") == [(0, 1)]
    failed, running = tale.attempts
    assert (failed["result"], failed["cause"]) == ("failed", "stream-keepalive")
    assert LINE in tale.noted
    assert failed["remedy"] == f"{STREAM} = 1"
    assert running["result"] == "running"
    assert {pair["state"] for pair in tale.ran.hosts[TWO]["facts"]["pairs"]} == {"running"}


def test_a_lab_whose_cure_is_the_published_0(tales):
    tale = tales["cure 0"]
    tale.ran.expect(0)
    assert tale.power_ons == 2
    assert tale.options == ["0", "0"]
    assert tale.changes(ONE, "advopt") == tale.changes(TWO, "advopt") == [(1, 0)]


@pytest.mark.parametrize(
    ("name", "before", "power_ons", "tried"),
    [("no cure", "0", 2, ("1",)), ("no cure from 1", "1", 3, ("0", "1"))],
)
def test_where_nothing_cures_the_old_value_comes_back(tales, name, before, power_ons, tried):
    tale = tales[name]
    tale.ran.expect(5)
    assert tale.power_ons == power_ons
    assert tale.options == [before, before]
    assert tale.power == "poweredOff"
    error = tale.ran.error(TWO)
    assert error["kind"] == "vft.stream-keepalive"
    assert LINE in tale.noted  # what it saw
    assert all(f"{STREAM} = {value}" in error["message"] for value in tried)  # what it tried
    assert "starv" in error["hint"].lower() or "cpu" in error["hint"].lower()
    steps = [int(before), *map(int, tried), int(before)]
    wanted = [(a, b) for a, b in pairwise(steps) if a != b]
    assert tale.changes(ONE, "advopt") == tale.changes(TWO, "advopt") == wanted


def test_a_check_sends_no_power_on(tales):
    tale = tales["check"]
    tale.ran.expect(3)
    assert tale.power_ons == 0
    assert tale.options == ["0", "0"]


def test_without_remedies_it_only_says_what_it_saw(tales):
    tale = tales["no remedy"]
    tale.ran.expect(5)
    assert tale.power_ons == 1
    assert tale.options == ["0", "0"]
    assert [attempt["cause"] for attempt in tale.attempts] == ["stream-keepalive"]
    assert LINE in tale.noted


def test_people_are_told_the_same(tales):
    ran = tales["in words"].ran.expect(5)
    assert LINE in ran.out
    assert "stream-keepalive" in ran.out


def test_a_permanent_failure_is_not_tried_again(tales):
    tale = tales["permanent"]
    tale.ran.expect(5)
    assert tale.power_ons == 1
    assert tale.options == ["0", "0"]


def test_powered_on_alone_is_no_success(tales):
    tale = tales["never runs"]
    tale.ran.expect(5)
    assert tale.power_ons == 1
    assert tale.options == ["0", "0"]


def test_a_healthy_pair_just_comes_up(tales):
    tale = tales["healthy"]
    tale.ran.expect(0)
    assert tale.power_ons == 1
    assert [attempt["result"] for attempt in tale.attempts] == ["running"]


def test_a_primary_that_is_off_is_named_with_the_flag(tales):
    tale = tales["primary off"]
    tale.ran.expect(5)
    assert "--start-primary" in tale.ran.error(TWO)["hint"]
    assert tale.power_ons == 0


def test_a_secondary_that_runs_is_left_alone(bench: Bench):
    place = near(bench(pairs=[ready(failure=None)]))
    place.cli.json("vft.power-on-secondary", "--vm", "db01", "-y").expect(0)
    ran = place.cli.json("vft.power-on-secondary", "--vm", "db01", "-y").expect(0)
    assert Tale(place, ran).power_ons == 1
    assert set(ran.statuses.values()) == {"ok"}
    status = place.cli.json("vft.status").expect(0)
    vms = {name: host["facts"]["vms"] for name, host in status.hosts.items()}
    roles = {
        name: (vm["role"], vm["power"], vm["ft_state"])
        for name, found in vms.items()
        for vm in found
        if vm["name"] == "db01"
    }
    assert roles == {ONE: ("primary", "on", "running"), TWO: ("secondary", "on", "running")}


def test_a_question_is_shown_and_can_be_answered(bench: Bench):
    place = near(bench(pairs=[ready(failure="question")]))
    asked = place.cli.json("vft.power-on-secondary", "--vm", "db01", "-y").expect(5)
    assert asked.error(TWO)["kind"] == "vm.question"
    assert "vm.answer" in asked.error(TWO)["hint"]
    shown = place.cli.json("vm.answer", "--vm", "db01", "-l", TWO).expect(0)
    (question,) = shown.hosts[TWO]["facts"]["questions"]
    assert question["choices"] == {"0": "Retry", "1": "Cancel"}
    wrong = place.cli.json("vm.answer", "--vm", "db01", "-l", TWO, "--choice", "7", "-y").expect(5)
    assert wrong.error(TWO)["kind"] == "value.range"
    place.cli.json("vm.answer", "--vm", "db01", "-l", TWO, "--choice", "0", "-y").expect(0)
    assert place.vm(TWO, "db01").question is None


def test_a_vm_without_ft_is_refused(mixed: Place):
    ran = near(mixed).cli.json("vft.power-on-secondary", "--vm", "app01", "-l", ONE, "-n").expect(5)
    assert "vCenter" in ran.error(ONE)["hint"]


def test_half_a_pair_is_shown_as_such(mixed: Place):
    ran = near(mixed).cli.json("vft.power-on-secondary", "--vm", "db01", "-l", TWO, "-n").expect(5)
    assert "--limit" in ran.error(TWO)["hint"]
