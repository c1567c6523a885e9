"""Real worker processes: what comes back, what is asked, and what happens when one dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import fleet_work
import pytest

from ftlab.errors import CommandFailed, Lost
from ftlab.fleet.limits import Limits
from ftlab.fleet.pool import Engine, run_fleet
from ftlab.fleet.signals import STOPS
from ftlab.fleet.workers.processes import Processes
from ftlab.model import Host

LONG = 30.0


class Parent:
    """Remembers what it was asked; ``capitals`` is its answer to all but being told."""

    def __init__(self) -> None:
        self.heard: list[tuple[object, ...]] = []

    def __call__(self, place: str, *words: str) -> str:
        self.heard.append((place, *words))
        if words[0] == "no":
            raise ValueError("nobody may ask that")
        return words[0].upper()

    def words(self) -> list[object]:
        return [words[1] for words in self.heard]


@pytest.fixture(scope="module")
def parent() -> Parent:
    return Parent()


@pytest.fixture(scope="module")
def two(parent: Parent) -> Iterator[Processes]:
    """Two processes with room for four calls, shared by the tests that leave them in peace."""
    processes = Processes(2, 4, parent)
    yield processes
    processes.shutdown()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether the process is there, and not only waiting to be buried."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_calls_are_dealt_out_to_all_processes(two: Processes) -> None:
    pids = [two.submit(fleet_work.pid, n) for n in range(8)]
    found = {future.result(LONG) for future in pids}
    assert len(found) == 2
    assert os.getpid() not in found


def test_an_error_comes_back_as_it_is(two: Processes) -> None:
    error = two.submit(fleet_work.failing).exception(LONG)
    assert isinstance(error, CommandFailed)
    assert (error.hint, error.evidence) == ("do", {"argv": ("vim-cmd",)})


def test_a_surprise_comes_back_with_where_it_was(two: Processes) -> None:
    error = two.submit(fleet_work.surprised).exception(LONG)
    assert isinstance(error, KeyError)
    assert "surprised" in "".join(error.__notes__)


def test_what_cannot_travel_is_an_error_of_that_call_alone(two: Processes) -> None:
    assert isinstance(two.submit(fleet_work.untold).exception(LONG), TypeError)
    odd = two.submit(fleet_work.oddly_failing).exception(LONG)
    assert isinstance(odd, RuntimeError)
    assert "Odd: one" in str(odd)
    assert two.submit(fleet_work.pid, 1).result(LONG)


def test_a_worker_asks_its_parent_from_any_thread(two: Processes) -> None:
    assert two.submit(fleet_work.asked, "a").result(LONG) == "A"
    words = ["b", "c", "d", "e"]
    answers = two.submit(fleet_work.asked_by_many_threads, words).result(LONG)
    assert answers == ["B", "C", "D", "E"]


def test_the_parents_error_is_the_workers(two: Processes) -> None:
    error = two.submit(fleet_work.asked, "no").exception(LONG)
    assert isinstance(error, ValueError)
    assert "nobody may ask that" in str(error)


def test_a_word_needs_no_answer(two: Processes, parent: Parent) -> None:
    two.submit(fleet_work.told, "hello").result(LONG)
    until(lambda: "hello" in parent.words())


@pytest.mark.parametrize("number", STOPS)
def test_what_ends_a_run_is_the_parents_business(two: Processes, number: int) -> None:
    assert two.submit(fleet_work.interrupted, number).result(LONG) == "still here"


def test_a_fleet_runs_over_processes(two: Processes) -> None:
    class Shared(Processes):
        def __init__(self) -> None:
            """The two that are there, and stay there."""

        submit = two.submit

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            pass

    engine = Engine(executor=lambda _room: Shared())
    result = run_fleet([Host(f"h{n}") for n in range(5)], fleet_work.fine, Limits(), engine=engine)
    assert [outcome.host for outcome in result.outcomes] == [f"h{n}" for n in range(5)]
    assert len({outcome.facts["pid"] for outcome in result.outcomes}) == 2


def test_a_process_that_dies_takes_only_its_own_calls_along(tmp_path: Path) -> None:
    parent, file = Parent(), tmp_path / "pid"
    processes = Processes(2, 4, parent)
    hanging = processes.submit(fleet_work.hanging, str(file))  # in one process …
    dying = processes.submit(fleet_work.killed, 1)  # … and this in the other
    error = dying.exception(LONG)
    assert isinstance(error, Lost)
    assert error.kind == "lost.worker"
    until(lambda: file.exists() and file.read_text())
    assert not hanging.done()
    assert processes.submit(fleet_work.pid, 1).result(LONG) == int(file.read_text())
    until(lambda: "lost" in parent.words())
    os.kill(int(file.read_text()), signal.SIGKILL)
    assert isinstance(hanging.exception(LONG), Lost)
    with pytest.raises(Lost, match="no worker process is left"):
        processes.submit(fleet_work.pid, 1)
    processes.shutdown()


def test_an_end_without_waiting_kills(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    processes = Processes(1, 1, Parent())
    hanging = processes.submit(fleet_work.hanging, str(file))
    until(lambda: file.exists() and file.read_text())
    processes.shutdown(wait=False, cancel_futures=True)
    assert not alive(int(file.read_text()))
    assert isinstance(hanging.exception(LONG), Lost)


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = f"""
import sys; sys.path.insert(0, {str(Path(fleet_work.__file__).parent)!r})
import fleet_work, time
from ftlab.fleet.workers.processes import Processes
processes = Processes(1, 1, lambda *_: None)
processes.submit(fleet_work.hanging, {str(tmp_path / "pid")!r})
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program]) as parent:
        until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        worker = int((tmp_path / "pid").read_text())
        assert alive(worker)
        parent.kill()
    until(lambda: not alive(worker))
