"""Questions on a terminal: how they look, and that the terminal survives whatever ends them."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cli_place import Bench, Place, a_place
from cli_runner import Ran
from cli_terminal import Terminal, on_terminal
from test_cli_fleet import until

PASSWORD = "correct horse"  # noqa: S105 - the simulated lab's
QUESTION = "Password for root (vesxi"
ALL = ("--executor", "processes"), ("--executor", "threads")


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Three hosts that take a password which no file has."""
    with ExitStack() as stack:
        place = a_place(tmp_path_factory.mktemp("asking"), stack, hosts=3, password=PASSWORD,
                        versions=("5.0",) * 3)  # fmt: skip
        text = place.lab.inventory.read_text()
        lines = [line for line in text.splitlines() if "password" not in line]
        place.lab.inventory.write_text("\n".join(lines) + "\n")
        yield place


def last_line(terminal: Terminal) -> str:
    """What stands on the line that the cursor is in."""
    written = terminal.screen.rpartition("\n")[2]
    return written.rpartition("\x1b[K")[2]


@pytest.mark.parametrize("executor", ALL)
def test_a_password_is_asked_for_once_on_a_line_of_its_own(asking: Place, executor) -> None:
    with on_terminal(asking.cli, "hosts.check", "--json", *executor) as terminal:
        terminal.wait_for_question(QUESTION)
        assert last_line(terminal).startswith(QUESTION)
        assert last_line(terminal).endswith(" and all other hosts without one): ")
        assert "0/3 ·" in terminal.text  # the bar was there before
        terminal.type(PASSWORD + "\n")
        ran = terminal.end(0)
    assert set(ran.statuses.values()) == {"ok"}
    assert PASSWORD not in terminal.screen
    assert terminal.text.count("Password") == 1
    assert "3/3 ·" in terminal.text.rpartition(QUESTION)[2]  # and after it


def test_hosts_that_end_meanwhile_do_not_draw_over_the_question(asking: Place) -> None:
    file = asking.lab.inventory.with_name("more.ini")
    gone = "gone ansible_host=127.0.0.1 ansible_port=1 ansible_password=x\n"
    file.write_text(gone + asking.lab.inventory.read_text())
    with on_terminal(asking.cli, "hosts.check", "-i", str(file), "-f", "1") as terminal:
        terminal.wait_for("1 failed")
        terminal.wait_for_question(QUESTION)
        assert last_line(terminal).startswith(QUESTION)
        terminal.type(PASSWORD + "\n")
        terminal.end(4)
    with on_terminal(asking.cli, "hosts.check", "-i", str(file)) as terminal:
        terminal.wait_for_question(QUESTION)
        terminal.type(PASSWORD + "\n")
        terminal.end(4)
    answered = terminal.screen.partition(QUESTION)[2].partition("\n")[0]
    assert "hosts without one" in answered
    assert "0/3 ·" not in answered


@pytest.mark.parametrize("presses", ["\x03", "\x03\x03"], ids=["once", "twice"])
@pytest.mark.parametrize("executor", ALL)
@pytest.mark.parametrize("command", [("hosts.check",), ("advopt.set", "/Migrate/NetTimeout", "7")])
def test_an_interrupted_question_leaves_the_terminal_as_it_was(
    asking: Place, command, executor, presses: str
) -> None:
    with on_terminal(asking.cli, *command, "--json", *executor) as terminal:
        terminal.wait_for_question(QUESTION)
        for key in presses:
            terminal.type(key)
        ran = terminal.end(130)
    assert "Go ahead" not in terminal.text
    for host in ran.hosts:
        assert ran.statuses[host] != "ok"
        if "threads" in executor:  # of another process nobody knows how far it is
            assert "may still be running" not in ran.error(host)["message"], ran


def test_sigterm_at_a_question_leaves_the_terminal_as_it_was(asking: Place) -> None:
    with on_terminal(asking.cli, "hosts.check", "--json") as terminal:
        terminal.wait_for_question(QUESTION)
        terminal.process.terminate()
        terminal.end(130)


def test_a_deadline_ends_the_question_too(asking: Place) -> None:
    with on_terminal(asking.cli, "hosts.check", "--json", "--deadline", "1.5") as terminal:
        terminal.wait_for_question(QUESTION)
        terminal.type("half a pass")
        ran = terminal.end(8)
    for host in ran.hosts:
        assert ran.error(host)["kind"] == "deadline"
        assert "no command was sent to it" in ran.error(host)["message"]
    assert "half" not in terminal.screen


def test_an_empty_answer_is_no_password(asking: Place) -> None:
    with on_terminal(asking.cli, "hosts.check", "--json") as terminal:
        terminal.wait_for_question(QUESTION)
        terminal.type("\x04")
        ran = terminal.end(4)
    assert {ran.error(host)["kind"] for host in ran.hosts} == {"auth.refused"}


@pytest.mark.parametrize("presses", ["\x03", "\x03\x03"], ids=["once", "twice"])
def test_an_interrupted_question_for_a_passphrase(
    asking: Place, tmp_path: Path, presses: str
) -> None:
    key = tmp_path / "locked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", key], check=True)
    lines = asking.lab.inventory.read_text().splitlines()
    file = asking.lab.inventory.with_name("locked.ini")
    file.write_text(
        "\n".join(
            f"{line} ansible_ssh_private_key_file={key}" if line.startswith("vesxi0") else line
            for line in lines
        )
    )
    with on_terminal(asking.cli, "hosts.check", "--json", "-i", str(file)) as terminal:
        terminal.wait_for_question(f"Passphrase for {key}: ")
        for each in presses:
            terminal.type(each)
        terminal.end(130)


def test_a_quiet_run_shows_the_plan_that_it_asks_about(bench: Bench) -> None:
    place = bench()
    with on_terminal(place.cli, "advopt.set", "/Migrate/NetTimeout", "77", "-q") as terminal:
        terminal.wait_for("Go ahead? [y/N]")
        assert "/Migrate/NetTimeout" in terminal.text
        assert "77" in terminal.text
        terminal.type("n\n")
        terminal.end(3)
    assert place.option("vesxi01", "/Migrate/NetTimeout") != "77"


def test_ctrl_c_at_the_question_changes_nothing_and_prints_the_plan(bench: Bench) -> None:
    place = bench()
    argv = ("advopt.set", "/Migrate/NetTimeout", "77", "--json")
    with on_terminal(place.cli, *argv) as terminal:
        terminal.wait_for("Go ahead? [y/N]")
        terminal.type("\x03")
        ran = terminal.end(130)
    assert ran.document["check"] is True
    assert "would_change" in ran.statuses.values()
    assert place.option("vesxi01", "/Migrate/NetTimeout") != "77"


@pytest.mark.parametrize("executor", ALL)
def test_a_terminal_that_closes_ends_a_run_in_order(bench: Bench, executor) -> None:
    """The closed terminal is one Ctrl-C, and what ends the session then the other."""
    place = bench(hosts=2)
    released = place.hold("vim-cmd vmsvc/reload", "vesxi01")
    wanted = ("vmx.set", "--vm", "app01", "--set", "ftlab.key=1", "-y", "-f", "1", "--json")
    with on_terminal(place.cli, *wanted, *executor) as terminal:
        terminal.wait_for("0/2 ·")
        until(lambda: place.seen("vesxi01", "vim-cmd", "vmsvc/reload"))
        terminal.hang_up()
        terminal.process.send_signal(signal.SIGTERM)
        ran = Ran(wanted, *terminal.last_words())
    released.set()
    assert ran.expect(130).statuses == {"vesxi01": "failed", "vesxi02": "skipped"}
    assert ran.error("vesxi01")["kind"] == "interrupted"
    told = place.cli.json("lab.history", "last").expect(0)
    assert told.document["of"]["exit"] == 130
    assert told.statuses == ran.statuses


CHANGE = ("advopt.set", "/Migrate/NetTimeout", "77", "--json")
GO_AHEAD = "Go ahead? [y/N]"


@pytest.mark.parametrize("typed", ["y\n", "yes\ny\ny\n", "y"], ids=["a line", "lines", "a key"])
@pytest.mark.parametrize("command", [CHANGE, ("hosts.trust", "--replace", "--json")])
def test_what_is_typed_before_the_question_is_no_answer(bench: Bench, command, typed: str) -> None:
    place = bench()
    if command[0] == "hosts.trust":
        place.lab.front.rekey("vesxi01")
        place.lab.front.rekey("vesxi02")
    with on_terminal(place.cli, *command) as terminal:
        terminal.type(typed)
        terminal.wait_for(GO_AHEAD)
        assert ("typed before this question is ignored" in terminal.text) == typed.endswith("\n")
        terminal.type("n\n")
        ran = terminal.end(3)
    assert set(ran.statuses.values()) == {"would_change"}
    assert place.option("vesxi01", "/Migrate/NetTimeout") != "77"


UNCLEAR = ("", "maybe", "yn", "yes please", "1", "\t", "nö")


@pytest.mark.parametrize(("clear", "code"), [("YES\n", 0), ("y \n", 0), ("No\n", 3), ("\x04", 3)])
def test_only_a_clear_yes_or_no_is_an_answer(bench: Bench, clear: str, code: int) -> None:
    place = bench()
    with on_terminal(place.cli, *CHANGE) as terminal:
        terminal.wait_for(GO_AHEAD)
        for times, unclear in enumerate(UNCLEAR, 1):
            terminal.type(unclear + "\n")
            terminal.wait_for("Please answer y (yes) or n (no).", times)
            terminal.wait_for(GO_AHEAD, times + 1)
        terminal.type(clear)
        terminal.end(code)
    assert (place.option("vesxi01", "/Migrate/NetTimeout") == "77") == (code == 0)


def test_answers_that_were_pasted_at_once_do_not_answer_the_next_question(bench: Bench) -> None:
    place = bench()
    with on_terminal(place.cli, *CHANGE) as terminal:
        terminal.wait_for(GO_AHEAD)
        terminal.type("ftlab vm.list\ny\ny\n")
        terminal.wait_for(GO_AHEAD, 2)
        terminal.type("n\n")
        terminal.end(3)
