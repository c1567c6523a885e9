"""Status and output are never thrown away: of a command that leaves a process behind, and of one
that runs into its limit."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from cli_runner import Cli
from ssh_servers import Server

from ftlab.errors import CommandTimeout, Lost
from ftlab.model import Command
from ftlab.ssh.session import SshSession


def shell(line: str, timeout: float = 15) -> Command:
    return Command(("sh", "-c", line), timeout=timeout)


@pytest.mark.parametrize(
    ("line", "status", "out", "left"),
    [
        ("sleep 20 & echo started", 0, b"started\n", True),
        ("sleep 20 & echo no; exit 3", 3, b"no\n", True),
        ("sleep 20 & kill -TERM $$", 143, b"", True),
        ("sleep 20 >/dev/null 2>&1 & echo started", 0, b"started\n", False),
        ("(sleep 0.2; echo late) & echo started", 0, b"started\nlate\n", False),
        ("sleep 20 & head -c 3000000 /dev/zero | tr '\\0' x", 0, b"x" * 3_000_000, True),
        ("sleep 0.8; echo slow", 0, b"slow\n", False),
    ],
)
def test_a_process_that_is_left_behind_is_not_waited_for(
    session: SshSession, line: str, status: int, out: bytes, left: bool
) -> None:
    began = time.monotonic()
    done = session.run(shell(line))
    assert time.monotonic() - began < 10
    assert (done.exit, done.stdout, done.left_open) == (status, out, left)
    assert session.run(Command(("echo", "fine"))).out == "fine\n"


def test_one_that_goes_on_writing_is_heard_until_the_limit(session: SshSession) -> None:
    ticking = "for i in 1 2 3 4 5 6 7 8 9; do echo tick; sleep 0.3; done"
    done = session.run(shell(f"({ticking}) & echo started; exit 4", timeout=1.2))
    assert (done.exit, done.left_open) == (4, True)
    assert "started" in done.out
    assert "tick" in done.out


def test_several_at_the_same_time(session: SshSession) -> None:
    lines = ("echo one", "sleep 20 & echo two", "sleep 0.7; echo three")
    done = session.run_all([shell(line) for line in lines])
    assert [(each.out, each.left_open) for each in done] == [
        ("one\n", False), ("two\n", True), ("three\n", False),
    ]  # fmt: skip


def test_a_limit_shows_what_was_said_until_then(session: SshSession) -> None:
    with pytest.raises(CommandTimeout, match="until then it said: half a word") as caught:
        session.run(shell("echo half a; echo word >&2; sleep 20", timeout=1))
    assert caught.value.evidence["stdout"] == b"half a\n"
    assert caught.value.evidence["stderr"] == b"word\n"


def test_so_does_the_end_of_a_connection(session: SshSession) -> None:
    with pytest.raises(Lost) as caught:
        session.run(shell("echo so far; sleep 0.3; kill -9 $PPID"))
    assert caught.value.evidence["stdout"] == b"so far\n"


@pytest.fixture
def cli(tmp_path: Path, sshd: Server, keys) -> Cli:
    inventory = tmp_path / "hosts.ini"
    inventory.write_text(
        f"one ansible_host=127.0.0.1 ansible_port={sshd.port} "
        f"ansible_ssh_private_key_file={keys.user}\n"
    )
    made = Cli(tmp_path / "home", inventory)
    made.state.mkdir(parents=True)
    (made.state / "known_hosts").write_text(sshd.known_hosts_line())
    return made


def test_fleet_run_has_both_as_facts(cli: Cli) -> None:
    ran = cli.json("fleet.run", "sleep 20 & echo started", "--yes").expect(0)
    facts = ran.hosts["one"]["facts"]
    assert (facts["exit"], facts["stdout"]) == (0, "started\n")
    assert "left a process behind" in facts["notes"][0]
    line = "echo half; echo word >&2; sleep 20"
    ran = cli.json("fleet.run", line, "--read-only", "--timeout", "2").expect(5)
    assert ran.error("one")["kind"] == "command.timeout", ran.error("one")
    facts = ran.hosts["one"]["facts"]
    assert (facts["exit"], facts["stdout"], facts["stderr"]) == (None, "half\n", "word\n")
    shown = cli("fleet.run", line, "--read-only", "--timeout", "2").expect(5).out
    assert "half" in shown
    assert "word" in shown
