"""Many hosts: any command on them, those that fail, and everything that ends a run early."""

from __future__ import annotations

import json
import signal
import subprocess
import time

import pytest
from cli_place import Bench, Place
from cli_runner import until
from lab_bench import near

from ftlab.sim import Fault

VERSION = "vmware -v"
HERE, NO = "/scratch-here", "/scratch-no"
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(scope="module")
def answers(mixed: Place):
    """What several command lines answer on two hosts, asked at the same time."""
    where = ("-l", "vesxi02,vesxi06", "--read-only")
    calls = {
        "quoted": ("fleet.run", "echo 'a  b' \"$HOME\" | cat; echo oops >&2", *where),
        "three": ("fleet.run", "exit 3", *where),
        "three is fine": ("fleet.run", "exit 3", "--ok-exit", "0,3", *where),
        "missing": ("fleet.run", "no-such-command", *where),
        "bytes": ("fleet.run", r"printf 'gr\303\266\303\237e \377 \033[31m'", *where),
    }
    return dict(zip(calls, mixed.cli.together(*calls.values()), strict=True))


def test_the_hosts_own_shell_gets_the_line_as_typed(answers):
    ran = answers["quoted"].expect(0)
    for host in ran.hosts.values():
        assert host["facts"]["exit"] == 0
        assert host["facts"]["stdout"].startswith("a  b ")
        assert host["facts"]["stderr"] == "oops\n"


def test_a_nonzero_exit_is_a_failed_host_with_its_facts(answers):
    ran = answers["three"].expect(5)
    assert set(ran.statuses.values()) == {"failed"}
    assert {host["facts"]["exit"] for host in ran.hosts.values()} == {3}
    assert "--ok-exit" in ran.error("vesxi02")["hint"]
    assert answers["three is fine"].expect(0).statuses == {"vesxi02": "ok", "vesxi06": "ok"}
    assert {host["facts"]["exit"] for host in answers["missing"].expect(5).hosts.values()} == {127}


def test_bytes_of_a_host_never_reach_the_terminal_raw(answers, mixed: Place):
    ran = answers["bytes"].expect(0)
    assert ran.hosts["vesxi02"]["facts"]["stdout"].startswith("größe ")
    shown = mixed.cli("fleet.run", r"printf '\033[31mred'", "-l", "vesxi02", "--read-only").expect(
        0
    )
    assert "red" in shown.out
    assert "\x1b" not in shown.out


def test_line_by_line_each_line_names_the_hosts_that_have_it(mixed: Place):
    command = r"printf 'same\nother\n'; exit 3"
    line = ("fleet.run", command, "--read-only", "-L", "-l", "vesxi[01..02]", "--ok-exit", "3")
    out = mixed.cli(*line).expect(0).out.splitlines()
    assert out[:3] == [f"vesxi[01..02]: {text}" for text in ("same", "other", "(exit 3)")]
    single = mixed.cli(*line, "--no-fold").expect(0).out.splitlines()
    assert single[:2] == ["vesxi01: same", "vesxi01: other"]
    assert "vesxi02: same" in single


def test_equal_answers_are_shown_once(mixed: Place):
    line = ("fleet.run", "echo same", "--read-only")
    folded, single = mixed.cli.together(line, (*line, "--no-fold"), json=False)
    assert folded.expect(0).out.count("same") == 1
    assert folded.out.startswith("── vesxi  6 hosts")  # they are a whole group
    assert single.expect(0).out.count("same") == 6


def dead(place: Place) -> dict[str, str]:
    """The lab's inventory with one host more, on a port where nobody listens."""
    file = place.cli.home / "dead.ini"
    line = "dead01 ansible_host=127.0.0.1 ansible_port=1\n"
    file.write_text(place.lab.inventory.read_text().replace("[vesxi]\n", f"[vesxi]\n{line}", 1))
    return {"FTLAB_INVENTORY": str(file)}


def test_an_unreachable_host_is_4_and_a_failed_one_5(bench: Bench):
    place = near(bench())
    env = dead(place)
    ran = place.cli.json("hosts.check", env=env).expect(4)
    assert ran.statuses == {"dead01": "unreachable", "vesxi01": "ok", "vesxi02": "ok"}
    assert ran.error("dead01")["kind"] == "unreachable.refused"
    place["vesxi02"].faults.append(Fault(VERSION, what="error", exit=1, times=None))
    both = place.cli.json("hosts.check", env=env).expect(5)
    assert both.statuses == {"dead01": "unreachable", "vesxi01": "ok", "vesxi02": "failed"}


def test_retry_failed_goes_only_to_those_that_failed(bench: Bench):
    place = near(bench(hosts=3, versions=("5.0",) * 3))
    reload = Fault("vim-cmd vmsvc/reload", what="error", exit=1, times=1)
    place["vesxi02"].faults.append(reload)
    wanted = ("vmx.set", "--vm", "app01", "--set", "ftlab.key=1", "-y")
    first = place.cli.json(*wanted).expect(5)
    assert first.statuses == {"vesxi01": "changed", "vesxi02": "failed", "vesxi03": "changed"}
    before = len(place["vesxi01"].commands)
    failed, again = place.cli.json("hosts.list", "-l", "@failed"), None
    assert list(failed.hosts) == ["vesxi02"]
    again = place.cli.json(*wanted, "--retry-failed", first.run).expect(0)
    assert again.statuses == {"vesxi02": "changed"}
    assert place.vm("vesxi02", "app01").loaded.get("ftlab.key") == "1"
    assert len(place["vesxi01"].commands) == before
    place.cli.json(*wanted, "--retry-failed", again.run).expect(2)


def test_max_fail_starts_no_new_host(bench: Bench):
    place = bench(hosts=4, versions=("5.0",) * 4)
    for host in place.lab.sim.hosts.values():
        host.faults.append(Fault(VERSION, what="error", exit=1, times=None))
    two, fast, share = place.cli.together(
        ("hosts.check", "-f", "1", "--max-fail", "2"),
        ("hosts.check", "-f", "1", "--fail-fast"),
        ("hosts.check", "--batch", "1,50%", "--max-fail", "25%"),
    )
    assert list(two.expect(6).statuses.values()) == ["failed", "failed", "skipped", "skipped"]
    assert list(fast.expect(6).statuses.values()) == ["failed", "skipped", "skipped", "skipped"]
    assert list(share.expect(6).statuses.values()) == ["failed", "skipped", "skipped", "skipped"]
    assert two.error("vesxi03")["kind"] == "not_started"
    assert place["vesxi03"].commands == []


def test_the_deadline_ends_the_run_and_says_what_may_go_on(bench: Bench):
    place = near(bench())
    place["vesxi01"].faults.append(Fault(VERSION, what="hang", times=None))
    began = time.monotonic()
    ran = place.cli.json("hosts.check", "-f", "1", "--deadline", "1").expect(8)
    assert time.monotonic() - began < 10
    assert ran.statuses == {"vesxi01": "failed", "vesxi02": "skipped"}
    assert ran.error("vesxi01")["kind"] == "deadline"
    assert "may still be running" in ran.error("vesxi01")["message"]
    assert place["vesxi02"].commands == []


def test_a_host_that_hangs_or_dies_costs_no_other_its_answer(bench: Bench):
    place = near(bench(hosts=3, versions=("5.0",) * 3))
    place["vesxi01"].faults.append(Fault(VERSION, what="hang", times=None))
    place["vesxi02"].faults.append(Fault(VERSION, what="cut", times=None))
    ran = place.cli.json("hosts.check", "--timeout", "2").expect(5)
    assert ran.statuses == {"vesxi01": "failed", "vesxi02": "failed", "vesxi03": "ok"}
    assert ran.error("vesxi01")["kind"] == "command.timeout"
    assert ran.error("vesxi02")["kind"] == "lost"


def test_a_second_run_on_the_inventory_is_locked_out(bench: Bench):
    place = bench()
    released = place.hold("vim-cmd vmsvc/reload", "vesxi01")
    wanted = ("vmx.set", "--vm", "app01", "--set", "ftlab.key=1", "-y", "--json")
    with place.cli.started(*wanted) as first:
        until(lambda: place.seen("vesxi01", "vim-cmd", "vmsvc/reload"))
        locked = place.cli(*wanted).expect(7)
        assert "vmx.set" in locked.err
        assert str(first.pid) in locked.err
        assert place.cli.json("vm.list").code == 0  # reading needs no lock
        with place.cli.started(*wanted, "--wait-lock", "60") as second:
            released.set()
            waited = place.cli.finish(second, *wanted).expect(0)
        place.cli.finish(first, *wanted).expect(0)
    assert waited.statuses == {"vesxi01": "ok", "vesxi02": "ok"}


@pytest.mark.parametrize("stop", STOPS)
def test_ctrl_c_lets_running_hosts_end_and_starts_no_other(bench: Bench, stop):
    place = bench()
    released = place.hold(VERSION, "vesxi01")
    argv = ("hosts.check", "-f", "1", "--json")
    with place.cli.started(*argv) as run:
        until(lambda: place["vesxi01"].commands)
        run.send_signal(stop)
        assert run.stderr is not None
        assert "interrupted" in run.stderr.readline()
        released.set()
        ran = place.cli.finish(run, *argv).expect(130)
    assert ran.statuses == {"vesxi01": "ok", "vesxi02": "skipped"}
    assert place["vesxi02"].commands == []


@pytest.mark.parametrize("stop", STOPS)
def test_a_second_ctrl_c_cuts(bench: Bench, stop):
    place = bench()
    place["vesxi01"].faults.append(Fault(VERSION, what="hang", times=None))
    argv = ("hosts.check", "-l", "vesxi01", "--json")
    with place.cli.started(*argv) as run:
        until(lambda: place["vesxi01"].commands)
        run.send_signal(stop)
        assert run.stderr is not None
        assert "interrupted" in run.stderr.readline()
        run.send_signal(stop)
        ran = place.cli.finish(run, *argv).expect(130)
    assert ran.error("vesxi01")["kind"] == "interrupted"


def test_quiet_says_nothing_where_nothing_changed_or_failed(bench: Bench):
    place = near(bench())
    quiet = ("advopt.set", "/Migrate/NetTimeout", "20", "-y", "-q")
    ran = place.cli(*quiet).expect(0)
    assert (ran.out, ran.err) == ("", "")
    changed = place.cli("advopt.set", "/Migrate/NetTimeout", "30", "-y", "-q").expect(0)
    assert changed.out.startswith("2 hosts: 2 changed")


# -- fleet.run as a change ------------------------------------------------------------------------


def test_a_command_asks_like_a_change_and_is_recorded(bench: Bench):
    place = bench()
    refused = place.cli("fleet.run", "touch /tmp/made").expect(2)
    assert "confirmation" in refused.err
    assert refused.out == ""
    plan = place.cli.json("fleet.run", "touch /tmp/made", "-n").expect(3)
    assert set(plan.statuses.values()) == {"would_change"}
    planned = {"target": "command", "before": None, "after": "touch /tmp/made"}
    assert plan.hosts["vesxi01"]["changes"] == [planned]
    assert place.cli("fleet.run", "ls /tmp/made", "--read-only").code == 5
    ran = place.cli.json("fleet.run", "touch /tmp/made; echo one; echo two >&2", "-y").expect(0)
    assert set(ran.statuses.values()) == {"changed"}
    assert ran.hosts["vesxi02"]["facts"] == {"exit": 0, "stdout": "one\n", "stderr": "two\n"}
    told = place.cli.json("lab.history", ran.run).expect(0)
    (change,) = told.hosts["vesxi01"]["changes"]
    assert (change["target"], change["state"]) == ("command", "applied")
    shown = place.cli("lab.history", ran.run).expect(0).out
    assert "one" in shown
    assert "two" in shown
    undone = place.cli("lab.undo", ran.run, "-y").expect(0)
    assert "stays done" in undone.out + undone.err


@pytest.mark.parametrize("line", ["true", "false"])
def test_a_command_whose_end_was_seen_has_left_nothing(bench: Bench, line):
    place = bench()
    place.cli("fleet.run", line, "-y")
    assert "left" not in place.cli.json("lab.history").expect(0).document["runs"][0]
    told = place.cli.json("lab.history", "last").expect(0)
    again = place.cli.json("fleet.run", "true", "-y").expect(0)
    for ran in (told, again):
        assert all("notes" not in host["facts"] for host in ran.hosts.values())


def test_a_command_whose_end_nobody_saw_is_named(bench: Bench):
    place = bench()
    place["vesxi01"].faults.append(Fault("ls /gone", what="cut", times=1))
    place.cli("fleet.run", "ls /gone", "-l", "vesxi01", "-y").expect(5)
    left = place.cli.json("lab.history").expect(0).document["runs"][0]["left"]
    assert left == {"vesxi01": ["nobody saw the end of the command of ls /gone"]}


@pytest.mark.parametrize("line", ["", " \n"])
def test_an_empty_command_contacts_nobody(bench: Bench, line):
    told = bench().cli("fleet.run", line, "-y", "--json").expect(2)
    assert (told.out, "an empty command" in told.err) == ("", True)


def test_a_command_that_only_reads_is_not_asked_for_and_not_recorded(bench: Bench):
    place = bench()
    ran = place.cli.json("fleet.run", "echo x", "--read-only").expect(0)
    assert set(ran.statuses.values()) == {"ok"}
    assert all(host["changes"] == [] for host in ran.hosts.values())
    assert place.cli.json("fleet.run", "echo x", "--read-only", "-n").expect(0)
    assert place.cli.json("lab.history").expect(0).document["runs"] == []


def test_a_failed_command_can_be_retried_where_it_failed(bench: Bench):
    place = bench()
    place["vesxi02"].path(HERE).write_text("x")
    first = place.cli.json("fleet.run", f"ls {HERE}", "-y").expect(5)
    assert first.statuses == {"vesxi01": "failed", "vesxi02": "changed"}
    again = place.cli.json("fleet.run", f"ls {HERE}", "-y", "--retry-failed", first.run).expect(5)
    assert list(again.hosts) == ["vesxi01"]


def test_the_words_after_the_command_belong_to_it(mixed: Place):
    where = ("-l", "vesxi02", "--read-only")
    calls = (
        ("fleet.run", *where, "echo", "one", "two"),
        ("fleet.run", "echo", "one", *where, "two"),
    )
    one, two = (each.expect(0) for each in mixed.cli.together(*calls))
    assert one.hosts["vesxi02"]["facts"]["stdout"] == "one two\n"
    assert two.hosts["vesxi02"]["facts"]["stdout"] == "one two\n"
    dashes = mixed.cli("fleet.run", *where, "--", "echo", "-n", "--limit", "two").expect(0)
    assert "--limit two" in dashes.out


def test_variables_of_the_inventory_in_a_command(bench: Bench):
    place = bench()
    file = place.cli.home / "vars.ini"
    text = place.lab.inventory.read_text()
    file.write_text(f"{text}\n[all:vars]\nrack=r1; touch {NO}\n")
    line = "echo {{ inventory_hostname }} {{rack}}"
    ran = place.cli.json("fleet.run", line, "--read-only", "-i", str(file)).expect(0)
    said = {name: host["facts"]["stdout"] for name, host in ran.hosts.items()}
    assert said["vesxi01"] == f"vesxi01 r1; touch {NO}\n"
    assert not place["vesxi01"].path(NO).exists()
    wrong = place.cli("fleet.run", "echo {{ rak }}", "--read-only", "-i", str(file)).expect(2)
    assert "rack" in wrong.err
    assert wrong.out == ""


def test_standard_input_is_passed_on(bench: Bench):
    place = bench()
    argv = ("fleet.run", "cat", "--read-only", "--json")
    with place.cli.started(*argv, stdin=subprocess.PIPE) as process:
        out, _ = process.communicate("from here\n", timeout=40)
    assert process.returncode == 0
    hosts = json.loads(out)["hosts"].values()
    assert {host["facts"]["stdout"] for host in hosts} == {"from here\n"}


def test_a_pipe_that_nobody_writes_to_does_not_hold_the_run_up(bench: Bench):
    place = bench()
    with place.cli.started("fleet.run", "echo x", "--read-only", stdin=subprocess.PIPE) as process:
        process.wait(timeout=40)  # its standard input is still open
        assert process.returncode == 0
        assert process.stdin is not None
        process.stdin.close()
