"""Two controllers, two machines (two states), one lab: whoever comes later changes nothing."""

from __future__ import annotations

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cli_place import Bench, Place
from cli_runner import Cli, Ran
from lab_bench import leftovers, profile

from ftlab.sim.ssh import small


class Gate(list):
    """A host's list of commands that holds the first ``word`` up until it is opened."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self._word = word
        self._waits = threading.Lock()
        self.reached, self.open = threading.Event(), threading.Event()

    def append(self, argv) -> None:
        super().append(argv)
        if argv[0] == self._word and self._waits.acquire(blocking=False):
            self.reached.set()
            assert self.open.wait(30)


@pytest.fixture
def one_exec_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """On each simulated host. Nothing keeps a rename out of the time between another exec's last
    look and its own rename (docs/reliability.md), and threads that share an interpreter make that
    long."""
    run, locks = small.run, defaultdict(threading.Lock)

    def in_turn(host, *args):
        with locks[host.name]:
            return run(host, *args)

    monkeypatch.setattr(small, "run", in_turn)


def controller(place: Place, tmp_path: Path, name: str, key: str) -> tuple[Cli, list[str]]:
    """A controller of its own, and its line: it wants a key that nobody else does."""
    cli = Cli(tmp_path / name, place.lab.inventory)
    text = f'[[state]]\nvm = "app01"\nvmx = {{ "{key}" = "1" }}'
    return cli, ["lab.apply", "--profile", profile(cli, text), "--yes", "--json"]


def test_the_later_one_is_told_and_changes_nothing(bench: Bench, tmp_path):
    place = bench(hosts=1, versions=("5.0",))
    vm = place.vm("vesxi01", "app01")
    one, line_one = controller(place, tmp_path, "one", "from.one")
    two, line_two = controller(place, tmp_path, "two", "from.two")
    gate = Gate("dd")
    place["vesxi01"].commands = gate
    with one.started(*line_one) as process:
        assert gate.reached.wait(30)
        two(*line_two).expect(0)
        gate.open.set()
        late = one.finish(process, *line_one)
    error = late.expect(5).error("vesxi01")
    assert error["kind"] == "vmx.changed"
    assert "from.two" in vm.file.read_text()
    assert "from.one" not in vm.file.read_text()
    assert leftovers(vm.file.parent) == []
    assert len(list(vm.file.parent.glob("*.ftlab-*"))) == 1
    one(*line_one).expect(0)
    assert (vm.loaded.get("from.one"), vm.loaded.get("from.two")) == ("1", "1")


def test_both_at_once_leave_every_file_whole(bench: Bench, tmp_path, one_exec_at_a_time):
    place = bench(hosts=4, versions=("5.0",) * 4)
    before = {name: place.vm(name, "app01").file.read_text() for name in place.lab.sim.hosts}
    pairs = [controller(place, tmp_path, name, f"from.{name}") for name in ("one", "two")]
    with ThreadPoolExecutor(2) as pool:
        ends: list[Ran] = list(pool.map(lambda pair: pair[0](*pair[1]), pairs))
    for host, text in before.items():
        vm = place.vm(host, "app01")
        now = vm.file.read_text()
        assert now.startswith(text)
        came = {line.partition(" ")[0] for line in now.removeprefix(text).splitlines()}
        won = {f"from.{name}" for name, ran in zip(("one", "two"), ends, strict=True)
               if ran.hosts[host]["status"] == "changed"}  # fmt: skip
        assert came == won
        assert won
        for ran in ends:
            error = ran.hosts[host]["error"]
            assert error is None or error["kind"] == "vmx.changed"
        assert leftovers(vm.file.parent) == []
