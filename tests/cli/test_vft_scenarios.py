"""Every failure of the registry, from the failing lab to the verdict, through the command."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from cli_place import Place, a_place
from cli_runner import Ran

from ftlab.esxi.logs.signatures import SIGNATURES
from ftlab.sim import PairSpec

STREAM = "/Migrate/VMotionStreamDisable"
ATTEMPTS = 2
#: failure played → kind of the error, power.on commands that its host sees
VERDICTS = {
    "keepalive": ("vft.stream-keepalive", 2),
    "starvation": ("vft.stream-keepalive", 2),
    "checkpoint-too-big": ("vft.checkpoint-too-big", 1),
    "low-memory": ("vft.destination-low-memory", ATTEMPTS),
    "locked": ("vft.disk-locked", 1),
    "question": ("vm.question", 1),
    "resume-failed": ("vft.resume-failed", ATTEMPTS),
    "no-vmx-process": ("vft.no-vmx-process", ATTEMPTS),
    "features-differ": ("vft.cpu-differs", 1),
    "switchover": ("vft.switchover-too-long", ATTEMPTS),
    "write-failed": ("vft.checkpoint-not-written", ATTEMPTS),
    "no-data": ("vft.no-migration-data", ATTEMPTS),
    "given-up": ("vft.migration-failed", ATTEMPTS),
    "cpu-incompatible": ("vft.cpu-cannot-replay", 1),
    "thumbprint": ("vft.certificate", 1),
    "busy": ("vft.task-in-progress", ATTEMPTS),
    "never-running": ("vft.not_running", 1),
    "precopy": ("vft.precopy-failure", 2),
    "thin-disk": ("vft.disk-not-thick", 1),
    "unlicensed": ("vft.not-licensed", 1),
    "missing-keys": ("vft.keys-missing", 1),
    "differing-builds": ("vft.build-differs", 1),
    "reboot": ("lost", ATTEMPTS),
    "limit": ("vft.limit-exceeded", ATTEMPTS),
    "timeout": ("vft.timeout", ATTEMPTS),
    "reset": ("vft.connection-reset", ATTEMPTS),
    "refused": ("vft.connection-refused", ATTEMPTS),
    "memory-admission": ("vft.memory-admission", ATTEMPTS),
    "no-swap-file": ("vft.no-swap-file", ATTEMPTS),
    "resources": ("vft.not-enough-resources", ATTEMPTS),
    "aborted": ("vft.stream-aborted", ATTEMPTS),
    "log-write": ("vft.log-channel-write", ATTEMPTS),
    "log-read": ("vft.log-channel-read", ATTEMPTS),
    "log-type": ("vft.log-type-mismatch", ATTEMPTS),
    "divergence": ("vft.divergence", ATTEMPTS),
    "silent": ("vft.other-side-silent", ATTEMPTS),
    "switchover-time": ("vft.switchover-time", ATTEMPTS),
    "no-progress": ("vft.no-precopy-progress", ATTEMPTS),
    "vmotion-network": ("vft.vmotion-network", ATTEMPTS),
    "ft-not-enabled": ("vft.ft-not-enabled", 1),
    "out-of-memory": ("vft.out-of-memory", ATTEMPTS),
    "network-down": ("vft.network-down", ATTEMPTS),
    "network-unreachable": ("vft.network-unreachable", ATTEMPTS),
    "host-down": ("vft.host-down", ATTEMPTS),
    "no-route": ("vft.no-route", ATTEMPTS),
    "already-disconnected": ("vft.already-disconnected", ATTEMPTS),
    "not-resumed": ("vft.not-resumed", ATTEMPTS),
    "broken-pipe": ("vft.broken-pipe", ATTEMPTS),
    "failed-by-vmx": ("vft.failed-by-vmx", ATTEMPTS),
}
NAMES = list(VERDICTS)


@dataclass(frozen=True)
class Scene:
    """A whole lab and the one command that was run on it."""

    place: Place
    ran: Ran

    def power_ons(self, vm: str) -> int:
        pair = next(pair for pair in self.place.lab.sim.pairs if pair.spec.vm == vm)
        wanted = ("vim-cmd", "vmsvc/power.on", str(pair.secondary.vmid))
        return pair.secondary_host.commands.count(wanted)

    def attempts(self, vm: str) -> list[dict[str, Any]]:
        every = [a for h in self.ran.hosts.values() for a in h["facts"].get("attempts", ())]
        return [attempt for attempt in every if attempt["name"] == vm]


def failing(stack: ExitStack, home: Any, **spec: Any) -> Scene:
    """Each failure has two hosts of its own. The keepalive one is cured by nothing."""
    pairs = [
        PairSpec(
            f"db-{name}",
            primary=f"vesxi{2 * n + 1:02}",
            secondary=f"vesxi{2 * n + 2:02}",
            failure=name,
            cure=None,
            ready=True,
            **{"host_starts_secondary": True, **spec},
        )
        for n, name in enumerate(NAMES)
    ]
    hosts = 2 * len(NAMES)
    place = a_place(home, stack, hosts=hosts, versions=("5.0",) * hosts, pairs=pairs)
    flags = ("--yes", "--json", "--attempts", str(ATTEMPTS), "--wait", "5")
    return Scene(place, place.cli("vft.power-on-secondary", "--vm", "db-*", *flags))


def left_to_vcenter(stack: ExitStack, home: Any) -> Scene:
    """The same where vCenter has made its start, and given up or not, before the command."""
    return failing(stack, home, host_starts_secondary=False)


def twelve(stack: ExitStack, home: Any) -> Scene:
    """Twelve pairs all around six hosts; 4 and 9 cannot be helped."""
    broken = {4: "cpu-incompatible", 9: "checkpoint-too-big"}
    pairs = [
        PairSpec(
            f"db{n:02}",
            primary=f"vesxi{n % 6 + 1:02}",
            secondary=f"vesxi{(n + 1) % 6 + 1:02}",
            failure=broken.get(n, "keepalive"),
            ready=True,
            start_seconds=0.2,
            host_starts_secondary=True,
        )
        for n in range(12)
    ]
    place = a_place(home, stack, hosts=6, versions=("5.0",) * 6, pairs=pairs)
    return Scene(place, place.cli("vft.power-on-secondary", "--vm", "*", "--yes", "--json"))


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """All labs at the same time: their waits overlap."""
    home = tmp_path_factory.mktemp("scenes")
    with ExitStack() as stack, ThreadPoolExecutor(3) as pool:
        plays = {"failing": failing, "left to vcenter": left_to_vcenter, "twelve": twelve}
        for name in plays:
            (home / name).mkdir()
        futures = {n: pool.submit(play, stack, home / n) for n, play in plays.items()}
        yield {name: future.result() for name, future in futures.items()}


@pytest.fixture
def lab(scenes) -> Scene:
    return scenes["failing"]


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_each_failure_gets_its_verdict(lab: Scene, number: int) -> None:
    name = NAMES[number]
    kind, power_ons = VERDICTS[name]
    lab.ran.expect(5)
    assert lab.ran.error(f"vesxi{2 * number + 2:02}")["kind"] == kind
    assert lab.power_ons(f"db-{name}") == power_ons
    assert len(lab.attempts(f"db-{name}")) == power_ons


def by_vcenter(name: str) -> tuple[str, int]:
    """What becomes of it where vCenter starts secondaries: what nothing helps against ends it, and
    the rest waits for vCenter. A host is asked once, and not if the secondary is on."""
    kind = VERDICTS[name][0]
    if name in {"question", "never-running"}:
        return ("vm.question" if name == "question" else "vft.vcenter"), 0
    classes = {f"vft.{each.name}": each.kind for each in SIGNATURES}
    return (kind if classes.get(kind) == "permanent" else "vft.vcenter"), 1


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_each_failure_of_vcenters_start_gets_its_verdict(scenes, number: int) -> None:
    scene: Scene = scenes["left to vcenter"]
    name, host = NAMES[number], f"vesxi{2 * number + 2:02}"
    kind, power_ons = by_vcenter(name)
    scene.ran.expect(5)
    error = scene.ran.error(host)
    assert error["kind"] == kind
    assert scene.power_ons(f"db-{name}") == power_ons
    assert ("press 'Resume Fault Tolerance'" in error["hint"]) == (kind != "vm.question")
    remedied = VERDICTS[name][0] in {"vft.stream-keepalive", "vft.precopy-failure"}
    assert scene.place.option(host, STREAM) == ("1" if remedied else "0")


def test_every_signature_of_the_registry_has_its_scenario() -> None:
    played = {kind for kind, _ in VERDICTS.values()} | {"vft.question-pending"}
    assert {f"vft.{signature.name}" for signature in SIGNATURES} <= played


def test_no_failure_leaves_an_option_changed(lab: Scene) -> None:
    assert {lab.place.option(host, STREAM) for host in lab.place.lab.sim.hosts} == {"0"}


def test_only_secondaries_that_wait_or_are_still_starting_are_left_on(lab: Scene) -> None:
    power = {pair.spec.vm: pair.secondary.power for pair in lab.place.lab.sim.pairs}
    assert power.pop("db-question") == "poweredOn"
    assert power.pop("db-never-running") == "poweredOn"
    assert set(power.values()) == {"poweredOff"}
    error = lab.ran.error(f"vesxi{2 * NAMES.index('never-running') + 2:02}")
    assert "left powered on" in error["message"]


def test_the_pending_question_can_be_answered(lab: Scene) -> None:
    host = f"vesxi{2 * NAMES.index('question') + 2:02}"
    error = lab.ran.error(host)
    assert "Retry" in error["message"]
    assert "vm.answer" in error["hint"]
    shown = lab.place.cli.json("vm.answer", "--vm", "db-question", "-l", host).expect(0)
    (question,) = shown.hosts[host]["facts"]["questions"]
    answer = ("--choice", next(iter(question["choices"])))
    lab.place.cli.json("vm.answer", "--vm", "db-question", "-l", host, *answer, "-y").expect(0)


def test_twelve_pairs_on_six_hosts_are_told_right(scenes) -> None:
    scene: Scene = scenes["twelve"]
    scene.ran.expect(5)
    pairs = {p["name"]: p for h in scene.ran.hosts.values() for p in h["facts"]["pairs"]}
    assert len(pairs) == 12
    for number in range(12):
        name = f"db{number:02}"
        made = scene.attempts(name)
        if number in {4, 9}:
            assert [one["result"] for one in made] == ["failed"], name
            assert scene.power_ons(name) == 1
            assert pairs[name]["state"] == "needSecondary"
        else:
            assert made[-1]["result"] == "running", name
            assert scene.power_ons(name) == len(made)
            assert pairs[name]["state"] == "running"
    causes = {name: scene.attempts(name)[0]["cause"] for name in ("db04", "db09")}
    assert causes == {"db04": "cpu-cannot-replay", "db09": "checkpoint-too-big"}
