"""`ssh HOST` without a command: the prompt, the line being typed, and how a session ends."""

from __future__ import annotations

import pytest
from server_lab import client, front

from ftlab.sim.shell.errors import Interrupted
from ftlab.sim.ssh.line_editor import LineEditor


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
    new.type('if true\rthen echo "1 $x"\rfi\r')
    assert "> " in (seen := new.until("[root@vesxi01:/tmp] "))
    assert seen.endswith("fi\r\n1 a b\r\n[root@vesxi01:/tmp] ")
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


def edited(keys: bytes) -> tuple[LineEditor, bytearray]:
    left, shown = [keys], bytearray()
    return LineEditor(lambda: left.pop() if left else b"", lambda: bool(left), shown.extend), shown


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (b"ab\x7f\x7f\x7fc\r", "c"),
        (b"ab\x08\r", "a"),
        ("zwö\x7fö\r".encode(), "zwö"),
        (b"abc\x15d\r\n", "d"),
        (b"a\x1b[Cb\x1b[3~\n", "ab"),
        (b"a\x04b\r", "ab"),
        (b"\x04", None),
        (b"ab", None),
        (b"ab\x1b[", None),
    ],
)
def test_a_line_is_edited(keys, line):
    assert edited(keys)[0].line() == line


def test_earlier_lines_come_back():
    editor, shown = edited(b"one\r\ntwo\r\n\x1b[A\x1b[A\r\x1bOA\x1bOB\x1b[Bx\r")
    assert [editor.line("> ", remember=True) for _ in range(4)] == ["one", "two", "one", "x"]
    assert shown.count(b"> ") == 4


def test_ctrl_c_is_an_interruption():
    with pytest.raises(Interrupted):
        edited(b"ab\x03")[0].line()
    editor, _ = edited(b"ab\x03c\r")
    assert editor.interrupted()
    assert not editor.interrupted()
    assert editor.line() == "c"
