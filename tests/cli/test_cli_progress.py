"""The line of progress: who is busy, with what, for how long, and how many failed."""

from __future__ import annotations

from cli_place import Bench
from cli_terminal import on_terminal

from ftlab.cli.talk.progress_line import Progress
from ftlab.engine.wrappers.busy import in_a_word
from ftlab.model import Command


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


def test_after_a_no_one_line_says_that_nothing_was_done(bench: Bench):
    place = bench()
    with on_terminal(place.cli, "advopt.set", "/Migrate/NetTimeout", "77") as terminal:
        terminal.wait_for("Go ahead? [y/N]")
        terminal.type("n\n")
        terminal.end(3)
    assert terminal.text.splitlines()[-1] == "Nothing was done."
