"""The line of progress: who is busy, with what, for how long, and how many failed."""

from __future__ import annotations

import re

import pytest
from cli_place import Bench
from cli_terminal import Terminal, on_terminal

from ftlab.cli.talk.progress_line import Progress
from ftlab.engine.run_lock import RunLock
from ftlab.engine.wrappers.busy import in_a_word
from ftlab.model import Command
from ftlab.sim import Fault, PairSpec
from ftlab.sim.vms.power import halt


def test_the_line_names_the_host_that_takes_longest():
    line = Progress(12, began=100.0)
    assert line.line(100.0, 80) == "0/12 · 0 s"
    line.working("vesxi07", "connecting", 100.0)
    line.working("vesxi08", "get.config", 101.0)
    line.working("vesxi07", "get.config", 102.0)
    assert line.line(108.4, 80) == "0/12 · vesxi07: get.config (and 1 more) · 8 s"
    line.done("vesxi08", "failed")
    assert line.line(108.4, 80) == "1/12 · vesxi07: get.config · 8 s · 1 failed"
    line.done("vesxi07", "ok")
    line.working("vesxi07", "late", 110.0)  # another thread may be slower
    assert line.line(225.0, 80) == "2/12 · 2 min 5 s · 1 failed"


def test_a_wait_is_counted_down_and_stands_before_what_others_are_busy_with():
    line = Progress(2, began=100.0)
    line.working("vesxi01", "get.runtime", 100.0)
    line.working("vesxi02", "get.runtime", 100.5)
    wait = line.begin_wait("vesxi02", "waits for db01 to run", 125.0)
    assert (
        line.line(102.5, 90) == "0/2 · vesxi02: waits for db01 to run, 23 s left (and 1 more) · 2 s"
    )
    assert "0 s left" in line.line(126.0, 90)
    line.end_wait(wait)
    assert line.line(102.5, 90) == "0/2 · vesxi01: get.runtime (and 1 more) · 2 s"
    line.begin_wait("", "waits for run r1 to end", 190.0)
    assert (
        line.line(103.0, 90) == "0/2 · waits for run r1 to end, 1 min 27 s left (and 2 more) · 3 s"
    )


def test_it_stays_within_the_terminal():
    line = Progress(3, began=0.0)
    line.working("vesxi01.a-very-long-domain.example", "esxcli system version", 0.0)
    assert len(line.line(1.0, 39)) <= 39


def test_a_command_in_a_word_holds_no_argument_of_the_users():
    assert in_a_word(Command(("vim-cmd", "vmsvc/get.config", "12"))) == "get.config"
    assert in_a_word(Command(("esxcli", "--x", "system", "version", "get"))) == (
        "esxcli system version get"
    )
    assert in_a_word(Command(("/bin/echo secret | sha1sum",), typed=True)) == "echo"
    assert in_a_word(Command(("cat", "/etc/motd"))) == "cat"


def test_the_line_is_gone_when_the_run_is_over(bench: Bench):
    place = bench(hosts=3, versions=("5.0",) * 3)
    held = place.hold("vim-cmd vmsvc/getallvms", "vesxi02")
    with on_terminal(place.cli, "vm.list") as terminal:
        terminal.wait_for("2/3 · vesxi02: getallvms · 1 s")
        held.set()
        terminal.end(0)
    assert terminal.screen.endswith("\r\x1b[K")


@pytest.mark.parametrize(("typed", "code"), [("n\n", 3), ("\x03", 130)], ids=["no", "Ctrl-C"])
def test_after_a_no_one_line_says_that_nothing_was_done(bench: Bench, typed: str, code: int):
    place = bench()
    with on_terminal(place.cli, "advopt.set", "/Migrate/NetTimeout", "77") as terminal:
        terminal.wait_for("Go ahead? [y/N]")
        terminal.type(typed)
        terminal.end(code)
    assert terminal.text.splitlines()[-1] == "Nothing was done."


def counted(terminal: Terminal, words: str) -> None:
    """Two numbers of seconds that are left of a wait, the second one smaller."""
    terminal.wait_for(words)

    def left() -> list[int]:
        return [
            int(found) for found in re.findall(re.escape(words) + r", (\d+) s left", terminal.text)
        ]

    terminal.wait_until(lambda: len(set(left())) > 1, f"two times {words}")
    assert left()[0] > left()[-1]


def test_the_time_that_a_guest_has_is_counted_down(bench: Bench):
    place = bench(hosts=1, versions=("5.0",), shutdown_seconds=3600)
    with on_terminal(place.cli, "vm.power-off", "--vm", "app02", "-y") as terminal:
        counted(terminal, "vesxi01: waits for the guest of app02 to shut down")
        with place.lab.sim.lock:
            halt(place["vesxi01"], place.vm("vesxi01", "app02"))
        terminal.end(0)
    assert terminal.screen.endswith("\r\x1b[K")


def test_the_time_that_a_pair_has_is_counted_down(bench: Bench):
    spec = PairSpec("db01", "vesxi01", "vesxi02", ready=True, host_starts_secondary=False)
    place = bench(pairs=[spec])
    argv = ("vft.power-on-secondary", "db01", "-y", "--wait", "4")
    with on_terminal(place.cli, *argv) as terminal:
        counted(terminal, "vesxi02: waits for db01 to run")
        terminal.end(5)
    assert terminal.screen.endswith("\r\x1b[K")


def test_a_server_that_is_too_busy_is_connected_to_again_for_so_long(bench: Bench):
    place = bench(hosts=1, versions=("5.0",))
    place["vesxi01"].faults.append(busy := Fault("banner", times=None, what="cut"))
    with on_terminal(place.cli, "hosts.check", "--connect-timeout", "30") as terminal:
        counted(terminal, "vesxi01: connects again, since its SSH server is busy")
        busy.times = 0
        terminal.end(0)


def test_the_wait_for_another_run_is_counted_down(bench: Bench):
    place = bench(hosts=1, versions=("5.0",))
    lock = RunLock(place.cli.home / "state" / "ftlab", place.lab.inventory)
    argv = ("advopt.set", "/Migrate/NetTimeout", "44", "-y", "--wait-lock", "60")
    with (
        lock.acquire("20260102T030405-ab12", "lab.reset"),
        on_terminal(place.cli, *argv) as terminal,
    ):
        counted(terminal, "waits for run 20260102T030405-ab12 to end")
        lock.release()
        terminal.end(0)
