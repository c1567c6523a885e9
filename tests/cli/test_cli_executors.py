"""Hosts worked on in worker processes: all that holds for threads holds there, and a worker that
dies costs nobody but the hosts it was on."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time

import pytest
from cli_place import Bench, Place
from test_cli_fleet import until

from ftlab.fleet.executor_choice import cores
from ftlab.journal import Journal
from ftlab.sim import Fault

VERSION = "vmware -v"
RELOAD = "vim-cmd vmsvc/reload"
ENV = {"FTLAB_EXECUTOR": "processes"}
RIGHT = "right"
SET = ("vmx.set", "--vm", "app01", "--set", "ftlab.key=1", "--yes")


def workers(process: subprocess.Popen[str]) -> list[int]:
    found = subprocess.run(
        ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in found.stdout.split()]


def states(place: Place, run: str) -> dict[str, str]:
    with Journal.open(place.cli.state / "journal.db") as journal:
        return {change.host: change.state for change in journal.changes(run)}


def test_a_change_is_made_journalled_and_taken_back(bench: Bench):
    place = bench(hosts=4, versions=("5.0",) * 4)
    before = [place.vm(f"vesxi0{n}", "app01").file.read_bytes() for n in range(1, 5)]
    ran = place.cli.json("vft.enable", "--vm", "app01", "--stream", "1", "-y", env=ENV).expect(0)
    assert set(ran.statuses.values()) == {"changed"}
    assert all(c["verified"] for host in ran.hosts.values() for c in host["changes"])
    assert states(place, ran.run) == dict.fromkeys(ran.hosts, "verified")
    undone = place.cli.json("lab.undo", ran.run, "-y", env=ENV).expect(0)
    assert set(undone.statuses.values()) == {"changed"}
    assert [place.vm(f"vesxi0{n}", "app01").file.read_bytes() for n in range(1, 5)] == before
    assert states(place, ran.run) == dict.fromkeys(ran.hosts, "undone")


def test_the_answers_are_those_of_threads(mixed: Place):
    calls = [("vm.list",), ("vft.check", "--vm", "*"), ("hosts.check",)]
    elsewhere = [(*call, "--executor", "processes") for call in calls]
    both = mixed.cli.together(*calls, *elsewhere)
    for one, other in zip(both[:3], both[3:], strict=True):
        assert (one.code, one.statuses) == (other.code, other.statuses)
        assert list(one.hosts) == list(other.hosts)
        for name, host in one.hosts.items():
            assert set(host["facts"]) == set(other.hosts[name]["facts"])


def test_max_fail_and_the_deadline_hold(bench: Bench):
    place = bench(hosts=4, versions=("5.0",) * 4)
    for host in place.lab.sim.hosts.values():
        host.faults.append(Fault(VERSION, what="error", exit=1, times=None))
    ran = place.cli.json("hosts.check", "-f", "2", "--batch", "1", "--max-fail", "2", env=ENV)
    assert list(ran.expect(6).statuses.values()) == ["failed", "failed", "skipped", "skipped"]
    place["vesxi01"].faults[:] = [Fault(VERSION, what="hang", times=None)]
    began = time.monotonic()
    late = place.cli.json("hosts.check", "-l", "vesxi01", "--deadline", "3", env=ENV).expect(8)
    assert late.error("vesxi01")["kind"] == "deadline"
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_once_waits_and_twice_cuts(bench: Bench, stop):
    place = bench(hosts=3, versions=("5.0",) * 3)
    place["vesxi01"].faults.append(Fault(VERSION, what="hang", times=None))
    argv = ("hosts.check", "-f", "2", "--batch", "2", "--json")
    with place.cli.started(*argv, env=ENV) as run:
        until(lambda: place["vesxi01"].commands and place["vesxi02"].commands)
        for pid in [run.pid, *workers(run)]:  # a terminal and systemd send it to all of them
            os.kill(pid, stop)
        assert run.stderr is not None
        assert "interrupted" in run.stderr.readline()
        assert run.poll() is None
        run.send_signal(stop)
        ran = place.cli.finish(run, *argv).expect(130)
    assert ran.statuses == {"vesxi01": "failed", "vesxi02": "ok", "vesxi03": "skipped"}
    assert ran.error("vesxi01")["kind"] == "interrupted"


@pytest.mark.skipif(cores() < 2, reason="one core: nothing is dealt out")
def test_a_worker_that_dies_costs_only_its_hosts_and_repeats_nothing(bench: Bench):
    place = bench(hosts=4, versions=("5.0",) * 4)
    released = place.hold(RELOAD)
    argv = (*SET, "--json")
    with place.cli.started(*argv, env=ENV) as run:
        until(lambda: all(place.seen(h, *RELOAD.split()) for h in place.lab.sim.hosts))
        os.kill(workers(run)[0], signal.SIGKILL)
        released.set()
        ran = place.cli.finish(run, *argv).expect(5)
    lost = [name for name, status in ran.statuses.items() if status == "failed"]
    assert list(ran.statuses.values()).count("changed") == 2
    assert {ran.error(name)["kind"] for name in lost} == {"lost.worker"}
    assert "was not begun again" in ran.error(lost[0])["message"]
    assert {place.seen(h, *RELOAD.split()) for h in place.lab.sim.hosts} == {1}
    assert {host: state for host, state in states(place, ran.run).items() if host in lost} == (
        dict.fromkeys(lost, "intended")
    )


def test_a_killed_run_takes_its_workers_along_and_knows_who_was_done(bench: Bench):
    place = bench(hosts=2)
    place["vesxi02"].faults.append(Fault(RELOAD, what="hang", times=None))
    with place.cli.started(*SET, env=ENV) as run:
        until(lambda: place.seen("vesxi02", *RELOAD.split()))
        with Journal.open(place.cli.state / "journal.db") as journal:
            name = journal.run("last").run
            until(lambda: [h.status for h in journal.outcomes(name)] == ["changed", "unfinished"])
        pids = workers(run)
        run.kill()
        run.wait()
    until(lambda: not any(_alive(pid) for pid in pids))
    again = place.cli.json("lab.history", name).expect(0)
    assert again.statuses["vesxi01"] == "changed"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_wrong_password_is_tried_on_one_host_of_the_whole_fleet(bench: Bench):
    place = bench(hosts=8, versions=("5.0",) * 8, password=RIGHT)
    wrong = place.cli.home / "wrong.ini"
    text = place.lab.inventory.read_text().replace("ansible_password=right", "")
    wrong.write_text(text.replace("ansible_password = right", ""))
    env = {**ENV, "FTLAB_INVENTORY": str(wrong), "FTLAB_PASSWORD": "wrong"}
    ran = place.cli.json("hosts.check", env=env).expect(4)
    assert sorted(ran.statuses.values()) == ["skipped"] * 7 + ["unreachable"]
    assert {ran.error(name)["kind"] for name in ran.hosts} == {"auth.refused"}
    assert sum(door.account.attempts for door in place.lab.front.doors.values()) == 1
    right = place.cli.json("hosts.check", env={**env, "FTLAB_PASSWORD": RIGHT}).expect(0)
    assert set(right.statuses.values()) == {"ok"}


def test_a_password_command_is_run_once_for_all_workers(bench: Bench):
    place = bench(hosts=4, versions=("5.0",) * 4, password=RIGHT)
    runs = place.cli.home / "runs"
    script = place.cli.home / "secret"
    script.write_text(f"#!/bin/sh\necho >> {runs}\necho right\n")
    script.chmod(0o700)
    text = place.lab.inventory.read_text()
    asked = place.cli.home / "asked.ini"
    asked.write_text(text.replace("ansible_password", "ftlab_password_command").replace(
        "ftlab_password_command=right", f"ftlab_password_command={script}"))  # fmt: skip
    env = {**ENV, "FTLAB_INVENTORY": str(asked)}
    place.cli.json("hosts.check", env=env).expect(0)
    assert runs.read_text() == "\n"


def test_jump_hosts_of_the_inventory_are_known_to_the_workers(bench: Bench):
    place = bench(hosts=3, versions=("5.0",) * 3)
    through = place.cli.home / "through.ini"
    lines = place.lab.inventory.read_text().splitlines()
    through.write_text("\n".join(
        f"{line} ftlab_jump=vesxi01" if line.startswith("vesxi02 ") else line for line in lines
    ))  # fmt: skip
    env = {**ENV, "FTLAB_INVENTORY": str(through)}
    ran = place.cli.json("hosts.check", "-l", "vesxi02", env=env)
    # the simulated host forwards nothing: that it was asked to shows that the jump was found
    assert ran.statuses == {"vesxi02": "unreachable"}
    assert "jump host" in ran.error("vesxi02")["message"]


@pytest.mark.parametrize("value", ["fork", "dask://nowhere", "dask+tls://x"])
def test_a_wrong_executor_is_a_usage_error(typed, value):
    ran = typed("hosts.check", "--executor", value).expect(2)
    assert "--executor" in ran.err


@pytest.mark.parametrize("how", ["--read-only", "--yes"])
def test_each_worker_is_told_the_line_of_its_host(bench: Bench, how: str):
    """Workers are given no variables: these stand in the line before it goes there."""
    place = bench(hosts=2, versions=("5.0",) * 2)
    file = place.cli.home / "vars.ini"
    file.write_text(place.lab.inventory.read_text() + "\n[all:vars]\nrack=r 1\n")
    line = "echo {{ inventory_hostname }} {{ rack }}"
    ran = place.cli.json("fleet.run", line, how, "-i", str(file), env=ENV).expect(0)
    for name, host in ran.hosts.items():
        assert host["facts"]["stdout"] == f"{name} r 1\n"
        assert [each["after"] for each in host["changes"]] == (
            [f"echo {name} 'r 1'"] if how == "--yes" else []
        )


@pytest.mark.parametrize("line", [
    "fleet.run 'echo {{ NAME }}' --read-only",
    "setting.set hostname '{{ NAME }}' --yes",
    "lab.plan --profile lab.toml",
    "lab.apply --profile lab.toml --yes",
])  # fmt: skip
def test_a_secret_of_the_inventory_goes_to_no_worker_unencrypted(typed, tmp_path, line: str):
    (tmp_path / "hosts.ini").write_text("h1 ansible_host=127.0.0.1 chap_secret=x rack=r1\n")
    where = ("--executor", "dask://127.0.0.1:1", "--connect-timeout", "1")
    for name, told in (
        ("chap_secret", "chap_secret would travel unencrypted"),
        ("rack", "no Dask scheduler answers"),
    ):
        (tmp_path / "lab.toml").write_text(
            f'[[state]]\n[state.setting]\nhostname = "{{{{ {name} }}}}"\n'
        )
        assert told in typed(*shlex.split(line.replace("NAME", name)), *where).expect(2).err


def test_a_worker_refuses_no_setting_that_its_parent_follows(bench: Bench):
    """What a login with a password has no use for; workers are not given the password."""
    place = bench(hosts=2, versions=("5.0",) * 2, password=RIGHT)
    config = place.cli.home / ".ssh/config"
    config.parent.mkdir(mode=0o700)
    config.write_text("Host *\n  CertificateFile ~/.ssh/lab-cert.pub\n")
    calls = [("hosts.check", "--executor", executor) for executor in ("threads", "processes")]
    for ran in place.cli.together(*calls):
        assert ran.expect(0).statuses == {"vesxi01": "ok", "vesxi02": "ok"}
