"""The small shell's language; what people type is in the table of one-liners."""

from __future__ import annotations

import hashlib
import io
import os
import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.sim.model.answer import Answer
from ftlab.sim.shell import run as shell
from ftlab.sim.shell.call import Cut, Hangup


class Host:
    """A host whose only tool repeats its arguments."""

    name, version = "vesxi01", "5.5"
    tools = frozenset({"vim-cmd"})

    def __init__(self, root: Path) -> None:
        self.root = root
        self.commands: list[tuple[str, ...]] = []
        self.answers: dict[str, Answer] = {}

    def path(self, remote: str) -> Path:
        return self.root / remote.lstrip("/")

    def answer(self, argv, stdin=b"") -> Answer:
        self.commands.append(tuple(argv))
        told = "|".join(argv).encode("utf-8", "surrogateescape")
        return self.answers.get(argv[1] if len(argv) > 1 else "", Answer(0, told + b"\n"))

    def struck(self, words, run) -> Answer:
        return run()


@pytest.fixture
def host(tmp_path):
    (tmp_path / "tmp").mkdir()
    return Host(tmp_path)


def run(host, script, stdin=b"", wait=lambda seconds: None):
    out, err = io.BytesIO(), io.BytesIO()
    data = script if isinstance(script, bytes) else script.encode("utf-8", "surrogateescape")
    status = shell.run(host, data, {0: io.BytesIO(stdin), 1: out, 2: err}, wait)
    return status, out.getvalue(), err.getvalue()


@given(st.lists(st.binary(max_size=12).filter(lambda b: b"\0" not in b), max_size=4))
def test_quoted_arguments_arrive_unchanged(words):
    """Any bytes without NUL survive shlex.quote and this shell."""
    host = Host(Path("/nonexistent"))
    argv = ["vim-cmd", *(word.decode("utf-8", "surrogateescape") for word in words)]
    assert run(host, shlex.join(argv))[0] == 0
    assert host.commands == [tuple(argv)]


@given(st.text(alphabet="ab '\"\\$`(){};&|<>\n#*?[]=!~01", max_size=25))
def test_no_text_breaks_the_parser(text):
    """Whatever is sent, there is a status, and whether it is taken can be told."""

    class Closed(Host):
        def path(self, remote):
            raise PermissionError(13, "Permission denied", remote)

    host = Closed(Path("/nonexistent"))
    assert shell.takes(host, text.encode()) in (True, False)
    assert 0 <= run(host, text)[0] <= 255


@given(data=st.binary(max_size=300))
def test_any_bytes_are_copied_and_summed(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("bytes")
    script = "cat > f; dd if=f of=g bs=7 2>/dev/null; tail -c +1 g > h; sha256sum < h"
    assert run(Host(root), script, data)[1].split()[0].decode() == hashlib.sha256(data).hexdigest()
    assert (root / "h").read_bytes() == data


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("if false; then echo a; elif true; then echo b; else echo c; fi", b"b\n"),
        ("if false; then echo a; fi; echo $?", b"0\n"),
        ("true; r=$?; echo '\nNONCE:0:'$r; if [ $r -ne 1 ]; then exit 0; fi; echo no",
         b"\nNONCE:0:0\n"),
        ("{ cat <<'E'; }; echo after\n$raw \\x\nE\n", b"$raw \\x\nafter\n"),
        ("cat <<-E\n\tone\n\tE\necho two", b"one\ntwo\n"),
        ("cat <<A; cat <<B\na\nA\nb\nB", b"a\nb\n"),
        ("echo a \\\n b; echo 'x\ny' # comment\n# more\necho c#d", b"a b\nx\ny\nc#d\n"),
        ("x='a b'; echo \"$x\" \"${x}y\"; y=$x; echo \"$y\"", b"a b a by\na b\n"),
        ("echo $nothing \"$nothing\" end", b" end\n"),
        ("cd /tmp; echo $PWD; cd / | cat; pwd", b"/tmp\n/tmp\n"),
        ("exit 3 | cat; echo $?; false | true; echo $?; true | false; echo $?", b"0\n0\n1\n"),
        ("{ echo o; echo e >&2; } 2>&1 | wc -l; { echo o; echo e >&2; } 2>/dev/null", b"2\no\n"),
        ("echo {a,b} a=b x]y", b"{a,b} a=b x]y\n"),
        ("[ x = x ] && [ ! x = y ] && ! [ -n '' ] && echo ok", b"ok\n"),
    ],
)  # fmt: skip
def test_the_language(host, script, told):
    assert run(host, script)[1:] == (told, b"")


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("vim-cmd x; if true; then", b"sh: syntax error: unexpected end of file\n"),
        ("vim-cmd x; echo 'open", b"sh: syntax error: unterminated quoted string\n"),
        ("vim-cmd x; echo )", b'sh: syntax error: unexpected ")"\n'),
        ("&& echo x", b'sh: syntax error: unexpected "&&"\n'),
        ("if ; then :; fi", b'sh: syntax error: unexpected ";"\n'),
        ("vim-cmd a; fi", b'sh: syntax error: unexpected "fi"\n'),
        ("vim-cmd a\n}", b'sh: syntax error: unexpected "}"\n'),
    ],
)
def test_what_is_no_command_is_status_2_and_nothing_runs(host, script, message):
    assert (run(host, script), host.commands) == ((2, b"", message), [])


def test_a_refusal_names_what_would_serve_and_nothing_runs(host):
    told = run(host, "vim-cmd a; for i in 1; do vim-cmd b; done")
    assert told == (
        2, b"", b"sh: a loop is not simulated by the small shell "
        b"(real BusyBox has it: sim.serve --shell busybox)\n",
    )  # fmt: skip
    assert host.commands == []
    real = run(host, "vim-cmd a; esxtop")
    assert real[2] == b"sh: esxtop is not simulated by the small shell (only real hosts have it)\n"


def test_a_refusal_while_it_runs_ends_the_line(host):
    assert run(host, "x='a b'; vim-cmd $x; vim-cmd after")[0] == 2
    assert host.commands == []


def test_unknown_command_is_127_and_recorded(host):
    assert run(host, "frobnicate 1") == (127, b"", b"sh: frobnicate: not found\n")
    assert host.commands == [("frobnicate", "1")]


def test_host_tool_keeps_its_streams_and_status_apart(host):
    host.answers["fail"] = Answer(3, b"out\n", b"err\n")
    assert run(host, "vim-cmd fail; echo $?") == (0, b"out\n3\n", b"err\n")


def test_host_tool_leaves_stdin_to_the_next(host):
    assert run(host, "vim-cmd a >/dev/null; cat", b"data")[1] == b"data"


def test_full_path_of_a_tool_is_the_tool(host):
    run(host, "/bin/vim-cmd a")
    assert host.commands == [("vim-cmd", "a")]


def test_waits_the_seconds_of_an_answer_before_printing(host):
    host.answers["slow"] = Answer(0, b"late\n", seconds=0.25)
    waited = []
    assert run(host, "vim-cmd slow; sleep 1.5", wait=waited.append)[1] == b"late\n"
    assert waited == [0.25, 1.5]


def test_a_pending_answer_is_looked_at_until_it_is_there(host):
    told = iter([None, None, Answer(4, b"now\n")])
    host.answers["ask"] = Answer(pending=lambda: next(told))
    assert run(host, "vim-cmd ask; echo $?")[1] == b"now\n4\n"


def test_a_pending_answer_ends_with_who_waits_for_it(host):
    host.answers["ask"] = Answer(pending=lambda: None)

    def gone(seconds):
        if seconds == 0:
            raise Hangup

    with pytest.raises(Hangup):
        run(host, "vim-cmd ask", wait=lambda seconds: gone(seconds) if host.commands else None)


def test_cut_ends_the_script_in_the_middle_of_the_output(host):
    host.answers["cut"] = Answer(255, b"12345678", cut=True)
    out = io.BytesIO()
    with pytest.raises(Cut):
        shell.run(host, b"vim-cmd cut; vim-cmd after", {1: out}, lambda seconds: None)
    assert out.getvalue() == b"1234"
    assert ("vim-cmd", "after") not in host.commands


def test_records_applets_in_order(host):
    run(host, "echo x > /tmp/f; cp /tmp/f /tmp/g && vim-cmd y; rm /tmp/f")
    names = [argv[0] for argv in host.commands]
    assert names == ["cp", "vim-cmd", "rm"]


def test_copying_over_a_file_keeps_inode_and_mode(host):
    (host.root / "a").write_bytes(b"new")
    (host.root / "b").write_bytes(b"old")
    (host.root / "b").chmod(0o600)
    before = (host.root / "b").stat()
    assert run(host, "cat a > b; cp a b")[0] == 0
    after = (host.root / "b").stat()
    assert (after.st_ino, after.st_mode & 0o777) == (before.st_ino, 0o600)


def test_forbidden_paths_are_messages(host):
    class Strict(Host):
        def path(self, remote):
            raise PermissionError(13, "Permission denied", remote)

    script = "cat /x; ls /x; cp /x /y; rm /x; echo a > /x; stat -c %s /x; mkdir /x; touch /x"
    assert run(Strict(host.root), script)[2].count(b"Permission denied") == 8


def test_names_that_are_no_text(host):
    os.close(os.open(os.fsencode(host.root) + b"/\xff.vmx", os.O_CREAT | os.O_WRONLY, 0o644))
    assert b"\xff.vmx\n" in run(host, "ls")[1]
    assert run(host, b"rm '\xff.vmx'; ls")[1] == b"tmp\n"
