"""`ssh HOST` without a command: the prompt, the line being typed, and how a session ends."""

# ruff: noqa: S108 - paths on the simulated host

from __future__ import annotations

import pytest
from server_lab import client, front, sim_threads, until


class Session:
    """A terminal on one host."""

    def __init__(self, transport) -> None:
        self.channel = transport.open_session(timeout=20)
        self.channel.settimeout(20)
        self.channel.get_pty()
        self.channel.invoke_shell()

    def until(self, end: str, *, within: bool = False) -> str:
        """Everything that comes up to ``end``, or some text with it ``within``."""
        seen = b""
        while not (end.encode() in seen if within else seen.endswith(end.encode())):
            block = self.channel.recv(4096)
            assert block, seen
            seen += block.replace(b"\x1b[6n", b"")  # BusyBox asks where the cursor is
        return seen.decode()

    def type(self, keys: str) -> None:
        self.channel.sendall(keys.encode())


@pytest.fixture
def new(tmp_path):
    with front(tmp_path, "6.7") as (_, served), client(served.ports["vesxi01"]) as transport:
        yield Session(transport)


PROMPT = "[root@vesxi01:~] "


def test_a_session_by_hand(new):
    assert "simulated by ftlab" in new.until(PROMPT)
    new.type("vmware -v\r")
    assert new.until(PROMPT).startswith("vmware -v\r\nVMware ESXi 6.7.0 build-")
    new.type("cd /tmp; x='a b'\r")
    new.until("[root@vesxi01:/tmp] ")
    for line in ("if true", 'then echo "1 $x"'):
        new.type(line + "\r")
        assert new.until("> ") == f"{line}\r\n> "
    new.type("fi\r")
    assert new.until("[root@vesxi01:/tmp] ") == "fi\r\n1 a b\r\n[root@vesxi01:/tmp] "
    new.type("for i in 1\r")
    assert "a loop is not simulated by the small shell (" in new.until("[root@vesxi01:/tmp] ")
    new.type("echo )\r")
    assert "syntax error" in new.until("[root@vesxi01:/tmp] ")
    new.type("nosuch\r")
    assert "-sh: nosuch: not found\r\n" in new.until("[root@vesxi01:/tmp] ")
    new.type("exit 7\r")
    assert new.channel.recv_exit_status() == 7


def test_a_waiting_command_is_left_by_ctrl_c(new):
    new.until(PROMPT)
    new.type("sleep 1000; echo no\r")
    new.until("\r\n")
    new.type("\x03")
    assert new.until(PROMPT).count("no") == 0
    new.type("echo $?\r")
    assert "\r\n130\r\n" in new.until(PROMPT)
    new.type("echo half\x03")
    new.until(PROMPT)
    new.type("cat > /tmp/x\rone\rtwo\r\x04")
    new.until(PROMPT)
    new.type("cat /tmp/x\r")
    assert "one\r\ntwo\r\n" in new.until(PROMPT)
    new.type("\x04")
    assert new.channel.recv_exit_status() == 0


def test_an_old_host_has_the_prompt_of_its_age(tmp_path):
    with front(tmp_path, "5.0") as (_, served), client(served.ports["vesxi01"]) as transport:
        Session(transport).until("\r\n~ # ")


def test_a_shell_without_a_terminal_runs_its_input(tmp_path):
    with front(tmp_path, "7.0 U1") as (_, served), client(served.ports["vesxi01"]) as transport:
        channel = transport.open_session(timeout=20)
        channel.settimeout(20)
        channel.invoke_shell()
        channel.sendall(b"cd /tmp\npwd\nexit 3\n")
        channel.shutdown_write()
        assert channel.makefile("rb").read() == b"/tmp\n"
        assert channel.recv_exit_status() == 3


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("ab\x7f\x7f\x7fc\r", "c"),
        ("ab\x08\r", "a"),
        ("zwö\x7fö\r", "zwö"),
        ("abc\x15d\r", "d"),
        ("a\x1b[Cb\x1b[3~\n", "ab"),
        ("ac\x1b[Db\r", "abc"),
        ("a\x04b\r", "ab"),
        ("ab\x03c\r", "c"),
    ],
)
def test_a_line_is_edited(tmp_path, keys, line):
    with front(tmp_path, "6.7") as (lab, served), client(served.ports["vesxi01"]) as transport:
        session = Session(transport)
        session.until(PROMPT)
        session.type("cat >> /tmp/x\r")
        session.until("\r\n")
        session.type(keys.replace("\x03", "\x03cat >> /tmp/x\r"))
        session.type("\x04exit 9\r")
        assert session.channel.recv_exit_status() == 9
        assert lab["vesxi01"].path("/tmp/x").read_text() == f"{line}\n"


def test_earlier_lines_come_back(new):
    new.until(PROMPT)
    for keys, said in [("echo one\r", "one"), ("echo two\r", "two"), ("\x1b[A\x1b[A\r", "one")]:
        new.type(keys)
        assert f"\r\n{said}\r\n" in new.until(PROMPT)
    new.type("\x1bOA\x1bOB\x1b[Becho x\r")
    assert "\r\nx\r\n" in new.until(PROMPT)


def test_ctrl_c_forgets_what_was_typed_ahead(new):
    new.until(PROMPT)
    new.type("sleep 1000\recho ahead\r\x03echo after\r")
    seen = new.until(PROMPT + "after\r\n" + PROMPT)
    assert "\r\nahead\r\n" not in seen


def test_a_client_that_leaves_ends_its_session(tmp_path):
    with front(tmp_path, "6.7") as (_, served), client(served.ports["vesxi01"]) as transport:
        for typed in ("half a line", "cat\r", "sleep 1000\r"):
            session = Session(transport)
            session.until(PROMPT)
            session.type(typed)
            session.until(typed.replace("\r", "\r\n"))
            session.channel.close()
        assert until(lambda: not any(name.startswith("sim-exec") for name in sim_threads()))
