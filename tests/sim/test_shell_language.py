"""The simulated shell's language; where BusyBox ash is installed, it is asked for the truth."""
# ruff: noqa: S108 - paths on the simulated host

from __future__ import annotations

import io
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.sim.model.answer import Answer
from ftlab.sim.shell import run as shell
from ftlab.sim.shell.run import Cut, Hangup


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


@pytest.fixture
def host(tmp_path):
    (tmp_path / "tmp").mkdir()
    return Host(tmp_path)


def run(host, script, stdin=b"", wait=lambda seconds: None):
    out, err = io.BytesIO(), io.BytesIO()
    data = script if isinstance(script, bytes) else script.encode("utf-8", "surrogateescape")
    status = shell.run(host, data, {0: io.BytesIO(stdin), 1: out, 2: err}, wait)
    return status, out.getvalue(), err.getvalue()


SCRIPTS = [
    r"""echo 'a  b' "c  $HOME" d\ e ~ "" ''""",
    r'''x=5; echo "$x" '$x' ${x} "${x}y" $xy "\$x" "\"" '"' "'"''',
    'x="a  b"; echo $x "$x"; y=$x; echo "$y"',
    "true && echo 1 || echo 2; false && echo 3 || echo 4; ! true; echo $?",
    "if false; then echo a; elif true; then echo b; else echo c; fi",
    "if false; then echo a; fi; echo $?",
    "for i in 1 '2 3' $(echo 4 5); do echo \"<$i>\"; done",
    "i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && continue; echo $i; done",
    "i=0; until [ $i = 5 ]; do i=$((i+1)); if [ $i = 3 ]; then break; fi; done; echo $i",
    "case a.vmx in *.txt) echo t;; a.*|b) echo v;; esac; case x in y) echo y;; esac; echo $?",
    "f() { echo \"$# $1 [$@]\"; return 3; }; f 'a b' c; echo $?",
    "echo $(echo a; echo b) \"$(printf 'x\\n\\n')\" `echo back \\`echo tick\\``",
    "(cd /; exit 4); echo $?; { echo a; echo b; } | cat",
    "echo a | cat | cat; false | true; echo $?; true | false; echo $?",
    "echo out; echo err >&2; { echo o; echo e >&2; } 2>&1 >/dev/null",
    "{ echo o; echo e >&2; } 2>/dev/null; echo x >/dev/null; cat </dev/null",
    "exec 3>&1; { echo hidden >&3; echo gone; } >/dev/null; exec 3>&-",
    "cat <<E\nx=$((1+1)) \"q\" \\$HOME\nE\ncat <<'E'\n$raw \\x\nE\ncat <<-E\n\ttab\n\tE",
    "x=abc.vmx; echo ${x%.vmx} ${x#*b} ${x##*.} ${x%%.*} ${#x} ${no:-d f} ${no-e} ${x:+set}",
    "unset q; echo ${q:=v} $q; q=; echo [${q-a}] [${q:-b}] [${q+c}] [${q:+d}]",
    "echo $((2+3*4)) $(( (2+3)*4 )) $((7/2)) $((-7%3)) $((1<2)) $((5==5&&0)) $((1<<4))",
    "set -- a 'b c'; for x; do echo $x; done; shift; echo $# $1; echo \"$*\"",
    "set -e; false || true; if false; then :; fi; echo on; false; echo never",
    "set -e; ! true; echo still; (exit 3); echo never",
    "printf '%s-%s\\n' a b c d; printf '%5s|%-5s|%03d|%x\\n' a b 7 255; printf 'no newline'",
    "printf '%b' 'a\\tb\\n'; printf '\\101\\n'; echo -n x; echo -e 'y\\tz'",
    "eval 'echo a; x=9'; echo $x; . /dev/null; echo $?",
    'read a b; echo "$a|$b"; read c; echo $c; cat',
    'while read -r line; do echo "[$line]"; done',
    "trap 'echo bye' EXIT; echo hi; exit 7",
    "sh -c 'echo $0 $1; exit 5' name arg; echo $?",
    "x=1; y=2 sh -c 'echo [$x][$y]'; echo [$y]; export x; sh -c 'echo $x'",
    "exit 300",
    "exit",
    "nosuchcommand; echo $?",
    "nosuchcommand 2>/dev/null || echo none",
    "x=$(false); echo $?; x=$(exit 3) true; echo $?; y=1; echo $?",
    "echo a;\n\n# comment\necho b # tail\necho c#d",
    "echo a \\\n b; echo 'x\ny'",
    "[ a = a ] && [ ! a = b ] && [ 2 -gt 1 -a 1 -le 1 ] && echo ok; [ x -o '' ]; echo $?",
    "[ -n '' ]; echo $?; [ -z '' ]; echo $?; [ '(' ]; echo $?; test; echo $?; [ a = ]; echo $?",
    "cd /tmp && pwd; cd /nonexistent/x 2>/dev/null; echo $?; pwd",
    "mkdir d; touch d/b d/a d/.h; echo d/*; echo d/x*; echo 'd/*'; cd d; echo [ab] .* | cat",
    "echo x > f; cat f f; wc -l < f; rm f; [ -e f ]; echo $?",
    "echo a > q; echo b >> q; cat q; : > q; wc -c < q; cat < nothere 2>/dev/null; echo $?",
    "f() { local v=1; v=2; }; v=0; f; g() { return; }; false; g; echo $?",
    "if true; then echo",
    "echo 'open",
    "echo )",
    "&& echo x",
    "while true; do break; done; echo $?; for i in; do :; done; echo $?",
    "command -v echo >/dev/null && echo yes; command -v nosuch || echo no",
    "x='*'; echo \"$x\"; set -f; echo '?'",
    "a=1 b=2; echo $a$b; echo $a\"$b\"'c'",
    "echo ${x:-'a  b'} \"${x:-a  b}\"",
    "echo \"a\\nb\" 'a\\nb' a\\nb",
    'echo "`echo "in quotes"`" "$(echo "a  b")"',
    "echo one;echo two&&echo three",
    "{ exit 3; }; echo no",
    "(exit 3) || echo $?",
]


@pytest.mark.skipif(not shutil.which("busybox"), reason="no busybox to compare with")
@pytest.mark.parametrize("script", SCRIPTS)
def test_says_what_busybox_ash_says(host, script, tmp_path):
    """Exit status and output are equal; error texts differ by the shell's name only."""
    place = tmp_path / "twin"
    place.mkdir()
    stdin = b"one two three\nsecond\nrest\n"
    environment = {"PATH": "/bin:/sbin:/usr/bin", "HOME": "/"}
    real = subprocess.run(
        ["busybox", "sh", "-c", script.replace("/tmp", str(place))],
        input=stdin, capture_output=True, cwd=place, env=environment, check=False,
    )  # fmt: skip
    status, out, err = run(host, f"cd /tmp\n{script}", stdin)
    assert (status, out) == (real.returncode, real.stdout.replace(bytes(place), b"/tmp"))
    assert bool(err) == bool(real.stderr)


@given(st.lists(st.binary(max_size=12).filter(lambda b: b"\0" not in b), max_size=4))
def test_quoted_arguments_arrive_unchanged(words):
    """Any bytes without NUL survive shlex.quote and this shell."""
    host = Host(Path("/nonexistent"))
    argv = ["vim-cmd", *(word.decode("utf-8", "surrogateescape") for word in words)]
    assert run(host, shlex.join(argv))[0] == 0
    assert host.commands == [tuple(argv)]


@given(st.text(alphabet="ab '\"\\$`(){};&|<>\n#*?[]=!~01", max_size=25))
def test_no_text_breaks_the_parser(text):
    """Whatever is sent, there is a status; a busy loop would be ended by the client's going."""

    def wait(seconds):
        raise Hangup

    class Jail(Host):
        def path(self, remote):
            raise PermissionError(13, "Permission denied", remote)

    try:
        status = run(Jail(Path("/nonexistent")), text, wait=wait)[0]
    except Hangup:
        return
    assert 0 <= status <= 255


def test_unknown_command_is_127_and_recorded(host):
    assert run(host, "frobnicate 1") == (127, b"", b"sh: frobnicate: not found\n")
    assert host.commands == [("frobnicate", "1")]


def test_syntax_error_is_2_and_nothing_runs(host):
    status, out, err = run(host, "vim-cmd x; if true; then")
    assert (status, out, host.commands) == (2, b"", [])
    assert err == b"sh: syntax error: unexpected end of file\n"


def test_background_jobs_are_refused_by_name(host):
    status, _, err = run(host, "vim-cmd a &")
    assert status == 2
    assert b"background" in err


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
    assert run(host, "vim-cmd slow", wait=waited.append)[1] == b"late\n"
    assert waited == [0.25]


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


def test_bytes_that_are_no_text_pass_through_variables_and_files(host):
    script = b"x=$(cat); printf '%s' \"$x\" > '/tmp/\xff\xfe'; cat /tmp/*"
    assert run(host, script, b"\x80\xff\xc3(") == (0, b"\x80\xff\xc3(", b"")
    assert [entry.name for entry in (host.root / "tmp").iterdir()] == ["\udcff\udcfe"]


def test_endless_recursion_is_an_error(host):
    assert run(host, "f() { f; }; f")[0] == 2


def test_a_command_that_only_real_hosts_have_is_said_to_be_one(host):
    assert run(host, "/bin/vi x") == (
        127, b"", b"sh: /bin/vi: not found on this simulated host (a real one has it)\n",
    )  # fmt: skip
