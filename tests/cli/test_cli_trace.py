"""``-v`` and ``-vv``: what was said to a host, on stderr and in the run's log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_place import Bench, Place
from lab_bench import near

from ftlab.sim import Fault

LINE = re.compile(r"(vesxi\d+): exit (\d+), (?:(\d+ of \d+) in )?(\d+\.\d\d) s: (.+)")
ALL = ("--executor", "processes"), ("--executor", "threads")
GETALLVMS = "vim-cmd vmsvc/getallvms"


def commands(err: str) -> list[tuple[str, ...]]:
    """Host, status, place, seconds and words of each command that was shown."""
    found = (LINE.fullmatch(line) for line in err.splitlines())
    return [match.groups("") for match in found if match]


def said(place: Place, host: str) -> list[str]:
    """What the host itself has seen, without what a group adds."""
    return [" ".join(argv) for argv in place[host].commands]


@pytest.mark.parametrize("executor", ALL)
def test_each_remote_command_is_shown_once(bench: Bench, executor) -> None:
    place = bench()
    wanted = ("vmx.set", "--vm", "app01", "--set", "a.b=1", "-y", "-v", *executor)
    ran = place.cli(*wanted).expect(0)
    shown = commands(ran.err)
    for host in ("vesxi01", "vesxi02"):
        mine = [line[4].partition(" < ")[0] for line in shown if line[0] == host]
        assert GETALLVMS in mine
        assert any(words.startswith("vim-cmd vmsvc/reload ") for words in mine)
        builtin = [words for words in mine if words.startswith("test -L ")]  # the shell's own
        assert sorted(mine) == sorted(said(place, host) + builtin)
    assert {line[1] for line in shown} <= {"0", "1"}  # test -L says 1
    assert any(line[2].startswith("2 of ") for line in shown)
    assert "| " not in ran.err
    assert GETALLVMS not in ran.out


def test_without_it_nothing_is_shown(bench: Bench) -> None:
    place = near(bench(hosts=1, versions=("5.0",)))
    assert commands(place.cli("vm.list").expect(0).err) == []


def test_twice_shows_what_was_answered(bench: Bench) -> None:
    place = bench(hosts=1, versions=("5.0",))
    ran = place.cli("vm.list", "-vv", "--json").expect(0)
    after = ran.err.partition(GETALLVMS)[2]
    assert re.search(r"\n    \| .*app01", after)
    place["vesxi01"].faults.append(Fault(GETALLVMS, exit=1, stderr=b"oops\x1b[31m\n"))
    ran = place.cli("vm.list", "-vv", "--json").expect(5)
    assert "exit 1, " in ran.err
    assert "\n    ! oops\\x1b[31m" in ran.err


def test_a_long_answer_is_cut(bench: Bench) -> None:
    place = bench(hosts=1, versions=("5.0",))
    lines = "; ".join(["echo " + "x" * 60] * 300)
    ran = place.cli("fleet.run", lines, "-vv", "--json", "--read-only").expect(0)
    shown = [line for line in ran.err.splitlines() if line.startswith("    | ")]
    assert shown[-1] == "    | … (cut)"
    assert 10 < len(shown) < 60
    assert ran.hosts["vesxi01"]["facts"]["stdout"].count("x" * 60) == 300


def test_a_command_without_an_answer_says_so(bench: Bench) -> None:
    place = bench(hosts=1, versions=("5.0",))
    place["vesxi01"].faults.append(Fault(GETALLVMS, what="hang"))
    ran = place.cli("vm.list", "-v", "--timeout", "0.5").expect(5)
    assert re.search(rf"vesxi01: no answer, \d\.\d\d s: {GETALLVMS} \(vesxi01: .*0\.5 s", ran.err)


def test_it_is_shown_where_nothing_else_is(bench: Bench) -> None:
    place = near(bench(hosts=1, versions=("5.0",)))
    ran = place.cli("vm.power-off", "--vm", "app01", "-y", "-q", "-v").expect(0)
    assert ran.out == ""
    assert GETALLVMS in [line[4] for line in commands(ran.err)]


@pytest.mark.parametrize("executor", ALL)
def test_no_secret_is_shown(bench: Bench, executor) -> None:
    secret = "correct-horse"  # noqa: S105 - the simulated lab's
    place = bench(password=secret)
    vm = place.vm("vesxi01", "app01")
    first, rest = vm.file.read_bytes().split(b"\n", 1)
    vm.file.write_bytes(first + b'\nRemoteDisplay.vnc.password = "hunter2"\n' + rest)
    log = place.cli.home / "run.log"
    more = ("-vv", "--run-log", str(log), "-l", "vesxi01", *executor)
    command = ("fleet.run", f"echo {secret}; echo {secret} >&2", "--read-only")
    for task in (("vmx.get", "--vm", "app01"), command):
        ran = place.cli(*task, *more).expect(0)
        for text in (ran.err, log.read_text()):
            assert "RemoteDisplay" in text or "echo" in text
            assert secret not in text
            assert "hunter2" not in text


def logged(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if " command=" in line]


def test_the_runs_log_has_them_too(bench: Bench) -> None:
    place = bench()
    log = place.cli.home / "run.log"
    wanted = ("vmx.set", "--vm", "app01", "--set", "a.b=1", "-y", "--run-log", str(log))
    ran = place.cli.json(*wanted, "-v").expect(0)
    lines = logged(log)
    assert len(lines) == len(commands(ran.err)) > 10
    [first] = [line for line in lines if "host=vesxi01" in line and GETALLVMS in line]
    assert re.fullmatch(
        rf'\S+Z ftlab task=vmx\.set run={ran.run} host=vesxi01 command="{GETALLVMS}" exit=0 '
        r"(part=1/\d )?seconds=\d+\.\d+",
        first,
    )
    place.cli("vm.list", "-vv", "--run-log", str(log)).expect(0)
    assert any("stdout=" in line and "app01" in line for line in logged(log))
    before = len(logged(log))
    place.cli("vm.list", "--run-log", str(log)).expect(0)
    assert len(logged(log)) == before
